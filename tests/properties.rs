//! Laws that hold of every run, tried on runs and commands drawn at random: the timeline's, the command grammar's, the
//! routes', the scenario files'.

mod support;

use proptest::prelude::*;

use netsplit::share::chaos::Chaos;
use netsplit::share::files::{prepare, read_scenario, write_scenario};
use netsplit::share::run::Plan;
use netsplit::sim::command::{Command, MessageDeed, Place, TimedCommand, TimerDeed, TimerName, amount_kind};
use netsplit::sim::link::{LINK_SETTINGS, Latency};
use netsplit::sim::network::{DirectionId, LinkId, Network, NodeId};
use netsplit::sim::random::{Probability, Rng};
use netsplit::sim::settings::{Kind, Value};
use netsplit::sim::time::{Duration, Time};
use netsplit::sim::timeline::{Advance, Timeline};
use netsplit::sim::trace::PacketId;
use netsplit::{faults, scenarios};
use support::{CATALOGUE, chatter, scenario, text};

const NODES: u32 = 4;
const LINKS: u32 = 5;

// Commands at random, of the network of `chatter`.

fn places() -> impl Strategy<Value = Place> {
    prop_oneof![
        (0..NODES).prop_map(|node| Place::Node(NodeId(node))),
        (0..LINKS).prop_map(|link| Place::Link(LinkId(link))),
        (0..LINKS * 2).prop_map(|direction| Place::Direction(DirectionId(direction))),
    ]
}

fn durations() -> impl Strategy<Value = Duration> {
    prop_oneof![0..2_000_000u64, any::<u64>().prop_map(|n| n % 86_400_000_001)].prop_map(Duration::micros)
}

fn latencies() -> impl Strategy<Value = Latency> {
    (durations(), durations(), 0..3).prop_map(|(a, b, kind)| match kind {
        0 => Latency::Constant(a),
        1 => Latency::Even(a.min(b), a.max(b)),
        _ => Latency::Exponential(a, b),
    })
}

fn values(kind: Kind) -> BoxedStrategy<Value> {
    match kind {
        Kind::Count(least, most) => (least..=most).prop_map(Value::Count).boxed(),
        Kind::Duration(least, most) => {
            durations().prop_map(move |length| Value::Duration(length.clamp(least, most))).boxed()
        }
        Kind::Probability => (0..=1_000_000u32)
            .prop_map(|parts| {
                let text = format!("{}.{:04}%", parts / 10_000, parts % 10_000);
                Value::Probability(Probability::parse(&text).unwrap())
            })
            .boxed(),
        Kind::Bandwidth => proptest::option::of(1..u64::MAX / 1_000).prop_map(Value::Bandwidth).boxed(),
        Kind::Latency => latencies().prop_map(Value::Latency).boxed(),
        Kind::Choice(words) => proptest::sample::select(words).prop_map(Value::Choice).boxed(),
        Kind::Text => "[^\n]{0,20}".prop_map(Value::Text).boxed(),
    }
}

fn commands() -> impl Strategy<Value = Command> {
    let inject = (places(), proptest::sample::select(faults::ALL)).prop_filter("the fault fits", fits);
    let inject = inject.prop_flat_map(|(place, kind)| {
        let amount = amount_kind(kind).map_or(Just(kind.usual_amount()).boxed(), values);
        amount.prop_map(move |amount| Command::inject(place, kind, Some(amount)))
    });
    let heal = (places(), proptest::option::of(proptest::sample::select(faults::ALL)))
        .prop_filter("the fault fits", |(place, kind)| kind.is_none_or(|kind| fits(&(*place, kind))))
        .prop_map(|(place, kind)| Command::Heal { place, kind });
    let request = (0..NODES, "[^\u{0}]{0,24}|route [a-d] 2|send [a-d] 3|write r 1|sync|timer a 300ms")
        .prop_map(|(node, text)| Command::Request { node: NodeId(node), text });
    let set = (places(), proptest::sample::select(LINK_SETTINGS))
        .prop_filter("probes have no settings", |(place, _)| !matches!(place, Place::Node(_)))
        .prop_flat_map(|(place, setting)| {
            values(setting.kind).prop_map(move |value| Command::Set { place, setting: setting.name, value })
        });
    prop_oneof![3 => inject, 2 => heal, 2 => request, 1 => set, 4 => by_hand()]
}

/// What a watcher does to messages and timers. Many of these are gone, or not yet there, when it is done.
fn by_hand() -> impl Strategy<Value = Command> {
    let message_deed = prop_oneof![
        Just(MessageDeed::Deliver),
        Just(MessageDeed::Drop),
        Just(MessageDeed::Copy),
        durations().prop_map(MessageDeed::Postpone),
    ];
    let timer_deed = prop_oneof![Just(TimerDeed::Fire), durations().prop_map(TimerDeed::Postpone)];
    let name = prop_oneof![
        4 => proptest::sample::select(vec!["tick", "sync", "a"]).prop_map(str::to_owned),
        1 => "[^#\n]{1,9}",
    ];
    let timer =
        (name, prop_oneof![3 => Just(0), 1 => any::<u64>()]).prop_map(|(name, key)| TimerName { name, key });
    let message = (0..300u64, message_deed)
        .prop_map(|(packet, deed)| Command::Message { packet: PacketId(packet), deed });
    let clock = (0..NODES, timer, timer_deed).prop_map(|(node, timer, deed)| Command::Timer {
        node: NodeId(node),
        timer,
        deed,
    });
    prop_oneof![3 => message, 2 => clock]
}

fn fits((place, kind): &(Place, &'static netsplit::sim::fault::FaultKind)) -> bool {
    kind.strikes_nodes() == matches!(place, Place::Node(_))
}

fn timed_commands(most: usize) -> impl Strategy<Value = Vec<TimedCommand>> {
    let timed = (0..2_000_000u64, commands())
        .prop_map(|(at, command)| TimedCommand { at: Time::from_micros(at), command });
    proptest::collection::vec(timed, 0..most)
}

fn moments(most: usize) -> impl Strategy<Value = Vec<Time>> {
    // Some moments fall on a grid, so that they meet events and each other.
    let moment = prop_oneof![0..2_500_000u64, (0..50u64).prop_map(|n| n * 50_000)];
    proptest::collection::vec(moment.prop_map(Time::from_micros), 1..most)
}

/// The network of `chatter`.
fn network() -> Network {
    chatter().lay(CATALOGUE).unwrap().network
}

/// The run of `chatter` with these commands in its script.
fn scripted(commands: &[TimedCommand]) -> Timeline {
    let (network, mut scenario) = (network(), chatter());
    scenario.script.extend(commands.iter().map(|timed| network.write_line(timed)));
    Timeline::new(scenario, CATALOGUE).unwrap()
}

/// The same run with the commands as deeds.
fn acted(commands: &[TimedCommand]) -> Timeline {
    let mut commands = commands.to_vec();
    commands.sort_by_key(|timed| timed.at);
    let mut timeline = Timeline::new(chatter(), CATALOGUE).unwrap();
    for timed in commands {
        timeline.seek(timed.at);
        timeline.act(timed.command);
    }
    timeline
}

fn at(timeline: &mut Timeline, moment: Time) -> (u64, String) {
    timeline.seek(moment);
    assert_eq!(timeline.now(), moment);
    (timeline.world().hash(), text(timeline))
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, ..ProptestConfig::default() })]

    #[test]
    fn the_same_commands_make_the_same_run_as_script_and_as_deeds(commands in timed_commands(12)) {
        let end = Time::from_micros(2_500_000);
        prop_assert_eq!(at(&mut scripted(&commands), end), at(&mut scripted(&commands), end));
        prop_assert_eq!(at(&mut acted(&commands), end), at(&mut scripted(&commands), end));
    }

    #[test]
    fn going_to_and_fro_changes_no_moment(commands in timed_commands(8), moments in moments(10)) {
        let mut wandering = acted(&commands);
        for moment in moments {
            let mut fresh = scripted(&commands);
            prop_assert_eq!(at(&mut wandering, moment), at(&mut fresh, moment));
        }
    }

    #[test]
    fn advancing_in_small_and_large_pieces_agrees(commands in timed_commands(8), moments in moments(10), pieces in 1usize..9) {
        let (mut small, mut large) = (acted(&commands), scripted(&commands));
        small.seek(Time::ZERO);
        let mut moments = moments;
        moments.sort_unstable();
        for moment in moments {
            while small.advance(moment, pieces, |_, _| false) != Advance::Reached {}
            prop_assert_eq!(large.advance(moment, usize::MAX, |_, _| false), Advance::Reached);
            prop_assert_eq!(small.now(), large.now());
            prop_assert_eq!(small.world().hash(), large.world().hash());
        }
        prop_assert_eq!(text(&small), text(&large));
    }

    #[test]
    fn a_deed_in_the_past_that_is_taken_back_leaves_no_trace(
        commands in timed_commands(8), deed in commands(), moments in moments(3), end in 0..2_500_000u64,
    ) {
        let end = Time::from_micros(end);
        let mut timeline = acted(&commands);
        let before = at(&mut timeline, end);
        let deeds = timeline.deeds().to_vec();
        let past = moments[0];
        timeline.seek(past);
        timeline.act(deed);
        prop_assert_eq!(timeline.now(), past);
        let forked = at(&mut timeline, end);
        // What was done later than the deed is gone; what was done before stays.
        prop_assert!(timeline.deeds().iter().all(|deed| deed.at <= past));
        prop_assert!(timeline.undo());
        prop_assert_eq!(timeline.now(), past);
        prop_assert_eq!(timeline.deeds(), &deeds[..]);
        prop_assert_eq!(at(&mut timeline, end), before);
        prop_assert!(timeline.redo());
        prop_assert_eq!(timeline.now(), end, "redo goes to where the watcher stood");
        prop_assert_eq!(at(&mut timeline, end), forked);
    }

    #[test]
    fn undoing_everything_and_redoing_everything_is_nothing(commands in timed_commands(8)) {
        let end = Time::from_micros(2_500_000);
        let mut timeline = acted(&commands);
        let before = at(&mut timeline, end);
        let mut undone = 0;
        while timeline.undo() {
            undone += 1;
        }
        prop_assert_eq!(undone, commands.len());
        prop_assert_eq!(at(&mut timeline, end), at(&mut scripted(&[]), end));
        while timeline.redo() {}
        prop_assert_eq!(at(&mut timeline, end), before);
    }

    #[test]
    fn a_step_back_takes_a_step_back(commands in timed_commands(8), moment in 0..2_500_000u64, steps in 1usize..30) {
        let mut timeline = acted(&commands);
        timeline.seek(Time::from_micros(moment));
        let mut stops = vec![(timeline.world().hash(), timeline.past().len())];
        for _ in 0..steps {
            prop_assert!(timeline.step());
            stops.push((timeline.world().hash(), timeline.past().len()));
        }
        stops.pop();
        for (hash, records) in stops.into_iter().rev() {
            prop_assert!(timeline.step_back());
            prop_assert_eq!((timeline.world().hash(), timeline.past().len()), (hash, records));
        }
    }

    #[test]
    fn every_command_prints_and_parses_back(timed in (any::<u64>(), commands())) {
        let timed = TimedCommand { at: Time::from_micros(timed.0), command: timed.1 };
        let network = network();
        let line = network.write_line(&timed);
        prop_assert_eq!(network.read_line(&line), Ok(timed), "{}", line);
    }

    #[test]
    fn every_value_prints_and_parses_back(latency in latencies(), length in any::<u64>()) {
        prop_assert_eq!(Latency::parse(&latency.to_string()), Some(latency));
        let length = Duration::micros(length);
        prop_assert_eq!(Duration::parse(&length.to_string()), Some(length));
    }

    #[test]
    fn routes_are_the_quickest(seed in any::<u64>()) {
        routes_agree_with_a_simple_twin(seed);
    }

    #[test]
    fn what_chaos_did_can_be_done_again_by_hand(seed in any::<u64>(), commands in 1usize..30) {
        let plan = Plan {
            within: None,
            scenario: chatter(),
            until: Time::from_micros(3_000_000),
            lines: vec!["1s cut a-b".to_owned()],
            chaos: Some(Chaos { commands, kinds: faults::ALL.to_vec() }),
            catalogue: CATALOGUE,
        };
        let run = plan.with_seed(seed).run().unwrap();
        prop_assert_eq!(run.commands.len(), commands + 1);
        prop_assert!(run.commands.is_sorted_by_key(|timed| timed.at));
        prop_assert!(run.commands.iter().all(|timed| timed.at <= Time::from_micros(2_000_000)));
        let by_hand = Plan { lines: run.command_lines(), chaos: None, ..plan.clone() };
        prop_assert_eq!(by_hand.with_seed(seed).run().unwrap().world.hash(), run.world.hash());
    }
}

// Lines and files that were written by nobody.

/// Changes a text in a few places, drawn at random.
fn mutate(text: &str, rng: &mut Rng, alphabet: &[char]) -> String {
    let mut characters: Vec<char> = text.chars().collect();
    for _ in 0..=rng.below(3) {
        let place = rng.below(characters.len() as u64 + 1) as usize;
        let drawn = *rng.pick(alphabet).unwrap();
        match rng.below(4) {
            0 => characters.insert(place, drawn),
            1 if place < characters.len() => characters[place] = drawn,
            2 if place < characters.len() => drop(characters.remove(place)),
            _ => characters.truncate(place),
        }
    }
    characters.into_iter().collect()
}

#[test]
fn mutated_lines_never_panic_and_errors_name_a_word() {
    let network = network();
    let lines = [
        "2s cut a-b",
        "2s cut a>b",
        "1.5s loss a-b 30%",
        "250ms crash c",
        "1s byzantine b equivocate",
        "3s heal a-b loss",
        "1s request c \"put x=1\"",
        "0s set a-b latency 10ms..30ms",
        "0s clog a-b 64kbps",
        "1s restart d",
        "1s deliver m12",
        "1s postpone m3 500ms",
        "1s drop m0",
        "1s copy m7",
        "1s fire a tick",
        "2s postpone b sync#3 1.5s",
    ];
    let alphabet: Vec<char> = "abcdn >-\"\\%.0123456789msu+exp(){}\u{0}\u{e9}\u{1f600}\t".chars().collect();
    let mut rng = Rng::stream(1, "mutations");
    let (mut read, mut refused) = (0, 0);
    for number in 0..20_000 {
        let line = mutate(lines[number % lines.len()], &mut rng, &alphabet);
        match network.read_line(&line) {
            Ok(timed) => {
                read += 1;
                assert_eq!(network.read_line(&network.write_line(&timed)), Ok(timed), "{line:?}");
            }
            Err(error) => {
                refused += 1;
                let words = line.split_whitespace().count();
                assert!((1..=words + 1).contains(&error.word), "{line:?}: {error}");
                assert!(!error.what.is_empty());
            }
        }
    }
    assert!(read > 1_000 && refused > 1_000, "{read} read, {refused} refused");
}

#[test]
fn mutated_scenario_files_never_panic_and_errors_name_a_place() {
    let built: Vec<_> = scenarios::ALL
        .iter()
        .filter(|entry| entry.name != "stress")
        .map(|entry| write_scenario(&entry.build_with(&[]).unwrap()))
        .collect();
    let alphabet: Vec<char> = "abcs01239-\"\\{}[]:,. \u{e9}\n".chars().collect();
    let mut rng = Rng::stream(2, "mutations");
    let (mut read, mut refused) = (0, 0);
    for number in 0..4_000 {
        let text = mutate(&built[number % built.len()], &mut rng, &alphabet);
        match read_scenario(&text).and_then(|scenario| prepare(scenario, &[])) {
            Ok(scenario) => {
                read += 1;
                assert_eq!(read_scenario(&write_scenario(&scenario)), Ok(scenario));
            }
            Err(error) => {
                refused += 1;
                assert!(error.contains(": "), "{error}");
            }
        }
    }
    assert!(read > 100 && refused > 1_000, "{read} read, {refused} refused");
}

// Routes.

/// A random network with random cuts and crashes: a routed message arrives exactly when a simple twin says it could, and
/// takes as long as that twin says.
fn routes_agree_with_a_simple_twin(seed: u64) {
    let mut rng = Rng::stream(seed, "networks");
    let count = 3 + rng.below(6) as usize;
    let names: Vec<String> = (0..count).map(|number| format!("n{number}")).collect();
    let (mut links, mut script, mut costs) = (Vec::new(), Vec::new(), vec![vec![None; count]; count]);
    let crashed: Vec<bool> = (0..count).map(|node| node > 0 && rng.below(6) == 0).collect();
    for (a, b) in (0..count).flat_map(|a| (a + 1..count).map(move |b| (a, b))) {
        if rng.below(3) == 0 {
            continue;
        }
        // With powers of two hardly two routes are equally long.
        let millis = 1 << links.len().min(20);
        links.push(format!("n{a}-n{b} latency={millis}ms"));
        (costs[a][b], costs[b][a]) = (Some(millis), Some(millis));
        if rng.below(4) == 0 {
            script.push(format!("0s cut n{a}>n{b}"));
            costs[a][b] = None;
        }
    }
    script.extend((0..count).filter(|node| crashed[*node]).map(|node| format!("0s crash n{node}")));
    script.extend((1..count).map(|to| format!("1s request n0 \"route n{to} 1\"")));
    let expected = bellman_ford(&costs, &crashed);
    let links: Vec<&str> = links.iter().map(String::as_str).collect();
    let script: Vec<&str> = script.iter().map(String::as_str).collect();
    let bench = support::run(scenario("probe", &names.join(" "), &links, &script), "9000s");
    for to in (1..count).filter(|to| !crashed[*to]) {
        let arrived = bench.items(&names[to]).first().map(|(_, at)| at / 1_000 - 1_000);
        assert_eq!(arrived, expected[to], "to n{to} over {links:?} with {script:?}");
    }
}

/// The quickest ways from node 0, in milliseconds.
fn bellman_ford(costs: &[Vec<Option<u64>>], crashed: &[bool]) -> Vec<Option<u64>> {
    let mut best: Vec<Option<u64>> = vec![None; costs.len()];
    best[0] = Some(0);
    for _ in 0..costs.len() {
        for from in (0..costs.len()).filter(|node| !crashed[*node]) {
            for to in 0..costs.len() {
                if let (Some(so_far), Some(cost)) = (best[from], costs[from][to]) {
                    best[to] = Some(best[to].map_or(so_far + cost, |known: u64| known.min(so_far + cost)));
                }
            }
        }
    }
    best
}
