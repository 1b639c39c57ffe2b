//! A stream over bad links: goals and recorded solutions of the steps that run it.

use crate::protocols::tcp::{Check, Receiver, Sender};
use crate::sim::world::World;

use super::super::goals::{Goal, Solution};

/// Goals, in the order of the steps.
pub const GOALS: &[Goal] = &[
    Goal { name: "stream-stays-whole", reached: stream_stays_whole },
    Goal { name: "wrong-bytes-arrive", reached: wrong_bytes_arrive },
    Goal { name: "swap-unseen", reached: swap_unseen },
    Goal { name: "swap-caught", reached: swap_caught },
];

/// A solution of each step that has a goal.
pub const SOLUTIONS: &[Solution] = &[
    Solution {
        step: "5/packets",
        commands: &[
            "2s loss r1-r2 30%",
            "2s reorder r1-r2 20%",
            "40s heal r1-r2 loss",
            "40s corrupt r1-r2 20%",
            "40s set b checksum none",
        ],
        until: "70s",
    },
    Solution {
        step: "5/swapped",
        commands: &["2s swap-words r1-r2 20%", "12s set b checksum crc32"],
        until: "60s",
    },
];

/// Segments are lost and overtaken, several of each, and all that is delivered is right.
fn stream_stays_whole(world: &World) -> bool {
    let is_sent_again = world.processes::<Sender>().any(|(_, sender)| sender.tally().sent_again >= 5);
    let is_put_in_order = receivers(world).any(|receiver| {
        receiver.tally().early >= 5 && receiver.delivered().bytes >= 1_500 && receiver.delivered().wrong == 0
    });
    strikes(world, "loss") && strikes(world, "reorder") && is_sent_again && is_put_in_order
}

/// Nothing is checked, and damage comes through.
fn wrong_bytes_arrive(world: &World) -> bool {
    let comes_through =
        |receiver: &Receiver| receiver.check() == Some(Check::Nothing) && receiver.delivered().wrong > 0;
    strikes(world, "corrupt") && receivers(world).any(comes_through)
}

/// Swapped words come through a check by the sum.
fn swap_unseen(world: &World) -> bool {
    let comes_through =
        |receiver: &Receiver| receiver.check() == Some(Check::Internet) && receiver.delivered().wrong > 0;
    strikes(world, "swap-words") && receivers(world).any(comes_through)
}

/// Words are still swapped, the CRC refuses such segments, and for a while only right bytes have come.
fn swap_caught(world: &World) -> bool {
    let catches = |receiver: &Receiver| {
        receiver.check() == Some(Check::Crc32)
            && receiver.tally().refused >= 5
            && receiver.delivered().right_since >= 300
    };
    strikes(world, "swap-words") && receivers(world).any(catches)
}

fn receivers(world: &World) -> impl Iterator<Item = &Receiver> {
    world.processes::<Receiver>().map(|(_, receiver)| receiver)
}

/// Whether a fault of this name is in force on some link.
fn strikes(world: &World, fault: &str) -> bool {
    let directions = world.network().link_ids().flat_map(|link| link.directions());
    directions.into_iter().any(|direction| {
        world.direction(direction).faults.iter().any(|in_force| in_force.fault.kind.name == fault)
    })
}
