//! The network as a graph in DOT, the language of Graphviz, as it is at the end of the run: a line a link, dashed if it is cut,
//! with an arrow if it works one way only; nodes that are down are dashed, liars red.

use petgraph::dot::{Config, Dot};
use petgraph::graph::{EdgeReference, NodeIndex, UnGraph};

use crate::share::run::Run;
use crate::sim::network::{LinkId, NodeId};
use crate::sim::snapshot::{LinkStatus, NodeStatus};

/// Writes the graph. All of it: a network is no longer than its scenario.
pub fn write(run: &Run) -> String {
    let network = run.world.network();
    let mut graph = UnGraph::<NodeId, LinkId>::default();
    let nodes: Vec<_> = network.node_ids().map(|node| graph.add_node(node)).collect();
    for link in network.link_ids() {
        let ends = network.links[link.index()];
        graph.add_edge(nodes[ends.a.index()], nodes[ends.b.index()], link);
    }
    let link_attributes =
        |_: &UnGraph<_, _>, edge: EdgeReference<'_, LinkId>| link_attributes(run, *edge.weight());
    let node_attributes = |_: &UnGraph<_, _>, (_, node): (NodeIndex, &NodeId)| node_attributes(run, *node);
    let plain = [Config::NodeNoLabel, Config::EdgeNoLabel];
    let dot = Dot::with_attr_getters(&graph, &plain, &link_attributes, &node_attributes);
    format!("// {}, seed {}, at {}\n{dot:?}", run.scenario, run.seed, run.until)
}

fn node_attributes(run: &Run, node: NodeId) -> String {
    let network = run.world.network();
    let style = match NodeStatus::of(run.world.node(node)) {
        NodeStatus::Running => "",
        NodeStatus::Crashed => ", style = dashed",
        NodeStatus::Paused => ", style = dotted",
        NodeStatus::Byzantine => ", color = red",
    };
    let (name, role) = (network.name(node), network.role(node).name);
    format!("label = {}, tooltip = {}{style}", quoted(name), quoted(role))
}

fn link_attributes(run: &Run, link: LinkId) -> String {
    let up = link.directions().map(|direction| run.world.direction(direction).settings.up);
    let style = match (LinkStatus::of(up[0], up[1]), up[0]) {
        (LinkStatus::Up, _) => "",
        (LinkStatus::Cut, _) => ", style = dashed",
        (LinkStatus::OneWay, true) => ", dir = forward",
        (LinkStatus::OneWay, false) => ", dir = back",
    };
    let latency = run.world.direction(link.forward()).settings.latency;
    format!("label = {}{style}", quoted(&latency.to_string()))
}

fn quoted(text: &str) -> String {
    format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\""))
}
