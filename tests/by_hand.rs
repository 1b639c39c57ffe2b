//! The watcher plays the network and the clocks: what each deed does, in numbers that follow from the settings, and the laws
//! that hold whatever is picked.

mod support;

use proptest::prelude::*;

use netsplit::scenarios;
use netsplit::share::run::Plan;
use netsplit::sim::command::{Command, MessageDeed};
use netsplit::sim::pending::{Pending, Way, What};
use netsplit::sim::random::Rng;
use netsplit::sim::time::{Duration, Time};
use netsplit::sim::timeline::Timeline;
use netsplit::sim::trace::{Cause, Event, LossPlace, PacketId};
use support::{Bench, CATALOGUE, chatter, run, scenario, text};

const MS: u64 = 1_000;
const ALL: usize = usize::MAX;

/// Two probes, 100 ms apart; `a` has sent three items at 1 s; then these lines.
fn three_items(lines: &[&str]) -> Bench {
    let script = [&["1s request a \"send b 3\""], lines].concat();
    run(scenario("probe", "a b", &["a-b latency=100ms"], &script), "5s")
}

/// The last thing that the log says of a command.
fn last_said(bench: &Bench) -> String {
    let commanded = |record: &&netsplit::sim::trace::Record| matches!(record.event, Event::Commanded { .. });
    let record = bench.timeline.past().iter().rfind(commanded).unwrap();
    bench.timeline.trace().sentence(bench.world().network(), record).to_string()
}

// Messages.

#[test]
fn what_is_delivered_by_hand_arrives_now_and_overtakes() {
    let bench = three_items(&["1.03s deliver m2", "1.03s deliver m0"]);
    assert_eq!(bench.items("b"), [(3, 1_030 * MS), (1, 1_030 * MS), (2, 1_100 * MS)]);
    assert!(last_said(&bench).contains("deliver m0, “item 1” from a to b"), "{}", last_said(&bench));
}

#[test]
fn what_is_postponed_takes_longer_and_is_overtaken() {
    let bench = three_items(&["1.03s postpone m0 50ms", "1.04s postpone m0 200ms"]);
    assert_eq!(bench.items("b"), [(2, 1_100 * MS), (3, 1_100 * MS), (1, 1_350 * MS)]);
}

#[test]
fn what_is_dropped_is_lost_where_it_was_and_the_words_say_by_whom() {
    let bench = three_items(&["1.03s drop m1"]);
    assert_eq!(bench.numbers("b"), [1, 3]);
    assert_eq!(bench.causes(), ["taken away by hand"]);
    assert!(matches!(bench.losses()[0], (LossPlace::Direction(_), Cause::ByHand)));
    assert_eq!(bench.world().losses().next().unwrap().thousandths, 300, "30 of 100 ms");
}

#[test]
fn a_copy_arrives_right_after_its_original_and_is_a_message_of_its_own() {
    let bench = three_items(&["1.03s copy m1", "1.04s drop m3", "1.05s copy m1", "1.05s deliver m4"]);
    assert_eq!(bench.items("b"), [(2, 1_050 * MS), (1, 1_100 * MS), (2, 1_100 * MS), (3, 1_100 * MS)]);
    assert_eq!(bench.losses().len(), 1);
}

#[test]
fn a_message_that_is_not_on_its_way_is_let_be_and_the_log_says_so() {
    let lines = ["900ms deliver m0", "2s deliver m0", "2s drop m0", "2s copy m0", "2s postpone m7 1s"];
    let bench = three_items(&lines);
    assert_eq!(bench.items("b"), [(1, 1_100 * MS), (2, 1_100 * MS), (3, 1_100 * MS)]);
    assert!(bench.losses().is_empty());
    assert!(bench.text().matches("not on its way: nothing happens").count() == 5, "{}", bench.text());
}

#[test]
fn a_cut_link_loses_what_is_delivered_as_it_would_have() {
    let bench = three_items(&["1.03s cut a-b", "1.03s deliver m0"]);
    assert_eq!(bench.causes(), ["the link is cut"; 3]);
    // What is past the gap when the link is cut arrives, sooner or later.
    let bench = three_items(&["1.07s cut a-b", "1.08s deliver m0"]);
    assert_eq!(bench.items("b"), [(1, 1_080 * MS), (2, 1_100 * MS), (3, 1_100 * MS)]);
}

#[test]
fn a_node_that_is_down_or_pauses_takes_nothing_by_hand_either() {
    let bench = three_items(&["1.01s crash b", "1.03s deliver m0"]);
    assert_eq!(bench.causes()[0], "the node is down");
    let bench = three_items(&["1.01s pause b", "1.03s deliver m0", "1.04s drop m0", "1.05s resume b"]);
    // It waits at the node from 1.03 s on: it has arrived and cannot be dropped.
    assert_eq!(bench.items("b"), [(1, 1_050 * MS + 1), (2, 1_100 * MS), (3, 1_100 * MS)]);
}

#[test]
fn a_message_over_several_hops_is_delivered_hop_by_hop() {
    let links = ["a-b latency=100ms", "b-c latency=100ms"];
    let deliver = ["1s request a \"route c 1\"", "1.01s deliver m0", "1.02s deliver m0"];
    let bench = run(scenario("probe", "a b c", &links, &deliver), "2s");
    assert_eq!(bench.items("c"), [(1, 1_020 * MS)]);
    let bench = run(scenario("probe", "a b c", &links, &deliver[..2]), "2s");
    assert_eq!(bench.items("c"), [(1, 1_110 * MS)]);
}

#[test]
fn what_waits_for_the_wire_goes_past_the_others_or_back_to_its_sender() {
    // A frame of 96 bytes takes 96 ms at 8 kbit/s: the first is on the wire until 1.096 s, the others wait.
    let with = |line: &str| {
        let script = ["1s request a \"send b 3 86\"", line];
        run(scenario("probe", "a b", &["a-b latency=10ms bandwidth=8kbps"], &script), "5s")
    };
    let whole = with("4s heal a-b").items("b");
    let each = whole[1].1 - whole[0].1;
    assert_eq!(with("1.05s deliver m2").items("b"), [(3, 1_050 * MS), whole[0], whole[1]]);
    let postponed = with("1.05s postpone m1 500ms").items("b");
    assert_eq!(postponed, [whole[0], (3, whole[1].1), (2, 1_550 * MS + each + 10 * MS)]);
    let dropped = with("1.05s drop m1");
    assert_eq!(
        (dropped.items("b"), dropped.causes()),
        (vec![whole[0], (3, whole[1].1)], vec!["taken away by hand"])
    );
    assert_eq!(with("1.05s copy m1").numbers("b"), [1, 2, 3, 2]);
}

#[test]
fn what_a_liar_holds_back_can_be_taken_in_hand() {
    let with = |line: &str| {
        let script = ["0s byzantine a delay", "1s request a \"send b 1\"", line];
        run(scenario("probe", "a b", &["a-b latency=100ms"], &script), "9s")
    };
    let whole = with("8s heal a-b").items("b")[0].1;
    assert!(whole > 1_100 * MS, "it sends late: {whole}");
    assert_eq!(with("1.01s deliver m0").items("b"), [(1, 1_010 * MS)]);
    assert_eq!(with("1.01s postpone m0 300ms").items("b"), [(1, whole + 300 * MS)]);
    assert_eq!(with("1.01s copy m0").items("b"), [(1, whole), (1, whole)]);
    assert_eq!(with("1.01s drop m0").causes(), ["taken away by hand"]);
    assert_eq!(with("1.01s crash a").causes(), ["the node is down"]);
}

#[test]
fn copies_and_deliveries_draw_no_luck() {
    // All else goes as it would have: the other direction's and the other nodes' luck is what it was.
    let links = ["a-b latency=10ms..90ms", "c-d latency=10ms..90ms"];
    let sends: Vec<String> = (1..40).map(|n| format!("{n}s request a \"send b 1\"")).collect();
    let mut script: Vec<&str> = sends.iter().map(String::as_str).collect();
    let plain = run(scenario("probe", "a b c d", &links, &script), "60s").items("b");
    script.extend(["1.005s copy m0", "1.006s drop m0", "1.007s deliver m1", "1.008s deliver m0"]);
    let touched = run(scenario("probe", "a b c d", &links, &script), "60s").items("b");
    assert_eq!(plain[1..], touched[1..]);
    assert_eq!(touched[0], (1, 1_007 * MS));
}

// Timers.

#[test]
fn a_timer_goes_off_when_it_is_told_to() {
    let with = |lines: &[&str]| {
        let script = [&["1s request a \"timer a 500ms\"", "1s request a \"timer b 600ms\""], lines].concat();
        run(scenario("probe", "a", &[], &script), "9s")
    };
    let fired = |bench: &Bench| -> Vec<(&str, u64)> {
        bench.probe("a").fired.iter().map(|(name, at)| (*name, at.as_micros() / MS)).collect()
    };
    assert_eq!(fired(&with(&[])), [("a", 1_500), ("b", 1_600)]);
    assert_eq!(fired(&with(&["1.1s fire a b", "1.2s fire a b"])), [("b", 1_100), ("a", 1_500)]);
    assert_eq!(fired(&with(&["1.1s postpone a a 1s"])), [("b", 1_600), ("a", 2_500)]);
    let none = with(&["1.1s fire a sync", "1.1s fire a a#3", "1.1s crash a", "1.2s fire a a"]);
    assert!(!none.text().contains("goes off"));
    assert_eq!(none.text().matches("not set: nothing happens").count(), 3, "{}", none.text());
}

#[test]
fn a_sync_that_is_fired_is_complete() {
    let script = ["1s request a \"write r 1\"", "1s request a sync", "1s fire a sync", "1s crash a"];
    let safe = |script: &[&str]| {
        let bench = run(scenario("probe", "a", &[], script), "2s");
        bench.world().node(bench.id("a")).disk.read_synced("r").map(<[u8]>::to_vec)
    };
    assert_eq!(safe(&script), Some(b"1".to_vec()));
    assert_eq!(safe(&[script[0], script[1], script[3]]), None);
}

// The list of what can happen next.

#[test]
fn the_list_says_what_is_due_and_what_will_be_lost() {
    let script = ["1s request a \"send b 2\"", "1.03s cut a-b", "1s request b \"timer a 50ms\""];
    let bench = run(scenario("probe", "a b", &["a-b latency=100ms"], &script), "1.04s");
    let (list, count) = bench.world().pending(ALL);
    assert_eq!((list.len(), count), (3, 3));
    let dues: Vec<u64> = list.iter().map(|pending| pending.due.unwrap().as_micros() / MS).collect();
    assert_eq!(dues, [1_050; 3], "two fall at the gap in the middle, and the timer");
    let lost = |pending: &Pending| match &pending.what {
        What::Message { lost, way, label, .. } => {
            assert!(matches!(way, Way::Flying(_)) && label.is_some());
            lost.is_some()
        }
        What::Timer { timer, .. } => timer.name != "a",
    };
    assert_eq!(list.iter().filter(|pending| lost(pending)).count(), 2);
    assert_eq!(bench.world().pending(1).0.len(), 1);
    assert_eq!(bench.world().pending(1).1, 3);
}

#[test]
fn what_the_list_says_first_happens_first() {
    let mut timeline = Timeline::new(chatter(), CATALOGUE).unwrap();
    let mut kept = 0;
    while timeline.now() < Time::from_micros(2_000_000) {
        let (list, _) = timeline.world().pending(1);
        let first = list.first().cloned().expect("chatterers never fall silent");
        let records = timeline.past().len();
        timeline.step();
        let record = timeline.past()[records];
        let expected = match first.what {
            What::Timer { node, timer, .. } => record.event == Event::Fired { node, timer },
            What::Message { packet, .. } => match record.event {
                Event::Delivered { packet: id, .. }
                | Event::Lost { packet: id, .. }
                | Event::Forwarded { packet: id, .. } => id == packet,
                _ => false,
            },
        };
        // Commands of the script and a wire that falls free come in between.
        if !expected {
            assert!(
                matches!(record.event, Event::Commanded { .. })
                    || first.due.is_none()
                    || first.due > Some(record.time)
            );
        } else {
            assert_eq!(first.due, Some(record.time));
            kept += 1;
        }
    }
    assert!(kept > 100, "{kept}");
}

#[test]
fn what_was_done_at_the_very_start_can_be_stepped_back_over() {
    let mut timeline = Timeline::new(chatter(), CATALOGUE).unwrap();
    assert!(!timeline.can_step_back());
    let (list, _) = timeline.world().pending(1);
    timeline.act(list[0].now());
    assert_eq!(timeline.now(), Time::ZERO);
    assert!(timeline.can_step_back() && timeline.step_back());
    assert!(!timeline.can_step_back());
}

// Laws.

/// A watcher who picks at random: at random moments, up to three things at a time.
fn pick_at_random(timeline: &mut Timeline, seed: u64, picks: usize) -> Vec<Command> {
    let mut rng = Rng::stream(seed, "picks");
    let mut done = Vec::new();
    for _ in 0..picks {
        if rng.below(2) == 0 {
            timeline.seek(timeline.now() + Duration::micros(rng.below(60_000)));
        }
        let (list, count) = timeline.world().pending(ALL);
        assert_eq!(list.len(), count);
        assert!(list.iter().filter_map(|pending| pending.due).is_sorted());
        assert!(list.iter().filter_map(|pending| pending.due).all(|due| due > timeline.now()));
        let Some(pending) = rng.pick(&list) else { continue };
        let by = Duration::micros(rng.below(300_000));
        let command = match rng.below(6) {
            0 => pending.later(by),
            1 => pending.as_message(MessageDeed::Drop).unwrap_or(pending.now()),
            2 => pending.as_message(MessageDeed::Copy).unwrap_or(pending.now()),
            _ => pending.now(),
        };
        let after = timeline.past().len();
        timeline.act(command.clone());
        let void = timeline.past()[after..].iter().any(|record| {
            timeline
                .trace()
                .sentence(timeline.world().network(), record)
                .to_string()
                .contains("nothing happens")
        });
        assert!(!void, "what the list offers can be done: {command:?}");
        done.push(command);
    }
    done
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, ..ProptestConfig::default() })]

    #[test]
    fn whatever_is_picked_the_run_can_be_told_again_and_taken_back(seed in any::<u64>(), faulty in any::<bool>()) {
        let mut start = chatter();
        start.seed = seed;
        if faulty {
            let script = ["100ms byzantine b delay", "200ms duplicate b-c 40%", "300ms pause c", "500ms resume c", "350ms slow d 30ms"];
            start.script.extend(script.map(str::to_owned));
        }
        let end = Time::from_micros(3_000_000);
        let mut plain = Timeline::new(start.clone(), CATALOGUE).unwrap();
        plain.seek(end);
        let mut timeline = Timeline::new(start.clone(), CATALOGUE).unwrap();
        let done = pick_at_random(&mut timeline, seed, 25);
        timeline.seek(end);
        // Told again as lines, as a link or the headless runner does.
        let network = timeline.world().network().clone();
        let lines = timeline.deeds().iter().map(|timed| network.write_line(timed)).collect();
        let plan = Plan { scenario: start, until: end, within: None, lines, chaos: None, catalogue: CATALOGUE };
        prop_assert_eq!(plan.run().unwrap().world.hash(), timeline.world().hash());
        // There is no message that is neither on its way, nor at a node, nor at an end.
        let counts = timeline.world().counts();
        let copies = timeline.past().iter().filter(|record| matches!(record.event, Event::Duplicated { .. })).count() as u64;
        let under_way = timeline.world().packets().count() as u64;
        prop_assert_eq!(counts.sent + copies, counts.delivered + counts.lost + under_way);
        // Taken back one by one.
        for _ in &done {
            prop_assert!(timeline.undo());
        }
        timeline.seek(end);
        prop_assert_eq!((timeline.world().hash(), text(&timeline)), (plain.world().hash(), text(&plain)));
        while timeline.redo() {}
        timeline.seek(end);
        prop_assert_eq!(plan.run().unwrap().world.hash(), timeline.world().hash());
    }
}

#[test]
fn every_scenario_stands_being_picked_apart() {
    for entry in scenarios::ALL.iter().filter(|entry| entry.name != "stress") {
        for seed in 0..20 {
            let mut timeline = Timeline::new(entry.build_with(&[]).unwrap(), scenarios::CATALOGUE).unwrap();
            pick_at_random(&mut timeline, seed, 60);
            assert!(timeline.world().packet(PacketId(u64::MAX)).is_none());
        }
    }
}
