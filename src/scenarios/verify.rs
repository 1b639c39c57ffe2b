//! A master amid allies whom it does not trust, and a registrar that knows them in person.

use std::f64::consts::PI;

use crate::protocols::verify::{ALLY, MASTER, REGISTRAR};
use crate::sim::angle::sin_cos;
use crate::sim::scenario::{LinkSpec, NodeSpec, Scenario};
use crate::sim::settings::{Kind, Setting};
use crate::sorted::Map;
use crate::word;

use super::centralized::{links_control, names, role_control, setting};
use super::{Entry, Parameters, RequestOffer};

/// A master, its allies, and a registrar.
pub static VERIFY: Entry = Entry {
    name: "verify",
    title: word!("scenario.verify.title"),
    summary: word!("scenario.verify.summary"),
    parameters: || &[Setting { name: "allies", kind: Kind::Count(3, 12), default: "7" }],
    requests: || &[RequestOffer { role: ALLY, title: word!("request.forge"), text: "forge 8" }],
    build,
};

const LATENCY: &str = "100ms";

fn build(parameters: &Parameters) -> Scenario {
    let allies = parameters.count("allies");
    let node = |name: String, role: &str, at| NodeSpec {
        name,
        role: role.to_owned(),
        settings: Map::new(),
        at: Some(at),
    };
    let mut nodes =
        vec![node("m1".to_owned(), MASTER, (500, 300)), node("r1".to_owned(), REGISTRAR, (500, 95))];
    nodes.extend((0..allies).map(|index| node(format!("a{}", index + 1), ALLY, place(index, allies))));
    let links = nodes.iter().skip(1).map(|node| LinkSpec {
        a: "m1".to_owned(),
        b: node.name.clone(),
        settings: setting("latency", LATENCY),
        back: Map::new(),
    });
    Scenario {
        name: VERIFY.name.to_owned(),
        seed: 1,
        pace: "300ms".to_owned(),
        links: links.collect(),
        nodes,
        script: Vec::new(),
        properties: names(&[
            "right-while-fewer-than-half-lie",
            "forged-names-have-no-signed-vote",
            "results-are-accepted",
            "a-lie-is-outvoted",
            "a-wrong-result-is-accepted",
        ]),
        readings: names(&[
            "results_right",
            "results_wrong",
            "votes_undecided",
            "units_computed_per_result",
            "names_joined",
        ]),
        controls: vec![
            role_control("replication", MASTER, "5"),
            role_control("membership", MASTER, "open"),
            role_control("results-within", MASTER, "1500ms"),
            role_control("takes", ALLY, "300ms"),
            links_control("latency", LATENCY),
        ],
    }
}

/// Where the ally of this place stands, of so many: round the master, but for the top, where the registrar is.
fn place(index: u64, count: u64) -> (i32, i32) {
    const FREE: f64 = 0.2;
    let part = (index as f64 + 0.5) / count as f64;
    // Clockwise from the top.
    let (sine, cosine) = sin_cos(2.0 * PI * (FREE / 2.0 + (1.0 - FREE) * part));
    ((500.0 + 390.0 * sine).round() as i32, (300.0 - 205.0 * cosine).round() as i32)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn allies_stand_apart_and_off_the_rim() {
        for count in 3..=12 {
            let mut places: Vec<_> = (0..count).map(|index| place(index, count)).collect();
            places.push((500, 95));
            assert!(
                places.iter().all(|(x, y)| (90..=910).contains(x) && (90..=510).contains(y)),
                "{places:?}"
            );
            for (index, a) in places.iter().enumerate() {
                let apart = |b: &(i32, i32)| (a.0 - b.0).pow(2) + (a.1 - b.1).pow(2) >= 85 * 85;
                assert!(places[..index].iter().all(apart), "{places:?}");
            }
        }
    }
}
