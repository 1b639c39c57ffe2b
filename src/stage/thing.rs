//! What can be pointed at on the stage.

use crate::sim::network::{LinkId, NodeId};
use crate::sim::trace::PacketId;

/// Something on the stage.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Thing {
    /// A node.
    Node(NodeId),
    /// A link.
    Link(LinkId),
    /// A message.
    Packet(PacketId),
}
