//! A watcher who wanders: moves on a timeline drawn at random, for tests that hold the timeline to its laws and for tests that
//! hold the browser to the same runs.

#![allow(dead_code)]

use std::fmt::Write as _;

use netsplit::faults;
use netsplit::scenarios::{self, CATALOGUE};
use netsplit::share::chaos::Chaos;
use netsplit::sim::command::Command;
use netsplit::sim::network::NodeId;
use netsplit::sim::process::Sort;
use netsplit::sim::random::Rng;
use netsplit::sim::scenario::Scenario;
use netsplit::sim::time::{Duration, Time};
use netsplit::sim::timeline::{Sought, Timeline};

/// What a watcher does.
#[derive(Clone, PartialEq, Debug)]
pub enum Move {
    Act(Vec<Command>),
    Seek(Time),
    Advance(Duration, usize),
    Step,
    StepBack,
    Next(Sought),
    Previous(Sought),
    Undo,
    Redo,
    Switch(usize),
    Name(usize, String),
    Drop(usize),
}

impl Move {
    /// Whether it can be taken back.
    pub fn is_turn(&self) -> bool {
        matches!(self, Move::Act(_) | Move::Switch(_) | Move::Name(..) | Move::Drop(_))
    }
}

/// Draws a move; moments lie within this span.
pub fn draw(rng: &mut Rng, timeline: &Timeline, span: Duration) -> Move {
    let branch = rng.below(timeline.branches().len() as u64 + 1) as usize;
    match rng.below(20) {
        0..=4 => Move::Act((0..=rng.below(2)).map(|_| command(rng, timeline)).collect()),
        5..=8 => Move::Seek(Time::from_micros(rng.below(span.as_micros()))),
        9 => Move::Advance(Duration::micros(rng.below(span.as_micros() / 2)), rng.below(2_000) as usize),
        10 => Move::Step,
        11 => Move::StepBack,
        12 => Move::Next(sought(rng, timeline)),
        13 => Move::Previous(sought(rng, timeline)),
        14 => Move::Undo,
        15 => Move::Redo,
        16 | 17 => Move::Switch(branch),
        18 => Move::Name(branch, ["", "what if", "the other way"][rng.below(3) as usize].to_owned()),
        _ => Move::Drop(branch),
    }
}

/// Makes a move; false if nothing came of it.
pub fn make(timeline: &mut Timeline, made: &Move) -> bool {
    match made {
        Move::Act(commands) => {
            timeline.act_together(commands.clone());
            true
        }
        Move::Seek(to) => {
            timeline.seek(*to);
            true
        }
        Move::Advance(by, events) => {
            timeline.advance(timeline.now() + *by, *events, |_, _| false);
            true
        }
        Move::Step => timeline.step(),
        Move::StepBack => timeline.step_back(),
        Move::Next(sought) => timeline.next(*sought, 2_000),
        Move::Previous(sought) => timeline.previous(*sought),
        Move::Undo => timeline.undo(),
        Move::Redo => timeline.redo(),
        Move::Switch(index) => timeline.switch_branch(*index),
        Move::Name(index, name) => timeline.name_branch(*index, name),
        Move::Drop(index) => timeline.drop_branch(*index),
    }
}

fn command(rng: &mut Rng, timeline: &Timeline) -> Command {
    let network = timeline.world().network();
    if rng.below(3) == 0 {
        let node = NodeId(rng.below(network.nodes.len() as u64) as u32);
        let texts = ["write x=4", "read x", "put x=1", "get x", "send b 3", "route d 2", "sync"];
        let text = texts[rng.below(texts.len() as u64) as usize].to_owned();
        return Command::Request { node, text };
    }
    let chaos = Chaos { commands: 2, kinds: faults::ALL.to_vec() };
    let drawn = chaos.draw(network, rng.bits(), Time::from_micros(1_000));
    drawn.into_iter().last().unwrap().command
}

fn sought(rng: &mut Rng, timeline: &Timeline) -> Sought {
    match rng.below(6) {
        0 => Sought::At(NodeId(rng.below(timeline.world().network().nodes.len() as u64) as u32)),
        1 => Sought::Deed,
        2 => Sought::Loss,
        3 => Sought::Note,
        4 => Sought::Broken,
        _ => Sought::Sending([Sort::Request, Sort::Reply, Sort::Beat, Sort::Refusal][rng.below(4) as usize]),
    }
}

/// How many runs are drawn for the browser to agree on.
pub const RUNS: u64 = 200;
const MOVES: usize = 20;
/// For how long a run is watched at most, in seconds of watching.
const SECONDS: u64 = 20;

/// One line for each random run: what it is, where its watcher ended up, and its hash.
pub fn lines() -> String {
    let mut text = String::new();
    for seed in 0..RUNS {
        let mut rng = Rng::stream(seed, "random runs");
        let scenario = scenario(&mut rng);
        let (name, span) = (scenario.name.clone(), Duration::parse(&scenario.pace).unwrap() * SECONDS);
        let mut timeline = Timeline::new(scenario, CATALOGUE).unwrap();
        for _ in 0..MOVES {
            let made = draw(&mut rng, &timeline, span);
            make(&mut timeline, &made);
        }
        timeline.seek(timeline.reach().max(Time::ZERO + Duration::micros(span.as_micros() / 2)));
        let (world, now, branches) = (timeline.world(), timeline.now(), timeline.branches().len());
        let (events, hash) = (world.counts().events, world.hash());
        writeln!(
            text,
            "run {seed} of {name} at {now}, {branches} branches: {events} events, hash {hash:016x}"
        )
        .unwrap();
    }
    text
}

/// A scenario at random: which, how large, its luck, and what goes wrong by itself.
fn scenario(rng: &mut Rng) -> Scenario {
    let (name, parameters): (&str, Vec<(&str, String)>) = match rng.below(5) {
        0 | 1 => (
            "centralized",
            vec![("clients", (1 + rng.below(6)).to_string()), ("interval", "200ms".to_owned())],
        ),
        2 => (
            "stress",
            vec![("nodes", (2 + rng.below(8)).to_string()), ("links", (9 + rng.below(9)).to_string())],
        ),
        _ => ("partition", vec![("mode", ["available", "consistent"][rng.below(2) as usize].to_owned())]),
    };
    let values: Vec<_> = parameters.into_iter().map(|(name, value)| (name.to_owned(), value)).collect();
    let mut scenario = scenarios::find(name).unwrap().build_with(&values).unwrap();
    scenario.seed = rng.bits();
    let network = scenario.lay(CATALOGUE).unwrap().network;
    let span = Duration::parse(&scenario.pace).unwrap() * SECONDS;
    let chaos = Chaos { commands: rng.below(6) as usize, kinds: faults::ALL.to_vec() };
    let drawn = chaos.draw(&network, rng.bits(), Time::ZERO + span);
    scenario.script.extend(drawn.iter().map(|timed| network.write_line(timed)));
    scenario
}
