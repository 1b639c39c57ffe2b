//! One server that holds all the state: goals, moments and recorded solutions of the steps that run it.

use crate::protocols::key_value::{Client, Server};
use crate::sim::network::NodeId;
use crate::sim::world::World;

use super::super::goals::{Goal, Solution};

/// Goals and moments, in the order of the steps.
pub const GOALS: &[Goal] = &[
    Goal { name: "value-shared", reached: value_shared },
    Goal { name: "stored-unannounced", reached: stored_unannounced },
    Goal { name: "stored-unheard", reached: stored_unheard },
    Goal { name: "one-cut-off", reached: one_cut_off },
    Goal { name: "first-time-out", reached: first_time_out },
    Goal { name: "everyone-stops", reached: everyone_stops },
    Goal { name: "six-not-safe", reached: six_not_safe },
    Goal { name: "six-forgotten", reached: six_forgotten },
    Goal { name: "retry-wins", reached: retry_wins },
];

/// A solution of each step that has a goal.
pub const SOLUTIONS: &[Solution] = &[
    Solution {
        step: "1/one-computer",
        commands: &[r#"1s request c1 "put x=1""#, r#"2s request c3 "get x""#],
        until: "3s",
    },
    // The answer sets out at 652 ms; cut then, it comes as far as the middle of the link.
    Solution { step: "1/no-answer", commands: &["652ms cut s1-c1"], until: "3s" },
    Solution {
        step: "1/server-crash",
        commands: &["3s cut s1-c2", "8s heal s1-c2", "9s crash s1"],
        until: "14s",
    },
    Solution { step: "1/restart", commands: &["1651ms crash s1", "2s restart s1"], until: "6s" },
    Solution {
        step: "1/retries",
        commands: &[
            "3s set c1 retries 3",
            "3s set c2 retries 3",
            "3s set c3 retries 3",
            "3s set c4 retries 3",
        ],
        until: "30s",
    },
];

/// One client has stored x = 1 and another has read it.
fn value_shared(world: &World) -> bool {
    world.processes::<Client>().filter(|(_, client)| client.learned() == Some("x = 1")).count() >= 2
}

/// s1 has just made x = 2 safe, so that its answer sets out.
fn stored_unannounced(world: &World) -> bool {
    holds_x(world, "2")
}

/// s1 holds x = 2, somebody gave up on x, and nobody was told that x is 2.
fn stored_unheard(world: &World) -> bool {
    let mut clients = world.processes::<Client>();
    let gave_up = clients.any(|(_, client)| client.learned() == Some("x = ?"));
    let nobody_told = world.processes::<Client>().all(|(_, client)| client.learned() != Some("x = 2"));
    holds_x(world, "2") && gave_up && nobody_told
}

/// One client cannot reach the server and was failed by it, while the others reach it and are answered.
fn one_cut_off(world: &World) -> bool {
    let Some((server, _)) = server(world) else { return false };
    let (near, far): (Vec<_>, Vec<_>) =
        world.processes::<Client>().partition(|(client, _)| reach_each_other(world, *client, server));
    let all_clients_run = near.len() + far.len() == world.network().nodes_with_role("client").len();
    let far_is_failed = matches!(far.as_slice(), [(_, client)] if client.last_failed());
    let near_are_served = near.iter().all(|(_, client)| client.answered() > 0 && !client.last_failed());
    all_clients_run && far_is_failed && near_are_served
}

/// A client has given up on a request.
fn first_time_out(world: &World) -> bool {
    world.processes::<Client>().any(|(_, client)| client.failed() > 0)
}

/// Nothing is wrong with any link or client, and yet every client was failed last.
fn everyone_stops(world: &World) -> bool {
    let network = world.network();
    let links_whole = network
        .link_ids()
        .flat_map(|link| link.directions())
        .all(|direction| world.direction(direction).faults.is_empty());
    let clients = network.nodes_with_role("client");
    let clients_whole = clients.iter().all(|client| world.node(*client).faults.is_empty());
    let failed = world.processes::<Client>().filter(|(_, client)| client.last_failed()).count();
    links_whole && clients_whole && failed == clients.len()
}

/// The server has received x = 6, and its disk has not confirmed it.
fn six_not_safe(world: &World) -> bool {
    let server = world.network().nodes_with_role("server");
    let written = |node: &NodeId| {
        let mut records = world.node(*node).disk.records();
        records.any(|(name, content, safe)| name == "x" && content.ends_with(b" 6") && !safe)
    };
    server.iter().any(written)
}

/// The server was down and is back with x = 5, and whoever asked for x = 6 was left without an answer.
fn six_forgotten(world: &World) -> bool {
    let came_back = server(world).is_some_and(|(server, _)| world.node(server).falls > 0);
    let gave_up = world.processes::<Client>().any(|(_, client)| client.learned() == Some("x = ?"));
    came_back && holds_x(world, "5") && gave_up
}

/// A client was answered later than its first attempt waited.
fn retry_wins(world: &World) -> bool {
    world.processes::<Client>().any(|(node, client)| {
        let patience = world.node(node).settings.duration("timeout");
        client
            .last_answered()
            .is_some_and(|answered| answered.answered_at.since(answered.asked_at) > patience)
    })
}

fn server(world: &World) -> Option<(NodeId, &Server)> {
    world.processes::<Server>().next()
}

fn holds_x(world: &World, value: &str) -> bool {
    server(world).is_some_and(|(_, server)| server.value("x") == Some(value))
}

fn reach_each_other(world: &World, a: NodeId, b: NodeId) -> bool {
    let island = |node: NodeId| world.islands()[node.index()];
    island(a).is_some() && island(a) == island(b)
}
