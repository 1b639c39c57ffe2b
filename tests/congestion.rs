//! What must be true of flows that share links.

#[path = "support/runs.rs"]
mod runs;

use netsplit::protocols::congestion::{
    Control, Phase, Receiver, capacity, fairness, flows, phases, recent, routers, senders, two_hop_goodput,
};
use netsplit::share::run::{Plan, Run};
use netsplit::sim::figure::{Drawing, SeriesShape};
use netsplit::sim::process::Sort;
use netsplit::sim::world::World;
use runs::{Controls, checked, figure, goal_reached, is_good, step_by_step};

const DUMBBELL: (&str, &str) = ("topology", "dumbbell");
const AIMD: (&str, &str) = ("congestion-control", "aimd");

fn plan(controls: Controls, lines: &[String], until: &str) -> Plan {
    runs::plan("congestion", controls, lines, until)
}

fn run(controls: Controls, lines: &[String], until: &str) -> Run {
    checked(plan(controls, lines, until))
}

/// The last phase of a run whose properties are not looked at, which is quicker.
fn measured(controls: Controls, lines: &[String], until: &str) -> Phase {
    *phases(&world(controls, lines, until)).last().unwrap()
}

fn world(controls: Controls, lines: &[String], until: &str) -> World {
    let mut plan = plan(controls, lines, until);
    plan.scenario.properties.clear();
    plan.scenario.readings.clear();
    plan.run().unwrap().world
}

/// A line for each of the four senders.
fn all(rest: &str, at: &str) -> Vec<String> {
    (1..=4).map(|number| format!("{at} set s{number} {rest}")).collect()
}

// The collapse.

#[test]
fn goodput_follows_the_closed_form_of_the_ring() {
    let mut before = f64::INFINITY;
    for offered in [50, 100, 250] {
        let goodput = measured(&[("offered-rate", &offered.to_string())], &[], "22s").goodput;
        let promised = two_hop_goodput(f64::from(offered), 50.0);
        assert!((goodput / promised - 1.0).abs() < 0.1, "{offered}: {goodput}, not {promised}");
        assert!(goodput < before, "the more is offered, the less is carried");
        before = goodput;
    }
    let light = measured(&[("offered-rate", "15")], &[], "22s");
    assert!(light.goodput > 0.97 * light.offered, "below the kink all arrives: {light:?}");
}

/// One link for all is no reason to collapse: nothing that was carried is dropped.
#[test]
fn one_shared_link_stays_full_under_any_load() {
    for offered in ["20", "100"] {
        let phase = measured(&[DUMBBELL, ("offered-rate", offered)], &[], "15s");
        assert!((phase.goodput - 12.5).abs() < 0.5, "{phase:?}");
    }
}

/// “Set a fixed one of 16: … the links carry the same packets twice.”
#[test]
fn a_fixed_window_that_is_too_wide_collapses_and_aimd_holds() {
    let fixed = [("congestion-control", "window"), ("offered-rate", "100")];
    let world = world(&fixed, &[], "25s");
    let goodput = phases(&world).last().unwrap().goodput;
    assert!(goodput < 18.0, "{goodput}");
    let in_vain: u64 = world.processes::<Receiver>().map(|(_, receiver)| receiver.useless()).sum();
    assert!(in_vain > 300, "{in_vain}");
    let aimd = measured(&[AIMD, ("offered-rate", "100")], &[], "25s");
    assert!(aimd.goodput > 22.5 && aimd.fairness > 0.98, "{aimd:?}");
}

/// “Packets that come in step with each other then fare better or worse than others.”
#[test]
fn random_drop_is_fairer_than_drop_tail_to_packets_in_step() {
    let of = |queueing| measured(&[("offered-rate", "100"), ("queueing", queueing)], &[], "20s").fairness;
    assert!(of("random-drop") > 0.98 && of("drop-tail") < 0.9);
}

#[test]
fn the_collapse_and_its_cure_are_seen_in_one_run() {
    let lines = [all("offered-rate 100", "7s"), all("congestion-control aimd", "14s")].concat();
    let run = run(&[], &lines, "25s");
    assert!(is_good(&run.world, "goodput-falls-under-load") && is_good(&run.world, "work-is-in-vain"));
    let phases = phases(&run.world);
    let controls: Vec<_> = phases.iter().map(|phase| phase.control).collect();
    assert_eq!(controls, [Some(Control::None), Some(Control::None), Some(Control::Aimd)]);
    assert!(
        phases[1].goodput < 0.8 * phases[0].goodput && phases[2].goodput > phases[0].goodput,
        "{phases:?}"
    );
    let Some(Drawing::Plot(plot)) = figure(&run.world, "goodput-by-load") else { panic!("a plot") };
    let dots = plot.series.iter().filter(|series| series.shape == SeriesShape::Dots);
    assert_eq!(dots.map(|series| series.points.len()).collect::<Vec<_>>(), [2, 1]);
}

// Additive increase, multiplicative decrease.

/// One sender on a link that is never full; from 10 s on one packet in `n` is lost.
fn alone(lines: &[String], until: &str) -> Phase {
    let fast = [DUMBBELL, AIMD, ("flows", "1"), ("transmission-time", "10us"), ("buffer", "1000")];
    let controls = [&fast[..], &[("offered-rate", "400")]].concat();
    let mut all = lines.to_vec();
    // Slow start is over by then, and another phase begins.
    all.push("10s set r2 buffer 999".to_owned());
    measured(&controls, &all, until)
}

#[test]
fn throughput_doubles_when_losses_are_a_quarter() {
    let periodic = |n: u32| alone(&[format!("0s set r1 loses-every {n}")], "60s").goodput;
    let ratio = periodic(400) / periodic(100);
    assert!((1.75..2.3).contains(&ratio), "periodic losses: {ratio}");
    let random = |percent: &str| alone(&[format!("0s loss r1>r2 {percent}")], "60s").goodput;
    let ratio = random("0.25%") / random("1%");
    assert!((1.6..2.6).contains(&ratio), "random losses: {ratio}");
}

#[test]
fn aimd_shares_one_link_fairly_at_any_load() {
    for flows in ["2", "5"] {
        let phase = measured(&[DUMBBELL, AIMD, ("flows", flows), ("offered-rate", "60")], &[], "40s");
        let count: f64 = flows.parse().unwrap();
        assert!(phase.fairness > 0.95 && phase.goodput * count > 48.0, "{flows}: {phase:?}");
    }
}

// What becomes of packets.

/// Sent = delivered, or of no use to its receiver, or dropped, or in a router, or on a link.
#[test]
fn at_every_moment_every_packet_is_somewhere() {
    for control in ["none", "window", "aimd"] {
        let lines = all("offered-rate 60", "2s");
        let plan = plan(&[("congestion-control", control), ("buffer", "4")], &lines, "5s");
        let (world, _) = step_by_step(&plan, |world, _| {
            let sent: u64 = senders(world).map(|sender| sender.books().latest().sent).sum();
            let in_routers: u64 =
                routers(world).map(|(_, router)| router.held() + router.books().latest().dropped).sum();
            let received = world.processes::<Receiver>();
            let received: u64 =
                received.map(|(_, receiver)| receiver.books().latest().delivered + receiver.useless()).sum();
            let on_links = world.packets().filter(|packet| packet.sort == Sort::Request).count() as u64;
            assert_eq!(sent, in_routers + received + on_links, "{control}, {:?}", world.now());
        });
        assert!(senders(&world).all(|sender| sender.books().latest().sent > 40));
    }
}

#[test]
fn a_smaller_limit_is_kept_at_once() {
    let run = run(&[("offered-rate", "100"), ("buffer", "30")], &["3s set r1 buffer 5".to_owned()], "4s");
    let (_, router) = routers(&run.world).next().unwrap();
    assert_eq!((router.limit(), router.waiting()), (5, 5));
}

/// Whoever crashes comes back and takes part again: a sender in a new connection, a receiver in the one under way.
#[test]
fn flows_go_on_after_crashes() {
    for victim in ["s1", "r1", "d1"] {
        let lines = [format!("4s crash {victim}"), format!("6s restart {victim}")];
        let run = run(&[AIMD, ("offered-rate", "60")], &lines, "20s");
        let flow = flows(&run.world).next().unwrap();
        assert!(recent(&run.world, flow).1.delivered > 50, "{victim}");
    }
}

#[test]
fn damage_and_disorder_break_no_flow() {
    let lines = ["1s corrupt r1-r2 2%", "1s reorder r2-r3 20%", "1s duplicate r3-r4 20%", "1s loss r4-r1 2%"];
    let run = run(&[AIMD, ("offered-rate", "20")], &lines.map(str::to_owned), "20s");
    assert!(flows(&run.world).all(|flow| recent(&run.world, flow).1.delivered > 5));
}

// The challenge.

fn careless(controls: Controls, lines: &[&str], until: &str) -> Run {
    let mut all = vec![DUMBBELL, AIMD, ("offered-rate", "60")];
    all.extend_from_slice(controls);
    let mut script = vec!["0s set s1 congestion-control none", "0s set s1 offered-rate 100"];
    script.extend_from_slice(lines);
    run(&all, &script.iter().map(|line| (*line).to_owned()).collect::<Vec<_>>(), until)
}

/// “Next to nothing.” “With a longer buffer s1 fills the longer buffer.” And pretending to be many flows is left out here.
#[test]
fn who_does_not_give_way_takes_all_until_flows_take_turns() {
    for (queueing, buffer) in [("random-drop", "10"), ("drop-tail", "10"), ("random-drop", "60")] {
        let run = careless(&[("queueing", queueing), ("buffer", buffer)], &[], "15s");
        let delivered: Vec<_> = flows(&run.world).map(|flow| recent(&run.world, flow).1.delivered).collect();
        assert!(delivered[0] > 180 && delivered[1..].iter().all(|other| *other < 25), "{delivered:?}");
        assert!(!goal_reached("congestion", "fair-share", &run.world));
    }
    let fair = careless(&[], &["5s set r1 queueing fair-queueing"], "20s");
    assert!(fairness(&fair.world).unwrap() > 0.95, "{:?}", fairness(&fair.world));
    assert_eq!(capacity(&fair.world), Some(50.0));
}
