//! The words that come with a part of the page's module are shown by that part alone, or by what waits for it.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use netsplit::scenarios::parts::PARTS;
use netsplit::scenarios::{self, CATALOGUE};
use netsplit::words::Key;

/// Every source of the program, as (path below `src`, text without tests at its end).
fn sources() -> Vec<(String, String)> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let (mut folders, mut found) = (vec![root.clone()], Vec::new());
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if !path.ends_with("tests.rs") {
                found.push((below(&root, &path), fs::read_to_string(&path).unwrap()));
            }
        }
    }
    let program = |(path, text): (String, String)| {
        let end = text.find("#[cfg(test)]").unwrap_or(text.len());
        (path, text[..end].to_owned())
    };
    found.into_iter().map(program).collect()
}

fn below(root: &Path, path: &Path) -> String {
    let path: PathBuf = path.strip_prefix(root).unwrap().with_extension("");
    path.display().to_string().replace('\\', "/")
}

/// The keys that a text names by `word!` or `phrase!`.
fn keys(text: &str) -> Vec<&str> {
    let named = ["word!(", "phrase!("].into_iter().flat_map(|call| text.split(call).skip(1));
    named.filter_map(|rest| rest.trim_start().strip_prefix('"')?.split('"').next()).collect()
}

/// Whether a source belongs to a protocol, or to a scenario that runs it.
fn is_of(part: &str, path: &str) -> bool {
    let Some((protocol, scenarios)) = PARTS.iter().find(|(protocol, _)| *protocol == part) else {
        return false;
    };
    let names: Vec<&str> = path.split('/').collect();
    match names[..] {
        ["protocols", name, ..] => name == *protocol,
        ["scenarios", name] | ["lessons", _, name] => scenarios.contains(&name.replace('_', "-").as_str()),
        _ => false,
    }
}

/// Whether a source is in the rest of the module, whole.
fn is_in_the_rest(path: &str) -> bool {
    let list = include_str!("../xtask/src/parts.rs");
    let list = list.split("const LATE").nth(1).and_then(|rest| rest.split("];").next()).unwrap();
    let mut paths = list.split('"').skip(1).step_by(2).filter_map(|path| path.strip_suffix("::"));
    let module = format!("::{}", path.replace('/', "::"));
    paths.any(|late| module == late || module.starts_with(&format!("{late}::")))
}

#[test]
fn words_of_a_part_are_named_in_that_part_alone() {
    let mut wrong = Vec::new();
    for (path, text) in sources() {
        for name in keys(&text) {
            let Some(part) = Key::find(name).and_then(Key::part) else { continue };
            // What is offered of the rest is listed beside it, and shown by it.
            let is_rest = part == "rest" && (is_in_the_rest(&path) || path == "ui/share/offers");
            if !is_rest && !is_of(part, &path) {
                wrong.push(format!("src/{path}.rs shows `{name}`, whose words come with {part}: move it to assets/words/en.txt"));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// What is looked up by the name that a protocol or a scenario gives.
#[test]
fn words_that_are_looked_up_are_here_with_whoever_names_them() {
    let mut named: BTreeMap<String, Vec<u64>> = BTreeMap::new();
    let mut note = |family: &str, name: &str, needed: u64| {
        named.entry(format!("{family}.{name}")).or_default().push(needed);
    };
    for protocol in CATALOGUE.protocols {
        let file = protocol.name.replace('-', "_");
        let part = 1 << PARTS.iter().position(|(name, _)| *name == file).unwrap();
        for role in protocol.roles {
            note("role", role.name, part);
            role.settings.iter().for_each(|setting| note("setting", setting.name, part));
        }
    }
    for entry in scenarios::ALL {
        let needed = scenarios::parts_of_name(entry.name);
        for control in entry.build_with(&[]).unwrap().controls {
            note("control", &control.name, needed);
        }
    }
    for (name, all) in named {
        let Some(part) = Key::find(&name).and_then(Key::part) else { continue };
        let bit = 1 << PARTS.iter().position(|(known, _)| *known == part).unwrap();
        assert!(
            all.iter().all(|needed| needed & bit != 0),
            "`{name}` is not only of {part}: move it to assets/words/en.txt"
        );
    }
}

#[test]
fn every_part_has_words_of_its_own() {
    for (part, _) in PARTS {
        let file = Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("assets/words/en/{part}.txt"));
        assert!(
            file.is_file(),
            "{}: the words that only this protocol and its scenarios show",
            file.display()
        );
    }
}
