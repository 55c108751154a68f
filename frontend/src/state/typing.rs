//! Who is typing: what others say about themselves, forgotten when it is not repeated, and when to say it oneself.

use std::collections::HashMap;

use shared::{RoomId, Username};

use super::clock::Millis;
use crate::words::words;

/// Who is typing where, as far as is known.
#[derive(Clone, Debug, Default)]
pub struct TypingBoard {
    rooms: HashMap<RoomId, Vec<(Username, Millis)>>,
}

impl TypingBoard {
    /// After so long without another notice somebody is no longer typing.
    pub const FORGOTTEN_AFTER: Millis = 6_000;

    /// Takes a notice, or that somebody stopped, be it because a message came. Says whether anything changed.
    pub fn note(&mut self, room: RoomId, user: &Username, on: bool, now: Millis) -> bool {
        let people = self.rooms.entry(room).or_default();
        let known = people.iter().position(|(name, _)| name == user);
        match (known, on) {
            (Some(place), true) => {
                if let Some((_, until)) = people.get_mut(place) {
                    *until = now + Self::FORGOTTEN_AFTER;
                }
                false
            }
            (Some(place), false) => {
                people.remove(place);
                true
            }
            (None, true) => {
                people.push((user.clone(), now + Self::FORGOTTEN_AFTER));
                true
            }
            (None, false) => false,
        }
    }

    /// Forgets whoever has not been heard of for too long; gives the rooms in which that changed something.
    pub fn expire(&mut self, now: Millis) -> Vec<RoomId> {
        let mut changed = Vec::new();
        self.rooms.retain(|room, people| {
            let before = people.len();
            people.retain(|(_, until)| *until > now);
            if people.len() != before {
                changed.push(*room);
            }
            !people.is_empty()
        });
        changed
    }

    /// When `expire` is next worth calling.
    #[must_use]
    pub fn next_expiry(&self) -> Option<Millis> {
        self.rooms.values().flatten().map(|(_, until)| *until).min()
    }

    /// Forgets everybody, as after a lost connection.
    pub fn clear(&mut self) {
        self.rooms.clear();
    }

    /// Who is typing in a room, first come first.
    #[must_use]
    pub fn in_room(&self, room: RoomId) -> Vec<Username> {
        self.rooms.get(&room).into_iter().flatten().map(|(name, _)| name.clone()).collect()
    }
}

/// `alice is typing…`, for any number of people; nothing for nobody.
#[must_use]
pub fn sentence(people: &[Username]) -> Option<String> {
    match people {
        [] => None,
        [one] => Some(words().talk.one_types.with([one.as_str()])),
        [one, other] => Some(words().talk.two_type.with([one.as_str(), other.as_str()])),
        [one, other, third] => Some(words().talk.three_type.with([one.as_str(), other.as_str(), third.as_str()])),
        _ => Some(words().talk.many_type.to_owned()),
    }
}

/// When to tell others that this user is typing: once, again while it goes on, and when it ends.
#[derive(Clone, Debug, Default)]
pub struct TypingNotifier {
    told: Option<(RoomId, Millis)>,
}

impl TypingNotifier {
    /// While somebody types, others are told again after so long.
    pub const REPEAT: Millis = 3_000;

    /// The text field changed; `empty` means that nothing is in it now. Gives what to send, if anything.
    pub fn typed(&mut self, room: RoomId, empty: bool, now: Millis) -> Option<bool> {
        if empty {
            return self.stopped();
        }
        match self.told {
            Some((told_room, at)) if told_room == room && now - at < Self::REPEAT => None,
            _ => {
                self.told = Some((room, now));
                Some(true)
            }
        }
    }

    /// The room was left: the others are told, where they were told the opposite before. Gives which room.
    pub fn left(&mut self) -> Option<RoomId> {
        self.told.take().map(|(room, _)| room)
    }

    /// A message was sent, which tells the others by itself.
    pub fn sent(&mut self) {
        self.told = None;
    }

    fn stopped(&mut self) -> Option<bool> {
        self.told.take().map(|_| false)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ROOM: RoomId = RoomId(7);

    fn alice() -> Username {
        "alice".parse().unwrap()
    }

    fn names(names: &[&str]) -> Vec<Username> {
        names.iter().map(|name| name.parse().unwrap()).collect()
    }

    #[test]
    fn who_is_not_heard_of_again_is_forgotten() {
        let mut board = TypingBoard::default();
        assert!(board.note(ROOM, &alice(), true, 0));
        assert!(!board.note(ROOM, &alice(), true, 4_000), "still typing is no change");
        assert_eq!(board.next_expiry(), Some(10_000));
        assert!(board.expire(9_999).is_empty());
        assert_eq!(board.expire(10_000), [ROOM]);
        assert!(board.in_room(ROOM).is_empty());
    }

    #[test]
    fn who_stops_is_forgotten_at_once() {
        let mut board = TypingBoard::default();
        board.note(ROOM, &alice(), true, 0);
        assert!(board.note(ROOM, &"ALICE".parse().unwrap(), false, 1), "names differ in more than case");
        assert!(!board.note(ROOM, &alice(), false, 2));
    }

    #[test]
    fn the_sentence_fits_the_number_of_people() {
        assert_eq!(sentence(&[]), None);
        assert_eq!(sentence(&names(&["alice"])).unwrap(), "alice is typing…");
        assert_eq!(sentence(&names(&["alice", "bob"])).unwrap(), "alice and bob are typing…");
        assert_eq!(sentence(&names(&["a", "b", "c"])).unwrap(), "a, b and c are typing…");
        assert_eq!(sentence(&names(&["a", "b", "c", "d"])).unwrap(), "Several people are typing…");
    }

    #[test]
    fn others_are_told_once_and_again_only_while_it_goes_on() {
        let mut notifier = TypingNotifier::default();
        assert_eq!(notifier.typed(ROOM, false, 0), Some(true));
        assert_eq!(notifier.typed(ROOM, false, 2_999), None);
        assert_eq!(notifier.typed(ROOM, false, 3_000), Some(true));
        assert_eq!(notifier.typed(ROOM, true, 3_100), Some(false));
        assert_eq!(notifier.typed(ROOM, true, 3_200), None);
    }

    #[test]
    fn a_sent_message_ends_it_without_a_word() {
        let mut notifier = TypingNotifier::default();
        let _ = notifier.typed(ROOM, false, 0);
        notifier.sent();
        assert_eq!(notifier.left(), None);
    }
}
