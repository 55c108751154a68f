//! What one node does with what another says of a random pair that both have somebody in.

use std::sync::Arc;
use std::time::Duration;

use shared::{RoomId, Seq, Stranger, Username};
use tokio::time::Instant;

use super::NodeId;
use super::meeting::{Meeting, Purpose, Question};
use super::pair_note::{Answer, Ask, PairNote, Seeker, Words};
use crate::hub::live::Live;
use crate::hub::pairing::{Changes, Correction, Guest, Heard, Sitter};
use crate::hub::speaking::carry;
use crate::hub::{Event, Hub, Refusal, Say, SessionId};
use crate::store::Message;

/// Up to how many of its people a node lists in one pulse.
pub(super) const PULSE: usize = 500;

impl Hub {
    /// Hears what another node says of a pair.
    pub(super) fn hear_pair(&self, from: NodeId, note: PairNote) {
        let Some(meeting) = &self.inner.meeting else { return };
        meeting.heard.lock().insert(from, Instant::now());
        match note {
            PairNote::Sit { ask, beside, seeker } => self.seat_guest(meeting, from, ask, beside, seeker),
            PairNote::SitAgain { ask, session, name, grace } => {
                self.seat_again(meeting, (from, session), ask, &name, grace);
            }
            PairNote::Say { ask, session, name, room, words } => {
                let answer = self.say_for_guest((from, session), name, room, words);
                meeting.tell(from, PairNote::Answer { ask, answer });
            }
            PairNote::Typing { session, on } => self.guest_types(from, session, on),
            PairNote::Named { session, name } => {
                self.change_pairs(|live| live.pairs.rename(Sitter::There(from, session), &name));
            }
            PairNote::Leave { ask, session } => {
                self.change_pairs(|live| live.pairs.leave(Sitter::There(from, session)));
                if let Some(ask) = ask {
                    self.answer_once_written(from, ask);
                }
            }
            PairNote::Lose { session, grace } => self.lose_guest(from, session, grace),
            PairNote::Forget { name } => self.change_pairs(|live| live.pairs.forget_absent(&name)),
            PairNote::Missing { session, after } => self.repeat(meeting, from, session, after),
            PairNote::Pulse { from: first, to, guests } => self.compare(meeting, from, (first, to), &guests),
            PairNote::Pulsed {} => {}
            PairNote::Answer { ask, answer } => self.take_answer(meeting, from, ask, answer),
            PairNote::Stands { session, state } => {
                let mut live = self.inner.live.lock();
                if live.pairs.stand(session, from, state.clone()) {
                    live.tell(session, Event::Stranger(state));
                }
            }
            PairNote::Gone { session } => self.welcome_home(session, from),
            PairNote::Said { message } => self.hear_said(meeting, from, message),
            PairNote::Kept { message } => self.inner.live.lock().pairs.learn(from, message),
            PairNote::Types { room, user, on } => self.hear_typing(from, room, user, on),
        }
    }

    fn change_pairs(&self, change: impl FnOnce(&mut Live) -> Changes) {
        let mut live = self.inner.live.lock();
        let changes = change(&mut live);
        live.tell_changes(changes, None);
    }

    fn seat_guest(&self, meeting: &Meeting, from: NodeId, ask: Ask, beside: RoomId, seeker: Seeker) {
        let Some((_, asker)) = seeker.sitters.first().copied() else { return };
        let me = meeting.cluster.node();
        let mut live = self.inner.live.lock();
        let sitters = seeker.sitters.into_iter().filter_map(|(node, session)| {
            let here = node == me;
            (!here || live.people.connection(session).is_some()).then_some(if here {
                Sitter::Here(session)
            } else {
                Sitter::There(node, session)
            })
        });
        let Seeker { name, avoids, blocks, grace, .. } = seeker;
        let guest = Guest { sitters: sitters.collect(), name, avoids, blocks, grace };
        let Some(changes) = live.pairs.admit(guest, beside) else {
            return meeting.tell(from, PairNote::Answer { ask, answer: Answer::NoSeat });
        };
        Self::seated(&mut live, meeting, (from, asker), ask, changes);
    }

    fn seat_again(
        &self,
        meeting: &Meeting,
        (from, session): (NodeId, SessionId),
        ask: Ask,
        name: &Username,
        grace: Option<Duration>,
    ) {
        let mut live = self.inner.live.lock();
        let changes = live.pairs.admit_again((from, session), name, grace);
        let (Some(changes), Some((_, room))) = (changes, live.pairs.guest(from, session)) else {
            return meeting.tell(from, PairNote::Answer { ask, answer: Answer::NoSeat });
        };
        for message in live.pairs.kept(room, Seq::ZERO) {
            meeting.tell(from, PairNote::Kept { message });
        }
        Self::seated(&mut live, meeting, (from, session), ask, changes);
    }

    /// Answers who came, and tells the others.
    fn seated(live: &mut Live, meeting: &Meeting, (node, session): (NodeId, SessionId), ask: Ask, changes: Changes) {
        let sitter = Sitter::There(node, session);
        let answer = Answer::Sits(session, live.pairs.state(sitter));
        meeting.tell(node, PairNote::Answer { ask, answer });
        live.tell_changes(changes, Some(sitter));
    }

    fn say_for_guest(
        &self,
        (from, session): (NodeId, SessionId),
        name: Username,
        room: RoomId,
        words: Words,
    ) -> Answer {
        let known_as = {
            let live = self.inner.live.lock();
            match live.pairs.guest(from, session) {
                Some((known_as, its_room)) if its_room == room => known_as,
                Some(_) | None => return Answer::NoSeat,
            }
        };
        if known_as.as_ref() != Some(&name) {
            self.change_pairs(|live| live.pairs.rename(Sitter::There(from, session), &name));
        }
        let Words { body, kind, metadata, client_id, reply_to } = words;
        let to = shared::Destination::Room(room);
        let say = Say { kind, metadata, client_id, reply_to, ..Say::chat(to, body) };
        match self.say_in_pair_as(name, room, say) {
            Ok(said) => Answer::Said { room, seq: said.seq, id: said.id, time: said.time, duplicate: said.duplicate },
            Err(Refusal::NotPaired) => Answer::NoSeat,
            Err(_) => Answer::NoSuchMessage,
        }
    }

    fn guest_types(&self, from: NodeId, session: SessionId, on: bool) {
        let live = self.inner.live.lock();
        let Some((Some(user), room)) = live.pairs.guest(from, session) else { return };
        let Some(reference) = live.pairs.describe_room(room) else { return };
        let told = live.tell_pair(room, Event::Typing { room: reference, user, on }, None);
        drop(live);
        carry(&told);
    }

    /// A guest's connection is gone, and so is its place unless it is kept.
    pub(super) fn lose_guest(&self, node: NodeId, session: SessionId, grace: Option<Duration>) {
        let mut live = self.inner.live.lock();
        let (changes, kept) = live.pairs.lose(Sitter::There(node, session), grace.is_some());
        live.tell_changes(changes, None);
        if let (Some(kept), Some(grace)) = (kept, grace) {
            self.give_up_after(kept, grace);
        }
    }

    fn repeat(&self, meeting: &Meeting, from: NodeId, session: SessionId, after: Seq) {
        let live = self.inner.live.lock();
        let Some((_, room)) = live.pairs.guest(from, session) else { return };
        for message in live.pairs.kept(room, after) {
            meeting.tell(from, PairNote::Said { message });
        }
    }

    /// Sets right what a node's people believe, and what is believed of them here.
    fn compare(
        &self,
        meeting: &Meeting,
        from: NodeId,
        (first, last): (SessionId, SessionId),
        guests: &[(SessionId, Option<Stranger>, Seq)],
    ) {
        meeting.tell(from, PairNote::Pulsed {});
        let mut live = self.inner.live.lock();
        for (session, _) in live.pairs.guests_of(from, first, last) {
            if guests.binary_search_by_key(&session, |(listed, ..)| *listed).is_err() {
                let changes = live.pairs.leave(Sitter::There(from, session));
                live.tell_changes(changes, None);
            }
        }
        let corrections = guests
            .iter()
            .take(PULSE)
            .flat_map(|(session, told, heard)| live.pairs.correct(from, *session, told.as_ref(), *heard));
        for correction in corrections {
            meeting.tell(
                from,
                match correction {
                    Correction::Stands(session, state) => PairNote::Stands { session, state },
                    Correction::Said(message) => PairNote::Said { message },
                    Correction::Gone(session) => PairNote::Gone { session },
                },
            );
        }
    }

    fn take_answer(&self, meeting: &Meeting, from: NodeId, ask: Ask, answer: Answer) {
        let question = meeting.take(ask);
        if let Answer::Sits(session, state) = &answer {
            match question.as_ref().map(|question| &question.purpose) {
                Some(Purpose::Sit(room)) => self.settle_abroad(meeting, from, *room, *session, state),
                Some(Purpose::SitAgain(name)) => {
                    self.inner.live.lock().pairs.arrive(*session, Some(name.clone()), from, state.clone());
                }
                Some(Purpose::Nothing) | None => self.come_late(meeting, from, *session, state.clone()),
            }
        }
        if let Some(Question { answer: to, .. }) = question {
            // Who asked may have given it up.
            drop(to.send(answer));
        }
    }

    /// A seat for which nobody waits here any more, unless it is of somebody who has come to sit there since.
    fn come_late(&self, meeting: &Meeting, host: NodeId, session: SessionId, state: Stranger) {
        let mut live = self.inner.live.lock();
        if live.pairs.host_of(session) == Some(host) {
            live.pairs.stand(session, host, state);
        } else {
            meeting.tell(host, PairNote::Leave { ask: None, session });
        }
    }

    fn hear_said(&self, meeting: &Meeting, from: NodeId, message: Arc<Message>) {
        let mut live = self.inner.live.lock();
        let room = message.room;
        match live.pairs.hear(from, Arc::clone(&message)) {
            Heard::Tell(room, sessions) => {
                let event = Event::Message { room, message, origin: None };
                let told = live.tell_sessions(sessions, event);
                drop(live);
                carry(&told);
            }
            Heard::Missing(after) => {
                if let Some(session) = live.pairs.sessions_abroad(room).first().copied() {
                    meeting.tell(from, PairNote::Missing { session, after });
                }
            }
            Heard::Nothing => {}
        }
    }

    fn hear_typing(&self, from: NodeId, room: RoomId, user: Username, on: bool) {
        let live = self.inner.live.lock();
        let Some((room, sessions)) = live.pairs.others_abroad(from, room, &user) else { return };
        let told = live.tell_sessions(sessions, Event::Typing { room, user, on });
        drop(live);
        carry(&told);
    }
}

impl Live {
    /// Tells another node's connection where it stands in the random chat.
    pub(in crate::hub) fn tell_guest(&self, node: NodeId, session: SessionId, state: Stranger) {
        self.tell_pair_note(node, PairNote::Stands { session, state });
    }

    /// Tells the nodes that have somebody in a pair what happened in it.
    pub(in crate::hub) fn tell_pair_elsewhere(&self, room: RoomId, event: &Event) {
        if self.cluster.is_none() {
            return;
        }
        for node in self.pairs.nodes(room) {
            match event {
                Event::Message { message, .. } => {
                    self.tell_pair_note(node, PairNote::Said { message: Arc::clone(message) });
                }
                Event::Typing { user, on, .. } => {
                    self.tell_pair_note(node, PairNote::Types { room, user: user.clone(), on: *on });
                }
                _ => {}
            }
        }
    }

    pub(super) fn tell_pair_note(&self, node: NodeId, note: PairNote) {
        if let Some(cluster) = &self.cluster {
            cluster.tell_node(node, super::Note::Pair(note));
        }
    }

    /// Leaves the random chat with all connections of the same person, whichever node is the host.
    pub(in crate::hub) fn leave_pair(&mut self, session: SessionId) -> Changes {
        let Some(left) = self.pairs.depart(session) else { return self.pairs.leave(session) };
        self.tell_pair_note(left.host, PairNote::Leave { ask: None, session });
        left.sessions.into_iter().map(|session| (Sitter::Here(session), Stranger::Idle {})).collect()
    }

    /// A connection has another name than before, in whichever pair it sits.
    pub(in crate::hub) fn rename_in_pair(&mut self, session: SessionId, name: &Username) -> Changes {
        let Some(host) = self.pairs.rename_abroad(session, name) else { return self.pairs.rename(session, name) };
        self.tell_pair_note(host, PairNote::Named { session, name: name.clone() });
        Vec::new()
    }

    /// A connection that sits at another node is gone. False: it does not sit there.
    pub(in crate::hub) fn lose_abroad(&mut self, session: SessionId, grace: Option<Duration>) -> bool {
        let Some(host) = self.pairs.lose_abroad(session) else { return false };
        self.tell_pair_note(host, PairNote::Lose { session, grace });
        true
    }

    /// Tells the host of a pair that somebody is typing. False: it lives here.
    pub(in crate::hub) fn type_abroad(&self, session: SessionId, on: bool) -> bool {
        let Some(host) = self.pairs.host_of(session) else { return false };
        self.tell_pair_note(host, PairNote::Typing { session, on });
        true
    }
}
