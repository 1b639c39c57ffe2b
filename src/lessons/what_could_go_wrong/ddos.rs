//! A flood of requests: goals and recorded solutions of the steps that run it.

use crate::protocols::web::{self, USER, User, recent};
use crate::sim::world::World;

use super::super::goals::{Goal, Solution};

/// Goals, in the order of the steps.
pub const GOALS: &[Goal] = &[
    Goal { name: "flood-starves", reached: flood_starves },
    Goal { name: "limit-holds", reached: limit_holds },
    Goal { name: "stays-down", reached: stays_down },
    Goal { name: "back-again", reached: back_again },
    Goal { name: "office-served", reached: office_served },
];

/// A solution of each step that has a goal.
pub const SOLUTIONS: &[Solution] = &[
    Solution {
        step: "4/flood",
        commands: &[
            "2s set bot1 asks-every 20ms",
            "2s set bot2 asks-every 20ms",
            "2s set bot3 asks-every 20ms",
            "2s set bot4 asks-every 20ms",
            "12s set b1 rate-limit 12",
        ],
        until: "40s",
    },
    Solution {
        step: "4/flood-is-over",
        commands: &[
            "8s set bot1 asks-every 0s",
            "8s set bot2 asks-every 0s",
            "8s set bot3 asks-every 0s",
            "8s set bot4 asks-every 0s",
            "22s set u1 retries 0",
            "22s set u2 retries 0",
            "22s set u3 retries 0",
        ],
        until: "45s",
    },
    Solution {
        step: "4/like-a-bot",
        commands: &["4s set u1 entries 2", "4s set u2 entries 2", "4s set u3 entries 2"],
        until: "30s",
    },
];

/// How many bots’ requests a second are a flood.
const FLOOD: u64 = 100;
/// Over how many whole seconds it is judged.
const SECONDS: u64 = 5;

/// Everything runs, there is a flood, and of the users' requests not one in ten is answered.
fn flood_starves(world: &World) -> bool {
    let users = recent(world, users(world), SECONDS);
    is_whole(world) && is_flooded(world) && users.offered > 0 && users.good * 10 < users.offered
}

/// The flood goes on, a limit drops some of it, and nine in ten of every user's requests are answered.
fn limit_holds(world: &World) -> bool {
    let dropped: u64 = bots(world).map(|bot| bot.tally().fates.dropped).sum();
    dropped > 0 && is_whole(world) && is_flooded(world) && all_well_served(world)
}

/// There was a flood, it has been over for a while, and still not one in ten of the users' requests is answered.
fn stays_down(world: &World) -> bool {
    let users = recent(world, users(world), SECONDS);
    is_whole(world) && is_flood_over(world) && users.offered > 0 && users.good * 10 < users.offered
}

/// There was a flood, it has been over for a while, and every user is served.
fn back_again(world: &World) -> bool {
    is_whole(world) && is_flood_over(world) && all_well_served(world)
}

/// The flood goes on, every user is served, and one of them asks as often as a bot.
fn office_served(world: &World) -> bool {
    let rate = |user: &User| recent(world, std::iter::once(user), SECONDS).offered;
    let least_bot = bots(world).map(rate).min().unwrap_or(0);
    let most_user = users(world).map(rate).max().unwrap_or(0);
    let is_alike = most_user * 2 > least_bot;
    is_alike && is_whole(world) && is_flooded(world) && all_well_served(world)
}

fn users(world: &World) -> impl Iterator<Item = &User> {
    web::users(world).map(|(_, user)| user)
}

fn bots(world: &World) -> impl Iterator<Item = &User> {
    web::bots(world).map(|(_, user)| user)
}

fn is_flooded(world: &World) -> bool {
    recent(world, bots(world), SECONDS).tries >= FLOOD * SECONDS
}

/// Bots asked for more than a moment, and none has for ten seconds.
fn is_flood_over(world: &World) -> bool {
    let ever: u64 = bots(world).map(|bot| bot.tally().offered).sum();
    ever > FLOOD * SECONDS && recent(world, bots(world), 10).offered == 0
}

/// Every user runs, asks, and had answers to nine in ten of what it asked.
fn all_well_served(world: &World) -> bool {
    let is_well_served = |user: &User| {
        let second = recent(world, std::iter::once(user), SECONDS);
        second.offered >= 5 * SECONDS && second.good * 10 >= second.offered * 9
    };
    users(world).count() == world.network().nodes_with_role(USER).len() && users(world).all(is_well_served)
}

fn is_whole(world: &World) -> bool {
    let network = world.network();
    network.node_ids().all(|node| world.is_running(node))
}
