//! What comes, is missing, is asked for and is shown.

use super::*;
use crate::state::samples::{message, messages};

fn loaded(range: std::ops::RangeInclusive<u64>, more: bool) -> Timeline {
    let mut timeline = Timeline::default();
    assert!(timeline.wants_newest());
    timeline.add_newest(messages(range), more);
    timeline
}

fn seqs(timeline: &Timeline) -> Vec<u64> {
    timeline.entries().map(|entry| entry.message.seq.0).collect()
}

#[test]
fn the_newest_page_is_asked_for_once() {
    let mut timeline = Timeline::default();
    assert!(timeline.wants_newest());
    assert!(!timeline.wants_newest());
    timeline.connection_lost();
    assert!(timeline.wants_newest(), "its answer was lost with the connection");
}

#[test]
fn an_empty_conversation_is_complete() {
    let mut timeline = Timeline::default();
    assert!(timeline.wants_newest());
    timeline.add_newest(Vec::new(), false);
    assert!(timeline.has_start());
    assert_eq!(timeline.seen(), Some(Seq::ZERO));
    assert_eq!(timeline.wants_older(), None);
    timeline.add(message(1));
    assert_eq!(timeline.wants_healing(), None);
}

#[test]
fn messages_are_in_order_and_each_is_there_once() {
    let mut timeline = loaded(5..=7, true);
    assert!(timeline.add(message(8)));
    assert!(!timeline.add(message(8)));
    assert!(!timeline.add(message(6)));
    assert_eq!(seqs(&timeline), [5, 6, 7, 8]);
}

#[test]
fn older_pages_are_asked_for_one_at_a_time_until_the_start() {
    let mut timeline = loaded(5..=7, true);
    assert_eq!(timeline.wants_older(), Some(Seq(5)));
    assert_eq!(timeline.wants_older(), None, "one is on its way");
    timeline.add_older(messages(3..=4), true);
    assert_eq!(timeline.wants_older(), Some(Seq(3)));
    timeline.add_older(messages(1..=2), false);
    assert_eq!(timeline.wants_older(), None);
    assert!(timeline.has_start());
    assert_eq!(timeline.seen(), Some(Seq(7)));
}

#[test]
fn a_gap_is_noticed_asked_for_once_and_healed() {
    let mut timeline = loaded(1..=3, false);
    timeline.add(message(6));
    assert_eq!(timeline.seen(), Some(Seq(3)), "what lies behind a gap is not seen");
    assert_eq!(timeline.wants_healing(), Some(Seq(3)));
    timeline.add(message(7));
    assert_eq!(timeline.wants_healing(), None, "it is asked for already");
    timeline.resumed(true, messages(4..=7));
    assert_eq!(timeline.seen(), Some(Seq(7)));
    assert_eq!(seqs(&timeline), [1, 2, 3, 4, 5, 6, 7]);
}

#[test]
fn too_much_missed_starts_over_from_the_newest() {
    let mut timeline = loaded(1..=3, false);
    timeline.resumed(false, Vec::new());
    assert!(!timeline.is_loaded());
    assert!(timeline.wants_newest());
    timeline.add_newest(messages(900..=902), true);
    assert_eq!(seqs(&timeline), [900, 901, 902]);
}

#[test]
fn what_comes_before_the_first_page_is_not_lost() {
    let mut timeline = Timeline::default();
    assert!(timeline.wants_newest());
    timeline.add(message(8));
    assert_eq!(timeline.seen(), None);
    timeline.add_newest(messages(5..=7), true);
    assert_eq!(seqs(&timeline), [5, 6, 7, 8]);
    assert_eq!(timeline.seen(), Some(Seq(8)));
    assert_eq!(timeline.wants_healing(), None);
}

#[test]
fn an_amended_message_is_as_it_is_now_wherever_it_stands() {
    let mut timeline = loaded(1..=3, false);
    let mut answer = message(4);
    answer.reply_to = Some(ReplyTo { seq: Seq(2), from: answer.from.clone(), excerpt: Some("message 2".to_owned()) });
    timeline.add(answer);
    let edited = ChatMessage { body: "better".to_owned(), change: Change(5), ..message(2) };
    assert!(timeline.amend(&edited));
    assert!(!timeline.amend(&edited), "it is known");
    assert!(!timeline.amend(&ChatMessage { change: Change(4), ..message(2) }), "it is older than what is known");
    let quote = |timeline: &Timeline| timeline.get(Seq(4)).unwrap().message.reply_to.clone().unwrap().excerpt;
    assert_eq!(timeline.get(Seq(2)).unwrap().message.body, "better");
    assert_eq!(quote(&timeline).as_deref(), Some("better"));
    assert!(timeline.amend(&ChatMessage { body: String::new(), deleted: true, change: Change(6), ..message(2) }));
    assert_eq!(quote(&timeline), None);
    assert_eq!(timeline.change(), Change(6));
}

#[test]
fn what_was_said_long_ago_is_shown_by_itself_until_it_meets_the_newest() {
    let mut timeline = loaded(90..=100, true);
    assert!(timeline.wants_around(Seq(20)));
    assert!(!timeline.wants_around(Seq(20)), "it is asked for already");
    assert!(!timeline.is_showing());
    timeline.add_around(messages(15..=30), true);
    assert_eq!((seqs(&timeline).first(), seqs(&timeline).last()), (Some(&15), Some(&30)));
    assert!(!timeline.shows_newest());
    timeline.add(message(101));
    assert_eq!(timeline.seen(), Some(Seq(101)), "the newest go on behind it");

    assert_eq!(timeline.wants_older(), Some(Seq(15)));
    timeline.add_older(messages(1..=14), false);
    assert!(timeline.has_start());
    assert_eq!(timeline.wants_newer(), Some(Seq(30)));
    assert_eq!(timeline.wants_newer(), None, "one is on its way");
    timeline.add_newer(messages(31..=89), true);
    assert!(timeline.shows_newest());
    assert_eq!(seqs(&timeline), (1..=101).collect::<Vec<_>>());
    assert!(timeline.has_start());
}

#[test]
fn a_message_among_the_newest_needs_no_island() {
    let mut timeline = loaded(90..=100, true);
    assert!(!timeline.wants_around(Seq(95)));
    assert!(timeline.wants_around(Seq(5)));
    timeline.add_around(messages(1..=20), true);
    assert!(!timeline.wants_around(Seq(7)), "it is here");
    timeline.return_to_newest();
    assert_eq!(timeline.first(), Some(Seq(90)));
}

#[test]
fn a_page_that_comes_too_late_is_passed_over() {
    let mut timeline = loaded(90..=100, true);
    assert!(timeline.wants_around(Seq(20)));
    timeline.add_around(messages(15..=30), true);
    assert_eq!(timeline.wants_older(), Some(Seq(15)));
    timeline.return_to_newest();
    timeline.add_older(messages(5..=14), true);
    assert_eq!(timeline.first(), Some(Seq(90)));
    assert_eq!(timeline.wants_older(), Some(Seq(90)));
}

#[test]
fn an_island_that_cannot_be_had_is_given_up() {
    let mut timeline = loaded(90..=100, true);
    assert!(timeline.wants_around(Seq(20)));
    timeline.connection_lost();
    assert!(timeline.shows_newest());
    assert!(timeline.wants_around(Seq(20)));
    timeline.add_around(Vec::new(), false);
    assert!(timeline.shows_newest());
}
