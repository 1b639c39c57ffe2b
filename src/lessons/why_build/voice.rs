//! Voice recognition: goals, moments and recorded solutions of the steps that run it.

use crate::protocols::voice::{Device, Gateway, Worker};
use crate::sim::time::Duration;
use crate::sim::world::World;

use super::super::goals::{Goal, Solution};

/// Goals and moments, in the order of the steps.
pub const GOALS: &[Goal] = &[
    Goal { name: "server-keeps-up", reached: server_keeps_up },
    Goal { name: "three-speed-ups", reached: three_speed_ups },
    Goal { name: "first-syllable", reached: first_syllable },
    Goal { name: "answered-despite-crash", reached: answered_despite_crash },
    Goal { name: "in-time-with-stragglers", reached: in_time_with_stragglers },
];

/// A solution of each step that has a goal.
pub const SOLUTIONS: &[Solution] = &[
    Solution { step: "2/one-device", commands: &["2s set d1 where server"], until: "12s" },
    Solution {
        step: "2/more-workers",
        commands: &["3s set g1 workers 2", "6s set g1 workers 4", "9s set g1 workers 8"],
        until: "11s",
    },
    Solution { step: "2/mid-utterance", commands: &["870ms crash w2"], until: "3s" },
    Solution {
        step: "2/stragglers",
        commands: &["300ms set g1 workers 8", "400ms set g1 hedge 400ms"],
        until: "11s",
    },
];

/// The gateway has answered an utterance, and the device waits for nothing more.
fn server_keeps_up(world: &World) -> bool {
    let answered = world.processes::<Gateway>().any(|(_, gateway)| gateway.last_measured().is_some());
    answered && nothing_waits(world)
}

/// The gateway has divided utterances among two, four and eight workers.
fn three_speed_ups(world: &World) -> bool {
    world.processes::<Gateway>().any(|(_, gateway)| {
        [2, 4, 8].iter().all(|wanted| gateway.measured().any(|(workers, _)| workers == *wanted))
    })
}

/// The workers are in the middle of an utterance: something is recognised, and not everything.
fn first_syllable(world: &World) -> bool {
    world.processes::<Gateway>().any(|(_, gateway)| gateway.is_gathering() && !gateway.gathered().is_empty())
}

/// A worker is down, frames of the last utterance were reassigned, and the device has its words.
fn answered_despite_crash(world: &World) -> bool {
    let workers = world.network().nodes_with_role("voice-worker");
    let one_is_down = workers.iter().any(|worker| !world.is_running(*worker));
    let reassigned = world.processes::<Gateway>().any(|(_, gateway)| gateway.last_reassigned() > 0);
    one_is_down && reassigned && nothing_waits(world)
}

/// Two workers are slow, and yet the last three utterances were each answered within a second.
fn in_time_with_stragglers(world: &World) -> bool {
    let is_slow = |node| world.node(node).condition.slowness > Duration::ZERO;
    let slow = world.processes::<Worker>().filter(|(node, _)| is_slow(*node)).count();
    let in_time = world.processes::<Device>().any(|(_, device)| {
        device.answered() >= 3 && device.latencies().rev().take(3).all(|latency| latency <= Duration::secs(1))
    });
    slow >= 2 && in_time
}

fn nothing_waits(world: &World) -> bool {
    world.processes::<Device>().any(|(_, device)| device.answered() > 0 && device.unanswered() == 0)
}
