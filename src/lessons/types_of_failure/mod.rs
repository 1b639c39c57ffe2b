//! Lesson 5, the many types of failure: one file for each scenario that its steps run.

pub mod partition;
pub mod recovery;
