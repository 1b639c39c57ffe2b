//! Simulation beside the literature: published results, and what our own runs make of them. Each topic is one file and one line of
//! [`ALL`].
//!
//! To add one: write `src/literature/x.rs` with a `pub const ROWS: &[Row]`, and name it here twice. The tests measure every row and
//! hold it to its tolerance; `headless literature` measures them too, and writes the page that the course shows. None of this is
//! part of the page's own program.

mod telephone;

/// One published figure, and how ours is measured.
pub struct Row {
    /// What it is about, such as `bitcoin`; rows of one topic stand together.
    pub topic: &'static str,
    /// What is counted, with its unit, and for which numbers: `catch-up from 2 behind, q = 0.1 (probability)`.
    pub what: &'static str,
    /// The published figure, or the exact one that a formula of the source gives.
    pub published: f64,
    /// How far ours may be from it, in the same unit.
    pub tolerance: f64,
    /// How many runs or events ours is measured from.
    pub trials: u64,
    /// Measures ours from real runs of the simulator.
    pub measure: fn() -> f64,
    /// Where it is published.
    pub source: &'static str,
}

/// Every row, topic by topic.
pub const ALL: &[&[Row]] = &[telephone::ROWS];
