//! What was said and where one writes, and what one is about to do with a message there.

use leptos::prelude::*;
use shared::{FileInfo, RoomId, Seq, Silence};

use super::composer::Composer;
use super::timeline::Timeline;
use crate::parts::{Rest, over_the_page, soon};
use crate::session::{Session, shown_time};
use crate::state::typing;
use crate::words::words;

/// What is done with the text that is being written.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub enum Mode {
    /// It is said.
    #[default]
    New,
    /// It answers a message.
    Reply(Seq),
    /// It takes the place of one's own message.
    Edit(Seq),
}

/// What one is about to do in a conversation; a context of it.
#[derive(Clone, Copy)]
pub struct Talking {
    /// The conversation.
    pub room: RoomId,
    /// What is done with the text that is being written.
    pub mode: RwSignal<Mode>,
    /// The message that shows what can be done with it.
    pub active: RwSignal<Option<Seq>>,
    /// The message for which an emoji is being picked.
    pub reacting: RwSignal<Option<Seq>>,
    /// The message of which one tells those who administer the server.
    pub reporting: RwSignal<Option<Seq>>,
    /// The message whose earlier versions are looked at.
    pub history_of: RwSignal<Option<Seq>>,
    /// The image that is looked at.
    pub picture: RwSignal<Option<FileInfo>>,
}

impl Talking {
    /// Whether one is asked about a message, or looks at something of it, in a dialog.
    fn asks(self) -> bool {
        let about = [self.reacting, self.reporting, self.history_of];
        about.iter().any(|about| about.get().is_some()) || self.picture.with(Option::is_some)
    }
}

/// What was said and where one writes.
#[component]
pub fn Talk(
    /// The conversation.
    room: RoomId,
    /// What it is called.
    #[prop(into)]
    title: Signal<String>,
    /// The message in it to look at.
    #[prop(into)]
    at: Signal<Option<Seq>>,
) -> impl IntoView {
    let session = expect_context::<Session>();
    let talking = Talking {
        room,
        mode: RwSignal::new(Mode::New),
        active: RwSignal::new(None),
        reacting: RwSignal::new(None),
        reporting: RwSignal::new(None),
        history_of: RwSignal::new(None),
        picture: RwSignal::new(None),
    };
    provide_context(talking);
    session.guard_uploads();
    let typists = Memo::new(move |_| session.with_typing(|state| typing::sentence(&state.typing(room))));
    let silenced =
        Memo::new(move |_| session.with_rooms(|state| state.rooms().get(room).and_then(|room| room.silenced.clone())));
    view! {
        <div class="talk">
            <Timeline room title at />
            <div class="talk-foot">
                <p class="typing" role="status">
                    {move || typists.get()}
                </p>
                {move || match silenced.get() {
                    Some(silence) => view! { <Silenced silence /> }.into_any(),
                    None => view! { <Composer room title /> }.into_any(),
                }}
            </div>
            {soon(Rest::DropZone(room, title))}
        </div>
        {over_the_page(move || talking.asks(), move || Rest::DialogsOfTalk(talking))}
    }
}

/// In place of the field where one writes: one may read here and say nothing.
#[component]
#[allow(clippy::needless_pass_by_value, reason = "the props of a component are its own")]
fn Silenced(silence: Silence) -> impl IntoView {
    let until = silence.until.as_deref().map(|until| words().settings.valid_until.with([&shown_time(until)]));
    view! {
        <p class="callout talk-silenced" role="status">
            {words().order.silenced}
            {until.map(|until| format!(" {until}."))}
            {silence.reason.map(|reason| format!(" {}", words().order.because.with([&reason])))}
        </p>
    }
}
