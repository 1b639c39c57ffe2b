//! The tools that build the page, installed into `.tools/` and never over the user's own.

use crate::lockfile::locked_version;
use crate::npm;
use crate::project::{Outcome, Project, file_error, spoken};
use std::fs;
use std::path::PathBuf;
use std::time::Instant;

/// The target that the page is compiled for.
pub const WASM_TARGET: &str = "wasm32-unknown-unknown";

/// The bundler. Version 0.22 needs a newer compiler than the one that the project promises to build with.
const TRUNK_VERSION: &str = "0.21.14";

/// A program that cargo builds from a published package.
struct CargoTool<'a> {
    package: &'a str,
    program: &'a str,
    version: &'a str,
    options: &'a [&'a str],
}

/// Installs whatever is missing to compile and bundle the page.
pub fn ensure_build_tools(project: &Project) -> Outcome {
    ensure_wasm_target(project)?;
    ensure_cargo_tool(
        project,
        // Without its default features trunk cannot download anything, which we never want it to.
        &CargoTool {
            package: "trunk",
            program: "trunk",
            version: TRUNK_VERSION,
            options: &["--no-default-features"],
        },
    )?;
    ensure_wasm_bindgen(project)
}

/// Adds the WebAssembly target to the toolchain if it is not there.
pub fn ensure_wasm_target(project: &Project) -> Outcome {
    let arguments = ["--print", "target-libdir", "--target", WASM_TARGET];
    let folder = project.output_of("rustc", &arguments).map(|text| PathBuf::from(text.trim()));
    if folder.is_some_and(|folder| folder.is_dir()) {
        return Ok(());
    }
    println!("The Rust target {WASM_TARGET} is missing: adding it to the toolchain.");
    project.run("rustup", &["target", "add", WASM_TARGET]).map_err(|error| {
        format!("{error}\nThe page needs the Rust target {WASM_TARGET}: add it with rustup or your package manager")
    })
}

/// Installs the WebAssembly glue generator and test runner in the very version that the page is compiled with.
pub fn ensure_wasm_bindgen(project: &Project) -> Outcome {
    let path = project.path("Cargo.lock");
    let lockfile = fs::read_to_string(&path).map_err(file_error("read", &path))?;
    let version = locked_version(&lockfile, "wasm-bindgen")
        .ok_or("Cargo.lock does not name one version of wasm-bindgen".to_owned())?;
    let package = "wasm-bindgen-cli";
    ensure_cargo_tool(project, &CargoTool { package, program: "wasm-bindgen", version, options: &[] })
}

/// The optimiser of WebAssembly modules, installed if need be; nothing on a machine without Node.
pub fn ensure_wasm_opt(project: &Project) -> Outcome<Option<PathBuf>> {
    if !npm::is_there(project) {
        return Ok(None);
    }
    npm::install(project, "xtask/wasm-opt", ".tools/wasm-opt")?;
    Ok(Some(project.path(".tools/wasm-opt/node_modules/binaryen/bin/wasm-opt")))
}

fn ensure_cargo_tool(project: &Project, tool: &CargoTool) -> Outcome {
    if installed_version(project, tool.program).as_deref() == Some(tool.version) {
        return Ok(());
    }
    println!("{} {} is missing: building it into .tools/ (a few minutes, once).", tool.package, tool.version);
    let started = Instant::now();
    // A lock file may name a version that was withdrawn since, or that a mirror of the registry does not have.
    cargo_install(project, tool, &["--locked"]).or_else(|error| {
        println!(
            "{error}\nTrying again with the newest versions that fit instead of those of its lock file."
        );
        cargo_install(project, tool, &[])
    })?;
    println!("{} is built: {}.", tool.package, spoken(started.elapsed()));
    // What the build leaves behind is a gigabyte that nothing needs again.
    let leftovers = project.path(".tools/build");
    fs::remove_dir_all(&leftovers).map_err(file_error("remove", &leftovers))
}

fn cargo_install(project: &Project, tool: &CargoTool, options: &[&str]) -> Outcome {
    let package = format!("{}@{}", tool.package, tool.version);
    let mut command = project.command("cargo", &["install", "--force", "--debug", "--root", ".tools"]);
    command.args(["--target-dir", ".tools/build", &package]).args(tool.options).args(options);
    // These programs run for a second at a time, so what counts is how soon they are built: that takes a third
    // of the time without optimisation and debug information.
    command.env("CARGO_PROFILE_DEV_DEBUG", "0").env("CARGO_INCREMENTAL", "0");
    project.run_command(&mut command)
}

/// The second word that our copy of a program prints for `--version`, as in `trunk 0.21.14`.
fn installed_version(project: &Project, program: &str) -> Option<String> {
    let program = project.path(&format!(".tools/bin/{program}{}", std::env::consts::EXE_SUFFIX));
    let text = project.output_of(program.to_str()?, &["--version"])?;
    text.split_whitespace().nth(1).map(str::to_owned)
}
