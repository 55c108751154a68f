//! Whether what was received is what a transcript says: texts with placeholders, JSON with any order of keys.

use std::collections::HashMap;

use regex::Regex;
use serde_json::Value;

/// What a transcript remembers by name.
pub type Memory = HashMap<String, String>;

/// Stands before a placeholder that was a JSON value of its own.
const VALUE: char = '\u{E000}';

/// What a placeholder stands for.
fn meaning(kind: &str) -> Option<&'static str> {
    Some(match kind {
        "time" => r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z",
        "date" => r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d",
        "id" => r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}",
        "number" => r"-?\d+(?:\.\d+)?",
        "…" => r"(?s:.*?)",
        _ => return None,
    })
}

/// A text to be sent: with what is remembered, and what is repeated, in place of their placeholders.
pub fn filled(text: &str, memory: &Memory) -> String {
    pieces(text)
        .map(|piece| match piece {
            Piece::Plain(text) => text.to_owned(),
            Piece::Braces(inside) => match inside.rsplit_once('×') {
                Some((what, times)) if times.parse::<usize>().is_ok() => what.repeat(times.parse().unwrap_or_default()),
                _ => memory.get(inside).cloned().unwrap_or_else(|| format!("{{{inside}}}")),
            },
        })
        .collect()
}

/// Compares, and remembers what named placeholders stood for.
///
/// # Errors
/// Where and how the two differ.
pub fn compare(expected: &str, got: &str, memory: &mut Memory) -> Result<(), String> {
    match (json(expected, memory), serde_json::from_str::<Value>(got)) {
        (Some(expected), Ok(got)) => compare_json("", &expected, &got, memory),
        (Some(_), Err(_)) => Err("it is not JSON".to_owned()),
        (None, _) => compare_text(expected, got, memory).then_some(()).ok_or_else(String::new),
    }
}

/// The expected text as JSON, if it is an object or a list. Placeholders outside of strings become marked strings.
fn json(expected: &str, memory: &Memory) -> Option<Value> {
    if !expected.starts_with(['{', '[']) {
        return None;
    }
    let (mut text, mut inside, mut escaped) = (String::new(), false, false);
    let mut rest = expected;
    while let Some(c) = rest.chars().next() {
        if !inside && let Some((token, after)) = placeholder(rest, memory) {
            match memory.get(token) {
                Some(value) => text += value,
                None => text += &format!("\"{VALUE}{token}\""),
            }
            rest = after;
            continue;
        }
        if c == '"' && !escaped {
            inside = !inside;
        }
        escaped = inside && c == '\\' && !escaped;
        text.push(c);
        rest = &rest[c.len_utf8()..];
    }
    serde_json::from_str(&text).ok().filter(|value: &Value| value.is_object() || value.is_array())
}

/// A placeholder at the start of a text, and what comes after it.
fn placeholder<'a>(text: &'a str, memory: &Memory) -> Option<(&'a str, &'a str)> {
    let (token, after) = text.strip_prefix('{')?.split_once('}')?;
    let kind = token.split_once(':').map_or(token, |(kind, _)| kind);
    (meaning(kind).is_some() || memory.contains_key(token)).then_some((token, after))
}

fn compare_json(path: &str, expected: &Value, got: &Value, memory: &mut Memory) -> Result<(), String> {
    let differ = || Err(format!("at {}: expected {}, got {got}", place(path), shown(expected)));
    match (expected, got) {
        (Value::Object(expected), Value::Object(got)) => {
            for (key, value) in expected {
                let Some(other) = got.get(key) else { return Err(format!("at {}: no {key:?}", place(path))) };
                compare_json(&format!("{path}.{key}"), value, other, memory)?;
            }
            match got.keys().find(|key| !expected.contains_key(*key)) {
                Some(key) => Err(format!("at {}: {key:?} is not expected", place(path))),
                None => Ok(()),
            }
        }
        (Value::Array(expected), Value::Array(got)) if expected.len() == got.len() => {
            let mut pairs = expected.iter().zip(got).enumerate();
            pairs.try_for_each(|(at, (value, other))| compare_json(&format!("{path}[{at}]"), value, other, memory))
        }
        // In quotes it may stand for any value as well, so that the line is JSON to other programs.
        (Value::String(text), _) if text == "{…}" => Ok(()),
        (Value::String(text), _) if text.starts_with(VALUE) => {
            let token = text.trim_start_matches(VALUE);
            let (kind, name) = token.split_once(':').map_or((token, None), |(kind, name)| (kind, Some(name)));
            let fits = match (kind, got) {
                ("…", _) => true,
                ("number", got) => got.is_number(),
                (_, Value::String(got)) => compare_text(&format!("{{{kind}}}"), got, memory),
                _ => false,
            };
            if let (true, Some(name)) = (fits, name) {
                memory.insert(name.to_owned(), got.to_string());
            }
            if fits { Ok(()) } else { differ() }
        }
        (Value::String(text), Value::String(other)) if compare_text(text, other, memory) => Ok(()),
        (expected, got) if expected == got && !expected.is_string() => Ok(()),
        _ => differ(),
    }
}

fn place(path: &str) -> &str {
    if path.is_empty() { "the top" } else { path.trim_start_matches('.') }
}

fn shown(expected: &Value) -> String {
    match expected {
        Value::String(text) if text.starts_with(VALUE) => format!("{{{}}}", text.trim_start_matches(VALUE)),
        other => other.to_string(),
    }
}

fn compare_text(expected: &str, got: &str, memory: &mut Memory) -> bool {
    let mut names = Vec::new();
    let mut pattern = String::from("^");
    for piece in pieces(expected) {
        match piece {
            Piece::Plain(text) => pattern += &regex::escape(text),
            Piece::Braces(inside) => {
                let (kind, name) = inside.split_once(':').map_or((inside, None), |(kind, name)| (kind, Some(name)));
                match (meaning(kind), memory.get(inside)) {
                    (_, Some(value)) => pattern += &regex::escape(value),
                    (Some(meaning), None) => {
                        pattern += &format!("({meaning})");
                        names.push(name);
                    }
                    (None, None) => pattern += &regex::escape(&format!("{{{inside}}}")),
                }
            }
        }
    }
    pattern.push('$');
    let Some(found) = Regex::new(&pattern).ok().and_then(|pattern| pattern.captures(got)) else { return false };
    for (name, value) in names.into_iter().zip(found.iter().skip(1)) {
        if let (Some(name), Some(value)) = (name, value) {
            memory.insert(name.to_owned(), value.as_str().to_owned());
        }
    }
    true
}

enum Piece<'a> {
    Plain(&'a str),
    /// What stands between braces.
    Braces(&'a str),
}

/// A text in pieces. Braces around anything with quotes or braces in it are plain: they are JSON.
fn pieces(text: &str) -> impl Iterator<Item = Piece<'_>> {
    let mut rest = text;
    std::iter::from_fn(move || {
        if rest.is_empty() {
            return None;
        }
        if let Some((inside, after)) = rest.strip_prefix('{').and_then(|rest| rest.split_once('}'))
            && !inside.contains(['"', '{', '\n'])
        {
            rest = after;
            return Some(Piece::Braces(inside));
        }
        let next = rest.char_indices().skip(1).find(|(_, c)| *c == '{').map_or(rest.len(), |(at, _)| at);
        let (plain, after) = rest.split_at(next);
        rest = after;
        Some(Piece::Plain(plain))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn same(expected: &str, got: &str) -> bool {
        compare(expected, got, &mut Memory::new()).is_ok()
    }

    #[test]
    fn placeholders_stand_for_what_they_say_and_nothing_else() {
        assert!(same("[bob][{time}] hi", "[bob][2026-11-21T09:30:00.123Z] hi"));
        assert!(!same("[bob][{time}] hi", "[bob][2026-11-21T09:30:00Z] hi"));
        assert!(same("at {date}.", "at 2026-11-21 09:30:00."));
        assert!(same("{number} of {number}", "3 of 22.7"));
        assert!(!same("{number}", "three"));
        assert!(same("a {…} z", "a ( b ) z"));
        assert!(!same("hi", "hi "));
        assert!(!same("h.", "hi"));
        assert!(same("ünï{…}", "ünïcode"));
    }

    #[test]
    fn json_is_compared_as_json() {
        assert!(same(r#"{"a":1,"b":[2,{}]}"#, r#"{ "b": [2, {}], "a": 1 }"#));
        assert!(same(
            r#"{"id":"{id}","n":{number},"x":{…}}"#,
            r#"{"id":"0199a7c5-1b2c-7def-8123-456789abcdef","n":7,"x":[1]}"#
        ));
        assert!(same(r#"{"x":"{…}"}"#, r#"{"x":[1]}"#));
        assert!(!same(r#"{"n":{number}}"#, r#"{"n":"7"}"#));
        assert!(!same(r#"{"a":1}"#, r#"{"a":1,"b":2}"#));
        assert!(!same(r#"{"a":1,"b":2}"#, r#"{"a":1}"#));
        assert!(!same(r#"{"a":1}"#, "a 1"));
        assert!(!same(r#"[1,2]"#, "[1]"));
        assert!(same(r#"{"a":"he said \"{…}\""}"#, r#"{"a":"he said \"no\""}"#));
    }

    #[test]
    fn a_difference_says_where_it_is() {
        let difference = compare(r#"{"a":[{"b":{number}}]}"#, r#"{"a":[{"b":"x"}]}"#, &mut Memory::new());
        assert_eq!(difference, Err(r#"at a[0].b: expected {number}, got "x""#.to_owned()));
    }

    #[test]
    fn what_is_named_is_remembered() {
        let mut memory = Memory::new();
        assert!(
            compare(r#"{"session":"{…:secret}","room":{number:room}}"#, r#"{"session":"abc","room":7}"#, &mut memory)
                .is_ok()
        );
        assert_eq!(
            filled(r#"{"token":"{secret}","room":{room},"x":{}}"#, &memory),
            r#"{"token":"abc","room":7,"x":{}}"#
        );
        assert!(compare(r#"{"room":{room}}"#, r#"{"room":7}"#, &mut memory).is_ok());
        assert!(compare(r#"{"room":{room}}"#, r#"{"room":8}"#, &mut memory).is_err());
        assert_eq!(filled("{ab×3}!", &memory), "ababab!");
    }
}
