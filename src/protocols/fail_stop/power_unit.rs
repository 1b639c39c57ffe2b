//! A power unit: it feeds the servers of its rack as long as it runs, and says nothing.

use crate::sim::network::NodeId;
use crate::sim::process::{Context, Look, Process};
use crate::word;

use super::FailStop;

/// What the servers of a rack have their power from.
#[derive(Clone, Debug, Default)]
pub struct PowerUnit;

impl Process for PowerUnit {
    type Message = FailStop;

    fn on_message(&mut self, _: &mut Context<'_, FailStop>, _: NodeId, _: FailStop) {}

    fn look(&self) -> Look {
        Look::default().badge(word!("fact.power-on").text())
    }
}
