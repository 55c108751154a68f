//! Users, and what proves who somebody is.

use serde::{Deserialize, Serialize};
use shared::Username;

use super::Timestamp;

/// A user as stored.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
pub struct User {
    /// The name in its first spelling.
    pub name: Username,
    /// The password's hash (PHC string); a user without one is a guest.
    pub password_hash: Option<String>,
    /// How the user is shown and reached where phones are used.
    #[serde(flatten)]
    pub profile: Profile,
    /// May not log in.
    #[serde(default)]
    pub disabled: bool,
    /// Administers the server.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub admin: bool,
    /// When the user came into being.
    pub created_at: Timestamp,
    /// When the user was last connected.
    #[serde(default)]
    pub last_seen_at: Option<Timestamp>,
    /// When the guest's name last passed to somebody else: what was said before is not his.
    #[serde(default)]
    pub renewed_at: Option<Timestamp>,
    /// A webhook speaks under the name, which nobody else gets while it does.
    #[serde(skip)]
    pub reserved: bool,
}

impl User {
    /// Whether the name is held only while connected.
    #[must_use]
    pub fn is_guest(&self) -> bool {
        self.password_hash.is_none()
    }
}

/// How a user is shown and reached where phones are used.
#[derive(Clone, Debug, Default, Deserialize, Eq, PartialEq, Serialize)]
pub struct Profile {
    /// The name shown, any text of up to 64 characters; the username where there is none.
    #[serde(default)]
    pub display_name: Option<String>,
    /// The phone, unique.
    #[serde(default)]
    pub phone: Option<String>,
}

/// The SHA-256 of a session's or token's secret; the secret itself is never kept.
#[derive(Clone, Copy, Debug, Deserialize, Eq, Hash, PartialEq, Serialize)]
pub struct TokenHash(pub [u8; 32]);

/// What a session is for.
#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum SessionKind {
    /// A guest's hold on his name: a browser's cookie, or the `session` of a `welcome`.
    Guest,
    /// An account's login in a browser.
    Browser,
    /// An account's API token.
    Token,
}

/// A session or token.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
pub struct SessionRecord {
    /// The hash of its secret.
    #[serde(with = "hash_as_text")]
    pub hash: TokenHash,
    /// Whose it is.
    pub user: Username,
    /// What it is for.
    pub kind: SessionKind,
    /// What its owner calls it, or the program that made it.
    pub label: String,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it was last used, to some minutes.
    pub used_at: Timestamp,
    /// When it ends.
    pub expires_at: Timestamp,
}

pub(in crate::store) mod hash_as_text {
    //! A hash in a line of an export.

    use base64::Engine;
    use base64::engine::general_purpose::STANDARD;
    use serde::{Deserialize, Deserializer, Serializer, de};

    use super::TokenHash;

    pub fn serialize<S: Serializer>(hash: &TokenHash, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&STANDARD.encode(hash.0))
    }

    pub fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<TokenHash, D::Error> {
        let bytes = STANDARD.decode(String::deserialize(deserializer)?).map_err(de::Error::custom)?;
        bytes.try_into().map(TokenHash).map_err(|_| de::Error::custom("a hash has 32 bytes"))
    }
}
