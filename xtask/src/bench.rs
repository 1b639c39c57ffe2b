//! Measurements beside rivals and floors: `cargo xtask bench` runs them all and writes their tables into `BENCHMARKS.md`.
//!
//! Each part prints the rows of its own table; a part that is run alone replaces its own section of the file. Nothing here passes
//! or fails by the clock, but for the promise that seeking makes.

use crate::npm::OLDEST_NODE;
use crate::project::{Outcome, Project, file_error, find_program};
use crate::{browser, dist, npm, test};
use std::fs;
use std::process::Command;
use std::time::Instant;

const FILE: &str = "BENCHMARKS.md";
const USAGE: &str =
    "usage: cargo xtask bench [kernel|wasm|growth|seek|stage|diagram|rest|load|sweep] [--quick]";
const SWEPT_RUNS: u64 = 10_000;
const SWEPT_RUNS_QUICKLY: u64 = 200;

/// A measurement, which has a section of its own in `BENCHMARKS.md`.
struct Part {
    name: &'static str,
    title: &'static str,
    /// What is measured and how.
    about: &'static str,
    /// Prints what it measures, and returns it.
    run: fn(&Project, quick: bool) -> Outcome<String>,
}

const PARTS: &[Part] = &[
    Part {
        name: "kernel",
        title: "The kernel",
        about: "About a million messages each, with the whole trace written, natively. Ours and the other take turns, each in a \
                process of its own; a ratio is the other's time divided by ours. `anysystem` does the same works with its own kind of \
                process; the floor is a heap of the same events with the same bytes copied, and neither types, trace, faults nor \
                checksums.",
        run: |project, quick| bench(project, "kernel", quick),
    },
    Part {
        name: "wasm",
        title: "The kernel in WebAssembly",
        about: "The works of the kernel in a browser, compiled for speed as natively, and for size as the page is, which its optimiser \
                makes smaller still; beside the same natively.",
        run: |project, _| wasm(project),
    },
    Part {
        name: "growth",
        title: "Cost as the network grows",
        about: "A flood of about a million messages over rings of more and more nodes with ten neighbours each.",
        run: |project, quick| bench(project, "growth", quick),
    },
    Part {
        name: "seek",
        title: "Seeking",
        about: "Going to random moments of runs of a million events, natively and in the browser's WebAssembly, beside a replay from the \
                start and one copy of the world.",
        run: |project, _| seek(project),
    },
    Part {
        name: "stage",
        title: "The stage",
        about: "Scenes of nodes/links/messages on their way in Chromium without a graphics card. Our whole page simulates every message \
                and keeps all panels up to date; the others only draw. The work counted is processor time of the main thread; what \
                WebGL (sigma, pixi.js) leaves to other threads is not in it.",
        run: |project, quick| in_the_page(project, "bench", quick),
    },
    Part {
        name: "diagram",
        title: "The space-time diagram",
        about: "Ten thousand events in sight.",
        run: |project, _| in_the_page(project, "diagram", false),
    },
    Part {
        name: "rest",
        title: "A lesson at rest, and playing",
        about: "The page of a lesson with a small network, beside an empty page.",
        run: |project, quick| in_the_page(project, "rest", quick),
    },
    Part {
        name: "load",
        title: "The first load",
        about: "By Lighthouse, with its own model of a throttled telephone, beside a page of Leptos that says one word.",
        run: load,
    },
    Part {
        name: "sweep",
        title: "A sweep of seeds",
        about: "Runs of `partition`, one a seed, by the headless runner on one core and on all, and by the page's worker while the \
                stage plays.",
        run: |project, quick| Ok(sweep(project, quick)? + "\n" + &in_the_page(project, "sweep", quick)?),
    },
];

/// `cargo xtask bench [part] [--quick]`.
pub fn command(project: &Project, arguments: &[String]) -> Outcome {
    let quick = arguments.iter().any(|word| word == "--quick");
    let names: Vec<&String> = arguments.iter().filter(|word| *word != "--quick").collect();
    let chosen: Vec<&Part> = match names.as_slice() {
        [] => PARTS.iter().collect(),
        [name] => vec![PARTS.iter().find(|part| part.name == *name).ok_or(USAGE)?],
        _ => return Err(USAGE.to_owned()),
    };
    let machine = machine(project);
    for part in chosen {
        println!("\n== {} ==", part.name);
        let printed = (part.run)(project, quick)?;
        println!("{printed}");
        // A quick look is no measurement.
        if !quick {
            write(project, part, &section(part, &printed, &machine))?;
        }
    }
    Ok(())
}

/// The text of a part's section, without its heading.
fn section(part: &Part, printed: &str, machine: &str) -> String {
    let lines: Vec<&str> = printed.lines().collect();
    // Whatever stands between two tables parts them.
    let parts = lines.split(|line| !line.starts_with('|')).filter(|rows| !rows.is_empty());
    let tables: Vec<String> = parts.map(|rows| rows.join("\n")).collect();
    let table = match tables.is_empty() {
        false => tables.join("\n\n"),
        true => format!("```text\n{}\n```", plain(printed)),
    };
    format!("{}\n\nMeasured on {machine}.\n\n{table}\n", part.about)
}

/// What a measurement that prints no table says, without what the tools around it say.
fn plain(printed: &str) -> String {
    let noise = ["running ", "test ", "Executing", "Running", "Starting", "driver", "no tests"];
    let tells = |line: &&str| {
        !line.trim().is_empty() && !noise.iter().any(|word| line.trim_start().starts_with(word))
    };
    printed.lines().filter(tells).collect::<Vec<_>>().join("\n")
}

fn write(project: &Project, part: &Part, text: &str) -> Outcome {
    let path = project.path(FILE);
    let old = fs::read_to_string(&path).unwrap_or_default();
    let new = replace_section(&old, part.title, text);
    fs::write(&path, new).map_err(file_error("write", &path))
}

/// The file with this section in place of the one with its title, or at the end.
fn replace_section(old: &str, title: &str, text: &str) -> String {
    let heading = format!("## {title}\n");
    let section = format!("{heading}\n{text}");
    let Some(at) = old.find(&heading) else {
        return format!("{}\n\n{section}", old.trim_end());
    };
    let rest = &old[at + heading.len()..];
    match rest.find("\n## ") {
        Some(next) => format!("{}{section}{}", &old[..at], &rest[next..]),
        None => format!("{}{section}", &old[..at]),
    }
}

/// Processor, cores, system and browser.
fn machine(project: &Project) -> String {
    let processor = fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let model = processor.lines().find_map(|line| line.strip_prefix("model name")?.split_once(": "));
    let cores = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
    let system = project.output_of("uname", &["-sr"]).unwrap_or_default();
    let chromium = find_program(&["chromium", "chromium-browser", "google-chrome"])
        .and_then(|program| project.output_of(&program.to_string_lossy(), &["--version"]))
        .unwrap_or_default();
    let browser: Vec<&str> = chromium.split_whitespace().take(2).collect();
    let model = model.map_or("an unknown processor", |(_, name)| name);
    format!("{model}, {cores} cores, {}, {}", system.trim(), browser.join(" "))
}

fn bench(project: &Project, part: &str, quick: bool) -> Outcome<String> {
    let arguments = ["run", "--quiet", "--locked", "--profile", "native", "--package", "bench", "--", part];
    let mut command = project.command("cargo", &arguments);
    project.run_for_output(command.args(quick.then_some("--quick")))
}

fn in_the_page(project: &Project, script: &str, quick: bool) -> Outcome<String> {
    measured_in_the_page(project, script, quick, &[])
}

fn measured_in_the_page(project: &Project, script: &str, quick: bool, options: &[&str]) -> Outcome<String> {
    if !npm::is_there(project) {
        return Err(format!(
            "to measure the page needs Node {OLDEST_NODE} or newer with npm: install them first"
        ));
    }
    dist::build(project)?;
    browser::ensure(project)?;
    npm::install(project, "tests/browser", "tests/browser")?;
    npm::install(project, "tests/stage_bench", "tests/stage_bench")?;
    let mut command = project.command("node", &[&format!("tests/stage_bench/{script}.mjs")]);
    project.run_for_output(command.args(options).args(quick.then_some("--quick")))
}

fn load(project: &Project, quick: bool) -> Outcome<String> {
    let empty = dist::build_empty_page(project)?;
    measured_in_the_page(project, "load", quick, &["--empty", &empty.to_string_lossy()])
}

fn seek(project: &Project) -> Outcome<String> {
    let what = ["--release", "--test", "seek_bench", "--", "--include-ignored", "--nocapture"];
    let mut here = project.command("cargo", &["test", "--quiet", "--locked"]);
    let here = project.run_for_output(here.args(what).arg("--test-threads=1"))?;
    let there = project.run_for_output(test::in_the_browser(project)?.args(what))?;
    Ok(format!("{here}\n{there}"))
}

/// The kernel's works natively and in the browser.
fn wasm(project: &Project) -> Outcome<String> {
    /// What part of the native speed it should have.
    const AIM: f64 = 0.6;
    let works = ["--test", "kernel_bench", "--", "--include-ignored", "--nocapture"];
    let mut here = project.command("cargo", &["test", "--quiet", "--locked", "--profile", "native"]);
    let here = rates(&project.run_for_output(here.args(works))?);
    let mut rows =
        "| work | compiled for | messages a second | × native | aim | reached |\n|---|---|--:|--:|--:|---|\n"
            .to_owned();
    for (profile, compiled_for) in [("native", "speed"), ("release", "size, as the page is")] {
        let mut there = test::in_the_browser(project)?;
        let there = project.run_for_output(there.args(["--profile", profile]).args(works))?;
        for ((work, native), (_, rate)) in here.iter().zip(rates(&there)) {
            let (ratio, reached) = (rate / native, if rate >= AIM * native { "yes" } else { "no" });
            rows += &format!("| {work} | {compiled_for} | {rate:.0} | {ratio:.2} | ≥ {AIM} | {reached} |\n");
        }
    }
    Ok(rows)
}

/// The lines of the form “work: 123 messages a second” among others.
fn rates(printed: &str) -> Vec<(String, f64)> {
    let rate = |line: &str| {
        let (work, rate) = line.strip_suffix(" messages a second")?.rsplit_once(": ")?;
        Some((work.trim().to_owned(), rate.parse().ok()?))
    };
    printed.lines().filter_map(rate).collect()
}

/// The same sweep on one core and on all.
fn sweep(project: &Project, quick: bool) -> Outcome<String> {
    let build = ["build", "--quiet", "--locked", "--profile", "native", "--bin", "headless"];
    project.run("cargo", &build)?;
    let runs = if quick { SWEPT_RUNS_QUICKLY } else { SWEPT_RUNS };
    let runner = project.path("target/native/headless");
    let runner = runner.to_string_lossy();
    let seeds = format!("0..{runs}");
    let words = ["sweep", "partition", "--seeds", &seeds];
    let all = timed(&mut project.command(&runner, &words))?;
    let mut rows =
        "| runs | cores | seconds | runs a second | × one core |\n|--:|--:|--:|--:|--:|\n".to_owned();
    let mut row = |cores: usize, seconds: f64, times: f64| {
        rows += &format!("| {runs} | {cores} | {seconds:.1} | {:.0} | {times:.2} |\n", runs as f64 / seconds);
    };
    let cores = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
    if find_program(&["taskset"]).is_some() {
        let one = timed(project.command("taskset", &["-c", "0", &runner]).args(words))?;
        row(1, one, 1.0);
        row(cores, all, one / all);
    } else {
        row(cores, all, f64::NAN);
    }
    Ok(rows)
}

/// How long a program takes, in seconds; what it prints is thrown away.
fn timed(command: &mut Command) -> Outcome<f64> {
    let began = Instant::now();
    let output = command.output().map_err(|error| format!("the runner could not be started: {error}"))?;
    match output.status.success() {
        true => Ok(began.elapsed().as_secs_f64()),
        false => Err(format!("the sweep failed: {}", String::from_utf8_lossy(&output.stderr))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_section_is_replaced_and_the_others_stay() {
        let old = "# B\n\n## One\n\na\n\n## Two\n\nb\n";
        assert_eq!(replace_section(old, "One", "c\n"), "# B\n\n## One\n\nc\n\n## Two\n\nb\n");
        assert_eq!(replace_section(old, "Two", "c\n"), "# B\n\n## One\n\na\n\n## Two\n\nc\n");
        assert_eq!(replace_section(old, "Three", "c\n"), format!("{old}\n## Three\n\nc\n"));
    }

    #[test]
    fn rates_are_read() {
        let printed = "running 1 test\nfloods, 100 nodes: 12 messages a second\nok\n";
        assert_eq!(rates(printed), [("floods, 100 nodes".to_owned(), 12.0)]);
    }

    #[test]
    fn rows_are_taken_from_what_is_printed() {
        let text = section(&PARTS[0], "hello\n| a |\n|---|\n| 1 |\n\n| b |\n|---|\n", "a machine");
        assert!(text.ends_with("Measured on a machine.\n\n| a |\n|---|\n| 1 |\n\n| b |\n|---|\n"), "{text}");
        assert!(
            section(&PARTS[0], "running 1 test\nfour ms\n", "a machine").contains("```text\nfour ms\n```")
        );
    }
}
