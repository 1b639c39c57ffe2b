//! A stream of bytes from one end of a chain of routers to the other, over links that lose, repeat, reorder and damage what they carry.
//!
//! Segments are as short, and links as slow, as it takes to watch every one of them.

use crate::protocols::tcp::{RECEIVER, ROUTER, SENDER};
use crate::sim::scenario::{Control, ControlTarget, LinkSpec, NodeSpec, Scenario};
use crate::sim::settings::{Kind, Setting};
use crate::sorted::Map;
use crate::word;

use super::centralized::{links_control, names, role_control, setting};
use super::{Entry, Parameters};

/// A stream of bytes over routers.
pub static PACKETS: Entry = Entry {
    name: "packets",
    title: word!("scenario.packets.title"),
    summary: word!("scenario.packets.summary"),
    parameters: || &[Setting { name: "routers-between", kind: Kind::Count(1, 5), default: "2" }],
    requests: || &[],
    build,
};

const LATENCY: &str = "60ms";
const BANDWIDTH: &str = "8kbps";
const SMSS: &str = "24";
const BUFFER: &str = "192";
const CHECKSUM: &str = "crc32";

fn build(parameters: &Parameters) -> Scenario {
    let between = parameters.count("routers-between");
    let place = |index: u64| Some((90 + (820 * index / (between + 1)) as i32, 300));
    let node = |name: String, role: &str, index: u64, settings: &[(&str, &str)]| NodeSpec {
        name,
        role: role.to_owned(),
        settings: settings.iter().flat_map(|(name, value)| setting(name, value)).collect(),
        at: place(index),
    };
    let sends = [("smss", SMSS), ("congestion-window", "none")];
    let takes = [("receive-buffer", BUFFER), ("checksum", CHECKSUM)];
    let mut nodes = vec![node("a".to_owned(), SENDER, 0, &sends)];
    nodes.extend((1..=between).map(|index| node(format!("r{index}"), ROUTER, index, &[])));
    nodes.push(node("b".to_owned(), RECEIVER, between + 1, &takes));
    let links = nodes.windows(2).map(|pair| LinkSpec {
        a: pair[0].name.clone(),
        b: pair[1].name.clone(),
        settings: [("latency", LATENCY), ("bandwidth", BANDWIDTH)]
            .into_iter()
            .flat_map(|(name, value)| setting(name, value))
            .collect(),
        back: Map::new(),
    });
    Scenario {
        name: PACKETS.name.to_owned(),
        seed: 1,
        pace: "250ms".to_owned(),
        links: links.collect(),
        nodes,
        script: Vec::new(),
        properties: names(&[
            "delivered-is-a-prefix",
            "acknowledged-has-arrived",
            "stream-goes-on",
            "a-segment-is-sent-again",
            "wrong-bytes-arrive",
        ]),
        readings: names(&[
            "delivered_bytes",
            "wrong_bytes",
            "goodput_bytes_per_second",
            "segments_sent_again_percent",
            "segments_refused",
            "retransmission_timeouts",
            "fast_retransmits",
            "round_trip_ms",
            "retransmission_timeout_ms",
        ]),
        controls: controls(),
    }
}

fn controls() -> Vec<Control> {
    let of_links = |name: &str, setting: &str, value: &str| Control {
        name: name.to_owned(),
        value: value.to_owned(),
        sets: Some(ControlTarget::Links { setting: setting.to_owned() }),
    };
    vec![
        role_control("checksum", RECEIVER, CHECKSUM),
        role_control("receive-buffer", RECEIVER, BUFFER),
        role_control("app-reads-every", RECEIVER, "0s"),
        role_control("smss", SENDER, SMSS),
        role_control("congestion-window", SENDER, "none"),
        role_control("least-timeout", SENDER, "1s"),
        role_control("drop-every", ROUTER, "0"),
        of_links("packet-queue", "queue", "64"),
        of_links("packet-rate", "bandwidth", BANDWIDTH),
        links_control("latency", LATENCY),
    ]
}
