//! Flows that share the links between routers: a ring in which each flow crosses two links, or a dumbbell with one link for all.
//!
//! A link between routers carries 50 packets a second. The numbers are small so that they can be watched: real ones are
//! thousands of times larger.

use std::f64::consts::TAU;

use crate::protocols::congestion::{RECEIVER, ROUTER, SENDER};
use crate::sim::angle::sin_cos;
use crate::sim::scenario::{LinkSpec, NodeSpec, Scenario};
use crate::sim::settings::{Kind, Setting};
use crate::sorted::Map;
use crate::word;

use super::centralized::{links_control, names, role_control, setting};
use super::{Entry, Parameters};

/// Flows that share links.
pub static CONGESTION: Entry = Entry {
    name: "congestion",
    title: word!("scenario.congestion.title"),
    summary: word!("scenario.congestion.summary"),
    parameters: || {
        &[
            Setting { name: "topology", kind: Kind::Choice(&["ring", "dumbbell"]), default: "ring" },
            Setting { name: "flows", kind: Kind::Count(1, 8), default: "4" },
        ]
    },
    requests: || &[],
    build,
};

const LATENCY: &str = "20ms";

fn build(parameters: &Parameters) -> Scenario {
    let flows = parameters.count("flows");
    let (nodes, links) = match parameters.choice("topology") {
        "dumbbell" => dumbbell(flows),
        _ => ring(flows.max(3)),
    };
    Scenario {
        name: CONGESTION.name.to_owned(),
        seed: 1,
        pace: "500ms".to_owned(),
        nodes,
        links,
        script: Vec::new(),
        properties: names(&[
            "queues-keep-their-limits",
            "packets-are-conserved",
            "delivered-was-sent",
            "work-is-in-vain",
            "goodput-falls-under-load",
        ]),
        readings: names(&[
            "flow_offered_per_second",
            "flow_sent_per_second",
            "flow_goodput_per_second",
            "flow_fairness",
            "flow_queueing_ms",
        ]),
        controls: vec![
            role_control("offered-rate", SENDER, "20"),
            role_control("congestion-control", SENDER, "none"),
            role_control("fixed-window", SENDER, "16"),
            role_control("queueing", ROUTER, "random-drop"),
            role_control("buffer", ROUTER, "10"),
            role_control("transmission-time", ROUTER, "20ms"),
            role_control("loses-every", ROUTER, "0"),
            links_control("latency", LATENCY),
        ],
    }
}

/// Each flow enters at a router of its own and leaves two routers further on.
fn ring(flows: u64) -> (Vec<NodeSpec>, Vec<LinkSpec>) {
    let place = |index: u64, apart: f64, away: f64| {
        let (sine, cosine) = sin_cos((index as f64 + 0.5 + apart) / flows as f64 * TAU);
        ((500.0 + 1.4 * away * sine).round() as i32, (300.0 - away * cosine).round() as i32)
    };
    let mut nodes = Vec::new();
    let mut links = Vec::new();
    for index in 0..flows {
        nodes.push(node("r", index, ROUTER, place(index, 0.0, 125.0)));
        nodes.push(node("s", index, SENDER, place(index, -0.17, 240.0)));
        nodes.push(node("d", index, RECEIVER, place(index + 2, 0.17, 240.0)));
        links.push(link(("r", index), ("r", (index + 1) % flows)));
        links.push(link(("s", index), ("r", index)));
        links.push(link(("r", (index + 2) % flows), ("d", index)));
    }
    (nodes, links)
}

/// All flows enter at one router and leave at the other.
fn dumbbell(flows: u64) -> (Vec<NodeSpec>, Vec<LinkSpec>) {
    let mut nodes = vec![node("r", 0, ROUTER, (400, 300)), node("r", 1, ROUTER, (600, 300))];
    let mut links = vec![link(("r", 0), ("r", 1))];
    for index in 0..flows {
        let down = (60 + 480 * (2 * index + 1) / (2 * flows)) as i32;
        nodes.push(node("s", index, SENDER, (140, down)));
        nodes.push(node("d", index, RECEIVER, (860, down)));
        links.push(link(("s", index), ("r", 0)));
        links.push(link(("r", 1), ("d", index)));
    }
    (nodes, links)
}

fn name((prefix, index): (&str, u64)) -> String {
    format!("{prefix}{}", index + 1)
}

fn node(prefix: &str, index: u64, role: &str, at: (i32, i32)) -> NodeSpec {
    NodeSpec { name: name((prefix, index)), role: role.to_owned(), settings: Map::new(), at: Some(at) }
}

fn link(a: (&str, u64), b: (&str, u64)) -> LinkSpec {
    LinkSpec { a: name(a), b: name(b), settings: setting("latency", LATENCY), back: Map::new() }
}
