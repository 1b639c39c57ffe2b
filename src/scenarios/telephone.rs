//! Four exchanges in a ring with one diagonal, x1-x3, and three phones at each; or two exchanges with one trunk between them and a
//! crowd of subscribers at each, to measure blocking.

use crate::sim::scenario::{Control, LinkSpec, NodeSpec, Scenario};
use crate::sim::settings::{Kind, Setting};
use crate::sorted::Map;
use crate::word;

use super::centralized::{links_control, names, role_control, setting};
use super::{Entry, Parameters, RequestOffer};

/// Exchanges with trunks of a few circuits, and phones.
pub static TELEPHONE: Entry = Entry {
    name: "telephone",
    title: word!("scenario.telephone.title"),
    summary: word!("scenario.telephone.summary"),
    parameters: || {
        &[
            Setting {
                name: "network",
                kind: Kind::Choice(&[FOUR_EXCHANGES, ONE_TRUNK]),
                default: FOUR_EXCHANGES,
            },
            Setting { name: "circuits", kind: Kind::Count(1, 20), default: "3" },
        ]
    },
    requests: || {
        &[
            RequestOffer { role: "phone", title: word!("request.call-p2"), text: "call p2" },
            RequestOffer { role: "phone", title: word!("request.call-p8"), text: "call p8" },
            RequestOffer { role: "phone", title: word!("request.hang-up"), text: "hang up" },
        ]
    },
    build,
};

const FOUR_EXCHANGES: &str = "four-exchanges";
const ONE_TRUNK: &str = "one-trunk";

/// What the two networks differ in besides their nodes.
struct Scale {
    callers: &'static str,
    calls_per_hour: &'static str,
    holding_time: &'static str,
    latency: &'static str,
    answers_after: &'static str,
    heartbeat: &'static str,
    pace: &'static str,
}

/// Each of twelve phones calls once a minute.
const PHONES: Scale = Scale {
    callers: "phone",
    calls_per_hour: "60",
    holding_time: "12s",
    latency: "200ms",
    answers_after: "1s",
    heartbeat: "1s",
    pace: "500ms",
};

/// Two crowds that each make 150 calls of a minute an hour offer five erlangs.
const CROWDS: Scale = Scale {
    callers: "subscribers",
    calls_per_hour: "150",
    holding_time: "60s",
    latency: "20ms",
    answers_after: "1ms",
    heartbeat: "10s",
    pace: "10s",
};

const EXCHANGES: [(&str, (i32, i32)); 4] =
    [("x1", (350, 190)), ("x2", (650, 190)), ("x3", (650, 410)), ("x4", (350, 410))];
const TRUNKS: [(&str, &str); 5] = [("x1", "x2"), ("x2", "x3"), ("x3", "x4"), ("x1", "x4"), ("x1", "x3")];

/// Every phone and the exchange that its line leads to.
const LINES: [(&str, &str, (i32, i32)); 12] = [
    ("p1", "x1", (110, 240)),
    ("p2", "x1", (140, 110)),
    ("p3", "x1", (300, 90)),
    ("p4", "x2", (700, 90)),
    ("p5", "x2", (860, 110)),
    ("p6", "x2", (890, 240)),
    ("p7", "x3", (890, 360)),
    ("p8", "x3", (860, 490)),
    ("p9", "x3", (700, 510)),
    ("p10", "x4", (300, 510)),
    ("p11", "x4", (140, 490)),
    ("p12", "x4", (110, 360)),
];

const TWO_EXCHANGES: [(&str, (i32, i32)); 2] = [("x1", (380, 300)), ("x2", (620, 300))];
const CROWD_LINES: [(&str, &str, (i32, i32)); 2] = [("a", "x1", (140, 300)), ("b", "x2", (860, 300))];

fn build(parameters: &Parameters) -> Scenario {
    let circuits = parameters.count("circuits").to_string();
    match parameters.choice("network") {
        ONE_TRUNK => network(&CROWDS, &TWO_EXCHANGES, &[("x1", "x2")], &CROWD_LINES, &circuits),
        _ => network(&PHONES, &EXCHANGES, &TRUNKS, &LINES, &circuits),
    }
}

fn network(
    scale: &Scale,
    exchanges: &[(&str, (i32, i32))],
    trunks: &[(&str, &str)],
    lines: &[(&str, &str, (i32, i32))],
    circuits: &str,
) -> Scenario {
    let exchange = |(name, at): &(&str, (i32, i32))| {
        let mut settings = setting("circuits", circuits);
        settings.extend(setting("heartbeat", scale.heartbeat));
        node(name, "exchange", *at, settings)
    };
    let caller = |(name, _, at): &(&str, &str, (i32, i32))| {
        let mut settings = setting("calls-per-hour", scale.calls_per_hour);
        settings.extend(setting("holding-time", scale.holding_time));
        settings.extend(setting("answers-after", scale.answers_after));
        settings.extend(setting("heartbeat", scale.heartbeat));
        node(name, scale.callers, *at, settings)
    };
    let link = |(a, b): (&str, &str)| LinkSpec {
        a: a.to_owned(),
        b: b.to_owned(),
        settings: setting("latency", scale.latency),
        back: Map::new(),
    };
    let all_links =
        trunks.iter().copied().chain(lines.iter().map(|(phone, exchange, _)| (*exchange, *phone)));
    Scenario {
        name: TELEPHONE.name.to_owned(),
        seed: 1,
        pace: scale.pace.to_owned(),
        nodes: exchanges.iter().map(exchange).chain(lines.iter().map(caller)).collect(),
        links: all_links.map(link).collect(),
        script: Vec::new(),
        properties: names(&[
            "circuits-in-use-never-exceed-the-trunk",
            "a-lost-circuit-is-noticed-in-time",
            "no-circuit-without-a-call",
            "a-call-is-blocked",
            "a-call-is-dropped",
            "a-call-takes-an-alternate-route",
        ]),
        readings: names(&[
            "calls_offered",
            "calls_carried",
            "calls_blocked",
            "blocked_percent",
            "calls_dropped",
            "erlangs_carried",
        ]),
        controls: controls(scale),
    }
}

fn controls(scale: &Scale) -> Vec<Control> {
    vec![
        role_control("calls-per-hour", scale.callers, scale.calls_per_hour),
        role_control("holding-time", scale.callers, scale.holding_time),
        links_control("latency", scale.latency),
    ]
}

fn node(name: &str, role: &str, at: (i32, i32), settings: Map<String, String>) -> NodeSpec {
    NodeSpec { name: name.to_owned(), role: role.to_owned(), settings, at: Some(at) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nodes_keep_off_the_rim_and_each_other_and_every_link_joins_two_of_them() {
        for (exchanges, trunks, lines) in
            [(&EXCHANGES[..], &TRUNKS[..], &LINES[..]), (&TWO_EXCHANGES, &[("x1", "x2")], &CROWD_LINES)]
        {
            let places: Vec<_> =
                exchanges.iter().copied().chain(lines.iter().map(|(name, _, at)| (*name, *at))).collect();
            for (index, (name, (across, down))) in places.iter().enumerate() {
                assert!((90..=910).contains(across) && (90..=510).contains(down), "{name}");
                for (other, (x, y)) in &places[..index] {
                    let distance = libm::hypot(f64::from(across - x), f64::from(down - y));
                    assert!(distance > 110.0, "{name} is {distance} from {other}");
                }
            }
            let is_exchange = |name: &str| exchanges.iter().any(|(known, _)| *known == name);
            assert!(trunks.iter().all(|(a, b)| is_exchange(a) && is_exchange(b)));
            assert!(lines.iter().all(|(_, exchange, _)| is_exchange(exchange)));
        }
    }
}
