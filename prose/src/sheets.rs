//! The prose in sheets: files that the page fetches when they are read, so that its first load does not grow with the course.
//! Sheet 0 is the glossary, sheet 5 what lesson 5 leaves out, the next after the last lesson's the page of literature; then every
//! step has one. A lesson that is not open has none: its sheet has no name. A sheet holds pieces of HTML, one after the other, parted by [`SEPARATOR`].

use crate::Sheet;
use crate::course::{Block, Course, Html, StepText};

/// What stands between two pieces: the record separator of ASCII, which no text holds.
pub(crate) const SEPARATOR: &str = "\u{1e}\n";

/// Numbers all steps, and all HTML of a course by sheet and piece, notes the names of the sheets in it, and returns them.
pub(crate) fn divide(language: &str, course: &mut Course) -> Vec<Sheet> {
    // The sheets of steps come after those of the glossary, of all lessons, and of literature.
    let first_step = course.lessons.0.len() + 2;
    let mut step_sheets = first_step..;
    for lesson in &mut course.lessons.0 {
        for ((place, step), sheet) in lesson.steps.0.iter_mut().enumerate().zip(&mut step_sheets) {
            step.function = format!("{language}_{}_{}", lesson.number, place + 1);
            step.sheet = sheet;
        }
    }
    let glossary = course.glossary.0.iter_mut().map(|term| &mut term.html).collect();
    let (mut ends, mut steps) = (Vec::new(), Vec::new());
    for lesson in &mut course.lessons.0 {
        ends.push(vec![&mut lesson.leaves_out]);
        steps.extend(lesson.steps.0.iter_mut().map(pieces_of));
    }
    let sheets: Vec<Sheet> = std::iter::once(glossary)
        .chain(ends)
        .chain([vec![&mut course.literature]])
        .chain(steps)
        .enumerate()
        .map(|(number, pieces)| {
            let name = match number.checked_sub(first_step) {
                None => number.to_string(),
                Some(step) => format!("step-{}", step + 1),
            };
            sheet(&format!("{language}-{name}"), number, pieces)
        })
        .collect();
    course.sheets.0 = sheets.iter().map(|sheet| sheet.name.clone()).collect();
    sheets
}

fn pieces_of(step: &mut StepText) -> Vec<&mut Html> {
    let mut pieces = Vec::new();
    for block in &mut step.blocks.0 {
        match block {
            Block::Text(html) | Block::Explain(html) | Block::Note(html) => pieces.push(html),
            Block::Goal(goal) => pieces.push(&mut goal.html),
            Block::Predict(question) => {
                pieces.push(&mut question.html);
                for answer in &mut question.answers.0 {
                    pieces.extend([&mut answer.html, &mut answer.explanation]);
                }
            }
        }
    }
    pieces
}

fn sheet(name: &str, number: usize, pieces: Vec<&mut Html>) -> Sheet {
    let mut texts = Vec::with_capacity(pieces.len());
    for (piece, html) in pieces.into_iter().enumerate() {
        (html.sheet, html.piece) = (number, piece);
        texts.push(html.text.as_str());
    }
    let content = texts.join(SEPARATOR);
    if content.is_empty() {
        return Sheet::default();
    }
    // A name of its own for every content, so that a page never reads the sheet of another build.
    let name = format!("{name}.{:08x}.html", checksum(&content));
    Sheet { name, content }
}

/// FNV-1a, 32 bits.
pub(crate) fn checksum(text: &str) -> u32 {
    text.bytes().fold(0x811c_9dc5, |sum, byte| (sum ^ u32::from(byte)).wrapping_mul(0x0100_0193))
}
