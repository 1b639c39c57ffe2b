//! The course as values.
//!
//! These types mirror those of `src/lessons/prose.rs`, and their derived `Debug` output is the Rust source that is
//! compiled there: a name that differs between the two does not compile.

#![allow(dead_code, reason = "most fields are read by Debug alone, which the compiler does not count")]

use std::fmt;

/// A list that prints as a Rust slice, `&[…]`.
#[derive(Clone)]
pub(crate) struct Slice<T>(pub Vec<T>);

impl<T> Default for Slice<T> {
    fn default() -> Self {
        Self(Vec::new())
    }
}

impl<T: fmt::Debug> fmt::Debug for Slice<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "&{:?}", self.0)
    }
}

/// HTML that the page fetches when it is read: a piece of a sheet. The numbers are given by [`crate::sheets`].
#[derive(Clone, Default)]
pub(crate) struct Html {
    pub text: String,
    pub sheet: usize,
    pub piece: usize,
}

impl From<String> for Html {
    fn from(text: String) -> Self {
        Self { text, ..Self::default() }
    }
}

/// A place in a file, for tests to name. The page does not carry it.
#[derive(Clone, Default)]
pub(crate) struct Source(pub String);

impl fmt::Debug for Source {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "source!({:?})", self.0)
    }
}

impl fmt::Debug for Html {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "html!({}, {}, {:?})", self.sheet, self.piece, self.text)
    }
}

#[derive(Debug)]
pub(crate) struct Course {
    pub sheets: Slice<String>,
    pub lessons: Slice<LessonText>,
    pub glossary: Slice<Term>,
    pub literature: Html,
}

#[derive(Debug, Default)]
pub(crate) struct LessonText {
    pub number: usize,
    pub slug: String,
    pub title: String,
    pub summary: String,
    pub open: bool,
    pub video: Option<String>,
    pub steps: Slice<StepText>,
    pub leaves_out: Html,
    pub will_hold: String,
    pub source: Source,
}

/// A step. Its content is another value, which a function returns: the page has that function only with the part of its
/// scenario.
pub(crate) struct StepText {
    /// The name of that function, given by [`crate::sheets`].
    pub function: String,
    /// The sheet that holds its HTML, given by [`crate::sheets`].
    pub sheet: usize,
    pub slug: String,
    pub title: String,
    pub challenge: bool,
    pub scenario: String,
    pub set: Slice<Setting>,
    pub start: Start,
    pub script: Slice<Line>,
    pub pause_on: Option<String>,
    pub requests: Slice<Request>,
    pub controls: Slice<Line>,
    pub tool: Tool,
    pub select: Option<Line>,
    pub blocks: Slice<Block>,
    pub source: Source,
}

impl fmt::Debug for StepText {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("StepText")
            .field("slug", &self.slug)
            .field("title", &self.title)
            .field("challenge", &self.challenge)
            .field("scenario", &self.scenario)
            .field("sheet", &self.sheet)
            .field("content", &format_args!("Content(super::{}::{})", self.module(), self.function))
            .field("source", &self.source)
            .finish()
    }
}

impl StepText {
    /// The name of the module that its function stands in, which goes with the part of its scenario.
    pub fn module(&self) -> String {
        self.scenario.replace('-', "_")
    }

    /// What the function returns.
    pub fn content(&self) -> impl fmt::Debug + '_ {
        Content(self)
    }
}

struct Content<'a>(&'a StepText);

impl fmt::Debug for Content<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("StepContent")
            .field("set", &self.0.set)
            .field("start", &self.0.start)
            .field("script", &self.0.script)
            .field("pause_on", &self.0.pause_on)
            .field("requests", &self.0.requests)
            .field("controls", &self.0.controls)
            .field("tool", &self.0.tool)
            .field("select", &self.0.select)
            .field("blocks", &self.0.blocks)
            .finish()
    }
}

#[derive(Clone, Debug)]
pub(crate) struct Setting {
    pub name: String,
    pub value: String,
    pub source: Source,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Start {
    Fresh,
    Continue,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Tool {
    Break,
    Look,
}

#[derive(Debug)]
pub(crate) struct Line {
    pub text: String,
    pub source: Source,
}

#[derive(Debug)]
pub(crate) struct Request {
    pub node: String,
    pub text: String,
    pub label: String,
    pub source: Source,
}

#[derive(Debug)]
pub(crate) enum Block {
    Text(Html),
    Predict(Question),
    Goal(GoalText),
    Explain(Html),
    Note(Html),
}

#[derive(Debug)]
pub(crate) struct Question {
    pub html: Html,
    pub answers: Slice<Answer>,
    pub source: Source,
}

#[derive(Debug)]
pub(crate) struct Answer {
    pub html: Html,
    pub right: bool,
    pub explanation: Html,
}

#[derive(Debug)]
pub(crate) struct GoalText {
    pub name: String,
    pub html: Html,
    pub source: Source,
}

#[derive(Debug)]
pub(crate) struct Term {
    pub slug: String,
    pub name: String,
    pub html: Html,
}
