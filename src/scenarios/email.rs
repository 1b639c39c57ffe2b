//! Two sites that write to each other: each has a user, a relay, one or two mail exchanges and a mailbox.

use crate::sim::scenario::{LinkSpec, NodeSpec, Scenario};
use crate::sim::settings::{Kind, Setting};
use crate::sorted::Map;
use crate::word;

use super::centralized::{links_control, names, role_control, setting};
use super::{Entry, Parameters, RequestOffer};

/// Two sites that write to each other.
pub static EMAIL: Entry = Entry {
    name: "email",
    title: word!("scenario.email.title"),
    summary: word!("scenario.email.summary"),
    parameters: || &[Setting { name: "exchanges", kind: Kind::Count(1, 2), default: "2" }],
    requests: || {
        &[
            RequestOffer {
                role: "mail-user",
                title: word!("request.write-to-bob"),
                text: "send bob@b.example letter {n}",
            },
            RequestOffer {
                role: "mail-user",
                title: word!("request.write-to-ann"),
                text: "send ann@a.example letter {n}",
            },
            RequestOffer {
                role: "mail-user",
                title: word!("request.write-to-nobody"),
                text: "send zoe@b.example letter {n}",
            },
        ]
    },
    build,
};

const RETRY_AFTER: &str = "2s";
const EXPIRY: &str = "1min";
const TIMEOUT: &str = "1s";
const WRITES_EVERY: &str = "8s";
const LATENCY: &str = "100ms";

/// A site, whose domain is its letter and `.example`.
struct Site {
    letter: &'static str,
    user: &'static str,
    /// How far down the board it begins.
    down: i32,
}

const SITES: [Site; 2] =
    [Site { letter: "a", user: "ann", down: 0 }, Site { letter: "b", user: "bob", down: 280 }];

impl Site {
    fn address(&self) -> String {
        format!("{}@{}.example", self.user, self.letter)
    }
}

fn build(parameters: &Parameters) -> Scenario {
    let exchanges = parameters.count("exchanges");
    let mx = records(exchanges);
    Scenario {
        name: EMAIL.name.to_owned(),
        seed: 1,
        pace: "500ms".to_owned(),
        nodes: SITES.iter().flat_map(|site| nodes(site, exchanges, &mx)).collect(),
        links: links(exchanges),
        script: Vec::new(),
        properties: names(&[
            "taken-letters-are-kept",
            "no-copy-delivered-and-bounced",
            "letters-come-to-an-end",
            "a-letter-comes-twice",
            "a-letter-bounces",
        ]),
        readings: names(&[
            "letters_taken",
            "letters_delivered",
            "letters_bounced",
            "letters_waiting",
            "letters_twice",
            "delivery_mean_s",
        ]),
        controls: vec![
            role_control("retry-after", "mail-relay", RETRY_AFTER),
            role_control("expiry", "mail-relay", EXPIRY),
            role_control("timeout", "mail-relay", TIMEOUT),
            role_control("deduplicate", "mailbox", "no"),
            role_control("writes-every", "mail-user", WRITES_EVERY),
            links_control("latency", LATENCY),
        ],
    }
}

/// What DNS would say: each domain's exchanges, the first preferred.
fn records(exchanges: u64) -> String {
    let all: Vec<String> = SITES
        .iter()
        .flat_map(|site| {
            (1..=exchanges).map(|number| format!("{0}.example {number}0 {0}{number}", site.letter))
        })
        .collect();
    all.join(", ")
}

fn nodes(site: &Site, exchanges: u64, mx: &str) -> Vec<NodeSpec> {
    let Site { letter, down, .. } = *site;
    let node = |name: String, role: &str, settings, (across, lower)| NodeSpec {
        name,
        role: role.to_owned(),
        settings,
        at: Some((across, down + lower)),
    };
    let exchange = |number: u64| {
        let mut settings = relay(mx);
        settings.extend(setting("domain", &format!("{letter}.example")));
        let lower = if exchanges == 1 { 160 } else { 95 + 130 * (number as i32 - 1) };
        node(format!("{letter}{number}"), "mail-relay", settings, (640, lower))
    };
    let mut nodes = vec![
        node(site.user.to_owned(), "mail-user", user(site), (95, 160)),
        node(format!("r{letter}"), "mail-relay", relay(mx), (330, 160)),
        node(format!("m{letter}"), "mailbox", setting("addresses", &site.address()), (900, 160)),
    ];
    nodes.extend((1..=exchanges).map(exchange));
    nodes
}

/// Of a user, who writes to the user of the other site.
fn user(site: &Site) -> Map<String, String> {
    let mut settings = setting("address", &site.address());
    settings.extend(setting("writes-every", WRITES_EVERY));
    let others = SITES.iter().filter(|other| other.letter != site.letter);
    others.for_each(|other| settings.extend(setting("writes-to", &other.address())));
    settings
}

/// Of a relay that is no exchange.
fn relay(mx: &str) -> Map<String, String> {
    let mut settings = setting("mx", mx);
    settings.extend(setting("retry-after", RETRY_AFTER));
    settings.extend(setting("expiry", EXPIRY));
    settings.extend(setting("timeout", TIMEOUT));
    settings
}

/// Every relay reaches every exchange, and each exchange the mailbox behind it.
fn links(exchanges: u64) -> Vec<LinkSpec> {
    let mut ends = Vec::new();
    for Site { letter, user, .. } in &SITES {
        ends.push((user.to_string(), format!("r{letter}")));
        for number in 1..=exchanges {
            let exchange = format!("{letter}{number}");
            ends.extend(SITES.iter().map(|other| (format!("r{}", other.letter), exchange.clone())));
            ends.push((exchange, format!("m{letter}")));
        }
    }
    let link = |(a, b)| LinkSpec { a, b, settings: setting("latency", LATENCY), back: Map::new() };
    ends.into_iter().map(link).collect()
}
