//! The run hash of every built-in scenario and of every lesson step's recorded solution, as lines of text. It is compiled into
//! the native tests and into those of the browser's WebAssembly: both must write the same text.

use std::fmt::Write as _;

use netsplit::faults;
use netsplit::lessons::prose::texts;
use netsplit::lessons::{goals, replay};
use netsplit::scenarios;
use netsplit::share::chaos::Chaos;
use netsplit::share::run::Plan;
use netsplit::sim::time::{Duration, Time};
use netsplit::words::Language;

/// For how many seconds of watching a scenario goes on: long enough for time-outs and suspicions.
const WATCHED_SECONDS: u64 = 60;
/// The same for a network of more nodes than this, where much happens in a second.
const WATCHED_SECONDS_OF_MANY: u64 = 2;
const MANY_NODES: usize = 100;
/// With how many commands drawn at random each scenario is run once more, so that every kind of fault has its turn.
const CHAOS_COMMANDS: usize = 40;
/// The seeds of those runs.
const SEEDS: [u64; 2] = [1, 2];

/// One line for each run: what it is, until when it goes, how many events happen, and its hash.
pub fn lines() -> String {
    let mut text = String::new();
    for entry in scenarios::ALL {
        let plain = Plan::new(entry.build_with(&[]).unwrap());
        let pace = Duration::parse(&plain.scenario.pace).unwrap();
        let is_large = plain.scenario.nodes.len() > MANY_NODES;
        let seconds = if is_large { WATCHED_SECONDS_OF_MANY } else { WATCHED_SECONDS };
        let plain = Plan { until: Time::ZERO + pace * seconds, ..plain };
        write_run(&mut text, &format!("scenario {}", entry.name), &plain);
        for seed in SEEDS {
            let chaos = Some(Chaos { commands: CHAOS_COMMANDS, kinds: faults::ALL.to_vec() });
            let plan = Plan { chaos, ..plain.with_seed(seed) };
            write_run(&mut text, &format!("scenario {} in chaos {seed}", entry.name), &plan);
        }
    }
    write_lessons(&mut text);
    text
}

fn write_run(text: &mut String, title: &str, plan: &Plan) {
    let run = plan.run().unwrap();
    let events = run.world.counts().events;
    writeln!(text, "{title} at {}: {events} events, hash {:016x}", plan.until, run.world.hash()).unwrap();
}

fn write_lessons(text: &mut String) {
    let course = texts(Language::ENGLISH);
    for lesson in course.lessons {
        for (index, step) in lesson.steps.iter().enumerate() {
            let mut timeline = replay::start_of_step(course, lesson.number, index).unwrap();
            if let Some(solution) = goals::solution(lesson.number, step) {
                replay::follow(&mut timeline, solution, |_| ()).unwrap();
            }
            let (now, events) = (timeline.now(), timeline.world().counts().events);
            let (number, slug, hash) = (lesson.number, step.slug, timeline.world().hash());
            writeln!(text, "lesson {number}/{slug} at {now}: {events} events, hash {hash:016x}").unwrap();
        }
    }
}
