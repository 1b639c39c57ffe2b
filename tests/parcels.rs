//! Runs that are handed on, as links and as files: what is written is read, to the same run; what is mangled on its way is
//! refused in words that name the place, and never more than that.

#[path = "support/runs.rs"]
mod runs;

use netsplit::faults;
use netsplit::lessons::{prose, replay};
use netsplit::scenarios::CATALOGUE;
use netsplit::share::chaos::Chaos;
use netsplit::share::files::{self, Content};
use netsplit::share::link;
use netsplit::share::parcel::{BranchParcel, Line, Parcel, Source};
use netsplit::share::run::Plan;
use netsplit::sim::random::Rng;
use netsplit::sim::scenario::{Control, ControlTarget, LinkSpec, NodeSpec, Scenario};
use netsplit::sim::time::{Duration, Time};
use netsplit::sim::timeline::Timeline;
use netsplit::sim::wire::checksum;
use netsplit::sorted::Map;
use netsplit::words::Language;
use proptest::prelude::*;
use runs::{Controls, NO_LINES};

/// No run of these tests has as many events before its moment.
const EVENTS_AT_MOST: usize = 100_000;

fn built_in(name: &str, values: Controls) -> Scenario {
    runs::scenario(name, values, &NO_LINES)
}

/// A scenario that no list has, with something in every field.
fn own_scenario(seed: u64) -> Scenario {
    let mut rng = Rng::stream(seed, "scenario");
    let members = 2 + rng.below(5) as usize;
    let name = |index: usize| format!("m{index}.{}", "x".repeat(index));
    let node = |index: usize| NodeSpec {
        name: name(index),
        role: "member".to_owned(),
        settings: if index.is_multiple_of(2) {
            Map::new()
        } else {
            [("mode".to_owned(), "consistent".to_owned())].into_iter().collect()
        },
        at: (!index.is_multiple_of(3)).then_some((index as i32 * -40, i32::MAX)),
    };
    let settings = |pairs: &[(&str, &str)]| -> Map<String, String> {
        pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
    };
    let link = |index: usize| LinkSpec {
        a: name(index - 1),
        b: name(index),
        settings: settings(if index.is_multiple_of(2) { &[("latency", "5ms..20ms")] } else { &[] }),
        back: settings(if index.is_multiple_of(3) { &[("queue", "3")] } else { &[] }),
    };
    let target = match seed % 3 {
        0 => None,
        1 => Some(ControlTarget::Links { setting: "queue".to_owned() }),
        _ => Some(ControlTarget::Role { role: "member".to_owned(), setting: "mode".to_owned() }),
    };
    let value = if seed % 3 == 2 { "available" } else { "7" };
    Scenario {
        name: format!("eigenes “{seed}”"),
        seed: seed.wrapping_mul(0x9e37_79b9_7f4a_7c15),
        pace: "500ms".to_owned(),
        nodes: (0..members).map(node).collect(),
        links: (1..members).map(link).collect(),
        script: vec!["2s loss m0.-m1.x 30%".to_owned(), "1s request m0. \"write x=1\"".to_owned()],
        properties: Vec::new(),
        readings: Vec::new(),
        controls: vec![Control { name: "knob".to_owned(), value: value.to_owned(), sets: target }],
    }
}

/// A run with commands at random, as a watcher would have it, somewhere in the middle.
fn watched(seed: u64, commands: usize) -> Timeline {
    let mut rng = Rng::stream(seed, "watched");
    let scenario = match rng.below(4) {
        0 => built_in("partition", &[]),
        1 => Scenario { seed, ..built_in("partition", &[("mode", "consistent")]) },
        2 => built_in("centralized", &[("clients", "3")]),
        _ => own_scenario(seed),
    };
    let mut timeline = Timeline::new(scenario, CATALOGUE).unwrap();
    let network = timeline.world().network().clone();
    let chaos = Chaos { commands, kinds: faults::ALL.to_vec() };
    let until = Time::from_micros(1 + rng.below(6_000_000));
    for timed in chaos.draw(&network, seed, until) {
        timeline.seek(timed.at);
        timeline.act(timed.command);
    }
    if rng.below(2) == 0 {
        let line = network
            .read_line(&format!("1ms request {} \"write x=\\\"a\n b\\\\\"", network.nodes[0].name))
            .unwrap();
        timeline.extend_script(&[line]);
    }
    timeline.seek(until);
    // Acting in the past leaves futures behind.
    for _ in 0..rng.below(3) {
        timeline.seek(Time::from_micros(rng.below(until.as_micros())));
        timeline.act(network.read_command(&format!("crash {}", network.nodes[0].name)).unwrap());
        timeline.seek(timeline.now() + Duration::millis(rng.below(900)));
        timeline.name_branch(timeline.current_branch(), ["", "what if"][rng.below(2) as usize]);
        if rng.below(2) == 0 {
            timeline.switch_branch(0);
        }
    }
    (0..rng.below(4)).for_each(|_| assert!(timeline.step()));
    timeline
}

fn opened(parcel: &Parcel) -> Timeline {
    let opened = parcel.open(EVENTS_AT_MOST).unwrap();
    assert!(!opened.fell_short);
    opened.timeline
}

fn state(timeline: &Timeline) -> (u64, usize, Time, usize) {
    let world = timeline.world();
    (world.hash(), world.position().steps, timeline.now(), timeline.past().len())
}

/// The parcel of a link with this content, whose checksum fits whatever it is.
fn sealed(content: &[u8]) -> String {
    let letters = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    let bytes = [content, &checksum(content).to_le_bytes()].concat();
    let mut text = "1/".to_owned();
    for part in bytes.chunks(3) {
        let joined =
            part.iter().fold(0u32, |sum, byte| sum << 8 | u32::from(*byte)) << (8 * (3 - part.len()));
        (0..=part.len())
            .for_each(|at| text.push(char::from(letters[(joined >> (18 - 6 * at)) as usize & 63])));
    }
    text
}

fn unsealed(link: &str) -> Vec<u8> {
    let letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    let bits: String = link[2..].chars().map(|c| format!("{:06b}", letters.find(c).unwrap())).collect();
    let bytes: Vec<u8> = bits
        .as_bytes()
        .chunks_exact(8)
        .map(|byte| u8::from_str_radix(std::str::from_utf8(byte).unwrap(), 2).unwrap())
        .collect();
    bytes[..bytes.len() - 4].to_vec()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, ..ProptestConfig::default() })]

    #[test]
    fn a_link_and_a_file_open_to_the_very_same_moment(seed in any::<u64>(), commands in 0usize..12) {
        let timeline = watched(seed, commands);
        let parcel = Parcel::of(&timeline, seed.is_multiple_of(2).then(|| "5/two-islands".to_owned()));
        let (link, file) = (link::write(&parcel), files::write_run(&parcel));
        prop_assert_eq!(link::read(&link), Ok(parcel.clone()));
        prop_assert_eq!(files::read(&file), Ok(Content::Run(parcel.clone())), "{}", file);
        let again = opened(&parcel);
        prop_assert_eq!(state(&again), state(&timeline));
        prop_assert_eq!(again.reach(), timeline.reach());
        // What was opened can be handed on, and goes on as the first would have gone on.
        prop_assert_eq!(Parcel::of(&again, parcel.step.clone()), parcel.clone());
        let run = Plan::of(&parcel).unwrap().run().unwrap();
        prop_assert_eq!(run.world.hash(), timeline.world().hash());
        let (mut first, mut second) = (timeline, again);
        let later = first.now() + Duration::secs(1);
        first.seek(later);
        second.seek(later);
        prop_assert_eq!(state(&first), state(&second));
    }

    #[test]
    fn any_branches_come_through(
        branches in proptest::collection::vec((".{0,12}", any::<[u64; 3]>(), proptest::collection::vec((any::<u64>(), ".{1,20}"), 0..4)), 1..5),
        at in any::<u64>(),
    ) {
        let line = |(at, command): (u64, String)| Line { at: Time::from_micros(at), command };
        let branch = |(name, [parted_at, left_at, reach], deeds): (String, [u64; 3], Vec<(u64, String)>)| {
            let mut deeds: Vec<Line> = deeds.into_iter().map(line).collect();
            deeds.sort_by_key(|line| line.at);
            let [parted_at, left_at, reach] = [parted_at, left_at, reach].map(Time::from_micros);
            BranchParcel { name, parted_at, left_at, reach, deeds }
        };
        let branches: Vec<_> = branches.into_iter().map(branch).collect();
        let parcel = Parcel {
            source: Source::Whole(Box::new(own_scenario(at))),
            script: Vec::new(),
            current: branches.len() - 1,
            branches,
            at: Time::from_micros(at),
            within: None,
            step: None,
        };
        prop_assert_eq!(link::read(&link::write(&parcel)), Ok(parcel.clone()));
        // A file has commands as a person writes them: without spaces round them.
        let mut written = parcel;
        for branch in &mut written.branches {
            branch.deeds.retain(|line| line.command.trim() == line.command && !line.command.is_empty());
        }
        prop_assert_eq!(files::read_run(&files::write_run(&written)), Ok(written));
    }
}

#[test]
fn links_to_built_in_scenarios_are_short() {
    let mut timeline = Timeline::new(built_in("partition", &[]), CATALOGUE).unwrap();
    timeline.seek(Time::from_micros(4_620_000));
    assert!(link::write(&Parcel::of(&timeline, None)).len() < 40);
    for (index, line) in
        ["cut n2-n4", "cut n3-n7", "crash n5", "request n1 \"write x=1\"", "restart n5"].iter().enumerate()
    {
        let network = timeline.world().network().clone();
        timeline.seek(Time::from_micros(5_000_000 + 1_234_567 * index as u64));
        timeline.act(network.read_command(line).unwrap());
    }
    let link = link::write(&Parcel::of(&timeline, Some("5/two-islands".to_owned())));
    assert!(link.len() < 200, "{} letters: {link}", link.len());
}

#[test]
fn links_to_every_step_are_short_and_open_to_its_run() {
    let course = prose::texts(Language::ENGLISH);
    let mut steps = 0;
    for lesson in course.lessons.iter().filter(|lesson| lesson.open) {
        for index in 0..lesson.steps.len() {
            let mut timeline = replay::start_of_step(course, lesson.number, index).unwrap();
            timeline.seek(timeline.now() + Duration::millis(1_234));
            let parcel =
                Parcel::of(&timeline, Some(format!("{}/{}", lesson.number, lesson.steps[index].slug)));
            assert!(matches!(parcel.source, Source::BuiltIn { .. }), "{:?}", parcel.step);
            let link = link::write(&parcel);
            assert!(link.len() < 400, "{:?}: {} letters", parcel.step, link.len());
            assert_eq!(state(&opened(&link::read(&link).unwrap())), state(&timeline), "{:?}", parcel.step);
            steps += 1;
        }
    }
    assert!(steps > 10);
}

/// Links that were given out: they must be read as long as there is a Netsplit.
#[test]
fn links_of_the_first_version_are_read() {
    let parcel = |at: u64, values: &[(&str, &str)], deeds: &[(u64, &str)]| Parcel {
        source: Source::BuiltIn {
            name: "partition".to_owned(),
            values: values.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect(),
            seed: (at > 0).then_some(7),
        },
        script: Vec::new(),
        branches: vec![BranchParcel {
            deeds: deeds
                .iter()
                .map(|(at, command)| Line { at: Time::from_micros(*at), command: (*command).to_owned() })
                .collect(),
            ..BranchParcel::default()
        }],
        current: 0,
        at: Time::from_micros(at),
        within: None,
        step: (at > 0).then(|| "5/two-islands".to_owned()),
    };
    let links = [
        ("1/AQlwYXJ0aXRpb24AD6xMDQ", parcel(0, &[], &[])),
        (
            "1/AQlwYXJ0aXRpb24BBG1vZGUKY29uc2lzdGVudAMHBeD9mQIHDTUvdHdvLWlzbGFuZHMIAAAAAAKAiXoJY3V0IG4yLW40AAhjcmFzaCBuNcIwMmE",
            parcel(
                4_620_000,
                &[("mode", "consistent")],
                &[(2_000_000, "cut n2-n4"), (2_000_000, "crash n5")],
            ),
        ),
    ];
    for (text, parcel) in links {
        assert_eq!(link::write(&parcel), text);
        assert_eq!(link::read(text), Ok(parcel));
    }
}

#[test]
fn what_is_wrong_with_a_link_is_said() {
    let said = |text: &str| link::read(text).unwrap_err().to_string();
    let good = link::write(&Parcel::of(&watched(1, 3), None));
    assert!(said("2/AQlw").contains("later Netsplit: it has version 2"));
    assert!(said("").contains("begins with its version"));
    assert!(said("one/AQlw").contains("“one”"));
    assert!(said("1/").contains("most of it is missing"));
    assert!(said("1/AQ").contains("most of it is missing"));
    assert!(said(&good.replace('A', "%")).contains("is “%”"));
    assert!(said(&good[..good.len() - 3]).contains("checksum"));
    assert!(said(&(good.clone() + "AAAA")).contains("checksum"));
    assert!(
        said(&format!("1/{}", "A".repeat(link::LETTERS_AT_MOST + 1))).contains("the most that can be read")
    );
    assert!(said(&sealed(&[99])).contains("a part that this version does not know"));
    assert!(said(&sealed(&[1, 200])).contains("it ends too soon"));
    assert!(said(&sealed(&[5, 1])).contains("it names no scenario"));
    assert_eq!(link::read(&format!(" {good}\n")), link::read(&good), "spaces round a link do no harm");
    let wrong = |change: fn(&mut Parcel)| {
        let mut parcel = Parcel::of(&Timeline::new(built_in("partition", &[]), CATALOGUE).unwrap(), None);
        change(&mut parcel);
        let read = link::read(&link::write(&parcel)).unwrap();
        let what = read.open(10).err().unwrap();
        assert_eq!(read.check(), Err(what.clone()));
        what
    };
    assert_eq!(
        wrong(|parcel| parcel.branches[0].deeds =
            vec![Line { at: Time::ZERO, command: "cut n1-n9".to_owned() }]),
        "branches[0].deeds[0] (`cut n1-n9`): word 2: there is no node `n9`"
    );
    assert!(wrong(|parcel| parcel.current = 3).contains("there is no branch 3 of 1"));
    assert!(
        wrong(|parcel| parcel.source =
            Source::BuiltIn { name: "mars".to_owned(), values: Vec::new(), seed: None })
        .contains("there is no scenario `mars`")
    );
}

#[test]
fn what_is_wrong_with_a_file_is_said_with_its_place() {
    let said = |text: &str| files::read(text).unwrap_err();
    for (text, expected) in [
        ("", "line 1 column 0: EOF while parsing a value"),
        ("{\n  \"netsplit_run\": 2\n}", "netsplit_run: the file was written by a later Netsplit"),
        ("{\"netsplit_run\": \"x\"}", "netsplit_run: here belongs the version"),
        ("{\n\"netsplit_run\": 1\n}", "line 3 column 1: missing field `scenario`"),
        (
            "{\"netsplit_run\": 1,\n \"scenario\": 3}",
            "line 2 column 14: invalid type: integer `3`, expected the name",
        ),
        (
            "{\"netsplit_run\": 1, \"scenario\": \"partition\",\n \"colour\": 1}",
            "line 2 column 9: unknown field `colour`",
        ),
        (
            "{\"netsplit_run\": 1, \"scenario\": \"partition\", \"at\": \"noon\"}",
            "at: `noon` is not a moment",
        ),
        (
            "{\"netsplit_run\": 1, \"scenario\": \"partition\", \"branches\": [{\"deeds\": [\"2s\"]}]}",
            "branches[0].deeds[0] (`2s`): here belongs a moment and a command",
        ),
        (
            "{\"netsplit_run\": 1, \"scenario\": {\"name\": \"x\",\n \"nodes\": 3}}",
            "line 2 column 11: invalid type: integer `3`",
        ),
        ("{\"name\": \"x\",\n \"nodes\": [{}]}", "line 2 column 13: missing field `name`"),
        ("[1]", "line 1 column 1: here belongs a scenario or a run in braces"),
    ] {
        assert!(said(text).starts_with(expected), "{text}: {}", said(text));
    }
    assert!(said(&" ".repeat(netsplit::share::FILE_BYTES_AT_MOST + 1)).contains("longer than 4 MiB"));
}

#[test]
fn a_moment_that_is_too_far_away_is_not_waited_for() {
    let mut parcel = Parcel::of(&Timeline::new(built_in("partition", &[]), CATALOGUE).unwrap(), None);
    parcel.at = Time::parse("500y").unwrap();
    let opened = parcel.open(1_000).unwrap();
    assert!(opened.fell_short && opened.timeline.world().counts().events == 1_000);
    assert!(opened.timeline.now() < parcel.at);
}

/// Changes a few places: bytes, pieces doubled, dropped, swapped.
fn mutated(bytes: &[u8], rng: &mut Rng) -> Vec<u8> {
    let mut bytes = bytes.to_vec();
    for _ in 0..=rng.below(3) {
        let length = bytes.len() as u64;
        if length == 0 {
            break;
        }
        let (at, other) = (rng.below(length) as usize, rng.below(length) as usize);
        let (from, to) = (at.min(other), at.max(other));
        match rng.below(7) {
            0 => bytes[at] ^= 1 << rng.below(8),
            1 => bytes[at] = rng.below(256) as u8,
            2 => drop(bytes.drain(from..to)),
            3 => bytes.truncate(at),
            4 => {
                let piece = bytes[from..to.min(from + 40)].to_vec();
                bytes.splice(other..other, piece);
            }
            5 => bytes.swap(at, other),
            _ => bytes[at] = bytes[at].wrapping_add(1),
        }
    }
    bytes
}

/// What becomes of something that was read: a run at its moment or not so far, or a message.
fn try_open(parcel: Result<Parcel, String>) -> Option<String> {
    match parcel.and_then(|parcel| parcel.open(40)) {
        Ok(opened) => {
            assert!(opened.timeline.world().counts().events <= 40);
            None
        }
        Err(what) => {
            assert!(!what.is_empty());
            Some(what)
        }
    }
}

#[test]
fn a_hundred_thousand_mangled_links_and_files_are_runs_or_messages() {
    let mut rng = Rng::stream(3, "mangled");
    let mut parcels: Vec<Parcel> = (0..20).map(|seed| Parcel::of(&watched(seed, 6), None)).collect();
    // What was watched ahead of the moment is computed again as a run is opened; here that would be most of the work.
    parcels.iter_mut().skip(1).flat_map(|parcel| &mut parcel.branches).for_each(|branch| {
        (branch.left_at, branch.reach, branch.parted_at) = (Time::ZERO, Time::ZERO, Time::ZERO);
    });
    let links: Vec<String> = parcels.iter().map(link::write).collect();
    let contents: Vec<Vec<u8>> = links.iter().map(|link| unsealed(link)).collect();
    let files: Vec<String> = parcels.iter().map(files::write_run).collect();
    let (mut refused, mut runs) = (0, 0);
    for round in 0..100_000usize {
        let which = round / 4 % parcels.len();
        let outcome = match round % 4 {
            // As chat programs mangle links.
            0 | 1 => {
                let bytes = mutated(links[which].as_bytes(), &mut rng);
                try_open(link::read(&String::from_utf8_lossy(&bytes)).map_err(|what| what.to_string()))
            }
            // As those who make links themselves do.
            2 => try_open(
                link::read(&sealed(&mutated(&contents[which], &mut rng))).map_err(|what| what.to_string()),
            ),
            _ => {
                let bytes = mutated(files[which].as_bytes(), &mut rng);
                match files::read(&String::from_utf8_lossy(&bytes)) {
                    Ok(Content::Scenario(_)) => None,
                    Ok(Content::Run(parcel)) => try_open(Ok(parcel)),
                    Err(what) => try_open(Err(what)),
                }
            }
        };
        if outcome.is_some() { refused += 1 } else { runs += 1 }
    }
    assert!(refused > 50_000 && runs > 1_000, "{refused} refused, {runs} opened");
}
