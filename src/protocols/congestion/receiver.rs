//! The receiver: keeps what comes and acknowledges it.

use crate::sim::network::NodeId;
use crate::sim::process::{Context, Look, Process};
use crate::sorted::Set;
use crate::word;

use super::{Books, Congestion, Packet};

/// A receiver.
#[derive(Clone, Debug, Default)]
pub struct Receiver {
    /// The newest connection that it has heard of.
    connection: u64,
    /// It has all packets of the connection before this one, or will have nothing to do with them any more.
    expected: u64,
    /// Packets beyond it that came early.
    early: Set<u64>,
    /// Packets that came again, or from an old connection.
    useless: u64,
    books: Books,
}

impl Receiver {
    /// The connection that it receives from.
    pub fn connection(&self) -> u64 {
        self.connection
    }

    /// After the last number of the connection that has come.
    pub fn end(&self) -> u64 {
        self.early.iter().last().map_or(self.expected, |last| last + 1)
    }

    /// How many packets came that it could not use, since it started.
    pub fn useless(&self) -> u64 {
        self.useless
    }

    /// What it has counted.
    pub fn books(&self) -> &Books {
        &self.books
    }

    /// Keeps a packet; false if it has it already, or has no use for it.
    fn keep(&mut self, packet: &Packet) -> bool {
        if packet.connection > self.connection {
            self.connection = packet.connection;
            self.expected = packet.base.unwrap_or(0);
            self.early = Set::new();
        }
        if packet.connection < self.connection || packet.number < self.expected {
            return false;
        }
        if packet.base.is_none() {
            // Nobody sends again what was lost, so there is nothing to wait for.
            self.expected = packet.number + 1;
            return true;
        }
        if !self.early.insert(packet.number) {
            return false;
        }
        while self.early.remove(&self.expected) {
            self.expected += 1;
        }
        true
    }
}

impl Process for Receiver {
    type Message = Congestion;

    fn on_message(&mut self, cx: &mut Context<'_, Congestion>, from: NodeId, message: Congestion) {
        let Congestion::Data(packet) = message else { return };
        if self.keep(&packet) {
            let totals = self.books.at(cx.now());
            totals.delivered += 1;
            totals.waited += packet.waited;
        } else {
            self.useless += 1;
        }
        if packet.base.is_some() {
            let (connection, expected) = (self.connection, self.expected);
            cx.send(from, &Congestion::Ack { to: packet.from, connection, expected, echo: packet.sent_at });
        }
    }

    fn heap_bytes(&self) -> usize {
        self.books.heap_bytes() + self.early.len() * size_of::<u64>()
    }

    fn look(&self) -> Look {
        let delivered = self.books.latest().delivered;
        Look::default()
            .badge(delivered.to_string())
            .fact(word!("fact.flow-delivered"), delivered)
            .fact(word!("fact.flow-useless"), self.useless)
            .fact(word!("fact.flow-early"), self.early.len() as u64)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn packet(connection: u64, number: u64, base: Option<u64>) -> Packet {
        let (from, to) = (NodeId(0), NodeId(1));
        Packet { from, to, connection, number, base, sent_at: 0, waited: 0, hops: 0 }
    }

    #[test]
    fn each_packet_is_kept_once_and_the_first_hole_is_asked_for() {
        let mut receiver = Receiver::default();
        let kept: Vec<_> = [0, 2, 2, 3, 1, 0].map(|number| receiver.keep(&packet(5, number, Some(0)))).into();
        assert_eq!(kept, [true, true, false, true, true, false]);
        assert_eq!((receiver.expected, receiver.end()), (4, 4));
    }

    #[test]
    fn an_old_connection_is_over_and_one_under_way_can_be_joined() {
        let mut receiver = Receiver::default();
        assert!(receiver.keep(&packet(5, 7, Some(7))) && receiver.keep(&packet(6, 40, Some(38))));
        assert_eq!((receiver.expected, receiver.end()), (38, 41));
        assert!(!receiver.keep(&packet(5, 8, Some(7))));
    }

    #[test]
    fn without_acknowledgements_gaps_are_left_and_late_packets_useless() {
        let mut receiver = Receiver::default();
        let kept = [0, 3, 2, 3, 4].map(|number| receiver.keep(&packet(5, number, None)));
        assert_eq!(kept, [true, true, false, false, true]);
    }
}
