//! Lesson 2, why build a distributed system: one file for each scenario that its steps run.

pub mod bitcoin;
pub mod voice;
