//! Seven members over a sparse network: two cuts, of n2-n4 and n3-n7, divide it into three and four.

use crate::sim::scenario::{LinkSpec, NodeSpec, Scenario};
use crate::sorted::Map;
use crate::word;

use super::centralized::{links_control, names, role_control, setting};
use super::{Entry, Parameters, RequestOffer};

/// Seven members over a sparse network.
pub static PARTITION: Entry = Entry {
    name: "partition",
    title: word!("scenario.partition.title"),
    summary: word!("scenario.partition.summary"),
    parameters: || &[],
    requests: || {
        &[
            RequestOffer { role: "member", title: word!("request.write"), text: "write x={n}" },
            RequestOffer { role: "member", title: word!("request.read"), text: "read x" },
        ]
    },
    build,
};

const HEARTBEAT: &str = "1s";
const LATENCY: &str = "100ms";

const PLACES: [(&str, (i32, i32)); 7] = [
    ("n1", (95, 300)),
    ("n2", (320, 110)),
    ("n3", (320, 490)),
    ("n4", (620, 100)),
    ("n5", (690, 300)),
    ("n6", (905, 230)),
    ("n7", (650, 500)),
];

const LINKS: [(&str, &str); 10] = [
    ("n1", "n2"),
    ("n1", "n3"),
    ("n2", "n3"),
    ("n2", "n4"),
    ("n3", "n7"),
    ("n4", "n5"),
    ("n4", "n6"),
    ("n5", "n6"),
    ("n6", "n7"),
    ("n5", "n7"),
];

fn build(_: &Parameters) -> Scenario {
    let member = |(name, at): &(&str, (i32, i32))| NodeSpec {
        name: (*name).to_owned(),
        role: "member".to_owned(),
        settings: setting("heartbeat", HEARTBEAT),
        at: Some(*at),
    };
    let link = |(a, b): &(&str, &str)| LinkSpec {
        a: (*a).to_owned(),
        b: (*b).to_owned(),
        settings: setting("latency", LATENCY),
        back: Map::new(),
    };
    Scenario {
        name: PARTITION.name.to_owned(),
        seed: 1,
        pace: "250ms".to_owned(),
        nodes: PLACES.iter().map(member).collect(),
        links: LINKS.iter().map(link).collect(),
        script: Vec::new(),
        properties: names(&[
            "two-sides-never-both-accept",
            "accepted-writes-are-on-a-majority",
            "operations-never-go-back",
            "members-agree",
            "islands-disagree",
            "a-write-was-discarded",
        ]),
        readings: names(&[
            "writes_accepted",
            "writes_refused",
            "writes_discarded",
            "islands",
            "members_suspected",
        ]),
        controls: vec![
            role_control("mode", "member", "available"),
            role_control("heartbeat", "member", HEARTBEAT),
            role_control("suspect-after", "member", "3"),
            role_control("timeout", "member", "2s"),
            links_control("latency", LATENCY),
        ],
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn place(name: &str) -> (f64, f64) {
        let (_, (across, down)) = PLACES.iter().find(|(known, _)| *known == name).unwrap();
        (f64::from(*across), f64::from(*down))
    }

    #[test]
    fn no_link_passes_near_a_third_node_and_all_stay_off_the_rim() {
        for (a, b) in LINKS {
            for (name, _) in PLACES.iter().filter(|(name, _)| *name != a && *name != b) {
                let (from, to, at) = (place(a), place(b), place(name));
                let (along, across) = (to.0 - from.0, to.1 - from.1);
                let length = libm::hypot(along, across);
                let part = ((at.0 - from.0) * along + (at.1 - from.1) * across) / (length * length);
                let part = libm::fmin(libm::fmax(part, 0.0), 1.0);
                let distance = libm::hypot(at.0 - from.0 - part * along, at.1 - from.1 - part * across);
                assert!(distance > 90.0, "{a}-{b} passes {name} at {distance}");
            }
        }
        let inside = |(_, (across, down)): &(&str, (i32, i32))| {
            (90..=910).contains(across) && (90..=510).contains(down)
        };
        assert!(PLACES.iter().all(inside));
    }
}
