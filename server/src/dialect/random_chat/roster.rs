//! The chats a connection's user is in and the people in them, kept up from what the hub tells, so that a frame can
//! show both whole.

use std::borrow::Cow;
use std::collections::HashMap;

use shared::{RoomId, RoomName, Username};

use super::frames::{Chat, User, date};
use crate::hub::Person;
use crate::store::Timestamp;

/// The chats and the people.
#[derive(Debug, Default)]
pub struct Roster {
    chats: HashMap<RoomId, KnownChat>,
    people: HashMap<Username, User>,
    /// The user himself, who is never forgotten.
    me: Option<Username>,
}

/// A chat the user is in.
#[derive(Debug)]
struct KnownChat {
    name: RoomName,
    owner: Option<Username>,
    members: Vec<Username>,
    /// Its people were shown in a `state`: news that they had come or gone before is no news.
    from_state: bool,
}

impl Roster {
    /// A roster without chats.
    #[must_use]
    pub fn of(me: Username, shown: User) -> Self {
        Self { chats: HashMap::new(), people: HashMap::from([(me.clone(), shown)]), me: Some(me) }
    }

    /// Takes a chat in that is shown in a `state`.
    pub fn learn_for_state(&mut self, room: RoomId, name: RoomName, owner: Option<Username>, people: &[Person]) {
        self.take_in(room, name, owner, people, true);
    }

    /// Takes a chat in that the user has come into since.
    pub fn learn(&mut self, room: RoomId, name: RoomName, owner: Option<Username>, people: &[Person]) {
        self.take_in(room, name, owner, people, false);
    }

    /// Takes a chat in of whose people only those are known.
    pub fn learn_little(&mut self, room: RoomId, name: RoomName, owner: Option<Username>, me: Username) {
        let mut members = vec![me];
        members.extend(owner.clone().filter(|owner| *owner != members[0]));
        self.chats.insert(room, KnownChat { name, owner, members, from_state: false });
    }

    fn take_in(&mut self, room: RoomId, name: RoomName, owner: Option<Username>, people: &[Person], from_state: bool) {
        for person in people {
            self.remember(person);
        }
        let members = people.iter().map(|person| person.username.clone()).collect();
        self.chats.insert(room, KnownChat { name, owner, members, from_state });
    }

    /// Notes how somebody is shown.
    pub fn remember(&mut self, person: &Person) {
        self.people.insert(person.username.clone(), User::from(person));
    }

    /// Whether the user is in that chat.
    #[must_use]
    pub fn knows(&self, room: RoomId) -> bool {
        self.chats.contains_key(&room)
    }

    /// Whether it is known how somebody is shown.
    #[must_use]
    pub fn knows_user(&self, user: &Username) -> bool {
        self.people.contains_key(user)
    }

    /// The chat of that name.
    #[must_use]
    pub fn named(&self, name: &RoomName) -> Option<RoomId> {
        self.chats.iter().find(|(_, chat)| chat.name == *name).map(|(room, _)| *room)
    }

    /// Whose a chat is.
    #[must_use]
    pub fn owner(&self, room: RoomId) -> Option<&Username> {
        self.chats.get(&room)?.owner.as_ref()
    }

    /// The owners who are shown but are not known.
    pub fn unknown_owners(&self) -> impl Iterator<Item = &Username> {
        self.chats.values().filter_map(|chat| chat.owner.as_ref()).filter(|owner| !self.knows_user(owner))
    }

    /// Notes how owners are shown who are members no more.
    pub fn remember_owners(&mut self, former: &HashMap<Username, User>) {
        let owners: Vec<_> = self.unknown_owners().cloned().collect();
        for owner in owners {
            if let Some(user) = former.get(&owner) {
                self.people.insert(owner, user.clone());
            }
        }
    }

    /// Somebody came. False: that is no news.
    pub fn came(&mut self, room: RoomId, person: &Person) -> bool {
        let Some(chat) = self.chats.get_mut(&room) else { return false };
        let known = chat.members.contains(&person.username);
        if !known {
            chat.members.push(person.username.clone());
        }
        let news = !(known && chat.from_state);
        self.remember(person);
        news
    }

    /// Somebody went. False: that is no news.
    pub fn went(&mut self, room: RoomId, user: &Username) -> bool {
        let Some(chat) = self.chats.get_mut(&room) else { return false };
        let before = chat.members.len();
        chat.members.retain(|member| member != user);
        let news = chat.members.len() < before || !chat.from_state;
        self.forget_stranger(user);
        news
    }

    /// The chat is somebody else's from now on, or still the same one's.
    pub fn belongs_to(&mut self, room: RoomId, owner: Option<&Username>) {
        let Some(chat) = self.chats.get_mut(&room) else { return };
        if let Some(before) = std::mem::replace(&mut chat.owner, owner.cloned()) {
            self.forget_stranger(&before);
        }
    }

    /// Somebody came online, or went.
    pub fn presence(&mut self, user: &Username, last_seen_at: Option<Timestamp>) {
        if let Some(user) = self.people.get_mut(user) {
            user.disconnection_date = last_seen_at.map(date);
        }
    }

    /// The user is in that chat no longer.
    pub fn forget(&mut self, room: RoomId) {
        let Some(chat) = self.chats.remove(&room) else { return };
        for user in chat.members.iter().chain(&chat.owner) {
            self.forget_stranger(user);
        }
    }

    /// A chat as it is shown.
    #[must_use]
    pub fn chat(&self, room: RoomId) -> Option<Chat<'_>> {
        let chat = self.chats.get(&room)?;
        Some(Chat {
            name: chat.name.as_str(),
            members: chat.members.iter().map(|member| self.user(member)).collect(),
            owner: chat.owner.as_ref().map(|owner| self.user(owner)),
        })
    }

    /// A user as he is shown.
    #[must_use]
    pub fn user(&self, name: &Username) -> Cow<'_, User> {
        self.people.get(name).map_or_else(|| Cow::Owned(User::known_by(name)), Cow::Borrowed)
    }

    /// Forgets somebody who is shown in no chat any more.
    fn forget_stranger(&mut self, user: &Username) {
        let shown = |chat: &KnownChat| chat.owner.as_ref() == Some(user) || chat.members.contains(user);
        if self.me.as_ref() != Some(user) && !self.chats.values().any(shown) {
            self.people.remove(user);
        }
    }
}
