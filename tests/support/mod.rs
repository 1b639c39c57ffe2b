//! A protocol for tests of the simulator: nodes that send and do what they are told, and note all that reaches them.
//!
//! Requests: `send NODE COUNT BYTES`, `route NODE COUNT`, `timer NAME DURATION`, `cancel NAME`, `remember WORD`,
//! `write RECORD CONTENT`, `sync`. A `chatter` besides pings a random neighbour every 70 milliseconds, and is ponged.

#![allow(dead_code)]

use serde::{Deserialize, Serialize};

use netsplit::sim::command::TimedCommand;
use netsplit::sim::figure::{
    Block, Dot, Drawing, Figure, Plot, Ring, Series, SeriesShape, Stretch, Tint, Tree,
};
use netsplit::sim::network::{Catalogue, NodeId};
use netsplit::sim::process::{Context, Look, Message, Process, Protocol, Role, Sort, Timer, describe, timer};
use netsplit::sim::process::{FactValue, Icon};
use netsplit::sim::property::{Property, PropertyKind, Reading};
use netsplit::sim::random::Rng;
use netsplit::sim::scenario::{LinkSpec, NodeSpec, Scenario};
use netsplit::sim::time::{Duration, Time};
use netsplit::sim::timeline::Timeline;
use netsplit::sim::trace::{Cause, Event, LossPlace};
use netsplit::sim::world::World;
use netsplit::sorted::Map;
use netsplit::word;
use netsplit::words::Phrase;

/// What scenarios of these tests are made of.
pub const CATALOGUE: Catalogue = Catalogue { protocols: &[&PROBES], faults: netsplit::faults::ALL };

static PROBES: Protocol = Protocol {
    name: "probes",
    roles: &[
        Role { name: "probe", icon: Icon::Member, settings: &[], spawn: || Box::new(Probe::default()) },
        Role {
            name: "chatter",
            icon: Icon::Member,
            settings: &[],
            spawn: || Box::new(Probe { chatters: true, ..Probe::default() }),
        },
    ],
    properties: &[
        Property {
            name: "nobody-down",
            kind: PropertyKind::Always,
            title: word!("log.down"),
            check: |world| first_down(world).map_or(Ok(()), |node| Err(down(world, node))),
        },
        Property {
            name: "all-up-at-last",
            kind: PropertyKind::Eventually,
            title: word!("log.up"),
            check: |world| first_down(world).map_or(Ok(()), |node| Err(down(world, node))),
        },
        Property {
            name: "one-down",
            kind: PropertyKind::Sometimes,
            title: word!("log.down"),
            check: |world| first_down(world).map(|_| ()).ok_or(Phrase::new(word!("log.unreadable"))),
        },
    ],
    readings: &[Reading {
        name: "delivered_messages",
        title: word!("log.delivered"),
        read: |world| Some(world.counts().delivered as f64),
    }],
    figures: &[
        Figure {
            name: "delivered",
            title: word!("log.delivered"),
            draw: |world| Some(Drawing::Plot(delivered(world))),
        },
        Figure { name: "nothing", title: word!("log.delivered"), draw: |_| None },
        Figure {
            name: "circle",
            title: word!("log.delivered"),
            draw: |world| Some(Drawing::Ring(circle(world))),
        },
        Figure {
            name: "names",
            title: word!("log.delivered"),
            draw: |world| Some(Drawing::Tree(names(world))),
        },
    ],
    describe: describe::<Word>,
};

/// One point: how much was delivered by now.
fn delivered(world: &World) -> Plot {
    let point = (world.now().as_micros() as f64 / 1e6, world.counts().delivered as f64);
    let series = Series { title: word!("log.up"), shape: SeriesShape::Dots, points: vec![point] };
    Plot { across: word!("log.down"), up: word!("log.up"), series: vec![series] }
}

/// The nodes on a circle, each with a dot that is its own while it runs.
fn circle(world: &World) -> Ring {
    let place = |node: NodeId| (node.0 * 10_000) as u16;
    let nodes = || world.network().node_ids();
    let dot = |node| Dot {
        at: place(node),
        label: world.network().name(node).to_owned(),
        tint: world.is_running(node).then_some(Tint(node.0 as u8)),
    };
    let stretches = nodes().map(|node| Stretch { from: place(node), tint: Tint(node.0 as u8) }).collect();
    Ring { stretches, dots: nodes().map(dot).collect() }
}

/// Each node after the one before it.
fn names(world: &World) -> Tree {
    let block = |node: NodeId| Block {
        parent: node.index().checked_sub(1),
        label: world.network().name(node).to_owned(),
        tint: Tint(node.0 as u8),
        held_by: Vec::new(),
        stands: world.is_running(node),
    };
    Tree { blocks: world.network().node_ids().map(block).collect() }
}

fn first_down(world: &World) -> Option<NodeId> {
    world.network().node_ids().find(|node| !world.is_running(*node))
}

fn down(world: &World, node: NodeId) -> Phrase {
    Phrase::new(word!("log.down")).with("node", world.network().name(node))
}

/// What probes say to each other.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub enum Word {
    /// A numbered message with so many bytes of padding.
    Item { number: u64, padding: Vec<u8> },
    /// Wants a pong.
    Ping(u64),
    /// Answers a ping.
    Pong(u64),
}

impl Message for Word {
    const PROTOCOL: &'static str = "probes";

    fn label(&self) -> String {
        match self {
            Word::Item { number, .. } => format!("item {number}"),
            Word::Ping(number) => format!("ping {number}"),
            Word::Pong(number) => format!("pong {number}"),
        }
    }

    fn sort(&self) -> Sort {
        if matches!(self, Word::Pong(_)) { Sort::Reply } else { Sort::Request }
    }

    /// A liar gives its items other numbers.
    fn forge(&self, rng: &mut Rng) -> Option<Word> {
        match self {
            Word::Item { padding, .. } => {
                Some(Word::Item { number: 1_000 + rng.below(1_000_000), padding: padding.clone() })
            }
            _ => None,
        }
    }
}

/// A node that notes all that reaches it.
#[derive(Clone, Default)]
pub struct Probe {
    pub chatters: bool,
    pub items: Vec<(NodeId, u64, Time)>,
    pub fired: Vec<(&'static str, Time)>,
    pub remembered: Vec<String>,
    pub restarted: Option<Time>,
    sent: u64,
}

const TICK: Timer = timer("tick");
const NAMED: [&str; 3] = ["a", "b", "sync"];

impl Probe {
    fn send(&mut self, cx: &mut Context<'_, Word>, words: &[&str], routed: bool) {
        let number = |at: usize| words.get(at).and_then(|word| word.parse().ok()).unwrap_or(0);
        let named = |name: &str| {
            cx.nodes_with_role("probe")
                .iter()
                .chain(cx.nodes_with_role("chatter"))
                .copied()
                .find(|node| cx.name(*node) == name)
        };
        let Some(to) = words.first().and_then(|name| named(name)) else { return };
        for _ in 0..number(1).max(1) {
            self.sent += 1;
            let item = Word::Item { number: self.sent, padding: vec![0; number(2) as usize] };
            if routed { cx.send_routed(to, &item) } else { cx.send(to, &item) }
        }
    }
}

impl Process for Probe {
    type Message = Word;

    fn on_start(&mut self, cx: &mut Context<'_, Word>) {
        if self.chatters {
            cx.set_timer(TICK, Duration::millis(70));
        }
    }

    fn on_restart(&mut self, cx: &mut Context<'_, Word>) {
        self.restarted = Some(cx.now());
        self.on_start(cx);
    }

    fn on_message(&mut self, cx: &mut Context<'_, Word>, from: NodeId, message: Word) {
        match message {
            Word::Item { number, .. } => self.items.push((from, number, cx.now())),
            Word::Ping(number) => cx.send(from, &Word::Pong(number)),
            Word::Pong(_) => {}
        }
    }

    fn on_timer(&mut self, cx: &mut Context<'_, Word>, timer: Timer) {
        self.fired.push((timer.name, cx.now()));
        if timer == TICK {
            let neighbours = cx.neighbours();
            self.sent += 1;
            let ping = Word::Ping(self.sent);
            if let Some(to) = cx.rng().pick(neighbours).copied() {
                cx.send(to, &ping);
            }
            cx.set_timer(TICK, Duration::millis(70));
        }
    }

    fn on_request(&mut self, cx: &mut Context<'_, Word>, request: &str) {
        let words: Vec<&str> = request.split(' ').collect();
        let named = |name: &str| NAMED.iter().copied().find(|known| *known == name).map(timer);
        match words[..] {
            ["send", ref rest @ ..] => self.send(cx, rest, false),
            ["route", ref rest @ ..] => self.send(cx, rest, true),
            ["timer", name, after] => {
                if let (Some(timer), Some(after)) = (named(name), Duration::parse(after)) {
                    cx.set_timer(timer, after);
                }
            }
            ["cancel", name] => named(name).into_iter().for_each(|timer| cx.cancel_timer(timer)),
            ["remember", word] => self.remembered.push(word.to_owned()),
            ["write", record, content] => {
                let full = cx.write(record, content.as_bytes()).is_err();
                self.remembered.extend(full.then(|| "disk full".to_owned()));
            }
            ["sync"] => cx.sync(timer("sync")),
            _ => cx.note(Phrase::new(word!("note.unknown-request")).with("request", request)),
        }
    }

    fn look(&self) -> Look {
        Look::default()
            .badge(self.sent.to_string())
            .fact(word!("fact.version"), FactValue::Count(self.items.len() as u64))
    }
}

/// A run of a scenario at some moment.
pub struct Bench {
    pub timeline: Timeline,
}

/// A network of nodes that play `role`, with links such as `a-b` or `a-b latency=10ms bandwidth=8kbps`.
pub fn scenario(role: &str, nodes: &str, links: &[&str], script: &[&str]) -> Scenario {
    let node =
        |name: &str| NodeSpec { name: name.into(), role: role.into(), settings: Map::default(), at: None };
    let link = |text: &&str| {
        let (ends, settings) = text.split_once(' ').unwrap_or((text, ""));
        let (a, b) = ends.split_once('-').unwrap();
        let pair = |pair: &str| {
            pair.split_once('=').map(|(name, value)| (name.to_owned(), value.to_owned())).unwrap()
        };
        let settings = settings.split_whitespace().map(pair).collect();
        LinkSpec { a: a.into(), b: b.into(), settings, back: Map::default() }
    };
    Scenario {
        name: "test".into(),
        seed: 7,
        pace: "1s".into(),
        nodes: nodes.split_whitespace().map(node).collect(),
        links: links.iter().map(link).collect(),
        script: script.iter().map(|line| (*line).to_owned()).collect(),
        properties: Vec::new(),
        readings: Vec::new(),
        controls: Vec::new(),
    }
}

/// Four chatterers in a ring with a chord, on links of every sort.
pub fn chatter() -> Scenario {
    let links = [
        "a-b latency=5ms..25ms",
        "b-c latency=5ms+exp(20ms)",
        "c-d latency=10ms bandwidth=20kbps queue=3",
        "d-a latency=15ms",
        "a-c latency=1ms",
    ];
    scenario("chatter", "a b c d", &links, &["300ms loss a-b 20%", "400ms request a \"route d 3\""])
}

/// The run of a scenario with probes, told these lines, at this moment.
pub fn run(scenario: Scenario, until: &str) -> Bench {
    let mut timeline = Timeline::new(scenario, CATALOGUE).unwrap();
    timeline.seek(Time::parse(until).unwrap());
    Bench { timeline }
}

impl Bench {
    pub fn world(&self) -> &World {
        self.timeline.world()
    }

    pub fn id(&self, name: &str) -> NodeId {
        self.world().network().node_named(name).unwrap()
    }

    pub fn probe(&self, name: &str) -> &Probe {
        self.world().process(self.id(name)).unwrap()
    }

    /// The items that reached a node: their numbers and the moments in microseconds.
    pub fn items(&self, name: &str) -> Vec<(u64, u64)> {
        self.probe(name).items.iter().map(|(_, number, at)| (*number, at.as_micros())).collect()
    }

    pub fn numbers(&self, name: &str) -> Vec<u64> {
        self.items(name).into_iter().map(|(number, _)| number).collect()
    }

    pub fn losses(&self) -> Vec<(LossPlace, Cause)> {
        let lost = |record: &netsplit::sim::trace::Record| match record.event {
            Event::Lost { place, cause, .. } => Some((place, cause)),
            _ => None,
        };
        self.timeline.past().iter().filter_map(lost).collect()
    }

    /// Why messages were lost, in words.
    pub fn causes(&self) -> Vec<&'static str> {
        let network = self.world().network();
        self.losses()
            .iter()
            .map(|(_, cause)| netsplit::sim::trace::cause_words(network, *cause).text())
            .collect()
    }

    pub fn text(&self) -> String {
        text(&self.timeline)
    }

    pub fn read(&self, line: &str) -> TimedCommand {
        self.world().network().read_line(line).unwrap()
    }
}

/// The past of a run as lines.
pub fn text(timeline: &Timeline) -> String {
    let network = timeline.world().network();
    timeline.past().iter().map(|record| timeline.trace().line(network, record) + "\n").collect()
}
