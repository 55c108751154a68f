//! Secrets of sessions and API tokens: 256 random bits, of which only the hash is kept.

use rand::TryRngCore;
use sha2::{Digest, Sha256};

use crate::store::TokenHash;

/// A new secret, as 64 hexadecimal digits. `None` where the system gives no randomness.
pub fn secret() -> Option<String> {
    let mut bytes = [0u8; 32];
    rand::rngs::OsRng.try_fill_bytes(&mut bytes).ok()?;
    Some(hex(&bytes))
}

fn hex(bytes: &[u8]) -> String {
    const DIGITS: [char; 16] = ['0', '1', '2', '3', '4', '5', '6', '7', '8', '9', 'a', 'b', 'c', 'd', 'e', 'f'];
    bytes.iter().flat_map(|byte| [byte >> 4, byte & 15]).map(|digit| DIGITS[usize::from(digit)]).collect()
}

/// A new id, as 32 hexadecimal digits, that nobody can guess. `None` where the system gives no randomness.
pub fn random_id() -> Option<String> {
    let mut bytes = [0u8; 16];
    rand::rngs::OsRng.try_fill_bytes(&mut bytes).ok()?;
    Some(hex(&bytes))
}

/// By what the owner of a secret names it: the first 16 hexadecimal digits of its hash.
#[must_use]
pub fn id(hash: &TokenHash) -> String {
    hex(&hash.0[..8])
}

/// What is kept of a secret.
#[must_use]
pub fn hash(secret: &str) -> TokenHash {
    TokenHash(Sha256::digest(secret.as_bytes()).into())
}
