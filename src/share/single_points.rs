//! Single points of failure of a web service at a moment of a run, found in two ways: in the graph of what is wired and running, and by
//! trial.
//!
//! *In the graph* a node is one if every way from any user to any database leads through it: then it is an articulation point of the
//! graph, between the two ends. *By trial* it is one if requests stop when it crashes: for each node the world is copied, the node crashed
//! in the copy, and the copy goes on by itself, without what was done later. Both are pure functions of the run up to the moment. They
//! differ where a second way is wired that nobody takes, such as to a balancer that no user knows, or to a standby that is never promoted.

use petgraph::algo::articulation_points::articulation_points;
use petgraph::algo::has_path_connecting;
use petgraph::graph::{NodeIndex, UnGraph};
use petgraph::visit::NodeFiltered;

use super::run::Plan;
use crate::protocols::web::{APP, BALANCER, DATABASE, USER, User};
use crate::sim::command::{Command, Place, TimedCommand};
use crate::sim::network::{Network, NodeId};
use crate::sim::time::{Duration, Time};
use crate::sim::trace::Trace;
use crate::sim::world::World;

/// The tiers, in the order in which a request comes through them.
const TIERS: [&str; 4] = [USER, BALANCER, APP, DATABASE];

/// How long the others have to notice a crash and to get over it.
pub const SETTLES: Duration = Duration::secs(10);
/// For how long after that it is counted what is saved.
pub const COUNTED: Duration = Duration::secs(10);

/// What was found of a node.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Found {
    /// Which.
    pub node: NodeId,
    /// Whether no way from users to databases leads round it.
    pub in_graph: bool,
    /// Whether requests stopped as it crashed.
    pub by_trial: bool,
}

/// Tries every node of the service, in order. An error if requests do not succeed even if nothing more happens.
pub fn find(plan: &Plan) -> Result<(World, Vec<Found>), String> {
    let (world, mut commands) = plan.reach()?;
    // What is done later in this run would be taken for an effect of the crash.
    commands.truncate(world.commands_done());
    if saved_after(&world, &commands, None) == 0 {
        return Err(crate::word!("points.nothing-to-stop").text().to_owned());
    }
    let articulated = in_graph(&world);
    let found = nodes(world.network())
        .map(|node| Found {
            node,
            in_graph: articulated.contains(&node),
            by_trial: saved_after(&world, &commands, Some(node)) == 0,
        })
        .collect();
    Ok((world, found))
}

/// As lines of text, one of a [`Row`] each.
pub fn to_text(network: &Network, found: &[Found]) -> String {
    let row = |found: &Found| {
        let name = network.name(found.node).to_owned();
        Row { name, in_graph: found.in_graph, by_trial: found.by_trial }.to_text() + "\n"
    };
    found.iter().map(row).collect()
}

/// What was found of a node, by its name.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Row {
    /// Which.
    pub name: String,
    /// See [`Found::in_graph`].
    pub in_graph: bool,
    /// See [`Found::by_trial`].
    pub by_trial: bool,
}

impl Row {
    /// As a line `node in-graph by-trial`, the last two `yes` or `no`.
    pub fn to_text(&self) -> String {
        let word = |it: bool| if it { YES } else { "no" };
        format!("{} {} {}", self.name, word(self.in_graph), word(self.by_trial))
    }

    /// What [`Row::to_text`] wrote.
    pub fn from_text(line: &str) -> Option<Row> {
        let mut words = line.split(' ');
        let name = words.next()?.to_owned();
        let mut is = || words.next().map(|word| word == YES);
        Some(Row { name, in_graph: is()?, by_trial: is()? })
    }
}

const YES: &str = "yes";

fn nodes(network: &Network) -> impl Iterator<Item = NodeId> + '_ {
    TIERS.into_iter().flat_map(|role| network.nodes_with_role(role)).copied()
}

/// The nodes that no way from users to databases leads round, over links that are whole and nodes that run, in order.
pub fn in_graph(world: &World) -> Vec<NodeId> {
    let (graph, first, last) = ways(world);
    let separates = |point: &NodeIndex| {
        let others = NodeFiltered::from_fn(&graph, |node: NodeIndex| node != *point);
        !has_path_connecting(&others, first, last, None)
    };
    let ends = [first, last];
    let points = articulation_points(&graph).into_iter().filter(|point| !ends.contains(point));
    let mut points: Vec<NodeId> =
        points.filter(separates).map(|point| NodeId(point.index() as u32)).collect();
    points.sort_unstable();
    points
}

/// The ways that a request can take, with an end that all running users are joined to and one that all running databases are.
fn ways(world: &World) -> (UnGraph<(), ()>, NodeIndex, NodeIndex) {
    let network = world.network();
    let mut graph = UnGraph::new_undirected();
    let at: Vec<NodeIndex> = network.node_ids().map(|_| graph.add_node(())).collect();
    let (first, last) = (graph.add_node(()), graph.add_node(()));
    let running = |role: &str| {
        let nodes = network.nodes_with_role(role).iter().copied();
        nodes.filter(|node| world.is_running(*node)).collect::<Vec<_>>()
    };
    for pair in TIERS.windows(2) {
        let next = running(pair[1]);
        for a in running(pair[0]) {
            for b in next.iter().filter(|b| is_whole(world, a, **b)) {
                graph.add_edge(at[a.index()], at[b.index()], ());
            }
        }
    }
    for (role, end) in [(USER, first), (DATABASE, last)] {
        for node in running(role) {
            graph.add_edge(at[node.index()], end, ());
        }
    }
    (graph, first, last)
}

/// Whether two nodes are joined by a link that carries messages both ways.
fn is_whole(world: &World, a: NodeId, b: NodeId) -> bool {
    let is_up = |direction| world.direction(direction).settings.up;
    let there = world.network().direction(a, b);
    there.is_some_and(|there| there.link().directions().into_iter().all(is_up))
}

/// How many requests are saved in a copy of the world in which a node crashes now, once the others had time to get over it.
fn saved_after(world: &World, commands: &[TimedCommand], crashed: Option<NodeId>) -> u64 {
    let (mut copy, mut commands) = (world.clone(), commands.to_vec());
    let crash = world.network().catalogue.fault("crash");
    if let Some((node, crash)) = crashed.zip(crash) {
        let command = Command::inject(Place::Node(node), crash, None);
        commands.push(TimedCommand { at: world.now(), command });
    }
    let settled = world.now() + SETTLES;
    go_on(&mut copy, &commands, settled);
    let before = saved(&copy);
    go_on(&mut copy, &commands, settled + COUNTED);
    saved(&copy).saturating_sub(before)
}

fn go_on(world: &mut World, commands: &[TimedCommand], until: Time) {
    let mut nobody_reads = Trace::mute();
    while world.next_time(commands).is_some_and(|next| next <= until)
        && world.step(commands, &mut nobody_reads)
    {}
}

fn saved(world: &World) -> u64 {
    world.processes::<User>().map(|(_, user)| user.tally().fates.good).sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_are_read_as_they_were_written() {
        for (in_graph, by_trial) in [(true, true), (true, false), (false, true), (false, false)] {
            let row = Row { name: "db1".to_owned(), in_graph, by_trial };
            assert_eq!(Row::from_text(&row.to_text()), Some(row));
        }
        assert_eq!(Row::from_text("db1 yes"), None);
    }
}
