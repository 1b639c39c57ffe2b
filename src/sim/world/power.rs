//! Power: a node may have it from another, and without it is down until it is back.
//!
//! Which one is said by the node's setting [`POWER_FROM`], if its role has that; with an empty text, and without the setting, it has power
//! of its own. A link that leads there is the cable, too: it carries power as long as its direction to the node is whole.

use std::sync::Arc;

use crate::sim::network::{DirectionId, NodeId};
use crate::sim::settings::POWER_FROM;
use crate::sim::trace::Trace;

use super::World;

impl World {
    /// Whether a node has power. A name that nobody has gives none.
    pub fn has_power(&self, node: NodeId) -> bool {
        let Some(name) = self.power_from(node) else { return true };
        let Some(supply) = self.network.node_named(name) else { return false };
        let cable = self.network.direction(supply, node);
        self.is_running(supply) && cable.is_none_or(|cable| self.direction(cable).settings.up)
    }

    fn power_from(&self, node: NodeId) -> Option<&str> {
        self.core.node(node).settings.find_text(POWER_FROM).filter(|name| !name.is_empty())
    }

    /// Lets the nodes fall or rise that have their power from this one, which did.
    pub(super) fn pass_power(&mut self, supply: NodeId, trace: &mut Trace) {
        let network = Arc::clone(&self.network);
        for node in network.node_ids() {
            if self.power_from(node) == Some(network.name(supply)) {
                self.fold_node(node, trace);
            }
        }
    }

    /// Lets the node at the end of a cable fall or rise with what became of the cable.
    pub(super) fn pass_power_along(&mut self, cable: DirectionId, trace: &mut Trace) {
        let (supply, node) = (self.network.source(cable), self.network.target(cable));
        if self.power_from(node) == Some(self.network.name(supply)) {
            self.fold_node(node, trace);
        }
    }
}
