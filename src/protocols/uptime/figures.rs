//! What is drawn of the designs: what each costs, and how many nines it has.

use crate::sim::figure::{Drawing, Figure, Plot, Series, SeriesShape};
use crate::sim::world::World;
use crate::sorted::sort_by;
use crate::word;

use super::OBJECTIVE;
use super::books::{Book, Design};
use super::forms::{Rates, independent};
use super::properties::{monitor, rates};

pub(super) const FIGURES: &[Figure] =
    &[Figure { name: "uptime-frontier", title: word!("figure.uptime-frontier"), draw: frontier }];

/// A service that was never down yet has no end of nines: it is drawn with these.
const NINES_AT_MOST: f64 = 6.0;

/// Every design that was tried in this run, those that another beats in both apart, over the best that the product formula promises for the money.
fn frontier(world: &World) -> Option<Drawing> {
    let monitor = monitor(world)?;
    let promised = promised(monitor.design()?, rates(world)?);
    let dearest = promised.last().map_or(0.0, |(cost, _)| *cost);
    let tried: Vec<(f64, f64)> =
        monitor.books(world.now()).iter().filter_map(|(design, book)| point(*design, *book)).collect();
    let is_beaten = |point: &(f64, f64)| {
        tried.iter().any(|other| other != point && other.0 <= point.0 && other.1 >= point.1)
    };
    let (mut beaten, mut best): (Vec<_>, Vec<_>) = tried.iter().copied().partition(is_beaten);
    for points in [&mut beaten, &mut best] {
        sort_by(points, |a, b| a.0 < b.0);
    }
    let objective = nines(OBJECTIVE as f64 / 1e6);
    let target = vec![(0.0, objective), (dearest, objective)];
    let line = SeriesShape::Line;
    let mut series = vec![
        Series { title: word!("figure.uptime-target"), shape: line, points: target },
        Series { title: word!("figure.uptime-promised"), shape: line, points: promised },
    ];
    for (title, points) in [(word!("figure.uptime-beaten"), beaten), (word!("figure.uptime-best"), best)] {
        if !points.is_empty() {
            series.push(Series { title, shape: SeriesShape::Dots, points });
        }
    }
    Some(Drawing::Plot(Plot {
        across: word!("figure.uptime-cost"),
        up: word!("figure.uptime-nines"),
        series,
    }))
}

/// Cost and nines of a design that was tried for a while.
fn point(design: Design, book: Book) -> Option<(f64, f64)> {
    Some((design.cost() as f64, nines(book.share()?)))
}

/// For each cost at which the product formula promises more than for less, what it promises.
fn promised(design: Design, rates: Rates) -> Vec<(f64, f64)> {
    let mut menu: Vec<_> =
        design.menu().map(|design| (design.cost() as f64, nines(independent(design, rates)))).collect();
    sort_by(&mut menu, |a, b| a.0 < b.0);
    let mut frontier: Vec<(f64, f64)> = Vec::new();
    for (cost, nines) in menu {
        match frontier.last_mut() {
            Some(best) if nines <= best.1 => {}
            Some(best) if cost == best.0 => best.1 = nines,
            _ => frontier.push((cost, nines)),
        }
    }
    frontier
}

/// How many nines a share has: 3 for 99.9 %.
fn nines(share: f64) -> f64 {
    (-libm::log10((1.0 - share).max(0.0))).min(NINES_AT_MOST)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nines_are_counted() {
        assert!((nines(0.9) - 1.0).abs() < 1e-9 && (nines(0.999) - 3.0).abs() < 1e-9);
        assert!((nines(1.0) - NINES_AT_MOST).abs() < 1e-9);
    }
}
