//! Password hashing: Argon2id with the parameters OWASP names (19 MiB, two passes, one lane).

use argon2::password_hash::phc::PasswordHash;
use argon2::{Algorithm, Argon2, Params, PasswordHasher, PasswordVerifier, Version};

/// Passwords are this long at least, in characters.
pub const MIN_CHARS: usize = 8;

/// And at most this long, in bytes, so that hashing one costs no more than hashing another.
pub const MAX_BYTES: usize = 256;

/// Whether a hash was made with other parameters than today's.
pub fn is_outdated(hash: &str) -> bool {
    let Ok(parsed) = PasswordHash::new(hash) else { return true };
    let costs = |params: &Params| (params.m_cost(), params.t_cost(), params.p_cost());
    let today = argon2().map(|argon2| costs(argon2.params()));
    parsed.algorithm != Algorithm::Argon2id.ident() || Params::try_from(&parsed).ok().as_ref().map(costs) != today
}

fn argon2() -> Option<Argon2<'static>> {
    Params::new(19 * 1024, 2, 1, None).ok().map(|params| Argon2::new(Algorithm::Argon2id, Version::V0x13, params))
}

/// The hash of a password, as a PHC string. Takes tens of milliseconds. `None` where the system gives no randomness.
pub fn hash(password: &str) -> Option<String> {
    argon2()?.hash_password(password.as_bytes()).ok().map(|hash| hash.to_string())
}

/// Whether a password is the one of a hash. Takes as long where there is no hash, so that nobody learns from the
/// time which names are accounts.
pub fn verify(password: &str, hash: Option<&str>) -> bool {
    let parsed = hash.and_then(|hash| PasswordHash::new(hash).ok());
    match (argon2(), parsed) {
        (Some(argon2), Some(parsed)) => argon2.verify_password(password.as_bytes(), &parsed).is_ok(),
        (Some(argon2), None) => {
            let _ = argon2.hash_password_with_salt(password.as_bytes(), b"nobody-has-this!");
            false
        }
        (None, _) => false,
    }
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
    fn a_hash_knows_its_password_and_no_other() {
        let hash = hash("correct horse").unwrap();
        assert!(hash.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{hash}");
        assert!(verify("correct horse", Some(&hash)));
        assert!(!verify("wrong horse", Some(&hash)));
        assert!(!verify("correct horse", None));
        assert!(!verify("correct horse", Some("no hash")));
    }
}
