//! What is drawn of voice recognition: the speed-up beside Amdahl's law, and how long utterances took.

use crate::sim::figure::{Drawing, Figure, Plot, Series, SeriesShape};
use crate::sim::world::World;
use crate::sorted::sort_by_key;
use crate::word;

use super::{Device, Gateway, WORKER};

pub(super) const FIGURES: &[Figure] = &[
    Figure { name: "speed-up", title: word!("figure.speed-up"), draw: speed_up },
    Figure { name: "utterance-latency", title: word!("figure.utterance-latency"), draw: latency },
];

/// Amdahl's law for the serial share as it is now, and the last measurement for each number of workers.
fn speed_up(world: &World) -> Option<Drawing> {
    let (node, gateway) = world.processes::<Gateway>().next()?;
    let serial = world.node(node).settings.count("serial");
    let workers = world.network().nodes_with_role(WORKER).len() as u64;
    let law = (1..=workers).map(|workers| (workers as f64, amdahl(serial, workers))).collect();
    let measured = gateway.measured().map(|(workers, measured)| (workers as f64, measured.speed_up()));
    Some(Drawing::Plot(Plot {
        across: word!("figure.workers"),
        up: word!("figure.speed-up.times"),
        series: vec![
            Series { title: word!("figure.amdahl"), shape: SeriesShape::Line, points: law },
            Series { title: word!("figure.measured"), shape: SeriesShape::Dots, points: measured.collect() },
        ],
    }))
}

/// How many times as fast so many workers are as one if this share of the work, in per cent, cannot be divided.
fn amdahl(serial: u64, workers: u64) -> f64 {
    let serial = serial as f64 / 100.0;
    1.0 / (serial + (1.0 - serial) / workers as f64)
}

/// Within which latency which share of the utterances that are kept was answered, and the deadline.
fn latency(world: &World) -> Option<Drawing> {
    let (node, device) = world.processes::<Device>().next()?;
    let mut sorted: Vec<_> = device.latencies().collect();
    sort_by_key(&mut sorted, |latency| *latency);
    let deadline = world.node(node).settings.duration("deadline").as_secs_f64();
    let share = |index: usize| 100.0 * (index + 1) as f64 / sorted.len() as f64;
    let points = sorted.iter().enumerate().map(|(index, latency)| (share(index), latency.as_secs_f64()));
    let limit = vec![(0.0, deadline), (100.0, deadline)];
    Some(Drawing::Plot(Plot {
        across: word!("figure.share-of-utterances"),
        up: word!("figure.latency-seconds"),
        series: vec![
            Series { title: word!("figure.deadline"), shape: SeriesShape::Line, points: limit },
            Series { title: word!("figure.measured"), shape: SeriesShape::Dots, points: points.collect() },
        ],
    }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_law_has_its_known_values() {
        let near = |found: f64, known: f64| assert!((found - known).abs() < 5e-4, "{found} is not {known}");
        near(amdahl(0, 8), 8.0);
        near(amdahl(10, 2), 1.818);
        near(amdahl(10, 4), 3.077);
        near(amdahl(10, 8), 4.706);
        near(amdahl(100, 8), 1.0);
    }
}
