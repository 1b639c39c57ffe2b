//! What must be true of practical Byzantine fault tolerance.

#[path = "support/runs.rs"]
mod runs;

use netsplit::faults;
use netsplit::protocols::pbft::{Client, Replica, WINDOW, difference, faulty, honest};
use netsplit::scenarios::CATALOGUE;
use netsplit::share::chaos::Chaos;
use netsplit::share::run::{Plan, Run};
use netsplit::sim::command::{Command, Place};
use netsplit::sim::figure::Drawing;
use netsplit::sim::world::World;
use runs::{Controls, at, checked, figure, goal_reached, is_good, process};

const STRATEGIES: [&str; 7] = ["silent", "lie", "equivocate", "corrupt", "delay", "replay", "collude"];

fn plan(values: Controls, lines: &[&str], until: &str) -> Plan {
    runs::plan("pbft", values, lines, until)
}

fn run(values: Controls, lines: &[&str], until: &str) -> Run {
    checked(plan(values, lines, until))
}

fn differ(run: &Run) -> bool {
    // The property looks at each moment, the function at the whole history.
    assert_eq!(is_good(&run.world, "two-honest-replicas-differ"), difference(&run.world).is_some());
    difference(&run.world).is_some()
}

fn replica<'a>(world: &'a World, name: &str) -> &'a Replica {
    process(world, name)
}

fn client<'a>(world: &'a World, name: &str) -> &'a Client {
    process(world, name)
}

fn reached(run: &Run, goal: &str) -> bool {
    goal_reached("pbft", goal, &run.world)
}

// The normal case.

/// “29 messages for one request among four”: a request, 3 pre-prepares, 9 prepares, 12 commits, 4 replies. For n replicas it is
/// 1 + (n − 1) + (n − 1)² + n(n − 1) + n.
#[test]
fn a_request_takes_as_many_messages_as_the_phases_have() {
    for (n, f) in [(4, "1"), (7, "2"), (10, "3")] {
        let values = [("group-size", &*n.to_string()), ("faults-allowed", f), ("interval", "0s")];
        let run = run(&values, &[r#"1s request c1 "write x=7""#], "3s");
        assert_eq!(run.world.counts().sent, 1 + (n - 1) + (n - 1) * (n - 1) + n * (n - 1) + n);
        assert!(
            run.world.processes::<Replica>().all(|(_, replica)| replica.x() == 7 && replica.executed() == 1)
        );
        assert_eq!(client(&run.world, "c1").last().unwrap().result, 0);
    }
}

/// Every request comes twice, and is executed once: who writes 101, 102, 103 alone finds the number before its own each time.
#[test]
fn a_request_that_comes_twice_is_executed_once() {
    let lines = ["0s set c2 interval 0s", "0s set c1 retransmit-after 200ms", "0s duplicate c1-r1 100%"];
    let run = run(&[], &lines, "20s");
    let last = client(&run.world, "c1").last().unwrap();
    assert!(last.value > 105 && last.result == last.value - 1, "{last:?}");
}

#[test]
fn the_log_stays_between_the_water_marks() {
    let run = run(&[("interval", "500ms")], &[], "20s");
    for (_, replica) in run.world.processes::<Replica>() {
        assert!(replica.stable() > 30 && replica.stable() + WINDOW >= replica.executed());
        assert!(replica.log_length() <= WINDOW as usize);
    }
}

/// A backup that is cut off misses more than the others remember, and gets their state.
#[test]
fn a_replica_that_fell_behind_gets_a_stable_state() {
    let cut: Vec<String> = ["r1", "r2", "r3", "c1", "c2"]
        .iter()
        .flat_map(|other| [format!("1s cut {other}-r4"), format!("15s heal {other}-r4")])
        .collect();
    let lines: Vec<&str> = cut.iter().map(String::as_str).collect();
    let run = run(&[], &lines, "22s");
    let (late, first) = (replica(&run.world, "r4"), replica(&run.world, "r1"));
    assert!(late.executed() + 2 >= first.executed() && first.executed() >= 18, "{}", late.executed());
    assert!(late.at(5).is_none() && first.at(5).is_some(), "it never executed those itself");
}

// At most f are faulty.

/// Whatever one replica does, the primary or a backup: no two others differ, and clients are answered.
#[test]
fn one_of_four_may_do_anything() {
    for liar in ["r1", "r2"] {
        for strategy in STRATEGIES {
            let run = run(&[], &[&format!("3s byzantine {liar} {strategy}")], "18s");
            assert!(!differ(&run), "{liar} {strategy}");
            assert!(is_good(&run.world, "requests-are-executed-at-last"), "{liar} {strategy}");
            let last = client(&run.world, "c1").last().unwrap();
            assert!(last.asked_at >= at("12s"), "{liar} {strategy}: {last:?}");
        }
    }
}

#[test]
fn a_crashed_backup_is_not_noticed_and_a_crashed_primary_is_replaced() {
    let backup = run(&[], &["3s crash r3"], "10s");
    assert!(
        is_good(&backup.world, "requests-are-executed-at-last") && !is_good(&backup.world, "a-view-change")
    );
    let primary = run(&[], &["3s crash r1", "9s restart r1"], "25s");
    assert!(replica(&primary.world, "r2").view() == 1 && replica(&primary.world, "r1").view() == 1);
    let (back, other) = (replica(&primary.world, "r1"), replica(&primary.world, "r2"));
    assert!(back.executed() + 2 >= other.executed(), "a restarted one gets a state: {}", back.executed());
}

/// What one replica alone executed is proposed again by the next primary, because others have prepared it.
#[test]
fn what_was_executed_anywhere_survives_the_change_of_views() {
    let mut lines = vec!["1s crash r1".to_owned()];
    for link in ["r2>r1", "r2>r3", "r2>r4", "r1-r3", "r1-r4", "r3-r4"] {
        lines.push(format!("810ms cut {link}"));
        lines.push(format!("5s heal {}", link.replace('>', "-")));
    }
    let lines: Vec<&str> = lines.iter().map(String::as_str).collect();
    let before = run(&[], &lines, "4s");
    let executed = |run: &Run| ["r2", "r3", "r4"].map(|name| replica(&run.world, name).executed());
    assert_eq!(executed(&before), [2, 0, 0], "only r2 has executed");
    let after = run(&[], &lines, "20s");
    assert!(!differ(&after) && replica(&after.world, "r2").view() > 0);
    assert!(executed(&after).iter().all(|executed| *executed > 4), "{:?}", executed(&after));
}

/// Chaos of all sorts on links and clients, while of the replicas only one may crash or lie, in whichever way it likes. All may be paused or slow.
#[test]
fn in_chaos_no_two_honest_replicas_differ_while_at_most_f_are_faulty() {
    let (mut changed, mut lied) = (0, 0);
    for seed in 0..24 {
        let mut plan = plan(&[], &[], "20s").with_seed(seed);
        let network = plan.scenario.lay(CATALOGUE).unwrap().network;
        let victim = network.nodes_with_role("pbft-replica")[(seed % 4) as usize];
        let chaos = Chaos { commands: 24, kinds: faults::ALL.to_vec() };
        let is_fair = |command: &Command| match command {
            Command::Inject { place: Place::Node(node), fault } => {
                let spares = ["pause", "slow"].contains(&fault.kind.name);
                spares || *node == victim || network.role(*node).name == "pbft-client"
            }
            _ => true,
        };
        let drawn = chaos.draw(&network, seed, plan.until);
        plan.lines = drawn
            .iter()
            .filter(|timed| is_fair(&timed.command))
            .map(|timed| network.write_line(timed))
            .chain([format!(
                "{} byzantine {} {}",
                "1s",
                network.name(victim),
                STRATEGIES[(seed % 7) as usize]
            )])
            .collect();
        let run = checked(plan);
        assert!(faulty(&run.world) <= 1 && !differ(&run));
        lied += faulty(&run.world);
        changed += usize::from(is_good(&run.world, "a-view-change"));
    }
    assert!(lied == 24 && changed > 5, "{lied} {changed}");
}

// More than f.

/// The bound, for what liars can do here: f of them do nothing, and f + 1 make honest replicas differ. For more replicas than
/// 3f + 1 one is enough.
#[test]
fn one_liar_more_than_f_makes_honest_replicas_differ() {
    let with = |n: &str, f: &str, liars: usize, strategy: &str| {
        let lines: Vec<String> = (1..=liars).map(|liar| format!("0s byzantine r{liar} {strategy}")).collect();
        let lines: Vec<&str> = lines.iter().map(String::as_str).collect();
        differ(&run(&[("group-size", n), ("faults-allowed", f)], &lines, "5s"))
    };
    for strategy in ["equivocate", "collude"] {
        assert!(!with("4", "1", 1, strategy) && with("4", "1", 2, strategy), "{strategy}");
        assert!(!with("7", "2", 2, strategy) && with("7", "2", 3, strategy), "{strategy}");
        assert!(with("7", "1", 1, strategy) && with("5", "1", 1, strategy), "{strategy}");
    }
    assert!(!with("4", "1", 2, "silent") && !with("4", "1", 2, "lie"));
}

/// “Make two replicas Byzantine: the primary r1, and one backup.” The figure forks there.
#[test]
fn the_primary_and_any_backup_will_do_and_the_figure_forks() {
    for backup in ["r2", "r3", "r4"] {
        let fellow = format!("0s byzantine {backup} equivocate");
        let run = run(&[], &["0s byzantine r1 equivocate", &fellow], "5s");
        assert!(reached(&run, "honest-disagree") && !reached(&run, "one-liar-is-enough"), "{backup}");
        let (a, b, sequence) = difference(&run.world).unwrap();
        assert_eq!(sequence, 1);
        assert!(honest(&run.world).map(|(node, _)| node).eq([a, b]));
        let Some(Drawing::Tree(tree)) = figure(&run.world, "executed") else { panic!("no tree") };
        let first = tree.blocks.iter().filter(|block| block.parent == Some(0));
        assert_eq!(first.count(), 2, "two requests at number 1");
    }
}

/// “Set f = 2, so that quorums are of five. One liar does nothing.”
#[test]
fn seven_that_allow_for_two_do_not_mind_one() {
    let values = [("group-size", "7"), ("faults-allowed", "2")];
    let run = run(&values, &["0s byzantine r1 equivocate"], "10s");
    assert!(!differ(&run) && !reached(&run, "one-liar-is-enough"));
}
