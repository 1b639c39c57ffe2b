//! The runs that steps and scenarios begin with, made of nothing but texts and the course. What is wrong is said with its
//! place; nothing here panics on a text.

use super::lab::Run;
use super::notices::Notices;
use crate::lessons::prose::{self, Start, StepText};
use crate::lessons::{goals, replay};
use crate::scenarios;
use crate::share::link;
use crate::share::parcel::Source;
use crate::share::route::StepId;
use crate::sim::scenario::{Scenario, ScenarioError};
use crate::sim::time::Time;
use crate::stage::units;
use crate::words::{Language, Phrase};
use crate::{phrase, word};

/// A run that someone handed on.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct Shared {
    /// What follows `#/run/` in its address.
    pub link: String,
    /// What its scenario is called.
    pub name: String,
    /// The step of a lesson that it belongs to, if the course has it.
    pub step: Option<StepId>,
}

/// How many events are computed at most to come to the moment of a run that was handed on: a few seconds of work.
const EVENTS_AT_MOST: usize = 500_000;

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

/// The step whose progress is kept by this name, if the course has it.
pub fn step_of_key(key: &str) -> Option<StepId> {
    let (lesson, slug) = key.split_once('/')?;
    let lesson = prose::texts(Language::current()).lesson(lesson.parse().ok()?)?;
    let index = lesson.steps.iter().position(|step| step.slug == slug)?;
    Some(StepId { lesson: lesson.number, step: index + 1 })
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
    let begun = match step.content().start {
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
    let pause_on = step.content().pause_on.and_then(goals::find).copied();
    Ok(Run::of(timeline).with_goals(replay::goals_of(step).copied(), pause_on))
}

/// A run that someone handed on, at its moment. `changed` holds controls that the learner has changed since: they shape the
/// network, so that its scenario begins anew with them.
pub fn of_shared(shared: &Shared, changed: &Values, notices: Notices) -> Result<Run, Phrase> {
    let parcel = link::read(&shared.link)?;
    match (&parcel.source, shared.step) {
        _ if changed.is_empty() => {}
        (_, Some(id)) => return of_step(id, changed, || None),
        (Source::BuiltIn { name, values, .. }, None) => {
            return of_scenario(name, &[values.as_slice(), changed.as_slice()].concat());
        }
        (Source::Whole(scenario), None) => {
            let mut scenario = Scenario::clone(scenario);
            let set = changed.iter().try_for_each(|(name, value)| scenario.set_control(name, value));
            return set.and_then(|()| Run::new(scenario)).map_err(|error| no_run(&error));
        }
    }
    let opened = parcel.open(EVENTS_AT_MOST).map_err(|what| phrase!("page.no-run", what = what))?;
    if opened.fell_short {
        let length = |moment: Time| units::amount(moment.since(Time::ZERO));
        let (at, asked) = (length(opened.timeline.now()), length(parcel.at));
        notices.say(phrase!("shared.short", at = at, asked = asked).to_string());
    }
    let run = Run::of(opened.timeline);
    let Some(step) = shared.step.and_then(step_text) else { return Ok(run) };
    // What had come about before the run was handed on is not what the learner brought about.
    let is_open = |goal: &goals::Goal| !(goal.reached)(run.timeline.world());
    let open: Vec<_> = replay::goals_of(step).copied().filter(is_open).collect();
    let pause_on = step.content().pause_on.and_then(goals::find).copied().filter(is_open);
    Ok(run.with_goals(open, pause_on))
}

fn no_run(error: &ScenarioError) -> Phrase {
    phrase!("page.no-run", what = error)
}
