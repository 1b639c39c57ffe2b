//! A large, busy network for measuring the simulator and the stage. No lesson is made of it.

use crate::sim::random::Rng;
use crate::sim::scenario::{LinkSpec, NodeSpec, Scenario};
use crate::sim::settings::{Kind, Setting};
use crate::sorted::{Map, Set};
use crate::word;

use super::centralized::{links_control, role_control, setting};
use super::{Entry, Parameters};

/// A large, busy network.
pub static STRESS: Entry = Entry {
    name: "stress",
    title: word!("scenario.stress.title"),
    summary: word!("scenario.stress.summary"),
    parameters: || {
        &[
            Setting { name: "nodes", kind: Kind::Count(2, 2_000), default: "1000" },
            Setting { name: "links", kind: Kind::Count(1, 10_000), default: "2000" },
        ]
    },
    requests: || &[],
    build,
};

/// With these every node sends ten messages a second that travel for a second: ten a node are on their way.
const INTERVAL: &str = "100ms";
const LATENCY: &str = "1s";

const WIDTH: i32 = 1_000;
const HEIGHT: i32 = 600;

fn build(parameters: &Parameters) -> Scenario {
    let nodes = parameters.count("nodes") as usize;
    let places = places(nodes);
    let name = |index: usize| format!("n{}", index + 1);
    let link = |(a, b): (usize, usize)| LinkSpec {
        a: name(a),
        b: name(b),
        settings: setting("latency", LATENCY),
        back: Map::new(),
    };
    let node = |(index, at): (usize, &(i32, i32))| NodeSpec {
        name: name(index),
        role: "chatterer".to_owned(),
        settings: setting("interval", INTERVAL),
        at: Some(*at),
    };
    Scenario {
        name: STRESS.name.to_owned(),
        seed: 1,
        pace: "1s".to_owned(),
        nodes: places.iter().enumerate().map(node).collect(),
        links: joined(&places, parameters.count("links") as usize).into_iter().map(link).collect(),
        script: Vec::new(),
        properties: Vec::new(),
        readings: Vec::new(),
        controls: vec![role_control("interval", "chatterer", INTERVAL), links_control("latency", LATENCY)],
    }
}

/// Places on a jittered grid, numbered to and fro row by row, so that the next number is always near.
fn places(nodes: usize) -> Vec<(i32, i32)> {
    let mut rng = Rng::stream(1, "places of the stress scenario");
    let nodes = nodes as i32;
    let columns = (1..=nodes).find(|columns| columns * columns * HEIGHT >= nodes * WIDTH).unwrap_or(1);
    let rows = (nodes + columns - 1) / columns;
    let (across, down) = (WIDTH / columns, HEIGHT / rows);
    let mut jitter = |cell: i32| cell / 5 + rng.below((cell * 3 / 5) as u64) as i32;
    let place = |index: i32| {
        let (row, step) = (index / columns, index % columns);
        let column = if row % 2 == 0 { step } else { columns - 1 - step };
        (column * across + jitter(across), row * down + jitter(down))
    };
    (0..nodes).map(place).collect()
}

/// A path through all nodes, which makes the network connected, then the nearest pairs until there are enough links.
fn joined(places: &[(i32, i32)], links: usize) -> Vec<(usize, usize)> {
    let mut joined: Vec<_> = (1..places.len()).map(|index| (index - 1, index)).collect();
    let known: Set<_> = joined.iter().copied().collect();
    let reach = 4 * ((WIDTH * HEIGHT) / places.len() as i32).isqrt();
    let mut near = Vec::new();
    for (a, (ax, ay)) in places.iter().enumerate() {
        for (b, (bx, by)) in places.iter().enumerate().skip(a + 2) {
            let (across, down) = (ax - bx, ay - by);
            if across.abs() <= reach && down.abs() <= reach && !known.contains(&(a, b)) {
                near.push((across * across + down * down, a, b));
            }
        }
    }
    near.sort_unstable();
    let missing = links.saturating_sub(joined.len());
    joined.extend(near.into_iter().take(missing).map(|(_, a, b)| (a, b)));
    joined
}
