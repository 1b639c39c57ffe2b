//! A shop, a payment service with a bug in it, and a bank: a system to take apart.

use crate::sim::scenario::{LinkSpec, NodeSpec, Scenario};
use crate::sim::settings::{Kind, Setting};
use crate::sorted::Map;
use crate::word;

use super::centralized::{links_control, names, role_control, setting};
use super::{Entry, Parameters, RequestOffer};

/// A shop, a payment service with a bug in it, and a bank.
pub static TAKE_APART: Entry = Entry {
    name: "take-apart",
    title: word!("scenario.take-apart.title"),
    summary: word!("scenario.take-apart.summary"),
    parameters: || {
        &[
            Setting { name: "shops", kind: Kind::Count(1, 4), default: "1" },
            // What each customer's account holds as the run begins, in cents.
            Setting { name: "opening-balance", kind: Kind::Count(0, 100_000_000), default: "10000" },
        ]
    },
    requests: || {
        &[
            RequestOffer { role: "shop", title: word!("request.buy-alice"), text: "buy alice 2500" },
            RequestOffer { role: "shop", title: word!("request.buy-bob"), text: "buy bob 1000" },
        ]
    },
    build,
};

const LATENCY: &str = "300ms";
const SHOP_TIMEOUT: &str = "3s";
const ORDER_INTERVAL: &str = "0s";

fn build(parameters: &Parameters) -> Scenario {
    let shops = parameters.count("shops");
    let balance = parameters.count("opening-balance").to_string();
    let names_of_shops: Vec<_> = (0..shops).map(|index| shop_name(index, shops)).collect();
    let shop_nodes = names_of_shops.iter().enumerate().map(|(index, name)| NodeSpec {
        name: name.clone(),
        role: "shop".to_owned(),
        settings: shop_settings(),
        at: Some((160, 90 + (420 * (2 * index as i32 + 1)) / (2 * shops as i32))),
    });
    let service = node("pay", "payment-service", Map::new(), (490, 300));
    let bank = node("bank", "bank", setting("opening-balance", &balance), (820, 300));
    let links = names_of_shops.iter().map(|shop| link(shop, "pay")).chain([link("pay", "bank")]);
    Scenario {
        name: TAKE_APART.name.to_owned(),
        seed: 1,
        pace: "400ms".to_owned(),
        nodes: shop_nodes.chain([service, bank]).collect(),
        links: links.collect(),
        script: Vec::new(),
        properties: names(&[
            "nobody-pays-twice",
            "nobody-pays-for-what-is-refused",
            "only-what-is-paid-is-shipped",
            "no-cent-is-lost",
            "orders-are-settled",
            "a-payment-is-asked-for-again",
        ]),
        readings: names(&["orders_shipped", "orders_refused", "charges", "charged_too_often"]),
        controls: vec![
            role_control("idempotency-key", "shop", "off"),
            role_control("honour-keys", "payment-service", "off"),
            role_control("journal", "payment-service", "off"),
            role_control("retry-policy", "shop", "fixed"),
            role_control("timeout", "shop", SHOP_TIMEOUT),
            role_control("order-interval", "shop", ORDER_INTERVAL),
            links_control("latency", LATENCY),
        ],
    }
}

fn shop_name(index: u64, shops: u64) -> String {
    if shops == 1 { "shop".to_owned() } else { format!("shop{}", index + 1) }
}

fn shop_settings() -> Map<String, String> {
    let mut settings = setting("timeout", SHOP_TIMEOUT);
    settings.extend(setting("order-interval", ORDER_INTERVAL));
    settings
}

fn node(name: &str, role: &str, settings: Map<String, String>, at: (i32, i32)) -> NodeSpec {
    NodeSpec { name: name.to_owned(), role: role.to_owned(), settings, at: Some(at) }
}

fn link(a: &str, b: &str) -> LinkSpec {
    LinkSpec { a: a.to_owned(), b: b.to_owned(), settings: setting("latency", LATENCY), back: Map::new() }
}
