//! What names look like: two that share a look are told apart by no reader. Skeletons of UTS 39, with two changes. An
//! `m` is no `rn`, which every font tells apart from it. And case counts, since `lan` looks like `Ian` and `Lan` does not.

use std::sync::LazyLock;

use unicode_security::skeleton;

/// What the letters of ASCII look like, of which most names are made.
static ASCII: LazyLock<[String; 128]> =
    LazyLock::new(|| std::array::from_fn(|code| letter(char::from(u8::try_from(code).unwrap_or_default()))));

/// The looks of a name, none of them twice: as it is spelt, and in lower case. `key` is its form in lower case.
pub fn looks(spelt: &str, key: &str) -> Vec<String> {
    let as_spelt = shape(spelt);
    let mut looks = vec![format!("~{}", shape(key))];
    if !spelt.is_ascii() {
        // Letters of other alphabets look like ours in one case only: a capital eta is an H, a small one is no h.
        looks.push(format!("~{}", as_spelt.to_lowercase()));
    }
    looks.push(format!("={as_spelt}"));
    looks.dedup();
    looks
}

/// Whether no reader tells one name from the other.
pub fn are_alike(one: &str, other: &str) -> bool {
    let of = |name: &str| looks(name, &name.to_lowercase());
    let others = of(other);
    of(one).iter().any(|look| others.contains(look))
}

fn shape(text: &str) -> String {
    let mut shape = String::with_capacity(text.len());
    for c in text.chars() {
        match ASCII.get(c as usize) {
            Some(known) => shape.push_str(known),
            None => shape.push_str(&letter(c)),
        }
    }
    shape
}

fn letter(c: char) -> String {
    let looks_like: String = skeleton(c.encode_utf8(&mut [0; 4])).collect();
    if looks_like == "rn" { "m".to_owned() } else { looks_like }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn letters_of_another_alphabet_look_like_ours() {
        for (one, other) in [
            ("alice", "аlice"),
            ("alice", "АLICE"),
            ("Alice", "аlice"),
            ("henry", "Ηenry"),
            ("lobby", "lоbby"),
            ("раураӏ", "paypal"),
            ("tom", "tоm"),
        ] {
            assert!(are_alike(one, other), "{one} {other}");
            assert!(are_alike(other, one), "{other} {one}");
        }
    }

    #[test]
    fn letters_of_one_alphabet_may_look_alike_too() {
        for (one, other) in [("alice", "aIice"), ("alice", "a1ice"), ("lan", "Ian"), ("BOB", "B0B")] {
            assert!(are_alike(one, other), "{one} {other}");
        }
    }

    #[test]
    fn names_that_are_told_apart_are_not_alike() {
        for (one, other) in [
            ("Lan", "Ian"),
            ("torn", "tom"),
            ("bobo", "bob0"),
            ("anna", "änna"),
            ("иван", "ivan"),
            ("user1", "user2"),
            ("李雷", "李零"),
        ] {
            assert!(!are_alike(one, other), "{one} {other}");
        }
    }
}
