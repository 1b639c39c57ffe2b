//! How a run ended, as plain data: the JSON that the headless runner prints, and the same for people.
//!
//! The order of fields, nodes and links is fixed, so that the same run gives the same text.

use std::fmt::Write as _;

use serde::ser::{Serialize, SerializeMap as _, Serializer};

use crate::sim::core::DirectionState;
use crate::sim::link::LINK_SETTINGS;
use crate::sim::network::{DirectionId, LinkId, Network, NodeId};
use crate::sim::process::FactValue;
use crate::sim::property::{Property, Standing};
use crate::sim::snapshot::{LinkStatus, NodeStatus};
use crate::sim::world::World;

use super::run::Run;

/// How a run ended.
#[derive(Clone, PartialEq, Debug, serde::Serialize)]
pub struct Report {
    /// What the scenario is called.
    pub scenario: String,
    /// What its luck grew from.
    pub seed: u64,
    /// Until when it went, in microseconds.
    pub until_us: u64,
    /// How many events happened by themselves.
    pub events: u64,
    /// The run hash in hexadecimal digits.
    pub hash: String,
    /// What was done besides the scenario's script.
    pub commands: Vec<String>,
    /// The nodes that could reach each other at the end.
    pub islands: Vec<Vec<String>>,
    /// Numbers read off at the end; null where there is none.
    pub readings: Pairs<Option<f64>>,
    /// What should be true.
    pub properties: Vec<PropertyReport>,
    /// Nodes in the scenario's order.
    pub nodes: Vec<NodeReport>,
    /// Links in the scenario's order.
    pub links: Vec<LinkReport>,
}

/// How a property stood at the end.
#[derive(Clone, PartialEq, Eq, Debug, serde::Serialize)]
pub struct PropertyReport {
    /// Its name.
    pub name: &'static str,
    /// always, eventually or sometimes.
    pub kind: &'static str,
    /// Whether it is as it should be.
    pub holds: bool,
    /// When it was broken or met.
    pub at_us: Option<u64>,
    /// Why it does not hold.
    pub why: Option<String>,
}

/// How a node ended.
#[derive(Clone, PartialEq, Debug, serde::Serialize)]
pub struct NodeReport {
    /// Its name.
    pub id: String,
    /// What it plays.
    pub role: &'static str,
    /// running, crashed, paused or byzantine.
    pub state: &'static str,
    /// What it knows; nothing while it is down.
    pub facts: Pairs<serde_json::Value>,
}

/// How a link ended.
#[derive(Clone, PartialEq, Debug, serde::Serialize)]
pub struct LinkReport {
    /// Its name.
    pub id: String,
    /// up, cut or oneway.
    pub state: &'static str,
    /// From its first end to its second.
    pub forward: DirectionReport,
    /// From its second end to its first.
    pub backward: DirectionReport,
}

/// How a direction of a link ended.
#[derive(Clone, PartialEq, Debug, serde::Serialize)]
pub struct DirectionReport {
    /// Whether it is whole.
    pub up: bool,
    /// Faults in force with their amounts.
    pub faults: Vec<String>,
    /// How many messages wait for the wire.
    pub waiting: usize,
    /// Its settings as the faults in force leave them.
    #[serde(flatten)]
    pub settings: Pairs<String>,
}

/// Names and values in an order of their own.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Pairs<V>(pub Vec<(&'static str, V)>);

impl<V: Serialize> Serialize for Pairs<V> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(self.0.len()))?;
        for (name, value) in &self.0 {
            map.serialize_entry(name, value)?;
        }
        map.end()
    }
}

impl Report {
    /// How this run ended.
    pub fn of(run: &Run) -> Report {
        let world = &run.world;
        let network = world.network();
        let read = |reading: &&'static crate::sim::property::Reading| (reading.name, (reading.read)(world));
        let properties = network.properties.iter().zip(world.standings());
        Report {
            scenario: run.scenario.clone(),
            seed: run.seed,
            until_us: run.until.as_micros(),
            events: world.counts().events,
            hash: format!("{:016x}", world.hash()),
            commands: run.command_lines(),
            islands: islands(world),
            readings: Pairs(network.readings.iter().map(read).collect()),
            properties: properties
                .map(|(property, standing)| PropertyReport::of(property, standing))
                .collect(),
            nodes: network.node_ids().map(|node| NodeReport::of(world, node)).collect(),
            links: network.link_ids().map(|link| LinkReport::of(world, link)).collect(),
        }
    }

    /// As JSON on one line.
    pub fn to_json(&self) -> String {
        // A report is strings, numbers and lists, which JSON always has room for.
        serde_json::to_string(self).unwrap_or_else(|error| error.to_string())
    }

    /// As JSON on several lines.
    pub fn to_json_pretty(&self) -> String {
        serde_json::to_string_pretty(self).unwrap_or_else(|error| error.to_string())
    }
}

/// How a run ended, for people: a few lines.
pub fn summary(run: &Run) -> String {
    let report = Report::of(run);
    let (world, network) = (&run.world, run.world.network());
    let mut text = String::new();
    let mut line = |name: &str, rest: &str| {
        // Writing to a string does not fail.
        let _ = writeln!(text, "{name:<10}  {}", rest.trim_end());
    };
    line("scenario", &format!("{}, seed {}, until {}", report.scenario, report.seed, run.until));
    line("run", &format!("{} events, hash {}", report.events, report.hash));
    let counts = world.counts();
    line("messages", &format!("{} sent, {} delivered, {} lost", counts.sent, counts.delivered, counts.lost));
    report.commands.iter().for_each(|command| line("command", command));
    report.islands.iter().for_each(|island| line("island", &few(island)));
    report.nodes.iter().filter(|node| node.state != "running").for_each(|node| line(node.state, &node.id));
    report.links.iter().filter(|link| link.state != "up").for_each(|link| line(link.state, &link.id));
    for (name, number) in &report.readings.0 {
        line("reading", &format!("{name} {}", number.map_or("none".to_owned(), |number| number.to_string())));
    }
    for (property, info) in report.properties.iter().zip(&network.properties) {
        let mark = match (property.holds, property.kind) {
            (true, _) => "holds",
            (false, "always") => "broken",
            (false, _) => "not yet",
        };
        let at = property.at_us.map(|at| format!(" at {}", crate::sim::time::Time::from_micros(at)));
        let why = property.why.as_ref().map(|why| format!(": {why}"));
        let (at, why) = (at.unwrap_or_default(), why.unwrap_or_default());
        line(mark, &format!("{} ({}) {}{at}{why}", property.name, property.kind, info.title.text()));
    }
    text
}

impl PropertyReport {
    fn of(property: &Property, standing: &Standing) -> PropertyReport {
        let (at, why) = match standing {
            Standing::Holding => (None, None),
            Standing::Broken { at, why } => (Some(at), Some(why)),
            Standing::Waiting { why } => (None, why.as_ref()),
            Standing::Reached { at } => (Some(at), None),
        };
        PropertyReport {
            name: property.name,
            kind: property.kind.name(),
            holds: standing.is_good(),
            at_us: at.map(|at| at.as_micros()),
            why: why.map(ToString::to_string),
        }
    }
}

impl NodeReport {
    fn of(world: &World, node: NodeId) -> NodeReport {
        let network = world.network();
        let facts = world.look(node).map(|look| look.facts).unwrap_or_default();
        NodeReport {
            id: network.name(node).to_owned(),
            role: network.role(node).name,
            state: match NodeStatus::of(world.node(node)) {
                NodeStatus::Running => "running",
                NodeStatus::Crashed => "crashed",
                NodeStatus::Paused => "paused",
                NodeStatus::Byzantine => "byzantine",
            },
            facts: Pairs(
                facts
                    .into_iter()
                    .map(|fact| (fact_name(fact.name.name()), value(network, fact.value)))
                    .collect(),
            ),
        }
    }
}

impl LinkReport {
    fn of(world: &World, link: LinkId) -> LinkReport {
        let network = world.network();
        let up = |direction: DirectionId| world.direction(direction).settings.up;
        LinkReport {
            id: network.link_name(link),
            state: match LinkStatus::of(up(link.forward()), up(link.backward())) {
                LinkStatus::Up => "up",
                LinkStatus::Cut => "cut",
                LinkStatus::OneWay => "oneway",
            },
            forward: DirectionReport::of(world.direction(link.forward())),
            backward: DirectionReport::of(world.direction(link.backward())),
        }
    }
}

impl DirectionReport {
    fn of(state: &DirectionState) -> DirectionReport {
        let setting = |name: &'static str| state.settings.get(name).map(|value| (name, value.to_string()));
        let fault = |fault: &crate::sim::fault::Fault| {
            format!("{} {}", fault.kind.name, fault.amount).trim_end().to_owned()
        };
        DirectionReport {
            up: state.settings.up,
            faults: state.faults.iter().map(|in_force| fault(&in_force.fault)).collect(),
            waiting: state.queued(),
            settings: Pairs(LINK_SETTINGS.iter().filter_map(|known| setting(known.name)).collect()),
        }
    }
}

fn islands(world: &World) -> Vec<Vec<String>> {
    let mut islands = vec![Vec::new(); world.island_count()];
    for (node, island) in world.network().node_ids().zip(world.islands()) {
        if let Some(island) = island {
            islands[usize::from(*island)].push(world.network().name(node).to_owned());
        }
    }
    islands
}

/// The first of many names.
fn few(names: &[String]) -> String {
    match names.len() {
        0..=20 => names.join(" "),
        many => format!("{} and {} more", names[..10].join(" "), many - 10),
    }
}

/// `fact.version` in the table of words is `version` in a report.
fn fact_name(key: &'static str) -> &'static str {
    key.strip_prefix("fact.").unwrap_or(key)
}

fn value(network: &Network, value: FactValue) -> serde_json::Value {
    match value {
        FactValue::Text(text) => text.into(),
        FactValue::Word(word) => word.text().into(),
        FactValue::Count(count) => count.into(),
        FactValue::Nodes(nodes) => nodes.into_iter().map(|node| network.name(node)).collect(),
        FactValue::Duration(length) => length.to_string().into(),
    }
}
