//! One direction of a link: its settings, the faults in force, its queue and its luck.

use std::collections::VecDeque;

use crate::sim::fault::Effect;
use crate::sim::link::{Crossing, LinkSettings};
use crate::sim::random::Rng;
use crate::sim::time::{Duration, Time};
use crate::sim::trace::Cause;

use super::node::InForce;
use super::packet::{GAP, Packet};

/// One direction of a link.
#[derive(Clone)]
pub struct DirectionState {
    /// As it was set.
    pub base: LinkSettings,
    /// As it is, with the faults in force.
    pub settings: LinkSettings,
    /// The faults in force, in the catalogue's order.
    pub faults: Vec<InForce>,
    /// Which of them cut it.
    pub(in crate::sim) cut_by: Option<Cause>,
    pub(in crate::sim) queue: VecDeque<u32>,
    pub(in crate::sim) busy: bool,
    last_arrival: Time,
    pub(super) rng: Rng,
}

/// What the faults of a direction made of a packet.
pub(super) struct Judged {
    pub(super) lost: Option<Cause>,
    pub(super) altered: bool,
    pub(super) copies: u32,
    pub(super) held_up: Duration,
}

impl DirectionState {
    pub(super) fn new(settings: LinkSettings, rng: Rng) -> DirectionState {
        DirectionState {
            base: settings.clone(),
            settings,
            faults: Vec::new(),
            cut_by: None,
            queue: VecDeque::new(),
            busy: false,
            last_arrival: Time::ZERO,
            rng,
        }
    }

    /// How many messages wait for the wire.
    pub fn queued(&self) -> usize {
        self.queue.len()
    }

    pub(super) fn judge(&mut self, packet: &mut Packet) -> Judged {
        let mut judged = Judged { lost: self.cut_by, altered: false, copies: 0, held_up: Duration::ZERO };
        for InForce { index, fault } in &self.faults {
            let cause = Cause::Fault(*index);
            let Effect::Crossing(judge) = fault.kind.effect else { continue };
            let mut crossing = Crossing {
                bytes: &mut packet.bytes,
                rng: &mut self.rng,
                lost: false,
                altered: false,
                copies: 0,
                held_up: Duration::ZERO,
                mean_latency: self.settings.latency.mean(),
            };
            judge(&fault.amount, &mut crossing);
            judged.altered |= crossing.altered;
            judged.copies += crossing.copies;
            judged.held_up += crossing.held_up;
            judged.lost = judged.lost.or(crossing.lost.then_some(cause));
        }
        judged
    }

    /// When something that leaves now arrives. A wire keeps its order: only what is held up lets others overtake it.
    pub(super) fn arrival(&mut self, leaves: Time, held_up: Duration) -> Time {
        let arrives = leaves + self.settings.latency.draw(&mut self.rng);
        if held_up > Duration::ZERO {
            return arrives + held_up;
        }
        self.last_arrival = self.last_arrival.max(arrives);
        self.last_arrival
    }

    /// Where a lost packet falls off: at the gap of a cut wire, or anywhere in the middle part of a whole one.
    pub(super) fn fall_point(&mut self) -> u16 {
        if self.settings.up { 250 + self.rng.below(500) as u16 } else { GAP }
    }
}
