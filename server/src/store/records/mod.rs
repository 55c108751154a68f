//! What the store keeps, as plain records: a file for each of the things they are about.

mod dump;
mod message;
mod room;
mod user;

use std::fmt;

use jiff::fmt::temporal::DateTimePrinter;
use serde::{Deserialize, Serialize};

pub use dump::{Dump, Line};
pub use message::{
    Act, Amended, Amendment, Appended, Message, MessageClass, NewMessage, Page, Query, Quote, Since, Version,
};
pub use room::{Extent, Glimpse, Listing, Marks, MemberRecord, Membership, NewRoom, Removal, Room};
pub(super) use user::hash_as_text;
pub use user::{Profile, SessionKind, SessionRecord, TokenHash, User};

/// A moment: milliseconds since 1970, UTC.
#[derive(Clone, Copy, Debug, Default, Deserialize, Eq, Hash, Ord, PartialEq, PartialOrd, Serialize)]
#[serde(transparent)]
pub struct Timestamp(pub i64);

impl Timestamp {
    /// RFC 3339 with milliseconds, as every dialect shows it: `2026-11-21T09:30:00.123Z`.
    #[must_use]
    pub fn rfc3339(self) -> String {
        let printer = DateTimePrinter::new().precision(Some(3));
        jiff::Timestamp::from_millisecond(self.0).map(|time| printer.timestamp_to_string(&time)).unwrap_or_default()
    }

    /// The moment an RFC 3339 text names.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        text.parse::<jiff::Timestamp>().ok().map(|time| Self(time.as_millisecond()))
    }
}

impl fmt::Display for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.rfc3339())
    }
}
