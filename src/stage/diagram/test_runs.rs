//! Traces for tests: random ones, in which messages are sent, passed on, copied, changed, lost and received at random.

use proptest::prelude::*;

use crate::scenarios::{self, CATALOGUE};
use crate::sim::network::{DirectionId, NodeId};
use crate::sim::process::timer;
use crate::sim::snapshot::Snapshot;
use crate::sim::time::Time;
use crate::sim::timeline::Timeline;
use crate::sim::trace::{Cause, Event, LossPlace, PacketId, Record};
use crate::stage::geometry::point;

use super::causality::Cone;
use super::history::History;
use super::picture::Picture;
use super::scene::Scene;
use super::view::View;

/// Records of a network of so many nodes, some time apart or none.
pub fn random_records(nodes: u32, at_most: usize) -> impl Strategy<Value = Vec<Record>> {
    let choice = (0u32..16, any::<u32>(), any::<u32>(), 0u64..3);
    proptest::collection::vec(choice, 1..at_most).prop_map(move |choices| {
        let mut time = 0;
        let (mut records, mut flying, mut sent) = (Vec::new(), Vec::new(), 0);
        for (kind, one, other, pause) in choices {
            time += pause * 10;
            if let Some(event) = event(kind, one, other, nodes, &mut flying, &mut sent) {
                records.push(Record { time: Time::from_micros(time), event });
            }
        }
        records
    })
}

fn event(
    kind: u32,
    one: u32,
    other: u32,
    nodes: u32,
    flying: &mut Vec<PacketId>,
    sent: &mut u64,
) -> Option<Event> {
    let (node, to) = (NodeId(one % nodes), NodeId(other % nodes));
    let mut number = || {
        *sent += 1;
        PacketId(*sent - 1)
    };
    let place = match other % 3 {
        0 => LossPlace::Node(node),
        _ => LossPlace::Direction(DirectionId(other)),
    };
    let index = one as usize % flying.len().max(1);
    Some(match kind {
        0..=4 => {
            let packet = number();
            flying.push(packet);
            Event::Sent { packet, from: node, to }
        }
        5 => Event::Fired { node, timer: timer("tick") },
        6 => Event::Noted { node, phrase: 0 },
        7 => Event::Down { node },
        8 => Event::Up { node },
        9 => Event::Commanded { phrase: 0 },
        _ if flying.is_empty() => return None,
        10 => Event::Forwarded { packet: flying[index], node: to },
        11 => Event::Lost { packet: flying.swap_remove(index), place, cause: Cause::NodeDown },
        12 => {
            let copy = number();
            flying.push(copy);
            Event::Duplicated { packet: flying[index], copy }
        }
        13 => Event::Altered { packet: flying[index], direction: DirectionId(other) },
        _ => Event::Delivered { packet: flying.swap_remove(index), node: to },
    })
}

/// A run of the partition scenario with this script, up to this second.
pub fn partition(script: &[&str], until_seconds: u64) -> Timeline {
    let mut scenario =
        scenarios::find("partition").expect("a built-in scenario").build_with(&[]).expect("a sound scenario");
    scenario.script = script.iter().map(|line| (*line).to_owned()).collect();
    let mut timeline = Timeline::new(scenario, CATALOGUE).expect("a sound scenario");
    timeline.seek(Time::from_micros(until_seconds * 1_000_000));
    timeline
}

/// All that a diagram of a run is drawn from.
pub struct Shown {
    pub timeline: Timeline,
    pub history: History,
    pub snapshot: Snapshot,
    pub view: View,
    pub picture: Picture,
}

impl Shown {
    /// A run in a pane as on a laptop.
    pub fn of(timeline: Timeline) -> Shown {
        let mut history = History::default();
        history.look(&timeline);
        let network = timeline.world().network();
        let names = network.nodes.iter().map(|node| node.name.as_str());
        let view = View::new(point(1_200.0, 260.0), 14.0, names, network.pace);
        let snapshot = Snapshot::of(&timeline);
        let mut shown = Shown { history, snapshot, view, picture: Picture::default(), timeline };
        shown.draw(None);
        shown
    }

    pub fn scene<'a>(&'a self, pointed: Option<&'a Cone>) -> Scene<'a> {
        let Shown { history, timeline, snapshot, view, .. } = self;
        Scene { history, timeline, snapshot, view, selected: None, pointed }
    }

    pub fn draw(&mut self, pointed: Option<&Cone>) -> bool {
        let mut picture = std::mem::take(&mut self.picture);
        let fresh = picture.draw(&self.scene(pointed));
        self.picture = picture;
        fresh
    }
}
