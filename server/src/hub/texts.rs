//! Texts that are shown beside what people say: topics, display names, reasons, notes, names of files. They are kept
//! without what would turn, hide or end the text around them.

use shared::harmless;

use super::Refusal;

/// The longest note of a report, in bytes.
const MAX_NOTE: usize = 1_000;

/// A text of one line.
///
/// # Errors
/// [`Refusal::BadField`] with these words where it has several, or `fits` does not hold.
pub fn one_line(
    text: &str,
    field: &'static str,
    problem: &'static str,
    fits: impl FnOnce(&str) -> bool,
) -> Result<String, Refusal> {
    let clean = harmless(text);
    if text.chars().any(char::is_control) || !fits(&clean) {
        return Err(Refusal::BadField { field, problem });
    }
    Ok(clean)
}

/// The note of a report.
///
/// # Errors
/// [`Refusal::BadField`].
pub fn note(text: &str) -> Result<String, Refusal> {
    if text.len() > MAX_NOTE || text.contains('\0') {
        return Err(Refusal::BadField { field: "note", problem: "has at most 1000 bytes, none of them zero" });
    }
    Ok(harmless(text))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_turns_nothing_around_it_and_has_to_fit_without_that() {
        let topic = |text: &str| one_line(text, "topic", "is short", |clean| clean.len() == 2);
        assert_eq!(topic("a\u{202E}b").as_deref(), Ok("ab"));
        let refused = Err(Refusal::BadField { field: "topic", problem: "is short" });
        assert_eq!((topic("a\nb"), topic("a\u{202E}")), (refused.clone(), refused));
        assert_eq!(note("line\none\u{2066}").as_deref(), Ok("line\none"));
    }
}
