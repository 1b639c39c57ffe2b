//! What may be known of one node, link or message at a moment of a run: plain data for an inspector, in no language.

use super::core::{DirectionState, InForce, Input, Leg};
use super::fault::Fault;
use super::link::LINK_SETTINGS;
use super::network::{DirectionId, LinkId, NodeId};
use super::process::{Description, Fact, Gauge};
use super::settings::{Setting, Value};
use super::snapshot::NodeStatus;
use super::time::{Duration, Time};
use super::timeline::Timeline;
use super::trace::{Cause, Event, LossPlace, PacketId, Record, describe_bytes};
use super::world::World;

use super::command::Command;
use crate::sorted::sort_by_key;

/// A node.
#[derive(Clone, PartialEq, Debug)]
pub struct NodeDetail {
    /// Its name.
    pub name: String,
    /// What it plays, as scenario files call it.
    pub role: &'static str,
    /// How it is.
    pub status: NodeStatus,
    /// What its process shows; nothing while it is down.
    pub facts: Vec<Fact>,
    /// How full it is, or how full its links are; nothing while it is down.
    pub gauges: Vec<Gauge>,
    /// What is on its disk, by name.
    pub disk: Vec<DiskRecord>,
    /// Timers that are set, the next to go off first.
    pub timers: Vec<TimerDetail>,
    /// What waits for it, the first to be handled first.
    pub waiting: Vec<Waiting>,
    /// The faults in force.
    pub faults: Vec<Fault>,
    /// Its settings.
    pub settings: Vec<(&'static Setting, Value)>,
}

/// A record on a disk.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct DiskRecord {
    /// Its name.
    pub name: String,
    /// Its newest content.
    pub content: Vec<u8>,
    /// Whether that content survives a crash.
    pub is_synced: bool,
}

/// A timer that is set.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct TimerDetail {
    /// Its name.
    pub name: &'static str,
    /// What it is about; zero for a timer of which there is one.
    pub key: u64,
    /// How long until it goes off.
    pub remaining: Duration,
    /// When it goes off.
    pub due_at: Time,
    /// Whether it stands for a disk that is busy.
    pub is_sync: bool,
}

/// Something that waits for a node to get round to it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Waiting {
    /// A message and what it says; `None` if it cannot be read.
    Message(PacketId, Option<String>),
    /// A timer that went off.
    Timer(&'static str),
    /// A request of the node's user.
    Request(String),
    /// The news that a setting was changed.
    Other,
}

/// A link.
#[derive(Clone, PartialEq, Debug)]
pub struct LinkDetail {
    /// From its first end to its second, and back.
    pub directions: [DirectionDetail; 2],
}

/// One direction of a link.
#[derive(Clone, PartialEq, Debug)]
pub struct DirectionDetail {
    /// Which.
    pub id: DirectionId,
    /// The name of the node that it begins at.
    pub from: String,
    /// The name of the node that it leads to.
    pub to: String,
    /// Whether it is whole.
    pub is_up: bool,
    /// Its settings, as they were set.
    pub settings: Vec<(&'static Setting, Value)>,
    /// Those that faults make something else of, with what they make of them.
    pub overruled: Vec<(&'static Setting, Value)>,
    /// How many messages wait for the wire.
    pub queued: usize,
    /// How many messages travel.
    pub flying: usize,
    /// How full the link is, as the node that it begins at tells; nothing if it does not tell.
    pub gauge: Option<Gauge>,
    /// The faults in force.
    pub faults: Vec<Fault>,
}

/// A message, under way or no longer.
#[derive(Clone, PartialEq, Debug)]
pub struct PacketDetail {
    /// Which.
    pub id: PacketId,
    /// Who sent it.
    pub from: NodeId,
    /// Who is to have it.
    pub to: NodeId,
    /// When it set out.
    pub sent_at: Time,
    /// The message that the network made it a copy of, if it is one.
    pub copy_of: Option<PacketId>,
    /// What happened to it, the oldest first.
    pub way: Vec<Stop>,
    /// Where it is, or how it ended.
    pub whereabouts: Whereabouts,
    /// Its bytes: as they are now while it is under way, and as they were at the end once it is not.
    pub bytes: Vec<u8>,
    /// The bytes that are not what was sent, by their place.
    pub changed_bytes: Vec<usize>,
    /// What these bytes say, if they can be read.
    pub description: Option<Description>,
}

/// Something that happened to a message.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Stop {
    /// When.
    pub at: Time,
    /// The record that tells it, by its index.
    pub record: usize,
    /// What.
    pub what: StopKind,
}

/// What can happen to a message.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum StopKind {
    /// A node sent it.
    Sent(NodeId),
    /// The network, or the watcher, made it of another.
    CopyOf(PacketId),
    /// Another was made of it.
    Copied(PacketId),
    /// A node passed it on.
    PassedOn(NodeId),
    /// Its bytes were changed.
    Altered(DirectionId),
    /// It arrived.
    Arrived(NodeId),
    /// It was lost.
    Lost(LossPlace, Cause),
}

/// Where a message is, or how it ended.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Whereabouts {
    /// It travels.
    Flying {
        /// Over which direction.
        direction: DirectionId,
        /// How long until it is at the other end, or would be.
        remaining: Duration,
    },
    /// It waits for the wire.
    Queued {
        /// Of which direction.
        direction: DirectionId,
        /// How many go before it.
        before: usize,
    },
    /// It waits at a node.
    Waiting(NodeId),
    /// It arrived.
    Delivered(Time),
    /// It never will.
    Lost {
        /// When that was clear.
        at: Time,
        /// Where it was lost.
        place: LossPlace,
        /// Why.
        cause: Cause,
    },
}

impl NodeDetail {
    /// What may be known of a node now; `None` if the run has no such node.
    pub fn of(timeline: &Timeline, node: NodeId) -> Option<NodeDetail> {
        NodeDetail::in_world(timeline.world(), timeline.now(), node)
    }

    /// What may be known of a node of a world, seen at this moment.
    pub fn in_world(world: &World, now: Time, node: NodeId) -> Option<NodeDetail> {
        let info = world.network().nodes.get(node.index())?;
        let state = world.node(node);
        let record = |(name, content, is_synced): (&str, &[u8], bool)| DiskRecord {
            name: name.to_owned(),
            content: content.to_vec(),
            is_synced,
        };
        let look = world.look(node).unwrap_or_default();
        Some(NodeDetail {
            name: info.name.clone(),
            role: info.role.name,
            status: NodeStatus::of(state),
            facts: look.facts,
            gauges: look.gauges,
            disk: state.disk.records().map(record).collect(),
            timers: timers(world, now, node),
            waiting: state.inbox.iter().map(|input| waiting(world, input)).collect(),
            faults: faults(&state.faults),
            settings: state.settings.iter().map(|(setting, value)| (setting, value.clone())).collect(),
        })
    }
}

impl LinkDetail {
    /// What may be known of a link now; `None` if the run has no such link.
    pub fn of(timeline: &Timeline, link: LinkId) -> Option<LinkDetail> {
        LinkDetail::in_world(timeline.world(), link)
    }

    /// What may be known of a link of a world.
    pub fn in_world(world: &World, link: LinkId) -> Option<LinkDetail> {
        world.network().links.get(link.index())?;
        let [forward, backward] = link.directions();
        Some(LinkDetail {
            directions: [DirectionDetail::of(world, forward), DirectionDetail::of(world, backward)],
        })
    }
}

/// What is told of the link to a neighbour.
fn gauge_toward(gauges: &[Gauge], neighbour: NodeId) -> Option<Gauge> {
    gauges.iter().find(|gauge| gauge.toward == Some(neighbour)).copied()
}

impl DirectionDetail {
    fn of(world: &World, id: DirectionId) -> DirectionDetail {
        let network = world.network();
        let state = world.direction(id);
        let flies = |leg: &Leg| matches!(leg, Leg::Flying { direction, .. } if *direction == id);
        DirectionDetail {
            id,
            from: network.name(network.source(id)).to_owned(),
            to: network.name(network.target(id)).to_owned(),
            is_up: state.settings.up,
            settings: LINK_SETTINGS
                .iter()
                .filter_map(|setting| Some((setting, state.base.get(setting.name)?)))
                .collect(),
            overruled: overruled(state),
            queued: state.queued(),
            flying: world.packets().filter(|packet| flies(&packet.leg)).count(),
            gauge: world
                .look(network.source(id))
                .and_then(|look| gauge_toward(&look.gauges, network.target(id))),
            faults: faults(&state.faults),
        }
    }
}

impl PacketDetail {
    /// What may be known of a message now; `None` if it was not sent yet.
    pub fn of(timeline: &Timeline, id: PacketId) -> Option<PacketDetail> {
        let (world, trace) = (timeline.world(), timeline.trace());
        if id.0 >= world.position().packets as u64 {
            return None;
        }
        let sent = trace.sent(id)?;
        let (from, to) = trace.ends(id)?;
        let as_sent = trace.bytes(id)?;
        let way = way(id, timeline.past());
        let copy_of = way.first().and_then(|stop| match stop.what {
            StopKind::CopyOf(original) => Some(original),
            _ => None,
        });
        let under_way = world.packet(id);
        let at_end = if under_way.is_none() { bytes_at_end(timeline, id, &way) } else { None };
        let bytes = under_way.map(|packet| packet.bytes.as_slice()).or(at_end.as_deref()).unwrap_or(as_sent);
        let changed = |at: &usize| as_sent.get(*at) != bytes.get(*at);
        Some(PacketDetail {
            id,
            from,
            to,
            sent_at: sent.time,
            copy_of,
            whereabouts: match under_way {
                Some(packet) => whereabouts(timeline, packet.id, packet.leg),
                None => end(way.last()?)?,
            },
            way,
            bytes: bytes.to_vec(),
            changed_bytes: (0..bytes.len()).filter(changed).collect(),
            description: describe_bytes(world.network(), bytes),
        })
    }
}

/// The number that stands for `{n}` in the next request that is offered: one more than the watcher made so far.
pub fn next_request_number(timeline: &Timeline) -> usize {
    let requests = timeline.deeds().iter().filter(|deed| matches!(deed.command, Command::Request { .. }));
    requests.count() + 1
}

fn faults(in_force: &[InForce]) -> Vec<Fault> {
    in_force.iter().map(|in_force| in_force.fault.clone()).collect()
}

fn timers(world: &World, now: Time, node: NodeId) -> Vec<TimerDetail> {
    let mut pending: Vec<_> = world.node(node).timers().iter().collect();
    sort_by_key(&mut pending, |pending| (pending.due_at, pending.timer.name, pending.timer.key));
    let detail = |pending: &super::core::PendingTimer| TimerDetail {
        name: pending.timer.name,
        key: pending.timer.key,
        remaining: pending.due_at.since(now),
        due_at: pending.due_at,
        is_sync: pending.is_sync(),
    };
    pending.into_iter().map(detail).collect()
}

fn waiting(world: &World, input: &Input) -> Waiting {
    if let Input::Packet(slot) = input {
        return world.packet_in(*slot).map_or(Waiting::Other, |packet| {
            let description = describe_bytes(world.network(), &packet.bytes);
            Waiting::Message(packet.id, description.map(|description| description.label))
        });
    }
    if let Input::Timer(timer) = input {
        return Waiting::Timer(timer.name);
    }
    if let Input::Request(text) = input { Waiting::Request(text.clone()) } else { Waiting::Other }
}

fn overruled(state: &DirectionState) -> Vec<(&'static Setting, Value)> {
    let differs = |setting: &'static Setting| {
        let (base, now) = (state.base.get(setting.name)?, state.settings.get(setting.name)?);
        (base != now).then_some((setting, now))
    };
    LINK_SETTINGS.iter().filter_map(differs).collect()
}

fn whereabouts(timeline: &Timeline, id: PacketId, leg: Leg) -> Whereabouts {
    match leg {
        Leg::Flying { direction, arrives, .. } => {
            Whereabouts::Flying { direction, remaining: arrives.since(timeline.now()) }
        }
        Leg::Queued(direction) => {
            let before = timeline.world().queue(direction).take_while(|packet| packet.id != id).count();
            Whereabouts::Queued { direction, before }
        }
        Leg::At(node) => Whereabouts::Waiting(node),
    }
}

/// What happened to a message, the oldest first, and what is known to happen to it beyond the moment that the watcher sees.
pub fn whole_way(timeline: &Timeline, id: PacketId) -> Vec<Stop> {
    way(id, timeline.trace().records())
}

/// What the trace tells of one message.
fn way(id: PacketId, past: &[Record]) -> Vec<Stop> {
    let mut way = Vec::new();
    // From the newest back to where it set out: what is looked at is rarely old.
    for (record, Record { time, event }) in past.iter().enumerate().rev() {
        let what = match *event {
            Event::Sent { packet, from, .. } if packet == id => StopKind::Sent(from),
            Event::Duplicated { packet, copy } if copy == id => StopKind::CopyOf(packet),
            Event::Duplicated { packet, copy } if packet == id => StopKind::Copied(copy),
            Event::Forwarded { packet, node } if packet == id => StopKind::PassedOn(node),
            Event::Altered { packet, direction } if packet == id => StopKind::Altered(direction),
            Event::Delivered { packet, node } if packet == id => StopKind::Arrived(node),
            Event::Lost { packet, place, cause } if packet == id => StopKind::Lost(place, cause),
            _ => continue,
        };
        way.push(Stop { at: *time, record, what });
        if matches!(what, StopKind::Sent(_) | StopKind::CopyOf(_)) {
            break;
        }
    }
    way.reverse();
    way
}

/// The bytes of a message that was changed on its way and is gone, as they were right before its end.
fn bytes_at_end(timeline: &Timeline, id: PacketId, way: &[Stop]) -> Option<Vec<u8>> {
    let was_altered = way.iter().any(|stop| matches!(stop.what, StopKind::Altered(_)));
    let before = timeline.before_record(way.last().filter(|_| was_altered)?.record)?;
    Some(before.packet(id)?.bytes.to_vec())
}

/// The end of a message's way, if this is one.
fn end(last: &Stop) -> Option<Whereabouts> {
    match last.what {
        StopKind::Arrived(_) => Some(Whereabouts::Delivered(last.at)),
        StopKind::Lost(place, cause) => Some(Whereabouts::Lost { at: last.at, place, cause }),
        _ => None,
    }
}

#[cfg(test)]
mod tests;
