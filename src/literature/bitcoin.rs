//! The double spend: how often an attacker catches up, in runs of the protocol, beside the exact chance; and the paper's own table
//! beside what our formulas give.
//!
//! A run has two miners, one of which attacks the other. Blocks take ten minutes on average and messages a millisecond, so that hardly
//! ever two are found at once. The race of a run ends when its attacker has won or is so far behind that it gives up, from where it
//! would have caught up less than once in ten thousand times.

use crate::protocols::bitcoin::{Miner, odds};
use crate::scenarios::CATALOGUE;
use crate::sim::network::NodeId;
use crate::sim::scenario::{LinkSpec, NodeSpec, Scenario};
use crate::sim::trace::Trace;
use crate::sim::world::World;
use crate::sorted::Map;

use super::Row;

/// How many races a share is taken of.
const RACES: u64 = 1_000;

/// Races against the exact chance, allowed four standard deviations of a share of so many, and the formulas against the published
/// digits.
pub const ROWS: &[Row] = &[
    race("catch-up-q10-z1", 0.200_000_0, 0.051, || won(10, 1)),
    race("catch-up-q10-z2", 0.056_000_0, 0.030, || won(10, 2)),
    race("catch-up-q30-z5", 0.197_617_3, 0.051, || won(30, 5)),
    formula("catch-up-exact-q10-z1", 0.200_000_0, || odds::exact(0.1, 1)),
    formula("catch-up-exact-q10-z2", 0.056_000_0, || odds::exact(0.1, 2)),
    formula("catch-up-exact-q10-z4", 0.005_456_0, || odds::exact(0.1, 4)),
    formula("catch-up-exact-q10-z6", 0.000_591_4, || odds::exact(0.1, 6)),
    formula("catch-up-exact-q30-z5", 0.197_617_3, || odds::exact(0.3, 5)),
    formula("catch-up-paper-q10-z1", 0.204_587_3, || odds::paper(0.1, 1)),
    formula("catch-up-paper-q10-z2", 0.050_977_9, || odds::paper(0.1, 2)),
    formula("catch-up-paper-q10-z6", 0.000_242_8, || odds::paper(0.1, 6)),
    formula("catch-up-paper-q30-z5", 0.177_352_3, || odds::paper(0.3, 5)),
];

const fn race(name: &'static str, published: f64, tolerance: f64, measure: fn() -> f64) -> Row {
    Row { name, published, tolerance, digits: 4, trials: RACES, measure }
}

/// A formula needs no trial.
const fn formula(name: &'static str, published: f64, measure: fn() -> f64) -> Row {
    Row { name, published, tolerance: 0.000_000_1, digits: 7, trials: 0, measure }
}

/// The share of races that an attacker wins who has so many percent of the hash power, against so many confirmations.
fn won(percent: u64, confirmations: u64) -> f64 {
    let races = (0..RACES).filter(|seed| wins(*seed, percent, confirmations));
    races.count() as f64 / RACES as f64
}

fn wins(seed: u64, percent: u64, confirmations: u64) -> bool {
    let mut trace = Trace::default();
    let Ok((mut world, script)) = World::new(&scenario(seed, percent, confirmations), CATALOGUE, &mut trace)
    else {
        return false;
    };
    loop {
        let attacks = world.process(NodeId(0)).map_or((0, 0), Miner::attacks);
        if attacks != (0, 0) {
            return attacks.0 > 0;
        }
        if !world.step(&script, &mut trace) {
            return false;
        }
    }
}

fn scenario(seed: u64, percent: u64, confirmations: u64) -> Scenario {
    let miner = |name: &str, power: u64| NodeSpec {
        name: name.to_owned(),
        role: "miner".to_owned(),
        settings: [
            ("power", format!("{power}%")),
            ("block-time", "600s".to_owned()),
            ("confirmations", confirmations.to_string()),
            ("gives-up-behind", "10".to_owned()),
            ("announces-every", "3600s".to_owned()),
        ]
        .into_iter()
        .map(|(name, value)| (name.to_owned(), value))
        .collect(),
        at: None,
    };
    let latency = Map::from_iter([("latency".to_owned(), "1ms".to_owned())]);
    Scenario {
        name: "race".to_owned(),
        seed,
        pace: "1s".to_owned(),
        nodes: vec![miner("attacker", percent), miner("merchant", 100 - percent)],
        links: vec![LinkSpec {
            a: "attacker".to_owned(),
            b: "merchant".to_owned(),
            settings: latency,
            back: Map::new(),
        }],
        script: vec![r#"1s request attacker "double spend merchant""#.to_owned()],
        properties: Vec::new(),
        readings: Vec::new(),
        controls: Vec::new(),
    }
}
