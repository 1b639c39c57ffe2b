//! The browser that the tests drive: Chromium and the program that drives it.

use crate::project::{Outcome, Project, find_program};
use std::path::PathBuf;

const BROWSERS: &[&str] = &["chromium", "chromium-browser", "google-chrome"];
const DRIVERS: &[&str] = &["chromedriver"];

/// The packages of Debian and its children that hold both.
const DEBIAN_PACKAGES: &[&str] = &["chromium", "chromium-driver"];

/// Where the programs are that the tests need.
pub struct Browser {
    /// The program that speaks WebDriver for the browser.
    pub driver: PathBuf,
}

/// Finds the browser and its driver, and installs them where the system's packages can be installed.
pub fn ensure(project: &Project) -> Outcome<Browser> {
    if let Some(found) = find() {
        return Ok(found);
    }
    println!("Chromium or its driver is missing: asking the system's package manager for them.");
    install(project).map_err(|reason| {
        format!(
            "{reason}\nThe tests need Chromium and ChromeDriver of the same version on the search path. On Debian: \
             apt-get install {}",
            DEBIAN_PACKAGES.join(" ")
        )
    })?;
    find().ok_or_else(|| "Chromium was installed, but is not on the search path".to_owned())
}

fn find() -> Option<Browser> {
    find_program(BROWSERS)?;
    find_program(DRIVERS).map(|driver| Browser { driver })
}

fn install(project: &Project) -> Outcome {
    if find_program(&["apt-get"]).is_none() {
        return Err("there is no apt-get on this machine".to_owned());
    }
    let privileges: &[&str] = if project.output_of("id", &["-u"]).is_some_and(|id| id.trim() == "0") {
        &[]
    } else if project.output_of("sudo", &["-n", "true"]).is_some() {
        &["sudo", "-n"]
    } else {
        return Err("installing packages needs the rights of root".to_owned());
    };
    let environment = &["env", "DEBIAN_FRONTEND=noninteractive", "apt-get", "-q", "-y"];
    let apt_get = [privileges, environment].concat();
    run_words(project, &[apt_get.as_slice(), &["update"]].concat())?;
    run_words(
        project,
        &[apt_get.as_slice(), &["install", "--no-install-recommends"], DEBIAN_PACKAGES].concat(),
    )
}

fn run_words(project: &Project, words: &[&str]) -> Outcome {
    match words.split_first() {
        Some((program, arguments)) => project.run(program, arguments),
        None => Ok(()),
    }
}
