//! A hardware failure: the node stops, and its disk is gone with it. It can only be replaced by an empty one.

use crate::sim::fault::Condition;
use crate::sim::fault::{Effect, FaultKind};
use crate::sim::settings::Value;
use crate::word;

/// A hardware failure: the node stops, and its disk is gone with it. It can only be replaced by an empty one.
pub static DESTROY: FaultKind = FaultKind {
    name: "destroy",
    heal_verb: Some("replace"),
    effect: Effect::Node(destroy),
    amount: None,
    title: word!("fault.destroy"),
    heal_title: word!("fault.destroy.heal"),
    lost: None,
};

fn destroy(_: &Value, condition: &mut Condition) {
    condition.down = true;
    condition.disk_lost = true;
}
