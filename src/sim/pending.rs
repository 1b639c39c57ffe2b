//! What can happen next: messages on their way and timers that are set, as plain data, in the order in which they are due.

use super::agenda::Due;
use super::command::{Command, MessageDeed, TimerDeed};
use super::core::{Leg, Packet};
use super::network::{DirectionId, NodeId};
use super::process::{Sort, Timer};
use super::time::{Duration, Time};
use super::trace::{Cause, PacketId, describe_bytes};
use super::world::World;

use crate::sorted::sort_by_key;

/// Something that can happen next.
#[derive(Clone, PartialEq, Debug)]
pub struct Pending {
    /// When it happens by itself; nothing for a message that waits for a wire.
    pub due: Option<Time>,
    /// What.
    pub what: What,
}

/// What can happen.
#[derive(Clone, PartialEq, Debug)]
pub enum What {
    /// The part of its way ends that a message is on.
    Message {
        /// Which.
        packet: PacketId,
        /// Who sent it.
        from: NodeId,
        /// Who is to have it.
        to: NodeId,
        /// Where it is.
        way: Way,
        /// What it says; `None` if it cannot be read.
        label: Option<String>,
        /// What sort it was as it was sent.
        sort: Sort,
        /// Why it will not arrive, if that is decided.
        lost: Option<Cause>,
    },
    /// A timer goes off.
    Timer {
        /// Whose.
        node: NodeId,
        /// Which.
        timer: Timer,
        /// Whether it reports that a disk is done.
        is_sync: bool,
    },
}

/// Where a message on its way is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Way {
    /// It travels over a direction of a link.
    Flying(DirectionId),
    /// It waits for a wire, and so many go before it.
    Queued(DirectionId, usize),
    /// A node holds it back.
    HeldBack(NodeId),
}

impl Pending {
    /// Lets it happen now.
    pub fn now(&self) -> Command {
        self.by_hand(MessageDeed::Deliver, TimerDeed::Fire)
    }

    /// Lets it happen so much later.
    pub fn later(&self, by: Duration) -> Command {
        self.by_hand(MessageDeed::Postpone(by), TimerDeed::Postpone(by))
    }

    /// Does something to it that can only be done to a message.
    pub fn as_message(&self, deed: MessageDeed) -> Option<Command> {
        match self.what {
            What::Message { packet, .. } => Some(Command::Message { packet, deed }),
            What::Timer { .. } => None,
        }
    }

    fn by_hand(&self, message: MessageDeed, deed: TimerDeed) -> Command {
        match self.what {
            What::Message { packet, .. } => Command::Message { packet, deed: message },
            What::Timer { node, timer, .. } => Command::Timer { node, timer: timer.into(), deed },
        }
    }
}

impl World {
    /// What can happen next, what is due first to begin with, but no more than so much of it; and how much there is. Messages that
    /// wait for a wire come last, each wire's in their order.
    pub fn pending(&self, at_most: usize) -> (Vec<Pending>, usize) {
        let mut due: Vec<_> = self.core().agenda.entries().filter(|(.., due)| self.is_live(*due)).collect();
        sort_by_key(&mut due, |(at, order, _)| (*at, *order));
        let directions = self.network().link_ids().flat_map(|link| link.directions());
        let queued = directions.flat_map(|direction| {
            let waiting = self.queue(direction).enumerate();
            waiting.map(move |(before, packet)| (packet, Way::Queued(direction, before)))
        });
        let queued: Vec<_> = queued.collect();
        let count = due.len() + queued.len();
        let due = due.into_iter().filter_map(|(at, _, due)| self.pending_due(at, due));
        let queued = queued.into_iter().map(|(packet, way)| self.pending_message(None, packet, way));
        (due.chain(queued).take(at_most).collect(), count)
    }

    /// Whether something due will happen and is one that a watcher can take in hand.
    fn is_live(&self, due: Due) -> bool {
        match due {
            Due::Arrive { slot, ticket } | Due::Emit { slot, ticket } => {
                self.packet_in(slot).is_some_and(|packet| packet.has_ticket(ticket))
                    && self.core().is_on_its_way(slot)
            }
            Due::Timer { node, ticket } => self.pending_timer(node, ticket).is_some(),
            Due::WireFree { .. } | Due::Handle { .. } => false,
        }
    }

    fn pending_timer(&self, node: NodeId, ticket: u32) -> Option<&super::core::PendingTimer> {
        self.node(node).timers().iter().find(|pending| pending.ticket() == ticket)
    }

    fn pending_due(&self, at: Time, due: Due) -> Option<Pending> {
        match due {
            Due::Arrive { slot, .. } | Due::Emit { slot, .. } => {
                let packet = self.packet_in(slot)?;
                let way = match packet.leg {
                    Leg::Flying { direction, .. } => Way::Flying(direction),
                    Leg::Queued(direction) => Way::Queued(direction, 0),
                    Leg::At(node) => Way::HeldBack(node),
                };
                Some(self.pending_message(Some(at), packet, way))
            }
            Due::Timer { node, ticket } => {
                let pending = self.pending_timer(node, ticket)?;
                let what = What::Timer { node, timer: pending.timer, is_sync: pending.is_sync() };
                Some(Pending { due: Some(at), what })
            }
            Due::WireFree { .. } | Due::Handle { .. } => None,
        }
    }

    fn pending_message(&self, due: Option<Time>, packet: &Packet, way: Way) -> Pending {
        let lost = match packet.leg {
            Leg::Flying { lost, .. } => lost.map(|(_, cause)| cause),
            Leg::Queued(_) | Leg::At(_) => None,
        };
        let label = describe_bytes(self.network(), &packet.bytes).map(|description| description.label);
        let Packet { id, from, to, sort, .. } = *packet;
        Pending { due, what: What::Message { packet: id, from, to, way, label, sort, lost } }
    }
}
