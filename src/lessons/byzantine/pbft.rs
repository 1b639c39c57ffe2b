//! Practical Byzantine fault tolerance: goals, moments and recorded solutions of the steps that run it.

use crate::protocols::pbft::{Client, Replica, difference, faulty};
use crate::sim::network::NodeId;
use crate::sim::world::World;

use super::super::goals::{Goal, Solution};

/// Goals and moments, in the order of the steps.
pub const GOALS: &[Goal] = &[
    Goal { name: "goes-on-without-one", reached: goes_on_without_one },
    Goal { name: "another-primary", reached: another_primary },
    Goal { name: "honest-disagree", reached: honest_disagree },
    Goal { name: "one-liar-is-enough", reached: one_liar_is_enough },
];

/// A solution of each step that has a goal.
pub const SOLUTIONS: &[Solution] = &[
    Solution { step: "6/pbft", commands: &["2s crash r3"], until: "4s" },
    Solution { step: "6/view", commands: &["2s byzantine r1 equivocate"], until: "8s" },
    Solution {
        step: "6/beyond",
        commands: &["0s byzantine r1 equivocate", "0s byzantine r2 equivocate"],
        until: "2s",
    },
    Solution { step: "6/f-two", commands: &["0s byzantine r1 equivocate"], until: "2s" },
];

/// One backup is down, the primary leads as ever, and all clients had something answered that they asked for since.
fn goes_on_without_one(world: &World) -> bool {
    let replicas = world.network().nodes_with_role("pbft-replica");
    let mut down = replicas.iter().filter_map(|node| world.node(*node).down_since);
    let (Some(since), None) = (down.next(), down.next()) else { return false };
    let leads_as_ever =
        world.processes::<Replica>().all(|(_, replica)| replica.view() == 0 && replica.is_active());
    leads_as_ever
        && all_clients_run(world)
        && world
            .processes::<Client>()
            .all(|(_, client)| client.last().is_some_and(|last| last.asked_at > since))
}

/// The first primary lied at some time, nobody else is faulty, and all clients were answered under another primary.
fn another_primary(world: &World) -> bool {
    let replicas = world.network().nodes_with_role("pbft-replica");
    let has_lied = |node: &NodeId| world.node(*node).ever_byzantine;
    let is_answered = |client: &Client| client.last().is_some_and(|last| last.view > 0);
    replicas.first().is_some_and(has_lied)
        && faulty(world) == 1
        && all_clients_run(world)
        && world.processes::<Client>().all(|(_, client)| is_answered(client))
}

/// Two honest replicas have executed different requests at one number.
fn honest_disagree(world: &World) -> bool {
    difference(world).is_some()
}

/// So they have, and only one replica was ever faulty.
fn one_liar_is_enough(world: &World) -> bool {
    faulty(world) == 1 && honest_disagree(world)
}

/// All clients run.
fn all_clients_run(world: &World) -> bool {
    world.network().nodes_with_role("pbft-client").iter().all(|node| world.is_running(*node))
}
