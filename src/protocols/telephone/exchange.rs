//! The exchange: reserves a circuit on each side of a call, finds it a way, and takes it down.

use crate::sim::network::NodeId;
use crate::sim::process::{Context, Look, Process, Timer, timer};
use crate::sim::time::{Duration, Time};
use crate::sorted::Map;
use crate::word;

use super::circuits::{Circuits, Port, controls};
use super::{CROWD, CallReference, Cause, EXCHANGE, PHONE, Signal, Signalling, routing};

/// A telephone exchange.
#[derive(Clone, Debug, Default)]
pub struct Exchange {
    pub(super) circuits: Circuits,
    /// The calls that go through it.
    calls: Map<CallReference, Call>,
    /// The other exchanges at the ends of its trunks, and when each was last heard of.
    trunks: Map<NodeId, Time>,
    /// The circuits of each trunk.
    trunk: u16,
    /// How many calls ever came to it.
    through: u64,
    alternates: u64,
}

/// A call that goes through an exchange.
#[derive(Clone, Debug)]
struct Call {
    incoming: Port,
    outgoing: Option<Port>,
    calling: String,
    called: String,
    stage: Stage,
    /// The neighbours over which it did not get on.
    given_up: Vec<NodeId>,
    /// Whether one of its ways was not open for want of a circuit.
    found_full: bool,
}

/// How far a call has come.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
enum Stage {
    Seeking,
    AddressComplete,
    Answered,
}

impl Exchange {
    /// The circuits at its end of its lines and trunks.
    pub fn circuits(&self) -> &Circuits {
        &self.circuits
    }

    /// The circuits of each trunk.
    pub fn trunk(&self) -> u16 {
        self.trunk
    }

    /// How many calls it sent over another way than its first choice.
    pub fn alternates(&self) -> u64 {
        self.alternates
    }

    /// Whether a neighbour is not to be tried, for nothing was heard of it for too long. A phone may be silent.
    fn is_silent(&self, neighbour: NodeId, now: Time) -> bool {
        let heard_at = self.trunks.get(&neighbour);
        heard_at.is_some_and(|heard_at| now.since(*heard_at) >= self.circuits.time_out())
    }

    // Setting up.

    /// An initial address came in.
    fn take_in(&mut self, cx: &mut Context<'_, Signalling>, port: Port, call: CallReference, record: Call) {
        let held = self.circuits.at(port).copied();
        if held.is_some_and(|held| held.call == call) {
            return;
        }
        let seized_here = held.filter(|held| held.releasing.is_none() && self.seeks(held.call, port));
        if seized_here.is_some() && controls(cx.me(), port) {
            // Dual seizure: the other end gives way when it hears of this end's call.
            return;
        }
        let exists = (1..=cx.circuits_toward(port.toward, self.trunk)).contains(&port.number);
        let is_taken = held.is_some() && seized_here.is_none();
        let refusal = match self.calls.contains_key(&call) {
            _ if !exists || is_taken => Some(Cause::CircuitUnavailable),
            true => Some(Cause::RoutingError),
            false => None,
        };
        if let Some(cause) = refusal {
            return cx.signal(port, call, Signal::Release(cause));
        }
        self.circuits.free(cx.now(), port);
        self.circuits.take(cx.now(), port, call);
        self.calls.insert(call, record);
        self.through += 1;
        self.go_on(cx, call);
        if let Some(own) = seized_here {
            self.with_call(own.call, |own| own.outgoing = None);
            self.go_on(cx, own.call);
        }
    }

    /// Whether a call has sent its address over this circuit and has had no answer yet.
    fn seeks(&self, call: CallReference, port: Port) -> bool {
        let call = self.calls.get(&call);
        call.is_some_and(|call| call.outgoing == Some(port) && call.stage == Stage::Seeking)
    }

    fn with_call(&mut self, call: CallReference, change: impl FnOnce(&mut Call)) {
        if let Some(mut record) = self.calls.remove(&call) {
            change(&mut record);
            self.calls.insert(call, record);
        }
    }

    /// Sends a call over its next choice, or refuses it if no choice is left.
    fn go_on(&mut self, cx: &mut Context<'_, Signalling>, call: CallReference) {
        let Some(mut record) = self.calls.remove(&call) else { return };
        let found = self.find_way(cx, call, &mut record);
        let address =
            Signal::InitialAddress { calling: record.calling.clone(), called: record.called.clone() };
        record.outgoing = found.ok();
        self.calls.insert(call, record);
        match found {
            Ok(port) => cx.signal(port, call, address),
            Err(cause) => self.end(cx, call, cause, None),
        }
    }

    fn find_way(
        &mut self,
        cx: &Context<'_, Signalling>,
        call: CallReference,
        record: &mut Call,
    ) -> Result<Port, Cause> {
        let called = node_of(cx, &record.called).ok_or(Cause::UnallocatedNumber)?;
        let is_own_line = cx.neighbours().contains(&called);
        let choices = if is_own_line { vec![called] } else { routing::choices(cx, called) };
        let others =
            choices.into_iter().filter(|neighbour| is_own_line || *neighbour != record.incoming.toward);
        for (rank, neighbour) in others.enumerate() {
            if record.given_up.contains(&neighbour) || self.is_silent(neighbour, cx.now()) {
                continue;
            }
            let of = cx.circuits_toward(neighbour, self.trunk);
            if let Some(port) = self.circuits.seize(cx, neighbour, of, call) {
                self.alternates += u64::from(rank > 0);
                return Ok(port);
            }
            record.found_full = true;
        }
        Err(match (record.found_full, is_own_line) {
            (true, true) => Cause::UserBusy,
            (true, false) => Cause::NoCircuit,
            (false, true) => Cause::OutOfOrder,
            (false, false) => Cause::NoRoute,
        })
    }

    /// Address complete or answer came back over a call's outgoing circuit.
    fn come_back(
        &mut self,
        cx: &mut Context<'_, Signalling>,
        port: Port,
        call: CallReference,
        stage: Stage,
        signal: Signal,
    ) {
        if !self.circuits.confirm(cx.now(), port, call) {
            // A call that nobody here knows any more must not stay up further on.
            if !self.circuits.is_of(port, call) {
                cx.signal(port, call, Signal::Release(Cause::TemporaryFailure));
            }
            return;
        }
        let Some(mut record) = self.calls.get(&call).cloned() else { return };
        if record.outgoing == Some(port) && record.stage < stage {
            record.stage = stage;
            cx.signal(record.incoming, call, signal);
            self.calls.insert(call, record);
        }
    }

    // Taking down.

    /// A call has lost one of its circuits: it tries another way if it may, or ends.
    fn lose(&mut self, cx: &mut Context<'_, Signalling>, port: Port, call: CallReference, cause: Cause) {
        let Some(record) = self.calls.get(&call) else { return };
        let was_seeking = record.outgoing == Some(port) && record.stage == Stage::Seeking;
        if !was_seeking || !cause.lets_try_another() {
            return self.end(cx, call, cause, Some(port));
        }
        self.with_call(call, |record| {
            record.outgoing = None;
            record.given_up.push(port.toward);
            record.found_full |= cause == Cause::NoCircuit;
        });
        self.go_on(cx, call);
    }

    /// Ends a call: its circuits are released, but for the one that is gone already.
    fn end(
        &mut self,
        cx: &mut Context<'_, Signalling>,
        call: CallReference,
        cause: Cause,
        gone: Option<Port>,
    ) {
        let Some(record) = self.calls.remove(&call) else { return };
        for port in [Some(record.incoming), record.outgoing].into_iter().flatten() {
            if gone != Some(port) {
                self.circuits.release(cx, port, cause);
            }
        }
    }

    /// Circuits are gone at once, without a word from the other end: it has forgotten them, or they were taken out here.
    fn vanish(&mut self, cx: &mut Context<'_, Signalling>, which: impl Fn(Port) -> bool) {
        let gone: Vec<Port> =
            self.circuits.iter().map(|(port, _)| port).filter(|port| which(*port)).collect();
        for port in gone {
            if let Some(circuit) = self.circuits.free(cx.now(), port) {
                self.lose(cx, port, circuit.call, Cause::TemporaryFailure);
            }
        }
    }

    fn beat(&mut self, cx: &mut Context<'_, Signalling>) {
        for (port, call) in self.circuits.beat(cx) {
            self.lose(cx, port, call, Cause::TemporaryFailure);
        }
        for neighbour in cx.neighbours() {
            let is_trunk = self.trunks.contains_key(neighbour);
            if is_trunk || self.circuits.taken_toward(*neighbour).next().is_some() {
                self.circuits.supervise(cx, *neighbour);
            }
        }
        cx.set_timer(BEAT, self.circuits.heartbeat());
    }

    /// A trunk that has fewer circuits now loses the calls on those that were taken out.
    fn settle(&mut self, cx: &mut Context<'_, Signalling>) {
        self.circuits.settle(cx);
        self.trunk = cx.settings().count("circuits") as u16;
        let (trunks, most) = (self.trunks.clone(), self.trunk);
        self.vanish(cx, |port| port.number > most && trunks.contains_key(&port.toward));
    }
}

impl Process for Exchange {
    type Message = Signalling;

    fn on_start(&mut self, cx: &mut Context<'_, Signalling>) {
        let exchanges = cx.nodes_with_role(EXCHANGE);
        let trunks = cx.neighbours().iter().filter(|neighbour| exchanges.contains(neighbour));
        self.trunks = trunks.map(|neighbour| (*neighbour, cx.now())).collect();
        self.settle(cx);
        // A moment of its own, so that exchanges do not beat in step.
        let first = cx.rng().between(Duration::SHORTEST, self.circuits.heartbeat());
        cx.set_timer(BEAT, first);
    }

    fn on_restart(&mut self, cx: &mut Context<'_, Signalling>) {
        cx.neighbours().iter().for_each(|neighbour| cx.send(*neighbour, &Signalling::GroupReset));
        self.on_start(cx);
    }

    fn on_message(&mut self, cx: &mut Context<'_, Signalling>, from: NodeId, message: Signalling) {
        let now = cx.now();
        if self.trunks.contains_key(&from) {
            self.trunks.insert(from, now);
        }
        match message {
            Signalling::GroupReset => self.vanish(cx, |port| port.toward == from),
            Signalling::Supervision { held } => held.into_iter().for_each(|(number, call)| {
                self.circuits.confirm(now, Port { toward: from, number }, call);
            }),
            Signalling::OfCircuit { circuit, call, signal } => {
                let port = Port { toward: from, number: circuit };
                match signal {
                    Signal::InitialAddress { calling, called } => {
                        self.take_in(cx, port, call, Call::new(port, calling, called));
                    }
                    Signal::AddressComplete => {
                        self.come_back(cx, port, call, Stage::AddressComplete, signal);
                    }
                    Signal::Answer => self.come_back(cx, port, call, Stage::Answered, signal),
                    Signal::Release(cause) => {
                        if self.circuits.released(cx, port, call).is_some() {
                            self.lose(cx, port, call, cause);
                        }
                    }
                    Signal::ReleaseComplete => self.circuits.release_completed(now, port, call),
                }
            }
        }
    }

    fn on_timer(&mut self, cx: &mut Context<'_, Signalling>, _: Timer) {
        self.beat(cx);
    }

    /// A shorter time-out counts at once.
    fn on_settings(&mut self, cx: &mut Context<'_, Signalling>) {
        self.settle(cx);
        self.beat(cx);
    }

    fn heap_bytes(&self) -> usize {
        // Two names and the choices given up.
        self.circuits.heap_bytes() + self.calls.len() * (size_of::<(CallReference, Call)>() + 64)
    }

    fn look(&self) -> Look {
        let look = Look::default()
            .badge(self.calls.len().to_string())
            .fact(word!("fact.calls"), self.calls.len() as u64)
            .fact(word!("fact.calls-through"), self.through)
            .fact(word!("fact.alternates"), self.alternates);
        self.trunks.keys().fold(look, |look, neighbour| {
            let used = self.circuits.taken_toward(*neighbour).count() as u32;
            look.gauge(Some(*neighbour), used, u32::from(self.trunk))
        })
    }
}

impl Call {
    fn new(incoming: Port, calling: String, called: String) -> Call {
        let (given_up, found_full) = (Vec::new(), false);
        Call { incoming, outgoing: None, calling, called, stage: Stage::Seeking, given_up, found_full }
    }
}

const BEAT: Timer = timer("beat");

/// The phone, or the crowd, of this name.
fn node_of(cx: &Context<'_, Signalling>, name: &str) -> Option<NodeId> {
    let mut nodes = cx.nodes_with_role(PHONE).iter().chain(cx.nodes_with_role(CROWD));
    nodes.find(|node| cx.name(**node) == name).copied()
}
