//! Who is known by his phone: how it proves who somebody is, and which name is made for him.

use std::net::IpAddr;

use shared::{Username, harmless};

use super::cluster::Hold;
use super::identity::Proven;
use super::naming::username_candidates;
use super::people::Standing;
use super::{Credentials, Hub, Note, Refusal, SessionId, tokens};
use crate::store::Profile;

/// The longest display name, in characters.
const MAX_DISPLAY_NAME: usize = 64;

/// The longest phone, in characters.
const MAX_PHONE: usize = 32;

impl Hub {
    /// A phone is its owner's proof, as it is for the dialect that knows people by it, unless he set a password.
    pub(super) async fn prove_phone(
        &self,
        phone: String,
        display_name: String,
        credentials: Credentials,
        address: IpAddr,
    ) -> Result<Proven, Refusal> {
        let display_name = harmless(&display_name);
        check_profile(&phone, &display_name)?;
        // On whatever node: the same phone is the same guest.
        let by_phone = Standing::Guest(Some(tokens::hash(&format!("phone {phone}"))));
        let (mut naming, mut hold) = (None, None);
        let mut known = self.user_of_phone(&phone).await?;
        if known.is_none() && matches!(credentials, Credentials::None) {
            // Two phones that are new at the same moment must not be given the same free name.
            naming = Some(self.inner.naming.acquire().await.map_err(|_| Refusal::ShuttingDown)?);
            known = self.user_of_phone(&phone).await?;
        }
        let name = match (known, &credentials) {
            (Some(name), _) => name,
            (None, Credentials::None) => {
                let free = self.free_name_for(&display_name, by_phone).await?;
                hold = free.1;
                free.0
            }
            // Who proves to be somebody else brings him this phone.
            (None, Credentials::Password(_)) => display_name.parse().map_err(|_| Refusal::WrongCredentials)?,
            (None, Credentials::Token(token)) => {
                self.session_record(token).await?.ok_or(Refusal::WrongCredentials)?.user
            }
        };
        let mut proven = self.prove_name(name, credentials, false, address).await?;
        let profile = Profile { display_name: Some(display_name), phone: Some(phone) };
        let now = self.now();
        let set = self.inner.store.set_profile(&proven.name, &profile, now).await;
        if !set.map_err(|error| Self::unavailable(&error))? {
            return Err(Refusal::PhoneTaken);
        }
        drop(naming);
        proven.user = self.user(&proven.name).await?;
        proven.newcomer = false;
        proven.hold = hold;
        if proven.standing == Standing::Guest(None) {
            proven.standing = by_phone;
        }
        Ok(proven)
    }

    pub(super) async fn user_of_phone(&self, phone: &str) -> Result<Option<Username>, Refusal> {
        let user = self.inner.store.user_by_phone(phone).await.map_err(|error| Self::unavailable(&error))?;
        Ok(user.map(|user| user.name))
    }

    /// The display name itself where it is a username and free, else one made from it; among several nodes, held.
    async fn free_name_for(&self, display_name: &str, standing: Standing) -> Result<(Username, Option<Hold>), Refusal> {
        for name in username_candidates(display_name) {
            let held = self.inner.live.lock().is_online(&name);
            if held || self.user(&name).await?.is_some() || self.check_looks(&name).await.is_err() {
                continue;
            }
            let Some(cluster) = &self.inner.cluster else { return Ok((name, None)) };
            let hold = match cluster.hold(&name, standing.into(), false).await {
                Ok(hold) => hold,
                Err(Refusal::NameTaken(_)) => continue,
                Err(refusal) => return Err(refusal),
            };
            // Another node may have let somebody in and out in between, and then he is known.
            if self.user(&name).await?.is_none() {
                return Ok((name, Some(hold)));
            }
        }
        Err(Refusal::Full)
    }

    /// Lets go the other connections, here and elsewhere, that a user's phone has in a dialect that allows one.
    pub(super) fn replace_phone(&self, session: SessionId, user: &Username, phone: &str) {
        self.inner.live.lock().replace_phone(user, phone, Some(session), self.now());
        if let Some(cluster) = &self.inner.cluster {
            cluster.tell_all(Note::Phone { user: user.clone(), phone: phone.to_owned() });
        }
    }
}

fn check_profile(phone: &str, display_name: &str) -> Result<(), Refusal> {
    let phone_chars = phone.chars().count();
    if phone_chars == 0 || phone_chars > MAX_PHONE || phone.chars().any(char::is_control) || phone.starts_with('@') {
        return Err(Refusal::BadField { field: "phone", problem: "is 1 to 32 characters and no @username" });
    }
    let name_chars = display_name.chars().count();
    if name_chars == 0 || name_chars > MAX_DISPLAY_NAME || display_name.chars().any(char::is_control) {
        return Err(Refusal::BadField { field: "name", problem: "is 1 to 64 characters" });
    }
    Ok(())
}
