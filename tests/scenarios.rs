//! What must be true of the built-in scenarios, whatever is done to them.

#[path = "support/runs.rs"]
mod runs;

use netsplit::protocols::key_value::{Client, Server};
use netsplit::protocols::register::{Member, Register};
use netsplit::scenarios::{ALL, CATALOGUE};
use netsplit::sim::network::{Network, NodeId};
use netsplit::sim::process::Message as _;
use netsplit::sim::property::{PropertyKind, Standing};
use netsplit::sim::scenario::Scenario;
use netsplit::sim::time::Duration;
use netsplit::sim::timeline::Timeline;
use netsplit::sim::world::World;
use proptest::prelude::*;
use runs::{NO_LINES, at, failures, is_good, node, process, reading, standing, timeline as run, told, watch};

fn client<'a>(world: &'a World, name: &str) -> &'a Client {
    process(world, name)
}

fn member<'a>(world: &'a World, name: &str) -> &'a Member {
    process(world, name)
}

fn always_hold(timeline: &Timeline) -> Result<(), TestCaseError> {
    let failure = failures(timeline.world()).next();
    prop_assert!(failure.is_none(), "{failure:?}\n{}", timeline.scenario().script.join("\n"));
    Ok(())
}

// The server.

#[test]
fn while_the_server_is_down_nobody_is_answered() {
    let before = run("centralized", &[], &["3s crash s1"], "3.2s");
    let after = run("centralized", &[], &["3s crash s1"], "30s");
    assert_eq!(reading(before.world(), "requests_answered"), reading(after.world(), "requests_answered"));
    assert!(reading(after.world(), "requests_failed") >= 4.0);
    for (_, client) in after.world().processes::<Client>() {
        assert!(client.last_answered().is_none_or(|answered| answered.asked_at < at("3s")));
    }
}

#[test]
fn cutting_a_client_stops_only_that_one() {
    let timeline = run("centralized", &[], &["5s cut s1-c2"], "40s");
    for (node, client) in timeline.world().processes::<Client>() {
        let last = client.last_answered().unwrap().asked_at;
        if timeline.world().network().name(node) == "c2" {
            assert!(last < at("5s") && client.failed() > 3);
        } else {
            assert!(last > at("35s") && client.failed() == 0);
        }
    }
}

#[test]
fn an_acknowledged_put_survives_crash_and_restart() {
    let script = ["1s request c1 \"put x=7\"", "3s crash s1", "4s restart s1", "5s request c2 \"get x\""];
    let timeline = run("centralized", &[("interval", "0s")], &script, "6s");
    assert_eq!(client(timeline.world(), "c2").learned(), Some("x = 7"));
    assert_eq!(
        told(&timeline),
        ["“put x=1” is answered: x = 7".replace("x=1", "x=7"), "“get x” is answered: x = 7".to_owned()]
    );
}

/// A crash right after a put arrived, before the disk had it: nobody was told that it is stored, and it is not.
#[test]
fn a_put_that_was_not_synced_is_neither_acknowledged_nor_kept() {
    let script = ["1s request c1 \"put x=7\"", "1151ms crash s1", "1.2s restart s1"];
    let timeline = run("centralized", &[("interval", "0s"), ("retries", "0")], &script, "6s");
    let server: &Server = timeline.world().process(NodeId(0)).unwrap();
    assert_eq!(server.value("x"), None);
    assert_eq!(client(timeline.world(), "c1").learned(), Some("x = ?"));
}

#[test]
fn a_retry_is_carried_out_once_and_answered() {
    // The answer of the first try is lost, so the put is sent twice.
    let script = ["1s request c1 \"put x=7\"", "1.2s cut s1>c1", "1.9s heal s1>c1"];
    let timeline = run("centralized", &[("interval", "0s")], &script, "4s");
    let server: &Server = timeline.world().process(NodeId(0)).unwrap();
    assert_eq!((server.value("x"), server.puts()), (Some("7"), 1));
    assert_eq!(client(timeline.world(), "c1").answered(), 1);
}

#[test]
fn a_full_disk_refuses_puts_and_answers_gets() {
    let script = [
        "1s request c1 \"put x=7\"",
        "2s fill-disk s1",
        "3s request c1 \"put x=8\"",
        "4s request c1 \"get x\"",
    ];
    let timeline = run("centralized", &[("interval", "0s")], &script, "6s");
    assert!(told(&timeline)[1].contains("the disk of the server is full"));
    assert_eq!(client(timeline.world(), "c1").learned(), Some("x = 7"));
}

#[test]
fn a_changed_interval_takes_effect_at_once() {
    let script = ["1s set c1 interval 500ms"];
    let timeline = run("centralized", &[("interval", "0s")], &script, "10s");
    assert!(client(timeline.world(), "c1").answered() >= 16);
    assert_eq!(client(timeline.world(), "c2").answered(), 0);
}

#[test]
fn bad_requests_are_answered_with_what_would_be_right() {
    for request in ["put x", "put =1", "get", "get x=1", "put x=a-value-too-long", "put x=1 2", "fetch x", ""]
    {
        let line = format!("1s request c1 \"{request}\"");
        let timeline = run("centralized", &[("interval", "0s")], &[line], "2s");
        assert!(told(&timeline)[0].contains("put x=1"), "{request}");
    }
    for request in ["write", "write x", "read x=1", "write x=a-value-too-long", "read"] {
        let timeline = run("partition", &[], &[format!("1s request n1 \"{request}\"")], "2s");
        assert!(told(&timeline)[0].contains("write x=4"), "{request}");
    }
    let timeline = run("partition", &[], &["1s request n1 \"write y=1\""], "2s");
    assert_eq!(told(&timeline), ["there is no “y” here, only x"]);
}

/// What a Byzantine server holds back dies with it.
#[test]
fn a_crashed_node_sends_nothing_that_it_held_back() {
    let script = ["1s byzantine s1 delay", "2s request c1 \"get x\"", "2.5s crash s1"];
    let timeline = run("centralized", &[("interval", "0s"), ("timeout", "9s")], &script, "8s");
    assert_eq!(client(timeline.world(), "c1").answered(), 0);
    let script = [script[0], script[1]];
    let timeline = run("centralized", &[("interval", "0s"), ("timeout", "9s")], &script, "8s");
    assert_eq!(client(timeline.world(), "c1").answered(), 1);
}

// The register.

const CUTS: [&str; 2] = ["4s cut n2-n4", "4s cut n3-n7"];
const HEALS: [&str; 2] = ["12s heal n2-n4", "12s heal n3-n7"];

#[test]
fn exactly_two_cuts_make_the_islands_of_three_and_four() {
    let timeline = run("partition", &[], &CUTS, "5s");
    assert_eq!(timeline.world().islands(), [0, 0, 0, 1, 1, 1, 1].map(Some));
    for cut in CUTS {
        assert_eq!(run("partition", &[], &[cut], "5s").world().island_count(), 1);
    }
}

#[test]
fn available_sides_both_accept_and_the_older_write_is_discarded() {
    let script = [CUTS[0], CUTS[1], "5s request n1 \"write x=4\"", "6s request n5 \"write x=7\""];
    let apart = run("partition", &[], &script, "11s");
    assert_eq!(member(apart.world(), "n3").value(), Some("4"));
    assert_eq!(member(apart.world(), "n6").value(), Some("7"));
    assert!(is_good(apart.world(), "islands-disagree"));

    let healed = run("partition", &[], &[&script[..], &HEALS].concat(), "20s");
    assert!(healed.world().processes::<Member>().all(|(_, member)| member.value() == Some("7")));
    assert_eq!(reading(healed.world(), "writes_accepted"), 2.0);
    assert_eq!(reading(healed.world(), "writes_discarded"), 1.0);
    assert_eq!(member(healed.world(), "n1").discarded(), 1);
}

#[test]
fn a_write_that_knew_the_older_one_discards_nothing() {
    let script = ["1s request n1 \"write x=4\"", "3s request n5 \"write x=7\""];
    let timeline = run("partition", &[], &script, "10s");
    assert_eq!(member(timeline.world(), "n1").value(), Some("7"));
    assert_eq!(reading(timeline.world(), "writes_discarded"), 0.0);
}

#[test]
fn in_consistent_mode_only_the_majority_accepts() {
    let script = [
        CUTS[0],
        CUTS[1],
        "5s request n1 \"write x=4\"",
        "6s request n5 \"write x=7\"",
        "9s request n2 \"read x\"",
    ];
    let timeline = run("partition", &[("mode", "consistent")], &[&script[..], &HEALS].concat(), "20s");
    assert_eq!(
        told(&timeline),
        [
            "x=7 is accepted",
            "“write x=4” is refused: no majority within 2s",
            "“read x” is refused: no majority within 2s"
        ]
    );
    assert!(timeline.world().processes::<Member>().all(|(_, member)| member.value() == Some("7")));
    assert_eq!(reading(timeline.world(), "writes_refused"), 1.0);
    assert_eq!(reading(timeline.world(), "writes_discarded"), 0.0);
}

/// A write reaches some members but no majority, its user is told that it is refused, and yet it is what everyone has later.
#[test]
fn a_refused_write_may_still_take_effect() {
    // The network is cut between the question about tags, which a majority answered, and the storing.
    let script = ["1s request n1 \"write x=4\"", "1450ms cut n2-n4", "1450ms cut n3-n7", "6s heal n2-n4"];
    let timeline = run("partition", &[("mode", "consistent")], &script, "12s");
    assert_eq!(told(&timeline), ["“write x=4” is refused: no majority within 2s"]);
    assert!(timeline.world().processes::<Member>().all(|(_, member)| member.value() == Some("4")));
}

#[test]
fn a_restarted_member_has_value_and_tag_from_its_disk() {
    let script =
        ["1s request n1 \"write x=4\"", "3s cut n1-n2", "3s cut n1-n3", "4s crash n1", "5s restart n1"];
    let timeline = run("partition", &[], &script, "5s");
    assert_eq!(member(timeline.world(), "n1").value(), Some("4"));
    assert_eq!(member(timeline.world(), "n1").version(), member(timeline.world(), "n2").version());
}

#[test]
fn who_is_unheard_of_is_suspected_until_heard_again() {
    let crashed = run("partition", &[], &["4s crash n5", "12s restart n5"], "11s");
    let n5 = node(crashed.world(), "n5");
    assert!(crashed.world().processes::<Member>().all(|(_, member)| member.suspects().iter().eq([&n5])));
    assert_eq!(reading(crashed.world(), "members_suspected"), 1.0);
    let restarted = run("partition", &[], &["4s crash n5", "12s restart n5"], "15s");
    assert_eq!(reading(restarted.world(), "members_suspected"), 0.0);
}

#[test]
fn messages_of_an_equivocator_differ_by_receiver() {
    let script = ["3s byzantine n5 equivocate", "4s request n5 \"write x=8\""];
    let timeline = run("partition", &[], &script, "4.05s");
    let (world, n5) = (timeline.world(), node(timeline.world(), "n5"));
    let lies: std::collections::BTreeSet<_> = world
        .packets()
        .filter(|packet| packet.from == n5)
        .filter_map(|packet| Register::decode(&packet.bytes))
        .filter(|message| matches!(message, Register::Written { .. }))
        .map(|message| message.label())
        .collect();
    assert!(lies.len() > 3, "{lies:?}");
}

/// A liveness property is lost when what it speaks of is lost, and comes back with it.
#[test]
fn the_liveness_of_both_scenarios_comes_back_after_the_last_change() {
    let centralized = run("centralized", &[], &["3s crash s1", "9s restart s1"], "20s");
    assert!(is_good(centralized.world(), "clients-are-answered"));
    let down = run("centralized", &[], &["3s crash s1"], "20s");
    assert!(!is_good(down.world(), "clients-are-answered"));
    let script = ["1s request n1 \"write x=4\"", CUTS[0], CUTS[1], "5s request n1 \"write x=5\""];
    let apart = run("partition", &[], &script, "11s");
    assert!(!is_good(apart.world(), "members-agree"));
}

#[test]
fn every_scene_is_reachable() {
    let reached = [
        run("centralized", &[], &["3s crash s1"], "20s"),
        run(
            "partition",
            &[],
            &[CUTS[0], CUTS[1], "5s request n1 \"write x=4\"", "6s request n5 \"write x=7\"", HEALS[0]],
            "20s",
        ),
    ];
    for timeline in &reached {
        let world = timeline.world();
        for (property, standing) in world.network().properties.iter().zip(world.standings()) {
            let is_scene = property.kind == PropertyKind::Sometimes;
            assert!(!is_scene || matches!(standing, Standing::Reached { .. }), "{}", property.name);
        }
    }
    let seen: usize = reached.iter().map(|timeline| timeline.world().network().properties.len()).sum();
    let both = CATALOGUE.protocols().filter(|it| ["key-value", "register"].contains(&it.name));
    let all: usize = both.map(|protocol| protocol.properties.len()).sum();
    assert_eq!(seen, all, "every property of the two protocols is of one of these two scenarios");
}

#[test]
fn the_stress_scenario_keeps_ten_thousand_messages_on_their_way() {
    let timeline = run("stress", &[], &NO_LINES, "2s");
    let world = timeline.world();
    assert_eq!((world.network().nodes.len(), world.network().links.len()), (1_000, 2_000));
    assert_eq!(world.island_count(), 1);
    assert!((9_900..=10_100).contains(&world.packets().count()), "{}", world.packets().count());
}

// Chance.

/// One thing done, as numbers: when in milliseconds, which, and two that choose where and how.
type Deed = (u64, usize, usize, usize);

fn deeds(kinds: usize, most: usize) -> impl Strategy<Value = Vec<Deed>> {
    proptest::collection::vec((0..20_000u64, 0..kinds, 0..1_000usize, 0..1_000usize), 1..most)
}

fn link_name(network: &Network, choice: usize) -> String {
    let links: Vec<_> = network.link_ids().collect();
    network.link_name(links[choice % links.len()])
}

fn direction_name(network: &Network, choice: usize) -> String {
    let name = link_name(network, choice / 2);
    let (a, b) = name.split_once('-').unwrap();
    if choice.is_multiple_of(2) { format!("{a}>{b}") } else { format!("{b}>{a}") }
}

fn node_name(network: &Network, choice: usize) -> String {
    network.name(NodeId((choice % network.nodes.len()) as u32)).to_owned()
}

/// Any fault of the catalogue but those named, anywhere, with its usual amount; or its end; or a request.
fn any_line(network: &Network, deed: Deed, without: &[&str], requests: &[&str]) -> String {
    let (millis, kind, place, choice) = deed;
    let moment = Duration::millis(millis);
    let faults: Vec<_> = CATALOGUE.faults.iter().filter(|fault| !without.contains(&fault.name)).collect();
    if kind.is_multiple_of(3) {
        let (kind_of_node, text) = (node_name(network, place), requests[choice % requests.len()]);
        return format!("{moment} request {kind_of_node} \"{}\"", text.replace("{n}", &choice.to_string()));
    }
    let fault = faults[choice % faults.len()];
    let place = match (fault.strikes_nodes(), kind % 3) {
        (true, _) => node_name(network, place),
        (false, 1) => link_name(network, place),
        _ => direction_name(network, place),
    };
    if kind % 2 == 0 { format!("{moment} {} {place}", fault.name) } else { format!("{moment} heal {place}") }
}

fn any_script(name: &str, deeds: &[Deed], without: &[&str], requests: &[&str]) -> Vec<String> {
    let network = runs::scenario(name, &[], &NO_LINES).lay(CATALOGUE).unwrap().network;
    deeds.iter().map(|deed| any_line(&network, *deed, without, requests)).collect()
}

const MEMBER_REQUESTS: [&str; 3] = ["write x={n}", "write x={n}", "read x"];
const CLIENT_REQUESTS: [&str; 3] = ["put x={n}", "put y={n}", "get x"];

/// Which nodes reach each other, by brute force: every pair through every other node, over and over.
fn reachable(world: &World) -> Vec<Vec<bool>> {
    let network = world.network();
    let count = network.nodes.len();
    let runs = |node: NodeId| world.is_running(node);
    let mut reach = vec![vec![false; count]; count];
    for node in network.node_ids().filter(|node| runs(*node)) {
        reach[node.index()][node.index()] = true;
    }
    for direction in network.link_ids().flat_map(|link| link.directions()) {
        let (from, to) = (network.source(direction), network.target(direction));
        reach[from.index()][to.index()] |= world.direction(direction).settings.up && runs(from) && runs(to);
    }
    for _ in 0..count {
        for (a, b, c) in
            (0..count).flat_map(|a| (0..count).flat_map(move |b| (0..count).map(move |c| (a, b, c))))
        {
            reach[a][c] |= reach[a][b] && reach[b][c];
        }
    }
    reach
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn islands_are_the_sets_of_nodes_that_reach_each_other(deeds in deeds(6, 20)) {
        let script = any_script("partition", &deeds, &[], &MEMBER_REQUESTS);
        let timeline = run("partition", &[("heartbeat", "60s")], &script, "21s");
        let (world, reach) = (timeline.world(), reachable(timeline.world()));
        for a in world.network().node_ids() {
            prop_assert_eq!(world.islands()[a.index()].is_some(), world.is_running(a));
            for b in world.network().node_ids() {
                let together = world.islands()[a.index()].is_some() && world.islands()[a.index()] == world.islands()[b.index()];
                prop_assert_eq!(together, reach[a.index()][b.index()] && reach[b.index()][a.index()]);
            }
        }
    }

    #[test]
    fn two_sides_never_both_accept_in_consistent_mode(deeds in deeds(6, 40), seed in 0..1_000u64) {
        let without = ["byzantine", "destroy"];
        let script = any_script("partition", &deeds, &without, &MEMBER_REQUESTS);
        let scenario = runs::scenario("partition", &[("mode", "consistent")], &NO_LINES);
        always_hold(&watch(Scenario { seed, script, ..scenario }, "25s"))?;
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 80, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn available_members_agree_once_all_is_healed(deeds in deeds(6, 25)) {
        let without = ["byzantine"];
        let mut script = any_script("partition", &deeds, &without, &MEMBER_REQUESTS);
        let network = runs::scenario("partition", &[], &NO_LINES).lay(CATALOGUE).unwrap().network;
        script.extend(network.link_ids().map(|link| format!("21s heal {}", network.link_name(link))));
        for direction in network.link_ids().flat_map(|link| link.directions()) {
            script.push(format!("21s heal {}>{}", network.name(network.source(direction)), network.name(network.target(direction))));
        }
        script.extend(network.nodes.iter().map(|node| format!("21s heal {}", node.name)));
        let timeline = run("partition", &[], &script, "30s");
        always_hold(&timeline)?;
        let world = timeline.world();
        prop_assert!(is_good(world, "members-agree"), "{:?}\n{}", standing(world, "members-agree"), script.join("\n"));
    }

    #[test]
    fn what_is_promised_survives_any_fault(deeds in deeds(6, 40), mode in 0..2usize) {
        let script = any_script("partition", &deeds, &[], &MEMBER_REQUESTS);
        always_hold(&run("partition", &[("mode", ["available", "consistent"][mode])], &script, "25s"))?;
        let script = any_script("centralized", &deeds, &[], &CLIENT_REQUESTS);
        always_hold(&run("centralized", &[("interval", "1s")], &script, "25s"))?;
    }

    #[test]
    fn every_line_of_a_random_script_reads_as_it_is_written(deeds in deeds(6, 40)) {
        for entry in ALL {
            let network = entry.build_with(&[("nodes".into(), "12".into())]).or_else(|_| entry.build_with(&[])).unwrap().lay(CATALOGUE).unwrap().network;
            for deed in &deeds {
                let line = any_line(&network, *deed, &[], &CLIENT_REQUESTS);
                let timed = network.read_line(&line).unwrap();
                prop_assert_eq!(network.read_line(&network.write_line(&timed)).unwrap(), timed);
            }
        }
    }
}
