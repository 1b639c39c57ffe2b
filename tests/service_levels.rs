//! What must be true of service levels.

#[path = "support/runs.rs"]
mod runs;

use std::collections::BTreeMap;

use netsplit::faults;
use netsplit::protocols::web::service_levels::{Meter, TARGETS, meter, spent_by_fault};
use netsplit::protocols::web::{Outcome, User, Web, users};
use netsplit::scenarios::CATALOGUE;
use netsplit::share::chaos::Chaos;
use netsplit::share::run::{Plan, Run};
use netsplit::sim::figure::Drawing;
use netsplit::sim::process::Message as _;
use netsplit::sim::random::Probability;
use netsplit::sim::time::{Duration, Time};
use netsplit::sim::timeline::Timeline;
use netsplit::sim::trace::Event;
use runs::{Controls, checked, figure, is_good, reading};

const MINUTE: Duration = Duration::secs(60);

fn plan(controls: Controls, lines: &[&str], until: &str) -> Plan {
    runs::plan("service-levels", controls, lines, until)
}

fn run(controls: Controls, lines: &[&str], until: &str) -> Run {
    checked(plan(controls, lines, until))
}

fn the_meter(run: &Run) -> &Meter {
    meter(&run.world).unwrap()
}

fn bad(run: &Run) -> u64 {
    the_meter(run).record().bad().len() as u64
}

fn is_near(a: f64, b: f64) -> bool {
    (a - b).abs() <= 1e-9 * a.abs().max(b.abs()).max(1.0)
}

fn minutes(length: Duration) -> f64 {
    length.as_secs_f64() / 60.0
}

/// When the meter said something that is kept under this key.
fn said(run: &Run, key: &str) -> Vec<Time> {
    let notes = run.trace.records().iter().filter(|record| match record.event {
        Event::Noted { phrase, .. } => run.trace.phrase(phrase).unwrap().key().name() == key,
        _ => false,
    });
    notes.map(|record| record.time).collect()
}

// Arithmetic.

/// 99.9 % of 30 days leave 43.2 minutes, and so on: minutes in a day, in 30 days and in a year.
#[test]
fn nines_leave_the_minutes_that_arithmetic_says() {
    let table = [
        ("90%", 144.0, 4_320.0, 52_560.0),
        ("95%", 72.0, 2_160.0, 26_280.0),
        ("99%", 14.4, 432.0, 5_256.0),
        ("99.5%", 7.2, 216.0, 2_628.0),
        ("99.9%", 1.44, 43.2, 525.6),
        ("99.95%", 0.72, 21.6, 262.8),
        ("99.99%", 0.144, 4.32, 52.56),
        ("99.999%", 0.0144, 0.432, 5.256),
    ];
    assert_eq!(table.map(|(target, ..)| target), TARGETS);
    for (target, day, month, year) in table {
        let timeline = Timeline::new(plan(&[("target", target)], &[], "0s").scenario, CATALOGUE).unwrap();
        let world = timeline.world();
        let read =
            ["slo_day_minutes", "slo_month_minutes", "slo_year_minutes"].map(|name| reading(world, name));
        for (read, expected) in read.into_iter().zip([day, month, year]) {
            assert!(is_near(read, expected), "{target}: {read} for {expected}");
        }
        let meter = meter(world).unwrap();
        assert_eq!(minutes(meter.left()), minutes(meter.terms().budget(meter.terms().target)));
        assert!(is_near(minutes(meter.left()), month) && reading(world, "budget_left_percent") == 100.0);
    }
}

/// What an outage of so many minutes spends is about so many minutes, and the budget is what it was less that.
#[test]
fn an_outage_spends_its_own_length() {
    let run = run(&[], &["5min crash db1", "25min restart db1"], "90min");
    let spent = reading(&run.world, "budget_spent_minutes");
    assert!((16.0..24.0).contains(&spent), "{spent}");
    assert!(is_near(minutes(the_meter(&run).left()) + spent, 43.2));
    assert!(is_near(reading(&run.world, "budget_left_percent"), 100.0 * (1.0 - spent / 43.2)));
}

// The trace.

/// A request as its user saw it end.
#[derive(Clone, Copy)]
struct Ended {
    /// When the meter hears of it.
    heard_at: Time,
    latency: Duration,
    is_saved: bool,
}

/// Every request that ended, from what was sent, delivered and given up: no report is read.
fn recount(run: &Run) -> Vec<Ended> {
    let (network, travels) = (run.world.network(), Duration::millis(20));
    let is_user = |node| network.role(node).name == "user";
    let mut begun: BTreeMap<(u32, u64), Time> = BTreeMap::new();
    let mut ended = Vec::new();
    for record in run.trace.records() {
        let message = |packet| Web::decode(run.trace.bytes(packet).unwrap());
        let (user, number, is_saved) = match record.event {
            Event::Sent { packet, from, .. } if is_user(from) => {
                if let Some(Web::Request { number, .. }) = message(packet) {
                    begun.entry((from.0, number)).or_insert(record.time);
                }
                continue;
            }
            Event::Delivered { packet, node } if is_user(node) => match message(packet) {
                Some(Web::Reply { number, outcome: Outcome::Saved, .. }) => (node, number, true),
                _ => continue,
            },
            Event::Noted { node, phrase } if is_user(node) => {
                let phrase = run.trace.phrase(phrase).unwrap();
                (node, phrase.args()[0].1.parse().unwrap(), false)
            }
            _ => continue,
        };
        // A late answer to what was given up is none.
        let Some(asked_at) = begun.insert((user.0, number), Time::NEVER).filter(|asked| *asked < Time::NEVER)
        else {
            continue;
        };
        let latency = record.time.since(asked_at);
        ended.push(Ended { heard_at: record.time + travels, latency, is_saved });
    }
    ended.retain(|ended| ended.heard_at <= run.until);
    ended
}

/// How many of these are valid and how many bad, if all count and those are good that take a second at most.
fn counts<'a>(ended: impl Iterator<Item = &'a Ended>) -> (u64, u64) {
    ended.fold((0, 0), |(valid, bad), ended| {
        let is_good = ended.is_saved && ended.latency <= Duration::secs(1);
        (valid + 1, bad + u64::from(!is_good))
    })
}

const TROUBLE: [&str; 8] = [
    "3min crash a1",
    "6min restart a1",
    "10min crash db1",
    "14min restart db1",
    "20min slow db1 400ms",
    "24min heal db1",
    "30min loss u1-b1 30%",
    "40min heal u1-b1",
];

#[test]
fn the_indicator_is_a_recount_of_the_trace() {
    for seed in 1..=3 {
        let run = checked(plan(&[], &TROUBLE, "47min").with_seed(seed));
        let (meter, ended) = (the_meter(&run), recount(&run));
        let (valid, bad) = counts(ended.iter());
        assert!(valid > 500 && bad > 50, "{bad} of {valid}");
        assert_eq!((meter.record().valid(), meter.record().bad().len() as u64), (valid, bad));
        assert!(is_near(reading(&run.world, "sli_percent"), 100.0 * (valid - bad) as f64 / valid as f64));
        let counted = ended.last().unwrap().heard_at.since(Time::ZERO).max(MINUTE * 47);
        let spent = minutes(counted) * bad as f64 / valid as f64;
        assert!((reading(&run.world, "budget_spent_minutes") - spent).abs() < 1e-6);

        let mut saved: Vec<u64> =
            ended.iter().filter(|ended| ended.is_saved).map(|ended| ended.latency.as_micros()).collect();
        saved.sort_unstable();
        assert_eq!(meter.latencies().total(), saved.len() as u64);
        for permille in [500, 900, 990] {
            let exact = saved[(saved.len() * permille).div_ceil(1_000) - 1];
            let read = meter.latencies().permille(permille as u64).unwrap();
            assert!((exact..=exact + exact / 32).contains(&read), "{permille}: {read} for {exact}");
        }
    }
}

/// A period of an hour rolls: what is older is forgotten.
#[test]
fn a_period_rolls() {
    let run = run(&[("period", "1h")], &["10min crash db1", "30min restart db1"], "82min");
    let since = Time::ZERO + MINUTE * 22;
    let ended = recount(&run);
    let (valid, bad) = counts(ended.iter().filter(|ended| ended.heard_at >= since));
    let meter = the_meter(&run);
    assert_eq!((meter.record().valid(), meter.record().bad().len() as u64), (valid, bad));
    assert!(bad > 50 && counts(ended.iter()).1 > bad + 50 && meter.counted_for() == MINUTE * 60);
}

// Burn rate and alert.

/// The alert is on after every minute after which a recount says so, and after no other; and the readings are those burn rates.
#[test]
fn the_alert_is_what_both_windows_of_a_recount_say() {
    let controls: [Controls; 2] = [&[], &[("long-window", "20min"), ("alert-at", "0.5%"), ("target", "99%")]];
    for controls in controls {
        let run = run(controls, &TROUBLE, "60min");
        let (meter, ended) = (the_meter(&run), recount(&run));
        let terms = meter.terms();
        let allowed = f64::from(terms.target.complement().parts_per_million()) / 1e6;
        let rate = |minute: u64, window: Duration| {
            let until = Time::ZERO + MINUTE * minute;
            let since = Time::from_micros(until.as_micros().saturating_sub(window.as_micros()));
            let (valid, bad) =
                counts(ended.iter().filter(|ended| ended.heard_at >= since && ended.heard_at < until));
            // Before the beginning all was well.
            let counted = until.since(since).as_secs_f64() / window.as_secs_f64();
            counted * bad as f64 / valid.max(1) as f64 / allowed
        };
        let share = f64::from(terms.alert_at.parts_per_million()) / 1e6;
        let most = share * terms.period.as_secs_f64() / terms.long.as_secs_f64();
        if controls.is_empty() {
            assert!(is_near(most, 14.4), "{most}");
        }
        let is_on = |minute| rate(minute, terms.long) >= most && rate(minute, terms.short) >= most;
        let (mut on, mut off, mut was) = (Vec::new(), Vec::new(), false);
        for minute in 0..=60 {
            let moment = Time::ZERO + MINUTE * minute;
            match (was, is_on(minute)) {
                (false, true) => on.push(moment),
                (true, false) => off.push(moment),
                _ => {}
            }
            was = is_on(minute);
        }
        assert!(!on.is_empty() && !off.is_empty());
        assert_eq!((said(&run, "note.burn-alert"), said(&run, "note.burn-alert-over")), (on, off));
        assert!((reading(&run.world, "burn_rate_long") - rate(60, terms.long)).abs() < 1e-3);
        assert!((reading(&run.world, "burn_rate_short") - rate(60, terms.short)).abs() < 1e-3);
    }
}

/// “After about a minute”, at a burn rate of 1,000, and “the alert ended five minutes after the repair”.
#[test]
fn an_outage_is_noticed_within_two_minutes_and_its_end_within_six() {
    for seed in 1..=5 {
        let lines = ["5min crash db1", "12min restart db1"];
        let run = checked(plan(&[], &lines, "25min").with_seed(seed));
        let (on, off) = (said(&run, "note.burn-alert"), said(&run, "note.burn-alert-over"));
        assert_eq!((on.len(), off.len()), (1, 1));
        let after = |moment: &[Time], minute: u64| moment[0].since(Time::ZERO + MINUTE * minute);
        assert!((MINUTE..=MINUTE * 2).contains(&after(&on, 5)), "seed {seed}: {on:?}");
        assert!((MINUTE * 5..=MINUTE * 6).contains(&after(&off, 12)), "seed {seed}: {off:?}");
    }
    let run = run(&[], &["5min crash db1"], "11min");
    assert!(is_near(reading(&run.world, "burn_rate_short"), 1_000.0));
}

/// What burns slowly never raises it.
#[test]
fn a_slow_leak_raises_no_alert() {
    let run = run(&[], &["5min crash a1"], "60min");
    let rate = reading(&run.world, "burn_rate_long");
    assert!(bad(&run) > 0 && rate > 1.0 && rate < 14.4, "{rate}");
    assert_eq!(said(&run, "note.burn-alert"), []);
}

// Who spent it.

#[test]
fn every_fault_has_its_share_of_what_was_spent() {
    let run = run(&[], &TROUBLE, "47min");
    let spent = spent_by_fault(&run.world);
    let names: Vec<&str> = spent.iter().map(|(label, _)| label.as_str()).collect();
    assert_eq!(names, ["crash a1", "crash db1", "slow db1", "loss u1-b1", "no fault"]);
    let sum: f64 = spent.iter().map(|(_, minutes)| minutes).sum();
    assert!(is_near(sum, minutes(the_meter(&run).spent())));
    // An outage of four minutes, and faults that did not overlap.
    assert!((3.0..5.5).contains(&spent[1].1), "{spent:?}");
    let within = |from: u64, until: u64| {
        let event = |bad: &&netsplit::protocols::web::service_levels::Bad| {
            bad.until >= Time::ZERO + MINUTE * from && bad.from <= Time::ZERO + MINUTE * until
        };
        the_meter(&run).record().bad().iter().filter(event).count() as f64
    };
    let share = within(10, 14) / bad(&run) as f64;
    assert!(is_near(spent[1].1, share * sum), "{spent:?}");
    let Some(Drawing::Bars(bars)) = figure(&run.world, "spent-by-fault") else { panic!() };
    assert!(
        bars.bars
            .iter()
            .zip(&spent)
            .all(|(bar, (label, amount))| (&bar.label, &bar.amount) == (label, amount))
    );
}

/// Two faults at a time share what is bad evenly, and what is bad without a fault is nobody's.
#[test]
fn faults_at_the_same_time_share_evenly() {
    let both = run(&[], &["5min crash db1", "5min crash a1"], "15min");
    let spent = spent_by_fault(&both.world);
    assert!(spent[0].1 > 1.0 && is_near(spent[0].1, spent[1].1) && spent[2].1 == 0.0, "{spent:?}");
    let none = run(&[("good-within", "300ms")], &[], "15min");
    let spent = spent_by_fault(&none.world);
    assert!(spent.len() == 1 && is_near(spent[0].1, minutes(the_meter(&none).spent())), "{spent:?}");
}

// What counts.

/// “Three or four in a hundred are bad then, without any fault.”
#[test]
fn a_strict_threshold_makes_events_bad_without_a_fault() {
    let (mut valid, mut failed) = (0, 0);
    for seed in 1..=3 {
        let run = checked(plan(&[("good-within", "400ms")], &[], "60min").with_seed(seed));
        valid += the_meter(&run).record().valid();
        failed += bad(&run);
    }
    let percent = 100.0 * failed as f64 / valid as f64;
    assert!((2.5..4.5).contains(&percent), "{percent}");
}

/// “Until b1 notices, a few requests fail, and then none.”
#[test]
fn a_crash_that_is_hidden_costs_little() {
    let run = run(&[], &["5min crash a1"], "60min");
    let events = the_meter(&run).record().bad();
    let noticed = Time::ZERO + MINUTE * 5 + Duration::secs(75);
    assert!((1..20).contains(&events.len()) && events.iter().all(|bad| bad.until < noticed), "{events:?}");
}

#[test]
fn which_events_are_valid_is_a_matter_of_definition() {
    let count = |valid| {
        let controls = [("valid", valid), ("asks-every", "500ms"), ("retries", "0")];
        let lines = ["0s set b1 rate-limit 1", "0s set b1 burst 1", "2min crash db1", "3min restart db1"];
        let run = run(&controls, &lines, "5min");
        (the_meter(&run).record().valid(), bad(&run))
    };
    let [all, not_dropped, answered] = ["all", "not-dropped", "answered"].map(count);
    assert!(all.0 > not_dropped.0 && not_dropped.0 > answered.0);
    assert!(all.1 > not_dropped.1 && not_dropped.1 > answered.1 && answered.1 < 5, "{answered:?}");
}

/// Events of two definitions are not added, and other terms leave what was counted alone.
#[test]
fn another_indicator_begins_anew() {
    let other = ["good-within 2s", "valid answered", "measured-at balancer"];
    for line in other {
        let run = run(&[], &[&format!("10min set m1 {line}")], "10min");
        assert_eq!((the_meter(&run).record().valid(), the_meter(&run).counted_for()), (0, Duration::ZERO));
    }
    let run = run(&[], &["10min set m1 target 99%", "10min set m1 alert-at 3%"], "10min");
    assert!(the_meter(&run).record().valid() > 100);
}

/// “The SLI stays at 100 %.”
#[test]
fn a_meter_at_the_balancer_sees_what_comes_to_it() {
    let at = [("measured-at", "balancer"), ("target", "99.999%")];
    for unseen in ["5min crash b1", "5min cut u1-b1"] {
        let run = run(&at, &[unseen], "30min");
        let failed: u64 = users(&run.world).map(|(_, user): (_, &User)| user.tally().fates.bad()).sum();
        assert!(bad(&run) == 0 && failed > 20 && reading(&run.world, "sli_percent") == 100.0, "{unseen}");
    }
    for seen in ["5min crash db1", "5min crash a1"] {
        assert!(bad(&run(&at, &[seen], "30min")) > 0, "{seen}");
    }
    assert!(bad(&run(&[], &["5min crash b1"], "30min")) > 20);
}

#[test]
fn a_meter_that_crashes_begins_anew_and_what_is_not_reported_has_not_happened() {
    let crashed = run(&[], &["10min crash m1", "11min restart m1"], "15min");
    assert!((50..110).contains(&the_meter(&crashed).record().valid()));
    let cut = run(&[], &["5min cut u1-m1", "5min cut u2-m1", "5min cut u3-m1", "6min crash db1"], "15min");
    assert_eq!(bad(&cut), 0);
}

// Credits.

/// “Leave db1 down for four hours, and a tenth of the 10,000 that they pay is due.”
#[test]
fn credits_are_due_once_the_agreement_is_broken() {
    let credits = |controls, until| reading(&run(controls, &["5min crash db1"], until).world, "sla_credits");
    assert_eq!(credits(&[], "3h"), 0.0);
    assert_eq!(credits(&[], "245min"), 1_000.0);
    // 99.99 % leave 4.32 minutes: ten times as much is a quarter, fifty times as much all.
    assert_eq!(credits(&[("promise", "99.99%")], "60min"), 2_500.0);
    assert_eq!(credits(&[("promise", "99.999%")], "60min"), 10_000.0);
    assert_eq!(credits(&[("promise", "99.99%"), ("fee", "500")], "12min"), 50.0);
    let promise = Probability::parse("99.5%").unwrap();
    assert_eq!(minutes(promise.complement().of(Duration::secs(30 * 86_400))), 216.0);
}

// Whatever happens.

#[test]
fn chaos_breaks_nothing_that_is_claimed_and_reaches_every_scene() {
    let mut reached = [false; 2];
    for seed in 1..=25 {
        let mut plan = plan(&[], &[], "15min").with_seed(seed);
        plan.chaos = Some(Chaos { commands: 8, kinds: faults::ALL.to_vec() });
        let run = checked(plan);
        for (scene, reached) in ["burn-alert-goes-off", "error-budget-is-spent"].iter().zip(&mut reached) {
            *reached |= is_good(&run.world, scene);
        }
    }
    assert!(reached[0], "an alert in chaos");
    let spent = run(&[("target", "99.99%")], &["1min crash db1"], "12min");
    assert!(is_good(&spent.world, "error-budget-is-spent"));
}
