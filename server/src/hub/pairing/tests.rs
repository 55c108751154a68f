//! Who meets whom, who waits, and what is left when somebody goes.

use proptest::prelude::*;

use super::pair::KEPT_MESSAGES;
use super::*;
use crate::hub::testing::name;

const ANN: SessionId = SessionId(1);
const BOB: SessionId = SessionId(2);
const CLEO: SessionId = SessionId(3);

fn find(pairs: &mut Pairs, session: SessionId, who: &str) {
    pairs.find(session, Some(&name(who)), |_| 0);
}

#[test]
fn who_is_blocked_is_never_met_again_from_either_side() {
    for (blocking, blocked) in [("ann", "Bob"), ("bob", "Ann")] {
        let mut pairs = ann_with_bob();
        pairs.block(&name(blocking), [name(blocked)]);
        pairs.leave(ANN);
        find(&mut pairs, ANN, "ann");
        assert_eq!((partner(&pairs, ANN), partner(&pairs, BOB)), (None, None));
        find(&mut pairs, CLEO, "cleo");
        assert!(partner(&pairs, CLEO).is_some());
        pairs.leave(CLEO);
        pairs.forget_blocks(&name(blocking));
        pairs.leave(ANN);
        find(&mut pairs, ANN, "ann");
        assert_eq!(partner(&pairs, ANN).as_deref(), Some("bob"));
    }
}

#[test]
fn who_has_left_is_remembered_until_the_next_or_the_end() {
    let mut pairs = ann_with_bob();
    let name_of = |pairs: &Pairs, session| pairs.acquaintance(session).map(|known| String::from(known.name));
    assert_eq!(name_of(&pairs, ANN).as_deref(), Some("bob"));
    pairs.leave(BOB);
    assert_eq!(name_of(&pairs, ANN).as_deref(), Some("bob"));
    assert_eq!(name_of(&pairs, BOB).as_deref(), Some("ann"));
    assert!(pairs.has_left_somebody(BOB) && !pairs.has_left_somebody(ANN));
    find(&mut pairs, CLEO, "cleo");
    assert_eq!(name_of(&pairs, ANN).as_deref(), Some("cleo"));
    pairs.lose(BOB, false);
    assert_eq!(name_of(&pairs, BOB), None);
}

fn ann_with_bob() -> Pairs {
    let mut pairs = Pairs::default();
    find(&mut pairs, ANN, "ann");
    find(&mut pairs, BOB, "bob");
    pairs
}

fn partner(pairs: &Pairs, session: SessionId) -> Option<String> {
    match pairs.state(session) {
        Stranger::Matched { with, .. } => with.map(String::from),
        Stranger::Waiting { .. } | Stranger::Idle {} => None,
    }
}

fn is_waiting(pairs: &Pairs, session: SessionId) -> bool {
    matches!(pairs.state(session), Stranger::Waiting { .. })
}

#[test]
fn of_three_strangers_two_are_paired_and_the_third_waits() {
    let mut pairs = ann_with_bob();
    find(&mut pairs, CLEO, "cleo");
    assert_eq!(partner(&pairs, ANN).as_deref(), Some("bob"));
    assert_eq!(partner(&pairs, BOB).as_deref(), Some("ann"));
    assert!(matches!(pairs.state(CLEO), Stranger::Waiting { waiting: 1, .. }));
}

#[test]
fn who_is_left_waits_again_in_a_room_that_knows_nothing() {
    let mut pairs = ann_with_bob();
    let room = pairs.room_of(ANN).unwrap();
    pairs.leave(ANN);
    assert!(matches!(pairs.state(BOB), Stranger::Waiting { partner_left: true, .. }));
    assert_ne!(pairs.room_of(BOB), Some(room));
    find(&mut pairs, CLEO, "cleo");
    assert_eq!(partner(&pairs, BOB).as_deref(), Some("cleo"));
}

#[test]
fn next_does_not_lead_back_to_the_same_partner() {
    let mut pairs = ann_with_bob();
    pairs.next(ANN, |_| 0);
    assert!(is_waiting(&pairs, ANN) && is_waiting(&pairs, BOB));
    find(&mut pairs, CLEO, "cleo");
    assert!(partner(&pairs, CLEO).is_some());
}

#[test]
fn a_lost_connection_keeps_its_seat_until_it_is_given_up() {
    let mut pairs = ann_with_bob();
    let (_, kept) = pairs.lose(ANN, true);
    assert!(matches!(pairs.state(BOB), Stranger::Matched { away: true, .. }));
    find(&mut pairs, CLEO, "cleo");
    assert!(is_waiting(&pairs, CLEO), "the seat is kept");
    pairs.give_up(kept.unwrap());
    assert!(is_waiting(&pairs, BOB));
}

#[test]
fn who_comes_back_in_time_sits_where_he_sat() {
    let mut pairs = ann_with_bob();
    let room = pairs.room_of(ANN).unwrap();
    let (_, kept) = pairs.lose(ANN, true);
    pairs.rejoin(SessionId(9), &name("ann"));
    assert_eq!(pairs.room_of(SessionId(9)), Some(room));
    assert!(pairs.give_up(kept.unwrap()).is_empty());
    assert_eq!(partner(&pairs, BOB).as_deref(), Some("ann"));
}

#[test]
fn nobody_is_paired_with_himself() {
    let mut pairs = Pairs::default();
    find(&mut pairs, ANN, "ann");
    find(&mut pairs, BOB, "Ann");
    assert!(is_waiting(&pairs, ANN) && is_waiting(&pairs, BOB));
}

#[derive(Clone, Debug)]
enum Move {
    Find(u64),
    Next(u64),
    Leave(u64),
    Lose(u64, bool),
    Rejoin(u64),
    GiveUp,
}

fn moves() -> impl Strategy<Value = Vec<(Move, usize)>> {
    let one = prop_oneof![
        (0..8u64).prop_map(Move::Find),
        (0..8u64).prop_map(Move::Next),
        (0..8u64).prop_map(Move::Leave),
        (0..8u64, any::<bool>()).prop_map(|(session, keep)| Move::Lose(session, keep)),
        (0..8u64).prop_map(Move::Rejoin),
        Just(Move::GiveUp),
    ];
    prop::collection::vec((one, any::<usize>()), 0..60)
}

proptest! {
    #[test]
    fn there_are_never_more_than_two_and_everybody_sits_where_he_thinks(moves in moves()) {
        let mut pairs = Pairs::default();
        let mut kept = Vec::new();
        for (step, random) in moves {
            let person = |session: u64| name(&format!("p{session}"));
            match step {
                Move::Find(s) => drop(pairs.find(SessionId(s), Some(&person(s)), |_| random)),
                Move::Next(s) => drop(pairs.next(SessionId(s), |_| random)),
                Move::Leave(s) => drop(pairs.leave(SessionId(s))),
                Move::Lose(s, keep) => kept.extend(pairs.lose(SessionId(s), keep).1),
                Move::Rejoin(s) => drop(pairs.rejoin(SessionId(s), &person(s))),
                Move::GiveUp => { for seat in kept.drain(..) { pairs.give_up(seat); } }
            }
            for pair in pairs.pairs.values() {
                prop_assert!((1..=2).contains(&pair.seats.len()));
                for session in pair.seats.iter().flat_map(|seat| &seat.sitters) {
                    prop_assert_eq!(pairs.of_sitter.get(session), Some(&pair.room));
                }
            }
            let seated: usize = pairs.pairs.values().flat_map(|pair| &pair.seats).map(|seat| seat.sitters.len()).sum();
            prop_assert_eq!(seated, pairs.of_sitter.len());
        }
    }
}

/// Says something in a pair, under a name of the sender's own. Its place, and whether it is new.
fn says(pairs: &mut Pairs, room: RoomId, who: &str, client_id: &str) -> (Seq, bool) {
    let (sender, client_id): (_, ClientId) = (name(who), client_id.parse().unwrap());
    let message = |seq| Message {
        room,
        seq,
        id: shared::MessageId(seq.0.to_string()),
        sender: sender.clone(),
        body: "hi".to_owned(),
        time: crate::store::Timestamp(0),
        kind: shared::MessageKind::Chat,
        metadata: shared::MetadataMap::new(),
        client_id: Some(client_id.clone()),
        reply_to: None,
        since: crate::store::Since::default(),
    };
    let (message, new) = pairs.say(room, Some(&(sender.clone(), client_id.clone())), message).unwrap();
    (message.seq, new)
}

#[test]
fn what_is_said_twice_is_found_again_as_long_as_it_is_kept() {
    let mut pairs = ann_with_bob();
    let room = pairs.room_of(ANN).unwrap();
    assert_eq!(says(&mut pairs, room, "ann", "a"), (Seq(1), true));
    assert_eq!(says(&mut pairs, room, "bob", "a"), (Seq(2), true), "another's name for it is another's");
    assert_eq!(says(&mut pairs, room, "Ann", "a"), (Seq(1), false));
    for number in 0..KEPT_MESSAGES {
        says(&mut pairs, room, "bob", &number.to_string());
    }
    assert!(pairs.message(room, Seq(2)).is_none() && pairs.message(room, Seq(3)).is_some());
    assert_eq!(pairs.pairs[&room].messages.named(), KEPT_MESSAGES, "nothing is known of what is gone");
    assert!(says(&mut pairs, room, "ann", "a").1);
}
