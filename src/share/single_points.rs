//! Single points of failure of a web service at a moment of a run, found in two ways: in the graph of what is wired and running, and by trial.
//!
//! *In the graph* a node is one if every way from any user to any database leads through it: then it is an articulation point of the graph, between
//! the two ends. *By trial* it is one if requests stop when it crashes: for each node the world is copied, the node crashed in the copy,
//! and the copy goes on by itself. Both are pure functions of the world. They differ where a second way is wired that nobody takes, such as to
//! a balancer that no user knows, or to a standby that is never promoted.

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

/// How long the others have to notice a crash and to get over it, and for how long it is counted after that what is saved.
pub const SETTLES: Duration = Duration::secs(10);
/// See [`SETTLES`].
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
    let (world, commands) = plan.reach()?;
    if saved_after(&world, &commands, None) == 0 {
        return Err(crate::word!("points.nothing-to-stop").text().to_owned());
    }
    let articulated = in_graph(&world);
    let network = world.network().clone();
    let found = nodes(&network).map(|node| Found {
        node,
        in_graph: articulated.contains(&node),
        by_trial: saved_after(&world, &commands, Some(node)) == 0,
    });
    let found = found.collect();
    Ok((world, found))
}

/// As lines `node in-graph by-trial`, the last two `yes` or `no`.
pub fn to_text(network: &Network, found: &[Found]) -> String {
    let word = |it: bool| if it { "yes" } else { "no" };
    let line = |found: &Found| {
        format!("{} {} {}\n", network.name(found.node), word(found.in_graph), word(found.by_trial))
    };
    found.iter().map(line).collect()
}

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
        let nodes = network.nodes_with_role(role).iter();
        nodes.filter(|node| world.is_running(**node)).collect::<Vec<_>>()
    };
    for pair in TIERS.windows(2) {
        for a in running(pair[0]) {
            let is_up = |direction| world.direction(direction).settings.up;
            let joined = |b: &&&NodeId| {
                network
                    .direction(*a, ***b)
                    .is_some_and(|there| there.link().directions().into_iter().all(is_up))
            };
            let next = running(pair[1]);
            next.iter().filter(joined).for_each(|b| {
                graph.add_edge(at[a.index()], at[b.index()], ());
            });
        }
    }
    for (role, end) in [(USER, first), (DATABASE, last)] {
        for node in running(role) {
            graph.add_edge(at[node.index()], end, ());
        }
    }
    (graph, first, last)
}

/// How many requests are saved in a copy of the world in which a node crashes now, once the others had time to get over it.
fn saved_after(world: &World, commands: &[TimedCommand], crashed: Option<NodeId>) -> u64 {
    let (mut copy, mut commands) = (world.clone(), commands.to_vec());
    let crash = world.network().catalogue.fault("crash");
    if let Some((node, crash)) = crashed.zip(crash) {
        let command = Command::inject(Place::Node(node), crash, None);
        commands.insert(world.commands_done(), TimedCommand { at: world.now(), command });
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
    world.processes::<User>().map(|(_, user)| user.tally().good).sum()
}
