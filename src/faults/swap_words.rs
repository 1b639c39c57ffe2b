//! A wire that swaps two 16-bit words of some messages, each with this probability.
//!
//! It is what a machine does that copies words to the wrong places of its memory. A checksum that is a sum, as that of TCP is, does not
//! see it, for a sum does not depend on the order (J. Stone, C. Partridge: *When the CRC and TCP checksum disagree*, 2000).

use super::amounts::probability;
use crate::sim::fault::{Effect, FaultKind};
use crate::sim::link::Crossing;
use crate::sim::settings::{Kind, Value};
use crate::word;

/// A wire that swaps two 16-bit words of some messages, each with this probability.
pub static SWAP_WORDS: FaultKind = FaultKind {
    name: "swap-words",
    heal_verb: None,
    effect: Effect::Crossing(swap_two_words),
    amount: Some((Kind::Probability, "20%")),
    title: word!("fault.swap-words"),
    heal_title: word!("fault.swap-words.heal"),
    lost: None,
};

/// Words are counted from the first byte. Two that are alike may be swapped, which alters nothing.
fn swap_two_words(amount: &Value, crossing: &mut Crossing<'_>) {
    let words = crossing.bytes.len() as u64 / 2;
    if words >= 2 && crossing.rng.chance(probability(amount)) {
        let first = crossing.rng.below(words);
        let second = (first + 1 + crossing.rng.below(words - 1)) % words;
        let (first, second) = (first as usize * 2, second as usize * 2);
        let is_other = crossing.bytes[first..first + 2] != crossing.bytes[second..second + 2];
        crossing.bytes.swap(first, second);
        crossing.bytes.swap(first + 1, second + 1);
        crossing.altered |= is_other;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sim::random::{Probability, Rng};
    use crate::sim::time::Duration;
    use crate::sim::wire::Bytes;

    fn crossed(sent: &[u8]) -> (Bytes, bool) {
        let (mut bytes, mut rng) = (Bytes::from_slice(sent), Rng::stream(1, "wire"));
        let mut crossing = Crossing {
            bytes: &mut bytes,
            rng: &mut rng,
            lost: false,
            altered: false,
            copies: 0,
            held_up: Duration::ZERO,
            mean_latency: Duration::ZERO,
        };
        swap_two_words(&Value::Probability(Probability::percent(100)), &mut crossing);
        let altered = crossing.altered;
        (bytes, altered)
    }

    #[test]
    fn two_words_change_places_and_no_other_byte_moves() {
        let sent: Vec<u8> = (0..21).collect();
        let (bytes, altered) = crossed(&sent);
        let moved: Vec<usize> = (0..21).filter(|at| bytes[*at] != sent[*at]).collect();
        assert!(altered && moved.len() == 4 && (moved[0] | moved[2]) & 1 == 0, "{moved:?}");
        assert_eq!((bytes[moved[0]], bytes[moved[1]]), (sent[moved[2]], sent[moved[3]]));
    }

    #[test]
    fn what_has_no_two_words_or_only_equal_ones_is_not_altered() {
        for sent in [&[1, 2, 3][..], &[], &[7; 20]] {
            let (bytes, altered) = crossed(sent);
            assert!(!altered && bytes[..] == *sent);
        }
    }
}
