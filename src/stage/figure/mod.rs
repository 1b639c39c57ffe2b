//! Figures of a run as the page shows them: drawings, legends and tables, as plain data. The ring is drawn on the stage itself
//! ([`super::ring`]); here is only its table.

mod bars;
pub mod chart;
mod paper;
mod plot;
pub mod readings;
mod ring;
pub mod scale;
pub mod tree;

use crate::sim::figure::{Drawing, Figure};
use crate::sim::world::World;

use chart::Chart;

/// A figure of a network as it is now; nothing if the scenario has no use for it.
pub fn chart(world: &World, figure: &Figure) -> Option<Chart> {
    Some(match (figure.draw)(world)? {
        Drawing::Plot(drawn) => plot::chart(&drawn),
        Drawing::Bars(drawn) => bars::chart(&drawn),
        Drawing::Tree(drawn) => tree::chart(&drawn),
        Drawing::Ring(drawn) => ring::chart(world, &drawn),
    })
}

/// All figures of a world as lines of text, each under its name.
pub fn text(world: &World) -> String {
    let figure = |figure: &'static Figure| Some((figure.name, chart(world, figure)?));
    let tables = world.network().figures().filter_map(figure);
    tables.map(|(name, chart)| format!("figure {name}\n{}", chart.table.text())).collect()
}
