//! The quick loop: is it formatted, free of warnings for both targets, and tidy?

use crate::project::{Outcome, Project};
use crate::tools::{self, WASM_TARGET};

/// `cargo xtask check`.
pub fn check(project: &Project, _arguments: &[String]) -> Outcome {
    ensure_component(project, "fmt", "rustfmt")?;
    ensure_component(project, "clippy", "clippy")?;
    tools::ensure_wasm_target(project)?;
    project.run("cargo", &["fmt", "--all", "--check"])?;
    let deny = ["--", "-D", "warnings"];
    let native = ["clippy", "--locked", "--workspace", "--all-targets"];
    project.run("cargo", &[native.as_slice(), &deny].concat())?;
    let wasm =
        ["clippy", "--locked", "--lib", "--bin", "netsplit", "--bin", "worker", "--target", WASM_TARGET];
    project.run("cargo", &[wasm.as_slice(), &deny].concat())?;
    if project.has("tests/tidy.rs") {
        project.run("cargo", &["test", "--locked", "--test", "tidy"])?;
    }
    Ok(())
}

/// Adds a component of the toolchain if its cargo command is not there.
fn ensure_component(project: &Project, subcommand: &str, component: &str) -> Outcome {
    match project.output_of("cargo", &[subcommand, "--version"]) {
        Some(_) => Ok(()),
        None => project.run("rustup", &["component", "add", component]),
    }
}
