//! A wire that holds some messages up, each with this probability, so that later ones overtake them.

use super::amounts::probability;
use crate::sim::fault::{Effect, FaultKind};
use crate::sim::link::Crossing;
use crate::sim::settings::{Kind, Value};
use crate::word;

/// A wire that holds some messages up, each with this probability, so that later ones overtake them.
pub static REORDER: FaultKind = FaultKind {
    name: "reorder",
    heal_verb: None,
    effect: Effect::Crossing(hold_up),
    amount: Some((Kind::Probability, "20%")),
    title: word!("fault.reorder"),
    heal_title: word!("fault.reorder.heal"),
    lost: None,
};

/// A message is held up by one to three times the average latency, which is enough for the next few to pass it.
fn hold_up(amount: &Value, crossing: &mut Crossing<'_>) {
    if crossing.rng.chance(probability(amount)) {
        let average = crossing.mean_latency.at_least_shortest();
        crossing.held_up = crossing.rng.between(average, average * 3);
    }
}
