//! Four servers in two racks, each rack with its power unit, and two clients that keep notes on all of them.
//!
//! The partner of a server stands in the other rack, so that no power unit is shared by the two.

use crate::protocols::fail_stop::{CLIENT, POWER_UNIT, SERVER};
use crate::sim::scenario::{LinkSpec, NodeSpec, Scenario};
use crate::sim::settings::POWER_FROM;
use crate::sorted::Map;
use crate::word;

use super::centralized::{links_control, names, role_control, setting};
use super::{Entry, Parameters, RequestOffer};

/// Servers that stop, in two racks.
pub static FAIL_STOP: Entry = Entry {
    name: "fail-stop",
    title: word!("scenario.fail-stop.title"),
    summary: word!("scenario.fail-stop.summary"),
    parameters: || &[],
    requests: || &[RequestOffer { role: SERVER, title: word!("request.compact"), text: "compact" }],
    build,
};

const INTERVAL: &str = "250ms";
const LATENCY: &str = "50ms";

/// Name, role, place, and the power unit that feeds it.
const NODES: [(&str, &str, (i32, i32), &str); 8] = [
    ("c1", CLIENT, (110, 180), ""),
    ("c2", CLIENT, (110, 420), ""),
    ("s1", SERVER, (460, 90), "p1"),
    ("s2", SERVER, (640, 220), "p1"),
    ("s3", SERVER, (460, 510), "p2"),
    ("s4", SERVER, (640, 380), "p2"),
    ("p1", POWER_UNIT, (890, 150), ""),
    ("p2", POWER_UNIT, (890, 450), ""),
];

const LINKS: [(&str, &str); 14] = [
    ("c1", "s1"),
    ("c1", "s2"),
    ("c1", "s3"),
    ("c1", "s4"),
    ("c2", "s1"),
    ("c2", "s2"),
    ("c2", "s3"),
    ("c2", "s4"),
    ("s1", "s3"),
    ("s2", "s4"),
    ("p1", "s1"),
    ("p1", "s2"),
    ("p2", "s3"),
    ("p2", "s4"),
];

fn build(_parameters: &Parameters) -> Scenario {
    let node = |(name, role, at, power): (&str, &str, (i32, i32), &str)| NodeSpec {
        name: name.to_owned(),
        role: role.to_owned(),
        settings: match role {
            CLIENT => setting("interval", INTERVAL),
            SERVER => setting(POWER_FROM, power),
            _ => Map::new(),
        },
        at: Some(at),
    };
    let link = |(a, b): (&str, &str)| LinkSpec {
        a: a.to_owned(),
        b: b.to_owned(),
        settings: setting("latency", LATENCY),
        back: Map::new(),
    };
    Scenario {
        name: FAIL_STOP.name.to_owned(),
        seed: 1,
        pace: "500ms".to_owned(),
        nodes: NODES.map(node).into(),
        links: LINKS.map(link).into(),
        script: Vec::new(),
        properties: names(&[
            "synced-notes-are-kept",
            "memory-is-within-its-limit",
            "servers-answer",
            "an-acknowledged-note-was-lost",
            "stopped-and-running-look-alike",
        ]),
        readings: names(&[
            "notes_acknowledged",
            "notes_lost",
            "questions_timed_out",
            "writes_refused_full",
            "servers_running",
        ]),
        controls: vec![
            role_control("acknowledge", SERVER, "after-sync"),
            role_control("flush-every", SERVER, "5s"),
            role_control("copies", SERVER, "1"),
            role_control("memory", SERVER, "60"),
            role_control("leak", SERVER, "0"),
            role_control("disk", SERVER, "500"),
            role_control("timeout", CLIENT, "800ms"),
            role_control("interval", CLIENT, INTERVAL),
            links_control("latency", LATENCY),
        ],
    }
}
