//! Which rows of a long list are drawn. Only those near the view are; the others are two empty stretches above and
//! below them. How high a row is, is known once it has been drawn; before that it is guessed. All in pixels, counted
//! from the top of the first row.

use std::collections::HashMap;
use std::hash::Hash;
use std::ops::Range;

/// The heights of a list's rows, known and guessed.
#[derive(Clone, Debug)]
pub struct Window<K> {
    keys: Vec<K>,
    /// Where each row begins, and where the last one ends.
    tops: Vec<f64>,
    heights: HashMap<K, f64>,
}

/// A row that is to stay where it is on the screen, whatever changes above and below it.
#[derive(Clone, Debug, PartialEq)]
pub struct Anchor<K> {
    /// Which row.
    pub key: K,
    /// How far below the upper edge of the view it begins; negative where it begins above.
    pub below_edge: f64,
}

impl<K> Default for Window<K> {
    fn default() -> Self {
        Self { keys: Vec::new(), tops: vec![0.0], heights: HashMap::new() }
    }
}

impl<K: Clone + Eq + Hash> Window<K> {
    /// How high a row is taken to be until it has been drawn.
    pub const GUESS: f64 = 32.0;
    /// How far above and below the view rows are drawn, so that scrolling finds them there.
    pub const MARGIN: f64 = 800.0;
    /// How far they are drawn while so much comes in that all rows near the view are new each time.
    pub const SHORT_MARGIN: f64 = 100.0;
    /// So many new rows at once are much, where a screen has about thirty.
    pub const MANY: usize = 30;

    /// Takes the rows as they are now. What was measured of those that stay is kept.
    pub fn set_rows(&mut self, keys: Vec<K>) {
        self.keys = keys;
        if self.heights.len() > 2 * self.keys.len() + 100 {
            let mut all = std::mem::take(&mut self.heights);
            self.heights = self.keys.iter().filter_map(|key| all.remove_entry(key)).collect();
        }
        self.lay_out();
    }

    /// Takes the heights of rows that have been drawn. Says whether anything is not where it was.
    pub fn measured(&mut self, heights: impl IntoIterator<Item = (K, f64)>) -> bool {
        let mut changed = false;
        for (key, height) in heights {
            let known = self.heights.insert(key, height);
            changed |= known.is_none_or(|known| (known - height).abs() > 0.01);
        }
        if changed {
            self.lay_out();
        }
        changed
    }

    /// The rows to be drawn while the view shows what lies between `top` and `bottom`, and `margin` beyond.
    #[must_use]
    pub fn near(&self, top: f64, bottom: f64, margin: f64) -> Range<usize> {
        let first = self.at(top - margin);
        let last = self.at(bottom + margin);
        first..(last + 1).min(self.keys.len())
    }

    /// Where a row begins; past the last one, where that ends.
    #[must_use]
    pub fn top(&self, index: usize) -> f64 {
        self.tops.get(index).copied().unwrap_or_else(|| self.height())
    }

    /// How high all rows are together.
    #[must_use]
    pub fn height(&self) -> f64 {
        self.tops.last().copied().unwrap_or_default()
    }

    /// The place of a row.
    #[must_use]
    pub fn place(&self, key: &K) -> Option<usize> {
        self.keys.iter().position(|other| other == key)
    }

    /// The first row of which anything is below `edge`, among those that `lasting` says will stay.
    pub fn anchor(&self, edge: f64, lasting: impl Fn(&K) -> bool) -> Option<Anchor<K>> {
        let mut index = self.at(edge);
        if self.top(index + 1) <= edge {
            index += 1;
        }
        let rows = self.keys.get(index..)?.iter().zip(index..);
        let (key, index) = rows.into_iter().find(|(key, _)| lasting(key))?;
        Some(Anchor { key: key.clone(), below_edge: self.top(index) - edge })
    }

    /// Where the upper edge of the view must be for a row to stand where it stood. None: it is no longer there.
    #[must_use]
    pub fn edge_for(&self, anchor: &Anchor<K>) -> Option<f64> {
        Some(self.top(self.place(&anchor.key)?) - anchor.below_edge)
    }

    /// The row that covers a height; the first or the last where none does.
    fn at(&self, height: f64) -> usize {
        let begun = self.tops.partition_point(|top| *top <= height);
        begun.saturating_sub(1).min(self.keys.len().saturating_sub(1))
    }

    fn lay_out(&mut self) {
        self.tops.clear();
        let mut top = 0.0;
        self.tops.push(top);
        for key in &self.keys {
            top += self.heights.get(key).copied().unwrap_or(Self::GUESS);
            self.tops.push(top);
        }
    }
}

/// A length as a style says it, to the hundredth of a pixel. Printing a number of any size would take 18 KB of program.
#[must_use]
#[allow(clippy::cast_possible_truncation, reason = "no page is as high as 2^53 pixels")]
pub fn in_pixels(length: f64) -> String {
    let hundredths = (length * 100.0).round() as i64;
    format!("{}.{:02}px", hundredths / 100, (hundredths % 100).abs())
}

#[cfg(test)]
mod tests {
    use super::*;

    const VIEW: f64 = 600.0;

    fn window(rows: u32) -> Window<u32> {
        let mut window = Window::default();
        window.set_rows((0..rows).collect());
        window
    }

    fn any(_: &u32) -> bool {
        true
    }

    #[test]
    fn a_length_is_said_to_the_hundredth_of_a_pixel() {
        assert_eq!([0.0, 24.0, 1_234.567, 0.05].map(in_pixels), ["0.00px", "24.00px", "1234.57px", "0.05px"]);
    }

    #[test]
    fn of_ten_thousand_rows_only_those_near_the_view_are_drawn() {
        let window = window(10_000);
        for top in [0.0, 1_000.0, 160_000.0, window.height() - VIEW] {
            let near = window.near(top, top + VIEW, Window::<u32>::MARGIN);
            assert!(near.len() <= 72, "{} rows at {top}", near.len());
            assert!(window.top(near.start) <= (top - 700.0).max(0.0));
            assert!(window.top(near.end) >= (top + VIEW + 700.0).min(window.height()));
        }
    }

    #[test]
    fn an_empty_list_has_nothing_to_draw() {
        let window = window(0);
        assert_eq!(window.near(0.0, VIEW, Window::<u32>::MARGIN), 0..0);
        assert_eq!(window.anchor(0.0, any), None);
        assert_eq!(window.height(), 0.0);
    }

    #[test]
    fn what_was_measured_is_no_longer_guessed() {
        let mut window = window(3);
        assert!(window.measured([(0, 20.0), (1, 100.0)]));
        assert_eq!((window.top(1), window.top(2), window.height()), (20.0, 120.0, 152.0));
        assert!(!window.measured([(0, 20.0)]));
    }

    #[test]
    fn what_is_being_read_stays_when_older_rows_come_above_it() {
        let mut window = window(100);
        let anchor = window.anchor(1_000.0, any).unwrap();
        window.set_rows((1_000..1_050).chain(0..100).collect());
        assert_eq!(window.edge_for(&anchor), Some(1_000.0 + 50.0 * Window::<u32>::GUESS));
    }

    #[test]
    fn what_is_being_read_stays_when_rows_above_turn_out_higher() {
        let mut window = window(100);
        let anchor = window.anchor(1_010.0, any).unwrap();
        assert_eq!((anchor.key, anchor.below_edge), (31, 992.0 - 1_010.0));
        window.measured([(30, 132.0)]);
        assert_eq!(window.edge_for(&anchor), Some(1_110.0));
    }

    #[test]
    fn a_row_that_will_not_stay_anchors_nothing() {
        let mut window = window(10);
        let anchor = window.anchor(0.0, |key| *key >= 2).unwrap();
        assert_eq!((anchor.key, anchor.below_edge), (2, 64.0));
        window.set_rows(vec![0, 1]);
        assert_eq!(window.edge_for(&anchor), None);
    }

    #[test]
    fn the_heights_of_rows_that_are_gone_are_forgotten_in_time() {
        let mut window = window(1_000);
        window.measured((0..1_000).map(|key| (key, 50.0)));
        window.set_rows((0..10).collect());
        assert_eq!(window.heights.len(), 10);
        assert_eq!(window.height(), 500.0);
    }
}
