//! Strangers of two nodes: who is admitted, what each node knows of the other's people, and what is left when one is gone.

use std::sync::Arc;
use std::time::Duration;

use shared::{MessageId, MessageKind, MetadataMap};

use super::*;
use crate::hub::testing::name;
use crate::store::{Since, Timestamp};

/// Two nodes; bob's is the other's.
const HERE: NodeId = NodeId(1);
const THERE: NodeId = NodeId(2);
const ANN: SessionId = SessionId(1);
const BOB: SessionId = SessionId(1);
const CLEO: SessionId = SessionId(3);
const BOB_THERE: Sitter = Sitter::There(THERE, BOB);
const GRACE: Option<Duration> = Some(Duration::from_secs(30));

fn node(node: NodeId) -> Pairs {
    let mut pairs = Pairs::default();
    pairs.share(node, Arc::default());
    pairs
}

/// Somebody finds nobody; the room where he waits.
fn waits(pairs: &mut Pairs, session: SessionId, who: &str) -> RoomId {
    let quest = pairs.begin_seeking(session, Some(&name(who))).expect("he sits nowhere");
    pairs.begin_waiting(quest.seat.room);
    quest.seat.room
}

fn bob() -> Guest {
    let (name, avoids, blocks) = (Some(name("bob")), None, Vec::new());
    Guest { sitters: vec![BOB_THERE], name, avoids, blocks, grace: GRACE }
}

/// Ann at home with bob, who came from the other node.
fn ann_with_bob() -> Pairs {
    let mut pairs = node(HERE);
    let room = waits(&mut pairs, ANN, "ann");
    assert!(pairs.admit(bob(), room).is_some());
    pairs
}

fn partner(state: &Stranger) -> Option<&str> {
    match state {
        Stranger::Matched { with, .. } => with.as_ref().map(Username::as_str),
        Stranger::Waiting { .. } | Stranger::Idle {} => None,
    }
}

fn room_in(state: &Stranger) -> RoomId {
    match state {
        Stranger::Matched { room, .. } | Stranger::Waiting { room, .. } => *room,
        Stranger::Idle {} => panic!("sits nowhere"),
    }
}

fn message(room: RoomId, seq: u64) -> Arc<Message> {
    Arc::new(Message {
        room,
        seq: Seq(seq),
        id: MessageId(format!("m{seq}")),
        sender: name("ann"),
        body: format!("number {seq}"),
        time: Timestamp(0),
        kind: MessageKind::Chat,
        metadata: MetadataMap::new(),
        client_id: None,
        reply_to: None,
        since: Since::default(),
    })
}

fn say(pairs: &mut Pairs, room: RoomId, times: usize) {
    for _ in 0..times {
        pairs.say(room, None, |seq| Message::clone(&message(room, seq.0))).expect("the room is there");
    }
}

#[test]
fn a_guest_of_another_node_sits_like_anybody_else() {
    let mut pairs = ann_with_bob();
    assert_eq!(partner(&pairs.state(ANN)), Some("bob"));
    assert_eq!(partner(&pairs.state(BOB_THERE)), Some("ann"));
    let room = pairs.room_of(ANN).unwrap();
    assert_eq!((pairs.sessions(room), pairs.nodes(room)), (vec![ANN], vec![THERE]));
    let told = pairs.leave(BOB_THERE);
    assert!(told.contains(&(BOB_THERE, Stranger::Idle {})));
    assert!(matches!(pairs.state(ANN), Stranger::Waiting { partner_left: true, .. }));
}

#[test]
fn a_seat_that_is_taken_or_whose_owner_is_unwilling_is_not_given() {
    let mut pairs = ann_with_bob();
    let taken = pairs.room_of(ANN).unwrap();
    let cleo = |room, pairs: &mut Pairs| {
        let sitters = vec![Sitter::There(THERE, CLEO)];
        pairs.admit(Guest { sitters, name: Some(name("cleo")), ..bob() }, room).is_some()
    };
    assert!(!cleo(taken, &mut pairs), "never three");
    pairs.leave(BOB_THERE);
    let room = pairs.room_of(ANN).unwrap();
    pairs.block(&name("ann"), [name("Cleo")]);
    assert!(!cleo(room, &mut pairs));
    pairs.forget_blocks(&name("ann"));
    assert!(cleo(room, &mut pairs));
}

#[test]
fn who_seeks_is_seen_by_nobody_until_he_waits() {
    let mut pairs = node(HERE);
    let quest = pairs.begin_seeking(ANN, Some(&name("ann"))).unwrap();
    assert!(pairs.take_changed(10).1.is_empty() && !pairs.anybody_waits());
    pairs.begin_waiting(quest.seat.room);
    assert_eq!(pairs.take_changed(10).1, [quest.seat]);
    let quest = pairs.begin_seeking(CLEO, Some(&name("cleo"))).unwrap();
    let room = pairs.room_of(ANN).unwrap();
    assert!(pairs.sit_beside(quest.seat.room, room).is_some());
    assert_eq!(partner(&pairs.state(CLEO)), Some("ann"));
}

#[test]
fn what_changes_is_written_down_and_what_went_is_struck_off() {
    let mut pairs = ann_with_bob();
    let room = pairs.room_of(ANN).unwrap();
    let (rooms, seats) = pairs.take_changed(10);
    assert!(rooms.contains(&room));
    assert_eq!(seats.iter().map(|seat| (seat.room, seat.waits)).collect::<Vec<_>>(), [(room, false); 2]);
    pairs.leave(BOB_THERE);
    let (rooms, seats) = pairs.take_changed(10);
    assert!(rooms.contains(&room) && seats.len() == 1 && seats[0].waits, "{seats:?}");
    pairs.audit(&[room]);
    let (rooms, seats) = pairs.take_changed(10);
    assert_eq!((rooms.len(), seats.len()), (2, 1), "one to be struck off, one to be written");
}

#[test]
fn who_comes_back_to_another_node_finds_his_place_kept() {
    let mut pairs = ann_with_bob();
    let (_, kept) = pairs.lose(ANN, true);
    let again = pairs.admit_again((THERE, CLEO), &name("ann"), GRACE);
    assert!(again.is_some() && pairs.give_up(kept.unwrap()).is_empty());
    assert_eq!(partner(&pairs.state(Sitter::There(THERE, CLEO))), Some("bob"));
    assert!(pairs.admit_again((THERE, SessionId(7)), &name("dan"), GRACE).is_none());
}

#[test]
fn a_node_knows_what_its_people_were_told_elsewhere() {
    let (mut host, mut pairs) = (ann_with_bob(), node(THERE));
    let state = host.state(BOB_THERE);
    let room = room_in(&state);
    pairs.arrive(BOB, Some(name("bob")), HERE, state);
    assert_eq!((pairs.room_of(BOB), pairs.host_of(BOB)), (Some(room), Some(HERE)));
    assert!(matches!(pairs.hear(HERE, message(room, 1)), Heard::Tell(_, told) if told == [BOB]));
    assert_eq!(pairs.hear(HERE, message(room, 1)), Heard::Nothing);
    assert_eq!(pairs.since(room, Seq::ZERO).unwrap().0.len(), 1);
    assert_eq!(pairs.acquaintance(BOB).unwrap().messages.len(), 1);

    host.leave(ANN);
    assert!(pairs.stand(BOB, HERE, host.state(BOB_THERE)));
    assert!(matches!(pairs.state(BOB), Stranger::Waiting { partner_left: true, .. }));
    let known = pairs.acquaintance(BOB).unwrap();
    assert_eq!((known.name, known.messages.len()), (name("ann"), 1), "to be reported still");
}

#[test]
fn what_got_lost_between_two_nodes_is_asked_for_once_and_told_in_order() {
    let (host, mut pairs) = (ann_with_bob(), node(THERE));
    let room = room_in(&host.state(BOB_THERE));
    pairs.arrive(BOB, Some(name("bob")), HERE, host.state(BOB_THERE));
    assert_eq!(pairs.hear(HERE, message(room, 3)), Heard::Missing(Seq::ZERO));
    assert_eq!(pairs.hear(HERE, message(room, 4)), Heard::Nothing, "it was asked for already");
    for seq in 1..=4 {
        assert!(matches!(pairs.hear(HERE, message(room, seq)), Heard::Tell(..)));
    }
}

#[test]
fn the_host_sets_right_what_its_guests_node_believes() {
    let mut host = ann_with_bob();
    let state = host.state(BOB_THERE);
    let room = room_in(&state);
    assert!(host.correct(THERE, BOB, Some(&state), Seq::ZERO).is_empty());
    say(&mut host, room, 3);
    let said = |correction: &Correction| matches!(correction, Correction::Said(_));
    assert_eq!(host.correct(THERE, BOB, Some(&state), Seq(1)).iter().filter(|one| said(one)).count(), 2);
    host.lose(ANN, true);
    let away = host.state(BOB_THERE);
    assert_eq!(host.correct(THERE, BOB, Some(&state), Seq(3)), [Correction::Stands(BOB, away)]);
    assert_eq!(host.correct(THERE, CLEO, Some(&state), Seq(3)), [Correction::Gone(CLEO)]);
    assert!(host.correct(THERE, CLEO, None, Seq::ZERO).is_empty(), "he is still to come");
    assert_eq!(host.guests_of(THERE, SessionId(0), SessionId(9)), [(BOB, GRACE)]);
}

#[test]
fn whose_host_is_gone_waits_at_home_as_one_whose_partner_left() {
    let (host, mut pairs) = (ann_with_bob(), node(THERE));
    pairs.arrive(BOB, Some(name("bob")), HERE, host.state(BOB_THERE));
    let told = pairs.all_come_home(HERE);
    assert!(matches!(&told[..], [(Sitter::Here(BOB), Stranger::Waiting { partner_left: true, .. })]), "{told:?}");
    assert_eq!((pairs.host_of(BOB), pairs.take_changed(10).1.len()), (None, 1));
    assert_eq!(pairs.acquaintance(BOB).unwrap().name, name("ann"));
}

#[test]
fn who_leaves_a_seat_at_another_node_takes_all_his_connections_along() {
    let (host, mut pairs) = (ann_with_bob(), node(THERE));
    for session in [BOB, CLEO] {
        pairs.arrive(session, Some(name("bob")), HERE, host.state(BOB_THERE));
    }
    let left = pairs.depart(BOB).unwrap();
    assert_eq!((left.host, left.sessions.len(), left.partner.as_deref()), (HERE, 2, Some("ann")));
    let quest = pairs.begin_after(left);
    assert_eq!(quest.seat.avoids.as_deref(), Some("ann"));
    assert_eq!((pairs.room_of(BOB), pairs.room_of(CLEO)), (Some(quest.seat.room), Some(quest.seat.room)));
    assert!(pairs.has_left_somebody(BOB) || pairs.acquaintance(BOB).is_some());
}

#[test]
fn an_earlier_host_has_no_say_over_who_sits_elsewhere_by_now() {
    let (host, mut pairs) = (ann_with_bob(), node(THERE));
    pairs.arrive(BOB, Some(name("bob")), NodeId(9), host.state(BOB_THERE));
    assert!(!pairs.stand(BOB, HERE, Stranger::Idle {}));
    assert!(!pairs.stand(CLEO, HERE, host.state(BOB_THERE)), "he sits nowhere");
    assert_eq!(pairs.host_of(BOB), Some(NodeId(9)));
}
