//! Routing: goals and recorded solutions of the steps that run it.

use crate::protocols::routing::{HOST, Host, ROUTER, Router, believed, wrong_routes};
use crate::sim::network::{DirectionId, NodeId};
use crate::sim::world::World;

use super::super::goals::{Goal, Solution};

/// Goals, in the order of the steps.
pub const GOALS: &[Goal] = &[
    Goal { name: "rerouted", reached: rerouted },
    Goal { name: "counted-to-infinity", reached: counted_to_infinity },
    Goal { name: "liar-is-alone", reached: liar_is_alone },
    Goal { name: "forgotten-without-counting", reached: forgotten_without_counting },
];

/// A solution of each step that has a goal.
pub const SOLUTIONS: &[Solution] = &[
    Solution {
        step: "5/reroute",
        commands: &["2s cut r1-r2", "9s heal r1-r2", "12s cut h1-r1"],
        until: "30s",
    },
    Solution { step: "5/poisoned", commands: &["8s cut r2-r7", "8s cut r5-r7"], until: "15s" },
    Solution {
        step: "5/no-counting",
        commands: &[
            "0s set r1 routing link-state",
            "0s set r2 routing link-state",
            "0s set r3 routing link-state",
            "0s set r4 routing link-state",
            "0s set r5 routing link-state",
            "0s set r6 routing link-state",
            "0s set r7 routing link-state",
            "4s cut h1-r1",
        ],
        until: "10s",
    },
];

/// A link is cut, every node can reach every other, and every route is a shortest path.
fn rerouted(world: &World) -> bool {
    let some_link_is_cut =
        world.network().link_ids().any(|link| !link.directions().iter().all(|way| is_up(world, *way)));
    some_link_is_cut && world.island_count() == 1 && wrong_routes(world) == 0
}

/// A host is cut off and no router believes in a way to it any more, and some router once had a route longer than any path.
fn counted_to_infinity(world: &World) -> bool {
    forgotten_host(world).is_some() && has_counted(world)
}

/// A host that had answers is cut off and no router believes in a way to it any more; none ever had a route longer than any path, and infinity is
/// no less than usual.
fn forgotten_without_counting(world: &World) -> bool {
    let was_there = |host: NodeId| world.process::<Host>(host).is_some_and(|host| host.pings().answered > 0);
    let is_far = |node: &NodeId| world.node(*node).settings.count("infinity") >= 16;
    let routers = world.network().nodes_with_role(ROUTER);
    forgotten_host(world).is_some_and(was_there)
        && !has_counted(world)
        && routers.iter().all(|node| is_far(node) && world.is_running(*node))
}

/// Who claims all hosts is down, or joined to nobody; the others are all joined, and all their routes are shortest paths.
fn liar_is_alone(world: &World) -> bool {
    let network = world.network();
    let claims = |node: &&NodeId| world.node(**node).settings.choice("claims-all-hosts") == "yes";
    let Some(liar) = network.nodes_with_role(ROUTER).iter().find(claims) else { return false };
    let is_alone = |island: Option<u16>| {
        island.is_none() || world.islands().iter().filter(|other| **other == island).count() == 1
    };
    let others = || network.node_ids().filter(|node| node != liar);
    let first = others().next().and_then(|node| world.islands()[node.index()]);
    let are_joined = first.is_some() && others().all(|node| world.islands()[node.index()] == first);
    is_alone(world.islands()[liar.index()]) && are_joined && wrong_routes(world) == 0
}

/// A running host without a link that works, in which no router believes.
fn forgotten_host(world: &World) -> Option<NodeId> {
    let network = world.network();
    let is_cut_off = |host: &NodeId| {
        let around = network.around(*host);
        world.is_running(*host)
            && around.iter().all(|(_, way)| way.link().directions().iter().all(|way| !is_up(world, *way)))
    };
    let is_forgotten =
        |host: &NodeId| believed(world, network.name(*host)).all(|distance| distance.is_none());
    network.nodes_with_role(HOST).iter().copied().find(|host| is_cut_off(host) && is_forgotten(host))
}

/// Whether a router that runs ever had a route longer than a path that passes no router twice can be.
fn has_counted(world: &World) -> bool {
    let longest = world.network().nodes_with_role(ROUTER).len() as u64;
    world.processes::<Router>().any(|(_, router)| router.counts().farthest > longest)
}

fn is_up(world: &World, way: DirectionId) -> bool {
    world.direction(way).settings.up
}
