//! The random chat: a pair is a conversation as long as it lasts.

use shared::{Change, MuteLevel, RoomId, RoomKind, RoomSummary, Seq, Stranger, Username};

use super::{ChatState, Effect, Part};

impl ChatState {
    /// Takes a new standing in the random chat. A pair that is over is forgotten with all that was said in it.
    pub(super) fn meet(&mut self, stranger: Stranger, effects: &mut Vec<Effect>) {
        let before = pair(&self.stranger);
        let after = pair(&stranger);
        if let Some((room, _)) = before.filter(|before| !after.as_ref().is_some_and(|after| same_pair(before, after))) {
            self.forget(room, effects);
        }
        if let Some((room, with)) = after {
            let known = self.rooms.get(room).cloned();
            let new = known.is_none();
            let summary = known.unwrap_or_else(|| pair_summary(room));
            self.rooms.put(RoomSummary { with: with.or(summary.with.clone()), ..summary });
            if new && self.open == Some(room) {
                self.load(room, effects);
            }
        }
        self.stranger = stranger;
        effects.extend([Effect::Changed(Part::Stranger), Effect::Changed(Part::Rooms)]);
    }
}

/// A pair's room, and the other's name once the other has one.
type Pair = (RoomId, Option<Username>);

fn same_pair((room, with): &Pair, (other_room, other_with): &Pair) -> bool {
    room == other_room && (with.is_none() || other_with.is_none() || with == other_with)
}

fn pair(stranger: &Stranger) -> Option<Pair> {
    match stranger {
        Stranger::Matched { room, with, .. } => Some((*room, with.clone())),
        Stranger::Idle {} | Stranger::Waiting { .. } => None,
    }
}

fn pair_summary(room: RoomId) -> RoomSummary {
    RoomSummary {
        room,
        kind: RoomKind::Pair,
        name: None,
        with: None,
        with_online: true,
        topic: String::new(),
        owner: None,
        moderator: false,
        silenced: None,
        members: 2,
        last_seq: Seq::ZERO,
        read_seq: Seq::ZERO,
        unread: 0,
        mentions: 0,
        mute: MuteLevel::All,
        with_read_seq: None,
        change: Change::ZERO,
        last: None,
        active_at: String::new(),
    }
}
