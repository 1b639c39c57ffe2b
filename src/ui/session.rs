//! Which step or scenario is at hand, and the runs of all that were: to leave a step and come back restores it exactly.

use leptos::prelude::*;

use super::announce::announce;
use super::dynamic::effect;
use super::lab::{Action, Lab, Run};
use super::notices::Notices;
use super::progress::Keeper;
use super::runs::{self, Shared, Values};
use super::texts::Texts;
use crate::lessons::prose::{Block, Html, StepText, Tool};
use crate::phrase;
use crate::share::route::{Route, StepId};
use crate::sim::command::{Command, Place as NetworkPlace};
use crate::sorted::Map;
use crate::stage::Thing;
use crate::ui::signals::{RwSignal, StoredValue};
use crate::words::Phrase;

/// What a run belongs to.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Place {
    /// A step of a lesson.
    Step(StepId),
    /// A scenario alone.
    Lab(String),
    /// A run that someone handed on. It is a place of its own: what the learner has elsewhere stays as it is.
    Shared(Shared),
}

impl From<Place> for Route {
    fn from(place: Place) -> Route {
        match place {
            Place::Step(id) => Route::Step(id),
            Place::Lab(name) => Route::Lab(name),
            Place::Shared(shared) => Route::Run(shared.link),
        }
    }
}

/// What was left at a place.
#[derive(Clone)]
struct Left {
    run: Run,
    selected: Option<Thing>,
    tool: Tool,
}

/// The session. A handle: copies are the same session.
#[derive(Clone, Copy)]
pub struct Session {
    lab: Lab,
    keeper: Keeper,
    notices: Notices,
    texts: Texts,
    left: StoredValue<Map<Place, Left>>,
    changed: StoredValue<Map<Place, Values>>,
    /// Where the learner is, if a run belongs there.
    pub place: RwSignal<Option<Place>>,
    /// Why there is no run, or why something could not be done.
    pub fault: RwSignal<Option<Phrase>>,
}

impl Session {
    /// Nowhere yet. Provide it as context once.
    pub fn new(lab: Lab, keeper: Keeper, notices: Notices, texts: Texts) -> Session {
        let session = Session {
            lab,
            keeper,
            notices,
            texts,
            left: StoredValue::default(),
            changed: StoredValue::default(),
            place: RwSignal::new(None),
            fault: RwSignal::new(None),
        };
        session.note_goals();
        session
    }

    /// That of the page that the calling component belongs to.
    pub fn here() -> Session {
        expect_context()
    }

    /// Goes to a place, or to none; what is left stays as it is until the learner comes back.
    pub fn enter(self, place: Option<Place>) {
        let from = self.place.get_untracked();
        if from == place {
            return;
        }
        let next = place.clone().map(|place| self.take_or_begin(&place));
        // Where one looks at what others made is not where one was in the course.
        if let Some(place) = place.as_ref().filter(|place| !matches!(place, Place::Shared(_))) {
            self.keeper.note_place(Route::from(place.clone()).to_string());
        }
        self.place.set(place);
        let left = self.show(next);
        if let Some((from, left)) = from.zip(left) {
            self.left.update_value(|all| {
                all.insert(from, left);
            });
        }
    }

    /// Begins the run at hand anew, as if it had never been.
    pub fn start_over(self) {
        let Some(place) = self.place.get_untracked() else { return };
        if let Some(key) = step_of(&place).and_then(runs::step_key) {
            self.keeper.change_step(&key, |step| {
                step.goals.clear();
                true
            });
        }
        self.changed.update_value(|changed| {
            changed.remove(&place);
        });
        self.show(Some(self.begin(&place)));
    }

    /// Begins the run at hand anew with another value of a control that shapes the network itself; goals and script stay.
    pub fn begin_with(self, control: &str, value: &str) {
        let Some(place) = self.place.get_untracked() else { return };
        self.changed.update_value(|changed| {
            let values = changed.get_or_insert_with(place.clone(), Values::new);
            values.retain(|(name, _)| name != control);
            values.push((control.to_owned(), value.to_owned()));
        });
        self.show(Some(self.begin(&place)));
    }

    /// Asks a node of the run at hand for something, as a step's button does.
    pub fn request(self, node: &str, text: &str) {
        let read = self.lab.with(|timeline| timeline.world().network().read_place(node));
        match read {
            Some(Ok(NetworkPlace::Node(node))) => {
                self.lab.dispatch(Action::Do(Command::Request { node, text: text.to_owned() }));
            }
            Some(Ok(_)) | None => {}
            Some(Err(what)) => self.fault.set(Some(phrase!("page.no-run", what = format!("{node}: {what}")))),
        }
    }

    fn take_or_begin(self, place: &Place) -> Result<Left, Phrase> {
        match self.left.try_update_value(|all| all.remove(place)).flatten() {
            Some(left) => Ok(left),
            None => self.begin(place),
        }
    }

    fn begin(self, place: &Place) -> Result<Left, Phrase> {
        let changed = self.changed.with_value(|changed| changed.get(place).cloned().unwrap_or_default());
        match place {
            Place::Lab(name) => {
                runs::of_scenario(name, &changed).map(|run| Left { run, selected: None, tool: Tool::Break })
            }
            Place::Shared(shared) => {
                let run = runs::of_shared(shared, &changed, self.notices)?;
                Ok(Left { run, selected: None, tool: Tool::Break })
            }
            Place::Step(id) => {
                let before = Place::Step(StepId { step: id.step.saturating_sub(1), ..*id });
                let run = runs::of_step(*id, &changed, || self.run_at(&before))?;
                let step = runs::step_text(*id);
                let selected = step.and_then(|step| selection(step, &run));
                Ok(Left { run, selected, tool: step.map_or(Tool::Break, |step| step.content().tool) })
            }
        }
    }

    /// A copy of the run of a place as it stands.
    fn run_at(self, place: &Place) -> Option<Run> {
        if self.place.get_untracked().as_ref() == Some(place) {
            return self.lab.copy();
        }
        self.left.with_value(|all| all.get(place).map(|left| left.run.clone()))
    }

    /// Puts a run at hand and gives back what was left of the one before.
    fn show(self, next: Option<Result<Left, Phrase>>) -> Option<Left> {
        let (left, fault) = match next.transpose() {
            Ok(left) => (left, None),
            Err(fault) => (None, Some(fault)),
        };
        self.fault.set(fault);
        let (selected, tool) = (self.lab.selected.get_untracked(), self.lab.tool.get_untracked());
        let look = left.as_ref().map(|left| (left.selected, left.tool));
        let was = self.lab.open(left.map(|left| left.run));
        if let Some((selected, tool)) = look {
            self.lab.dispatch(Action::Use(tool));
            self.lab.dispatch(Action::Select(selected));
        }
        was.map(|run| Left { run, selected, tool })
    }

    /// Keeps what is reached, and says so.
    fn note_goals(self) {
        effect(move || {
            let reached: Vec<&str> = self
                .lab
                .goals
                .with(|goals| goals.iter().filter(|(_, reached)| *reached).map(|(name, _)| *name).collect());
            self.reach(&reached);
        });
        effect(move || {
            if let Some(moment) = self.lab.paused_on.get() {
                self.reach(&[moment]);
            }
        });
    }

    fn reach(self, names: &[&'static str]) {
        let Some(id) = self.place.with_untracked(|place| place.as_ref().and_then(step_shown)) else { return };
        let Some((key, step)) = runs::step_key(id).zip(runs::step_text(id)) else { return };
        let mut new = Vec::new();
        self.keeper.change_step(&key, |kept| {
            new.extend(names.iter().filter(|name| kept.reach(name)));
            !new.is_empty()
        });
        for name in new {
            if let Some(html) = goal_words(step, name) {
                let goal = self.texts.plain(html);
                announce(phrase!("page.goal-announced", goal = goal).to_string());
            }
        }
    }
}

/// The step that a place is, if it is one.
pub fn step_of(place: &Place) -> Option<StepId> {
    match place {
        Place::Step(id) => Some(*id),
        Place::Lab(_) | Place::Shared(_) => None,
    }
}

/// The step whose text is shown at a place: its own, or that of a run that was handed on.
pub fn step_shown(place: &Place) -> Option<StepId> {
    match place {
        Place::Shared(shared) => shared.step,
        other => step_of(other),
    }
}

fn goal_words(step: &StepText, name: &str) -> Option<Html> {
    step.content().blocks.iter().find_map(|block| match block {
        Block::Goal(goal) if goal.name == name => Some(goal.html),
        _ => None,
    })
}

fn selection(step: &StepText, run: &Run) -> Option<Thing> {
    match run.timeline.world().network().read_place(step.content().select?.text).ok()? {
        NetworkPlace::Node(node) => Some(Thing::Node(node)),
        NetworkPlace::Link(link) => Some(Thing::Link(link)),
        NetworkPlace::Direction(direction) => Some(Thing::Link(direction.link())),
    }
}
