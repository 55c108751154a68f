//! Names that may be taken: none that looks like an account's or another room's. And usernames for people whose dialect
//! knows them by any text: made from what they are shown by.

use shared::{InvalidUsername, RoomName, SERVER_NAME, Username};

use super::{Hub, Refusal};
use crate::store::are_alike;

impl Hub {
    /// Whether somebody may come by a name that is not proved to be his: not if it could be taken for an account.
    pub(super) async fn check_looks(&self, name: &Username) -> Result<(), Refusal> {
        if are_alike(name.as_str(), SERVER_NAME) {
            return Err(Refusal::BadUsername(InvalidUsername::Server));
        }
        match self.inner.alike.ask(name.clone()).await? {
            Some(account) => Err(Refusal::LooksLikeAccount(account)),
            None => Ok(()),
        }
    }

    /// Whether a room may be called so: not if it could be taken for another.
    pub(super) async fn check_room_looks(&self, name: &RoomName) -> Result<(), Refusal> {
        match self.inner.store.like_room(name).await.map_err(|error| Self::unavailable(&error))? {
            Some(room) => Err(Refusal::LooksLikeRoom(room)),
            None => Ok(()),
        }
    }
}

/// The usernames to try for somebody shown by a name that may be any text: `John Doe`, `John-Doe`, `John-Doe-2` …
pub fn username_candidates(display_name: &str) -> impl Iterator<Item = Username> {
    let exact: Option<Username> = display_name.parse().ok();
    let made: String = display_name
        .split_whitespace()
        .collect::<Vec<_>>()
        .join("-")
        .chars()
        // Behind a letter, since a mark of another alphabet belongs to one.
        .filter(|c| format!("a{c}").parse::<Username>().is_ok())
        .take(Username::MAX_CHARS)
        .collect();
    let speaks = made.chars().any(char::is_alphanumeric) && made.parse::<Username>().is_ok();
    let base = if speaks { made } else { "user".to_owned() };
    let numbered = (2..1_000u32).map(|number| number.to_string());
    let cut = base.clone();
    let more = numbered.map(move |number| {
        let keep = Username::MAX_CHARS - number.len() - 1;
        format!("{}-{number}", cut.chars().take(keep).collect::<String>())
    });
    exact.into_iter().chain(std::iter::once(base).chain(more).filter_map(|name| name.parse().ok()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn candidates(display_name: &str, count: usize) -> Vec<String> {
        username_candidates(display_name).take(count).map(String::from).collect()
    }

    #[test]
    fn a_name_that_is_a_username_is_tried_as_it_is() {
        assert_eq!(candidates("anna", 1), ["anna"]);
    }

    #[test]
    fn a_username_is_made_of_any_text() {
        assert_eq!(candidates("John Doe", 3), ["John-Doe", "John-Doe-2", "John-Doe-3"]);
        assert_eq!(candidates("@: #", 2), ["user", "user-2"]);
        assert_eq!(candidates(&"x".repeat(30), 2), ["x".repeat(20), format!("{}-2", "x".repeat(18))]);
    }
}
