//! Runs of lesson steps, as a learner who follows the recorded solutions would have them: for deep links into the course,
//! and for tests that walk it.

use crate::scenarios::{self, CATALOGUE};
use crate::sim::command::TimedCommand;
use crate::sim::time::Time;
use crate::sim::timeline::{Advance, Timeline};
use crate::sim::world::World;

use super::goals::{self, Goal, Solution};
use super::prose::{Block, Course, Start, StepText};

/// More events than any step has.
const EVENTS_AT_MOST: usize = 1_000_000;

/// The run at the start of a step, the first of a lesson having index 0. A step that continues starts where the recorded
/// solution of the step before ends.
pub fn start_of_step(course: &Course, lesson: usize, step_index: usize) -> Result<Timeline, String> {
    let text = course.lesson(lesson).ok_or_else(|| format!("there is no lesson {lesson}"))?;
    let no_step = || format!("lesson {lesson} has no step {}", step_index.saturating_add(1));
    let step = text.steps.get(step_index).ok_or_else(no_step)?;
    match (step.content().start, step_index.checked_sub(1)) {
        (Start::Continue, Some(before)) => {
            let mut timeline = start_of_step(course, lesson, before)?;
            if let Some(solution) = goals::solution(lesson, text.steps[before].slug) {
                follow(&mut timeline, solution, |_| ())?;
            }
            go_on(&mut timeline, step)?;
            Ok(timeline)
        }
        _ => begin(step),
    }
}

/// A new run of a step's scenario, as the step sets and scripts it.
pub fn begin(step: &StepText) -> Result<Timeline, String> {
    begin_with(step, &[])
}

/// The same, with values of controls that differ from those that the step sets.
pub fn begin_with(step: &StepText, changed: &[(String, String)]) -> Result<Timeline, String> {
    let entry = scenarios::find(step.scenario)
        .ok_or_else(|| format!("{}: there is no scenario `{}`", step.source, step.scenario))?;
    let set = step.content().set.iter().map(|setting| (setting.name.to_owned(), setting.value.to_owned()));
    let kept = set.filter(|(name, _)| changed.iter().all(|(new, _)| new != name));
    let values: Vec<_> = kept.chain(changed.iter().cloned()).collect();
    let placed = |error: &dyn std::fmt::Display| format!("{}: {error}", step.source);
    let mut scenario = entry.build_with(&values).map_err(|error| placed(&error))?;
    scenario.script.extend(step.content().script.iter().map(|line| line.text.to_owned()));
    Timeline::new(scenario, CATALOGUE).map_err(|error| placed(&error))
}

/// Goes on with the run of the step before, as it stands, into a step that continues it.
pub fn go_on(timeline: &mut Timeline, step: &StepText) -> Result<(), String> {
    let network = timeline.world().network();
    let read = |line: &super::prose::Line| {
        network.read_line(line.text).map_err(|error| format!("{}: {error}", line.source))
    };
    let lines: Vec<TimedCommand> = step.content().script.iter().map(read).collect::<Result<_, _>>()?;
    if !lines.is_empty() {
        timeline.extend_script(&lines);
    }
    Ok(())
}

/// Does what a recorded solution says, each thing at its time, and goes on until it says that the goals are reached.
/// `look` is shown the world after everything that happens.
pub fn follow(
    timeline: &mut Timeline,
    solution: &Solution,
    mut look: impl FnMut(&World),
) -> Result<(), String> {
    for line in solution.commands {
        let timed = timeline.world().network().read_line(line);
        let timed = timed.map_err(|error| format!("{}: `{line}`: {error}", solution.step))?;
        advance(timeline, timed.at, &mut look)?;
        timeline.act(timed.command);
        look(timeline.world());
    }
    let until = Time::parse(solution.until)
        .ok_or_else(|| format!("{}: `{}` is not a time", solution.step, solution.until))?;
    advance(timeline, until, &mut look)
}

/// The goals of a step, in the order of its text.
pub fn goals_of(step: &StepText) -> impl Iterator<Item = &'static Goal> + '_ {
    step.content().blocks.iter().filter_map(|block| match block {
        Block::Goal(text) => goals::find(text.name),
        _ => None,
    })
}

/// Lets time pass up to a moment and shows the world after each event.
pub fn advance(timeline: &mut Timeline, to: Time, mut look: impl FnMut(&World)) -> Result<(), String> {
    let outcome = timeline.advance(to, EVENTS_AT_MOST, |world, _| {
        look(world);
        false
    });
    match outcome {
        Advance::Reached => Ok(()),
        _ => Err(format!("{} has more than {EVENTS_AT_MOST} events", timeline.scenario().name)),
    }
}
