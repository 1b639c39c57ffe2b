//! Scales: from which number to which an axis goes, and the round numbers on it.

use crate::sim::time::{Duration, Time};
use crate::stage::units;

/// An axis of numbers.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Scale {
    /// Where it begins: at nought, or below the least number if that is less.
    pub from: f64,
    /// Where it ends: at a round number that is no less than the largest.
    pub until: f64,
    /// From one round number to the next.
    pub step: f64,
    places: u32,
}

/// An axis of moments, from the start of a run.
#[derive(Clone, PartialEq, Debug)]
pub struct TimeScale {
    /// Where it ends.
    pub until: Time,
    /// The round moments on it, with what is written at them.
    pub ticks: Vec<(Time, String)>,
}

/// Round lengths of time, in microseconds: each is about twice the one before.
const STEPS_BELOW_A_MINUTE: [u64; 3] = [1, 2, 5];
const STEPS_FROM_SECONDS: [u64; 17] =
    [1, 2, 5, 10, 20, 60, 120, 300, 600, 1_800, 3_600, 7_200, 21_600, 43_200, 86_400, 172_800, 864_000];
const SECOND: u64 = 1_000_000;

impl Scale {
    /// An axis that holds these numbers, with at most so many steps. Numbers that are none are left out.
    pub fn holding(numbers: impl Iterator<Item = f64>, steps_at_most: u32) -> Scale {
        let (mut least, mut most, mut whole) = (0.0_f64, 0.0_f64, true);
        for number in numbers.filter(|number| number.is_finite()) {
            (least, most) = (least.min(number), most.max(number));
            whole = whole && number == number.floor();
        }
        if least == most {
            most = 1.0;
        }
        let least_step = (most - least) / f64::from(steps_at_most.max(1));
        // There is nothing between things that are counted.
        let (step, places) = round_up(if whole { least_step.max(1.0) } else { least_step });
        let mut scale =
            Scale { from: (least / step).floor() * step, until: (most / step).ceil() * step, step, places };
        // A number just below nought costs a step more.
        if scale.count() > steps_at_most {
            let (step, places) = round_up(step * 1.01);
            scale = Scale {
                from: (least / step).floor() * step,
                until: (most / step).ceil() * step,
                step,
                places,
            };
        }
        scale
    }

    /// The round numbers on it, in order.
    pub fn ticks(&self) -> impl Iterator<Item = f64> + use<> {
        let Scale { from, step, .. } = *self;
        (0..=self.count()).map(move |index| from + step * f64::from(index))
    }

    /// How far along the axis a number is, from 0 to 1 if it is on it.
    pub fn fraction(&self, number: f64) -> f64 {
        (number - self.from) / (self.until - self.from)
    }

    /// A round number as it is written at the axis: all with the same digits after the point.
    pub fn label(&self, number: f64) -> String {
        units::fixed(number, self.places)
    }

    fn count(&self) -> u32 {
        ((self.until - self.from) / self.step).round() as u32
    }
}

/// The least of 1, 2 and 5 times a power of ten that is no less than a length, and how many digits after the point it has.
fn round_up(length: f64) -> (f64, u32) {
    let mut unit = 1.0;
    let mut places = 0;
    while unit > length && places < 9 {
        unit /= 10.0;
        places += 1;
    }
    while unit * 10.0 <= length {
        unit *= 10.0;
    }
    for factor in [1.0, 2.0, 5.0] {
        if unit * factor >= length * 0.999_999 {
            return (unit * factor, places);
        }
    }
    (unit * 10.0, places.saturating_sub(1))
}

impl TimeScale {
    /// An axis from the start of a run to a moment, with at most so many steps.
    pub fn until(until: Time, steps_at_most: u64) -> TimeScale {
        let whole = until.as_micros().max(1);
        let step = round_time(whole.div_ceil(steps_at_most.max(1)));
        let moments = (0..=whole / step).map(|index| index * step);
        let ticks =
            moments.map(|micros| (Time::from_micros(micros), units::amount(Duration::micros(micros))));
        TimeScale { until: Time::from_micros(whole), ticks: ticks.collect() }
    }

    /// How far along the axis a moment is, from 0 to 1 if it is on it.
    pub fn fraction(&self, moment: Time) -> f64 {
        moment.as_micros() as f64 / self.until.as_micros() as f64
    }
}

/// The least round length of time that is no less than this, both in microseconds.
fn round_time(micros: u64) -> u64 {
    let mut unit = 1;
    while unit < SECOND {
        for step in STEPS_BELOW_A_MINUTE {
            if step * unit >= micros {
                return step * unit;
            }
        }
        unit *= 10;
    }
    let long = STEPS_FROM_SECONDS.into_iter().map(|seconds| seconds * SECOND).find(|step| *step >= micros);
    long.unwrap_or_else(|| {
        // Ten days at least: powers of two of them.
        let mut step = 864_000 * SECOND;
        while step < micros && step < u64::MAX / 2 {
            step *= 2;
        }
        step
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn labels(numbers: &[f64]) -> Vec<String> {
        let scale = Scale::holding(numbers.iter().copied(), 4);
        scale.ticks().map(|tick| scale.label(tick)).collect()
    }

    #[test]
    fn ticks_are_round_and_hold_all_there_is() {
        assert_eq!(labels(&[0.0, 87.0]), ["0", "50", "100"]);
        assert_eq!(labels(&[3.0, 7.2]), ["0", "2", "4", "6", "8"]);
        assert_eq!(labels(&[0.031]), ["0.00", "0.01", "0.02", "0.03", "0.04"]);
        assert_eq!(labels(&[100.0]), ["0", "50", "100"]);
        assert_eq!(labels(&[]), ["0", "1"]);
        assert_eq!(
            labels(&[f64::NAN, f64::INFINITY, 2.0]),
            ["0", "1", "2"],
            "there is nothing between whole numbers"
        );
        assert_eq!(labels(&[0.5, 2.0]), ["0.0", "0.5", "1.0", "1.5", "2.0"]);
        assert_eq!(labels(&[-3.0, 9.0]), ["-5", "0", "5", "10"]);
        assert_eq!(labels(&[1_234_567.0]), ["0", "500000", "1000000", "1500000"]);
    }

    #[test]
    fn whatever_the_numbers_they_are_on_the_axis_and_the_steps_are_few() {
        let mut number = 0.000_3;
        while number < 1e15 {
            for least in [0.0, -number * 0.7] {
                let scale = Scale::holding([least, number].into_iter(), 4);
                let ticks: Vec<_> = scale.ticks().collect();
                assert!((2..=6).contains(&ticks.len()), "{least} {number}: {ticks:?}");
                for value in [least, number] {
                    assert!((-1e-9..=1.0 + 1e-9).contains(&scale.fraction(value)), "{value}: {scale:?}");
                }
                // Two steps, for what is twice as much, need not end at the largest number, but not far above it.
                assert!(scale.until <= number * 2.6 + scale.step, "{number}: {scale:?}");
            }
            number *= 1.7;
        }
    }

    #[test]
    fn moments_are_round_too() {
        let labels = |text: &str| {
            let scale = TimeScale::until(Time::parse(text).unwrap(), 4);
            scale.ticks.into_iter().map(|(_, label)| label.replace('\u{a0}', " ")).collect::<Vec<_>>()
        };
        assert_eq!(labels("10s"), ["0 s", "5 s", "10 s"]);
        assert_eq!(labels("3250ms"), ["0 s", "1 s", "2 s", "3 s"]);
        assert_eq!(labels("700us"), ["0 s", "200 µs", "400 µs", "600 µs"]);
        assert_eq!(labels("3min"), ["0 s", "1 min", "2 min", "3 min"]);
        assert_eq!(labels("5d"), ["0 s", "2 d", "4 d"]);
        assert_eq!(labels("0s").len(), 2);
        assert!(labels("20000000000s").len() < 7);
    }
}
