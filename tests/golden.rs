//! Golden traces: the first lines and the hash of each lesson step, as its recorded solution plays it, and of each built-in
//! scenario, left to itself. They are to be read as text in a review.
//!
//! `NETSPLIT_BLESS=1 cargo test --test golden` writes them anew.

#[path = "support/hashes.rs"]
mod hashes;
#[path = "support/wander.rs"]
mod wander;

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::fs;
use std::path::PathBuf;

use netsplit::lessons::prose::{Course, LessonText, StepText, texts};
use netsplit::lessons::{goals, replay};
use netsplit::scenarios::{self, CATALOGUE};
use netsplit::sim::time::Duration;
use netsplit::sim::timeline::Timeline;
use netsplit::sim::world::World;
use netsplit::words::Language;

/// How many lines of a trace are kept; the hash stands for the rest.
const LINES: usize = 60;
/// For how long what nobody acts in is watched.
const WATCHED_SECONDS: u64 = 10;

#[test]
fn traces_are_what_they_were() {
    let mut golden = Golden::default();
    let course = texts(Language::ENGLISH);
    for lesson in course.lessons {
        for (index, step) in lesson.steps.iter().enumerate() {
            golden.compare(&format!("{}-{}", lesson.number, step.slug), &played(course, lesson, index, step));
        }
    }
    for entry in scenarios::ALL {
        let mut timeline = Timeline::new(entry.build_with(&[]).unwrap(), CATALOGUE).unwrap();
        watch(&mut timeline);
        golden.compare(&format!("scenario-{}", entry.name), &trace(entry.name, &timeline));
    }
    // `tests/web.rs` holds the browser to the same text.
    golden.compare("hashes", &hashes::lines());
    golden.compare("random-runs", &wander::lines());
    golden.finish();
}

#[test]
fn goals_are_reached_by_the_solution_and_not_before() {
    let course = texts(Language::ENGLISH);
    let mut checked = 0;
    for lesson in course.lessons {
        for (index, step) in lesson.steps.iter().enumerate() {
            let goals: Vec<_> = replay::goals_of(step).collect();
            let mut timeline = replay::start_of_step(course, lesson.number, index).unwrap();
            for goal in &goals {
                assert!(
                    !(goal.reached)(timeline.world()),
                    "{}: {} is reached at once",
                    step.source,
                    goal.name
                );
            }
            let Some(solution) = goals::solution(lesson.number, step) else {
                assert!(goals.is_empty(), "{}: goals without a recorded solution", step.source);
                continue;
            };
            let mut reached = vec![false; goals.len()];
            let look = |world: &World| {
                goals.iter().zip(&mut reached).for_each(|(goal, reached)| *reached |= (goal.reached)(world));
            };
            replay::follow(&mut timeline, solution, look).unwrap();
            for (goal, reached) in goals.iter().zip(reached) {
                assert!(reached, "{}: the solution does not reach {}", step.source, goal.name);
                checked += 1;
            }
        }
    }
    let written = course.lessons.iter().flat_map(|lesson| lesson.steps).flat_map(replay::goals_of).count();
    assert_eq!(checked, written);
}

#[test]
fn a_step_is_started_the_same_way_each_time_and_others_do_not_exist() {
    let course = texts(Language::ENGLISH);
    for lesson in course.lessons {
        for index in 0..lesson.steps.len() {
            let start = || replay::start_of_step(course, lesson.number, index).unwrap();
            let (one, two) = (start(), start());
            assert_eq!((one.now(), one.world().hash()), (two.now(), two.world().hash()));
        }
        assert!(replay::start_of_step(course, lesson.number, lesson.steps.len()).is_err());
    }
    assert!(replay::start_of_step(course, 0, 0).is_err());
    assert!(replay::start_of_step(course, usize::MAX, usize::MAX).is_err());
}

/// The trace of a step from its start to the end of its recorded solution.
fn played(course: &Course, lesson: &LessonText, index: usize, step: &StepText) -> String {
    let mut timeline = replay::start_of_step(course, lesson.number, index).unwrap();
    match goals::solution(lesson.number, step) {
        Some(solution) => replay::follow(&mut timeline, solution, |_| ()).unwrap(),
        None => watch(&mut timeline),
    }
    trace(&format!("lesson {}, step {} ({})", lesson.number, step.slug, step.scenario), &timeline)
}

fn watch(timeline: &mut Timeline) {
    let pace: Duration = timeline.world().network().pace;
    let end = timeline.now() + pace * WATCHED_SECONDS;
    replay::advance(timeline, end, |_| ()).unwrap();
}

fn trace(title: &str, timeline: &Timeline) -> String {
    let (network, past) = (timeline.world().network(), timeline.past());
    let mut text = format!("{title}\n\n");
    for record in past.iter().take(LINES) {
        writeln!(text, "{}", timeline.trace().line(network, record)).unwrap();
    }
    if past.len() > LINES {
        writeln!(text, "and {} more", past.len() - LINES).unwrap();
    }
    writeln!(text, "\nat {}: hash {:016x}", timeline.now(), timeline.world().hash()).unwrap();
    text
}

/// The folder of golden files, and what in it is no longer as it was.
#[derive(Default)]
struct Golden {
    names: BTreeSet<String>,
    differences: Vec<String>,
}

impl Golden {
    fn folder() -> PathBuf {
        [env!("CARGO_MANIFEST_DIR"), "tests", "golden"].iter().collect()
    }

    fn blesses() -> bool {
        std::env::var_os("NETSPLIT_BLESS").is_some_and(|value| value == "1")
    }

    fn compare(&mut self, name: &str, text: &str) {
        let path = Golden::folder().join(format!("{name}.txt"));
        assert!(self.names.insert(format!("{name}.txt")), "two traces are called {name}");
        if Golden::blesses() {
            fs::create_dir_all(Golden::folder()).unwrap();
            return fs::write(path, text).unwrap();
        }
        // A checkout may have changed the line ends.
        let known = fs::read_to_string(path).unwrap_or_default().replace("\r\n", "\n");
        if known != text {
            let (known, text): (Vec<_>, Vec<_>) = (known.lines().collect(), text.lines().collect());
            let at = known.iter().zip(&text).take_while(|(known, now)| known == now).count();
            let line = |lines: &[&str]| lines.get(at).copied().unwrap_or("nothing").to_owned();
            let (was, is) = (line(&known), line(&text));
            self.differences.push(format!("{name}.txt:{}\n  was {was}\n  is  {is}", at + 1));
        }
    }

    fn finish(mut self) {
        for file in fs::read_dir(Golden::folder()).into_iter().flatten().flatten() {
            let name = file.file_name().to_string_lossy().into_owned();
            if self.names.contains(&name) {
                continue;
            }
            match Golden::blesses() {
                true => fs::remove_file(file.path()).unwrap(),
                false => self.differences.push(format!("{name}: belongs to no step and no scenario")),
            }
        }
        let all = self.differences.join("\n");
        assert!(
            all.is_empty(),
            "tests/golden differs; if that is meant, NETSPLIT_BLESS=1 writes it anew\n{all}"
        );
    }
}
