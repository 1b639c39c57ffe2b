//! What must be true of the payment system that lesson 3 takes apart: the bug shows, what mends it mends it, and half of what
//! mends it does not.

#[path = "support/runs.rs"]
mod runs;

use netsplit::faults;
use netsplit::lessons::prose::texts;
use netsplit::lessons::replay;
use netsplit::protocols::payment::{Bank, CUSTOMERS, PaymentService, Shop, Status};
use netsplit::share::chaos::Chaos;
use netsplit::share::link;
use netsplit::share::parcel::Parcel;
use netsplit::share::run::Plan;
use netsplit::share::trials::{self, Trial, Trials};
use netsplit::sim::scenario::Scenario;
use netsplit::sim::world::World;
use netsplit::words::Language;
use runs::{Controls, NO_LINES, at, broken, goal_reached, is_good};

const KEYS: [(&str, &str); 2] = [("idempotency-key", "on"), ("honour-keys", "on")];
const FIX: [(&str, &str); 3] = [("idempotency-key", "on"), ("honour-keys", "on"), ("journal", "on")];
/// What the bug breaks. The scenario is meant to break these without the fix, and never with it.
const BROKEN_BY_THE_BUG: [&str; 2] = ["nobody-pays-twice", "nobody-pays-for-what-is-refused"];
const BUY: &str = r#"1s request shop "buy alice 2500""#;

fn scenario(values: Controls) -> Scenario {
    runs::scenario("take-apart", values, &NO_LINES)
}

fn run(values: Controls, script: &[&str], until: &str) -> World {
    runs::timeline("take-apart", values, script, until).world().clone()
}

fn is_settled(world: &World) -> bool {
    is_good(world, "orders-are-settled")
}

fn bank(world: &World) -> &Bank {
    world.processes::<Bank>().next().expect("the bank runs").1
}

/// How often the first order was charged.
fn charged(world: &World) -> usize {
    bank(world).times_charged("shop", 1)
}

fn order(world: &World) -> (Status, u32) {
    let (_, shop) = world.processes::<Shop>().next().expect("the shop runs");
    let (_, order) = shop.orders().next().expect("it has an order");
    (order.status, order.asked)
}

#[test]
fn an_order_is_charged_once_and_shipped_when_nothing_fails() {
    for values in [&[][..], &KEYS, &FIX] {
        let world = run(values, &[BUY], "10s");
        assert_eq!((charged(&world), order(&world)), (1, (Status::Shipped, 1)));
        assert_eq!((bank(&world).balance("alice"), bank(&world).balance("shop")), (7_500, 2_500));
        assert_eq!((broken(&world), is_settled(&world)), (vec![], true));
    }
}

/// Of the four messages of a purchase, losing the last one alone charges twice.
#[test]
fn only_the_loss_of_the_last_answer_charges_twice() {
    let times = ["1100ms drop m0", "1400ms drop m1", "1700ms drop m2", "2s drop m3"];
    let charged = times.map(|drop| charged(&run(&[], &[BUY, drop], "10s")));
    assert_eq!(charged, [1, 1, 1, 2]);
    let world = run(&[], &[BUY, "2s drop m3"], "10s");
    assert_eq!(broken(&world), ["nobody-pays-twice"]);
}

#[test]
fn keys_help_only_if_both_sides_know_of_them() {
    let with = |values: Controls| charged(&run(values, &[BUY, "2s drop m3"], "10s"));
    assert_eq!((with(&KEYS[..1]), with(&KEYS[1..]), with(&KEYS), with(&FIX)), (2, 2, 1, 1));
}

/// Whoever does not ask again never charges twice, and leaves one order paid that was never shipped.
#[test]
fn not_asking_again_is_at_most_once() {
    let world = run(&[("retry-policy", "none")], &[BUY, "2s drop m3"], "20s");
    assert_eq!((charged(&world), order(&world)), (1, (Status::Unknown, 1)));
    assert!(!is_settled(&world));
}

/// “With a time-out of one second Alice pays twice without any loss.”
#[test]
fn an_answer_that_is_slow_charges_as_often_as_one_that_is_lost() {
    assert_eq!(charged(&run(&[("timeout", "1s")], &[BUY], "10s")), 2);
    let mended = [&FIX[..], &[("timeout", "1s")]].concat();
    assert_eq!(charged(&run(&mended, &[BUY], "10s")), 1);
}

#[test]
fn backing_off_asks_less_often() {
    let asked = |policy| order(&run(&[("retry-policy", policy)], &["0s cut shop-pay", BUY], "60s")).1;
    let (fixed, backing_off) = (asked("fixed"), asked("back-off"));
    assert_eq!(fixed, 20);
    assert!((4..10).contains(&backing_off), "{backing_off}");
}

/// Crashes at every tenth of a second of the purchase: without a journal there are moments at which the key is forgotten in time
/// for a second charge, with it there is none.
#[test]
fn a_key_without_a_journal_is_forgotten_in_a_crash() {
    let twice = |values: Controls| -> Vec<usize> {
        let at = (10..40).filter(|tenth| {
            let crash = format!("{}ms crash pay", tenth * 100 + 50);
            let restart = format!("{}ms restart pay", tenth * 100 + 80);
            let world = run(values, &[BUY, "2s drop m3", &crash, &restart], "12s");
            assert!(is_settled(&world), "{crash}");
            charged(&world) > 1
        });
        at.collect()
    };
    // The bank is asked at 1.302 s, and the shop asks again at 4.002 s.
    assert_eq!(twice(&KEYS), (13..40).collect::<Vec<_>>());
    assert_eq!(twice(&FIX), Vec::<usize>::new());
}

/// A journal without keys helps nobody.
#[test]
fn a_journal_without_keys_charges_twice() {
    assert_eq!(charged(&run(&[("journal", "on")], &[BUY, "2s drop m3"], "10s")), 2);
}

/// “Alice can be charged so four times; the fifth is declined, and the shop then tells her that her order is refused.”
#[test]
fn who_has_paid_all_is_told_that_the_order_is_refused() {
    let script = [BUY, "1s cut pay>shop", "20s heal pay>shop"];
    let world = run(&[], &script, "30s");
    assert_eq!((charged(&world), order(&world).0, bank(&world).balance("alice")), (4, Status::Refused, 0));
    assert_eq!(broken(&world), BROKEN_BY_THE_BUG);
}

/// The bank’s own protection: what is asked under one reference is carried out once, also after a crash.
#[test]
fn the_bank_carries_each_reference_out_once() {
    let script = [BUY, "1400ms copy m1", "1604ms crash bank", "2s restart bank"];
    let world = run(&FIX, &script, "10s");
    assert_eq!((charged(&world), order(&world).0, broken(&world)), (1, Status::Shipped, vec![]));
}

#[test]
fn an_order_without_money_is_refused_and_nothing_is_charged() {
    for request in ["buy alice 10001", "buy mallory 1", "buy shop 1"] {
        let line = format!("1s request shop \"{request}\"");
        let world = run(&FIX, &[&line], "10s");
        assert_eq!((charged(&world), order(&world).0), (0, Status::Refused), "{request}");
    }
}

/// A full disk of the payment service or the bank delays payments and loses none.
#[test]
fn a_full_disk_delays_and_loses_nothing() {
    for node in ["pay", "bank"] {
        let (fill, free) = (format!("0s fill-disk {node}"), format!("9s heal {node}"));
        assert_eq!(charged(&run(&FIX, &[&fill, BUY], "8s")), 0);
        let world = run(&FIX, &[&fill, BUY, &free], "20s");
        assert_eq!((charged(&world), order(&world).0, broken(&world)), (1, Status::Shipped, vec![]));
    }
}

// The recorded run of the lesson, and sweeps.

/// What the first step of the lesson shows, with and without the fix.
#[test]
fn the_recorded_run_shows_the_bug_and_not_with_the_fix() {
    let course = Language::all().map(texts).next().unwrap();
    let steps = &course.lesson(3).unwrap().steps;
    let observe = steps.iter().position(|step| step.slug == "observe").unwrap();
    let mut recorded = replay::start_of_step(course, 3, observe).unwrap();
    replay::advance(&mut recorded, at("60s"), |_| ()).unwrap();
    assert!(goal_reached("take-apart", "charged-twice", recorded.world()));
    assert!(broken(recorded.world()).contains(&"nobody-pays-twice"));

    let script: Vec<&str> = steps[observe].content().script.iter().map(|line| line.text).collect();
    let values = [&FIX[..], &[("order-interval", "1500ms")]].concat();
    let mended = run(&values, &script, "60s");
    assert_eq!(broken(&mended), Vec::<&str>::new());
    let repeats = mended.processes::<PaymentService>().next().unwrap().1.repeats();
    assert!(repeats > 0, "nothing was asked twice, so that nothing is shown");
}

/// How many of so many runs with faults broke each always-property.
fn sweep(values: Controls, seeds: u64) -> Vec<(u64, Vec<&'static str>)> {
    let values = [values, &[("order-interval", "1s"), ("shops", "2")]].concat();
    let mut plan = Plan::new(scenario(&values));
    let kinds = faults::ALL.iter().copied().filter(|kind| !["byzantine", "destroy"].contains(&kind.name));
    plan.chaos = Some(Chaos { commands: 12, kinds: kinds.collect() });
    let outcome = |seed| (seed, broken(&plan.with_seed(seed).run().unwrap().world));
    (0..seeds).map(outcome).filter(|(_, broken)| !broken.is_empty()).collect()
}

#[test]
fn a_sweep_finds_the_bug_and_only_the_bug() {
    let found = sweep(&[], 60);
    assert!(found.len() > 10, "{found:?}");
    assert!(found.iter().flat_map(|(_, broken)| broken).all(|name| BROKEN_BY_THE_BUG.contains(name)));
    // Half a fix is none.
    assert!(!sweep(&KEYS, 60).is_empty());
}

/// What the lesson says of the sweeps that a learner makes in its step: by the worker, of the run as it begins.
#[test]
fn the_sweeps_of_the_lesson_find_what_it_says() {
    let course = Language::all().map(texts).next().unwrap();
    let steps = course.lesson(3).unwrap().steps;
    let prove = steps.iter().position(|step| step.slug == "prove").unwrap();
    let in_how_many = |deeds: &[&str], faults| {
        let mut timeline = replay::start_of_step(course, 3, prove).unwrap();
        for deed in deeds {
            let command = timeline.world().network().read_command(deed).unwrap();
            timeline.act(command);
        }
        let link = link::write(&Parcel::of(&timeline, None));
        let trials = Trials { first: 0, count: 200, faults, link };
        let found = trials::make(&trials.to_text()).unwrap();
        let found = found.lines().map(|line| Trial::from_text(line).unwrap());
        found.filter(|trial| trial.failure.as_ref().is_some_and(|failure| failure.is_broken)).count()
    };
    assert_eq!(in_how_many(&["set shop idempotency-key off", "set pay honour-keys off"], 0), 133);
    assert_eq!(in_how_many(&[], 0), 0);
    assert_eq!(in_how_many(&[], 10), 3);
    assert_eq!(in_how_many(&["set pay journal on"], 10), 0);
}

#[test]
fn a_sweep_finds_nothing_once_it_is_mended() {
    assert_eq!(sweep(&FIX, 100), []);
}

/// With the fix, once all is healed: every order is settled, every shipped one charged once, every refused one not at all. A node
/// that was slow works off slowly what came meanwhile, which takes longer than this test.
#[test]
fn nothing_is_lost_once_all_is_healed() {
    for seed in 0..20 {
        let mut plan = Plan::new(scenario(&[&FIX[..], &[("order-interval", "1s")]].concat()));
        let kinds =
            faults::ALL.iter().copied().filter(|kind| !["byzantine", "destroy", "slow"].contains(&kind.name));
        plan.chaos = Some(Chaos { commands: 12, kinds: kinds.collect() });
        plan.until = at("60s");
        let places =
            ["shop", "pay", "bank", "shop-pay", "shop>pay", "pay>shop", "pay-bank", "pay>bank", "bank>pay"];
        plan.lines = places.iter().map(|place| format!("41s heal {place}")).collect();
        plan.lines.push("40s set shop order-interval 0s".to_owned());
        let world = plan.with_seed(seed).run().unwrap().world;
        let (_, shop) = world.processes::<Shop>().next().expect("the shop is healed");
        assert!(shop.orders().count() > 5);
        for (number, order) in shop.orders() {
            let expected = usize::from(order.status == Status::Shipped);
            assert!(order.status.is_settled(), "seed {seed}, order {number}: {order:?}");
            assert_eq!(bank(&world).times_charged("shop", number), expected, "seed {seed}, order {number}");
        }
        let shipped: u64 = shop
            .orders()
            .filter(|(_, order)| order.status == Status::Shipped)
            .map(|(_, order)| order.cents)
            .sum();
        let spent: u64 = CUSTOMERS.iter().map(|customer| 10_000 - bank(&world).balance(customer)).sum();
        assert_eq!(spent, shipped, "seed {seed}");
    }
}
