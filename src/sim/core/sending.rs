//! How messages cross the network: admitted, queued, judged, on the wire, passed on, lost.

use crate::sim::agenda::Due;
use crate::sim::fault::{Lie, Strategy};
use crate::sim::link::DropPolicy;
use crate::sim::network::{DirectionId, Network, NodeId};
use crate::sim::process::lie_stream_name;
use crate::sim::random::Rng;
use crate::sim::time::Duration;
use crate::sim::trace::{Cause, Event, LossPlace, Trace};

use super::Core;
use super::packet::{GAP, Leg, Loss, Outgoing, Packet, way_part};

/// How often a message may be passed on.
const HOPS_AT_MOST: u8 = 64;
/// How many losses are remembered, for the picture.
const LOSSES_REMEMBERED: usize = 128;
/// How many older messages a node keeps that replays them.
const REPLAYED_AT_MOST: usize = 16;

impl Core {
    pub(in crate::sim) fn send(&mut self, network: &Network, trace: &mut Trace, outgoing: Outgoing) {
        let from = outgoing.from;
        let slot = self.admit(trace, outgoing);
        self.forward(network, trace, from, slot);
    }

    /// Sends as a Byzantine node with this strategy does.
    pub(in crate::sim) fn send_as(
        &mut self,
        network: &Network,
        trace: &mut Trace,
        mut outgoing: Outgoing,
        strategy: &Strategy,
    ) {
        let from = outgoing.from;
        if strategy.replay {
            self.replay_one(network, trace, &outgoing);
        }
        if strategy.corrupt && !outgoing.bytes.is_empty() {
            let bit = self.node_mut(from).rng.below(outgoing.bytes.len() as u64 * 8) as usize;
            outgoing.bytes[bit / 8] ^= 1 << (bit % 8);
        }
        let slot = self.admit(trace, outgoing);
        if strategy.delay == Duration::ZERO {
            self.forward(network, trace, from, slot);
        } else if let Some(packet) = &self.packets[slot as usize] {
            let due = Due::Emit { slot, ticket: packet.ticket };
            self.agenda.schedule(self.now + strategy.delay, due);
        }
    }

    /// Sends an older message to the same receiver once more, and remembers this one.
    fn replay_one(&mut self, network: &Network, trace: &mut Trace, outgoing: &Outgoing) {
        let state = self.node_mut(outgoing.from);
        let earlier: Vec<_> = state.told.iter().filter(|told| told.to == outgoing.to).cloned().collect();
        let again = state.rng.pick(&earlier).cloned();
        if state.told.len() == REPLAYED_AT_MOST {
            state.told.pop_front();
        }
        state.told.push_back(outgoing.clone());
        if let Some(again) = again {
            self.send(network, trace, again);
        }
    }

    /// The stream that decides a node's lie to a receiver: the same each time, so that a liar keeps to its story.
    pub(in crate::sim) fn lie_stream(
        &self,
        network: &Network,
        me: NodeId,
        to: NodeId,
        lie: Lie,
    ) -> Option<Rng> {
        let name = lie_stream_name(lie, network.name(me), network.name(to))?;
        Some(Rng::stream(self.seed, &name))
    }

    /// How many of a node's role who do not lie come before it; nothing if it lies itself.
    pub(in crate::sim) fn rank_to_liars(&self, network: &Network, node: NodeId) -> Option<usize> {
        let lies = |node: NodeId| {
            self.node(node).condition.strategy.as_ref().is_some_and(|strategy| strategy.lie != Lie::None)
        };
        let players = network.nodes_with_role(network.role(node).name).iter();
        players.copied().filter(|player| !lies(*player)).position(|player| player == node)
    }

    fn admit(&mut self, trace: &mut Trace, outgoing: Outgoing) -> u32 {
        let Outgoing { from, to, bytes, sort, routed } = outgoing;
        let id = self.record_packet(trace, (from, to), sort, &bytes);
        self.record(trace, Event::Sent { packet: id, from, to });
        self.counts.sent += 1;
        let leg = Leg::At(from);
        self.place(Packet { id, from, to, bytes, sort, altered: false, leg, hops: 0, routed, ticket: 0 })
    }

    pub(super) fn place(&mut self, mut packet: Packet) -> u32 {
        packet.ticket = self.new_ticket();
        match self.free_slots.pop() {
            Some(slot) => {
                self.packets[slot as usize] = Some(packet);
                slot
            }
            None => {
                self.packets.push(Some(packet));
                (self.packets.len() - 1) as u32
            }
        }
    }

    /// Takes a packet out of its slot. A slot in the agenda or an inbox is never empty while its ticket is right.
    pub(in crate::sim) fn take_packet(&mut self, slot: u32) -> Packet {
        self.free_slots.push(slot);
        self.packets[slot as usize].take().expect("a packet is taken once")
    }

    /// Sends a packet that is at `node` on its next hop.
    pub(in crate::sim) fn forward(&mut self, network: &Network, trace: &mut Trace, node: NodeId, slot: u32) {
        let Some(packet) = &mut self.packets[slot as usize] else { return };
        if packet.to == node {
            packet.leg = Leg::At(node);
            let due = Due::Arrive { slot, ticket: packet.ticket };
            self.agenda.schedule(self.now + Duration::SHORTEST, due);
            return;
        }
        packet.hops += 1;
        let (to, routed, hops) = (packet.to, packet.routed, packet.hops);
        if hops > HOPS_AT_MOST {
            return self.lose(trace, slot, LossPlace::Node(node), 0, Cause::TooManyHops);
        }
        let hop = if routed {
            self.next_hop(network, node, to).ok_or(Cause::NoRoute)
        } else {
            network.direction(node, to).ok_or(Cause::NoLink)
        };
        match hop {
            Ok(direction) => self.enqueue(trace, slot, direction),
            Err(cause) => self.lose(trace, slot, LossPlace::Node(node), 0, cause),
        }
    }

    fn next_hop(&mut self, network: &Network, from: NodeId, to: NodeId) -> Option<DirectionId> {
        let (nodes, directions) = (&self.nodes, &self.directions);
        self.routes.next_hop(network, nodes, directions, from, to)
    }

    pub(super) fn enqueue(&mut self, trace: &mut Trace, slot: u32, direction: DirectionId) {
        let state = self.direction_mut(direction);
        if !state.busy || state.settings.bandwidth.is_none() {
            return self.depart(trace, slot, direction);
        }
        let (waiting, room) = (state.queue.len(), state.settings.queue);
        let mut refused = None;
        if waiting < room {
            state.queue.push_back(slot);
        } else {
            let victim = match state.settings.drop {
                DropPolicy::Tail => waiting,
                DropPolicy::Head => 0,
                DropPolicy::Random => state.rng.below(waiting as u64 + 1) as usize,
            };
            state.queue.push_back(slot);
            refused = state.queue.remove(victim.min(waiting));
        }
        if let Some(packet) = &mut self.packets[slot as usize] {
            packet.leg = Leg::Queued(direction);
        }
        if let Some(slot) = refused {
            self.lose(trace, slot, LossPlace::Direction(direction), 0, Cause::QueueFull);
        }
    }

    /// Puts a packet on the wire, which is busy until the last of its bytes has left.
    fn depart(&mut self, trace: &mut Trace, slot: u32, direction: DirectionId) {
        let Some(packet) = &self.packets[slot as usize] else { return };
        let state = &mut self.directions[direction.index()];
        let transmission = state.settings.transmission_time(packet.bytes.len());
        if state.settings.bandwidth.is_some() {
            state.busy = true;
            self.agenda.schedule(self.now + transmission, Due::WireFree { direction });
        }
        self.launch(trace, slot, direction, transmission);
    }

    /// The faults in force judge a packet that goes on the wire, and its arrival or its loss becomes due.
    pub(super) fn launch(
        &mut self,
        trace: &mut Trace,
        slot: u32,
        direction: DirectionId,
        transmission: Duration,
    ) {
        let Some(packet) = &mut self.packets[slot as usize] else { return };
        let state = &mut self.directions[direction.index()];
        let judged = state.judge(packet);
        let arrives = state.arrival(self.now + transmission, judged.held_up);
        let lost = judged.lost.map(|cause| (state.fall_point(), cause));
        packet.altered |= judged.altered;
        let (id, ticket) = (packet.id, packet.ticket);
        let copy = (judged.copies > 0).then(|| packet.clone());
        packet.leg = Leg::Flying { direction, departs: self.now, arrives, lost };
        let due = way_part(self.now, arrives, lost.map(|(thousandths, _)| thousandths));
        self.agenda.schedule(due, Due::Arrive { slot, ticket });
        if judged.altered {
            self.record(trace, Event::Altered { packet: id, direction });
        }
        for _ in 0..judged.copies {
            if let Some(copy) = copy.clone() {
                self.depart_copy(trace, copy, direction);
            }
        }
    }

    fn depart_copy(&mut self, trace: &mut Trace, mut copy: Packet, direction: DirectionId) {
        let original = copy.id;
        copy.id = self.record_packet(trace, (copy.from, copy.to), copy.sort, &copy.bytes);
        self.record(trace, Event::Duplicated { packet: original, copy: copy.id });
        let arrives = self.directions[direction.index()].arrival(self.now, Duration::ZERO);
        copy.leg = Leg::Flying { direction, departs: self.now, arrives, lost: None };
        let slot = self.place(copy);
        if let Some(packet) = &self.packets[slot as usize] {
            self.agenda.schedule(arrives, Due::Arrive { slot, ticket: packet.ticket });
        }
    }

    /// The wire is free: the next packet in the queue follows.
    pub(in crate::sim) fn wire_free(&mut self, trace: &mut Trace, direction: DirectionId) {
        let state = self.direction_mut(direction);
        state.busy = false;
        if let Some(slot) = state.queue.pop_front() {
            self.depart(trace, slot, direction);
        }
    }

    /// Sends on what waits for a wire that no longer makes anything wait.
    pub(in crate::sim) fn release_queue(&mut self, trace: &mut Trace, direction: DirectionId) {
        while self.direction_mut(direction).settings.bandwidth.is_none()
            && let Some(slot) = self.direction_mut(direction).queue.pop_front()
        {
            self.depart(trace, slot, direction);
        }
    }

    /// Loses what a node that went down still held back.
    pub(in crate::sim) fn lose_held_back(&mut self, trace: &mut Trace, node: NodeId) {
        for slot in 0..self.packets.len() as u32 {
            if self.packets[slot as usize].as_ref().is_some_and(|packet| packet.leg == Leg::At(node)) {
                self.lose(trace, slot, LossPlace::Node(node), 1_000, Cause::NodeDown);
            }
        }
    }

    /// Loses what is on a wire that was just cut and has not passed the gap in its middle.
    pub(in crate::sim) fn sever(&mut self, direction: DirectionId, cause: Cause) {
        for slot in 0..self.packets.len() as u32 {
            let ticket = self.tickets.wrapping_add(1);
            let Some(packet) = &mut self.packets[slot as usize] else { continue };
            let Leg::Flying { direction: over, departs, arrives, lost } = packet.leg else { continue };
            let at_gap = way_part(departs, arrives, Some(GAP));
            if over == direction && at_gap > self.now && lost.is_none_or(|(thousandths, _)| thousandths > GAP)
            {
                packet.leg = Leg::Flying { direction, departs, arrives, lost: Some((GAP, cause)) };
                packet.ticket = ticket;
                self.tickets = ticket;
                self.agenda.schedule(at_gap, Due::Arrive { slot, ticket });
            }
        }
    }

    // Losing.

    pub(in crate::sim) fn lose(
        &mut self,
        trace: &mut Trace,
        slot: u32,
        place: LossPlace,
        thousandths: u16,
        cause: Cause,
    ) {
        let packet = self.take_packet(slot);
        self.lose_packet(trace, &packet, place, thousandths, cause);
    }

    pub(in crate::sim) fn lose_unreadable(&mut self, trace: &mut Trace, packet: &Packet, node: NodeId) {
        self.lose_packet(trace, packet, LossPlace::Node(node), 0, Cause::Unreadable);
    }

    fn lose_packet(
        &mut self,
        trace: &mut Trace,
        packet: &Packet,
        place: LossPlace,
        thousandths: u16,
        cause: Cause,
    ) {
        self.record(trace, Event::Lost { packet: packet.id, place, cause });
        self.counts.lost += 1;
        if self.losses.len() == LOSSES_REMEMBERED {
            self.losses.pop_front();
        }
        let (at, sort) = (self.now, packet.sort);
        self.losses.push_back(Loss { packet: packet.id, at, place, thousandths, cause, sort });
    }
}
