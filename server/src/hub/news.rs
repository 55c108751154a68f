//! Events told together to many: one alone, or what one commit brought a room. What they read like on the wire is made
//! once for each way of encoding, not once for each receiver.

use std::sync::OnceLock;

use bytes::Bytes;

use super::event::ENCODINGS;
use super::{Envelope, Event, Lane, Reading};

/// Events on their way to many sessions, in order.
#[derive(Debug)]
pub struct News {
    envelopes: Box<[Envelope]>,
    /// All of them as frames, one behind the other, for lanes.
    batches: [OnceLock<Bytes>; ENCODINGS],
}

impl News {
    /// One event.
    #[must_use]
    pub fn one(event: Event) -> Self {
        Self::all([event])
    }

    /// Several events.
    #[must_use]
    pub fn all(events: impl IntoIterator<Item = Event>) -> Self {
        let envelopes = events.into_iter().map(Envelope::new).collect();
        Self { envelopes, batches: [const { OnceLock::new() }; ENCODINGS] }
    }

    /// The events.
    #[must_use]
    pub fn envelopes(&self) -> &[Envelope] {
        &self.envelopes
    }

    /// What they read like on a lane; made the first time only.
    pub(super) fn batch(&self, reading: Reading, lane: &dyn Lane) -> &Bytes {
        self.batches[reading.encoding.number()].get_or_init(|| {
            let mut batch = Vec::new();
            for envelope in &self.envelopes {
                if let Some(text) = envelope.encoded(reading.encoding, || (reading.encode)(&envelope.event)) {
                    lane.frame(&text, &mut batch);
                }
            }
            batch.into()
        })
    }
}
