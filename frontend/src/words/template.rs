//! Texts with places in them: `{0}`, `{1}` and so on, in whatever order a language wants them.

/// A text with `N` places. Each stands in it at least once, and no other does: the compiler counts.
#[derive(Clone, Copy)]
pub struct Template<const N: usize>(&'static str);

impl<const N: usize> Template<N> {
    /// A text with its places.
    ///
    /// # Panics
    /// Where a place is missing or there is one too many; languages are constants, so that is while compiling.
    pub const fn new(text: &'static str) -> Self {
        let mut place = 0;
        while place < N {
            assert!(has(text, place), "a place of the text is not filled in");
            place += 1;
        }
        assert!(!has(text, N), "the text has a place for which there is nothing");
        Self(text)
    }

    /// The text with its places filled.
    #[must_use]
    pub fn with(self, parts: [&str; N]) -> String {
        fill(self.0, &parts)
    }
}

/// A text about a number, which stands at `{0}`, in each form that the language has for numbers.
#[derive(Clone, Copy)]
pub(crate) struct Count(&'static [&'static str]);

impl Count {
    /// The forms, in the order in which the language's `form` numbers them.
    pub(crate) const fn new(forms: &'static [&'static str]) -> Self {
        assert!(!forms.is_empty(), "a number needs a form");
        Self(forms)
    }

    /// The text for this number in the reader's language.
    #[must_use]
    pub(crate) fn of(self, number: impl Into<u64>) -> String {
        let number = number.into();
        self.in_form((super::language().form)(number), number)
    }

    pub(super) fn in_form(self, form: usize, number: u64) -> String {
        let text = self.0.get(form).or(self.0.last()).copied().unwrap_or_default();
        fill(text, &[&number.to_string()])
    }
}

fn fill(text: &str, parts: &[&str]) -> String {
    let mut filled = String::with_capacity(text.len() + parts.iter().map(|part| part.len()).sum::<usize>());
    let mut rest = text;
    while let Some((before, place)) = rest.split_once('{') {
        filled.push_str(before);
        let (number, after) = place.split_once('}').unwrap_or((place, ""));
        filled.push_str(number.parse().ok().and_then(|number: usize| parts.get(number)).copied().unwrap_or_default());
        rest = after;
    }
    filled.push_str(rest);
    filled
}

/// Whether the place `{place}` is in a text; places have one digit.
const fn has(text: &str, place: usize) -> bool {
    let bytes = text.as_bytes();
    let mut at = 0;
    while at + 2 < bytes.len() {
        if bytes[at] == b'{' && bytes[at + 1] as usize == b'0' as usize + place && bytes[at + 2] == b'}' {
            return true;
        }
        at += 1;
    }
    false
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_are_filled_in_any_order_and_as_often_as_they_stand_there() {
        assert_eq!(Template::<2>::new("{1} before {0}, {1}!").with(["a", "b"]), "b before a, b!");
        assert_eq!(Template::<0>::new("plain").with([]), "plain");
    }

    #[test]
    fn what_is_filled_in_stays_as_it_is() {
        assert_eq!(Template::<1>::new("<{0}>").with(["{0} {1}"]), "<{0} {1}>");
    }

    #[test]
    fn a_number_finds_its_form_and_the_last_where_there_is_none() {
        let rooms = Count::new(&["one room", "{0} rooms"]);
        assert_eq!(rooms.of(1_u32), "one room");
        assert_eq!(rooms.of(0_u32), "0 rooms");
        assert_eq!(rooms.in_form(7, 7), "7 rooms");
    }
}
