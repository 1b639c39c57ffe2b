//! A wire that loses messages, each with this probability.

use super::amounts::probability;
use crate::sim::fault::{Effect, FaultKind};
use crate::sim::settings::Kind;
use crate::word;

/// A wire that loses messages, each with this probability.
pub static LOSS: FaultKind = FaultKind {
    name: "loss",
    heal_verb: None,
    effect: Effect::Crossing(|amount, crossing| crossing.lost = crossing.rng.chance(probability(amount))),
    amount: Some((Kind::Probability, "30%")),
    title: word!("fault.loss"),
    heal_title: word!("fault.loss.heal"),
    lost: Some(word!("lost.loss")),
};
