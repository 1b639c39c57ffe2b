//! The words of the interface, in one table a language; no sentence for a learner is written in code.
//!
//! The tables are the files below `assets/words` (their format is defined in the crate `prose`), checked and compiled in while
//! the project builds. Only in the page some come later: those that a part of its module shows, in a sheet beside that part
//! ([`take`]). This is the very first room: it knows nothing else of the program.
//!
//! ```
//! use netsplit::words::Phrase;
//! let down = netsplit::phrase!("log.down", node = "n2");
//! assert_eq!(down, Phrase::new(netsplit::word!("log.down")).with("node", "n2"));
//! assert!(down.to_string().contains("n2"));
//! ```

use std::cmp::Ordering;
use std::fmt;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU8, Ordering::Relaxed};

include!(concat!(env!("OUT_DIR"), "/words.rs"));

/// One entry of a table; without plural forms both are the same.
struct Text {
    one: &'static str,
    other: &'static str,
}

/// The words of a part, in the order of their names. They are read from a sheet when they are first needed: so the page brings a text and
/// not its addresses, which nothing could compress.
#[derive(Default)]
struct Words {
    names: Vec<&'static str>,
    texts: Vec<Text>,
}

/// The part that is the page itself.
const PAGE: usize = 0;

/// The words of the page and of its parts, language by language, as far as they are here.
static HERE: [[OnceLock<Words>; PARTS.len()]; LANGUAGE_COUNT] =
    [const { [const { OnceLock::new() }; PARTS.len()] }; LANGUAGE_COUNT];

/// What is shown for words that are not here.
const ABSENT: &str = "…";

/// The key of an entry that the table is known to have: of the page or of one of the parts, and which in their order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Key {
    part: u8,
    index: u16,
}

/// The key of that name. Write [`word!`](crate::word) instead, so that the compiler refuses a key that the table lacks.
///
/// # Panics
/// When no entry has that name; within `word!` this fails the build.
pub const fn key(name: &str) -> Key {
    let mut part = 0;
    while part < NAMES.len() {
        if let Some(index) = search(NAMES[part], name) {
            return Key { part: part as u8, index: index as u16 };
        }
        part += 1;
    }
    panic!("assets/words has no entry of this name")
}

/// Where in a sorted list a name stands; usable while compiling.
const fn search(names: &[&str], name: &str) -> Option<usize> {
    let (mut from, mut to) = (0, names.len());
    while from < to {
        let middle = from + (to - from) / 2;
        match compare(names[middle], name) {
            Ordering::Less => from = middle + 1,
            Ordering::Greater => to = middle,
            Ordering::Equal => return Some(middle),
        }
    }
    None
}

/// The name of the file with the words of a part in the current language, if it has any.
pub fn sheet(part: &str) -> Option<&'static str> {
    Some(SHEETS[Language::current().index()][number(part)? - 1])
}

/// Takes in a sheet with the words of a part in the current language. Says whether it is one.
pub fn take(part: &str, sheet: &str) -> bool {
    // The words stay as long as the page.
    match (number(part), read(String::leak(sheet.to_owned()))) {
        (Some(part), Some(words)) => {
            put(Language::current(), part, words);
            true
        }
        _ => false,
    }
}

/// Takes in the words of all parts, as they were compiled in. Who calls this carries them all: the page does not.
pub fn take_all() {
    for language in Language::all() {
        for (place, sheet) in PART_SHEETS[language.index()].iter().enumerate() {
            put(language, place + 1, read(sheet).unwrap_or_default());
        }
    }
}

/// Reads a sheet: a line for each entry, its name and its text, or both of its forms.
fn read(sheet: &'static str) -> Option<Words> {
    let mut words = Words::default();
    for line in sheet.lines() {
        let mut fields = line.split('\t');
        let (name, one) = (fields.next()?, fields.next()?);
        words.names.push(name);
        words.texts.push(Text { one, other: fields.next().unwrap_or(one) });
    }
    Some(words)
}

fn put(language: Language, part: usize, words: Words) {
    // If they are here already, they are the same.
    let _ = HERE[language.index()][part].set(words);
}

/// The number of a part besides the page that has words.
fn number(part: &str) -> Option<usize> {
    PARTS[1..].iter().position(|known| *known == part).map(|place| place + 1)
}

/// The words of the page, or of a part if they are here. Outside the page they always are.
fn words(language: Language, part: usize) -> Option<&'static Words> {
    let words = &HERE[language.index()][part];
    if part == PAGE {
        return Some(words.get_or_init(|| read(PAGE_SHEETS[language.index()]).unwrap_or_default()));
    }
    #[cfg(not(target_arch = "wasm32"))]
    words.get_or_init(|| read(PART_SHEETS[language.index()][part - 1]).unwrap_or_default());
    words.get()
}

/// The [`Key`](crate::words::Key) of an entry: `word!("time.play")`. The build fails if the table lacks it:
///
/// ```compile_fail
/// netsplit::word!("time.paly");
/// ```
#[macro_export]
macro_rules! word {
    ($name:literal) => {{
        // A named constant, unlike a `const` block, is evaluated by `cargo check` too.
        const KEY: $crate::words::Key = $crate::words::key($name);
        KEY
    }};
}

/// A [`Phrase`](crate::words::Phrase) with all its placeholders filled: `phrase!("log.down", node = name)`. The build fails
/// if the table lacks the entry, or if the entry's placeholders are others:
///
/// ```compile_fail
/// netsplit::phrase!("log.down", link = "n2");
/// ```
#[macro_export]
macro_rules! phrase {
    ($name:literal $(, $placeholder:ident = $value:expr)* $(,)?) => {{
        $crate::words::Phrase::new({
            const KEY: $crate::words::Key = $crate::words::key($name).taking(&[$(stringify!($placeholder)),*]);
            KEY
        })
        $(.with(stringify!($placeholder), $value))*
    }};
}

impl Key {
    /// The key of that name, if the table has it and its words are here.
    pub fn find(name: &str) -> Option<Self> {
        (0..PARTS.len()).find_map(|part| {
            let index = words(Language::current(), part)?.names.binary_search(&name).ok()?;
            Some(Self { part: part as u8, index: index as u16 })
        })
    }

    /// This key, once it is sure that its entry has exactly these placeholders.
    ///
    /// # Panics
    /// When it has others; within [`phrase!`](crate::phrase) this fails the build.
    pub const fn taking(self, given: &[&str]) -> Self {
        let wanted = self.placeholders();
        assert!(wanted.len() == given.len(), "this entry of assets/words has other placeholders");
        let mut i = 0;
        while i < wanted.len() {
            assert!(contains(given, wanted[i]), "this entry of assets/words has other placeholders");
            i += 1;
        }
        self
    }

    /// Its name, as in `time.play`.
    pub fn name(self) -> &'static str {
        let words = words(Language::current(), usize::from(self.part));
        words.and_then(|words| words.names.get(usize::from(self.index))).map_or(ABSENT, |name| name)
    }

    /// Its text in the current language, placeholders as they stand.
    pub fn text(self) -> &'static str {
        self.entry(Language::current()).other
    }

    /// The names in braces that its text leaves to be filled in.
    pub const fn placeholders(self) -> &'static [&'static str] {
        PLACEHOLDERS[self.part as usize][self.index as usize]
    }

    /// The part of the page's module that its words come with; none if they come with the page.
    pub fn part(self) -> Option<&'static str> {
        Some(usize::from(self.part)).filter(|part| *part != PAGE).map(|part| PARTS[part])
    }

    fn entry(self, language: Language) -> &'static Text {
        static ABSENT_TEXT: Text = Text { one: ABSENT, other: ABSENT };
        let words = words(language, usize::from(self.part));
        words.and_then(|words| words.texts.get(usize::from(self.index))).unwrap_or(&ABSENT_TEXT)
    }
}

/// Whether the list has the name; usable while compiling.
pub(crate) const fn contains(names: &[&str], name: &str) -> bool {
    let mut i = 0;
    while i < names.len() {
        if matches!(compare(names[i], name), Ordering::Equal) {
            return true;
        }
        i += 1;
    }
    false
}

/// Byte order, as `Ord` has it but usable while compiling.
const fn compare(a: &str, b: &str) -> Ordering {
    let (a, b) = (a.as_bytes(), b.as_bytes());
    let mut i = 0;
    while i < a.len() && i < b.len() {
        if a[i] != b[i] {
            return if a[i] < b[i] { Ordering::Less } else { Ordering::Greater };
        }
        i += 1;
    }
    if a.len() == b.len() {
        Ordering::Equal
    } else if a.len() < b.len() {
        Ordering::Less
    } else {
        Ordering::Greater
    }
}

/// A language that the page speaks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Language(u8);

static CURRENT: AtomicU8 = AtomicU8::new(Language::ENGLISH.0);

impl Language {
    /// The reference that all others translate.
    pub const ENGLISH: Self = Self(0);

    /// All languages, English first.
    pub fn all() -> impl Iterator<Item = Self> {
        (0u8..).zip(LANGUAGES).map(|(i, _)| Self(i))
    }

    /// The language of a code such as `en`.
    pub fn find(code: &str) -> Option<Self> {
        Self::all().find(|language| language.code() == code)
    }

    /// Its code, as in `en`.
    pub fn code(self) -> &'static str {
        LANGUAGES[self.index()]
    }

    /// The language that phrases are shown in.
    pub fn current() -> Self {
        Self(CURRENT.load(Relaxed))
    }

    /// Shows phrases in this language from now on.
    pub fn make_current(self) {
        CURRENT.store(self.0, Relaxed);
    }

    pub(crate) fn index(self) -> usize {
        usize::from(self.0)
    }
}

/// A text of the table with what fills its placeholders; it becomes words only when it is shown.
///
/// What must not depend on the reader's language (the hash of a run, a golden trace) is written with
/// [`Phrase::in_language`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Phrase {
    key: Key,
    args: Vec<(&'static str, String)>,
}

impl Phrase {
    /// The text of a key, nothing filled in yet.
    pub const fn new(key: Key) -> Self {
        Self { key, args: Vec::new() }
    }

    /// Fills a placeholder.
    #[must_use]
    pub fn with(mut self, name: &'static str, value: impl fmt::Display) -> Self {
        self.args.push((name, value.to_string()));
        self
    }

    /// Which text it is.
    pub const fn key(&self) -> Key {
        self.key
    }

    /// What fills a placeholder.
    pub fn arg(&self, name: &str) -> Option<&str> {
        self.args.iter().find(|(given, _)| *given == name).map(|(_, value)| value.as_str())
    }

    /// All that fills placeholders, in the order given.
    pub fn args(&self) -> &[(&'static str, String)] {
        &self.args
    }

    /// The phrase in one language, whichever is current.
    pub fn in_language(&self, language: Language) -> impl fmt::Display + '_ {
        Spoken { phrase: self, language }
    }
}

impl fmt::Display for Phrase {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.in_language(Language::current()).fmt(f)
    }
}

struct Spoken<'a> {
    phrase: &'a Phrase,
    language: Language,
}

impl fmt::Display for Spoken<'_> {
    /// A placeholder that nothing fills is shown as it stands, so that the gap is seen.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let entry = self.phrase.key.entry(self.language);
        let mut rest = if self.phrase.arg("n") == Some("1") { entry.one } else { entry.other };
        while let Some((before, name, after)) = next_placeholder(rest) {
            f.write_str(before)?;
            match self.phrase.arg(name) {
                Some(value) => f.write_str(value)?,
                None => write!(f, "{{{name}}}")?,
            }
            rest = after;
        }
        f.write_str(rest)
    }
}

/// What stands before the first `{name}`, the name, and what stands after.
fn next_placeholder(text: &str) -> Option<(&str, &str, &str)> {
    let (before, rest) = text.split_once('{')?;
    let (name, after) = rest.split_once('}')?;
    Some((before, name, after))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_name_finds_its_own_key() {
        for (part, names) in NAMES.iter().enumerate() {
            for (index, name) in names.iter().enumerate() {
                let found = Key { part: part as u8, index: index as u16 };
                assert_eq!((Key::find(name), key(name), found.name()), (Some(found), found, *name));
            }
        }
        assert_eq!(Key::find("time"), None);
        assert_eq!(Key::find("zzz.zzz"), None);
        assert_eq!(Key::find(""), None);
    }

    #[test]
    fn words_of_parts_are_told_from_those_of_the_page() {
        assert_eq!(word!("time.play").part(), None);
        for part in &PARTS[1..] {
            assert!(sheet(part).is_some_and(|name| name.starts_with(&format!("en-{part}."))));
            assert_eq!(key(NAMES[number(part).unwrap()][0]).part(), Some(*part));
        }
        assert_eq!(sheet("nothing"), None);
    }

    #[test]
    fn a_sheet_that_is_none_is_refused() {
        assert!(!take("nothing", "a.b\tc"));
        assert!(!take(PARTS[1], "<!doctype html>"));
    }

    #[test]
    fn const_order_is_the_order_of_strings() {
        let texts = ["", "a", "ab", "a.b", "b", "time.play", "time.pause"];
        for a in texts {
            for b in texts {
                assert_eq!(compare(a, b), a.cmp(b), "{a} {b}");
            }
        }
    }

    #[test]
    fn placeholders_are_filled_and_gaps_stay_seen() {
        let phrase = Phrase::new(word!("log.down"));
        assert_eq!(phrase.to_string(), word!("log.down").text());
        assert!(phrase.to_string().contains("{node}"));
        let filled = phrase.with("node", "{n2}-n5").to_string();
        assert!(filled.contains("{n2}-n5") && !filled.contains("{node}"), "{filled}");
    }

    #[test]
    fn number_one_chooses_the_form() {
        let packets = |n: u64| phrase!("count.packets", n = n).to_string();
        assert_eq!(packets(1), "1 packet");
        assert_eq!(packets(0), "0 packets");
        assert_eq!(packets(21), "21 packets");
    }

    #[test]
    fn phrases_compare_by_key_and_arguments() {
        assert_eq!(phrase!("log.down", node = "a"), Phrase::new(word!("log.down")).with("node", "a"));
        assert_ne!(phrase!("log.down", node = "a"), phrase!("log.down", node = "b"));
    }

    #[test]
    fn languages_are_found_by_code() {
        assert_eq!(Language::find("en"), Some(Language::ENGLISH));
        assert_eq!(Language::find("xx"), None);
        assert_eq!(Language::current(), Language::ENGLISH);
        assert!(Language::all().all(|language| Language::find(language.code()) == Some(language)));
    }
}
