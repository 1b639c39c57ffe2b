//! The others, each doing the same works in its own way.

pub mod anysystem;
pub mod turmoil;
