//! Texts that are no markdown: sentences, and where an address ends.

/// The server's words, which begin small to stand inside a sentence, as a sentence of their own.
#[must_use]
pub fn sentence(text: &str) -> String {
    let mut chars = text.chars();
    let first: String = chars.next().map(|first| first.to_uppercase().collect()).unwrap_or_default();
    let ended = text.ends_with(['.', '!', '?', '…']) || text.is_empty();
    format!("{first}{}{}", chars.as_str(), if ended { "" } else { "." })
}

/// How long the address is with which a text begins: up to white space or what never belongs to an address, without
/// the punctuation of the sentence around it. A closing bracket belongs to the address only if it was opened there.
#[must_use]
pub fn address_length(text: &str) -> usize {
    let mut address =
        text.split(|c: char| c.is_whitespace() || matches!(c, '<' | '>' | '"' | '`')).next().unwrap_or("");
    while let Some(last) = address.chars().next_back() {
        let belongs = match last {
            '.' | ',' | ';' | ':' | '!' | '?' | '\'' | '*' | '_' | '~' => false,
            ')' => address.matches('(').count() >= address.matches(')').count(),
            ']' => address.matches('[').count() >= address.matches(']').count(),
            _ => true,
        };
        if belongs {
            break;
        }
        address = address.get(..address.len() - last.len_utf8()).unwrap_or_default();
    }
    address.len()
}

/// Whether an address says where it leads.
#[must_use]
pub fn has_host(address: &str) -> bool {
    address.split_once("://").is_some_and(|(_, rest)| rest.starts_with(|c: char| c.is_alphanumeric() || c == '['))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_servers_words_become_a_sentence() {
        assert_eq!(sentence("a name is needed"), "A name is needed.");
        assert_eq!(sentence("Come back soon."), "Come back soon.");
        assert_eq!(sentence("ärger"), "Ärger.");
        assert_eq!(sentence(""), "");
    }
}
