//! What must be true of servers that stop: what each failure takes, what it leaves, and what it looks like from outside.

#[path = "support/runs.rs"]
mod runs;

use netsplit::faults;
use netsplit::protocols::fail_stop::{Client, SERVER, Server, Sign, lost};
use netsplit::scenarios::CATALOGUE;
use netsplit::share::chaos::Chaos;
use netsplit::share::run::{Plan, Run};
use netsplit::sim::figure::Drawing;
use netsplit::sim::trace::Event;
use netsplit::sim::world::World;
use runs::{Controls, NO_LINES, checked, figure, is_good, node, process, step_by_step};

fn plan(controls: Controls, lines: &[&str], until: &str) -> Plan {
    runs::plan("fail-stop", controls, lines, until)
}

fn run(controls: Controls, lines: &[&str], until: &str) -> Run {
    checked(plan(controls, lines, until))
}

fn client<'a>(world: &'a World, name: &str) -> &'a Client {
    process(world, name)
}

fn server<'a>(world: &'a World, name: &str) -> &'a Server {
    process(world, name)
}

fn sign(world: &World, name: &str) -> Sign {
    client(world, "c1").signs().find(|(server, _)| *server == node(world, name)).unwrap().1
}

/// Which of the servers run, as a text.
fn running(world: &World) -> String {
    let network = world.network();
    let servers = network.nodes_with_role(SERVER).iter().filter(|server| world.is_running(**server));
    servers.map(|server| network.name(*server)).collect::<Vec<_>>().join(" ")
}

/// The notes that both clients keep on the first server, with the versions that were acknowledged.
fn acknowledged_by_first(world: &World) -> Vec<(String, u64)> {
    let clients = world.processes::<Client>().flat_map(|(_, client)| client.acknowledged().iter());
    let mine = clients.filter(|(note, _)| note.ends_with(".1") || note.ends_with(".2"));
    mine.map(|(note, acknowledged)| (note.clone(), acknowledged.version)).collect()
}

// Memory and disk.

/// “Every note that they had acknowledged”: whatever the moment of the crash.
#[test]
fn a_crash_takes_memory_and_leaves_what_was_synced() {
    for millis in (6_000..7_000).step_by(83) {
        let crash = format!("{millis}ms crash s1");
        let down = run(&[], &[&crash], &format!("{}ms", millis + 1));
        let promised = acknowledged_by_first(&down.world);
        assert!(down.world.process::<Server>(node(&down.world, "s1")).is_none());
        assert_eq!(promised.len(), 4);
        let back = run(&[], &[&crash, &format!("{}ms restart s1", millis + 2)], &format!("{}ms", millis + 3));
        for (note, version) in promised {
            assert!(server(&back.world, "s1").version(&note).is_some_and(|kept| kept >= version), "{note}");
        }
    }
}

/// “c1 was told that its notes were kept, and they are gone”; c1 finds out as it reads them.
#[test]
fn what_was_acknowledged_before_a_sync_is_lost_in_a_crash() {
    let lines = ["7s crash s1", "7200ms restart s1"];
    let early = run(&[("acknowledge", "before-sync"), ("flush-every", "30s")], &lines, "12s");
    assert!(is_good(&early.world, "an-acknowledged-note-was-lost"));
    assert!(early.world.processes::<Client>().map(|(_, client)| client.missing()).sum::<u64>() > 0);
    let safe = run(&[], &lines, "12s");
    assert!(!is_good(&safe.world, "an-acknowledged-note-was-lost"));
    assert_eq!(safe.world.processes::<Client>().map(|(_, client)| client.missing()).sum::<u64>(), 0);
}

/// A flush bounds what a crash takes: what was written before the last one stays.
#[test]
fn a_flush_makes_safe_what_was_acknowledged_before() {
    let controls = [("acknowledge", "before-sync"), ("flush-every", "3s")];
    let before = run(&controls, &[], "9900ms");
    let (records, unsynced) =
        (server(&before.world, "s1").log_records(), server(&before.world, "s1").unsynced());
    assert!(unsynced > 0 && unsynced < records, "{unsynced} of {records}");
    let lines = ["9900ms crash s1", "9901ms restart s1"];
    let after = run(&controls, &lines, "9910ms");
    assert_eq!(server(&after.world, "s1").log_records(), records - unsynced);
}

// Power.

#[test]
fn a_rack_falls_and_rises_with_its_power_unit() {
    let lines = ["5s crash p1", "8s restart p1"];
    let dark = run(&[], &lines, "7s");
    assert_eq!(running(&dark.world), "s3 s4");
    let back = run(&[], &lines, "12s");
    assert_eq!(running(&back.world), "s1 s2 s3 s4");
    assert!(lost(&back.world).next().is_none());
    assert!(is_good(&back.world, "servers-answer"));
}

#[test]
fn a_cable_carries_power_towards_its_server() {
    let after = |lines: &[&str]| running(&run(&[], lines, "9s").world);
    assert_eq!(after(&["5s cut p1-s1"]), "s2 s3 s4");
    assert_eq!(after(&["5s cut p1>s1"]), "s2 s3 s4");
    assert_eq!(after(&["5s cut s1>p1"]), "s1 s2 s3 s4");
    assert_eq!(after(&["5s cut p1-s1", "6s heal p1-s1"]), "s1 s2 s3 s4");
    // Any other trouble of the link is none of the power.
    assert_eq!(after(&["5s loss p1-s1 100%"]), "s1 s2 s3 s4");
}

#[test]
fn a_node_runs_with_power_and_without_faults_only() {
    let after = |lines: &[&str]| running(&run(&[], lines, "9s").world);
    assert_eq!(after(&["5s crash p1", "6s restart s1"]), "s3 s4");
    assert_eq!(after(&["5s crash p1", "6s crash s1", "7s restart p1"]), "s2 s3 s4");
    assert_eq!(after(&["5s crash p1", "6s crash s1", "7s restart s1", "8s restart p1"]), "s1 s2 s3 s4");
    // A server may be plugged in elsewhere, or nowhere.
    assert_eq!(after(&["5s crash p1", "6s set s1 power-from p2"]), "s1 s3 s4");
    assert_eq!(after(&["5s set s1 power-from nowhere"]), "s2 s3 s4");
    assert_eq!(after(&["5s crash p1", r#"6s set s2 power-from """#]), "s2 s3 s4");
    // A paused unit feeds its rack; two nodes that feed each other stay down together.
    assert_eq!(after(&["5s pause p1"]), "s1 s2 s3 s4");
    let circle = ["5s set s1 power-from s2", "5s set s2 power-from s1", "6s crash s1", "7s restart s1"];
    assert_eq!(after(&circle), "s3 s4");
}

#[test]
fn a_scenario_names_nodes_that_give_power() {
    let mut wrong = runs::scenario("fail-stop", &[], &NO_LINES);
    wrong.nodes[2].settings.insert("power-from".to_owned(), "p9".to_owned());
    let error = wrong.lay(CATALOGUE).unwrap_err().to_string();
    assert!(error.contains("s1") && error.contains("`p9`"), "{error}");
}

// Memory that runs out.

/// Each request takes two notes' worth: with four a second, and four notes, 80 last for some nineteen seconds.
#[test]
fn a_leak_ends_every_server_and_a_restart_does_not_mend_it() {
    let controls = [("leak", "2"), ("memory", "80")];
    assert_eq!(running(&run(&controls, &[], "17s").world), "s1 s2 s3 s4");
    let first = run(&controls, &[], "23s");
    assert_eq!(running(&first.world), "");
    let killed = |run: &Run| run.world.node(node(&run.world, "s1")).kills;
    assert_eq!(killed(&first), 1);
    // It is down as after a crash, and what it had acknowledged is safe.
    assert!(lost(&first.world).next().is_none());
    let in_force = &first.world.node(node(&first.world, "s1")).faults;
    assert_eq!(in_force.iter().map(|there| there.fault.kind.name).collect::<Vec<_>>(), ["crash"]);
    let again = run(&controls, &["23s restart s1"], "46s");
    assert_eq!((running(&again.world).as_str(), killed(&again)), ("", 2));
    let mended = run(&controls, &["23s set s1 leak 0", "23s restart s1"], "46s");
    assert_eq!((running(&mended.world).as_str(), killed(&mended)), ("s1", 1));
}

/// A server whose notes alone are too much for its memory falls as it replays them.
#[test]
fn notes_that_do_not_fit_into_memory_end_a_server_whenever_it_starts() {
    let run = run(&[], &["6s set s1 memory 2", "7s restart s1", "8s restart s1"], "9s");
    let state = run.world.node(node(&run.world, "s1"));
    assert_eq!((running(&run.world).as_str(), state.kills), ("s2 s3 s4", 3));
}

// Disks that run out.

/// “It refuses writes, and goes on answering reads.”
#[test]
fn a_full_disk_refuses_writes_and_keeps_reads() {
    for (controls, lines) in [(&[][..], &["6s fill-disk s1"][..]), (&[("disk", "6")], &[])] {
        let world = run(controls, lines, "14s").world;
        let mut full = client(&world, "c1").full_but_readable();
        assert!(full.next().is_some() && client(&world, "c1").writes_refused() > 1, "{lines:?}");
        assert_eq!(world.processes::<Client>().map(|(_, client)| client.timed_out()).sum::<u64>(), 0);
        assert!(lost(&world).next().is_none());
    }
    let freed = run(&[], &["6s fill-disk s1", "12s free-disk s1"], "16s");
    assert_eq!(client(&freed.world, "c1").full_no_longer().count(), 1);
}

/// “To delete needs no room, so it is the way out”: and it takes nothing that counts, even if the server crashes meanwhile.
#[test]
fn compacting_makes_room_and_loses_nothing() {
    let compact = r#"12s request s1 "compact""#;
    let world = run(&[("disk", "8")], &[compact], "18s").world;
    assert_eq!(client(&world, "c1").full_no_longer().count(), 1);
    let records = |until: &str| server(&run(&[("disk", "8")], &[compact], until).world, "s1").log_records();
    assert_eq!((records("11900ms"), records("12001ms")), (8, 4));
    for micros in [0, 1, 1_999, 2_000, 2_001] {
        let crash = format!("{}us crash s1", 12_000_000 + micros);
        let world = run(&[("disk", "8")], &[compact, &crash, "13s restart s1"], "13100ms").world;
        assert!(lost(&world).next().is_none(), "{crash}");
        assert_eq!(server(&world, "s1").notes(), 4);
    }
}

// Hardware.

#[test]
fn broken_hardware_takes_memory_and_disk() {
    let lines = ["6s destroy s1", "7s replace s1"];
    let broken = run(&[], &lines, "6500ms");
    assert!(lost(&broken.world).count() >= 4);
    assert_eq!(broken.world.node(node(&broken.world, "s1")).disk.records().count(), 0);
    let replaced = run(&[], &lines, "7001ms");
    assert_eq!(server(&replaced.world, "s1").notes(), 0);
    assert!(is_good(&replaced.world, "an-acknowledged-note-was-lost"));
}

/// “Its partner, in the other rack, has all that it had.”
#[test]
fn a_new_machine_copies_from_its_partner() {
    let lines = ["6s destroy s1", "7s destroy s2", "8s replace s1", "9s replace s2"];
    let world = run(&[("copies", "2")], &lines, "14s").world;
    assert!(!is_good(&world, "an-acknowledged-note-was-lost"));
    for name in ["s1", "s2"] {
        assert!(server(&world, name).notes() == 8 && !server(&world, name).is_restoring());
    }
    let both = run(&[("copies", "2")], &["6s destroy s1", "6s destroy s3"], "7s").world;
    assert!(lost(&both).count() >= 8);
}

/// It refuses everything as long as it has not got its notes back, and so never says that a note is not there that is.
#[test]
fn a_new_machine_serves_nobody_before_it_has_its_notes() {
    let lines = ["6s destroy s1", "7s pause s3", "8s replace s1", "14s resume s3"];
    let waiting = run(&[("copies", "2")], &lines, "13s").world;
    assert!(server(&waiting, "s1").is_restoring());
    assert_eq!((sign(&waiting, "s1"), sign(&waiting, "s3")), (Sign::Restoring, Sign::Silent));
    let served = run(&[("copies", "2")], &lines, "20s").world;
    assert_eq!((sign(&served, "s1"), server(&served, "s1").notes()), (Sign::Answers, 8));
    assert_eq!(served.processes::<Client>().map(|(_, client)| client.missing()).sum::<u64>(), 0);
}

/// A write is acknowledged when both have it, and alone after a while if the partner is silent.
#[test]
fn a_silent_partner_delays_writes_and_does_not_stop_them() {
    let disks = |lines: &[&str]| {
        let world = run(&[("copies", "2")], lines, "16s").world;
        let all = client(&world, "c1").acknowledged().iter().map(|(_, acknowledged)| acknowledged.disks);
        all.collect::<Vec<_>>()
    };
    assert_eq!(disks(&[]), [2; 8]);
    assert_eq!(disks(&["6s crash s3"]), [1, 1, 2, 2, 2, 2, 2, 2]);
}

// From outside.

/// “Crashed, without power, paused, too slow, cut off: all are one silence”: what c1 knows is the same to the last word.
#[test]
fn a_time_out_cannot_tell_what_happened() {
    let all = ["crash s1", "destroy s1", "pause s1", "slow s1 30s", "cut c1-s1", "cut s1>c1", "cut p1-s1"];
    let seen = |fault: &str| {
        let world = run(&[], &[&format!("6s {fault}")], "9s").world;
        assert_eq!(sign(&world, "s1"), Sign::Silent, "{fault}");
        world.look(node(&world, "c1")).unwrap()
    };
    let first = seen(all[0]);
    for fault in &all[1..] {
        assert_eq!(seen(fault), first, "{fault}");
    }
}

/// An outage is what it is for the whole rack, and a client that sees two servers silent cannot know that, either.
#[test]
fn an_outage_looks_like_two_crashes() {
    let seen = |lines: &[&str]| {
        let world = run(&[], lines, "9s").world;
        world.look(node(&world, "c1")).unwrap()
    };
    assert_eq!(seen(&["6s crash p1"]), seen(&["6s crash s1", "6s pause s2"]));
}

/// A server that was paused has lost nothing, and is heard again.
#[test]
fn who_was_only_silent_comes_back_with_its_memory() {
    let world = run(&[], &["6s pause s1", "9s resume s1"], "11s").world;
    assert_eq!((sign(&world, "s1"), world.node(node(&world, "s1")).falls), (Sign::Answers, 0));
    assert!(client(&world, "c1").timed_out() > 0);
    assert!(lost(&world).next().is_none());
}

// Under chaos.

#[test]
fn synced_notes_are_kept_whatever_happens() {
    let mut losses = 0;
    for seed in 1..=24 {
        let copies = if seed % 2 == 0 { "2" } else { "1" };
        let mut plan = plan(&[("copies", copies)], &[], "12s").with_seed(seed);
        plan.chaos = Some(Chaos { commands: 14, kinds: faults::ALL.to_vec() });
        losses += u32::from(is_good(&checked(plan).world, "an-acknowledged-note-was-lost"));
    }
    assert!(losses > 0, "chaos destroys disks, too");
}

// What is shown.

/// The bars are what a crash would leave, whether the servers run or not.
#[test]
fn the_figure_shows_what_is_safe() {
    let bars = |lines: &[&str]| {
        let world = run(&[], lines, "9s").world;
        let Some(Drawing::Bars(bars)) = figure(&world, "safe-on-disk") else { panic!("bars") };
        bars.bars.iter().map(|bar| bar.amount as u64).collect::<Vec<_>>()
    };
    let down = bars(&["9s crash s1"]);
    assert!(down.iter().all(|amount| *amount > 4) && down == bars(&[]));
    assert_eq!(bars(&["9s destroy s1"])[0], 0);
}

/// The last word of a server that is out of memory.
#[test]
fn a_killed_server_says_why() {
    let (world, trace) = step_by_step(&plan(&[("leak", "30")], &[], "3s"), |_, _| ());
    let s1 = node(&world, "s1");
    let records = trace.records();
    let down = records.iter().position(|record| matches!(record.event, Event::Down { node } if node == s1));
    let before = &records[down.unwrap() - 1];
    let Event::Noted { node: said_by, phrase } = before.event else { panic!("{before:?}") };
    assert_eq!(said_by, s1);
    assert_eq!(trace.phrase(phrase).unwrap().key().name(), "note.out-of-memory");
}
