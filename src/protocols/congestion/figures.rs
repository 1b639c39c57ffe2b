//! What is drawn of the flows: what is carried under which load, and whose it is.

use crate::sim::figure::{Bar, Bars, Drawing, Figure, Plot, Series, SeriesShape, Tint};
use crate::sim::world::World;
use crate::sorted::sort_by;
use crate::word;

use super::phases::recent_seconds;
use super::{Control, Phase, flows, phases, promised, recent};

pub(super) const FIGURES: &[Figure] = &[
    Figure { name: "goodput-by-load", title: word!("figure.goodput-by-load"), draw: by_load },
    Figure { name: "goodput-by-flow", title: word!("figure.goodput-by-flow"), draw: by_flow },
];

/// Of how many points the line of the formula is made.
const STEPS: u32 = 40;

/// A point for every phase in which all senders sent alike, over what the formula says of senders without control, as far as was
/// tried.
fn by_load(world: &World) -> Option<Drawing> {
    let phases: Vec<Phase> = phases(world);
    let points = |control| {
        let alike = phases.iter().filter(|phase| phase.control == Some(control));
        let mut points: Vec<_> = alike.map(|phase| (phase.offered, phase.goodput)).collect();
        sort_by(&mut points, |a, b| a.0 < b.0);
        points
    };
    let none = points(Control::None);
    let greatest = none.last().map_or(0.0, |(offered, _)| *offered);
    let line = (0..=STEPS).map(|step| greatest * f64::from(step) / f64::from(STEPS));
    let line = line.filter_map(|offered| Some((offered, promised(world, offered)?))).collect();
    let mut series =
        vec![Series { title: word!("figure.load-formula"), shape: SeriesShape::Line, points: line }];
    for (title, points) in [
        (word!("figure.load-none"), none),
        (word!("figure.load-window"), points(Control::Window)),
        (word!("figure.load-aimd"), points(Control::Aimd)),
    ] {
        if !points.is_empty() {
            series.push(Series { title, shape: SeriesShape::Dots, points });
        }
    }
    Some(Drawing::Plot(Plot {
        across: word!("figure.load-offered"),
        up: word!("figure.load-goodput"),
        series,
    }))
}

/// What each flow got in the last seconds.
fn by_flow(world: &World) -> Option<Drawing> {
    let seconds = recent_seconds(world).max(1) as f64;
    let bars = flows(world).zip(0..).map(|(flow, tint)| Bar {
        label: world.network().name(flow.0).to_owned(),
        amount: recent(world, flow).1.delivered as f64 / seconds,
        tint: Tint(tint),
    });
    Some(Drawing::Bars(Bars { unit: word!("figure.load-goodput"), bars: bars.collect() }))
}
