//! One server that holds all the state, and clients around it.

use crate::sim::angle::sin_cos;
use crate::sim::scenario::{Control, ControlTarget, LinkSpec, NodeSpec, Scenario};
use crate::sim::settings::{Kind, Setting};
use crate::sorted::Map;
use crate::word;

use super::{Entry, Parameters, RequestOffer};

/// One server that holds all the state, and clients around it.
pub static CENTRALIZED: Entry = Entry {
    name: "centralized",
    title: word!("scenario.centralized.title"),
    summary: word!("scenario.centralized.summary"),
    parameters: &[Setting { name: "clients", kind: Kind::Count(1, 12), default: "4" }],
    requests: &[
        RequestOffer { role: "client", title: word!("request.put"), text: "put x={n}" },
        RequestOffer { role: "client", title: word!("request.get"), text: "get x" },
    ],
    build,
};

const TIMEOUT: &str = "1s";
const RETRIES: &str = "2";
const INTERVAL: &str = "3s";
const LATENCY: &str = "150ms";

fn build(parameters: &Parameters) -> Scenario {
    let clients = parameters.count("clients");
    let server = NodeSpec {
        name: "s1".to_owned(),
        role: "server".to_owned(),
        settings: Map::new(),
        at: Some((500, 300)),
    };
    let nodes = std::iter::once(server).chain((0..clients).map(|index| client(index, clients)));
    let links = (1..=clients).map(|number| LinkSpec {
        a: "s1".to_owned(),
        b: format!("c{number}"),
        settings: setting("latency", LATENCY),
        back: Map::new(),
    });
    Scenario {
        name: CENTRALIZED.name.to_owned(),
        seed: 1,
        pace: "200ms".to_owned(),
        nodes: nodes.collect(),
        links: links.collect(),
        script: Vec::new(),
        properties: names(&[
            "acknowledged-puts-are-kept",
            "no-server-no-answer",
            "clients-are-answered",
            "a-request-failed",
        ]),
        readings: names(&["requests_answered", "requests_failed", "availability_percent", "latency_mean_ms"]),
        controls: vec![
            role_control("timeout", "client", TIMEOUT),
            role_control("retries", "client", RETRIES),
            role_control("interval", "client", INTERVAL),
            links_control("latency", LATENCY),
        ],
    }
}

fn client(index: u64, clients: u64) -> NodeSpec {
    let angle = std::f64::consts::TAU * (index as f64 + 0.5) / clients as f64;
    let (sine, cosine) = sin_cos(angle);
    let (across, down) = (500.0 + 380.0 * cosine, 300.0 + 200.0 * sine);
    let mut settings = setting("timeout", TIMEOUT);
    settings.extend(setting("retries", RETRIES));
    settings.extend(setting("interval", INTERVAL));
    NodeSpec {
        name: format!("c{}", index + 1),
        role: "client".to_owned(),
        settings,
        at: Some((across.round() as i32, down.round() as i32)),
    }
}

pub(super) fn setting(name: &str, value: &str) -> Map<String, String> {
    Map::from_iter([(name.to_owned(), value.to_owned())])
}

pub(super) fn names(names: &[&str]) -> Vec<String> {
    names.iter().map(|name| (*name).to_owned()).collect()
}

/// A control of the setting of the same name, for all that play a role.
pub(super) fn role_control(name: &str, role: &str, value: &str) -> Control {
    let sets = ControlTarget::Role { role: role.to_owned(), setting: name.to_owned() };
    Control { name: name.to_owned(), value: value.to_owned(), sets: Some(sets) }
}

/// A control of the setting of the same name, for all links.
pub(super) fn links_control(name: &str, value: &str) -> Control {
    let sets = ControlTarget::Links { setting: name.to_owned() };
    Control { name: name.to_owned(), value: value.to_owned(), sets: Some(sets) }
}
