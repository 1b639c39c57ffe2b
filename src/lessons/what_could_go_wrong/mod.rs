//! Lesson 4, what could go wrong: one file for each scenario that its steps run.

pub mod ddos;
pub mod uptime_budget;
pub mod web_service;
