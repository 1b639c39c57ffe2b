//! What happened, in order: one record an event, from which the log, the diagram and the run hash are made.
//!
//! Records are small; bytes and phrases stand in arenas beside them. A trace is only ever appended to. When a run is replayed
//! the world says the same things again, and the trace keeps what it has.

use std::ops::Range;

use crate::word;
use crate::words::{Key, Phrase};

use super::network::{DirectionId, Network, NodeId};
use super::process::{Description, Sort, Timer};
use super::time::Time;
use super::wire;

/// Names a message for the length of a run: they are numbered as they are sent.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Default)]
pub struct PacketId(pub u64);

/// Something that happened, and when.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Record {
    /// When.
    pub time: Time,
    /// What.
    pub event: Event,
}

/// What can happen.
#[derive(Clone, Copy, PartialEq, Debug)]
pub enum Event {
    /// A command was carried out; its text is a phrase.
    Commanded {
        /// An index into the phrases.
        phrase: u32,
    },
    /// A message was sent.
    Sent {
        /// Which.
        packet: PacketId,
        /// By whom.
        from: NodeId,
        /// To whom.
        to: NodeId,
    },
    /// A message on its way was passed on by a node.
    Forwarded {
        /// Which.
        packet: PacketId,
        /// By whom.
        node: NodeId,
    },
    /// A message arrived and was understood.
    Delivered {
        /// Which.
        packet: PacketId,
        /// To whom.
        node: NodeId,
    },
    /// A message will never arrive.
    Lost {
        /// Which.
        packet: PacketId,
        /// Where.
        place: LossPlace,
        /// Why.
        cause: Cause,
    },
    /// The bytes of a message were changed on its way.
    Altered {
        /// Which.
        packet: PacketId,
        /// Where.
        direction: DirectionId,
    },
    /// A second copy of a message set out.
    Duplicated {
        /// Which.
        packet: PacketId,
        /// The copy.
        copy: PacketId,
    },
    /// A timer went off.
    Fired {
        /// Whose.
        node: NodeId,
        /// Which.
        timer: Timer,
    },
    /// A process said something.
    Noted {
        /// Which.
        node: NodeId,
        /// An index into the phrases.
        phrase: u32,
    },
    /// A process told its user the outcome of a request.
    Answered {
        /// Which.
        node: NodeId,
        /// An index into the phrases.
        phrase: u32,
    },
    /// A node stopped running.
    Down {
        /// Which.
        node: NodeId,
    },
    /// A node runs again.
    Up {
        /// Which.
        node: NodeId,
    },
    /// A property of the network, by its place in the list, came to stand otherwise.
    Property {
        /// Its index.
        index: u32,
        /// Whether that is as it should be.
        good: bool,
    },
}

/// Where a message was lost.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum LossPlace {
    /// On a link.
    Direction(DirectionId),
    /// At a node.
    Node(NodeId),
}

/// Why a message was lost.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Cause {
    /// A fault of the catalogue, by its index there.
    Fault(u8),
    /// Too many waited already.
    QueueFull,
    /// The node does not run.
    NodeDown,
    /// There is no link to the receiver.
    NoLink,
    /// No route leads to the receiver.
    NoRoute,
    /// It was passed on too often.
    TooManyHops,
    /// The checksum or the content was wrong.
    Unreadable,
    /// The watcher took it away.
    ByHand,
}

/// What happened in a run.
#[derive(Clone, Debug, Default)]
pub struct Trace {
    records: Vec<Record>,
    /// For each record, how many events and commands had happened with the one that left it.
    steps: Vec<u32>,
    phrases: Vec<Phrase>,
    /// The bytes of every message as it was sent, one after the other.
    bytes: Vec<u8>,
    packets: Vec<SentPacket>,
    /// Whether nothing is written down.
    is_mute: bool,
}

#[derive(Clone, Copy, Debug)]
struct SentPacket {
    from: NodeId,
    to: NodeId,
    sort: Sort,
    record: u32,
    bytes_end: usize,
}

/// How far into a trace a world has come.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Position {
    /// Records written.
    pub records: usize,
    /// Phrases written.
    pub phrases: usize,
    /// Messages numbered.
    pub packets: usize,
    /// Events and commands that happened.
    pub steps: usize,
}

impl Trace {
    /// A trace that writes nothing down, for a part of a run that is told by another.
    pub fn mute() -> Trace {
        Trace { is_mute: true, ..Trace::default() }
    }

    /// How much memory it takes, about, without the texts of phrases.
    pub fn memory_bytes(&self) -> usize {
        size_of_val(&*self.records)
            + size_of_val(&*self.steps)
            + size_of_val(&*self.phrases)
            + self.bytes.len()
            + size_of_val(&*self.packets)
    }

    /// All records in order.
    pub fn records(&self) -> &[Record] {
        &self.records
    }

    /// How many events and commands had happened with the one that left the record of this index.
    pub fn step_of(&self, record: usize) -> usize {
        self.steps.get(record).map_or(0, |step| *step as usize)
    }

    /// The phrase of this index.
    pub fn phrase(&self, index: u32) -> Option<&Phrase> {
        self.phrases.get(index as usize)
    }

    /// Who sent a message to whom.
    pub fn ends(&self, packet: PacketId) -> Option<(NodeId, NodeId)> {
        self.packets.get(packet.0 as usize).map(|sent| (sent.from, sent.to))
    }

    /// What sort of message it was as it was sent.
    pub fn sort(&self, packet: PacketId) -> Option<Sort> {
        self.packets.get(packet.0 as usize).map(|sent| sent.sort)
    }

    /// The bytes of a message as it was sent.
    pub fn bytes(&self, packet: PacketId) -> Option<&[u8]> {
        self.bytes.get(self.byte_range(packet)?)
    }

    /// The record that says that a message was sent.
    pub fn sent(&self, packet: PacketId) -> Option<&Record> {
        self.packets.get(packet.0 as usize).and_then(|sent| self.records.get(sent.record as usize))
    }

    /// A message as it was sent, as an onlooker reads it.
    pub fn describe(&self, network: &Network, packet: PacketId) -> Option<Description> {
        describe_bytes(network, self.bytes(packet)?)
    }

    /// What a record says, as a sentence with node names.
    pub fn sentence(&self, network: &Network, record: &Record) -> Phrase {
        Sentence { trace: self, network }.of(record)
    }

    /// A record as one line: its moment in seconds and its sentence.
    pub fn line(&self, network: &Network, record: &Record) -> String {
        let micros = record.time.as_micros();
        format!("{:>4}.{:06}  {}", micros / 1_000_000, micros % 1_000_000, self.sentence(network, record))
    }

    /// What was written up to this position.
    pub(super) fn head(&self, position: Position) -> Trace {
        let packets = self.packets[..position.packets].to_vec();
        let bytes = packets.last().map_or(0, |sent| sent.bytes_end);
        Trace {
            records: self.records[..position.records].to_vec(),
            steps: self.steps[..position.records].to_vec(),
            phrases: self.phrases[..position.phrases].to_vec(),
            bytes: self.bytes[..bytes].to_vec(),
            packets,
            is_mute: self.is_mute,
        }
    }

    /// How far it goes. In which step its last record was written is no part of that.
    pub(super) fn end(&self) -> Position {
        let (records, phrases, packets) = (self.records.len(), self.phrases.len(), self.packets.len());
        Position { records, phrases, packets, steps: 0 }
    }

    /// Forgets what was written after this position, because another future begins here.
    pub fn truncate(&mut self, position: Position) {
        self.records.truncate(position.records);
        self.steps.truncate(position.records);
        self.phrases.truncate(position.phrases);
        self.packets.truncate(position.packets);
        self.bytes.truncate(self.packets.last().map_or(0, |sent| sent.bytes_end));
    }

    pub(super) fn push(&mut self, at: Position, record: Record) {
        if self.is_mute {
            return;
        }
        if at.records == self.records.len() {
            self.records.push(record);
            self.steps.push(at.steps as u32);
        }
        debug_assert_eq!(self.records[at.records], record, "a replay said something else");
    }

    pub(super) fn push_phrase(&mut self, at: usize, phrase: Phrase) {
        if at == self.phrases.len() && !self.is_mute {
            self.phrases.push(phrase);
        }
    }

    pub(super) fn push_packet(
        &mut self,
        position: Position,
        (from, to): (NodeId, NodeId),
        sort: Sort,
        bytes: &[u8],
    ) {
        if position.packets == self.packets.len() && !self.is_mute {
            self.bytes.extend_from_slice(bytes);
            let record = position.records as u32;
            self.packets.push(SentPacket { from, to, sort, record, bytes_end: self.bytes.len() });
        }
    }

    fn byte_range(&self, packet: PacketId) -> Option<Range<usize>> {
        let index = packet.0 as usize;
        let end = self.packets.get(index)?.bytes_end;
        let start = index.checked_sub(1).map_or(0, |before| self.packets[before].bytes_end);
        Some(start..end)
    }
}

/// Reads a message for onlookers, of whichever of the network's protocols it is. What damage has made of another protocol's number
/// is unreadable here.
pub fn describe_bytes(network: &Network, bytes: &[u8]) -> Option<Description> {
    let protocol = network.protocol_of_tag(wire::read_tag(bytes)?)?;
    (protocol.describe)(bytes)
}

/// The words for why a message was lost.
pub fn cause_words(network: &Network, cause: Cause) -> Key {
    match cause {
        Cause::Fault(index) => {
            let kind = network.catalogue.faults.get(usize::from(index));
            kind.and_then(|kind| kind.lost).unwrap_or(word!("lost.fault"))
        }
        Cause::QueueFull => word!("lost.queue-full"),
        Cause::NodeDown => word!("lost.node-down"),
        Cause::NoLink => word!("lost.no-link"),
        Cause::NoRoute => word!("lost.no-route"),
        Cause::TooManyHops => word!("lost.too-many-hops"),
        Cause::Unreadable => word!("lost.unreadable"),
        Cause::ByHand => word!("lost.by-hand"),
    }
}

/// Turns records into sentences.
struct Sentence<'a> {
    trace: &'a Trace,
    network: &'a Network,
}

impl Sentence<'_> {
    fn of(&self, record: &Record) -> Phrase {
        match record.event {
            Event::Commanded { phrase } => self.said(word!("log.commanded"), phrase),
            Event::Sent { packet, .. } => self.about(word!("log.sent"), packet),
            Event::Forwarded { packet, node } => {
                self.about(word!("log.forwarded"), packet).with("node", self.name(node))
            }
            Event::Delivered { packet, .. } => self.about(word!("log.delivered"), packet),
            Event::Lost { packet, cause, place } => self
                .about(word!("log.lost"), packet)
                .with("cause", cause_words(self.network, cause).text())
                .with("place", self.place(place)),
            Event::Altered { packet, direction } => self
                .about(word!("log.altered"), packet)
                .with("place", self.network.link_name(direction.link())),
            Event::Duplicated { packet, .. } => self.about(word!("log.duplicated"), packet),
            Event::Fired { node, timer } => {
                Phrase::new(word!("log.fired")).with("node", self.name(node)).with("timer", timer.name)
            }
            Event::Noted { node, phrase } => {
                self.said(word!("log.noted"), phrase).with("node", self.name(node))
            }
            Event::Answered { node, phrase } => {
                self.said(word!("log.answered"), phrase).with("node", self.name(node))
            }
            Event::Down { node } => Phrase::new(word!("log.down")).with("node", self.name(node)),
            Event::Up { node } => Phrase::new(word!("log.up")).with("node", self.name(node)),
            Event::Property { index, good } => self.property(index, good),
        }
    }

    fn name(&self, node: NodeId) -> &str {
        self.network.name(node)
    }

    fn place(&self, place: LossPlace) -> String {
        match place {
            LossPlace::Direction(direction) => self.network.link_name(direction.link()),
            LossPlace::Node(node) => self.name(node).to_owned(),
        }
    }

    fn said(&self, key: Key, phrase: u32) -> Phrase {
        let said = self.trace.phrase(phrase).map(Phrase::to_string).unwrap_or_default();
        Phrase::new(key).with("what", said)
    }

    fn about(&self, key: Key, packet: PacketId) -> Phrase {
        let (from, to) =
            self.trace.ends(packet).map_or(("?", "?"), |(from, to)| (self.name(from), self.name(to)));
        let label = self.trace.describe(self.network, packet).map(|description| description.label);
        let label = label.unwrap_or_else(|| word!("log.unreadable").text().to_owned());
        Phrase::new(key).with("from", from).with("to", to).with("what", label)
    }

    fn property(&self, index: u32, good: bool) -> Phrase {
        let key = if good { word!("log.property-good") } else { word!("log.property-broken") };
        let title = self.network.properties.get(index as usize).map_or("", |property| property.title.text());
        Phrase::new(key).with("what", title)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_trace_cut_short_is_what_it_was_at_that_position() {
        let mut trace = Trace::default();
        let (a, b) = (NodeId(0), NodeId(1));
        let mut position = Position::default();
        trace.push_packet(position, (a, b), Sort::Request, b"one");
        position.packets += 1;
        trace.push(position, Record { time: Time::ZERO, event: Event::Up { node: a } });
        position.records += 1;
        trace.push_packet(position, (b, a), Sort::Reply, b"three");
        assert_eq!(trace.bytes(PacketId(1)), Some(b"three".as_slice()));
        assert_eq!(trace.ends(PacketId(1)), Some((b, a)));
        trace.truncate(position);
        assert_eq!(trace.bytes(PacketId(0)), Some(b"one".as_slice()));
        assert_eq!((trace.bytes(PacketId(1)), trace.ends(PacketId(1))), (None, None));
        trace.push_packet(position, (a, b), Sort::Beat, b"2");
        assert_eq!(trace.bytes(PacketId(1)), Some(b"2".as_slice()));
    }
}
