//! Two branches of a run side by side: where they first differ in what happened, in each node's state, and in what is read off.

use super::network::{DirectionId, LinkId, NodeId};
use super::process::{Fact, FactValue};
use super::snapshot::{LinkStatus, NodeStatus};
use super::time::Time;
use super::timeline::{Strand, Timeline};
use super::trace::Record;
use super::world::World;
use crate::words::{Key, Phrase};

/// What the branch at hand and another have and have not in common.
#[derive(Clone, PartialEq, Debug)]
pub struct Comparison {
    /// Where they part; the run is the same up to there.
    pub parted_at: Time,
    /// Up to when they were compared: as far as either was watched, unless that is too much.
    pub until: Time,
    /// The first record of either that the other has not.
    pub record: Option<RecordDifference>,
    /// The first difference of each node that is not the same all the time, in the order of time.
    pub nodes: Vec<NodeDifference>,
    /// The first difference of each link that is not the same all the time, in the order of time.
    pub links: Vec<LinkDifference>,
    /// The first difference of each reading that is not the same all the time, in the order of time.
    pub readings: Vec<ReadingDifference>,
}

/// What happened on one branch where something else, or nothing, happened on the other.
#[derive(Clone, PartialEq, Debug)]
pub struct RecordDifference {
    /// When: the earlier of the two.
    pub at: Time,
    /// On the branch at hand, with its moment; nothing if nothing happened there any more.
    pub here: Option<(Time, Phrase)>,
    /// On the other.
    pub there: Option<(Time, Phrase)>,
}

/// How the state of a node differs.
#[derive(Clone, PartialEq, Debug)]
pub struct NodeDifference {
    /// Which.
    pub node: NodeId,
    /// When it first differed.
    pub at: Time,
    /// What differed.
    pub what: NodePart,
}

/// A part of a node's state, as it is on the branch at hand and on the other.
#[derive(Clone, PartialEq, Debug)]
pub enum NodePart {
    /// How it is.
    Status(NodeStatus, NodeStatus),
    /// Something to know of its process, if both have it.
    Fact(Key, Option<FactValue>, Option<FactValue>),
}

/// How the state of a link differs.
#[derive(Clone, PartialEq, Debug)]
pub struct LinkDifference {
    /// Which.
    pub link: LinkId,
    /// When it first differed.
    pub at: Time,
    /// On the branch at hand.
    pub here: LinkStatus,
    /// On the other.
    pub there: LinkStatus,
}

/// How a reading differs.
#[derive(Clone, PartialEq, Debug)]
pub struct ReadingDifference {
    /// Its index among the network's.
    pub index: usize,
    /// When it first differed.
    pub at: Time,
    /// On the branch at hand.
    pub here: Option<f64>,
    /// On the other.
    pub there: Option<f64>,
}

/// Compares the branch at hand with another, for so many events of both together at most. `None` if there is no such other.
pub fn compare(timeline: &Timeline, other: usize, events_at_most: u64) -> Option<Comparison> {
    if other == timeline.current_branch() {
        return None;
    }
    let reach = timeline.reach().max(timeline.branches().get(other)?.reach);
    let parted_at = timeline.parting(other).unwrap_or(reach);
    let there = timeline.strand(other)?;
    let mut pair = Pair { here: timeline.strand_here(&there), there };
    let mut found = Found::nothing(timeline);
    let begun = pair.events();
    let mut until = reach;
    while let Some(moment) = pair.next_time().filter(|next| *next <= reach) {
        if pair.events() - begun > events_at_most {
            until = pair.here.world().now().max(pair.there.world().now());
            break;
        }
        pair.run_to(moment);
        if moment >= parted_at {
            found.look(&pair, moment);
        }
    }
    Some(Comparison {
        parted_at,
        until,
        record: pair.record_difference(),
        nodes: in_order(found.nodes, |difference| difference.at),
        links: in_order(found.links, |difference| difference.at),
        readings: in_order(found.readings, |difference| difference.at),
    })
}

fn in_order<T>(found: Vec<Option<T>>, at: impl Fn(&T) -> Time) -> Vec<T> {
    let mut found: Vec<T> = found.into_iter().flatten().collect();
    crate::sorted::sort_by_key(&mut found, at);
    found
}

/// The branch at hand and the other, at the same moment.
struct Pair {
    here: Strand,
    there: Strand,
}

impl Pair {
    fn next_time(&self) -> Option<Time> {
        match (self.here.next_time(), self.there.next_time()) {
            (Some(here), Some(there)) => Some(here.min(there)),
            (here, there) => here.or(there),
        }
    }

    fn run_to(&mut self, moment: Time) {
        self.here.run_to(moment);
        self.there.run_to(moment);
    }

    fn events(&self) -> u64 {
        self.here.world().counts().events + self.there.world().counts().events
    }

    fn record_difference(&self) -> Option<RecordDifference> {
        let records = |strand: &Strand| strand.trace().records().len();
        let count = records(&self.here).max(records(&self.there));
        let first = (0..count).find(|index| self.here.said(*index) != self.there.said(*index))?;
        let (here, there) = (self.here.sentence(first), self.there.sentence(first));
        let at = [&here, &there].into_iter().flatten().map(|(at, _)| *at).min()?;
        Some(RecordDifference { at, here, there })
    }
}

/// What was found so far.
struct Found {
    /// Of each node, on both branches, when it was last looked at.
    versions: Vec<Option<(u32, u32)>>,
    /// How much was done on both when links were last looked at: only deeds and scripts change them.
    done: Option<(usize, usize)>,
    nodes: Vec<Option<NodeDifference>>,
    links: Vec<Option<LinkDifference>>,
    readings: Vec<Option<ReadingDifference>>,
}

impl Found {
    fn nothing(timeline: &Timeline) -> Found {
        let network = timeline.world().network();
        Found {
            versions: vec![None; network.nodes.len()],
            done: None,
            nodes: vec![None; network.nodes.len()],
            links: vec![None; network.links.len()],
            readings: vec![None; network.readings.len()],
        }
    }

    fn look(&mut self, pair: &Pair, at: Time) {
        let (here, there) = (pair.here.world(), pair.there.world());
        for node in here.network().node_ids() {
            let index = node.index();
            let versions = Some((here.node(node).version(), there.node(node).version()));
            if self.nodes[index].is_none() && self.versions[index] != versions {
                self.versions[index] = versions;
                self.nodes[index] =
                    node_part(here, there, node).map(|what| NodeDifference { node, at, what });
            }
        }
        let done = Some((here.commands_done(), there.commands_done()));
        if self.done != done {
            self.done = done;
            for link in here.network().link_ids() {
                let (here, there) = (link_status(here, link), link_status(there, link));
                let known = &mut self.links[link.index()];
                if known.is_none() && here != there {
                    *known = Some(LinkDifference { link, at, here, there });
                }
            }
        }
        for (index, reading) in here.network().readings.iter().enumerate() {
            if self.readings[index].is_none() {
                let (here, there) = ((reading.read)(here), (reading.read)(there));
                let differs = here != there;
                self.readings[index] = differs.then_some(ReadingDifference { index, at, here, there });
            }
        }
    }
}

/// A record, what a process or a watcher said in it, and the bytes that were sent.
type Said<'a> = (&'a Record, Option<&'a Phrase>, Option<&'a [u8]>);

impl Strand {
    /// A record with what it says, so that two strands can be told apart.
    fn said(&self, index: usize) -> Option<Said<'_>> {
        use super::trace::Event;
        let (trace, record) = (self.trace(), self.trace().records().get(index)?);
        let (phrase, bytes) = match record.event {
            Event::Commanded { phrase } | Event::Noted { phrase, .. } | Event::Answered { phrase, .. } => {
                (trace.phrase(phrase), None)
            }
            Event::Sent { packet, .. } => (None, trace.bytes(packet)),
            _ => (None, None),
        };
        Some((record, phrase, bytes))
    }

    fn sentence(&self, index: usize) -> Option<(Time, Phrase)> {
        let record = self.trace().records().get(index)?;
        Some((record.time, self.trace().sentence(self.world().network(), record)))
    }
}

fn link_status(world: &World, link: LinkId) -> LinkStatus {
    let up = |direction: DirectionId| world.direction(direction).settings.up;
    LinkStatus::of(up(link.forward()), up(link.backward()))
}

fn node_part(here: &World, there: &World, node: NodeId) -> Option<NodePart> {
    let status = |world: &World| NodeStatus::of(world.node(node));
    if status(here) != status(there) {
        return Some(NodePart::Status(status(here), status(there)));
    }
    let facts = |world: &World| world.look(node).map(|look| look.facts).unwrap_or_default();
    let (here, there) = (facts(here), facts(there));
    let first = (0..here.len().max(there.len())).find(|index| here.get(*index) != there.get(*index))?;
    let (here, there) = (here.get(first), there.get(first));
    let name = here.or(there)?.name;
    let value = |fact: Option<&Fact>| fact.filter(|fact| fact.name == name).map(|fact| fact.value.clone());
    Some(NodePart::Fact(name, value(here), value(there)))
}
