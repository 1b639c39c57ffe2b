//! A payment system taken apart: goals, moments and recorded solutions of the steps that run it.

use crate::protocols::payment::{Bank, PaymentService, Shop, Status};
use crate::sim::world::World;

use super::super::goals::{Goal, Solution};

/// Goals and moments, in the order of the steps.
pub const GOALS: &[Goal] = &[
    Goal { name: "charged-twice", reached: charged_twice },
    Goal { name: "asked-twice-charged-once", reached: asked_twice_charged_once },
    Goal { name: "key-forgotten", reached: key_forgotten },
    Goal { name: "key-remembered", reached: key_remembered },
    Goal { name: "charged-three-times", reached: charged_three_times },
];

/// A solution of each step that has a goal. The first order sends four messages: m0 and m1 ask, m2 and m3 answer.
pub const SOLUTIONS: &[Solution] = &[
    Solution {
        step: "3/cause",
        commands: &[r#"1s request shop "buy alice 2500""#, "2s drop m3"],
        until: "5s",
    },
    Solution {
        step: "3/key",
        commands: &["0s set shop idempotency-key on", "0s set pay honour-keys on"],
        until: "5s",
    },
    // The bank has charged at 1.604 s, and its answer finds a service that has forgotten what it asked.
    Solution {
        step: "3/forget",
        commands: &[r#"1s request shop "buy alice 2500""#, "1700ms crash pay", "1800ms restart pay"],
        until: "5s",
    },
    Solution { step: "3/journal", commands: &["0s set pay journal on"], until: "5s" },
    Solution {
        step: "3/three-times",
        commands: &[
            r#"1s request shop "buy alice 2500""#,
            "1700ms crash pay",
            "1800ms restart pay",
            "4700ms crash pay",
            "4800ms restart pay",
        ],
        until: "9s",
    },
];

/// An order is in the ledger twice.
fn charged_twice(world: &World) -> bool {
    most_charges(world) >= 2
}

/// A shop asked twice under one key, and the customer was charged once.
fn asked_twice_charged_once(world: &World) -> bool {
    let repeated = world.processes::<PaymentService>().any(|(_, service)| service.repeats() > 0);
    repeated && asked_again_and_shipped(world) && most_charges(world) == 1
}

/// Keys are sent and honoured, and still an order is in the ledger twice.
fn key_forgotten(world: &World) -> bool {
    keys_are_used(world) && charged_twice(world)
}

/// The payment service went down and came back, and a shop that asked again was answered for the one charge that there is.
fn key_remembered(world: &World) -> bool {
    let came_back = world.processes::<PaymentService>().any(|(node, _)| world.node(node).falls > 0);
    came_back && keys_are_used(world) && all_settled(world) && most_charges(world) == 1
}

/// Keys are sent and honoured, and still an order is in the ledger three times.
fn charged_three_times(world: &World) -> bool {
    keys_are_used(world) && most_charges(world) >= 3
}

/// How often the order is charged that is charged most often.
fn most_charges(world: &World) -> usize {
    let Some((_, bank)) = world.processes::<Bank>().next() else { return 0 };
    bank.charged().map(|what| bank.times_charged(&what.shop, what.order)).max().unwrap_or(0)
}

fn asked_again_and_shipped(world: &World) -> bool {
    let mut orders = world.processes::<Shop>().flat_map(|(_, shop)| shop.orders());
    orders.any(|(_, order)| order.asked > 1 && order.status == Status::Shipped)
}

/// There are orders, and all are shipped or refused.
fn all_settled(world: &World) -> bool {
    let mut orders = world.processes::<Shop>().flat_map(|(_, shop)| shop.orders()).peekable();
    orders.peek().is_some() && orders.all(|(_, order)| order.status.is_settled())
}

/// Every shop sends keys, the payment service honours them, and none of them ever lied.
fn keys_are_used(world: &World) -> bool {
    let network = world.network();
    let all_on = |role: &str, setting: &str| {
        network.nodes_with_role(role).iter().all(|node| world.node(*node).settings.choice(setting) == "on")
    };
    let honest = network.node_ids().all(|node| !world.node(node).ever_byzantine);
    honest && all_on("shop", "idempotency-key") && all_on("payment-service", "honour-keys")
}
