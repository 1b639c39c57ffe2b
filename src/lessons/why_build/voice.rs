//! Voice recognition: goals, moments and recorded solutions of the steps that run it.

use super::super::goals::{Goal, Solution};

/// Goals and moments, in the order of the steps.
pub const GOALS: &[Goal] = &[];

/// A solution of each step that has a goal.
pub const SOLUTIONS: &[Solution] = &[];
