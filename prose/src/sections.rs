//! The frame of a lesson or glossary file: front matter, sections, `key: value` lines, directives.

use crate::check;
use crate::desk::{Desk, Line};

/// A part of a file under one `## Title {#slug}`.
pub(crate) struct Section<'a> {
    pub line: usize,
    pub title: &'a str,
    pub slug: Option<&'a str>,
    pub body: Vec<Line<'a>>,
}

/// Splits at `## ` headings outside code blocks. Text before the first heading is a fault.
pub(crate) fn split<'a>(lines: &[Line<'a>], desk: &mut Desk<'_>) -> Vec<Section<'a>> {
    let mut sections: Vec<Section<'a>> = Vec::new();
    let mut in_code = false;
    for &line in lines {
        in_code ^= is_fence(line);
        match (line.text.strip_prefix("## "), sections.last_mut()) {
            (Some(heading), _) if !in_code => sections.push(section(line.number, heading)),
            (_, Some(section)) => section.body.push(line),
            (_, None) if line.text.trim().is_empty() => {}
            (_, None) => {
                desk.fault(line.number, "text before the first heading: begin with `## Title {#slug}`");
            }
        }
    }
    sections
}

fn section(line: usize, heading: &str) -> Section<'_> {
    let heading = heading.trim();
    let named = heading.strip_suffix('}').and_then(|rest| rest.rsplit_once("{#"));
    match named {
        Some((title, slug)) => Section { line, title: title.trim(), slug: Some(slug), body: Vec::new() },
        None => Section { line, title: heading, slug: None, body: Vec::new() },
    }
}

fn is_fence(line: Line<'_>) -> bool {
    line.text.trim_start().starts_with("```")
}

/// Lines without the empty ones before and after.
pub(crate) fn trim<'a, 'l>(mut lines: &'l [Line<'a>]) -> &'l [Line<'a>] {
    while let [first, rest @ ..] = lines
        && first.text.trim().is_empty()
    {
        lines = rest;
    }
    while let [rest @ .., last] = lines
        && last.text.trim().is_empty()
    {
        lines = rest;
    }
    lines
}

/// One `key: value` line.
#[derive(Clone, Copy)]
pub(crate) struct Field<'a> {
    key: &'a str,
    pub value: &'a str,
    pub line: usize,
}

/// The `key: value` lines of one place, taken out by key. What is left at the end is a fault.
pub(crate) struct Fields<'a> {
    left: Vec<Field<'a>>,
    known: Vec<&'static str>,
}

impl<'a> Fields<'a> {
    pub fn read(lines: &[Line<'a>], desk: &mut Desk<'_>) -> Self {
        let mut left = Vec::new();
        for line in lines {
            match line.text.split_once(':').map(|(key, value)| (key.trim(), value.trim())) {
                Some((key, value)) if check::is_slug(key) && !value.is_empty() => {
                    left.push(Field { key, value, line: line.number });
                }
                _ => desk.fault(line.number, "expected `key: value` here; text begins after an empty line"),
            }
        }
        Self { left, known: Vec::new() }
    }

    /// The value of a key that may be given once.
    pub fn one(&mut self, key: &'static str) -> Option<Field<'a>> {
        self.known.push(key);
        let at = self.left.iter().position(|field| field.key == key)?;
        Some(self.left.remove(at))
    }

    /// The value of a key that must be given; its absence is reported on line 1.
    pub fn required(&mut self, key: &'static str, desk: &mut Desk<'_>) -> Option<Field<'a>> {
        let field = self.one(key);
        if field.is_none() {
            desk.fault(1, format!("`{key}: …` is missing"));
        }
        field
    }

    /// All values of a key that may be repeated.
    pub fn all(&mut self, key: &'static str) -> Vec<Field<'a>> {
        self.known.push(key);
        self.left.extract_if(.., |field| field.key == key).collect()
    }

    /// Faults every line whose key nobody asked for, or that was given before.
    pub fn end(self, desk: &mut Desk<'_>) {
        for field in self.left {
            if self.known.contains(&field.key) {
                desk.fault(field.line, format!("`{}` is given twice: keep one", field.key));
            } else {
                let known = self.known.join(", ");
                desk.fault(field.line, format!("unknown key `{}`; the keys here are {known}", field.key));
            }
        }
    }
}

/// The lines between the two `---` at the top, and the rest.
pub(crate) fn front_matter<'a, 'l>(
    lines: &'l [Line<'a>],
    desk: &mut Desk<'_>,
) -> Option<(&'l [Line<'a>], &'l [Line<'a>])> {
    let mut bars = lines.iter().enumerate().filter(|(_, line)| line.text.trim_end() == "---").map(|(i, _)| i);
    if let (Some(0), Some(end)) = (bars.next(), bars.next()) {
        return Some((&lines[1..end], &lines[end + 1..]));
    }
    desk.fault(1, "the file must begin with `key: value` lines between two lines of `---`");
    None
}

/// A run of plain Markdown, or a directive.
pub(crate) enum Piece<'a> {
    Text(Vec<Line<'a>>),
    Directive { name: &'a str, argument: &'a str, line: usize, body: Vec<Line<'a>> },
}

/// Splits the text of a step into runs of Markdown and directives.
pub(crate) fn pieces<'a>(lines: &[Line<'a>], desk: &mut Desk<'_>) -> Vec<Piece<'a>> {
    let mut pieces = Vec::new();
    let mut text = Vec::new();
    let mut open: Option<(&str, &str, usize)> = None;
    let mut in_code = false;
    for &line in lines {
        in_code ^= is_fence(line);
        let Some(mark) = line.text.strip_prefix(":::").filter(|_| !in_code).map(str::trim) else {
            text.push(line);
            continue;
        };
        let body = std::mem::take(&mut text);
        match (open.take(), mark.is_empty()) {
            (Some((name, argument, line)), true) => {
                pieces.push(Piece::Directive { name, argument, line, body });
                continue;
            }
            (Some((name, _, opened)), false) => desk.fault(opened, never_closed(name)),
            (None, true) => desk.fault(line.number, "`:::` closes nothing: remove it, or name a directive"),
            (None, false) if !trim(&body).is_empty() => pieces.push(Piece::Text(body)),
            (None, false) => {}
        }
        if !mark.is_empty() {
            let (name, argument) = mark.split_once(' ').unwrap_or((mark, ""));
            open = Some((name, argument.trim(), line.number));
        }
    }
    if let Some((name, _, line)) = open {
        desk.fault(line, never_closed(name));
    } else if !trim(&text).is_empty() {
        pieces.push(Piece::Text(text));
    }
    pieces
}

fn never_closed(name: &str) -> String {
    format!("`:::{name}` is never closed: end it with a line `:::`")
}
