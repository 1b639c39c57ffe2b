//! A web service: users, load balancers, application servers and a database with or without a standby, tier by tier.

use crate::protocols::web::{APP, BALANCER, DATABASE, USER};
use crate::sim::scenario::{LinkSpec, NodeSpec, Scenario};
use crate::sim::settings::{Kind, Setting};
use crate::sorted::Map;
use crate::word;

use super::centralized::{links_control, names, role_control, setting};
use super::{Entry, Parameters, RequestOffer};

/// A web service in tiers.
pub static WEB_SERVICE: Entry = Entry {
    name: "web-service",
    title: word!("scenario.web-service.title"),
    summary: word!("scenario.web-service.summary"),
    parameters: || {
        &[
            Setting { name: "users", kind: Kind::Count(1, 5), default: "3" },
            Setting { name: "balancers", kind: Kind::Count(1, 2), default: "1" },
            Setting { name: "apps", kind: Kind::Count(1, 6), default: "3" },
            Setting { name: "standby", kind: Kind::Choice(&["no", "yes"]), default: "no" },
        ]
    },
    requests: || {
        &[
            RequestOffer { role: USER, title: word!("request.save"), text: "save" },
            RequestOffer { role: DATABASE, title: word!("request.promote"), text: "promote" },
        ]
    },
    build,
};

const ASKS_EVERY: &str = "500ms";
const TIMEOUT: &str = "1s";
const RETRIES: &str = "2";
const BACKOFF: &str = "0s";
const JITTER: &str = "no";
const ENTRIES: &str = "2";
const CHECK_EVERY: &str = "500ms";
const SERVICE: &str = "80ms";
const FAILOVER_AFTER: &str = "1s";
const LATENCY: &str = "20ms";

/// A row of machines that do the same.
#[derive(Clone, Copy)]
pub(super) struct Tier {
    /// What they play.
    pub role: &'static str,
    /// The letters before their numbers.
    pub prefix: &'static str,
    /// How many.
    pub count: u64,
    /// Where they stand.
    pub across: i32,
}

impl Tier {
    fn names(self) -> impl Iterator<Item = String> + Clone {
        (1..=self.count).map(move |number| format!("{}{number}", self.prefix))
    }

    pub(super) fn nodes(self) -> impl Iterator<Item = NodeSpec> {
        self.names().zip(0..).map(move |(name, index)| NodeSpec {
            name,
            role: self.role.to_owned(),
            settings: Map::new(),
            at: Some((self.across, down(index, self.count as i32))),
        })
    }
}

fn build(parameters: &Parameters) -> Scenario {
    let databases = if parameters.choice("standby") == "yes" { 2 } else { 1 };
    let tiers = [
        Tier { role: USER, prefix: "u", count: parameters.count("users"), across: 95 },
        Tier { role: BALANCER, prefix: "b", count: parameters.count("balancers"), across: 350 },
        Tier { role: APP, prefix: "a", count: parameters.count("apps"), across: 625 },
        Tier { role: DATABASE, prefix: "db", count: databases, across: 900 },
    ];
    Scenario {
        name: WEB_SERVICE.name.to_owned(),
        seed: 1,
        pace: "250ms".to_owned(),
        nodes: tiers.into_iter().flat_map(Tier::nodes).collect(),
        links: links(&tiers).into_iter().chain(among(tiers[3])).collect(),
        script: Vec::new(),
        properties: properties(databases),
        readings: names(&[
            "offered_per_second",
            "good_per_second",
            "given_up_per_second",
            "tries_per_second",
            "good_percent",
            "good_mean_ms",
            "saves_lost",
        ]),
        controls: vec![
            role_control("asks-every", USER, ASKS_EVERY),
            role_control("timeout", USER, TIMEOUT),
            role_control("retries", USER, RETRIES),
            role_control("backoff", USER, BACKOFF),
            role_control("jitter", USER, JITTER),
            role_control("entries", USER, ENTRIES),
            role_control("check-every", BALANCER, CHECK_EVERY),
            role_control("service", APP, SERVICE),
            role_control("failover-after", DATABASE, FAILOVER_AFTER),
            links_control("latency", LATENCY),
        ],
    }
}

/// Without a standby there is none that could lead.
fn properties(databases: u64) -> Vec<String> {
    let mut all = names(&[
        "requests-are-accounted-for",
        "acknowledged-saves-are-kept",
        "no-database-no-success",
        "one-leader-an-epoch",
        "users-are-served",
        "a-request-is-given-up",
        "an-acknowledged-save-is-lost",
    ]);
    if databases > 1 {
        all.extend(names(&["a-standby-leads"]));
    }
    all
}

/// Everyone of a tier with everyone of the next.
pub(super) fn links(tiers: &[Tier]) -> Vec<LinkSpec> {
    let mut links = Vec::new();
    for pair in tiers.windows(2) {
        for a in pair[0].names() {
            links.extend(pair[1].names().map(|b| link(a.clone(), b)));
        }
    }
    links
}

/// Each of a tier with the one after it.
fn among(tier: Tier) -> impl Iterator<Item = LinkSpec> {
    tier.names().zip(tier.names().skip(1)).map(|(a, b)| link(a, b))
}

fn link(a: String, b: String) -> LinkSpec {
    LinkSpec { a, b, settings: setting("latency", LATENCY), back: Map::new() }
}

/// How far down the one of this place stands, of so many.
fn down(index: i32, count: i32) -> i32 {
    // Few stand as far apart as three would.
    let step = if count <= 3 { 180 } else { 420 / (count - 1) };
    300 + step * (2 * index - count + 1) / 2
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tiers_stand_apart_and_off_the_rim() {
        for count in 1..=6 {
            let places: Vec<_> = (0..count).map(|index| down(index, count)).collect();
            assert!(places.iter().all(|down| (90..=510).contains(down)), "{places:?}");
            assert!(places.windows(2).all(|pair| pair[1] - pair[0] >= 84), "{places:?}");
        }
    }

    #[test]
    fn every_tier_is_joined_to_the_next_and_to_no_other() {
        let values = [("balancers", "2"), ("standby", "yes")].map(|(a, b)| (a.to_owned(), b.to_owned()));
        let scenario = WEB_SERVICE.build_with(&values).unwrap();
        assert_eq!(scenario.links.len(), 3 * 2 + 2 * 3 + 3 * 2 + 1);
    }
}
