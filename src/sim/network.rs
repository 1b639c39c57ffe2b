//! The network as it was laid: who is there, which links there are, who plays what. It never changes during a run; what a
//! fault does to it is state of the [`super::core::Core`].

use petgraph::graph::{DiGraph, EdgeIndex, NodeIndex};
use serde::{Deserialize, Serialize};

use super::fault::FaultKind;
use super::figure::Figure;
use super::process::{Protocol, Role, protocol_tag};
use super::property::{Property, Reading};
use super::time::Duration;
use crate::sorted::sort_by_key;

/// A node, numbered in the order of the scenario.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
pub struct NodeId(pub u32);

/// A link, numbered in the order of the scenario.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct LinkId(pub u32);

/// One direction of a link.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct DirectionId(pub u32);

impl NodeId {
    /// As an index.
    pub const fn index(self) -> usize {
        self.0 as usize
    }
}

impl LinkId {
    /// As an index.
    pub const fn index(self) -> usize {
        self.0 as usize
    }
    /// From its first end to its second.
    pub const fn forward(self) -> DirectionId {
        DirectionId(self.0 * 2)
    }
    /// From its second end to its first.
    pub const fn backward(self) -> DirectionId {
        DirectionId(self.0 * 2 + 1)
    }
    /// Both directions.
    pub const fn directions(self) -> [DirectionId; 2] {
        [self.forward(), self.backward()]
    }
}

impl DirectionId {
    /// As an index.
    pub const fn index(self) -> usize {
        self.0 as usize
    }
    /// The link it is a direction of.
    pub const fn link(self) -> LinkId {
        LinkId(self.0 / 2)
    }
    /// Whether it leads from the link's first end to its second.
    pub const fn is_forward(self) -> bool {
        self.0.is_multiple_of(2)
    }
}

/// What exists to be used in scenarios: the registries of protocols and faults, handed to the simulator so that it need
/// not know them.
#[derive(Clone, Copy, Debug)]
pub struct Catalogue {
    /// Every protocol.
    pub protocols: &'static [&'static Protocol],
    /// Every kind of fault, in the order in which they are folded.
    pub faults: &'static [&'static FaultKind],
}

impl Catalogue {
    /// The role of this name and the protocol it belongs to.
    pub fn role(&self, name: &str) -> Option<(&'static Protocol, &'static Role)> {
        let roles = self
            .protocols
            .iter()
            .flat_map(|protocol| protocol.roles.iter().map(move |role| (*protocol, role)));
        roles.into_iter().find(|(_, role)| role.name == name)
    }

    /// The fault kind of this name.
    pub fn fault(&self, name: &str) -> Option<&'static FaultKind> {
        self.faults.iter().copied().find(|kind| kind.name == name)
    }

    /// The property of this name.
    pub fn property(&self, name: &str) -> Option<&'static Property> {
        self.protocols.iter().flat_map(|protocol| protocol.properties).find(|property| property.name == name)
    }

    /// The reading of this name.
    pub fn reading(&self, name: &str) -> Option<&'static Reading> {
        self.protocols.iter().flat_map(|protocol| protocol.readings).find(|reading| reading.name == name)
    }
}

/// A node as it was laid.
#[derive(Clone, Debug)]
pub struct NodeInfo {
    /// Its name, unique in the network.
    pub name: String,
    /// What it plays.
    pub role: &'static Role,
}

/// A link as it was laid.
#[derive(Clone, Copy, Debug)]
pub struct LinkInfo {
    /// Its first end.
    pub a: NodeId,
    /// Its second end.
    pub b: NodeId,
}

/// The network as it was laid.
#[derive(Clone, Debug)]
pub struct Network {
    /// Nodes by [`NodeId`].
    pub nodes: Vec<NodeInfo>,
    /// Links by [`LinkId`].
    pub links: Vec<LinkInfo>,
    /// What may be used in it.
    pub catalogue: Catalogue,
    /// What must be true of it.
    pub properties: Vec<&'static Property>,
    /// What is read off it.
    pub readings: Vec<&'static Reading>,
    /// How much simulated time a second of watching shows.
    pub pace: Duration,
    /// One edge a direction; an edge's index is its [`DirectionId`].
    pub graph: DiGraph<(), ()>,
    adjacency: Vec<Vec<(NodeId, DirectionId)>>,
    neighbours: Vec<Vec<NodeId>>,
    by_role: Vec<(&'static str, Vec<NodeId>)>,
}

impl Network {
    /// Lays a network. Links must join two different nodes that exist, at most one link a pair; the scenario checks it.
    pub fn new(nodes: Vec<NodeInfo>, links: Vec<LinkInfo>, catalogue: Catalogue) -> Network {
        let mut graph = DiGraph::with_capacity(nodes.len(), links.len() * 2);
        nodes.iter().for_each(|_| {
            graph.add_node(());
        });
        let mut adjacency = vec![Vec::new(); nodes.len()];
        for (index, link) in links.iter().enumerate() {
            let id = LinkId(index as u32);
            graph.add_edge(NodeIndex::new(link.a.index()), NodeIndex::new(link.b.index()), ());
            graph.add_edge(NodeIndex::new(link.b.index()), NodeIndex::new(link.a.index()), ());
            adjacency[link.a.index()].push((link.b, id.forward()));
            adjacency[link.b.index()].push((link.a, id.backward()));
        }
        adjacency.iter_mut().for_each(|around| sort_by_key(around, |neighbour| *neighbour));
        let neighbours =
            adjacency.iter().map(|around| around.iter().map(|(node, _)| *node).collect()).collect();
        let by_role = group_by_role(&nodes);
        Network {
            nodes,
            links,
            catalogue,
            properties: Vec::new(),
            readings: Vec::new(),
            pace: Duration::secs(1),
            graph,
            adjacency,
            neighbours,
            by_role,
        }
    }

    /// The protocols that are spoken in it: those of which one of its nodes plays a role. Nothing else of the catalogue is ever
    /// called in a run of it.
    pub fn protocols(&self) -> impl Iterator<Item = &'static Protocol> {
        let is_here = |role: &Role| !self.nodes_with_role(role.name).is_empty();
        let protocols = self.catalogue.protocols.iter().copied();
        protocols.filter(move |protocol| protocol.roles.iter().any(is_here))
    }

    /// The protocol spoken in it whose frames carry this number.
    pub fn protocol_of_tag(&self, tag: u16) -> Option<&'static Protocol> {
        self.protocols().find(|protocol| protocol_tag(protocol.name) == tag)
    }

    /// What is drawn of it: the figures of its protocols.
    pub fn figures(&self) -> impl Iterator<Item = &'static Figure> {
        self.protocols().flat_map(|protocol| protocol.figures)
    }

    /// A node's name.
    pub fn name(&self, node: NodeId) -> &str {
        &self.nodes[node.index()].name
    }

    /// A node's role.
    pub fn role(&self, node: NodeId) -> &'static Role {
        self.nodes[node.index()].role
    }

    /// The node of this name.
    pub fn node_named(&self, name: &str) -> Option<NodeId> {
        self.nodes.iter().position(|node| node.name == name).map(|index| NodeId(index as u32))
    }

    /// All nodes in order.
    pub fn node_ids(&self) -> impl Iterator<Item = NodeId> + use<> {
        (0..self.nodes.len() as u32).map(NodeId)
    }

    /// All links in order.
    pub fn link_ids(&self) -> impl Iterator<Item = LinkId> + use<> {
        (0..self.links.len() as u32).map(LinkId)
    }

    /// A link's name, such as `n1-n2`.
    pub fn link_name(&self, link: LinkId) -> String {
        let LinkInfo { a, b } = self.links[link.index()];
        format!("{}-{}", self.name(a), self.name(b))
    }

    /// The nodes at the other ends of a node's links, in order.
    pub fn neighbours(&self, node: NodeId) -> &[NodeId] {
        &self.neighbours[node.index()]
    }

    /// The nodes around a node with the directions that lead to them, in order.
    pub fn around(&self, node: NodeId) -> &[(NodeId, DirectionId)] {
        &self.adjacency[node.index()]
    }

    /// The direction of the link from one node straight to another.
    pub fn direction(&self, from: NodeId, to: NodeId) -> Option<DirectionId> {
        let around = &self.adjacency[from.index()];
        around.binary_search_by_key(&to, |(node, _)| *node).ok().map(|at| around[at].1)
    }

    /// All nodes that play a role, in order.
    pub fn nodes_with_role(&self, role: &str) -> &[NodeId] {
        self.by_role.iter().find(|(name, _)| *name == role).map_or(&[], |(_, nodes)| nodes)
    }

    /// Where a direction begins.
    pub fn source(&self, direction: DirectionId) -> NodeId {
        let link = self.links[direction.link().index()];
        if direction.is_forward() { link.a } else { link.b }
    }

    /// Where a direction ends.
    pub fn target(&self, direction: DirectionId) -> NodeId {
        let link = self.links[direction.link().index()];
        if direction.is_forward() { link.b } else { link.a }
    }
}

/// The direction that an edge of [`Network::graph`] stands for.
pub fn direction_of(edge: EdgeIndex) -> DirectionId {
    DirectionId(edge.index() as u32)
}

fn group_by_role(nodes: &[NodeInfo]) -> Vec<(&'static str, Vec<NodeId>)> {
    let mut groups: Vec<(&'static str, Vec<NodeId>)> = Vec::new();
    for (index, node) in nodes.iter().enumerate() {
        let id = NodeId(index as u32);
        match groups.iter_mut().find(|(name, _)| *name == node.role.name) {
            Some((_, members)) => members.push(id),
            None => groups.push((node.role.name, vec![id])),
        }
    }
    groups
}
