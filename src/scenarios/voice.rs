//! Voice recognition: a device, and a gateway with its workers around it.

use crate::sim::angle::sin_cos;
use crate::sim::scenario::{LinkSpec, NodeSpec, Scenario};
use crate::sim::settings::{Kind, Setting};
use crate::sorted::Map;
use crate::word;

use super::centralized::{links_control, names, role_control, setting};
use super::{Entry, Parameters, RequestOffer};

/// A device, and a gateway with its workers around it.
pub static VOICE: Entry = Entry {
    name: "voice",
    title: word!("scenario.voice.title"),
    summary: word!("scenario.voice.summary"),
    parameters: &[
        Setting { name: "built", kind: Kind::Count(1, 16), default: "8" },
        Setting { name: "serial", kind: Kind::Count(0, 100), default: "10" },
        Setting { name: "frames", kind: Kind::Count(1, 96), default: "24" },
    ],
    requests: &[RequestOffer { role: "device", title: word!("request.speak"), text: "speak" }],
    build,
};

const WHERE: &str = "scatter";
const WORKERS: &str = "4";
const SPEAKS_EVERY: &str = "4s";
const DEADLINE: &str = "2s";
const REASSIGN: &str = "1s";
const HEDGE: &str = "800ms";
const LATENCY: &str = "50ms";

fn build(parameters: &Parameters) -> Scenario {
    let built = parameters.count("built");
    let device = [
        ("where", WHERE.to_owned()),
        ("speaks-every", SPEAKS_EVERY.to_owned()),
        ("deadline", DEADLINE.to_owned()),
        ("frames", parameters.count("frames").to_string()),
    ];
    let gateway = [
        ("workers", WORKERS.to_owned()),
        ("serial", parameters.count("serial").to_string()),
        ("reassign", REASSIGN.to_owned()),
        ("hedge", HEDGE.to_owned()),
    ];
    let workers =
        (0..built).map(|index| node(format!("w{}", index + 1), "voice-worker", &[], place(index, built)));
    let first = [
        node("d1".to_owned(), "device", &device, (95, 300)),
        node("g1".to_owned(), "gateway", &gateway, (500, 300)),
    ];
    let others = std::iter::once("d1".to_owned()).chain((1..=built).map(|number| format!("w{number}")));
    let link =
        |b| LinkSpec { a: "g1".to_owned(), b, settings: setting("latency", LATENCY), back: Map::new() };
    Scenario {
        name: VOICE.name.to_owned(),
        seed: 1,
        pace: "400ms".to_owned(),
        nodes: first.into_iter().chain(workers).collect(),
        links: others.map(link).collect(),
        script: Vec::new(),
        properties: names(&[
            "frames-count-once",
            "words-are-the-spoken-ones",
            "utterances-are-answered",
            "a-frame-was-reassigned",
            "a-deadline-was-missed",
            "a-hedge-won",
        ]),
        readings: names(&[
            "utterance_p50_ms",
            "utterance_p95_ms",
            "utterance_p99_ms",
            "utterances_in_time_percent",
            "frames_reassigned",
            "speed_up",
        ]),
        controls: vec![
            role_control("where", "device", WHERE),
            role_control("workers", "gateway", WORKERS),
            role_control("speaks-every", "device", SPEAKS_EVERY),
            links_control("latency", LATENCY),
            role_control("deadline", "device", DEADLINE),
            role_control("reassign", "gateway", REASSIGN),
            role_control("hedge", "gateway", HEDGE),
        ],
    }
}

fn node(name: String, role: &str, settings: &[(&str, String)], at: (i32, i32)) -> NodeSpec {
    let settings = settings.iter().map(|(name, value)| ((*name).to_owned(), value.clone()));
    NodeSpec { name, role: role.to_owned(), settings: settings.collect(), at: Some(at) }
}

/// Where a worker stands: all of them round the gateway, with a gap on the left for the device.
fn place(index: u64, of: u64) -> (i32, i32) {
    const GAP: f64 = 40.0;
    let angle = (180.0 + GAP + (360.0 - 2.0 * GAP) * (index as f64 + 0.5) / of as f64).to_radians();
    let (sine, cosine) = sin_cos(angle);
    let (across, down) = (500.0 + 400.0 * cosine, 300.0 + 205.0 * sine);
    (across.round() as i32, down.round() as i32)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_nodes_stand_apart_and_off_the_rim() {
        for built in 1..=8 {
            let workers = (0..built).map(|index| place(index, built));
            let places: Vec<_> = [(95, 300), (500, 300)].into_iter().chain(workers).collect();
            for (index, (across, down)) in places.iter().enumerate() {
                assert!((90..=910).contains(across) && (90..=510).contains(down), "{across}, {down}");
                for other in &places[..index] {
                    let apart = libm::hypot(f64::from(across - other.0), f64::from(down - other.1));
                    assert!(apart > 110.0, "{built}: {across}, {down} is {apart} from another");
                }
            }
        }
    }
}
