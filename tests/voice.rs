//! What must be true of voice recognition.

#[path = "support/runs.rs"]
mod runs;

use netsplit::faults;
use netsplit::protocols::voice::{Device, Gateway, Outcome, Worker};
use netsplit::scenarios::CATALOGUE;
use netsplit::share::chaos::Chaos;
use netsplit::sim::command::{Command, TimedCommand};
use netsplit::sim::figure::{Drawing, SeriesShape};
use netsplit::sim::scenario::Scenario;
use netsplit::sim::time::Duration;
use netsplit::sim::timeline::Timeline;
use netsplit::sim::trace::Event;
use netsplit::sim::world::World;
use runs::{Controls, NO_LINES, always_hold_in, at, figure, is_good, process, reading, standing};

/// A run with these controls and this script, up to a moment.
fn run(controls: Controls, script: &[&str], until: &str) -> Timeline {
    runs::timeline("voice", controls, script, until)
}

fn device(world: &World) -> &Device {
    world.processes().next().unwrap().1
}

fn gateway(world: &World) -> &Gateway {
    world.processes().next().unwrap().1
}

fn worker<'a>(world: &'a World, name: &str) -> &'a Worker {
    process(world, name)
}

fn latencies(world: &World) -> Vec<Duration> {
    device(world).latencies().collect()
}

/// Whether an answer has each frame once, and how many of its syllables are not those that were spoken.
fn misheard(outcome: &Outcome) -> usize {
    let numbers = outcome.words.iter().map(|heard| usize::from(heard.frame));
    assert!(numbers.eq(0..outcome.spoken.len()));
    outcome.words.iter().zip(&outcome.spoken).filter(|(heard, spoken)| heard.syllable != **spoken).count()
}

// Every frame counts once.

#[test]
fn whoever_recognises_them_the_words_are_those_that_were_spoken() {
    for place in ["device", "server", "scatter"] {
        let timeline = run(&[("where", place), ("speaks-every", "7s")], &[], "60s");
        let world = timeline.world();
        assert!(device(world).answered() >= 8, "{place}");
        assert_eq!(misheard(device(world).last().unwrap()), 0, "{place}");
        always_hold_in(&timeline);
    }
}

/// Chaos at random, then everything is healed: nothing was counted twice, and all that is waited for is answered.
#[test]
fn every_frame_counts_once_in_chaos_and_all_is_answered_after_it() {
    let setups: [Controls; 4] = [
        &[],
        &[("workers", "1"), ("hedge", "0s")],
        &[("hedge", "50ms"), ("reassign", "60ms"), ("workers", "8")],
        &[("where", "server"), ("speaks-every", "1s")],
    ];
    let mut answered = 0;
    for seed in 0..16 {
        let timeline = after_chaos(setups[seed as usize % setups.len()], seed);
        always_hold_in(&timeline);
        let world = timeline.world();
        let standing = standing(world, "utterances-are-answered");
        assert!(standing.is_good(), "{seed}: {standing:?}");
        answered += device(world).answered();
    }
    assert!(answered > 150, "{answered}");
}

/// Chaos without lies for 15 seconds, then everything healed, then time to catch up.
fn after_chaos(controls: Controls, seed: u64) -> Timeline {
    let scenario = Scenario { seed, ..runs::scenario("voice", controls, &NO_LINES) };
    let mut timeline = Timeline::new(scenario, CATALOGUE).unwrap();
    let network = timeline.world().network().clone();
    let kinds = faults::ALL.iter().copied().filter(|kind| kind.name != "byzantine").collect();
    let end = at("15s");
    for TimedCommand { at, command } in (Chaos { commands: 20, kinds }).draw(&network, seed, end) {
        timeline.seek(at);
        timeline.act(command);
    }
    timeline.seek(end);
    // Speaking more slowly lets a server that fell behind catch up.
    timeline.act(network.read_line("0s set d1 speaks-every 10s").unwrap().command);
    for node in network.node_ids() {
        timeline.act(Command::Heal { place: netsplit::sim::command::Place::Node(node), kind: None });
    }
    for link in network.link_ids() {
        timeline.act(Command::Heal { place: netsplit::sim::command::Place::Link(link), kind: None });
    }
    timeline.seek(at("120s"));
    timeline
}

#[test]
fn a_frame_that_two_workers_recognise_counts_once() {
    // w1 is slow enough that its frames are sent to others as well, and finishes some of them all the same.
    let timeline = run(&[("hedge", "100ms"), ("frames", "8")], &["0s set w1 speed 400"], "2s");
    let world = timeline.world();
    let recognised: u64 = ["w1", "w2", "w3", "w4"].iter().map(|name| worker(world, name).recognised()).sum();
    assert_eq!(device(world).answered(), 1);
    assert!(recognised > 8 && gateway(world).hedges_won() > 0, "{recognised}");
    assert_eq!(misheard(device(world).last().unwrap()), 0);
    always_hold_in(&timeline);
}

#[test]
fn a_lying_worker_is_believed_and_only_its_own_frames_are_wrong() {
    let timeline = run(&[], &["0s byzantine w2 lie"], "2s");
    let last = device(timeline.world()).last().unwrap();
    // Of 24 frames it has six.
    assert_eq!(misheard(last), 6);
    assert!(
        (0..24).filter(|frame| frame % 4 == 1).all(|frame| last.words[frame].syllable != last.spoken[frame])
    );
    always_hold_in(&timeline);
}

#[test]
fn damaged_messages_cost_time_but_no_word() {
    let script = ["0s corrupt g1-w1 60%", "0s corrupt g1-w3 60%", "0s corrupt d1-g1 30%"];
    let timeline = run(&[("hedge", "0s"), ("speaks-every", "20s")], &script, "200s");
    let world = timeline.world();
    assert!(gateway(world).reassigned() > 10, "{}", gateway(world).reassigned());
    assert!(device(world).answered() >= 9, "{}", device(world).answered());
    always_hold_in(&timeline);
}

// Amdahl's law.

/// With links of a microsecond and frames that divide evenly, the speed-up is 1 / (s + (1 - s) / n) to a tenth of a per cent.
#[test]
fn speed_up_follows_the_law_of_amdahl() {
    for serial in [0, 5, 10, 25, 50, 100] {
        for workers in [1, 2, 3, 4, 6, 8, 12, 16] {
            let (s, n) = (serial.to_string(), workers.to_string());
            let controls = [
                ("serial", s.as_str()),
                ("workers", n.as_str()),
                ("built", "16"),
                ("frames", "48"),
                ("latency", "1us"),
                ("hedge", "0s"),
            ];
            let timeline = run(&controls, &[], "6s");
            let share = f64::from(serial) / 100.0;
            let law = 1.0 / (share + (1.0 - share) / f64::from(workers));
            let measured = reading(timeline.world(), "speed_up");
            assert!((measured / law - 1.0).abs() < 0.001, "{serial} %, {workers}: {measured} is not {law}");
        }
    }
}

/// “It is no faster than six”: seven workers have 24 frames, so one of them has four.
#[test]
fn frames_that_do_not_divide_evenly_make_all_wait_for_one() {
    let speed_up = |workers: &str| {
        reading(run(&[("workers", workers), ("latency", "1ms")], &[], "4s").world(), "speed_up")
    };
    assert!((speed_up("7") - speed_up("6")).abs() < 1e-9);
    assert!(speed_up("8") > speed_up("7"));
}

#[test]
fn the_figure_shows_what_was_measured_beside_the_law() {
    let script = ["3s set g1 workers 2", "6s set g1 workers 4", "9s set g1 workers 8"];
    let controls = [("workers", "1"), ("hedge", "0s"), ("latency", "1ms"), ("speaks-every", "3s")];
    let timeline = run(&controls, &script, "11s");
    let world = timeline.world();
    let Some(Drawing::Plot(plot)) = figure(world, "speed-up") else { panic!("no plot") };
    let points = |shape| plot.series.iter().find(|series| series.shape == shape).unwrap().points.clone();
    let (law, measured) = (points(SeriesShape::Line), points(SeriesShape::Dots));
    assert_eq!(law.len(), 8);
    assert_eq!(measured.iter().map(|(workers, _)| *workers).collect::<Vec<_>>(), [1.0, 2.0, 4.0, 8.0]);
    for (workers, speed_up) in measured {
        let (_, promised) = law[workers as usize - 1];
        assert!(speed_up < promised && speed_up > 0.99 * promised, "{workers}: {speed_up}, {promised}");
    }
}

// What the lesson says.

/// “10 seconds”, “the fourth takes 12 seconds, the fifth 14”, and with the server nothing waits.
#[test]
fn one_device_falls_behind_and_a_server_does_not() {
    let behind = run(&[("where", "device")], &[], "31s");
    assert_eq!(latencies(behind.world()), [6, 8, 10, 12, 14].map(Duration::secs));
    let server = run(&[("where", "server")], &[], "31s");
    assert!(latencies(server.world()).iter().all(|latency| *latency == Duration::millis(2_500)));
}

/// “Over links of 50 ms it does, over links of 2 s the slow device is faster again.”
#[test]
fn sending_pays_only_over_short_links() {
    let latency = |place: &str, latency: &str| {
        latencies(run(&[("where", place), ("latency", latency), ("speaks-every", "8s")], &[], "8s").world())
            [0]
    };
    assert!(latency("server", "50ms") < latency("device", "50ms"));
    assert!(latency("server", "2s") > latency("device", "2s"));
}

#[test]
fn a_crash_in_mid_utterance_has_frames_reassigned_and_delays_the_words() {
    for worker in ["w1", "w2", "w3", "w4"] {
        let crash = format!("870ms crash {worker}");
        let timeline = run(&[("built", "4"), ("hedge", "0s")], &[&crash], "4s");
        let world = timeline.world();
        // Each worker has six frames and has sent one or two syllables by then.
        assert!((4..=6).contains(&gateway(world).last_reassigned()));
        assert_eq!(misheard(device(world).last().unwrap()), 0);
        let late = latencies(world)[0];
        assert!(late > Duration::millis(1_500) && late < Duration::secs(2), "{late}");
        // The next utterance does without the silent worker and is in time.
        let next = run(&[("built", "4"), ("hedge", "0s")], &[&crash], "8s");
        assert!(latencies(next.world())[1] < Duration::millis(1_200));
        assert_eq!(gateway(next.world()).last_reassigned(), 0);
    }
}

#[test]
fn a_worker_that_is_back_gets_work_again() {
    let timeline = run(&[("hedge", "0s")], &["870ms crash w2", "3s restart w2"], "8s");
    assert_eq!(worker(timeline.world(), "w2").recognised(), 6);
    // One that was cut off does not restart, and answers when it is asked whether it is there.
    let timeline = run(&[("hedge", "0s")], &["870ms cut g1-w2", "3s heal g1-w2"], "12s");
    assert!(worker(timeline.world(), "w2").recognised() >= 12);
}

/// “Wait briefly, and frames of busy workers are recognised twice”, which does no harm to the words.
#[test]
fn too_short_a_time_out_reassigns_needlessly() {
    let recognised_by_answer = |reassign: &str| {
        let controls = [("reassign", reassign), ("hedge", "0s"), ("latency", "20ms+exp(60ms)")];
        let timeline = run(&controls, &[], "60s");
        always_hold_in(&timeline);
        let world = timeline.world();
        let recognised: u64 = world.processes::<Worker>().map(|(_, worker)| worker.recognised()).sum();
        (recognised / device(world).answered(), gateway(world).reassigned())
    };
    assert_eq!(recognised_by_answer("2s"), (24, 0));
    let (recognised, reassigned) = recognised_by_answer("200ms");
    assert!(recognised > 24 && reassigned > 0, "{recognised} {reassigned}");
}

#[test]
fn hedging_cuts_the_tail_and_leaves_healthy_runs_alone() {
    let slow = ["0s slow w1 200ms", "0s slow w2 200ms"];
    let tail = |hedge: &str, script: &[&str]| {
        let controls = [("workers", "8"), ("reassign", "2s"), ("hedge", hedge)];
        let timeline = run(&controls, script, "60s");
        (reading(timeline.world(), "utterance_p95_ms"), timeline.world().counts().sent)
    };
    let ((without, _), (with, _)) = (tail("0s", &slow), tail("400ms", &slow));
    assert!(with < 1_000.0 && without > 1.4 * with, "{without} {with}");
    // What 95 of 100 frames take at most is 370 ms here: a healthy run has no second copy after 400 ms, and many after 150 ms.
    let ((plain, few), (late, as_few), (early, many)) =
        (tail("0s", &[]), tail("400ms", &[]), tail("150ms", &[]));
    assert_eq!((plain, few), (late, as_few));
    assert!(early >= plain && many > 3 * few / 2, "{early} {plain} {many} {few}");
}

/// An utterance is asked for again when the gateway lost it, and answered with the same words when the answer was lost.
#[test]
fn the_device_asks_again() {
    for script in [["600ms crash g1", "2s restart g1"], ["600ms cut g1>d1", "3s heal g1-d1"]] {
        let timeline = run(&[], &script, "8s");
        let device = device(timeline.world());
        assert!(device.answered() >= 1, "{script:?}");
        assert!(latencies(timeline.world())[0] > Duration::secs(5));
        always_hold_in(&timeline);
    }
}

/// Percentiles are exact: they equal a recount of the trace.
#[test]
fn percentiles_equal_a_recount() {
    let script = ["5s slow w1 300ms", "20s heal w1", "30s loss g1-w2 30%"];
    let timeline = run(&[("hedge", "0s")], &script, "100s");
    let mut sorted = latencies(timeline.world());
    let missed = timeline.past().iter().filter(|record| match record.event {
        Event::Noted { phrase, .. } => timeline
            .trace()
            .phrase(phrase)
            .is_some_and(|phrase| phrase.key().name() == "note.deadline-missed"),
        _ => false,
    });
    let missed = missed.count();
    assert!(missed > 0);
    let in_time = 100.0 * (sorted.len() - missed) as f64 / sorted.len() as f64;
    assert!((reading(timeline.world(), "utterances_in_time_percent") - in_time).abs() < 1e-9);
    sorted.sort();
    for percent in [50, 95, 99] {
        let least = sorted.iter().find(|limit| {
            100 * sorted.iter().filter(|latency| latency <= limit).count() >= percent * sorted.len()
        });
        let told = reading(timeline.world(), &format!("utterance_p{percent}_ms"));
        assert_eq!(told, least.unwrap().as_micros() as f64 / 1e3);
    }
}

#[test]
fn every_scene_is_reachable_and_answers_come_back() {
    let controls = [("deadline", "1s"), ("hedge", "300ms"), ("reassign", "700ms")];
    let script = ["0s slow w1 200ms", "4900ms crash w2", "9s crash g1", "10s restart g1"];
    let timeline = run(&controls, &script, "30s");
    let world = timeline.world();
    for (property, standing) in world.network().properties.iter().zip(world.standings()) {
        assert!(standing.is_good(), "{}: {standing:?}", property.name);
    }
    let down = run(&controls, &["9s crash g1"], "30s");
    assert!(!is_good(down.world(), "utterances-are-answered"));
}
