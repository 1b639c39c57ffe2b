//! A slow node: it takes this much longer over each thing that it does, and does one at a time.

use super::amounts::duration;
use crate::sim::fault::{Effect, FaultKind};
use crate::sim::settings::Kind;
use crate::sim::time::Duration;
use crate::word;

/// A slow node: it takes this much longer over each thing that it does, and does one at a time.
pub static SLOW: FaultKind = FaultKind {
    name: "slow",
    heal_verb: None,
    effect: Effect::Node(|amount, condition| condition.slowness = duration(amount)),
    amount: Some((Kind::Duration(Duration::ZERO, Duration::secs(86_400)), "200ms")),
    title: word!("fault.slow"),
    heal_title: word!("fault.slow.heal"),
    lost: None,
};
