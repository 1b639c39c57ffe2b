//! The course as plain static data: what the files `assets/lessons/<language>/*.md` say, checked and turned to HTML
//! while the project builds. Their format is defined in the crate `prose`.
//!
//! Only text is here. Names that stand in it (scenarios, goals, moments) are checked by the compiler against the
//! registries in `lessons::checks`; commands, requests, settings and controls carry their place in the files, so
//! that a test can name it. All HTML comes from Markdown without raw HTML and is safe to insert as it is.

use std::fmt;

use crate::words::{self, Language};

/// The page fetches its prose in sheets, and needs no places of texts; everything else has both at hand.
#[cfg(target_arch = "wasm32")]
macro_rules! html {
    ($sheet:literal, $piece:literal, $text:literal) => {
        Html { sheet: $sheet, piece: $piece }
    };
}

#[cfg(target_arch = "wasm32")]
macro_rules! source {
    ($place:literal) => {
        ""
    };
}

#[cfg(not(target_arch = "wasm32"))]
macro_rules! source {
    ($place:literal) => {
        $place
    };
}

#[cfg(not(target_arch = "wasm32"))]
macro_rules! html {
    ($sheet:literal, $piece:literal, $text:literal) => {
        Html { sheet: $sheet, piece: $piece, text: $text }
    };
}

mod generated {
    use super::{Content, Course, Html, LessonText, StepText, Term};

    include!(concat!(env!("OUT_DIR"), "/lessons.rs"));
}

// The contents of steps, in modules by the names of their scenarios: in the page these go with the scenarios' parts.
include!(concat!(env!("OUT_DIR"), "/steps.rs"));

/// HTML: a piece of a sheet. Sheet 0 is the glossary, sheet 5 what lesson 5 leaves out, the next after the last lesson's the page of
/// literature; every step has a sheet of its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Html {
    /// The sheet's number.
    pub sheet: usize,
    /// The piece's number in it.
    pub piece: usize,
    /// What it says; in the page it is fetched.
    #[cfg(not(target_arch = "wasm32"))]
    pub text: &'static str,
}

/// The sheet of the glossary.
pub const GLOSSARY_SHEET: usize = 0;

/// The pieces of a sheet as it was fetched.
pub fn pieces(sheet: &str) -> impl Iterator<Item = &str> {
    sheet.split(generated::SEPARATOR)
}

/// The whole course in one language.
#[derive(Debug, PartialEq, Eq)]
pub struct Course {
    /// The names of the files that hold its sheets; empty for a lesson without prose.
    pub sheets: &'static [&'static str],
    /// Lesson 1 first, without a gap.
    pub lessons: &'static [LessonText],
    /// In the alphabet's order of their names.
    pub glossary: &'static [Term],
    /// HTML: published results beside ours.
    pub literature: Html,
}

/// The course in that language.
pub fn texts(language: Language) -> &'static Course {
    &generated::COURSES[language.index()]
}

impl Course {
    /// The lesson of that number, counted from 1.
    pub fn lesson(&self, number: usize) -> Option<&'static LessonText> {
        self.lessons.get(number.checked_sub(1)?)
    }

    /// The glossary's entry of that name.
    pub fn term(&self, slug: &str) -> Option<&'static Term> {
        self.glossary.iter().find(|term| term.slug == slug)
    }
}

/// One lesson.
#[derive(Debug, PartialEq, Eq)]
pub struct LessonText {
    /// Counted from 1.
    pub number: usize,
    /// Its name in code and in file names.
    pub slug: &'static str,
    /// Plain text.
    pub title: &'static str,
    /// What it is about in one line of plain text.
    pub summary: &'static str,
    /// Whether it can be taken; if not, it has no steps and says what it will hold.
    pub open: bool,
    /// A recording to watch elsewhere, an https address.
    pub video: Option<&'static str>,
    /// The steps in order.
    pub steps: &'static [StepText],
    /// HTML: what the model leaves out; empty unless open.
    pub leaves_out: Html,
    /// HTML, a list: what the lesson will hold; empty if open.
    pub will_hold: &'static str,
    /// Where it is written, as `file:line`.
    pub source: &'static str,
}

impl LessonText {
    /// How many of its steps are needed to finish it: all but the challenges, which stand after them.
    pub fn needed(&self) -> usize {
        self.steps.iter().take_while(|step| !step.challenge).count()
    }
}

/// One step of a lesson.
#[derive(Debug, PartialEq, Eq)]
pub struct StepText {
    /// Its name within the lesson.
    pub slug: &'static str,
    /// Plain text.
    pub title: &'static str,
    /// Whether it is a challenge: harder, and not needed to finish the lesson. Challenges stand after all other steps.
    pub challenge: bool,
    /// The scenario it runs; that of the step before if it continues.
    pub scenario: &'static str,
    /// The number of the sheet that holds its HTML.
    pub sheet: usize,
    /// What it is made of.
    content: Content,
    /// Where it is written, as `file:line`.
    pub source: &'static str,
}

/// Returns what a step is made of. Equal where that is.
#[derive(Clone, Copy)]
struct Content(fn() -> &'static StepContent);

impl fmt::Debug for Content {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        (self.0)().fmt(f)
    }
}

impl PartialEq for Content {
    fn eq(&self, other: &Content) -> bool {
        (self.0)() == (other.0)()
    }
}

impl Eq for Content {}

impl StepText {
    /// What it is made of. In the page that is in the parts that its scenario needs: nothing may ask before they are here.
    pub fn content(&self) -> &'static StepContent {
        (self.content.0)()
    }
}

/// What a step is made of: what it sets up, and what is read.
#[derive(Debug, PartialEq, Eq)]
pub struct StepContent {
    /// The scenario's controls that are set as the run begins; those of the step before if it continues.
    pub set: &'static [Setting],
    /// Which run it goes on with.
    pub start: Start,
    /// Commands applied as the step begins; their times count from the start of the run.
    pub script: &'static [Line],
    /// The moment at which the run pauses.
    pub pause_on: Option<&'static str>,
    /// What can be asked of the scenario, one button each.
    pub requests: &'static [Request],
    /// Names of the scenario's controls that are shown beside the step.
    pub controls: &'static [Line],
    /// What a click on the stage does.
    pub tool: Tool,
    /// The node or link that is selected as the step begins.
    pub select: Option<Line>,
    /// What is read, in order.
    pub blocks: &'static [Block],
}

/// Which run a step begins with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Start {
    /// A new run of its scenario.
    Fresh,
    /// The run of the step before, as it stands.
    Continue,
}

/// What a click on the stage does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tool {
    /// It breaks what it hits, or heals it.
    Break,
    /// It selects what it hits.
    Look,
}

/// A control of the scenario and the value it begins with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Setting {
    /// The control's name.
    pub name: &'static str,
    /// Its value as text.
    pub value: &'static str,
    /// Where it is written, as `file:line`.
    pub source: &'static str,
}

/// A text that another part of the program understands: a command, or the name of a control, node or link.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Line {
    /// The text as written.
    pub text: &'static str,
    /// Where it is written, as `file:line`.
    pub source: &'static str,
}

/// A request that a step offers as a button.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Request {
    /// The node that is asked.
    pub node: &'static str,
    /// What it is asked, as in `put x=1`.
    pub text: &'static str,
    /// The words of the button.
    pub label: &'static str,
    /// Where it is written, as `file:line`.
    pub source: &'static str,
}

/// A part of a step's text.
#[derive(Debug, PartialEq, Eq)]
pub enum Block {
    /// HTML: paragraphs, lists, quotes, code.
    Text(Html),
    /// A question to answer before the run does.
    Predict(Question),
    /// Something to do, checked by the program.
    Goal(GoalText),
    /// HTML, shown when the goals of the step are reached.
    Explain(Html),
    /// HTML, set apart.
    Note(Html),
}

/// A question with two or more answers.
#[derive(Debug, PartialEq, Eq)]
pub struct Question {
    /// HTML.
    pub html: Html,
    /// At least one of them is right.
    pub answers: &'static [Answer],
    /// Where it is written, as `file:line`.
    pub source: &'static str,
}

/// One answer to a question.
#[derive(Debug, PartialEq, Eq)]
pub struct Answer {
    /// HTML without block elements and links, fit for a button.
    pub html: Html,
    /// Whether it is right.
    pub right: bool,
    /// HTML: why it is right or wrong.
    pub explanation: Html,
}

/// What a step asks the learner to bring about.
#[derive(Debug, PartialEq, Eq)]
pub struct GoalText {
    /// The goal's name in the program, which decides when it is reached.
    pub name: &'static str,
    /// HTML without block elements.
    pub html: Html,
    /// Where it is written, as `file:line`.
    pub source: &'static str,
}

/// An entry of the glossary.
#[derive(Debug, PartialEq, Eq)]
pub struct Term {
    /// Its name in links, `#/glossary/<slug>`.
    pub slug: &'static str,
    /// Plain text.
    pub name: &'static str,
    /// HTML: what it means.
    pub html: Html,
}

/// Whether a registry's list has the name; evaluated by the compiler for every name that a lesson gives.
pub const fn known(names: &[&str], name: &str) -> bool {
    words::contains(names, name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_language_has_a_course() {
        for language in Language::all() {
            let course = texts(language);
            assert!(!course.lessons.is_empty());
            for (i, lesson) in course.lessons.iter().enumerate() {
                assert_eq!(course.lesson(lesson.number), Some(&course.lessons[i]));
                assert_eq!(lesson.open, !lesson.steps.is_empty(), "{}", lesson.source);
            }
        }
        assert_eq!(texts(Language::ENGLISH).lesson(0), None);
    }

    #[test]
    fn every_term_is_found_by_its_slug() {
        let course = texts(Language::ENGLISH);
        for term in course.glossary {
            assert_eq!(course.term(term.slug), Some(term));
        }
        assert_eq!(course.term(""), None);
    }

    #[test]
    fn known_names_are_told_from_others() {
        assert!(known(&["centralized", "partition"], "partition"));
        assert!(!known(&["centralized", "partition"], "part"));
        assert!(!known(&[], ""));
    }
}
