//! A web service: goals, moments and recorded solutions of the steps that run it.

use crate::protocols::web::{APP, BALANCER, Balancer, DATABASE, Database, USER, User, lost_saves};
use crate::sim::network::NodeId;
use crate::sim::time::Time;
use crate::sim::world::World;

use super::super::goals::{Goal, Solution};

/// Goals and moments, in the order of the steps.
pub const GOALS: &[Goal] = &[
    Goal { name: "server-down-unnoticed", reached: server_down_unnoticed },
    Goal { name: "database-stops-all", reached: database_stops_all },
    Goal { name: "both-taken-over", reached: both_taken_over },
    Goal { name: "save-lost", reached: save_lost },
];

/// A solution of each step that has a goal.
pub const SOLUTIONS: &[Solution] = &[
    Solution { step: "4/one-of-three", commands: &["3s crash a2"], until: "8s" },
    Solution { step: "4/only-one", commands: &["3s crash db1"], until: "10s" },
    Solution {
        step: "4/single-points",
        commands: &[
            "1s set u1 entries 2",
            "1s set u2 entries 2",
            "1s set u3 entries 2",
            "2s set db1 failover-after 1s",
            "2s set db2 failover-after 1s",
            "4s crash b1",
            "4s crash db1",
        ],
        until: "14s",
    },
    Solution { step: "4/saved-and-lost", commands: &["2s cut db1-db2", "5s crash db1"], until: "6s" },
];

/// A server is down and out of rotation, all else runs, and every user has been served since, without ever giving up.
fn server_down_unnoticed(world: &World) -> bool {
    let down: Vec<NodeId> = down(world, APP);
    let out_of_rotation = world
        .processes::<Balancer>()
        .all(|(_, balancer)| balancer.rotation().all(|server| !down.contains(&server)));
    let nobody_gave_up = world.processes::<User>().all(|(_, user)| user.tally().fates.bad() == 0);
    let others_run = [USER, BALANCER, DATABASE].iter().all(|role| self::down(world, role).is_empty());
    !down.is_empty() && others_run && out_of_rotation && nobody_gave_up && all_served_since_last_fall(world)
}

/// No database runs, everything else does, and every user has given something up.
fn database_stops_all(world: &World) -> bool {
    let databases = world.network().nodes_with_role(DATABASE);
    let others_run = [USER, BALANCER, APP].iter().all(|role| down(world, role).is_empty());
    let all_gave_up = world.processes::<User>().all(|(_, user)| user.tally().fates.bad() > 0);
    !databases.is_empty() && down(world, DATABASE).len() == databases.len() && others_run && all_gave_up
}

/// The first balancer and the first database are down, and every user has been served since.
fn both_taken_over(world: &World) -> bool {
    let first_is_down = |role| {
        let first = world.network().nodes_with_role(role).first();
        first.is_some_and(|first| !world.is_running(*first))
    };
    first_is_down(BALANCER) && first_is_down(DATABASE) && all_served_since_last_fall(world)
}

/// One database leads, and it lacks a save that a user was told of, though no disk was lost and nobody lied.
fn save_lost(world: &World) -> bool {
    let leaders = world.processes::<Database>().filter(|(_, database)| database.leads().is_some()).count();
    let spoilt = |node: NodeId| world.node(node).ever_byzantine || world.node(node).ever_lost_disk;
    let nobody_spoilt = !world.network().node_ids().any(spoilt);
    leaders == 1 && nobody_spoilt && lost_saves(world).is_some_and(|lost| lost > 0)
}

fn down(world: &World, role: &str) -> Vec<NodeId> {
    let nodes = world.network().nodes_with_role(role).iter();
    nodes.copied().filter(|node| !world.is_running(*node)).collect()
}

/// Whether all users run and each had a success with something that it asked since the last node went down.
fn all_served_since_last_fall(world: &World) -> bool {
    let falls = world.network().node_ids().filter_map(|node| world.node(node).down_since);
    let last_fall = falls.max().unwrap_or(Time::ZERO);
    let users = world.network().nodes_with_role(USER).len();
    let served = |user: &User| user.last_good_asked_at().is_some_and(|asked| asked >= last_fall);
    world.processes::<User>().filter(|(_, user)| served(user)).count() == users
}
