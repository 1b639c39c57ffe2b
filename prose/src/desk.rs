//! What is at hand while one file is read: its name, the glossary, and the lists that reading it fills.

use crate::Fault;
use crate::course::Source;
use std::collections::{BTreeMap, BTreeSet};

/// One line of a file.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Line<'a> {
    pub number: usize,
    pub text: &'a str,
}

/// All lines of a text, numbered from 1.
pub(crate) fn lines(text: &str) -> Vec<Line<'_>> {
    text.lines().enumerate().map(|(i, text)| Line { number: i + 1, text }).collect()
}

/// A place in the course that a text links to.
pub(crate) struct Visit {
    pub file: String,
    pub line: usize,
    pub target: String,
}

/// What all files of one language share.
#[derive(Default)]
pub(crate) struct Shared {
    /// The glossary's slugs and where they are defined.
    pub terms: BTreeMap<String, usize>,
    /// The slugs that some text links to.
    pub linked: BTreeSet<String>,
    /// Links to lessons and steps, checked when all are known.
    pub visits: Vec<Visit>,
    /// Assertions on names that only the program knows, as Rust source.
    pub checks: String,
}

/// The reader's desk: one file, and what reading it adds to.
pub(crate) struct Desk<'a> {
    pub file: &'a str,
    pub shared: &'a mut Shared,
    pub faults: &'a mut Vec<Fault>,
}

impl Desk<'_> {
    /// Notes a fault in this file.
    pub fn fault(&mut self, line: usize, message: impl Into<String>) {
        self.faults.push(Fault { file: self.file.to_owned(), line, message: message.into() });
    }

    /// A place in this file, as faults and generated code name it.
    pub fn source(&self, line: usize) -> Source {
        Source(format!("{}:{line}", self.file))
    }
}
