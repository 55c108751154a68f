//! The names that this node holds among the others. The store decides who holds one; a task asks it for all who come at a
//! moment and gives back what nobody here holds any more, so that for one name neither overtakes the other.

use std::collections::HashSet;
use std::sync::Arc;
use std::time::Duration;

use shared::Username;
use tokio::sync::{mpsc, oneshot};
use tokio::time::Instant;

use super::Note;
use super::holds::{Hold, Holdings};
use crate::bus::{Bus, Topic};
use crate::hub::{Hub, Refusal};
use crate::store::{Claimed, Ground, HeldName, Lease, NameClaim, Nodes, StoreError};

/// The most names asked for, or given back, together.
const BATCH: usize = 512;

/// How many may wait for a name; past that, who asks waits.
const QUEUE: usize = 2_048;

/// How long the store may take.
const ANSWERED_WITHIN: Duration = Duration::from_secs(10);

/// How long who leaves waits until his name is free.
const SETTLED_WITHIN: Duration = Duration::from_secs(1);

/// How soon what could not be given back is tried again.
const AGAIN: Duration = Duration::from_secs(1);

/// What the task is asked.
enum Asked {
    Claim(NameClaim, oneshot::Sender<Result<Hold, Refusal>>),
    /// To hold in another stay what was held in the one that is over; answered by what is not granted.
    Again(Lease, oneshot::Sender<Result<Vec<Username>, StoreError>>),
    /// To say when what is to be given back now has been.
    Settle(oneshot::Sender<()>),
}

/// The way to the task.
#[derive(Clone)]
pub struct Names {
    asked: mpsc::Sender<Asked>,
    holdings: Arc<Holdings>,
}

impl Names {
    /// Starts the task, which ends with the last of these. `until`: how long the node's word counts unless it is renewed.
    pub fn start(nodes: Arc<dyn Nodes>, bus: Arc<dyn Bus>, lease: Lease, until: Instant) -> Self {
        let (asked, questions) = mpsc::channel(QUEUE);
        let holdings = Arc::new(Holdings::new(lease));
        holdings.renew(until);
        let keeper = Keeper { nodes, bus, holdings: Arc::clone(&holdings), behind: false };
        tokio::spawn(keeper.run(questions));
        Self { asked, holdings }
    }

    /// Takes a name that nobody here holds.
    ///
    /// # Errors
    /// [`Refusal::NameTaken`]; [`Refusal::Unavailable`] where the store does not answer or this node's stay is over.
    pub async fn claim(&self, claim: NameClaim) -> Result<Hold, Refusal> {
        let (asker, answer) = oneshot::channel();
        self.asked.send(Asked::Claim(claim, asker)).await.map_err(|_| Refusal::ShuttingDown)?;
        answer.await.map_err(|_| Refusal::ShuttingDown)?
    }

    /// Waits until what nobody here holds any more is given back, or is not to be just now.
    pub async fn settle(&self) {
        let (asker, answer) = oneshot::channel();
        let settled = async {
            if self.asked.send(Asked::Settle(asker)).await.is_ok() {
                let _ = answer.await;
            }
        };
        // Then the name is free a moment after its holder is told that he left.
        let _ = tokio::time::timeout(SETTLED_WITHIN, settled).await;
    }

    /// Holds in another stay what was held in the one that is over. What others have taken since: it is held no more.
    ///
    /// # Errors
    /// What the store said; the stay is the one before, and nothing is held.
    pub async fn hold_again(&self, lease: Lease) -> Result<Vec<Username>, StoreError> {
        let (asker, answer) = oneshot::channel();
        self.asked.send(Asked::Again(lease, asker)).await.map_err(|_| StoreError::Closed)?;
        answer.await.unwrap_or(Err(StoreError::Closed))
    }

    /// The node's stay.
    #[must_use]
    pub fn lease(&self) -> Lease {
        self.holdings.lease()
    }

    /// The node's word counts until then.
    pub fn renew(&self, until: Instant) {
        self.holdings.renew(until);
    }

    /// Whether others may have taken what is held here: the node has not been heard of for too long.
    #[must_use]
    pub fn are_doubtful(&self) -> bool {
        self.holdings.are_doubtful()
    }
}

/// The task's own state.
struct Keeper {
    nodes: Arc<dyn Nodes>,
    bus: Arc<dyn Bus>,
    holdings: Arc<Holdings>,
    /// Something could not be given back.
    behind: bool,
}

type Question = (NameClaim, oneshot::Sender<Result<Hold, Refusal>>);

impl Keeper {
    async fn run(mut self, mut asked: mpsc::Receiver<Asked>) {
        let mut taken = Vec::new();
        loop {
            tokio::select! {
                count = asked.recv_many(&mut taken, BATCH) => if count == 0 { break },
                () = self.holdings.stirred() => {}
                () = tokio::time::sleep(AGAIN), if self.behind => {}
            }
            let (mut claims, mut settled) = (Vec::new(), Vec::new());
            for question in taken.drain(..) {
                match question {
                    Asked::Claim(claim, asker) => claims.push((claim, asker)),
                    Asked::Again(lease, asker) => drop(asker.send(self.hold_again(lease).await)),
                    Asked::Settle(asker) => settled.push(asker),
                }
            }
            self.give_back().await;
            settled.into_iter().for_each(|asker| drop(asker.send(())));
            self.note_direct().await;
            while !claims.is_empty() {
                let (first, more) = one_of_each(claims);
                self.take(first).await;
                claims = more;
            }
        }
    }

    /// Takes names, and answers who asked for them.
    async fn take(&mut self, questions: Vec<Question>) {
        let (claims, askers): (Vec<_>, Vec<_>) = questions.into_iter().unzip();
        let claimed = match answered(self.nodes.claim_names(self.holdings.lease(), &claims)).await {
            Ok(Some(claimed)) => claimed,
            Ok(None) => return refuse(askers, &Refusal::Unavailable),
            Err(error) => {
                // They may have been granted all the same.
                self.leave(claims.into_iter().map(|claim| claim.name));
                return refuse(askers, &Hub::unavailable(&error));
            }
        };
        self.tell_came(&claims, &claimed);
        for ((claim, granted), asker) in claims.into_iter().zip(claimed.granted).zip(askers) {
            let answer = if granted { Ok(self.holdings.grant(claim)) } else { Err(Refusal::NameTaken(claim.name)) };
            // Who asked may have gone, and with him goes the name.
            drop(asker.send(answer));
        }
    }

    async fn give_back(&mut self) {
        let left = self.holdings.take_left();
        self.behind = false;
        for names in left.chunks(BATCH) {
            match answered(self.nodes.release_names(self.holdings.lease(), names)).await {
                Ok(Some(changes)) => self.tell(changes, Vec::new(), names.to_vec()),
                // What was held in a stay that is over is held no more.
                Ok(None) => {}
                Err(error) => {
                    tracing::warn!(%error, "names could not be given back yet");
                    self.leave(names.iter().cloned());
                }
            }
        }
    }

    /// Notes who takes direct messages here now, and who does not any more.
    async fn note_direct(&mut self) {
        let turned = self.holdings.take_turned();
        for names in turned.chunks(BATCH) {
            let noted: Vec<_> = names.iter().map(|claim| (claim.name.clone(), claim.direct)).collect();
            match answered(self.nodes.note_direct(self.holdings.lease(), &noted)).await {
                Ok(Some(changes)) => self.tell(changes, names.iter().map(held_name).collect(), Vec::new()),
                Ok(None) => {}
                Err(error) => {
                    tracing::warn!(%error, "who takes direct messages could not be noted yet");
                    self.behind = true;
                    self.holdings.turn(names);
                }
            }
        }
    }

    async fn hold_again(&mut self, lease: Lease) -> Result<Vec<Username>, StoreError> {
        let before = self.holdings.enter(lease);
        let lost = self.claim_held().await;
        if lost.is_err() {
            self.holdings.enter(before);
        }
        lost
    }

    /// Claims all that is held here. What is not granted.
    async fn claim_held(&self) -> Result<Vec<Username>, StoreError> {
        let mut lost = Vec::new();
        for claims in self.holdings.held().chunks(BATCH) {
            // A stay that is over again is a matter for the next beat.
            let Some(claimed) = answered(self.nodes.claim_names(self.holdings.lease(), claims)).await? else {
                return Err(StoreError::TimedOut);
            };
            self.tell_came(claims, &claimed);
            let refused = claims.iter().zip(&claimed.granted).filter(|(_, granted)| !**granted);
            lost.extend(refused.map(|(claim, _)| claim.name.clone()));
        }
        Ok(lost)
    }

    /// These are to be given back, unless somebody here holds them.
    fn leave(&mut self, names: impl Iterator<Item = Username>) {
        self.behind = true;
        self.holdings.leave(names);
    }

    fn tell_came(&self, claims: &[NameClaim], claimed: &Claimed) {
        let granted = claims.iter().zip(&claimed.granted).filter(|(_, granted)| **granted);
        self.tell(claimed.changes, granted.map(|(claim, _)| held_name(claim)).collect(), Vec::new());
    }

    fn tell(&self, changes: u64, came: Vec<HeldName>, went: Vec<Username>) {
        self.bus.publish(Topic::All, Note::Names { lease: self.holdings.lease(), changes, came, went });
    }
}

fn held_name(claim: &NameClaim) -> HeldName {
    HeldName { name: claim.name.clone(), service: claim.ground == Ground::Service, direct: claim.direct }
}

/// The first question for each name, and the others.
fn one_of_each(questions: Vec<Question>) -> (Vec<Question>, Vec<Question>) {
    let mut seen = HashSet::new();
    questions.into_iter().partition(|(claim, _)| seen.insert(claim.name.key()))
}

fn refuse(askers: Vec<oneshot::Sender<Result<Hold, Refusal>>>, refusal: &Refusal) {
    for asker in askers {
        drop(asker.send(Err(refusal.clone())));
    }
}

async fn answered<T>(asked: impl Future<Output = Result<T, StoreError>>) -> Result<T, StoreError> {
    tokio::time::timeout(ANSWERED_WITHIN, asked).await.unwrap_or(Err(StoreError::TimedOut))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::hub::testing::name;

    #[test]
    fn a_name_is_asked_for_once_at_a_time() {
        let question =
            |text| (NameClaim { name: name(text), ground: Ground::Account, direct: true }, oneshot::channel().0);
        let (first, more) = one_of_each(["ann", "bob", "Ann"].map(question).into());
        assert_eq!((first.len(), more.len()), (2, 1));
        assert_eq!(more[0].0.name, name("ann"));
    }
}
