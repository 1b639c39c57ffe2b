//! The telephone network: goals and recorded solutions of the steps that run it.

use crate::protocols::telephone::{Exchange, Phone};
use crate::sim::world::World;

use super::super::goals::{Goal, Solution};

/// Goals and moments, in the order of the steps.
pub const GOALS: &[Goal] = &[
    Goal { name: "called-around", reached: called_around },
    Goal { name: "blocked-by-two-calls", reached: blocked_by_two_calls },
];

/// A solution of each step that has a goal.
pub const SOLUTIONS: &[Solution] = &[
    Solution { step: "1/telephone", commands: &["4s cut x1-x3", r#"9s request p2 "call p8""#], until: "13s" },
    // Both trunks of x2 are taken.
    Solution {
        step: "1/blocked",
        commands: &[r#"1s request p1 "call p4""#, r#"1s request p5 "call p8""#, r#"4s request p3 "call p6""#],
        until: "7s",
    },
];

/// A call was dropped, and a phone that had one dropped talks again, over an alternate route.
fn called_around(world: &World) -> bool {
    let again =
        world.processes::<Phone>().any(|(_, phone)| phone.counts().dropped > 0 && phone.talks_to().is_some());
    again && world.processes::<Exchange>().any(|(_, exchange)| exchange.alternates() > 0)
}

/// Nothing is wrong with any link or node, two pairs talk, and a call from p3 to p6, both idle now, found no circuit.
fn blocked_by_two_calls(world: &World) -> bool {
    let network = world.network();
    let mut directions = network.link_ids().flat_map(|link| link.directions());
    let links_whole = directions.all(|direction| world.direction(direction).faults.is_empty());
    let nodes_whole = network.node_ids().all(|node| world.node(node).faults.is_empty());
    let phone = |name| network.node_named(name).and_then(|node| world.process::<Phone>(node));
    let is_idle = |phone: &Phone| phone.calls().next().is_none();
    let blocked = phone("p3").is_some_and(|p3| p3.counts().blocked > 0 && is_idle(p3));
    let talking = world.processes::<Phone>().filter(|(_, phone)| phone.talks_to().is_some()).count();
    links_whole && nodes_whole && blocked && phone("p6").is_some_and(is_idle) && talking == 4
}
