//! Two to ten generals, each of whom can send a messenger to every other. g1 commands.

use crate::sim::angle::sin_cos;
use crate::sim::scenario::{LinkSpec, NodeSpec, Scenario};
use crate::sim::settings::{Kind, Setting};
use crate::sorted::Map;
use crate::word;

use super::centralized::{links_control, names, role_control, setting};
use super::{Entry, Parameters, RequestOffer};

/// Generals who must agree on a plan.
pub static GENERALS: Entry = Entry {
    name: "generals",
    title: word!("scenario.generals.title"),
    summary: word!("scenario.generals.summary"),
    parameters: || &[Setting { name: "generals", kind: Kind::Count(2, 10), default: "4" }],
    requests: || {
        &[
            RequestOffer { role: "general", title: word!("request.tell-attack"), text: "tell all attack" },
            RequestOffer { role: "general", title: word!("request.tell-retreat"), text: "tell all retreat" },
            RequestOffer { role: "general", title: word!("request.tell-nothing"), text: "tell all nothing" },
            RequestOffer { role: "general", title: word!("request.tell-truth"), text: "tell all truth" },
        ]
    },
    build,
};

const LATENCY: &str = "500ms";
/// The middle of the board, and how far the generals stand from it.
const MIDDLE: (f64, f64) = (500.0, 300.0);
const RADII: (f64, f64) = (330.0, 200.0);

fn build(parameters: &Parameters) -> Scenario {
    let generals = parameters.count("generals");
    let name = |index: u64| format!("g{}", index + 1);
    let general = |index: u64| NodeSpec {
        name: name(index),
        role: "general".to_owned(),
        settings: Map::new(),
        at: Some(place(index, generals)),
    };
    let link = |a: u64, b: u64| LinkSpec {
        a: name(a),
        b: name(b),
        settings: setting("latency", LATENCY),
        back: Map::new(),
    };
    Scenario {
        name: GENERALS.name.to_owned(),
        seed: 1,
        pace: "500ms".to_owned(),
        nodes: (0..generals).map(general).collect(),
        links: (0..generals).flat_map(|a| (a + 1..generals).map(move |b| link(a, b))).collect(),
        script: Vec::new(),
        properties: names(&[
            "loyal-lieutenants-agree",
            "a-loyal-commander-is-obeyed",
            "loyal-generals-disagree",
            "a-lie-is-heard",
            "a-forgery-is-refused",
        ]),
        readings: names(&["messages_a_council", "traitors", "lies_heard", "forgeries_refused"]),
        controls: vec![
            role_control("order", "general", "attack"),
            role_control("messages", "general", "oral"),
            role_control("ready-for", "general", "1"),
            role_control("round", "general", "1s"),
            links_control("latency", LATENCY),
        ],
    }
}

/// On an ellipse, the commander at the top.
fn place(index: u64, generals: u64) -> (i32, i32) {
    let angle = std::f64::consts::TAU * (index as f64 / generals as f64 - 0.25);
    let (sine, cosine) = sin_cos(angle);
    let (across, down) = (MIDDLE.0 + RADII.0 * cosine, MIDDLE.1 + RADII.1 * sine);
    (libm::round(across) as i32, libm::round(down) as i32)
}
