//! Seals: hashes under a key that only its owner has, and whoever it gives it to.
//!
//! A real signature is checked with a public key, from which the secret one cannot be found. Here [`is_of`] stands for that: this file knows
//! all secrets, and tells everyone only whether a seal is genuine. A general asks it for no secret but its own.

use serde::{Deserialize, Serialize};

use crate::sim::digest::keyed_hash;

use super::{Path, Plan};

/// What makes a general's seal.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Secret(u64);

impl Secret {
    /// That of the general with this number, for nobody but this general to ask.
    pub(super) fn of(general: u8) -> Secret {
        Secret(keyed_hash(SEALS_GROW_FROM, &[general]))
    }

    /// The seal under an order that came through the generals of a path, the owner the last of them.
    pub fn seal(self, council: u64, plan: Plan, path: Path) -> u64 {
        let mut words = [0; 13];
        words[..8].copy_from_slice(&council.to_le_bytes());
        words[8..12].copy_from_slice(&path.0.to_le_bytes());
        words[12] = u8::from(plan == Plan::Attack);
        keyed_hash(&self.0.to_le_bytes(), &words)
    }
}

/// Secrets are the same in every run: nothing in a run can guess at them.
const SEALS_GROW_FROM: &[u8] = b"1982";

/// Whether a seal under an order is that of this general.
pub(super) fn is_of(general: u8, seal: u64, council: u64, plan: Plan, path: Path) -> bool {
    Secret::of(general).seal(council, plan, path) == seal
}

/// Whether everyone on the path sealed the order as it came to them.
pub(super) fn all_genuine(seals: &[u64], council: u64, plan: Plan, path: Path) -> bool {
    let genuine = |(index, seal): (usize, &u64)| {
        is_of(path.prefix(index + 1).last(), *seal, council, plan, path.prefix(index + 1))
    };
    seals.len() == path.len() && seals.iter().enumerate().all(genuine)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_seal_is_of_one_general_one_council_one_plan_and_one_path() {
        let path = Path::ORDER.then(2);
        let seal = Secret::of(2).seal(1, Plan::Attack, path);
        assert!(is_of(2, seal, 1, Plan::Attack, path));
        assert!(!is_of(3, seal, 1, Plan::Attack, path));
        assert!(!is_of(2, seal, 2, Plan::Attack, path));
        assert!(!is_of(2, seal, 1, Plan::Retreat, path));
        assert!(!is_of(2, seal, 1, Plan::Attack, Path::ORDER.then(3)));
    }

    #[test]
    fn each_name_on_a_path_takes_a_seal() {
        let (order, relayed) = (Path::ORDER, Path::ORDER.then(3));
        let seals =
            [Secret::of(1).seal(0, Plan::Retreat, order), Secret::of(3).seal(0, Plan::Retreat, relayed)];
        assert!(all_genuine(&seals, 0, Plan::Retreat, relayed));
        assert!(
            !all_genuine(&seals[..1], 0, Plan::Retreat, relayed)
                && !all_genuine(&seals, 0, Plan::Attack, relayed)
        );
    }
}
