//! What the lessons say beyond their goals, and a learner may try: each claim is put to the protocols that the lesson runs.

#[path = "support/runs.rs"]
mod runs;

use netsplit::protocols::key_value::Client;
use netsplit::protocols::register::Member;
use netsplit::scenarios::CATALOGUE;
use netsplit::sim::timeline::{Advance, Timeline};
use netsplit::sim::world::World;
use runs::{Controls, at, process};

const PARTED: [&str; 2] = ["0s cut n2-n4", "0s cut n3-n7"];

// Lesson 1.

/// “Request and answer must both get through: a half of a half”, and with three retries “some 68 %”.
#[test]
fn retries_turn_a_quarter_into_two_thirds() {
    for (retries, expected) in [("0", 0.25), ("3", 1.0 - 0.75 * 0.75 * 0.75 * 0.75)] {
        let set = [("clients", "2"), ("interval", "1s"), ("retries", retries)];
        let world = run("centralized", &set, &["0s loss s1-c2 50%"], "20000s");
        let (_, client) = world.processes::<Client>().last().expect("c2 runs");
        let (answered, failed) = (client.answered() as f64, client.failed() as f64);
        let share = answered / (answered + failed);
        // Four standard deviations of a share of this many requests.
        let margin = 4.0 * (expected * (1.0 - expected) / (answered + failed)).sqrt();
        assert!((share - expected).abs() < margin, "{retries} retries: {share} is not {expected} ± {margin}");
    }
}

/// “This server carries each number out once and only repeats the answer.”
#[test]
fn a_put_that_is_sent_again_is_carried_out_once() {
    let script = [
        r#"1s request c1 "put x=1""#,
        // The answer to the first attempt is lost; meanwhile somebody else writes.
        "1160ms cut s1>c1",
        r#"1400ms request c2 "put x=2""#,
        "2s heal s1-c1",
        r#"5s request c3 "get x""#,
    ];
    let world = run("centralized", &[("interval", "0s")], &script, "6s");
    let learned: Vec<_> = world.processes::<Client>().filter_map(|(_, client)| client.learned()).collect();
    assert_eq!(learned, ["x = 1", "x = 2", "x = 2"]);
}

// Lesson 5.

/// “After any single cut there is another route.”
#[test]
fn no_single_cut_divides_the_members() {
    let world = run("partition", &[], &[], "0s");
    for link in world.network().link_ids() {
        let cut = format!("1s cut {}", world.network().link_name(link));
        assert_eq!(run("partition", &[], &[&cut], "2s").island_count(), 1, "{cut}");
    }
}

/// “No waiting time makes the guess certain”: members on the other side are suspected alike, whether they run or not.
#[test]
fn the_crashed_and_the_unreachable_are_suspected_alike() {
    let world = run("partition", &[], &[&PARTED[..], &["1s crash n5"]].concat(), "20s");
    let suspects = |name: &str| -> Vec<&str> {
        let member: &Member = process(&world, name);
        member.suspects().iter().map(|node| world.network().name(*node)).collect()
    };
    assert_eq!(suspects("n3"), ["n4", "n5", "n6", "n7"]);
    assert_eq!(suspects("n4"), ["n1", "n2", "n3", "n5"]);
}

/// The greater version wins, whichever write came last; and a second write on the left makes the left win.
#[test]
fn the_greater_version_wins_whenever_it_was_written() {
    let written = [r#"500ms request n6 "write x=7""#, r#"1500ms request n1 "write x=4""#];
    let script = [&PARTED[..], &written, &["4s heal n2-n4"]].concat();
    assert_eq!(values(&run("partition", &[], &script, "10s")), vec!["7"; 7]);
    let script = [&PARTED[..], &written, &[r#"2s request n1 "write x=5""#, "4s heal n3-n7"]].concat();
    assert_eq!(values(&run("partition", &[], &script, "10s")), vec!["5"; 7]);
}

/// “Refused means not confirmed, not never happened”: whether any member holds the value depends on when the links were cut.
#[test]
fn a_refused_write_may_take_effect_later() {
    let set = [("mode", "consistent"), ("timeout", "1s")];
    let write = r#"1s request n1 "write x=4""#;
    let early = run("partition", &set, &[&PARTED[..], &[write]].concat(), "4s");
    assert_eq!((refused(&early), values(&early)), (1, vec![]));

    // By 1.41 s a majority was asked, and n1 is handing x = 4 out.
    let late = [write, "1410ms cut n2-n4", "1410ms cut n3-n7"];
    let apart = run("partition", &set, &late, "4s");
    assert_eq!((refused(&apart), values(&apart)), (1, vec!["4"; 3]));
    let healed = run("partition", &set, &[&late[..], &["4s heal n2-n4"]].concat(), "8s");
    assert_eq!((refused(&healed), values(&healed)), (1, vec!["4"; 7]));
}

/// “The right suspects the left”, all of it, and not the other way round.
#[test]
fn over_one_way_cuts_only_those_who_do_not_hear_suspect() {
    let world = run("partition", &[], &["0s cut n2>n4", "0s cut n3>n7"], "20s");
    let suspected: Vec<usize> =
        world.processes::<Member>().map(|(_, member)| member.suspects().len()).collect();
    assert_eq!(suspected, [0, 0, 0, 3, 3, 3, 3]);
    assert_eq!(world.island_count(), 2);
}

fn run(scenario: &str, set: Controls, script: &[&str], until: &str) -> World {
    let mut run = Timeline::new(runs::scenario(scenario, set, script), CATALOGUE).unwrap();
    assert_eq!(run.advance(at(until), 10_000_000, |_, _| false), Advance::Reached);
    run.world().clone()
}

/// The values that members hold, of those that hold one.
fn values(world: &World) -> Vec<&str> {
    world.processes::<Member>().filter_map(|(_, member)| member.value()).collect()
}

fn refused(world: &World) -> u64 {
    world.processes::<Member>().map(|(_, member)| member.refused()).sum()
}
