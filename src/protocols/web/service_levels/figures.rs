//! What is drawn of service levels: what spent the budget, and how long requests took.

use crate::sim::figure::{Bar, Bars, Drawing, Figure, Plot, Series, SeriesShape, Tint};
use crate::sim::world::World;
use crate::word;

use super::views::{meter, minutes};

pub(in super::super) const SPENT_BY_FAULT: Figure =
    Figure { name: "spent-by-fault", title: word!("figure.spent-by-fault"), draw: by_fault };

pub(in super::super) const LATENCY_BY_PERCENTILE: Figure = Figure {
    name: "latency-by-percentile",
    title: word!("figure.latency-by-percentile"),
    draw: by_percentile,
};

fn by_fault(world: &World) -> Option<Drawing> {
    meter(world)?;
    let bars = spent_by_fault(world).into_iter().zip(0..).map(|((label, amount), tint)| Bar {
        label,
        amount,
        tint: Tint(tint),
    });
    Some(Drawing::Bars(Bars { unit: word!("figure.budget-minutes"), bars: bars.collect() }))
}

/// What each fault has spent of the period's budget, in minutes, and last what was spent while none was in force. A bad event is shared evenly
/// by the faults that were in force at any time from when the request was begun until the meter heard of its end.
pub fn spent_by_fault(world: &World) -> Vec<(String, f64)> {
    let Some(meter) = meter(world) else { return Vec::new() };
    let label = |spell: &crate::sim::world::Spell| {
        format!("{} {}", spell.kind.name, world.network().place_name(spell.place))
    };
    let mut spent: Vec<(String, f64)> = Vec::new();
    let mut of_none = 0.0;
    let bad = meter.record().bad();
    let each = minutes(meter.spent()) / bad.len().max(1) as f64;
    for event in bad {
        let faults = || world.spells().iter().filter(|spell| spell.overlaps(event.from, event.until));
        let part = each / faults().count() as f64;
        of_none += if part.is_finite() { 0.0 } else { each };
        for label in faults().map(label) {
            match spent.iter_mut().find(|(known, _)| *known == label) {
                Some(known) => known.1 += part,
                None => spent.push((label, part)),
            }
        }
    }
    spent.push((word!("figure.no-fault").text().to_owned(), of_none));
    spent
}

/// How long the quickest so many of a hundred took at most, beside what is soon enough.
fn by_percentile(world: &World) -> Option<Drawing> {
    let meter = meter(world)?;
    let milliseconds = |micros: u64| micros as f64 / 1e3;
    let point = |percent: u32| {
        let micros = meter.latencies().permille(u64::from(percent) * 10)?;
        Some((f64::from(percent), milliseconds(micros)))
    };
    let line = |title, points| Series { title, shape: SeriesShape::Line, points };
    let mut series = vec![line(word!("figure.latency-measured"), (1..=100).filter_map(point).collect())];
    if let Some(within) = meter.terms().within() {
        let up = milliseconds(within.as_micros());
        series.insert(0, line(word!("figure.latency-good"), vec![(0.0, up), (100.0, up)]));
    }
    Some(Drawing::Plot(Plot { across: word!("figure.of-hundred"), up: word!("figure.milliseconds"), series }))
}
