//! Service levels: goals, moments and recorded solutions of the steps that run them.

use crate::protocols::web::service_levels::{Meter, meter, spent_by_fault};
use crate::protocols::web::{BALANCER, User, users};
use crate::sim::time::Duration;
use crate::sim::world::World;

use super::super::goals::{Goal, Solution};

/// Goals and moments, in the order of the steps.
pub const GOALS: &[Goal] = &[
    Goal { name: "four-nines", reached: |world| meter(world).is_some_and(has_four_nines) },
    Goal { name: "budget-spent", reached: budget_spent },
    Goal { name: "alert-raised", reached: |world| meter(world).is_some_and(is_early_alert) },
    Goal { name: "alert-over", reached: alert_over },
    Goal { name: "nines-on-paper", reached: nines_on_paper },
];

/// A solution of each step that has a goal.
pub const SOLUTIONS: &[Solution] = &[
    Solution { step: "3/levels", commands: &["1min set m1 target 99.99%", "5min crash db1"], until: "12min" },
    Solution { step: "3/budget", commands: &["5min crash db1", "7min restart db1"], until: "14min" },
    Solution { step: "3/nines", commands: &["2min cut u1-b1"], until: "12min" },
];

const MONTH: Duration = Duration::secs(30 * 86_400);
/// How many requests show whether a share of them fails.
const ENOUGH: u64 = 50;

fn has_four_nines(meter: &Meter) -> bool {
    let terms = meter.terms();
    terms.period == MONTH && terms.target.complement().parts_per_million() == 100
}

/// Nothing is left of the budget of four nines or more, and faults have spent the most of it.
fn budget_spent(world: &World) -> bool {
    let is_spent = meter(world).is_some_and(|meter| has_four_nines(meter) && meter.left() == Duration::ZERO);
    let by_faults = || {
        let spent = spent_by_fault(world);
        let of_none = spent.last().map_or(0.0, |(_, minutes)| *minutes);
        spent.iter().map(|(_, minutes)| minutes).sum::<f64>() > 2.0 * of_none
    };
    is_spent && by_faults()
}

/// The alert is on, and nine tenths of the budget are left.
fn is_early_alert(meter: &Meter) -> bool {
    meter.alerts() && meter.left() * 10 >= budget(meter) * 9
}

/// The alert went off and is over, everything runs, half of the budget is left, and nobody is credited anything.
fn alert_over(world: &World) -> bool {
    let is_over = |meter: &Meter| {
        meter.alarms() > 0 && !meter.alerts() && meter.credits() == 0 && meter.left() * 2 >= budget(meter)
    };
    meter(world).is_some_and(is_over) && world.network().node_ids().all(|node| world.is_running(node))
}

/// By a meter at the balancer that counts all events, not one was bad, and nobody ever lied. Of the users' requests one in ten or more failed.
fn nines_on_paper(world: &World) -> bool {
    let flawless = |meter: &Meter| {
        let terms = meter.terms();
        let counts_all = terms.measured_at() == BALANCER && terms.is_valid(None) && terms.within().is_some();
        counts_all && meter.record().valid() >= ENOUGH && meter.record().bad().is_empty()
    };
    let ends = |of: fn(&User) -> u64| users(world).map(|(_, user)| of(user)).sum::<u64>();
    let ended = ends(|user| user.tally().fates.settled());
    let honest = world.network().node_ids().all(|node| !world.node(node).ever_byzantine);
    let failed = ends(|user| user.tally().fates.bad());
    honest && meter(world).is_some_and(flawless) && ended >= ENOUGH && failed * 10 >= ended
}

fn budget(meter: &Meter) -> Duration {
    meter.terms().budget(meter.terms().target)
}
