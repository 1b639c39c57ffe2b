//! Lesson 6, Byzantine fault tolerance: one file for each scenario that its steps run.

pub mod generals;
pub mod pbft;
pub mod verify;
