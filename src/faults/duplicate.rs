//! A wire that delivers some messages twice, each with this probability.

use super::amounts::probability;
use crate::sim::fault::{Effect, FaultKind};
use crate::sim::settings::Kind;
use crate::word;

/// A wire that delivers some messages twice, each with this probability.
pub static DUPLICATE: FaultKind = FaultKind {
    name: "duplicate",
    heal_verb: None,
    effect: Effect::Crossing(|amount, crossing| {
        crossing.copies = crossing.rng.chance(probability(amount)).into()
    }),
    amount: Some((Kind::Probability, "20%")),
    title: word!("fault.duplicate"),
    heal_title: word!("fault.duplicate.heal"),
    lost: None,
};
