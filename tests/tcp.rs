//! What must be true of a stream over bad links.

#[path = "support/runs.rs"]
mod runs;

use netsplit::protocols::tcp::{Receiver, Router, Sender, Step, stream_bytes};
use netsplit::share::run::{Plan, Run};
use netsplit::sim::figure::Drawing;
use netsplit::sim::time::{Duration, Time};
use netsplit::sim::trace::Event;
use netsplit::sim::world::World;
use runs::{Controls, at, checked, figure, is_good, process, reading, step_by_step};

fn plan(controls: Controls, lines: &[&str], until: &str) -> Plan {
    runs::plan("packets", controls, lines, until)
}

fn run(controls: Controls, lines: &[&str], until: &str) -> Run {
    checked(plan(controls, lines, until))
}

fn sender(world: &World) -> &Sender {
    process(world, "a")
}

fn receiver(world: &World) -> &Receiver {
    process(world, "b")
}

/// What the application has of the stream ends with what was sent there, compared anew.
fn ends_right(world: &World) -> bool {
    let delivered = receiver(world).delivered();
    let length = delivered.tail.len();
    delivered.tail == stream_bytes(delivered.bytes - length as u64, length as u32)
}

/// The labels of all that is sent, in order.
fn sent(run: &Run) -> Vec<String> {
    let network = run.world.network();
    let sends = run.trace.records().iter().filter_map(|record| match record.event {
        Event::Sent { packet, from, .. } => Some((packet, from)),
        _ => None,
    });
    sends
        .map(|(packet, from)| {
            let label = run.trace.describe(network, packet).map(|about| about.label).unwrap_or_default();
            format!("{} {label}", network.name(from))
        })
        .collect()
}

// The handshake.

#[test]
fn a_connection_opens_with_three_segments() {
    let run = run(&[("routers-between", "1")], &["0s set a smss 10"], "400ms");
    let ends: Vec<_> = sent(&run).into_iter().filter(|line| !line.starts_with('r')).take(4).collect();
    // The first SYN took 60 ms and 20 ms on the wire a link, and a clock ticks every 4 µs.
    assert_eq!(ends, ["a SYN 0", "b SYN 40000 ACK 1", "a ACK 40001", "a 1+10"]);
}

#[test]
fn a_handshake_survives_the_loss_of_any_of_its_segments() {
    for (lost, healed) in [
        ("0s cut a-r1", "900ms heal a-r1"),
        ("100ms cut r2>r1", "900ms heal r2-r1"),
        ("540ms cut a>r1", "1s heal a-r1"),
    ] {
        let run = run(&[], &[lost, healed], "12s");
        assert!(receiver(&run.world).delivered().bytes > 1_000 && ends_right(&run.world), "{lost}");
    }
}

#[test]
fn numbers_may_pass_the_end_of_their_circle() {
    let plan = plan(&[], &["3s loss r1-r2 20%", "3s reorder r1-r2 20%"], "30s");
    let mut scenario = plan.scenario.clone();
    scenario.nodes[0].settings.insert("first-sequence".to_owned(), (u32::MAX - 700).to_string());
    let run = checked(Plan { scenario, ..plan });
    let (initial, unacknowledged) = sender(&run.world).connection().unwrap();
    assert!(unacknowledged < initial && ends_right(&run.world));
}

// What is delivered is a prefix of what was sent.

#[test]
fn each_fault_alone_leaves_the_stream_whole() {
    for fault in [
        "loss r1-r2 30%",
        "duplicate r1-r2 50%",
        "reorder r1-r2 50%",
        "corrupt r1-r2 30%",
        "swap-words r1-r2 30%",
    ] {
        let run = run(&[], &[&format!("2s {fault}")], "60s");
        let delivered = receiver(&run.world).delivered();
        assert!(
            delivered.bytes > 2_000 && delivered.wrong == 0 && ends_right(&run.world),
            "{fault}: {delivered:?}"
        );
    }
}

#[test]
fn all_faults_together_leave_the_stream_whole_at_every_moment_with_any_luck() {
    let lines = [
        "1s loss r1-r2 10%",
        "1s duplicate r1-r2 20%",
        "1s reorder r1-r2 20%",
        "1s corrupt a-r1 10%",
        "1s swap-words r2-b 10%",
        "20s cut r1-r2",
        "24s heal r1-r2 cut",
    ];
    let mut found = [0; 4];
    for (seed, congestion) in (1..=6).zip(["none", "reno"].into_iter().cycle()) {
        let run = checked(plan(&[("congestion-window", congestion)], &lines, "60s").with_seed(seed));
        let (delivered, tally) = (receiver(&run.world).delivered(), receiver(&run.world).tally());
        assert!(
            delivered.bytes > 500 && delivered.wrong == 0 && ends_right(&run.world),
            "{seed}: {delivered:?}"
        );
        let refused = sender(&run.world).tally().refused;
        for (sum, count) in found.iter_mut().zip([tally.refused, tally.early, tally.repeated, refused]) {
            *sum += count;
        }
    }
    assert!(found.iter().all(|count| *count > 30), "each fault has struck: {found:?}");
}

/// Both ends may forget everything: what is delivered of the new connection is a prefix again.
#[test]
fn a_crash_of_either_end_begins_the_stream_anew() {
    for (end, again) in [("a", 1), ("b", 2)] {
        let lines = [format!("10s crash {end}"), format!("12s restart {end}")];
        let run = run(&[], &lines.each_ref().map(String::as_str), "30s");
        let delivered = receiver(&run.world).delivered();
        assert!((1_000..6_000).contains(&delivered.bytes) && delivered.wrong == 0, "{end}: {delivered:?}");
        assert_eq!(sender(&run.world).tally().connections, again, "{end}");
    }
}

#[test]
fn a_stream_with_an_end_arrives_to_its_end() {
    let run = run(&[], &["0s set a stream-bytes 1000", "0s loss r1-r2 20%"], "60s");
    assert_eq!((receiver(&run.world).delivered().bytes, sender(&run.world).is_done()), (1_000, true));
    assert!(ends_right(&run.world));
    let last = run.trace.records().iter().rev().find_map(|record| match record.event {
        Event::Sent { .. } => Some(record.time),
        _ => None,
    });
    assert!(last.unwrap() < at("50s"), "then all is silent");
}

/// Whatever was done: once it is taken back, the stream goes on, after a pause of a minute at most.
#[test]
fn the_stream_goes_on_once_all_is_well() {
    let lines = [
        "4s swap-words r1-r2 60%",
        "5s crash b",
        "6s loss a-r1 90%",
        "7s restart b",
        "9s crash a",
        "10s reorder r2-b 80%",
        "11s restart a",
        "15s cut r2>r1",
        "30s heal r1-r2",
        "30s heal a-r1",
        "30s heal r2-b",
    ];
    for seed in 1..=4 {
        let run = checked(plan(&[], &lines, "95s").with_seed(seed));
        assert!(is_good(&run.world, "stream-goes-on"), "{seed}");
        assert!(ends_right(&run.world), "{seed}");
    }
}

// Checksums.

fn wrong(check: &str, fault: &str) -> u64 {
    let run = run(&[("checksum", check)], &[&format!("2s {fault} r1-r2 20%")], "40s");
    receiver(&run.world).delivered().wrong
}

#[test]
fn without_a_checksum_flipped_bits_arrive() {
    assert!(wrong("none", "corrupt") > 0);
    assert_eq!((wrong("internet", "corrupt"), wrong("crc32", "corrupt")), (0, 0));
}

#[test]
fn swapped_words_pass_the_sum_and_not_the_crc() {
    assert!(wrong("none", "swap-words") > 0 && wrong("internet", "swap-words") > 0);
    assert_eq!(wrong("crc32", "swap-words"), 0);
    let run = run(&[("checksum", "internet")], &["2s swap-words r1-r2 20%"], "40s");
    assert_eq!(receiver(&run.world).tally().refused, 0);
}

// Sending again.

#[test]
fn three_duplicates_send_one_segment_again_before_its_time_is_out() {
    let run = run(&[], &["3s set r1 drop-every 30"], "20s");
    let tally = sender(&run.world).tally();
    let dropped: u64 = run.world.processes::<Router>().map(|(_, router)| router.dropped()).sum();
    assert!(dropped >= 5);
    assert!(tally.fast_retransmits + 1 >= dropped && tally.timeouts == 0, "{tally:?} of {dropped}");
    assert!(tally.sent_again <= tally.fast_retransmits, "{tally:?}");
}

/// Nothing comes through for a while: time-outs, each twice as long as the one before.
#[test]
fn time_outs_double() {
    let run = run(&[], &["5s cut r1-r2", "50s heal r1-r2"], "50s");
    let fired: Vec<Time> = run
        .trace
        .records()
        .iter()
        .filter_map(|record| match record.event {
            Event::Fired { timer, .. } if timer.name == "retransmit" => Some(record.time),
            _ => None,
        })
        .collect();
    let gaps: Vec<Duration> = fired.windows(2).map(|pair| pair[1].since(pair[0])).collect();
    assert_eq!(gaps[..4], [2, 4, 8, 16].map(Duration::secs), "{gaps:?}");
}

/// Karn's rule: with a window of one segment each loss is a time-out of a second, and no measurement is longer for it.
#[test]
fn what_was_sent_twice_is_not_measured() {
    let controls = [("receive-buffer", "24")];
    let known = |lines| sender(&run(&controls, lines, "60s").world).timeout().round_trip().unwrap();
    let (quiet, lossy) = (known(&[]), known(&["5s set r1 drop-every 5"]));
    assert!(Duration::millis(540) < quiet && quiet < Duration::millis(560), "{quiet}");
    assert!(lossy <= quiet + Duration::millis(1) && quiet <= lossy + Duration::millis(1), "{lossy}");
    let tally = sender(&run(&controls, &["5s set r1 drop-every 5"], "60s").world).tally();
    assert!(tally.timeouts > 5 && tally.fast_retransmits == 0, "{tally:?}");
}

// Windows.

#[test]
fn a_sender_keeps_to_the_window_it_was_told() {
    let plan =
        plan(&[("receive-buffer", "100"), ("app-reads-every", "700ms")], &["9s loss r2-r1 40%"], "40s");
    let mut was_closed = false;
    let (world, _) = step_by_step(&plan, |world, _| {
        let (flight, window, _) = sender(world).windows();
        was_closed |= sender(world).connection().is_some() && window == 0;
        assert!(flight <= 100 && receiver(world).waiting().0 + receiver(world).waiting().1 <= 100);
    });
    assert!(was_closed && receiver(&world).delivered().bytes > 1_000 && ends_right(&world));
}

/// The news that a window opens may be lost: a probe finds out.
#[test]
fn a_closed_window_is_probed() {
    let controls = [("app-reads-every", "6s"), ("receive-buffer", "96")];
    let run = run(&controls, &["5s cut b>r2", "7s heal b>r2"], "40s");
    assert!(receiver(&run.world).delivered().bytes > 300 && ends_right(&run.world));
}

#[test]
fn a_congestion_window_is_halved_by_loss_and_grows_again() {
    let controls = [("congestion-window", "reno"), ("receive-buffer", "65535"), ("packet-rate", "unlimited")];
    let plan = plan(&controls, &["0s set r1 drop-every 300"], "60s");
    let (mut most, mut least_after) = (0, u32::MAX);
    let (world, _) = step_by_step(&plan, |world, _| {
        let window = sender(world).windows().2.unwrap();
        if world.now() > at("25s") && !sender(world).recovers() {
            most = most.max(window);
            least_after = least_after.min(window);
        }
    });
    // Periodic loss: between W/2 and W, where 3/8 W² is what is sent from one loss to the next.
    let expected = (300.0f64 * 8.0 / 3.0).sqrt() * 24.0;
    assert!((f64::from(most) / expected - 1.0).abs() < 0.1, "{most} is not about {expected}");
    assert!(
        (f64::from(least_after) / expected - 0.5).abs() < 0.06,
        "{least_after} is not about half of {expected}"
    );
    assert_eq!(sender(&world).tally().timeouts, 0);
}

// Figures and readings.

#[test]
fn figures_show_what_was_sent_and_what_waits() {
    let run = run(&[], &["2s loss r1-r2 20%"], "20s");
    let Some(Drawing::Plot(plot)) = figure(&run.world, "sequence-over-time") else { panic!("a plot") };
    assert!(plot.series.iter().all(|series| !series.points.is_empty()));
    assert!(
        plot.series.iter().flat_map(|series| &series.points).all(|(across, up)| *across <= 8.0 && *up >= 0.0)
    );
    let steps = sender(&run.world)
        .steps()
        .filter(|(moment, _, step)| *moment >= at("12s") && *step == Step::SentAgain);
    assert_eq!(plot.series[2].points.len(), steps.count());
    let Some(Drawing::Bars(bars)) = figure(&run.world, "stream-windows") else { panic!("bars") };
    assert_eq!(bars.bars[0].amount, f64::from(sender(&run.world).windows().0));
    assert_eq!(reading(&run.world, "delivered_bytes"), receiver(&run.world).delivered().bytes as f64);
}
