//! What is drawn of the web service: what users ask for and get, second by second, and what became of it all.

use crate::sim::figure::{Bar, Bars, Drawing, Figure, Plot, Series, SeriesShape, Tint};
use crate::sim::world::World;
use crate::word;
use crate::words::Key;

use super::properties::{bots, in_second, total, users};
use super::service_levels::{LATENCY_BY_PERCENTILE, METER, SPENT_BY_FAULT};
use super::tally::{SECONDS_KEPT, second_of};
use super::{Second, User};

pub(super) const FIGURES: &[Figure] = &[
    Figure { name: "requests-by-second", title: word!("figure.requests-by-second"), draw: by_second },
    Figure {
        name: "fates-of-users",
        title: word!("figure.fates-of-users"),
        draw: |world| stack(world, |number| in_second(users(world), number)),
    },
    Figure {
        name: "fates-of-bots",
        title: word!("figure.fates-of-bots"),
        draw: |world| stack(world, |number| in_second(bots(world), number)),
    },
    Figure { name: "requests-by-outcome", title: word!("figure.requests-by-outcome"), draw: by_outcome },
    SPENT_BY_FAULT,
    LATENCY_BY_PERCENTILE,
];

/// Tries, requests and successes in each of the last whole seconds. Where service levels are measured, a second is too short for them.
fn by_second(world: &World) -> Option<Drawing> {
    world.processes::<User>().next().filter(|_| world.network().nodes_with_role(METER).is_empty())?;
    let seconds = last_seconds(world, |number| in_second(users(world), number));
    let line = |title, of| series(&seconds, title, SeriesShape::Line, of);
    Some(plot(vec![
        line(word!("fact.tries"), |second| second.tries),
        line(word!("fact.offered"), |second| second.offered),
        line(word!("fact.good"), |second| second.good),
    ]))
}

/// What has become by now of what was asked in each of the last whole seconds: the areas add up to the line.
///
/// Only where there are bots, for it is they who make the difference.
fn stack(world: &World, of: impl Fn(u64) -> Second) -> Option<Drawing> {
    bots(world).next()?;
    let seconds = last_seconds(world, of);
    let area = |title, of| series(&seconds, title, SeriesShape::Area, of);
    Some(plot(vec![
        area(word!("fact.good"), |second| second.fates.good),
        area(word!("fact.dropped"), |second| second.fates.dropped),
        area(word!("fact.refused"), |second| second.fates.refused),
        area(word!("fact.failed"), |second| second.fates.failed),
        area(word!("fact.timed-out"), |second| second.fates.timed_out),
        area(word!("fact.in-flight"), |second| second.offered - second.fates.settled()),
        series(&seconds, word!("fact.offered"), SeriesShape::Line, |second| second.offered),
    ]))
}

/// The last whole seconds, of each what is given by its number.
fn last_seconds(world: &World, of: impl Fn(u64) -> Second) -> Vec<Second> {
    let now = second_of(world.now());
    (now.saturating_sub(SECONDS_KEPT)..now).map(of).collect()
}

fn series(seconds: &[Second], title: Key, shape: SeriesShape, of: fn(&Second) -> u64) -> Series {
    let points = seconds.iter().zip(1u32..);
    let points = points.map(|(second, across)| (f64::from(across), of(second) as f64)).collect();
    Series { title, shape, points }
}

fn plot(series: Vec<Series>) -> Drawing {
    Drawing::Plot(Plot { across: word!("figure.last-seconds"), up: word!("figure.a-second"), series })
}

/// Where all requests are: together they are all that was offered.
fn by_outcome(world: &World) -> Option<Drawing> {
    world.processes::<User>().next()?;
    let fates = total(world).fates;
    let in_flight: usize = world.processes::<User>().map(|(_, user)| user.in_flight()).sum();
    let amounts = [
        (word!("fact.good"), fates.good),
        (word!("fact.dropped"), fates.dropped),
        (word!("fact.refused"), fates.refused),
        (word!("fact.failed"), fates.failed),
        (word!("fact.timed-out"), fates.timed_out),
        (word!("fact.in-flight"), in_flight as u64),
    ];
    let bars = amounts.into_iter().zip(0..).map(|((title, amount), tint)| Bar {
        label: title.text().to_owned(),
        amount: amount as f64,
        tint: Tint(tint),
    });
    Some(Drawing::Bars(Bars { unit: word!("figure.requests"), bars: bars.collect() }))
}
