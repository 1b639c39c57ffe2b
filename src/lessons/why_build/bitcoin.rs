//! Bitcoin: goals, moments and recorded solutions of the steps that run it.

use crate::protocols::bitcoin::Miner;
use crate::sim::network::NodeId;
use crate::sim::random::Probability;
use crate::sim::world::World;
use crate::sorted::{Map, Set};

use super::super::goals::{Goal, Solution};

/// Goals and moments, in the order of the steps.
pub const GOALS: &[Goal] = &[
    Goal { name: "payment-everywhere", reached: payment_everywhere },
    Goal { name: "two-histories", reached: two_histories },
    Goal { name: "one-history-left", reached: one_history_left },
    Goal { name: "delivered-on-one-side", reached: delivered_on_one_side },
    Goal { name: "delivered-and-undone", reached: delivered_and_undone },
    Goal { name: "double-spend-stands", reached: double_spend_stands },
    Goal { name: "weak-double-spend", reached: weak_double_spend },
];

/// A solution of each step that has a goal.
pub const SOLUTIONS: &[Solution] = &[
    Solution { step: "2/no-owner", commands: &[r#"1s request m1 "pay m5""#], until: "25s" },
    Solution {
        step: "2/two-chains",
        commands: &["5s cut m1-m3", "5s cut m2-m4", "25s heal m1-m3", "25s heal m2-m4"],
        until: "40s",
    },
    Solution { step: "2/confirmations", commands: &["60s heal m1-m3"], until: "65s" },
    Solution { step: "2/double-spend", commands: &[r#"1s request m1 "double spend m5""#], until: "40s" },
    // While the merchant stands still, nobody on its side mines but the thief.
    Solution {
        step: "2/weak-thief",
        commands: &[
            "1s cut m1-m3",
            "1s cut m2-m4",
            r#"2s request m1 "double spend m2""#,
            "57s pause m2",
            "100s resume m2",
        ],
        until: "105s",
    },
];

/// All miners run, and one payment is in the chain of each.
fn payment_everywhere(world: &World) -> bool {
    let mut miners = world.processes::<Miner>().map(|(_, miner)| miner.chain());
    let Some(first) = miners.next().filter(|_| all_run(world)) else { return false };
    let others: Vec<_> = miners.collect();
    first
        .payments_back_from(first.tip())
        .any(|(payment, _, _)| others.iter().all(|chain| chain.confirmations(payment) > 0))
}

/// There are two islands with miners, and since they parted each has a chain of at least two blocks that the other lacks.
fn two_histories(world: &World) -> bool {
    let mut sides: Map<u16, &Miner> = Map::new();
    for (node, miner) in world.processes::<Miner>() {
        if let Some(island) = island(world, node) {
            sides.insert(island, miner);
        }
    }
    let own = |mine: &Miner, other: &Miner| {
        let mine = mine.chain();
        mine.back_from(mine.tip()).take_while(|(hash, _)| !other.chain().has(*hash)).count()
    };
    match sides.values().collect::<Vec<_>>().as_slice() {
        [one, other] => own(one, other) >= 2 && own(other, one) >= 2,
        _ => false,
    }
}

/// All miners run, reach each other and stand on one block, and of a branch that they left at least two blocks are known.
fn one_history_left(world: &World) -> bool {
    let tips: Set<_> = world.processes::<Miner>().map(|(_, miner)| miner.chain().tip()).collect();
    all_run(world) && world.island_count() == 1 && tips.len() == 1 && world.processes::<Miner>().any(left_two)
}

fn left_two((_, miner): (NodeId, &Miner)) -> bool {
    let chain = miner.chain();
    let stands: Set<_> = chain.back_from(chain.tip()).map(|(hash, _)| hash).collect();
    let is_left = |block| chain.get(block).is_some() && !stands.contains(&block);
    chain.blocks().any(|(hash, stored)| is_left(hash) && is_left(stored.block.parent))
}

/// A miner handed goods over for a payment that the chain of somebody on another island lacks.
fn delivered_on_one_side(world: &World) -> bool {
    let miners: Vec<_> = world.processes::<Miner>().collect();
    miners.iter().any(|(node, merchant)| {
        let chain = merchant.chain();
        chain.payments_back_from(chain.tip()).any(|(payment, _, _)| {
            merchant.has_delivered(payment)
                && miners.iter().any(|(other, miner)| {
                    island(world, *other) != island(world, *node) && miner.chain().confirmations(payment) == 0
                })
        })
    })
}

/// A miner handed goods over for a payment that was then undone.
fn delivered_and_undone(world: &World) -> bool {
    world
        .processes::<Miner>()
        .any(|(_, miner)| miner.undone().iter().any(|payment| miner.has_delivered(*payment)))
}

/// A miner handed goods over for a payment whose coin the chain has spent otherwise.
fn double_spend_stands(world: &World) -> bool {
    world.processes::<Miner>().any(|(_, miner)| miner.cheated() > 0)
}

/// The same with three confirmations or more and an attacker who has a tenth of the hash power at most.
fn weak_double_spend(world: &World) -> bool {
    let setting = |node: NodeId| &world.node(node).settings;
    let careful = world.processes::<Miner>().all(|(node, _)| setting(node).count("confirmations") >= 3);
    let mut attackers = world.processes::<Miner>().filter(|(_, miner)| miner.attacks().0 > 0);
    let is_weak = |node| setting(node).probability("power") <= Probability::percent(10);
    careful && attackers.any(|(node, _)| is_weak(node)) && double_spend_stands(world)
}

fn all_run(world: &World) -> bool {
    world.network().nodes_with_role("miner").iter().all(|miner| world.is_running(*miner))
}

fn island(world: &World, node: NodeId) -> Option<u16> {
    world.islands()[node.index()]
}
