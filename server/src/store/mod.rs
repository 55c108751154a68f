//! What is there after a restart: the trait with its guarantees, the records it speaks in, and the engines
//! behind it. Decides nothing about who may do what: that is the hub's.

mod codes;
mod error;
mod fault;
mod file_bytes;
mod likeness;
mod nodes;
mod order;
mod parts;
mod plan;
mod postgres;
mod programs;
mod records;
mod seats;
mod sqlite;

use std::collections::HashSet;
use std::sync::Arc;

use async_trait::async_trait;
use shared::{Change, MuteLevel, RoomId, RoomKind, RoomName, SanctionKind, Seq, Username};

pub use error::StoreError;
pub use file_bytes::FileBytes;
pub use likeness::are_alike;
pub use nodes::{BEAT, Claimed, Ground, Held, HeldName, LEASE, Lease, NameClaim, Nodes, Spending, Stay};
pub use order::{Deed, DeedKind, FiledReport, Order, Report, Resolved, Sanction, Target};
pub use postgres::PostgresStore;
pub use programs::{Progress, StoredFile, Turn, Way, Webhook};
pub use records::{
    Act, Amended, Amendment, Appended, Dump, Extent, Glimpse, Line, Listing, Marks, MemberRecord, Membership, Message,
    MessageClass, NewMessage, NewRoom, Page, Profile, Query, Quote, Removal, Room, SessionKind, SessionRecord, Since,
    Timestamp, TokenHash, User, Version,
};
pub use seats::{Seat, Seats, Sought};
pub use sqlite::SqliteStore;

/// The truth. Every method is atomic: it happens whole or not at all, and what it returned `Ok` for is on disk.
///
/// Users are named by [`Username`]; the spelling is irrelevant for finding one, and a user's first spelling is the
/// one every record carries from then on. A user comes into being by the first record that needs one.
#[async_trait]
pub trait Store: Send + Sync + 'static {
    // -- messages ------------------------------------------------------------------------------------------------

    /// Stores a batch of messages with one commit, in the order given, and says for each what became of it, in
    /// the same order.
    ///
    /// Sequence numbers are handed out per room, 1, 2, 3 … without gaps, also when many call at once; a message
    /// whose `client_id` its sender has used before, in whatever room or earlier in this batch, takes none, even where
    /// the room it names is gone by now. Any other message to a room that does not exist is [`Appended::NoSuchRoom`],
    /// hinders no other and uses up no `client_id`. The sender's read position moves to his own message. Files that its
    /// metadata names are said with it, where they are the sender's and the room's.
    ///
    /// Whom the body names ([`shared::mentioned`]) has one more in [`Membership::mentions`], where he is a user by then.
    /// Its words are found by [`Store::search`] soon: an engine may put that work off under load.
    async fn append(&self, batch: &[NewMessage]) -> Result<Vec<Appended>, StoreError>;

    /// A page of a room's messages, lowest sequence number first, without gaps.
    async fn page(&self, room: RoomId, page: Page) -> Result<Vec<Message>, StoreError>;

    /// One message.
    async fn message(&self, room: RoomId, seq: Seq) -> Result<Option<Message>, StoreError>;

    /// Does things to messages with one commit, in the order given, and says for each what became of it, in the same
    /// order. Each that is [`Amended::Done`] counts the room's [`Room::change`] up by one and notes the count in the
    /// message.
    ///
    /// An edit keeps the body that was, and moves names and words to the new one. A deletion takes body, metadata,
    /// versions, reactions, names and words out of the store; place, sender, time and `client_id` stay, and what
    /// answers it quotes it no longer.
    async fn amend(&self, batch: &[Amendment]) -> Result<Vec<Amended>, StoreError>;

    /// The messages up to `until` whose last amendment came after `after`, lowest sequence number first.
    async fn amended(&self, room: RoomId, after: Change, until: Seq, limit: u32) -> Result<Vec<Message>, StoreError>;

    /// What a message said before it was edited, oldest first; where there are more, the newest.
    async fn versions(&self, room: RoomId, seq: Seq, limit: u32) -> Result<Vec<Version>, StoreError>;

    /// Does a piece of what [`Store::append`] put off, where nothing else is to be done. False: nothing is left.
    async fn catch_up(&self) -> Result<bool, StoreError>;

    /// The messages that hold all the words, newest first: by time, then room and sequence number. Words are compared
    /// without regard to case and accents. What was put off is done first, up to 20,000 messages of these rooms.
    async fn search(&self, query: &Query) -> Result<Vec<Message>, StoreError>;

    /// The messages of the user's direct conversations and groups, as far as they are of these kinds, that were never
    /// delivered to him: the first `limit` of them in the order they were stored: by time, then room; within a room by
    /// sequence number, also where a clock was set back. Messages the user sent himself are never mail, nor is what was
    /// said before he joined, or deleted since.
    async fn mail(&self, user: &Username, kinds: &[RoomKind], limit: u32) -> Result<Vec<Message>, StoreError>;

    /// Moves positions forward, at most to the room's newest message; a position that is already further stays.
    /// Unknown rooms and members are passed over.
    async fn advance(&self, marks: &[Marks]) -> Result<(), StoreError>;

    // -- rooms ---------------------------------------------------------------------------------------------------

    /// A room by its number.
    async fn room(&self, room: RoomId) -> Result<Option<Room>, StoreError>;

    /// How far these rooms have come, in any order; those that are not there (any more) are left out.
    async fn extents(&self, rooms: &[RoomId]) -> Result<Vec<Extent>, StoreError>;

    /// A public room or group by its name.
    async fn room_by_name(&self, name: &RoomName) -> Result<Option<Room>, StoreError>;

    /// A public room or group of another name that this name looks like.
    async fn like_room(&self, name: &RoomName) -> Result<Option<RoomName>, StoreError>;

    /// Makes a public room or a group, with its owner as first member. `None`: the name is taken.
    async fn create_room(&self, room: &NewRoom) -> Result<Option<Room>, StoreError>;

    /// The direct conversation of two users, made if there is none; both are its members. The two may be the same.
    /// Who has left it is brought back as [`Store::add_member`] does.
    async fn ensure_direct(&self, one: &Username, other: &Username, now: Timestamp) -> Result<Room, StoreError>;

    /// Deletes a room with its messages and members, and notes it. False: there was none.
    async fn delete_room(&self, room: RoomId, deed: Option<&Deed>) -> Result<bool, StoreError>;

    /// Adds a member. Everything said so far counts as read and delivered to him, and he may read it. A direct
    /// conversation takes only its two users. False: was one already, or the room does not exist or take him.
    async fn add_member(&self, room: RoomId, user: &Username, now: Timestamp) -> Result<bool, StoreError>;

    /// Says what a room is about. False: there is no such room.
    async fn set_topic(&self, room: RoomId, topic: &str) -> Result<bool, StoreError>;

    /// Notes of which messages a member wants to be told aloud. False: no member.
    async fn set_mute(&self, room: RoomId, user: &Username, level: MuteLevel) -> Result<bool, StoreError>;

    /// Takes a member out and notes it; a group whose last member goes is deleted with all that was said in it. A room whose owner
    /// goes passes to the moderator who is in it the longest, else the member, of whom a silence is lifted with that;
    /// where nobody is, it stays his.
    async fn remove_member(&self, room: RoomId, user: &Username, deed: Option<&Deed>) -> Result<Removal, StoreError>;

    /// The members of a room in the order they joined, at most `limit`.
    async fn members(&self, room: RoomId, limit: u32) -> Result<Vec<MemberRecord>, StoreError>;

    /// Every conversation of a user with his positions in it, latest active first.
    async fn memberships(&self, user: &Username) -> Result<Vec<Membership>, StoreError>;

    /// One conversation of a user. `None`: not a member.
    async fn membership(&self, room: RoomId, user: &Username) -> Result<Option<Membership>, StoreError>;

    /// In which conversations these users are, in any order.
    async fn places(&self, users: &[Username]) -> Result<Vec<(Username, RoomId)>, StoreError>;

    /// The public rooms with most members, at most `limit`.
    async fn directory(&self, limit: u32) -> Result<Vec<Listing>, StoreError>;

    // -- people --------------------------------------------------------------------------------------------------

    /// A user by name.
    async fn user(&self, name: &Username) -> Result<Option<User>, StoreError>;

    /// Users by name, in the order asked for.
    async fn users(&self, names: &[Username]) -> Result<Vec<Option<User>>, StoreError>;

    /// For each of these names, in their order, an account of another name that it looks like, where there is one.
    async fn like_users(&self, names: &[Username]) -> Result<Vec<Option<Username>>, StoreError>;

    /// A user by phone.
    async fn user_by_phone(&self, phone: &str) -> Result<Option<User>, StoreError>;

    /// The user of that name, made as a guest if there is none.
    async fn ensure_user(&self, name: &Username, now: Timestamp) -> Result<User, StoreError>;

    /// Sets or removes the password hash, by which a guest becomes an account. Where there was no account, it
    /// administers the server. What was done is noted of the account as it is then ([`Deed::about`]).
    async fn set_password(
        &self,
        name: &Username,
        hash: Option<&str>,
        now: Timestamp,
        deed: Option<&Deed>,
    ) -> Result<User, StoreError>;

    /// Replaces a password hash by another of the same password. Passed over where it is no longer that one.
    async fn rehash_password(&self, name: &Username, from: &str, to: &str) -> Result<(), StoreError>;

    /// Sets what the user is shown and reached by. False: another user has that phone, and nothing was changed.
    async fn set_profile(&self, name: &Username, profile: &Profile, now: Timestamp) -> Result<bool, StoreError>;

    /// Allows or forbids an account to log in, and notes it. False: no such user.
    async fn set_disabled(&self, name: &Username, disabled: bool, deed: Option<&Deed>) -> Result<bool, StoreError>;

    /// Notes when a user was last connected. Passed over where there is no such user.
    async fn set_last_seen(&self, name: &Username, at: Timestamp) -> Result<(), StoreError>;

    /// A guest's name passes to somebody who does not prove to be the same guest: public rooms are left, what was
    /// delivered to the one before can no longer be read, his sessions end. Mail that waits stays. Accounts and unknown
    /// names are passed over; name, phone and display name stay.
    ///
    /// In each conversation left to him [`Membership::hidden`] moves to just before the first waiting message of class
    /// [`MessageClass::Chat`], or to the end where none waits. A notice that waits further back is still mail, though
    /// hidden from the history. A public room that was his passes on as when he leaves, or is nobody's.
    async fn renew_guest(&self, name: &Username, now: Timestamp) -> Result<(), StoreError>;

    /// All accounts, by name.
    async fn accounts(&self) -> Result<Vec<User>, StoreError>;

    // -- the random chat -----------------------------------------------------------------------------------------

    /// Keeps what the operator is told.
    async fn add_report(&self, report: &Report) -> Result<(), StoreError>;

    /// What the operator was told, oldest first.
    async fn reports(&self) -> Result<Vec<FiledReport>, StoreError>;

    /// Notes that a report was dealt with. False: there is none of that number.
    async fn resolve_report(&self, id: i64, resolved: &Resolved, deed: &Deed) -> Result<bool, StoreError>;

    /// A user does not want to meet somebody again. Saying so again changes nothing.
    async fn add_block(&self, user: &Username, blocked: &Username, now: Timestamp) -> Result<(), StoreError>;

    /// Whom a user does not want to meet again.
    async fn blocks(&self, user: &Username) -> Result<Vec<Username>, StoreError>;

    // -- order ---------------------------------------------------------------------------------------------------

    /// All that decides who may do what beside memberships and ownership, as it was at one moment.
    async fn order(&self) -> Result<Order, StoreError>;

    /// [`Order::count`] alone: by it a server sees that something has changed, whoever changed it.
    async fn order_count(&self) -> Result<u64, StoreError>;

    /// Imposes a ban or silence in the place of the one that there was on the same in the same place, and notes it.
    /// Those that were over by then are forgotten. False: there is no such public room or group.
    async fn impose(&self, sanction: &Sanction, deed: &Deed) -> Result<bool, StoreError>;

    /// Lifts one, and notes it. False: there was none, and nothing is noted.
    async fn lift(
        &self,
        kind: SanctionKind,
        room: Option<RoomId>,
        whom: &Target,
        deed: &Deed,
    ) -> Result<bool, StoreError>;

    /// Has a member keep order in a room or no longer, and notes it. False: no member, or it was so already.
    async fn set_moderator(&self, room: RoomId, user: &Username, on: bool, deed: &Deed) -> Result<bool, StoreError>;

    /// Has an account administer the server or no longer, and notes it. False: there is no such account.
    async fn set_admin(&self, name: &Username, on: bool, deed: &Deed) -> Result<bool, StoreError>;

    /// Notes what was done.
    async fn record(&self, deed: &Deed) -> Result<(), StoreError>;

    /// What was done since then, newest first.
    async fn deeds(&self, since: Timestamp, limit: u32) -> Result<Vec<Deed>, StoreError>;

    /// Forgets what was done before then. How much.
    async fn forget_deeds(&self, before: Timestamp) -> Result<u64, StoreError>;

    // -- sessions and tokens -------------------------------------------------------------------------------------

    /// Keeps a session or token. Sessions that were over when this one was made are forgotten.
    async fn add_session(&self, session: &SessionRecord) -> Result<(), StoreError> {
        self.add_sessions(std::slice::from_ref(session), None).await
    }

    /// Keeps several with one commit, and notes what was done.
    async fn add_sessions(&self, sessions: &[SessionRecord], deed: Option<&Deed>) -> Result<(), StoreError>;

    /// A session by the hash of its secret, where it has not expired.
    async fn session(&self, hash: &TokenHash, now: Timestamp) -> Result<Option<SessionRecord>, StoreError>;

    /// Notes that a session was used. Passed over where there is none.
    async fn touch_session(&self, hash: &TokenHash, now: Timestamp) -> Result<(), StoreError>;

    /// Ends a session, and notes it. False: there was none.
    async fn remove_session(&self, hash: &TokenHash, deed: Option<&Deed>) -> Result<bool, StoreError>;

    /// A user's sessions and tokens, newest first; some may have expired.
    async fn sessions_of(&self, user: &Username) -> Result<Vec<SessionRecord>, StoreError>;

    // -- webhooks --------------------------------------------------------------------------------------------------

    /// Keeps a webhook; it goes with its room. False: the room is not there, or its name is an account's, or that of a
    /// webhook that somebody else made.
    async fn add_webhook(&self, webhook: &Webhook) -> Result<bool, StoreError>;

    /// A room's webhooks, oldest first.
    async fn webhooks_of(&self, room: RoomId) -> Result<Vec<Webhook>, StoreError>;

    /// Every outgoing webhook, disabled ones too.
    async fn outgoing_webhooks(&self) -> Result<Vec<Webhook>, StoreError>;

    /// The incoming webhook with that secret.
    async fn webhook_by_secret(&self, hash: &TokenHash) -> Result<Option<Webhook>, StoreError>;

    /// Notes that an incoming webhook was used. Passed over where there is none.
    async fn touch_webhook(&self, id: &str, now: Timestamp) -> Result<(), StoreError>;

    /// Notes how far an outgoing webhook has come, where that is no step back. Passed over where there is none.
    async fn note_progress(&self, id: &str, progress: &Progress) -> Result<(), StoreError>;

    /// Takes a webhook out of its room. False: it has none of that id.
    async fn remove_webhook(&self, room: RoomId, id: &str) -> Result<bool, StoreError>;

    // -- files -----------------------------------------------------------------------------------------------------

    /// Keeps what is known of an upload; it goes with its room, and with the message it was said in first. False: the
    /// room is not there.
    async fn add_file(&self, file: &StoredFile) -> Result<bool, StoreError>;

    /// Those of these files that are known, in any order.
    async fn files(&self, ids: &[String]) -> Result<Vec<StoredFile>, StoreError>;

    /// How much a user has uploaded that is still there, in bytes.
    async fn uploaded_by(&self, user: &Username) -> Result<u64, StoreError>;

    /// Forgets a file of this user that was not said yet. False: there is none.
    async fn forget_file(&self, id: &str, user: &Username) -> Result<bool, StoreError>;

    /// Forgets files from before a moment that were never said. How many.
    async fn forget_unsaid_files(&self, before: Timestamp) -> Result<u64, StoreError>;

    /// Which of these ids are known.
    async fn known_files(&self, ids: &[String]) -> Result<HashSet<String>, StoreError>;

    /// Where the bytes of uploads are kept beside what is known of them. `None`: not here.
    fn file_bytes(self: Arc<Self>) -> Option<Arc<dyn FileBytes>> {
        None
    }

    // -- the whole -----------------------------------------------------------------------------------------------

    /// Everything as lines, in an order in which [`Store::load`] can take them. `after` continues behind what an
    /// earlier call returned; no lines are the end. A store in use may change between two calls: rooms made after the
    /// rooms were returned are left out with all in them, users made later are mentioned without a line of their own.
    async fn dump(&self, after: Option<Dump>, limit: u32) -> Result<(Vec<Line>, Option<Dump>), StoreError>;

    /// Takes lines of a dump into an empty store, in their order, with the same ids and sequence numbers, in as many
    /// calls as wanted. The dump's lobby takes the place of the store's own, where nobody has been in that yet. A
    /// room's last sequence number follows from the messages taken in. What is there already, a message that does not
    /// follow the one before it, or a room that is unknown, is [`StoreError::BadDump`]; a version of a message that is
    /// unknown is passed over.
    async fn load(&self, lines: &[Line]) -> Result<(), StoreError>;

    /// Whether the store answers, for reading and for writing.
    async fn check(&self) -> Result<(), StoreError>;

    /// Finishes what is under way and closes the files. Later calls fail with [`StoreError::Closed`].
    async fn close(&self);
}

/// How many messages a member has yet to read, given the room's last and his own positions.
#[must_use]
pub fn unread(last: Seq, read: Seq, hidden: Seq) -> u32 {
    u32::try_from(last.0.saturating_sub(read.0.max(hidden.0))).unwrap_or(u32::MAX)
}
