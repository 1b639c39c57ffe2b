//! The glossary: `## Term {#slug}` and its meaning.

use crate::Fault;
use crate::check;
use crate::course::{Slice, Term};
use crate::desk::{Desk, lines};
use crate::{markdown, sections};

/// Learns which terms there are, before any text links to them.
pub(crate) fn index(text: &str, desk: &mut Desk<'_>) {
    for section in sections::split(&lines(text), desk) {
        let Some(slug) = section.slug else {
            desk.fault(section.line, "the entry needs a name to link to: `## Term {#slug}`");
            continue;
        };
        check::slug(slug, section.line, desk);
        if let Some(first) = desk.shared.terms.insert(slug.to_owned(), section.line) {
            desk.fault(
                section.line,
                format!("`{slug}` is already defined in line {first}: rename or remove one"),
            );
        }
    }
}

/// The entries, in the alphabet's order of their names.
pub(crate) fn read(text: &str, desk: &mut Desk<'_>) -> Slice<Term> {
    let mut terms = Vec::new();
    // The index has already reported what is wrong with the headings.
    let mut quiet = Vec::new();
    let sections = {
        let mut once = Desk { file: desk.file, shared: desk.shared, faults: &mut quiet };
        sections::split(&lines(text), &mut once)
    };
    for section in sections {
        let body = sections::trim(&section.body);
        if body.is_empty() {
            desk.fault(section.line, "the entry says nothing: write what the term means below it");
        }
        let (slug, name) = (section.slug.unwrap_or_default().to_owned(), section.title.to_owned());
        terms.push(Term { slug, name, html: markdown::blocks(body, desk).html.into() });
    }
    terms.sort_by_key(|term| term.name.to_lowercase());
    Slice(terms)
}

/// Warns of entries that nobody can come across.
pub(crate) fn unlinked(desk: &Desk<'_>) -> Vec<Fault> {
    let unlinked = desk.shared.terms.iter().filter(|(slug, _)| !desk.shared.linked.contains(*slug));
    unlinked
        .map(|(slug, &line)| Fault {
            file: desk.file.to_owned(),
            line,
            message: format!(
                "no text links to `{slug}`: link to it with `[…](glossary:{slug})`, or remove it"
            ),
        })
        .collect()
}
