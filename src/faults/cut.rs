//! A cut wire: what reaches the gap in its middle is lost.

use crate::sim::fault::{Effect, FaultKind};

use crate::word;

/// A cut wire: what reaches the gap in its middle is lost.
pub static CUT: FaultKind = FaultKind {
    name: "cut",
    heal_verb: None,
    effect: Effect::Link(|_, settings| settings.up = false),
    amount: None,
    title: word!("fault.cut"),
    heal_title: word!("fault.cut.heal"),
    lost: Some(word!("lost.cut")),
};
