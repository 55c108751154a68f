//! Making, entering, leaving and deleting conversations, and who is in them.

use std::sync::Arc;

use shared::{Destination, MuteLevel, RoomGoneReason, RoomId, RoomKind, RoomName, Username};

use super::permission::Action;
use super::{Event, Hub, Note, Person, PersonRef, Refusal, RoomRef, RoomView, SessionId, texts, views};
use crate::store::{Deed, DeedKind, NewRoom, Profile, Removal, Room, Store};

/// The longest topic, in bytes.
const MAX_TOPIC: usize = 500;

impl Hub {
    pub(super) async fn enter(&self, session: SessionId, place: &Destination) -> Result<RoomView, Refusal> {
        let room = self.find_room(place).await?;
        self.allow(Action::Join, session, &room)?;
        let members = self.inner.store.members(room.id, 0).await.map_err(|error| Self::unavailable(&error))?;
        self.inner.live.lock().place(session, &room, false);
        Ok(views::passing_view(room, u32::try_from(members.len()).unwrap_or(u32::MAX)))
    }

    pub(super) async fn join(&self, session: SessionId, place: &Destination) -> Result<RoomView, Refusal> {
        let me = self.name_of(session)?;
        let room = self.find_room(place).await?;
        self.allow(Action::Join, session, &room)?;
        if !self.inner.live.lock().is_member(session, room.id) {
            self.check_rooms_of(&me).await?;
        }
        let added = self.inner.store.add_member(room.id, &me, self.now()).await;
        if added.map_err(|error| Self::unavailable(&error))? {
            // Who was banned in the meantime was no member to be taken out yet.
            if let Err(banned) = self.allow(Action::Join, session, &room) {
                let removed = self.inner.store.remove_member(room.id, &me, None).await;
                removed.map_err(|error| Self::unavailable(&error))?;
                return Err(banned);
            }
            self.welcome_member(session, &room, &me).await?;
        } else {
            self.inner.live.lock().place_user(&me, &room);
        }
        self.view_of(&room, &me).await
    }

    /// Brings a new member's connections into the room, and tells everybody.
    async fn welcome_member(&self, session: SessionId, room: &Room, user: &Username) -> Result<(), Refusal> {
        let reference = RoomRef::of(room);
        let members = self.member_count(room.id, user).await?;
        let person = self.person(user, Some(room)).await?;
        let view = self.view_of(room, user).await?;
        let mut live = self.inner.live.lock();
        live.place_user(user, room);
        if let Some(in_room) = live.rooms.get(room.id) {
            in_room.tell(Event::Joined { room: reference, member: person, members });
        }
        live.tell_user(user, Event::RoomAdded(view), Some(session));
        drop(live);
        self.tell_others(|| Note::Joined { room: room.id, user: user.clone(), members });
        Ok(())
    }

    pub(super) async fn leave(&self, session: SessionId, place: &Destination) -> Result<(), Refusal> {
        let room = self.find_room(place).await?;
        self.allow(Action::Leave, session, &room)?;
        {
            let mut live = self.inner.live.lock();
            if !live.is_member(session, room.id) {
                live.rooms.exit(room.id, session);
                return Ok(());
            }
        }
        let me = self.name_of(session)?;
        self.part(&room, &me, RoomGoneReason::Left, None).await
    }

    /// Takes a member out, notes that, and tells everybody, him too.
    pub(super) async fn part(
        &self,
        room: &Room,
        user: &Username,
        reason: RoomGoneReason,
        deed: Option<&Deed>,
    ) -> Result<(), Refusal> {
        let person = self.person(user, Some(room)).await?;
        let removal = self.inner.store.remove_member(room.id, user, deed).await;
        let (members, heir) = match removal.map_err(|error| Self::unavailable(&error))? {
            Removal::NotAMember => return Err(Refusal::NotAMember),
            Removal::Left { members, heir } => (members, heir),
            Removal::RoomDeleted => (0, None),
        };
        let reference = RoomRef::of(room);
        let rules_changed = {
            let mut live = self.inner.live.lock();
            if let Some(in_room) = live.rooms.get(room.id) {
                in_room.tell(Event::Left { room: Arc::clone(&reference), member: person, members });
            }
            live.evict(user, &reference, reason);
            if heir.is_some() {
                live.tell_room_changed(room.id, room.topic.clone(), heir.clone());
            }
            heir.is_some() || live.rules.is_moderator(room.id, user)
        };
        self.tell_others(|| Note::Left { room: room.id, user: user.clone(), members, reason });
        if let Some(heir) = heir {
            let owner = Some(heir.clone());
            self.tell_others(|| Note::RoomChanged { room: room.id, topic: room.topic.clone(), owner });
            self.record(self.deed_without_session(user, DeedKind::OwnerChanged).to(&heir).in_room(room)).await;
        }
        if rules_changed {
            self.change_rules().await.map_err(|error| Self::unavailable(&error))?;
        }
        Ok(())
    }

    pub(super) async fn create_room(
        &self,
        session: SessionId,
        kind: RoomKind,
        name: RoomName,
        topic: String,
    ) -> Result<RoomView, Refusal> {
        let me = self.name_of(session)?;
        let topic = self::topic(&topic)?;
        if !matches!(kind, RoomKind::Public | RoomKind::Group) {
            return Err(Refusal::NotInThisKind);
        }
        self.check_room_looks(&name).await?;
        self.check_rooms_of(&me).await?;
        let new = NewRoom { kind, name, topic, owner: Some(me.clone()), now: self.now() };
        let made = self.inner.store.create_room(&new).await.map_err(|error| Self::unavailable(&error))?;
        let room = made.ok_or(Refusal::RoomExists(new.name))?;
        let view = self.view_of(&room, &me).await?;
        let mut live = self.inner.live.lock();
        live.place_user(&me, &room);
        live.tell_user(&me, Event::RoomAdded(view.clone()), Some(session));
        drop(live);
        self.tell_others(|| Note::Gained { room: room.id, user: me });
        Ok(view)
    }

    pub(super) async fn delete_room(&self, session: SessionId, place: &Destination) -> Result<(), Refusal> {
        let room = self.find_room(place).await?;
        self.allow(Action::Delete, session, &room)?;
        let deed = self.deed(session, DeedKind::RoomDeleted).in_room(&room);
        let deleted = self.inner.store.delete_room(room.id, Some(&deed)).await;
        if !deleted.map_err(|error| Self::unavailable(&error))? {
            return Err(Refusal::NoSuchRoom);
        }
        self.inner.live.lock().close_room(room.id);
        self.tell_others(|| Note::RoomGone { room: room.id });
        Ok(())
    }

    pub(super) async fn set_topic(
        &self,
        session: SessionId,
        place: &Destination,
        topic: String,
    ) -> Result<(), Refusal> {
        let topic = self::topic(&topic)?;
        let room = self.find_room(place).await?;
        self.allow(Action::SetTopic, session, &room)?;
        let set = self.inner.store.set_topic(room.id, &topic).await.map_err(|error| Self::unavailable(&error))?;
        if !set {
            return Err(Refusal::NoSuchRoom);
        }
        self.inner.live.lock().tell_room_changed(room.id, topic.clone(), room.owner.clone());
        self.tell_others(|| Note::RoomChanged { room: room.id, topic, owner: room.owner });
        Ok(())
    }

    pub(super) async fn mute(&self, session: SessionId, room: RoomId, level: MuteLevel) -> Result<(), Refusal> {
        let me = self.name_of(session)?;
        let muted = self.inner.store.set_mute(room, &me, level).await.map_err(|error| Self::unavailable(&error))?;
        if !muted {
            return Err(Refusal::NoSuchRoom);
        }
        self.inner.live.lock().tell_user(&me, Event::Muted { room, level }, Some(session));
        self.tell_others_in(room, || Note::Muted { room, user: me, level });
        Ok(())
    }

    pub(super) async fn add_member(
        &self,
        session: SessionId,
        place: &Destination,
        person: PersonRef,
    ) -> Result<(), Refusal> {
        let room = self.find_room(place).await?;
        self.allow(Action::AddMember, session, &room)?;
        let user = self.resolve(person).await?;
        if self.inner.live.lock().rules.is_banned_from(room.id, &user, self.now()) {
            return Err(Refusal::IsBanned(user));
        }
        self.check_rooms_of(&user).await?;
        let added = self.inner.store.add_member(room.id, &user, self.now()).await;
        if added.map_err(|error| Self::unavailable(&error))? {
            let user = self.user(&user).await?.map_or(user, |user| user.name);
            self.welcome_member(session, &room, &user).await?;
        }
        Ok(())
    }

    pub(super) async fn remove_member(
        &self,
        session: SessionId,
        place: &Destination,
        person: PersonRef,
    ) -> Result<(), Refusal> {
        let room = self.find_room(place).await?;
        let user = self.resolve(person).await?;
        if user != self.name_of(session)? {
            return self.kick(session, &room, user).await;
        }
        self.allow(Action::Leave, session, &room)?;
        self.part(&room, &user, RoomGoneReason::Left, None).await
    }

    pub(super) async fn open_direct(&self, session: SessionId, user: &Username) -> Result<RoomView, Refusal> {
        let me = self.name_of(session)?;
        let known = self.direct_room(&me, user).await?;
        let membership = self.inner.store.membership(known.id, &me).await.map_err(|error| Self::unavailable(&error))?;
        let membership = membership.ok_or(Refusal::NoSuchRoom)?;
        Ok(views::room_view(&self.inner.live.lock(), &me, membership, self.now()))
    }

    /// A stored conversation by its number or name, whether or not somebody is in it.
    pub(super) async fn find_room(&self, place: &Destination) -> Result<Room, Refusal> {
        let store: &dyn Store = &*self.inner.store;
        let found = match place {
            Destination::Room(room) if room.is_pair() => return Err(Refusal::NotInThisKind),
            Destination::Room(room) => store.room(*room).await,
            Destination::Named(name) => store.room_by_name(name).await,
            Destination::User(_) => return Err(Refusal::NotInThisKind),
        };
        found.map_err(|error| Self::unavailable(&error))?.ok_or(Refusal::NoSuchRoom)
    }

    /// Whether a user may be in one more room or group; who is talked to directly is not counted.
    async fn check_rooms_of(&self, user: &Username) -> Result<(), Refusal> {
        let limit = self.inner.settings.max_rooms_per_user;
        let of_many = |kind| matches!(kind, RoomKind::Public | RoomKind::Group);
        let memberships = self.memberships(user).await?;
        let rooms = memberships.iter().filter(|membership| of_many(membership.room.kind)).count();
        if rooms < limit { Ok(()) } else { Err(Refusal::TooManyRooms { limit }) }
    }

    async fn resolve(&self, person: PersonRef) -> Result<Username, Refusal> {
        match person {
            PersonRef::Name(name) => {
                let known = self.user(&name).await?.is_some() || self.inner.live.lock().is_online(&name);
                if known { Ok(name) } else { Err(Refusal::NoSuchUser) }
            }
            PersonRef::Phone(phone) => self.user_of_phone(&phone).await?.ok_or(Refusal::NoSuchUser),
        }
    }

    /// A user as others see him, in that room where there is one.
    pub(super) async fn person(&self, name: &Username, room: Option<&Room>) -> Result<Person, Refusal> {
        let user = self.user(name).await?;
        let live = self.inner.live.lock();
        let online = live.is_online(name);
        let moderator = room.is_some_and(|room| live.rules.is_moderator(room.id, name));
        drop(live);
        let (profile, last_seen_at) =
            user.map_or((Profile::default(), None), |user| (user.profile, user.last_seen_at.filter(|_| !online)));
        let owner = room.and_then(|room| room.owner.as_ref()) == Some(name);
        Ok(Person { username: name.clone(), profile, last_seen_at, online, owner, moderator })
    }

    async fn member_count(&self, room: RoomId, user: &Username) -> Result<u32, Refusal> {
        let membership = self.inner.store.membership(room, user).await.map_err(|error| Self::unavailable(&error))?;
        Ok(membership.map_or(0, |membership| membership.members))
    }

    async fn view_of(&self, room: &Room, user: &Username) -> Result<RoomView, Refusal> {
        let membership = self.inner.store.membership(room.id, user).await.map_err(|error| Self::unavailable(&error))?;
        let live = self.inner.live.lock();
        Ok(match membership {
            Some(membership) => views::room_view(&live, user, membership, self.now()),
            None => views::passing_view(room.clone(), 0),
        })
    }
}

/// What a room is about, as it is kept.
fn topic(text: &str) -> Result<String, Refusal> {
    let problem = "has at most 500 bytes and no line breaks";
    texts::one_line(text, "topic", problem, |topic| topic.len() <= MAX_TOPIC)
}
