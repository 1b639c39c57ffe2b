//! What the diagram is drawn from, and where its parts are: shared by what draws it and what finds the event at a point.

use std::ops::Range;

use crate::sim::snapshot::{PacketPlace, Snapshot};
use crate::sim::time::Time;
use crate::sim::timeline::Timeline;
use crate::sim::trace::{Event, Record};
use crate::sorted::sort_by_key;
use crate::stage::geometry::{Point, between, point};
use crate::stage::thing::Thing;

use super::causality::Cone;
use super::history::{History, records_between};
use super::legs::{End, Leg};
use super::view::View;

/// Of how many legs in sight each is drawn; of more only every second, fourth, …
const LEGS_AT_MOST: usize = 16_384;

/// How many losses and notes are drawn, about; of more only every second, fourth, …
const MARKS_AT_MOST: usize = 4_096;

/// What the diagram is drawn from.
#[derive(Clone, Copy)]
pub struct Scene<'a> {
    /// What is known of the trace.
    pub history: &'a History,
    /// The run.
    pub timeline: &'a Timeline,
    /// The run at the present moment.
    pub snapshot: &'a Snapshot,
    /// What is in sight.
    pub view: &'a View,
    /// What is selected.
    pub selected: Option<Thing>,
    /// The event that is pointed at, with what led to it and what may come of it.
    pub pointed: Option<&'a Cone>,
}

/// Where messages on their way are at the present moment.
#[derive(Clone, Debug, Default)]
pub struct Flights {
    all: Vec<Flight>,
    now: Time,
}

#[derive(Clone, Copy, Debug)]
struct Flight {
    packet: u32,
    to: u32,
    /// How far it has come on its way between lanes.
    part: f64,
}

impl Flights {
    /// Reads off the snapshot those that cross a lane in sight, in the memory that there is.
    pub fn refill(&mut self, scene: &Scene<'_>) {
        let (network, snapshot) = (scene.timeline.world().network(), scene.snapshot);
        let lanes = scene.view.lanes_in_sight();
        self.now = snapshot.now;
        self.all.clear();
        self.all.extend(snapshot.packets.iter().filter_map(|packet| {
            let (to, part) = match packet.place {
                PacketPlace::Flying { direction, departs, arrives } => {
                    (network.target(direction), PacketPlace::fraction(departs, arrives, snapshot.now))
                }
                PacketPlace::Queued { direction, .. } => (network.target(direction), 0.0),
                PacketPlace::Waiting { node } => (node, 1.0),
            };
            let from = scene.history.last_left(packet.id.0)?;
            let flight = Flight { packet: packet.id.0 as u32, to: to.0, part };
            crosses(&lanes, from, to.0).then_some(flight)
        }));
        sort_by_key(&mut self.all, |flight| flight.packet);
    }

    fn of(&self, packet: u32) -> Option<Flight> {
        let at = self.all.binary_search_by_key(&packet, |flight| flight.packet).ok()?;
        Some(self.all[at])
    }
}

impl Scene<'_> {
    /// The records of the trace.
    pub fn records(&self) -> &[Record] {
        self.timeline.trace().records()
    }

    /// The last moment that was simulated.
    pub fn reach(&self) -> Time {
        let last = self.records().last().map_or(Time::ZERO, |record| record.time);
        last.max(self.timeline.reach()).max(self.timeline.now())
    }

    /// The records in sight.
    pub fn in_sight(&self) -> Range<u32> {
        let (from, to) = self.view.window();
        records_between(self.records(), from, to)
    }

    /// The moment of a record.
    pub fn time(&self, record: u32) -> Option<Time> {
        self.records().get(record as usize).map(|record| record.time)
    }

    /// What happened.
    pub fn event(&self, record: u32) -> Option<Event> {
        self.records().get(record as usize).map(|record| record.event)
    }

    /// Calls with every leg in sight; if there are very many, with every second, every fourth, …
    pub fn each_leg(&self, records: &Range<u32>, mut call: impl FnMut(&Leg)) {
        let legs = self.history.legs();
        let own = legs.beginning_in(records);
        let stride = (self.legs_in_sight(records).div_ceil(LEGS_AT_MOST)).next_power_of_two() as u32;
        let (all, lanes) = (legs.all(), self.view.lanes_in_sight());
        let mut meet = |leg: &Leg| {
            if crosses(&lanes, leg.from, leg.to) {
                call(leg);
            }
        };
        legs.across(records.start, |index| {
            if index % stride == 0 {
                meet(&all[index as usize]);
            }
        });
        let mut index = own.start.next_multiple_of(stride);
        while index < own.end {
            meet(&all[index as usize]);
            index += stride;
        }
    }

    /// About how many legs begin in these records and have an end on a lane in sight.
    pub fn legs_in_sight(&self, records: &Range<u32>) -> usize {
        let legs = self.history.legs().beginning_in(records).len();
        (legs as f64 * libm::fmin(2.0 * self.lanes_part(), 1.0)) as usize
    }

    /// Which part of all lanes is in sight.
    pub fn lanes_part(&self) -> f64 {
        self.view.lanes_in_sight().len() as f64 / self.history.lanes().len().max(1) as f64
    }

    /// Where a leg begins and ends in the pane, which may be far outside.
    pub fn ends(&self, flights: &Flights, leg: &Leg) -> Option<(Point, Point)> {
        let view = self.view;
        let start = point(view.x_of(self.time(leg.begins)?), view.y_of(leg.from));
        let Some(ends) = leg.ends() else {
            let flight = flights.of(leg.packet).unwrap_or(Flight { packet: 0, to: leg.to, part: 0.3 });
            let y = start.y + (view.y_of(flight.to) - start.y) * flight.part;
            return Some((start, point(view.x_of(flights.now).max(start.x), y)));
        };
        let x = view.x_of(self.time(ends)?);
        let y = match leg.end {
            End::LostAtStart => start.y,
            End::LostBetween => (start.y + view.y_of(leg.to)) / 2.0,
            End::Arrived | End::LostAtEnd | End::Open => view.y_of(leg.to),
        };
        Some((start, point(x, y)))
    }

    /// Where the event of a record is in the pane.
    pub fn place_of(&self, flights: &Flights, record: u32) -> Option<Point> {
        let x = self.view.x_of(self.time(record)?);
        let place = self.history.place(record)?;
        if let Some(lane) = place.lane() {
            return Some(point(x, self.view.y_of(lane)));
        }
        let Some(leg) = place.ended().and_then(|leg| self.history.legs().get(leg)) else {
            return Some(point(x, self.band()));
        };
        let (start, end) = self.ends(flights, leg)?;
        let part =
            if end.x - start.x > 1e-9 { between((x - start.x) / (end.x - start.x), 0.0, 1.0) } else { 1.0 };
        Some(start.towards(end, part))
    }

    /// The middle of the band above the lanes.
    pub fn band(&self) -> f64 {
        self.view.plot().top / 2.0
    }
}

/// Whether the way from lane to lane meets one of these.
fn crosses(lanes: &Range<u32>, from: u32, to: u32) -> bool {
    from.max(to) >= lanes.start && from.min(to) < lanes.end
}

/// Those of a list of records that are in a range; of very many every second, fourth, …
pub(super) fn sample<'a>(list: &'a [u32], records: &Range<u32>) -> impl Iterator<Item = u32> + use<'a> {
    let first = list.partition_point(|record| *record < records.start);
    let last = list.partition_point(|record| *record < records.end);
    let stride = (last - first).div_ceil(MARKS_AT_MOST).next_power_of_two();
    let first = first.next_multiple_of(stride).min(last);
    list[first..last].iter().step_by(stride).copied()
}
