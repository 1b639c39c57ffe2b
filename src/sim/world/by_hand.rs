//! How the watcher plays the network and the clocks: what becomes of a message or a timer that is taken in hand.

use crate::sim::command::{Command, MessageDeed, TimerDeed, TimerName};
use crate::sim::core::{Core, Input, Leg};
use crate::sim::network::NodeId;
use crate::sim::trace::{PacketId, Trace, describe_bytes};
use crate::word;
use crate::words::Phrase;

use super::World;

impl World {
    /// The state but for processes, for those who list it.
    pub(in crate::sim) fn core(&self) -> &Core {
        &self.core
    }

    /// A command as the log has it: with what the message says that it is about, or that there is nothing to be done.
    pub(super) fn told(&self, command: &Command) -> Phrase {
        let words = self.network.write_command(command);
        let key = match command {
            Command::Message { packet, .. } => match self.core.slot_on_its_way(*packet) {
                Some(slot) => return self.told_of_message(words, slot),
                None => word!("log.command-no-message"),
            },
            Command::Timer { node, timer, .. } if self.core.timer_named(*node, timer).is_none() => {
                word!("log.command-no-timer")
            }
            _ => word!("log.command"),
        };
        Phrase::new(key).with("command", words)
    }

    fn told_of_message(&self, words: String, slot: u32) -> Phrase {
        let said = Phrase::new(word!("log.command-message")).with("command", words);
        let Some(packet) = self.packet_in(slot) else { return said };
        let label = describe_bytes(&self.network, &packet.bytes).map(|description| description.label);
        said.with("what", label.unwrap_or_else(|| "?".to_owned()))
            .with("from", self.network.name(packet.from))
            .with("to", self.network.name(packet.to))
    }

    /// Does to a message on its way what is to be done; nothing to any other.
    pub(super) fn play_network(&mut self, packet: PacketId, deed: MessageDeed, trace: &mut Trace) {
        let Some(slot) = self.core.slot_on_its_way(packet) else { return };
        match deed {
            MessageDeed::Deliver => self.deliver(slot, packet, trace),
            MessageDeed::Postpone(by) => self.core.postpone(&self.network, slot, by),
            MessageDeed::Drop => self.core.take_away(&self.network, trace, slot),
            MessageDeed::Copy => self.core.copy_by_hand(trace, slot),
        }
    }

    /// Does to a timer that is set what is to be done; nothing to any other.
    pub(super) fn play_clock(&mut self, node: NodeId, timer: &TimerName, deed: TimerDeed, trace: &mut Trace) {
        match deed {
            TimerDeed::Postpone(by) => self.core.postpone_timer(node, timer, by),
            TimerDeed::Fire => {
                let ticket = self.core.timer_named(node, timer).map(|pending| pending.ticket());
                if let Some(timer) = ticket.and_then(|ticket| self.core.take_timer(node, ticket)) {
                    self.take_in(node, Input::Timer(timer), trace);
                }
            }
        }
        self.core.node_mut(node).version += 1;
    }

    /// Ends the part of its way that a message is on. One that is held back or waits for a wire is put on the wire first.
    fn deliver(&mut self, slot: u32, id: PacketId, trace: &mut Trace) {
        let leg = self.packet_in(slot).map(|packet| (packet.leg, packet.to));
        if let Some((Leg::At(node), to)) = leg
            && node != to
        {
            // What it was held back for is stale from here on.
            self.core.renew_ticket(slot);
            self.core.forward(&self.network, trace, node, slot);
        }
        if let Some(Leg::Queued(direction)) = self.leg_of(slot, id) {
            self.core.jump_queue(trace, slot, direction);
        }
        if self.leg_of(slot, id).is_some()
            && let Some(ticket) = self.core.renew_ticket(slot)
        {
            self.arrive(slot, ticket, trace);
        }
    }

    /// Where a message is, if it still is the one in this slot.
    fn leg_of(&self, slot: u32, id: PacketId) -> Option<Leg> {
        self.packet_in(slot).filter(|packet| packet.id == id).map(|packet| packet.leg)
    }
}
