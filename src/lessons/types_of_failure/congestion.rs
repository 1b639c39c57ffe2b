//! Congestion: goals and recorded solutions of the steps that run it.

use crate::protocols::congestion::{
    Control, SENDER, a_second_begins, capacity, fairness, flows, phases, recent, senders,
};
use crate::sim::world::World;

use super::super::goals::{Goal, Solution};

/// Goals, in the order of the steps.
pub const GOALS: &[Goal] = &[
    Goal { name: "goodput-collapses", reached: goodput_collapses },
    Goal { name: "goodput-holds", reached: goodput_holds },
    Goal { name: "fair-share", reached: fair_share },
];

/// A solution of each step that has a goal.
pub const SOLUTIONS: &[Solution] = &[
    Solution {
        step: "5/collapse",
        commands: &[
            "8s set s1 offered-rate 100",
            "8s set s2 offered-rate 100",
            "8s set s3 offered-rate 100",
            "8s set s4 offered-rate 100",
            "15s set s1 congestion-control aimd",
            "15s set s2 congestion-control aimd",
            "15s set s3 congestion-control aimd",
            "15s set s4 congestion-control aimd",
        ],
        until: "30s",
    },
    Solution {
        step: "5/fair-share",
        commands: &["8s set r1 queueing fair-queueing", "8s set r2 queueing fair-queueing"],
        until: "20s",
    },
];

/// How fair flows must share, by Jain's index.
const FAIR: f64 = 0.95;

/// Nobody controls anything, and each flow gets clearly less than it once did, while more is offered.
fn goodput_collapses(world: &World) -> bool {
    if !a_second_begins(world) {
        return false;
    }
    let phases = phases(world);
    let Some((last, before)) = phases.split_last() else { return false };
    last.control == Some(Control::None)
        && before.iter().any(|phase| {
            phase.control == last.control
                && last.offered > 1.2 * phase.offered
                && last.goodput < 0.9 * phase.goodput
        })
}

/// All senders use AIMD, are offered more than a link can carry, and get most of their share of it, where they once got less without
/// control.
fn goodput_holds(world: &World) -> bool {
    let all_adapt = senders(world).all(|sender| sender.control() == Control::Aimd);
    if !all_adapt || !a_second_begins(world) {
        return false;
    }
    let phases = phases(world);
    let (Some((last, before)), Some(capacity)) = (phases.split_last(), capacity(world)) else {
        return false;
    };
    let was_worse = before.iter().any(|phase| {
        phase.control == Some(Control::None)
            && phase.offered > 0.8 * last.offered
            && phase.goodput < 0.8 * last.goodput
    });
    let is_good = last.offered > capacity && last.goodput > 0.4 * capacity && last.fairness > FAIR;
    last.control == Some(Control::Aimd) && was_worse && is_good
}

/// One sender controls nothing and sends more than the link carries, all others use AIMD, and all share the link.
fn fair_share(world: &World) -> bool {
    let careless = senders(world).filter(|sender| sender.control() == Control::None).count();
    let adaptive = senders(world).filter(|sender| sender.control() == Control::Aimd).count();
    let all = world.network().nodes_with_role(SENDER).len();
    if careless != 1 || adaptive + 1 != all || !a_second_begins(world) {
        return false;
    }
    let Some(capacity) = capacity(world) else { return false };
    let (mut sent, mut delivered) = (0, 0);
    for (sender, receiver) in flows(world).map(|flow| recent(world, flow)) {
        sent = sent.max(sender.sent);
        delivered += receiver.delivered;
    }
    let seconds = 5.0;
    let is_flooded = sent as f64 > capacity * seconds;
    let is_used = delivered as f64 > 0.9 * capacity * seconds;
    is_flooded && is_used && fairness(world).is_some_and(|index| index > FAIR)
}
