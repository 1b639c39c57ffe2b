//! What must be true of the key-value store, and what is read off it.

use crate::sim::network::NodeId;
use crate::sim::property::{Property, PropertyKind, Reading};
use crate::sim::time::Duration;
use crate::sim::world::World;
use crate::words::Phrase;
use crate::{phrase, word};

use super::Client;
use super::server::read_pair;

pub(super) const PROPERTIES: &[Property] = &[
    Property {
        name: "acknowledged-puts-are-kept",
        kind: PropertyKind::Always,
        title: word!("property.acknowledged-puts-are-kept"),
        check: acknowledged_puts_are_kept,
    },
    Property {
        name: "no-server-no-answer",
        kind: PropertyKind::Always,
        title: word!("property.no-server-no-answer"),
        check: no_server_no_answer,
    },
    Property {
        name: "clients-are-answered",
        kind: PropertyKind::Eventually,
        title: word!("property.clients-are-answered"),
        check: clients_are_answered,
    },
    Property {
        name: "a-request-failed",
        kind: PropertyKind::Sometimes,
        title: word!("property.a-request-failed"),
        check: a_request_failed,
    },
];

pub(super) const READINGS: &[Reading] = &[
    Reading { name: "requests_answered", title: word!("reading.requests-answered"), read: answered },
    Reading { name: "requests_failed", title: word!("reading.requests-failed"), read: failed },
    Reading {
        name: "availability_percent",
        title: word!("reading.availability-percent"),
        read: availability,
    },
    Reading { name: "latency_mean_ms", title: word!("reading.latency-mean-ms"), read: mean_latency },
];

/// For each key, a version at least as new as the newest one acknowledged to a running client is safe on the server's disk.
/// Clients that put the same key at once do not confuse this: the server numbers all puts.
///
/// It assumes that the server's disk was never lost and that the server was never Byzantine; once one of these happened it
/// says nothing more. A client that crashed has forgotten what was acknowledged to it.
fn acknowledged_puts_are_kept(world: &World) -> Result<(), Phrase> {
    let Some(server) = server(world) else { return Ok(()) };
    let state = world.node(server);
    if state.ever_byzantine || state.ever_lost_disk {
        return Ok(());
    }
    for (client, process) in world.processes::<Client>() {
        for (key, version) in process.acknowledged.iter() {
            let kept = state.disk.read_synced(key).and_then(read_pair).map_or(0, |(kept, _)| kept);
            if kept < *version {
                let client = world.network().name(client);
                return Err(phrase!("property.acknowledged-put-lost", client = client, key = key));
            }
        }
    }
    Ok(())
}

/// While the server is down, no client has an answer to anything that it first asked since the server went down. An answer
/// that was already on its way may still arrive.
fn no_server_no_answer(world: &World) -> Result<(), Phrase> {
    let Some(server) = server(world) else { return Ok(()) };
    let Some(down_since) = world.node(server).down_since else { return Ok(()) };
    let answered = world
        .processes::<Client>()
        .find(|(_, client)| client.last_answered().is_some_and(|answered| answered.asked_at >= down_since));
    match answered {
        None => Ok(()),
        Some((client, _)) => {
            Err(phrase!("property.answer-without-server", client = world.network().name(client)))
        }
    }
}

/// Every running client has had an answer to something that it asked after the last thing done to the world, or it has
/// nothing to ask and was not failed.
fn clients_are_answered(world: &World) -> Result<(), Phrase> {
    let since = world.last_command_at();
    let mut clients = world.processes::<Client>().peekable();
    if clients.peek().is_none() {
        return Err(phrase!("property.no-client-runs"));
    }
    let unanswered = clients.find(|(_, client)| {
        let answered = client.last_answered().is_some_and(|answered| answered.asked_at >= since);
        let idle = !client.is_waiting() && !client.last_failed() && client.interval == Duration::ZERO;
        !answered && !idle
    });
    match unanswered {
        None => Ok(()),
        Some((client, _)) => {
            Err(phrase!("property.client-unanswered", client = world.network().name(client)))
        }
    }
}

/// A running client has given up a request.
fn a_request_failed(world: &World) -> Result<(), Phrase> {
    let failed = world.processes::<Client>().any(|(_, client)| client.failed() > 0);
    if failed { Ok(()) } else { Err(phrase!("property.no-request-failed")) }
}

fn server(world: &World) -> Option<NodeId> {
    world.network().nodes_with_role("server").first().copied()
}

fn sum(world: &World, of: impl Fn(&Client) -> u64) -> u64 {
    world.processes::<Client>().map(|(_, client)| of(client)).sum()
}

/// Over the running clients; one that crashed counts from its restart. So do the readings below.
fn answered(world: &World) -> Option<f64> {
    Some(sum(world, Client::answered) as f64)
}

fn failed(world: &World) -> Option<f64> {
    Some(sum(world, Client::failed) as f64)
}

/// The share of finished requests that were answered; none while nothing is finished.
fn availability(world: &World) -> Option<f64> {
    let (answered, failed) = (sum(world, Client::answered), sum(world, Client::failed));
    (answered + failed > 0).then(|| 100.0 * answered as f64 / (answered + failed) as f64)
}

/// From the first try to the answer, over answered requests.
fn mean_latency(world: &World) -> Option<f64> {
    let (answered, total) =
        (sum(world, Client::answered), sum(world, |client| client.latency_total.as_micros()));
    (answered > 0).then(|| total as f64 / 1e3 / answered as f64)
}
