//! What the machine checks in lessons: goals to reach and moments to pause at, by the names that the prose uses, and for
//! each step that has goals a recorded solution that tests replay.
//!
//! A goal is a pure function of the world. The goals of the steps that run one scenario stand in a file of the lesson's folder and
//! are listed here.

use crate::sim::world::World;

use super::types_of_failure::partition;
use super::what_could_go_wrong::{ddos, web_service};
use super::what_is::{centralized, dns, email, sharded, telephone};
use super::why_build::{bitcoin, voice};

/// Something to reach, or a moment to pause at.
#[derive(Clone, Copy)]
pub struct Goal {
    /// Its name in the prose.
    pub name: &'static str,
    /// Whether the world is there.
    pub reached: fn(&World) -> bool,
}

/// A recorded way to the goals of a step.
#[derive(Clone, Copy)]
pub struct Solution {
    /// The step, as `lesson-number/step-slug`.
    pub step: &'static str,
    /// What a learner does, with its times, in the grammar of [`crate::sim::command`].
    pub commands: &'static [&'static str],
    /// By when the goals are reached, such as `10s`.
    pub until: &'static str,
}

/// Goals and moments, scenario by scenario in the order of the course.
pub const GOALS: &[&[Goal]] = &[
    // Lesson 1.
    centralized::GOALS,
    sharded::GOALS,
    dns::GOALS,
    email::GOALS,
    telephone::GOALS,
    // Lesson 2.
    voice::GOALS,
    // Lesson 4.
    web_service::GOALS,
    ddos::GOALS,
    bitcoin::GOALS,
    // Lesson 5.
    partition::GOALS,
];

/// Solutions, in the same order.
pub const SOLUTIONS: &[&[Solution]] = &[
    // Lesson 1.
    centralized::SOLUTIONS,
    sharded::SOLUTIONS,
    dns::SOLUTIONS,
    email::SOLUTIONS,
    telephone::SOLUTIONS,
    // Lesson 2.
    voice::SOLUTIONS,
    // Lesson 4.
    web_service::SOLUTIONS,
    ddos::SOLUTIONS,
    bitcoin::SOLUTIONS,
    // Lesson 5.
    partition::SOLUTIONS,
];

/// Names of all goals and moments, for the prose to be checked against while compiling.
pub const NAMES: &[&str] = &names::<{ count() }>();

/// The goal or moment of this name.
pub fn find(name: &str) -> Option<&'static Goal> {
    GOALS.iter().flat_map(|goals| goals.iter()).find(|goal| goal.name == name)
}

/// The recorded solution of a step.
pub fn solution(lesson: usize, step: &str) -> Option<&'static Solution> {
    let wanted = format!("{lesson}/{step}");
    SOLUTIONS.iter().flat_map(|solutions| solutions.iter()).find(|solution| solution.step == wanted)
}

const fn count() -> usize {
    let (mut total, mut list) = (0, 0);
    while list < GOALS.len() {
        total += GOALS[list].len();
        list += 1;
    }
    total
}

const fn names<const COUNT: usize>() -> [&'static str; COUNT] {
    let mut names = [""; COUNT];
    let (mut at, mut list) = (0, 0);
    while list < GOALS.len() {
        let mut goal = 0;
        while goal < GOALS[list].len() {
            names[at] = GOALS[list][goal].name;
            at += 1;
            goal += 1;
        }
        list += 1;
    }
    names
}
