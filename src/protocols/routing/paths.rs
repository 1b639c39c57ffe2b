//! Shortest paths in a map of the network, and which next hops lie on them.

use petgraph::algo::dijkstra;
use petgraph::graph::{DiGraph, NodeIndex};
use petgraph::visit::Reversed;

/// A map: places are numbered from 0, and each leads to others at a cost of 1.
#[derive(Default)]
pub(super) struct Paths(DiGraph<(), ()>);

impl Paths {
    /// A map of so many places.
    pub fn new(places: usize) -> Paths {
        let mut graph = DiGraph::with_capacity(places, 4 * places);
        (0..places).for_each(|_| {
            graph.add_node(());
        });
        Paths(graph)
    }

    /// One place leads to another.
    pub fn join(&mut self, from: usize, to: usize) {
        self.0.add_edge(NodeIndex::new(from), NodeIndex::new(to), ());
    }

    /// How far a place is from each, if there is a path.
    pub fn distances_to(&self, to: usize) -> Vec<Option<u64>> {
        let found = dijkstra(Reversed(&self.0), NodeIndex::new(to), None, |_| 1);
        self.0.node_indices().map(|place| found.get(&place).copied()).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn distances_follow_the_arrows() {
        let mut paths = Paths::new(4);
        [(0, 1), (1, 2), (0, 2), (2, 3)].into_iter().for_each(|(from, to)| paths.join(from, to));
        assert_eq!(paths.distances_to(3), [Some(2), Some(2), Some(1), Some(0)]);
        assert_eq!(paths.distances_to(0), [Some(0), None, None, None]);
    }
}
