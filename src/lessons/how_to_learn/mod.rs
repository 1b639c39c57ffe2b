//! Lesson 3, how to learn distributed systems: one file for each scenario that its steps run.

pub mod service_levels;
pub mod take_apart;
