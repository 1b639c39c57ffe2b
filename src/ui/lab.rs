//! The one store of the page: the run at hand, who watches it and how. What components read are signals and plain data; what
//! they do goes through [`Lab::dispatch`].
//!
//! Three signals tell that something changed, so that panels need not redraw with every frame: [`Lab::moment`] whenever the
//! picture may have, [`Lab::glance`] when what tells the time should, some twenty times a second while the run plays, and
//! [`Lab::state`] when events happened, at most some ten times a second.

mod moves;

use std::sync::Arc;

use leptos::prelude::*;

use crate::lessons::goals::Goal;
use crate::lessons::prose::Tool;
use crate::phrase;
use crate::scenarios::CATALOGUE;
use crate::sim::command::Command;
use crate::sim::scenario::{Scenario, ScenarioError};
use crate::sim::snapshot::Snapshot;
use crate::sim::time::{Duration, Time};
use crate::sim::timeline::{Advance, Timeline};
use crate::stage::Thing;
use crate::stage::breakpoints::Breakpoints;
use crate::stage::moments::Moment;
use crate::ui::announce::announce;
use crate::ui::signals::{RwSignal, StoredValue};

pub use moves::FutureDeed;

/// Speeds, the slowest first, as powers of two of the scenario's own pace.
pub const SPEEDS: std::ops::RangeInclusive<i32> = -3..=4;

/// How many events may happen between two looks at the wall clock.
const EVENTS_AT_A_TIME: usize = 500;

/// The store. It is a handle: copies are the same store.
#[derive(Clone, Copy)]
pub struct Lab {
    run: StoredValue<Option<Run>>,
    /// Changes when the picture may have.
    pub moment: RwSignal<u64>,
    /// Changes when digits and hands that tell the time are to be read anew.
    pub glance: RwSignal<u64>,
    /// Changes when events happened or something was done.
    pub state: RwSignal<u64>,
    /// Changes when another run is at hand.
    pub opened: RwSignal<u64>,
    /// Whether time passes.
    pub playing: RwSignal<bool>,
    /// The power of two by which the pace is multiplied; one of [`SPEEDS`].
    pub speed: RwSignal<i32>,
    /// What the inspector shows.
    pub selected: RwSignal<Option<Thing>>,
    /// What a click on the stage does.
    pub tool: RwSignal<Tool>,
    /// The goals of the step at hand and whether they were reached.
    pub goals: RwSignal<Vec<(&'static str, bool)>>,
    /// The moment that the run has just paused on, if it did.
    pub paused_on: RwSignal<Option<&'static str>>,
    /// Whether the run is taken apart: time stands still, and the watcher picks what happens next.
    pub apart: RwSignal<bool>,
    /// What a panel points at, for the stage to show.
    pub pointed: RwSignal<Option<Thing>>,
    /// A node at a moment that the watcher wants to compare others with.
    pub remembered: RwSignal<Option<Arc<Moment>>>,
    /// What the run shall pause on.
    pub breakpoints: RwSignal<Breakpoints>,
    /// What of that it has just paused on, as a sentence.
    pub stopped_on: RwSignal<Option<String>>,
    /// Which of the kinds of event one jumps to.
    pub jumps_to: RwSignal<usize>,
}

/// A run with what the step at hand wants of it. Taken out and put back whole, it is exactly what it was.
#[derive(Clone)]
pub struct Run {
    /// The run.
    pub timeline: Timeline,
    /// Goals and whether they were reached.
    goals: Vec<(Goal, bool)>,
    /// The moment to pause on, until it has come once.
    pause_on: Option<Goal>,
    snapshot: Snapshot,
}

/// Everything that input can turn into.
#[derive(Clone, PartialEq, Debug)]
pub enum Action {
    /// Does something to the world, now.
    Do(Command),
    /// Does several things to the world, now, as one deed.
    DoTogether(Vec<Command>),
    /// Takes the last deed back.
    Undo,
    /// Does it again.
    Redo,
    /// Lets time pass.
    Play,
    /// Stops time.
    Pause,
    /// One or the other.
    TogglePlay,
    /// Goes on to the next event.
    Step,
    /// Goes back one event.
    StepBack,
    /// Goes to a moment.
    Seek(Time),
    /// Goes to right after the event that left the record of this index.
    GoToRecord(usize),
    /// Goes to the next event of the chosen kind if true, else to the last one before.
    Jump(bool),
    /// Goes over to another future, names one, or lets one go.
    Turn(FutureDeed),
    /// Goes back to the start, with the deeds still to come.
    Reset,
    /// Selects something, or nothing.
    Select(Option<Thing>),
    /// Chooses what a click on the stage does.
    Use(Tool),
    /// Sets the speed to one of [`SPEEDS`].
    Speed(i32),
    /// Takes the run apart, or lets it be whole again.
    TakeApart(bool),
}

/// What a run has paused on.
enum PausedOn {
    /// A moment of the step at hand.
    Moment(&'static str),
    /// Something that the watcher waits for: what happened, as a sentence.
    Break(String),
}

impl Run {
    /// A run at the start of its scenario.
    pub fn new(scenario: Scenario) -> Result<Run, ScenarioError> {
        Timeline::new(scenario, CATALOGUE).map(Run::of)
    }

    /// A run as it stands.
    pub fn of(timeline: Timeline) -> Run {
        let snapshot = Snapshot::of(&timeline);
        Run { timeline, goals: Vec::new(), pause_on: None, snapshot }
    }

    /// With goals that are yet to be reached, and a moment to pause on.
    pub fn with_goals(mut self, goals: impl IntoIterator<Item = Goal>, pause_on: Option<Goal>) -> Run {
        self.goals = goals.into_iter().map(|goal| (goal, false)).collect();
        self.pause_on = pause_on;
        self
    }

    /// Notes goals that are reached now. True if there is a new one.
    fn note_goals(&mut self) -> bool {
        let world = self.timeline.world();
        let mut noted = false;
        for (goal, reached) in &mut self.goals {
            if !*reached && (goal.reached)(world) {
                *reached = true;
                noted = true;
            }
        }
        noted
    }

    /// Goes on to a moment; stops on the moment to pause on or on what the watcher waits for, and says which it was.
    fn advance(
        &mut self,
        to: Time,
        breakpoints: &Breakpoints,
        mut may_go_on: impl FnMut() -> bool,
    ) -> Option<PausedOn> {
        let waits = !breakpoints.is_idle();
        loop {
            let (goals, pause_on, from) = (&mut self.goals, self.pause_on, self.timeline.past().len());
            let mut is_moment = false;
            let advance = self.timeline.advance(to, EVENTS_AT_A_TIME, |world, records| {
                for (goal, reached) in goals.iter_mut() {
                    *reached = *reached || (goal.reached)(world);
                }
                is_moment = pause_on.is_some_and(|moment| (moment.reached)(world));
                is_moment || waits && !records.is_empty()
            });
            match advance {
                Advance::Stopped if is_moment => {
                    return self.pause_on.take().map(|moment| PausedOn::Moment(moment.name));
                }
                Advance::Stopped => {
                    if let Some(record) = breakpoints.hit(&self.timeline, from) {
                        let network = self.timeline.world().network();
                        return Some(PausedOn::Break(
                            self.timeline.trace().sentence(network, record).to_string(),
                        ));
                    }
                }
                Advance::Reached => return None,
                Advance::Busy => {}
            }
            if !may_go_on() {
                return None;
            }
        }
    }
}

impl Lab {
    /// An empty store. Provide it as context once, at the root of the page.
    pub fn new() -> Lab {
        Lab {
            run: StoredValue::new(None),
            moment: RwSignal::new(0),
            glance: RwSignal::new(0),
            state: RwSignal::new(0),
            opened: RwSignal::new(0),
            playing: RwSignal::new(false),
            speed: RwSignal::new(0),
            selected: RwSignal::new(None),
            tool: RwSignal::new(Tool::Break),
            goals: RwSignal::new(Vec::new()),
            paused_on: RwSignal::new(None),
            apart: RwSignal::new(false),
            pointed: RwSignal::new(None),
            remembered: RwSignal::new(None),
            breakpoints: RwSignal::new(Breakpoints::default()),
            stopped_on: RwSignal::new(None),
            jumps_to: RwSignal::new(0),
        }
    }

    /// The store of the page that the calling component belongs to.
    pub fn here() -> Lab {
        expect_context()
    }

    /// Puts a run at hand, paused, and gives back the one that was.
    pub fn open(self, run: Option<Run>) -> Option<Run> {
        self.playing.set(false);
        self.selected.set(None);
        self.paused_on.set(None);
        self.apart.set(false);
        self.pointed.set(None);
        self.remembered.set(None);
        let was = self.run.try_update_value(|current| std::mem::replace(current, run)).flatten();
        self.opened.update(|count| *count += 1);
        self.changed();
        was
    }

    /// Reads the run at hand, if there is one. Track [`Lab::state`] or [`Lab::moment`] first to hear of changes.
    pub fn with<T>(self, read: impl FnOnce(&Timeline) -> T) -> Option<T> {
        self.run.try_with_value(|run| run.as_ref().map(|run| read(&run.timeline))).flatten()
    }

    /// Reads the picture's data, if there is a run.
    pub fn with_snapshot<T>(self, read: impl FnOnce(&Timeline, &Snapshot) -> T) -> Option<T> {
        self.run.try_with_value(|run| run.as_ref().map(|run| read(&run.timeline, &run.snapshot))).flatten()
    }

    /// A copy of the run at hand.
    pub fn copy(self) -> Option<Run> {
        self.run.try_with_value(Clone::clone).flatten()
    }

    /// Turns input into what it means. Without a run at hand, what would change one does nothing.
    pub fn dispatch(self, action: Action) {
        match action {
            Action::Do(command) => {
                self.change(|run| {
                    run.timeline.act(command);
                    true
                });
            }
            Action::DoTogether(commands) => {
                self.change(|run| {
                    let some = !commands.is_empty();
                    if some {
                        run.timeline.act_together(commands);
                    }
                    some
                });
            }
            Action::Undo => _ = self.change(|run| run.timeline.undo()),
            Action::Redo => _ = self.change(|run| run.timeline.redo()),
            Action::Step => _ = self.change_paused(|run| run.timeline.step()),
            Action::StepBack => _ = self.change_paused(|run| run.timeline.step_back()),
            Action::Seek(to) => self.seek(to),
            Action::GoToRecord(index) => {
                self.change_paused(|run| run.timeline.go_to_record(index));
            }
            Action::Reset => self.seek(Time::ZERO),
            Action::Jump(forward) => self.jump(forward),
            Action::Turn(deed) => self.turn(deed),
            Action::Play => self.set_playing(true),
            Action::Pause => self.set_playing(false),
            Action::TogglePlay => self.set_playing(!self.playing.get_untracked()),
            Action::Select(thing) => self.selected.set(thing),
            Action::Use(tool) => self.tool.set(tool),
            Action::TakeApart(apart) => self.take_apart(apart),
            Action::Speed(power) => self.speed.set(power.clamp(*SPEEDS.start(), *SPEEDS.end())),
        }
    }

    /// Lets as much simulated time pass as this much watching shows, as far as there is time to compute it. Only the
    /// clock calls this. `may_go_on` says whether there is still time.
    pub(super) fn watch(self, watched: std::time::Duration, may_go_on: impl FnMut() -> bool) -> bool {
        let speed = self.speed.get_untracked();
        let outcome = self.run.try_update_value(|run| {
            let run = run.as_mut()?;
            let shown = simulated(run.timeline.world().network().pace, watched, speed);
            let records = run.timeline.past().len();
            let to = run.timeline.now() + shown;
            let paused_on = self.breakpoints.with_untracked(|set| run.advance(to, set, may_go_on));
            run.snapshot.refill(&run.timeline);
            Some((run.timeline.past().len() != records, paused_on))
        });
        let Some(Some((happened, paused_on))) = outcome else { return false };
        self.moment.update(|count| *count += 1);
        match paused_on {
            None => return happened,
            Some(PausedOn::Moment(name)) => self.paused_on.set(Some(name)),
            Some(PausedOn::Break(what)) => {
                announce(phrase!("time.paused-on", what = &what).to_string());
                self.stopped_on.set(Some(what));
            }
        }
        self.playing.set(false);
        self.tell_state();
        happened
    }

    /// Tells panels that events happened.
    pub(super) fn tell_state(self) {
        let goals = self
            .run
            .try_with_value(|run| run.as_ref().map(|run| run.goal_names()))
            .flatten()
            .unwrap_or_default();
        if self.goals.with_untracked(|shown| *shown != goals) {
            self.goals.set(goals);
        }
        self.tell_time();
        self.state.update(|count| *count += 1);
    }

    /// Tells what tells the time.
    pub(super) fn tell_time(self) {
        self.glance.update(|count| *count += 1);
    }

    fn set_playing(self, playing: bool) {
        let playing = playing && self.with(|_| ()).is_some();
        if playing {
            self.paused_on.set(None);
            self.stopped_on.set(None);
            self.apart.set(false);
        }
        self.playing.set(playing);
        self.tell_state();
    }

    fn take_apart(self, apart: bool) {
        let apart = apart && self.with(|_| ()).is_some();
        self.apart.set(apart);
        if apart {
            self.set_playing(false);
        }
    }

    fn seek(self, to: Time) {
        self.change_paused(|run| {
            run.timeline.seek(to);
            true
        });
    }

    fn change_paused(self, change: impl FnOnce(&mut Run) -> bool) -> bool {
        self.playing.set(false);
        self.change(change)
    }

    /// Changes the run at hand, and says whether anything came of it.
    fn change(self, change: impl FnOnce(&mut Run) -> bool) -> bool {
        let changed = self.run.try_update_value(|run| {
            let Some(run) = run.as_mut() else { return false };
            let changed = change(run);
            run.note_goals();
            changed
        });
        let changed = changed == Some(true);
        if changed {
            self.changed();
        }
        changed
    }

    fn changed(self) {
        self.run.try_update_value(|run| {
            if let Some(run) = run {
                run.snapshot.refill(&run.timeline);
            }
        });
        // What the run has paused on is where it no longer is.
        if self.stopped_on.with_untracked(Option::is_some) {
            self.stopped_on.set(None);
        }
        self.moment.update(|count| *count += 1);
        self.tell_state();
    }
}

impl Default for Lab {
    fn default() -> Lab {
        Lab::new()
    }
}

impl Run {
    fn goal_names(&self) -> Vec<(&'static str, bool)> {
        self.goals.iter().map(|(goal, reached)| (goal.name, *reached)).collect()
    }
}

/// How much simulated time so much watching shows.
fn simulated(pace: Duration, watched: std::time::Duration, power: i32) -> Duration {
    // No `exp2`, which brings a table of four kilobytes.
    let times = f64::from(1u32 << power.unsigned_abs());
    let times = if power < 0 { 1.0 / times } else { times };
    let micros = watched.as_secs_f64() * pace.as_micros() as f64 * times;
    Duration::micros(micros as u64).at_least_shortest()
}
