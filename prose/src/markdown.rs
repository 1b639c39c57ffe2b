//! Markdown to HTML, with the course's own rules for links.

use crate::check::is_slug;
use crate::desk::{Desk, Line, Visit};
use pulldown_cmark::{CowStr, Event, Options, Parser, Tag, TagEnd, html};

/// A text as HTML, and as plain words.
pub(crate) struct Rendered {
    pub html: String,
    pub plain: String,
}

/// Renders paragraphs, lists, quotes and code.
pub(crate) fn blocks(lines: &[Line<'_>], desk: &mut Desk<'_>) -> Rendered {
    let (events, plain) = events(lines, desk);
    let mut html = String::new();
    html::push_html(&mut html, events.into_iter());
    Rendered { html: html.trim_end().to_owned(), plain }
}

/// Renders the inside of a single paragraph, without its `<p>`.
pub(crate) fn inline(lines: &[Line<'_>], desk: &mut Desk<'_>) -> Rendered {
    let (events, plain) = events(lines, desk);
    let is_mark =
        |event: &Event<'_>| matches!(event, Event::Start(Tag::Paragraph) | Event::End(TagEnd::Paragraph));
    let is_block = |event: &Event<'_>| matches!(event, Event::Start(tag) if !matches!(tag, Tag::Paragraph | Tag::Emphasis | Tag::Strong));
    if events.iter().filter(|event| is_mark(event)).count() > 2 || events.iter().any(is_block) {
        let line = lines.first().map_or(1, |line| line.number);
        desk.fault(line, "only one plain sentence fits here, without lists, quotes or code blocks");
    }
    let mut html = String::new();
    html::push_html(&mut html, events.into_iter().filter(|event| !is_mark(event)));
    Rendered { html: html.trim_end().to_owned(), plain }
}

fn events(lines: &[Line<'_>], desk: &mut Desk<'_>) -> (Vec<Event<'static>>, String) {
    let first = lines.first().map_or(1, |line| line.number);
    let source = lines.iter().map(|line| line.text).collect::<Vec<_>>().join("\n");
    let mut plain = String::new();
    let mut events = Vec::new();
    for (event, range) in Parser::new_ext(&source, Options::empty()).into_offset_iter() {
        let line = first + source[..range.start].matches('\n').count();
        gather_words(&event, &mut plain);
        if let Some(message) = refusal(&event) {
            desk.fault(line, message);
        } else if let Event::Start(Tag::Link { dest_url, .. }) = &event {
            events.push(Event::InlineHtml(CowStr::from(anchor(dest_url, line, desk))));
        } else if let Event::End(TagEnd::Link) = event {
            events.push(Event::InlineHtml(CowStr::Borrowed("</a>")));
        } else {
            events.push(event.into_static());
        }
    }
    (events, plain.trim_end().to_owned())
}

fn gather_words(event: &Event<'_>, plain: &mut String) {
    match event {
        Event::Text(text) | Event::Code(text) => plain.push_str(text),
        Event::SoftBreak | Event::HardBreak | Event::End(TagEnd::Paragraph | TagEnd::Item) => plain.push(' '),
        _ => {}
    }
}

fn refusal(event: &Event<'_>) -> Option<&'static str> {
    match event {
        Event::Html(_) | Event::InlineHtml(_) => {
            Some("raw HTML is refused: write Markdown, and `<` alone in backquotes")
        }
        Event::Start(Tag::Heading { .. }) => {
            Some("no headings inside a text: a step begins with `## Title {#slug}`, emphasis is **bold**")
        }
        Event::Start(Tag::Image { .. }) => Some("no images: what there is to see happens on the stage"),
        _ => None,
    }
}

/// The opening tag of a link, once its target has been judged.
fn anchor(target: &str, line: usize, desk: &mut Desk<'_>) -> String {
    if let Some(slug) = target.strip_prefix("glossary:") {
        if desk.shared.terms.contains_key(slug) {
            desk.shared.linked.insert(slug.to_owned());
        } else {
            let hint = format!("no entry `{slug}` in the glossary: add `## … {{#{slug}}}` to glossary.md");
            desk.fault(line, hint);
        }
        let slug = if is_slug(slug) { slug } else { "" };
        return format!("<a href=\"#/glossary/{slug}\" data-term=\"{slug}\">");
    }
    if target.starts_with("#/") {
        let file = desk.file.to_owned();
        desk.shared.visits.push(Visit { file, line, target: target.to_owned() });
        return format!("<a href=\"{}\">", escape(target));
    }
    if !target.starts_with("https://") {
        let message = format!("the link `{target}` must begin with `glossary:`, `#/lesson/` or `https://`");
        desk.fault(line, message);
    }
    format!("<a href=\"{}\" rel=\"noopener noreferrer\" target=\"_blank\">", escape(target))
}

/// A text as HTML that shows it as it is.
pub(crate) fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('"', "&quot;").replace('<', "&lt;").replace('>', "&gt;")
}
