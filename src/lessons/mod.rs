//! The course: its texts, and the names in them that the program must know.

mod byzantine;
pub mod goals;
mod how_to_learn;
pub mod prose;
pub mod replay;
mod types_of_failure;
mod what_could_go_wrong;
mod what_is;
mod why_build;

/// Assertions that each scenario, goal and moment named in a lesson exists; a wrong name fails the build with file and line.
mod checks {
    use super::goals::NAMES as GOALS;
    use crate::scenarios::NAMES as SCENARIOS;

    include!(concat!(env!("OUT_DIR"), "/checks.rs"));
}
