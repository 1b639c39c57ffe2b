//! Checkpoints: how often to save, if a save takes five minutes and a failure comes once a day.

use crate::protocols::recovery::forms::Model;
use crate::protocols::recovery::{computer, overhead};
use crate::scenarios::{CATALOGUE, find};
use crate::sim::scenario::Scenario;
use crate::sim::time::{Duration, Time};
use crate::sim::timeline::Timeline;

use super::Row;

const YEAR: Duration = Duration::secs(365 * 86_400);
/// For how long each interval is tried.
const YEARS: u64 = 5;
/// The intervals that are tried, in minutes of work: round about the best one, wider where the overhead is flat.
const INTERVALS: [u64; 4] = [60, 90, 130, 190];

/// The best interval, from the formula and from runs. Minutes.
pub const ROWS: &[Row] = &[
    Row {
        name: "checkpoint-daly",
        published: 117.0,
        tolerance: 0.5,
        digits: 1,
        trials: 0,
        measure: || Model { save: 5.0, fails: 1440.0, restart: 10.0 }.daly(),
    },
    Row {
        name: "checkpoint-best",
        published: 120.0,
        tolerance: 10.0,
        digits: 1,
        trials: YEARS * 365,
        measure: best_interval,
    },
];

/// Tries every interval on the same failures, and finds where the overhead is least: it is the sum of a part that falls with the interval (saves), one
/// that grows with it (work lost) and one that does not change (restarts), whose sizes are fitted by least squares.
fn best_interval() -> f64 {
    let measured = INTERVALS.map(|minutes| (minutes as f64, overhead_of(minutes)));
    let [saves, losses, _] = fitted(&measured);
    libm::sqrt(saves / losses)
}

/// The overhead of an interval, as a share of the work. Replicas are left to themselves: they send next to nothing.
fn overhead_of(minutes: u64) -> f64 {
    let interval = format!("{minutes}min");
    let values = [
        ("saves-every", interval.as_str()),
        ("latency", "1ms"),
        ("updates-every", "1y"),
        ("detects-after", "1y"),
    ];
    let values = values.map(|(name, value)| (name.to_owned(), value.to_owned()));
    let scenario = find("recovery").and_then(|entry| entry.build_with(&values).ok());
    // What nobody looks at here takes time, too.
    let plain =
        scenario.map(|scenario| Scenario { properties: Vec::new(), readings: Vec::new(), ..scenario });
    let run = plain.and_then(|scenario| Timeline::new(scenario, CATALOGUE).ok());
    let mut run = run.expect("a built-in scenario with values that it takes");
    run.seek(Time::ZERO + YEAR * YEARS);
    let work = computer(run.world()).map(|computer| computer.work(run.now()));
    work.and_then(|work| overhead(run.world(), work)).expect("the computer has done some work")
}

/// The a, b and c for which a ÷ interval + b × interval + c is nearest to what was measured.
fn fitted(measured: &[(f64, f64)]) -> [f64; 3] {
    let mut rows = [[0.0; 4]; 3];
    for (interval, overhead) in measured {
        let terms = [1.0 / interval, *interval, 1.0];
        for (row, term) in rows.iter_mut().zip(terms) {
            for (sum, factor) in row.iter_mut().zip([terms[0], terms[1], terms[2], *overhead]) {
                *sum += term * factor;
            }
        }
    }
    solved(rows)
}

/// Three equations, by elimination.
fn solved(mut rows: [[f64; 4]; 3]) -> [f64; 3] {
    for pivot in 0..3 {
        let from = rows[pivot];
        for (_, row) in rows.iter_mut().enumerate().filter(|(index, _)| *index != pivot) {
            let times = row[pivot] / from[pivot];
            row.iter_mut().zip(from).for_each(|(value, other)| *value -= times * other);
        }
    }
    [0, 1, 2].map(|index| rows[index][3] / rows[index][index])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_curve_of_that_shape_is_found_again() {
        let points = INTERVALS.map(|minutes| {
            let interval = minutes as f64;
            (interval, 5.0 / interval + interval / 2880.0 + 0.007)
        });
        let [a, b, c] = fitted(&points);
        assert!((a - 5.0).abs() < 1e-6 && (b - 1.0 / 2880.0).abs() < 1e-9 && (c - 0.007).abs() < 1e-8);
    }
}
