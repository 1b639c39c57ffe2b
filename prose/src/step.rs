//! One step of a lesson: what it sets up, and its blocks.

use crate::course::{
    Answer, Block, GoalText, Line as Text, Question, Request, Setting, Slice, Start, StepText, Tool,
};
use crate::desk::{Desk, Line};
use crate::markdown::{self, Rendered};
use crate::sections::{self, Field, Fields, Piece, Section};
use crate::{check, sections::trim};

/// The most words that stand before the first question, goal or explanation of a step.
const MOST_WORDS: usize = 80;

/// Reads one step; `before` is the step that a `start: continue` goes on from.
pub(crate) fn read(section: &Section<'_>, before: Option<&StepText>, desk: &mut Desk<'_>) -> StepText {
    let length = section.body.iter().take_while(|line| !line.text.trim().is_empty()).count();
    let (head, body) = section.body.split_at(length);
    let mut fields = Fields::read(head, desk);
    let slug = section.slug.unwrap_or_default();
    check::slug(slug, section.line, desk);
    let start = start(&mut fields, desk);
    let (scenario, set) = scene(&mut fields, start, before, section.line, desk);
    let step = StepText {
        function: String::new(),
        sheet: 0,
        slug: slug.to_owned(),
        title: section.title.to_owned(),
        challenge: challenge(&mut fields, before, section.line, desk),
        scenario,
        set,
        start,
        script: Slice(fields.all("script").into_iter().map(|field| text(field, desk)).collect()),
        pause_on: pause_on(&mut fields, desk),
        requests: Slice(fields.all("request").into_iter().filter_map(|field| request(field, desk)).collect()),
        controls: controls(&mut fields, desk),
        tool: tool(&mut fields, desk),
        select: fields.one("select").map(|field| text(field, desk)),
        blocks: blocks(body, section.line, desk),
        source: desk.source(section.line),
    };
    fields.end(desk);
    step
}

fn text(field: Field<'_>, desk: &Desk<'_>) -> Text {
    Text { text: field.value.to_owned(), source: desk.source(field.line) }
}

fn start(fields: &mut Fields<'_>, desk: &mut Desk<'_>) -> Start {
    match fields.one("start").map(|field| (field.value, field.line)) {
        None | Some(("fresh", _)) => Start::Fresh,
        Some(("continue", _)) => Start::Continue,
        Some((_, line)) => {
            desk.fault(line, "`start` is `fresh` or `continue`");
            Start::Fresh
        }
    }
}

/// Whether the step is one of the challenges, which stand after all others.
fn challenge(fields: &mut Fields<'_>, before: Option<&StepText>, line: usize, desk: &mut Desk<'_>) -> bool {
    let is_challenge = fields.one("challenge").is_some_and(|field| {
        if field.value != "yes" {
            desk.fault(field.line, "`challenge` is `yes` or left out");
        }
        true
    });
    if !is_challenge && before.is_some_and(|step| step.challenge) {
        desk.fault(line, "challenges stand after all other steps: move this one before them");
    }
    is_challenge
}

fn tool(fields: &mut Fields<'_>, desk: &mut Desk<'_>) -> Tool {
    match fields.one("tool").map(|field| (field.value, field.line)) {
        None | Some(("break", _)) => Tool::Break,
        Some(("look", _)) => Tool::Look,
        Some((_, line)) => {
            desk.fault(line, "`tool` is `break` or `look`");
            Tool::Break
        }
    }
}

/// The scenario and its settings: the step's own, or those of the run that it continues.
fn scene(
    fields: &mut Fields<'_>,
    start: Start,
    before: Option<&StepText>,
    line: usize,
    desk: &mut Desk<'_>,
) -> (String, Slice<Setting>) {
    let (scenario, set) = (fields.one("scenario"), fields.one("set"));
    if start == Start::Continue {
        for field in [scenario, set].into_iter().flatten() {
            desk.fault(field.line, "with `start: continue` this is taken from the step before: leave it out");
        }
        if before.is_none() {
            desk.fault(line, "the first step has nothing to continue: give it a `scenario`");
        }
        return before.map(|step| (step.scenario.clone(), step.set.clone())).unwrap_or_default();
    }
    let Some(scenario) = scenario else {
        desk.fault(line, "`scenario: …` is missing: name one, or write `start: continue`");
        return (String::new(), Slice::default());
    };
    check::ask("SCENARIOS", "scenario", scenario.value, scenario.line, desk);
    (scenario.value.to_owned(), set.map(|field| settings(field, desk)).unwrap_or_default())
}

fn settings(field: Field<'_>, desk: &mut Desk<'_>) -> Slice<Setting> {
    let mut settings: Vec<Setting> = Vec::new();
    for part in field.value.split(',') {
        let (name, value) = part.split_once('=').map_or((part.trim(), ""), |(n, v)| (n.trim(), v.trim()));
        if name.is_empty() || value.is_empty() {
            desk.fault(field.line, "`set` is a list of `name=value`, parted by commas");
        } else if settings.iter().any(|setting| setting.name == name) {
            desk.fault(field.line, format!("`{name}` is set twice: keep one"));
        }
        settings.push(Setting {
            name: name.to_owned(),
            value: value.to_owned(),
            source: desk.source(field.line),
        });
    }
    Slice(settings)
}

fn pause_on(fields: &mut Fields<'_>, desk: &mut Desk<'_>) -> Option<String> {
    let moment = fields.one("pause-on")?;
    check::ask("GOALS", "moment", moment.value, moment.line, desk);
    Some(moment.value.to_owned())
}

fn controls(fields: &mut Fields<'_>, desk: &mut Desk<'_>) -> Slice<Text> {
    let Some(field) = fields.one("controls") else { return Slice::default() };
    let names: Vec<&str> = field.value.split(',').map(str::trim).collect();
    if names.contains(&"") {
        desk.fault(field.line, "`controls` is a list of names, parted by commas");
    }
    let line = |name: &str| Text { text: name.to_owned(), source: desk.source(field.line) };
    Slice(names.into_iter().map(line).collect())
}

/// `c1 "put x=1" | Write x = 1`
fn request(field: Field<'_>, desk: &mut Desk<'_>) -> Option<Request> {
    let parts = field.value.split_once(" \"").and_then(|(node, rest)| {
        let (text, rest) = rest.split_once('"')?;
        let label = rest.trim().strip_prefix('|')?.trim();
        (!node.trim().is_empty() && !label.is_empty()).then_some((node.trim(), text, label))
    });
    let Some((node, text, label)) = parts else {
        desk.fault(field.line, "a request is `node \"text\" | Words of its button`");
        return None;
    };
    let (node, text, label) = (node.to_owned(), text.to_owned(), label.to_owned());
    Some(Request { node, text, label, source: desk.source(field.line) })
}

fn blocks(body: &[Line<'_>], line: usize, desk: &mut Desk<'_>) -> Slice<Block> {
    let mut blocks = Vec::new();
    let mut words = 0;
    let mut counting = true;
    for piece in sections::pieces(body, desk) {
        let (block, read) = match piece {
            Piece::Text(lines) => {
                let Rendered { html, plain } = markdown::blocks(trim(&lines), desk);
                (Some(Block::Text(html.into())), plain)
            }
            Piece::Directive { name, argument, line, body } => {
                directive(name, argument, line, trim(&body), desk)
            }
        };
        counting &= matches!(block, Some(Block::Text(_) | Block::Note(_)));
        if counting {
            words += read.split_whitespace().count();
        }
        blocks.extend(block);
    }
    if words > MOST_WORDS {
        let advice = "shorten them, or move some into `:::explain`";
        let message = format!(
            "{words} words before the first question, goal or explanation; at most {MOST_WORDS}: {advice}"
        );
        desk.fault(line, message);
    }
    if blocks.is_empty() {
        desk.fault(line, "the step says nothing: write its text below an empty line");
    }
    Slice(blocks)
}

/// The block that a directive makes, and its plain words.
fn directive(
    name: &str,
    argument: &str,
    line: usize,
    body: &[Line<'_>],
    desk: &mut Desk<'_>,
) -> (Option<Block>, String) {
    if !["predict", "goal", "explain", "note"].contains(&name) {
        let message = format!("unknown directive `:::{name}`: there are predict, goal, explain and note");
        desk.fault(line, message);
        return (None, String::new());
    }
    if name != "goal" && !argument.is_empty() {
        desk.fault(line, format!("`:::{name}` takes no name: its text stands on the lines below"));
    }
    if body.is_empty() {
        desk.fault(line, format!("`:::{name}` is empty: write its text before the closing `:::`"));
        return (None, String::new());
    }
    if name == "predict" {
        return (Some(Block::Predict(question(line, body, desk))), String::new());
    }
    if name == "goal" {
        return (Some(Block::Goal(goal(argument, line, body, desk))), String::new());
    }
    let Rendered { html, plain } = markdown::blocks(body, desk);
    let html = html.into();
    (Some(if name == "note" { Block::Note(html) } else { Block::Explain(html) }), plain)
}

fn goal(name: &str, line: usize, body: &[Line<'_>], desk: &mut Desk<'_>) -> GoalText {
    check::ask("GOALS", "goal", name, line, desk);
    let Rendered { html, .. } = markdown::inline(body, desk);
    GoalText { name: name.to_owned(), html: html.into(), source: desk.source(line) }
}

/// A question, then its answers: each `- [ ] text` with an indented explanation.
fn question(line: usize, body: &[Line<'_>], desk: &mut Desk<'_>) -> Question {
    let starts: Vec<usize> = (0..body.len()).filter(|&i| mark(body[i]).is_some()).collect();
    let question = trim(&body[..starts.first().copied().unwrap_or(body.len())]);
    if question.is_empty() {
        desk.fault(line, "the question is missing: write it before its answers");
    }
    let ends = starts.iter().skip(1).copied().chain([body.len()]);
    let spans: Vec<_> = starts.iter().copied().zip(ends).collect();
    let answers: Vec<Answer> = spans.into_iter().map(|(from, to)| answer(&body[from..to], desk)).collect();
    if answers.len() < 2 {
        desk.fault(line, "a question has two or more answers, each `- [ ] answer` or `- [x] right answer`");
    } else if !answers.iter().any(|answer| answer.right) {
        desk.fault(line, "no answer is right: mark one with `- [x]`");
    }
    let html = markdown::blocks(question, desk).html;
    Question { html: html.into(), answers: Slice(answers), source: desk.source(line) }
}

/// Whether an answer begins here, whether it is right, and its text.
fn mark(line: Line<'_>) -> Option<(bool, Line<'_>)> {
    let wrong = line.text.strip_prefix("- [ ] ").map(|text| (false, text));
    let right = || line.text.strip_prefix("- [x] ").map(|text| (true, text));
    wrong.or_else(right).map(|(right, text)| (right, Line { text, ..line }))
}

/// One answer: its first line, and below it the explanation.
fn answer(lines: &[Line<'_>], desk: &mut Desk<'_>) -> Answer {
    let first = lines[0];
    let (right, label) = mark(first).unwrap_or((false, first));
    let mut indented = Vec::new();
    for line in &lines[1..] {
        let text = line.text.strip_prefix("  ");
        if text.is_none() && !line.text.trim().is_empty() {
            desk.fault(line.number, "indent the explanation of an answer by two spaces");
        }
        indented.push(Line { text: text.unwrap_or(line.text.trim()), ..*line });
    }
    let explanation = trim(&indented);
    if explanation.is_empty() {
        desk.fault(first.number, "the answer lacks its explanation: write it below, indented by two spaces");
    }
    let html = markdown::inline(&[label], desk).html;
    if html.contains("<a ") {
        desk.fault(first.number, "no link inside an answer, which is a button: link from its explanation");
    }
    let explanation = markdown::blocks(explanation, desk).html.into();
    Answer { html: html.into(), right, explanation }
}
