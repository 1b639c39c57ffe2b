//! The Domain Name System: stubs, resolvers with caches, and authorities from the root downwards.

use crate::sim::scenario::{LinkSpec, NodeSpec, Scenario};
use crate::sim::settings::{Kind, Setting};
use crate::sorted::Map;
use crate::word;

use super::centralized::{links_control, names, role_control, setting};
use super::{Entry, Parameters, RequestOffer};

/// The Domain Name System: stubs, resolvers with caches, and authorities from the root downwards.
pub static DNS: Entry = Entry {
    name: "dns",
    title: word!("scenario.dns.title"),
    summary: word!("scenario.dns.summary"),
    parameters: &[
        Setting { name: "stubs", kind: Kind::Count(1, 4), default: "3" },
        Setting { name: "resolvers", kind: Kind::Count(1, 2), default: "1" },
    ],
    requests: &[
        RequestOffer { role: "stub", title: word!("request.ask-com"), text: "ask www.example.com" },
        RequestOffer { role: "stub", title: word!("request.ask-org"), text: "ask www.example.org" },
        RequestOffer { role: "stub", title: word!("request.ask-none"), text: "ask no.example.com" },
        RequestOffer {
            role: "authority",
            title: word!("request.set-record"),
            text: "set www.example.com 192.0.2.{n}",
        },
    ],
    build,
};

const TTL: &str = "20";
const TIMEOUT: &str = "1s";
const RETRIES: &str = "2";
const INTERVAL: &str = "5s";
const LATENCY: &str = "150ms";
const NAMES: &str = "www.example.com mail.example.com www.example.org no.example.com";

/// An authority: its node, where it stands, its zone, and the zone's records or, of a secondary, its primary.
struct Served {
    node: &'static str,
    at: (i32, i32),
    zone: &'static str,
    records: &'static str,
    primary: &'static str,
}

const AUTHORITIES: [Served; 6] = [
    Served {
        node: "root",
        at: (878, 90),
        zone: ".",
        records: "com NS ns.com; ns.com A com; org NS ns.org; ns.org A org",
        primary: "",
    },
    Served {
        node: "com",
        at: (891, 202),
        zone: "com",
        records: "com NS ns.com; ns.com A com; \
                  example.com NS ns1.example.com; example.com NS ns2.example.com; \
                  ns1.example.com A ns1; ns2.example.com A ns2",
        primary: "",
    },
    Served {
        node: "org",
        at: (886, 317),
        zone: "org",
        records: "org NS ns.org; ns.org A org; example.org NS ns3.example.org; ns3.example.org A ns3",
        primary: "",
    },
    Served {
        node: "ns1",
        at: (847, 425),
        zone: "example.com",
        records: "example.com NS ns1.example.com; example.com NS ns2.example.com; \
                  ns1.example.com A ns1; ns2.example.com A ns2; \
                  www.example.com A 192.0.2.1; mail.example.com A 192.0.2.2",
        primary: "",
    },
    Served { node: "ns2", at: (695, 502), zone: "example.com", records: "", primary: "ns1" },
    Served {
        node: "ns3",
        at: (477, 510),
        zone: "example.org",
        records: "example.org NS ns3.example.org; ns3.example.org A ns3; www.example.org A 198.51.100.1",
        primary: "",
    },
];

fn build(parameters: &Parameters) -> Scenario {
    let (stubs, resolvers) = (parameters.count("stubs"), parameters.count("resolvers"));
    let resolvers: &[(&str, (i32, i32))] = match resolvers {
        1 => &[("r1", (372, 299))],
        _ => &[("r1", (470, 186)), ("r2", (387, 354))],
    };
    let nodes = (0..stubs)
        .map(|index| stub(index, stubs, resolvers.len()))
        .chain(resolvers.iter().map(resolver))
        .chain(AUTHORITIES.iter().map(authority));
    let asked = resolvers.iter().flat_map(|(resolver, _)| {
        let from_stubs = (1..=stubs).map(move |number| link(&format!("c{number}"), resolver));
        from_stubs.chain(AUTHORITIES.iter().map(move |authority| link(resolver, authority.node)))
    });
    let copied = AUTHORITIES.iter().filter(|authority| !authority.primary.is_empty());
    Scenario {
        name: DNS.name.to_owned(),
        seed: 1,
        pace: "400ms".to_owned(),
        nodes: nodes.collect(),
        links: asked.chain(copied.map(|authority| link(authority.primary, authority.node))).collect(),
        script: Vec::new(),
        properties: names(&[
            "no-answer-outlives-its-ttl",
            "addresses-are-an-authority-s",
            "stubs-are-answered",
            "a-name-outlives-its-authority",
            "a-lookup-failed",
            "an-answer-was-stale",
        ]),
        readings: names(&[
            "lookups_answered",
            "lookups_failed",
            "cache_hits_percent",
            "exchanges_per_lookup",
        ]),
        controls: vec![
            role_control("ttl", "authority", TTL),
            role_control("timeout", "resolver", TIMEOUT),
            role_control("retries", "resolver", RETRIES),
            role_control("interval", "stub", INTERVAL),
            links_control("latency", LATENCY),
        ],
    }
}

/// Stubs stand below each other. Each asks another resolver first.
fn stub(index: u64, stubs: u64, resolvers: usize) -> NodeSpec {
    let mut addresses: Vec<_> = (1..=resolvers).map(|number| format!("r{number}")).collect();
    addresses.rotate_left(index as usize % resolvers);
    let mut settings = setting("resolvers", &addresses.join(" "));
    settings.extend(setting("interval", INTERVAL));
    settings.extend(setting("names", NAMES));
    let down = 90 + (420 * (2 * index + 1) / (2 * stubs)) as i32;
    NodeSpec { name: format!("c{}", index + 1), role: "stub".to_owned(), settings, at: Some((95, down)) }
}

fn resolver((name, at): &(&str, (i32, i32))) -> NodeSpec {
    let mut settings = setting("timeout", TIMEOUT);
    settings.extend(setting("retries", RETRIES));
    NodeSpec { name: (*name).to_owned(), role: "resolver".to_owned(), settings, at: Some(*at) }
}

fn authority(served: &Served) -> NodeSpec {
    let texts =
        [("zone", served.zone), ("records", served.records), ("primary", served.primary), ("ttl", TTL)];
    let written = texts.iter().filter(|(_, text)| !text.is_empty());
    NodeSpec {
        name: served.node.to_owned(),
        role: "authority".to_owned(),
        settings: written.map(|(name, text)| ((*name).to_owned(), (*text).to_owned())).collect(),
        at: Some(served.at),
    }
}

fn link(a: &str, b: &str) -> LinkSpec {
    LinkSpec { a: a.to_owned(), b: b.to_owned(), settings: setting("latency", LATENCY), back: Map::new() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_link_passes_near_a_third_node_and_all_stay_off_the_rim() {
        for (stubs, resolvers) in [("1", "1"), ("4", "1"), ("1", "2"), ("4", "2")] {
            let values = [("stubs", stubs), ("resolvers", resolvers)];
            let scenario =
                DNS.build_with(&values.map(|(name, value)| (name.to_owned(), value.to_owned()))).unwrap();
            let place = |name: &str| {
                let (across, down) =
                    scenario.nodes.iter().find(|node| node.name == name).unwrap().at.unwrap();
                assert!((90..=910).contains(&across) && (90..=510).contains(&down), "{name}");
                (f64::from(across), f64::from(down))
            };
            for LinkSpec { a, b, .. } in &scenario.links {
                for NodeSpec { name, .. } in
                    scenario.nodes.iter().filter(|node| node.name != *a && node.name != *b)
                {
                    let (from, to, at) = (place(a), place(b), place(name));
                    let (along, across) = (to.0 - from.0, to.1 - from.1);
                    let length = libm::hypot(along, across);
                    let part = ((at.0 - from.0) * along + (at.1 - from.1) * across) / (length * length);
                    let part = libm::fmin(libm::fmax(part, 0.0), 1.0);
                    let distance = libm::hypot(at.0 - from.0 - part * along, at.1 - from.1 - part * across);
                    assert!(distance > 80.0, "{a}-{b} passes {name} at {distance}");
                }
            }
        }
    }
}
