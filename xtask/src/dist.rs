//! Builds the static site in `dist/`: trunk bundles it, then wasm-opt shrinks the module.

use crate::npm::OLDEST_NODE;
use crate::project::{Outcome, Project, file_error, spoken};
use crate::{glue, parts, size, split, tools};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Instant;

/// How the module is optimised: with `-Os` it is larger than with `-Oz` and smaller once compressed. What the compiler left
/// apart stays apart, and functions are put in the order of their names, so that those that are made of the same source stand
/// together, where gzip finds what they share.
/// No feature flags: wasm-opt reads from the module which features it uses, and with `--all-features` it writes
/// modules that browsers refuse.
/// The lowest kilobyte of memory is the far end of the stack, so no constant and no allocation is there, and what is added to an address
/// may go into the instruction that uses it.
/// Constants stay as the linker leaves them, each in a segment of its own, for [`split`] to give to the parts.
/// The last one shortens the names by which module and JavaScript call each other, and prints them for [`glue`].
const WASM_OPT_FLAGS: [&str; 9] = [
    "--debuginfo",
    "-Os",
    "--low-memory-unused",
    "--always-inline-max-function-size=0",
    "--flexible-inline-max-function-size=2",
    "--one-caller-inline-max-function-size=0",
    "--reorder-functions-by-name",
    "--skip-pass=memory-packing",
    "--minify-imports-and-exports-and-modules",
];

/// How the names of the worker's files begin.
const WORKER: &str = "worker";

/// What makes a build quick to repeat and its module large: for the loop of changing the page and looking at it.
const QUICK_PROFILE: [(&str, &str); 4] = [
    ("CARGO_PROFILE_RELEASE_LTO", "off"),
    ("CARGO_PROFILE_RELEASE_OPT_LEVEL", "1"),
    ("CARGO_PROFILE_RELEASE_CODEGEN_UNITS", "16"),
    ("CARGO_PROFILE_RELEASE_INCREMENTAL", "true"),
];

/// `cargo xtask dist [--quick]`: builds the site and prints what each file weighs.
pub fn command(project: &Project, arguments: &[String]) -> Outcome {
    match arguments {
        [] => build(project)?,
        [option] if option == "--quick" => build_quickly(project)?,
        _ => return Err("usage: cargo xtask dist [--quick]".to_owned()),
    }
    size::print(&size::measure(&project.path("dist"))?);
    println!("The site is in dist/: copy it to any static host, under any path.");
    Ok(())
}

/// Builds the site into `dist/`.
pub fn build(project: &Project) -> Outcome {
    bundle(project, &[])?;
    match tools::ensure_wasm_opt(project)? {
        Some(wasm_opt) => optimise_modules(project, &wasm_opt),
        None => {
            println!(
                "wasm-opt is skipped, as there is no Node {OLDEST_NODE} with npm: the page works, but is larger."
            );
            Ok(())
        }
    }
}

/// Builds the page of Leptos that says one word, optimised by the same tool, and returns its folder.
pub fn build_empty_page(project: &Project) -> Outcome<PathBuf> {
    project.run_command(trunk(project)?.current_dir(project.path("bench/empty_page")))?;
    let folder = project.path("target/empty_page");
    if let Some(wasm_opt) = tools::ensure_wasm_opt(project)? {
        for module in modules(&folder)? {
            let mut command = project.command("node", &[]);
            command.arg(&wasm_opt).arg("-Os").arg(&module).arg("-o").arg(&module);
            project.run_command(&mut command)?;
        }
    }
    Ok(folder)
}

fn build_quickly(project: &Project) -> Outcome {
    bundle(project, &QUICK_PROFILE)?;
    println!(
        "Built quickly: the module is large and slow. Build without --quick before you measure or publish."
    );
    Ok(())
}

fn bundle(project: &Project, profile: &[(&str, &str)]) -> Outcome {
    project.run_command(trunk(project)?.envs(profile.iter().copied()))?;
    // The page fetches a lesson's prose when it is read, and words with the parts of its module.
    let folder = project.path("dist").display().to_string();
    project
        .run("cargo", &["run", "--quiet", "--offline", "--locked", "--package", "prose", "--", &folder])?;
    write_style_of_rest(project)
}

/// The bundler, ready to build a page in the working tree.
fn trunk(project: &Project) -> Outcome<Command> {
    tools::ensure_build_tools(project)?;
    // Trunk builds offline, so that it never fetches a tool by itself; the crates are fetched here.
    project.run("cargo", &["fetch", "--locked"])?;
    let mut command = project.command("trunk", &["build", "--release", "--offline", "--locked"]);
    // A failed build is told in a few lines, without the way through trunk's own functions.
    command.env("RUST_BACKTRACE", "0");
    if std::env::var_os("NO_COLOR").is_some() {
        // The custom is NO_COLOR=1; trunk stops with an error at anything but `true` or `false`.
        command.env("NO_COLOR", "true");
    }
    Ok(command)
}

/// Joins the style sheets of what is shown only on request: the page fetches them before it.
fn write_style_of_rest(project: &Project) -> Outcome {
    let mut style = String::new();
    for sheet in size::files_below(&project.path("style/rest"))? {
        style += &fs::read_to_string(&sheet).map_err(file_error("read", &sheet))?;
    }
    let path = project.path("dist/rest.css");
    fs::write(&path, style).map_err(file_error("write", &path))
}

/// Optimises each module in place. Its name keeps the hash that trunk gave it: that is the hash of what was
/// compiled, so two names are equal only if the code is.
fn optimise_modules(project: &Project, wasm_opt: &Path) -> Outcome {
    for module in modules(&project.path("dist"))? {
        optimise(project, wasm_opt, &module)?;
    }
    Ok(())
}

fn modules(folder: &Path) -> Outcome<Vec<PathBuf>> {
    let files = size::files_below(folder)?;
    Ok(files
        .into_iter()
        .filter(|file| file.extension().is_some_and(|extension| extension == "wasm"))
        .collect())
}

/// Optimises one module, or takes the result of the last time if the module is still the same.
fn optimise(project: &Project, wasm_opt: &Path, module: &Path) -> Outcome {
    let name = module.file_stem().map(|stem| stem.to_string_lossy().into_owned()).unwrap_or_default();
    // The name without the hash that trunk may have given it.
    let cache = project.path("target/wasm-opt").join(name.split(['-', '_']).next().unwrap_or(&name));
    fs::create_dir_all(&cache).map_err(file_error("create", &cache))?;
    let (last_input, last_output) = (cache.join("input.wasm"), cache.join("output.wasm"));
    let (last_settings, last_names) = (cache.join("settings"), cache.join("names.json"));

    let input = fs::read(module).map_err(file_error("read", module))?;
    let settings = settings(project)?;
    let is_known = fs::read(&last_input).is_ok_and(|last| last == input)
        && fs::read_to_string(&last_settings).is_ok_and(|last| last == settings)
        && last_output.is_file()
        && last_names.is_file();
    if !is_known {
        // The input is written last, so that an interrupted run is not taken for a finished one.
        let _ = fs::remove_file(&last_input);
        let names = run_wasm_opt(project, wasm_opt, module, &last_output)?;
        fs::write(&last_names, names).map_err(file_error("write", &last_names))?;
        fs::write(&last_settings, settings).map_err(file_error("write", &last_settings))?;
        fs::write(&last_input, input).map_err(file_error("write", &last_input))?;
    }
    let names = fs::read_to_string(&last_names).map_err(file_error("read", &last_names))?;
    let optimised = fs::read(&last_output).map_err(file_error("read", &last_output))?;
    divide(module, &optimised)?;
    glue::shrink(project, module, &names)
}

/// Writes a module in parts: in its own place what the page needs to begin with, beside it the others. The worker is fetched once,
/// and all of it.
fn divide(module: &Path, optimised: &[u8]) -> Outcome {
    let name = module.file_name().unwrap_or_default().to_string_lossy();
    let names = if name.starts_with(WORKER) { Vec::new() } else { parts::names() };
    let split::Parts { first, others } = split::split(
        optimised,
        names.len(),
        |name| parts::part_of(name).filter(|_| !names.is_empty()),
        parts::is_door,
    )?;
    fs::write(module, first).map_err(file_error("write", module))?;
    for (part, content) in names.iter().zip(others) {
        let beside = module.with_file_name(name.replace("_bg.wasm", &format!("_{part}.wasm")));
        fs::write(&beside, content).map_err(file_error("write", &beside))?;
    }
    Ok(())
}

/// Optimises a module, and returns the names that the optimiser prints.
fn run_wasm_opt(project: &Project, wasm_opt: &Path, input: &Path, output: &Path) -> Outcome<String> {
    let started = Instant::now();
    let mut command = project.command("node", &[]);
    command.arg(wasm_opt).args(WASM_OPT_FLAGS).arg(input).arg("-o").arg(output);
    let names = project.run_for_output(&mut command)?;
    let saved = [input, output].map(|path| fs::metadata(path).map_or(0, |data| data.len()));
    println!("wasm-opt: {} to {} bytes in {}.", saved[0], saved[1], spoken(started.elapsed()));
    Ok(names)
}

/// What the optimiser's result depends on besides its input.
fn settings(project: &Project) -> Outcome<String> {
    let lock = project.path("xtask/wasm-opt/package-lock.json");
    let lock_text = fs::read_to_string(&lock).map_err(file_error("read", &lock))?;
    Ok(format!("{}\n{lock_text}", WASM_OPT_FLAGS.join(" ")))
}
