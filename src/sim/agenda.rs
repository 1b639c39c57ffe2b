//! The agenda: what happens by itself, ordered by (time, order of scheduling). Nothing else decides what comes first.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use super::network::{DirectionId, NodeId};
use super::time::Time;

/// Something due.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(super) enum Due {
    /// A packet reaches the end of a link, or the place where it is lost.
    Arrive { slot: u32, ticket: u32 },
    /// A packet is wholly on the wire: the next in the queue may follow.
    WireFree { direction: DirectionId },
    /// A timer goes off.
    Timer { node: NodeId, ticket: u32 },
    /// A node gets round to the first thing that waits for it.
    Handle { node: NodeId, epoch: u32 },
    /// A Byzantine node sends what it held back.
    Emit { slot: u32, ticket: u32 },
}

/// What is due, the soonest first.
#[derive(Clone, Debug, Default)]
pub(super) struct Agenda {
    heap: BinaryHeap<Reverse<(Time, u64, Due)>>,
    scheduled: u64,
}

impl Agenda {
    pub(super) fn schedule(&mut self, at: Time, due: Due) {
        self.scheduled += 1;
        self.heap.push(Reverse((at, self.scheduled, due)));
    }

    /// How much memory it takes, about.
    pub(super) fn bytes(&self) -> usize {
        self.heap.len() * size_of::<Reverse<(Time, u64, Due)>>()
    }

    pub(super) fn next_time(&self) -> Option<Time> {
        self.heap.peek().map(|Reverse((at, ..))| *at)
    }

    /// All that is due, in no particular order, each with what orders it: the moment, then when it was scheduled. What has come to
    /// nothing in the meantime is among it.
    pub(super) fn entries(&self) -> impl Iterator<Item = (Time, u64, Due)> {
        self.heap.iter().map(|Reverse(entry)| *entry)
    }

    pub(super) fn pop(&mut self) -> Option<(Time, Due)> {
        self.heap.pop().map(|Reverse((at, _, due))| (at, due))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_due_first_comes_first_and_then_what_was_scheduled_first() {
        let mut agenda = Agenda::default();
        let due = |number| Due::WireFree { direction: DirectionId(number) };
        let at = Time::from_micros;
        for (time, number) in [(5, 9), (3, 7), (5, 1), (3, 2)] {
            agenda.schedule(at(time), due(number));
        }
        assert_eq!(agenda.next_time(), Some(at(3)));
        let order: Vec<_> = std::iter::from_fn(|| agenda.pop()).collect();
        assert_eq!(order, [(at(3), due(7)), (at(3), due(2)), (at(5), due(9)), (at(5), due(1))]);
    }
}
