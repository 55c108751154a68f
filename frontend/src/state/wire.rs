//! The frames that passed lately, for whoever wants to see the wire.

use std::collections::VecDeque;

use super::clock::Millis;

/// Which way a frame went.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Direction {
    /// From the browser to the server.
    Sent,
    /// From the server to the browser.
    Received,
}

/// A frame that passed.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Frame {
    /// Counts frames, from 1.
    pub number: u64,
    /// When it passed.
    pub at: Millis,
    /// Which way.
    pub direction: Direction,
    /// The frame itself, or its beginning.
    pub text: String,
}

impl Frame {
    /// The frame's `type`, as it stands in the text.
    #[must_use]
    pub fn kind(&self) -> &str {
        let after = self.text.split_once(r#""type":""#).map(|(_, after)| after);
        after.and_then(|after| after.split('"').next()).unwrap_or_default()
    }
}

/// The latest frames; older ones go.
#[derive(Clone, Debug, Default)]
pub struct Wire {
    frames: VecDeque<Frame>,
    passed: u64,
}

impl Wire {
    /// How many frames are kept.
    pub const KEPT: usize = 300;
    /// How much of a frame is kept, in bytes.
    pub const LONGEST: usize = 4096;

    /// A frame passes.
    pub fn pass(&mut self, direction: Direction, text: &str, at: Millis) {
        if self.frames.len() == Self::KEPT {
            self.frames.pop_front();
        }
        self.passed += 1;
        self.frames.push_back(Frame { number: self.passed, at, direction, text: shortened(text) });
    }

    /// Those frames in which a text occurs, in any case of letters, the oldest first.
    #[must_use]
    pub fn matching(&self, wanted: &str) -> Vec<Frame> {
        let wanted = wanted.trim().to_lowercase();
        let fits = |frame: &&Frame| wanted.is_empty() || frame.text.to_lowercase().contains(&wanted);
        self.frames.iter().filter(fits).cloned().collect()
    }

    /// Forgets what has passed.
    pub fn clear(&mut self) {
        self.frames.clear();
    }
}

fn shortened(text: &str) -> String {
    if text.len() <= Wire::LONGEST {
        return text.to_owned();
    }
    let end = (0..=Wire::LONGEST).rev().find(|end| text.is_char_boundary(*end)).unwrap_or_default();
    format!("{}…", text.get(..end).unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn wire(texts: &[&str]) -> Wire {
        let mut wire = Wire::default();
        for text in texts {
            wire.pass(Direction::Received, text, 0);
        }
        wire
    }

    fn texts(frames: &[Frame]) -> Vec<&str> {
        frames.iter().map(|frame| frame.text.as_str()).collect()
    }

    #[test]
    fn the_latest_frames_are_kept_and_the_oldest_go() {
        let mut wire = wire(&[]);
        for number in 0..=Wire::KEPT {
            wire.pass(Direction::Sent, &number.to_string(), 0);
        }
        let frames = wire.matching("");
        assert_eq!(frames.len(), Wire::KEPT);
        assert_eq!(frames.first().map(|frame| (frame.number, frame.text.as_str())), Some((2, "1")));
        wire.clear();
        assert!(wire.matching("").is_empty());
    }

    #[test]
    fn a_long_frame_is_cut_between_characters() {
        let long = "ä".repeat(Wire::LONGEST);
        let kept = &wire(&[&long]).matching("")[0].text;
        assert!(kept.len() <= Wire::LONGEST + '…'.len_utf8() && kept.ends_with('…'));
    }

    #[test]
    fn frames_are_found_by_what_is_in_them_and_know_their_type() {
        let wire = wire(&[r#"{"type":"typing","room":1}"#, r#"{"type":"message","body":"Hi"}"#]);
        assert_eq!(texts(&wire.matching(" MESSAGE ")), [r#"{"type":"message","body":"Hi"}"#]);
        assert_eq!(wire.matching("typing")[0].kind(), "typing");
        assert_eq!(self::wire(&["x"]).matching("")[0].kind(), "");
    }
}
