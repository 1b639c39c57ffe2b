//! Four hosts and seven routers, with more links than they need: any single link between routers can go, and any router without a host.

use crate::protocols::routing::{HOST, ROUTER};
use crate::sim::scenario::{Control, LinkSpec, NodeSpec, Scenario};
use crate::sorted::Map;
use crate::word;

use super::centralized::{links_control, names, role_control, setting};
use super::{Entry, Parameters, RequestOffer};

/// Hosts and the routers between them.
pub static ROUTING: Entry = Entry {
    name: "routing",
    title: word!("scenario.routing.title"),
    summary: word!("scenario.routing.summary"),
    parameters: || &[],
    requests: || {
        &[
            RequestOffer { role: HOST, title: word!("request.ping-h1"), text: "ping h1" },
            RequestOffer { role: HOST, title: word!("request.ping-h2"), text: "ping h2" },
        ]
    },
    build,
};

const LATENCY: &str = "100ms";
const TIME_TO_LIVE: &str = "16";

const PLACES: [(&str, &str, (i32, i32)); 11] = [
    ("h1", HOST, (95, 300)),
    ("h2", HOST, (905, 300)),
    ("h3", HOST, (790, 100)),
    ("h4", HOST, (230, 500)),
    ("r1", ROUTER, (235, 300)),
    ("r2", ROUTER, (400, 120)),
    ("r3", ROUTER, (400, 480)),
    ("r4", ROUTER, (620, 120)),
    ("r5", ROUTER, (620, 480)),
    ("r6", ROUTER, (770, 300)),
    ("r7", ROUTER, (510, 300)),
];

const LINKS: [(&str, &str); 12] = [
    ("h1", "r1"),
    ("h2", "r6"),
    ("h3", "r4"),
    ("h4", "r3"),
    ("r1", "r2"),
    ("r1", "r3"),
    ("r2", "r4"),
    ("r2", "r7"),
    ("r3", "r5"),
    ("r4", "r6"),
    ("r5", "r6"),
    ("r5", "r7"),
];

fn build(_: &Parameters) -> Scenario {
    let node = |(name, role, at): &(&str, &str, (i32, i32))| NodeSpec {
        name: (*name).to_owned(),
        role: (*role).to_owned(),
        settings: if *role == HOST { setting("time-to-live", TIME_TO_LIVE) } else { Map::new() },
        at: Some(*at),
    };
    let link = |(a, b): &(&str, &str)| LinkSpec {
        a: (*a).to_owned(),
        b: (*b).to_owned(),
        settings: setting("latency", LATENCY),
        back: Map::new(),
    };
    Scenario {
        name: ROUTING.name.to_owned(),
        seed: 1,
        pace: "400ms".to_owned(),
        nodes: PLACES.iter().map(node).collect(),
        links: LINKS.iter().map(link).collect(),
        script: Vec::new(),
        properties: names(&[
            "no-packet-outlives-its-ttl",
            "pings-are-accounted-for",
            "routes-are-shortest-paths",
            "a-routing-loop",
            "counting-to-infinity",
            "a-black-hole",
        ]),
        readings: names(&[
            "wrong_routes",
            "routes_in_circles",
            "farthest_route",
            "pings_answered_percent",
            "packets_expired",
            "routing_messages",
        ]),
        controls: controls(),
    }
}

fn controls() -> Vec<Control> {
    vec![
        role_control("routing", ROUTER, "distance-vector"),
        role_control("split-horizon", ROUTER, "poisoned-reverse"),
        role_control("triggered", ROUTER, "yes"),
        role_control("infinity", ROUTER, "16"),
        role_control("multipath", ROUTER, "yes"),
        role_control("time-to-live", HOST, TIME_TO_LIVE),
        role_control("pings-every", HOST, "1s"),
        links_control("latency", LATENCY),
    ]
}
