//! What a message said before it was edited.
//!
//! Accessible names: dialog "Earlier versions".

use leptos::prelude::*;
use leptos::task::spawn_local;
use shared::{Seq, Version};

use super::dialog::{Dialog, open_while};
use super::prose::Prose;
use super::talk::Talking;
use crate::session::{Session, clock_offset};
use crate::state::clock::{self, Local};
use crate::words::words;

/// The dialog; open while there is a message to show.
#[component]
pub fn EditsDialog(
    /// Where.
    talking: Talking,
) -> impl IntoView {
    let open = open_while(talking.history_of);
    view! {
        <Dialog title=words().message.earlier_versions.to_owned() open>
            {move || talking.history_of.get().map(|seq| view! { <Versions talking seq /> })}
        </Dialog>
    }
}

/// What is in the dialog.
#[component]
pub fn Versions(
    /// Where.
    talking: Talking,
    /// Of which message.
    seq: Seq,
) -> impl IntoView {
    let session = expect_context::<Session>();
    let versions = RwSignal::new(None::<Result<Vec<Version>, String>>);
    spawn_local(async move {
        let answer = session.edits(talking.room, seq).await;
        let _ = versions.try_set(Some(answer.map_err(|problem| problem.message)));
    });
    move || match versions.get() {
        None => view! { <p class="fine" role="status">{words().general.loading}</p> }.into_any(),
        Some(Err(problem)) => view! { <p class="callout callout-bad" role="alert">{problem}</p> }.into_any(),
        Some(Ok(versions)) => {
            let one = |version: Version| {
                let at = clock::parse(&version.time).unwrap_or_default();
                view! {
                    <li class="version">
                        <time>{Local::at(at, clock_offset(at)).exact()}</time>
                        <Prose text=version.body />
                    </li>
                }
            };
            view! { <ol class="versions">{versions.into_iter().map(one).collect_view()}</ol> }.into_any()
        }
    }
}
