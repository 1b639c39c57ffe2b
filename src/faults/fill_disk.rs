//! A full disk: it refuses writes and can still be read.

use crate::sim::fault::{Effect, FaultKind};

use crate::word;

/// A full disk: it refuses writes and can still be read.
pub static FILL_DISK: FaultKind = FaultKind {
    name: "fill-disk",
    heal_verb: Some("free-disk"),
    effect: Effect::Node(|_, condition| condition.disk_full = true),
    amount: None,
    title: word!("fault.fill-disk"),
    heal_title: word!("fault.fill-disk.heal"),
    lost: None,
};
