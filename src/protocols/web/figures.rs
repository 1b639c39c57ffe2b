//! What is drawn of the web service: what users ask for and get, second by second, and what became of it all.

use crate::sim::figure::{Bar, Bars, Drawing, Figure, Plot, Series, SeriesShape, Tint};
use crate::sim::world::World;
use crate::word;

use super::properties::{bots, in_second, total, users};
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
];

/// Tries, requests and successes in each of the last whole seconds.
fn by_second(world: &World) -> Option<Drawing> {
    world.processes::<User>().next()?;
    let now = second_of(world.now());
    let first = now.saturating_sub(SECONDS_KEPT);
    let seconds: Vec<Second> = (first..now).map(|number| in_second(users(world), number)).collect();
    let line = |title, of: fn(&Second) -> u32| {
        let points = seconds.iter().enumerate();
        let points = points.map(|(index, second)| ((index + 1) as f64, f64::from(of(second)))).collect();
        Series { title, shape: SeriesShape::Line, points }
    };
    Some(Drawing::Plot(Plot {
        across: word!("figure.last-seconds"),
        up: word!("figure.a-second"),
        series: vec![
            line(word!("fact.tries"), |second| second.tries),
            line(word!("fact.offered"), |second| second.offered),
            line(word!("fact.good"), |second| second.good),
        ],
    }))
}

/// What has become by now of what was asked in each of the last whole seconds: the areas add up to the line.
///
/// Only where there are bots, for it is they who make the difference.
fn stack(world: &World, of: impl Fn(u64) -> Second) -> Option<Drawing> {
    bots(world).next()?;
    let now = second_of(world.now());
    let first = now.saturating_sub(SECONDS_KEPT);
    let seconds: Vec<Second> = (first..now).map(of).collect();
    let series = |title, shape, of: fn(&Second) -> u32| {
        let points = seconds.iter().zip(1u32..);
        let points = points.map(|(second, across)| (f64::from(across), f64::from(of(second)))).collect();
        Series { title, shape, points }
    };
    let area = |title, of| series(title, SeriesShape::Area, of);
    Some(Drawing::Plot(Plot {
        across: word!("figure.last-seconds"),
        up: word!("figure.a-second"),
        series: vec![
            area(word!("fact.good"), |second| second.fates.good),
            area(word!("fact.dropped"), |second| second.fates.dropped),
            area(word!("fact.refused"), |second| second.fates.refused),
            area(word!("fact.failed"), |second| second.fates.failed),
            area(word!("fact.timed-out"), |second| second.fates.timed_out),
            area(word!("fact.in-flight"), |second| second.offered - second.fates.settled()),
            series(word!("fact.offered"), SeriesShape::Line, |second| second.offered),
        ],
    }))
}

/// Where all requests are: together they are all that was offered.
fn by_outcome(world: &World) -> Option<Drawing> {
    world.processes::<User>().next()?;
    let tally = total(world);
    let in_flight: usize = world.processes::<User>().map(|(_, user)| user.in_flight()).sum();
    let amounts = [
        (word!("fact.good"), tally.good),
        (word!("fact.dropped"), tally.dropped),
        (word!("fact.refused"), tally.refused),
        (word!("fact.failed"), tally.failed),
        (word!("fact.timed-out"), tally.timed_out),
        (word!("fact.in-flight"), in_flight as u64),
    ];
    let bars = amounts.into_iter().zip(0..).map(|((title, amount), tint)| Bar {
        label: title.text().to_owned(),
        amount: amount as f64,
        tint: Tint(tint),
    });
    Some(Drawing::Bars(Bars { unit: word!("figure.requests"), bars: bars.collect() }))
}
