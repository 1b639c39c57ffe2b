//! What must be true of the replicas, and what is read off them.
//!
//! What is claimed is claimed of n = 3f + 1 replicas or fewer of which at most f are faulty, where f is what they believe. Whoever lied
//! once counts as faulty for the whole run, for its words are still out; so does whoever went down, for it has forgotten its own.
//! Nothing is claimed of links.

use crate::sim::network::NodeId;
use crate::sim::property::{Property, PropertyKind, Reading, seen};
use crate::sim::time::Duration;
use crate::sim::world::World;
use crate::words::Phrase;
use crate::{phrase, word};

use super::client::Client;
use super::replica::Replica;
use super::{CLIENT, REPLICA};

pub(super) const PROPERTIES: &[Property] = &[
    Property {
        name: "honest-replicas-execute-the-same",
        kind: PropertyKind::Always,
        title: word!("property.honest-replicas-execute-the-same"),
        check: honest_replicas_execute_the_same,
    },
    Property {
        name: "requests-are-executed-at-last",
        kind: PropertyKind::Eventually,
        title: word!("property.requests-are-executed-at-last"),
        check: requests_are_executed_at_last,
    },
    Property {
        name: "a-view-change",
        kind: PropertyKind::Sometimes,
        title: word!("property.a-view-change"),
        check: |world| seen(view(world).is_some_and(|view| view > 0.0)),
    },
    Property {
        name: "two-honest-replicas-differ",
        kind: PropertyKind::Sometimes,
        title: word!("property.two-honest-replicas-differ"),
        check: |world| seen(new_difference(world).is_some()),
    },
];

pub(super) const READINGS: &[Reading] = &[
    Reading { name: "pbft_executed", title: word!("reading.pbft-executed"), read: executed },
    Reading { name: "pbft_view", title: word!("reading.pbft-view"), read: view },
    Reading { name: "pbft_latency_ms", title: word!("reading.pbft-latency-ms"), read: latency },
    Reading {
        name: "pbft_messages_per_request",
        title: word!("reading.pbft-messages-per-request"),
        read: messages_per_request,
    },
    Reading {
        name: "pbft_faulty",
        title: word!("reading.pbft-faulty"),
        read: |world| Some(faulty(world) as f64),
    },
];

/// How long a request may take before a client that waits for it counts as not served.
const PATIENCE: Duration = Duration::secs(10);

/// Whether a replica never lied and never went down in this run.
pub fn is_honest(world: &World, node: NodeId) -> bool {
    let state = world.node(node);
    !state.ever_byzantine && state.falls == 0
}

/// How many replicas lied once or went down in this run.
pub fn faulty(world: &World) -> usize {
    let replicas = world.network().nodes_with_role(REPLICA).iter();
    replicas.filter(|node| !is_honest(world, **node)).count()
}

/// Replicas that never lied and never went down.
pub fn honest(world: &World) -> impl Iterator<Item = (NodeId, &Replica)> {
    world.processes::<Replica>().filter(|(node, _)| is_honest(world, *node))
}

/// Two honest replicas that have executed different requests at one sequence number, and the number. Only what is executed in this
/// very moment is compared with what others have, so that who is to know of it later has to ask at every moment.
fn new_difference(world: &World) -> Option<(NodeId, NodeId, u64)> {
    for (node, replica) in honest(world).filter(|(_, replica)| replica.executed_at() == world.now()) {
        let Some(last) = replica.history().last() else { continue };
        let newest = replica.history().iter().rev().take(NEW_AT_MOST.min(last.sequence as usize));
        for mine in newest {
            let differs = |(_, other): &(NodeId, &Replica)| {
                other.at(mine.sequence).is_some_and(|theirs| theirs.digest != mine.digest)
            };
            if let Some((other, _)) = honest(world).find(differs) {
                return Some((node.min(other), node.max(other), mine.sequence));
            }
        }
    }
    None
}

/// No more than this many numbers are executed in one moment: all between the water marks.
const NEW_AT_MOST: usize = super::group::WINDOW as usize;

/// Two honest replicas that executed different requests at the same sequence number, the first such number, whenever that was.
pub fn difference(world: &World) -> Option<(NodeId, NodeId, u64)> {
    let all: Vec<(NodeId, &Replica)> = honest(world).collect();
    let pairs =
        all.iter().enumerate().flat_map(|(at, one)| all[at + 1..].iter().map(move |other| (one, other)));
    let first_of = |((a, one), (b, other)): (&(NodeId, &Replica), &(NodeId, &Replica))| {
        let differs = one
            .history()
            .iter()
            .find(|mine| other.at(mine.sequence).is_some_and(|theirs| theirs.digest != mine.digest));
        differs.map(|mine| (*a, *b, mine.sequence))
    };
    pairs.filter_map(first_of).min_by_key(|(_, _, sequence)| *sequence)
}

fn honest_replicas_execute_the_same(world: &World) -> Result<(), Phrase> {
    let Some((a, b, sequence)) = new_difference(world) else { return Ok(()) };
    if !is_claimed(world) {
        return Ok(());
    }
    let name = |node| world.network().name(node);
    Err(phrase!("property.pbft-differ", a = name(a), b = name(b), sequence = sequence))
}

/// Whether the assumptions hold: not more replicas than 3f + 1, and not more faulty ones than f.
fn is_claimed(world: &World) -> bool {
    let replicas = world.network().nodes_with_role(REPLICA).len();
    let suits = |replica: &Replica| {
        let faults = replica.group().faults();
        replicas <= 3 * faults + 1 && faulty(world) <= faults
    };
    honest(world).all(|(_, replica)| suits(replica))
}

/// Every running client that never lied was answered once at least, and does not wait for longer than it should take.
fn requests_are_executed_at_last(world: &World) -> Result<(), Phrase> {
    let clients =
        world.network().nodes_with_role(CLIENT).iter().filter(|node| !world.node(**node).ever_byzantine);
    for node in clients {
        let Some(client) = world.process::<Client>(*node) else { continue };
        let is_late = client.waits_since().is_some_and(|since| since + PATIENCE < world.now());
        if client.answered() == 0 || is_late {
            return Err(phrase!("property.pbft-client-waits", client = world.network().name(*node)));
        }
    }
    Ok(())
}

/// What some honest replica has executed.
fn executed(world: &World) -> Option<f64> {
    honest(world).map(|(_, replica)| replica.executed()).max().map(|executed| executed as f64)
}

/// The highest view that a running replica takes part in.
fn view(world: &World) -> Option<f64> {
    let active = world.processes::<Replica>().filter(|(_, replica)| replica.is_active());
    active.map(|(_, replica)| replica.view()).max().map(|view| view as f64)
}

/// The mean over all requests that running clients had answered.
fn latency(world: &World) -> Option<f64> {
    let clients = || world.processes::<Client>().map(|(_, client)| client);
    let answered: u64 = clients().map(Client::answered).sum();
    let total: u64 = clients().map(|client| client.latency_total().as_micros()).sum();
    (answered > 0).then(|| total as f64 / answered as f64 / 1_000.0)
}

/// All messages of the run, over the requests that were executed.
fn messages_per_request(world: &World) -> Option<f64> {
    let executed = executed(world).filter(|executed| *executed > 0.0)?;
    Some(world.counts().sent as f64 / executed)
}
