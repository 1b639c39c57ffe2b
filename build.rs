//! Compiles the prose: reads `assets/`, has it checked, and leaves Rust source for `src/words.rs` and
//! `src/lessons/` to include. A fault in a text fails the build with its file and line.

use std::error::Error;
use std::path::Path;
use std::{env, fs};

fn main() -> Result<(), Box<dyn Error>> {
    let mut files = Vec::new();
    for folder in ["assets/lessons", "assets/words"] {
        println!("cargo::rerun-if-changed={folder}");
        collect(folder, &mut files)?;
    }
    files.sort();
    match prose::build(&files) {
        Ok(built) => {
            for warning in built.warnings {
                println!("cargo::warning={warning}");
            }
            let out = env::var("OUT_DIR")?;
            fs::write(Path::new(&out).join("words.rs"), built.words)?;
            fs::write(Path::new(&out).join("lessons.rs"), built.lessons)?;
            fs::write(Path::new(&out).join("checks.rs"), built.checks)?;
        }
        Err(faults) => faults.iter().for_each(|fault| println!("cargo::error={fault}")),
    }
    Ok(())
}

/// All files below a folder, as (path with forward slashes, content).
fn collect(folder: &str, files: &mut Vec<(String, String)>) -> Result<(), Box<dyn Error>> {
    for entry in fs::read_dir(folder).map_err(|error| format!("{folder}: {error}"))? {
        let entry = entry?;
        let path = format!("{folder}/{}", entry.file_name().to_string_lossy());
        if entry.file_type()?.is_dir() {
            collect(&path, files)?;
        } else {
            let text = fs::read_to_string(&path).map_err(|error| format!("{path}: {error}"))?;
            files.push((path, text));
        }
    }
    Ok(())
}
