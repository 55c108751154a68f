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
    /// Connect programs to it: webhooks.
    Connect,
    /// Delete it for everybody.
    Delete,
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
    use Action::{AddMember, Connect, Delete, Join, Leave, Read, RemoveMember, Speak};
    use Relation::{Member, Outsider, Owner, Present};

    match (kind, action, relation) {
        (RoomKind::Group | RoomKind::Direct | RoomKind::Pair, _, Outsider | Present) => Err(Refusal::NoSuchRoom),
        (RoomKind::Public, Read | Join, _) => Ok(()),
        (RoomKind::Public, Speak | Leave, Outsider) => Err(Refusal::NotAMember),
        (RoomKind::Public | RoomKind::Group, Connect | Delete, Owner) => Ok(()),
        (RoomKind::Public | RoomKind::Group, Connect | Delete, Outsider | Present | Member) => {
            Err(Refusal::NotTheOwner)
        }
        (RoomKind::Group, RemoveMember, Member) => Err(Refusal::NotTheOwner),
        (RoomKind::Group, AddMember | RemoveMember, Member | Owner) => Ok(()),
        (_, Read | Speak, Present | Member | Owner) => Ok(()),
        (RoomKind::Public | RoomKind::Group, Leave, Present | Member | Owner) => Ok(()),
        (RoomKind::Group | RoomKind::Direct | RoomKind::Pair, Join, Member | Owner) => Err(Refusal::NotInThisKind),
        (RoomKind::Public, AddMember | RemoveMember, _) => Err(Refusal::NotInThisKind),
        (RoomKind::Direct | RoomKind::Pair, Leave | AddMember | RemoveMember | Connect | Delete, Member | Owner) => {
            Err(Refusal::NotInThisKind)
        }
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
        (RoomKind::Public, Action::Connect, "ooo+"),
        (RoomKind::Public, Action::Delete, "ooo+"),
        (RoomKind::Group, Action::Read, "??++"),
        (RoomKind::Group, Action::Speak, "??++"),
        (RoomKind::Group, Action::Join, "??--"),
        (RoomKind::Group, Action::Leave, "??++"),
        (RoomKind::Group, Action::AddMember, "??++"),
        (RoomKind::Group, Action::RemoveMember, "??o+"),
        (RoomKind::Group, Action::Connect, "??o+"),
        (RoomKind::Group, Action::Delete, "??o+"),
        (RoomKind::Direct, Action::Read, "??++"),
        (RoomKind::Direct, Action::Speak, "??++"),
        (RoomKind::Direct, Action::Join, "??--"),
        (RoomKind::Direct, Action::Leave, "??--"),
        (RoomKind::Direct, Action::AddMember, "??--"),
        (RoomKind::Direct, Action::RemoveMember, "??--"),
        (RoomKind::Direct, Action::Connect, "??--"),
        (RoomKind::Direct, Action::Delete, "??--"),
        (RoomKind::Pair, Action::Read, "??++"),
        (RoomKind::Pair, Action::Speak, "??++"),
        (RoomKind::Pair, Action::Join, "??--"),
        (RoomKind::Pair, Action::Leave, "??--"),
        (RoomKind::Pair, Action::AddMember, "??--"),
        (RoomKind::Pair, Action::RemoveMember, "??--"),
        (RoomKind::Pair, Action::Connect, "??--"),
        (RoomKind::Pair, Action::Delete, "??--"),
    ];

    fn mark(result: Result<(), Refusal>) -> char {
        match result {
            Ok(()) => '+',
            Err(Refusal::NoSuchRoom) => '?',
            Err(Refusal::NotAMember) => 'm',
            Err(Refusal::NotTheOwner) => 'o',
            Err(Refusal::NotInThisKind) => '-',
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
}
