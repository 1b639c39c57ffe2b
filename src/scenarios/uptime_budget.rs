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
    parameters: || &[],
    requests: || &[],
    build,
};

/// What the learner waits for comes some hundred times a year.
const PACE: &str = "30d";
/// Between two neighbours, for messages and for crews.
const LATENCY: &str = "1min";

/// A node on the board.
struct Placed {
    name: &'static str,
    role: &'static str,
    at: (i32, i32),
    /// The neighbour that leads to the monitor.
    toward: Option<&'static str>,
}

const NODES: [Placed; 14] = [
    Placed { name: "m1", role: "monitor", at: (290, 300), toward: None },
    Placed { name: "w1", role: "crew", at: (110, 130), toward: Some("m1") },
    Placed { name: "w2", role: "crew", at: (110, 300), toward: Some("m1") },
    Placed { name: "w3", role: "crew", at: (110, 470), toward: Some("m1") },
    Placed { name: "s1", role: "site", at: (620, 230), toward: Some("m1") },
    Placed { name: "s2", role: "site", at: (460, 470), toward: Some("m1") },
    Placed { name: "a1", role: "app-replica", at: (540, 90), toward: Some("s1") },
    Placed { name: "a2", role: "app-replica", at: (690, 90), toward: Some("s1") },
    Placed { name: "a3", role: "app-replica", at: (840, 110), toward: Some("s1") },
    Placed { name: "a4", role: "app-replica", at: (640, 400), toward: Some("s2") },
    Placed { name: "d1", role: "database-replica", at: (890, 220), toward: Some("s1") },
    Placed { name: "d2", role: "database-replica", at: (880, 330), toward: Some("s1") },
    Placed { name: "d3", role: "database-replica", at: (750, 350), toward: Some("s1") },
    Placed { name: "d4", role: "database-replica", at: (660, 510), toward: Some("s2") },
];

fn build(_parameters: &Parameters) -> Scenario {
    let node = |placed: &Placed| NodeSpec {
        name: placed.name.to_owned(),
        role: placed.role.to_owned(),
        settings: Map::new(),
        at: Some(placed.at),
    };
    let links = NODES.iter().filter_map(|placed| {
        Some(LinkSpec {
            a: placed.toward?.to_owned(),
            b: placed.name.to_owned(),
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
