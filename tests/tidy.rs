//! The house rules, read off the sources: which room may use which, how long files and functions are, what is never
//! written. Each rule reports every place that breaks it, as `file:line`.
//!
//! The rules read text, not syntax: comments, strings and the tests at a file's end are left out where they do not count.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;
use std::process::Command;

/// The rooms of the library, each of which may use only those before it.
const ROOMS: [&str; 11] = [
    "sorted",
    "words",
    "sim",
    "faults",
    "protocols",
    "scenarios",
    "lessons",
    "share",
    "literature",
    "stage",
    "ui",
];

/// Files of a room that know each other, and why. Every other pair of files knows each other in one direction at most,
/// directly or through others.
const CIRCLES: &[(&str, &[&str], &str)] = &[
    (
        "sim",
        &[
            "core", "process", "property", "figure", "network", "scenario", "command", "link", "settings",
            "trace", "world", "routes", "agenda",
        ],
        "a process acts on the core through its context and the core keeps what processes are handed; a network carries \
         the catalogue of protocols, whose properties and figures look at the world, whose network it is; amounts of faults and \
         settings of links are values of the same kinds",
    ),
    (
        "lessons",
        &[
            "byzantine",
            "goals",
            "how_to_learn",
            "types_of_failure",
            "what_could_go_wrong",
            "what_is",
            "why_build",
        ],
        "lessons list goals of a type that the list defines",
    ),
];

/// Code lines of a file and lines of a function, at most.
const FILE_LINES: usize = 400;
const FUNCTION_LINES: usize = 70;

/// A source file.
struct Source {
    path: String,
    /// Its lines without comments and without what stands in strings.
    code: Vec<String>,
    /// Its lines as they are.
    text: Vec<String>,
    /// Where the tests at its end begin; the number of its lines if there are none.
    tests_at: usize,
}

impl Source {
    fn read(path: &str) -> Source {
        let whole = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(path)).unwrap();
        let text: Vec<String> = whole.lines().map(str::to_owned).collect();
        let code = strip(&whole).lines().map(str::to_owned).collect();
        let all_tests = path.starts_with("src/") && path.ends_with("/tests.rs");
        let tests_at = text.iter().position(|line| line == "#[cfg(test)]" || all_tests).unwrap_or(text.len());
        Source { path: path.to_owned(), code, text, tests_at }
    }

    /// Code lines that are not of its tests, with their numbers.
    fn program(&self) -> impl Iterator<Item = (usize, &str)> {
        self.code.iter().take(self.tests_at).enumerate().map(|(index, line)| (index + 1, line.as_str()))
    }

    fn is_under(&self, folders: &[&str]) -> bool {
        folders.iter().any(|folder| self.path.starts_with(folder))
    }

    /// The room it belongs to, if it belongs to one.
    fn room(&self) -> Option<&'static str> {
        let first = self.path.strip_prefix("src/")?.split(['/', '.']).next()?;
        ROOMS.into_iter().find(|room| *room == first)
    }

    /// Its module, such as `sim`, `core` for `src/sim/core.rs`.
    fn module(&self) -> Vec<String> {
        let path = self.path.trim_start_matches("src/").trim_end_matches(".rs").trim_end_matches("/mod");
        path.split('/').map(str::to_owned).collect()
    }

    /// Its name without its folder, such as `core` of `src/sim/core.rs`.
    fn file(&self) -> &str {
        self.path.rsplit('/').next().and_then(|name| name.strip_suffix(".rs")).unwrap_or(&self.path)
    }
}

/// Blanks comments and the insides of strings and characters; lines stay where they are.
fn strip(source: &str) -> String {
    let characters: Vec<char> = source.chars().collect();
    let (mut out, mut at) = (String::with_capacity(source.len()), 0);
    while at < characters.len() {
        let end = match (characters[at], characters.get(at + 1)) {
            ('/', Some('/')) => until(&characters, at, |rest| rest[0] == '\n'),
            ('/', Some('*')) => until(&characters, at + 2, |rest| rest.starts_with(&['*', '/'])) + 2,
            ('"', _) => end_of_string(&characters, at),
            ('r', Some('"' | '#')) if !is_word(characters.get(at.wrapping_sub(1))) => {
                end_of_raw_string(&characters, at)
            }
            ('\'', Some('\\')) => until(&characters, at + 3, |rest| rest[0] == '\'') + 1,
            ('\'', Some(_)) if characters.get(at + 2) == Some(&'\'') => at + 3,
            _ => at,
        };
        if end == at {
            out.push(characters[at]);
            at += 1;
        } else {
            out.extend(
                characters[at..end.min(characters.len())].iter().map(|c| if *c == '\n' { '\n' } else { ' ' }),
            );
            at = end;
        }
    }
    out
}

fn until(characters: &[char], from: usize, found: impl Fn(&[char]) -> bool) -> usize {
    (from..characters.len()).find(|at| found(&characters[*at..])).unwrap_or(characters.len())
}

fn end_of_string(characters: &[char], from: usize) -> usize {
    let mut at = from + 1;
    while at < characters.len() && characters[at] != '"' {
        at += if characters[at] == '\\' { 2 } else { 1 };
    }
    at + 1
}

fn end_of_raw_string(characters: &[char], from: usize) -> usize {
    let hashes = characters[from + 1..].iter().take_while(|c| **c == '#').count();
    if characters.get(from + 1 + hashes) != Some(&'"') {
        return from;
    }
    let mut end = vec!['"'];
    end.extend(vec!['#'; hashes]);
    until(characters, from + 2 + hashes, |rest| rest.starts_with(&end)) + end.len()
}

fn is_word(character: Option<&char>) -> bool {
    character.is_some_and(|c| c.is_alphanumeric() || *c == '_')
}

/// What git keeps, or would keep if it were added.
fn tracked() -> Vec<String> {
    let listed = Command::new("git")
        .args(["ls-files", "--cached", "--others", "--exclude-standard"])
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .output()
        .expect("git lists the files");
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let files: Vec<String> = String::from_utf8_lossy(&listed.stdout).lines().map(str::to_owned).collect();
    let files: Vec<String> = files.into_iter().filter(|file| root.join(file).is_file()).collect();
    assert!(files.iter().any(|file| file == "src/lib.rs"), "the sources are listed");
    files
}

fn sources() -> Vec<Source> {
    tracked().iter().filter(|path| path.ends_with(".rs")).map(|path| Source::read(path)).collect()
}

/// Fails with all the places that a rule found.
fn none(rule: &str, places: Vec<String>) {
    assert!(places.is_empty(), "{rule}:\n{}", places.join("\n"));
}

/// A path such as `crate::sim::core` and the number of the line that it begins on.
type Use = (usize, Vec<String>);

/// The paths in a program that begin with this word, each member of a group in braces by itself.
fn uses(source: &Source, root: &str) -> Vec<Use> {
    let program: String = source.code[..source.tests_at].join("\n");
    let mut found = Vec::new();
    for (at, _) in program.match_indices(root) {
        let before = program[..at].chars().next_back();
        if !is_word(before.as_ref()) && before != Some(':') {
            let number = program[..at].matches('\n').count() + 1;
            paths(&program[at..]).into_iter().for_each(|path| found.push((number, path)));
        }
    }
    found
}

/// The path at the start of a text; several if it ends in a group.
fn paths(text: &str) -> Vec<Vec<String>> {
    let text = text.trim_start();
    let end = text.find(|c: char| !is_word(Some(&c))).unwrap_or(text.len());
    let (word, rest) = text.split_at(end);
    let word = vec![word.to_owned()];
    let Some(rest) = rest.strip_prefix("::") else { return vec![word] };
    let ends = match rest.trim_start().strip_prefix('{') {
        Some(group) => members(group).into_iter().flat_map(paths).collect(),
        None => paths(rest),
    };
    ends.into_iter().map(|end| [word.clone(), end].concat()).collect()
}

/// The members of a group up to its closing brace.
fn members(group: &str) -> Vec<&str> {
    let (mut depth, mut from, mut found) = (0, 0, Vec::new());
    for (at, c) in group.char_indices() {
        match c {
            '{' => depth += 1,
            '}' if depth > 0 => depth -= 1,
            ',' | '}' if depth == 0 => {
                found.extend(Some(&group[from..at]).filter(|member| !member.trim().is_empty()));
                from = at + 1;
                if c == '}' {
                    break;
                }
            }
            _ => {}
        }
    }
    found
}

#[test]
fn no_room_uses_a_later_one() {
    let mut places = Vec::new();
    for source in sources() {
        let Some(room) = source.room() else { continue };
        let may = ROOMS.iter().position(|known| *known == room).unwrap();
        for (number, path) in uses(&source, "crate::") {
            if ROOMS
                .iter()
                .position(|known| path.get(1).is_some_and(|used| used == known))
                .is_some_and(|used| used > may)
            {
                places.push(format!("{}:{number}: {room} uses {}", source.path, path[1]));
            }
        }
    }
    none("a room uses only the rooms before it", places);
}

#[test]
fn the_list_of_rooms_is_whole() {
    let declared: BTreeSet<String> = Source::read("src/lib.rs")
        .code
        .iter()
        .filter_map(|line| {
            line.trim().strip_prefix("pub mod ").map(|name| name.trim_end_matches(';').to_owned())
        })
        .collect();
    assert_eq!(declared, ROOMS.iter().map(|room| (*room).to_owned()).collect());
}

#[test]
fn no_two_files_of_a_room_form_a_circle() {
    let sources: Vec<Source> = sources().into_iter().filter(|source| source.room().is_some()).collect();
    let modules: BTreeSet<Vec<String>> = sources.iter().map(Source::module).collect();
    // A file and the folder of its parts are one; among the parts of one file there are no circles either.
    let mut arrows = Arrows::new();
    for source in &sources {
        for (to, number) in neighbours(source, &modules) {
            let from = source.module();
            let whole = |module: &[String]| module[..2].to_vec();
            let place = format!("{}:{number}", source.path);
            if whole(&from) != whole(&to) {
                arrows.entry(whole(&from)).or_default().entry(whole(&to)).or_insert(place);
            } else if !from.starts_with(&to) && !to.starts_with(&from) {
                arrows.entry(from).or_default().entry(to).or_insert(place);
            }
        }
    }
    let (mut places, mut circled) = (Vec::new(), BTreeSet::new());
    for (from, targets) in &arrows {
        for (to, place) in targets.iter().filter(|(to, _)| reaches(&arrows, to, from)) {
            let named =
                |module: &[String], members: &[&str]| members.contains(&module[1..].join("/").as_str());
            let documented = CIRCLES.iter().position(|(room, members, _)| {
                *room == from[0] && named(from, members) && named(to, members)
            });
            match documented {
                Some(circle) => drop(circled.insert((circle, from[1..].join("/")))),
                None => places.push(format!("{place}: uses {}, which leads back to it", to.join("::"))),
            }
        }
    }
    none("no two files of a room form a circle, unless CIRCLES says why", places);
    let listed = CIRCLES.iter().enumerate().flat_map(|(circle, (room, members, _))| {
        members.iter().map(move |member| (circle, format!("src/{room}/{member}.rs"), (*member).to_owned()))
    });
    let gone = listed.filter(|(circle, _, member)| !circled.contains(&(*circle, member.clone())));
    none("who is in no circle is not on CIRCLES", gone.map(|(_, path, _)| format!("{path}:1")).collect());
}

/// Which module uses which, and where.
type Arrows = BTreeMap<Vec<String>, BTreeMap<Vec<String>, String>>;

/// The files of its room that a file uses, with the first line that does.
fn neighbours(source: &Source, modules: &BTreeSet<Vec<String>>) -> BTreeMap<Vec<String>, usize> {
    let (me, mut found) = (source.module(), BTreeMap::new());
    // What a room's own file declares and lists is not use.
    if me.len() < 2 {
        return found;
    }
    let children = modules.iter().filter(|module| module.starts_with(&me) && module.len() == me.len() + 1);
    let children: Vec<String> = children.filter_map(|module| module.last().cloned()).collect();
    let roots = ["crate::", "super::"].into_iter().map(str::to_owned);
    for root in roots.chain(children.iter().map(|child| format!("{child}::"))) {
        for (number, path) in uses(source, &root) {
            let supers = path.iter().take_while(|word| *word == "super").count();
            let whole = match path[0].as_str() {
                "crate" => path[1..].to_vec(),
                "super" => [&me[..me.len().saturating_sub(supers)], &path[supers..]].concat(),
                _ => [&me[..], &path[..]].concat(),
            };
            // The longest part of the path that is a file; what a room's own file offers comes from elsewhere.
            let file = (2..=whole.len())
                .rev()
                .map(|length| whole[..length].to_vec())
                .find(|part| modules.contains(part));
            if let Some(file) = file.filter(|file| file[0] == me[0] && *file != me) {
                found.entry(file).or_insert(number);
            }
        }
    }
    found
}

fn reaches(arrows: &Arrows, from: &Vec<String>, to: &Vec<String>) -> bool {
    let (mut seen, mut next) = (BTreeSet::from([from]), vec![from]);
    while let Some(file) = next.pop() {
        if file == to {
            return true;
        }
        for target in arrows.get(file).into_iter().flat_map(BTreeMap::keys) {
            if seen.insert(target) {
                next.push(target);
            }
        }
    }
    false
}

#[test]
fn only_the_page_knows_the_browser() {
    let crates =
        ["web_sys", "js_sys", "leptos", "wasm_bindgen", "gloo", "gloo_timers", "console_error_panic_hook"];
    let mut places = Vec::new();
    for source in sources() {
        if !source.path.starts_with("src/") || source.is_under(&["src/ui/", "src/main.rs"]) {
            continue;
        }
        for (number, line) in source.program() {
            let words: Vec<&str> = line.split(|c: char| !is_word(Some(&c))).collect();
            for named in crates.iter().filter(|name| words.contains(name)) {
                places.push(format!("{}:{number}: names {named}", source.path));
            }
        }
    }
    none("only src/ui and src/main.rs know the browser", places);
}

#[test]
fn every_file_is_part_of_the_program() {
    let sources = sources();
    let declared: BTreeSet<String> = sources
        .iter()
        .filter(|source| source.path.starts_with("src/"))
        .flat_map(|source| {
            let folder = match source.file() {
                "mod" | "lib" | "main" => source.path.rsplit_once('/').unwrap().0.to_owned(),
                _ => source.path.trim_end_matches(".rs").to_owned(),
            };
            let modules = source.code.iter().filter_map(|line| {
                let line = line.trim().strip_suffix(';')?;
                let (before, name) = line.rsplit_once("mod ")?;
                (before.is_empty() || before.starts_with("pub")).then(|| name.to_owned())
            });
            modules
                .flat_map(|name| [format!("{folder}/{name}.rs"), format!("{folder}/{name}/mod.rs")])
                .collect::<Vec<_>>()
        })
        .collect();
    let is_root = |path: &str| path == "src/lib.rs" || path == "src/main.rs" || path.starts_with("src/bin/");
    let lost = sources.iter().map(|source| &source.path);
    let lost = lost.filter(|path| path.starts_with("src/") && !is_root(path) && !declared.contains(*path));
    none("every file under src is declared by a `mod` line", lost.map(|path| format!("{path}:1")).collect());
}

#[test]
fn files_and_functions_are_short() {
    let mut places = Vec::new();
    for source in sources() {
        let lines = source.program().filter(|(_, line)| !line.trim().is_empty()).count();
        if source.path.starts_with("src/") && lines > FILE_LINES {
            places.push(format!("{}:1: {lines} lines of code, {FILE_LINES} are enough", source.path));
        }
        for (number, length) in functions(&source) {
            if length > FUNCTION_LINES {
                places.push(format!(
                    "{}:{number}: a function of {length} lines, {FUNCTION_LINES} are enough",
                    source.path
                ));
            }
        }
    }
    none("files and functions are short", places);
}

/// The functions of a formatted file: the line of each `fn` and how many lines it has.
fn functions(source: &Source) -> Vec<(usize, usize)> {
    let mut found = Vec::new();
    for (index, line) in source.code.iter().enumerate() {
        let indent = line.len() - line.trim_start().len();
        let is_function =
            line.trim_start().split(' ').take(5).any(|word| word == "fn") && !line.trim_end().ends_with(';');
        if is_function && !line.trim_end().ends_with('}') {
            let closes = |line: &&String| line.starts_with(&format!("{}}}", " ".repeat(indent)));
            let length = source.code[index..].iter().take_while(|line| !closes(line)).count() + 1;
            found.push((index + 1, length));
        }
    }
    found
}

#[test]
fn what_comes_in_is_never_unwrapped() {
    let rooms = [
        "src/sim/",
        "src/faults/",
        "src/protocols/",
        "src/scenarios/",
        "src/share/",
        "src/stage/",
        "src/ui/",
        "src/lessons/",
        "src/bin/",
        "src/words.rs",
    ];
    forbid(".unwrap() outside tests", &[".unwrap()"], |source| source.is_under(&rooms));
}

/// Leptos writes the code of its own views, memos and signals anew for every type that it is given: the page would be a third heavier.
#[test]
fn views_and_signals_are_those_that_are_compiled_once() {
    let builders = ["src/ui/dynamic.rs", "src/ui/memo.rs", "src/ui/signals.rs", "src/ui/markup"];
    let mut places = Vec::new();
    for source in sources() {
        let code = source.code.join("\n");
        let names =
            |word: &str| code.split(|c: char| !c.is_alphanumeric() && c != '_').any(|part| part == word);
        let is_page = source.is_under(&["src/ui/"]) && !source.is_under(&builders);
        let used = [
            (code.contains("view! {"), "markup::view;"),
            (names("Memo"), "memo::Memo;"),
            (names("RwSignal") || names("StoredValue"), "ui::signals::"),
        ];
        for (used, import) in used {
            if is_page && used && !code.contains(import) {
                places.push(format!("{}: use crate::ui::{import}", source.path));
            }
        }
    }
    none("views and signals are those of src/ui", places);
}

#[test]
fn nothing_unfinished_or_left_over_from_debugging() {
    let mut places = Vec::new();
    for source in sources().iter().filter(|source| source.path != "tests/tidy.rs") {
        for (index, line) in source.text.iter().enumerate() {
            for word in ["TODO", "FIXME", "XXX", "HACK"] {
                if line.split(|c: char| !is_word(Some(&c))).any(|part| part == word) {
                    places.push(format!("{}:{}: {word}", source.path, index + 1));
                }
            }
        }
    }
    none("nothing is unfinished", places);
    forbid("no debugging left over", &["dbg!(", "todo!(", "unimplemented!("], |_| true);
    let may_print =
        ["src/bin/", "src/main.rs", "xtask/", "bench/", "prose/", "build.rs", "tests/", "benches/"];
    forbid("only programs print", &["println!(", "print!(", "eprintln!(", "eprint!("], |source| {
        !source.is_under(&may_print)
    });
}

#[test]
fn no_clock_and_no_chance_from_outside() {
    // The page shows a run at the pace of a wall clock; the project's own commands wait for servers; measurements take time.
    let may = ["src/ui/", "xtask/", "bench/", "tests/", "benches/"];
    let forbidden =
        ["std::time::Instant", "SystemTime", "Instant::now", "thread_rng", "rand::rng()", "from_os_rng"];
    forbid("a run knows neither the clock nor chance from outside", &forbidden, |source| {
        !source.is_under(&may)
    });
    forbid("no order that differs between runs", &["HashMap", "HashSet"], |source| {
        source.path.starts_with("src/")
    });
}

/// No line of the programs that are meant has any of these.
fn forbid(rule: &str, forbidden: &[&str], meant: impl Fn(&Source) -> bool) {
    let mut places = Vec::new();
    for source in sources().iter().filter(|source| source.path != "tests/tidy.rs" && meant(source)) {
        for (number, line) in source.program() {
            for found in forbidden.iter().filter(|word| has(line, word)) {
                places.push(format!("{}:{number}: {found}", source.path));
            }
        }
    }
    none(rule, places);
}

/// Whether a line has a text that does not go on to the left as a longer word.
fn has(line: &str, text: &str) -> bool {
    line.match_indices(text)
        .any(|(at, _)| text.starts_with('.') || !is_word(line[..at].chars().next_back().as_ref()))
}

#[test]
fn every_file_says_what_it_is() {
    let silent = sources()
        .into_iter()
        .filter(|source| !source.text.first().is_some_and(|line| line.starts_with("//! ")));
    none("every source file begins with //!", silent.map(|source| format!("{}:1", source.path)).collect());
}

#[test]
fn no_file_speaks_of_one_machine() {
    // Written in pieces, so that this file does not find itself.
    let forbidden = [
        ["/home", "/"],
        ["/wo", "rk/"],
        ["/Us", "ers/"],
        ["/ro", "ot/"],
        ["C:", "\\"],
        ["/tm", "p/"],
        ["reg", "istry+"],
        ["registry.", "npmjs"],
    ]
    .map(|parts| parts.concat());
    let mut places = Vec::new();
    // The lock of the package manager is its own to write.
    for path in tracked().into_iter().filter(|path| path != "Cargo.lock") {
        let Ok(text) = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(&path)) else {
            continue;
        };
        for (index, line) in text.lines().enumerate() {
            for found in forbidden.iter().filter(|word| has(line, word)) {
                places.push(format!("{path}:{}: {found}", index + 1));
            }
        }
    }
    none("no file names a path of one machine or a registry's address", places);
}

#[test]
fn the_rules_find_what_they_look_for() {
    let stripped = strip(
        "let a = \"crate::ui\"; // crate::ui\nlet b = 'x'; /* \n */ let c = r#\"crate::ui\"#; let d: &'a str;",
    );
    assert!(!stripped.contains("ui"), "{stripped}");
    assert_eq!(stripped.lines().count(), 3);
    assert!(stripped.contains("let c") && stripped.contains("&'a str"));
    let joined = |text: &str| paths(text).into_iter().map(|path| path.join("::")).collect::<Vec<_>>();
    assert_eq!(
        joined("crate::{\n    faults,\n    sim::{a, b::C},\n};"),
        ["crate::faults", "crate::sim::a", "crate::sim::b::C"]
    );
    assert_eq!(joined("super::super::x(crate::y)"), ["super::super::x"]);
    assert!(has("x.unwrap()", ".unwrap()") && !has("eprintln!(1)", "println!("));
    let long = format!("//! X.\nfn f() {{\n{}}}\n", "    g();\n".repeat(90));
    let source = Source {
        path: "src/x.rs".into(),
        code: long.lines().map(str::to_owned).collect(),
        text: Vec::new(),
        tests_at: 93,
    };
    assert_eq!(functions(&source), [(2, 92)]);
}
