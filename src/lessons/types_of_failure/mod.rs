//! Lesson 5, the many types of failure: one file for each scenario that its steps run.

pub mod congestion;
pub mod fail_stop;
pub mod packets;
pub mod partition;
pub mod recovery;
pub mod routing;
pub mod tunnel;
