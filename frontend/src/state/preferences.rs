//! How the user wants to be told that something was said. Kept in the browser, since it is about this device.

/// The choice.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Preferences {
    /// By a notification of the system.
    pub desktop: bool,
    /// By a short sound.
    pub sound: bool,
    /// By the number of unread messages in the page's title.
    pub title: bool,
}

impl Default for Preferences {
    fn default() -> Self {
        Self { desktop: false, sound: false, title: true }
    }
}

impl Preferences {
    /// As a text to keep.
    #[must_use]
    pub fn keep(&self) -> String {
        let chosen = [("desktop", self.desktop), ("sound", self.sound), ("title", self.title)];
        let names: Vec<&str> = chosen.into_iter().filter(|(_, on)| *on).map(|(name, _)| name).collect();
        names.join(" ")
    }

    /// From a kept text; what is not known is passed over.
    #[must_use]
    pub fn restore(kept: &str) -> Self {
        let has = |name| kept.split(' ').any(|word| word == name);
        Self { desktop: has("desktop"), sound: has("sound"), title: has("title") }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_choice_survives_being_kept() {
        for desktop in [false, true] {
            for sound in [false, true] {
                for title in [false, true] {
                    let choice = Preferences { desktop, sound, title };
                    assert_eq!(Preferences::restore(&choice.keep()), choice);
                }
            }
        }
    }

    #[test]
    fn what_a_newer_version_kept_is_passed_over() {
        assert_eq!(Preferences::restore("sound smell"), Preferences { desktop: false, sound: true, title: false });
    }
}
