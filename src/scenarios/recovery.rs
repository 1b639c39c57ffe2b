//! One job, done twice side by side: by a computer that saves its work, and by replicas that take over from each other. The same
//! failures strike both.

use crate::protocols::recovery::{COMPUTER, REPLICA, SOURCE, STORE};
use crate::sim::scenario::{Control, ControlTarget, LinkSpec, NodeSpec, Scenario};
use crate::sim::settings::{Kind, Setting};
use crate::sorted::Map;
use crate::word;

use super::centralized::{links_control, names, role_control, setting};
use super::{Entry, Parameters, RequestOffer};

/// The same job twice, on the same failures.
pub static RECOVERY: Entry = Entry {
    name: "recovery",
    title: word!("scenario.recovery.title"),
    summary: word!("scenario.recovery.summary"),
    parameters: || &[Setting { name: "job-replicas", kind: Kind::Count(2, 4), default: "2" }],
    requests: || &[RequestOffer { role: SOURCE, title: word!("request.strike"), text: "strike" }],
    build,
};

const LATENCY: &str = "1min";
const PLACES: [(i32, i32); 4] = [(640, 110), (640, 490), (880, 220), (880, 380)];

fn build(parameters: &Parameters) -> Scenario {
    let node = |name: &str, role: &str, at| NodeSpec {
        name: name.to_owned(),
        role: role.to_owned(),
        settings: Map::new(),
        at: Some(at),
    };
    let replicas = parameters.count("job-replicas") as usize;
    let mut nodes =
        vec![node("f1", SOURCE, (410, 300)), node("c1", COMPUTER, (200, 160)), node("s1", STORE, (200, 440))];
    let mut links = vec![link("f1", "c1"), link("c1", "s1")];
    let names_of: Vec<String> = (1..=replicas).map(|number| format!("p{number}")).collect();
    for (index, (name, at)) in names_of.iter().zip(PLACES).enumerate() {
        nodes.push(node(name, REPLICA, at));
        links.push(link("f1", name));
        links.extend(names_of[..index].iter().map(|other| link(other, name)));
    }
    Scenario {
        name: RECOVERY.name.to_owned(),
        seed: 1,
        pace: "2h".to_owned(),
        nodes,
        links,
        script: Vec::new(),
        properties: names(&[
            "finished-work-is-kept",
            "saved-work-is-on-the-disk",
            "both-sides-work",
            "split-brain",
            "finished-work-is-lost",
        ]),
        readings: names(&[
            "checkpoint_recovery_minutes",
            "failover_recovery_minutes",
            "checkpoint_repeated_minutes",
            "failover_repeated_minutes",
            "checkpoint_overhead_percent",
            "failover_overhead_percent",
            "checkpoint_node_hours_per_hour",
            "failover_node_hours_per_hour",
            "checkpoint_cost_per_hour",
            "failover_cost_per_hour",
            "failover_finished_lost_hours",
        ]),
        controls: vec![
            role_control("fails-every", SOURCE, "1d"),
            role_control("saves-every", COMPUTER, "2h"),
            role_control("save-takes", COMPUTER, "5min"),
            role_control("restart-takes", COMPUTER, "10min"),
            role_control("updates-every", REPLICA, "10min"),
            role_control("detects-after", REPLICA, "25min"),
            role_control("synchronous", REPLICA, "yes"),
            Control {
                name: "replica-restart-takes".to_owned(),
                value: "10min".to_owned(),
                sets: Some(ControlTarget::Role {
                    role: REPLICA.to_owned(),
                    setting: "restart-takes".to_owned(),
                }),
            },
            links_control("latency", LATENCY),
        ],
    }
}

fn link(a: &str, b: &str) -> LinkSpec {
    LinkSpec { a: a.to_owned(), b: b.to_owned(), settings: setting("latency", LATENCY), back: Map::new() }
}
