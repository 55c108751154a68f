//! Questions to the store that many connections ask at the same moment, when a server comes back and all of them return,
//! say: those that wait are asked together, with one statement and at most one commit.

use std::time::Duration;

use tokio::sync::{mpsc, oneshot};
use tokio::time::Instant;

use super::{Hub, Refusal};
use crate::store::StoreError;

/// The most questions asked together.
const BATCH: usize = 512;

/// How many questions may wait; past that, who asks waits.
const QUEUE: usize = 2_048;

/// How long questions are gathered behind a batch of several. Who asks alone is answered at once; in a rush a trip to the
/// store costs more than most of what it asks, so each is to ask for more.
const GATHER: Duration = Duration::from_millis(1);

type Question<Q, A> = (Q, oneshot::Sender<Result<A, Refusal>>);

/// The way to a task that asks for many.
#[derive(Debug)]
pub struct Batcher<Q, A> {
    questions: mpsc::Sender<Question<Q, A>>,
}

impl<Q: Send + 'static, A: Send + 'static> Batcher<Q, A> {
    /// Starts the task; it ends with the batcher. `ask` gives an answer for each question, in their order.
    pub fn start<F>(ask: impl Fn(Vec<Q>) -> F + Send + 'static) -> Self
    where
        F: Future<Output = Result<Vec<A>, StoreError>> + Send,
    {
        let (questions, mut waiting) = mpsc::channel::<Question<Q, A>>(QUEUE);
        tokio::spawn(async move {
            let mut taken = Vec::new();
            let mut gather_until = None;
            while waiting.recv_many(&mut taken, BATCH).await > 0 {
                if let Some(until) = gather_until {
                    tokio::time::sleep_until(until).await;
                    while taken.len() < BATCH
                        && let Ok(question) = waiting.try_recv()
                    {
                        taken.push(question);
                    }
                }
                let (asked, askers): (Vec<_>, Vec<_>) = taken.drain(..).unzip();
                let several = asked.len() > 1;
                // Who asked may have gone.
                match ask(asked).await {
                    Ok(answers) => {
                        for (asker, answer) in askers.into_iter().zip(answers) {
                            drop(asker.send(Ok(answer)));
                        }
                    }
                    Err(error) => {
                        let refusal = Hub::unavailable(&error);
                        for asker in askers {
                            drop(asker.send(Err(refusal.clone())));
                        }
                    }
                }
                gather_until = several.then(|| Instant::now() + GATHER);
            }
        });
        Self { questions }
    }

    /// Asks, and waits for the answer.
    ///
    /// # Errors
    /// [`Refusal::Unavailable`] where the store fails.
    pub async fn ask(&self, question: Q) -> Result<A, Refusal> {
        let (asker, answer) = oneshot::channel();
        self.questions.send((question, asker)).await.map_err(|_| Refusal::ShuttingDown)?;
        answer.await.map_err(|_| Refusal::ShuttingDown)?
    }
}
