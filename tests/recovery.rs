//! What must be true of both ways to recover.

#[path = "support/runs.rs"]
mod runs;

use netsplit::faults;
use netsplit::protocols::recovery::{Replica, Source, computer, model, source};
use netsplit::share::chaos::Chaos;
use netsplit::share::run::{Plan, Run};
use netsplit::sim::figure::Drawing;
use runs::{Controls, checked, figure, is_good, reading};

fn plan(controls: Controls, lines: &[&str], until: &str) -> Plan {
    runs::plan("recovery", controls, lines, until)
}

fn run(controls: Controls, lines: &[&str], until: &str) -> Run {
    checked(plan(controls, lines, until))
}

fn books(run: &Run) -> &Source {
    source(&run.world).unwrap()
}

/// No failures but those that are asked for.
const NEVER: (&str, &str) = ("fails-every", "0s");

#[test]
fn after_a_failure_the_computer_goes_on_from_its_last_save() {
    let run = run(&[NEVER], &[r#"5h request f1 "strike""#], "12h");
    let (book, minutes) = (books(&run).checkpoint(), |text| reading(&run.world, text));
    assert_eq!((book.falls, book.recovered), (1, 1));
    // Saved at 2 h of work, which is at 2:00, and at 4 h, which is at 4:05 and safe a minute after 4:10. It falls at 5:01.
    let lost = minutes("checkpoint_repeated_minutes");
    assert!((lost - 51.0).abs() < 0.1, "{lost}");
    // The restart, the way to the store and back, and the same work again.
    let recovery = minutes("checkpoint_recovery_minutes");
    assert!((recovery - (10.0 + 2.0 + 51.0)).abs() < 0.1, "{recovery}");
}

#[test]
fn after_a_failure_the_backup_takes_over_once_it_has_waited() {
    let run = run(&[NEVER], &[r#"5h request f1 "strike""#], "12h");
    let (book, finished) = (books(&run).fail_over(), books(&run).finished());
    assert_eq!((book.falls, book.recovered), (1, 1));
    // The last news left p1 at 5:00 and came a minute later, as the strike did; then 25 minutes of silence, and a minute of work again.
    let (recovery, lost) =
        (reading(&run.world, "failover_recovery_minutes"), reading(&run.world, "failover_repeated_minutes"));
    assert!((lost - 1.0).abs() < 0.1 && (recovery - 26.0).abs() < 0.1, "{lost} {recovery}");
    assert_eq!((finished.lost, finished.wrong_suspicions), (0, 0));
    let leads: Vec<bool> = run.world.processes::<Replica>().map(|(_, replica)| replica.leads()).collect();
    assert_eq!(leads, [false, true]);
}

/// The catalogue's claim: sooner, and dearer, both measured on the same failures.
#[test]
fn fail_over_recovers_faster_and_costs_more() {
    for replicas in ["2", "3"] {
        let run = run(&[("job-replicas", replicas)], &[], "60d");
        let (saves, fails_over) = (books(&run).checkpoint(), books(&run).fail_over());
        assert!(saves.recovered > 30 && fails_over.recovered > 30, "{saves:?} {fails_over:?}");
        let of = |name: &str| reading(&run.world, name);
        let recovery = (of("checkpoint_recovery_minutes"), of("failover_recovery_minutes"));
        assert!(recovery.1 * 2.0 < recovery.0, "{recovery:?}");
        let cost = (of("checkpoint_cost_per_hour"), of("failover_cost_per_hour"));
        assert!(cost.1 > cost.0 * 1.4, "{cost:?}");
        assert!(of("failover_overhead_percent") < of("checkpoint_overhead_percent"));
    }
}

/// The failures fall at the same moments, whatever is set; and a shorter interval than half a day pays.
#[test]
fn intervals_are_compared_on_the_same_failures() {
    let tried = ["30min", "2h", "12h"].map(|interval| run(&[("saves-every", interval)], &[], "120d"));
    let strikes = tried.each_ref().map(|run| books(run).strikes());
    assert!(strikes.iter().all(|count| *count == strikes[0]) && strikes[0] > 90, "{strikes:?}");
    let overheads = tried.each_ref().map(|run| reading(&run.world, "checkpoint_overhead_percent"));
    assert!(overheads[1] < overheads[0] && overheads[1] < overheads[2], "{overheads:?}");
    for (run, measured) in tried.iter().zip(overheads) {
        let minutes = computer(&run.world).unwrap().tried(run.world.now())[0].interval.as_secs_f64() / 60.0;
        let expected = model(&run.world).unwrap().overhead(minutes) * 100.0;
        assert!(
            (measured - expected).abs() < 0.25 * expected,
            "{minutes}: {measured} is not about {expected}"
        );
    }
}

/// A cut is taken for a crash: both lead, both finish work, and what one of them finished is lost.
#[test]
fn a_cut_between_replicas_splits_the_brain_and_loses_finished_work() {
    let run = run(&[NEVER], &["5h cut p1-p2", "9h heal p1-p2"], "12h");
    let finished = books(&run).finished();
    assert!(is_good(&run.world, "split-brain") && is_good(&run.world, "finished-work-is-lost"));
    assert_eq!((finished.wrong_suspicions, finished.lost_against_the_rule), (1, 0));
    let lost = reading(&run.world, "failover_finished_lost_hours");
    assert!((2.0..4.5).contains(&lost), "{lost}");
    assert_eq!(run.world.processes::<Replica>().filter(|(_, replica)| replica.leads()).count(), 1);
}

/// A plain failure, the last news lost on its way: synchronous replication has not called it finished.
#[test]
fn only_asynchronous_replication_loses_finished_work_in_a_plain_failure() {
    let lines = ["4h loss p1>p2 100%", r#"4.4h request f1 "strike""#];
    for (synchronous, lost) in [("yes", 0.0), ("no", 0.33)] {
        let run = run(&[NEVER, ("synchronous", synchronous)], &lines, "12h");
        let finished = books(&run).finished();
        assert_eq!(finished.wrong_suspicions, 0, "{synchronous}");
        let hours = reading(&run.world, "failover_finished_lost_hours");
        assert!((hours - lost).abs() < 0.02, "{synchronous}: {hours}");
    }
}

/// Whoever is struck while nobody else has anything begins anew, and with three that takes a third failure.
#[test]
fn when_all_memory_is_lost_the_work_begins_anew() {
    let lines = [r#"5h request f1 "strike""#, "5.2h crash p2", "6h restart p2"];
    let anew = run(&[NEVER], &lines, "24h");
    assert_eq!(books(&anew).finished().begun_anew, 1);
    let three = run(&[NEVER, ("job-replicas", "3")], &lines, "24h");
    assert_eq!((books(&three).finished().begun_anew, books(&three).finished().lost), (0, 0));
}

#[test]
fn a_crash_of_the_computer_or_the_store_loses_nothing_that_is_saved() {
    let lines = [
        "5h crash c1",
        "5.5h restart c1",
        "7h crash s1",
        "8.3h restart s1",
        "9h crash c1",
        "9.1h restart c1",
    ];
    let run = run(&[NEVER], &lines, "24h");
    let work = computer(&run.world).unwrap().work(run.world.now());
    // Four hours were saved. What was to be saved at 7:32 found no store, so a little over fourteen hours since 9:06 come on top.
    assert!((18.2..18.4).contains(&(work as f64 / 3.6e9)), "{work}");
}

#[test]
fn claims_hold_in_chaos() {
    let mut split = 0;
    for seed in 1..=10 {
        let chaos = Some(Chaos { commands: 30, kinds: faults::ALL.to_vec() });
        let replicas = if seed % 2 == 0 { "2" } else { "3" };
        let plan = plan(&[("job-replicas", replicas), ("fails-every", "6h")], &[], "6d");
        let run = checked(Plan { chaos, ..plan.with_seed(seed) });
        split += u64::from(is_good(&run.world, "split-brain"));
    }
    assert!(split > 0, "chaos never split them");
}

#[test]
fn the_figure_shows_what_was_tried_beside_the_published_curves() {
    let run = run(&[], &["20d set c1 saves-every 6h"], "60d");
    let Some(Drawing::Plot(plot)) = figure(&run.world, "overhead-by-interval") else { panic!() };
    let [young, daly, tried] = &plot.series[..] else { panic!() };
    assert_eq!(tried.points.iter().map(|(hours, _)| *hours).collect::<Vec<_>>(), [2.0, 6.0]);
    let least = |points: &[(f64, f64)]| points.iter().copied().min_by(|a, b| a.1.total_cmp(&b.1)).unwrap().0;
    assert!((least(&young.points) - 2.0).abs() < 0.15 && (least(&daly.points) - 1.95).abs() < 0.15);
    let Some(Drawing::Bars(bars)) = figure(&run.world, "recovery-latency") else { panic!() };
    assert!(bars.bars[0].amount > bars.bars[1].amount && bars.bars[1].amount > 20.0);
}
