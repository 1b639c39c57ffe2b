//! The phone, and the crowd of subscribers: whoever calls and is called.

use crate::sim::network::NodeId;
use crate::sim::process::{Context, Look, Process, Timer, timer};
use crate::sim::time::{Duration, Time};
use crate::sorted::Map;
use crate::words::Phrase;
use crate::{phrase, word};

use super::circuits::{Circuits, Port, controls};
use super::{CROWD, CallReference, Cause, EXCHANGE, LINES_OF_A_CROWD, PHONE, Signal, Signalling};

/// A telephone with one line; or a crowd of subscribers with as many lines as they like.
#[derive(Clone, Debug, Default)]
pub struct Phone {
    is_crowd: bool,
    pub(super) circuits: Circuits,
    calls: Map<Port, Call>,
    next_number: u64,
    calls_per_hour: u64,
    counts: Counts,
}

/// A call, as one of the two who are in it knows it.
#[derive(Clone, Debug)]
struct Call {
    reference: CallReference,
    other: String,
    stage: Stage,
    is_caller: bool,
    /// Whether the user asked for it; such a call lasts until somebody hangs up.
    by_user: bool,
}

/// How far a call has come, at one of its ends.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Stage {
    /// The number is dialled.
    Dialled,
    /// It rings: here, or at the other end.
    Ringing,
    /// They talk, since this moment.
    Talking(Time),
}

/// What became of the calls that a phone made since it started.
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug)]
pub struct Counts {
    /// How often it called.
    pub offered: u64,
    /// Calls that were answered.
    pub carried: u64,
    /// Calls that found no circuit.
    pub blocked: u64,
    /// Calls that found the other phone taken.
    pub busy: u64,
    /// Calls that came to nothing for another reason, but for those that the caller gave up.
    pub failed: u64,
    /// Calls that were answered and ended without anybody hanging up.
    pub dropped: u64,
    /// How long the calls lasted that are over, from the answer on.
    pub talked: Duration,
}

impl Phone {
    pub(super) fn crowd() -> Phone {
        Phone { is_crowd: true, ..Phone::default() }
    }

    /// What became of the calls that it made.
    pub fn counts(&self) -> Counts {
        self.counts
    }

    /// Its calls: who is at the other end, and how far each has come.
    pub fn calls(&self) -> impl Iterator<Item = (&str, Stage)> {
        self.calls.values().map(|call| (call.other.as_str(), call.stage))
    }

    /// The phone at the other end, if the two talk.
    pub fn talks_to(&self) -> Option<&str> {
        self.calls().find(|(_, stage)| matches!(stage, Stage::Talking(_))).map(|(other, _)| other)
    }

    /// For how long it has talked in calls that it made, those that last included.
    pub fn talked(&self, now: Time) -> Duration {
        let lasting = self.calls.values().filter(|call| call.is_caller).map(|call| match call.stage {
            Stage::Talking(since) => now.since(since),
            _ => Duration::ZERO,
        });
        lasting.fold(self.counts.talked, |total, length| total + length)
    }

    /// How many lines it has.
    fn lines(&self) -> u16 {
        if self.is_crowd { LINES_OF_A_CROWD } else { 1 }
    }

    fn dial(&mut self, cx: &mut Context<'_, Signalling>, called: String, by_user: bool) {
        let reference = CallReference { caller: cx.me().0, number: self.next_number };
        let line = exchange(cx).and_then(|exchange| self.seize(cx, exchange, reference));
        let Some(port) = line else {
            if by_user {
                cx.answer(phrase!("note.line-taken"));
            }
            return;
        };
        self.next_number += 1;
        self.counts.offered += 1;
        let calling = cx.name(cx.me()).to_owned();
        cx.signal(port, reference, Signal::InitialAddress { calling, called: called.clone() });
        cx.set_timer(hang_up_of(port), PATIENCE);
        let call = Call { reference, other: called, stage: Stage::Dialled, is_caller: true, by_user };
        self.calls.insert(port, call);
    }

    fn seize(
        &mut self,
        cx: &mut Context<'_, Signalling>,
        exchange: NodeId,
        reference: CallReference,
    ) -> Option<Port> {
        let lines = self.lines();
        self.keep_beating(cx);
        self.circuits.seize(cx, exchange, lines, reference)
    }

    /// Beats as long as a line is taken.
    fn keep_beating(&self, cx: &mut Context<'_, Signalling>) {
        if self.circuits.iter().next().is_none() {
            cx.set_timer(BEAT, self.circuits.heartbeat());
        }
    }

    fn ring(
        &mut self,
        cx: &mut Context<'_, Signalling>,
        port: Port,
        reference: CallReference,
        calling: String,
    ) {
        if let Some(held) = self.circuits.at(port).copied() {
            let own = self.calls.get(&port);
            let dialled = own.is_some_and(|call| call.is_caller && call.stage == Stage::Dialled);
            if held.call == reference || dialled && controls(cx.me(), port) {
                return;
            }
            if !dialled {
                return cx.signal(port, reference, Signal::Release(Cause::UserBusy));
            }
            // Dual seizure: somebody called just as this phone was dialled, and the line is theirs.
            self.circuits.free(cx.now(), port);
            self.finish(cx, port, Cause::CircuitUnavailable);
        } else if port.number == 0 || port.number > self.lines() {
            return cx.signal(port, reference, Signal::Release(Cause::CircuitUnavailable));
        }
        self.keep_beating(cx);
        self.circuits.take(cx.now(), port, reference);
        cx.signal(port, reference, Signal::AddressComplete);
        let after = cx.settings().duration("answers-after");
        cx.set_timer(answer_of(port), after);
        let call =
            Call { reference, other: calling, stage: Stage::Ringing, is_caller: false, by_user: false };
        self.calls.insert(port, call);
    }

    /// Somebody here picks up.
    fn pick_up(&mut self, cx: &mut Context<'_, Signalling>, port: Port) {
        if let Some(call) = self.calls.get(&port).cloned() {
            cx.signal(port, call.reference, Signal::Answer);
            self.calls.insert(port, Call { stage: Stage::Talking(cx.now()), ..call });
        }
    }

    /// The other phone rings, or was picked up.
    fn come_back(
        &mut self,
        cx: &mut Context<'_, Signalling>,
        port: Port,
        reference: CallReference,
        signal: &Signal,
    ) {
        if !self.circuits.confirm(cx.now(), port, reference) {
            if !self.circuits.is_of(port, reference) {
                cx.signal(port, reference, Signal::Release(Cause::TemporaryFailure));
            }
            return;
        }
        let Some(call) = self.calls.get(&port).filter(|call| call.is_caller).cloned() else { return };
        match (signal, call.stage) {
            (Signal::AddressComplete, Stage::Dialled) => {
                self.calls.insert(port, Call { stage: Stage::Ringing, ..call });
            }
            (Signal::Answer, Stage::Dialled | Stage::Ringing) => self.answered(cx, port, call),
            _ => {}
        }
    }

    fn answered(&mut self, cx: &mut Context<'_, Signalling>, port: Port, call: Call) {
        self.counts.carried += 1;
        if call.by_user {
            cx.cancel_timer(hang_up_of(port));
            cx.answer(phrase!("note.call-answered", phone = &call.other));
        } else {
            let mean = cx.settings().duration("holding-time");
            let lasts = cx.rng().exponential(mean).at_least_shortest();
            cx.set_timer(hang_up_of(port), lasts);
        }
        self.calls.insert(port, Call { stage: Stage::Talking(cx.now()), ..call });
    }

    fn hang_up(&mut self, cx: &mut Context<'_, Signalling>, port: Port) {
        self.circuits.release(cx, port, Cause::NormalClearing);
        self.finish(cx, port, Cause::NormalClearing);
    }

    /// A call is over; its line may still wait for the release to be completed.
    fn finish(&mut self, cx: &mut Context<'_, Signalling>, port: Port, cause: Cause) {
        let Some(call) = self.calls.remove(&port) else { return };
        cx.cancel_timer(answer_of(port));
        cx.cancel_timer(hang_up_of(port));
        if !call.is_caller {
            return;
        }
        match (call.stage, cause) {
            (Stage::Talking(since), cause) => {
                self.counts.talked += cx.now().since(since);
                self.counts.dropped += u64::from(cause != Cause::NormalClearing);
            }
            (_, Cause::NormalClearing) => {}
            (_, Cause::NoCircuit) => self.counts.blocked += 1,
            (_, Cause::UserBusy) => self.counts.busy += 1,
            _ => self.counts.failed += 1,
        }
        let outcome = Phrase::new(cause.outcome()).with("phone", &call.other);
        say(cx, call.by_user, cause, outcome);
    }

    fn beat(&mut self, cx: &mut Context<'_, Signalling>) {
        for (port, _) in self.circuits.beat(cx) {
            self.finish(cx, port, Cause::TemporaryFailure);
        }
        let Some((port, _)) = self.circuits.iter().next() else { return };
        self.circuits.supervise(cx, port.toward);
        cx.set_timer(BEAT, self.circuits.heartbeat());
    }

    /// Calls by itself: any other subscriber, at moments that do not depend on those before (a Poisson process).
    fn call_somebody(&mut self, cx: &mut Context<'_, Signalling>) {
        self.set_next_call(cx);
        let all = cx.nodes_with_role(PHONE).iter().chain(cx.nodes_with_role(CROWD));
        let others: Vec<NodeId> = all.copied().filter(|node| *node != cx.me()).collect();
        if let Some(called) = cx.rng().pick(&others).copied() {
            self.dial(cx, cx.name(called).to_owned(), false);
        }
    }

    fn set_next_call(&self, cx: &mut Context<'_, Signalling>) {
        if let Some(mean) = HOUR.as_micros().checked_div(self.calls_per_hour) {
            let after = cx.rng().exponential(Duration::micros(mean)).at_least_shortest();
            cx.set_timer(CALL, after);
        }
    }

    fn take_message(
        &mut self,
        cx: &mut Context<'_, Signalling>,
        port: Port,
        call: CallReference,
        signal: Signal,
    ) {
        match signal {
            Signal::InitialAddress { calling, .. } => self.ring(cx, port, call, calling),
            Signal::AddressComplete | Signal::Answer => self.come_back(cx, port, call, &signal),
            Signal::Release(cause) => {
                if self.circuits.released(cx, port, call).is_some() {
                    self.finish(cx, port, cause);
                }
            }
            Signal::ReleaseComplete => self.circuits.release_completed(cx.now(), port, call),
        }
    }
}

impl Process for Phone {
    type Message = Signalling;

    fn on_start(&mut self, cx: &mut Context<'_, Signalling>) {
        // Numbers begin at the microsecond of the start, so that a restarted phone never uses one twice.
        self.next_number = cx.now().as_micros();
        self.on_settings(cx);
    }

    fn on_restart(&mut self, cx: &mut Context<'_, Signalling>) {
        if let Some(exchange) = exchange(cx) {
            cx.send(exchange, &Signalling::GroupReset);
        }
        self.on_start(cx);
    }

    fn on_message(&mut self, cx: &mut Context<'_, Signalling>, from: NodeId, message: Signalling) {
        match message {
            Signalling::OfCircuit { circuit, call, signal } => {
                self.take_message(cx, Port { toward: from, number: circuit }, call, signal);
            }
            Signalling::Supervision { held } => held.into_iter().for_each(|(number, call)| {
                self.circuits.confirm(cx.now(), Port { toward: from, number }, call);
            }),
            Signalling::GroupReset => {
                let ports: Vec<Port> = self.circuits.iter().map(|(port, _)| port).collect();
                for port in ports.into_iter().filter(|port| port.toward == from) {
                    self.circuits.free(cx.now(), port);
                    self.finish(cx, port, Cause::TemporaryFailure);
                }
            }
        }
    }

    fn on_timer(&mut self, cx: &mut Context<'_, Signalling>, timer: Timer) {
        let line = exchange(cx).map(|toward| Port { toward, number: timer.key as u16 });
        match (timer.name, line) {
            (ANSWER, Some(port)) => self.pick_up(cx, port),
            (HANG_UP, Some(port)) => self.hang_up(cx, port),
            _ if timer == BEAT => self.beat(cx),
            _ => self.call_somebody(cx),
        }
    }

    fn on_request(&mut self, cx: &mut Context<'_, Signalling>, request: &str) {
        let request = request.trim();
        let called = request.strip_prefix("call ").map(str::trim);
        match called.filter(|name| !name.is_empty() && name.chars().count() <= LONGEST_NAME) {
            Some(called) => self.dial(cx, called.to_owned(), true),
            None if request == "hang up" => {
                let ports: Vec<Port> = self.calls.keys().copied().collect();
                ports.into_iter().for_each(|port| self.hang_up(cx, port));
            }
            None => cx.answer(phrase!("note.unknown-phone-request", request = request)),
        }
    }

    /// A new pace of calls counts at once, and so does a shorter time-out.
    fn on_settings(&mut self, cx: &mut Context<'_, Signalling>) {
        self.circuits.settle(cx);
        self.beat(cx);
        let calls_per_hour = cx.settings().count("calls-per-hour");
        if calls_per_hour != self.calls_per_hour {
            self.calls_per_hour = calls_per_hour;
            cx.cancel_timer(CALL);
            self.set_next_call(cx);
        }
    }

    fn heap_bytes(&self) -> usize {
        // A name.
        self.circuits.heap_bytes() + self.calls.len() * (size_of::<(Port, Call)>() + 32)
    }

    fn look(&self) -> Look {
        let badge = match self.calls.values().next() {
            _ if self.is_crowd => phrase!("fact.n-calls", n = self.calls.len()),
            None => Phrase::new(word!("phone.idle")),
            Some(call) => match call.stage {
                Stage::Talking(_) => phrase!("phone.talks", phone = &call.other),
                Stage::Ringing if !call.is_caller => phrase!("phone.rings", phone = &call.other),
                Stage::Ringing | Stage::Dialled => phrase!("phone.calls", phone = &call.other),
            },
        };
        Look::default()
            .badge(badge.to_string())
            .fact(word!("reading.calls-offered"), self.counts.offered)
            .fact(word!("reading.calls-carried"), self.counts.carried)
            .fact(word!("reading.calls-blocked"), self.counts.blocked)
            .fact(word!("fact.calls-busy"), self.counts.busy)
            .fact(word!("fact.failed"), self.counts.failed)
            .fact(word!("reading.calls-dropped"), self.counts.dropped)
    }
}

/// How long a caller waits for an answer. (ISUP: T9.)
const PATIENCE: Duration = Duration::secs(30);
const HOUR: Duration = Duration::secs(3_600);
/// The longest name that can be dialled, in characters.
const LONGEST_NAME: usize = 24;

const BEAT: Timer = timer("beat");
const CALL: Timer = timer("call");
const ANSWER: &str = "answer";
const HANG_UP: &str = "hang-up";

/// The timer after which somebody picks up.
fn answer_of(port: Port) -> Timer {
    Timer { name: ANSWER, key: u64::from(port.number) }
}

/// The timer after which the caller hangs up.
fn hang_up_of(port: Port) -> Timer {
    Timer { name: HANG_UP, key: u64::from(port.number) }
}

/// The exchange that a phone's line leads to.
fn exchange(cx: &Context<'_, Signalling>) -> Option<NodeId> {
    let exchanges = cx.nodes_with_role(EXCHANGE);
    cx.neighbours().iter().find(|neighbour| exchanges.contains(neighbour)).copied()
}

/// What a user asked for is answered; of other calls only those are worth a note that nobody ended on purpose.
fn say(cx: &mut Context<'_, Signalling>, by_user: bool, cause: Cause, outcome: Phrase) {
    if by_user {
        cx.answer(outcome);
    } else if cause != Cause::NormalClearing {
        cx.note(outcome);
    }
}
