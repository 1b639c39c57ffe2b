//! Two ways to recover: goals and recorded solutions of the steps that run them.

use crate::protocols::recovery::{self, Replica, Tried};
use crate::sim::time::Duration;
use crate::sim::world::World;

use super::super::goals::{Goal, Solution};

/// Goals, in the order of the steps.
pub const GOALS: &[Goal] = &[
    Goal { name: "saves-pay", reached: saves_pay },
    Goal { name: "two-lead", reached: two_lead },
    Goal { name: "near-best-interval", reached: near_best_interval },
];

/// A solution of each step that has a goal.
pub const SOLUTIONS: &[Solution] = &[
    Solution { step: "5/recovery", commands: &["20d set c1 saves-every 2h", "45d cut p1-p2"], until: "46d" },
    Solution { step: "5/best-interval", commands: &["8d set c1 saves-every 160min"], until: "40d" },
];

const DAY: Duration = Duration::secs(86_400);
/// How long an interval must be tried before it is judged, in mean times between failures.
const FAILURES: u64 = 15;
/// By which part the overhead of a good interval may be above the least possible.
const NEAR: f64 = 1.02;

/// Two intervals were tried for a while, and the later one had less overhead. Meanwhile the replicas recovered sooner, and cost more.
fn saves_pay(world: &World) -> bool {
    let Some((source, tried)) = recovery::source(world).zip(tried(world)) else { return false };
    let [.., before, last] = &tried[..] else { return false };
    let long = |tried: &Tried| tried.time >= DAY * FAILURES;
    let less = last.overhead().zip(before.overhead()).is_some_and(|(last, before)| last < before);
    let sooner = source.fail_over().recovery_minutes() < source.checkpoint().recovery_minutes();
    long(before) && long(last) && less && sooner && source.fail_over().recovered > 0
}

/// Two replicas lead.
fn two_lead(world: &World) -> bool {
    world.processes::<Replica>().filter(|(_, replica)| replica.leads()).count() > 1
}

/// An interval whose overhead is next to the least, by the exact formula, was tried for long enough, and another one before it.
fn near_best_interval(world: &World) -> bool {
    let Some((model, tried)) = recovery::model(world).zip(tried(world)) else { return false };
    let [_, .., last] = &tried[..] else { return false };
    let minutes = last.interval.as_secs_f64() / 60.0;
    let enough = last.time.as_secs_f64() / 60.0 >= FAILURES as f64 * model.fails;
    enough && model.overhead(minutes) <= NEAR * model.overhead(model.daly())
}

/// What came of each interval, the one at hand last.
fn tried(world: &World) -> Option<Vec<Tried>> {
    recovery::computer(world).map(|computer| computer.tried(world.now()))
}
