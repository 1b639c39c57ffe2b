//! How commands are carried out: faults put in force and taken back, requests, settings, and how a node falls and rises.

use std::sync::Arc;

use crate::sim::agenda::Due;
use crate::sim::command::{Command, Place};
use crate::sim::core::{InForce, Input};
use crate::sim::fault::{Condition, Effect, Fault, FaultKind};
use crate::sim::network::{DirectionId, LinkId, NodeId};
use crate::sim::settings::{POWER_FROM, Value};
use crate::sim::trace::{Cause, Event, LossPlace, Trace};
use crate::sorted::sort_by_key;
use crate::word;
use crate::words::Phrase;

use super::World;

impl World {
    pub(super) fn carry_out(&mut self, command: &Command, trace: &mut Trace) {
        let said = self.told(command);
        self.core.record_phrase(trace, said, |phrase| Event::Commanded { phrase });
        self.last_command_at = self.core.now;
        match command {
            Command::Inject { place, fault } => self.inject(*place, fault, trace),
            Command::Heal { place, kind } => {
                self.change_faults(*place, trace, |faults, _| {
                    faults.retain(|in_force| kind.is_some_and(|kind| in_force.fault.kind != kind));
                });
                self.end_spells();
            }
            Command::Request { node, text } => {
                if self.is_running(*node) {
                    self.take_in(*node, Input::Request(text.clone()), trace);
                } else {
                    let unheard = Phrase::new(word!("note.unheard-request"));
                    self.core.record_phrase(trace, unheard, |phrase| Event::Noted { node: *node, phrase });
                }
            }
            Command::Set { place, setting, value } => self.set(*place, setting, value, trace),
            Command::Message { packet, deed } => self.play_network(*packet, *deed, trace),
            Command::Timer { node, timer, deed } => self.play_clock(*node, timer, *deed, trace),
        }
    }

    fn inject(&mut self, place: Place, fault: &Fault, trace: &mut Trace) {
        self.change_faults(place, trace, |faults, index| {
            faults.retain(|in_force| in_force.fault.kind != fault.kind);
            faults.push(InForce { index: index(fault.kind), fault: fault.clone() });
            sort_by_key(faults, |in_force| in_force.index);
        });
        self.begin_spell(fault.kind, place);
    }

    /// Ends a node's process. From then on the fault is in force that takes a node down and does nothing else, as if somebody
    /// had put it there, so that it is taken back in the same way.
    pub(super) fn kill(&mut self, node: NodeId, trace: &mut Trace) {
        let state = self.core.node_mut(node);
        state.is_to_be_killed = false;
        state.kills += 1;
        let only_down = Condition { down: true, ..Condition::default() };
        let is_crash = |kind: &&&'static FaultKind| {
            let Effect::Node(change) = kind.effect else { return false };
            let mut condition = Condition::default();
            change(&kind.usual_amount(), &mut condition);
            condition == only_down
        };
        if let Some(kind) = self.network.catalogue.faults.iter().find(is_crash).copied() {
            self.inject(Place::Node(node), &Fault { kind, amount: kind.usual_amount() }, trace);
        }
    }

    fn set(&mut self, place: Place, setting: &str, value: &Value, trace: &mut Trace) {
        match place {
            Place::Node(node) => {
                let state = self.core.node_mut(node);
                state.settings.set(setting, value.clone());
                state.version += 1;
                if setting == POWER_FROM {
                    self.fold_node(node, trace);
                }
                if self.is_running(node) {
                    self.take_in(node, Input::Settings, trace);
                }
            }
            Place::Link(_) | Place::Direction(_) => {
                for direction in directions_of(place) {
                    self.core.direction_mut(direction).base.set(setting, value);
                    self.fold_direction(direction, trace);
                }
            }
        }
    }

    fn change_faults(
        &mut self,
        place: Place,
        trace: &mut Trace,
        change: impl Fn(&mut Vec<InForce>, &dyn Fn(&FaultKind) -> u8),
    ) {
        let network = Arc::clone(&self.network);
        let index = |kind: &FaultKind| {
            let faults = network.catalogue.faults;
            faults
                .iter()
                .position(|known| *known == kind)
                .and_then(|at| u8::try_from(at).ok())
                .unwrap_or(u8::MAX)
        };
        if let Place::Node(node) = place {
            change(&mut self.core.node_mut(node).faults, &index);
            self.fold_node(node, trace);
        }
        for direction in directions_of(place) {
            change(&mut self.core.direction_mut(direction).faults, &index);
            self.fold_direction(direction, trace);
        }
    }

    /// Makes of a direction what the faults in force make of its settings.
    fn fold_direction(&mut self, direction: DirectionId, trace: &mut Trace) {
        let state = self.core.direction_mut(direction);
        let was_up = state.settings.up;
        let mut settings = state.base.clone();
        let mut cause = None;
        for InForce { index, fault } in &state.faults {
            if let Effect::Link(change) = fault.kind.effect {
                change(&fault.amount, &mut settings);
                cause = cause.or((!settings.up).then_some(Cause::Fault(*index)));
            }
        }
        state.settings = settings;
        state.cut_by = cause;
        self.core.release_queue(trace, direction);
        if let Some(cause) = cause
            && was_up
        {
            self.core.sever(direction, cause);
        }
        self.core.routes.clear();
        self.find_islands();
        self.pass_power_along(direction, trace);
    }

    /// Makes of a node what the faults in force make of it, and lets it fall or rise accordingly.
    pub(super) fn fold_node(&mut self, node: NodeId, trace: &mut Trace) {
        let has_power = self.has_power(node);
        let state = self.core.node_mut(node);
        let mut condition = Condition::default();
        for InForce { fault: Fault { kind, amount }, .. } in &state.faults {
            if let Effect::Node(change) = kind.effect {
                change(amount, &mut condition);
            }
        }
        condition.down |= !has_power;
        let before = std::mem::replace(&mut state.condition, condition.clone());
        state.version += 1;
        state.ever_byzantine |= condition.strategy.is_some();
        state.ever_lost_disk |= condition.disk_lost;
        state.disk.set_full(condition.disk_full);
        if condition.disk_lost {
            state.disk.wipe();
        }
        match (before.down, condition.down) {
            (false, true) => {
                if !has_power {
                    let said = Phrase::new(word!("note.no-power"));
                    self.core.record_phrase(trace, said, |phrase| Event::Noted { node, phrase });
                }
                self.fall(node, trace);
            }
            (true, false) => self.rise(node, trace),
            _ if before.paused != condition.paused => self.pause_or_resume(node, condition.paused),
            _ => {}
        }
    }

    fn fall(&mut self, node: NodeId, trace: &mut Trace) {
        self.core.record(trace, Event::Down { node });
        self.processes[node.index()] = None;
        let now = self.core.now;
        let state = self.core.node_mut(node);
        state.down_since = Some(now);
        state.falls += 1;
        state.epoch += 1;
        state.timers.clear();
        state.told.clear();
        state.disk.forget_unsynced();
        for input in std::mem::take(&mut state.inbox) {
            if let Input::Packet(slot) = input {
                self.core.lose(trace, slot, LossPlace::Node(node), 1_000, Cause::NodeDown);
            }
        }
        self.core.lose_held_back(trace, node);
        self.core.routes.clear();
        self.find_islands();
        self.pass_power(node, trace);
    }

    fn rise(&mut self, node: NodeId, trace: &mut Trace) {
        self.core.record(trace, Event::Up { node });
        let now = self.core.now;
        let state = self.core.node_mut(node);
        state.busy_until = now;
        state.down_since = None;
        self.processes[node.index()] = Some((self.network.role(node).spawn)());
        self.core.routes.clear();
        self.find_islands();
        self.take_in(node, Input::Restart, trace);
        self.pass_power(node, trace);
    }

    fn pause_or_resume(&mut self, node: NodeId, paused: bool) {
        let now = self.core.now;
        let state = self.core.node_mut(node);
        state.epoch += 1;
        if paused {
            return;
        }
        let (epoch, each) = (state.epoch, state.condition.slowness.at_least_shortest());
        let waiting = state.inbox.len() as u64;
        state.busy_until = now + each * waiting;
        for number in 1..=waiting {
            self.core.agenda.schedule(now + each * number, Due::Handle { node, epoch });
        }
    }
}

pub(super) fn directions_of(place: Place) -> impl Iterator<Item = DirectionId> {
    let (link, one): (Option<LinkId>, Option<DirectionId>) = match place {
        Place::Node(_) => (None, None),
        Place::Link(link) => (Some(link), None),
        Place::Direction(direction) => (None, Some(direction)),
    };
    link.into_iter().flat_map(LinkId::directions).chain(one)
}
