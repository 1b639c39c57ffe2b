//! The words of the interface: `key = text with {placeholders}`.

use crate::desk::{Desk, Shared, lines};
use crate::{Fault, Language, check};
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;

/// One entry: its text, or its two forms.
#[derive(Default)]
struct Entry {
    line: usize,
    plain: Option<String>,
    one: Option<String>,
    other: Option<String>,
}

type Table = BTreeMap<String, Entry>;

/// The tables of all languages as Rust source, English first.
pub(crate) fn build(languages: &[(&str, Language<'_>)], faults: &mut Vec<Fault>) -> String {
    let mut tables: Vec<(String, Table)> = Vec::new();
    for (code, language) in languages {
        let missing = (format!("assets/words/{code}.txt"), String::new());
        let (file, text) = language.words.unwrap_or(&missing);
        let desk = &mut Desk { file, shared: &mut Shared::default(), faults };
        if language.words.is_none() {
            desk.fault(1, "the file is missing: a language of lessons needs the words of the interface too");
        }
        let table = read(text, desk);
        if let Some((reference, english)) = tables.first() {
            compare(reference, english, &table, desk);
        }
        tables.push((file.clone(), table));
    }
    let codes: Vec<&str> = languages.iter().map(|(code, _)| *code).collect();
    source(&codes, &tables)
}

fn read(text: &str, desk: &mut Desk<'_>) -> Table {
    let mut table = Table::new();
    for line in lines(text) {
        let content = line.text.trim();
        if content.is_empty() || content.starts_with('#') {
            continue;
        }
        match content.split_once(" = ").map(|(key, text)| (key.trim(), text.trim())) {
            Some((key, text)) if !text.is_empty() => enter(key, text, line.number, &mut table, desk),
            _ => desk.fault(line.number, "expected `key = text`"),
        }
    }
    for (key, entry) in &table {
        check_forms(key, entry, desk);
    }
    table
}

fn enter(key: &str, text: &str, line: usize, table: &mut Table, desk: &mut Desk<'_>) {
    let (name, form) = match key.strip_suffix(']').and_then(|key| key.split_once('[')) {
        Some((name, form)) => (name, form),
        None => (key, ""),
    };
    if !name.contains('.') || !name.split('.').all(check::is_slug) {
        desk.fault(
            line,
            format!("`{name}` is no key: use words of a–z, 0–9 and - joined by dots, as in `time.play`"),
        );
        return;
    }
    if let Err(message) = placeholders(text) {
        desk.fault(line, message);
    }
    let entry = table.entry(name.to_owned()).or_insert_with(|| Entry { line, ..Entry::default() });
    let place = match form {
        "" => &mut entry.plain,
        "one" => &mut entry.one,
        "other" => &mut entry.other,
        _ => {
            desk.fault(line, format!("unknown form `[{form}]`: there are `[one]` and `[other]`"));
            return;
        }
    };
    if place.replace(text.to_owned()).is_some() {
        desk.fault(line, format!("`{key}` is given twice: keep one"));
    }
}

fn check_forms(key: &str, entry: &Entry, desk: &mut Desk<'_>) {
    match (&entry.plain, &entry.one, &entry.other) {
        (None, None, None) | (Some(_), None, None) => {}
        (None, Some(_), Some(other)) => {
            if !placeholders(other).is_ok_and(|names| names.contains("n")) {
                desk.fault(entry.line, format!("`{key}[other]` must say `{{n}}`, which chooses the form"));
            }
        }
        (None, ..) => desk.fault(entry.line, format!("`{key}` needs both `{key}[one]` and `{key}[other]`")),
        (Some(_), ..) => {
            desk.fault(entry.line, format!("`{key}` is given with and without forms: keep one of the two"));
        }
    }
}

/// The names in braces, or what is wrong with them.
fn placeholders(text: &str) -> Result<BTreeSet<&str>, String> {
    let mut names = BTreeSet::new();
    let mut rest = text;
    while let Some(at) = rest.find(['{', '}']) {
        let (name, after) = rest[at..]
            .strip_prefix('{')
            .and_then(|inside| inside.split_once('}'))
            .ok_or("braces come in pairs, round a placeholder: `{node}`")?;
        if name.is_empty() || !name.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_')
        {
            return Err(format!("`{{{name}}}` is no placeholder: use a–z, 0–9 and _ in braces"));
        }
        names.insert(name);
        rest = after;
    }
    Ok(names)
}

impl Entry {
    fn texts(&self) -> impl Iterator<Item = &str> {
        [&self.plain, &self.one, &self.other].into_iter().flatten().map(String::as_str)
    }

    /// What all forms together leave to be filled in.
    fn placeholders(&self) -> BTreeSet<&str> {
        self.texts().filter_map(|text| placeholders(text).ok()).flatten().collect()
    }
}

/// Another language has the keys and placeholders of English.
fn compare(reference: &str, english: &Table, table: &Table, desk: &mut Desk<'_>) {
    for (key, entry) in english {
        match table.get(key) {
            None => {
                desk.fault(1, format!("`{key}` is missing: translate line {} of {reference}", entry.line))
            }
            Some(other) if other.placeholders() != entry.placeholders() => {
                let names: Vec<String> =
                    entry.placeholders().iter().map(|name| format!("{{{name}}}")).collect();
                let names = if names.is_empty() { "none".to_owned() } else { names.join(", ") };
                desk.fault(
                    other.line,
                    format!("the placeholders of `{key}` differ from English, which has {names}"),
                );
            }
            Some(_) => {}
        }
    }
    for (key, entry) in table.iter().filter(|(key, _)| !english.contains_key(*key)) {
        desk.fault(entry.line, format!("{reference} has no `{key}`: add it there, or remove it here"));
    }
}

fn source(codes: &[&str], tables: &[(String, Table)]) -> String {
    let english = &tables[0].1;
    let names: Vec<&String> = english.keys().collect();
    let takes: Vec<Vec<&str>> =
        english.values().map(|entry| entry.placeholders().into_iter().collect()).collect();
    let mut source = format!("static LANGUAGES: &[&str] = &{codes:?};\nconst NAMES: &[&str] = &{names:?};\n");
    source.push_str("const PLACEHOLDERS: &[&[&str]] = &[");
    for names in takes {
        let _ = write!(source, "&{names:?}, ");
    }
    source.push_str("];\nstatic TEXTS: &[&[Text]] = &[\n");
    for (_, table) in tables {
        source.push_str("&[\n");
        for entry in table.values() {
            let other = entry.plain.as_ref().or(entry.other.as_ref());
            let one = entry.one.as_ref().or(other);
            let (one, other) = (one.map_or("", String::as_str), other.map_or("", String::as_str));
            let _ = writeln!(source, "Text {{ one: {one:?}, other: {other:?} }},");
        }
        source.push_str("],\n");
    }
    source.push_str("];\n");
    source
}
