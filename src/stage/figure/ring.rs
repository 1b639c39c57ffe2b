//! The table of a ring: what stands where on it, and whose it is.

use super::chart::{Chart, Table};
use crate::sim::figure::{Dot, Ring, Tint};
use crate::sim::world::World;
use crate::stage::tints;
use crate::stage::units;
use crate::word;

/// Places in a full turn, and degrees.
const TURN: f64 = 65_536.0;
const DEGREES: f64 = 360.0;

/// A ring as a figure: its drawing is on the stage.
pub fn chart(world: &World, ring: &Ring) -> Chart {
    let owners = owners(world);
    let whose = |tint: Option<Tint>| match tint {
        None => word!("figure.nobody").text().to_owned(),
        Some(tint) => owner(&owners, tint),
    };
    let degrees = |at: u16| units::fixed(f64::from(at) / TURN * DEGREES, 1) + "°";
    let stretches = ring.stretches.iter().map(|stretch| {
        vec![word!("figure.stretch").text().to_owned(), degrees(stretch.from), whose(Some(stretch.tint))]
    });
    let dots = ring.dots.iter().map(|dot: &Dot| vec![dot.label.clone(), degrees(dot.at), whose(dot.tint)]);
    let head = [word!("figure.thing"), word!("figure.place"), word!("figure.whose")];
    let table =
        Table { head: head.map(|key| key.text().to_owned()).into(), rows: stretches.chain(dots).collect() };
    Chart { table, ..Chart::default() }
}

/// The nodes that have said which colour is theirs.
fn owners(world: &World) -> Vec<(Tint, String)> {
    let network = world.network();
    let owner = |node| Some((world.look(node)?.tint?, network.name(node).to_owned()));
    network.node_ids().filter_map(owner).collect()
}

/// Whose a colour is: the names of nodes, or the shape that stands beside it.
fn owner(owners: &[(Tint, String)], tint: Tint) -> String {
    let names: Vec<_> = owners.iter().filter(|(of, _)| *of == tint).map(|(_, name)| name.as_str()).collect();
    if names.is_empty() { tints::shape_word(tint).text().to_owned() } else { names.join(", ") }
}
