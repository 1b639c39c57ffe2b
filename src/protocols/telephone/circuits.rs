//! The circuits at one end of a node's lines and trunks: which call has each, and when the other end last confirmed it.

use crate::sim::network::NodeId;
use crate::sim::process::Context;
use crate::sim::time::{Duration, Time};
use crate::sorted::Map;

use super::{CallReference, Cause, Signal, Signalling};

/// One end of a circuit.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct Port {
    /// Who is at the other end.
    pub toward: NodeId,
    /// The circuit's number, from 1, the same at both ends.
    pub number: u16,
}

/// A circuit that is taken.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Circuit {
    /// The call that has it.
    pub call: CallReference,
    /// Why it is released, once that was said to the other end: it is idle when that has completed the release.
    pub releasing: Option<Cause>,
    /// When the other end last said that it holds the circuit for this call; when it was taken, if never.
    pub confirmed_at: Time,
}

/// What became of the calls that wanted a circuit to one neighbour.
#[derive(Clone, Copy, Default, Debug)]
pub struct Traffic {
    /// How often a circuit was wanted.
    pub wanted: u64,
    /// How often none was idle.
    pub refused: u64,
    /// For how long circuits were taken, each for itself.
    occupied: Duration,
    changed_at: Time,
}

/// The circuits at one node.
#[derive(Clone, Debug, Default)]
pub struct Circuits {
    taken: Map<Port, Circuit>,
    traffic: Map<NodeId, Traffic>,
    heartbeat: Duration,
    /// After how long without a word the other end of a circuit is taken for gone.
    time_out: Duration,
}

impl Circuits {
    /// What has this circuit, if it is taken.
    pub fn at(&self, port: Port) -> Option<&Circuit> {
        self.taken.get(&port)
    }

    /// All that are taken.
    pub fn iter(&self) -> impl Iterator<Item = (Port, &Circuit)> {
        self.taken.iter().map(|(port, circuit)| (*port, circuit))
    }

    /// The numbers of those to a neighbour that are taken, in order.
    pub fn taken_toward(&self, neighbour: NodeId) -> impl Iterator<Item = u16> {
        self.taken.keys().filter(move |port| port.toward == neighbour).map(|port| port.number)
    }

    /// The calls that wanted a circuit to a neighbour.
    pub fn traffic(&self, neighbour: NodeId) -> Traffic {
        self.traffic.get(&neighbour).copied().unwrap_or_default()
    }

    /// For how long circuits to a neighbour were taken until now, each for itself.
    pub fn occupied(&self, neighbour: NodeId, now: Time) -> Duration {
        let traffic = self.traffic(neighbour);
        traffic.occupied + now.since(traffic.changed_at) * self.taken_toward(neighbour).count() as u64
    }

    /// By when at the latest a circuit is released whose other end does not confirm it any more.
    pub fn longest_unconfirmed(&self) -> Duration {
        self.time_out + self.heartbeat
    }

    pub(super) fn heartbeat(&self) -> Duration {
        self.heartbeat
    }

    pub(super) fn time_out(&self) -> Duration {
        self.time_out
    }

    /// Takes the node's settings over.
    pub(super) fn settle(&mut self, cx: &Context<'_, Signalling>) {
        self.heartbeat = cx.settings().duration("heartbeat");
        self.time_out = self.heartbeat * cx.settings().count("suspect-after");
    }

    /// Takes an idle circuit of the `of` that there are to a neighbour, first of those that this node controls.
    pub(super) fn seize(
        &mut self,
        cx: &Context<'_, Signalling>,
        toward: NodeId,
        of: u16,
        call: CallReference,
    ) -> Option<Port> {
        let idle = |number: &u16| !self.taken.contains_key(&Port { toward, number: *number });
        let mut numbers = (1..=of).filter(idle);
        let mine = numbers.clone().find(|number| controls(cx.me(), Port { toward, number: *number }));
        let number = mine.or_else(|| numbers.next());
        let traffic = self.traffic.get_or_insert_with(toward, Traffic::default);
        traffic.wanted += 1;
        traffic.refused += u64::from(number.is_none());
        let port = Port { toward, number: number? };
        self.take(cx.now(), port, call);
        Some(port)
    }

    /// Takes this circuit for a call.
    pub(super) fn take(&mut self, now: Time, port: Port, call: CallReference) {
        self.account(now, port.toward);
        self.taken.insert(port, Circuit { call, releasing: None, confirmed_at: now });
    }

    /// Makes a circuit idle; gives what had it.
    pub(super) fn free(&mut self, now: Time, port: Port) -> Option<Circuit> {
        self.account(now, port.toward);
        self.taken.remove(&port)
    }

    fn account(&mut self, now: Time, toward: NodeId) {
        let occupied = self.occupied(toward, now);
        let traffic = self.traffic.get_or_insert_with(toward, Traffic::default);
        (traffic.occupied, traffic.changed_at) = (occupied, now);
    }

    /// Whether this circuit is taken for this call.
    pub(super) fn is_of(&self, port: Port, call: CallReference) -> bool {
        self.at(port).is_some_and(|circuit| circuit.call == call)
    }

    /// Tells the other end that the call is over. The circuit stays taken until that has completed the release.
    pub(super) fn release(&mut self, cx: &mut Context<'_, Signalling>, port: Port, cause: Cause) {
        let Some(mut circuit) = self.at(port).copied() else { return };
        if circuit.releasing.is_none() {
            circuit.releasing = Some(cause);
            circuit.confirmed_at = cx.now();
            self.taken.insert(port, circuit);
            cx.signal(port, circuit.call, Signal::Release(cause));
        }
    }

    /// The other end has released a circuit, so it is idle. Gives what had it, unless this end had released it already.
    pub(super) fn released(
        &mut self,
        cx: &mut Context<'_, Signalling>,
        port: Port,
        call: CallReference,
    ) -> Option<Circuit> {
        cx.signal(port, call, Signal::ReleaseComplete);
        if !self.is_of(port, call) {
            return None;
        }
        self.free(cx.now(), port).filter(|circuit| circuit.releasing.is_none())
    }

    /// The other end has completed a release.
    pub(super) fn release_completed(&mut self, now: Time, port: Port, call: CallReference) {
        if self.at(port).is_some_and(|circuit| circuit.call == call && circuit.releasing.is_some()) {
            self.free(now, port);
        }
    }

    /// The other end said something about the call that has this circuit. False if the call is another.
    pub(super) fn confirm(&mut self, now: Time, port: Port, call: CallReference) -> bool {
        match self.at(port).copied() {
            Some(circuit) if circuit.call == call && circuit.releasing.is_none() => {
                self.taken.insert(port, Circuit { confirmed_at: now, ..circuit });
                true
            }
            _ => false,
        }
    }

    /// What every beat does: says again what was not completed, and makes idle what is not likely to be any more. Gives the
    /// circuits that the other end has not confirmed for too long; to these, too, a release was sent.
    pub(super) fn beat(&mut self, cx: &mut Context<'_, Signalling>) -> Vec<(Port, CallReference)> {
        let now = cx.now();
        let mut lost = Vec::new();
        for (port, circuit) in self.taken.clone() {
            let overdue = now.since(circuit.confirmed_at) >= self.time_out;
            match circuit.releasing {
                Some(_) if overdue => {
                    self.free(now, port);
                }
                Some(cause) => cx.signal(port, circuit.call, Signal::Release(cause)),
                None if overdue => {
                    self.release(cx, port, Cause::TemporaryFailure);
                    lost.push((port, circuit.call));
                }
                None => {}
            }
        }
        lost
    }

    /// Tells a neighbour which circuits are held here.
    pub(super) fn supervise(&self, cx: &mut Context<'_, Signalling>, neighbour: NodeId) {
        let held =
            self.iter().filter(|(port, circuit)| port.toward == neighbour && circuit.releasing.is_none());
        let held = held.map(|(port, circuit)| (port.number, circuit.call)).collect();
        cx.send(neighbour, &Signalling::Supervision { held });
    }

    pub(super) fn heap_bytes(&self) -> usize {
        self.taken.len() * size_of::<(Port, Circuit)>() + self.traffic.len() * size_of::<(NodeId, Traffic)>()
    }
}

/// Whether a node controls a circuit: the one with the higher number controls the even ones, the other the odd ones.
pub(super) fn controls(me: NodeId, port: Port) -> bool {
    (me > port.toward) == port.number.is_multiple_of(2)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn of_two_ends_exactly_one_controls_a_circuit() {
        for number in 1..=4 {
            let at = |toward| Port { toward: NodeId(toward), number };
            assert_ne!(controls(NodeId(3), at(5)), controls(NodeId(5), at(3)));
        }
    }

    #[test]
    fn time_taken_is_counted_for_each_circuit() {
        let (mut circuits, toward) = (Circuits::default(), NodeId(2));
        let at = |seconds| Time::ZERO + Duration::secs(seconds);
        let call = CallReference { caller: 1, number: 1 };
        circuits.take(at(10), Port { toward, number: 1 }, call);
        circuits.take(at(13), Port { toward, number: 2 }, call);
        circuits.free(at(15), Port { toward, number: 1 });
        assert_eq!(circuits.occupied(toward, at(20)), Duration::secs(3 + 2 * 2 + 5));
    }
}
