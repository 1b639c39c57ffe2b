//! A wire that flips one bit of some messages, each with this probability.

use super::amounts::probability;
use crate::sim::fault::{Effect, FaultKind};
use crate::sim::link::Crossing;
use crate::sim::settings::{Kind, Value};
use crate::word;

/// A wire that flips one bit of some messages, each with this probability.
pub static CORRUPT: FaultKind = FaultKind {
    name: "corrupt",
    heal_verb: None,
    effect: Effect::Crossing(flip_a_bit),
    amount: Some((Kind::Probability, "20%")),
    title: word!("fault.corrupt"),
    heal_title: word!("fault.corrupt.heal"),
    lost: None,
};

fn flip_a_bit(amount: &Value, crossing: &mut Crossing<'_>) {
    if !crossing.bytes.is_empty() && crossing.rng.chance(probability(amount)) {
        let bit = crossing.rng.below(crossing.bytes.len() as u64 * 8) as usize;
        crossing.bytes[bit / 8] ^= 1 << (bit % 8);
        crossing.altered = true;
    }
}
