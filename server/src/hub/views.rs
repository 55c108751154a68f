//! How the store's records look to a member: put together from what is stored and who is there.

use std::sync::Arc;

use shared::{MuteLevel, Username};

use super::live::Live;
use super::{Listed, Person, RoomRef, RoomView, Standing};
use crate::store::{Listing, MemberRecord, Membership, Profile, Room, Timestamp, unread};

impl RoomRef {
    /// What a message's reader needs of a stored room.
    #[must_use]
    pub fn of(room: &Room) -> Arc<Self> {
        Arc::new(Self { id: room.id, kind: room.kind, name: room.name.clone(), parties: room.parties.clone() })
    }
}

/// A conversation as its member sees it.
pub fn room_view(live: &Live, me: &Username, membership: Membership, now: Timestamp) -> RoomView {
    let Membership { room, members, read, hidden, mentions, mute, partner_read, last } = membership;
    let reference = RoomRef::of(&room);
    let partner = reference.partner_of(me).cloned();
    let partner_online = partner.as_ref().is_some_and(|partner| live.is_online(partner));
    RoomView {
        partner,
        partner_read,
        unread: unread(room.last_seq, read, hidden),
        mentions,
        mute,
        standing: live.rules.standing(room.id, me, now),
        change: room.change,
        last,
        topic: room.topic,
        owner: room.owner,
        members,
        last_seq: room.last_seq,
        read_seq: read.max(hidden),
        active_at: room.active_at,
        partner_online,
        room: reference,
    }
}

/// A public room as somebody sees it who is no member, or has no name.
pub fn passing_view(room: Room, members: u32) -> RoomView {
    RoomView {
        room: RoomRef::of(&room),
        unread: 0,
        mentions: 0,
        mute: MuteLevel::All,
        standing: Standing::default(),
        change: room.change,
        last: None,
        topic: room.topic,
        owner: room.owner,
        members,
        last_seq: room.last_seq,
        read_seq: room.last_seq,
        active_at: room.active_at,
        partner: None,
        partner_online: false,
        partner_read: None,
    }
}

/// A public room in the directory.
pub fn listed(live: &Live, listing: Listing, joined: bool) -> Listed {
    let present = live.rooms.present_in(listing.room.id);
    Listed { room: RoomRef::of(&listing.room), topic: listing.room.topic, members: listing.members, present, joined }
}

/// A member as others see him.
pub fn person(live: &Live, record: MemberRecord, room: &Room) -> Person {
    let online = live.is_online(&record.user);
    Person {
        profile: Profile { display_name: record.display_name, phone: record.phone },
        last_seen_at: record.last_seen_at.filter(|_| !online),
        online,
        owner: room.owner.as_ref() == Some(&record.user),
        moderator: live.rules.is_moderator(room.id, &record.user),
        username: record.user,
    }
}
