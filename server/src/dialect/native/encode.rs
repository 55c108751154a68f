//! Events and answers of the hub as frames of the native protocol.

use bytestring::ByteString;
use serde::Serialize;
use shared::{
    Account, ChatMessage, ClientId, CloseCode, Emoji, Found, Goodbye, History, Imposed, Limits, Member, MemberChange,
    MemberRole, MessageId, Presence, Preview, Profile, Reaction, ReadPosition, ReplyTo, RequestId, Resumed, Return,
    RoomChange, RoomGone, RoomId, RoomListing, RoomSummary, Sanctions, Seq, ServerMessage, Silence, Typing, Username,
    Version, Welcome,
};

use crate::hub::{Event, Identified, Listed, Person, Portrait, Recovery, Reply, RoomRef, RoomView, Terms};
use crate::store::{Message, Sanction, Since, Target, Timestamp};

/// The most users whom an emoji under a message names.
const REACTING_USERS: usize = 50;

/// A frame's text. `None` only where a value cannot be JSON, which none of these types can bring about.
pub fn text(message: &ServerMessage) -> Option<ByteString> {
    serde_json::to_string(message).ok().map(ByteString::from)
}

/// [`ServerMessage::Message`] for what most messages are: a text. No other frame is made so often, so nothing is copied
/// that is only written.
#[derive(Serialize)]
#[serde(tag = "type", rename = "message")]
struct Said<'a> {
    room: RoomId,
    seq: Seq,
    message_id: &'a MessageId,
    from: &'a str,
    body: &'a str,
    time: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    client_id: Option<&'a str>,
}

impl<'a> Said<'a> {
    /// Whether there is nothing more to a message than is told here.
    fn tells_all_of(message: &Message) -> bool {
        let Message { room: _, seq: _, id: _, sender: _, body, time: _, kind, metadata, client_id: _, reply_to, since } =
            message;
        kind.is_chat() && metadata.is_empty() && reply_to.is_none() && *since == Since::default() && !body.contains('@')
    }

    fn of(message: &'a Message) -> Self {
        Self {
            room: message.room,
            seq: message.seq,
            message_id: &message.id,
            from: message.sender.as_str(),
            body: &message.body,
            time: message.time.rfc3339(),
            client_id: message.client_id.as_ref().map(ClientId::as_str),
        }
    }
}

/// What an event reads like; the same for everybody who is told of it.
pub fn event(event: &Event) -> Option<ByteString> {
    let message = match event {
        Event::Message { message, .. } if Said::tells_all_of(message) => {
            return serde_json::to_string(&Said::of(message)).ok().map(ByteString::from);
        }
        Event::Message { message, .. } => ServerMessage::Message(chat_message(message)),
        Event::Changed { message, .. } => ServerMessage::Changed(chat_message(message)),
        Event::Typing { room, user, on } => {
            ServerMessage::Typing(Typing { room: room.id, user: user.clone(), on: *on })
        }
        Event::Joined { room, member, members } => ServerMessage::MemberJoined(change(room, member, *members)),
        Event::Left { room, member, members } => ServerMessage::MemberLeft(change(room, member, *members)),
        Event::RoomAdded(view) => ServerMessage::Room { id: None, room: summary(view.clone()) },
        Event::RoomGone { room, reason } => ServerMessage::RoomGone(RoomGone { room: room.id, reason: *reason }),
        Event::RoomChanged { room, topic, owner } => {
            ServerMessage::RoomChanged(RoomChange { room: room.id, topic: topic.clone(), owner: owner.clone() })
        }
        Event::Moderates { room, user, on } => {
            ServerMessage::MemberChanged(MemberRole { room: room.id, user: user.clone(), moderator: *on })
        }
        Event::Standing { room, standing } => ServerMessage::Standing(shared::Standing {
            room: room.id,
            moderator: standing.moderator,
            silenced: standing.silenced.as_deref().map(silence),
        }),
        Event::Muted { room, level } => ServerMessage::Muted { room: *room, level: *level },
        Event::Presence { user, online, .. } => {
            ServerMessage::Presence(Presence { user: user.clone(), online: *online })
        }
        Event::Read { room, user, seq, unread, mentions } => ServerMessage::Read(ReadPosition {
            room: room.id,
            user: user.clone(),
            seq: *seq,
            unread: *unread,
            mentions: *mentions,
        }),
        Event::Stranger(state) => ServerMessage::Stranger(state.clone()),
        Event::Lagged => ServerMessage::Resync {},
        Event::Attendance { .. } | Event::Reply { .. } | Event::Close(_) => return None,
    };
    text(&message)
}

/// What an answer reads like.
pub fn reply(id: Option<RequestId>, reply: Reply) -> Option<ServerMessage> {
    Some(match reply {
        Reply::Done => ServerMessage::Ok { id },
        Reply::Accepted(accepted) => ServerMessage::Accepted(shared::Accepted {
            id,
            room: accepted.room,
            seq: accepted.seq,
            message_id: accepted.id,
            time: accepted.time.rfc3339(),
            client_id: accepted.client_id,
            duplicate: accepted.duplicate,
        }),
        Reply::Room(view) => ServerMessage::Room { id, room: summary(*view) },
        Reply::Page { room, messages, more } => {
            let messages = messages.iter().map(chat_message).collect();
            ServerMessage::History(History { id, room, messages, more })
        }
        Reply::Versions { room, seq, versions } => {
            let versions =
                versions.into_iter().map(|was| Version { body: was.body, time: was.time.rfc3339() }).collect();
            ServerMessage::Edits { id, room, seq, versions }
        }
        Reply::Found { hits, more } => {
            ServerMessage::Found(Found { id, hits: hits.iter().map(chat_message).collect(), more })
        }
        Reply::Profile(portrait) => ServerMessage::Profile { id, profile: profile(*portrait) },
        Reply::Directory(rooms) => {
            ServerMessage::Directory { id, rooms: rooms.into_iter().filter_map(listing).collect() }
        }
        Reply::Members { room, members } => {
            ServerMessage::Members { id, room: room.id, members: members.iter().map(member).collect() }
        }
        Reply::Sanctions { room, sanctions } => {
            let sanctions = sanctions.into_iter().filter_map(imposed).collect();
            ServerMessage::Sanctions(Sanctions { id, room, sanctions })
        }
        Reply::Stranger(state) => ServerMessage::Stranger(state),
        // Asked for by other dialects only, or put by the caller.
        Reply::Identified(_)
        | Reply::Resumed(_)
        | Reply::Mail(_)
        | Reply::Rooms(_)
        | Reply::Online(_)
        | Reply::People(_) => return None,
    })
}

/// What a connection that has a name now is told.
pub fn welcome(id: Option<RequestId>, identified: Identified, limits: Limits) -> Welcome {
    Welcome {
        id,
        you: Account { username: identified.username, guest: identified.guest, admin: identified.admin },
        session: identified.session,
        limits,
        server: env!("CARGO_PKG_VERSION").to_owned(),
        rooms: identified.rooms.into_iter().map(summary).collect(),
        stranger: identified.stranger,
    }
}

/// What was missed in one conversation.
pub fn resumed(recovery: Recovery) -> Resumed {
    let Recovery { room, recovered, messages, changed, change } = recovery;
    let [messages, changed] = [messages, changed].map(|messages| messages.iter().map(chat_message).collect());
    Resumed { room, recovered, messages, changed, change }
}

/// The last frame before a close.
pub fn goodbye(code: CloseCode) -> Goodbye {
    let reconnect = CloseCode::advice(code.number()) != Return::Never;
    Goodbye { code: code.number(), message: code.reason().to_owned(), reconnect }
}

/// A message as every frame shows it.
#[must_use]
pub fn chat_message(message: &Message) -> ChatMessage {
    ChatMessage {
        room: message.room,
        seq: message.seq,
        id: message.id.clone(),
        from: message.sender.clone(),
        body: message.body.clone(),
        time: message.time.rfc3339(),
        kind: message.kind,
        metadata: message.metadata.clone(),
        client_id: message.client_id.clone(),
        reply_to: message.reply_to.as_ref().map(|quote| ReplyTo {
            seq: quote.seq,
            from: quote.sender.clone(),
            excerpt: quote.excerpt.clone(),
        }),
        mentions: shared::mentioned(&message.body),
        edited_at: message.since.edited_at.map(Timestamp::rfc3339),
        deleted: message.since.deleted,
        reactions: message.since.reactions.iter().map(reaction).collect(),
        change: message.since.change,
    }
}

fn reaction((emoji, users): &(Emoji, Vec<Username>)) -> Reaction {
    Reaction {
        emoji: emoji.clone(),
        count: u32::try_from(users.len()).unwrap_or(u32::MAX),
        users: users.iter().take(REACTING_USERS).cloned().collect(),
    }
}

fn profile(portrait: Portrait) -> Profile {
    let Portrait { person, guest, since, shared } = portrait;
    Profile {
        username: person.username,
        display_name: person.profile.display_name,
        guest,
        online: person.online,
        last_seen: person.last_seen_at.map(Timestamp::rfc3339),
        since: since.rfc3339(),
        shared,
    }
}

fn summary(view: RoomView) -> RoomSummary {
    let with = view.partner.clone();
    RoomSummary {
        room: view.room.id,
        kind: view.room.kind,
        name: view.room.name.clone(),
        with,
        with_online: view.partner_online,
        topic: view.topic,
        owner: view.owner,
        moderator: view.standing.moderator,
        silenced: view.standing.silenced.as_deref().map(silence),
        members: view.members,
        last_seq: view.last_seq,
        read_seq: view.read_seq,
        unread: view.unread,
        mentions: view.mentions,
        mute: view.mute,
        with_read_seq: view.partner_read,
        change: view.change,
        last: view.last.map(|last| Preview { from: last.sender, excerpt: last.excerpt, time: last.time.rfc3339() }),
        active_at: view.active_at.rfc3339(),
    }
}

fn silence(terms: &Terms) -> Silence {
    Silence { until: terms.until.map(Timestamp::rfc3339), reason: terms.reason.clone() }
}

/// `None`: on a network, which a room has none of.
fn imposed(sanction: Sanction) -> Option<Imposed> {
    let Sanction { kind, whom: Target::User(user), until, reason, by, since, .. } = sanction else { return None };
    Some(Imposed { kind, user, until: until.map(Timestamp::rfc3339), reason, by, since: since.rfc3339() })
}

fn listing(listed: Listed) -> Option<RoomListing> {
    Some(RoomListing {
        room: listed.room.id,
        name: listed.room.name.clone()?,
        topic: listed.topic,
        members: listed.members,
        present: listed.present,
        joined: listed.joined,
    })
}

fn member(person: &Person) -> Member {
    let Person { username, online, owner, moderator, .. } = person;
    Member { username: username.clone(), online: *online, owner: *owner, moderator: *moderator }
}

fn change(room: &RoomRef, person: &Person, members: u32) -> MemberChange {
    MemberChange { room: room.id, user: person.username.clone(), members }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use shared::RoomKind;

    use super::*;

    #[test]
    fn a_plain_text_reads_as_any_other_message() {
        for client_id in [None, Some("mine")] {
            let message = Message {
                room: RoomId(7),
                seq: Seq(3),
                id: MessageId("01890a5d-ac96-774b-bcce-b302099a8057".to_owned()),
                sender: "ann".parse().unwrap(),
                body: "\"hi\"\n\u{1}é".to_owned(),
                time: Timestamp(1_700_000_000_000),
                kind: shared::MessageKind::Chat,
                metadata: shared::MetadataMap::new(),
                client_id: client_id.map(|id| id.parse().unwrap()),
                reply_to: None,
                since: Since::default(),
            };
            assert!(Said::tells_all_of(&message));
            let usual = text(&ServerMessage::Message(chat_message(&message)));
            let room = RoomRef { id: message.room, kind: RoomKind::Public, name: None, parties: None };
            let told = Event::Message { room: Arc::new(room), message: Arc::new(message), origin: None };
            assert_eq!(event(&told), usual);
        }
    }
}
