//! The WebSocket close codes of all dialects. Their range tells a program whether to come back.

use std::time::Duration;

/// Why the server closed a connection.
///
/// | range | a client should |
/// |---|---|
/// | 1000 | do nothing: the client itself asked to leave |
/// | 4000–4099 | come back at once and resume |
/// | 4100–4199 | come back after a pause that grows |
/// | 4400–4499 | not come back without something changed: other credentials, other frames, another name |
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub enum CloseCode {
    /// 1000: the client asked for it.
    Normal,
    /// 4000: the server is stopping or restarting.
    Restart,
    /// 4001: the client read so slowly that its queue overflowed, in a dialect that has no frame to say so.
    TooSlow,
    /// 4002: nothing was heard for too long, not even an answer to a ping.
    Silent,
    /// 4100: the server has as many connections as it takes.
    Full,
    /// 4400: frames that cannot be used, again and again, or one that the dialect does not forgive.
    BadFrames,
    /// 4401: the session or token was revoked, or the account disabled.
    Revoked,
    /// 4403: the user or his address is banned from the server, or from the only room this dialect has.
    Banned,
    /// 4404: the user was taken out of the only room this dialect has.
    Removed,
    /// 4408: a first frame, or a name, did not come in time.
    TooLate,
    /// 4409: the same user logged in elsewhere in a dialect that allows one connection.
    Replaced,
    /// 4413: a frame larger than the limit.
    TooLarge,
    /// 4429: the client kept sending faster than allowed.
    Flooding,
}

/// What a closed client should do.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Return {
    /// Come back after at least this pause.
    After(Duration),
    /// Do not come back by itself.
    Never,
}

impl CloseCode {
    /// Every code, for documents and tests.
    pub const ALL: [Self; 13] = [
        Self::Normal,
        Self::Restart,
        Self::TooSlow,
        Self::Silent,
        Self::Full,
        Self::BadFrames,
        Self::Revoked,
        Self::Banned,
        Self::Removed,
        Self::TooLate,
        Self::Replaced,
        Self::TooLarge,
        Self::Flooding,
    ];

    /// The number on the wire.
    #[must_use]
    pub const fn number(self) -> u16 {
        match self {
            Self::Normal => 1000,
            Self::Restart => 4000,
            Self::TooSlow => 4001,
            Self::Silent => 4002,
            Self::Full => 4100,
            Self::BadFrames => 4400,
            Self::Revoked => 4401,
            Self::Banned => 4403,
            Self::Removed => 4404,
            Self::TooLate => 4408,
            Self::Replaced => 4409,
            Self::TooLarge => 4413,
            Self::Flooding => 4429,
        }
    }

    /// A few words for the close frame, below the 123 bytes it may hold.
    #[must_use]
    pub const fn reason(self) -> &'static str {
        match self {
            Self::Normal => "goodbye",
            Self::Restart => "server restarting, come back",
            Self::TooSlow => "reading too slowly, come back and resume",
            Self::Silent => "nothing heard for too long",
            Self::Full => "server full, try later",
            Self::BadFrames => "frames that cannot be used",
            Self::Revoked => "session no longer valid",
            Self::Banned => "you are banned",
            Self::Removed => "you were removed",
            Self::TooLate => "nothing came in time",
            Self::Replaced => "logged in elsewhere",
            Self::TooLarge => "frame too large",
            Self::Flooding => "too many messages",
        }
    }

    /// What a client makes of a number, its own side's and the browser's codes included: what it does not know
    /// it treats as a lost connection.
    #[must_use]
    pub const fn advice(number: u16) -> Return {
        match number {
            1000 | 4400..=4499 => Return::Never,
            4100..=4199 => Return::After(Duration::from_secs(5)),
            _ => Return::After(Duration::ZERO),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_reason_fits_a_close_frame() {
        for code in CloseCode::ALL {
            assert!(code.reason().len() <= 123, "{code:?}");
        }
    }

    #[test]
    fn a_restart_brings_clients_back_at_once_and_a_revoked_session_does_not() {
        assert_eq!(CloseCode::advice(CloseCode::Restart.number()), Return::After(Duration::ZERO));
        assert_eq!(CloseCode::advice(CloseCode::Revoked.number()), Return::Never);
        assert_eq!(CloseCode::advice(1006), Return::After(Duration::ZERO));
    }
}
