//! Lesson 1, what is a distributed system: one file for each scenario that its steps run.

pub mod centralized;
pub mod dns;
pub mod email;
pub mod sharded;
pub mod telephone;
