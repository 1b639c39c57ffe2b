//! Where the project lives, and how its commands start other programs.

use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Duration;

/// What a command comes to: nothing, or a sentence that says what went wrong.
pub type Outcome<T = ()> = Result<T, String>;

/// The working tree that the commands work on.
pub struct Project {
    root: PathBuf,
}

impl Project {
    /// The working tree from which this program was compiled.
    pub fn here() -> Outcome<Self> {
        let manifest = Path::new(env!("CARGO_MANIFEST_DIR"));
        match manifest.parent() {
            Some(root) => Ok(Self { root: root.to_owned() }),
            None => Err("the working tree has no root".to_owned()),
        }
    }

    /// A path inside the working tree, given with `/` between its parts.
    pub fn path(&self, relative: &str) -> PathBuf {
        self.root.join(relative)
    }

    /// Whether the working tree has this file or folder.
    pub fn has(&self, relative: &str) -> bool {
        self.path(relative).exists()
    }

    /// A program to start at the root of the working tree, which finds our tools before those of the user.
    pub fn command(&self, program: &str, arguments: &[&str]) -> Command {
        let mut command = Command::new(program);
        command.args(arguments).current_dir(&self.root).env("PATH", self.search_path());
        command
    }

    /// Starts a program, shows its command line and its output, and fails if it fails.
    pub fn run(&self, program: &str, arguments: &[&str]) -> Outcome {
        self.run_command(&mut self.command(program, arguments))
    }

    /// Like [`Project::run`], for a command with an environment of its own.
    pub fn run_command(&self, command: &mut Command) -> Outcome {
        let line = command_line(command);
        println!("$ {line}");
        // Nothing we start may wait for an answer at the keyboard.
        match command.stdin(Stdio::null()).status() {
            Ok(status) if status.success() => Ok(()),
            Ok(status) => Err(format!("`{line}` ended with {status}")),
            Err(error) => Err(format!("`{line}` could not be started: {error}")),
        }
    }

    /// Runs a program, shows what it complains of, and returns what it prints on standard output.
    pub fn run_for_output(&self, command: &mut Command) -> Outcome<String> {
        let line = command_line(command);
        println!("$ {line}");
        match command.stdin(Stdio::null()).stderr(Stdio::inherit()).output() {
            Ok(output) if output.status.success() => Ok(String::from_utf8_lossy(&output.stdout).into_owned()),
            Ok(output) => Err(format!("`{line}` ended with {}", output.status)),
            Err(error) => Err(format!("`{line}` could not be started: {error}")),
        }
    }

    /// What a program prints on standard output, or nothing if it is absent or fails.
    pub fn output_of(&self, program: &str, arguments: &[&str]) -> Option<String> {
        let output =
            self.command(program, arguments).stdin(Stdio::null()).stderr(Stdio::null()).output().ok()?;
        output.status.success().then(|| String::from_utf8_lossy(&output.stdout).into_owned())
    }

    fn search_path(&self) -> OsString {
        let users = std::env::var_os("PATH").unwrap_or_default();
        let folders = std::iter::once(self.path(".tools/bin")).chain(std::env::split_paths(&users));
        std::env::join_paths(folders).unwrap_or(users)
    }
}

/// Where a program of the user's search path is, under the first of these names that is there.
pub fn find_program(names: &[&str]) -> Option<PathBuf> {
    let search_path = std::env::var_os("PATH")?;
    let folders: Vec<PathBuf> = std::env::split_paths(&search_path).collect();
    let candidates = names.iter().flat_map(|name| folders.iter().map(move |folder| folder.join(name)));
    candidates.into_iter().find(|candidate| candidate.is_file())
}

/// A duration as a person says it: `0.4 s`, `12.3 s`, `2 min 5 s`.
pub fn spoken(duration: Duration) -> String {
    match duration.as_secs() {
        0..60 => format!("{:.1} s", duration.as_secs_f64()),
        seconds => format!("{} min {} s", seconds / 60, seconds % 60),
    }
}

/// A sentence about a file that could not be read, written or moved.
pub fn file_error<'a>(action: &'a str, path: &'a Path) -> impl Fn(std::io::Error) -> String + 'a {
    move |error| format!("cannot {action} {}: {error}", path.display())
}

fn command_line(command: &Command) -> String {
    let words = std::iter::once(command.get_program()).chain(command.get_args());
    words.map(|word| word.to_string_lossy().into_owned()).collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_read_as_a_person_says_them() {
        assert_eq!(spoken(Duration::from_millis(420)), "0.4 s");
        assert_eq!(spoken(Duration::from_millis(12_340)), "12.3 s");
        assert_eq!(spoken(Duration::from_secs(125)), "2 min 5 s");
    }

    #[test]
    fn a_failing_program_fails_the_command() {
        let project = Project::here().expect("the tests run inside the working tree");
        assert!(project.run("cargo", &["--version"]).is_ok());
        let message = project.run("cargo", &["no-such-command-of-ours"]).expect_err("cargo must refuse it");
        assert!(message.contains("cargo no-such-command-of-ours"), "{message}");
    }

    #[test]
    fn an_absent_program_has_no_output() {
        let project = Project::here().expect("the tests run inside the working tree");
        assert_eq!(project.output_of("no-such-program-of-ours", &[]), None);
    }
}
