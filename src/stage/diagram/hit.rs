//! The event at a point of the diagram.

use crate::sim::trace::Event;
use crate::stage::geometry::Point;

use super::scene::{Flights, Scene};

/// How much nearer than an event a line must be to be meant.
const LINE_REACH: f64 = 0.6;

/// The record of the event that is meant by a point, if it is no farther away than `reach`: an event on a lane or a loss, else
/// the nearer end of the message whose line is there.
pub fn at(scene: &Scene<'_>, flights: &Flights, p: Point, reach: f64) -> Option<u32> {
    let plot = scene.view.plot().grown(reach);
    if !plot.contains(p) && p.y > plot.top || p.x < scene.view.plot().left - reach {
        return None;
    }
    let mut best = Best { distance: reach, record: None };
    if p.y < scene.view.plot().top {
        nearest(scene, scene.history.across(), p, reach, &mut |record, distance| {
            best.offer(record, distance)
        });
        return best.record;
    }
    if let Some(lane) = scene.view.lane_at(p.y) {
        let y = scene.view.y_of(lane);
        if (p.y - y).abs() <= reach {
            let events = &scene.history.lanes()[lane as usize].events;
            nearest(scene, events, p, reach, &mut |record, distance| best.offer(record, distance));
        }
    }
    losses(scene, flights, p, reach, &mut best);
    best.record.or_else(|| line(scene, flights, p, reach * LINE_REACH))
}

struct Best {
    distance: f64,
    record: Option<u32>,
}

impl Best {
    fn offer(&mut self, record: u32, distance: f64) {
        if distance <= self.distance {
            (self.distance, self.record) = (distance, Some(record));
        }
    }
}

/// Offers the events of a row on both sides of a point. Of several at one moment the last is meant, and never a timer if
/// there is another: it is what the timer led to that is seen.
fn nearest(scene: &Scene<'_>, events: &[u32], p: Point, reach: f64, offer: &mut impl FnMut(u32, f64)) {
    let (from, to) = (scene.view.time_at(p.x - reach), scene.view.time_at(p.x + reach));
    let time = |event: &u32| scene.time(*event).unwrap_or_default();
    let first = events.partition_point(|event| time(event) < from);
    let middle = events.partition_point(|event| time(event) < scene.view.time_at(p.x));
    let last = events.partition_point(|event| time(event) <= to);
    // Of a crowd only those next to the point can be meant.
    let crowd = first.max(middle.saturating_sub(32))..last.min(middle + 32);
    for event in &events[crowd] {
        let distance = (scene.view.x_of(time(event)) - p.x).abs();
        let is_timer = matches!(scene.event(*event), Some(Event::Fired { .. }));
        offer(*event, distance + if is_timer { 1.0 } else { 0.0 });
    }
}

fn losses(scene: &Scene<'_>, flights: &Flights, p: Point, reach: f64, best: &mut Best) {
    let losses = scene.history.losses();
    let time = |event: &u32| scene.time(*event).unwrap_or_default();
    let first = losses.partition_point(|loss| time(loss) < scene.view.time_at(p.x - reach));
    let last = losses.partition_point(|loss| time(loss) <= scene.view.time_at(p.x + reach));
    for loss in losses[first..last.max(first)].iter().take(512) {
        if let Some(place) = scene.place_of(flights, *loss) {
            best.offer(*loss, place.distance(p));
        }
    }
}

fn line(scene: &Scene<'_>, flights: &Flights, p: Point, reach: f64) -> Option<u32> {
    let mut best = Best { distance: reach, record: None };
    let (from, to) = (scene.view.time_at(p.x - reach), scene.view.time_at(p.x + reach));
    let records = super::history::records_between(scene.records(), from, to);
    scene.each_leg(&records, |leg| {
        let Some((start, end)) = scene.ends(flights, leg) else { return };
        let distance = p.distance_to_segment(start, end);
        let nearer = if p.distance(start) <= p.distance(end) { Some(leg.source) } else { leg.ends() };
        best.offer(nearer.unwrap_or(leg.source), distance);
    });
    best.record
}
