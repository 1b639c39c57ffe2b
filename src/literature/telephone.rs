//! Erlang's loss formula: calls that come at random to one trunk, and are refused if no circuit is idle.

use crate::protocols::telephone::Phone;
use crate::scenarios::{CATALOGUE, find};
use crate::sim::time::Time;
use crate::sim::timeline::Timeline;

use super::Row;

/// What share of calls is blocked, in per cent.
pub const ROWS: &[Row] = &[
    row("erlang-b-3-5", 11.0, 1.7, || blocked(90, 5)),
    row("erlang-b-5-5", 28.5, 3.0, || blocked(150, 5)),
    row("erlang-b-10-10", 21.5, 2.4, || blocked(300, 10)),
];

/// Tolerances are four standard deviations, as the runs of sixteen seeds scatter.
const fn row(name: &'static str, published: f64, tolerance: f64, measure: fn() -> f64) -> Row {
    Row { name, published, tolerance, digits: 1, trials: TRIALS, measure }
}

/// Calls of each run.
const TRIALS: u64 = 10_000;

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
    let mut scenario = entry.build_with(&values).expect("these are its settings");
    // Nothing fails here, so that beats and properties would only take time.
    scenario.properties.clear();
    scenario.script.extend(["x1", "x2", "a", "b"].map(|node| format!("0s set {node} heartbeat 1h")));
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
            assert!((row.published - 100.0 * erlang_b(offered, circuits)).abs() < 0.05, "{}", row.name);
        }
    }
}
