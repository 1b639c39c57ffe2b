//! Messages and timers that the watcher takes in hand. Nothing is drawn by chance for what is done here, so that a message
//! taken in hand reshuffles no other's luck; only one that is put on the wire is judged there as any other.

use crate::sim::agenda::Due;
use crate::sim::command::TimerName;
use crate::sim::network::{DirectionId, Network, NodeId};
use crate::sim::time::{Duration, Time};
use crate::sim::trace::{Cause, Event, LossPlace, PacketId, Trace};

use super::packet::{Input, Leg, way_part};
use super::{Core, PendingTimer};

impl Core {
    /// The slot of a message that is on its way: sent, and neither at an end nor among what waits for its receiver.
    pub(in crate::sim) fn slot_on_its_way(&self, id: PacketId) -> Option<u32> {
        let of_it = |packet: &Option<super::Packet>| packet.as_ref().is_some_and(|packet| packet.id == id);
        let slot = self.packets.iter().position(of_it)? as u32;
        self.is_on_its_way(slot).then_some(slot)
    }

    /// Whether a message in a slot is on its way.
    pub(in crate::sim) fn is_on_its_way(&self, slot: u32) -> bool {
        match self.packets.get(slot as usize).and_then(Option::as_ref).map(|packet| packet.leg) {
            Some(Leg::At(node)) => {
                let waits = |input: &Input| matches!(input, Input::Packet(waiting) if *waiting == slot);
                !self.node(node).inbox.iter().any(waits)
            }
            Some(Leg::Flying { .. } | Leg::Queued(_)) => true,
            None => false,
        }
    }

    /// Makes what is due for a message stale, and gives the ticket that counts from now on.
    pub(in crate::sim) fn renew_ticket(&mut self, slot: u32) -> Option<u32> {
        let ticket = self.new_ticket();
        self.packets[slot as usize].as_mut().map(|packet| {
            packet.ticket = ticket;
            ticket
        })
    }

    /// Sends what waits for a wire past the others: on the wire at once, and beside what is on it.
    pub(in crate::sim) fn jump_queue(&mut self, trace: &mut Trace, slot: u32, direction: DirectionId) {
        self.leave_queue(slot, direction);
        self.launch(trace, slot, direction, Duration::ZERO);
    }

    /// Takes a message away.
    pub(in crate::sim) fn take_away(&mut self, network: &Network, trace: &mut Trace, slot: u32) {
        let Some(packet) = &self.packets[slot as usize] else { return };
        let (place, thousandths) = match packet.leg {
            Leg::Flying { direction, departs, arrives, .. } => {
                (LossPlace::Direction(direction), part_done(departs, arrives, self.now))
            }
            Leg::Queued(direction) => {
                self.leave_queue(slot, direction);
                (LossPlace::Node(network.source(direction)), 0)
            }
            Leg::At(node) => (LossPlace::Node(node), 0),
        };
        self.lose(trace, slot, place, thousandths, Cause::ByHand);
    }

    /// Sets a second one like it on its way, where it is; it arrives right after it.
    pub(in crate::sim) fn copy_by_hand(&mut self, trace: &mut Trace, slot: u32) {
        let Some(mut copy) = self.packets[slot as usize].clone() else { return };
        let (original, leg, due) = (copy.id, copy.leg, self.due_of(slot));
        copy.id = self.record_packet(trace, (copy.from, copy.to), copy.sort, &copy.bytes);
        self.record(trace, Event::Duplicated { packet: original, copy: copy.id });
        let is_for_itself = matches!(leg, Leg::At(node) if node == copy.to);
        let slot = self.place(copy);
        match (leg, due) {
            (Leg::Queued(direction), _) => self.enqueue(trace, slot, direction),
            (_, Some(due)) => self.schedule_end(slot, due, matches!(leg, Leg::At(_)) && !is_for_itself),
            (_, None) => {}
        }
    }

    /// Lets a message take so much longer.
    pub(in crate::sim) fn postpone(&mut self, network: &Network, slot: u32, by: Duration) {
        let (now, due) = (self.now, self.due_of(slot));
        let Some(packet) = self.packets[slot as usize].as_mut() else { return };
        let is_for_itself = packet.leg == Leg::At(packet.to);
        match (&mut packet.leg, due) {
            (Leg::Flying { departs, arrives, lost, .. }, _) => {
                let later = *arrives + by;
                *departs = slowed(*departs, *arrives, later, now);
                *arrives = later;
                let due = way_part(*departs, later, lost.map(|(thousandths, _)| thousandths));
                self.schedule_end(slot, due.max(now + Duration::SHORTEST), false);
            }
            (Leg::Queued(direction), _) => {
                let direction = *direction;
                self.leave_queue(slot, direction);
                if let Some(packet) = self.packets[slot as usize].as_mut() {
                    packet.leg = Leg::At(network.source(direction));
                    // It is not the hop that it did not make.
                    packet.hops = packet.hops.saturating_sub(1);
                }
                self.schedule_end(slot, now + by.at_least_shortest(), true);
            }
            (Leg::At(_), Some(due)) => self.schedule_end(slot, due + by, !is_for_itself),
            (Leg::At(_), None) => {}
        }
    }

    /// The timer of a node that goes by this name, if it is set.
    pub(in crate::sim) fn timer_named(&self, node: NodeId, timer: &TimerName) -> Option<&PendingTimer> {
        self.node(node).timers.iter().find(|pending| timer.is(pending.timer))
    }

    /// Lets a timer go off so much later.
    pub(in crate::sim) fn postpone_timer(&mut self, node: NodeId, timer: &TimerName, by: Duration) {
        let ticket = self.new_ticket();
        let Some(set) = self.node_mut(node).timers.iter_mut().find(|pending| timer.is(pending.timer)) else {
            return;
        };
        set.ticket = ticket;
        set.due_at += by;
        let due_at = set.due_at;
        self.agenda.schedule(due_at, Due::Timer { node, ticket });
    }

    /// When the part of its way ends that a message is on; nothing for one that waits for a wire.
    fn due_of(&self, slot: u32) -> Option<Time> {
        let packet = self.packets[slot as usize].as_ref()?;
        let mine = |due: Due| match due {
            Due::Arrive { slot: of, ticket } | Due::Emit { slot: of, ticket } => {
                of == slot && packet.has_ticket(ticket)
            }
            _ => false,
        };
        match packet.leg {
            Leg::Queued(_) => None,
            _ => self.agenda.entries().find(|(_, _, due)| mine(*due)).map(|(at, ..)| at),
        }
    }

    /// Makes the end of the part of its way that a message is on due at a moment, and what was due before stale.
    fn schedule_end(&mut self, slot: u32, at: Time, is_held_back: bool) {
        if let Some(ticket) = self.renew_ticket(slot) {
            let due = if is_held_back { Due::Emit { slot, ticket } } else { Due::Arrive { slot, ticket } };
            self.agenda.schedule(at, due);
        }
    }

    fn leave_queue(&mut self, slot: u32, direction: DirectionId) {
        self.direction_mut(direction).queue.retain(|waiting| *waiting != slot);
    }
}

/// How much of the way is done, in thousandths.
fn part_done(departs: Time, arrives: Time, now: Time) -> u16 {
    let whole = u128::from(arrives.since(departs).as_micros().max(1));
    (u128::from(now.since(departs).as_micros()) * 1_000 / whole).min(1_000) as u16
}

/// When something would have set out that arrives later but is where it is: it goes on more slowly.
fn slowed(departs: Time, arrives: Time, later: Time, now: Time) -> Time {
    let (done, left) = (now.since(departs).as_micros(), arrives.since(now).as_micros().max(1));
    let left_later = later.since(now).as_micros();
    let done_later = u128::from(done) * u128::from(left_later) / u128::from(left);
    now - Duration::micros(u64::try_from(done_later).unwrap_or(u64::MAX))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_postponed_stays_where_it_is() {
        let at = Time::from_micros;
        // A quarter of the way is done; with four times as long to go, it is as if it had set out four times as long ago.
        assert_eq!(slowed(at(1_000), at(1_400), at(2_300), at(1_100)), at(700));
        assert_eq!(part_done(at(1_000), at(1_400), at(1_100)), part_done(at(700), at(2_300), at(1_100)));
        assert_eq!(slowed(at(0), at(400), at(u64::MAX), at(100)), at(0), "not before the run began");
        assert_eq!(part_done(at(5), at(5), at(5)), 0);
    }
}
