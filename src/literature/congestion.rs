//! Congestion: what a ring of two-hop flows carries when nobody controls anything, and how fast a window that halves at each loss is.

use crate::protocols::congestion::{phases, senders};
use crate::scenarios::{CATALOGUE, find};
use crate::sim::time::{Duration, Time};
use crate::sim::timeline::Timeline;
use crate::sim::world::World;

use super::Row;

/// How long each is measured, in seconds of the run.
const SECONDS: u64 = 40;
/// Packets a second that a link carries.
const CAPACITY: f64 = 50.0;
/// One packet in so many is lost.
const LOSES_EVERY: &str = "400";

/// Three loads, and one rate of losses.
pub const ROWS: &[Row] = &[
    row("collapse-1", 0.382, 0.038, || carried("50")),
    row("collapse-2", 0.268, 0.027, || carried("100")),
    row("collapse-5", 0.146, 0.015, || carried("250")),
    row("mathis-400", 1.22, 0.12, throughput_constant),
];

const fn row(name: &'static str, published: f64, tolerance: f64, measure: fn() -> f64) -> Row {
    Row { name, published, tolerance, digits: 3, trials: SECONDS, measure }
}

/// The goodput of a flow that is offered so many packets a second, as a share of what a link carries.
fn carried(offered: &str) -> f64 {
    let run = run(&[("topology", "ring"), ("offered-rate", offered)], &[], SECONDS);
    last_goodput(run.world()) / CAPACITY
}

/// Throughput times round-trip time times the root of the share of packets that are lost, one at a time and evenly.
fn throughput_constant() -> f64 {
    let values = [
        ("topology", "dumbbell"),
        ("flows", "1"),
        ("congestion-control", "aimd"),
        ("offered-rate", "500"),
        ("transmission-time", "10us"),
        ("buffer", "1000"),
    ];
    // Slow start is over by then, and another phase begins.
    const STARTED: u64 = 15;
    let script = [&format!("0s set r1 loses-every {LOSES_EVERY}"), &format!("{STARTED}s set r2 buffer 999")];
    let run = run(&values, &script.map(String::as_str), STARTED + SECONDS);
    let round_trip = senders(run.world()).next().and_then(|sender| sender.timeout().round_trip());
    let round_trip = round_trip.expect("packets were acknowledged").as_secs_f64();
    last_goodput(run.world()) * round_trip / libm::sqrt(LOSES_EVERY.parse().expect("a number"))
}

fn last_goodput(world: &World) -> f64 {
    phases(world).last().expect("the run was long enough").goodput
}

fn run(values: &[(&str, &str)], script: &[&str], seconds: u64) -> Timeline {
    let values: Vec<_> = values.iter().map(|(name, value)| (name.to_string(), value.to_string())).collect();
    let scenario = find("congestion").and_then(|entry| entry.build_with(&values).ok());
    let mut scenario = scenario.expect("a built-in scenario with values that it takes");
    // They are checked elsewhere, and take time at every event.
    scenario.properties.clear();
    scenario.script.extend(script.iter().map(|line| (*line).to_owned()));
    let mut run = Timeline::new(scenario, CATALOGUE).expect("the script names what there is");
    run.seek(Time::ZERO + Duration::secs(seconds + 2));
    run
}
