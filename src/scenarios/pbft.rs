//! A replicated service on a ring of replicas, every two of which are joined, and two clients.

use crate::sim::angle::sin_cos;
use crate::sim::scenario::{LinkSpec, NodeSpec, Scenario};
use crate::sim::settings::{Kind, Setting};
use crate::sorted::Map;
use crate::word;

use super::centralized::{links_control, names, role_control, setting};
use super::{Entry, Parameters, RequestOffer};

/// A service of 3f + 1 replicas.
pub static PBFT: Entry = Entry {
    name: "pbft",
    title: word!("scenario.pbft.title"),
    summary: word!("scenario.pbft.summary"),
    parameters: || {
        &[
            Setting { name: "group-size", kind: Kind::Count(1, 10), default: "4" },
            Setting { name: "faults-allowed", kind: Kind::Count(0, 3), default: "1" },
        ]
    },
    requests: || {
        &[RequestOffer { role: "pbft-client", title: word!("request.pbft-write"), text: "write x={n}" }]
    },
    build,
};

const LATENCY: &str = "100ms";
const TIMEOUT: &str = "2s";
const INTERVAL: &str = "2s";
const RETRANSMIT_AFTER: &str = "1500ms";
const CLIENTS: [(&str, (i32, i32)); 2] = [("c1", (90, 190)), ("c2", (90, 410))];

fn build(parameters: &Parameters) -> Scenario {
    let (replicas, faults) = (parameters.count("group-size"), parameters.count("faults-allowed").to_string());
    let replica_names: Vec<String> = (1..=replicas).map(|number| format!("r{number}")).collect();
    let ring = (0..replicas).map(|index| replica(index, replicas, &faults));
    let mut links = Vec::new();
    for (at, a) in replica_names.iter().enumerate() {
        links.extend(replica_names[at + 1..].iter().map(|b| link(a, b)));
        links.extend(CLIENTS.iter().map(|(client, _)| link(client, a)));
    }
    Scenario {
        name: PBFT.name.to_owned(),
        seed: 1,
        pace: "500ms".to_owned(),
        nodes: ring.chain(CLIENTS.iter().map(|(name, at)| client(name, *at, &faults))).collect(),
        links,
        script: Vec::new(),
        properties: names(&[
            "honest-replicas-execute-the-same",
            "requests-are-executed-at-last",
            "a-view-change",
            "two-honest-replicas-differ",
        ]),
        readings: names(&[
            "pbft_executed",
            "pbft_view",
            "pbft_latency_ms",
            "pbft_messages_per_request",
            "pbft_faulty",
        ]),
        controls: vec![
            role_control("timeout", "pbft-replica", TIMEOUT),
            role_control("interval", "pbft-client", INTERVAL),
            role_control("retransmit-after", "pbft-client", RETRANSMIT_AFTER),
            links_control("latency", LATENCY),
        ],
    }
}

fn link(a: &str, b: &str) -> LinkSpec {
    LinkSpec { a: a.to_owned(), b: b.to_owned(), settings: setting("latency", LATENCY), back: Map::new() }
}

/// On a ring, the first at the upper left and on clockwise.
fn replica(index: u64, replicas: u64, faults: &str) -> NodeSpec {
    let angle = std::f64::consts::TAU * (index as f64 / replicas as f64 - 0.375);
    let (sine, cosine) = sin_cos(angle);
    let (across, down) = (590.0 + 310.0 * cosine, 300.0 + 230.0 * sine);
    let mut settings = setting("faults", faults);
    settings.extend(setting("timeout", TIMEOUT));
    NodeSpec {
        name: format!("r{}", index + 1),
        role: "pbft-replica".to_owned(),
        settings,
        at: Some((across.round() as i32, down.round() as i32)),
    }
}

fn client(name: &str, at: (i32, i32), faults: &str) -> NodeSpec {
    let mut settings = setting("faults", faults);
    settings.extend(setting("interval", INTERVAL));
    settings.extend(setting("retransmit-after", RETRANSMIT_AFTER));
    NodeSpec { name: name.to_owned(), role: "pbft-client".to_owned(), settings, at: Some(at) }
}
