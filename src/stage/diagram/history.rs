//! What a trace says, as the diagram needs it: which lane an event stands on, which message it belongs to, what is on each
//! lane. It grows with the trace, and begins anew when another future does.

use std::ops::Range;

use crate::sim::network::{DirectionId, NodeId};
use crate::sim::time::Time;
use crate::sim::timeline::Timeline;
use crate::sim::trace::{Cause, Event, LossPlace, Record};
use crate::stage::follow::Follower;

use super::legs::{End, Legs, NONE};

/// What the diagram knows of a trace.
#[derive(Clone, Debug, Default)]
pub struct History {
    follower: Follower,
    places: Vec<Place>,
    lanes: Vec<Lane>,
    /// What concerns all lanes: commands and properties.
    across: Vec<u32>,
    /// Losses of messages.
    losses: Vec<u32>,
    legs: Legs,
    packets: Vec<Packet>,
}

/// Where an event stands. Events of messages that were lost or changed between nodes stand on no lane.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Place {
    lane: u32,
    /// The leg that it ends, or that it befalls.
    ended: u32,
    /// The leg that it begins.
    begun: u32,
}

/// What is on a lane.
#[derive(Clone, Debug, Default)]
pub struct Lane {
    /// Its events in order.
    pub events: Vec<u32>,
    /// Those that say something: notes, answers, going down and coming up.
    pub notable: Vec<u32>,
    /// From which record to which its node was down; the last may have no end yet.
    pub downs: Vec<(u32, u32)>,
}

#[derive(Clone, Copy, Debug)]
struct Packet {
    leg: u32,
    to: u32,
}

const NO_PACKET: Packet = Packet { leg: NONE, to: NONE };

impl Place {
    /// The lane, if it stands on one.
    pub fn lane(&self) -> Option<u32> {
        some(self.lane)
    }

    /// The leg that it ends, or that it befalls.
    pub fn ended(&self) -> Option<u32> {
        some(self.ended)
    }

    /// The leg that it begins.
    pub fn begun(&self) -> Option<u32> {
        some(self.begun)
    }
}

impl History {
    /// The history of a network of so many nodes in which nothing has happened yet.
    pub fn of_nodes(nodes: usize) -> History {
        History { lanes: vec![Lane::default(); nodes], ..History::default() }
    }

    /// Reads what is new in a run. True if what was known before is no longer true, because another future has begun.
    pub fn look(&mut self, timeline: &Timeline) -> bool {
        let network = timeline.world().network();
        let records = timeline.trace().records();
        let same = self.follower.follow(timeline)
            && self.lanes.len() == network.nodes.len()
            && self.places.len() <= records.len();
        if !same {
            let follower = std::mem::take(&mut self.follower);
            *self = History { follower, ..History::of_nodes(network.nodes.len()) };
        }
        self.extend(records, &|direction| network.target(direction));
        !same
    }

    /// Reads the records that are new. Networks tell which node a direction leads to.
    pub fn extend(&mut self, records: &[Record], target: &dyn Fn(DirectionId) -> NodeId) {
        for (index, record) in records.iter().enumerate().skip(self.places.len()) {
            self.read(index as u32, record.event, target);
        }
    }

    /// Which future it is of, and how much of it was read: as long as neither changes, nothing does.
    pub fn version(&self) -> (u32, usize) {
        (self.follower.forks(), self.places.len())
    }

    /// How many records were read.
    pub fn len(&self) -> usize {
        self.places.len()
    }

    /// Whether nothing has happened.
    pub fn is_empty(&self) -> bool {
        self.places.is_empty()
    }

    /// Where the event of a record stands.
    pub fn place(&self, record: u32) -> Option<Place> {
        self.places.get(record as usize).copied()
    }

    /// All places, by record.
    pub fn places(&self) -> &[Place] {
        &self.places
    }

    /// The lanes, by node.
    pub fn lanes(&self) -> &[Lane] {
        &self.lanes
    }

    /// What concerns all lanes: commands and properties, in order.
    pub fn across(&self) -> &[u32] {
        &self.across
    }

    /// Losses of messages, in order.
    pub fn losses(&self) -> &[u32] {
        &self.losses
    }

    /// The legs of all messages.
    pub fn legs(&self) -> &Legs {
        &self.legs
    }

    /// The legs of a message, the last first.
    pub fn legs_of(&self, packet: u64) -> impl Iterator<Item = u32> {
        let last = usize::try_from(packet).ok().and_then(|packet| self.packets.get(packet));
        let last = last.and_then(|packet| some(packet.leg));
        std::iter::successors(last, |leg| self.legs.before(self.legs.get(*leg)?))
    }

    /// The lane that a message has left last.
    pub fn last_left(&self, packet: u64) -> Option<u32> {
        Some(self.legs.get(self.packet(packet).leg)?.from)
    }

    /// The event that the event of a record follows from on another lane: where the message that it ends was sent.
    pub fn cause(&self, record: u32) -> Option<u32> {
        let leg = self.place(record)?.ended()?;
        Some(self.legs.get(leg)?.source)
    }

    fn read(&mut self, record: u32, event: Event, target: &dyn Fn(DirectionId) -> NodeId) {
        let mut place = Place { lane: NONE, ended: NONE, begun: NONE };
        match event {
            Event::Sent { packet, from, to } => {
                place.lane = from.0;
                place.begun = self.begin(packet.0, (from.0, to.0), record);
            }
            Event::Forwarded { packet, node } => {
                place.lane = node.0;
                place.ended = self.end(packet.0, record, node.0, End::Arrived);
                let to = self.packet(packet.0).to;
                place.begun = self.begin(packet.0, (node.0, to), record);
            }
            Event::Delivered { packet, node } => {
                place.lane = node.0;
                place.ended = self.end(packet.0, record, node.0, End::Arrived);
            }
            Event::Lost { packet, place: lost_at, cause } => {
                place.ended = self.lose(packet.0, record, (lost_at, cause), target);
                self.losses.push(record);
            }
            Event::Altered { packet, .. } => {
                place.ended = self.packet(packet.0).leg;
                if let Some(leg) = self.legs.get_mut(place.ended) {
                    leg.altered = true;
                }
            }
            Event::Duplicated { packet, copy } => {
                place.ended = self.packet(packet.0).leg;
                place.begun = self.copy(packet.0, copy.0, record);
            }
            Event::Fired { node, .. } => place.lane = node.0,
            Event::Noted { node, .. } | Event::Answered { node, .. } => {
                place.lane = node.0;
                self.note(node, record);
            }
            Event::Down { node } => {
                place.lane = node.0;
                self.note(node, record);
                if let Some(lane) = self.lanes.get_mut(node.index()) {
                    lane.downs.push((record, NONE));
                }
            }
            Event::Up { node } => {
                place.lane = node.0;
                self.note(node, record);
                let down = self.lanes.get_mut(node.index()).and_then(|lane| lane.downs.last_mut());
                if let Some((_, until)) = down.filter(|down| down.1 == NONE) {
                    *until = record;
                }
            }
            Event::Commanded { .. } | Event::Property { .. } => self.across.push(record),
        }
        if let Some(lane) = self.lanes.get_mut(place.lane as usize) {
            lane.events.push(record);
        }
        self.places.push(place);
    }

    fn note(&mut self, node: NodeId, record: u32) {
        if let Some(lane) = self.lanes.get_mut(node.index()) {
            lane.notable.push(record);
        }
    }

    fn packet(&self, packet: u64) -> Packet {
        self.packets.get(packet as usize).copied().unwrap_or(NO_PACKET)
    }

    fn begin(&mut self, packet: u64, (from, to): (u32, u32), record: u32) -> u32 {
        let before = self.packet(packet).leg;
        let leg = self.legs.begin(packet as u32, (from, to), record, before);
        if self.packets.len() <= packet as usize {
            self.packets.resize(packet as usize + 1, NO_PACKET);
        }
        self.packets[packet as usize] = Packet { leg, to };
        leg
    }

    /// A copy sets out where the message that it is a copy of did.
    fn copy(&mut self, packet: u64, copy: u64, record: u32) -> u32 {
        let Packet { leg, to } = self.packet(packet);
        let Some(original) = self.legs.get(leg).copied() else { return NONE };
        let begun = self.begin(copy, (original.from, to), record);
        if let Some(leg) = self.legs.get_mut(begun) {
            (leg.source, leg.altered) = (original.source, original.altered);
        }
        begun
    }

    fn end(&mut self, packet: u64, record: u32, to: u32, end: End) -> u32 {
        let leg = self.packet(packet).leg;
        self.legs.end(leg, record, to, end);
        leg
    }

    fn lose(
        &mut self,
        packet: u64,
        record: u32,
        (place, cause): (LossPlace, Cause),
        target: &dyn Fn(DirectionId) -> NodeId,
    ) -> u32 {
        let leg = self.packet(packet).leg;
        let from = self.legs.get(leg).map_or(NONE, |leg| leg.from);
        let (to, end) = match place {
            LossPlace::Direction(direction) if cause == Cause::QueueFull => {
                (target(direction).0, End::LostAtStart)
            }
            LossPlace::Direction(direction) => (target(direction).0, End::LostBetween),
            LossPlace::Node(node) if node.0 == from => (self.packet(packet).to, End::LostAtStart),
            LossPlace::Node(node) => (node.0, End::LostAtEnd),
        };
        self.end(packet, record, to, end)
    }
}

/// The records of a span of time, both ends included.
pub fn records_between(records: &[Record], from: Time, to: Time) -> Range<u32> {
    let start = records.partition_point(|record| record.time < from);
    let end = records.partition_point(|record| record.time <= to);
    start as u32..end.max(start) as u32
}

fn some(index: u32) -> Option<u32> {
    (index != NONE).then_some(index)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sim::trace::PacketId;
    use crate::stage::diagram::test_runs::{partition, random_records};
    use proptest::prelude::*;

    /// A message: its number, the record it begins with, and the one it ended with if it did, and whether it was lost.
    type Message = (u64, u32, Option<(u32, bool)>);

    /// What the trace says of every message, read off by its definition: sendings and copies, and how each ended.
    fn endings(records: &[Record]) -> Vec<Message> {
        let mut messages: Vec<Message> = Vec::new();
        for (index, record) in (0u32..).zip(records) {
            let ended = |packet: PacketId, lost: bool| (packet.0, index, Some((index, lost)));
            let (packet, begins, end) = match record.event {
                Event::Sent { packet, .. } | Event::Duplicated { copy: packet, .. } => {
                    (packet.0, index, None)
                }
                Event::Delivered { packet, .. } => ended(packet, false),
                Event::Lost { packet, .. } => ended(packet, true),
                _ => continue,
            };
            match messages.iter_mut().find(|(known, ..)| *known == packet) {
                Some(message) => message.2 = end,
                None => messages.push((packet, begins, None)),
            }
        }
        messages.sort_unstable();
        messages
    }

    /// The same as the history has it.
    fn ways(history: &History, packets: usize) -> Vec<Message> {
        let way = |packet: u64| {
            let legs: Vec<_> = history.legs_of(packet).filter_map(|leg| history.legs().get(leg)).collect();
            let (last, first) = (legs.first().unwrap(), legs.last().unwrap());
            (packet, first.begins, last.ends().map(|ends| (ends, last.is_lost())))
        };
        (0..packets as u64).map(way).collect()
    }

    #[test]
    fn the_messages_are_those_of_the_trace() {
        for script in
            [vec![], vec!["1s cut n2-n4", "2s crash n6", "3s loss n1-n2 40%", "4s duplicate n3-n7 50%"]]
        {
            let timeline = partition(&script, 8);
            let mut history = History::default();
            history.look(&timeline);
            let endings = endings(timeline.trace().records());
            assert!(endings.len() > 100);
            assert_eq!(ways(&history, endings.len()), endings);
            // The legs of a message hang together: each begins on the lane and at the moment at which the one before ended.
            for packet in 0..endings.len() as u64 {
                let legs: Vec<_> =
                    history.legs_of(packet).filter_map(|leg| history.legs().get(leg)).collect();
                for pair in legs.windows(2) {
                    assert_eq!((Some(pair[0].begins), pair[0].from), (pair[1].ends(), pair[1].to));
                }
            }
        }
    }

    proptest! {
        #[test]
        fn read_at_once_and_bit_by_bit_are_the_same(records in random_records(4, 120), cut in 0usize..120) {
            let target = |direction: DirectionId| NodeId(direction.0 % 4);
            let (mut once, mut often) = (History::of_nodes(4), History::of_nodes(4));
            once.extend(&records, &target);
            for end in [cut.min(records.len()) / 2, cut.min(records.len()), records.len()] {
                often.extend(&records[..end], &target);
            }
            prop_assert_eq!(once.places(), often.places());
            prop_assert_eq!(once.legs().all(), often.legs().all());
            let endings = endings(&records);
            prop_assert_eq!(ways(&once, endings.len()), endings);
        }
    }

    #[test]
    fn another_future_is_read_anew() {
        let mut timeline = partition(&[], 3);
        let mut history = History::default();
        assert!(history.look(&timeline), "nothing was known before");
        let watched = history.len();
        timeline.seek(Time::from_micros(1_000_000));
        assert!(!history.look(&timeline), "the future is still there");
        assert_eq!(history.len(), watched);
        let cut = timeline.world().network().read_command("cut n2-n4").unwrap();
        timeline.act(cut);
        assert!(history.look(&timeline));
        assert_eq!(history.len(), timeline.trace().records().len());
        assert_eq!(history.across().last(), Some(&(history.len() as u32 - 1)));
    }

    #[test]
    fn a_node_that_is_down_has_a_span_for_it() {
        let timeline = partition(&["1s crash n6", "2s restart n6", "3s crash n6"], 4);
        let mut history = History::default();
        history.look(&timeline);
        let time = |record: u32| timeline.trace().records().get(record as usize).map(|r| r.time.as_micros());
        let downs = history.lanes()[5].downs.iter().map(|(from, to)| (time(*from), time(*to)));
        let expected = [(Some(1_000_000), Some(2_000_000)), (Some(3_000_000), None)];
        assert_eq!(downs.collect::<Vec<_>>(), expected);
    }
}
