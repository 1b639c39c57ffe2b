//! What must be true of a tunnel past strangers: nothing of what is said is on the wire, whatever was tampered with is refused, only an
//! unchecked host key lets somebody stand in the middle, and a stream within a stream pays for it where messages are lost.

#[path = "support/runs.rs"]
mod runs;

use netsplit::protocols::tunnel::{Heard, Router, Server, Terminal};
use netsplit::scenarios::CATALOGUE;
use netsplit::sim::scenario::Scenario;
use netsplit::sim::time::Duration;
use netsplit::sim::timeline::Timeline;
use netsplit::sim::world::World;
use runs::{Controls, at, broken, is_good};

const WORDS: &str = "tell nobody: noon, north gate";

fn timeline(values: Controls, seed: u64, script: &[&str]) -> Timeline {
    Timeline::new(Scenario { seed, ..runs::scenario("tunnel", values, script) }, CATALOGUE).unwrap()
}

fn run(values: Controls, script: &[&str], until: &str) -> World {
    let mut timeline = timeline(values, 1, script);
    timeline.seek(at(until));
    timeline.world().clone()
}

fn say(moment: &str, words: &str) -> String {
    format!(r#"{moment} request alice "say {words}""#)
}

fn heard(world: &World) -> Vec<Heard> {
    world.processes::<Server>().next().expect("the server runs").1.heard().to_vec()
}

fn sealed(words: &str) -> Heard {
    Heard { words: words.to_owned(), is_sealed: true }
}

fn read(world: &World) -> usize {
    world.processes::<Router>().map(|(_, router)| router.read().len()).max().unwrap_or(0)
}

fn refused(world: &World) -> (u64, u64) {
    let terminal = world.processes::<Terminal>().next().map_or(0, |(_, terminal)| terminal.refused());
    (terminal, world.processes::<Server>().next().map_or(0, |(_, server)| server.refused()))
}

/// Whether these bytes are in any message that is on its way at any moment of a run.
fn is_ever_on_the_wire(mut timeline: Timeline, bytes: &[u8], until: &str) -> bool {
    let until = at(until);
    while timeline.world().now() < until && timeline.step() {
        let mut packets = timeline.world().packets();
        if packets.any(|packet| packet.bytes.windows(bytes.len()).any(|window| window == bytes)) {
            return true;
        }
    }
    false
}

#[test]
fn no_word_is_on_the_wire_in_a_tunnel_and_every_word_is_in_the_clear() {
    let script = say("100ms", WORDS);
    for (tunnel, expected) in [("off", true), ("forward", false), ("tun", false)] {
        let values = [("tunnel", tunnel)];
        let world = run(&values, &[&script], "5s");
        assert_eq!(heard(&world), [Heard { words: WORDS.to_owned(), is_sealed: !expected }], "{tunnel}");
        assert_eq!(read(&world), usize::from(expected), "{tunnel}");
        for word in ["tell", "nobody", "noon", "gate"] {
            let found = is_ever_on_the_wire(timeline(&values, 1, &[&script]), word.as_bytes(), "5s");
            assert_eq!(found, expected, "{tunnel}: {word}");
        }
        assert_eq!(broken(&world), [""; 0]);
    }
}

#[test]
fn what_is_altered_is_believed_in_the_clear_and_refused_in_a_tunnel() {
    let script = say("100ms", WORDS);
    let world = run(&[("tampering", "alter")], &[&script], "5s");
    let words = "gate north noon, nobody: tell".to_owned();
    assert_eq!(heard(&world), [Heard { words, is_sealed: false }]);
    assert!(is_good(&world, "altered-words-are-believed"));
    for tunnel in ["forward", "tun"] {
        let world = run(&[("tunnel", tunnel), ("tampering", "alter")], &[&script], "5s");
        assert_eq!((heard(&world), refused(&world)), (vec![], (0, 1)), "{tunnel}");
        assert_eq!(broken(&world), [""; 0]);
    }
}

#[test]
fn what_is_replayed_is_believed_in_the_clear_and_refused_in_a_tunnel() {
    let (first, second) = (say("100ms", "pay one"), say("2s", "pay two"));
    let script = [first.as_str(), second.as_str()];
    let clear = run(&[("tampering", "replay")], &script, "8s");
    assert_eq!(
        heard(&clear).iter().map(|heard| heard.words.as_str()).collect::<Vec<_>>(),
        ["pay one", "pay one"]
    );
    let tunnel = run(&[("tunnel", "forward"), ("tampering", "replay")], &script, "8s");
    assert_eq!((heard(&tunnel), refused(&tunnel)), (vec![sealed("pay one")], (0, 1)));
    assert_eq!(broken(&tunnel), [""; 0]);
}

#[test]
fn what_is_discarded_does_not_arrive_either_way_until_it_is_let_pass() {
    let script = say("100ms", WORDS);
    for tunnel in ["off", "forward"] {
        let values = [("tunnel", tunnel), ("tampering", "discard")];
        assert_eq!(heard(&run(&values, &[&script], "20s")), [], "{tunnel}");
        assert_eq!(heard(&run(&values, &[&script, "3s set eve tampering none"], "20s")).len(), 1, "{tunnel}");
    }
}

#[test]
fn only_an_unchecked_host_key_lets_somebody_stand_in_the_middle() {
    let script = say("100ms", WORDS);
    let cases = [
        // Who knows the key, how it is checked, and whether Eve reads along.
        ("yes", "strict", false),
        ("yes", "first-use", false),
        ("yes", "off", true),
        ("no", "strict", false),
        ("no", "first-use", true),
        ("no", "off", true),
    ];
    for (knows, check, is_fooled) in cases {
        let values = [
            ("tunnel", "forward"),
            ("knows-host", knows),
            ("host-key-check", check),
            ("tampering", "middle"),
        ];
        let world = run(&values, &[&script], "5s");
        let expected = if is_fooled { (vec![sealed(WORDS)], 1, 0) } else { (vec![], 0, 1) };
        assert_eq!((heard(&world), read(&world), refused(&world).0), expected, "{knows} {check}");
        assert_eq!(broken(&world), [""; 0], "{knows} {check}: no more is claimed");
    }
}

#[test]
fn the_key_that_was_met_first_is_kept_and_another_is_refused() {
    let (first, second) = (say("100ms", "one"), say("3s", "two"));
    let values = [("tunnel", "forward"), ("knows-host", "no"), ("host-key-check", "first-use")];
    let quiet = run(
        &values,
        &[&first, "2s set eve tampering middle", "2s crash bob", "2100ms restart bob", &second],
        "8s",
    );
    assert_eq!(read(&quiet), 0);
    // Alice notices that the old connection is gone, and lays a new one with what she says next.
    let third = say("9s", "three");
    let script = [
        first.as_str(),
        "2s set eve tampering middle",
        "2s crash bob",
        "2100ms restart bob",
        &second,
        &third,
    ];
    let world = run(&values, &script, "15s");
    assert_eq!((read(&world), refused(&world).0), (0, 1));
}

#[test]
fn what_is_lost_on_the_way_is_sent_again() {
    let sayings: Vec<String> =
        (0..10).map(|number| say(&format!("{number}s"), &format!("word {number}"))).collect();
    let mut script: Vec<&str> = ["0s loss alice-r1 20%", "0s loss eve-r2 20%"].to_vec();
    script.extend(sayings.iter().map(String::as_str));
    for tunnel in ["off", "forward", "tun"] {
        let world = run(&[("tunnel", tunnel)], &script, "120s");
        let words: Vec<_> = heard(&world).iter().map(|heard| heard.words.clone()).collect();
        assert_eq!(words, (0..10).map(|number| format!("word {number}")).collect::<Vec<_>>(), "{tunnel}");
    }
}

/// How long 100 pieces take, and how many segments the stream within sent again.
fn sending(tunnel: &str, seed: u64, loss: &str) -> (Duration, u64) {
    let loss = [format!("0s loss alice-r1 {loss}"), format!("0s loss r2-bob {loss}")];
    let script = [loss[0].as_str(), &loss[1], r#"100ms request alice "send 100""#];
    let mut timeline = timeline(&[("tunnel", tunnel)], seed, &script);
    timeline.seek(at("200s"));
    let world = timeline.world();
    let (_, terminal) = world.processes::<Terminal>().next().expect("the terminal runs");
    assert_eq!(world.processes::<Server>().next().expect("the server runs").1.pieces(), 100);
    (terminal.took().expect("all has arrived"), terminal.resent().1)
}

#[test]
fn a_stream_within_a_stream_costs_little_until_messages_are_lost() {
    let (forward, _) = sending("forward", 1, "0%");
    let (within, resent) = sending("tun", 1, "0%");
    assert_eq!(resent, 0);
    assert!(within < forward * 2, "{forward:?} {within:?}");
    let total = |tunnel| {
        let runs = (1..=4).map(|seed| sending(tunnel, seed, "5%"));
        runs.fold((0, 0), |(micros, resent), (took, again)| (micros + took.as_micros(), resent + again))
    };
    let (forward, none) = total("forward");
    let (within, resent) = total("tun");
    assert_eq!(none, 0);
    // What the stream within sends again, nobody ever lost.
    assert!(resent > 0);
    assert!(within as f64 > 1.5 * forward as f64, "{forward} {within} {resent}");
}
