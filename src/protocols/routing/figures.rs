//! What is drawn of routing: the tree of the ways to a host, as the routers' tables have it.

use crate::sim::figure::{Block, Drawing, Figure, Tint, Tree};
use crate::sim::network::NodeId;
use crate::sim::world::World;
use crate::word;

use super::{HOST, ROUTER, Router};

pub(super) const FIGURES: &[Figure] =
    &[Figure { name: "ways-to-a-host", title: word!("figure.ways-to-a-host"), draw: ways }];

/// Each router grows from its first next hop toward the first host. What grows from the host is right as far as the tables know; routers whose next
/// hops run in a circle, or that know no way, grow from nothing and are faint.
fn ways(world: &World) -> Option<Drawing> {
    let network = world.network();
    let host = *network.nodes_with_role(HOST).first()?;
    let next = |node: NodeId| {
        let route = world.process::<Router>(node)?.route(network.name(host))?;
        Some((network.node_named(&route.via[0])?, route.distance))
    };
    let mut blocks = vec![Block {
        parent: None,
        label: network.name(host).to_owned(),
        tint: Tint(0),
        held_by: Vec::new(),
        stands: true,
    }];
    let mut drawn = vec![host];
    let mut rest: Vec<NodeId> = network.nodes_with_role(ROUTER).to_vec();
    while !rest.is_empty() {
        let parent_of = |node: NodeId| {
            let (hop, _) = next(node)?;
            drawn.iter().position(|known| *known == hop)
        };
        // Whoever's next hop is drawn; or else the first, to begin anew with.
        let chosen = rest.iter().position(|node| parent_of(*node).is_some());
        let node = rest.remove(chosen.unwrap_or(0));
        let parent = parent_of(node);
        let distance = next(node).map_or("∞".to_owned(), |(_, distance)| distance.to_string());
        blocks.push(Block {
            parent,
            label: format!("{} {distance}", network.name(node)),
            tint: Tint(if next(node).is_some() { 1 } else { 2 }),
            held_by: Vec::new(),
            stands: parent.is_some_and(|parent| blocks[parent].stands),
        });
        drawn.push(node);
    }
    Some(Drawing::Tree(Tree { blocks }))
}
