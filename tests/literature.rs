//! Published results against the simulator: every row of the page "Simulation beside the literature" is measured again.

use std::fs;
use std::path::Path;
use std::sync::OnceLock;

use netsplit::literature::{self, rows, table};

/// All rows, measured once for all tests.
fn measured() -> &'static [f64] {
    static MEASURED: OnceLock<Vec<f64>> = OnceLock::new();
    MEASURED.get_or_init(literature::measured)
}

/// The rows as they were written down: name, published, ours, tolerance, trials.
fn written() -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("assets/literature.txt");
    fs::read_to_string(path).expect("assets/literature.txt is there")
}

#[test]
fn our_figures_agree_with_the_published_ones() {
    let disagree = rows().zip(measured()).filter_map(|(row, ours)| {
        let told = format!("{}: {ours} is not {} ± {}", row.name, row.published, row.tolerance);
        (!row.agrees(*ours)).then_some(told)
    });
    assert_eq!(disagree.collect::<Vec<_>>(), Vec::<String>::new());
}

#[test]
fn the_page_tells_what_is_measured() {
    assert_eq!(written(), table(measured()), "write it anew: cargo headless literature");
}

#[test]
fn names_are_given_once_and_what_is_far_off_is_refused() {
    let names: Vec<&str> = rows().map(|row| row.name).collect();
    for (at, name) in names.iter().enumerate() {
        assert!(!names[..at].contains(name), "two rows are called {name}");
    }
    for row in rows() {
        assert!(!row.agrees(row.published + 2.0 * row.tolerance), "{} agrees with anything", row.name);
    }
}
