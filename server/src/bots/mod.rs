//! Programs inside the server that people talk to as to anybody else. A bot is a state machine like a dialect: it
//! hears messages and says what follows; waiting, and the hub, are [`life`]'s. A new bot is one file and a line in
//! `app.rs`.

mod life;
mod thermometer;

use std::time::Duration;

use shared::{Destination, Username};

pub use life::keep;
pub use thermometer::Thermometer;

use crate::hub::Say;
use crate::store::Message;

/// A program that people talk to under its name, which nobody else gets while it runs.
pub trait Bot: Send + 'static {
    /// What it can ask to be reminded of.
    type Alarm: Send;

    /// The name: a username.
    fn name(&self) -> &str;

    /// It runs from now on. What waited for it is heard next.
    fn started(&mut self, out: &mut Actions<Self::Alarm>);

    /// What was said with a user before the bot started, the newest first. True: that was enough; false: what came
    /// before it is wanted too, where there is more.
    fn recall(&mut self, partner: &Username, messages: &mut dyn Iterator<Item = &Message>) -> bool {
        let _ = (partner, messages);
        true
    }

    /// A user said something to it: `chat` or `command`. A notice of another program is not heard, so that two of
    /// them do not answer each other for ever.
    fn hear(&mut self, message: &Message, out: &mut Actions<Self::Alarm>);

    /// The time has come.
    fn alarm(&mut self, alarm: Self::Alarm, out: &mut Actions<Self::Alarm>);

    /// What it said to a user is stored; `away`: no connection of the user takes it now.
    fn said(&mut self, to: &Username, away: bool, out: &mut Actions<Self::Alarm>) {
        let _ = (to, away, out);
    }
}

/// What a bot wants done, in order.
#[derive(Debug)]
pub struct Actions<A> {
    actions: Vec<Action<A>>,
}

/// One thing to be done.
#[derive(Debug)]
pub enum Action<A> {
    /// Say this to a user.
    Say(Username, Say),
    /// Remind the bot.
    Wake(Duration, A),
}

impl<A> Default for Actions<A> {
    fn default() -> Self {
        Self { actions: Vec::new() }
    }
}

impl<A> Actions<A> {
    /// Says something to a user; `say` makes it of its destination.
    pub fn say(&mut self, to: &Username, say: impl FnOnce(Destination) -> Say) {
        self.actions.push(Action::Say(to.clone(), say(Destination::User(to.clone()))));
    }

    /// Has the bot reminded after a time.
    pub fn wake(&mut self, after: Duration, alarm: A) {
        self.actions.push(Action::Wake(after, alarm));
    }

    /// What is to be done; nothing is left.
    pub fn take(&mut self) -> Vec<Action<A>> {
        std::mem::take(&mut self.actions)
    }
}
