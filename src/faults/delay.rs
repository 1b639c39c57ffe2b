//! A wire on which messages take this much longer.

use super::amounts::duration;
use crate::sim::fault::{Effect, FaultKind};
use crate::sim::settings::Kind;
use crate::sim::time::Duration;
use crate::word;

/// A wire on which messages take this much longer.
pub static DELAY: FaultKind = FaultKind {
    name: "delay",
    heal_verb: None,
    effect: Effect::Link(|amount, settings| settings.latency = settings.latency.longer_by(duration(amount))),
    amount: Some((Kind::Duration(Duration::ZERO, Duration::secs(86_400)), "200ms")),
    title: word!("fault.delay"),
    heal_title: word!("fault.delay.heal"),
    lost: None,
};
