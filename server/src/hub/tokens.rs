//! Secrets of sessions and API tokens: 256 random bits, of which only the hash is kept.

use std::fmt::Write;

use rand::TryRngCore;
use sha2::{Digest, Sha256};

use crate::store::TokenHash;

/// A new secret, as 64 hexadecimal digits. `None` where the system gives no randomness.
pub fn secret() -> Option<String> {
    let mut bytes = [0u8; 32];
    rand::rngs::OsRng.try_fill_bytes(&mut bytes).ok()?;
    Some(bytes.iter().fold(String::with_capacity(64), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    }))
}

/// What is kept of a secret.
#[must_use]
pub fn hash(secret: &str) -> TokenHash {
    TokenHash(Sha256::digest(secret.as_bytes()).into())
}
