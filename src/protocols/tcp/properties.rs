//! What must be true of a stream, and what is read off it.
//!
//! A checksum is no signature, so once any node was Byzantine the claims say nothing more. Nor do they speak of a connection in which an end
//! took anything without a CRC-32: the Internet checksum misses words that change places, and two flipped bits that make up for each other.

use crate::sim::property::{Property, PropertyKind, Reading, seen};
use crate::sim::time::Duration;
use crate::sim::world::World;
use crate::words::Phrase;
use crate::{phrase, word};

use super::segment::is_before;
use super::{Receiver, Sender};

pub(super) const PROPERTIES: &[Property] = &[
    Property {
        name: "delivered-is-a-prefix",
        kind: PropertyKind::Always,
        title: word!("property.delivered-is-a-prefix"),
        check: delivered_is_a_prefix,
    },
    Property {
        name: "acknowledged-has-arrived",
        kind: PropertyKind::Always,
        title: word!("property.acknowledged-has-arrived"),
        check: acknowledged_has_arrived,
    },
    Property {
        name: "stream-goes-on",
        kind: PropertyKind::Eventually,
        title: word!("property.stream-goes-on"),
        check: stream_goes_on,
    },
    Property {
        name: "a-segment-is-sent-again",
        kind: PropertyKind::Sometimes,
        title: word!("property.a-segment-is-sent-again"),
        check: |world| seen(senders(world).any(|sender| sender.tally().sent_again > 0)),
    },
    Property {
        name: "wrong-bytes-arrive",
        kind: PropertyKind::Sometimes,
        title: word!("property.wrong-bytes-arrive"),
        check: |world| seen(receivers(world).any(|receiver| receiver.delivered().wrong > 0)),
    },
];

pub(super) const READINGS: &[Reading] = &[
    Reading {
        name: "delivered_bytes",
        title: word!("reading.delivered-bytes"),
        read: |world| sum(receivers(world), |receiver| receiver.delivered().bytes),
    },
    Reading {
        name: "wrong_bytes",
        title: word!("reading.wrong-bytes"),
        read: |world| sum(receivers(world), |receiver| receiver.delivered().wrong),
    },
    Reading { name: "goodput_bytes_per_second", title: word!("reading.goodput-bytes"), read: goodput },
    Reading {
        name: "segments_sent_again_percent",
        title: word!("reading.segments-sent-again-percent"),
        read: |world| {
            let sent = sum(senders(world), |sender| sender.tally().sent).filter(|sent| *sent > 0.0)?;
            Some(100.0 * sum(senders(world), |sender| sender.tally().sent_again)? / sent)
        },
    },
    Reading {
        name: "segments_refused",
        title: word!("reading.segments-refused"),
        read: |world| sum(receivers(world), |receiver| receiver.tally().refused),
    },
    Reading {
        name: "retransmission_timeouts",
        title: word!("reading.retransmission-timeouts"),
        read: |world| sum(senders(world), |sender| sender.tally().timeouts),
    },
    Reading {
        name: "fast_retransmits",
        title: word!("reading.fast-retransmits"),
        read: |world| sum(senders(world), |sender| sender.tally().fast_retransmits),
    },
    Reading {
        name: "round_trip_ms",
        title: word!("reading.round-trip-ms"),
        read: |world| Some(milliseconds(senders(world).next()?.timeout().round_trip()?)),
    },
    Reading {
        name: "retransmission_timeout_ms",
        title: word!("reading.retransmission-timeout-ms"),
        read: |world| Some(milliseconds(senders(world).next()?.timeout().length())),
    },
];

/// For how long nothing may be delivered while there is something to deliver.
const PATIENCE: Duration = Duration::secs(10);

pub(super) fn senders(world: &World) -> impl Iterator<Item = &Sender> {
    world.processes::<Sender>().map(|(_, sender)| sender)
}

pub(super) fn receivers(world: &World) -> impl Iterator<Item = &Receiver> {
    world.processes::<Receiver>().map(|(_, receiver)| receiver)
}

/// Each byte that an application has read is the one that was sent at its place, so all of them are a prefix of the stream.
fn delivered_is_a_prefix(world: &World) -> Result<(), Phrase> {
    let claimed = receivers(world).filter(|receiver| receiver.trusts_the_crc_alone());
    let wrong: u64 = claimed.map(|receiver| receiver.delivered().wrong).sum();
    match wrong {
        0 => Ok(()),
        _ if somebody_lied(world) => Ok(()),
        _ => Err(phrase!("property.wrong-bytes-delivered", wrong = wrong)),
    }
}

/// What a sender counts as acknowledged the other end of the same connection has got.
fn acknowledged_has_arrived(world: &World) -> Result<(), Phrase> {
    for (initial, unacknowledged) in
        senders(world).filter(|sender| sender.trusts_the_crc_alone()).filter_map(Sender::connection)
    {
        let same = receivers(world)
            .filter(|receiver| receiver.trusts_the_crc_alone())
            .filter_map(Receiver::connection)
            .find(|(other, _)| *other == initial);
        if let Some((_, next)) = same
            && is_before(next, unacknowledged)
            && !somebody_lied(world)
        {
            return Err(phrase!("property.acknowledged-too-much", told = unacknowledged, got = next));
        }
    }
    Ok(())
}

/// Something new was read lately, or all that there is.
fn stream_goes_on(world: &World) -> Result<(), Phrase> {
    let all: u64 = senders(world).map(Sender::acknowledged).sum();
    let is_done = senders(world).all(|sender| sender.is_done());
    let goes_on = receivers(world).any(|receiver| {
        let delivered = receiver.delivered().bytes;
        delivered > 0 && (world.now().since(receiver.moments().1) <= PATIENCE || is_done && delivered >= all)
    });
    if goes_on { Ok(()) } else { Err(phrase!("property.stream-stands-still")) }
}

fn somebody_lied(world: &World) -> bool {
    world.network().node_ids().any(|node| world.node(node).ever_byzantine)
}

/// Bytes a second that the applications have read, from the opening of their connections on.
fn goodput(world: &World) -> Option<f64> {
    let receiver = receivers(world).next()?;
    receiver.connection()?;
    let seconds = world.now().since(receiver.moments().0).as_secs_f64();
    (seconds > 0.0).then(|| receiver.delivered().bytes as f64 / seconds)
}

fn sum<T>(all: impl Iterator<Item = T>, of: fn(T) -> u64) -> Option<f64> {
    Some(all.map(of).sum::<u64>() as f64)
}

fn milliseconds(length: Duration) -> f64 {
    length.as_micros() as f64 / 1e3
}
