//! What must be true of a store divided over shards, whatever is done to it.

#[path = "support/runs.rs"]
mod runs;

use std::collections::BTreeMap;

use netsplit::faults;
use netsplit::protocols::sharded::ring::{Configuration, Epoch, Placement};
use netsplit::protocols::sharded::survey::{holders, placement};
use netsplit::protocols::sharded::{Shard, ShardClient};
use netsplit::share::chaos::Chaos;
use netsplit::share::run::Plan;
use netsplit::sim::fault::FaultKind;
use netsplit::sim::figure::{Drawing, Ring};
use netsplit::sim::network::NodeId;
use netsplit::sim::timeline::Timeline;
use netsplit::sim::world::World;
use runs::{Controls, always_hold, always_hold_in, at, figure, is_good, process, told};

const QUIET: (&str, &str) = ("interval", "0s");

/// A run with these values and this script, up to a moment.
fn run(values: Controls, script: &[&str], until: &str) -> Timeline {
    let timeline = runs::timeline("sharded", values, script, until);
    always_hold_in(&timeline);
    timeline
}

fn shard<'a>(world: &'a World, name: &str) -> &'a Shard {
    process(world, name)
}

fn failed(world: &World) -> u64 {
    world.processes::<ShardClient>().map(|(_, client)| client.failed()).sum()
}

fn answered(world: &World) -> u64 {
    world.processes::<ShardClient>().map(|(_, client)| client.answered()).sum()
}

/// Which running shards hold each key, by their names.
fn where_keys_are(world: &World) -> BTreeMap<String, Vec<String>> {
    let name = |shard: &NodeId| world.network().name(*shard).to_owned();
    holders(world).iter().map(|(key, shards)| (key.clone(), shards.iter().map(name).collect())).collect()
}

fn ring(world: &World) -> Ring {
    match figure(world, "hash-ring") {
        Some(Drawing::Ring(ring)) => ring,
        other => panic!("{other:?}"),
    }
}

// The ring alone, on many rings: each has shards of other names.

fn place(of: usize, members: &[u32], replicas: u64, virtual_nodes: u64) -> Placement {
    let names: Vec<String> = (0..9).map(|number| format!("ring{of}shard{number}")).collect();
    let members = members.iter().copied().map(NodeId).collect();
    let configuration = Configuration { epoch: Epoch::default(), members, replicas, virtual_nodes };
    Placement::new(configuration, |node| &names[node.index()])
}

fn many_keys() -> impl Iterator<Item = String> {
    (0..400).map(|number| format!("key{number}"))
}

#[test]
fn removing_one_of_k_moves_a_kth_of_the_keys_and_no_others() {
    const RINGS: usize = 25;
    for shards in [2u32, 4, 8] {
        let mut moved = 0;
        for of in 0..RINGS {
            let all: Vec<u32> = (0..shards).collect();
            let (before, after) = (place(of, &all, 1, 16), place(of, &all[1..], 1, 16));
            for key in many_keys() {
                let (old, new) = (before.owners(&key), after.owners(&key));
                assert!(old == new || old == [NodeId(0)], "{key} moved from {old:?} to {new:?}");
                moved += usize::from(old != new);
            }
        }
        // A shard's share of one ring strays by about 1/√16 of itself, the mean of 25 by a fifth of that: 5 % of it.
        let share = moved as f64 / (RINGS * many_keys().count()) as f64;
        let expected = 1.0 / f64::from(shards);
        assert!((share / expected - 1.0).abs() < 0.2, "{shards} shards: {share}");
    }
}

#[test]
fn with_copies_only_keys_of_who_comes_or_goes_change_hands() {
    for replicas in 1..=3 {
        let (before, after) = (place(0, &[0, 1, 2, 3, 4], replicas, 8), place(0, &[0, 1, 3, 4], replicas, 8));
        for key in many_keys() {
            let (old, new) = (before.owners(&key), after.owners(&key));
            let stay: Vec<_> = old.iter().filter(|shard| **shard != NodeId(2)).collect();
            assert!(stay.iter().all(|shard| new.contains(shard)), "{key}: {old:?} to {new:?}");
            assert!(old.contains(&NodeId(2)) || old == new, "{key}: {old:?} to {new:?}");
        }
    }
}

#[test]
fn more_virtual_nodes_even_out_the_load() {
    let fullest = |virtual_nodes| {
        let most = |of| {
            let placement = place(of, &[0, 1, 2, 3], 1, virtual_nodes);
            let mut counts = [0; 4];
            many_keys().for_each(|key| counts[placement.owners(&key)[0].index()] += 1);
            *counts.iter().max().unwrap()
        };
        (0..20).map(most).sum::<usize>() / 20
    };
    let (one, eight, many) = (fullest(1), fullest(8), fullest(64));
    // An even share is 100. With one place each the longest of four random arcs is (1 + 1/2 + 1/3 + 1/4) of it: 208.
    assert!((170..250).contains(&one), "{one}");
    assert!(eight < one * 4 / 5 && many < eight * 9 / 10 && many < 125, "{one} {eight} {many}");
}

// The store at work.

#[test]
fn a_shard_that_leaves_hands_over_its_keys_and_nobody_else_moves_any() {
    let script = [r#"2s request r1 "remove s2""#];
    let mut timeline = run(&[QUIET], &script, "1s");
    let before = where_keys_are(timeline.world());
    timeline.seek(at("8s"));
    let after = where_keys_are(timeline.world());
    assert_eq!(shard(timeline.world(), "s2").keys().count(), 0);
    let moved: Vec<_> = before.iter().filter(|(key, shards)| after[*key] != **shards).collect();
    assert!(moved.iter().all(|(_, shards)| **shards == ["s2"]));
    // As the lesson says.
    assert_eq!((moved.len(), before.len()), (4, 24));
    let taken: u64 = timeline.world().processes::<Shard>().map(|(_, shard)| shard.taken()).sum();
    assert_eq!(taken, 4);
    assert!(
        is_good(timeline.world(), "owners-have-their-keys") && is_good(timeline.world(), "a-key-was-moved")
    );
}

#[test]
fn a_shard_that_comes_takes_what_it_is_to_hold_and_nothing_else_moves() {
    for replicas in ["1", "2"] {
        let mut timeline = run(&[QUIET, ("replicas", replicas)], &[r#"2s request r2 "add s5""#], "1s");
        let before = where_keys_are(timeline.world());
        timeline.seek(at("8s"));
        let after = where_keys_are(timeline.world());
        assert!(shard(timeline.world(), "s5").keys().count() > 0);
        for (key, shards) in &after {
            assert_eq!(shards.len().to_string(), replicas);
            let others_had_it =
                shards.iter().filter(|shard| *shard != "s5").all(|shard| before[key].contains(shard));
            assert!(others_had_it && (shards.contains(&"s5".to_owned()) || *shards == before[key]), "{key}");
        }
    }
}

#[test]
fn nobody_is_failed_while_keys_move() {
    let script = [
        r#"2s request r1 "add s5""#,
        r#"8s request r2 "remove s2""#,
        r#"14s request r1 "replicas 3""#,
        r#"20s request r2 "remove s1""#,
        r#"26s request r1 "replicas 1""#,
    ];
    let timeline = run(&[("interval", "300ms")], &script, "40s");
    assert_eq!(failed(timeline.world()), 0);
    assert!(answered(timeline.world()) > 200);
    assert!(where_keys_are(timeline.world()).values().all(|shards| shards.len() == 1));
}

/// Asks for every key, one after the other, from 10 s on; gives the keys that a read of failed.
fn unreadable(values: Controls, crashed: &str) -> Vec<String> {
    let mut script = vec![format!("5s crash {crashed}")];
    script.extend((1..=24).map(|number| format!(r#"10s request c1 "get k{number}""#)));
    let script: Vec<&str> = script.iter().map(String::as_str).collect();
    let timeline = run(values, &script, "60s");
    let told = told(&timeline);
    assert_eq!(told.len(), 24, "{told:?}");
    let key = |said: &String| said.split(['“', '”']).nth(1).unwrap().trim_start_matches("get ").to_owned();
    told.iter().filter(|said| said.contains("failed")).map(key).collect()
}

#[test]
fn with_one_copy_a_crash_fails_the_keys_of_the_shard_and_no_others() {
    let start = run(&[QUIET], &[], "1s");
    for crashed in ["s1", "s2", "s3", "s4"] {
        let mut expected: Vec<_> = shard(start.world(), crashed).keys().map(str::to_owned).collect();
        let mut found = unreadable(&[QUIET], crashed);
        expected.sort();
        found.sort();
        assert!(!expected.is_empty() && found == expected, "{crashed}: {found:?}, not {expected:?}");
    }
}

#[test]
fn with_two_copies_a_crash_fails_nothing() {
    for crashed in ["s1", "s2", "s3", "s4"] {
        assert!(unreadable(&[QUIET, ("replicas", "2")], crashed).is_empty(), "{crashed}");
        let values = [("replicas", "2"), ("interval", "300ms")];
        let timeline = run(&values, &[&format!("5s crash {crashed}")], "30s");
        assert_eq!(failed(timeline.world()), 0, "{crashed}");
        assert!(answered(timeline.world()) > 150);
    }
}

#[test]
fn copies_are_restored_and_then_a_second_crash_fails_nothing() {
    let values = [("replicas", "2"), ("interval", "500ms")];
    let mut timeline = run(&values, &["5s crash s1", "20s crash s3"], "9s");
    let with_two = |world: &World| where_keys_are(world).values().filter(|shards| shards.len() >= 2).count();
    assert!(with_two(timeline.world()) < 24);
    timeline.seek(at("19s"));
    assert_eq!(with_two(timeline.world()), 24);
    timeline.seek(at("40s"));
    assert_eq!(failed(timeline.world()), 0);
}

#[test]
fn a_stand_in_hands_back_what_it_took_for_a_crashed_shard() {
    let start = run(&[QUIET], &[], "1s");
    let (key, _) = where_keys_are(start.world()).into_iter().find(|(_, shards)| *shards == ["s2"]).unwrap();
    let put = format!(r#"10s request c1 "put {key}=7""#);
    let mut timeline = run(&[QUIET], &["5s crash s2", &put, "15s restart s2"], "14s");
    assert!(told(&timeline).last().unwrap().contains(&format!("{key} = 7")));
    let stand_in = where_keys_are(timeline.world())[&key].clone();
    assert!(stand_in.len() == 1 && stand_in != ["s2"], "{stand_in:?}");
    timeline.seek(at("20s"));
    assert_eq!(where_keys_are(timeline.world())[&key], ["s2"]);
    assert_eq!(shard(timeline.world(), "s2").item(&key).unwrap().value, "7");
    assert!(is_good(timeline.world(), "a-hint-was-handed-back"));
}

#[test]
fn what_was_acknowledged_outlives_a_crash_of_everything() {
    let script = [
        r#"1s request c1 "put mine=7""#,
        r#"1s request r2 "remove s4""#,
        "4s crash s1",
        "4s crash s2",
        "4s crash s3",
        "4s crash s4",
        "4s crash r1",
        "4s crash r2",
        "5s restart s1",
        "5s restart s2",
        "5s restart s3",
        "5s restart s4",
        "5s restart r1",
        "5s restart r2",
        r#"8s request c4 "get mine""#,
    ];
    let timeline = run(&[QUIET], &script, "12s");
    assert!(told(&timeline).last().unwrap().contains("mine = 7"));
    assert_eq!(placement(timeline.world()).unwrap().configuration().members.len(), 3);
}

#[test]
fn a_replaced_shard_is_given_its_copies_anew() {
    let values = [QUIET, ("replicas", "2")];
    let mut timeline = run(&values, &["5s destroy s1", "6s replace s1"], "4s");
    let before = where_keys_are(timeline.world());
    timeline.seek(at("15s"));
    assert_eq!(where_keys_are(timeline.world()), before);
}

#[test]
fn whoever_missed_a_change_of_the_ring_is_told_later() {
    let script =
        ["1s crash s3", r#"2s request r1 "add s5""#, "2001ms crash r1", "10s restart s3", "10s restart r1"];
    let timeline = run(&[QUIET], &script, "1.9s");
    assert_eq!(shard(timeline.world(), "s5").placement().epoch().number, 1);
    let timeline = run(&[QUIET], &script, "20s");
    // r1 crashed before its disk had the new ring, so nobody ever heard of it.
    assert_eq!(placement(timeline.world()).unwrap().epoch().number, 1);
    let script = ["1s crash s3", r#"2s request r1 "add s5""#, "10s restart s3"];
    let timeline = run(&[QUIET], &script, "20s");
    assert!(timeline.world().processes::<Shard>().all(|(_, shard)| shard.placement().epoch().number == 2));
    assert!(is_good(timeline.world(), "owners-have-their-keys"));
}

#[test]
fn changes_that_change_nothing_and_strange_requests_are_refused() {
    let mut script: Vec<String> =
        (1..=4).map(|number| format!(r#"{number}s request r1 "remove s{number}""#)).collect();
    let strange = ["add s1 s2", "add r1", "replicas 4", "replicas", "", "grow"];
    script.push(r#"5s request r1 "remove s5""#.to_owned());
    script.extend(strange.iter().map(|request| format!(r#"6s request r1 "{request}""#)));
    let script: Vec<&str> = script.iter().map(String::as_str).collect();
    let timeline = run(&[QUIET], &script, "9s");
    let told = told(&timeline);
    // s1, s2 and s3 go; s4 is the last, and s5 was never there.
    assert_eq!(told.iter().filter(|said| said.starts_with("on the ring")).count(), 3, "{told:?}");
    assert_eq!(told.iter().filter(|said| said.contains("is refused")).count(), 2, "{told:?}");
    assert_eq!(
        told.iter().filter(|said| said.contains("is not a request")).count(),
        strange.len(),
        "{told:?}"
    );
}

#[test]
fn the_ring_is_drawn_as_it_is() {
    let timeline = run(&[QUIET], &["5s crash s2"], "1s");
    let before = ring(timeline.world());
    assert_eq!((before.stretches.len(), before.dots.len()), (32, 24));
    assert!(before.stretches.is_sorted_by_key(|stretch| stretch.from));
    for dot in &before.dots {
        let before_it = before.stretches.iter().rev().find(|stretch| stretch.from < dot.at);
        let stretch = before_it.or(before.stretches.last()).unwrap();
        assert_eq!(Some(stretch.tint), dot.tint, "{}", dot.label);
    }
    let timeline = run(&[QUIET], &["5s crash s2"], "6s");
    let nobodys = ring(timeline.world()).dots.iter().filter(|dot| dot.tint.is_none()).count();
    assert_eq!(nobodys, 4);
}

#[test]
fn nothing_acknowledged_is_lost_in_chaos_while_the_ring_changes() {
    let changes =
        ["add s5", "remove s2", "replicas 2", "remove s1", "add s2", "replicas 3", "remove s5", "add s1"];
    let script: Vec<String> = (0..16)
        .map(|number| format!(r#"{}s request r{} "{}""#, 1 + 2 * number, 1 + number % 2, changes[number % 8]))
        .collect();
    // Every second run is left without what the properties say nothing after.
    let honest = |kind: &&FaultKind| !["byzantine", "destroy"].contains(&kind.name);
    let kinds = [faults::ALL.iter().copied().filter(honest).collect(), faults::ALL.to_vec()];
    let scenario = runs::scenario("sharded", &[("interval", "200ms")], &script);
    let (mut moved, mut handed_back, mut out_of_reach) = (0, 0, 0);
    for seed in 0..6 {
        let chaos = Some(Chaos { commands: 30, kinds: kinds[seed as usize % 2].clone() });
        let plan = Plan { until: at("36s"), chaos, ..Plan::new(scenario.clone()) };
        let world = plan.with_seed(seed).run().unwrap().world;
        always_hold(&world, &format!("seed {seed}"));
        moved += u32::from(is_good(&world, "a-key-was-moved"));
        handed_back += u32::from(is_good(&world, "a-hint-was-handed-back"));
        out_of_reach += u32::from(is_good(&world, "a-key-was-out-of-reach"));
    }
    assert!(moved > 3 && handed_back > 0 && out_of_reach > 3, "{moved} {handed_back} {out_of_reach}");
}
