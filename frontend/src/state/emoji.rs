//! The emoji that one can pick, by group and by name. The list is a file of its own, `public/emoji-1.txt`, which is
//! fetched when somebody first wants one: `= <group>` begins a group, other lines are an emoji and its names. These are
//! gemoji's (MIT licence). The file is kept for ever by browsers, so a changed one gets another number.

/// The emoji of one group, or all that fit a search.
pub type Emojis<'a> = Vec<&'a Emoji>;

/// An emoji.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Emoji {
    /// Itself.
    pub text: String,
    /// Its names and words for it, with a space between; the first is what stands between colons.
    pub names: String,
}

impl Emoji {
    /// What stands between colons.
    #[must_use]
    pub fn name(&self) -> &str {
        self.names.split(' ').next().unwrap_or_default()
    }
}

/// All of them.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct EmojiBook {
    groups: Vec<Vec<Emoji>>,
}

impl EmojiBook {
    /// How many a search finds at most.
    pub const FOUND: usize = 96;

    /// Reads the file.
    #[must_use]
    pub fn parse(file: &str) -> Self {
        let mut groups: Vec<Vec<Emoji>> = Vec::new();
        for line in file.lines() {
            match line.split_once(' ') {
                Some(("=", _)) => groups.push(Vec::new()),
                Some((text, names)) => {
                    let emoji = Emoji { text: text.to_owned(), names: names.to_owned() };
                    groups.last_mut().into_iter().for_each(|group| group.push(emoji.clone()));
                }
                None => {}
            }
        }
        Self { groups }
    }

    /// Whether the list is here.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.groups.is_empty()
    }

    /// The first emoji of each group, which stands for it.
    pub fn emblems(&self) -> impl Iterator<Item = &Emoji> {
        self.groups.iter().filter_map(|group| group.first())
    }

    /// A group's emoji.
    #[must_use]
    pub fn group(&self, number: usize) -> Emojis<'_> {
        self.groups.get(number).into_iter().flatten().collect()
    }

    /// The emoji with one of its names between colons.
    #[must_use]
    pub fn named(&self, name: &str) -> Option<&str> {
        let mut all = self.groups.iter().flatten();
        all.find(|emoji| emoji.names.split(' ').next() == Some(name)).map(|emoji| emoji.text.as_str())
    }

    /// Emoji with a name that begins with a word; those whose own name does come first.
    #[must_use]
    pub fn search(&self, word: &str) -> Emojis<'_> {
        let word = word.trim().to_lowercase().replace(' ', "_");
        let fits = |emoji: &&Emoji| {
            emoji.names.split([' ', '_']).chain(emoji.names.split(' ')).any(|name| name.starts_with(&word))
        };
        let own_name = |emoji: &&Emoji| emoji.name().starts_with(&word);
        let (mut found, others): (Emojis<'_>, Emojis<'_>) =
            self.groups.iter().flatten().filter(fits).partition(own_name);
        found.extend(others);
        found.truncate(Self::FOUND);
        found
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn book() -> EmojiBook {
        EmojiBook::parse(include_str!("../../../public/emoji-1.txt"))
    }

    #[test]
    fn every_emoji_of_the_file_has_a_name_and_a_group() {
        let book = book();
        assert_eq!(book.emblems().count(), 9);
        assert!(book.groups.iter().flatten().all(|emoji| !emoji.name().is_empty()));
        assert!(book.groups.iter().map(Vec::len).sum::<usize>() > 1_500);
    }

    #[test]
    fn emoji_are_found_by_their_names_and_by_words_for_them() {
        let book = book();
        assert_eq!(book.named("tada"), Some("🎉"));
        assert_eq!(book.named("no_such_emoji"), None);
        assert_eq!(book.search("tad").first().map(|emoji| emoji.text.as_str()), Some("🎉"));
        assert!(book.search("party").iter().any(|emoji| emoji.text == "🎉"));
        assert!(EmojiBook::default().search("tada").is_empty());
    }
}
