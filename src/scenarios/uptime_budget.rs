//! Replicas of an application and a database in two sites, three crews, and a monitor that decides which of them are in service.
//!
//! The first site has room for every replica, the second for those that are dealt to it when there are two.

use crate::sim::scenario::{LinkSpec, NodeSpec, Scenario};
use crate::sorted::Map;
use crate::word;

use super::centralized::{links_control, names, role_control, setting};
use super::{Entry, Parameters};

/// Replicas, sites and crews that cost money.
pub static UPTIME_BUDGET: Entry = Entry {
    name: "uptime-budget",
    title: word!("scenario.uptime-budget.title"),
    summary: word!("scenario.uptime-budget.summary"),
    parameters: &[],
    requests: &[],
    build,
};

/// What the learner waits for comes some hundred times a year.
const PACE: &str = "30d";
/// Between two neighbours, for messages and for crews.
const LATENCY: &str = "1min";

/// Each node: its name, its role, its place, and the neighbour that leads to the monitor.
const NODES: [(&str, &str, (i32, i32), Option<&str>); 14] = [
    ("m1", "monitor", (290, 300), None),
    ("w1", "crew", (110, 130), Some("m1")),
    ("w2", "crew", (110, 300), Some("m1")),
    ("w3", "crew", (110, 470), Some("m1")),
    ("s1", "site", (620, 230), Some("m1")),
    ("s2", "site", (460, 470), Some("m1")),
    ("a1", "app-replica", (540, 90), Some("s1")),
    ("a2", "app-replica", (690, 90), Some("s1")),
    ("a3", "app-replica", (840, 110), Some("s1")),
    ("a4", "app-replica", (660, 420), Some("s2")),
    ("d1", "database-replica", (890, 220), Some("s1")),
    ("d2", "database-replica", (880, 330), Some("s1")),
    ("d3", "database-replica", (750, 350), Some("s1")),
    ("d4", "database-replica", (660, 510), Some("s2")),
];

fn build(_parameters: &Parameters) -> Scenario {
    let node = |(name, role, at, _): &(&str, &str, (i32, i32), _)| NodeSpec {
        name: (*name).to_owned(),
        role: (*role).to_owned(),
        settings: Map::new(),
        at: Some(*at),
    };
    let links = NODES.iter().filter_map(|(name, _, _, toward)| {
        Some(LinkSpec {
            a: (*toward)?.to_owned(),
            b: (*name).to_owned(),
            settings: setting("latency", LATENCY),
            back: Map::new(),
        })
    });
    Scenario {
        name: UPTIME_BUDGET.name.to_owned(),
        seed: 1,
        pace: PACE.to_owned(),
        nodes: NODES.iter().map(node).collect(),
        links: links.collect(),
        script: Vec::new(),
        properties: names(&[
            "books-account-for-all-time",
            "no-repair-without-work",
            "monitor-knows-its-components",
            "the-service-went-down",
            "a-failure-waits-for-a-crew",
        ]),
        readings: names(&[
            "uptime_measured_percent",
            "uptime_product_percent",
            "uptime_difference_ppm",
            "uptime_downtime_minutes_per_year",
            "uptime_cost_per_year",
            "uptime_years_measured",
        ]),
        controls: vec![
            role_control("app-replicas", "monitor", "1"),
            role_control("database-replicas", "monitor", "1"),
            role_control("parts", "monitor", "standard"),
            role_control("crews", "monitor", "1"),
            role_control("sites", "monitor", "1"),
            role_control("app-replicas-needed", "monitor", "1"),
            role_control("database-replicas-needed", "monitor", "1"),
            role_control("mtbf", "monitor", "30d"),
            role_control("mttr", "crew", "1d"),
            role_control("outage-every", "site", "0s"),
            role_control("outage-lasts", "site", "12h"),
            role_control("checks-every", "monitor", "7d"),
            links_control("latency", LATENCY),
        ],
    }
}
