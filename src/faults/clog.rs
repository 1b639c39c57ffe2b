//! A wire that takes no more than so many bits a second: what does not fit waits, and what finds no room is dropped.

use crate::sim::fault::{Effect, FaultKind};
use crate::sim::link::LinkSettings;
use crate::sim::settings::{Kind, Value};
use crate::word;

/// A wire that takes no more than so many bits a second: what does not fit waits, and what finds no room is dropped.
pub static CLOG: FaultKind = FaultKind {
    name: "clog",
    heal_verb: None,
    effect: Effect::Link(slow_down),
    amount: Some((Kind::Bandwidth, "2kbps")),
    title: word!("fault.clog"),
    heal_title: word!("fault.clog.heal"),
    lost: None,
};

/// A clogged wire is never faster than it was.
fn slow_down(amount: &Value, settings: &mut LinkSettings) {
    if let Value::Bandwidth(Some(rate)) = amount {
        settings.bandwidth = Some(settings.bandwidth.map_or(*rate, |before| before.min(*rate)));
    }
}
