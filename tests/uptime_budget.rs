//! What must be true of failures, repairs and what they cost.

#[path = "support/runs.rs"]
mod runs;

use netsplit::protocols::uptime::{Book, Component, Condition, Monitor, OBJECTIVE, forms, rates};
use netsplit::scenarios::CATALOGUE;
use netsplit::sim::figure::Drawing;
use netsplit::sim::time::Duration;
use netsplit::sim::timeline::Timeline;
use netsplit::sim::world::World;
use runs::{Controls, process};

/// A run with these controls and this script, up to a moment.
fn run(controls: Controls, script: &[&str], until: &str) -> Timeline {
    runs::timeline("uptime-budget", controls, script, until)
}

fn monitor(world: &World) -> &Monitor {
    world.processes().next().unwrap().1
}

fn book(world: &World) -> Book {
    monitor(world).book(world.now()).unwrap()
}

fn condition(world: &World, name: &str) -> Condition {
    process::<Component>(world, name).condition()
}

/// A design measured for 30 years without rounds and travel, beside both formulas.
struct Measured {
    down: f64,
    exact: f64,
    product: f64,
    /// Four standard deviations of what is measured. Periods up and down alternate, of these mean lengths; were both exponentially
    /// distributed, the share of time that is down would have the variance 2 p² (1 − p)² (up + down) ÷ time.
    at_most_apart: f64,
}

fn measure(controls: Controls) -> Measured {
    let quick = [("checks-every", "0s"), ("latency", "1us")];
    let timeline = run(&[&quick[..], controls].concat(), &[], "30y");
    let (world, book) = (timeline.world(), book(timeline.world()));
    let (design, rates) = (monitor(world).design().unwrap(), rates(world).unwrap());
    let kept = book.kept().as_secs_f64();
    let down = book.down.as_secs_f64() / kept;
    let deviation = down * (1.0 - down) * (2.0 / book.outages as f64).sqrt();
    Measured {
        down,
        exact: 1.0 - forms::with_shared_causes(design, rates),
        product: 1.0 - forms::independent(design, rates),
        at_most_apart: 4.0 * deviation,
    }
}

/// A crew for each component: the product formula holds, and is exact.
#[test]
fn series_parallel_and_k_of_n_agree_with_the_product_formula() {
    let independent = [("crews", "3"), ("mtbf", "6d")];
    let works = 6.0 / 7.0;
    let parallel = [("database-replicas", "2")];
    let two_of_two = [("app-replicas", "2"), ("app-replicas-needed", "2")];
    for (controls, share) in [
        (&[][..], works * works),
        (&parallel, works * (1.0 - (1.0 - works) * (1.0 - works))),
        (&two_of_two, works * works * works),
    ] {
        let found = measure(&[&independent[..], controls].concat());
        assert!((found.product - (1.0 - share)).abs() < 1e-9, "{controls:?}");
        assert!((found.exact - found.product).abs() < 1e-9, "{controls:?}");
        let apart = (found.down - found.product).abs();
        assert!(apart < found.at_most_apart && apart < 0.02, "{controls:?}: {} down", found.down);
    }
}

/// With three crews for four components two of three replicas are nearly independent; the machine-repair form is exact.
#[test]
fn two_of_three_agree_with_the_closed_form() {
    let controls = [("app-replicas", "3"), ("app-replicas-needed", "2"), ("crews", "3"), ("mtbf", "6d")];
    let found = measure(&controls);
    let apart = (found.down - found.exact).abs();
    assert!(apart < found.at_most_apart && apart < 0.02, "{} down", found.down);
    assert!((found.exact - found.product).abs() < 0.01);
}

/// Where something is shared, the exact form tells what is measured, and the product formula promises more than chance could explain.
fn is_spoilt_by(controls: Controls) {
    let found = measure(controls);
    assert!((found.down - found.exact).abs() < found.at_most_apart, "{controls:?}: {} down", found.down);
    assert!(found.down - found.product > found.at_most_apart, "{controls:?}: {} down", found.down);
}

#[test]
fn one_crew_spoils_the_product_formula_as_the_machine_repair_form_says() {
    is_spoilt_by(&[("mtbf", "2d")]);
    is_spoilt_by(&[("mtbf", "6d"), ("app-replicas", "3"), ("database-replicas", "3")]);
}

#[test]
fn outages_of_sites_spoil_the_product_formula_also_with_two_sites() {
    let pairs = [("app-replicas", "2"), ("database-replicas", "2"), ("crews", "3"), ("outage-every", "10d")];
    is_spoilt_by(&pairs);
    is_spoilt_by(&[&pairs[..], &[("sites", "2")]].concat());
}

#[test]
fn a_crew_that_is_cut_off_or_down_repairs_nothing() {
    for fault in ["0s cut m1-w1", "0s crash w1"] {
        let timeline = run(&[], &[fault], "1000d");
        assert!(!monitor(timeline.world()).is_up(), "{fault}");
        assert!(matches!(condition(timeline.world(), "a1"), Condition::Failed { .. }), "{fault}");
    }
}

#[test]
fn a_restart_mends_no_failure_that_was_written_down() {
    let broken = ["0s cut m1-w1", "900d crash a1", "901d restart a1"];
    assert!(matches!(condition(run(&[], &broken, "902d").world(), "a1"), Condition::Failed { .. }));
    let replaced = ["0s cut m1-w1", "900d destroy a1", "901d heal a1", "901d restart a1"];
    assert_eq!(condition(run(&[], &replaced, "902d").world(), "a1"), Condition::Working);
}

/// A replica or the whole site crashes by hand, is missed at the second round, and comes back by itself.
#[test]
fn a_crash_by_hand_is_noticed_and_a_restart_is_reported() {
    let forever = ("mtbf", "99y");
    for node in ["a1", "s1"] {
        let (crash, restart) = (format!("1d crash {node}"), format!("20d restart {node}"));
        let down = run(&[forever], &[&crash], "20d");
        assert!(!monitor(down.world()).is_up(), "{node}");
        let back = run(&[forever], &[&crash, &restart], "28d");
        assert!(monitor(back.world()).is_up(), "{node}");
        assert_eq!(book(back.world()).outages, 1, "{node}");
    }
}

#[test]
fn books_are_kept_for_each_design_and_every_design_is_drawn() {
    let timeline = run(&[], &["365d set m1 app-replicas 2", "730d set m1 crews 2"], "1095d");
    let (world, books) = (timeline.world(), monitor(timeline.world()).books(timeline.world().now()));
    assert_eq!(books.len(), 3);
    let all = books.values().fold(Duration::ZERO, |sum, book| sum + book.kept());
    assert_eq!(all, monitor(world).kept(world.now()));
    let protocol = CATALOGUE.protocols().find(|protocol| protocol.name == "uptime").unwrap();
    let Some(Drawing::Plot(plot)) = (protocol.figures[0].draw)(world) else { panic!() };
    let [beaten, best] = ["figure.uptime-beaten", "figure.uptime-best"].map(|title| {
        let all = plot.series.iter().filter(|series| series.title.name() == title);
        all.flat_map(|series| series.points.clone()).collect::<Vec<_>>()
    });
    let all = [&beaten[..], &best[..]].concat();
    let is_beaten =
        |one: &(f64, f64)| all.iter().any(|other| other != one && other.0 <= one.0 && other.1 >= one.1);
    assert_eq!(all.len(), 3);
    assert!(beaten.iter().all(is_beaten) && !best.iter().any(is_beaten));
    assert!(!best.is_empty());
}

/// Whether a design is up for 99.95 % of the time in the long run.
fn is_good_enough(controls: Controls) -> bool {
    let timeline = run(controls, &[], "1h");
    let (design, rates) = (monitor(timeline.world()).design().unwrap(), rates(timeline.world()).unwrap());
    forms::with_shared_causes(design, rates) >= OBJECTIVE as f64 / 1e6
}

/// What the lesson says of designs in the long run.
#[test]
fn the_lesson_tells_the_forms_figures() {
    let share = |controls: Controls| {
        let timeline = run(controls, &[], "1h");
        let (design, rates) = (monitor(timeline.world()).design().unwrap(), rates(timeline.world()).unwrap());
        let told = |share: f64| (share * 1e5).round() / 1e3;
        (
            told(forms::independent(design, rates)),
            told(forms::with_shared_causes(design, rates)),
            design.cost(),
            forms::least_cost(design, rates, 0.9995),
        )
    };
    assert_eq!(share(&[]), (93.652, 93.555, 20, Some(54)));
    let three = [("app-replicas", "3"), ("database-replicas", "3")];
    assert_eq!(share(&three), (99.993, 99.947, 48, Some(54)));
    assert_eq!(share(&[&three[..], &[("crews", "2")]].concat()), (99.993, 99.989, 54, Some(54)));
    let two = [("app-replicas", "2"), ("database-replicas", "2")];
    let durable = [&two[..], &[("parts", "durable")]].concat();
    assert_eq!(share(&durable), (99.976, 99.95, 54, Some(54)));
    assert!(!is_good_enough(&durable));
    let outages = [&two[..], &[("crews", "3"), ("outage-every", "60d")]].concat();
    let (promised, one_site, ..) = share(&outages);
    let (_, two_sites, ..) = share(&[&outages[..], &[("sites", "2")]].concat());
    assert_eq!((promised, one_site, two_sites), (99.792, 98.967, 99.684));
    let night = [
        ("mtbf", "3d"),
        ("mttr", "4h"),
        ("outage-every", "20d"),
        ("outage-lasts", "2h"),
        ("sites", "2"),
        ("parts", "durable"),
    ];
    assert_eq!(share(&[&three[..], &night[..]].concat()), (99.999, 99.973, 86, Some(86)));
    // No number of standard parts and crews is enough.
    let standard = [("crews", "3"), ("parts", "standard")];
    assert!(!is_good_enough(&[&three[..], &night[..], &standard[..]].concat()));
}
