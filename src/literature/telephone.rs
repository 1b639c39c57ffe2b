//! Erlang's loss formula: calls that come at random to one trunk, and are refused if no circuit is idle.

use crate::protocols::telephone::Phone;
use crate::scenarios::{CATALOGUE, find};
use crate::sim::time::Time;
use crate::sim::timeline::Timeline;

use super::Row;

/// Published values of the formula, by the recursion of our own figure, which a test holds to the formula itself.
/// Tolerances are four standard deviations, as runs of sixteen seeds scatter.
pub const ROWS: &[Row] = &[
    Row {
        what: "blocking, 3 erlangs, 5 circuits (%)",
        published: 11.005,
        tolerance: 1.0,
        measure: || blocked(90, 5),
        ..ERLANG
    },
    Row {
        what: "blocking, 5 erlangs, 5 circuits (%)",
        published: 28.487,
        tolerance: 1.7,
        measure: || blocked(150, 5),
        ..ERLANG
    },
    Row {
        what: "blocking, 10 erlangs, 10 circuits (%)",
        published: 21.458,
        tolerance: 1.4,
        measure: || blocked(300, 10),
        ..ERLANG
    },
];

const ERLANG: Row = Row {
    topic: "telephone",
    what: "",
    published: 0.0,
    tolerance: 0.0,
    trials: TRIALS,
    measure: || 0.0,
    source: "A. K. Erlang, Solution of some problems in the theory of probabilities of significance in automatic telephone \
             exchanges, 1917",
};

/// Calls of each run.
const TRIALS: u64 = 30_000;

/// The share of calls that are blocked on a trunk, in per cent, when each of two crowds makes so many calls of a minute an hour.
fn blocked(calls_per_hour: u64, circuits: u64) -> f64 {
    let values = [
        ("network", "one-trunk".to_owned()),
        ("circuits", circuits.to_string()),
        ("calls-per-hour", calls_per_hour.to_string()),
        ("latency", "1ms".to_owned()),
    ];
    let values: Vec<_> = values.map(|(name, value)| (name.to_owned(), value)).into();
    let entry = find("telephone").expect("it is in the list");
    let scenario = entry.build_with(&values).expect("these are its settings");
    let mut timeline = Timeline::new(scenario, CATALOGUE).expect("it can be laid");
    let micros_a_call = 3_600_000_000 / (2 * calls_per_hour);
    timeline.seek(Time::from_micros(TRIALS * micros_a_call));
    let counts = timeline.world().processes::<Phone>().map(|(_, phone)| phone.counts());
    let (offered, blocked) =
        counts.fold((0, 0), |(all, blocked), counts| (all + counts.offered, blocked + counts.blocked));
    100.0 * blocked as f64 / offered as f64
}

#[cfg(test)]
mod tests {
    use crate::protocols::telephone::erlang_b;

    use super::*;

    #[test]
    fn the_published_figures_are_those_of_the_formula() {
        for (row, (offered, circuits)) in ROWS.iter().zip([(3.0, 5), (5.0, 5), (10.0, 10)]) {
            assert!((row.published - 100.0 * erlang_b(offered, circuits)).abs() < 0.001, "{}", row.what);
        }
    }
}
