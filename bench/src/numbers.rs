//! Medians, spreads and percentiles.

/// What several rounds gave for one figure.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Spread {
    /// The middle one.
    pub median: f64,
    /// The smallest.
    pub least: f64,
    /// The largest.
    pub most: f64,
}

impl Spread {
    /// The spread of what was measured; `None` of nothing.
    pub fn of(mut values: Vec<f64>) -> Option<Self> {
        values.sort_by(f64::total_cmp);
        let (least, most) = (*values.first()?, *values.last()?);
        let middle = values.len() / 2;
        let median =
            if values.len() % 2 == 1 { values[middle] } else { f64::midpoint(values[middle - 1], values[middle]) };
        Some(Self { median, least, most })
    }
}

/// Times in microseconds.
#[derive(Clone, Debug, Default)]
pub struct Times(Vec<u32>);

impl Times {
    /// Adds one.
    pub fn add(&mut self, micros: u128) {
        self.0.push(u32::try_from(micros).unwrap_or(u32::MAX));
    }

    /// The time that `share` of all stay within, in milliseconds; `None` of nothing.
    pub fn percentile(&mut self, share: f64) -> Option<f64> {
        self.0.sort_unstable();
        let last = self.0.len().checked_sub(1)?;
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a share of a length")]
        let index = (last as f64 * share).round() as usize;
        self.0.get(index).map(|micros| f64::from(*micros) / 1_000.0)
    }
}

/// Chance that falls the same way in every run, so that all peers are asked the same.
#[derive(Clone, Debug)]
pub struct Dice(u64);

impl Default for Dice {
    fn default() -> Self {
        Self(0x9e37_79b9_7f4a_7c15)
    }
}

impl Dice {
    /// A number from 0 to below 1.
    pub fn roll(&mut self) -> f64 {
        // Knuth's linear congruence; its upper bits are good.
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 11) as f64 / (1_u64 << 53) as f64
    }

    /// A whole number from 0 to below that.
    pub fn below(&mut self, end: u32) -> u32 {
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "it lies below `end`")]
        let number = (self.roll() * f64::from(end)) as u32;
        number
    }
}

/// A number as people read it: three figures, thousands apart.
pub fn readable(value: f64) -> String {
    let decimals = match value.abs() {
        size if size >= 100.0 || size == 0.0 => 0,
        size if size >= 10.0 => 1,
        _ => 2,
    };
    let rounded = if value.abs() >= 1_000.0 {
        let unit = 10_f64.powf(value.abs().log10().floor() - 2.0);
        (value / unit).round() * unit
    } else {
        value
    };
    let text = format!("{rounded:.decimals$}");
    let (whole, fraction) = text.split_once('.').map_or((text.as_str(), ""), |(whole, fraction)| (whole, fraction));
    let mut grouped = String::new();
    for (index, digit) in whole.chars().enumerate() {
        if index > 0 && (whole.len() - index) % 3 == 0 && digit != '-' {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    if fraction.is_empty() { grouped } else { format!("{grouped}.{fraction}") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_median_of_an_even_number_lies_between_the_two_in_the_middle() {
        let spread = Spread::of(vec![4.0, 1.0, 3.0, 2.0]);
        assert_eq!(spread, Some(Spread { median: 2.5, least: 1.0, most: 4.0 }));
        assert_eq!(Spread::of(Vec::new()), None);
    }

    #[test]
    fn a_percentile_is_one_of_the_times() {
        let mut times = Times::default();
        (1..=100).rev().for_each(|millis| times.add(millis * 1_000));
        assert_eq!(times.percentile(0.5), Some(51.0));
        assert_eq!(times.percentile(1.0), Some(100.0));
    }

    #[test]
    fn dice_fall_the_same_way_again_and_everywhere_within_their_bounds() {
        let rolls = |mut dice: Dice| (0..1_000).map(move |_| dice.below(10)).collect::<Vec<_>>();
        assert_eq!(rolls(Dice::default()), rolls(Dice::default()));
        assert!((0..10).all(|number| rolls(Dice::default()).contains(&number)));
    }

    #[test]
    fn numbers_have_three_figures_and_thousands_apart() {
        let shown = [1_234_567.0, 999.6, 45.67, 6.789, 0.0].map(readable);
        assert_eq!(shown, ["1,230,000", "1,000", "45.7", "6.79", "0"]);
    }
}
