//! The words of the interface, in one table a language; no sentence for a learner is written in code.
//!
//! The tables are the files `assets/words/<language>.txt` (their format is defined in the crate `prose`), checked
//! and compiled in while the project builds. This is the very first room: it knows nothing else of the program.
//!
//! ```
//! use netsplit::words::Phrase;
//! let down = netsplit::phrase!("log.down", node = "n2");
//! assert_eq!(down, Phrase::new(netsplit::word!("log.down")).with("node", "n2"));
//! assert!(down.to_string().contains("n2"));
//! ```

use std::cmp::Ordering;
use std::fmt;
use std::sync::atomic::{AtomicU8, Ordering::Relaxed};

include!(concat!(env!("OUT_DIR"), "/words.rs"));

/// One entry of a table; without plural forms both are the same.
struct Text {
    one: &'static str,
    other: &'static str,
}

/// The key of an entry that the table is known to have.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Key(u16);

/// The key of that name. Write [`word!`](crate::word) instead, so that the compiler refuses a key that the table lacks.
///
/// # Panics
/// When no entry has that name; within `word!` this fails the build.
pub const fn key(name: &str) -> Key {
    match Key::find(name) {
        Some(key) => key,
        None => panic!("assets/words/en.txt has no entry of this name"),
    }
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
    /// The key of that name, if the table has it.
    pub const fn find(name: &str) -> Option<Self> {
        let (mut from, mut to) = (0, NAMES.len());
        while from < to {
            let middle = from + (to - from) / 2;
            match compare(NAMES[middle], name) {
                Ordering::Less => from = middle + 1,
                Ordering::Greater => to = middle,
                Ordering::Equal => return Some(Self(middle as u16)),
            }
        }
        None
    }

    /// This key, once it is sure that its entry has exactly these placeholders.
    ///
    /// # Panics
    /// When it has others; within [`phrase!`](crate::phrase) this fails the build.
    pub const fn taking(self, given: &[&str]) -> Self {
        let wanted = PLACEHOLDERS[self.0 as usize];
        assert!(wanted.len() == given.len(), "this entry of assets/words/en.txt has other placeholders");
        let mut i = 0;
        while i < wanted.len() {
            assert!(contains(given, wanted[i]), "this entry of assets/words/en.txt has other placeholders");
            i += 1;
        }
        self
    }

    /// Its name, as in `time.play`.
    pub const fn name(self) -> &'static str {
        NAMES[self.0 as usize]
    }

    /// Its text in the current language, placeholders as they stand.
    pub fn text(self) -> &'static str {
        self.entry(Language::current()).other
    }

    /// The names in braces that its text leaves to be filled in.
    pub const fn placeholders(self) -> &'static [&'static str] {
        PLACEHOLDERS[self.0 as usize]
    }

    fn entry(self, language: Language) -> &'static Text {
        &TEXTS[language.index()][self.0 as usize]
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
        for (i, name) in NAMES.iter().enumerate() {
            assert_eq!(Key::find(name).map(|key| (usize::from(key.0), key.name())), Some((i, *name)));
        }
        assert_eq!(Key::find("time"), None);
        assert_eq!(Key::find("zzz.zzz"), None);
        assert_eq!(Key::find(""), None);
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
