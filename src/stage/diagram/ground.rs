//! What the messages of the diagram are drawn on: lanes with their names, the axis, and what concerns all lanes.

use std::ops::Range;

use crate::sim::network::NodeId;
use crate::sim::trace::Event;
use crate::stage::geometry::{between, point};
use crate::stage::sheet::{Align, Segment, Sheet};
use crate::stage::style::{Font, Style, Token};
use crate::stage::thing::Thing;
use crate::stage::units;

use super::marks;
use super::scene::{Scene, sample};

/// Lanes, the selected one, and where nodes were down.
pub(super) fn ground(sheet: &mut Sheet, scene: &Scene<'_>) {
    let (plot, height) = (scene.view.plot(), scene.view.lane_height());
    for lane in scene.view.lanes_in_sight() {
        let y = scene.view.y_of(lane);
        if y < plot.top || y > plot.bottom {
            continue;
        }
        if scene.selected == Some(Thing::Node(NodeId(lane))) {
            let (top, bottom) = ((y - height * 0.45).max(plot.top), (y + height * 0.45).min(plot.bottom));
            sheet.pen(Style::LaneBand).push(Segment::Box(point(0.0, top), plot.right, bottom - top));
        }
        sheet.line(Style::Lane, point(plot.left, y), point(plot.right, y));
        let (from, to) = scene.view.window();
        let downs = &scene.history.lanes()[lane as usize].downs;
        let until = |down: &(u32, u32)| scene.time(down.1).unwrap_or(scene.reach());
        let first = downs.partition_point(|down| until(down) < from);
        for down in &downs[first..] {
            let Some(since) = scene.time(down.0).filter(|since| *since <= to) else { break };
            let left = scene.view.x_of(since).max(plot.left);
            let right = scene.view.x_of(until(down)).min(plot.right);
            let half = between(height * 0.25, 2.0, 7.0);
            sheet.round_box(
                Style::LaneDown,
                point((left + right) / 2.0, y),
                (right - left).max(2.0),
                half * 2.0,
                half.min(3.0),
            );
        }
    }
}

/// What concerns all lanes: a flag in the band above them, a line through them, and what it was if there is room.
pub(super) fn moments(sheet: &mut Sheet, scene: &Scene<'_>, records: &Range<u32>) {
    let (plot, text_px, trace) = (scene.view.plot(), scene.view.text_px, scene.timeline.trace());
    let network = scene.timeline.world().network();
    let all: Vec<u32> = sample(scene.history.across(), records).collect();
    for (index, record) in all.iter().enumerate() {
        let (Some(event), Some(time)) = (scene.event(*record), scene.time(*record)) else { continue };
        let x = scene.view.x_of(time);
        let (flag, line, token) = marks::moment(event);
        sheet.line(line, point(x, plot.top), point(x, plot.bottom));
        marks::flag(sheet, flag, point(x, plot.top), text_px * 0.9);
        let next = all.get(index + 1).and_then(|next| scene.time(*next));
        let end = next.map_or(plot.right, |next| scene.view.x_of(next).min(plot.right));
        let words = match event {
            Event::Commanded { phrase } => trace.phrase(phrase).map(ToString::to_string).unwrap_or_default(),
            Event::Property { index, .. } => {
                network.properties.get(index as usize).map_or("", |property| property.title.text()).to_owned()
            }
            _ => continue,
        };
        let start = x + text_px * 0.75;
        if start + Font::Label.width(&words, text_px) < end - 4.0 {
            sheet.text(&words, point(start, scene.band()), Align::Start, Font::Label, token);
        }
    }
}

/// The names of the lanes, always in sight.
pub(super) fn names(sheet: &mut Sheet, scene: &Scene<'_>) {
    let (plot, text_px) = (scene.view.plot(), scene.view.text_px);
    let network = scene.timeline.world().network();
    for lane in scene.view.lanes_in_sight() {
        let (y, node) = (scene.view.y_of(lane), NodeId(lane));
        if y < plot.top - 1.0 || y > plot.bottom + 1.0 {
            continue;
        }
        let token = if scene.selected == Some(Thing::Node(node)) { Token::Accent } else { Token::Ink2 };
        let at = point(text_px * 0.8, y);
        let name = network.name(node);
        let room = scene.view.gutter() - text_px;
        if Font::Label.width(name, text_px) <= room {
            sheet.text(name, at, Align::Start, Font::Label, token);
            continue;
        }
        let mut short = name.to_owned();
        while short.pop().is_some() && Font::Label.width(&short, text_px) > room - text_px * 0.8 {}
        sheet.text(&(short + "…"), at, Align::Start, Font::Label, token);
    }
}

/// Moments along the lower edge.
pub(super) fn axis(sheet: &mut Sheet, scene: &Scene<'_>) {
    let (view, plot) = (scene.view, scene.view.plot());
    sheet.line(Style::Lane, point(plot.left, plot.bottom), point(plot.right, plot.bottom));
    let (mut moment, step) = view.ticks();
    let middle = (plot.bottom + view.pane.y) / 2.0;
    loop {
        let x = view.x_of(moment);
        if x > plot.right {
            return;
        }
        sheet.line(Style::Tick, point(x, plot.bottom), point(x, plot.bottom + 4.0));
        // Digits as fit the distance of the marks.
        let words = units::clock(moment, step * 100);
        let half = Font::Value.width(&words, view.text_px) / 2.0;
        if x - half > plot.left - view.text_px && x + half < view.pane.x {
            sheet.text(&words, point(x, middle), Align::Middle, Font::Value, Token::Ink3);
        }
        moment += step;
    }
}
