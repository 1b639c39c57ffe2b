//! Addresses within the page: the part of its address after `#`. They work on any static host and under any path.
//!
//! Whether a lesson, scenario or term of that name exists is not decided here: an address is only read.

use std::fmt;

/// A place in the page.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub enum Route {
    /// `#/`: all lessons.
    Contents,
    /// `#/lesson/5`: a lesson's beginning.
    Lesson(usize),
    /// `#/lesson/5/step/2`: a step, both counted from 1.
    Step(StepId),
    /// `#/lab/partition`: a scenario alone.
    Lab(String),
    /// `#/literature`: published results beside ours.
    Literature,
    /// `#/glossary`: all terms.
    Glossary,
    /// `#/glossary/island`: the list of terms at this one.
    Term(String),
    /// `#/run/1/AQlwYXJ0…`: a run as someone handed it on. What follows `#/run/` is read by [`super::link`].
    Run(String),
    /// Anything else, as it was written after `#`.
    Unknown(String),
}

/// A step of a lesson; both count from 1.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct StepId {
    /// The lesson.
    pub lesson: usize,
    /// The step within it.
    pub step: usize,
}

impl Route {
    /// Reads what stands after the page's address, with or without its `#`.
    pub fn parse(fragment: &str) -> Route {
        let written = fragment.strip_prefix('#').unwrap_or(fragment);
        let words: Vec<&str> = written.split('/').filter(|word| !word.is_empty()).collect();
        match words[..] {
            [] => Some(Route::Contents),
            ["lesson", lesson] => number(lesson).map(Route::Lesson),
            ["lesson", lesson, "step", step] => {
                number(lesson).zip(number(step)).map(|(lesson, step)| Route::Step(StepId { lesson, step }))
            }
            ["lab", scenario] => is_name(scenario).then(|| Route::Lab(scenario.to_owned())),
            ["literature"] => Some(Route::Literature),
            ["glossary"] => Some(Route::Glossary),
            ["glossary", term] => is_name(term).then(|| Route::Term(term.to_owned())),
            ["run", ..] => Some(Route::Run(words[1..].join("/"))),
            _ => None,
        }
        .unwrap_or_else(|| Route::Unknown(written.to_owned()))
    }
}

impl fmt::Display for Route {
    /// As a link's target, with its `#`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Route::Contents => write!(f, "#/"),
            Route::Lesson(lesson) => write!(f, "#/lesson/{lesson}"),
            Route::Step(StepId { lesson, step }) => write!(f, "#/lesson/{lesson}/step/{step}"),
            Route::Lab(scenario) => write!(f, "#/lab/{scenario}"),
            Route::Literature => write!(f, "#/literature"),
            Route::Glossary => write!(f, "#/glossary"),
            Route::Term(term) => write!(f, "#/glossary/{term}"),
            Route::Run(link) => write!(f, "#/run/{link}"),
            Route::Unknown(written) => write!(f, "#{written}"),
        }
    }
}

impl From<StepId> for Route {
    fn from(id: StepId) -> Route {
        Route::Step(id)
    }
}

/// A count from 1, as people write it: no sign, no leading zero, not endless.
fn number(word: &str) -> Option<usize> {
    let plain = word.len() <= 4 && !word.starts_with('0') && word.bytes().all(|byte| byte.is_ascii_digit());
    if plain { word.parse().ok() } else { None }
}

/// A name as lessons, scenarios and terms have them.
fn is_name(word: &str) -> bool {
    word.len() <= 60
        && word.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_read_and_written_back() {
        let step = Route::Step(StepId { lesson: 5, step: 2 });
        for (text, route) in [
            ("#/", Route::Contents),
            ("#/lesson/5", Route::Lesson(5)),
            ("#/lesson/5/step/2", step),
            ("#/lab/partition", Route::Lab("partition".to_owned())),
            ("#/glossary", Route::Glossary),
            ("#/literature", Route::Literature),
            ("#/glossary/cap-theorem", Route::Term("cap-theorem".to_owned())),
            ("#/run/1/AQlwYXJ0", Route::Run("1/AQlwYXJ0".to_owned())),
            ("#/lesson/five", Route::Unknown("/lesson/five".to_owned())),
        ] {
            assert_eq!(Route::parse(text), route);
            assert_eq!(route.to_string(), text);
        }
    }

    #[test]
    fn sloppy_addresses_are_understood() {
        assert_eq!(Route::parse(""), Route::Contents);
        assert_eq!(Route::parse("#"), Route::Contents);
        assert_eq!(Route::parse("lesson/5/"), Route::Lesson(5));
    }

    #[test]
    fn wrong_addresses_are_kept_as_written() {
        for text in [
            "/lesson/0",
            "/lesson/-1",
            "/lesson/99999999999999999999",
            "/lesson/5/step/two",
            "/lesson/5/step/2/more",
            "/lab/<script>",
            "/lab/%20",
            "/glossary/Ä",
            "stage",
        ] {
            assert_eq!(Route::parse(text), Route::Unknown(text.to_owned()));
        }
    }
}
