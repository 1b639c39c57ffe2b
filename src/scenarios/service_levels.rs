//! A web service that is measured: users, a load balancer, application servers, a database, and a meter that hears of every request.
//!
//! Users ask every ten seconds each, so that hours can be watched: real services have thousands of times as many events, and so see
//! smaller shares of them.

use crate::protocols::web::service_levels::METER;
use crate::protocols::web::{APP, BALANCER, DATABASE, USER};
use crate::sim::scenario::Scenario;
use crate::sim::settings::{Kind, Setting};
use crate::word;

use super::centralized::{links_control, names, role_control, setting};
use super::web_service::{Tier, links};
use super::{Entry, Parameters, RequestOffer};

/// A web service and what was promised of it.
pub static SERVICE_LEVELS: Entry = Entry {
    name: "service-levels",
    title: word!("scenario.service-levels.title"),
    summary: word!("scenario.service-levels.summary"),
    parameters: || {
        &[
            Setting { name: "users", kind: Kind::Count(1, 3), default: "3" },
            Setting { name: "apps", kind: Kind::Count(1, 6), default: "3" },
        ]
    },
    requests: || &[RequestOffer { role: USER, title: word!("request.save"), text: "save" }],
    build,
};

/// What the scenario's nodes are set to where that is not the role's own way.
const SETTINGS: [(&str, &str, &str); 4] = [
    (USER, "asks-every", "10s"),
    (USER, "timeout", "2s"),
    (USER, "retries", "1"),
    (BALANCER, "check-every", "30s"),
];

/// The terms of the meter, in the order in which they are shown.
const TERMS: [(&str, &str); 10] = [
    ("target", "99.9%"),
    ("period", "30d"),
    ("good-within", "1s"),
    ("valid", "all"),
    ("measured-at", "users"),
    ("long-window", "1h"),
    ("short-window", "5min"),
    ("alert-at", "2%"),
    ("promise", "99.5%"),
    ("fee", "10000"),
];

fn build(parameters: &Parameters) -> Scenario {
    let tier = |role, prefix, count, across| Tier { role, prefix, count, across };
    let users = tier(USER, "u", parameters.count("users"), 95);
    let balancer = tier(BALANCER, "b", 1, 350);
    let apps = tier(APP, "a", parameters.count("apps"), 625);
    let meter = tier(METER, "m", 1, 350);
    let tiers = [users, balancer, apps, tier(DATABASE, "db", 1, 900)];
    let mut nodes: Vec<_> = tiers.into_iter().chain([meter]).flat_map(Tier::nodes).collect();
    for node in &mut nodes {
        let mine = SETTINGS.iter().filter(|(role, ..)| *role == node.role);
        mine.for_each(|(_, name, value)| node.settings.extend(setting(name, value)));
        if node.role == METER {
            node.at = Some((350, 510));
        }
    }
    let mut all_links = links(&tiers);
    all_links.extend(links(&[users, meter]));
    all_links.extend(links(&[balancer, meter]));
    let terms = TERMS.iter().map(|(name, value)| role_control(name, METER, value));
    let others = [
        role_control("asks-every", USER, "10s"),
        role_control("timeout", USER, "2s"),
        role_control("retries", USER, "1"),
        role_control("check-every", BALANCER, "30s"),
        role_control("service", APP, "80ms"),
        links_control("latency", "20ms"),
    ];
    Scenario {
        name: SERVICE_LEVELS.name.to_owned(),
        seed: 1,
        pace: "1min".to_owned(),
        nodes,
        links: all_links,
        script: Vec::new(),
        properties: names(&[
            "requests-are-accounted-for",
            "meter-counts-what-happened",
            "no-database-no-success",
            "users-are-served",
            "burn-alert-goes-off",
            "error-budget-is-spent",
        ]),
        readings: names(&[
            "sli_percent",
            "slo_day_minutes",
            "slo_month_minutes",
            "slo_year_minutes",
            "budget_spent_minutes",
            "budget_left_percent",
            "burn_rate_long",
            "burn_rate_short",
            "sla_credits",
            "latency_p99_ms",
        ]),
        controls: terms.chain(others).collect(),
    }
}
