//! Links: whole, troubled, cut both ways, cut one way.

use super::geometry::Point;
use super::labels::Room;
use super::scene::{Frame, Scene};
use super::sheet::{Segment, Sheet};
use super::style::Style;
use super::thing::Thing;
use crate::sim::network::LinkId;
use crate::sim::snapshot::{LinkStatus, LinkView};

/// Half the width of a gap, and half the length of the bars at its ends, in pixels at full size.
const GAP: f64 = 15.0;
const BAR: f64 = 8.0;

/// Draws all links.
pub(super) fn draw(sheet: &mut Sheet, frame: &Frame, scene: &Scene<'_>) {
    for (link, view) in scene.network.link_ids().zip(&scene.snapshot.links) {
        let (from, to) = frame.span(scene.network, link);
        match view.status() {
            LinkStatus::Up if is_troubled(view) => wave(sheet, frame, from, to),
            LinkStatus::Up => sheet.line(Style::Link, from, to),
            LinkStatus::Cut => gap(sheet, frame, from, to, GAP),
            LinkStatus::OneWay if view.forward.up => one_way(sheet, frame, from, to),
            LinkStatus::OneWay => one_way(sheet, frame, to, from),
        }
    }
    let outlined = [(scene.options.hovered, Style::Hover), (scene.options.selected, Style::Selection)];
    for (thing, style) in outlined {
        if let Some(Thing::Link(link)) = thing {
            outline(sheet, frame, scene, link, style);
        }
    }
}

fn is_troubled(view: &LinkView) -> bool {
    view.forward.troubled || view.backward.troubled
}

/// Takes the room where queues of troubled links stand, on either side of them.
pub(super) fn take_queues(room: &mut Room, frame: &Frame, scene: &Scene<'_>) {
    for (link, view) in scene.network.link_ids().zip(&scene.snapshot.links) {
        for (direction, view) in link.directions().into_iter().zip([view.forward, view.backward]) {
            if view.troubled {
                let (from, to) = frame.lane(scene.network, direction);
                let side = (to - from).unit().right_hand() * (20.0 * frame.weight);
                room.take_segment(from + side, from.towards(to, 0.4) + side);
            }
        }
    }
}

/// Two stubs with a bar at each end.
fn gap(sheet: &mut Sheet, frame: &Frame, from: Point, to: Point, half: f64) {
    let way = to - from;
    let along = way.unit();
    let half = (half * frame.weight).min(way.length() * 0.3);
    let bar = along.right_hand() * (BAR * frame.weight);
    let middle = from.towards(to, 0.5);
    for (start, end) in [(from, middle - along * half), (to, middle + along * half)] {
        sheet.line(Style::Stub, start, end);
        sheet.line(Style::CutEnd, end - bar, end + bar);
    }
}

/// A gap with an arrow across it that shows which way still works.
fn one_way(sheet: &mut Sheet, frame: &Frame, from: Point, to: Point) {
    gap(sheet, frame, from, to, GAP * 1.7);
    let along = (to - from).unit();
    let size = frame.weight;
    let (tail, tip) =
        (from.towards(to, 0.5) - along * (15.0 * size), from.towards(to, 0.5) + along * (15.0 * size));
    let barb = along.right_hand() * (6.5 * size);
    let back = tip - along * (8.5 * size);
    sheet.line(Style::Arrow, tail, tip);
    sheet.polygon(Style::Arrow, [back + barb, tip, back - barb], false);
}

/// A wavy line.
fn wave(sheet: &mut Sheet, frame: &Frame, from: Point, to: Point) {
    let length = from.distance(to);
    let count = ((length / (11.0 * frame.weight.max(0.5))).round() as usize).max(2);
    let height = (to - from).unit().right_hand() * (8.0 * frame.weight);
    let pen = sheet.pen(Style::Troubled);
    pen.push(Segment::Move(from));
    for index in 0..count {
        let at = |part: f64| from.towards(to, (index as f64 + part) / count as f64);
        let bend = if index % 2 == 0 { height } else { height * -1.0 };
        pen.push(Segment::Curve(at(0.5) + bend, at(1.0)));
    }
}

/// A line on either side of a link.
fn outline(sheet: &mut Sheet, frame: &Frame, scene: &Scene<'_>, link: LinkId, style: Style) {
    if link.index() >= scene.network.links.len() {
        return;
    }
    let (from, to) = frame.span(scene.network, link);
    if style == Style::Hover {
        return sheet.line(style, from, to);
    }
    let side = (to - from).unit().right_hand() * (13.0 * frame.weight.max(0.6));
    let ends = (to - from).unit() * (4.0 * frame.weight);
    let corners = [from + ends - side, to - ends - side, to - ends + side, from + ends + side];
    sheet.polygon(style, corners, true);
}
