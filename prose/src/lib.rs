//! Turns lessons, glossary and interface words into checked Rust while the project builds.
//!
//! [`build()`] maps the texts under `assets/`, which [`read()`] reads, to Rust source and to sheets of HTML: `build.rs` writes the
//! one, and the program of this crate the other, into the site. Whatever is wrong with a text is a [`Fault`] that names file and line and says what to
//! do, and all faults are reported at once. Names that only the program knows (scenarios, goals) cannot be
//! checked here: for them [`Built::checks`] holds assertions which the compiler evaluates.
//!
//! The rest of this page is for writers: the three formats, each defined here and nowhere else.
//!
//! # A lesson: `assets/lessons/<language>/<number>-<slug>.md`
//!
//! Lessons count from 1 without a gap. Keys and the two closing headings are English in every language.
//!
//! ````markdown
//! ---
//! title: The many types of failure
//! summary: Links and nodes fail in different ways, and each way wants its own answer.
//! open: yes
//! video: https://example.org/lecture-5
//! ---
//!
//! ## One network becomes two {#two-islands}
//! scenario: partition
//! set: mode=available, members=7
//! start: fresh
//! script: 1s request c1 "put x=1"
//! script: 2s cut n2-n5
//! pause-on: first-loss
//! request: c1 "put x=2" | Write x = 2
//! controls: mode, members
//! tool: break
//! select: n2-n5
//!
//! Seven members share one register. When no path is left between them, each side is an
//! [island](glossary:island).
//!
//! :::predict
//! What do the members of the smaller island do?
//!
//! - [ ] They stop.
//!   A member that is cut off still has power and a program; nobody told it to stop.
//! - [x] They go on answering.
//!   They cannot tell an unreachable member from a crashed one.
//! :::
//!
//! :::goal two-islands
//! Cut links until the network falls into two islands.
//! :::
//!
//! :::explain
//! Both sides kept running. This is what makes a partition harder than a crash.
//! :::
//!
//! ## What this model leaves out
//!
//! Real links fail for a moment and come back by themselves.
//! ````
//!
//! **Front matter** stands between two lines of `---`. `title`, `summary` (one line) and `open` (`yes` or `no`) are
//! required, `video` (an https address) is optional.
//!
//! An **open** lesson has one or more steps and then `## What this model leaves out`. A lesson that is not open has
//! only `## What it will hold`, a Markdown bullet list.
//!
//! A **step** begins with `## Title {#slug}`. The lines right below it, up to the first empty line, set the stage:
//!
//! | key | value |
//! |---|---|
//! | `scenario` | name of a scenario; required, but left out with `start: continue` |
//! | `set` | controls of the scenario to begin with, `name=value, …`; left out with `start: continue` |
//! | `start` | `fresh` (as when left out) or `continue`: go on with the run, scenario and settings of the step before |
//! | `script` | one command, applied as the step begins; its time counts from the start of the run; may be repeated |
//! | `pause-on` | name of the moment at which the run pauses |
//! | `request` | a request offered as a button: node, quoted text, a bar, the button's words; may be repeated |
//! | `controls` | names of controls shown beside the step, `name, …` |
//! | `tool` | what a click on the stage does: `break` (as when left out) or `look` |
//! | `challenge` | `yes`: harder, and not needed to finish the lesson; challenges stand after all other steps |
//! | `select` | a node (`n2`) or a link (`n2-n5`), selected as the step begins |
//!
//! Then come **blocks** in any order: paragraphs of Markdown, and directives, each closed by a line `:::`.
//!
//! - `:::predict`: a question, then two or more answers, each a line `- [ ] answer` or `- [x] right answer`
//!   followed by its explanation, indented by two spaces. At least one answer is right.
//! - `:::goal name`: one sentence that asks for what the program's goal of that name checks.
//! - `:::explain`: Markdown, shown when the goals of the step are reached.
//! - `:::note`: Markdown, set apart.
//!
//! At most 80 words of paragraphs and notes stand before the first question, goal or explanation of a step.
//!
//! **Markdown** is CommonMark without headings, images and raw HTML; quotes and apostrophes stay as typed.
//! A link goes to a glossary entry (`[islands](glossary:island)`), to another place in the course
//! (`#/lesson/5`, `#/lesson/5/step/2`) or out (`https://…`, opened in a new tab). Answers hold no links, for they
//! are buttons.
//!
//! # The glossary: `assets/lessons/<language>/glossary.md`
//!
//! ```markdown
//! ## Island {#island}
//!
//! Nodes that can still reach one another, but none outside.
//! ```
//!
//! An entry that no text links to is a warning.
//!
//! # The page of literature: `assets/lessons/<language>/literature.md`
//!
//! Front matter with the headings of its table, `columns: … | … | … | … | … | …` (what is counted, published, ours, tolerance,
//! trials, source), then sections `## Title {#slug}` of Markdown, with a line for each row:
//! `row: name | what is counted | where it is published`. The figures come from `assets/literature.txt`, which the simulator writes.
//!
//! # Words of the interface: `assets/words/<language>.txt` and `assets/words/<language>/<part>.txt`
//!
//! ```text
//! # One line an entry; lines like this one are comments.
//! time.play = Play
//! lost.cut = lost: the link {link} is cut
//! packets.count[one] = {n} packet
//! packets.count[other] = {n} packets
//! ```
//!
//! A key is two or more words of `a–z`, `0–9` and `-`, joined by dots. A placeholder is a word of `a–z`, `0–9` and `_` in
//! braces. An entry with forms is chosen by its placeholder `{n}`: `[one]` when that is 1, else `[other]`.
//! English is the reference: every other language has the same keys with the same placeholders, in the same files.
//!
//! A file in a language's folder holds the words that only one part of the page's module shows, by the name of that part (see
//! `xtask/src/parts.rs`): that of a protocol, or `rest`. The page fetches them with the part, in a sheet of lines `key⇥text` or
//! `key⇥one⇥other`. Titles and summaries of scenarios (`scenario.…`) may stand there, too, and yet come with the page.

mod check;
mod course;
mod desk;
mod glossary;
mod lesson;
mod literature;
mod markdown;
mod sections;
mod sheets;
mod step;
mod words;

use lesson::Lessons;
use std::collections::BTreeMap;
use std::fmt;
use std::path::Path;

/// Something wrong with a text, said so that its writer can mend it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Fault {
    /// The file as it was named to [`build()`].
    pub file: String,
    /// The line, counted from 1.
    pub line: usize,
    /// What is wrong and what to do.
    pub message: String,
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}: {}", self.file, self.line, self.message)
    }
}

/// Rust source made from texts without a fault.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Built {
    /// The tables that `src/words.rs` includes.
    pub words: String,
    /// The course of each language, in the languages' order in `words`; `src/lessons/prose.rs` includes it.
    pub lessons: String,
    /// The contents of steps, each returned by a function in a module by the name of its scenario; included there, too.
    pub steps: String,
    /// Assertions that the scenarios, goals and moments named in lessons exist. They read two lists in scope where
    /// they are included, `SCENARIOS` and `GOALS`, both `&[&str]`.
    pub checks: String,
    /// The HTML that the page fetches when it is read.
    pub sheets: Vec<Sheet>,
    /// The words that the page fetches with parts of its module.
    pub words_sheets: Vec<Sheet>,
    /// What is odd but lets the build go on.
    pub warnings: Vec<Fault>,
}

/// A file that the page fetches when it is read.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Sheet {
    /// Its name, which changes with its content; empty if there is nothing in it.
    pub name: String,
    /// Pieces of HTML, or lines of words.
    pub content: String,
}

/// The texts of one language.
#[derive(Default)]
struct Language<'a> {
    words: Option<&'a (String, String)>,
    /// Words of parts, by the parts' names.
    parts: BTreeMap<&'a str, &'a (String, String)>,
    glossary: Option<&'a (String, String)>,
    literature: Option<&'a (String, String)>,
    lessons: Vec<&'a (String, String)>,
}

/// Checks all texts, given as (file name from the project's root, content), and turns them into Rust.
///
/// # Errors
/// All faults found, in the order of files and lines.
pub fn build(files: &[(String, String)]) -> Result<Built, Vec<Fault>> {
    let mut faults = Vec::new();
    let mut warnings = Vec::new();
    let figures = files.iter().find(|(name, _)| name == FIGURES).cloned().unwrap_or_default();
    let languages = by_language(files, &mut faults);
    let (words, words_sheets) = words::build(&languages, &mut faults);
    let Lessons { courses, steps, checks, sheets } =
        lesson::build(&languages, &figures, &mut faults, &mut warnings);
    if faults.is_empty() {
        Ok(Built { words, lessons: courses, steps, checks, sheets, words_sheets, warnings })
    } else {
        faults.sort();
        Err(faults)
    }
}

/// What the simulator measured beside published results; `cargo headless literature` writes it.
const FIGURES: &str = "assets/literature.txt";

/// Every text below `assets/lessons` and `assets/words` of a project, as [`build()`] takes them.
///
/// # Errors
/// The file or folder that cannot be read.
pub fn read(project: &Path) -> Result<Vec<(String, String)>, String> {
    let mut files = Vec::new();
    for folder in ["assets/lessons", "assets/words"] {
        collect(project, folder, &mut files).map_err(|error| format!("{folder}: {error}"))?;
    }
    if let Ok(figures) = std::fs::read_to_string(project.join(FIGURES)) {
        files.push((FIGURES.to_owned(), figures));
    }
    files.sort();
    Ok(files)
}

/// All files below a folder, as (path with forward slashes, content).
fn collect(project: &Path, folder: &str, files: &mut Vec<(String, String)>) -> std::io::Result<()> {
    for entry in std::fs::read_dir(project.join(folder))? {
        let entry = entry?;
        let path = format!("{folder}/{}", entry.file_name().to_string_lossy());
        if entry.file_type()?.is_dir() {
            collect(project, &path, files)?;
        } else {
            files.push((path, std::fs::read_to_string(entry.path())?));
        }
    }
    Ok(())
}

/// English first, for it is the reference, then the others by their code.
fn by_language<'a>(files: &'a [(String, String)], faults: &mut Vec<Fault>) -> Vec<(&'a str, Language<'a>)> {
    let mut found: BTreeMap<&str, Language<'a>> = BTreeMap::from([("en", Language::default())]);
    for file in files {
        let parts: Vec<&str> = file.0.split('/').collect();
        match parts[..] {
            ["assets", "words", name] if name.ends_with(".txt") => {
                found.entry(name.trim_end_matches(".txt")).or_default().words = Some(file);
            }
            ["assets", "words", code, name] if name.ends_with(".txt") => {
                found.entry(code).or_default().parts.insert(name.trim_end_matches(".txt"), file);
            }
            ["assets", "lessons", code, "glossary.md"] => {
                found.entry(code).or_default().glossary = Some(file);
            }
            ["assets", "lessons", code, "literature.md"] => {
                found.entry(code).or_default().literature = Some(file);
            }
            _ if file.0 == FIGURES => {}
            ["assets", "lessons", code, name] if name.ends_with(".md") => {
                found.entry(code).or_default().lessons.push(file);
            }
            _ => faults.push(Fault {
                file: file.0.clone(),
                line: 1,
                message: "neither words (assets/words/<language>.txt, assets/words/<language>/<part>.txt) nor a lesson \
                          (assets/lessons/<language>/<number>-<slug>.md): move or rename the file"
                    .to_owned(),
            }),
        }
    }
    let mut languages: Vec<_> = found.into_iter().collect();
    languages.sort_by_key(|(code, _)| *code != "en");
    languages
}
