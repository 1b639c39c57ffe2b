//! Six miners over a sparse network: two cuts, of m1-m3 and m2-m4, part m1 and m2 from the rest. m1 has a share of the hash power
//! that can be chosen; the others have equal parts of what is left.

use crate::sim::scenario::{LinkSpec, NodeSpec, Scenario};
use crate::sim::settings::{Kind, Setting};
use crate::sorted::Map;
use crate::word;

use super::centralized::{links_control, names, role_control, setting};
use super::{Entry, Parameters, RequestOffer};

/// Six miners over a sparse network.
pub static BITCOIN: Entry = Entry {
    name: "bitcoin",
    title: word!("scenario.bitcoin.title"),
    summary: word!("scenario.bitcoin.summary"),
    parameters: &[Setting { name: "share", kind: Kind::Count(0, 100), default: "20" }],
    requests: &[
        RequestOffer { role: "miner", title: word!("request.pay"), text: "pay m5" },
        RequestOffer { role: "miner", title: word!("request.double-spend"), text: "double spend m5" },
    ],
    build,
};

const LATENCY: &str = "100ms";
const BLOCK_TIME: &str = "5s";
const CONFIRMATIONS: &str = "2";
const GIVES_UP_BEHIND: &str = "5";
const PAYS_EVERY: &str = "15s";

const PLACES: [(&str, (i32, i32)); 6] = [
    ("m1", (110, 180)),
    ("m2", (110, 420)),
    ("m3", (430, 110)),
    ("m4", (430, 490)),
    ("m5", (860, 180)),
    ("m6", (860, 420)),
];

const LINKS: [(&str, &str); 8] = [
    ("m1", "m2"),
    ("m1", "m3"),
    ("m2", "m4"),
    ("m3", "m4"),
    ("m3", "m5"),
    ("m4", "m5"),
    ("m4", "m6"),
    ("m5", "m6"),
];

fn build(parameters: &Parameters) -> Scenario {
    let share = parameters.count("share");
    let link = |(a, b): &(&str, &str)| LinkSpec {
        a: (*a).to_owned(),
        b: (*b).to_owned(),
        settings: setting("latency", LATENCY),
        back: Map::new(),
    };
    Scenario {
        name: BITCOIN.name.to_owned(),
        seed: 1,
        pace: "1s".to_owned(),
        nodes: PLACES.iter().map(|(name, at)| miner(name, *at, share)).collect(),
        links: LINKS.iter().map(link).collect(),
        script: Vec::new(),
        properties: names(&[
            "no-chain-spends-a-coin-twice",
            "tips-have-the-most-work",
            "one-chain-an-island",
            "a-fork",
            "a-reorganisation",
            "a-payment-undone",
            "a-double-spend",
        ]),
        readings: names(&[
            "chain_blocks",
            "stale_blocks",
            "payments_confirmed",
            "payments_undone",
            "attacks_won",
            "attacks_lost",
        ]),
        controls: vec![
            role_control("confirmations", "miner", CONFIRMATIONS),
            role_control("gives-up-behind", "miner", GIVES_UP_BEHIND),
            role_control("block-time", "miner", BLOCK_TIME),
            role_control("pays-every", "miner", PAYS_EVERY),
            links_control("latency", LATENCY),
        ],
    }
}

fn miner(name: &str, at: (i32, i32), share: u64) -> NodeSpec {
    // In thousandths, so that a fifth of every whole percentage is whole.
    let others = (100 - share) * 10 / (PLACES.len() as u64 - 1);
    let power = if name == "m1" { format!("{share}%") } else { format!("{}.{}%", others / 10, others % 10) };
    let mut settings = setting("power", &power);
    settings.extend(setting("block-time", BLOCK_TIME));
    settings.extend(setting("pays-every", PAYS_EVERY));
    NodeSpec { name: name.to_owned(), role: "miner".to_owned(), settings, at: Some(at) }
}
