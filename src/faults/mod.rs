//! What can go wrong. A fault is data of one of these kinds; each kind is one file and one line of [`ALL`].
//!
//! To add one: write `src/faults/x.rs` with a `pub static X: FaultKind`, name it here twice, and give it its words in
//! `assets/words`. The command grammar, menus, sliders, chaos sweeps and replay tests follow from the list.
//!
//! The order of the list is the order in which faults in force at one place are folded.

mod amounts;
mod byzantine;
mod clog;
mod corrupt;
mod crash;
mod cut;
mod delay;
mod destroy;
mod duplicate;
mod fill_disk;
mod loss;
mod pause;
mod reorder;
mod slow;
mod swap_words;

use crate::sim::fault::FaultKind;

/// Every kind of fault.
pub static ALL: &[&FaultKind] = &[
    &cut::CUT,
    &delay::DELAY,
    &clog::CLOG,
    &loss::LOSS,
    &duplicate::DUPLICATE,
    &reorder::REORDER,
    &corrupt::CORRUPT,
    &swap_words::SWAP_WORDS,
    &crash::CRASH,
    &destroy::DESTROY,
    &pause::PAUSE,
    &slow::SLOW,
    &fill_disk::FILL_DISK,
    &byzantine::BYZANTINE,
];

pub use crash::CRASH;
pub use cut::CUT;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_and_undo_verbs_are_unique_and_usual_amounts_are_of_their_kind() {
        let mut verbs = vec!["heal", "request", "set"];
        for kind in ALL {
            verbs.push(kind.name);
            verbs.extend(kind.heal_verb);
            kind.usual_amount();
        }
        let count = verbs.len();
        verbs.sort_unstable();
        verbs.dedup();
        assert_eq!(verbs.len(), count);
    }

    #[test]
    fn a_fault_that_loses_messages_says_why() {
        assert!(
            ALL.iter().filter(|kind| ["cut", "loss"].contains(&kind.name)).all(|kind| kind.lost.is_some())
        );
    }
}
