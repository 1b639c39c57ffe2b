//! How much memory the state of the world takes, about: checkpoints are bounded in bytes. What it leaves out is small or
//! shared, such as routes.

use crate::sim::property::Standing;
use crate::words::Phrase;

use super::{Core, DirectionState, InForce, Input, Loss, NodeState, Outgoing, Packet, PendingTimer};

/// What a thing on the heap takes besides itself.
const ALLOCATION: usize = 16;

impl Core {
    /// How much memory a clone of it takes on the heap, about.
    pub(in crate::sim) fn bytes(&self) -> usize {
        let nodes: usize = self.nodes.iter().map(NodeState::heap_bytes).sum();
        let directions: usize = self.directions.iter().map(DirectionState::heap_bytes).sum();
        let packets = self.packets.iter().flatten().map(Packet::heap_bytes).sum::<usize>()
            + list::<Option<Packet>>(self.packets.len());
        let standings = self.standings.iter().map(standing_bytes).sum::<usize>();
        nodes
            + directions
            + packets
            + standings
            + self.agenda.bytes()
            + list::<u32>(self.free_slots.len())
            + list::<Loss>(self.losses.len())
    }
}

impl NodeState {
    fn heap_bytes(&self) -> usize {
        size_of::<NodeState>()
            + list::<(usize, [u64; 3])>(self.settings.iter().count())
            + self.disk.records().map(|(name, content, _)| name.len() + content.len() + 64).sum::<usize>()
            + list::<PendingTimer>(self.timers.len())
            + list::<Input>(self.inbox.len())
            + list::<InForce>(self.faults.len())
            + list::<Outgoing>(self.told.len())
    }
}

impl DirectionState {
    fn heap_bytes(&self) -> usize {
        size_of::<DirectionState>() + list::<InForce>(self.faults.len()) + list::<u32>(self.queue.len())
    }
}

impl Packet {
    fn heap_bytes(&self) -> usize {
        if self.bytes.spilled() { self.bytes.len() + ALLOCATION } else { 0 }
    }
}

fn standing_bytes(standing: &Standing) -> usize {
    let phrase = |phrase: &Phrase| -> usize {
        phrase.args().iter().map(|(_, value)| size_of::<(&str, String)>() + value.len() + ALLOCATION).sum()
    };
    let heap = match standing {
        Standing::Broken { why, .. } | Standing::Waiting { why: Some(why) } => phrase(why),
        _ => 0,
    };
    size_of::<Standing>() + heap
}

/// A list of so many.
fn list<T>(count: usize) -> usize {
    if count == 0 { 0 } else { count * size_of::<T>() + ALLOCATION }
}
