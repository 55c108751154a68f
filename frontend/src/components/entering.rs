//! Going to a conversation once the server has let one in.

use std::future::Future;

use leptos::prelude::*;
use leptos::task::spawn_local;
use leptos_router::hooks::use_navigate;
use shared::RoomId;

use crate::session::Problem;
use crate::state::address::Place;

/// The way to conversations, from the component that asks for it.
#[derive(Clone, Copy)]
pub struct Entering {
    go: Callback<RoomId>,
}

impl Entering {
    /// The way from here.
    #[must_use]
    pub fn from_here() -> Self {
        let navigate = use_navigate();
        Self { go: Callback::new(move |room| navigate(&Place::Room(room).path(), Default::default())) }
    }

    /// Goes to the conversation that `asked` leads to, or has it said why there is none.
    pub fn go(
        self,
        asked: impl Future<Output = Result<RoomId, Problem>> + 'static,
        refused: impl FnOnce(Problem) + 'static,
    ) {
        spawn_local(async move {
            match asked.await {
                // Whoever asked may have gone elsewhere meanwhile.
                Ok(room) => drop(self.go.try_run(room)),
                Err(problem) => refused(problem),
            }
        });
    }
}
