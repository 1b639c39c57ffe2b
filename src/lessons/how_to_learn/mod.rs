//! Lesson 3, how to learn distributed systems: one file for each scenario that its steps run.

pub mod take_apart;
