//! Passwords: what they must be like, and how they are hashed and checked: Argon2id with the parameters OWASP names (19 MiB,
//! two passes, one lane).

use std::net::IpAddr;

use argon2::password_hash::phc::PasswordHash;
use argon2::{Algorithm, Argon2, Params, PasswordHasher, PasswordVerifier, Version};
use shared::Username;

use super::{Hub, Refusal};
use crate::store::User;

/// Passwords are this long at least, in characters.
const MIN_CHARS: usize = 8;

/// And at most this long, in bytes, so that hashing one costs no more than hashing another.
const MAX_BYTES: usize = 256;

/// Whether a hash was made with other parameters than today's.
pub(super) fn is_outdated(hash: &str) -> bool {
    let Ok(parsed) = PasswordHash::new(hash) else { return true };
    let costs = |params: &Params| (params.m_cost(), params.t_cost(), params.p_cost());
    let today = argon2().map(|argon2| costs(argon2.params()));
    parsed.algorithm != Algorithm::Argon2id.ident() || Params::try_from(&parsed).ok().as_ref().map(costs) != today
}

fn argon2() -> Option<Argon2<'static>> {
    Params::new(19 * 1024, 2, 1, None).ok().map(|params| Argon2::new(Algorithm::Argon2id, Version::V0x13, params))
}

/// The hash of a password, as a PHC string. Takes tens of milliseconds. `None` where the system gives no randomness.
fn hash(password: &str) -> Option<String> {
    argon2()?.hash_password(password.as_bytes()).ok().map(|hash| hash.to_string())
}

/// The hash of no password, with today's parameters.
const NOBODYS: &str =
    "$argon2id$v=19$m=19456,t=2,p=1$bm9ib2R5LWhhcy10aGlzIQ$bm9ib2R5LWtub3dzLXdoYXQtdGhpcy1pcy10aGUtb2Y";

/// Whether a password is the one of a hash. Where there is none it is compared with nobody's, which takes as long: so
/// nobody learns from the time which names are accounts.
fn verify(password: &str, hash: Option<&str>) -> bool {
    let known = hash.and_then(|hash| PasswordHash::new(hash).ok());
    let (is_known, compared) = (known.is_some(), known.or_else(|| PasswordHash::new(NOBODYS).ok()));
    let right = argon2().zip(compared).map(|(argon2, hash)| argon2.verify_password(password.as_bytes(), &hash));
    is_known && matches!(right, Some(Ok(())))
}

impl Hub {
    /// The same answer, after the same time, for an unknown name, a guest's and a wrong password.
    pub(super) async fn check_password(
        &self,
        name: &Username,
        user: Option<&User>,
        password: String,
        address: IpAddr,
    ) -> Result<(), Refusal> {
        self.count_attempt(address, name).await?;
        if password.len() > MAX_BYTES {
            return Err(Refusal::WrongCredentials);
        }
        let hash = user.filter(|user| !user.disabled).and_then(|user| user.password_hash.clone());
        let _permit = self.inner.hashing.acquire().await.map_err(|_| Refusal::ShuttingDown)?;
        let kept = hash.clone();
        let verified = tokio::task::spawn_blocking(move || {
            let right = verify(&password, hash.as_deref());
            // The password itself is here only now, so an old hash is replaced now.
            let renewed = hash.filter(|hash| right && is_outdated(hash));
            (right, renewed.and_then(|_| self::hash(&password)))
        });
        let (right, renewed) = verified.await.unwrap_or((false, None));
        if let (Some(from), Some(to)) = (kept, renewed)
            && let Err(error) = self.inner.store.rehash_password(name, &from, &to).await
        {
            tracing::warn!(%error, "a password's hash could not be renewed");
        }
        if right { Ok(()) } else { Err(Refusal::WrongCredentials) }
    }

    pub(super) async fn hash_password(&self, password: String) -> Result<String, Refusal> {
        let _permit = self.inner.hashing.acquire().await.map_err(|_| Refusal::ShuttingDown)?;
        let hashed = tokio::task::spawn_blocking(move || hash(&password)).await;
        hashed.ok().flatten().ok_or(Refusal::Unavailable)
    }
}

/// The hash to keep of a password, for those who manage accounts on the store itself.
///
/// # Errors
/// [`Refusal::BadField`] where the password is too short or too long.
pub fn password_hash(password: &str) -> Result<String, Refusal> {
    check_password_rules(password, "password")?;
    hash(password).ok_or(Refusal::Unavailable)
}

/// What a password must be like: long enough, and no longer than is hashed.
///
/// # Errors
/// [`Refusal::BadField`].
pub(super) fn check_password_rules(password: &str, field: &'static str) -> Result<(), Refusal> {
    if password.chars().count() < MIN_CHARS {
        return Err(Refusal::BadField { field, problem: "needs at least 8 characters" });
    }
    if password.len() > MAX_BYTES {
        return Err(Refusal::BadField { field, problem: "has at most 256 bytes" });
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_hash_of_other_parameters_is_outdated() {
        assert!(!is_outdated(&hash("correct horse").unwrap()));
        let weak = Argon2::new(Algorithm::Argon2id, Version::V0x13, Params::new(64, 1, 1, None).unwrap());
        let weak = weak.hash_password(b"correct horse").unwrap().to_string();
        assert!(verify("correct horse", Some(&weak)) && is_outdated(&weak));
    }

    #[test]
    fn an_unknown_name_is_compared_with_a_hash_that_costs_as_much_as_any() {
        assert!(PasswordHash::new(NOBODYS).is_ok() && !is_outdated(NOBODYS));
        assert!(!verify("nobody", Some(NOBODYS)));
    }

    #[test]
    fn a_hash_knows_its_password_and_no_other() {
        let hash = hash("correct horse").unwrap();
        assert!(hash.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{hash}");
        assert!(verify("correct horse", Some(&hash)));
        assert!(!verify("wrong horse", Some(&hash)));
        assert!(!verify("correct horse", None));
        assert!(!verify("correct horse", Some("no hash")));
    }
}
