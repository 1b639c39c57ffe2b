//! What must be true of the telephone network, whatever is done to it.

#[path = "support/runs.rs"]
mod runs;

use netsplit::protocols::telephone::{Exchange, Phone, erlang_b};
use netsplit::scenarios::CATALOGUE;
use netsplit::share::chaos::Chaos;
use netsplit::sim::command::{Command, Place};
use netsplit::sim::figure::{Drawing, SeriesShape};
use netsplit::sim::network::LinkId;
use netsplit::sim::property::{PropertyKind, Standing};
use netsplit::sim::time::{Duration, Time};
use netsplit::sim::timeline::Timeline;
use netsplit::sim::world::World;
use netsplit::{faults, sim::scenario::Scenario};
use runs::{Controls, at, figure, is_good, node, process, reading, standing, told, watch};

const QUIET: (&str, &str) = ("calls-per-hour", "0");

fn scenario(controls: Controls, script: &[&str]) -> Scenario {
    runs::scenario("telephone", controls, script)
}

fn run(controls: Controls, script: &[&str], until: &str) -> Timeline {
    watch(scenario(controls, script), until)
}

fn phone<'a>(world: &'a World, name: &str) -> &'a Phone {
    process(world, name)
}

/// The circuits of the trunk between two exchanges that are taken, as the first of them has it.
fn taken(world: &World, a: &str, b: &str) -> Vec<u16> {
    let exchange: &Exchange = process(world, a);
    exchange.circuits().taken_toward(node(world, b)).collect()
}

/// The trunks with a circuit that is taken, at either end.
fn trunks_in_use(world: &World) -> Vec<String> {
    let ends = [("x1", "x2"), ("x1", "x3"), ("x1", "x4"), ("x2", "x3"), ("x3", "x4")];
    let used = |(a, b): &(&str, &str)| !taken(world, a, b).is_empty() || !taken(world, b, a).is_empty();
    ends.iter().filter(|pair| used(pair)).map(|(a, b)| format!("{a}-{b}")).collect()
}

// One call.

#[test]
fn a_call_holds_a_circuit_on_every_hop_until_somebody_hangs_up() {
    let script = [r#"1s request p2 "call p8""#, r#"6s request p8 "hang up""#];
    let during = run(&[QUIET], &script, "5s");
    let world = during.world();
    assert_eq!((phone(world, "p2").talks_to(), phone(world, "p8").talks_to()), (Some("p8"), Some("p2")));
    assert_eq!((taken(world, "x1", "x3"), taken(world, "x3", "x1")), (vec![1], vec![1]));
    assert_eq!(trunks_in_use(world), ["x1-x3"]);
    let after = run(&[QUIET], &script, "8s");
    assert!(trunks_in_use(after.world()).is_empty());
    assert_eq!(reading(after.world(), "calls_dropped"), 0.0);
    assert_eq!(told(&after), ["p8 answers", "the call to p8 is over: hung up"]);
}

#[test]
fn a_busy_phone_and_an_unknown_number_are_refused_with_the_cause() {
    let script = [
        r#"1s request p2 "call p8""#,
        r#"4s request p5 "call p8""#,
        r#"4s request p6 "call p99""#,
        r#"4s request p7 "call""#,
        r#"4s request p2 "call p1""#,
    ];
    let timeline = run(&[QUIET], &script, "8s");
    let told = told(&timeline);
    for expected in [
        "the call to p8 is over: busy",
        "the call to p99 is over: no phone has this name",
        "the line is taken; hang up first",
    ] {
        assert!(told.iter().any(|line| line == expected), "{expected}: {told:?}");
    }
    assert!(told.iter().any(|line| line.contains("call p5")), "{told:?}");
    assert_eq!(trunks_in_use(timeline.world()), ["x1-x3"]);
}

#[test]
fn a_dead_phone_is_out_of_order() {
    let timeline = run(&[QUIET], &["1s crash p8", r#"2s request p2 "call p8""#], "9s");
    assert_eq!(told(&timeline), ["the call to p8 is over: the phone does not respond"]);
    assert!(trunks_in_use(timeline.world()).is_empty());
}

// Failure.

const CALL: &str = r#"1s request p2 "call p8""#;

#[test]
fn a_cut_trunk_drops_its_calls_at_both_ends_and_new_calls_go_around() {
    let cut = [CALL, "5s cut x1-x3"];
    // The time-out of three beats, the beat at which it is noticed, and the way to the phones.
    let dropped = run(&[QUIET], &cut, "9.5s");
    let world = dropped.world();
    assert_eq!((phone(world, "p2").talks_to(), phone(world, "p8").talks_to()), (None, None));
    assert_eq!(reading(world, "calls_dropped"), 1.0);
    let again = run(&[QUIET], &[CALL, cut[1], r#"10s request p2 "call p8""#], "14s");
    assert_eq!(phone(again.world(), "p2").talks_to(), Some("p8"));
    assert!(is_good(again.world(), "a-call-takes-an-alternate-route"));
    // The guard over the circuits of the cut trunk is over, too.
    let settled = run(&[QUIET], &[CALL, cut[1], r#"10s request p2 "call p8""#], "20s");
    assert_eq!(trunks_in_use(settled.world()), ["x1-x2", "x2-x3"]);
}

/// The exchange does not know of the cut yet: its address is lost, and it tries its next choice when nothing comes back.
#[test]
fn a_call_that_runs_into_a_fresh_cut_is_sent_around() {
    let timeline = run(&[QUIET], &["3s cut x1-x3", r#"3.1s request p2 "call p8""#], "12s");
    assert_eq!(phone(timeline.world(), "p2").talks_to(), Some("p8"));
    assert_eq!(trunks_in_use(timeline.world()), ["x1-x2", "x2-x3"]);
}

#[test]
fn a_crashed_exchange_drops_its_calls_and_a_restarted_one_says_so_at_once() {
    let crashed = run(&[QUIET], &[CALL, "5s crash x3"], "9.5s");
    assert_eq!(phone(crashed.world(), "p2").talks_to(), None);
    assert_eq!(phone(crashed.world(), "p8").talks_to(), None);
    let restarted = run(&[QUIET], &[CALL, "5s crash x3", "5.1s restart x3"], "5.7s");
    assert_eq!(phone(restarted.world(), "p2").talks_to(), None, "long before the time-out");
    assert!(trunks_in_use(restarted.world()).is_empty());
}

#[test]
fn a_cut_of_one_direction_ends_the_call_at_both_ends() {
    let timeline = run(&[QUIET], &[CALL, "5s cut x1>x3"], "20s");
    assert!(trunks_in_use(timeline.world()).is_empty());
    assert_eq!(phone(timeline.world(), "p8").talks_to(), None);
}

// Routing.

#[test]
fn a_full_first_choice_sends_calls_over_alternates_and_a_full_network_blocks() {
    let script = [r#"1s request p1 "call p4""#, r#"3s request p2 "call p5""#, r#"6s request p3 "call p6""#];
    let alone = [QUIET, ("circuits", "1")];
    let two = run(&alone, &script[..2], "6s");
    assert_eq!(phone(two.world(), "p2").talks_to(), Some("p5"));
    assert_eq!(trunks_in_use(two.world()), ["x1-x2", "x1-x3", "x2-x3"]);
    // The third is tried over x4 and x3, which finds x2-x3 full: crankback to x1, which has no choice left.
    let three = run(&alone, &script, "12s");
    assert_eq!(phone(three.world(), "p3").counts().blocked, 1);
    assert_eq!(trunks_in_use(three.world()), ["x1-x2", "x1-x3", "x2-x3"]);
    assert_eq!(told(&three).last().unwrap(), "the call to p6 is over: no free circuit");
}

#[test]
fn crankback_finds_the_last_way() {
    let script = [r#"1s request p4 "call p7""#, r#"4s request p1 "call p9""#, r#"7s request p2 "call p8""#];
    let timeline = run(&[QUIET, ("circuits", "1")], &script, "14s");
    // To x3 the trunk is full. x2 comes next in the table of x1, takes the call and finds its own trunk to x3 full: x1 goes on to x4.
    assert_eq!(phone(timeline.world(), "p2").talks_to(), Some("p8"));
    assert_eq!(trunks_in_use(timeline.world()), ["x1-x3", "x1-x4", "x2-x3", "x3-x4"]);
}

/// Both ends take the only circuit at the same moment: exactly one of the calls has it, and the other is sent another way.
#[test]
fn dual_seizure_leaves_the_circuit_to_one_call() {
    let script = [r#"1s request p2 "call p8""#, r#"1s request p7 "call p1""#];
    let timeline = run(&[QUIET, ("circuits", "1")], &script, "8s");
    let world = timeline.world();
    assert_eq!((phone(world, "p2").talks_to(), phone(world, "p7").talks_to()), (Some("p8"), Some("p1")));
    assert_eq!(taken(world, "x1", "x3"), [1]);
    assert!(trunks_in_use(world).len() > 1);
}

// Whatever happens.

/// The standing of every always-property after a run, and that circuits do not leak once all is healed.
#[test]
fn circuits_never_exceed_the_trunk_and_none_leaks_whatever_is_done() {
    let most = [("circuits", "2"), ("calls-per-hour", "900"), ("holding-time", "6s")];
    for seed in 0..16 {
        let mut scenario = scenario(&most, &[]);
        scenario.seed = seed;
        let network = scenario.lay(CATALOGUE).unwrap().network;
        let end = at("45s");
        let chaos = Chaos { commands: 20, kinds: faults::ALL.to_vec() };
        let mut timeline = Timeline::new(scenario, CATALOGUE).unwrap();
        for deed in chaos.draw(&network, seed, end) {
            timeline.seek(deed.at);
            timeline.act(deed.command);
        }
        timeline.seek(end);
        let links = (0..network.links.len() as u32).map(|link| Place::Link(LinkId(link)));
        let nodes = network.node_ids().map(Place::Node);
        for place in nodes.chain(links) {
            timeline.act(Command::Heal { place, kind: None });
        }
        timeline.seek(end + Duration::secs(40));
        let world = timeline.world();
        for (property, standing) in world.network().properties.iter().zip(world.standings()) {
            let must = property.kind != PropertyKind::Sometimes;
            assert!(!must || standing.is_good(), "seed {seed}: {}: {standing:?}", property.name);
        }
    }
}

#[test]
fn every_scene_is_reachable() {
    let busy = [("circuits", "1"), ("calls-per-hour", "600")];
    let timeline = run(&busy, &[r#"0s request p1 "call p4""#, "20s crash x2"], "30s");
    let world = timeline.world();
    for (property, standing) in world.network().properties.iter().zip(world.standings()) {
        let is_scene = property.kind == PropertyKind::Sometimes;
        assert!(!is_scene || standing.is_good(), "{}", property.name);
    }
}

/// Fewer circuits, while they are taken: what is taken out is given back at once.
#[test]
fn a_trunk_that_shrinks_drops_the_calls_on_what_is_taken_out() {
    let script = [r#"1s request p1 "call p7""#, r#"1s request p2 "call p8""#, "6s set x1 circuits 1"];
    let before = run(&[QUIET], &script[..2], "6s");
    assert_eq!(taken(before.world(), "x1", "x3"), [1, 3], "the lower number controls odd circuits");
    let after = run(&[QUIET], &script, "8s");
    assert_eq!(taken(after.world(), "x1", "x3"), [1]);
    assert_eq!(reading(after.world(), "calls_dropped"), 1.0);
    assert_eq!(*standing(after.world(), "circuits-in-use-never-exceed-the-trunk"), Standing::Holding);
}

// Erlang.

/// With a margin from the run itself: the share of each of sixteen parts of it, which are long beside a call, scatters as the parts
/// of such a run do, correlated calls included.
#[test]
fn blocking_on_one_trunk_agrees_with_erlangs_formula() {
    const PARTS: u64 = 16;
    for (calls_per_hour, offered) in [("90", 3.0), ("150", 5.0)] {
        let controls = [
            ("network", "one-trunk"),
            ("circuits", "5"),
            ("latency", "1ms"),
            ("calls-per-hour", calls_per_hour),
        ];
        // Nothing fails here, so that beats and properties would only take time.
        let beats = ["x1", "x2", "a", "b"].map(|node| format!("0s set {node} heartbeat 1h"));
        let script: Vec<&str> = beats.iter().map(String::as_str).collect();
        let mut quiet = scenario(&controls, &script);
        quiet.properties.clear();
        let mut timeline = Timeline::new(quiet, CATALOGUE).unwrap();
        let (mut before, mut shares) = ((0.0, 0.0), Vec::new());
        for part in 1..=PARTS {
            timeline.seek(Time::ZERO + Duration::secs(5_400) * part);
            let world = timeline.world();
            let now = (reading(world, "calls_offered"), reading(world, "calls_blocked"));
            shares.push((now.1 - before.1) / (now.0 - before.0));
            before = now;
        }
        let parts = PARTS as f64;
        let mean = shares.iter().sum::<f64>() / parts;
        let variance =
            shares.iter().map(|share| (share - mean) * (share - mean)).sum::<f64>() / (parts - 1.0);
        let margin = 4.0 * (variance / parts).sqrt();
        let exact = erlang_b(offered, 5);
        assert!((mean - exact).abs() < margin, "{offered} erlangs: {mean} is not {exact} ± {margin}");
        assert!(margin < exact / 2.0, "so wide a margin tells nothing: {margin}");
        let total = before.1 / before.0;
        the_figure_shows_the_trunk(timeline.world(), offered, total);
    }
}

/// A point at what was offered and blocked, near the curve.
fn the_figure_shows_the_trunk(world: &World, offered: f64, share: f64) {
    let Some(Drawing::Plot(plot)) = figure(world, "blocking") else { panic!("no plot") };
    assert_eq!(plot.series[0].shape, SeriesShape::Line);
    let [(across, up)] = plot.series[1].points[..] else { panic!("one trunk") };
    assert!((across - offered).abs() < 0.1 * offered, "{across} erlangs are not {offered}");
    assert!((up / 100.0 - share).abs() < 0.001, "{up} % is not {share}");
}
