//! TCP under periodic loss: what a stream makes of a network that loses one segment in so many, and no other.
//!
//! One sender, one router that drops each so many-th segment with data, one receiver; links of a fixed latency and any bandwidth, so that
//! a round trip takes the same time always. The window swings between a half and the whole of what the formula's model has. After a few
//! losses, by when slow start is forgotten, bytes are counted from one loss to another.

use crate::protocols::tcp::{RECEIVER, ROUTER, Router, SENDER, Sender};
use crate::scenarios::CATALOGUE;
use crate::sim::network::NodeId;
use crate::sim::scenario::{LinkSpec, NodeSpec, Scenario};
use crate::sim::time::Time;
use crate::sim::trace::Trace;
use crate::sim::world::World;
use crate::sorted::Map;

use super::Row;

/// √(3/2), of which the paper prints 1.22.
const CONSTANT: f64 = 1.224_744_871_391_589;
const SMSS: u64 = 16;
/// There and back over both links.
const ROUND_TRIP_SECONDS: f64 = 0.2;
/// How many losses go by before it is measured, and from how many it is.
const LOSSES_BEFORE: u64 = 6;
const LOSSES: u64 = 20;

/// Segments a round trip, within five per cent: a window is of whole segments, and the one that is lost is sent twice.
pub const ROWS: &[Row] = &[
    row("mathis-1-in-200", 14.142_135_623_730_951, 0.85, || segments_per_round_trip(200)),
    row("mathis-1-in-500", 22.360_679_774_997_898, 1.35, || segments_per_round_trip(500)),
    row("mathis-1-in-1000", 31.622_776_601_683_793, 1.9, || segments_per_round_trip(1_000)),
];

/// The paper's figure is its constant over the root of the share that is lost.
const fn row(name: &'static str, root: f64, tolerance: f64, measure: fn() -> f64) -> Row {
    Row { name, published: CONSTANT * root, tolerance, digits: 2, trials: LOSSES, measure }
}

fn segments_per_round_trip(drop_every: u64) -> f64 {
    let mut trace = Trace::mute();
    let (mut world, script) =
        World::new(&scenario(drop_every), CATALOGUE, &mut trace).expect("a scenario that can be laid");
    let mut after = |losses: u64| {
        let dropped = |world: &World| world.process(NodeId(1)).map_or(0, Router::dropped);
        while dropped(&world) < losses && world.step(&script, &mut trace) {}
        let bytes = world.process(NodeId(0)).map_or(0, Sender::acknowledged);
        (world.now().since(Time::ZERO).as_secs_f64(), bytes)
    };
    let ((from, before), (until, by_then)) = (after(LOSSES_BEFORE), after(LOSSES_BEFORE + LOSSES));
    (by_then - before) as f64 / SMSS as f64 * ROUND_TRIP_SECONDS / (until - from)
}

fn scenario(drop_every: u64) -> Scenario {
    let node = |name: &str, role: &str, settings: &[(&str, &str)]| NodeSpec {
        name: name.to_owned(),
        role: role.to_owned(),
        settings: settings.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect(),
        at: None,
    };
    let link = |a: &str, b: &str| LinkSpec {
        a: a.to_owned(),
        b: b.to_owned(),
        settings: Map::from_iter([("latency".to_owned(), "50ms".to_owned())]),
        back: Map::new(),
    };
    Scenario {
        name: "periodic-loss".to_owned(),
        seed: 1,
        pace: "1s".to_owned(),
        nodes: vec![
            node("a", SENDER, &[("smss", &SMSS.to_string()), ("checksum", "none")]),
            node("r", ROUTER, &[("drop-every", &drop_every.to_string())]),
            node("b", RECEIVER, &[("checksum", "none")]),
        ],
        links: vec![link("a", "r"), link("r", "b")],
        script: Vec::new(),
        properties: Vec::new(),
        readings: Vec::new(),
        controls: Vec::new(),
    }
}
