//! What the browser knows, as plain structs: no signals, no browser, no clock of their own. Whoever holds them
//! says what happened and what time it is, and is told what changed and what to send. Tested natively.

pub mod address;
pub mod attachments;
pub mod backoff;
pub mod browser_name;
pub mod chat;
pub mod clock;
pub mod completion;
pub mod emoji;
pub mod highlight;
pub mod markdown;
pub mod names;
pub mod preferences;
pub mod queue;
pub mod rooms;
pub mod rows;
#[cfg(test)]
mod samples;
pub mod text;
pub mod timeline;
pub mod typing;
pub mod window;
pub mod wire;
