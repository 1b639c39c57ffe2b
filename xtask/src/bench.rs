//! Measurements: how the stage compares with a canvas written by hand. Nothing here passes or fails.

use crate::npm::OLDEST_NODE;
use crate::project::{Outcome, Project};
use crate::{browser, dist, npm};

/// `cargo xtask bench-stage`: draws the same scene by the page and by the hand-written floor, and prints both.
pub fn stage(project: &Project, _arguments: &[String]) -> Outcome {
    if !npm::is_there(project) {
        return Err(format!(
            "to measure the page needs Node {OLDEST_NODE} or newer with npm: install them first"
        ));
    }
    dist::build(project)?;
    browser::ensure(project)?;
    npm::install(project, "tests/browser", "tests/browser")?;
    project.run("node", &["tests/stage_bench/bench.mjs"])
}
