//! Availability: the time that an objective leaves for being down, and what failures and repairs make of parts in series and in parallel.

use crate::protocols::uptime::Monitor;
use crate::scenarios::{CATALOGUE, find};
use crate::sim::random::Probability;
use crate::sim::time::{Duration, Time};
use crate::sim::timeline::Timeline;

use super::Row;

const MONTH: Duration = Duration::secs(30 * 86_400);
const YEAR: Duration = Duration::secs(365 * 86_400);
const YEARS: u64 = 100;
const MINUTE: f64 = 60.0;
/// Share of the time that one part works: it lasts 30 days and is mended in one.
const WORKS: f64 = 30.0 / 31.0;
const FAILED: f64 = 1.0 - WORKS;
/// Two parts that last two days, one crew: of none, one and both down, as 1 : 2 r : 2 r² with r = 1/2, only the first is up.
const ONE_CREW: f64 = 1.0 / (1.0 + 1.0 + 0.5);

/// Budgets, and services measured over many years.
pub const ROWS: &[Row] = &[
    budget("budget-999-30d", 43.2, || down("99.9%", MONTH) / MINUTE),
    budget("budget-999-365d", 8.76, || down("99.9%", YEAR) / (60.0 * MINUTE)),
    budget("budget-9999-30d", 4.32, || down("99.99%", MONTH) / MINUTE),
    budget("budget-9999-365d", 52.56, || down("99.99%", YEAR) / MINUTE),
    measured("uptime-series", WORKS * WORKS, 0.5, || availability("1", "3", "30d")),
    measured("uptime-parallel", (1.0 - FAILED * FAILED) * (1.0 - FAILED * FAILED), 0.1, || {
        availability("2", "3", "30d")
    }),
    measured("uptime-one-crew", ONE_CREW, 1.0, || availability("1", "1", "2d")),
];

const fn budget(name: &'static str, published: f64, measure: fn() -> f64) -> Row {
    Row { name, published, tolerance: 0.001, digits: 2, trials: 0, measure }
}

const fn measured(name: &'static str, share: f64, tolerance: f64, measure: fn() -> f64) -> Row {
    Row { name, published: share * 100.0, tolerance, digits: 3, trials: YEARS, measure }
}

/// How long a service may be down, in seconds.
fn down(objective: &str, of: Duration) -> f64 {
    Probability::parse(objective).map_or(0.0, |share| share.complement().of(of).as_secs_f64())
}

/// In per cent, with so many replicas of each tier, so many crews, and parts that last so long.
fn availability(replicas: &str, crews: &str, mtbf: &str) -> f64 {
    let values = [
        ("app-replicas", replicas),
        ("database-replicas", replicas),
        ("crews", crews),
        ("mtbf", mtbf),
        ("checks-every", "0s"),
        ("latency", "1us"),
    ];
    let values = values.map(|(name, value)| (name.to_owned(), value.to_owned()));
    let scenario = find("uptime-budget").and_then(|entry| entry.build_with(&values).ok());
    let run = scenario.and_then(|scenario| Timeline::new(scenario, CATALOGUE).ok());
    let mut run = run.expect("a built-in scenario with values that it takes");
    run.seek(Time::ZERO + YEAR * YEARS);
    let (_, monitor) = run.world().processes::<Monitor>().next().expect("the monitor runs");
    let book = monitor.book(run.now()).expect("the monitor has a design");
    book.up.as_secs_f64() / book.kept().as_secs_f64() * 100.0
}
