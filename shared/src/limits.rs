//! The limits a client should know before it runs into them.

use serde::{Deserialize, Serialize};

/// What this server accepts, told to each client in `welcome`.
#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Limits {
    /// The longest message body, in bytes of UTF-8.
    pub max_message_bytes: usize,
    /// The largest frame of any kind, in bytes.
    pub max_frame_bytes: usize,
    /// The most messages one history page holds.
    pub max_history_page: u32,
    /// The most missed messages of one conversation that a resume pushes; past that the client fetches history.
    pub max_resume_messages: u32,
    /// The most messages a connection may send a second, over time.
    pub messages_per_second: u32,
    /// How many it may send at once after a rest.
    pub message_burst: u32,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            max_message_bytes: 16 * 1024,
            max_frame_bytes: 64 * 1024,
            max_history_page: 100,
            max_resume_messages: 500,
            messages_per_second: 50,
            message_burst: 200,
        }
    }
}
