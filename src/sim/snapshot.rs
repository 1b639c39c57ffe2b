//! What the picture is made from: the state of a run at one moment as plain data, refilled in place for every frame.

use super::core::{DirectionState, Leg, NodeState};
use super::figure::{Drawing, Ring, Tint};
use super::network::{DirectionId, LinkId, Network, NodeId};
use super::process::{Gauge, Look, Sort};
use super::time::{Duration, Time};
use super::timeline::Timeline;
use super::trace::{Cause, LossPlace, PacketId, describe_bytes};
use super::world::World;

/// Up to how many messages on their way are given labels; more would not find room.
const LABELS_AT_MOST: usize = 60;

/// A run at one moment.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Snapshot {
    /// The moment.
    pub now: Time,
    /// By [`NodeId`].
    pub nodes: Vec<NodeView>,
    /// By [`LinkId`].
    pub links: Vec<LinkView>,
    /// Messages on their way, in no particular order.
    pub packets: Vec<PacketView>,
    /// Messages lost lately, the oldest first.
    pub losses: Vec<LossView>,
    /// How many islands the running nodes form.
    pub islands: usize,
    /// What is drawn behind the nodes.
    pub ring: Option<Ring>,
    /// After what the ring was drawn: how much had happened by then, and the hash of it.
    ring_after: Option<(usize, u64)>,
    /// The figures that draw something else, by their place among those of the network.
    no_rings: Vec<usize>,
    /// Labels of messages on their way, if they are few.
    labels: Vec<(PacketId, String)>,
}

/// A node at one moment.
#[derive(Clone, PartialEq, Debug)]
pub struct NodeView {
    /// How it is.
    pub status: NodeStatus,
    /// Whether it is slowed.
    pub slowed: bool,
    /// Its island; none while it is down.
    pub island: Option<u16>,
    /// The value that matters.
    pub badge: Option<String>,
    /// How full it is, or how full its links are.
    pub gauges: Vec<Gauge>,
    /// By which colour its things are known in figures.
    pub tint: Option<Tint>,
    /// Timers that are set.
    pub timers: Vec<TimerView>,
    /// How many things wait for it.
    pub waiting: u32,
    /// Changes whenever anything about the node does.
    pub version: u32,
}

/// How a node is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum NodeStatus {
    /// As it should be.
    Running,
    /// Not running, its memory gone.
    Crashed,
    /// Doing nothing, its memory kept.
    Paused,
    /// Not following its protocol.
    Byzantine,
}

/// A timer that is set.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct TimerView {
    /// Its name.
    pub name: &'static str,
    /// Since when.
    pub set_at: Time,
    /// Until when.
    pub due_at: Time,
    /// Whether it stands for a disk that is busy.
    pub is_sync: bool,
}

/// A link at one moment.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct LinkView {
    /// From its first end to its second.
    pub forward: DirectionView,
    /// From its second end to its first.
    pub backward: DirectionView,
}

/// A direction of a link at one moment.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct DirectionView {
    /// Whether it is whole.
    pub up: bool,
    /// Whether a fault other than a cut is in force.
    pub troubled: bool,
    /// How many messages wait for the wire.
    pub queued: u32,
}

/// How a link is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum LinkStatus {
    /// Whole both ways.
    Up,
    /// Cut both ways.
    Cut,
    /// Cut one way.
    OneWay,
}

/// A message on its way.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct PacketView {
    /// Which.
    pub id: PacketId,
    /// What sort.
    pub sort: Sort,
    /// Whether its bytes were changed.
    pub altered: bool,
    /// Where it is.
    pub place: PacketPlace,
}

/// Where a message is.
#[derive(Clone, Copy, PartialEq, Debug)]
pub enum PacketPlace {
    /// Travelling.
    Flying {
        /// Over which direction.
        direction: DirectionId,
        /// When it set out.
        departs: Time,
        /// When it is at the other end, or would be.
        arrives: Time,
    },
    /// Waiting for the wire.
    Queued {
        /// Of which direction.
        direction: DirectionId,
        /// How many go before it.
        index: u32,
    },
    /// Waiting for a node to get round to it.
    Waiting {
        /// Which.
        node: NodeId,
    },
}

/// A message that was lost lately.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct LossView {
    /// Which.
    pub packet: PacketId,
    /// What sort.
    pub sort: Sort,
    /// When.
    pub at: Time,
    /// Where.
    pub place: LossPlace,
    /// How far along the direction, in thousandths.
    pub thousandths: u16,
    /// Why.
    pub cause: Cause,
}

impl Snapshot {
    /// A snapshot of a run.
    pub fn of(timeline: &Timeline) -> Snapshot {
        let mut snapshot = Snapshot::default();
        snapshot.refill(timeline);
        snapshot
    }

    /// Makes this the snapshot of a run as it is now, in the memory that it has.
    pub fn refill(&mut self, timeline: &Timeline) {
        let world = timeline.world();
        let network = world.network();
        self.now = timeline.now();
        self.islands = world.island_count();
        self.refill_nodes(world);
        self.links.clear();
        self.links.extend(network.link_ids().map(|link| LinkView::of(world, link)));
        self.refill_packets(world);
        self.refill_labels(world);
        self.refill_ring(world);
        let shown_since = self.now - network.pace;
        self.losses.clear();
        self.losses.extend(world.losses().filter(|loss| loss.at >= shown_since).map(|loss| LossView {
            packet: loss.packet,
            sort: loss.sort,
            at: loss.at,
            place: loss.place,
            thousandths: loss.thousandths,
            cause: loss.cause,
        }));
    }

    /// The label of a message on its way, if labels are given.
    pub fn label(&self, packet: PacketId) -> Option<&str> {
        self.labels.iter().find(|(id, _)| *id == packet).map(|(_, label)| label.as_str())
    }

    fn refill_nodes(&mut self, world: &World) {
        let network = world.network();
        self.nodes.truncate(network.nodes.len());
        for node in network.node_ids() {
            match self.nodes.get_mut(node.index()) {
                Some(view) => view.refill(world, node),
                None => self.nodes.push(NodeView::of(world, node)),
            }
        }
    }

    /// Draws the ring again if anything happened. A figure draws things of one sort only: those that are no rings are not asked again.
    fn refill_ring(&mut self, world: &World) {
        let after = Some((world.position().steps, world.hash()));
        if self.ring_after == after {
            return;
        }
        (self.ring_after, self.ring) = (after, None);
        for (index, figure) in world.network().figures().enumerate() {
            if self.no_rings.contains(&index) {
                continue;
            }
            match (figure.draw)(world) {
                Some(Drawing::Ring(ring)) => self.ring = Some(ring),
                Some(_) => self.no_rings.push(index),
                None => {}
            }
        }
    }

    fn refill_packets(&mut self, world: &World) {
        self.packets.clear();
        for packet in world.packets() {
            let place = match packet.leg {
                Leg::Flying { direction, departs, arrives, .. } => {
                    PacketPlace::Flying { direction, departs, arrives }
                }
                Leg::At(node) => PacketPlace::Waiting { node },
                // Those in queues follow below, in the order of their queues.
                Leg::Queued(_) => continue,
            };
            self.packets.push(PacketView {
                id: packet.id,
                sort: packet.sort,
                altered: packet.altered,
                place,
            });
        }
        for link in world.network().link_ids() {
            for direction in link.directions() {
                let queued = world.queue(direction).enumerate().map(|(index, packet)| PacketView {
                    id: packet.id,
                    sort: packet.sort,
                    altered: packet.altered,
                    place: PacketPlace::Queued { direction, index: index as u32 },
                });
                self.packets.extend(queued);
            }
        }
    }

    fn refill_labels(&mut self, world: &World) {
        if self.packets.len() > LABELS_AT_MOST {
            return self.labels.clear();
        }
        let packets = &self.packets;
        self.labels.retain(|(id, _)| packets.iter().any(|packet| packet.id == *id));
        for packet in packets {
            if !self.labels.iter().any(|(id, _)| *id == packet.id)
                && let Some(label) = label(world, packet.id)
            {
                self.labels.push((packet.id, label));
            }
        }
    }
}

impl NodeView {
    fn of(world: &World, node: NodeId) -> NodeView {
        let mut view = NodeView {
            status: NodeStatus::Running,
            slowed: false,
            island: None,
            badge: None,
            gauges: Vec::new(),
            tint: None,
            timers: Vec::new(),
            waiting: 0,
            version: u32::MAX,
        };
        view.refill(world, node);
        view
    }

    fn refill(&mut self, world: &World, node: NodeId) {
        let state = world.node(node);
        self.status = NodeStatus::of(state);
        self.slowed = state.condition.slowness > Duration::ZERO;
        self.island = world.islands()[node.index()];
        self.waiting = state.waiting() as u32;
        self.timers.clear();
        self.timers.extend(state.timers().iter().map(|pending| TimerView {
            name: pending.timer.name,
            set_at: pending.set_at,
            due_at: pending.due_at,
            is_sync: pending.is_sync(),
        }));
        if self.version != state.version() {
            self.version = state.version();
            let Look { badge, gauges, tint, .. } = world.look(node).unwrap_or_default();
            (self.badge, self.gauges, self.tint) = (badge, gauges, tint);
        }
    }
}

impl NodeStatus {
    /// How a node is. One that is down is crashed whatever else it is.
    pub fn of(state: &NodeState) -> NodeStatus {
        match &state.condition {
            condition if condition.down => NodeStatus::Crashed,
            condition if condition.paused => NodeStatus::Paused,
            condition if condition.strategy.is_some() => NodeStatus::Byzantine,
            _ => NodeStatus::Running,
        }
    }
}

impl LinkView {
    fn of(world: &World, link: LinkId) -> LinkView {
        let view = |direction| DirectionView::of(world.direction(direction));
        LinkView { forward: view(link.forward()), backward: view(link.backward()) }
    }

    /// How the link is, both directions together.
    pub fn status(&self) -> LinkStatus {
        LinkStatus::of(self.forward.up, self.backward.up)
    }
}

impl LinkStatus {
    /// How a link is whose directions are whole or not.
    pub fn of(forward_up: bool, backward_up: bool) -> LinkStatus {
        match (forward_up, backward_up) {
            (true, true) => LinkStatus::Up,
            (false, false) => LinkStatus::Cut,
            _ => LinkStatus::OneWay,
        }
    }
}

impl DirectionView {
    fn of(state: &DirectionState) -> DirectionView {
        let cuts = usize::from(!state.settings.up);
        DirectionView {
            up: state.settings.up,
            troubled: state.faults.len() > cuts,
            queued: state.queued() as u32,
        }
    }
}

impl PacketPlace {
    /// How far along its direction a travelling message is, from 0 to 1.
    pub fn fraction(departs: Time, arrives: Time, now: Time) -> f64 {
        let whole = arrives.since(departs).as_micros().max(1);
        (now.since(departs).as_micros() as f64 / whole as f64).min(1.0)
    }
}

fn label(world: &World, id: PacketId) -> Option<String> {
    let packet = world.packet(id)?;
    let network: &Network = world.network();
    describe_bytes(network, &packet.bytes).map(|description| description.label)
}
