//! Every test there is, part by part: on this machine, in a browser's WebAssembly, and through the page itself.

use crate::npm::OLDEST_NODE;
use crate::project::{Outcome, Project, file_error, spoken};
use crate::tools::{self, WASM_TARGET};
use crate::{browser, check, dist, npm, size};
use std::fs;
use std::time::{Duration, Instant};

/// A part of the tests, which can also be run alone.
struct Part {
    name: &'static str,
    run: fn(&Project) -> Outcome,
}

/// All parts, the quickest to fail first.
const PARTS: &[Part] = &[
    Part { name: "check", run: |project| check::check(project, &[]) },
    Part { name: "native", run: native },
    Part { name: "wasm", run: wasm },
    Part { name: "dist", run: site },
    Part { name: "browser", run: through_the_page },
];

/// `cargo xtask test [part]`: stops at the first part that fails, and says which one it was.
pub fn test(project: &Project, arguments: &[String]) -> Outcome {
    let mut times: Vec<(&str, Duration)> = Vec::new();
    for part in chosen_parts(arguments)? {
        println!("\n== {} ==", part.name);
        let started = Instant::now();
        let outcome = (part.run)(project);
        times.push((part.name, started.elapsed()));
        if let Err(error) = outcome {
            print_times(&times);
            return Err(format!("{error}\nfailed: {}", part.name));
        }
    }
    print_times(&times);
    Ok(())
}

/// `cargo xtask bless`: rewrites the golden traces.
pub fn bless(project: &Project, _arguments: &[String]) -> Outcome {
    let mut command = project.command("cargo", &["test", "--locked", "--test", "golden"]);
    project.run_command(command.env("NETSPLIT_BLESS", "1"))?;
    println!("The golden traces are rewritten: read what `git diff` shows before you commit it.");
    Ok(())
}

fn chosen_parts(arguments: &[String]) -> Outcome<Vec<&'static Part>> {
    match arguments {
        [] => Ok(PARTS.iter().collect()),
        [name] => match PARTS.iter().find(|part| part.name == name) {
            // The page can only be tested once it is built.
            Some(part) if part.name == "browser" => {
                Ok(PARTS.iter().filter(|p| p.name == "dist").chain([part]).collect())
            }
            Some(part) => Ok(vec![part]),
            None => Err(format!("there is no part `{name}` of the tests; there are {}", part_names())),
        },
        _ => Err("usage: cargo xtask test [part]".to_owned()),
    }
}

fn part_names() -> String {
    PARTS.iter().map(|part| part.name).collect::<Vec<_>>().join(", ")
}

fn print_times(times: &[(&str, Duration)]) {
    println!();
    for (name, time) in times {
        println!("{name:10} {:>12}", spoken(*time));
    }
}

/// Goes on after a failure, so that one run tells all that fails.
fn native(project: &Project) -> Outcome {
    project.run("cargo", &["test", "--locked", "--workspace", "--exclude", "bench", "--no-fail-fast"])
}

/// The tests of `tests/web*.rs`, compiled to WebAssembly and run in a browser.
fn wasm(project: &Project) -> Outcome {
    let files = files_of(project, "tests", |name| name.starts_with("web") && name.ends_with(".rs"))?;
    let mut command = in_the_browser(project)?;
    command.args(files.iter().flat_map(|name| ["--test", name.trim_end_matches(".rs")]));
    project.run_command(&mut command)
}

/// `cargo test` for WebAssembly in a browser; which tests is yet to be said.
pub fn in_the_browser(project: &Project) -> Outcome<std::process::Command> {
    tools::ensure_wasm_target(project)?;
    tools::ensure_wasm_bindgen(project)?;
    let installed = browser::ensure(project)?;
    let mut command = project.command("cargo", &["test", "--locked", "--target", WASM_TARGET]);
    // The runner's own limit of 20 seconds is short for a machine that is busy with other things.
    command.env("CHROMEDRIVER", installed.driver).env("WASM_BINDGEN_TEST_TIMEOUT", "300");
    // Panics name their line without debug information, and modules are a twentieth of the size without it.
    command.env("CARGO_PROFILE_DEV_DEBUG", "0");
    Ok(command)
}

fn site(project: &Project) -> Outcome {
    dist::build(project)?;
    let sizes = size::measure(&project.path("dist"))?;
    size::print(&sizes);
    size::check_budget(&sizes)
}

/// The tests of `tests/browser/`, which use the built page as a person does.
fn through_the_page(project: &Project) -> Outcome {
    if !npm::is_there(project) {
        return Err(format!(
            "the tests of the page need Node {OLDEST_NODE} or newer with npm: install them first"
        ));
    }
    browser::ensure(project)?;
    npm::install(project, "tests/browser", "tests/browser")?;
    let files = files_of(project, "tests/browser", |name| name.ends_with(".test.mjs"))?;
    let mut unsteady = Vec::new();
    let mut failed = Vec::new();
    for file in files {
        // A browser on a busy machine stumbles now and then. What fails twice is a fault; what fails once is told.
        if run_browser_file(project, &file).is_err() {
            match run_browser_file(project, &file) {
                Ok(()) => unsteady.push(file),
                Err(_) => failed.push(file),
            }
        }
    }
    for file in &unsteady {
        println!("UNSTEADY: {file} failed once and passed when it was run again.");
    }
    if failed.is_empty() { Ok(()) } else { Err(format!("these failed twice: {}", failed.join(", "))) }
}

/// One file in a process of its own, so that none is slowed by another; and none may hang for ever.
fn run_browser_file(project: &Project, file: &str) -> Outcome {
    let mut command = project.command("node", &["--test", "--test-reporter=spec", "--test-timeout=1500000"]);
    project.run_command(command.arg(format!("tests/browser/{file}")))
}

/// The names of a folder's files that are tests of a kind, in order. That there are none is a fault: then the
/// tests were moved, and would be skipped without a word.
fn files_of(project: &Project, folder: &str, is_test: fn(&str) -> bool) -> Outcome<Vec<String>> {
    let path = project.path(folder);
    let entries = fs::read_dir(&path).map_err(file_error("read", &path))?;
    let names = entries.flatten().map(|entry| entry.file_name().to_string_lossy().into_owned());
    let mut names: Vec<String> = names.filter(|name| is_test(name)).collect();
    names.sort();
    if names.is_empty() { Err(format!("{folder} has no such tests")) } else { Ok(names) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn chosen(arguments: &[&str]) -> Outcome<Vec<&'static str>> {
        let arguments: Vec<String> = arguments.iter().map(|word| (*word).to_owned()).collect();
        Ok(chosen_parts(&arguments)?.iter().map(|part| part.name).collect())
    }

    #[test]
    fn all_parts_run_unless_one_is_named() {
        assert_eq!(chosen(&[]).map(|parts| parts.len()), Ok(PARTS.len()));
        assert_eq!(chosen(&["native"]), Ok(vec!["native"]));
        assert!(chosen(&["nothing"]).is_err());
        assert!(chosen(&["native", "wasm"]).is_err());
    }

    #[test]
    fn the_page_is_built_before_it_is_tested() {
        assert_eq!(chosen(&["browser"]), Ok(vec!["dist", "browser"]));
    }
}
