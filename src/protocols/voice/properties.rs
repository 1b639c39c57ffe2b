//! What must be true of voice recognition, and what is read off it.

use crate::sim::property::{Property, PropertyKind, Reading, seen};
use crate::sim::time::Duration;
use crate::sim::world::World;
use crate::sorted::{Set, sort_by_key};
use crate::words::Phrase;
use crate::{phrase, word};

use super::{Device, Gateway, Outcome};

pub(super) const PROPERTIES: &[Property] = &[
    Property {
        name: "frames-count-once",
        kind: PropertyKind::Always,
        title: word!("property.frames-count-once"),
        check: frames_count_once,
    },
    Property {
        name: "words-are-the-spoken-ones",
        kind: PropertyKind::Always,
        title: word!("property.words-are-the-spoken-ones"),
        check: words_are_the_spoken_ones,
    },
    Property {
        name: "utterances-are-answered",
        kind: PropertyKind::Eventually,
        title: word!("property.utterances-are-answered"),
        check: utterances_are_answered,
    },
    Property {
        name: "a-frame-was-reassigned",
        kind: PropertyKind::Sometimes,
        title: word!("property.a-frame-was-reassigned"),
        check: |world| seen(gateways(world).any(|gateway| gateway.reassigned() > 0)),
    },
    Property {
        name: "a-deadline-was-missed",
        kind: PropertyKind::Sometimes,
        title: word!("property.a-deadline-was-missed"),
        check: |world| seen(latencies(world).into_iter().any(|(latency, deadline)| latency > deadline)),
    },
    Property {
        name: "a-hedge-won",
        kind: PropertyKind::Sometimes,
        title: word!("property.a-hedge-won"),
        check: |world| seen(gateways(world).any(|gateway| gateway.hedges_won() > 0)),
    },
];

pub(super) const READINGS: &[Reading] = &[
    Reading {
        name: "utterance_p50_ms",
        title: word!("reading.utterance-p50-ms"),
        read: |world| percentile(world, 50),
    },
    Reading {
        name: "utterance_p95_ms",
        title: word!("reading.utterance-p95-ms"),
        read: |world| percentile(world, 95),
    },
    Reading {
        name: "utterance_p99_ms",
        title: word!("reading.utterance-p99-ms"),
        read: |world| percentile(world, 99),
    },
    Reading {
        name: "utterances_in_time_percent",
        title: word!("reading.utterances-in-time-percent"),
        read: in_time,
    },
    Reading {
        name: "frames_reassigned",
        title: word!("reading.frames-reassigned"),
        read: |world| Some(gateways(world).map(Gateway::reassigned).sum::<u64>() as f64),
    },
    Reading { name: "speed_up", title: word!("reading.speed-up"), read: speed_up },
];

/// Nothing is gathered twice, and the words that a device was last told have each of its frames once, in order. That holds
/// whoever lies: a liar can invent syllables, but no frame that was not asked for.
fn frames_count_once(world: &World) -> Result<(), Phrase> {
    for gateway in gateways(world) {
        let mut counted = Set::new();
        let twice = gateway.gathered().iter().find(|heard| !counted.insert(heard.frame));
        if let Some(heard) = twice {
            return Err(phrase!("property.frame-counted-twice", frame = heard.frame));
        }
    }
    for last in outcomes(world) {
        if !last.words.iter().map(|heard| usize::from(heard.frame)).eq(0..last.spoken.len()) {
            let (n, frames) = (last.words.len(), last.spoken.len());
            return Err(phrase!("property.words-incomplete", n = n, frames = frames));
        }
    }
    Ok(())
}

/// The words that a device was last told are those that were spoken.
///
/// It assumes that no node was ever Byzantine; once one was, it says nothing more. Damage on a link does not come so far: the
/// checksum of a message gives it away, and the message counts as lost.
fn words_are_the_spoken_ones(world: &World) -> Result<(), Phrase> {
    if world.network().node_ids().any(|node| world.node(node).ever_byzantine) {
        return Ok(());
    }
    for last in outcomes(world) {
        let mut pairs = last.words.iter().zip(&last.spoken);
        if let Some((heard, spoken)) = pairs.find(|(heard, spoken)| heard.syllable != **spoken) {
            let (frame, heard, spoken) = (heard.frame, heard.syllable.text(), spoken.text());
            return Err(phrase!("property.word-misheard", frame = frame, heard = heard, spoken = spoken));
        }
    }
    Ok(())
}

/// Every running device waits for nothing that was said before the last thing done to the world, and has had an answer. What
/// a device forgot in a crash nobody waits for.
fn utterances_are_answered(world: &World) -> Result<(), Phrase> {
    let since = world.last_command_at();
    let mut devices = world.processes::<Device>().peekable();
    if devices.peek().is_none() {
        return Err(phrase!("property.no-device-runs"));
    }
    let waits = |device: &Device| device.waits_since().is_some_and(|captured| captured <= since);
    match devices.find(|(_, device)| device.answered() == 0 || waits(device)) {
        None => Ok(()),
        Some((node, _)) => Err(phrase!("property.device-waits", device = world.network().name(node))),
    }
}

fn gateways(world: &World) -> impl Iterator<Item = &Gateway> {
    world.processes::<Gateway>().map(|(_, gateway)| gateway)
}

fn outcomes(world: &World) -> impl Iterator<Item = &Outcome> {
    world.processes::<Device>().filter_map(|(_, device)| device.last())
}

/// The latencies that running devices keep, the last 500 of each, with the deadline as it is now.
fn latencies(world: &World) -> Vec<(Duration, Duration)> {
    let mut all = Vec::new();
    for (node, device) in world.processes::<Device>() {
        let deadline = world.node(node).settings.duration("deadline");
        all.extend(device.latencies().map(|latency| (latency, deadline)));
    }
    all
}

/// The least latency that so many of a hundred utterances do not exceed, exactly, over those that are kept.
fn percentile(world: &World, percent: usize) -> Option<f64> {
    let mut sorted = latencies(world);
    sort_by_key(&mut sorted, |(latency, _)| *latency);
    let (latency, _) = sorted.get((sorted.len() * percent).div_ceil(100).checked_sub(1)?)?;
    Some(latency.as_micros() as f64 / 1e3)
}

/// The share of those that are kept that were answered within the deadline as it is now.
fn in_time(world: &World) -> Option<f64> {
    let all = latencies(world);
    let good = all.iter().filter(|(latency, deadline)| latency <= deadline).count();
    (!all.is_empty()).then(|| 100.0 * good as f64 / all.len() as f64)
}

/// How many times as long one processor like the gateway's takes all by itself as the last utterance took at the gateway.
fn speed_up(world: &World) -> Option<f64> {
    gateways(world).find_map(Gateway::last_measured).map(|measured| measured.speed_up())
}
