//! What is drawn of the generals: who told a lieutenant what, and who had told them.

use crate::sim::figure::{Block, Drawing, Figure, Tint, Tree};
use crate::sim::world::World;
use crate::word;

use super::council::Heard;
use super::general::word_of;
use super::{Council, GENERAL, Path, Plan};

pub(super) const FIGURES: &[Figure] = &[Figure {
    name: "orders-heard",
    title: word!("figure.orders-heard"),
    draw: |world| Some(Drawing::Tree(orders_heard(world))),
}];

/// More orders than that nobody follows: longer paths are left out from the first that has no room.
const ORDERS_AT_MOST: usize = 70;

/// The orders that the first loyal lieutenant heard in the last council, each after the one that it passes on. An order of the plan that the
/// lieutenant decided on counts.
fn orders_heard(world: &World) -> Tree {
    let assembly = super::assembly(world);
    let lieutenant = assembly.loyal.iter().find(|(_, council)| council.me != Path::COMMANDER);
    let Some((node, council)) = lieutenant else { return Tree { blocks: Vec::new() } };
    let heard = shown(council);
    let names = world.network().nodes_with_role(GENERAL);
    let block = |told: &&Heard| Block {
        parent: heard
            .iter()
            .position(|other| other.path == told.path.parent() && passes_on(told, other, council)),
        label: format!(
            "{} {}",
            names.get(usize::from(told.path.last()) - 1).map_or("?", |name| world.network().name(*name)),
            word_of(told.plan).text()
        ),
        tint: Tint(u8::from(told.plan == Plan::Retreat)),
        // Who it was told to stands under what came first.
        held_by: match told.path == Path::ORDER {
            true => vec![format!("→ {}", world.network().name(*node))],
            false => Vec::new(),
        },
        stands: council.decided.is_none_or(|plan| plan == told.plan),
    };
    Tree { blocks: heard.iter().map(block).collect() }
}

/// Whether an order is the continuation of another one. By word of mouth it may be another plan: that is what a lie is.
fn passes_on(told: &Heard, other: &Heard, council: &Council) -> bool {
    !council.signed || told.plan == other.plan
}

/// The orders with the shortest paths, so many that all of a length are there or none.
fn shown(council: &Council) -> Vec<&Heard> {
    let mut shown = Vec::new();
    for length in 1..=council.depth + 1 {
        let of_length = council.heard().iter().filter(|heard| heard.path.len() == length);
        if shown.len() + of_length.clone().count() > ORDERS_AT_MOST {
            break;
        }
        shown.extend(of_length);
    }
    shown
}
