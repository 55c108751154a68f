//! The tables of who may do what.

use super::*;

/// The columns: a stranger, a guest of the room (present without being a member), a silenced one, a banned one, a
/// member, a moderator, the owner, an administrator of the server who is there.
const RELATIONS: [Relation; 8] = [
    Relation::Outsider,
    Relation::Present,
    Relation::Silenced,
    Relation::Banned,
    Relation::Member,
    Relation::Moderator,
    Relation::Owner,
    Relation::Admin,
];

/// `+` allowed, `?` no such room, `b` banned, `s` silenced, `m` members only, `k` who keeps order only, `o` the owner
/// only, `-` not in this kind.
#[rustfmt::skip]
const TABLE: &[(RoomKind, Action, &str)] = &[
    //                                        stranger
    //                                        |guest
    //                                        ||silenced
    //                                        |||banned
    //                                        ||||member
    //                                        |||||moderator
    //                                        ||||||owner
    //                                        |||||||admin
    (RoomKind::Public, Action::Read,         "+++b++++"),
    (RoomKind::Public, Action::MarkRead,     "m++b++++"),
    (RoomKind::Public, Action::Speak,        "m+sb++++"),
    (RoomKind::Public, Action::Join,         "+++b++++"),
    (RoomKind::Public, Action::Leave,        "m++b++++"),
    (RoomKind::Public, Action::AddMember,    "--------"),
    (RoomKind::Public, Action::RemoveMember, "kkkbk+++"),
    (RoomKind::Public, Action::Sanction,     "kkkbk+++"),
    (RoomKind::Public, Action::SetTopic,     "kkkbk+++"),
    (RoomKind::Public, Action::Appoint,      "oooboo++"),
    (RoomKind::Public, Action::Connect,      "oooboo++"),
    (RoomKind::Public, Action::Delete,       "oooboo++"),
    (RoomKind::Group,  Action::Read,         "??+?+++?"),
    (RoomKind::Group,  Action::MarkRead,     "??+?+++?"),
    (RoomKind::Group,  Action::Speak,        "??s?+++?"),
    (RoomKind::Group,  Action::Join,         "??-?---?"),
    (RoomKind::Group,  Action::Leave,        "??+?+++?"),
    (RoomKind::Group,  Action::AddMember,    "??s?+++?"),
    (RoomKind::Group,  Action::RemoveMember, "??k?k++?"),
    (RoomKind::Group,  Action::Sanction,     "??k?k++?"),
    (RoomKind::Group,  Action::SetTopic,     "??s?+++?"),
    (RoomKind::Group,  Action::Appoint,      "??o?oo+?"),
    (RoomKind::Group,  Action::Connect,      "??o?oo+?"),
    (RoomKind::Group,  Action::Delete,       "??o?oo+?"),
    (RoomKind::Direct, Action::Read,         "??+?+++?"),
    (RoomKind::Direct, Action::MarkRead,     "??+?+++?"),
    (RoomKind::Direct, Action::Speak,        "??+?+++?"),
    (RoomKind::Direct, Action::Join,         "??-?---?"),
    (RoomKind::Direct, Action::Leave,        "??-?---?"),
    (RoomKind::Direct, Action::AddMember,    "??-?---?"),
    (RoomKind::Direct, Action::RemoveMember, "??-?---?"),
    (RoomKind::Direct, Action::Sanction,     "??-?---?"),
    (RoomKind::Direct, Action::SetTopic,     "??-?---?"),
    (RoomKind::Direct, Action::Appoint,      "??-?---?"),
    (RoomKind::Direct, Action::Connect,      "??-?---?"),
    (RoomKind::Direct, Action::Delete,       "??-?---?"),
    (RoomKind::Pair,   Action::Read,         "??+?+++?"),
    (RoomKind::Pair,   Action::MarkRead,     "??+?+++?"),
    (RoomKind::Pair,   Action::Speak,        "??+?+++?"),
    (RoomKind::Pair,   Action::Join,         "??-?---?"),
    (RoomKind::Pair,   Action::Leave,        "??-?---?"),
    (RoomKind::Pair,   Action::AddMember,    "??-?---?"),
    (RoomKind::Pair,   Action::RemoveMember, "??-?---?"),
    (RoomKind::Pair,   Action::Sanction,     "??-?---?"),
    (RoomKind::Pair,   Action::SetTopic,     "??-?---?"),
    (RoomKind::Pair,   Action::Appoint,      "??-?---?"),
    (RoomKind::Pair,   Action::Connect,      "??-?---?"),
    (RoomKind::Pair,   Action::Delete,       "??-?---?"),
];

/// The same for messages: the answers for one's own, and for another's. `y` only who said it.
#[rustfmt::skip]
const OF_MESSAGES: &[(RoomKind, MessageAction, &str, &str)] = &[
    //                                              sgsbmmoa    sgsbmmoa
    (RoomKind::Public, MessageAction::Edit,         "m+sb++++", "mysbyyyy"),
    (RoomKind::Public, MessageAction::Delete,       "m++b++++", "myyby+++"),
    (RoomKind::Public, MessageAction::React,        "m+sb++++", "m+sb++++"),
    (RoomKind::Public, MessageAction::ReadVersions, "+++b++++", "+++b++++"),
    (RoomKind::Public, MessageAction::Report,       "+++b++++", "+++b++++"),
    (RoomKind::Group,  MessageAction::Edit,         "??s?+++?", "??s?yyy?"),
    (RoomKind::Group,  MessageAction::Delete,       "??+?+++?", "??y?y++?"),
    (RoomKind::Group,  MessageAction::React,        "??s?+++?", "??s?+++?"),
    (RoomKind::Group,  MessageAction::ReadVersions, "??+?+++?", "??+?+++?"),
    (RoomKind::Group,  MessageAction::Report,       "??+?+++?", "??+?+++?"),
    (RoomKind::Direct, MessageAction::Edit,         "??+?+++?", "??y?yyy?"),
    (RoomKind::Direct, MessageAction::Delete,       "??+?+++?", "??y?yyy?"),
    (RoomKind::Direct, MessageAction::React,        "??+?+++?", "??+?+++?"),
    (RoomKind::Direct, MessageAction::ReadVersions, "??+?+++?", "??+?+++?"),
    (RoomKind::Direct, MessageAction::Report,       "??+?+++?", "??+?+++?"),
    (RoomKind::Pair,   MessageAction::Edit,         "??-?---?", "??-?---?"),
    (RoomKind::Pair,   MessageAction::Delete,       "??-?---?", "??-?---?"),
    (RoomKind::Pair,   MessageAction::React,        "??-?---?", "??-?---?"),
    (RoomKind::Pair,   MessageAction::ReadVersions, "??-?---?", "??-?---?"),
    (RoomKind::Pair,   MessageAction::Report,       "??-?---?", "??-?---?"),
];

/// Over whom each of the three can be set who may take somebody out, keep him out or silence him.
const RANKS: &[(Relation, &str)] =
    &[(Relation::Moderator, "+++++---"), (Relation::Owner, "++++++--"), (Relation::Admin, "+++++++-")];

fn mark(result: Result<(), Refusal>) -> char {
    match result {
        Ok(()) => '+',
        Err(Refusal::NoSuchRoom) => '?',
        Err(Refusal::Banned(_)) => 'b',
        Err(Refusal::Silenced(_)) => 's',
        Err(Refusal::NotAMember) => 'm',
        Err(Refusal::NotAModerator) => 'k',
        Err(Refusal::NotTheOwner) => 'o',
        Err(Refusal::NotInThisKind | Refusal::Outranked | Refusal::NotAnAdmin) => '-',
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
    assert_eq!(TABLE.len(), 4 * 12, "each kind has a line for each action");
}

#[test]
fn a_message_is_its_senders_to_edit_and_to_delete_also_theirs_who_keep_order() {
    for (kind, action, own, anothers) in OF_MESSAGES {
        for (expected, own) in [(own, true), (anothers, false)] {
            let answers = RELATIONS.iter().map(|relation| mark(check_message(*action, *kind, *relation, own)));
            assert_eq!(&answers.collect::<String>(), expected, "{kind:?} {action:?} own: {own}");
        }
    }
    assert_eq!(OF_MESSAGES.len(), 4 * 5, "each kind has a line for each action");
}

#[test]
fn nobody_is_set_over_who_ranks_as_high() {
    for (relation, expected) in RANKS {
        let answers: String = RELATIONS.iter().map(|other| mark(check_rank(*relation, *other))).collect();
        assert_eq!(&answers, expected, "{relation:?}");
    }
}

#[test]
fn the_server_is_its_administrators() {
    for action in [ServerAction::Sanction, ServerAction::Review, ServerAction::Audit] {
        assert_eq!((mark(check_server(action, false)), mark(check_server(action, true))), ('-', '+'), "{action:?}");
    }
}
