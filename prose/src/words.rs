//! The words of the interface: `key = text with {placeholders}`.

use crate::desk::{Desk, Shared, lines};
use crate::sheets::checksum;
use crate::{Fault, Language, Sheet, check};
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;

/// One entry: its text, or its two forms.
#[derive(Default)]
struct Entry {
    /// The file it stands in.
    file: String,
    line: usize,
    /// The part of the page's module that it comes with; empty if it comes with the page.
    part: String,
    plain: Option<String>,
    one: Option<String>,
    other: Option<String>,
}

type Table = BTreeMap<String, Entry>;

/// The words that come with the page stand first, under the name of no part.
const WITH_THE_PAGE: &str = "";

/// What is shown before a part is here, although it may stand among its words.
const ALWAYS_SHOWN: &str = "scenario.";

/// The tables of all languages as Rust source, English first, and the sheets of words that come with parts.
pub(crate) fn build(languages: &[(&str, Language<'_>)], faults: &mut Vec<Fault>) -> (String, Vec<Sheet>) {
    let mut tables: Vec<Table> = Vec::new();
    for (code, language) in languages {
        let missing = (format!("assets/words/{code}.txt"), String::new());
        let page = language.words.unwrap_or(&missing);
        let mut table = Table::new();
        let parts = language.parts.iter().map(|(part, file)| (*part, *file));
        for (part, (file, text)) in std::iter::once((WITH_THE_PAGE, page)).chain(parts) {
            let desk = &mut Desk { file, shared: &mut Shared::default(), faults };
            if part == WITH_THE_PAGE && language.words.is_none() {
                desk.fault(
                    1,
                    "the file is missing: a language of lessons needs the words of the interface too",
                );
            }
            read(text, part, &mut table, desk);
            for (key, entry) in table.iter().filter(|(_, entry)| entry.file == *file) {
                check_forms(key, entry, desk);
            }
        }
        if let Some(english) = tables.first() {
            compare(english, &table, &page.0, faults);
        }
        tables.push(table);
    }
    let codes: Vec<&str> = languages.iter().map(|(code, _)| *code).collect();
    let parts = parts(&tables[0]);
    let sheets: Vec<Vec<Sheet>> = codes
        .iter()
        .zip(&tables)
        .map(|(code, table)| parts[1..].iter().map(|part| sheet(code, part, table)).collect())
        .collect();
    (source(&codes, &tables, &parts, &sheets), sheets.concat())
}

fn read(text: &str, part: &str, table: &mut Table, desk: &mut Desk<'_>) {
    for line in lines(text) {
        let content = line.text.trim();
        if content.is_empty() || content.starts_with('#') {
            continue;
        }
        match content.split_once(" = ").map(|(key, text)| (key.trim(), text.trim())) {
            Some((key, text)) if !text.is_empty() => enter(key, text, (line.number, part), table, desk),
            _ => desk.fault(line.number, "expected `key = text`"),
        }
    }
}

fn enter(key: &str, text: &str, (line, part): (usize, &str), table: &mut Table, desk: &mut Desk<'_>) {
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
    let part = if name.starts_with(ALWAYS_SHOWN) { WITH_THE_PAGE } else { part };
    let entry = table.entry(name.to_owned()).or_insert_with(|| Entry {
        file: desk.file.to_owned(),
        line,
        part: part.to_owned(),
        ..Entry::default()
    });
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

    /// Its two forms, the same without plural.
    fn forms(&self) -> (&str, &str) {
        let other = self.plain.as_ref().or(self.other.as_ref());
        let one = self.one.as_ref().or(other);
        (one.map_or("", String::as_str), other.map_or("", String::as_str))
    }

    /// What all forms together leave to be filled in.
    fn placeholders(&self) -> BTreeSet<&str> {
        self.texts().filter_map(|text| placeholders(text).ok()).flatten().collect()
    }
}

/// Another language has the keys and placeholders of English, in the same files. What is missing is said of `page`.
fn compare(english: &Table, table: &Table, page: &str, faults: &mut Vec<Fault>) {
    let mut fault = |file: &str, line: usize, message: String| {
        faults.push(Fault { file: file.to_owned(), line, message });
    };
    for (key, entry) in english {
        let Some(other) = table.get(key) else {
            let place = format!("translate line {} of {}", entry.line, entry.file);
            fault(page, 1, format!("`{key}` is missing: {place}"));
            continue;
        };
        if other.placeholders() != entry.placeholders() {
            let names: Vec<String> = entry.placeholders().iter().map(|name| format!("{{{name}}}")).collect();
            let names = if names.is_empty() { "none".to_owned() } else { names.join(", ") };
            let message = format!("the placeholders of `{key}` differ from English, which has {names}");
            fault(&other.file, other.line, message);
        }
        if other.part != entry.part {
            let message = format!("`{key}` is in the wrong file: English has it in {}", entry.file);
            fault(&other.file, other.line, message);
        }
    }
    for (key, entry) in table.iter().filter(|(key, _)| !english.contains_key(*key)) {
        fault(&entry.file, entry.line, format!("English has no `{key}`: add it there, or remove it here"));
    }
}

/// The parts that have words; the page itself stands first.
fn parts(english: &Table) -> Vec<&str> {
    let parts: BTreeSet<&str> = english.values().map(|entry| entry.part.as_str()).collect();
    parts.into_iter().chain(english.is_empty().then_some(WITH_THE_PAGE)).collect()
}

fn entries<'a>(table: &'a Table, part: &'a str) -> impl Iterator<Item = (&'a String, &'a Entry)> {
    table.iter().filter(move |(_, entry)| entry.part == part)
}

fn sheet(language: &str, part: &str, table: &Table) -> Sheet {
    let content = written(table, part);
    Sheet { name: format!("{language}-{part}.{:08x}.txt", checksum(&content)), content }
}

/// The words of a part: a line for each entry, its name and its text, or both of its forms.
fn written(table: &Table, part: &str) -> String {
    let mut content = String::new();
    for (key, entry) in entries(table, part) {
        let (one, other) = entry.forms();
        let _ = match one == other {
            true => writeln!(content, "{key}\t{other}"),
            false => writeln!(content, "{key}\t{one}\t{other}"),
        };
    }
    content
}

fn source(codes: &[&str], tables: &[Table], parts: &[&str], sheets: &[Vec<Sheet>]) -> String {
    let english = &tables[0];
    let sheet_names: Vec<Vec<&str>> =
        sheets.iter().map(|sheets| sheets.iter().map(|sheet| sheet.name.as_str()).collect()).collect();
    let mut source = format!("static LANGUAGES: &[&str] = &{codes:?};\nconst PARTS: &[&str] = &{parts:?};\n");
    let _ = writeln!(source, "const LANGUAGE_COUNT: usize = {};", codes.len());
    source.push_str("static SHEETS: &[&[&str]] = &[");
    sheet_names.iter().for_each(|names| {
        let _ = write!(source, "&{names:?}, ");
    });
    source.push_str("];\nconst NAMES: &[&[&str]] = &[\n");
    for part in parts {
        let names: Vec<&String> = entries(english, part).map(|(key, _)| key).collect();
        let _ = writeln!(source, "&{names:?},");
    }
    source.push_str("];\nconst PLACEHOLDERS: &[&[&[&str]]] = &[\n");
    for part in parts {
        source.push_str("&[");
        for (_, entry) in entries(english, part) {
            let names: Vec<&str> = entry.placeholders().into_iter().collect();
            let _ = write!(source, "&{names:?}, ");
        }
        source.push_str("],\n");
    }
    source.push_str("];\n");
    let pages: Vec<String> = tables.iter().map(|table| written(table, parts[0])).collect();
    let of_parts = |table| parts[1..].iter().map(|part| written(table, part)).collect();
    let of_parts: Vec<Vec<String>> = tables.iter().map(of_parts).collect();
    let _ = writeln!(source, "static PAGE_SHEETS: [&str; LANGUAGE_COUNT] = {pages:?};");
    source.push_str("static PART_SHEETS: [&[&str]; LANGUAGE_COUNT] = [");
    of_parts.iter().for_each(|sheets| {
        let _ = write!(source, "&{sheets:?}, ");
    });
    source.push_str("];\n");
    source
}
