//! A message on its way: what it is, which part of the way it is on, and what becomes of one that is lost.

use crate::sim::network::{DirectionId, NodeId};
use crate::sim::process::{Sort, Timer};
use crate::sim::time::{Duration, Time};
use crate::sim::trace::{Cause, LossPlace, PacketId};
use crate::sim::wire::Bytes;

/// A message on its way.
#[derive(Clone, Debug)]
pub struct Packet {
    /// Which.
    pub id: PacketId,
    /// Who sent it.
    pub from: NodeId,
    /// Who is to have it.
    pub to: NodeId,
    /// What it is now; faults may have changed it.
    pub bytes: Bytes,
    /// What sort it was as it was sent.
    pub sort: Sort,
    /// Whether it was changed.
    pub altered: bool,
    /// Where it is.
    pub leg: Leg,
    pub(super) hops: u8,
    pub(super) routed: bool,
    pub(super) ticket: u32,
}

/// A message that a node hands to the network.
#[derive(Clone, Debug)]
pub(in crate::sim) struct Outgoing {
    pub from: NodeId,
    pub to: NodeId,
    pub bytes: Bytes,
    pub sort: Sort,
    /// Whether it may pass through other nodes.
    pub routed: bool,
}

/// The part of its way that a message is on.
#[derive(Clone, Copy, PartialEq, Debug)]
pub enum Leg {
    /// It waits for the wire.
    Queued(DirectionId),
    /// It travels.
    Flying {
        /// Over which direction.
        direction: DirectionId,
        /// When it set out.
        departs: Time,
        /// When it is at the other end, or would be.
        arrives: Time,
        /// Where it falls off, and why: how far it comes, in thousandths of the way.
        lost: Option<(u16, Cause)>,
    },
    /// It waits at a node that has not got round to it, or is held back by one.
    At(NodeId),
}

/// Something for a process to handle.
#[derive(Clone, Debug)]
pub enum Input {
    /// A message, by its slot.
    Packet(u32),
    /// A timer.
    Timer(Timer),
    /// A request of the node's user.
    Request(String),
    /// It is back after a crash.
    Restart,
    /// One of the node's settings was changed.
    Settings,
}

/// A message that was lost, as the picture shows it.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Loss {
    /// Which.
    pub packet: PacketId,
    /// When.
    pub at: Time,
    /// Where.
    pub place: LossPlace,
    /// How far along the direction, in thousandths.
    pub thousandths: u16,
    /// Why.
    pub cause: Cause,
    /// What sort it was.
    pub sort: Sort,
}

/// Where a cut wire has its gap, in thousandths of the way.
pub(super) const GAP: u16 = 500;

/// The moment at which a part of the way is done, in thousandths; the whole of it if none is given.
pub(in crate::sim) fn way_part(departs: Time, arrives: Time, thousandths: Option<u16>) -> Time {
    let whole = arrives.since(departs).as_micros();
    match thousandths {
        None => arrives,
        Some(part) => {
            let micros = u128::from(whole) * u128::from(part) / 1_000;
            departs + Duration::micros(micros as u64).at_least_shortest()
        }
    }
}

impl Packet {
    /// Whether what is due by this ticket still concerns it.
    pub(in crate::sim) fn has_ticket(&self, ticket: u32) -> bool {
        self.ticket == ticket
    }
}
