//! Simulation beside the literature: published results, and what our own runs make of them. Each topic is one file and one line of
//! [`ALL`].
//!
//! To add one: write `src/literature/x.rs` with a `pub const ROWS: &[Row]`, name it here twice, and say in
//! `assets/lessons/<language>/literature.md` what each row counts and where it is published. `headless literature` measures every
//! row and writes `assets/literature.txt`, from which the page is made; a test measures them again. None of this is part of the
//! page's own program.

mod availability;
mod bitcoin;
mod congestion;
mod generals;
mod recovery;
mod retries;
mod tcp;
mod telephone;
mod voice;

use std::fmt::Write as _;

/// One published figure, and how ours is measured.
#[derive(Debug)]
pub struct Row {
    /// Its name in `literature.md`, such as `catch-up-q10-z2`.
    pub name: &'static str,
    /// The published figure, or the exact one that a formula of the source gives.
    pub published: f64,
    /// How far ours may be from it.
    pub tolerance: f64,
    /// To how many digits after the point all of them are told.
    pub digits: usize,
    /// How many runs or events ours is measured from; none if it is a formula of the program.
    pub trials: u64,
    /// Measures ours from runs of the simulator. The same at every call, as runs are.
    pub measure: fn() -> f64,
}

impl Row {
    /// Whether a figure is as near to the published one as it may be.
    pub fn agrees(&self, ours: f64) -> bool {
        (ours - self.published).abs() <= self.tolerance
    }
}

/// Every row, topic by topic.
pub const ALL: &[&[Row]] = &[
    telephone::ROWS,
    voice::ROWS,
    retries::ROWS,
    bitcoin::ROWS,
    availability::ROWS,
    congestion::ROWS,
    tcp::ROWS,
    generals::ROWS,
    recovery::ROWS,
];

/// All rows in order.
pub fn rows() -> impl Iterator<Item = &'static Row> {
    ALL.iter().flat_map(|rows| rows.iter())
}

/// Measures all rows, in their order.
pub fn measured() -> Vec<f64> {
    rows().map(|row| (row.measure)()).collect()
}

/// What `assets/literature.txt` says of what was measured: a line a row with what stands in its first line.
pub fn table(measured: &[f64]) -> String {
    let mut table = "# name | published | ours | tolerance | trials\n".to_owned();
    for (row, ours) in rows().zip(measured) {
        let digits = row.digits;
        let _ = writeln!(
            table,
            "{} | {:.digits$} | {ours:.digits$} | {} | {}",
            row.name,
            row.published,
            row.tolerance,
            // A formula is tried once for all.
            if row.trials == 0 { "–".to_owned() } else { row.trials.to_string() }
        );
    }
    table
}
