//! Every authorization decision: who may do what in a conversation. One function, tested as a table.

use shared::RoomKind;

use super::Refusal;

/// What somebody wants to do in a conversation.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Action {
    /// Read what was said, and who is there.
    Read,
    /// Speak, type, note what was read.
    Speak,
    /// Become a member, or be present.
    Join,
    /// Be a member no longer.
    Leave,
    /// Bring somebody in.
    AddMember,
    /// Take somebody else out.
    RemoveMember,
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
}

/// What somebody is to a conversation.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Relation {
    /// Nothing.
    Outsider,
    /// Present without being a member.
    Present,
    /// A member, or one of the two.
    Member,
    /// A member whose it is.
    Owner,
}

/// Whether it is allowed.
///
/// # Errors
/// The [`Refusal`] that says why not. What an outsider may not know of does not exist for him.
pub fn check(action: Action, kind: RoomKind, relation: Relation) -> Result<(), Refusal> {
    use Action::{AddMember, Connect, Delete, Join, Leave, Read, RemoveMember, SetTopic, Speak};
    use Relation::{Member, Outsider, Owner, Present};

    match (kind, action, relation) {
        (RoomKind::Group | RoomKind::Direct | RoomKind::Pair, _, Outsider | Present) => Err(Refusal::NoSuchRoom),
        (RoomKind::Public, Read | Join, _) => Ok(()),
        (RoomKind::Public, Speak | Leave, Outsider) => Err(Refusal::NotAMember),
        (RoomKind::Public | RoomKind::Group, Connect | Delete, Owner) | (RoomKind::Public, SetTopic, Owner) => Ok(()),
        (RoomKind::Public | RoomKind::Group, Connect | Delete, Outsider | Present | Member)
        | (RoomKind::Public, SetTopic, Outsider | Present | Member)
        | (RoomKind::Group, RemoveMember, Member) => Err(Refusal::NotTheOwner),
        (RoomKind::Group, AddMember | RemoveMember | SetTopic, Member | Owner) => Ok(()),
        (_, Read | Speak, Present | Member | Owner) => Ok(()),
        (RoomKind::Public | RoomKind::Group, Leave, Present | Member | Owner) => Ok(()),
        (RoomKind::Group | RoomKind::Direct | RoomKind::Pair, Join, Member | Owner) => Err(Refusal::NotInThisKind),
        (RoomKind::Public, AddMember | RemoveMember, _) => Err(Refusal::NotInThisKind),
        (
            RoomKind::Direct | RoomKind::Pair,
            Leave | AddMember | RemoveMember | SetTopic | Connect | Delete,
            Member | Owner,
        ) => Err(Refusal::NotInThisKind),
    }
}

/// Whether it is allowed with a message, which is `own` where he said it himself. What is said in a pair stays as it
/// was said: it is gone soon anyway.
///
/// # Errors
/// The [`Refusal`] that says why not.
pub fn check_message(action: MessageAction, kind: RoomKind, relation: Relation, own: bool) -> Result<(), Refusal> {
    let needed = if action == MessageAction::ReadVersions { Action::Read } else { Action::Speak };
    check(needed, kind, relation)?;
    match (kind, action) {
        (RoomKind::Pair, _) => Err(Refusal::NotInThisKind),
        (_, MessageAction::React | MessageAction::ReadVersions) => Ok(()),
        (_, MessageAction::Delete) if own || relation == Relation::Owner => Ok(()),
        (_, MessageAction::Edit) if own => Ok(()),
        (_, MessageAction::Edit | MessageAction::Delete) => Err(Refusal::NotYours),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const RELATIONS: [Relation; 4] = [Relation::Outsider, Relation::Present, Relation::Member, Relation::Owner];

    /// One line an action and kind; its four answers are for outsider, present, member, owner.
    /// `+` allowed, `?` no such room, `m` members only, `o` owner only, `-` not in this kind.
    const TABLE: &[(RoomKind, Action, &str)] = &[
        (RoomKind::Public, Action::Read, "++++"),
        (RoomKind::Public, Action::Speak, "m+++"),
        (RoomKind::Public, Action::Join, "++++"),
        (RoomKind::Public, Action::Leave, "m+++"),
        (RoomKind::Public, Action::AddMember, "----"),
        (RoomKind::Public, Action::RemoveMember, "----"),
        (RoomKind::Public, Action::SetTopic, "ooo+"),
        (RoomKind::Public, Action::Connect, "ooo+"),
        (RoomKind::Public, Action::Delete, "ooo+"),
        (RoomKind::Group, Action::Read, "??++"),
        (RoomKind::Group, Action::Speak, "??++"),
        (RoomKind::Group, Action::Join, "??--"),
        (RoomKind::Group, Action::Leave, "??++"),
        (RoomKind::Group, Action::AddMember, "??++"),
        (RoomKind::Group, Action::RemoveMember, "??o+"),
        (RoomKind::Group, Action::SetTopic, "??++"),
        (RoomKind::Group, Action::Connect, "??o+"),
        (RoomKind::Group, Action::Delete, "??o+"),
        (RoomKind::Direct, Action::Read, "??++"),
        (RoomKind::Direct, Action::Speak, "??++"),
        (RoomKind::Direct, Action::Join, "??--"),
        (RoomKind::Direct, Action::Leave, "??--"),
        (RoomKind::Direct, Action::AddMember, "??--"),
        (RoomKind::Direct, Action::RemoveMember, "??--"),
        (RoomKind::Direct, Action::SetTopic, "??--"),
        (RoomKind::Direct, Action::Connect, "??--"),
        (RoomKind::Direct, Action::Delete, "??--"),
        (RoomKind::Pair, Action::Read, "??++"),
        (RoomKind::Pair, Action::Speak, "??++"),
        (RoomKind::Pair, Action::Join, "??--"),
        (RoomKind::Pair, Action::Leave, "??--"),
        (RoomKind::Pair, Action::AddMember, "??--"),
        (RoomKind::Pair, Action::RemoveMember, "??--"),
        (RoomKind::Pair, Action::SetTopic, "??--"),
        (RoomKind::Pair, Action::Connect, "??--"),
        (RoomKind::Pair, Action::Delete, "??--"),
    ];

    /// The same for messages: the four answers for one's own, and for another's. `y` only who said it.
    const OF_MESSAGES: &[(RoomKind, MessageAction, &str, &str)] = &[
        (RoomKind::Public, MessageAction::Edit, "m+++", "myyy"),
        (RoomKind::Public, MessageAction::Delete, "m+++", "myy+"),
        (RoomKind::Public, MessageAction::React, "m+++", "m+++"),
        (RoomKind::Public, MessageAction::ReadVersions, "++++", "++++"),
        (RoomKind::Group, MessageAction::Edit, "??++", "??yy"),
        (RoomKind::Group, MessageAction::Delete, "??++", "??y+"),
        (RoomKind::Group, MessageAction::React, "??++", "??++"),
        (RoomKind::Group, MessageAction::ReadVersions, "??++", "??++"),
        (RoomKind::Direct, MessageAction::Edit, "??++", "??yy"),
        (RoomKind::Direct, MessageAction::Delete, "??++", "??y+"),
        (RoomKind::Direct, MessageAction::React, "??++", "??++"),
        (RoomKind::Direct, MessageAction::ReadVersions, "??++", "??++"),
        (RoomKind::Pair, MessageAction::Edit, "??--", "??--"),
        (RoomKind::Pair, MessageAction::Delete, "??--", "??--"),
        (RoomKind::Pair, MessageAction::React, "??--", "??--"),
        (RoomKind::Pair, MessageAction::ReadVersions, "??--", "??--"),
    ];

    fn mark(result: Result<(), Refusal>) -> char {
        match result {
            Ok(()) => '+',
            Err(Refusal::NoSuchRoom) => '?',
            Err(Refusal::NotAMember) => 'm',
            Err(Refusal::NotTheOwner) => 'o',
            Err(Refusal::NotInThisKind) => '-',
            Err(Refusal::NotYours) => 'y',
            Err(other) => panic!("{other}"),
        }
    }

    #[test]
    fn each_relation_may_do_what_the_table_says_and_no_more() {
        for (kind, action, expected) in TABLE {
            let answers: String = RELATIONS.iter().map(|relation| mark(check(*action, *kind, *relation))).collect();
            assert_eq!(&answers, expected, "{kind:?} {action:?}");
        }
    }
    #[test]
    fn a_message_is_its_senders_to_edit_and_its_senders_and_the_owners_to_delete() {
        for (kind, action, own, anothers) in OF_MESSAGES {
            for (expected, own) in [(own, true), (anothers, false)] {
                let answers = RELATIONS.iter().map(|relation| mark(check_message(*action, *kind, *relation, own)));
                assert_eq!(&answers.collect::<String>(), expected, "{kind:?} {action:?} own: {own}");
            }
        }
    }
}
