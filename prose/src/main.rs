//! `prose FOLDER`: writes the sheets of the project at hand into `sheets` and `words` in the folder of the site that is being built.

use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::{env, fs};

fn main() -> ExitCode {
    match env::args_os().nth(1) {
        Some(folder) => match write_sheets(&PathBuf::from(folder)) {
            Ok(()) => ExitCode::SUCCESS,
            Err(error) => fail(&error),
        },
        None => fail("usage: prose FOLDER"),
    }
}

fn write_sheets(folder: &Path) -> Result<(), String> {
    let project = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let told =
        |faults: Vec<prose::Fault>| faults.iter().map(|fault| format!("{fault}\n")).collect::<String>();
    let built = prose::build(&prose::read(&project)?).map_err(told)?;
    write_all(&folder.join("sheets"), &built.sheets)?;
    write_all(&folder.join("words"), &built.words_sheets)
}

fn write_all(folder: &Path, sheets: &[prose::Sheet]) -> Result<(), String> {
    fs::create_dir_all(folder).map_err(|error| format!("{}: {error}", folder.display()))?;
    for sheet in sheets.iter().filter(|sheet| !sheet.name.is_empty()) {
        let path = folder.join(&sheet.name);
        fs::write(&path, &sheet.content).map_err(|error| format!("{}: {error}", path.display()))?;
    }
    Ok(())
}

fn fail(error: &str) -> ExitCode {
    eprintln!("prose: {error}");
    ExitCode::FAILURE
}
