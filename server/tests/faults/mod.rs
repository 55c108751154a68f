//! What is promised, tested by breaking things: the program is killed and stopped in the middle of conversations, its
//! disk fills up, its clients lie, flood and go silent. The next fault goes into the file of its kind;
//! `docs/reliability.md` names the test for each promise.

mod bodies;
mod half_open;
mod hostile;
mod killing;
pub mod resuming;
mod storage;
pub mod stored;
pub mod voices;
