//! What must be true of the sharded store, and what is read off it.

use crate::sim::network::NodeId;
use crate::sim::property::{Property, PropertyKind, Reading};
use crate::sim::world::World;
use crate::sorted::Set;
use crate::words::Phrase;
use crate::{phrase, word};

use super::ring::Placement;
use super::survey::{holders, is_on_a_disk};
use super::{Router, Shard, ShardClient};

pub(super) const PROPERTIES: &[Property] = &[
    Property {
        name: "acknowledged-writes-are-on-a-shard",
        kind: PropertyKind::Always,
        title: word!("property.acknowledged-writes-are-on-a-shard"),
        check: acknowledged_writes_are_on_a_shard,
    },
    Property {
        name: "copies-are-on-different-shards",
        kind: PropertyKind::Always,
        title: word!("property.copies-are-on-different-shards"),
        check: copies_are_on_different_shards,
    },
    Property {
        name: "owners-have-their-keys",
        kind: PropertyKind::Eventually,
        title: word!("property.owners-have-their-keys"),
        check: owners_have_their_keys,
    },
    Property {
        name: "a-key-was-out-of-reach",
        kind: PropertyKind::Sometimes,
        title: word!("property.a-key-was-out-of-reach"),
        check: a_key_was_out_of_reach,
    },
    Property {
        name: "a-hint-was-handed-back",
        kind: PropertyKind::Sometimes,
        title: word!("property.a-hint-was-handed-back"),
        check: a_hint_was_handed_back,
    },
    Property {
        name: "a-key-was-moved",
        kind: PropertyKind::Sometimes,
        title: word!("property.a-key-was-moved"),
        check: a_key_was_moved,
    },
];

pub(super) const READINGS: &[Reading] = &[
    Reading {
        name: "shard_requests_answered",
        title: word!("reading.requests-answered"),
        read: |world| Some(sum(world, ShardClient::answered) as f64),
    },
    Reading {
        name: "shard_requests_failed",
        title: word!("reading.requests-failed"),
        read: |world| Some(sum(world, ShardClient::failed) as f64),
    },
    Reading { name: "shard_latency_mean_ms", title: word!("reading.latency-mean-ms"), read: mean_latency },
    Reading { name: "keys_out_of_reach", title: word!("reading.keys-out-of-reach"), read: out_of_reach },
    Reading { name: "keys_moved", title: word!("reading.keys-moved"), read: moved },
    Reading { name: "fullest_shard_percent", title: word!("reading.fullest-shard-percent"), read: fullest },
];

/// For each key, a version at least as new as the newest one acknowledged to a running client is safe on the disk of some shard,
/// running or not.
///
/// It assumes that nobody was ever Byzantine and that no shard and no router ever lost its disk; once one of these happened it
/// says nothing more. A client that crashed has forgotten what was acknowledged to it.
fn acknowledged_writes_are_on_a_shard(world: &World) -> Result<(), Phrase> {
    let faulty = |node: NodeId| world.node(node).ever_byzantine || world.node(node).ever_lost_disk;
    if world.network().node_ids().any(faulty) {
        return Ok(());
    }
    for (client, process) in world.processes::<ShardClient>() {
        let lost = process.acknowledged.iter().find(|(key, version)| !is_on_a_disk(world, key, **version));
        if let Some((key, _)) = lost {
            let client = world.network().name(client);
            return Err(phrase!("property.acknowledged-write-gone", client = client, key = key));
        }
    }
    Ok(())
}

/// On every ring that anyone uses, the shards that are to hold a key are as many as there are to be copies, or all if there are
/// fewer shards, and no two of them are the same. It holds whatever anybody lies.
fn copies_are_on_different_shards(world: &World) -> Result<(), Phrase> {
    let mut checked = None;
    for placement in placements(world) {
        // As a rule all use the same.
        if checked.replace(placement) == Some(placement) {
            continue;
        }
        for point in 0..placement.points().len() {
            let owners = placement.distinct_from(point, placement.copies());
            let distinct: Set<NodeId> = owners.iter().copied().collect();
            if distinct.len() != placement.copies() || owners.len() != distinct.len() {
                return Err(phrase!("property.copies-share-a-shard", copies = owners.len()));
            }
        }
    }
    Ok(())
}

fn placements(world: &World) -> impl Iterator<Item = &Placement> {
    let shards = world.processes::<Shard>().map(|(_, shard)| shard.placement());
    shards.chain(world.processes::<Router>().map(|(_, router)| router.placement()))
}

/// All running shards use the same ring, and every key that one of them holds is at all its owners that run.
fn owners_have_their_keys(world: &World) -> Result<(), Phrase> {
    let mut shards = world.processes::<Shard>();
    let Some((_, first)) = shards.next() else { return Err(phrase!("property.no-shard-runs")) };
    if let Some((other, _)) = shards.find(|(_, shard)| shard.placement().epoch() != first.placement().epoch())
    {
        return Err(phrase!("property.another-ring", shard = world.network().name(other)));
    }
    for (_, shard) in world.processes::<Shard>() {
        for key in shard.keys() {
            let lacks = |owner: &NodeId| {
                world.process::<Shard>(*owner).is_some_and(|owner| owner.item(key).is_none())
            };
            if let Some(owner) = shard.placement().owners(key).into_iter().find(lacks) {
                return Err(phrase!(
                    "property.owner-lacks-key",
                    shard = world.network().name(owner),
                    key = key
                ));
            }
        }
    }
    Ok(())
}

/// A running client was failed.
fn a_key_was_out_of_reach(world: &World) -> Result<(), Phrase> {
    let failed = world.processes::<ShardClient>().any(|(_, client)| client.failed() > 0);
    if failed { Ok(()) } else { Err(phrase!("property.no-request-failed")) }
}

/// A running shard has let a key go that it kept for another.
fn a_hint_was_handed_back(world: &World) -> Result<(), Phrase> {
    let handed_back = world.processes::<Shard>().any(|(_, shard)| shard.handed_back() > 0);
    if handed_back { Ok(()) } else { Err(phrase!("property.no-hint-handed-back")) }
}

/// A running shard has taken a key over from another.
fn a_key_was_moved(world: &World) -> Result<(), Phrase> {
    let moved = world.processes::<Shard>().any(|(_, shard)| shard.taken() > 0);
    if moved { Ok(()) } else { Err(phrase!("property.no-key-moved")) }
}

/// Over the running clients; one that crashed counts from its restart.
fn sum(world: &World, of: impl Fn(&ShardClient) -> u64) -> u64 {
    world.processes::<ShardClient>().map(|(_, client)| of(client)).sum()
}

/// From the request to the answer, over answered requests.
fn mean_latency(world: &World) -> Option<f64> {
    let answered = sum(world, ShardClient::answered);
    let total = sum(world, |client| client.latency_total().as_micros());
    (answered > 0).then(|| total as f64 / 1e3 / answered as f64)
}

/// Keys that are on a disk, but on that of no shard that runs.
fn out_of_reach(world: &World) -> Option<f64> {
    Some(holders(world).values().filter(|holders| holders.is_empty()).count() as f64)
}

/// How often a shard took a key over from another, over the shards that run.
fn moved(world: &World) -> Option<f64> {
    Some(world.processes::<Shard>().map(|(_, shard)| shard.taken()).sum::<u64>() as f64)
}

/// How many keys the fullest running shard of the ring holds, as a percentage of their mean.
fn fullest(world: &World) -> Option<f64> {
    let on_ring = |(node, shard): &(NodeId, &Shard)| shard.placement().configuration().members.contains(node);
    let counts: Vec<usize> =
        world.processes::<Shard>().filter(on_ring).map(|(_, shard)| shard.keys().count()).collect();
    let (total, most) = (counts.iter().sum::<usize>(), counts.iter().max()?);
    (total > 0).then(|| 100.0 * (most * counts.len()) as f64 / total as f64)
}
