//! Installs locked packages of Node, which a machine need not have to build and serve the page.

use crate::project::{Outcome, Project, file_error};
use std::fs;

/// What a folder of packages was installed from; the same text means that there is nothing to do.
const STAMP: &str = "node_modules/.installed-from";

/// The oldest major version of Node that the tools and tests run on.
pub const OLDEST_NODE: u32 = 20;

/// Whether a Node that is new enough and its package manager are on this machine.
pub fn is_there(project: &Project) -> bool {
    let node = project.output_of("node", &["--version"]).and_then(|text| major_version(&text));
    node.is_some_and(|major| major >= OLDEST_NODE) && project.output_of(program(), &["--version"]).is_some()
}

/// Installs exactly what the lock file of folder `from` says into folder `to`, unless that is done already.
pub fn install(project: &Project, from: &str, to: &str) -> Outcome {
    let lock_path = project.path(from).join("package-lock.json");
    let lock = fs::read_to_string(&lock_path).map_err(file_error("read", &lock_path))?;
    let target = project.path(to);
    if fs::read_to_string(target.join(STAMP)).is_ok_and(|stamp| stamp == lock) {
        return Ok(());
    }
    println!("Installing the packages of {from}/package-lock.json.");
    if from != to {
        fs::create_dir_all(&target).map_err(file_error("create", &target))?;
        for file in ["package.json", "package-lock.json"] {
            let copy = target.join(file);
            fs::copy(project.path(from).join(file), &copy).map_err(file_error("write", &copy))?;
        }
    }
    let mut command = project.command(program(), &["ci", "--ignore-scripts", "--no-audit", "--no-fund"]);
    project.run_command(command.current_dir(&target))?;
    let stamp = target.join(STAMP);
    fs::write(&stamp, lock).map_err(file_error("write", &stamp))
}

fn program() -> &'static str {
    if cfg!(windows) { "npm.cmd" } else { "npm" }
}

/// The first number of a version such as `v20.11.1`.
fn major_version(text: &str) -> Option<u32> {
    text.trim().strip_prefix('v')?.split('.').next()?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_major_version_is_the_first_number() {
        assert_eq!(major_version("v20.11.1\n"), Some(20));
        assert_eq!(major_version("v8.0.0"), Some(8));
        assert_eq!(major_version("node"), None);
        assert_eq!(major_version(""), None);
    }
}
