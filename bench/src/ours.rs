//! Our own kernel at the same works: typed messages, encoded with a checksum and decoded again, the whole trace written.

use netsplit::faults;
use netsplit::sim::network::{Catalogue, NodeId};
use netsplit::sim::process::{Context, Icon, Look, Message, Process, Protocol, Role, Sort, Timer, describe};
use netsplit::sim::scenario::{LinkSpec, NodeSpec, Scenario};
use netsplit::sim::settings::{Kind as SettingKind, Setting};
use netsplit::sim::time::Duration;
use netsplit::sim::trace::Trace;
use netsplit::sim::world::World;
use netsplit::sorted::Map;
use serde::{Deserialize, Serialize};

use crate::work::{INTERVAL_MS, Kind, LATENCY_MS, Work};

const CATALOGUE: Catalogue = Catalogue { protocols: &[|| &NUMBERS], here: || 1, faults: faults::ALL };

static NUMBERS: Protocol = Protocol {
    name: Number::PROTOCOL,
    roles: &[
        role("ping-pong", || Box::new(Node::new(Kind::PingPong))),
        role("flood", || Box::new(Node::new(Kind::Flood))),
        role("heartbeats", || Box::new(Node::new(Kind::Heartbeats))),
    ],
    properties: &[],
    readings: &[],
    figures: &[],
    describe: describe::<Number>,
};

const fn role(name: &'static str, spawn: fn() -> Box<dyn netsplit::sim::process::AnyProcess>) -> Role {
    const MOST: u64 = u64::MAX;
    const SETTINGS: &[Setting] = &[
        Setting { name: "rounds", kind: SettingKind::Count(0, MOST), default: "0" },
        Setting { name: "nodes", kind: SettingKind::Count(0, MOST), default: "0" },
    ];
    Role { name, icon: Icon::Member, settings: SETTINGS, spawn }
}

/// What the world and its trace take once a work is done.
#[derive(Default)]
pub struct Memory {
    /// The world's, as far as it tells.
    pub world_bytes: usize,
    /// The trace's records and messages.
    pub trace_bytes: usize,
}

/// Does a work, and returns how many messages arrived.
pub fn run(work: &Work) -> u64 {
    let (mut world, mut trace) = laid(work);
    while world.step(&[], &mut trace) {}
    world.counts().delivered
}

/// The world of a work before anything happens.
pub fn laid(work: &Work) -> (World, Trace) {
    let mut trace = Trace::default();
    let (world, _) = World::new(&scenario(work), CATALOGUE, &mut trace).expect("the scenario is sound");
    (world, trace)
}

/// Plays a work to its end.
pub fn play(mut world: World, mut trace: Trace, work: &Work) -> Memory {
    while world.step(&[], &mut trace) {}
    assert_eq!(world.counts().delivered, work.messages());
    Memory { world_bytes: world.bytes(), trace_bytes: trace.memory_bytes() }
}

fn scenario(work: &Work) -> Scenario {
    let role = match work.kind {
        Kind::PingPong => "ping-pong",
        Kind::Flood => "flood",
        Kind::Heartbeats => "heartbeats",
    };
    let set = |pairs: &[(&str, String)]| -> Map<String, String> {
        pairs.iter().map(|(name, value)| ((*name).to_owned(), value.clone())).collect()
    };
    let node = |node: usize| NodeSpec {
        name: name(node),
        role: role.to_owned(),
        settings: set(&[("rounds", work.rounds.to_string()), ("nodes", work.nodes.to_string())]),
        at: Some((0, 0)),
    };
    let link = |(a, b): (usize, usize)| LinkSpec {
        a: name(a),
        b: name(b),
        settings: set(&[("latency", format!("{LATENCY_MS}ms"))]),
        back: Map::new(),
    };
    Scenario {
        name: "bench".to_owned(),
        seed: 1,
        pace: "1s".to_owned(),
        nodes: (0..work.nodes).map(node).collect(),
        links: work.links().into_iter().map(link).collect(),
        script: Vec::new(),
        properties: Vec::new(),
        readings: Vec::new(),
        controls: Vec::new(),
    }
}

fn name(node: usize) -> String {
    format!("n{node}")
}

/// A number.
#[derive(Clone, Debug, Serialize, Deserialize)]
struct Number(u64);

impl Message for Number {
    const PROTOCOL: &'static str = "numbers";

    fn label(&self) -> String {
        self.0.to_string()
    }

    fn sort(&self) -> Sort {
        Sort::Request
    }
}

#[derive(Clone)]
struct Node {
    kind: Kind,
    rounds: u64,
    heard: u64,
}

impl Node {
    fn new(kind: Kind) -> Node {
        Node { kind, rounds: 0, heard: u64::MAX }
    }

    fn tell(&self, cx: &mut Context<'_, Number>, number: u64, but: Option<NodeId>) {
        for other in cx.neighbours().iter().filter(|other| Some(**other) != but) {
            cx.send(*other, &Number(number));
        }
    }
}

impl Process for Node {
    type Message = Number;

    fn on_start(&mut self, cx: &mut Context<'_, Number>) {
        let me = cx.me().index();
        let (rounds, nodes) = (cx.settings().count("rounds"), cx.settings().count("nodes") as usize);
        self.rounds = rounds;
        match self.kind {
            Kind::PingPong if me == 0 => self.tell(cx, 0, None),
            Kind::PingPong => {}
            Kind::Flood => {
                let work = Work { name: "", kind: Kind::Flood, nodes, reach: 0, rounds };
                for round in (0..rounds).filter(|round| work.beginner(*round) == me) {
                    cx.set_timer(Timer { name: "begin", key: round }, Duration::millis(round * INTERVAL_MS));
                }
            }
            Kind::Heartbeats => {
                cx.set_timer(Timer { name: "beat", key: 0 }, Duration::millis(me as u64 % INTERVAL_MS));
            }
        }
    }

    fn on_message(&mut self, cx: &mut Context<'_, Number>, from: NodeId, Number(number): Number) {
        match self.kind {
            Kind::PingPong if number + 1 < self.rounds => self.tell(cx, number + 1, None),
            Kind::Flood if self.heard != number => {
                self.heard = number;
                self.tell(cx, number, Some(from));
            }
            _ => {}
        }
    }

    fn on_timer(&mut self, cx: &mut Context<'_, Number>, timer: Timer) {
        self.heard = timer.key;
        self.tell(cx, timer.key, None);
        if self.kind == Kind::Heartbeats && timer.key + 1 < self.rounds {
            cx.set_timer(Timer { name: "beat", key: timer.key + 1 }, Duration::millis(INTERVAL_MS));
        }
    }

    fn look(&self) -> Look {
        Look::default()
    }
}
