//! Strangers who meet across nodes, as seen by who seeks: the store says whose seat is free, and that seat's host is asked
//! for it. Every question has a deadline, and where nobody answers who seeks waits to be found.

use std::collections::HashMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use parking_lot::Mutex;
use shared::{RoomId, Stranger, Username};
use tokio::sync::{Notify, oneshot};
use tokio::time::{Instant, timeout};

use super::pair_note::{Answer, Ask, PairNote, Seeker, Words};
use super::{Cluster, NodeId, Note};
use crate::hub::live::Live;
use crate::hub::pairing::{Quest, Sitter};
use crate::hub::speaking::NOT_THERE;
use crate::hub::{Accepted, Event, Hub, Refusal, Say, SessionId};
use crate::store::{Seats, Sought};

/// How long another node may take to answer.
const ANSWER_WITHIN: Duration = Duration::from_secs(2);

/// How many seats that turn out to be taken are tried before who seeks waits to be found himself.
const TRIES: usize = 3;

/// What a node needs to have its people meet those of others.
pub struct Meeting {
    pub(super) cluster: Cluster,
    pub(super) seats: Arc<dyn Seats>,
    /// Rings when something is to be written down.
    pub(super) bell: Arc<Notify>,
    /// When each node was last heard of.
    pub(super) heard: Mutex<HashMap<NodeId, Instant>>,
    /// Held while something is written down.
    pub(super) writing: tokio::sync::Mutex<()>,
    asked: AtomicU64,
    asks: Mutex<HashMap<Ask, Question>>,
}

/// A question that was not answered yet.
pub(super) struct Question {
    pub(super) purpose: Purpose,
    pub(super) answer: oneshot::Sender<Answer>,
}

/// What is to be done with an answer, in its place among what else the host says.
#[derive(Debug)]
pub(super) enum Purpose {
    /// Who sought in that room sits at the host.
    Sit(RoomId),
    /// A connection of that name sits at the host too.
    SitAgain(Username),
    /// Nothing.
    Nothing,
}

impl Meeting {
    /// For a node with a way to the others.
    #[must_use]
    pub fn new(cluster: Cluster, seats: Arc<dyn Seats>) -> Self {
        let (bell, heard, asks) = (Arc::default(), Mutex::default(), Mutex::default());
        let writing = tokio::sync::Mutex::default();
        Self { cluster, seats, bell, heard, writing, asked: AtomicU64::new(0), asks }
    }

    /// Has the pairs of this node be known to the others from now on.
    pub fn open(&self, live: &mut Live) {
        live.pairs.share(self.cluster.node(), Arc::clone(&self.bell));
        live.cluster = Some(self.cluster.clone());
    }

    /// This node as the store names it.
    pub(super) fn host(&self) -> String {
        self.cluster.node().to_string()
    }

    pub(super) fn tell(&self, node: NodeId, note: PairNote) {
        self.cluster.tell_node(node, Note::Pair(note));
    }

    pub(super) fn take(&self, ask: Ask) -> Option<Question> {
        self.asks.lock().remove(&ask)
    }

    pub(super) fn new_ask(&self) -> Ask {
        Ask(self.asked.fetch_add(1, Ordering::Relaxed))
    }

    /// `None`: there was no answer in time.
    async fn ask(&self, node: NodeId, purpose: Purpose, note: impl FnOnce(Ask) -> PairNote) -> Option<Answer> {
        if !self.cluster.link().up {
            return None;
        }
        let (ask, (answer, answered)) = (self.new_ask(), oneshot::channel());
        self.asks.lock().insert(ask, Question { purpose, answer });
        // Who has not been heard of yet is not taken for gone meanwhile.
        self.heard.lock().entry(node).or_insert_with(Instant::now);
        self.tell(node, note(ask));
        let answer = timeout(ANSWER_WITHIN, answered).await;
        self.take(ask);
        answer.ok()?.ok()
    }
}

impl Hub {
    /// Finds a partner among those of all nodes. `None`: nobody has to be found for him, and he stays where he is.
    pub(in crate::hub) async fn seek(
        &self,
        meeting: &Meeting,
        session: SessionId,
        quest: Option<Quest>,
    ) -> Result<Stranger, Refusal> {
        let Some(quest) = quest else { return Ok(self.inner.live.lock().pairs.state(session)) };
        let mine = quest.seat.room;
        // What is free here by now is to be found.
        self.write_down(meeting).await;
        for _ in 0..TRIES {
            if !self.inner.live.lock().pairs.is_seeking(mine) {
                break;
            }
            let alone = !meeting.cluster.link().up;
            match meeting.seats.seek(&meeting.host(), &quest.seat, alone).await {
                Ok(Sought::Waits) => break,
                Ok(Sought::Beside { host, room }) => {
                    if self.sit_down_at(meeting, session, &quest, &host, room).await {
                        return Ok(self.inner.live.lock().pairs.state(session));
                    }
                }
                Err(error) => {
                    let mut live = self.inner.live.lock();
                    let left = live.pairs.end_seeking(mine).into_iter();
                    live.tell_changes(left.map(|sitter| (sitter, Stranger::Idle {})).collect(), None);
                    return Err(Self::unavailable(&error));
                }
            }
        }
        let elsewhere = meeting.seats.waiting_elsewhere(&meeting.host()).await;
        let mut live = self.inner.live.lock();
        if let Ok(elsewhere) = elsewhere {
            let changes = live.pairs.set_elsewhere(elsewhere);
            live.tell_changes(changes, None);
        }
        let changes = live.pairs.begin_waiting(mine);
        live.tell_changes(changes, Some(session.into()));
        Ok(live.pairs.state(session))
    }

    /// Takes the seat the store gave. False: it is not there any more, or its host does not answer.
    async fn sit_down_at(
        &self,
        meeting: &Meeting,
        session: SessionId,
        quest: &Quest,
        host: &str,
        beside: RoomId,
    ) -> bool {
        let mine = quest.seat.room;
        let Some(host) = NodeId::parse(host) else { return false };
        if host == meeting.cluster.node() {
            let mut live = self.inner.live.lock();
            let Some(changes) = live.pairs.sit_beside(mine, beside) else { return false };
            live.tell_changes(changes, Some(session.into()));
            return true;
        }
        let seeker = self.seeker(meeting, session, quest);
        let sit = |ask| PairNote::Sit { ask, beside, seeker };
        let answer = self.ask_for_seat(meeting, session, (host, Purpose::Sit(mine)), sit).await;
        if answer.is_none() {
            // It may have heard, and not be heard itself.
            meeting.tell(host, PairNote::Leave { ask: None, session });
        }
        matches!(answer, Some(Answer::Sits(..)))
    }

    fn seeker(&self, meeting: &Meeting, session: SessionId, quest: &Quest) -> Seeker {
        let me = meeting.cluster.node();
        let others = quest.sitters.iter().map(|sitter| match sitter {
            Sitter::Here(session) => (me, *session),
            Sitter::There(node, session) => (*node, *session),
        });
        let others = others.filter(|other| *other != (me, session));
        let sitters = std::iter::once((me, session)).chain(others).collect();
        let live = self.inner.live.lock();
        // He may have got a name meanwhile.
        let name = live.name_of(session).or(quest.seat.name.as_ref()).cloned();
        let grace = live.people.connection(session).and_then(|connection| connection.traits.seat_grace);
        let (avoids, blocks) = (quest.seat.avoids.clone(), quest.seat.blocks.clone());
        Seeker { sitters, name, avoids, blocks, grace }
    }

    /// Has a connection sit where its user sits on another node, or where his place is kept. A newcomer under that name is
    /// somebody else: no place is kept for him.
    pub(in crate::hub) async fn sit_again(&self, session: SessionId, name: &Username, newcomer: bool) {
        let Some(meeting) = &self.inner.meeting else { return };
        let grace = {
            let live = self.inner.live.lock();
            let grace = live.people.connection(session).and_then(|connection| connection.traits.seat_grace);
            if !newcomer && (grace.is_none() || live.pairs.room_of(session).is_some()) {
                return;
            }
            grace
        };
        let host = match meeting.seats.host_of(name).await {
            Ok(host) => host.and_then(|host| NodeId::parse(&host)),
            Err(error) => return tracing::warn!(%error, "where somebody sits in the random chat could not be read"),
        };
        let Some(host) = host.filter(|host| *host != meeting.cluster.node()) else { return };
        if newcomer {
            return meeting.tell(host, PairNote::Forget { name: name.clone() });
        }
        let sit = |ask| PairNote::SitAgain { ask, session, name: name.clone(), grace };
        self.ask_for_seat(meeting, session, (host, Purpose::SitAgain(name.clone())), sit).await;
    }

    /// Asks a host for a seat; it is told in every pulse meanwhile that somebody is coming.
    async fn ask_for_seat(
        &self,
        meeting: &Meeting,
        session: SessionId,
        (host, purpose): (NodeId, Purpose),
        note: impl FnOnce(Ask) -> PairNote,
    ) -> Option<Answer> {
        self.inner.live.lock().pairs.set_coming(session, Some(host));
        let answer = meeting.ask(host, purpose, note).await;
        self.inner.live.lock().pairs.set_coming(session, None);
        answer
    }

    /// Leaves the random chat; where the pair lives on another node, the partner there can be found by others when this is
    /// done.
    pub(in crate::hub) async fn leave_anywhere(&self, meeting: &Meeting, session: SessionId) {
        let host = {
            let mut live = self.inner.live.lock();
            let host = live.pairs.host_of(session);
            let changes = match live.pairs.depart(session) {
                Some(left) => {
                    left.sessions.into_iter().map(|session| (Sitter::Here(session), Stranger::Idle {})).collect()
                }
                None => live.pairs.leave(session),
            };
            live.tell_changes(changes, Some(session.into()));
            host
        };
        if let Some(host) = host {
            let leave = |ask| PairNote::Leave { ask: Some(ask), session };
            meeting.ask(host, Purpose::Nothing, leave).await;
        }
    }

    /// Says something in a pair that lives on another node.
    pub(in crate::hub) async fn say_abroad(
        &self,
        session: SessionId,
        host: NodeId,
        room: RoomId,
        say: Say,
    ) -> Result<Accepted, Refusal> {
        let meeting = self.inner.meeting.as_ref().ok_or(Refusal::NotPaired)?;
        let name = self.name_of(session)?;
        let Say { body, kind, metadata, client_id, reply_to, .. } = say;
        let words = Words { body, kind, metadata, client_id: client_id.clone(), reply_to };
        let ask = |ask| PairNote::Say { ask, session, name, room, words };
        match meeting.ask(host, Purpose::Nothing, ask).await {
            Some(Answer::Said { room, seq, id, time, duplicate }) => {
                Ok(Accepted { room, seq, id, time, client_id, duplicate, away: None })
            }
            Some(Answer::NoSuchMessage) => Err(NOT_THERE),
            Some(Answer::NoSeat | Answer::Sits(..) | Answer::Left) => Err(Refusal::NotPaired),
            None => Err(Refusal::PartnerUnreachable),
        }
    }

    /// Tells other nodes' people that they do not sit here any more, since this node stops.
    pub(in crate::hub) fn dismiss_guests(&self) {
        let Some(meeting) = &self.inner.meeting else { return };
        let live = self.inner.live.lock();
        for node in live.pairs.guests_from() {
            for (session, _) in live.pairs.guests_of(node, SessionId(0), SessionId(u64::MAX)) {
                meeting.tell(node, PairNote::Gone { session });
            }
        }
    }

    /// Tells those of this node who were waiting for another one that they wait for somebody else.
    pub(super) fn welcome_home(&self, session: SessionId, from: NodeId) {
        let mut live = self.inner.live.lock();
        if live.pairs.host_of(session) == Some(from) {
            let changes = live.pairs.come_home(session);
            live.tell_changes(changes, None);
        }
    }

    /// Somebody sits at another node from now on, with all his connections of this one.
    pub(super) fn settle_abroad(
        &self,
        meeting: &Meeting,
        host: NodeId,
        mine: RoomId,
        asker: SessionId,
        state: &Stranger,
    ) {
        let mut live = self.inner.live.lock();
        let sitters = live.pairs.end_seeking(mine);
        if sitters.is_empty() {
            meeting.tell(host, PairNote::Leave { ask: None, session: asker });
        }
        for sitter in sitters {
            let Sitter::Here(session) = sitter else { continue };
            let name = live.name_of(session).cloned();
            live.pairs.arrive(session, name.clone(), host, state.clone());
            if session == asker {
                continue;
            }
            live.tell(session, Event::Stranger(state.clone()));
            // He may have come after it was asked.
            let grace = live.people.connection(session).and_then(|connection| connection.traits.seat_grace);
            if let Some(name) = name {
                meeting.tell(host, PairNote::SitAgain { ask: meeting.new_ask(), session, name, grace });
            }
        }
    }
}

impl Live {
    /// Gives a connection a seat to seek from. `None`: it sits already.
    pub(in crate::hub) fn begin_seeking(&mut self, session: SessionId) -> Option<Quest> {
        let name = self.name_of(session).cloned();
        self.pairs.begin_seeking(session, name.as_ref())
    }

    /// The same for somebody who leaves his partner for another. `None`: he sits nowhere.
    pub(in crate::hub) fn begin_again(&mut self, session: SessionId) -> Option<Quest> {
        if let Some(left) = self.pairs.depart(session) {
            self.tell_pair_note(left.host, PairNote::Leave { ask: None, session });
            return Some(self.pairs.begin_after(left));
        }
        let (quest, changes) = self.pairs.begin_again(session)?;
        self.tell_changes(changes, Some(session.into()));
        Some(quest)
    }
}
