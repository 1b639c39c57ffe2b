//! Vector clocks: which events could have had a part in which (L. Lamport 1978; C. Fidge, F. Mattern 1988). Read off a trace,
//! whatever the protocol: a node counts its own events, and a message carries what its sender knew.

use crate::sim::network::NodeId;
use crate::sim::trace::{Event, PacketId};

/// How many events of each node are known, by node; those of which none is known are left out.
pub type Clock = Vec<(NodeId, u32)>;

/// The clocks of all nodes and of all messages so far.
pub struct Clocks {
    nodes: Vec<Clock>,
    packets: Vec<Clock>,
}

impl Clocks {
    /// Nobody knows of anything.
    pub fn new(nodes: usize) -> Clocks {
        Clocks { nodes: vec![Clock::new(); nodes], packets: Vec::new() }
    }

    /// Takes the next event of a trace in. If it happened at a node, says at which, and what that node knows now.
    pub fn take(&mut self, event: &Event) -> Option<(NodeId, &Clock)> {
        let node = match *event {
            Event::Sent { from: node, .. }
            | Event::Forwarded { node, .. }
            | Event::Delivered { node, .. }
            | Event::Fired { node, .. }
            | Event::Noted { node, .. }
            | Event::Answered { node, .. }
            | Event::Down { node }
            | Event::Up { node } => node,
            Event::Duplicated { packet, copy } => {
                let carried = self.packet(packet).clone();
                *self.packet(copy) = carried;
                return None;
            }
            Event::Commanded { .. } | Event::Lost { .. } | Event::Altered { .. } | Event::Property { .. } => {
                return None;
            }
        };
        if let Event::Forwarded { packet, .. } | Event::Delivered { packet, .. } = *event {
            let carried = std::mem::take(self.packet(packet));
            learn(&mut self.nodes[node.index()], &carried);
        }
        tick(&mut self.nodes[node.index()], node);
        if let Event::Sent { packet, .. } | Event::Forwarded { packet, .. } = *event {
            let carried = self.nodes[node.index()].clone();
            *self.packet(packet) = carried;
        }
        Some((node, &self.nodes[node.index()]))
    }

    fn packet(&mut self, packet: PacketId) -> &mut Clock {
        let index = packet.0 as usize;
        if self.packets.len() <= index {
            self.packets.resize(index + 1, Clock::new());
        }
        &mut self.packets[index]
    }
}

fn tick(clock: &mut Clock, node: NodeId) {
    match clock.binary_search_by_key(&node, |(node, _)| *node) {
        Ok(at) => clock[at].1 += 1,
        Err(at) => clock.insert(at, (node, 1)),
    }
}

fn learn(clock: &mut Clock, other: &Clock) {
    for (node, count) in other {
        match clock.binary_search_by_key(node, |(node, _)| *node) {
            Ok(at) => clock[at].1 = clock[at].1.max(*count),
            Err(at) => clock.insert(at, (*node, *count)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_message_carries_what_its_sender_knew_when_it_sent_it() {
        let (a, b, c) = (NodeId(0), NodeId(1), NodeId(2));
        let (first, copy, second) = (PacketId(0), PacketId(1), PacketId(2));
        let mut clocks = Clocks::new(3);
        let mut take = |event: Event| clocks.take(&event).map(|(node, clock)| (node, clock.clone()));
        assert_eq!(take(Event::Up { node: c }), Some((c, vec![(c, 1)])));
        assert_eq!(take(Event::Sent { packet: first, from: a, to: b }), Some((a, vec![(a, 1)])));
        assert_eq!(take(Event::Duplicated { packet: first, copy }), None);
        assert_eq!(take(Event::Down { node: a }), Some((a, vec![(a, 2)])));
        assert_eq!(take(Event::Delivered { packet: first, node: b }), Some((b, vec![(a, 1), (b, 1)])));
        assert_eq!(take(Event::Sent { packet: second, from: b, to: c }), Some((b, vec![(a, 1), (b, 2)])));
        assert_eq!(take(Event::Forwarded { packet: copy, node: c }), Some((c, vec![(a, 1), (c, 2)])));
        assert_eq!(
            take(Event::Delivered { packet: second, node: c }),
            Some((c, vec![(a, 1), (b, 2), (c, 3)]))
        );
    }
}
