//! The documented examples as files to build from.

#![allow(dead_code, reason = "each test file uses its part of this one")]

/// The documented lesson, as lesson 1 so that it can stand alone.
pub const LESSON: &str = "assets/lessons/en/1-failures.md";
/// The documented glossary.
pub const GLOSSARY: &str = "assets/lessons/en/glossary.md";
/// The documented words.
pub const WORDS: &str = "assets/words/en.txt";

pub fn lesson() -> String {
    example("//! ````markdown", "//! ````")
}

pub fn glossary() -> String {
    example("//! ```markdown", "//! ```")
}

pub fn words() -> String {
    example("//! ```text", "//! ```")
}

/// The documented files, some of them replaced and others added.
pub fn files(changes: &[(&str, &str)]) -> Vec<(String, String)> {
    let mut files =
        vec![(LESSON.to_owned(), lesson()), (GLOSSARY.to_owned(), glossary()), (WORDS.to_owned(), words())];
    for (name, text) in changes {
        files.retain(|(other, _)| other != name);
        files.push(((*name).to_owned(), (*text).to_owned()));
    }
    files
}

/// The line, counted from 1, on which a text begins.
pub fn line_of(part: &str, text: &str) -> usize {
    let at = text.find(part).unwrap_or_else(|| panic!("no {part:?} in {text}"));
    1 + text[..at].matches('\n').count()
}

fn example(begin: &str, end: &str) -> String {
    let lines = include_str!("../../src/lib.rs").lines();
    let lines = lines.skip_while(|line| *line != begin).skip(1).take_while(|line| *line != end);
    let text: String =
        lines.map(|line| line["//!".len()..].strip_prefix(' ').unwrap_or("").to_owned() + "\n").collect();
    assert!(!text.is_empty(), "{begin} begins no example");
    text
}
