//! The run hash: every event as numbers, and how they are mixed.

use crate::sim::digest::first_bits;
use crate::sim::random::name_hash;
use crate::sim::time::Time;
use crate::sim::trace::{Cause, Event, LossPlace};

/// One step of the run hash: every bit of what went before and of `word` changes the outcome.
pub(super) fn mix(hash: u64, word: u64) -> u64 {
    let folded = u128::from(hash ^ word ^ 0x9e37_79b9_7f4a_7c15) * u128::from(0xd6e8_feb8_6659_fd93_u64);
    (folded as u64) ^ ((folded >> 64) as u64).rotate_left(23) ^ hash.rotate_left(7)
}

/// Takes an event into the run hash. Each step of [`mix`] waits for the one before, so the event's numbers are brought together apart from
/// them, at the same time.
pub(super) fn mix_event(hash: u64, now: Time, event: &Event) -> u64 {
    let [kind, first, second, third] = hash_words(event);
    let hash = mix(hash, now.as_micros().rotate_left(32) ^ together(kind, first));
    mix(hash, together(second, third))
}

/// Takes the bytes of a message into the run hash.
pub(super) fn mix_bytes(hash: u64, bytes: &[u8]) -> u64 {
    bytes.chunks(16).fold(hash, |hash, chunk| {
        let (first, second) = chunk.split_at(chunk.len().min(8));
        mix(hash, together(first_bits(first), first_bits(second)))
    })
}

/// One number that depends on every bit of both.
fn together(a: u64, b: u64) -> u64 {
    let product = u128::from(a ^ 0xa076_1d64_78bd_642f_u64) * u128::from(b ^ 0xe703_7ed1_a0b4_28db_u64);
    (product as u64) ^ ((product >> 64) as u64)
}

/// An event as numbers, for the run hash.
fn hash_words(event: &Event) -> [u64; 4] {
    let place = |place: LossPlace| match place {
        LossPlace::Direction(direction) => u64::from(direction.0) << 1,
        LossPlace::Node(node) => u64::from(node.0) << 1 | 1,
    };
    match *event {
        Event::Commanded { phrase } => [1, phrase.into(), 0, 0],
        Event::Sent { packet, from, to } => [2, packet.0, from.0.into(), to.0.into()],
        Event::Forwarded { packet, node } => [3, packet.0, node.0.into(), 0],
        Event::Delivered { packet, node } => [4, packet.0, node.0.into(), 0],
        Event::Lost { packet, place: at, cause } => [5, packet.0, place(at), cause_number(cause)],
        Event::Altered { packet, direction } => [6, packet.0, direction.0.into(), 0],
        Event::Duplicated { packet, copy } => [7, packet.0, copy.0, 0],
        Event::Fired { node, timer } => [8, node.0.into(), name_hash(timer.name), timer.key],
        Event::Noted { node, phrase } => [9, node.0.into(), phrase.into(), 0],
        Event::Answered { node, phrase } => [10, node.0.into(), phrase.into(), 0],
        Event::Down { node } => [11, node.0.into(), 0, 0],
        Event::Up { node } => [12, node.0.into(), 0, 0],
        Event::Property { index, good } => [13, index.into(), good.into(), 0],
    }
}

fn cause_number(cause: Cause) -> u64 {
    match cause {
        Cause::QueueFull => 1,
        Cause::NodeDown => 2,
        Cause::NoLink => 3,
        Cause::NoRoute => 4,
        Cause::TooManyHops => 5,
        Cause::Unreadable => 6,
        Cause::ByHand => 7,
        Cause::Fault(index) => 16 + u64::from(index),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sim::trace::PacketId;

    #[test]
    fn whatever_differs_makes_another_hash() {
        let event = |packet, node| Event::Forwarded {
            packet: PacketId(packet),
            node: crate::sim::network::NodeId(node),
        };
        let hash = |micros, packet, node| mix_event(7, Time::from_micros(micros), &event(packet, node));
        let mut hashes = Vec::new();
        for (micros, packet, node) in
            (0..8).flat_map(|a| (0..8).flat_map(move |b| (0..8).map(move |c| (a, b, c))))
        {
            hashes.push(hash(micros, packet, node));
        }
        for length in 1..40 {
            hashes.extend((0..length).map(|at| {
                let mut bytes = vec![0x55; length];
                bytes[at] ^= 1;
                mix_bytes(7, &bytes)
            }));
        }
        let all = hashes.len();
        hashes.sort_unstable();
        hashes.dedup();
        assert_eq!(hashes.len(), all);
    }
}
