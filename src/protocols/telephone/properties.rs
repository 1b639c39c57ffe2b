//! What must be true of the telephone network, and what is read off it.

use crate::sim::network::NodeId;
use crate::sim::process::Message as _;
use crate::sim::property::{Property, PropertyKind, Reading};
use crate::sim::world::World;
use crate::sorted::Set;
use crate::words::Phrase;
use crate::{phrase, word};

use super::{Circuit, Circuits, Counts, Exchange, Phone, Port, Signalling};

pub(super) const PROPERTIES: &[Property] = &[
    Property {
        name: "circuits-in-use-never-exceed-the-trunk",
        kind: PropertyKind::Always,
        title: word!("property.circuits-in-use-never-exceed-the-trunk"),
        check: circuits_never_exceed,
    },
    Property {
        name: "a-lost-circuit-is-noticed-in-time",
        kind: PropertyKind::Always,
        title: word!("property.a-lost-circuit-is-noticed-in-time"),
        check: a_lost_circuit_is_noticed,
    },
    Property {
        name: "no-circuit-without-a-call",
        kind: PropertyKind::Eventually,
        title: word!("property.no-circuit-without-a-call"),
        check: no_circuit_without_a_call,
    },
    Property {
        name: "a-call-is-blocked",
        kind: PropertyKind::Sometimes,
        title: word!("property.a-call-is-blocked"),
        check: |world| happened(counts(world, |counts| counts.blocked)),
    },
    Property {
        name: "a-call-is-dropped",
        kind: PropertyKind::Sometimes,
        title: word!("property.a-call-is-dropped"),
        check: |world| happened(counts(world, |counts| counts.dropped)),
    },
    Property {
        name: "a-call-takes-an-alternate-route",
        kind: PropertyKind::Sometimes,
        title: word!("property.a-call-takes-an-alternate-route"),
        check: |world| {
            happened(world.processes::<Exchange>().map(|(_, exchange)| exchange.alternates()).sum())
        },
    },
];

pub(super) const READINGS: &[Reading] = &[
    Reading {
        name: "calls_offered",
        title: word!("reading.calls-offered"),
        read: |world| Some(counts(world, |counts| counts.offered) as f64),
    },
    Reading {
        name: "calls_carried",
        title: word!("reading.calls-carried"),
        read: |world| Some(counts(world, |counts| counts.carried) as f64),
    },
    Reading {
        name: "calls_blocked",
        title: word!("reading.calls-blocked"),
        read: |world| Some(counts(world, |counts| counts.blocked) as f64),
    },
    Reading { name: "blocked_percent", title: word!("reading.blocked-percent"), read: blocked_percent },
    Reading {
        name: "calls_dropped",
        title: word!("reading.calls-dropped"),
        read: |world| Some(counts(world, |counts| counts.dropped) as f64),
    },
    Reading { name: "erlangs_carried", title: word!("reading.erlangs-carried"), read: erlangs_carried },
];

/// On each trunk no more circuits are taken than there are: at either end, and of both ends together, which may differ while
/// a call is set up or taken down.
fn circuits_never_exceed(world: &World) -> Result<(), Phrase> {
    for (a, exchange) in world.processes::<Exchange>() {
        for b in world.network().neighbours(a) {
            // A neighbour that is no exchange, or does not run, has no end of a trunk.
            let other = world.process::<Exchange>(*b);
            let (mut taken, mut of) =
                (Set::from_iter(exchange.circuits().taken_toward(*b)), exchange.trunk());
            let is_trunk = world.network().role(*b).name == world.network().role(a).name;
            let too_many_here = taken.len() > usize::from(of);
            if let Some(other) = other {
                other.circuits().taken_toward(a).for_each(|number| {
                    taken.insert(number);
                });
                of = of.max(other.trunk());
            }
            if is_trunk && (too_many_here || taken.len() > usize::from(of)) {
                let (a, b) = (world.network().name(a), world.network().name(*b));
                return Err(phrase!("property.too-many-circuits", a = a, b = b));
            }
        }
    }
    Ok(())
}

/// Who holds a circuit for a call either has the other end hold it for the same call, or has heard the other end confirm it
/// within the time-out, give or take the beat at which it looks: after that it gives up. So a pair that talks has a circuit on every
/// hop, or the end of each broken hop knows in time, and tells the others.
///
/// A node that is paused or slow is judged when it has caught up with what waits for it.
fn a_lost_circuit_is_noticed(world: &World) -> Result<(), Phrase> {
    for (node, circuits) in all_circuits(world) {
        if world.node(node).condition.paused || world.node(node).waiting() > 0 {
            continue;
        }
        for (port, circuit) in circuits.iter().filter(|(_, circuit)| circuit.releasing.is_none()) {
            let unconfirmed = world.now().since(circuit.confirmed_at);
            if !other_end_agrees(world, node, port, circuit) && unconfirmed > circuits.longest_unconfirmed() {
                let (a, b) = (world.network().name(node), world.network().name(port.toward));
                return Err(phrase!("property.circuit-lost-unnoticed", a = a, b = b));
            }
        }
    }
    Ok(())
}

/// Every circuit that is taken at a running node is taken for the same call at its other end, or something about that call is on
/// its way between the two. Inside an exchange a call has both its circuits or none, so each chain of circuits
/// leads from a phone to where its call has come.
fn no_circuit_without_a_call(world: &World) -> Result<(), Phrase> {
    for (node, circuits) in all_circuits(world) {
        for (port, circuit) in circuits.iter() {
            if !other_end_agrees(world, node, port, circuit) && !is_spoken_of(world, node, port, circuit) {
                let (a, b) = (world.network().name(node), world.network().name(port.toward));
                return Err(phrase!("property.circuit-without-call", a = a, b = b));
            }
        }
    }
    Ok(())
}

/// The circuits of each running node that has any.
fn all_circuits(world: &World) -> impl Iterator<Item = (NodeId, &Circuits)> {
    world.network().node_ids().filter_map(|node| Some((node, circuits_of(world, node)?)))
}

fn circuits_of(world: &World, node: NodeId) -> Option<&Circuits> {
    let exchange = world.process::<Exchange>(node).map(|exchange| &exchange.circuits);
    exchange.or_else(|| world.process::<Phone>(node).map(|phone| &phone.circuits))
}

fn other_end_agrees(world: &World, node: NodeId, port: Port, circuit: &Circuit) -> bool {
    let other_end = Port { toward: node, number: port.number };
    circuits_of(world, port.toward).is_some_and(|circuits| circuits.is_of(other_end, circuit.call))
}

/// Whether a message about this circuit and its call is on its way between its two ends.
fn is_spoken_of(world: &World, node: NodeId, port: Port, circuit: &Circuit) -> bool {
    world.packets().any(|packet| {
        let between = [(node, port.toward), (port.toward, node)].contains(&(packet.from, packet.to));
        between
            && matches!(
                Signalling::decode(&packet.bytes),
                Some(Signalling::OfCircuit { circuit: number, call, .. })
                    if number == port.number && call == circuit.call
            )
    })
}

fn happened(times: u64) -> Result<(), Phrase> {
    if times > 0 { Ok(()) } else { Err(phrase!("property.no-such-call")) }
}

/// Over the running phones; one that crashed counts from its restart. So do the readings below.
fn counts(world: &World, of: impl Fn(Counts) -> u64) -> u64 {
    world.processes::<Phone>().map(|(_, phone)| of(phone.counts())).sum()
}

/// The share of all calls that found no circuit; none while nobody has called.
fn blocked_percent(world: &World) -> Option<f64> {
    let offered = counts(world, |counts| counts.offered);
    (offered > 0).then(|| 100.0 * counts(world, |counts| counts.blocked) as f64 / offered as f64)
}

/// How many calls were talked in at a time, on average since the run began.
fn erlangs_carried(world: &World) -> Option<f64> {
    let talked: u64 =
        world.processes::<Phone>().map(|(_, phone)| phone.talked(world.now()).as_micros()).sum();
    let passed = world.now().as_micros();
    (passed > 0).then(|| talked as f64 / passed as f64)
}
