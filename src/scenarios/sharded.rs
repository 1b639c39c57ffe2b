//! Shards round a ring, two routers in the middle, and clients on either side.

use crate::sim::angle::sin_cos;
use crate::sim::scenario::{LinkSpec, NodeSpec, Scenario};
use crate::sim::settings::{Kind, Setting};
use crate::sorted::Map;
use crate::word;

use super::centralized::{links_control, names, role_control, setting};
use super::{Entry, Parameters, RequestOffer};

/// Shards round a ring, two routers in the middle, and clients on either side.
pub static SHARDED: Entry = Entry {
    name: "sharded",
    title: word!("scenario.sharded.title"),
    summary: word!("scenario.sharded.summary"),
    parameters: &[
        Setting { name: "shards", kind: Kind::Count(1, 8), default: "4" },
        Setting { name: "replicas", kind: Kind::Count(1, 3), default: "1" },
        Setting { name: "virtual-nodes", kind: Kind::Count(1, 64), default: "8" },
        Setting { name: "keys", kind: Kind::Count(1, 200), default: "24" },
    ],
    requests: &[
        RequestOffer { role: "shard-client", title: word!("request.put-k1"), text: "put k1={n}" },
        RequestOffer { role: "shard-client", title: word!("request.get-k1"), text: "get k1" },
        RequestOffer { role: "shard-router", title: word!("request.add-s5"), text: "add s5" },
        RequestOffer { role: "shard-router", title: word!("request.remove-s2"), text: "remove s2" },
        RequestOffer { role: "shard-router", title: word!("request.two-copies"), text: "replicas 2" },
    ],
    build,
};

const TIMEOUT: &str = "3s";
const PATIENCE: &str = "800ms";
const INTERVAL: &str = "2s";
const HEARTBEAT: &str = "1s";
const SUSPECT_AFTER: &str = "3";
const RESTORE_AFTER: &str = "6s";
const LATENCY: &str = "100ms";

const CLIENTS: u64 = 4;
const MIDDLE: (f64, f64) = (500.0, 300.0);
const RADIUS: f64 = 205.0;
/// How far down from the middle the clients of both sides stand, by how many machines the circle has from two: where it has gaps.
const CLIENTS_DOWN: [i32; 8] = [0, 0, 0, 125, 0, -90, 0, 70];

fn build(parameters: &Parameters) -> Scenario {
    let shards = parameters.count("shards");
    // One more machine stands by, to be added to the ring.
    let machines = shards + 1;
    let store = [
        ("members", shards.to_string()),
        ("replicas", parameters.count("replicas").to_string()),
        ("virtual-nodes", parameters.count("virtual-nodes").to_string()),
        ("heartbeat", HEARTBEAT.to_owned()),
        ("suspect-after", SUSPECT_AFTER.to_owned()),
    ];
    let keys = ("keys", parameters.count("keys").to_string());
    let shard_settings = [&store[..], &[keys.clone(), ("restore-after", RESTORE_AFTER.to_owned())]].concat();
    let router_settings = [&store[..], &[("patience", PATIENCE.to_owned())]].concat();
    let client_settings = [("timeout", TIMEOUT.to_owned()), ("interval", INTERVAL.to_owned()), keys];
    let shard = |index| node("s", index, "shard", &shard_settings, place_of_shard(index, machines));
    let router = |index| node("r", index, "shard-router", &router_settings, place_of_router(index, machines));
    let client = |index| node("c", index, "shard-client", &client_settings, place_of_client(index, machines));
    Scenario {
        name: SHARDED.name.to_owned(),
        seed: 1,
        pace: "400ms".to_owned(),
        nodes: (0..machines).map(shard).chain((0..2).map(router)).chain((0..CLIENTS).map(client)).collect(),
        links: links(machines),
        script: Vec::new(),
        properties: names(&[
            "acknowledged-writes-are-on-a-shard",
            "copies-are-on-different-shards",
            "owners-have-their-keys",
            "a-key-was-out-of-reach",
            "a-hint-was-handed-back",
            "a-key-was-moved",
        ]),
        readings: names(&[
            "shard_requests_answered",
            "shard_requests_failed",
            "shard_latency_mean_ms",
            "keys_out_of_reach",
            "keys_moved",
            "fullest_shard_percent",
        ]),
        controls: vec![
            role_control("interval", "shard-client", INTERVAL),
            role_control("timeout", "shard-client", TIMEOUT),
            role_control("patience", "shard-router", PATIENCE),
            role_control("restore-after", "shard", RESTORE_AFTER),
            links_control("latency", LATENCY),
        ],
    }
}

fn node(letter: &str, index: u64, role: &str, settings: &[(&str, String)], at: (i32, i32)) -> NodeSpec {
    NodeSpec {
        name: format!("{letter}{}", index + 1),
        role: role.to_owned(),
        settings: settings.iter().map(|(name, value)| ((*name).to_owned(), value.clone())).collect(),
        at: Some(at),
    }
}

/// Every shard is linked to both routers and to its neighbours on the circle, every client to the router of its side.
fn links(machines: u64) -> Vec<LinkSpec> {
    let link =
        |a: String, b: String| LinkSpec { a, b, settings: setting("latency", LATENCY), back: Map::new() };
    let shard = |index: u64| format!("s{}", index % machines + 1);
    // Where there are few, the routers stand in the way.
    let sides = if machines > 3 { machines } else { 0 };
    let rim = (0..sides).map(|index| link(shard(index), shard(index + 1)));
    let spokes =
        (0..machines).flat_map(|index| ["r1", "r2"].map(|router| link(router.to_owned(), shard(index))));
    let clients = (0..CLIENTS).map(|index| link(format!("c{}", index + 1), router_of(index).to_owned()));
    rim.chain(spokes).chain(clients).collect()
}

fn router_of(client: u64) -> &'static str {
    if client < CLIENTS / 2 { "r1" } else { "r2" }
}

fn place_of_shard(index: u64, machines: u64) -> (i32, i32) {
    // None stands just left or right of the routers, where the clients' links go through.
    let turn = if machines.is_multiple_of(4) { 0.5 } else { 0.0 };
    let angle = std::f64::consts::TAU * ((index as f64 + turn) / machines as f64 - 0.25);
    let (sine, cosine) = sin_cos(angle);
    let (across, down) = (MIDDLE.0 + RADIUS * cosine, MIDDLE.1 + RADIUS * sine);
    (libm::round(across) as i32, libm::round(down) as i32)
}

/// The routers lean towards the clients, so that none is in the other's way to a shard.
fn place_of_router(index: u64, machines: u64) -> (i32, i32) {
    (if index == 0 { 395 } else { 605 }, 300 + clients_down(machines) / 4)
}

fn clients_down(machines: u64) -> i32 {
    CLIENTS_DOWN.get(machines as usize - 2).copied().unwrap_or_default()
}

fn place_of_client(index: u64, machines: u64) -> (i32, i32) {
    let across = if index < CLIENTS / 2 { 100 } else { 900 };
    let from_gap = if index.is_multiple_of(2) { -60 } else { 60 };
    (across, 300 + clients_down(machines) + from_gap)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_link_passes_over_a_third_node_however_many_shards_there_are() {
        for shards in 1..=8 {
            let values = [("shards".to_owned(), shards.to_string())];
            let scenario = SHARDED.build_with(&values).unwrap();
            let place = |name: &str| {
                let node = scenario.nodes.iter().find(|node| node.name == name).unwrap();
                node.at.map(|(across, down)| (f64::from(across), f64::from(down))).unwrap()
            };
            let inside = |(across, down): (f64, f64)| {
                (90.0..=910.0).contains(&across) && (90.0..=510.0).contains(&down)
            };
            assert!(scenario.nodes.iter().all(|node| inside(place(&node.name))), "{shards}");
            for link in &scenario.links {
                for node in scenario.nodes.iter().filter(|node| node.name != link.a && node.name != link.b) {
                    let (from, to, at) = (place(&link.a), place(&link.b), place(&node.name));
                    let (along, across) = (to.0 - from.0, to.1 - from.1);
                    let length = libm::hypot(along, across);
                    let part = ((at.0 - from.0) * along + (at.1 - from.1) * across) / (length * length);
                    let part = libm::fmin(libm::fmax(part, 0.0), 1.0);
                    let distance = libm::hypot(at.0 - from.0 - part * along, at.1 - from.1 - part * across);
                    assert!(
                        distance > 35.0,
                        "{shards}: {}-{} passes {} at {distance}",
                        link.a,
                        link.b,
                        node.name
                    );
                }
            }
        }
    }
}
