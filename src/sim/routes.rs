//! The quickest routes over what works at the moment, for protocols that ask for multi-hop delivery.
//!
//! This stands in for a routing layer that has always just converged. Tables are made when first needed, one a destination,
//! and thrown away whenever a link or a node changes.

use std::sync::Arc;

use petgraph::algo::{dijkstra, kosaraju_scc};
use petgraph::graph::NodeIndex;
use petgraph::visit::{EdgeFiltered, EdgeRef, NodeFiltered, Reversed};

use super::core::{DirectionState, NodeState};
use super::network::{DirectionId, Network, NodeId, direction_of};
use crate::sorted::Map;

/// Next hops by destination, as far as they were asked for.
#[derive(Clone, Default)]
pub(super) struct Routes {
    tables: Map<NodeId, Arc<[Option<DirectionId>]>>,
}

impl Routes {
    /// Forgets all tables, because something changed.
    pub(super) fn clear(&mut self) {
        self.tables.clear();
    }

    /// Where a message at `from` goes next on its way to `to`.
    pub(super) fn next_hop(
        &mut self,
        network: &Network,
        nodes: &[NodeState],
        directions: &[DirectionState],
        from: NodeId,
        to: NodeId,
    ) -> Option<DirectionId> {
        let table = self.tables.get_or_insert_with(to, || table(network, nodes, directions, to));
        table[from.index()]
    }
}

fn table(
    network: &Network,
    nodes: &[NodeState],
    directions: &[DirectionState],
    to: NodeId,
) -> Arc<[Option<DirectionId>]> {
    let cost =
        |direction: DirectionId| directions[direction.index()].settings.latency.mean().as_micros().max(1);
    // A node that is down passes nothing on, but a message may still be sent towards it: the sender cannot know.
    let usable = EdgeFiltered::from_fn(&network.graph, |edge: petgraph::graph::EdgeReference<'_, ()>| {
        let passes_on = edge.target().index() == to.index() || !nodes[edge.target().index()].condition.down;
        passes_on && directions[direction_of(edge.id()).index()].settings.up
    });
    let distances =
        dijkstra(Reversed(&usable), NodeIndex::new(to.index()), None, |edge| cost(direction_of(edge.id())));
    let next_hop = |node: NodeId| {
        let mut best: Option<(u64, DirectionId)> = None;
        for (next, direction) in network.around(node) {
            let passes_on = *next == to || !nodes[next.index()].condition.down;
            if !directions[direction.index()].settings.up || !passes_on {
                continue;
            }
            if let Some(rest) = distances.get(&NodeIndex::new(next.index())) {
                let whole = rest.saturating_add(cost(*direction));
                // Equal routes are decided by the order of neighbours, so that every machine decides alike.
                if best.is_none_or(|(shortest, _)| whole < shortest) {
                    best = Some((whole, *direction));
                }
            }
        }
        best.map(|(_, direction)| direction)
    };
    network.node_ids().map(next_hop).collect()
}

/// The islands of a network: which running nodes can reach each other, both ways, over what works. Numbered from 0 by their
/// first node; a node that is down is on none.
pub(super) fn islands(
    network: &Network,
    nodes: &[NodeState],
    directions: &[DirectionState],
) -> Vec<Option<u16>> {
    let running =
        NodeFiltered::from_fn(&network.graph, |node: NodeIndex| !nodes[node.index()].condition.down);
    let whole = EdgeFiltered::from_fn(&running, |edge: petgraph::graph::EdgeReference<'_, ()>| {
        directions[direction_of(edge.id()).index()].settings.up
    });
    let mut component_of = vec![None; nodes.len()];
    let components = kosaraju_scc(&whole);
    for (number, component) in components.iter().enumerate() {
        component.iter().for_each(|node| component_of[node.index()] = Some(number));
    }
    let mut islands_found = 0u16;
    let mut island_of: Vec<Option<u16>> = vec![None; components.len()];
    let number = |component: usize| {
        *island_of[component].get_or_insert_with(|| {
            islands_found = islands_found.saturating_add(1);
            islands_found - 1
        })
    };
    component_of.into_iter().scan(number, |number, component| Some(component.map(number))).collect()
}
