//! What is drawn of the register: whose copy is how new.

use crate::sim::figure::{Bar, Bars, Drawing, Figure, Tint};
use crate::sim::world::World;
use crate::word;

use super::Member;

pub(super) const FIGURES: &[Figure] = &[Figure {
    name: "copies",
    title: word!("figure.copies"),
    draw: |world| Some(Drawing::Bars(copies(world))),
}];

/// How new the copy of each member that runs is. Those that hold the write of one and the same member have the same colour.
fn copies(world: &World) -> Bars {
    let bar = |(node, member): (_, &Member)| {
        let name = world.network().name(node);
        let tag = member.version().unwrap_or_default();
        let value = member.value().unwrap_or("–");
        Bar {
            label: format!("{name}: x = {value}"),
            amount: tag.counter as f64,
            tint: Tint(tag.writer as u8),
        }
    };
    Bars { unit: word!("figure.copies.unit"), bars: world.processes::<Member>().map(bar).collect() }
}
