//! Who is in a conversation, and what one can do about it: what is in the panel beside it.
//!
//! Accessible names: region "Members"; a link "Write to <name>" and a button "About <name>" per person; for a group a field "Add somebody" with a
//! button "Add"; for who keeps order buttons "Remove <name>" and "Bans and silences"; buttons "Leave <conversation>", "Delete <conversation>",
//! "Close members".

use leptos::prelude::*;
use leptos::task::spawn_local;
use leptos_router::hooks::use_navigate;
use shared::{Member, RoomId, RoomKind, RoomSummary, Username};

use super::avatar::Avatar;
use super::dialog::Dialog;
use super::field::Field;
use super::icon::{Drawing, Icon};
use super::profile::ProfileDialog;
use super::room_settings::{MuteChoice, TopicForm};
use super::sanctions::Sanctions;
use crate::session::{Connection, Session};
use crate::state::address::Place;
use crate::state::rooms::{moderates, rules, title};
use crate::words::{words, wrong_username};

/// What is in the panel, whose frame is the conversation's.
#[component]
pub fn Members(
    /// The conversation.
    room: RoomId,
    /// The conversation as it is now.
    summary: Memo<Option<RoomSummary>>,
    /// Whether the panel is open.
    open: RwSignal<bool>,
) -> impl IntoView {
    let session = expect_context::<Session>();
    let members = Memo::new(move |_| {
        // Without a connection nobody is known to be there.
        let connected = session.connection.get() == Connection::Online;
        let mut members = session.with_members(|state| state.members(room).map(<[Member]>::to_vec))?;
        members.iter_mut().for_each(|member| member.online &= connected);
        Some(members)
    });
    let group = move || summary.with(|room| room.as_ref().is_some_and(|room| room.kind == RoomKind::Group));
    let owned = Memo::new(move |_| {
        session.me.with(|me| summary.with(|room| room.as_ref().is_some_and(|room| rules(room, me))))
    });
    let moderated = Memo::new(move |_| {
        session.me.with(|me| summary.with(|room| room.as_ref().is_some_and(|room| moderates(room, me))))
    });
    let sanctions = RwSignal::new(false);
    let who = RwSignal::new(None);
    let may_set_topic = move || group() || owned.get();
    view! {
        <header class="members-head">
            <h2>{words().people.members}</h2>
            <button class="icon-button" type="button" aria-label=words().people.close_members on:click=move |_| open.set(false)>
                <Drawing icon=Icon::Close />
            </button>
        </header>
        {move || members.get().is_none().then(|| view! { <p class="fine">{words().general.loading}</p> })}
        <ul class="members-list" role="list" aria-label=words().people.members>
            <For
                each=move || sorted(members.get().unwrap_or_default())
                key=|member| (member.username.key(), member.online, member.owner, member.moderator)
                let(member)
            >
                <MemberLine room member who removable=moderated />
            </For>
        </ul>
        <Show when=group>
            <AddMember room />
        </Show>
        <Show when=may_set_topic>
            <TopicForm room summary />
        </Show>
        <div class="members-add">
            <MuteChoice room summary />
        </div>
        <Show when=move || moderated.get()>
            <div class="members-add">
                <button class="button" type="button" aria-haspopup="dialog" on:click=move |_| sanctions.set(true)>
                    {words().order.sanctions}
                </button>
            </div>
        </Show>
        <Parting room summary owned />
        <ProfileDialog who room />
        <Dialog title=words().order.sanctions.to_owned() open=sanctions>
            <Sanctions room />
        </Dialog>
    }
}

/// Those present first, then by name.
fn sorted(mut members: Vec<Member>) -> Vec<Member> {
    members.sort_by_cached_key(|member| (!member.online, member.username.key()));
    members
}

#[component]
#[allow(clippy::needless_pass_by_value, reason = "the props of a component are its own")]
fn MemberLine(room: RoomId, member: Member, who: RwSignal<Option<Username>>, removable: Memo<bool>) -> impl IntoView {
    let session = expect_context::<Session>();
    let name = member.username.clone();
    let mine = session.peek(|state| state.me().username == name);
    let shown = name.to_string();
    let remove = {
        let name = name.clone();
        move |_| {
            let name = name.clone();
            spawn_local(async move {
                if let Err(problem) = session.remove_member(room, name).await {
                    session.notice(problem.message);
                }
            });
        }
    };
    let about = words().people.about.with([&shown]);
    let standing = if member.online { words().people.online } else { words().people.offline };
    let face = view! {
        <span class="member-face">
            <Avatar name=shown.clone() />
            <span class="dot" data-online=member.online.to_string()></span>
        </span>
        <span class="member-name">{shown.clone()}</span>
        <span class="visually-hidden">", "{standing}</span>
    };
    view! {
        <li class="member" data-online=member.online.to_string()>
            {if mine {
                view! { <span class="member-link">{face}</span> }.into_any()
            } else {
                let label = format!("{}, {standing}", words().people.write_to.with([&shown]));
                view! {
                    <a class="member-link" href=Place::Direct(name).path() aria-label=label>
                        {face}
                    </a>
                }
                    .into_any()
            }}
            {member.owner.then(|| view! { <span class="tag">{words().people.owner}</span> })}
            {member.moderator.then(|| view! { <span class="tag">{words().order.moderator}</span> })}
            {mine.then(|| view! { <span class="tag">{words().people.you}</span> })}
            <button
                class="icon-button member-about"
                type="button"
                aria-label=about
                aria-haspopup="dialog"
                on:click=move |_| who.set(Some(member.username.clone()))
            >
                <Drawing icon=Icon::Card />
            </button>
            <Show when=move || removable.get() && !mine>
                <button class="icon-button" type="button" aria-label=words().people.remove.with([&shown]) on:click=remove.clone()>
                    <Drawing icon=Icon::Close />
                </button>
            </Show>
        </li>
    }
}

#[component]
fn AddMember(room: RoomId) -> impl IntoView {
    let session = expect_context::<Session>();
    let name = RwSignal::new(String::new());
    let error = RwSignal::new(None);
    let submit = move || {
        let parsed = name.get_untracked().trim().trim_start_matches('@').parse::<Username>();
        let Ok(user) = parsed.inspect_err(|wrong| error.set(Some(wrong_username(*wrong)))) else { return };
        error.set(None);
        spawn_local(async move {
            match session.add_member(room, user).await {
                Ok(()) => name.set(String::new()),
                Err(problem) => error.set(Some(problem.message)),
            }
        });
    };
    view! {
        <form
            class="members-add"
            on:submit=move |event| {
                event.prevent_default();
                submit();
            }
        >
            <Field label=words().people.add_somebody value=name error />
            <button class="button" type="submit">
                {words().people.add}
            </button>
        </form>
    }
}

/// Leaving, and deleting for everybody.
#[component]
fn Parting(room: RoomId, summary: Memo<Option<RoomSummary>>, owned: Memo<bool>) -> impl IntoView {
    let session = expect_context::<Session>();
    let navigate = use_navigate();
    let name = move || summary.with(|room| room.as_ref().map(title).unwrap_or_default());
    let part = move |delete: bool| {
        let navigate = navigate.clone();
        spawn_local(async move {
            let done = if delete { session.delete_room(room).await } else { session.leave_room(room).await };
            match done {
                Ok(()) => navigate("/", Default::default()),
                Err(problem) => session.notice(problem.message),
            }
        });
    };
    let leave = part.clone();
    let sure = RwSignal::new(false);
    view! {
        <footer class="members-foot">
            <button class="button" type="button" on:click=move |_| leave(false)>
                {move || words().rooms.leave.with([&name()])}
            </button>
            <Show when=move || owned.get()>
                <button class="button button-bad" type="button" on:click={
                    let part = part.clone();
                    move |_| if sure.get() { part(true) } else { sure.set(true) }
                }>
                    {move || if sure.get() { words().rooms.really_delete } else { words().rooms.delete }.with([&name()])}
                </button>
            </Show>
        </footer>
    }
}
