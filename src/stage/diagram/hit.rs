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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::stage::diagram::test_runs::{Shown, partition};
    use crate::stage::geometry::point;

    #[test]
    fn an_event_is_met_where_it_is_drawn() {
        let shown = Shown::of(partition(&["200ms cut n2-n4", "400ms crash n6"], 2));
        let (scene, flights) = (shown.scene(None), shown.picture.flights());
        let mut met = 0;
        for record in scene.in_sight() {
            let Some(place) = scene.place_of(flights, record).filter(|p| scene.view.plot().contains(*p))
            else {
                continue;
            };
            let hit = at(&scene, flights, place, 9.0).expect("something is there");
            let other = scene.place_of(flights, hit).unwrap();
            assert!(other.distance(place) <= 1.5, "{record} is met as {hit}, {} away", other.distance(place));
            met += 1;
        }
        assert!(met > 30, "{met}");
        let flag = scene.history.across()[0];
        let place = scene.place_of(flights, flag).unwrap();
        assert_eq!(at(&scene, flights, place, 9.0), Some(flag));
    }

    #[test]
    fn a_line_leads_to_its_nearer_end() {
        let shown = Shown::of(partition(&[], 2));
        let (scene, flights) = (shown.scene(None), shown.picture.flights());
        let plot = scene.view.plot();
        let mut met = 0;
        for leg in scene.history.legs().all().iter().filter(|leg| leg.from.abs_diff(leg.to) == 1) {
            let (start, end) = scene.ends(flights, leg).unwrap();
            let (Some(ends), true) = (leg.ends(), plot.contains(start) && plot.contains(end)) else {
                continue;
            };
            for (part, expected) in [(0.45, leg.source), (0.55, ends)] {
                let p = start.towards(end, part);
                let hit = at(&scene, flights, p, 9.0);
                // Where lines cross, another one may be as near.
                met += usize::from(hit == Some(expected));
            }
        }
        assert!(met > 10, "{met}");
    }

    #[test]
    fn nothing_is_met_where_nothing_is() {
        let shown = Shown::of(partition(&[], 0));
        let (scene, flights) = (shown.scene(None), shown.picture.flights());
        for p in [point(600.0, 100.0), point(5.0, 100.0), point(600.0, 255.0), point(-50.0, -50.0)] {
            assert_eq!(at(&scene, flights, p, 9.0), None, "{p:?}");
        }
    }
}
