//! A store divided over shards: goals and recorded solutions of the steps that run it.

use crate::protocols::sharded::ring::Placement;
use crate::protocols::sharded::survey::{holders, placement};
use crate::protocols::sharded::{Shard, ShardClient};
use crate::sim::network::NodeId;
use crate::sim::world::World;

use super::super::goals::{Goal, Solution};

/// Goals, in the order of the steps.
pub const GOALS: &[Goal] = &[
    Goal { name: "keys-have-moved", reached: keys_have_moved },
    Goal { name: "only-its-share-fails", reached: only_its_share_fails },
    Goal { name: "nobody-noticed", reached: nobody_noticed },
];

/// A solution of each step that has a goal.
pub const SOLUTIONS: &[Solution] = &[
    Solution { step: "1/sharded", commands: &[r#"2s request r1 "remove s2""#, "6s crash s1"], until: "20s" },
    Solution {
        step: "1/unnoticed",
        commands: &[r#"1s request r1 "replicas 2""#, "5s crash s1", r#"16s request r1 "remove s3""#],
        until: "25s",
    },
];

/// A shard that began on the ring is off it and runs, it holds nothing any more, and no key is out of reach.
fn keys_have_moved(world: &World) -> bool {
    let Some(placement) = placement(world) else { return false };
    let emptied = |(_, shard): (NodeId, &Shard)| shard.keys().next().is_none();
    removed(world, placement).any(emptied) && holders(world).values().all(|holders| !holders.is_empty())
}

/// A shard on the ring is down, every client's last failed key is one whose owners are all down, at least one client has one, and at
/// least one was answered what it asked for since.
fn only_its_share_fails(world: &World) -> bool {
    let Some(placement) = placement(world) else { return false };
    let Some(since) = crashed(world, placement).filter_map(|shard| world.node(shard).down_since).min() else {
        return false;
    };
    let is_down = |key: &str| placement.owners(key).iter().all(|owner| !world.is_running(*owner));
    let mut failed =
        world.processes::<ShardClient>().filter_map(|(_, client)| client.last_failed()).peekable();
    let mut answered = world.processes::<ShardClient>().filter_map(|(_, client)| client.last_answered());
    failed.peek().is_some() && failed.all(is_down) && answered.any(|answered| answered.asked_at >= since)
}

/// A shard on the ring is down, another is off the ring and runs, every key is on two shards that run, and no client was ever failed,
/// though all went on asking.
fn nobody_noticed(world: &World) -> bool {
    let Some(placement) = placement(world) else { return false };
    let Some(since) = crashed(world, placement).filter_map(|shard| world.node(shard).down_since).max() else {
        return false;
    };
    let served = |client: &NodeId| {
        let process = world.process::<ShardClient>(*client);
        world.node(*client).falls == 0
            && process.is_some_and(|client| {
                let goes_on = client.last_answered().is_some_and(|answered| answered.asked_at >= since);
                client.failed() == 0 && goes_on
            })
    };
    removed(world, placement).next().is_some()
        && holders(world).values().all(|holders| holders.len() >= 2)
        && world.network().nodes_with_role("shard-client").iter().all(served)
}

/// The running shards that began on the ring and are off it.
fn removed<'a>(world: &'a World, placement: &'a Placement) -> impl Iterator<Item = (NodeId, &'a Shard)> {
    let began = |node: &NodeId| {
        let shards = world.network().nodes_with_role("shard");
        let members = world.node(*node).settings.count("members") as usize;
        shards.iter().take(members).any(|shard| shard == node)
    };
    let on_ring = |node: &NodeId| placement.configuration().members.contains(node);
    world.processes::<Shard>().filter(move |(node, _)| began(node) && !on_ring(node))
}

/// The shards on the ring that are down.
fn crashed(world: &World, placement: &Placement) -> impl Iterator<Item = NodeId> {
    let members = placement.configuration().members.iter().copied();
    members.filter(|shard| !world.is_running(*shard))
}
