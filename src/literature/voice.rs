//! Amdahl's law: how many times as fast several workers are if a tenth of the work cannot be divided.

use crate::protocols::voice::Device;
use crate::scenarios::{CATALOGUE, find};
use crate::sim::time::{Duration, Time};
use crate::sim::timeline::Timeline;

use super::Row;

/// Speed-ups with two, four and eight workers.
pub const ROWS: &[Row] = &[
    row("amdahl-2", 1.0 / (0.1 + 0.9 / 2.0), || speed_up("2")),
    row("amdahl-4", 1.0 / (0.1 + 0.9 / 4.0), || speed_up("4")),
    row("amdahl-8", 1.0 / (0.1 + 0.9 / 8.0), || speed_up("8")),
];

/// How many utterances each figure is measured from; one worker takes 4.8 s over each.
const UTTERANCES: u64 = 10;
const SPEAKS_EVERY: Duration = Duration::secs(6);

const fn row(name: &'static str, published: f64, measure: fn() -> f64) -> Row {
    // The law knows no network; ours has one, of a microsecond a message.
    Row { name, published, tolerance: 0.001, digits: 3, trials: UTTERANCES, measure }
}

/// The mean time from an utterance to its words with one worker, divided by that with these.
fn speed_up(workers: &str) -> f64 {
    mean_latency("1") / mean_latency(workers)
}

/// In seconds, as the device sees it.
fn mean_latency(workers: &str) -> f64 {
    let speaks_every = SPEAKS_EVERY.to_string();
    let values = [
        ("workers", workers),
        ("serial", "10"),
        ("frames", "48"),
        ("latency", "1us"),
        ("hedge", "0s"),
        ("speaks-every", &speaks_every),
    ];
    let values = values.map(|(name, value)| (name.to_owned(), value.to_owned()));
    let scenario = find("voice").and_then(|entry| entry.build_with(&values).ok());
    let run = scenario.and_then(|scenario| Timeline::new(scenario, CATALOGUE).ok());
    let mut run = run.expect("a built-in scenario with values that it takes");
    run.seek(Time::ZERO + SPEAKS_EVERY * UTTERANCES);
    let (_, device) = run.world().processes::<Device>().next().expect("the device runs");
    device.latencies().map(Duration::as_secs_f64).sum::<f64>() / device.answered() as f64
}
