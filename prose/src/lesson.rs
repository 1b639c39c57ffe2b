//! All lessons of all languages: front matter, steps and closing sections.

use crate::course::{Course, Html, LessonText, Slice, StepText};
use crate::desk::{Desk, Line, Shared, Visit, lines};
use crate::sections::{self, Fields, Section};
use crate::sheets::SEPARATOR;
use crate::{Fault, Language, Sheet, check, glossary, literature, markdown, sheets, step};
use std::collections::BTreeMap;
use std::fmt::Write;

const LEAVES_OUT: &str = "What this model leaves out";
const WILL_HOLD: &str = "What it will hold";

/// What is made of all lessons.
#[derive(Default)]
pub(crate) struct Lessons {
    /// The course of each language, as Rust source.
    pub courses: String,
    /// The contents of all steps, as Rust source.
    pub steps: String,
    /// The assertions left to the compiler, as Rust source.
    pub checks: String,
    /// The sheets of all languages.
    pub sheets: Vec<Sheet>,
}

/// Reads all lessons of all languages.
pub(crate) fn build(
    languages: &[(&str, Language<'_>)],
    figures: &literature::File,
    faults: &mut Vec<Fault>,
    warnings: &mut Vec<Fault>,
) -> Lessons {
    let mut courses = format!(
        "pub(super) const SEPARATOR: &str = {SEPARATOR:?};\npub(super) static COURSES: &[Course] = &[\n"
    );
    let mut contents: BTreeMap<String, String> = BTreeMap::new();
    let mut checks = String::new();
    let mut sheets = Vec::new();
    for (code, language) in languages {
        let mut shared = Shared::default();
        let mut course = course(code, language, figures, &mut shared, faults, warnings);
        sheets.extend(sheets::divide(code, &mut course));
        let _ = writeln!(courses, "{course:?},");
        for step in course.lessons.0.iter().flat_map(|lesson| &lesson.steps.0) {
            contents.entry(step.module()).or_default().push_str(&function(step));
        }
        checks.push_str(&shared.checks);
    }
    courses.push_str("];\n");
    let modules = contents.iter().map(|(name, functions)| {
        format!("mod {name} {{\nuse super::{{Block::*, Start::*, Tool::*, *}};\n{functions}}}\n")
    });
    Lessons { courses, steps: modules.collect(), checks, sheets }
}

/// The function that returns the content of a step.
fn function(step: &StepText) -> String {
    format!(
        "pub(super) fn {}() -> &'static StepContent {{\nstatic CONTENT: StepContent = {:?};\n&CONTENT\n}}\n",
        step.function,
        step.content()
    )
}

fn course(
    code: &str,
    language: &Language<'_>,
    figures: &literature::File,
    shared: &mut Shared,
    faults: &mut Vec<Fault>,
    warnings: &mut Vec<Fault>,
) -> Course {
    let empty = (format!("assets/lessons/{code}/glossary.md"), String::new());
    let (file, terms) = language.glossary.unwrap_or(&empty);
    glossary::index(terms, &mut Desk { file, shared, faults });
    let glossary = glossary::read(terms, &mut Desk { file, shared, faults });
    let mut lessons = Vec::new();
    for (file, text) in &language.lessons {
        lessons.extend(lesson(text, &mut Desk { file, shared, faults }));
    }
    lessons.sort_by_key(|lesson| lesson.number);
    if language.lessons.is_empty() {
        let (file, message) =
            (format!("assets/lessons/{code}"), "no lesson in this language: add 1-<slug>.md".to_owned());
        faults.push(Fault { file, line: 1, message });
    }
    check_sequence(&lessons, faults);
    let literature = language.literature.map_or(Html::default(), |(file, text)| {
        literature::read(text, figures, &mut Desk { file, shared, faults })
    });
    for visit in std::mem::take(&mut shared.visits) {
        check_visit(&visit, &lessons, faults);
    }
    warnings.extend(glossary::unlinked(&Desk { file, shared, faults }));
    Course { sheets: Slice::default(), lessons: Slice(lessons), glossary, literature }
}

/// Lessons count 1, 2, 3, … and no two share a name.
fn check_sequence(lessons: &[LessonText], faults: &mut Vec<Fault>) {
    let mut last = 0;
    for (i, lesson) in lessons.iter().enumerate() {
        let mut fault = |message| faults.push(Fault { file: file_of(lesson), line: 1, message });
        if lesson.number == last {
            fault(format!("there are two lessons {last}: number them anew"));
        } else if lesson.number != last + 1 {
            fault(format!("lesson {} is missing: lessons count from 1 without a gap", last + 1));
        }
        if lessons[..i].iter().any(|other| other.slug == lesson.slug) {
            fault(format!("another lesson is named `{}` too: rename one", lesson.slug));
        }
        last = lesson.number;
    }
}

fn file_of(lesson: &LessonText) -> String {
    lesson.source.0.trim_end_matches(":1").to_owned()
}

/// A link within the course leads to a lesson or a step that there is.
fn check_visit(visit: &Visit, lessons: &[LessonText], faults: &mut Vec<Fault>) {
    let parts: Vec<&str> = visit.target.split('/').collect();
    let lesson = |number: &str| lessons.iter().find(|lesson| lesson.number.to_string() == number);
    let found = match parts[..] {
        ["#", "lesson", number] => lesson(number).is_some(),
        ["#", "lesson", number, "step", step] => lesson(number)
            .is_some_and(|lesson| step.parse().is_ok_and(|n| (1..=lesson.steps.0.len()).contains(&n))),
        _ => false,
    };
    if !found {
        let message = format!(
            "`{}` leads nowhere: write `#/lesson/5` or `#/lesson/5/step/2` of what there is",
            visit.target
        );
        faults.push(Fault { file: visit.file.clone(), line: visit.line, message });
    }
}

/// Reads one lesson; nothing if the file's name does not say which.
fn lesson(text: &str, desk: &mut Desk<'_>) -> Option<LessonText> {
    let (number, slug) = number_and_slug(desk)?;
    let source = desk.source(1);
    let mut lesson = LessonText { number, slug, source, ..LessonText::default() };
    let lines = lines(text);
    if let Some((head, body)) = sections::front_matter(&lines, desk) {
        introduce(head, &mut lesson, desk);
        fill(body, &mut lesson, desk);
        check_contents(&lesson, desk);
    }
    Some(lesson)
}

/// `…/5-failures.md` is lesson 5, `failures`.
fn number_and_slug(desk: &mut Desk<'_>) -> Option<(usize, String)> {
    let name = desk.file.rsplit('/').next().and_then(|name| name.strip_suffix(".md"));
    let parts = name.and_then(|name| name.split_once('-'));
    match parts.map(|(number, slug)| (number.parse(), slug)) {
        Some((Ok(number), slug)) if check::is_slug(slug) => Some((number, slug.to_owned())),
        _ => {
            desk.fault(1, "a lesson's file is named <number>-<slug>.md, as in 5-failures.md");
            None
        }
    }
}

/// Reads the front matter.
fn introduce(head: &[Line<'_>], lesson: &mut LessonText, desk: &mut Desk<'_>) {
    let mut fields = Fields::read(head, desk);
    let mut line = |key, desk: &mut Desk<'_>| {
        fields.required(key, desk).map_or(String::new(), |field| field.value.to_owned())
    };
    lesson.title = line("title", desk);
    lesson.summary = line("summary", desk);
    let open = fields.required("open", desk);
    if let Some(field) = open.filter(|field| !["yes", "no"].contains(&field.value)) {
        desk.fault(field.line, "`open` is `yes` or `no`");
    }
    lesson.open = open.is_none_or(|field| field.value != "no");
    if let Some(field) = fields.one("video") {
        if !field.value.starts_with("https://") {
            desk.fault(field.line, "the video's address must begin with `https://`");
        }
        lesson.video = Some(field.value.to_owned());
    }
    fields.end(desk);
}

/// Reads the steps and the closing sections.
fn fill(body: &[Line<'_>], lesson: &mut LessonText, desk: &mut Desk<'_>) {
    let steps = &mut lesson.steps.0;
    for section in sections::split(body, desk) {
        match (section.slug, section.title) {
            (Some(slug), _) => {
                if steps.iter().any(|step| step.slug == slug) {
                    desk.fault(section.line, format!("another step is named `{slug}` too: rename one"));
                }
                steps.push(step::read(&section, steps.last(), desk));
            }
            (None, LEAVES_OUT) => closing(&section, &mut lesson.leaves_out.text, desk),
            (None, WILL_HOLD) => closing(&section, &mut lesson.will_hold, desk),
            (None, title) => {
                let others = format!("the other headings are `## {LEAVES_OUT}` and `## {WILL_HOLD}`");
                desk.fault(section.line, format!("a step needs a name: `## {title} {{#slug}}`; {others}"));
            }
        }
    }
}

fn closing(section: &Section<'_>, html: &mut String, desk: &mut Desk<'_>) {
    let body = sections::trim(&section.body);
    if !html.is_empty() {
        desk.fault(section.line, format!("`## {}` stands here twice: keep one", section.title));
    }
    if body.is_empty() {
        desk.fault(section.line, format!("`## {}` is empty: write it, or remove the heading", section.title));
    }
    *html = markdown::blocks(body, desk).html;
    if section.title == WILL_HOLD && !html.starts_with("<ul>") {
        desk.fault(section.line, format!("`## {WILL_HOLD}` is a list: begin each line with `- `"));
    }
}

fn check_contents(lesson: &LessonText, desk: &mut Desk<'_>) {
    let has_steps = !lesson.steps.0.is_empty();
    let (leaves_out, will_hold) = (!lesson.leaves_out.text.is_empty(), !lesson.will_hold.is_empty());
    let rules: &[(bool, &str)] = if lesson.open {
        &[
            (has_steps, "an open lesson has steps: `## Title {#slug}`; else write `open: no`"),
            (leaves_out, "an open lesson says `## What this model leaves out`"),
            (!will_hold, "`## What it will hold` is for a lesson with `open: no`"),
        ]
    } else {
        &[
            (!has_steps && !leaves_out, "a lesson with `open: no` has only `## What it will hold`"),
            (will_hold, "a lesson with `open: no` says `## What it will hold`, as a list"),
        ]
    };
    for (_, message) in rules.iter().filter(|(holds, _)| !holds) {
        desk.fault(1, *message);
    }
}
