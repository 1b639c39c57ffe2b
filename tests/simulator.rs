//! The simulator does what its documentation says: links, queues, faults, routes, disks, pauses, liars. Each test states
//! what is expected in numbers that follow from the settings.

mod support;

use netsplit::sim::command::Command;
use netsplit::sim::snapshot::Snapshot;
use netsplit::sim::time::{Duration, Time};
use netsplit::sim::trace::{Event, LossPlace};
use support::{run, scenario};

const MS: u64 = 1_000;

// Determinism.

#[test]
fn the_same_run_is_the_same_byte_for_byte() {
    let (one, two) = (run(support::chatter(), "3s"), run(support::chatter(), "3s"));
    assert_eq!(one.world().hash(), two.world().hash());
    assert_eq!(one.text(), two.text());
    assert!(one.text().lines().count() > 100);
}

#[test]
fn another_seed_is_another_run() {
    let mut other = support::chatter();
    other.seed += 1;
    let (one, other) = (run(support::chatter(), "3s"), run(other, "3s"));
    assert_ne!(one.world().hash(), other.world().hash());
    assert_ne!(one.text(), other.text());
}

#[test]
fn a_command_changes_the_hash_and_nothing_before_it() {
    let mut cut = support::chatter();
    cut.script.push("1s cut a-b".into());
    let (one, cut) = (run(support::chatter(), "3s"), run(cut, "3s"));
    assert_ne!(one.world().hash(), cut.world().hash());
    let before = |text: String| -> Vec<String> {
        text.lines().take_while(|line| !line.trim_start().starts_with("1.")).map(str::to_owned).collect()
    };
    assert_eq!(before(one.text()), before(cut.text()));
}

// Crossing a link.

#[test]
fn a_message_takes_the_latency_of_its_link() {
    let bench = run(scenario("probe", "a b", &["a-b latency=30ms"], &["1s request a \"send b 1\""]), "2s");
    assert_eq!(bench.items("b"), [(1, 1_030 * MS)]);
}

#[test]
fn without_a_link_a_message_is_lost_at_once() {
    let bench = run(scenario("probe", "a b", &[], &["1s request a \"send b 1\""]), "2s");
    assert_eq!(bench.losses().len(), 1);
    assert_eq!(bench.causes(), ["there is no link"]);
}

#[test]
fn even_latencies_fill_their_range_evenly() {
    let bench = burst("latency=10ms..30ms", 4_000);
    let travelled: Vec<u64> = first_of_each_burst(&bench);
    assert!(travelled.iter().all(|travel| (10 * MS..=30 * MS).contains(travel)));
    let mean = travelled.iter().sum::<u64>() / travelled.len() as u64;
    assert!((19_500..20_500).contains(&mean), "{mean}");
    let low = travelled.iter().filter(|travel| **travel < 15 * MS).count();
    assert!((900..1_100).contains(&low), "{low} of 4000 in the lowest quarter");
}

#[test]
fn exponential_latencies_have_their_least_and_their_mean() {
    let bench = burst("latency=10ms+exp(5ms)", 4_000);
    let travelled = first_of_each_burst(&bench);
    assert!(travelled.iter().all(|travel| *travel >= 10 * MS));
    let mean = travelled.iter().sum::<u64>() / travelled.len() as u64;
    assert!((14_600..15_400).contains(&mean), "{mean}");
}

/// So many messages, a second apart, so that none waits for another.
fn burst(link: &str, count: u64) -> support::Bench {
    let script: Vec<String> = (1..=count).map(|second| format!("{second}s request a \"send b 1\"")).collect();
    let script: Vec<&str> = script.iter().map(String::as_str).collect();
    run(scenario("probe", "a b", &[&format!("a-b {link}")], &script), &format!("{}s", count + 1))
}

fn first_of_each_burst(bench: &support::Bench) -> Vec<u64> {
    bench.items("b").into_iter().map(|(number, at)| at - number * 1_000 * MS).collect()
}

#[test]
fn a_wire_keeps_its_order_unless_a_fault_holds_a_message_up() {
    let link = ["a-b latency=10ms..200ms"];
    let send = "1s request a \"send b 200\"";
    let bench = run(scenario("probe", "a b", &link, &[send]), "5s");
    assert!(bench.numbers("b").is_sorted());
    let bench = run(scenario("probe", "a b", &link, &["0s reorder a-b 20%", send]), "5s");
    assert_eq!(bench.numbers("b").len(), 200);
    assert!(!bench.numbers("b").is_sorted());
}

// Bandwidth and queues. An item with 86 bytes of padding makes a frame of 96 bytes: see `frame_bytes`.

/// The bytes of the first message sent in a run.
fn frame_bytes(bench: &support::Bench) -> u64 {
    bench.timeline.trace().bytes(Default::default()).unwrap().len() as u64
}

#[test]
fn a_burst_leaves_a_wire_spaced_by_size_over_rate() {
    let link = ["a-b latency=10ms bandwidth=8kbps"];
    let bench = run(scenario("probe", "a b", &link, &["1s request a \"send b 20 86\""]), "20s");
    let each = frame_bytes(&bench) * MS;
    let expected: Vec<(u64, u64)> = (1..=20).map(|n| (n, 1_010 * MS + n * each)).collect();
    assert_eq!(bench.items("b"), expected);
}

#[test]
fn a_full_queue_drops_the_tail_the_head_or_any() {
    let dropped = |policy: &str| {
        let link = format!("a-b latency=10ms bandwidth=8kbps queue=4 drop={policy}");
        let bench = run(scenario("probe", "a b", &[&link], &["1s request a \"send b 10 86\""]), "20s");
        assert_eq!(bench.causes(), ["the queue is full"; 5]);
        bench.numbers("b")
    };
    // The first is on the wire at once; four of the other nine find room.
    assert_eq!(dropped("tail"), [1, 2, 3, 4, 5]);
    assert_eq!(dropped("head"), [1, 7, 8, 9, 10]);
    let random = dropped("random");
    assert!(random.len() == 5 && random[0] == 1 && random.is_sorted());
    assert!(random != [1, 2, 3, 4, 5] && random != [1, 7, 8, 9, 10], "{random:?}");
}

#[test]
fn random_drop_spares_nobody() {
    let mut survived = [0; 10];
    for seed in 0..400 {
        let link = "a-b latency=10ms bandwidth=8kbps queue=4 drop=random";
        let mut scenario = scenario("probe", "a b", &[link], &["1s request a \"send b 10 86\""]);
        scenario.seed = seed;
        run(scenario, "20s").numbers("b").into_iter().for_each(|number| survived[number as usize - 1] += 1);
    }
    assert_eq!(survived[0], 400, "what is on the wire is not in the queue");
    assert!(survived[1..].iter().all(|count| (60..340).contains(count)), "{survived:?}");
}

#[test]
fn a_wire_that_is_unclogged_sends_on_what_waited_in_order() {
    let script = [
        "0s clog a-b 8kbps",
        "1s request a \"send b 10 86\"",
        "1.15s heal a-b clog",
        "1.15s request a \"send b 3\"",
    ];
    let bench = run(scenario("probe", "a b", &["a-b latency=10ms"], &script), "3s");
    assert_eq!(bench.numbers("b"), (1..=13).collect::<Vec<_>>());
    assert!(bench.items("b").iter().all(|(_, at)| *at < 1_250 * MS), "{:?}", bench.items("b"));
}

// Cuts.

#[test]
fn a_cut_one_way_leaves_the_other_way_whole() {
    let script = ["0s cut a>b", "1s request a \"send b 1\"", "1s request b \"send a 1\""];
    let bench = run(scenario("probe", "a b", &["a-b"], &script), "2s");
    assert!(bench.numbers("b").is_empty());
    assert_eq!(bench.numbers("a"), [1]);
    assert_eq!(bench.world().island_count(), 2, "they cannot both hear each other");
}

#[test]
fn a_cut_loses_what_has_not_passed_the_gap() {
    let sends = ["1s request a \"send b 1\"", "1.06s request a \"send b 1\""];
    let at_cut = |when: &str| {
        let cut = format!("{when} cut a-b");
        run(scenario("probe", "a b", &["a-b latency=100ms"], &[sends[0], sends[1], &cut]), "3s")
    };
    // At 1.08 s the first has come 80 of 100 ms, past the gap in the middle, and the second 20.
    let bench = at_cut("1.08s");
    assert_eq!(bench.items("b"), [(1, 1_100 * MS)]);
    assert_eq!(bench.causes(), ["the link is cut"]);
    assert!(matches!(bench.losses()[0].0, LossPlace::Direction(_)));
    let falls =
        bench.timeline.past().iter().find(|record| matches!(record.event, Event::Lost { .. })).unwrap();
    assert_eq!(falls.time.as_micros(), 1_110 * MS, "it falls where the gap is");
    assert!(at_cut("1.04s").numbers("b").is_empty());
}

#[test]
fn a_cut_link_says_so_whatever_else_ails_it() {
    let script = ["0s delay a-b 1s", "0s cut a-b", "0s clog a-b 8kbps", "1s request a \"send b 1\""];
    let bench = run(scenario("probe", "a b", &["a-b"], &script), "5s");
    assert_eq!(bench.causes(), ["the link is cut"]);
}

#[test]
fn a_second_fault_of_a_kind_replaces_the_first_and_healing_one_keeps_the_rest() {
    let script = [
        "0s delay a-b 1s",
        "0s delay a-b 500ms",
        "0s clog a-b 8kbps",
        "0s heal a-b clog",
        "1s request a \"send b 1\"",
    ];
    let bench = run(scenario("probe", "a b", &["a-b latency=10ms"], &script), "5s");
    assert_eq!(bench.items("b"), [(1, 1_510 * MS)]);
}

/// A fault of a link that is taken back one way is still in force the other way.
#[test]
fn it_is_known_which_faults_were_in_force_when() {
    let script = [
        "1s cut a-b",
        "2s loss a-b 30%",
        "3s loss a-b 60%",
        "4s heal a>b cut",
        "5s heal b>a cut",
        "6s crash a",
        "7s restart a",
        "8s cut a-b",
        "9s heal a-b",
    ];
    let bench = run(scenario("probe", "a b", &["a-b latency=10ms"], &script), "10s");
    let seconds = |time: netsplit::sim::time::Time| time.as_micros() / 1_000_000;
    let spells = bench.world().spells().iter().map(|spell| {
        let place = bench.world().network().place_name(spell.place);
        (spell.kind.name, place, seconds(spell.from), spell.until.map(seconds))
    });
    let spell = |kind, place: &str, from, until| (kind, place.to_owned(), from, Some(until));
    let expected = [
        spell("cut", "a-b", 1, 5),
        spell("loss", "a-b", 2, 9),
        spell("crash", "a", 6, 7),
        spell("cut", "a-b", 8, 9),
    ];
    assert_eq!(spells.collect::<Vec<_>>(), expected);
}

// Chance.

#[test]
fn loss_comes_near_its_probability() {
    let script = ["0s loss a-b 30%", "1s request a \"send b 10000\""];
    let bench = run(scenario("probe", "a b", &["a-b"], &script), "2s");
    let lost = bench.losses().len();
    // Five standard deviations of 10,000 draws at 30 % are 229.
    assert!((2_771..3_229).contains(&lost), "{lost}");
    assert_eq!(lost + bench.numbers("b").len(), 10_000);
    assert!(bench.numbers("b").is_sorted());
}

#[test]
fn duplicates_come_near_their_probability_and_none_is_lost() {
    let script = ["0s duplicate a-b 20%", "1s request a \"send b 10000\""];
    let bench = run(scenario("probe", "a b", &["a-b"], &script), "2s");
    let numbers = bench.numbers("b");
    assert!((11_800..12_200).contains(&numbers.len()), "{}", numbers.len());
    let mut distinct = numbers.clone();
    distinct.dedup();
    assert_eq!(distinct, (1..=10_000).collect::<Vec<_>>());
}

#[test]
fn a_damaged_message_has_one_flipped_bit_and_is_refused() {
    let script = ["0s corrupt a-b 100%", "1s request a \"send b 5\""];
    let mut bench = run(scenario("probe", "a b", &["a-b latency=20ms"], &script), "1.01s");
    for packet in bench.world().packets() {
        let sent = bench.timeline.trace().bytes(packet.id).unwrap();
        let flipped: u32 = sent.iter().zip(&packet.bytes).map(|(was, is)| (was ^ is).count_ones()).sum();
        assert_eq!(flipped, 1);
        assert!(packet.altered);
    }
    assert_eq!(bench.world().packets().count(), 5);
    bench.timeline.seek(Time::parse("2s").unwrap());
    assert!(bench.numbers("b").is_empty());
    assert_eq!(bench.causes(), ["damaged, so refused"; 5]);
}

#[test]
fn a_fault_here_leaves_luck_there_alone() {
    let links = ["a-b latency=5ms..95ms", "c-d latency=5ms..95ms"];
    let sends = ["0s loss c-d 40%", "1s request a \"send b 200\"", "1s request c \"send d 200\""];
    let whole = run(scenario("probe", "a b c d", &links, &sends), "3s");
    let faults = ["0s cut a-b", "0s corrupt a-b 50%", "0s duplicate a-b 50%"];
    let script = [&sends[..], &faults[..]].concat();
    let cut = run(scenario("probe", "a b c d", &links, &script), "3s");
    assert_ne!(whole.items("b"), cut.items("b"));
    assert_eq!(whole.items("d"), cut.items("d"));
    assert!(whole.items("d").len() < 200);
}

// Routes.

#[test]
fn a_routed_message_takes_the_quickest_way_that_is_whole() {
    let links = ["a-b latency=100ms", "a-c latency=10ms", "c-d latency=10ms", "d-b latency=10ms"];
    let arrival = |faults: &[&str]| {
        let script = [faults, &["1s request a \"route b 1\""]].concat();
        let bench = run(scenario("probe", "a b c d", &links, &script), "3s");
        bench.items("b").first().map(|(_, at)| at - 1_000 * MS)
    };
    assert_eq!(arrival(&[]), Some(30 * MS));
    assert_eq!(arrival(&["0s cut c-d"]), Some(100 * MS));
    assert_eq!(arrival(&["0s cut d>c"]), Some(30 * MS));
    assert_eq!(arrival(&["0s crash d"]), Some(100 * MS));
    assert_eq!(arrival(&["0s delay c-d 200ms"]), Some(100 * MS));
    assert_eq!(arrival(&["0s cut c-d", "0s heal c-d"]), Some(30 * MS));
    assert_eq!(arrival(&["0s cut c-d", "0s cut a-b"]), None);
}

#[test]
fn a_route_that_breaks_under_way_is_left_for_another() {
    let links = ["a-c latency=10ms", "c-b latency=10ms", "c-d latency=10ms", "d-b latency=50ms"];
    let script = ["1s request a \"route b 1\"", "1.005s cut c-b"];
    let bench = run(scenario("probe", "a b c d", &links, &script), "3s");
    assert_eq!(bench.items("b"), [(1, 1_070 * MS)]);
}

#[test]
fn a_message_is_not_passed_on_for_ever() {
    let names: Vec<String> = (0..70).map(|number| format!("n{number}")).collect();
    let links: Vec<String> =
        names.windows(2).map(|pair| format!("{}-{} latency=1ms", pair[0], pair[1])).collect();
    let links: Vec<&str> = links.iter().map(String::as_str).collect();
    let script = ["1s request n0 \"route n64 1\"", "1s request n0 \"route n65 1\""];
    let bench = run(scenario("probe", &names.join(" "), &links, &script), "3s");
    assert_eq!(bench.numbers("n64"), [1]);
    assert!(bench.numbers("n65").is_empty());
    assert_eq!(bench.causes(), ["passed on too often"]);
}

// Nodes.

#[test]
fn a_crash_forgets_memory_timers_and_unsynced_writes() {
    let script = [
        "1s request a \"remember x\"",
        "1s request a \"write safe 1\"",
        "1s request a sync",
        "2s request a \"write unsafe 1\"",
        "2s request a \"timer a 5s\"",
        "3s crash a",
        "4s restart a",
    ];
    let bench = run(scenario("probe", "a b", &["a-b"], &script), "9s");
    let probe = bench.probe("a");
    assert_eq!((probe.remembered.len(), probe.fired.len()), (0, 0));
    assert_eq!(probe.restarted, Time::parse("4s"));
    let disk = &bench.world().node(bench.id("a")).disk;
    assert_eq!((disk.read("safe"), disk.read("unsafe")), (Some(b"1".as_slice()), None));
}

#[test]
fn a_sync_covers_only_what_was_written_before_it() {
    let script =
        ["1s request a \"write r 1\"", "1s request a sync", "1s request a \"write r 2\"", "1.5s crash a"];
    let bench = run(scenario("probe", "a", &[], &script), "2s");
    assert_eq!(bench.world().node(bench.id("a")).disk.read("r"), Some(b"1".as_slice()));
    let script = ["1s request a \"write r 1\"", "1s request a sync", "1.001s crash a"];
    let bench = run(scenario("probe", "a", &[], &script), "2s");
    assert_eq!(bench.world().node(bench.id("a")).disk.read("r"), None, "a sync takes two milliseconds");
}

#[test]
fn destroyed_hardware_takes_its_disk_along_and_a_full_disk_refuses() {
    let script = ["1s request a \"write r 1\"", "1s request a sync", "2s destroy a", "3s replace a"];
    let bench = run(scenario("probe", "a", &[], &script), "4s");
    assert_eq!(bench.world().node(bench.id("a")).disk.read("r"), None);
    let script =
        ["1s fill-disk a", "2s request a \"write r 1\"", "3s free-disk a", "4s request a \"write r 2\""];
    let bench = run(scenario("probe", "a", &[], &script), "5s");
    assert_eq!(bench.probe("a").remembered, ["disk full"]);
    assert_eq!(bench.world().node(bench.id("a")).disk.read("r"), Some(b"2".as_slice()));
}

#[test]
fn what_reaches_a_crashed_node_is_lost_there() {
    let script = ["0s crash b", "1s request a \"send b 2\"", "1s request b \"send a 1\""];
    let bench = run(scenario("probe", "a b", &["a-b"], &script), "2s");
    assert_eq!(bench.causes(), ["the node is down"; 2]);
    assert!(bench.numbers("a").is_empty());
}

#[test]
fn a_pause_keeps_everything_and_resumes_in_order() {
    let script = [
        "0s pause b",
        "1s request b \"remember x\"",
        "1s request b \"timer a 1s\"",
        "1s request a \"send b 3\"",
        "5s resume b",
    ];
    let mut bench = run(scenario("probe", "a b", &["a-b latency=10ms"], &script), "4s");
    assert_eq!(bench.probe("b").items.len() + bench.probe("b").remembered.len(), 0);
    bench.timeline.seek(Time::parse("7s").unwrap());
    let probe = bench.probe("b");
    assert_eq!(probe.remembered, ["x"]);
    assert_eq!(bench.numbers("b"), [1, 2, 3]);
    assert!(bench.items("b").iter().all(|(_, at)| (5_000 * MS..5_001 * MS).contains(at)));
    assert_eq!(probe.fired.len(), 1, "the timer was set only when the node got round to it");
}

#[test]
fn a_timer_that_went_off_during_a_pause_can_still_be_cancelled() {
    let script = [
        "1s request a \"timer a 1s\"",
        "1s request a \"timer b 1s\"",
        "1.5s pause a",
        "1.8s request a \"cancel a\"",
        "5s resume a",
    ];
    let bench = run(scenario("probe", "a", &[], &script), "7s");
    let fired: Vec<_> = bench.probe("a").fired.iter().map(|(name, _)| *name).collect();
    assert_eq!(fired, ["b"]);
}

#[test]
fn a_timer_set_anew_goes_off_once() {
    let script = ["1s request a \"timer a 1s\"", "1.5s request a \"timer a 1s\""];
    let bench = run(scenario("probe", "a", &[], &script), "7s");
    assert_eq!(bench.probe("a").fired, [("a", Time::parse("2.5s").unwrap())]);
}

#[test]
fn a_slow_node_does_one_thing_at_a_time() {
    let script = ["0s slow b 100ms", "1s request a \"send b 3\""];
    let bench = run(scenario("probe", "a b", &["a-b latency=10ms"], &script), "7s");
    assert_eq!(bench.items("b"), [(1, 1_110 * MS), (2, 1_210 * MS), (3, 1_310 * MS)]);
}

#[test]
fn a_node_restarted_while_paused_starts_when_it_is_resumed() {
    let script = ["1s pause a", "2s crash a", "3s restart a", "4s resume a"];
    let mut bench = run(scenario("probe", "a", &[], &script), "3.5s");
    assert_eq!(bench.probe("a").restarted, None);
    bench.timeline.seek(Time::parse("5s").unwrap());
    assert!(bench.probe("a").restarted >= Time::parse("4s"));
}

// Liars. `a` tells `b` and `c` three items each.

fn told(strategy: &str) -> support::Bench {
    let turn = format!("0s byzantine a {strategy}");
    let script = [turn.as_str(), "1s request a \"send b 3\"", "1s request a \"send c 3\""];
    run(scenario("probe", "a b c", &["a-b latency=10ms", "a-c latency=10ms"], &script), "9s")
}

#[test]
fn the_silent_say_nothing() {
    let bench = told("silent");
    assert_eq!(bench.world().counts().sent, 0);
}

#[test]
fn liars_keep_to_their_story_and_equivocators_to_one_each() {
    let bench = told("lie");
    let (b, c) = (bench.numbers("b"), bench.numbers("c"));
    assert!(b.len() == 3 && b.iter().chain(&c).all(|number| *number >= 1_000 && *number == b[0]));
    let bench = told("equivocate");
    let (b, c) = (bench.numbers("b"), bench.numbers("c"));
    assert!(b.iter().all(|number| *number == b[0]) && c.iter().all(|number| *number == c[0]));
    assert!(b[0] >= 1_000 && c[0] >= 1_000 && b[0] != c[0]);
}

#[test]
fn colluders_tell_one_story_and_lone_liars_each_their_own() {
    let story = |strategy: &str| {
        let turns = [format!("0s byzantine a {strategy}"), format!("0s byzantine b {strategy}")];
        let script = [turns[0].as_str(), &turns[1], "1s request a \"send c 1\"", "2s request b \"send c 1\""];
        let bench = run(scenario("probe", "a b c", &["a-c", "b-c"], &script), "9s");
        bench.numbers("c")
    };
    let together = story("collude");
    assert!(together[0] >= 1_000 && together[0] == together[1]);
    let alone = story("lie");
    assert!(alone[0] >= 1_000 && alone[1] >= 1_000 && alone[0] != alone[1]);
}

#[test]
fn replaying_corrupting_and_delaying_do_what_they_are_called() {
    let bench = told("replay");
    let mut numbers = bench.numbers("b");
    assert!(numbers.len() > 3);
    numbers.sort_unstable();
    numbers.dedup();
    assert_eq!(numbers, [1, 2, 3], "nothing is made up");
    assert_eq!(told("corrupt").causes(), ["damaged, so refused"; 6]);
    assert_eq!(told("delay").items("b"), [(1, 2_010 * MS), (2, 2_010 * MS), (3, 2_010 * MS)]);
}

#[test]
fn what_a_node_held_back_is_lost_when_it_crashes() {
    let script = ["0s byzantine a delay", "1s request a \"send b 2\"", "1.5s crash a", "1.6s restart a"];
    let bench = run(scenario("probe", "a b", &["a-b"], &script), "5s");
    assert!(bench.numbers("b").is_empty());
    assert_eq!(bench.causes(), ["the node is down"; 2]);
}

#[test]
fn an_honest_node_is_honest_again() {
    let script = ["0s byzantine a lie", "1s honest a", "2s request a \"send b 1\""];
    let bench = run(scenario("probe", "a b", &["a-b"], &script), "5s");
    assert_eq!(bench.numbers("b"), [1]);
}

// Properties.

#[test]
fn properties_of_three_kinds_say_when_and_why() {
    use netsplit::sim::property::Standing;
    let standings = |script: &[&str]| {
        let mut scenario = scenario("probe", "a b", &[], script);
        scenario.properties = ["nobody-down", "all-up-at-last", "one-down"].map(str::to_owned).to_vec();
        run(scenario, "9s").world().standings().to_vec()
    };
    let at = |text: &str| Time::parse(text).unwrap();
    let quiet = standings(&[]);
    assert_eq!(quiet[0], Standing::Holding);
    assert_eq!(quiet[1], Standing::Reached { at: Time::ZERO });
    assert!(matches!(quiet[2], Standing::Waiting { why: Some(_) }));
    let broken = standings(&["2s crash b"]);
    assert!(
        matches!(&broken[0], Standing::Broken { at: when, why } if *when == at("2s") && why.to_string() == "b goes down")
    );
    assert!(matches!(&broken[1], Standing::Waiting { why: Some(_) }));
    assert_eq!(broken[2], Standing::Reached { at: at("2s") });
    let healed = standings(&["2s crash b", "3s restart b"]);
    assert!(matches!(healed[0], Standing::Broken { .. }), "broken stays broken");
    assert_eq!(healed[1], Standing::Reached { at: at("3s") });
}

// The watcher's hands.

#[test]
fn a_snapshot_refilled_is_a_snapshot_made_anew() {
    let mut bench = run(support::chatter(), "0s");
    let mut refilled = Snapshot::default();
    for millis in (0..3_000).step_by(37) {
        bench.timeline.seek(Time::ZERO + Duration::millis(millis));
        refilled.refill(&bench.timeline);
        let anew = Snapshot::of(&bench.timeline);
        assert_eq!(
            (&refilled.nodes, &refilled.links, &refilled.packets),
            (&anew.nodes, &anew.links, &anew.packets)
        );
    }
}

#[test]
fn commands_added_to_the_script_leave_the_past_alone() {
    let mut bench = run(support::chatter(), "2s");
    let (hash, late) = (bench.world().hash(), bench.read("1s crash a"));
    let soon = bench.read("2.5s cut c-d");
    bench.timeline.extend_script(&[late, soon]);
    assert_eq!(bench.world().hash(), hash);
    bench.timeline.seek(Time::parse("3s").unwrap());
    assert!(!bench.world().is_running(bench.id("a")));
    assert!(bench.text().contains("2.000001  you: crash a"), "{}", bench.text());
    assert!(bench.text().contains("2.500000  you: cut c-d"));
}

#[test]
fn time_may_be_as_late_as_can_be() {
    let never = format!("{}us cut a-b", u64::MAX);
    let mut bench = run(scenario("probe", "a b", &["a-b"], &[&never]), "1s");
    bench.timeline.seek(Time::NEVER);
    assert_eq!(bench.timeline.now(), Time::NEVER);
    let place = bench.world().network().read_place("a").unwrap();
    bench.timeline.act(Command::Heal { place, kind: None });
}
