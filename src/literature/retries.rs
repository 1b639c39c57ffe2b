//! Retries in layers: how often a dead database is asked for each request, if one layer, two or three of them try four times.

use crate::protocols::web::{APP, BALANCER, USER, database_tries_per_request};
use crate::scenarios::{CATALOGUE, find};
use crate::sim::time::{Duration, Time};
use crate::sim::timeline::Timeline;

use super::Row;

/// One layer, two and three.
pub const ROWS: &[Row] = &[
    row("retries-1", 4.0, || tries_per_request(&[APP])),
    row("retries-2", 16.0, || tries_per_request(&[APP, BALANCER])),
    row("retries-3", 64.0, || tries_per_request(&[APP, BALANCER, USER])),
];

/// How many requests each figure is measured from, a minute apart.
const REQUESTS: u64 = 100;
const APART: Duration = Duration::secs(60);

const fn row(name: &'static str, published: f64, measure: fn() -> f64) -> Row {
    // There is no chance in it: nothing but the database fails.
    Row { name, published, tolerance: 0.001, digits: 3, trials: REQUESTS, measure }
}

/// In the mean, if these layers try three times again and the others not at all.
fn tries_per_request(layers: &[&str]) -> f64 {
    let values = [("users", "1"), ("bots", "1"), ("bot-asks-every", "0s"), ("asks-every", "0s")];
    let values = values.map(|(name, value)| (name.to_owned(), value.to_owned()));
    let mut scenario = find("ddos").and_then(|entry| entry.build_with(&values).ok()).expect("it is built in");
    for node in &mut scenario.nodes {
        let retries = if layers.contains(&node.role.as_str()) { "3" } else { "0" };
        if [USER, BALANCER, APP].contains(&node.role.as_str()) {
            node.settings.insert("retries".to_owned(), retries.to_owned());
        }
        // Whoever waits for a layer that tries again waits long enough for all its tries.
        if [USER, BALANCER].contains(&node.role.as_str()) {
            node.settings.insert("timeout".to_owned(), APART.to_string());
        }
    }
    scenario.script = vec!["0s crash db1".to_owned()];
    let asked_at = (1..=REQUESTS).map(|number| APART * number);
    scenario.script.extend(asked_at.map(|moment| format!("{moment} request u1 save")));
    let mut run = Timeline::new(scenario, CATALOGUE).expect("the script names what there is");
    run.seek(Time::ZERO + APART * (REQUESTS + 1));
    database_tries_per_request(run.world()).expect("the user asked")
}
