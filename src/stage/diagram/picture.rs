//! Draws the diagram: on one sheet what happened, on another what is pointed at and the present, so that a pointer that moves
//! redraws little. Only what is in sight is drawn, and of a crowd so much as can be told apart.

use std::ops::Range;

use crate::sim::process::Sort;
use crate::sim::time::Time;
use crate::sim::trace::{Event, PacketId};
use crate::stage::geometry::{Point, Rect, between, point};
use crate::stage::labels::Room;
use crate::stage::sheet::{Align, Segment, Sheet};
use crate::stage::style::{Font, Style, Token};
use crate::stage::thing::Thing;
use crate::stage::units;

use super::causality::Relation;
use super::ground::{axis, ground, moments, names};
use super::legs::{End, Leg};
use super::marks;
use super::scene::{Flights, Scene, sample};
use super::thin::Thinner;
use super::view::View;

/// Up to how many records in sight everything has a mark of its own.
const DETAIL_AT_MOST: usize = 2_500;
/// Up to how many records in sight messages and notes are labelled, and how many of them.
const LABELLED_AT_MOST: usize = 260;
const LABELS_AT_MOST: usize = 48;
/// How many labels of messages are kept.
const LABELS_KEPT: usize = 256;

/// The diagram on two sheets, in memory that is used again.
#[derive(Debug, Default)]
pub struct Picture {
    /// What happened.
    pub still: Sheet,
    /// What is pointed at, and the present.
    pub moving: Sheet,
    flights: Flights,
    thinner: Thinner,
    room: Room,
    labels: Vec<(u64, String)>,
    key: Option<Key>,
}

/// What the still sheet depends on.
#[derive(Clone, Copy, PartialEq, Debug)]
struct Key {
    view: View,
    history: (u32, usize),
    selected: Option<Thing>,
    /// If messages on their way are in sight.
    now: Option<Time>,
}

impl Picture {
    /// Draws what has changed. True if the still sheet is new.
    pub fn draw(&mut self, scene: &Scene<'_>) -> bool {
        let records = scene.in_sight();
        let flying = scene.history.legs().is_any_open();
        let key = Key {
            view: *scene.view,
            history: scene.history.version(),
            selected: scene.selected,
            now: flying.then(|| scene.timeline.now()),
        };
        let fresh = self.key != Some(key);
        if fresh {
            if self.key.is_none_or(|old| old.history.0 != key.history.0) {
                self.labels.clear();
            }
            self.key = Some(key);
            self.flights.refill(scene);
            let mut still = std::mem::take(&mut self.still);
            still.clear();
            self.draw_still(&mut still, scene, &records);
            self.still = still;
        }
        let mut moving = std::mem::take(&mut self.moving);
        moving.clear();
        self.draw_moving(&mut moving, scene, &records);
        self.moving = moving;
        fresh
    }

    /// Where messages on their way were when the diagram was drawn.
    pub fn flights(&self) -> &Flights {
        &self.flights
    }

    fn draw_still(&mut self, sheet: &mut Sheet, scene: &Scene<'_>, records: &Range<u32>) {
        let crowd = Crowd::of(scene, records);
        self.thinner.begin(crowd.legs);
        sheet.weight = crowd.weight();
        ground(sheet, scene);
        self.selected_legs(sheet, scene);
        let whole = |_: &Leg| true;
        self.lines(sheet, scene, records, &crowd, &whole);
        marks_on_lanes(sheet, scene, records, &crowd, &|_| true);
        self.losses(sheet, scene, records, &|_| true);
        self.room.clear(scene.view.plot());
        if crowd.records <= LABELLED_AT_MOST {
            self.label_messages(sheet, scene, records);
            self.label_notes(sheet, scene, records);
        }
        moments(sheet, scene, records);
        names(sheet, scene);
        axis(sheet, scene);
    }

    fn draw_moving(&mut self, sheet: &mut Sheet, scene: &Scene<'_>, records: &Range<u32>) {
        let (plot, now) = (scene.view.plot(), scene.timeline.now());
        sheet.weight = Crowd::of(scene, records).weight();
        let x = scene.view.x_of(now);
        if x < plot.right && scene.reach() > now {
            let left = x.max(plot.left);
            let corner = point(left, 0.0);
            sheet.pen(Style::FutureVeil).push(Segment::Box(corner, plot.right - left + 8.0, plot.bottom));
        }
        if let Some(cone) = scene.pointed {
            self.draw_cone(sheet, scene, records);
            if let Some(place) = self.place_in_sight(scene, cone.event()) {
                sheet.circle(Style::Pointed, place, mark_size(scene) + 4.0);
            }
        }
        if (plot.left - 1.0..=plot.right + 1.0).contains(&x) {
            let corner = point(x - 1.0, plot.top * 0.2);
            sheet.pen(Style::Cursor).push(Segment::Box(corner, 2.0, plot.bottom - corner.y));
            self.cursor_flag(sheet, scene, x);
        }
    }

    fn cursor_flag(&self, sheet: &mut Sheet, scene: &Scene<'_>, x: f64) {
        let (plot, text_px) = (scene.view.plot(), scene.view.text_px);
        let pace = scene.timeline.world().network().pace;
        let words = units::clock(scene.timeline.now(), pace);
        let width = Font::Value.width(&words, text_px) + text_px * 0.7;
        let middle = x.min(scene.view.pane.x - width / 2.0 - 2.0).max(plot.left + width / 2.0);
        let at = point(middle, (plot.bottom + scene.view.pane.y) / 2.0);
        sheet.round_box(Style::CursorFlag, at, width, text_px * 1.3, text_px * 0.3);
        sheet.text(&words, at, Align::Middle, Font::Value, Token::Sheet);
    }

    fn place_in_sight(&self, scene: &Scene<'_>, record: u32) -> Option<Point> {
        let place = scene.place_of(&self.flights, record)?;
        let plot = scene.view.plot();
        let seen = Rect { top: 0.0, ..plot };
        seen.grown(1.0).contains(place).then_some(place)
    }

    /// Dims all, and draws again what is before or after the event that is pointed at.
    fn draw_cone(&mut self, sheet: &mut Sheet, scene: &Scene<'_>, records: &Range<u32>) {
        let Some(cone) = scene.pointed else { return };
        let (plot, history) = (scene.view.plot(), scene.history);
        sheet.pen(Style::Veil).push(Segment::Box(point(plot.left, plot.top), plot.width(), plot.height()));
        for lane in scene.view.lanes_in_sight() {
            let y = scene.view.y_of(lane);
            let events = &history.lanes()[lane as usize].events;
            let (past, future) = (cone.past()[lane as usize], cone.future()[lane as usize]);
            let last = events.partition_point(|event| *event < past).checked_sub(1).map(|at| events[at]);
            if let (Some(first), Some(last)) = (events.first(), last) {
                span(sheet, scene, Style::LanePast, y, scene.time(*first), scene.time(last));
            }
            if future != u32::MAX {
                span(sheet, scene, Style::LaneFuture, y, scene.time(future), Some(scene.reach()));
            }
        }
        let is_part = |record: u32| cone.relation(history, record) != Relation::Concurrent;
        // A message is part of it if it arrived before the event, or was sent by it or after it.
        let leg_is_part = |leg: &Leg| {
            let after = matches!(cone.relation(history, leg.source), Relation::After | Relation::Same);
            let arrives = leg.ends().filter(|_| !leg.is_lost()).map(|ends| cone.relation(history, ends));
            let befell = leg.ends() == Some(cone.event());
            after || befell || matches!(arrives, Some(Relation::Before | Relation::Same))
        };
        let crowd = Crowd::of(scene, records);
        self.thinner.begin(crowd.legs);
        self.lines(sheet, scene, records, &crowd, &leg_is_part);
        marks_on_lanes(sheet, scene, records, &crowd, &is_part);
        let loss_is_part = |loss: u32| {
            let leg = history.place(loss).and_then(|place| place.ended());
            leg.and_then(|leg| history.legs().get(leg)).is_some_and(leg_is_part)
        };
        self.losses(sheet, scene, records, &loss_is_part);
    }

    fn lines(
        &mut self,
        sheet: &mut Sheet,
        scene: &Scene<'_>,
        records: &Range<u32>,
        crowd: &Crowd,
        admits: &dyn Fn(&Leg) -> bool,
    ) {
        let (plot, trace) = (scene.view.plot(), scene.timeline.trace());
        let seen = plot.grown(1.0);
        let dot = between(scene.view.lane_height() * 0.13, 1.6, scene.view.text_px * 0.24);
        let (thinner, flights) = (&mut self.thinner, &self.flights);
        scene.each_leg(records, |leg| {
            if !admits(leg) {
                return;
            }
            let Some((start, end)) = scene.ends(flights, leg) else { return };
            if !thinner.is_new(leg.from, leg.to, start.x, end.x) {
                return;
            }
            let sort = trace.sort(PacketId(u64::from(leg.packet)));
            let (line, arrival) = sort.map_or((Style::LineBeat, Style::DotBeat), Style::of_way);
            let line = if leg.is_lost() { Style::LineLost } else { line };
            if let Some((from, to)) = seen.clip(start, end) {
                sheet.line(line, from, to);
            }
            if crowd.is_detailed() {
                if leg.end == End::Arrived && seen.contains(end) {
                    sheet.circle(arrival, end, dot);
                }
                let middle = start.towards(end, 0.5);
                if leg.altered && seen.contains(middle) {
                    marks::jag(sheet, middle, dot * 1.3);
                }
            }
        });
    }

    fn losses(
        &mut self,
        sheet: &mut Sheet,
        scene: &Scene<'_>,
        records: &Range<u32>,
        admits: &dyn Fn(u32) -> bool,
    ) {
        let size = mark_size(scene);
        for loss in sample(scene.history.losses(), records) {
            if admits(loss)
                && let Some(at) = self.place_in_sight(scene, loss)
                && at.y >= scene.view.plot().top
            {
                marks::cross(sheet, Style::LostCross, at, size);
            }
        }
    }

    /// The whole way of the selected message.
    fn selected_legs(&mut self, sheet: &mut Sheet, scene: &Scene<'_>) {
        let Some(Thing::Packet(packet)) = scene.selected else { return };
        let seen = scene.view.plot().grown(1.0);
        for leg in scene.history.legs_of(packet.0) {
            let ends = scene.history.legs().get(leg).and_then(|leg| scene.ends(&self.flights, leg));
            if let Some((from, to)) = ends.and_then(|(start, end)| seen.clip(start, end)) {
                sheet.line(Style::LineSelected, from, to);
            }
        }
    }

    /// What messages say, beside their lines, where nothing else is.
    fn label_messages(&mut self, sheet: &mut Sheet, scene: &Scene<'_>, records: &Range<u32>) {
        let mut room = std::mem::take(&mut self.room);
        let mut legs: Vec<(Leg, Point, Point)> = Vec::new();
        scene.each_leg(records, |leg| {
            if let Some((start, end)) = scene.ends(&self.flights, leg) {
                room.take_segment(start, end);
                legs.push((*leg, start, end));
            }
        });
        for lane in scene.view.lanes_in_sight() {
            let y = scene.view.y_of(lane);
            room.take_segment(point(0.0, y), point(scene.view.pane.x, y));
        }
        let text_px = scene.view.text_px;
        let mut labelled = 0;
        for (leg, start, end) in &legs {
            let packet = PacketId(u64::from(leg.packet));
            let keeps_house = scene.timeline.trace().sort(packet) == Some(Sort::Beat);
            if keeps_house && scene.selected != Some(Thing::Packet(packet)) || labelled >= LABELS_AT_MOST {
                continue;
            }
            let words = label(&mut self.labels, scene, packet);
            let (width, height) = (Font::Label.width(words, text_px), text_px * 0.95);
            let lean = (end.y - start.y).signum();
            let side = point(width / 2.0 + 5.0, -lean * height * 0.3);
            let places = [0.5, 0.38, 0.62].map(|part| start.towards(*end, part));
            let beside = places.iter().flat_map(|at| [*at + side, *at - side]);
            let free = beside.map(|at| Rect::around(at, width, height)).find(|rect| room.is_free(rect));
            if let Some(rect) = free {
                sheet.text(words, rect.centre(), Align::Middle, Font::Label, Token::Ink2);
                room.take(rect);
                labelled += 1;
            }
        }
        self.room = room;
    }

    /// What processes and users say, above its mark, where nothing else is.
    fn label_notes(&mut self, sheet: &mut Sheet, scene: &Scene<'_>, records: &Range<u32>) {
        let text_px = scene.view.text_px;
        for lane in scene.view.lanes_in_sight() {
            let notable = &scene.history.lanes()[lane as usize].notable;
            for note in sample(notable, records) {
                let phrase = match scene.event(note) {
                    Some(Event::Noted { phrase, .. } | Event::Answered { phrase, .. }) => phrase,
                    _ => continue,
                };
                let Some(words) = scene.timeline.trace().phrase(phrase).map(ToString::to_string) else {
                    continue;
                };
                let Some(at) = self.place_in_sight(scene, note) else { continue };
                let (width, height) = (Font::Label.width(&words, text_px), text_px * 0.95);
                let rect =
                    Rect::around(at + point(width / 2.0 + text_px * 0.5, -height * 0.72), width, height);
                if self.room.is_free(&rect) {
                    sheet.text(&words, rect.centre(), Align::Middle, Font::Label, Token::Ink);
                    self.room.take(rect);
                }
            }
        }
    }
}

/// How much there is in sight.
struct Crowd {
    records: usize,
    legs: usize,
}

impl Crowd {
    fn of(scene: &Scene<'_>, records: &Range<u32>) -> Crowd {
        let seen = records.len() as f64 * scene.lanes_part();
        Crowd { records: seen as usize, legs: scene.legs_in_sight(records) }
    }

    /// How thick lines are. Without a graphics card a line of one pixel is painted five times quicker than one that is a
    /// little thicker (measured: 2 and 10 milliseconds for 3,000).
    fn weight(&self) -> f64 {
        if self.is_detailed() { 1.0 } else { 0.66 }
    }

    fn is_detailed(&self) -> bool {
        self.records <= DETAIL_AT_MOST
    }
}

fn mark_size(scene: &Scene<'_>) -> f64 {
    between(scene.view.lane_height() * 0.2, 2.5, scene.view.text_px * 0.3)
}

/// A part of a lane, as far as it is in sight.
fn span(sheet: &mut Sheet, scene: &Scene<'_>, style: Style, y: f64, from: Option<Time>, to: Option<Time>) {
    let (Some(from), Some(to)) = (from, to) else { return };
    let ends = (point(scene.view.x_of(from), y), point(scene.view.x_of(to), y));
    if let Some((a, b)) = scene.view.plot().clip(ends.0, ends.1) {
        sheet.line(style, a, b);
    }
}

/// Timers, notes, answers, and nodes that go down and come up.
fn marks_on_lanes(
    sheet: &mut Sheet,
    scene: &Scene<'_>,
    records: &Range<u32>,
    crowd: &Crowd,
    admits: &dyn Fn(u32) -> bool,
) {
    let (plot, size) = (scene.view.plot(), mark_size(scene));
    for lane in scene.view.lanes_in_sight() {
        let y = scene.view.y_of(lane);
        if y < plot.top || y > plot.bottom {
            continue;
        }
        let lane = &scene.history.lanes()[lane as usize];
        let events = if crowd.is_detailed() { &lane.events } else { &lane.notable };
        for record in sample(events, records) {
            if let (true, Some(event), Some(time)) = (admits(record), scene.event(record), scene.time(record))
            {
                marks::of_event(sheet, event, point(scene.view.x_of(time), y), size);
            }
        }
    }
}

/// What a message says, made once for each that is in sight.
fn label<'a>(labels: &'a mut Vec<(u64, String)>, scene: &Scene<'_>, packet: PacketId) -> &'a str {
    labels.resize(LABELS_KEPT, (u64::MAX, String::new()));
    let kept = &mut labels[packet.0 as usize % LABELS_KEPT];
    if kept.0 != packet.0 {
        let network = scene.timeline.world().network();
        let label = scene.timeline.trace().describe(network, packet).map(|description| description.label);
        *kept = (packet.0, label.unwrap_or_default());
    }
    &kept.1
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sim::timeline::Timeline;
    use crate::stage::diagram::causality::Cone;
    use crate::stage::diagram::test_runs::{Shown, partition};

    const LINES: [Style; 5] =
        [Style::LineBeat, Style::LineReply, Style::LineRequest, Style::LineRefusal, Style::LineLost];

    fn lines(sheet: &Sheet) -> usize {
        LINES.iter().map(|style| sheet.path(*style).iter().filter(|part| part.begins_shape()).count()).sum()
    }

    fn legs_in_sight(shown: &Shown) -> usize {
        let (scene, plot) = (shown.scene(None), shown.view.plot().grown(1.0));
        let in_sight = |leg: &&Leg| {
            let (start, end) = scene.ends(shown.picture.flights(), leg).unwrap();
            plot.clip(start, end).is_some()
        };
        shown.history.legs().all().iter().filter(in_sight).count()
    }

    #[test]
    fn every_message_in_sight_is_drawn_and_no_other() {
        let mut shown = Shown::of(partition(&["1s cut n2-n4", "2s crash n6"], 6));
        for second in 0..6 {
            let x = shown.view.x_of(Time::from_micros(second * 1_000_000));
            shown.view.pan(point(shown.view.plot().left - x, 0.0), shown.timeline.reach());
            shown.draw(None);
            let expected = legs_in_sight(&shown);
            assert!(expected > 10);
            assert_eq!(lines(&shown.picture.still), expected, "from second {second}");
        }
    }

    #[test]
    fn of_many_lanes_only_what_meets_those_in_sight_is_drawn() {
        let scenario = crate::scenarios::find("stress").unwrap().build_with(&[]).unwrap();
        let mut timeline = Timeline::new(scenario, crate::scenarios::CATALOGUE).unwrap();
        timeline.seek(Time::from_micros(300_000));
        let mut shown = Shown::of(timeline);
        for scroll in [0.0, 900.0, 1e9] {
            shown.view.pan(point(0.0, -scroll), shown.timeline.reach());
            shown.draw(None);
            let expected = legs_in_sight(&shown);
            assert!(expected > 20 && expected < shown.history.legs().all().len() / 2, "{expected}");
            assert_eq!(lines(&shown.picture.still), expected, "{scroll} down");
        }
    }

    #[test]
    fn a_message_that_is_longer_than_the_window_is_seen_in_it() {
        let mut shown = Shown::of(partition(&["0s delay n1-n2 5s", "0s delay n1-n3 5s"], 30));
        let long = |leg: &&Leg| {
            let time = |record: u32| shown.timeline.trace().records()[record as usize].time;
            leg.ends().is_some_and(|ends| time(ends).since(time(leg.begins)).as_micros() > 4_000_000)
        };
        let leg = *shown.history.legs().all().iter().find(long).expect("a delayed message");
        let middle = {
            let records = shown.timeline.trace().records();
            let (from, to) = (records[leg.begins as usize].time, records[leg.ends().unwrap() as usize].time);
            Time::from_micros((from.as_micros() + to.as_micros()) / 2)
        };
        shown.view.zoom(600.0, 8.0, shown.timeline.reach());
        shown.view.reveal(middle, None, shown.timeline.reach());
        let scene = shown.scene(None);
        let mut seen = Vec::new();
        scene.each_leg(&scene.in_sight(), |leg| seen.push(*leg));
        assert!(seen.contains(&leg));
        let (from, to) = shown.view.window();
        assert!(to.since(from).as_micros() < 1_000_000, "neither of its ends is in sight");
    }

    #[test]
    fn a_crowd_costs_no_more_than_can_be_told_apart() {
        let mut shown = Shown::of(partition(&[], 400));
        shown.view.fit(shown.timeline.reach());
        shown.draw(None);
        assert!(shown.history.legs().all().len() > 10_000);
        let drawn = lines(&shown.picture.still);
        assert!((1_000..8_000).contains(&drawn), "{drawn} lines");
    }

    #[test]
    fn the_still_sheet_is_drawn_again_only_when_it_must() {
        let mut shown = Shown::of(partition(&[], 3));
        assert!(!shown.draw(None), "nothing has changed");
        let cone = Cone::of(&shown.history, 20).unwrap();
        assert!(!shown.draw(Some(&cone)), "only what is pointed at has");
        assert!(!shown.picture.moving.path(Style::Veil).is_empty());
        shown.draw(None);
        assert!(shown.picture.moving.path(Style::Veil).is_empty());
        shown.view.pan(point(-9.0, 0.0), shown.timeline.reach());
        assert!(shown.draw(None));
    }

    #[test]
    fn what_is_pointed_at_lights_the_messages_of_its_past_and_its_future() {
        let mut shown = Shown::of(partition(&[], 3));
        shown.view.fit(shown.timeline.reach());
        shown.draw(None);
        let event = shown.history.lanes()[3].events[12];
        let cone = Cone::of(&shown.history, event).unwrap();
        shown.draw(Some(&cone));
        let (before, after) = cone.counts(&shown.history);
        assert!(before > 0 && after > 0);
        let lit = lines(&shown.picture.moving);
        assert!(lit > 0 && lit < lines(&shown.picture.still), "{lit}");
        let names = |sheet: &Sheet| sheet.texts().map(|(_, words)| words.to_owned()).collect::<Vec<_>>();
        assert!(names(&shown.picture.still).iter().any(|name| name == "n4"));
    }
}
