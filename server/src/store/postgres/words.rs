//! What messages are found by: their words, and whom they name. Texts are cut into words here and not by a text search
//! configuration, so that search finds the same with every engine and in every language.

use std::collections::BTreeSet;

use shared::{Seq, Username, mentioned};
use sqlx::PgConnection;
use sqlx::postgres::PgRow;
use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

use super::PostgresStore;
use super::fault::Fault;
use super::rows::{message, message_columns, message_joins, place};
use crate::store::{Message, Query};

/// How many bytes of a word count; the engine takes 2,046.
const LONGEST_WORD: usize = 128;

/// How many bytes of words a message is found by; the engine takes 1 MiB.
const MOST_WORDS: usize = 256 * 1024;

/// The words of a text, without regard to case and accents, each once, as the engine takes them.
pub(super) fn words_of(text: &str) -> String {
    let words: BTreeSet<String> = cut(text).collect();
    let mut list = String::new();
    for word in words {
        if list.len() + word.len() > MOST_WORDS {
            break;
        }
        if !list.is_empty() {
            list.push(' ');
        }
        list.push_str(&word);
    }
    list
}

/// Letters and digits only, so that nothing in a word means anything to the engine.
fn cut(text: &str) -> impl Iterator<Item = String> {
    let plain: String = text.nfd().filter(|letter| !is_combining_mark(*letter)).flat_map(char::to_lowercase).collect();
    let words: Vec<String> = plain
        .split(|letter: char| !letter.is_alphanumeric())
        .filter(|word| !word.is_empty())
        .map(|word| word[..word.floor_char_boundary(LONGEST_WORD)].to_owned())
        .collect();
    words.into_iter()
}

/// What to look for in the engine's own language. `None`: no words.
fn matching(words: &[String]) -> Option<String> {
    let words: Vec<String> = words.iter().flat_map(|word| cut(word)).collect();
    if words.is_empty() { None } else { Some(format!("{}:*", words.join(" & "))) }
}

/// A message's place and the key of a user whom it names.
pub(super) type Mention = (i64, String);

/// Whom a message names, its sender apart.
pub(super) fn mentions_of(place: i64, sender: &Username, body: &str) -> impl Iterator<Item = Mention> {
    let sender = sender.key();
    mentioned(body).into_iter().map(|name| name.key()).filter(move |key| *key != sender).map(move |key| (place, key))
}

/// Notes whom messages name, where there are such users.
pub(super) async fn mention(db: &mut PgConnection, mentions: Vec<Mention>) -> Result<(), Fault> {
    if mentions.is_empty() {
        return Ok(());
    }
    let (places, keys): (Vec<i64>, Vec<String>) = mentions.into_iter().unzip();
    sqlx::query(
        "INSERT INTO mentions (user_id, place)
         SELECT u.id, given.place FROM unnest($1::bigint[], $2::text[]) AS given (place, key)
         JOIN users u ON u.key = given.key ON CONFLICT DO NOTHING",
    )
    .bind(places)
    .bind(keys)
    .execute(db)
    .await?;
    Ok(())
}

/// A message has another body, which may be empty.
pub(super) async fn replace(db: &mut PgConnection, at: i64, sender: &Username, body: &str) -> Result<(), Fault> {
    sqlx::query("DELETE FROM mentions WHERE place = $1").bind(at).execute(&mut *db).await?;
    sqlx::query("UPDATE messages SET words = $2::tsvector WHERE place = $1")
        .bind(at)
        .bind(words_of(body))
        .execute(&mut *db)
        .await?;
    mention(db, mentions_of(at, sender, body).collect()).await
}

pub(super) async fn search(store: &PostgresStore, query: &Query) -> Result<Vec<Message>, Fault> {
    const SEARCH: &str = concat!(
        "SELECT ",
        message_columns!(),
        " FROM unnest($2::bigint[], $3::bigint[]) AS given (after, before)
         JOIN messages x ON x.place > given.after AND x.place < given.before
         JOIN users u ON u.id = x.sender_id",
        message_joins!(),
        "WHERE x.words @@ $1::tsquery AND x.time >= $4 AND x.time < $5 AND (x.time, x.place) < ($6, $7)
             AND ($8::text IS NULL OR u.key = $8)
         ORDER BY x.time DESC, x.place DESC LIMIT $9"
    );
    let Some(matching) = matching(&query.words) else { return Ok(Vec::new()) };
    let bounds = query.rooms.iter().filter_map(|(room, hidden)| {
        // Nothing has the last place a room could have, so it serves as the end.
        Some((place(*room, *hidden)?, place(*room, Seq(u64::MAX))?))
    });
    let (after, before): (Vec<i64>, Vec<i64>) = bounds.unzip();
    let behind = query.behind.and_then(|(time, room, seq)| Some((time.0, place(room, seq)?)));
    let (behind_time, behind_place) = behind.unwrap_or((i64::MAX, i64::MAX));
    let rows: Vec<PgRow> = sqlx::query(SEARCH)
        .bind(matching)
        .bind(after)
        .bind(before)
        .bind(query.after.map_or(i64::MIN, |time| time.0))
        .bind(query.before.map_or(i64::MAX, |time| time.0))
        .bind(behind_time)
        .bind(behind_place)
        .bind(query.sender.as_ref().map(Username::key))
        .bind(i64::from(query.limit))
        .fetch_all(&store.pool)
        .await?;
    rows.iter().map(message).collect()
}

#[cfg(test)]
mod tests {
    use super::{matching, words_of};

    #[test]
    fn words_are_letters_and_digits_in_lower_case_without_accents() {
        assert_eq!(words_of("Žluťoučký kůň, the Quick-silver's 42; the"), "42 kun quick s silver the zlutoucky");
        assert_eq!(words_of("' :* & | ! <-> \0"), "");
    }

    #[test]
    fn the_last_word_may_be_a_start() {
        let looked_for = |words: &[&str]| matching(&Vec::from_iter(words.iter().map(|word| (*word).to_owned())));
        assert_eq!(looked_for(&["Fox", "qui"]).as_deref(), Some("fox & qui:*"));
        assert_eq!(looked_for(&["\"", "*"]), None);
    }
}
