//! Moments, lengths of time and sizes as people read them: rounded, in the unit that fits, never wider than needed.
//!
//! What must be exact (commands, files) prints [`Duration`] itself instead.

use crate::sim::time::{Duration, Time};

const SECOND: u64 = 1_000_000;
const MINUTE: u64 = 60 * SECOND;
const HOUR: u64 = 60 * MINUTE;
const DAY: u64 = 24 * HOUR;
const YEAR: u64 = 365 * DAY;

/// A space that no line breaks at.
const SPACE: char = '\u{a0}';

/// A moment as a clock shows it that runs at this pace (simulated time for a second of watching): with as many digits as
/// the eye can follow.
pub fn clock(moment: Time, pace: Duration) -> String {
    let micros = moment.as_micros();
    let (rest, whole) = (micros % YEAR, micros / YEAR);
    if micros >= YEAR {
        return format!("{whole}{SPACE}y{SPACE}{:03}{SPACE}d", rest / DAY);
    }
    if micros >= DAY {
        let (hours, minutes) = (micros % DAY / HOUR, micros % HOUR / MINUTE);
        return format!("{}{SPACE}d{SPACE}{hours:02}:{minutes:02}", micros / DAY);
    }
    if micros >= HOUR {
        let (minutes, seconds) = (micros % HOUR / MINUTE, micros % MINUTE / SECOND);
        return format!("{}{SPACE}h{SPACE}{minutes:02}:{seconds:02}", micros / HOUR);
    }
    let step = pace.as_micros() / 100;
    if micros >= MINUTE {
        let seconds = decimal(micros % MINUTE, SECOND, digits(step, SECOND));
        let padded = if micros % MINUTE < 10 * SECOND { format!("0{seconds}") } else { seconds };
        return format!("{}{SPACE}min{SPACE}{padded}{SPACE}s", micros / MINUTE);
    }
    let (unit, name) = match step {
        _ if micros >= SECOND => (SECOND, "s"),
        10_000.. => (SECOND, "s"),
        10.. => (1_000, "ms"),
        _ if micros >= 1_000 => (1_000, "ms"),
        _ => (1, "µs"),
    };
    format!("{}{SPACE}{name}", decimal(micros, unit, digits(step, unit)))
}

/// A length of time with about three digits, such as `1.5 s` or `3 d`.
pub fn amount(length: Duration) -> String {
    let micros = length.as_micros();
    let units =
        [(YEAR, "y"), (DAY, "d"), (HOUR, "h"), (MINUTE, "min"), (SECOND, "s"), (1_000, "ms"), (1, "µs")];
    let Some((unit, name)) = units.into_iter().find(|(unit, _)| micros >= *unit) else {
        return format!("0{SPACE}s");
    };
    let places = match micros / unit {
        _ if unit == 1 => 0,
        0..10 => 2,
        10..100 => 1,
        _ => 0,
    };
    let text = decimal(micros, unit, places);
    let text = if text.contains('.') { text.trim_end_matches('0').trim_end_matches('.') } else { &text };
    format!("{text}{SPACE}{name}")
}

/// A number with at most three digits after the point.
pub fn number(value: f64) -> String {
    let text = fixed(value, 3);
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}

/// A number rounded to this many digits after the point. The arithmetic is of whole numbers: what prints any float exactly is
/// several kilobytes of code and tables.
pub fn fixed(value: f64, places: u32) -> String {
    let scale = 10u64.pow(places);
    let scaled = (value.abs() * scale as f64 + 0.5).floor() as u64;
    let sign = if value < 0.0 && scaled > 0 { "-" } else { "" };
    match places as usize {
        0 => format!("{sign}{scaled}"),
        places => format!("{sign}{}.{:0places$}", scaled / scale, scaled % scale),
    }
}

/// How many digits after the point show steps of this length in this unit.
fn digits(step: u64, unit: u64) -> usize {
    let mut places = 0;
    let mut shown = unit;
    while shown > step.max(1) && shown >= 10 && places < 6 {
        shown /= 10;
        places += 1;
    }
    places
}

/// `micros / unit`, cut off after this many digits: a clock never shows what is still to come.
fn decimal(micros: u64, unit: u64, places: usize) -> String {
    if places == 0 {
        return (micros / unit).to_string();
    }
    let scale = 10u64.pow(places as u32);
    let fraction = u128::from(micros % unit) * u128::from(scale) / u128::from(unit);
    format!("{}.{fraction:0places$}", micros / unit)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(moment: &str, pace: &str) -> String {
        let text = clock(Time::parse(moment).unwrap(), Duration::parse(pace).unwrap());
        text.replace(SPACE, " ")
    }

    #[test]
    fn numbers_are_rounded_to_the_digits_asked_for() {
        let cases = [
            (1.0, 2, "1.00"),
            (-0.05, 1, "-0.1"),
            (-0.04, 1, "0.0"),
            (12.3456, 3, "12.346"),
            (7.5, 0, "8"),
            (0.995, 0, "1"),
        ];
        for (value, places, text) in cases {
            assert_eq!(fixed(value, places), text);
        }
    }

    #[test]
    fn the_clock_fits_moment_and_pace() {
        assert_eq!(shown("4620ms", "1s"), "4.62 s");
        assert_eq!(shown("0s", "1s"), "0.00 s");
        assert_eq!(shown("312ms", "250ms"), "312 ms");
        assert_eq!(shown("4.629s", "250ms"), "4.629 s");
        assert_eq!(shown("312us", "100us"), "312 µs");
        assert_eq!(shown("1.25ms", "100us"), "1.250 ms");
        assert_eq!(shown("65.5s", "1s"), "1 min 05.50 s");
        assert_eq!(shown("65.5s", "10min"), "1 min 05 s");
        assert_eq!(shown("2h", "1min"), "2 h 00:00");
        assert_eq!(shown("3d", "1h"), "3 d 00:00");
        assert_eq!(shown("273000s", "1h"), "3 d 03:50");
        assert_eq!(shown("400d", "1d"), "1 y 035 d");
    }

    #[test]
    fn the_clock_grows_no_wider_within_a_unit() {
        let pace = Duration::millis(250);
        let widths = |moments: std::ops::Range<u64>| {
            let widths = moments.map(|ms| clock(Time::from_micros(ms * 1_000), pace).chars().count());
            widths.collect::<std::collections::BTreeSet<_>>().len()
        };
        assert_eq!(widths(100..1_000), 1);
        assert_eq!(widths(1_000..10_000), 1);
    }

    #[test]
    fn amounts_have_about_three_digits() {
        let shown = |text: &str| amount(Duration::parse(text).unwrap()).replace(SPACE, " ");
        assert_eq!(shown("0s"), "0 s");
        assert_eq!(shown("450ms"), "450 ms");
        assert_eq!(shown("1.5s"), "1.5 s");
        assert_eq!(shown("1234567us"), "1.23 s");
        assert_eq!(shown("90s"), "1.5 min");
        assert_eq!(shown("3d"), "3 d");
        assert_eq!(shown("10ms"), "10 ms");
        assert_eq!(shown("100s"), "1.66 min");
        assert_eq!(shown("7us"), "7 µs");
    }

    #[test]
    fn numbers_drop_what_says_nothing() {
        assert_eq!([number(18.25), number(100.0), number(0.1 + 0.2)], ["18.25", "100", "0.3"]);
    }
}
