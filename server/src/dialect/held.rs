//! Frames that came before the answer on which their meaning depends, kept in their order.

use std::collections::VecDeque;

use super::Frame;

/// The most frames that are kept.
const MOST: usize = 64;

/// A bounded queue of frames.
#[derive(Debug, Default)]
pub struct Held {
    frames: VecDeque<Frame>,
}

impl Held {
    /// Keeps a frame. False: there are too many already, and this one is not kept.
    pub fn hold(&mut self, frame: Frame) -> bool {
        let room = self.frames.len() < MOST;
        if room {
            self.frames.push_back(frame);
        }
        room
    }

    /// Gives the oldest frame back.
    pub fn next(&mut self) -> Option<Frame> {
        self.frames.pop_front()
    }
}
