//! Times as people read them. The protocol's RFC 3339 texts become milliseconds, milliseconds become days and
//! hours of the reader's own time zone, whose offset the caller knows.

use crate::words::words;

/// Milliseconds since 1970-01-01T00:00:00Z.
pub type Millis = i64;

/// A minute.
pub const MINUTE: Millis = 60_000;
/// A day.
pub const DAY: Millis = 24 * 60 * MINUTE;
/// Reads a UTC time as the server writes it, `2026-11-21T09:30:00.123Z`; seconds may lack a fraction.
#[must_use]
pub fn parse(text: &str) -> Option<Millis> {
    let text = text.strip_suffix('Z')?;
    let (date, time) = text.split_once('T')?;
    let [year, month, day] = numbers(date, '-')?;
    let (clock, fraction) = time.split_once('.').unwrap_or((time, "0"));
    let [hour, minute, second] = numbers(clock, ':')?;
    if !(1..=12).contains(&month) || !(1..=31).contains(&day) || hour > 23 || minute > 59 || second > 60 {
        return None;
    }
    let millis: Millis = format!("{fraction:0<3}").get(..3)?.parse().ok()?;
    Some(days_from_civil(year, month, day) * DAY + (hour * 60 + minute) * MINUTE + second * 1000 + millis)
}

/// Writes a UTC time as the server reads it.
#[must_use]
pub fn rfc3339(time: Millis) -> String {
    let (year, month, day) = civil_from_days(time.div_euclid(DAY));
    let rest = time.rem_euclid(DAY);
    let (hour, minute, second) = (rest / (60 * MINUTE), rest / MINUTE % 60, rest % MINUTE / 1000);
    format!("{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}.{:03}Z", rest % 1000)
}

fn numbers(text: &str, separator: char) -> Option<[Millis; 3]> {
    let mut parts = text.split(separator).map(|part| part.parse::<u32>().ok().map(Millis::from));
    let three = [parts.next()??, parts.next()??, parts.next()??];
    parts.next().is_none().then_some(three)
}

/// A moment on the reader's own clock.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Local {
    /// Days since 1970-01-01 in the reader's time zone: two moments with the same number are on the same day.
    pub day: i64,
    /// Minutes since midnight.
    minute: i64,
    second: i64,
}

impl Local {
    /// What the reader's clock shows; `offset` is how many minutes that clock is ahead of UTC at that moment.
    #[must_use]
    pub fn at(time: Millis, offset: i32) -> Self {
        let local = time + Millis::from(offset) * MINUTE;
        let rest = local.rem_euclid(DAY);
        Self { day: local.div_euclid(DAY), minute: rest / MINUTE, second: rest % MINUTE / 1000 }
    }

    /// `09:30`
    #[must_use]
    pub fn time(self) -> String {
        format!("{:02}:{:02}", self.minute / 60, self.minute % 60)
    }

    /// `Today`, `Yesterday`, `Friday, 20 November` or, in another year, `Friday, 20 November 2025`.
    #[must_use]
    pub fn day_label(self, today: Self) -> String {
        match today.day - self.day {
            0 => words().clock.today.to_owned(),
            1 => words().clock.yesterday.to_owned(),
            _ => {
                let (year, month, day) = civil_from_days(self.day);
                if civil_from_days(today.day).0 == year {
                    words().clock.date.with([weekday(self.day), &day.to_string(), month_name(month)])
                } else {
                    self.date()
                }
            }
        }
    }

    /// `Friday, 20 November 2026, 09:30:05`, for whoever wants to know exactly.
    #[must_use]
    pub fn exact(self) -> String {
        format!("{}, {}", self.date(), self.time_with_seconds())
    }

    /// `09:30:05`
    #[must_use]
    pub fn time_with_seconds(self) -> String {
        format!("{}:{:02}", self.time(), self.second)
    }

    fn date(self) -> String {
        let (year, month, day) = civil_from_days(self.day);
        let parts = [weekday(self.day), &day.to_string(), month_name(month), &year.to_string()];
        words().clock.date_with_year.with(parts)
    }
}

fn weekday(day: i64) -> &'static str {
    let index = usize::try_from((day + 4).rem_euclid(7)).unwrap_or_default();
    words().clock.weekdays.get(index).copied().unwrap_or_default()
}

fn month_name(month: i64) -> &'static str {
    usize::try_from(month - 1).ok().and_then(|index| words().clock.months.get(index)).copied().unwrap_or_default()
}

/// Days since 1970-01-01 of a date in the Gregorian calendar. Years are counted from March, so that the leap day
/// is the last of its year.
fn days_from_civil(year: i64, month: i64, day: i64) -> i64 {
    let year = if month <= 2 { year - 1 } else { year };
    let era = year.div_euclid(400);
    let year_of_era = year.rem_euclid(400);
    let day_of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
    era * 146_097 + year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year - 719_468
}

fn civil_from_days(days: i64) -> (i64, i64, i64) {
    let days = days + 719_468;
    let era = days.div_euclid(146_097);
    let day_of_era = days.rem_euclid(146_097);
    let year_of_era = (day_of_era - day_of_era / 1460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let shifted = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * shifted + 2) / 5 + 1;
    let month = if shifted < 10 { shifted + 3 } else { shifted - 9 };
    (year_of_era + era * 400 + i64::from(month <= 2), month, day)
}

#[cfg(test)]
mod tests {
    use super::*;

    const BERLIN_IN_SUMMER: i32 = 120;

    fn local(text: &str) -> Local {
        Local::at(parse(text).unwrap(), 0)
    }

    #[test]
    fn the_servers_times_are_read_to_the_millisecond() {
        assert_eq!(parse("1970-01-01T00:00:00.000Z"), Some(0));
        assert_eq!(parse("2026-11-21T09:30:00.123Z"), Some(1_795_253_400_123));
        assert_eq!(parse("2026-11-21T09:30:00Z"), Some(1_795_253_400_000));
        assert_eq!(parse("2026-11-21T09:30:00.5Z"), Some(1_795_253_400_500));
    }

    #[test]
    fn a_time_that_is_written_is_read_as_the_same() {
        for time in ["1970-01-01T00:00:00.000Z", "2026-11-21T09:30:05.123Z"] {
            assert_eq!(rfc3339(parse(time).unwrap()), time);
        }
    }

    #[test]
    fn what_is_no_time_is_none() {
        for text in ["", "yesterday", "2026-11-21", "2026-13-01T00:00:00Z", "2026-11-21T25:00:00Z", "2026-11-21T09:30Z"]
        {
            assert_eq!(parse(text), None, "{text:?}");
        }
    }

    #[test]
    fn every_day_of_four_centuries_survives_the_round_trip() {
        for day in -146_097..146_097 {
            let (year, month, date) = civil_from_days(day);
            assert_eq!(days_from_civil(year, month, date), day);
        }
    }

    #[test]
    fn the_readers_clock_decides_which_day_it_is() {
        let late = parse("2026-07-01T22:30:00.000Z").unwrap();
        assert_eq!(Local::at(late, 0).time(), "22:30");
        assert_eq!(Local::at(late, BERLIN_IN_SUMMER).time(), "00:30");
        assert_eq!(Local::at(late, BERLIN_IN_SUMMER).day, Local::at(late, 0).day + 1);
    }

    #[test]
    fn a_day_is_named_as_one_would_say_it() {
        let today = local("2026-11-21T12:00:00Z");
        for (text, expected) in [
            ("2026-11-21T00:00:00Z", "Today"),
            ("2026-11-20T23:59:59Z", "Yesterday"),
            ("2026-11-16T08:00:00Z", "Monday, 16 November"),
            ("2025-02-28T08:00:00Z", "Friday, 28 February 2025"),
        ] {
            assert_eq!(local(text).day_label(today), expected);
        }
    }

    #[test]
    fn the_exact_time_has_the_day_and_the_seconds() {
        assert_eq!(local("2026-11-21T09:30:05.900Z").exact(), "Saturday, 21 November 2026, 09:30:05");
    }
}
