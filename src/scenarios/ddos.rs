//! The web service under a flood: users and a botnet before the same entries, whose queues are finite.
//!
//! An entry takes 40 ms over a request and has four workers, so it can pass on 100 a second; three users ask 30 times a second. The
//! numbers are small so that they can be watched: real services and floods are thousands of times larger.

use std::f64::consts::TAU;

use crate::protocols::web::{APP, BALANCER, BOT, DATABASE, USER};
use crate::sim::angle::sin_cos;
use crate::sim::scenario::{Control, ControlTarget, NodeSpec, Scenario};
use crate::sim::settings::{Kind, Setting};
use crate::word;

use super::centralized::{links_control, names, role_control, setting};
use super::web_service::{Tier, links};
use super::{Entry, Parameters, RequestOffer};

/// The web service under a flood.
pub static DDOS: Entry = Entry {
    name: "ddos",
    title: word!("scenario.ddos.title"),
    summary: word!("scenario.ddos.summary"),
    parameters: || {
        &[
            Setting { name: "users", kind: Kind::Count(1, 3), default: "3" },
            Setting { name: "bots", kind: Kind::Count(1, 5), default: "4" },
            Setting { name: "balancers", kind: Kind::Count(1, 2), default: "1" },
            Setting { name: "apps", kind: Kind::Count(1, 6), default: "3" },
        ]
    },
    requests: || &[RequestOffer { role: USER, title: word!("request.save"), text: "save" }],
    build,
};

/// What the scenario's nodes are set to where that is not the role's own way.
const SETTINGS: [(&str, &str, &str); 7] = [
    (USER, "asks-every", "100ms"),
    (USER, "timeout", "500ms"),
    (USER, "retries", "3"),
    (USER, "entries", "1"),
    (BALANCER, "service", "40ms"),
    (BALANCER, "queue", "300"),
    (APP, "service", "40ms"),
];

fn build(parameters: &Parameters) -> Scenario {
    let tier = |role, prefix, count, across| Tier { role, prefix, count, across };
    let users = tier(USER, "u", parameters.count("users"), 0);
    let bots = tier(BOT, "bot", parameters.count("bots"), 0);
    let balancers = tier(BALANCER, "b", parameters.count("balancers"), 500);
    let service = [balancers, tier(APP, "a", parameters.count("apps"), 715), tier(DATABASE, "db", 1, 905)];
    let clients = users
        .nodes()
        .chain(bots.nodes())
        .zip(0..)
        .map(|(node, index)| NodeSpec { at: Some(on_arc(index, users.count + bots.count)), ..node });
    let mut nodes: Vec<NodeSpec> = clients.chain(service.into_iter().flat_map(Tier::nodes)).collect();
    for node in &mut nodes {
        let mine = SETTINGS.iter().filter(|(role, ..)| *role == node.role);
        mine.for_each(|(_, name, value)| node.settings.extend(setting(name, value)));
    }
    let mut all_links = links(&[users, balancers]);
    all_links.extend(links(&[bots, balancers]));
    all_links.extend(links(&service));
    Scenario {
        name: DDOS.name.to_owned(),
        seed: 1,
        pace: "250ms".to_owned(),
        nodes,
        links: all_links,
        script: Vec::new(),
        properties: names(&[
            "requests-are-accounted-for",
            "every-second-adds-up",
            "rate-limits-are-kept",
            "acknowledged-saves-are-kept",
            "no-database-no-success",
            "users-are-served",
            "a-request-is-given-up",
        ]),
        readings: names(&[
            "flood_per_second",
            "offered_per_second",
            "tries_per_second",
            "good_per_second",
            "good_percent",
            "dropped_percent",
            "refused_percent",
            "timed_out_percent",
            "database_tries_per_request",
        ]),
        controls: controls(),
    }
}

fn controls() -> Vec<Control> {
    let other = |name: &str, role: &str, setting: &str, value: &str| Control {
        name: name.to_owned(),
        value: value.to_owned(),
        sets: Some(ControlTarget::Role { role: role.to_owned(), setting: setting.to_owned() }),
    };
    vec![
        other("bot-asks-every", BOT, "asks-every", "20ms"),
        other("bot-entries", BOT, "entries", "1"),
        role_control("asks-every", USER, "100ms"),
        role_control("timeout", USER, "500ms"),
        role_control("retries", USER, "3"),
        role_control("backoff", USER, "0s"),
        role_control("jitter", USER, "no"),
        role_control("entries", USER, "1"),
        role_control("rate-limit", BALANCER, "0"),
        role_control("burst", BALANCER, "10"),
        role_control("shed-after", BALANCER, "0s"),
        role_control("queue", BALANCER, "300"),
        role_control("pool", BALANCER, "4"),
        other("balancer-retries", BALANCER, "retries", "0"),
        other("app-retries", APP, "retries", "0"),
        links_control("latency", "20ms"),
    ]
}

/// Where the one of this place stands, of so many: on the left of the entries, half round them, so that no way leads past another one.
fn on_arc(index: u64, count: u64) -> (i32, i32) {
    const FROM: f64 = 108.0;
    const UNTIL: f64 = 252.0;
    let part = (index as f64 + 0.5) / count as f64;
    // The arc is flat in its middle, where equal angles would stand too close.
    let along = part - 0.2 * sin_cos(part * TAU).0 / TAU;
    let (sine, cosine) = sin_cos((FROM + (UNTIL - FROM) * along).to_radians());
    ((470.0 + 375.0 * cosine).round() as i32, (300.0 - 220.0 * sine).round() as i32)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn clients_stand_apart_and_off_the_rim() {
        for count in 2..=8 {
            let places: Vec<_> = (0..count).map(|index| on_arc(index, count)).collect();
            assert!(places.iter().all(|(x, y)| *x >= 90 && (90..=510).contains(y)), "{places:?}");
            let apart = |pair: &[(i32, i32)]| {
                (pair[1].0 - pair[0].0).pow(2) + (pair[1].1 - pair[0].1).pow(2) >= 75 * 75
            };
            assert!(places.windows(2).all(apart), "{places:?}");
        }
    }

    #[test]
    fn no_way_to_an_entry_passes_near_another_client() {
        for count in 2..=8 {
            let places: Vec<_> = (0..count).map(|index| on_arc(index, count)).collect();
            for ((a, other), entry) in pairs(&places).flat_map(|pair| [210, 300, 390].map(|y| (pair, y))) {
                let (way, to) = ((500 - a.0, entry - a.1), (other.0 - a.0, other.1 - a.1));
                let cross = i64::from(way.0 * to.1 - way.1 * to.0).pow(2);
                let length = i64::from(way.0.pow(2) + way.1.pow(2));
                let is_ahead = way.0 * to.0 + way.1 * to.1 > 0;
                assert!(!is_ahead || cross >= 40 * 40 * length, "{a:?} past {other:?} to {entry}");
            }
        }
    }

    fn pairs(places: &[(i32, i32)]) -> impl Iterator<Item = ((i32, i32), (i32, i32))> {
        let both = places.iter().flat_map(|a| places.iter().map(move |b| (*a, *b)));
        both.filter(|(a, b)| a != b)
    }

    #[test]
    fn bots_are_joined_to_every_entry_and_entries_to_each_other_not() {
        let values = [("balancers", "2")].map(|(name, value)| (name.to_owned(), value.to_owned()));
        let scenario = DDOS.build_with(&values).unwrap();
        assert_eq!(scenario.links.len(), (3 + 4) * 2 + 2 * 3 + 3);
        assert!(!scenario.links.iter().any(|link| link.a == "b1" && link.b == "b2"));
    }
}
