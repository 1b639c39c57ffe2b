//! Two hosts, and three routers in a row between them, one of which listens.

use crate::sim::scenario::{LinkSpec, NodeSpec, Scenario};
use crate::sim::settings::{Kind, Setting};
use crate::sorted::Map;
use crate::word;

use super::centralized::{links_control, names, role_control, setting};
use super::{Entry, Parameters, RequestOffer};

/// Two hosts with strangers between them.
pub static TUNNEL: Entry = Entry {
    name: "tunnel",
    title: word!("scenario.tunnel.title"),
    summary: word!("scenario.tunnel.summary"),
    parameters: || {
        // Whether the terminal begins with the server's host key on its disk.
        &[Setting { name: "knows-host", kind: Kind::Choice(&["yes", "no"]), default: "yes" }]
    },
    requests: || {
        &[
            RequestOffer {
                role: "terminal",
                title: word!("request.say-noon"),
                text: "say tell nobody: noon, north gate",
            },
            RequestOffer { role: "terminal", title: word!("request.send-pieces"), text: "send 100" },
        ]
    },
    build,
};

const LATENCY: &str = "40ms";
const BANDWIDTH: &str = "2Mbps";
const NODES: [(&str, &str, i32); 5] = [
    ("alice", "terminal", 100),
    ("r1", "crossing", 300),
    ("eve", "listener", 500),
    ("r2", "crossing", 700),
    ("bob", "host", 900),
];

fn build(parameters: &Parameters) -> Scenario {
    let node = |(name, role, across): &(&str, &str, i32)| NodeSpec {
        name: (*name).to_owned(),
        role: (*role).to_owned(),
        settings: match *role {
            "terminal" => setting("knows-host", parameters.choice("knows-host")),
            _ => Map::new(),
        },
        at: Some((*across, if *role == "listener" { 380 } else { 240 })),
    };
    let link = |ends: &[(&str, &str, i32)]| {
        let mut settings = setting("latency", LATENCY);
        settings.extend(setting("bandwidth", BANDWIDTH));
        LinkSpec { a: ends[0].0.to_owned(), b: ends[1].0.to_owned(), settings, back: Map::new() }
    };
    Scenario {
        name: TUNNEL.name.to_owned(),
        seed: 1,
        pace: "200ms".to_owned(),
        nodes: NODES.iter().map(node).collect(),
        links: NODES.windows(2).map(link).collect(),
        script: Vec::new(),
        properties: names(&[
            "only-what-was-said-is-heard",
            "nobody-reads-along",
            "altered-words-are-believed",
            "a-record-is-refused",
        ]),
        readings: names(&["words_read", "refused", "pieces", "sending_seconds", "resent", "resent_within"]),
        controls: vec![
            role_control("tunnel", "terminal", "off"),
            role_control("host-key-check", "terminal", "strict"),
            role_control("tampering", "listener", "none"),
            links_control("latency", LATENCY),
        ],
    }
}
