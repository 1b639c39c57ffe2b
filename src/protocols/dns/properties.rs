//! What must be true of names and addresses, and what is read off and drawn of them.

use crate::sim::figure::{Bar, Bars, Drawing, Figure, Tint};
use crate::sim::network::NodeId;
use crate::sim::property::{Property, PropertyKind, Reading};
use crate::sim::time::Duration;
use crate::sim::world::World;
use crate::words::Phrase;
use crate::{phrase, word};

use super::authority::{Authority, replaced_at, was_ever};
use super::record::{is_within, seconds};
use super::resolver::Resolver;
use super::stub::{Looked, Stub};

pub(super) const PROPERTIES: &[Property] = &[
    Property {
        name: "no-answer-outlives-its-ttl",
        kind: PropertyKind::Always,
        title: word!("property.no-answer-outlives-its-ttl"),
        check: no_answer_outlives_its_ttl,
    },
    Property {
        name: "addresses-are-an-authority-s",
        kind: PropertyKind::Always,
        title: word!("property.addresses-are-an-authority-s"),
        check: addresses_are_an_authority_s,
    },
    Property {
        name: "stubs-are-answered",
        kind: PropertyKind::Eventually,
        title: word!("property.stubs-are-answered"),
        check: stubs_are_answered,
    },
    Property {
        name: "a-name-outlives-its-authority",
        kind: PropertyKind::Sometimes,
        title: word!("property.a-name-outlives-its-authority"),
        check: a_name_outlives_its_authority,
    },
    Property {
        name: "a-lookup-failed",
        kind: PropertyKind::Sometimes,
        title: word!("property.a-lookup-failed"),
        check: a_lookup_failed,
    },
    Property {
        name: "an-answer-was-stale",
        kind: PropertyKind::Sometimes,
        title: word!("property.an-answer-was-stale"),
        check: an_answer_was_stale,
    },
];

pub(super) const READINGS: &[Reading] = &[
    Reading { name: "lookups_answered", title: word!("reading.lookups-answered"), read: answered },
    Reading { name: "lookups_failed", title: word!("reading.lookups-failed"), read: failed },
    Reading { name: "cache_hits_percent", title: word!("reading.cache-hits-percent"), read: cache_hits },
    Reading { name: "exchanges_per_lookup", title: word!("reading.exchanges-per-lookup"), read: exchanges },
];

pub(super) const FIGURES: &[Figure] = &[Figure {
    name: "queries-per-server",
    title: word!("figure.queries-per-server"),
    draw: queries_per_server,
}];

/// A resolver tells from its cache only what arrived no longer ago than its time to live says, and passes on no more seconds than
/// are left of it. The time counts from the arrival at the resolver: how long the answer was on its way nobody can know.
///
/// What a resolver tells is recorded beside the cache, from when and with how many seconds it arrived. A Byzantine
/// resolver's messages may say otherwise.
fn no_answer_outlives_its_ttl(world: &World) -> Result<(), Phrase> {
    for (node, resolver) in world.processes::<Resolver>() {
        let Some(told) = &resolver.last_told else { continue };
        let age = told.told_at.since(told.heard_at);
        if age >= seconds(told.ttl) || age + seconds(told.seconds_left) > seconds(told.ttl) {
            let node = world.network().name(node);
            return Err(phrase!(
                "property.answer-too-old",
                resolver = node,
                name = told.name.as_str(),
                age = age
            ));
        }
    }
    Ok(())
}

/// Every address that a stub is told is, or was at some time, that of the name at one of the authorities.
///
/// It assumes that no resolver or authority was ever Byzantine and no authority's disk was ever lost; once one of these happened it
/// says nothing more.
fn addresses_are_an_authority_s(world: &World) -> Result<(), Phrase> {
    if is_tainted(world) {
        return Ok(());
    }
    for (node, looked) in lookups(world) {
        let Some(address) = looked.address() else { continue };
        if !was_ever(world, &looked.name, address) {
            let stub = world.network().name(node);
            return Err(phrase!(
                "property.address-of-nobody",
                stub = stub,
                name = looked.name.as_str(),
                address = address
            ));
        }
    }
    Ok(())
}

fn is_tainted(world: &World) -> bool {
    let with_role = |role: &str| world.network().nodes_with_role(role).iter().map(|node| world.node(*node));
    with_role("resolver").any(|node| node.ever_byzantine)
        || with_role("authority").any(|node| node.ever_byzantine || node.ever_lost_disk)
}

/// Every running stub has had an answer to something that it asked after the last thing done to the world, or it has nothing to
/// ask and its last lookup did not fail.
fn stubs_are_answered(world: &World) -> Result<(), Phrase> {
    let since = world.last_command_at();
    let mut stubs = world.processes::<Stub>().peekable();
    if stubs.peek().is_none() {
        return Err(phrase!("property.no-client-runs"));
    }
    let unanswered = stubs.find(|(_, stub)| {
        let answered = stub.last_answered.is_some_and(|asked_at| asked_at >= since);
        let failed = stub.last().is_some_and(Looked::failed);
        let idle = !stub.is_waiting() && !failed && stub.interval == Duration::ZERO;
        !answered && !idle
    });
    match unanswered {
        None => Ok(()),
        Some((stub, _)) => Err(phrase!("property.client-unanswered", client = world.network().name(stub))),
    }
}

/// A stub was told the address of a name for which it asked after all authorities of the name's zone had gone down.
fn a_name_outlives_its_authority(world: &World) -> Result<(), Phrase> {
    let outlived = lookups(world).any(|(_, looked)| {
        let authorities = authorities_of(world, &looked.name);
        let is_down =
            |node: &NodeId| world.node(*node).down_since.is_some_and(|since| since <= looked.asked_at);
        looked.address().is_some() && !authorities.is_empty() && authorities.iter().all(is_down)
    });
    if outlived { Ok(()) } else { Err(phrase!("property.no-name-outlived")) }
}

/// The authorities of the zone that a name lies in: the longest of the zones around it.
fn authorities_of(world: &World, name: &str) -> Vec<NodeId> {
    let zone_of = |node: &NodeId| world.node(*node).settings.text("zone");
    let nodes = world.network().nodes_with_role("authority").iter().copied();
    let around: Vec<_> = nodes.filter(|node| is_within(name, zone_of(node))).collect();
    let longest = around.iter().map(|node| zone_of(node).len()).max();
    around.into_iter().filter(|node| Some(zone_of(node).len()) == longest).collect()
}

/// A running stub's lookup failed.
fn a_lookup_failed(world: &World) -> Result<(), Phrase> {
    let failed = world.processes::<Stub>().any(|(_, stub)| stub.failed > 0);
    if failed { Ok(()) } else { Err(phrase!("property.no-request-failed")) }
}

/// A stub was told an address that the primary had replaced when the stub asked.
fn an_answer_was_stale(world: &World) -> Result<(), Phrase> {
    let is_stale = |looked: &Looked| {
        let replaced = looked.address().and_then(|address| replaced_at(world, &looked.name, address));
        replaced.is_some_and(|at| at <= looked.asked_at)
    };
    let stale = lookups(world).any(|(_, looked)| is_stale(looked));
    if stale { Ok(()) } else { Err(phrase!("property.no-answer-stale")) }
}

/// The lookups that end at this very moment. Those that ended earlier were judged when they did.
fn lookups(world: &World) -> impl Iterator<Item = (NodeId, &Looked)> {
    let last = world.processes::<Stub>().filter_map(|(node, stub)| Some((node, stub.last()?)));
    last.filter(|(_, looked)| looked.ended_at == world.now())
}

fn of_stubs(world: &World, of: fn(&Stub) -> u64) -> u64 {
    world.processes::<Stub>().map(|(_, stub)| of(stub)).sum()
}

fn of_resolvers(world: &World, of: fn(&Resolver) -> u64) -> u64 {
    world.processes::<Resolver>().map(|(_, resolver)| of(resolver)).sum()
}

/// Over the running stubs; one that crashed counts from its restart. So do the readings below.
fn answered(world: &World) -> Option<f64> {
    Some(of_stubs(world, Stub::answered) as f64)
}

fn failed(world: &World) -> Option<f64> {
    Some(of_stubs(world, Stub::failed) as f64)
}

/// The share of questions that resolvers answered from their caches.
fn cache_hits(world: &World) -> Option<f64> {
    let (questions, hits) =
        (of_resolvers(world, |resolver| resolver.questions), of_resolvers(world, |resolver| resolver.hits));
    (questions > 0).then(|| 100.0 * hits as f64 / questions as f64)
}

/// One between stub and resolver, and what the resolver asked for it.
fn exchanges(world: &World) -> Option<f64> {
    let (questions, queries) =
        (of_resolvers(world, |resolver| resolver.questions), of_resolvers(world, Resolver::queries));
    (questions > 0).then(|| 1.0 + queries as f64 / questions as f64)
}

/// What resolvers and authorities were asked since each started.
fn queries_per_server(world: &World) -> Option<Drawing> {
    let resolvers = world.processes::<Resolver>().map(|(node, resolver)| (node, resolver.questions, Tint(0)));
    let authorities =
        world.processes::<Authority>().map(|(node, authority)| (node, authority.queries, Tint(1)));
    let bar = |(node, amount, tint): (NodeId, u64, Tint)| Bar {
        label: world.network().name(node).to_owned(),
        amount: amount as f64,
        tint,
    };
    let bars = resolvers.chain(authorities).map(bar).collect();
    Some(Drawing::Bars(Bars { unit: word!("figure.queries"), bars }))
}
