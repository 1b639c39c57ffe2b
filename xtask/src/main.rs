//! The project's own commands: `cargo xtask help` lists them.
//!
//! Every command installs what it needs into `.tools/` first, says what it does, is safe to repeat, and takes
//! seconds when nothing has changed. Nothing outside the working tree is touched, except that a missing Rust
//! target is added to the toolchain and a missing browser is asked of the system's package manager.
//!
//! To add a command, write a function and add one line to [`COMMANDS`].
#![allow(
    clippy::disallowed_types,
    reason = "A command may look at the wall clock: only what runs in the simulator must not."
)]

mod bench;
mod browser;
mod check;
mod dist;
mod glue;
mod lockfile;
mod npm;
mod parts;
mod project;
mod serve;
mod site;
mod size;
mod split;
mod test;
mod tools;

use project::{Outcome, Project};
use std::process::ExitCode;

/// A command of `cargo xtask`.
struct Command {
    name: &'static str,
    arguments: &'static str,
    summary: &'static str,
    run: fn(&Project, &[String]) -> Outcome,
}

/// All commands, in the order in which `help` lists them.
const COMMANDS: &[Command] = &[
    Command {
        name: "serve",
        arguments: "[--port N]",
        summary: "build the page for release and serve it on 127.0.0.1:8080",
        run: serve::serve,
    },
    Command {
        name: "test",
        arguments: "[check|native|wasm|dist|browser]",
        summary: "run every test there is, or one part of them",
        run: test::test,
    },
    Command {
        name: "check",
        arguments: "",
        summary: "the quick loop: format, lints for both targets, tidiness of the sources",
        run: check::check,
    },
    Command {
        name: "dist",
        arguments: "[--quick]",
        summary: "build the static site in dist/, which works under any path of any static host; --quick for a look at it",
        run: dist::command,
    },
    Command {
        name: "bless",
        arguments: "",
        summary: "rewrite the golden traces after a change that was meant; read the difference",
        run: test::bless,
    },
    Command {
        name: "bench",
        arguments: "[part] [--quick]",
        summary: "measure everything beside rivals and floors, or one part of it, and write BENCHMARKS.md; --quick only looks",
        run: bench::command,
    },
    Command { name: "help", arguments: "", summary: "list the commands", run: help },
];

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    match dispatch(&arguments) {
        Ok(()) => ExitCode::SUCCESS,
        Err(message) => {
            eprintln!("\nxtask: {message}");
            ExitCode::FAILURE
        }
    }
}

fn dispatch(arguments: &[String]) -> Outcome {
    let project = Project::here()?;
    let Some((name, rest)) = arguments.split_first() else {
        return help(&project, &[]);
    };
    let name = if name == "--help" || name == "-h" { "help" } else { name };
    match COMMANDS.iter().find(|command| command.name == name) {
        Some(command) if command.arguments.is_empty() && !rest.is_empty() => {
            Err(format!("`{name}` takes no arguments"))
        }
        Some(command) => (command.run)(&project, rest),
        None => Err(format!("there is no command `{name}`; `cargo xtask help` lists all")),
    }
}

fn help(_project: &Project, _arguments: &[String]) -> Outcome {
    println!("usage: cargo xtask <command>\n");
    for Command { name, arguments, summary, .. } in COMMANDS {
        println!("  {:42}{summary}", format!("{name} {arguments}"));
    }
    Ok(())
}
