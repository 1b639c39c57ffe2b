//! The Byzantine generals: how many strategies of one traitor break OM(1), each of which is tried in a run, and how many messages OM(m)
//! takes, counted on the wire.

use crate::scenarios::find;
use crate::share::run::Plan;
use crate::share::strategies;
use crate::sim::time::{Duration, Time};

use super::Row;

/// Of three generals and of four; then OM(1), OM(2) and OM(3) among as few generals as they are promised for.
pub const ROWS: &[Row] = &[
    row("generals-3", 1.0, 8, || breaking("3")),
    row("generals-4", 0.0, 16, || breaking("4")),
    row("om-1", 9.0, 1, || messages("4", "1")),
    row("om-2", 156.0, 1, || messages("7", "2")),
    row("om-3", 3_609.0, 1, || messages("10", "3")),
];

const fn row(name: &'static str, published: f64, trials: u64, measure: fn() -> f64) -> Row {
    // They are counted, and chance has no part in it.
    Row { name, published, tolerance: 0.001, digits: 0, trials, measure }
}

fn plan(generals: &str, ready_for: &str, until: Time) -> Plan {
    let values = [("generals", generals), ("ready-for", ready_for)];
    let values = values.map(|(name, value)| (name.to_owned(), value.to_owned()));
    let scenario = find("generals").and_then(|entry| entry.build_with(&values).ok()).expect("it is built in");
    Plan { until, ..Plan::new(scenario) }
}

/// How many of all strategies of one traitor break agreement or obedience.
fn breaking(generals: &str) -> f64 {
    let tried =
        strategies::find(&plan(generals, "1", Time::ZERO), 0, usize::MAX).expect("OM(1) can be searched");
    tried.breaking.len() as f64
}

/// How many messages are sent in one council.
fn messages(generals: &str, ready_for: &str) -> f64 {
    let over = Time::ZERO + Duration::secs(6);
    let (world, _) = plan(generals, ready_for, over).reach().expect("nothing is done in it");
    world.counts().sent as f64
}
