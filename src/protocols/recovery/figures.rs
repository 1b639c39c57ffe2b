//! What is drawn of both ways to recover: the overhead of intervals beside the published curves, and how long recoveries take.

use crate::sim::figure::{Bar, Bars, Drawing, Figure, Plot, Series, SeriesShape, Tint};
use crate::sim::world::World;
use crate::sorted::sort_by;
use crate::word;
use crate::words::Key;

use super::properties::{computer, model, source};

pub(super) const FIGURES: &[Figure] = &[
    Figure { name: "overhead-by-interval", title: word!("figure.overhead-by-interval"), draw: overhead },
    Figure { name: "recovery-latency", title: word!("figure.recovery-latency"), draw: latency },
];

/// How many points a curve has, and over how many times the best interval it goes at least.
const POINTS: u32 = 40;
const SPAN: f64 = 4.0;
/// An interval that was tried for less than so many mean times between failures is not drawn yet.
const FAILURES: f64 = 3.0;

/// The overhead of every interval that was tried in this run, over what is published.
fn overhead(world: &World) -> Option<Drawing> {
    let (model, computer) = (model(world)?, computer(world)?);
    let minutes = |micros: u64| micros as f64 / 6e7;
    let mut measured: Vec<(f64, f64)> = computer
        .tried(world.now())
        .iter()
        .filter(|tried| minutes(tried.time.as_micros()) >= FAILURES * model.fails)
        .filter_map(|tried| Some((minutes(tried.interval.as_micros()), tried.overhead()?)))
        .collect();
    sort_by(&mut measured, |a, b| a.0 < b.0);
    let longest = measured.last().map_or(0.0, |(interval, _)| *interval);
    let span = longest.max(SPAN * model.young());
    // The shortest interval is where saves cost as much as the longest one of the usual span loses.
    let shortest = model.young() / SPAN;
    let intervals =
        (0..=POINTS).map(|point| shortest + (span - shortest) * f64::from(point) / f64::from(POINTS));
    let curve =
        |of: &dyn Fn(f64) -> f64| intervals.clone().map(|interval| (interval, of(interval))).collect();
    let series = |title: Key, shape, points: Vec<(f64, f64)>| {
        let points = points.into_iter().map(|(minutes, share)| (minutes / 60.0, share * 100.0));
        Series { title, shape, points: points.collect() }
    };
    Some(Drawing::Plot(Plot {
        across: word!("figure.interval-hours"),
        up: word!("figure.overhead-percent"),
        series: vec![
            series(word!("figure.young"), SeriesShape::Line, curve(&|interval| model.first_order(interval))),
            series(word!("figure.daly"), SeriesShape::Line, curve(&|interval| model.overhead(interval))),
            series(word!("figure.tried"), SeriesShape::Dots, measured),
        ],
    }))
}

/// How long recoveries took on average, side by side.
fn latency(world: &World) -> Option<Drawing> {
    let source = source(world)?;
    let sides = [
        (word!("figure.checkpoint-restart"), source.checkpoint()),
        (word!("figure.fail-over"), source.fail_over()),
    ];
    let bar = |(index, (label, book)): (usize, (Key, super::Book))| {
        let amount = book.recovery_minutes().unwrap_or(0.0);
        Bar { label: label.text().to_owned(), amount, tint: Tint(index as u8) }
    };
    let bars = sides.into_iter().enumerate().map(bar).collect();
    Some(Drawing::Bars(Bars { unit: word!("figure.minutes"), bars }))
}
