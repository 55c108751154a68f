//! Finding: words in what the user may read, and who somebody is.

use std::collections::HashSet;

use shared::{RoomId, RoomKind, Seq, Username};

use super::{Hub, Portrait, Refusal, Reply, Search, SessionId};
use crate::store::{Membership, Query};

/// The most words that are looked for; further ones are passed over.
const WORDS: usize = 20;

impl Hub {
    pub(super) async fn search(&self, session: SessionId, search: Search) -> Result<Reply, Refusal> {
        let me = self.name_of(session)?;
        let words: Vec<String> = words(&search.text);
        if words.is_empty() {
            return Err(Refusal::BadField { field: "text", problem: "needs a word to look for" });
        }
        let rooms = match search.room {
            Some(room) => vec![(room, self.readable_after(session, room).await?)],
            None => self
                .memberships(&me)
                .await?
                .into_iter()
                .map(|Membership { room, hidden, .. }| (room.id, hidden))
                .collect(),
        };
        let most = self.inner.settings.limits.max_history_page;
        let limit = search.limit.unwrap_or(most).clamp(1, most);
        let query = Query {
            words,
            behind: self.behind(&rooms, search.behind).await?,
            rooms,
            sender: search.sender,
            after: search.after,
            before: search.before,
            limit: limit + 1,
        };
        let mut hits = self.inner.store.search(&query).await.map_err(|error| Self::unavailable(&error))?;
        let more = hits.len() > limit as usize;
        hits.truncate(limit as usize);
        Ok(Reply::Found { hits, more })
    }

    /// The place in the order of what is found from which a page goes on.
    async fn behind(
        &self,
        rooms: &[(RoomId, Seq)],
        hit: Option<(RoomId, Seq)>,
    ) -> Result<Option<(crate::store::Timestamp, RoomId, Seq)>, Refusal> {
        let Some((room, seq)) = hit else { return Ok(None) };
        let readable = rooms.iter().any(|(known, hidden)| *known == room && seq > *hidden);
        let found = self.inner.store.message(room, seq).await.map_err(|error| Self::unavailable(&error))?;
        let message = found.filter(|_| readable);
        let gone = Refusal::BadField { field: "before_hit", problem: "names no message that could have been found" };
        message.map(|message| Some((message.time, room, seq))).ok_or(gone)
    }

    pub(super) async fn profile(&self, session: SessionId, name: &Username) -> Result<Reply, Refusal> {
        let me = self.name_of(session)?;
        let user = self.user(name).await?.ok_or(Refusal::NoSuchUser)?;
        let person = self.person(&user.name, None).await?;
        let named = |membership: &Membership| matches!(membership.room.kind, RoomKind::Public | RoomKind::Group);
        let mine: HashSet<RoomId> = self.memberships(&me).await?.iter().map(|membership| membership.room.id).collect();
        let theirs = self.memberships(&user.name).await?;
        let shared = theirs.iter().filter(|membership| named(membership)).map(|membership| membership.room.id);
        let shared = shared.filter(|room| mine.contains(room)).collect();
        let (guest, since) = (user.is_guest(), user.created_at);
        Ok(Reply::Profile(Box::new(Portrait { person, guest, since, shared })))
    }
}

/// The words of a text, in lower case.
fn words(text: &str) -> Vec<String> {
    let words = text.split(|sign: char| !sign.is_alphanumeric()).filter(|word| !word.is_empty());
    words.take(WORDS).map(str::to_lowercase).collect()
}
