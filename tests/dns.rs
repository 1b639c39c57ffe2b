//! What must be true of the Domain Name System.

#[path = "support/runs.rs"]
mod runs;

use netsplit::faults;
use netsplit::protocols::dns::{Authority, DNS, Data, Dns, Outcome, Rcode, Record, Resolver, Stub, Type};
use netsplit::scenarios::CATALOGUE;
use netsplit::share::chaos::Chaos;
use netsplit::sim::figure::Drawing;
use netsplit::sim::network::NodeId;
use netsplit::sim::process::Message as _;
use netsplit::sim::property::Standing;
use netsplit::sim::time::{Duration, Time};
use netsplit::sim::timeline::Timeline;
use netsplit::sim::trace::Event;
use netsplit::sim::world::World;
use runs::{Controls, NO_LINES, always_hold_in, at, is_good, node, process, reading, standing, told, watch};

/// A run in which nobody asks by themselves, unless these controls say so.
fn run(controls: Controls, script: &[&str], until: &str) -> Timeline {
    runs::timeline("dns", &[&[("interval", "0s")], controls].concat(), script, until)
}

fn resolver(world: &World) -> &Resolver {
    process(world, "r1")
}

fn serial(world: &World, name: &str) -> Option<u32> {
    process::<Authority>(world, name).serial()
}

/// How the last lookup of a stub went.
fn outcome<'a>(world: &'a World, stub: &str) -> &'a Outcome {
    &process::<Stub>(world, stub).last().unwrap().outcome
}

fn found(address: &str) -> Outcome {
    Outcome::Found(address.to_owned())
}

/// A message that was sent or arrived.
struct Seen {
    at: Time,
    from: NodeId,
    to: NodeId,
    is_sent: bool,
    message: Dns,
}

fn messages(timeline: &Timeline) -> impl Iterator<Item = Seen> {
    timeline.past().iter().filter_map(|record| {
        let (packet, is_sent) = match record.event {
            Event::Sent { packet, .. } => (packet, true),
            Event::Delivered { packet, .. } => (packet, false),
            _ => return None,
        };
        let (from, to) = timeline.trace().ends(packet)?;
        let message = Dns::decode(timeline.trace().bytes(packet)?)?;
        Some(Seen { at: record.time, from, to, is_sent, message })
    })
}

/// Who asked whom for what, as `r1 root www.example.com A?`.
fn queries(timeline: &Timeline, kind: Type) -> Vec<String> {
    let network = timeline.world().network();
    let query = |seen: Seen| match seen.message {
        Dns::Query { question, .. } if seen.is_sent && question.kind == kind => {
            Some(format!("{} {} {question}", network.name(seen.from), network.name(seen.to)))
        }
        _ => None,
    };
    messages(timeline).filter_map(query).collect()
}

/// The records in answers that a stub was sent.
fn answers_to<'a>(timeline: &'a Timeline, stub: &str) -> impl Iterator<Item = (Time, Record)> + 'a {
    let stub = node(timeline.world(), stub);
    let sent = messages(timeline).filter(move |seen| seen.is_sent && seen.to == stub);
    sent.filter_map(|seen| match seen.message {
        Dns::Response { reply, .. } => Some((seen.at, reply.answers.first()?.clone())),
        Dns::Query { .. } => None,
    })
}

/// Holds every answer that a resolver sent against those that had arrived at it, by what the trace says alone: none is told after its
/// time, nor with more seconds than are left. Returns how many were told later than they arrived.
fn judge_by_the_trace(timeline: &Timeline) -> usize {
    let network = timeline.world().network();
    let is = |node: NodeId, role: &str| network.role(node).name == role;
    let mut heard: Vec<(Time, NodeId, Record)> = Vec::new();
    let mut told_later = 0;
    for seen in messages(timeline) {
        let Dns::Response { reply, .. } = seen.message else { continue };
        if !seen.is_sent && is(seen.to, "resolver") {
            heard.extend(reply.answers.into_iter().map(|record| (seen.at, seen.to, record)));
        } else if seen.is_sent && is(seen.from, "resolver") {
            for told in reply.answers {
                let fits = |(at, node, record): &(Time, NodeId, Record)| {
                    let age = seen.at.since(*at);
                    let allowed = Duration::secs(record.ttl.into());
                    *node == seen.from
                        && (&record.name, &record.data) == (&told.name, &told.data)
                        && (age == Duration::ZERO || age < allowed)
                        && age + Duration::secs(told.ttl.into()) <= allowed
                };
                let (at, ..) = heard.iter().rev().find(|heard| fits(heard)).unwrap_or_else(|| {
                    panic!("{told} told at {}\n{}", seen.at, timeline.scenario().script.join("\n"))
                });
                told_later += usize::from(*at < seen.at);
            }
        }
    }
    told_later
}

const ASK: &str = r#"1s request c1 "ask www.example.com""#;

#[test]
fn a_cold_lookup_takes_one_and_three_exchanges_and_a_warm_one_takes_one() {
    let cold = run(&[], &[ASK], "4s");
    let way = ["c1 r1", "r1 root", "r1 com", "r1 ns1"].map(|ends| format!("{ends} www.example.com A?"));
    assert_eq!(queries(&cold, Type::A), way);
    assert_eq!(outcome(cold.world(), "c1"), &found("192.0.2.1"));
    assert_eq!(reading(cold.world(), "exchanges_per_lookup"), 4.0);

    let warm = run(&[], &[ASK, r#"4s request c2 "ask www.example.com""#], "6s");
    assert_eq!(queries(&warm, Type::A)[4..], ["c2 r1 www.example.com A?"]);
    assert_eq!(outcome(warm.world(), "c2"), &found("192.0.2.1"));
    assert_eq!(reading(warm.world(), "cache_hits_percent"), 50.0);
    assert_eq!(reading(warm.world(), "exchanges_per_lookup"), 2.5);

    // Another name of the same zone: the way to the zone is known.
    let beside = run(&[], &[ASK, r#"4s request c2 "ask mail.example.com""#], "6s");
    let way = ["c2 r1 mail.example.com A?", "r1 ns1 mail.example.com A?"];
    assert_eq!(queries(&beside, Type::A)[4..], way);
}

#[test]
fn two_who_ask_at_once_are_answered_by_one_lookup() {
    let timeline = run(&[], &[ASK, r#"1.3s request c2 "ask www.example.com""#], "4s");
    assert_eq!(queries(&timeline, Type::A).len(), 5);
    assert_eq!(outcome(timeline.world(), "c2"), &found("192.0.2.1"));
}

#[test]
fn an_answer_is_passed_on_with_the_seconds_that_are_left() {
    let script = [
        ASK,
        r#"4s request c2 "ask www.example.com""#,
        r#"20.8s request c2 "ask www.example.com""#,
        r#"22.2s request c2 "ask www.example.com""#,
    ];
    let timeline = run(&[], &script, "30s");
    let first: Vec<_> = answers_to(&timeline, "c1").collect();
    assert_eq!((first[0].0, first[0].1.ttl), (at("2.05s"), 20));
    let later: Vec<_> = answers_to(&timeline, "c2").map(|(_, record)| record.ttl).collect();
    // It arrived at 2.05 s; 17.9 and 1.1 seconds are left, and then none: the resolver finds out once more.
    assert_eq!(later, [17, 1, 20]);
    assert_eq!(judge_by_the_trace(&timeline), 2);
}

#[test]
fn a_timer_that_is_held_back_keeps_nothing_alive() {
    let script = [ASK, "3s postpone r1 ttl#3 60s", r#"25s request c2 "ask www.example.com""#];
    let timeline = run(&[], &script, "30s");
    assert_eq!(queries(&timeline, Type::A).len(), 8);
    let fired = run(&[], &[ASK, "3s fire r1 ttl#3", r#"4s request c2 "ask www.example.com""#], "30s");
    assert_eq!(queries(&fired, Type::A)[5..], ["r1 ns1 www.example.com A?"]);
}

#[test]
fn without_the_root_names_live_until_their_time_to_live_ends() {
    let script = [
        ASK,
        "4s cut r1-root",
        r#"20.8s request c2 "ask www.example.com""#,
        r#"22.2s request c3 "ask www.example.com""#,
        r#"23s request c1 "ask www.example.org""#,
    ];
    let timeline = run(&[], &script, "40s");
    let world = timeline.world();
    assert_eq!(outcome(world, "c2"), &found("192.0.2.1"));
    assert_eq!(outcome(world, "c3"), &Outcome::Failed(Some(Rcode::ServFail)));
    assert_eq!(outcome(world, "c1"), &Outcome::Failed(Some(Rcode::ServFail)));
    assert_eq!(reading(world, "lookups_failed"), 2.0);
    // One try and two more, a second each.
    let c3 = process::<Stub>(world, "c3").last().unwrap();
    assert_eq!(c3.ended_at, at("25.5s"));
    assert!(!is_good(world, "stubs-are-answered"));
}

#[test]
fn a_secondary_saves_the_name_when_the_primary_crashes() {
    let script = ["3s crash ns1", r#"4s request c1 "ask www.example.com""#];
    let timeline = run(&[], &script, "10s");
    assert_eq!(outcome(timeline.world(), "c1"), &found("192.0.2.1"));
    let way = queries(&timeline, Type::A);
    assert_eq!(way[3..], ["r1 ns1 www.example.com A?", "r1 ns2 www.example.com A?"]);
    let both = run(&[], &[script[0], "3s crash ns2", script[1]], "10s");
    assert_eq!(outcome(both.world(), "c1"), &Outcome::Failed(Some(Rcode::ServFail)));
    // The other zone has no secondary.
    let other = run(&[], &["3s crash ns3", r#"4s request c1 "ask www.example.org""#], "10s");
    assert_eq!(outcome(other.world(), "c1"), &Outcome::Failed(Some(Rcode::ServFail)));
}

#[test]
fn a_name_outlives_its_authorities_in_a_cache() {
    let crashes = ["3s crash ns1", "3s crash ns2"];
    let asks = r#"4s request c2 "ask www.example.com""#;
    let timeline = run(&[], &[ASK, crashes[0], crashes[1], asks], "6s");
    let one_down = run(&[], &[ASK, crashes[0], asks], "6s");
    let name = "a-name-outlives-its-authority";
    assert!(is_good(timeline.world(), name));
    assert!(!is_good(one_down.world(), name));
}

#[test]
fn that_a_name_does_not_exist_is_kept_for_as_long_as_the_zone_says() {
    let script = [
        r#"1s request c1 "ask no.example.com""#,
        r#"4s request c2 "ask no.example.com""#,
        // The zone's minimum of ten seconds is over.
        r#"13s request c3 "ask no.example.com""#,
    ];
    let timeline = run(&[], &script, "20s");
    assert_eq!(outcome(timeline.world(), "c2"), &Outcome::Missing(Rcode::NxDomain));
    let way = ["c1 r1", "r1 root", "r1 com", "r1 ns1", "c2 r1", "c3 r1", "r1 ns1"];
    assert_eq!(queries(&timeline, Type::A), way.map(|ends| format!("{ends} no.example.com A?")));
    // A name of which there is only something else, and one that only stands between others.
    for name in ["example.com", "com"] {
        let timeline = run(&[], &[&format!("1s request c1 \"ask {name}\"")], "4s");
        assert_eq!(outcome(timeline.world(), "c1"), &Outcome::Missing(Rcode::NoError), "{name}");
    }
}

#[test]
fn a_changed_record_is_seen_when_the_old_one_s_time_is_over() {
    let script = [
        ASK,
        r#"3s request ns1 "set www.example.com 192.0.2.7""#,
        r#"20.8s request c2 "ask www.example.com""#,
        r#"22.2s request c3 "ask www.example.com""#,
    ];
    let timeline = run(&[], &script, "30s");
    let world = timeline.world();
    assert_eq!(outcome(world, "c2"), &found("192.0.2.1"));
    assert_eq!(outcome(world, "c3"), &found("192.0.2.7"));
    assert_eq!(told(&timeline)[1], "www.example.com 20 A 192.0.2.7, from version 2 of the zone");
    let told_old = at("21.1s");
    assert!(matches!(standing(world, "an-answer-was-stale"), Standing::Reached { at } if *at == told_old));
    let fresh = run(&[], &[ASK, script[1], script[3]], "30s");
    assert!(!is_good(fresh.world(), "an-answer-was-stale"));
    always_hold_in(&timeline);
}

#[test]
fn a_time_to_live_of_nought_is_never_kept() {
    let script = [ASK, r#"4s request c2 "ask www.example.com""#];
    let timeline = run(&[("ttl", "0")], &script, "8s");
    assert_eq!(queries(&timeline, Type::A).len(), 8);
    assert_eq!(outcome(timeline.world(), "c2"), &found("192.0.2.1"));
    assert_eq!(resolver(timeline.world()).cached(), 0);
}

#[test]
fn a_lost_query_is_sent_again_and_a_late_answer_is_ignored() {
    let lost = run(&[], &["0s cut r1>root", ASK, "2s heal r1>root"], "6s");
    assert_eq!(outcome(lost.world(), "c1"), &found("192.0.2.1"));
    assert_eq!(queries(&lost, Type::A)[1..3], ["r1 root www.example.com A?", "r1 root www.example.com A?"]);

    // The answer of the first try comes after the second was sent: its number is that of no query under way.
    let late = run(&[], &["0s delay root>r1 900ms", ASK, "2s heal root>r1"], "6s");
    assert_eq!(outcome(late.world(), "c1"), &found("192.0.2.1"));
    assert_eq!(resolver(late.world()).ignored(), 1);
}

#[test]
fn a_copy_of_an_answer_is_ignored() {
    let timeline = run(&[], &["0s duplicate com-r1 100%", ASK], "6s");
    // The query is doubled too, so com answers twice and each answer twice.
    assert_eq!(resolver(timeline.world()).ignored(), 3);
    assert_eq!(outcome(timeline.world(), "c1"), &found("192.0.2.1"));
}

#[test]
fn a_secondary_transfers_the_zone_when_its_serial_grew() {
    let script = [r#"7s request ns1 "set www.example.com 192.0.2.7""#];
    let before = run(&[], &script, "9.9s");
    assert_eq!((serial(before.world(), "ns1"), serial(before.world(), "ns2")), (Some(2), Some(1)));
    let after = run(&[], &script, "30s");
    assert_eq!(serial(after.world(), "ns2"), Some(2));
    assert_eq!(queries(&after, Type::Axfr).len(), 2);
    // At the start, and every five seconds.
    assert_eq!(queries(&after, Type::Soa).len(), 7);
    let crashed = run(&[], &[script[0], "12s crash ns1", r#"13s request c1 "ask www.example.com""#], "20s");
    assert_eq!(outcome(crashed.world(), "c1"), &found("192.0.2.7"));
}

#[test]
fn a_copy_that_cannot_be_confirmed_is_served_until_it_expires() {
    let ask = |moment: &str| format!("{moment} request c1 \"ask www.example.com\"");
    let until = |moment: &str, until: &str| run(&[], &["3s crash ns1", &ask(moment)], until);
    assert_eq!(outcome(until("110s", "119s").world(), "c1"), &found("192.0.2.1"));
    assert_eq!(outcome(until("130s", "140s").world(), "c1"), &Outcome::Failed(Some(Rcode::ServFail)));
    // It takes a new copy as soon as there is one to be had.
    let back = run(&[], &["3s crash ns1", "125s restart ns1", "131s crash ns1", &ask("132s")], "140s");
    assert_eq!(outcome(back.world(), "c1"), &found("192.0.2.1"));
}

#[test]
fn authorities_have_their_zones_from_their_disks() {
    let set = r#"3s request ns1 "set www.example.com 192.0.2.7""#;
    let kept = run(
        &[],
        &[set, "4s crash ns1", "5s restart ns1", "5s crash ns2", r#"6s request c1 "ask www.example.com""#],
        "9s",
    );
    assert_eq!(outcome(kept.world(), "c1"), &found("192.0.2.7"));
    // A change that the disk had not confirmed is gone, and its user was told nothing.
    let lost = run(
        &[],
        &[set, "3.001s crash ns1", "5s restart ns1", r#"6s request c1 "ask www.example.com""#],
        "9s",
    );
    assert_eq!(outcome(lost.world(), "c1"), &found("192.0.2.1"));
    assert_eq!(told(&lost).len(), 1);
    // A secondary is there before it was able to ask anybody.
    let copy = run(
        &[],
        &["3s crash ns1", "3s crash ns2", "5s restart ns2", r#"6s request c1 "ask www.example.com""#],
        "9s",
    );
    assert_eq!(outcome(copy.world(), "c1"), &found("192.0.2.1"));
    let full = run(&[], &["2s fill-disk ns1", set], "4s");
    assert_eq!(told(&full), ["“set www.example.com 192.0.2.7” is refused: the disk is full"]);
}

#[test]
fn a_secondary_that_is_made_the_primary_goes_on_with_its_copy() {
    let script = [
        "3s crash ns1",
        r#"4s set ns2 primary """#,
        r#"5s request ns2 "set www.example.com 192.0.2.7""#,
        r#"200s request c1 "ask www.example.com""#,
        r#"201s request c2 "ask mail.example.com""#,
    ];
    let timeline = run(&[], &script, "210s");
    assert_eq!(outcome(timeline.world(), "c1"), &found("192.0.2.7"));
    assert_eq!(outcome(timeline.world(), "c2"), &found("192.0.2.2"));
    always_hold_in(&timeline);
}

#[test]
fn changed_settings_make_the_next_version_of_a_zone() {
    let set = r#"2s request ns1 "set www.example.com 192.0.2.7""#;
    let ttl = run(&[], &[set, "3s set ns1 ttl 30", r#"4s request c1 "ask www.example.com""#], "8s");
    let answer = answers_to(&ttl, "c1").next().unwrap().1;
    assert_eq!(
        answer,
        Record { name: "www.example.com".to_owned(), ttl: 30, data: Data::A("192.0.2.7".to_owned()) }
    );
    assert_eq!(serial(ttl.world(), "ns1"), Some(3));
    let edited = run(
        &[],
        &[
            set,
            r#"3s set ns1 records "www.example.com A 192.0.2.9""#,
            r#"4s request c1 "ask www.example.com""#,
        ],
        "8s",
    );
    assert_eq!(outcome(edited.world(), "c1"), &found("192.0.2.9"));
    let wrong = run(
        &[],
        &[set, r#"3s set ns1 records "www.example.com""#, r#"4s request c1 "ask www.example.com""#],
        "8s",
    );
    assert_eq!(outcome(wrong.world(), "c1"), &found("192.0.2.7"));
}

#[test]
fn stubs_turn_to_another_resolver() {
    let crashed = run(&[("resolvers", "2")], &["0s crash r1", ASK], "20s");
    assert_eq!(outcome(crashed.world(), "c1"), &found("192.0.2.1"));
    assert_eq!(queries(&crashed, Type::A)[..2], ["c1 r1 www.example.com A?", "c1 r2 www.example.com A?"]);
    // One that fails is not asked again, but the other may know.
    let blind = run(&[("resolvers", "2")], &["0s cut r1-root", ASK], "20s");
    assert_eq!(outcome(blind.world(), "c1"), &found("192.0.2.1"));
    let alone = run(&[], &["0s crash r1", ASK], "20s");
    assert_eq!(outcome(alone.world(), "c1"), &Outcome::Failed(None));
}

#[test]
fn a_liar_is_believed_within_its_zone_and_leads_astray_below_it() {
    let ask = r#"2s request c1 "ask www.example.com""#;
    let liar = run(&[], &["1s byzantine ns1 lie", ask], "8s");
    assert!(
        matches!(outcome(liar.world(), "c1"), Outcome::Found(address) if address.starts_with("203.0.113."))
    );
    let astray = run(&[], &["1s byzantine com lie", ask], "12s");
    assert_eq!(outcome(astray.world(), "c1"), &Outcome::Failed(Some(Rcode::ServFail)));
    // The poison stays in the cache after the liar turned honest, and goes with its time.
    let script = [
        "1s byzantine ns1 lie",
        ask,
        "4s honest ns1",
        r#"5s request c2 "ask www.example.com""#,
        r#"26s request c3 "ask www.example.com""#,
    ];
    let poisoned = run(&[], &script, "30s");
    assert!(
        matches!(outcome(poisoned.world(), "c2"), Outcome::Found(address) if address.starts_with("203.0.113."))
    );
    assert_eq!(outcome(poisoned.world(), "c3"), &found("192.0.2.1"));
}

#[test]
fn bad_requests_are_answered_with_what_would_be_right() {
    for (node, request, right) in [
        ("c1", "ask", "ask www.example.com"),
        ("c1", "ask www..com", "ask www.example.com"),
        ("c1", "set www.example.com 192.0.2.7", "ask www.example.com"),
        ("ns1", "set www.example.com", "set www.example.com 192.0.2.7"),
        ("ns1", "set www.example.com 192.0.2.700", "set www.example.com 192.0.2.7"),
        ("ns2", "set www.example.com 192.0.2.7", "ask ns1"),
        ("ns1", "set www.example.org 192.0.2.7", "not in the zone example.com"),
    ] {
        let timeline = run(&[], &[&format!("1s request {node} \"{request}\"")], "2s");
        assert!(told(&timeline)[0].contains(right), "{request}: {:?}", told(&timeline));
    }
}

#[test]
fn the_figure_shows_how_caching_spares_the_root() {
    let timeline = run(&[("interval", "1s")], &[], "60s");
    let Some(Drawing::Bars(bars)) = (DNS.figures[0].draw)(timeline.world()) else { panic!("no bars") };
    let amount = |name: &str| bars.bars.iter().find(|bar| bar.label == name).unwrap().amount;
    assert_eq!(bars.bars.len(), 7);
    assert!(amount("r1") > 100.0 && amount("root") < 12.0, "{bars:?}");
}

#[test]
fn every_scene_is_reachable_and_lookups_come_back() {
    let script = [
        ASK,
        r#"3s request ns1 "set www.example.com 192.0.2.7""#,
        "4s crash ns1",
        "4s crash ns2",
        r#"5s request c2 "ask www.example.com""#,
        r#"25s request c3 "ask www.example.com""#,
        "40s restart ns1",
        "41s set c1 interval 1s",
        "41s set c2 interval 1s",
        "41s set c3 interval 1s",
    ];
    let timeline = run(&[], &script, "60s");
    let world = timeline.world();
    assert_eq!(world.network().properties.len(), DNS.properties.len());
    for (property, standing) in world.network().properties.iter().zip(world.standings()) {
        assert!(standing.is_good(), "{}: {standing:?}", property.name);
    }
}

#[test]
fn in_chaos_no_answer_is_told_past_its_time() {
    // Liars are left out: the trace holds what a liar says, not what it knows.
    let kinds = faults::ALL.iter().copied().filter(|kind| kind.name != "byzantine");
    let chaos = Chaos { commands: 20, kinds: kinds.collect() };
    let mut told_later = 0;
    for seed in 0..40 {
        let controls = [("interval", "700ms"), ("ttl", "7"), ("resolvers", "2")];
        let mut scenario = runs::scenario("dns", &controls, &NO_LINES);
        scenario.seed = seed;
        let network = scenario.lay(CATALOGUE).unwrap().network;
        let drawn = chaos.draw(&network, seed, at("30s"));
        scenario.script.extend(drawn.iter().map(|timed| network.write_line(timed)));
        scenario
            .script
            .extend((1..10).map(|n| format!("{}s request ns1 \"set www.example.com 192.0.2.{n}\"", 3 * n)));
        let timeline = watch(scenario, "30s");
        always_hold_in(&timeline);
        told_later += judge_by_the_trace(&timeline);
    }
    assert!(told_later > 1_000, "{told_later}");
}
