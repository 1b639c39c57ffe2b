//! The price of uptime: goals and recorded solutions of the steps that run it.

use crate::protocols::uptime::{Book, Design, Monitor, OBJECTIVE, forms, rates};
use crate::sim::time::Duration;
use crate::sim::world::World;

use super::super::goals::{Goal, Solution};

/// Goals and moments, in the order of the steps.
pub const GOALS: &[Goal] = &[
    Goal { name: "uptime-least-cost", reached: |world| least_cost(world, LONG) },
    Goal { name: "uptime-two-sites-differ", reached: two_sites_differ },
    Goal { name: "uptime-least-cost-with-outages", reached: least_cost_with_outages },
];

/// A solution of each step that has a goal.
pub const SOLUTIONS: &[Solution] = &[
    Solution {
        step: "4/uptime",
        commands: &["30d set m1 app-replicas 3", "30d set m1 database-replicas 3", "30d set m1 crews 2"],
        until: "4000d",
    },
    Solution { step: "4/shared-cause", commands: &["3700d set m1 sites 2"], until: "7400d" },
    Solution {
        step: "4/uptime-with-outages",
        commands: &[
            "30d set m1 app-replicas 3",
            "30d set m1 database-replicas 3",
            "30d set m1 sites 2",
            "30d set m1 parts durable",
        ],
        until: "1900d",
    },
];

/// What is asked for, as a share.
const WANTED: f64 = OBJECTIVE as f64 / 1e6;
/// For how long a design has to show what it is worth.
const LONG: Duration = Duration::secs(10 * 365 * 86_400);
/// The same where parts fail ten times as often: half as long shows as much.
const HALF_AS_LONG: Duration = Duration::secs(5 * 365 * 86_400);

/// The design in force was measured long enough, its measured availability and its availability in the long run are as wanted, and no
/// design of the menu that is as good in the long run costs less. The long run, too, so that some lucky years are not enough.
fn least_cost(world: &World, long: Duration) -> bool {
    let is_wanted = |(design, book): (Design, Book)| {
        let is_measured = book.kept() >= long && book.availability().is_some_and(|parts| parts >= OBJECTIVE);
        is_measured && rates(world).is_some_and(|rates| is_cheapest(design, rates))
    };
    in_force(world).is_some_and(is_wanted)
}

fn is_cheapest(design: Design, rates: forms::Rates) -> bool {
    forms::with_shared_causes(design, rates) >= WANTED
        && forms::least_cost(design, rates, WANTED) == Some(design.cost())
}

fn least_cost_with_outages(world: &World) -> bool {
    rates(world).is_some_and(|rates| rates.site_out > 0.0) && least_cost(world, HALF_AS_LONG)
}

/// Two designs that differ in nothing but their sites were both measured long enough, and the one with two was up for more of the time.
fn two_sites_differ(world: &World) -> bool {
    let Some((_, monitor)) = world.processes::<Monitor>().next() else { return false };
    let books = monitor.books(world.now());
    let long = |design: &Design| books.get(design).filter(|book| book.kept() >= LONG);
    books.keys().filter(|design| design.sites == 1).any(|one| {
        let two = Design { sites: 2, ..*one };
        let (Some(one), Some(two)) = (long(one), long(&two)) else { return false };
        two.availability() > one.availability()
    })
}

fn in_force(world: &World) -> Option<(Design, Book)> {
    let (_, monitor) = world.processes::<Monitor>().next()?;
    Some((monitor.design()?, monitor.book(world.now())?))
}
