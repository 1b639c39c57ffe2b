//! What the machine checks in lessons: goals to reach and moments to pause at, by the names that the prose uses, and for
//! each step that has goals a recorded solution that tests replay.
//!
//! A goal is a pure function of the world. The goals of the steps that run one scenario stand in a file of the lesson's folder, by the
//! name of the scenario, and are listed here. In the page they are in the scenario's part: nothing may ask for them before that is here.

use crate::sim::world::World;

use super::prose::StepText;
use super::{byzantine, how_to_learn, types_of_failure, what_could_go_wrong, what_is, why_build};

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

/// What is checked in the steps that run one scenario.
struct Checks {
    /// The name of the scenario's file.
    scenario: &'static str,
    goals: fn() -> &'static [Goal],
    solutions: fn() -> &'static [Solution],
}

/// Lists the files of goals. Each is read by functions in a module by the name of its scenario, so that they, and all that is in the
/// file, go with the scenario's part of the page's module.
macro_rules! checks {
    ($($lesson:ident::$scenario:ident),* $(,)?) => {
        $(mod $scenario {
            use super::super::$lesson::$scenario;
            use super::{Goal, Solution};

            pub fn goals() -> &'static [Goal] {
                $scenario::GOALS
            }

            pub fn solutions() -> &'static [Solution] {
                $scenario::SOLUTIONS
            }
        })*

        static CHECKS: &[Checks] = &[$(Checks {
            scenario: stringify!($scenario),
            goals: $scenario::goals,
            solutions: $scenario::solutions,
        }),*];

        /// All goals, for the compiler only.
        const GOALS: &[&[Goal]] = &[$($lesson::$scenario::GOALS),*];
    };
}

checks! {
    // Lesson 1.
    what_is::centralized,
    what_is::sharded,
    what_is::dns,
    what_is::email,
    what_is::telephone,
    // Lesson 2.
    why_build::voice,
    why_build::bitcoin,
    // Lesson 3.
    how_to_learn::service_levels,
    how_to_learn::take_apart,
    // Lesson 4.
    what_could_go_wrong::web_service,
    what_could_go_wrong::ddos,
    what_could_go_wrong::uptime_budget,
    // Lesson 5.
    types_of_failure::partition,
    types_of_failure::packets,
    types_of_failure::congestion,
    types_of_failure::routing,
    types_of_failure::tunnel,
    types_of_failure::fail_stop,
    types_of_failure::recovery,
    // Lesson 6.
    byzantine::verify,
    byzantine::generals,
    byzantine::pbft,
}

/// Names of all goals and moments, for the prose to be checked against while compiling.
pub const NAMES: &[&str] = &names::<{ count() }>();

/// The goal or moment of this name in steps that run a scenario.
pub fn find(scenario: &str, name: &str) -> Option<&'static Goal> {
    (checks(scenario)?.goals)().iter().find(|goal| goal.name == name)
}

/// The recorded solution of a step.
pub fn solution(lesson: usize, step: &StepText) -> Option<&'static Solution> {
    let wanted = format!("{lesson}/{}", step.slug);
    (checks(step.scenario)?.solutions)().iter().find(|solution| solution.step == wanted)
}

/// All recorded solutions. The page never has those of all scenarios.
pub fn solutions() -> impl Iterator<Item = &'static Solution> {
    CHECKS.iter().flat_map(|checks| (checks.solutions)())
}

/// What is checked in a scenario, whose name has hyphens where that of its file has underscores.
fn checks(scenario: &str) -> Option<&'static Checks> {
    let same = |(ours, theirs)| ours == theirs || (ours == b'_' && theirs == b'-');
    CHECKS.iter().find(|checks| {
        checks.scenario.len() == scenario.len() && checks.scenario.bytes().zip(scenario.bytes()).all(same)
    })
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
