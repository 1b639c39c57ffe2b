//! Simulated time: whole microseconds, so that a moment is the same number on every machine.
//!
//! [`Time`] is a moment since the start of a run, [`Duration`] a length of time. Both print and parse in the units people
//! use (`250ms`, `1.5s`, `30d`), exactly: what is printed parses back to the same number.

use std::fmt;
use std::ops::{Add, AddAssign, Mul, Sub};

/// A moment: microseconds since the run began.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Default)]
pub struct Time(u64);

/// A length of time in microseconds.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Default)]
pub struct Duration(u64);

impl Time {
    /// The start of every run.
    pub const ZERO: Time = Time(0);
    /// Later than anything that happens.
    pub const NEVER: Time = Time(u64::MAX);

    /// The moment `micros` microseconds after the start.
    pub const fn from_micros(micros: u64) -> Time {
        Time(micros)
    }

    /// Microseconds since the start.
    pub const fn as_micros(self) -> u64 {
        self.0
    }

    /// How long ago `earlier` was; nothing if it is still to come.
    pub const fn since(self, earlier: Time) -> Duration {
        Duration(self.0.saturating_sub(earlier.0))
    }

    /// Reads a moment written as a duration since the start, such as `2s`. See [`Duration::parse`].
    pub fn parse(text: &str) -> Option<Time> {
        Duration::parse(text).map(|since_start| Time::ZERO + since_start)
    }
}

impl Duration {
    /// No time at all.
    pub const ZERO: Duration = Duration(0);
    /// The shortest delay there is: nothing in a run takes no time.
    pub const SHORTEST: Duration = Duration(1);

    /// `n` microseconds.
    pub const fn micros(n: u64) -> Duration {
        Duration(n)
    }
    /// `n` milliseconds.
    pub const fn millis(n: u64) -> Duration {
        Duration(n.saturating_mul(1_000))
    }
    /// `n` seconds.
    pub const fn secs(n: u64) -> Duration {
        Duration(n.saturating_mul(1_000_000))
    }

    /// The length in microseconds.
    pub const fn as_micros(self) -> u64 {
        self.0
    }

    /// The length in seconds, for readings; nothing in a run is decided by it.
    pub fn as_secs_f64(self) -> f64 {
        self.0 as f64 / 1e6
    }

    /// This length, or the shortest delay if it is nothing.
    pub fn at_least_shortest(self) -> Duration {
        self.max(Duration::SHORTEST)
    }

    /// Reads a number and a unit without a space: `us` (or `µs`), `ms`, `s`, `min`, `h`, `d` or `y` (365 days).
    /// The number may have a fraction as long as the whole is a whole number of microseconds. Nothing else is read.
    pub fn parse(text: &str) -> Option<Duration> {
        let unit_at = text.find(|c: char| !c.is_ascii_digit() && c != '.')?;
        let (number, unit) = text.split_at(unit_at);
        let unit = if unit == "µs" { "us" } else { unit };
        let micros = UNITS.iter().find(|(name, _)| *name == unit)?.1;
        parse_scaled(number, micros).map(Duration)
    }
}

/// Units, the longest first, with their length in microseconds.
const UNITS: [(&str, u64); 7] = [
    ("y", 31_536_000_000_000),
    ("d", 86_400_000_000),
    ("h", 3_600_000_000),
    ("min", 60_000_000),
    ("s", 1_000_000),
    ("ms", 1_000),
    ("us", 1),
];

/// Reads a decimal number and multiplies it by `scale`; `None` if it is malformed, too large, or not whole after scaling.
pub(super) fn parse_scaled(number: &str, scale: u64) -> Option<u64> {
    let (whole, fraction) = number.split_once('.').unwrap_or((number, ""));
    if whole.is_empty() || (number.contains('.') && fraction.is_empty()) {
        return None;
    }
    let whole = whole.parse::<u64>().ok()?.checked_mul(scale)?;
    let digits = u32::try_from(fraction.len()).ok()?;
    let parts = 10u64.checked_pow(digits)?;
    let numerator = if fraction.is_empty() { 0 } else { fraction.parse::<u64>().ok()?.checked_mul(scale)? };
    (numerator % parts == 0).then_some(())?;
    whole.checked_add(numerator / parts)
}

/// Writes `amount / scale` as a decimal without trailing zeros, if three digits after the point are enough.
pub(super) fn decimal(amount: u64, scale: u64) -> Option<String> {
    let thousandths = u128::from(amount) * 1_000;
    if thousandths % u128::from(scale) != 0 {
        return None;
    }
    let thousandths = thousandths / u128::from(scale);
    let (whole, fraction) = (thousandths / 1_000, thousandths % 1_000);
    let text = if fraction == 0 { format!("{whole}") } else { format!("{whole}.{fraction:03}") };
    Some(if fraction == 0 { text } else { text.trim_end_matches('0').to_owned() })
}

impl fmt::Display for Duration {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.0 == 0 {
            return f.write_str("0s");
        }
        let fitting = UNITS.iter().filter(|(_, micros)| self.0 >= *micros);
        let exact =
            fitting.filter_map(|(unit, micros)| decimal(self.0, *micros).map(|number| (number, unit))).next();
        match exact {
            Some((number, unit)) => write!(f, "{number}{unit}"),
            None => write!(f, "{}us", self.0),
        }
    }
}

impl fmt::Display for Time {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        Duration(self.0).fmt(f)
    }
}

impl Add<Duration> for Time {
    type Output = Time;
    fn add(self, after: Duration) -> Time {
        Time(self.0.saturating_add(after.0))
    }
}
impl AddAssign<Duration> for Time {
    fn add_assign(&mut self, after: Duration) {
        *self = *self + after;
    }
}
impl Sub<Duration> for Time {
    type Output = Time;
    fn sub(self, before: Duration) -> Time {
        Time(self.0.saturating_sub(before.0))
    }
}
impl Add for Duration {
    type Output = Duration;
    fn add(self, other: Duration) -> Duration {
        Duration(self.0.saturating_add(other.0))
    }
}
impl AddAssign for Duration {
    fn add_assign(&mut self, other: Duration) {
        *self = *self + other;
    }
}
impl Sub for Duration {
    type Output = Duration;
    fn sub(self, other: Duration) -> Duration {
        Duration(self.0.saturating_sub(other.0))
    }
}
impl Mul<u64> for Duration {
    type Output = Duration;
    fn mul(self, times: u64) -> Duration {
        Duration(self.0.saturating_mul(times))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_read_and_print_in_the_units_people_use() {
        for text in ["250ms", "1.5s", "30us", "2h", "30d", "1.25ms", "0s", "90.001s", "1y"] {
            let duration = Duration::parse(text).unwrap();
            assert_eq!(
                Duration::parse(&duration.to_string()),
                Some(duration),
                "{text} printed as {duration}"
            );
        }
        assert_eq!(Duration::parse("250ms").unwrap().to_string(), "250ms");
        assert_eq!(Duration::parse("90s").unwrap().to_string(), "1.5min");
        assert_eq!(Duration::parse("1234567us").unwrap().to_string(), "1234.567ms");
    }

    #[test]
    fn malformed_durations_are_refused() {
        for text in [
            "",
            "s",
            "1",
            "1 s",
            "-1s",
            "1.s",
            ".5s",
            "0.5us",
            "1e3s",
            "99999999999999999999s",
            "1..2s",
            "1sec",
        ] {
            assert_eq!(Duration::parse(text), None, "{text}");
        }
    }
}
