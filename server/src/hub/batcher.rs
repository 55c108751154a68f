//! Questions to the store that many connections ask at the same moment, when a server comes back and all of them return,
//! say: those that wait are asked together, with one statement and at most one commit.

use tokio::sync::{mpsc, oneshot};

use super::{Hub, Refusal};
use crate::store::StoreError;

/// The most questions asked together.
const BATCH: usize = 512;

/// How many questions may wait; past that, who asks waits.
const QUEUE: usize = 2_048;

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
            while waiting.recv_many(&mut taken, BATCH).await > 0 {
                let (asked, askers): (Vec<_>, Vec<_>) = taken.drain(..).unzip();
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
