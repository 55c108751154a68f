//! A message in one short line, as replies quote it and lists preview it.

/// The longest excerpt, in characters.
const LONGEST: usize = 140;

/// The start of a text in one line: white space counts as one space, and what is left out behind stands as `…`.
#[must_use]
pub fn excerpt(body: &str) -> String {
    let mut line = String::new();
    let mut length = 0;
    for word in body.split_whitespace() {
        if length > 0 {
            line.push(' ');
            length += 1;
        }
        for letter in word.chars() {
            if length >= LONGEST {
                line.truncate(line.trim_end().len());
                line.push('…');
                return line;
            }
            line.push(letter);
            length += 1;
        }
    }
    line
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_excerpt_is_the_start_in_one_line() {
        assert_eq!(excerpt("  one\n\ttwo  "), "one two");
        assert_eq!(excerpt(""), "");
        assert_eq!(excerpt(&"ä".repeat(140)), "ä".repeat(140));
        assert_eq!(excerpt(&"ä".repeat(141)), format!("{}…", "ä".repeat(140)));
        assert_eq!(excerpt(&format!("{} x", "a".repeat(139))), format!("{}…", "a".repeat(139)));
    }
}
