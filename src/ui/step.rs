//! The step at hand: what of it was reached, and where Back and Next lead from it.

use super::progress::Keeper;
use super::route::{course, lesson_of};
use crate::lessons::prose::{Block, LessonText, StepText};
use crate::share::route::{Route, StepId};
use crate::ui::signals::StoredValue;
use crate::words::Key;
use crate::{phrase, word};

/// A step as its components need it.
#[derive(Clone, Copy)]
pub struct StepHere {
    /// Where it stands.
    pub id: StepId,
    /// What it says.
    pub text: &'static StepText,
    /// By what name its progress is kept.
    pub key: StoredValue<String>,
}

impl StepHere {
    /// How many of its goals are still open. Tracks.
    pub fn goals_open(self) -> usize {
        self.goals().filter(|name| !self.is_reached(name)).count()
    }

    /// Whether a goal or moment was reached. Tracks.
    pub fn is_reached(self, name: &str) -> bool {
        let keeper = Keeper::here();
        self.key.with_value(|key| keeper.with_step(key, |step| step.goals.iter().any(|known| known == name)))
    }

    /// The answer chosen to a question, counted from 0. Tracks.
    pub fn answer(self, question: usize) -> Option<usize> {
        let keeper = Keeper::here();
        self.key.with_value(|key| keeper.with_step(key, |step| step.answer(question)))
    }

    /// Whether a question is still to be answered. Tracks.
    pub fn has_open_question(self) -> bool {
        (0..self.questions()).any(|question| self.answer(question).is_none())
    }

    /// Whether the step has come to its end: its goals; without goals its moment; without that its questions. Tracks.
    pub fn is_complete(self) -> bool {
        match (self.goals().count(), self.text.content().pause_on) {
            (0, Some(moment)) => self.is_reached(moment),
            (0, None) => !self.has_open_question(),
            _ => self.goals_open() == 0,
        }
    }

    fn goals(self) -> impl Iterator<Item = &'static str> {
        self.text.content().blocks.iter().filter_map(|block| match block {
            Block::Goal(goal) => Some(goal.name),
            _ => None,
        })
    }

    fn questions(self) -> usize {
        self.text.content().blocks.iter().filter(|block| matches!(block, Block::Predict(_))).count()
    }

    /// What the explanation waits for.
    pub fn waits_for(self) -> Key {
        match (self.goals().count(), self.text.content().pause_on) {
            (0, Some(_)) => word!("page.explain-waits-moment"),
            (0, None) => word!("page.explain-waits-answer"),
            _ => word!("page.explain-waits"),
        }
    }
}

/// Where in its lesson a step stands, in words: among the steps that finish the lesson, or among its challenges.
pub fn place(id: StepId) -> String {
    let (needed, all) = lesson_of(id).map_or((0, 0), |lesson| (lesson.needed(), lesson.steps.len()));
    match id.step.checked_sub(needed) {
        None | Some(0) => phrase!("page.step-of", step = id.step, n = needed).to_string(),
        Some(challenge) => phrase!("page.challenge-of", step = challenge, n = all - needed).to_string(),
    }
}

/// The name of a link to a step, which says whether it is done.
pub fn link_label(lesson: &LessonText, step: usize, done: bool) -> String {
    let title = lesson.steps[step - 1].title;
    let label = match step.checked_sub(lesson.needed()) {
        None | Some(0) => phrase!("page.step-link", n = step, title = title),
        Some(challenge) => phrase!("page.challenge-link", n = challenge, title = title),
    };
    match done {
        true => format!("{label}, {}", word!("page.done").text()),
        false => label.to_string(),
    }
}

/// Where Back and Next lead from a step, and what Next is called.
pub fn ways(id: StepId) -> (Route, Route, Key) {
    let (needed, steps) = lesson_of(id).map_or((0, 0), |lesson| (lesson.needed(), lesson.steps.len()));
    let back = match id.step {
        0 | 1 => Route::Contents,
        step => Route::Step(StepId { step: step - 1, ..id }),
    };
    let (next, label) = if id.step < steps {
        let label = if id.step == needed { word!("page.next-challenges") } else { word!("page.next") };
        (Route::Step(StepId { step: id.step + 1, ..id }), label)
    } else {
        after_lesson(id)
    };
    (back, next, label)
}

/// Where one goes once a lesson is finished, challenges or not.
pub fn after_lesson(id: StepId) -> (Route, Key) {
    match course().lesson(id.lesson + 1) {
        Some(next) => (Route::Lesson(next.number), word!("page.next-lesson")),
        None => (Route::Contents, word!("page.finish")),
    }
}
