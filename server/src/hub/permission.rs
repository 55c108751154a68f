//! Every authorization decision: who may do what in a conversation, with its people, and on the server. Functions over
//! what somebody wants and what he is there, tested as tables.

use shared::RoomKind;

use super::{Refusal, Terms};

/// What somebody wants to do in a conversation.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Action {
    /// Read what was said, and who is there.
    Read,
    /// Note what was read.
    MarkRead,
    /// Speak, type.
    Speak,
    /// Become a member, or be present.
    Join,
    /// Be a member no longer.
    Leave,
    /// Bring somebody in.
    AddMember,
    /// Take somebody else out.
    RemoveMember,
    /// Keep somebody out or silent, let him in or speak again, and see whom that concerns.
    Sanction,
    /// Say who keeps order.
    Appoint,
    /// Say what it is about.
    SetTopic,
    /// Connect programs to it: webhooks.
    Connect,
    /// Delete it for everybody.
    Delete,
}

/// What somebody wants to do with a message.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum MessageAction {
    /// Give it another text.
    Edit,
    /// Take it back.
    Delete,
    /// Put an emoji under it, or take one's own away.
    React,
    /// Read what it said before it was edited.
    ReadVersions,
    /// Tell the server's administrators of it.
    Report,
}

/// What somebody wants to do on the server as a whole.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum ServerAction {
    /// Keep somebody out of the server, let him in again, and see whom that concerns.
    Sanction,
    /// Read what was reported and say that it is dealt with.
    Review,
    /// Read what was done by whom.
    Audit,
}

/// What somebody is to a conversation.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Relation {
    /// Kept out.
    Banned,
    /// Nothing.
    Outsider,
    /// Present without being a member.
    Present,
    /// Present or a member, and to say nothing.
    Silenced,
    /// A member, or one of the two.
    Member,
    /// A member who keeps order.
    Moderator,
    /// A member whose it is.
    Owner,
    /// Administers the server, and is present in a public room or a member of it. What is not public is closed to him
    /// like to anybody.
    Admin,
}

impl Relation {
    /// Who can be set over whom: only who ranks higher takes out, keeps out and silences.
    fn rank(self) -> u8 {
        match self {
            Self::Banned | Self::Outsider | Self::Present | Self::Silenced | Self::Member => 0,
            Self::Moderator => 1,
            Self::Owner => 2,
            Self::Admin => 3,
        }
    }
}

/// Whether it is allowed. What ban or silence stands against it the caller says, who knows it.
///
/// # Errors
/// The [`Refusal`] that says why not. What an outsider may not know of does not exist for him.
pub fn check(action: Action, kind: RoomKind, relation: Relation) -> Result<(), Refusal> {
    match kind {
        RoomKind::Public => in_public(action, relation),
        RoomKind::Group => in_group(action, relation),
        RoomKind::Direct | RoomKind::Pair => between_two(action, relation),
    }
}

fn in_public(action: Action, relation: Relation) -> Result<(), Refusal> {
    use Action::{
        AddMember, Appoint, Connect, Delete, Join, Leave, MarkRead, Read, RemoveMember, Sanction, SetTopic, Speak,
    };
    use Relation::{Admin, Banned, Member, Moderator, Outsider, Owner, Present, Silenced};

    match (action, relation) {
        (AddMember, _) => Err(Refusal::NotInThisKind),
        (_, Banned) => Err(Refusal::Banned(Terms::default())),
        (Read | Join, _) => Ok(()),
        (Speak | MarkRead | Leave, Outsider) => Err(Refusal::NotAMember),
        (Speak, Silenced) => Err(Refusal::Silenced(Terms::default())),
        (Speak | MarkRead | Leave, _) => Ok(()),
        (RemoveMember | Sanction | SetTopic, Moderator) | (_, Owner | Admin) => Ok(()),
        (RemoveMember | Sanction | SetTopic, Outsider | Present | Silenced | Member) => Err(Refusal::NotAModerator),
        (Appoint | Connect | Delete, Outsider | Present | Silenced | Member | Moderator) => Err(Refusal::NotTheOwner),
    }
}

fn in_group(action: Action, relation: Relation) -> Result<(), Refusal> {
    use Action::{
        AddMember, Appoint, Connect, Delete, Join, Leave, MarkRead, Read, RemoveMember, Sanction, SetTopic, Speak,
    };
    use Relation::{Admin, Banned, Member, Moderator, Outsider, Owner, Present, Silenced};

    match (action, relation) {
        (_, Banned | Outsider | Present | Admin) => Err(Refusal::NoSuchRoom),
        (Join, _) => Err(Refusal::NotInThisKind),
        (Read | MarkRead | Leave, _) => Ok(()),
        (Speak | AddMember | SetTopic, Silenced) => Err(Refusal::Silenced(Terms::default())),
        (Speak | AddMember | SetTopic, _) => Ok(()),
        (RemoveMember | Sanction, Moderator) | (_, Owner) => Ok(()),
        (RemoveMember | Sanction, Silenced | Member) => Err(Refusal::NotAModerator),
        (Appoint | Connect | Delete, Silenced | Member | Moderator) => Err(Refusal::NotTheOwner),
    }
}

fn between_two(action: Action, relation: Relation) -> Result<(), Refusal> {
    use Relation::{Admin, Banned, Member, Moderator, Outsider, Owner, Present, Silenced};

    match (action, relation) {
        (_, Banned | Outsider | Present | Admin) => Err(Refusal::NoSuchRoom),
        (Action::Read | Action::MarkRead | Action::Speak, Silenced | Member | Moderator | Owner) => Ok(()),
        (_, Silenced | Member | Moderator | Owner) => Err(Refusal::NotInThisKind),
    }
}

/// Whether it is allowed with a message, which is `own` where he said it himself. What is said in a pair stays as it
/// was said: it is gone soon anyway, and has a report of its own.
///
/// # Errors
/// The [`Refusal`] that says why not.
pub fn check_message(action: MessageAction, kind: RoomKind, relation: Relation, own: bool) -> Result<(), Refusal> {
    let needed = match action {
        MessageAction::Edit | MessageAction::React => Action::Speak,
        MessageAction::Delete => Action::MarkRead,
        MessageAction::ReadVersions | MessageAction::Report => Action::Read,
    };
    check(needed, kind, relation)?;
    match (kind, action) {
        (RoomKind::Pair, _) => Err(Refusal::NotInThisKind),
        (_, MessageAction::React | MessageAction::ReadVersions | MessageAction::Report) => Ok(()),
        (_, MessageAction::Delete) if own || check(Action::Sanction, kind, relation).is_ok() => Ok(()),
        (_, MessageAction::Edit) if own => Ok(()),
        (_, MessageAction::Edit | MessageAction::Delete) => Err(Refusal::NotYours),
    }
}

/// Whether somebody may do to another what [`check`] lets him do to anybody.
///
/// # Errors
/// [`Refusal::Outranked`].
pub fn check_rank(relation: Relation, of_the_other: Relation) -> Result<(), Refusal> {
    if relation.rank() > of_the_other.rank() { Ok(()) } else { Err(Refusal::Outranked) }
}

/// Whether it is allowed on the server as a whole, to who administers it or does not.
///
/// # Errors
/// [`Refusal::NotAnAdmin`].
pub fn check_server(action: ServerAction, admin: bool) -> Result<(), Refusal> {
    match (action, admin) {
        (ServerAction::Sanction | ServerAction::Review | ServerAction::Audit, true) => Ok(()),
        (ServerAction::Sanction | ServerAction::Review | ServerAction::Audit, false) => Err(Refusal::NotAnAdmin),
    }
}

#[cfg(test)]
mod tests;
