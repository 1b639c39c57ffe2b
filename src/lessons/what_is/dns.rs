//! Names and their authorities: goals and recorded solutions of the steps that run them.

use crate::protocols::dns::{Looked, Resolver, Stub, replaced_at};
use crate::sim::network::NodeId;
use crate::sim::time::{Duration, Time};
use crate::sim::world::World;

use super::super::goals::{Goal, Solution};

/// Goals, in the order of the steps.
pub const GOALS: &[Goal] = &[
    Goal { name: "name-outlives-root", reached: name_outlives_root },
    Goal { name: "name-dies-in-cache", reached: name_dies_in_cache },
    Goal { name: "stale-without-cache", reached: stale_without_cache },
];

/// A solution of each step that has a goal.
pub const SOLUTIONS: &[Solution] = &[
    Solution {
        step: "1/dns",
        commands: &[
            r#"1s request c1 "ask www.example.com""#,
            "4s cut r1-root",
            r#"5s request c2 "ask www.example.com""#,
            r#"19s request c3 "ask www.example.com""#,
        ],
        until: "24s",
    },
    Solution {
        step: "1/stale-name",
        commands: &["2s cut ns1-ns2", r#"3s request ns1 "set www.example.com 192.0.2.9""#, "4s crash ns1"],
        until: "60s",
    },
];

/// For how long after a change the old address must still be told: several times as long as the step's caches keep it.
const STALE_FOR: Duration = Duration::secs(20);
/// The time to live in the step, in seconds.
const STALE_TTL: u64 = 5;

/// A stub was told an address for which it asked while no resolver could reach the root.
fn name_outlives_root(world: &World) -> bool {
    let Some(since) = rootless_since(world) else { return false };
    lookups(world).any(|looked| looked.address().is_some() && looked.asked_at >= since)
}

/// The same for a name that could not be found out although the last thing that a resolver told from its cache was about it.
fn name_dies_in_cache(world: &World) -> bool {
    let Some(since) = rootless_since(world) else { return false };
    let was_kept = |name: &str| {
        world.processes::<Resolver>().any(|(_, resolver)| resolver.told_from_cache() == Some(name))
    };
    lookups(world).any(|looked| looked.failed() && looked.asked_at >= since && was_kept(&looked.name))
}

/// A stub was told an address so long after its primary had replaced it that no cache can be to blame, and no liar was ever there.
fn stale_without_cache(world: &World) -> bool {
    let nodes = || world.network().node_ids().map(|node| world.node(node));
    let is_short = |node: &NodeId| world.node(*node).settings.count("ttl") <= STALE_TTL;
    let is_stale = |looked: &Looked| {
        let replaced = looked.address().and_then(|address| replaced_at(world, &looked.name, address));
        replaced.is_some_and(|at| looked.asked_at >= at + STALE_FOR)
    };
    nodes().all(|node| !node.ever_byzantine)
        && world.network().nodes_with_role("authority").iter().all(is_short)
        && lookups(world).any(is_stale)
}

/// Since when no resolver has been able to reach the root, at the earliest; nothing if one can.
fn rootless_since(world: &World) -> Option<Time> {
    let island = |node: &NodeId| world.islands()[node.index()];
    let is_root = |node: &&NodeId| world.node(**node).settings.text("zone") == ".";
    let root = world.network().nodes_with_role("authority").iter().find(is_root).and_then(island);
    let resolvers = world.network().nodes_with_role("resolver");
    let reaches = |node: &NodeId| root.is_some() && island(node) == root;
    (!resolvers.iter().any(reaches)).then(|| world.islands_since())
}

fn lookups(world: &World) -> impl Iterator<Item = &Looked> {
    world.processes::<Stub>().filter_map(|(_, stub)| stub.last())
}
