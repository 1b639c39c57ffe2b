//! What must be true of electronic mail, whatever is done to it.

#[path = "support/runs.rs"]
mod runs;

use netsplit::faults;
use netsplit::protocols::email::{Mailbox, Relay, User};
use netsplit::scenarios::CATALOGUE;
use netsplit::share::chaos::Chaos;
use netsplit::sim::time::Duration;
use netsplit::sim::timeline::Timeline;
use netsplit::sim::trace::Event;
use netsplit::sim::world::World;
use runs::{Controls, NO_LINES, always_hold, always_hold_in, at, is_good, node, process, reading};

const WRITE: &str = r#"1s request ann "send bob@b.example hello""#;
const NO_LOAD: (&str, &str) = ("writes-every", "0s");

/// A run with these values and this script, up to a moment.
fn run(values: Controls, script: &[&str], until: &str) -> Timeline {
    let timeline = runs::timeline("email", values, script, until);
    always_hold_in(&timeline);
    timeline
}

fn relay<'a>(world: &'a World, name: &str) -> &'a Relay {
    process(world, name)
}

fn mailbox<'a>(world: &'a World, name: &str) -> &'a Mailbox {
    process(world, name)
}

fn ann(world: &World) -> &User {
    process(world, "ann")
}

/// Letters, bounces and second copies in a mailbox.
fn counts(world: &World, name: &str) -> (u64, u64, u64) {
    let mailbox = mailbox(world, name);
    (mailbox.letters(), mailbox.bounces(), mailbox.duplicates())
}

/// What a node sent, as its labels, up to the moment of the run.
fn said(timeline: &Timeline, from: &str, to: &str) -> Vec<String> {
    let network = timeline.world().network();
    let arrow = format!("{from} → {to}: ");
    let sent = timeline.past().iter().filter(|record| matches!(record.event, Event::Sent { .. }));
    let lines = sent.map(|record| timeline.trace().line(network, record));
    lines.filter_map(|line| Some(line.split_once(&arrow)?.1.to_owned())).collect()
}

#[test]
fn a_letter_goes_from_hop_to_hop_and_each_says_250() {
    let run = run(&[NO_LOAD], &[WRITE], "5s");
    let world = run.world();
    assert_eq!(counts(world, "mb"), (1, 0, 0));
    assert_eq!(said(&run, "ann", "ra"), ["to bob@b.example", "hello"]);
    assert_eq!(said(&run, "ra", "ann"), ["354", "250"]);
    assert_eq!(said(&run, "b1", "ra"), ["354", "250"]);
    assert_eq!(said(&run, "mb", "b1"), ["354", "250"]);
    assert_eq!(said(&run, "ra", "b2"), [""; 0]);
    assert_eq!(reading(world, "letters_waiting"), 0.0);
    // Three hops of three latencies each; the letter, and that it is sent, on the disk of each sender: six syncs.
    assert_eq!(reading(world, "delivery_mean_s"), 0.912);
    assert!(is_good(world, "letters-come-to-an-end"));
}

/// Crash the exchanges or cut their links: mail waits in the queue and is delivered later.
#[test]
fn mail_waits_for_an_exchange_that_is_down_or_cut_off() {
    let ways = [
        ["500ms crash b1", "500ms crash b2", "20s restart b1"],
        ["500ms cut ra-b1", "500ms cut ra-b2", "20s heal ra-b2"],
    ];
    for [one, other, back] in ways {
        let script = [one, other, WRITE, back];
        let before = run(&[NO_LOAD], &script, "19s");
        assert_eq!((relay(before.world(), "ra").waiting(), counts(before.world(), "mb").0), (1, 0));
        // The sender was told long ago that the letter is taken, and may go.
        assert_eq!((ann(before.world()).sent(), ann(before.world()).waiting()), (1, 0));
        assert!(!is_good(before.world(), "letters-come-to-an-end"));
        let after = run(&[NO_LOAD], &script, "50s");
        assert_eq!((relay(after.world(), "ra").waiting(), counts(after.world(), "mb")), (0, (1, 0, 0)));
        assert!(mailbox(after.world(), "mb").longest_delay() > Duration::secs(19));
    }
}

#[test]
fn waits_between_attempts_double() {
    let values = [NO_LOAD, ("exchanges", "1"), ("expiry", "1h")];
    let run = run(&values, &["500ms crash b1", WRITE], "200s");
    let network = run.world().network();
    let asked = run.past().iter().filter(|record| {
        matches!(record.event, Event::Sent { .. })
            && run.trace().line(network, record).contains("ra → b1: to ")
    });
    let times: Vec<_> = asked.map(|record| record.time).collect();
    let waits: Vec<_> = times.windows(2).map(|pair| pair[1].since(pair[0]).as_micros() / 1_000_000).collect();
    // Each with the second that the attempt itself waits for an answer.
    assert_eq!(waits, [3, 5, 9, 17, 33, 33, 33, 33]);
}

#[test]
fn a_crash_after_the_250_loses_nothing() {
    for (moment, back) in [("1405ms", "10s"), ("1450ms", "2s"), ("1700ms", "5s"), ("2010ms", "30s")] {
        let script = [WRITE, &format!("{moment} crash ra"), &format!("{back} restart ra")];
        let early = run(&[NO_LOAD], &script[..2], moment);
        assert!(said(&early, "ra", "ann").contains(&"250".to_owned()), "{moment}");
        let late = run(&[NO_LOAD], &script, "90s");
        assert_eq!(counts(late.world(), "mb").0, 1, "{moment}");
        assert!(is_good(late.world(), "letters-come-to-an-end"), "{moment}");
    }
}

#[test]
fn a_crash_before_the_sync_comes_before_the_250_and_the_sender_still_has_the_letter() {
    // The content comes to ra at 1.304 s, two milliseconds before it is safe.
    let script = [WRITE, "1305ms crash ra", "4s restart ra"];
    let before = run(&[NO_LOAD], &script, "3s");
    assert_eq!(said(&before, "ra", "ann"), ["354"]);
    assert_eq!((ann(before.world()).sent(), ann(before.world()).waiting()), (0, 1));
    let disk = &before.world().node(node(before.world(), "ra")).disk;
    assert_eq!(disk.records().count(), 0);
    let after = run(&[NO_LOAD], &script, "20s");
    assert_eq!((ann(after.world()).sent(), ann(after.world()).waiting()), (1, 0));
    assert_eq!(counts(after.world(), "mb"), (1, 0, 0));
}

/// “Crash ra while the letter waits, restart it, and see that it is still there.”
#[test]
fn a_letter_that_waits_outlives_a_crash() {
    let script = ["0s crash b1", "0s crash b2", WRITE, "10s crash ra", "12s restart ra", "30s restart b1"];
    let before = run(&[NO_LOAD], &script, "29s");
    assert_eq!((relay(before.world(), "ra").stuck(), counts(before.world(), "mb").0), (1, 0));
    assert_eq!(counts(run(&[NO_LOAD], &script, "60s").world(), "mb"), (1, 0, 0));
}

#[test]
fn a_sender_that_crashes_keeps_its_outbox() {
    let script = ["500ms cut ann-ra", WRITE, "2s crash ann", "3s heal ann-ra", "4s restart ann"];
    let run = run(&[NO_LOAD], &script, "20s");
    assert_eq!((ann(run.world()).sent(), counts(run.world(), "mb")), (1, (1, 0, 0)));
}

#[test]
fn the_next_exchange_is_asked_when_the_first_is_silent() {
    let run = run(&[NO_LOAD], &["500ms crash b1", WRITE], "5s");
    assert_eq!(counts(run.world(), "mb"), (1, 0, 0));
    assert_eq!(said(&run, "b2", "ra"), ["354", "250"]);
    // The second that ra waited for b1, and what the way takes.
    assert_eq!(reading(run.world(), "delivery_mean_s"), 1.912);
}

#[test]
fn a_letter_that_nobody_takes_bounces_when_it_expires() {
    let values = [NO_LOAD, ("expiry", "10s")];
    let script = ["500ms crash b1", "500ms crash b2", WRITE];
    let before = run(&values, &script, "11s");
    assert_eq!((relay(before.world(), "ra").bounced(), counts(before.world(), "ma").1), (0, 0));
    let after = run(&values, &script, "30s");
    assert_eq!((counts(after.world(), "ma"), counts(after.world(), "mb")), ((0, 1, 0), (0, 0, 0)));
    // “Here that is a minute.”
    let bounced = |until| relay(run(&[NO_LOAD], &script, until).world(), "ra").bounced();
    assert_eq!((bounced("61s"), bounced("64s")), (0, 1));
    assert!(is_good(after.world(), "letters-come-to-an-end") && is_good(after.world(), "a-letter-bounces"));
}

#[test]
fn a_letter_to_nobody_bounces_at_once_and_one_to_no_domain_too() {
    for (to, by) in [("zoe@b.example", "b1"), ("bob@c.example", "ra")] {
        let run = run(&[NO_LOAD], &[&format!(r#"1s request ann "send {to} hello""#)], "8s");
        assert_eq!(counts(run.world(), "ma"), (0, 1, 0), "{to}");
        assert_eq!(relay(run.world(), by).bounced(), 1, "{to}");
    }
}

/// The null reverse-path: what tells of a failure and fails itself is left to the postmaster.
#[test]
fn a_bounce_never_bounces() {
    let values = [NO_LOAD, ("expiry", "5s")];
    let script = ["500ms crash b1", "500ms crash b2", "500ms crash a1", "500ms crash a2", WRITE];
    let run = run(&values, &script, "60s");
    let world = run.world();
    assert_eq!((relay(world, "ra").bounced(), relay(world, "ra").waiting()), (2, 0));
    assert_eq!(said(&run, "ra", "ann"), ["354", "250"]);
    let disk = &world.node(node(world, "ra")).disk;
    let records: Vec<_> =
        disk.records().map(|(name, content, safe)| (name, content.to_vec(), safe)).collect();
    assert_eq!(records, [("postmaster 1", b"bounce-1@ann".to_vec(), true)]);
    assert!(is_good(world, "letters-come-to-an-end"));
}

/// The 250 is lost: the sender sends again, and the receiver cannot tell, unless it looks at the Message-ID.
#[test]
fn a_lost_250_makes_a_duplicate_unless_the_mailbox_drops_it() {
    let script = [WRITE, "1550ms cut b1>ra"];
    for (deduplicate, twice) in [("no", 1), ("yes", 0)] {
        let run = run(&[NO_LOAD, ("deduplicate", deduplicate)], &script, "10s");
        assert_eq!(said(&run, "b1", "ra"), ["354", "250"]);
        assert_eq!(said(&run, "b2", "ra"), ["354", "250"]);
        assert_eq!(counts(run.world(), "mb"), (1, 0, twice));
        assert_eq!(is_good(run.world(), "a-letter-comes-twice"), twice == 1);
    }
}

/// “A time-out that is shorter than the way there and back does the same, again and again.”
#[test]
fn a_time_out_that_is_too_short_makes_copies_without_a_fault() {
    let run = run(&[NO_LOAD, ("timeout", "201ms")], &[WRITE], "30s");
    let (letters, _, copies) = counts(run.world(), "mb");
    assert!(letters == 1 && copies > 5, "{copies}");
}

/// Also between a user and the relay: the user's program sends the letter again to the same relay.
#[test]
fn a_relay_does_not_tell_a_letter_sent_again_from_a_new_one() {
    let run = run(&[NO_LOAD], &[WRITE, "1350ms cut ra>ann", "4s heal ra-ann"], "20s");
    assert_eq!((ann(run.world()).sent(), counts(run.world(), "mb")), (1, (1, 0, 1)));
}

/// With one exchange that takes the letter and whose 250 is lost, the letter must not expire: it was delivered.
#[test]
fn a_copy_in_doubt_never_bounces() {
    let values = [NO_LOAD, ("exchanges", "1"), ("expiry", "5s")];
    let script = [WRITE, "1550ms cut b1>ra", "100s heal b1-ra"];
    let before = run(&values, &script, "99s");
    let ra = relay(before.world(), "ra");
    assert_eq!((ra.in_doubt(), ra.bounced(), counts(before.world(), "mb")), (1, 0, (1, 0, 0)));
    let after = run(&values, &script, "200s");
    assert_eq!(relay(after.world(), "ra").waiting(), 0);
    assert_eq!((counts(after.world(), "ma").1, counts(after.world(), "mb")), (0, (1, 0, 1)));
}

/// The doubt outlives a crash: it was noted on the disk before the content went out.
#[test]
fn a_crash_does_not_make_a_relay_sure() {
    let values = [NO_LOAD, ("exchanges", "1"), ("expiry", "5s")];
    let script = [WRITE, "1550ms cut b1>ra", "1650ms crash ra", "3s restart ra"];
    let run = run(&values, &script, "60s");
    let ra = relay(run.world(), "ra");
    assert_eq!((ra.in_doubt(), ra.bounced(), counts(run.world(), "mb")), (1, 0, (1, 0, 0)));
}

/// What the protocol cannot do, and the story says so: of two copies one is delivered and the other bounces.
#[test]
fn two_copies_of_a_letter_may_meet_different_ends() {
    let values = [NO_LOAD, ("expiry", "5s")];
    // b1 has taken the letter, cannot reach mb, and gives its copy up; ra has given another to b2.
    let run = run(&values, &["500ms cut b1-mb", WRITE, "1550ms cut b1>ra", "5s heal b1-ra"], "30s");
    assert_eq!((counts(run.world(), "ma").1, counts(run.world(), "mb").0), (1, 1));
}

#[test]
fn a_message_that_the_network_doubles_or_holds_up_makes_no_second_copy() {
    for fault in ["duplicate", "reorder"] {
        let script: Vec<_> =
            ["ann-ra", "ra-b1", "b1-mb"].map(|link| format!("0s {fault} {link} 100%")).into();
        let lines: Vec<_> = script.iter().map(String::as_str).chain([WRITE]).collect();
        let run = run(&[NO_LOAD], &lines, "20s");
        assert_eq!(counts(run.world(), "mb"), (1, 0, 0), "{fault}");
    }
}

#[test]
fn a_full_queue_or_disk_leaves_the_letter_with_its_sender() {
    let full = [
        "0s set ra queue 1",
        "0s cut ra-b1",
        "0s cut ra-b2",
        WRITE,
        r#"3s request ann "send bob@b.example two""#,
    ];
    let queue = run(&[NO_LOAD], &full, "10s");
    assert_eq!((ann(queue.world()).sent(), ann(queue.world()).waiting()), (1, 1));
    assert!(said(&queue, "ra", "ann").contains(&"452".to_owned()));
    let script = ["0s fill-disk ra", WRITE, "10s free-disk ra"];
    let disk = run(&[NO_LOAD], &script, "9s");
    assert_eq!((ann(disk.world()).sent(), ann(disk.world()).waiting()), (0, 1));
    assert_eq!(counts(run(&[NO_LOAD], &script, "40s").world(), "mb"), (1, 0, 0));
}

/// The claims leave this out: the only copy was on the disk that is lost, and no claim is broken.
#[test]
fn a_lost_disk_loses_what_it_held() {
    let run = run(&[NO_LOAD], &["500ms crash b1", "500ms crash b2", WRITE, "3s destroy ra"], "60s");
    let (sent, delivered) = (ann(run.world()).sent(), counts(run.world(), "mb").0);
    assert_eq!((sent, delivered, counts(run.world(), "ma").1), (1, 0, 0));
    assert!(!is_good(run.world(), "letters-come-to-an-end"));
}

/// Random faults, those left out that the claims leave out: no letter that was taken is lost, and no copy is both delivered and
/// bounced. What is healed at the end lets all letters come to their ends.
#[test]
fn under_chaos_no_letter_is_lost_and_no_copy_has_two_ends() {
    let left_out = ["destroy", "byzantine"];
    let kinds = faults::ALL.iter().copied().filter(|kind| !left_out.contains(&kind.name)).collect();
    let chaos = Chaos { commands: 20, kinds };
    let (mut delivered, mut bounced, mut twice) = (0.0, 0.0, 0.0);
    for seed in 0..200 {
        let values = [("writes-every", "3s"), ("expiry", "8s"), ("retry-after", "1s")];
        let mut timeline = Timeline::new(runs::scenario("email", &values, &NO_LINES), CATALOGUE).unwrap();
        let network = timeline.world().network().clone();
        let mut commands = chaos.draw(&network, seed, at("45s"));
        for node in network.node_ids() {
            commands.push(network.read_line(&format!("31s heal {}", network.name(node))).unwrap());
            let quiet = format!("31s set {} writes-every 0s", network.name(node));
            commands.extend(network.read_line(&quiet));
        }
        for link in network.link_ids() {
            commands.push(network.read_line(&format!("31s heal {}", network.link_name(link))).unwrap());
        }
        timeline.extend_script(&commands);
        timeline.seek(at("80s"));
        let world = timeline.world();
        let lines: Vec<_> = commands.iter().map(|timed| network.write_line(timed)).collect();
        always_hold(world, &format!("seed {seed}\n{}", lines.join("\n")));
        assert!(
            is_good(world, "letters-come-to-an-end"),
            "seed {seed}: {:?}\n{}",
            world.standings(),
            lines.join("\n")
        );
        delivered += reading(world, "letters_delivered");
        bounced += reading(world, "letters_bounced");
        twice += reading(world, "letters_twice");
    }
    assert!(delivered > 1_000.0 && bounced > 50.0 && twice > 20.0, "{delivered}, {bounced}, {twice}");
}
