//! What goes in and out: addresses of the page, what a browser keeps of a learner's progress, scenario files, reports of runs,
//! and the chaos of sweeps.
//!
//! Nothing here touches a disk or a browser: all is text that someone else read. Read in this order: [`route`],
//! [`progress`], [`parcel`], [`link`], [`files`], [`chaos`], [`run`], [`report`], [`export`], [`single_points`], [`strategies`], [`trials`], [`jobs`],
//! [`sweep`].

pub mod chaos;
pub mod export;
pub mod files;
pub mod jobs;
pub mod link;
pub mod parcel;
pub mod progress;
pub mod report;
pub mod route;
pub mod run;
pub mod single_points;
pub mod strategies;
#[cfg(not(target_arch = "wasm32"))]
pub mod sweep;
pub mod trials;

/// How long a file of a run or a scenario may be, in bytes.
pub const FILE_BYTES_AT_MOST: usize = 4 << 20;
