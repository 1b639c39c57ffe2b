//! The runs that steps and scenarios begin with, made of nothing but texts and the course. What is wrong is said with its
//! place; nothing here panics on a text.

use super::lab::Run;
use crate::lessons::prose::{self, Start, StepText};
use crate::lessons::{goals, replay};
use crate::scenarios;
use crate::share::route::StepId;
use crate::sim::scenario::ScenarioError;
use crate::words::{Language, Phrase};
use crate::{phrase, word};

/// Values of controls by name, in text form.
pub type Values = Vec<(String, String)>;

/// The text of a step, if the course has it.
pub fn step_text(id: StepId) -> Option<&'static StepText> {
    prose::texts(Language::current()).lesson(id.lesson)?.steps.get(id.step.checked_sub(1)?)
}

/// By what name a step's progress is kept and its solution found.
pub fn step_key(id: StepId) -> Option<String> {
    Some(format!("{}/{}", id.lesson, step_text(id)?.slug))
}

/// A scenario alone.
pub fn of_scenario(name: &str, values: &Values) -> Result<Run, Phrase> {
    let entry = scenarios::find(name).ok_or_else(|| phrase!("page.no-scenario", name = name))?;
    entry.build_with(values).and_then(Run::new).map_err(|error| no_run(&error))
}

/// A step's run. One that continues goes on from what `before` has: the run of the step before as the learner left it; those
/// who come straight to it get that of the recorded solution. `changed` holds controls that the learner has changed since:
/// they shape the network, so that the step begins anew with them.
pub fn of_step(id: StepId, changed: &Values, before: impl FnOnce() -> Option<Run>) -> Result<Run, Phrase> {
    let step = step_text(id).ok_or_else(|| Phrase::new(word!("page.no-place")))?;
    let begun = match step.start {
        Start::Continue if changed.is_empty() => match before() {
            Some(run) => {
                let mut timeline = run.timeline;
                replay::go_on(&mut timeline, step).map(|()| timeline)
            }
            None => replay::start_of_step(prose::texts(Language::current()), id.lesson, id.step - 1),
        },
        Start::Fresh | Start::Continue => replay::begin_with(step, changed),
    };
    let timeline = begun.map_err(|what| phrase!("page.no-run", what = what))?;
    let pause_on = step.pause_on.and_then(goals::find).copied();
    Ok(Run::of(timeline).with_goals(replay::goals_of(step).copied(), pause_on))
}

fn no_run(error: &ScenarioError) -> Phrase {
    phrase!("page.no-run", what = error)
}
