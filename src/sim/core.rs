//! The state of the world but for its processes, and the rules by which messages cross it.
//!
//! A message sent enters a direction of a link: it waits if the wire is busy, is judged by the faults in force as it goes on
//! the wire, and then either arrives or falls off on the way. In-flight messages live in numbered slots; what is due for a
//! slot carries a ticket, so that whatever became of the message in between, a stale entry of the agenda does nothing.

mod by_hand;
mod bytes;
mod direction;
mod hash;
mod node;
mod packet;
mod sending;

use std::collections::VecDeque;

use crate::words::Phrase;

use super::agenda::{Agenda, Due};
use super::link::LinkSettings;
use super::network::{DirectionId, Network, NodeId};
use super::process::{Sort, Timer};
use super::property::Standing;
use super::random::{Rng, name_hash};
use super::routes::Routes;
use super::settings::Settings;
use super::time::{Duration, Time};
use super::trace::{Event, PacketId, Position, Record, Trace};

pub use direction::DirectionState;
pub use node::{InForce, NodeState, PendingTimer};
pub(super) use packet::Outgoing;
pub use packet::{Input, Leg, Loss, Packet};

use hash::{mix, mix_bytes, mix_event};

/// The state of the world but for its processes.
#[derive(Clone)]
pub struct Core {
    pub(super) now: Time,
    pub(super) agenda: Agenda,
    pub(super) nodes: Vec<NodeState>,
    pub(super) directions: Vec<DirectionState>,
    pub(super) packets: Vec<Option<Packet>>,
    free_slots: Vec<u32>,
    tickets: u32,
    pub(super) routes: Routes,
    pub(super) standings: Vec<Standing>,
    pub(super) losses: VecDeque<Loss>,
    pub(super) counts: Counts,
    pub(super) position: Position,
    pub(super) hash: u64,
    pub(super) seed: u64,
}

/// How many messages met which end.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Counts {
    /// Sent, copies that the network made not among them.
    pub sent: u64,
    /// Arrived and understood.
    pub delivered: u64,
    /// Lost, for whatever reason.
    pub lost: u64,
    /// Events that happened by themselves.
    pub events: u64,
}

impl Core {
    pub(super) fn new(network: &Network, seed: u64, nodes: Vec<Settings>, links: Vec<LinkSettings>) -> Core {
        let node =
            |(info, settings): (&super::network::NodeInfo, Settings)| NodeState::new(info, settings, seed);
        let direction = |(index, settings): (usize, LinkSettings)| {
            let id = DirectionId(index as u32);
            let name =
                format!("link {}>{}", network.name(network.source(id)), network.name(network.target(id)));
            DirectionState::new(settings, Rng::stream(seed, &name))
        };
        Core {
            now: Time::ZERO,
            agenda: Agenda::default(),
            nodes: network.nodes.iter().zip(nodes).map(node).collect(),
            directions: links.into_iter().enumerate().map(direction).collect(),
            packets: Vec::new(),
            free_slots: Vec::new(),
            tickets: 0,
            routes: Routes::default(),
            standings: network.properties.iter().map(|property| property.kind.initially()).collect(),
            losses: VecDeque::new(),
            counts: Counts::default(),
            position: Position::default(),
            hash: 0,
            seed,
        }
    }

    pub(super) fn now(&self) -> Time {
        self.now
    }

    pub(super) fn node(&self, node: NodeId) -> &NodeState {
        &self.nodes[node.index()]
    }

    pub(super) fn node_mut(&mut self, node: NodeId) -> &mut NodeState {
        &mut self.nodes[node.index()]
    }

    pub(super) fn direction_mut(&mut self, direction: DirectionId) -> &mut DirectionState {
        &mut self.directions[direction.index()]
    }

    // Records.

    pub(super) fn record(&mut self, trace: &mut Trace, event: Event) {
        let record = Record { time: self.now, event };
        self.hash = mix_event(self.hash, self.now, &event);
        trace.push(self.position, record);
        self.position.records += 1;
        if let Event::Delivered { .. } = event {
            self.counts.delivered += 1;
        }
    }

    pub(super) fn record_phrase(
        &mut self,
        trace: &mut Trace,
        phrase: Phrase,
        event: impl FnOnce(u32) -> Event,
    ) {
        // The hash takes the phrase's key and values, not its words, so that a run hashes alike in every language.
        self.hash = mix(self.hash, name_hash(phrase.key().name()));
        phrase.args().iter().for_each(|(_, value)| self.hash = mix(self.hash, name_hash(value)));
        let index = self.position.phrases as u32;
        trace.push_phrase(self.position.phrases, phrase);
        self.position.phrases += 1;
        self.record(trace, event(index));
    }

    fn record_packet(
        &mut self,
        trace: &mut Trace,
        ends: (NodeId, NodeId),
        sort: Sort,
        bytes: &[u8],
    ) -> PacketId {
        let id = PacketId(self.position.packets as u64);
        self.hash = mix_bytes(self.hash, bytes);
        trace.push_packet(self.position, ends, sort, bytes);
        self.position.packets += 1;
        id
    }

    // Timers.

    pub(super) fn set_timer(&mut self, node: NodeId, timer: Timer, after: Duration, covers: Option<u64>) {
        let ticket = self.new_ticket();
        let (set_at, due_at) = (self.now, self.now + after.at_least_shortest());
        let state = &mut self.nodes[node.index()];
        state.forget_waiting(timer);
        let timers = &mut state.timers;
        let pending = PendingTimer { timer, set_at, due_at, ticket, covers };
        match timers.iter_mut().find(|pending| pending.timer == timer) {
            Some(set) => *set = pending,
            None => timers.push(pending),
        }
        self.agenda.schedule(due_at, Due::Timer { node, ticket });
    }

    pub(super) fn cancel_timer(&mut self, node: NodeId, timer: Timer) {
        let state = self.node_mut(node);
        state.timers.retain(|pending| pending.timer != timer);
        state.forget_waiting(timer);
    }

    /// The timer that is due by this ticket, unless it was cancelled or set anew. Completes the sync that it reports.
    pub(super) fn take_timer(&mut self, node: NodeId, ticket: u32) -> Option<Timer> {
        let state = self.node_mut(node);
        let at = state.timers.iter().position(|pending| pending.ticket == ticket)?;
        let pending = state.timers.swap_remove(at);
        if let Some(last_write) = pending.covers {
            state.disk.complete_sync(last_write);
        }
        Some(pending.timer)
    }

    fn new_ticket(&mut self) -> u32 {
        self.tickets = self.tickets.wrapping_add(1);
        self.tickets
    }
}
