//! A pause: the node does nothing and forgets nothing; what comes in waits for it.

use crate::sim::fault::{Effect, FaultKind};

use crate::word;

/// A pause: the node does nothing and forgets nothing; what comes in waits for it.
pub static PAUSE: FaultKind = FaultKind {
    name: "pause",
    heal_verb: Some("resume"),
    effect: Effect::Node(|_, condition| condition.paused = true),
    amount: None,
    title: word!("fault.pause"),
    heal_title: word!("fault.pause.heal"),
    lost: None,
};
