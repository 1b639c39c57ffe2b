//! Measurements: how the stage compares with a canvas written by hand, and how quickly a long run goes to any moment.

use crate::npm::OLDEST_NODE;
use crate::project::{Outcome, Project};
use crate::{browser, dist, npm, test};

/// `cargo xtask bench-stage`: draws the same scene by the page and by the hand-written floor, and prints both.
pub fn stage(project: &Project, _arguments: &[String]) -> Outcome {
    measure(project, "tests/stage_bench/bench.mjs")
}

/// `cargo xtask bench-diagram`: draws the space-time diagram of a run of 10,000 events while it is dragged and pointed at.
pub fn diagram(project: &Project, _arguments: &[String]) -> Outcome {
    measure(project, "tests/stage_bench/diagram.mjs")
}

fn measure(project: &Project, script: &str) -> Outcome {
    if !npm::is_there(project) {
        return Err(format!(
            "to measure the page needs Node {OLDEST_NODE} or newer with npm: install them first"
        ));
    }
    dist::build(project)?;
    browser::ensure(project)?;
    npm::install(project, "tests/browser", "tests/browser")?;
    project.run("node", &[script])
}

/// `cargo xtask bench-seek [native|wasm]`: goes to random moments of runs of a million events, here and in the browser.
pub fn seek(project: &Project, arguments: &[String]) -> Outcome {
    let words: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let (here, there) = match words.as_slice() {
        [] => (true, true),
        ["native"] => (true, false),
        ["wasm"] => (false, true),
        _ => return Err("usage: cargo xtask bench-seek [native|wasm]".to_owned()),
    };
    let what = ["--release", "--test", "seek_bench", "--", "--include-ignored", "--nocapture"];
    if here {
        let mut command = project.command("cargo", &["test", "--locked"]);
        project.run_command(command.args(what).arg("--test-threads=1"))?;
    }
    if there {
        project.run_command(test::in_the_browser(project)?.args(what))?;
    }
    Ok(())
}
