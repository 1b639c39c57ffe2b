//! Makes what stands between the module and the browser small: the JavaScript that wasm-bindgen writes, and the names by which
//! the two call each other.

use crate::project::{Outcome, Project, file_error};
use std::fs;
use std::path::{Path, PathBuf};

/// The names that the optimiser has given to what the module imports and exports.
#[derive(Debug, PartialEq)]
pub struct Names {
    /// Module, name and new name.
    imports: Vec<[String; 3]>,
    /// Name and new name.
    exports: Vec<[String; 2]>,
}

/// What all imports of the module belong to once their names are short.
const SHORT_MODULE: &str = "a";

/// Takes the short names over into the JavaScript beside a module, and shrinks it.
///
/// # Errors
/// If there is no such file, it does not know one of the names, or cannot be shrunk.
pub fn shrink(project: &Project, module: &Path, names: &str) -> Outcome {
    let path = beside(module);
    let glue = fs::read_to_string(&path).map_err(file_error("read", &path))?;
    let renamed = Names::read(names)?.rename(&glue)?;
    fs::write(&path, renamed).map_err(file_error("write", &path))?;
    let terser = project.path(".tools/wasm-opt/node_modules/terser/bin/terser");
    let mut command = project.command("node", &[]);
    command
        .arg(terser)
        .args(["--module", "--mangle", "--compress", "passes=2", "--output"])
        .arg(&path)
        .arg(&path);
    project.run_command(&mut command)
}

/// `page_bg.wasm` is called by `page.js`.
fn beside(module: &Path) -> PathBuf {
    let name = module.file_stem().unwrap_or_default().to_string_lossy();
    module.with_file_name(format!("{}.js", name.trim_end_matches("_bg")))
}

impl Names {
    /// Reads what wasm-opt prints: lists of texts in JSON, one a line, in which no text holds a quote.
    fn read(printed: &str) -> Outcome<Names> {
        let (imports, exports) =
            printed.split_once("\"exports\"").ok_or("wasm-opt has printed no names".to_owned())?;
        let rows = |part: &str| -> Vec<Vec<String>> {
            let texts = |line: &str| line.split('"').skip(1).step_by(2).map(str::to_owned).collect();
            part.lines().filter(|line| line.trim_start().starts_with("[\"")).map(texts).collect()
        };
        let import = |row: Vec<String>| row.try_into().map_err(|row| format!("not an import: {row:?}"));
        let export = |row: Vec<String>| row.try_into().map_err(|row| format!("not an export: {row:?}"));
        Ok(Names {
            imports: rows(imports).into_iter().map(import).collect::<Outcome<_>>()?,
            exports: rows(exports).into_iter().map(export).collect::<Outcome<_>>()?,
        })
    }

    fn rename(&self, glue: &str) -> Outcome<String> {
        let mut text = glue.to_owned();
        for [module, name, short] in &self.imports {
            text = replace_word(&text, "", name, short)?;
            text = text.replace(&format!("\"{module}\""), &format!("\"{SHORT_MODULE}\""));
        }
        for [name, short] in &self.exports {
            // An export that nobody calls is no fault.
            text = replace_word(&text, "wasm.", name, short).unwrap_or(text);
        }
        Ok(text)
    }
}

/// Replaces a name wherever it stands as a word of its own after `before`.
fn replace_word(text: &str, before: &str, name: &str, new: &str) -> Outcome<String> {
    let is_part = |character: char| character.is_ascii_alphanumeric() || "_$".contains(character);
    let whole = format!("{before}{name}");
    let mut replaced = String::with_capacity(text.len());
    let mut rest = text;
    let mut found = false;
    while let Some(at) = rest.find(&whole) {
        let end = at + whole.len();
        let is_word = !rest[..at].ends_with(is_part) && !rest[end..].starts_with(is_part);
        found |= is_word;
        replaced.push_str(&rest[..at]);
        replaced.push_str(&if is_word { format!("{before}{new}") } else { whole.clone() });
        rest = &rest[end..];
    }
    replaced.push_str(rest);
    if found { Ok(replaced) } else { Err(format!("the JavaScript beside the module does not know {name}")) }
}

#[cfg(test)]
mod tests {
    use super::*;

    const PRINTED: &str = r#"{
 "imports": [
  ["./page_bg.js", "__wbg_now_1", "$"],
  ["./page_bg.js", "__wbg_now_12", "$a"]
 ],
"exports": [
  ["memory", "b"],
  ["unused", "c"]
 ]
}"#;

    #[test]
    fn names_are_taken_over_word_by_word() {
        let names = Names::read(PRINTED).expect("this is what wasm-opt prints");
        let glue = "{__wbg_now_12: f(memory), __wbg_now_1: g(wasm.memory)}; x = {\"./page_bg.js\": i}";
        let renamed = names.rename(glue);
        assert_eq!(renamed.as_deref(), Ok("{$a: f(memory), $: g(wasm.b)}; x = {\"a\": i}"));
    }

    #[test]
    fn an_import_that_nobody_gives_is_a_fault() {
        let names = Names::read(PRINTED).expect("this is what wasm-opt prints");
        assert!(names.rename("{__wbg_now_1: f}").is_err());
        assert!(Names::read("nothing").is_err());
    }

    #[test]
    fn the_glue_stands_beside_its_module() {
        assert_eq!(beside(Path::new("dist/page-1a_bg.wasm")), Path::new("dist/page-1a.js"));
    }
}
