//! A crash: the node stops and forgets what it did not sync to its disk.

use crate::sim::fault::{Effect, FaultKind};

use crate::word;

/// A crash: the node stops and forgets what it did not sync to its disk.
pub static CRASH: FaultKind = FaultKind {
    name: "crash",
    heal_verb: Some("restart"),
    effect: Effect::Node(|_, condition| condition.down = true),
    amount: None,
    title: word!("fault.crash"),
    heal_title: word!("fault.crash.heal"),
    lost: None,
};
