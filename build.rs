//! Compiles the prose: has what `assets/` holds checked, and leaves Rust source for `src/words.rs` and `src/lessons/` to
//! include. A fault in a text fails the build with its file and line.

use std::error::Error;
use std::path::Path;
use std::{env, fs};

fn main() -> Result<(), Box<dyn Error>> {
    println!("cargo::rerun-if-changed=assets/lessons");
    println!("cargo::rerun-if-changed=assets/words");
    println!("cargo::rerun-if-changed=assets/literature.txt");
    if env::var("CARGO_CFG_TARGET_ARCH").is_ok_and(|target| target == "wasm32") {
        // Constants stay apart, so that `xtask/src/split` sees where each begins and gives it to the part that uses it.
        println!("cargo::rustc-link-arg=--no-merge-data-segments");
    }
    match prose::build(&prose::read(Path::new("."))?) {
        Ok(built) => {
            for warning in built.warnings {
                println!("cargo::warning={warning}");
            }
            let out = env::var("OUT_DIR")?;
            fs::write(Path::new(&out).join("words.rs"), built.words)?;
            fs::write(Path::new(&out).join("lessons.rs"), built.lessons)?;
            fs::write(Path::new(&out).join("steps.rs"), built.steps)?;
            fs::write(Path::new(&out).join("checks.rs"), built.checks)?;
        }
        Err(faults) => faults.iter().for_each(|fault| println!("cargo::error={fault}")),
    }
    Ok(())
}
