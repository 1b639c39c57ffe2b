//! Nodes: their state by shape and colour, icon, name, the value that rides on them, their timers and what waits for them.

use std::f64::consts::{PI, TAU};

use super::gauges;
use super::geometry::{Point, Rect, point};
use super::icons;
use super::labels::Room;
use super::scene::{Frame, Scene};
use super::sheet::{Align, Segment, Sheet};
use super::style::{Font, Style, Token};
use super::thing::Thing;
use super::tints;
use crate::sim::network::NodeId;
use crate::sim::snapshot::{NodeStatus, NodeView, TimerView};
use crate::sim::time::Time;

/// How many timers are shown.
const TIMERS_AT_MOST: usize = 3;
/// The points of a Byzantine node's rim.
const JAGS: usize = 14;
/// Room in a badge beside its text, in parts of the text size.
const BADGE_PADDING: f64 = 0.45;

/// Places for the names and values of nodes, chosen so that they lie over nothing. They stay until something moves.
#[derive(Clone, Debug, Default)]
pub(super) struct Slots {
    names: Vec<Option<Rect>>,
    badges: Vec<Option<Rect>>,
}

impl Slots {
    /// Whether a value has become too long for its place, or has come to be.
    pub fn are_outgrown(&self, scene: &Scene<'_>, frame: &Frame) -> bool {
        let outgrown = |(view, slot): (&NodeView, &Option<Rect>)| {
            let Some(badge) = &view.badge else { return false };
            slot.is_none_or(|slot| badge_width(badge, frame) > slot.width() + 1.0)
        };
        frame.has_labels(scene) && scene.snapshot.nodes.iter().zip(&self.badges).any(outgrown)
    }

    /// Chooses all places anew: values first, since they are wider, then names.
    pub fn refill(&mut self, scene: &Scene<'_>, frame: &Frame, room: &mut Room) {
        self.names.clear();
        self.badges.clear();
        if !frame.has_labels(scene) {
            return;
        }
        let height = frame.text_px * 1.5;
        for (place, view) in frame.nodes().iter().zip(&scene.snapshot.nodes) {
            let width = view.badge.as_deref().map(|badge| badge_width(badge, frame));
            let places = width.map(|width| around(*place, frame.ring() + 2.0, width, height, BADGE_ANGLES));
            self.badges.push(places.and_then(|places| room.best(places)));
        }
        let height = frame.text_px * 1.2;
        for (place, node) in frame.nodes().iter().zip(&scene.network.nodes) {
            let width = Font::Name.width(&node.name, frame.text_px);
            self.names.push(room.best(around(*place, frame.ring(), width, height, NAME_ANGLES)));
        }
    }
}

/// Directions in which a name is looked for, in twelfths of a turn from the right, downwards.
const NAME_ANGLES: [u8; 12] = [3, 9, 4, 2, 0, 6, 1, 5, 10, 8, 7, 11];
/// Directions in which a value is looked for.
const BADGE_ANGLES: [u8; 12] = [10, 11, 8, 0, 9, 7, 1, 6, 2, 5, 4, 3];

/// Boxes round a node, near ones first, that just clear a circle round it.
fn around(
    centre: Point,
    radius: f64,
    width: f64,
    height: f64,
    angles: [u8; 12],
) -> impl Iterator<Item = Rect> {
    [0.0, 9.0].into_iter().flat_map(move |more| {
        angles.into_iter().map(move |twelfth| {
            let angle = f64::from(twelfth) * TAU / 12.0;
            let way = Point::at_angle(angle);
            Rect::around(centre + way * clearance(way, radius + more, width, height), width, height)
        })
    })
}

/// How far in this direction a box's middle must be so that the box clears a circle.
fn clearance(way: Point, radius: f64, width: f64, height: f64) -> f64 {
    let (mut near, mut far) = (radius, radius + width + height);
    for _ in 0..12 {
        let middle = (near + far) / 2.0;
        let clear = !Rect::around(way * middle, width, height).meets_disc(Point::default(), radius);
        if clear { far = middle } else { near = middle }
    }
    far
}

fn badge_width(badge: &str, frame: &Frame) -> f64 {
    // Short values get room to change in, so that the place need not change with them.
    let text = Font::Value.width(badge, frame.text_px).max(Font::Value.width("x = 4", frame.text_px));
    text + 2.0 * BADGE_PADDING * frame.text_px
}

/// Draws all of the nodes that rarely changes.
pub(super) fn draw_still(sheet: &mut Sheet, frame: &Frame, slots: &Slots, scene: &Scene<'_>) {
    for (node, view) in scene.network.node_ids().zip(&scene.snapshot.nodes) {
        let place = frame.node(node);
        outline(sheet, frame, scene, node);
        body(sheet, frame, view.status, place);
        if frame.is_detailed() {
            icon(sheet, frame, scene, node, view);
            gauges::draw_at(sheet, frame, node, view);
        }
        if let Some(tint) = view.tint.filter(|_| frame.is_detailed()) {
            let at = place + point(0.72, -0.72) * frame.radius;
            sheet.stamp(tints::sign(tint), tints::shape(tint), at, 7.5 * frame.weight);
        }
        if view.slowed && view.status != NodeStatus::Crashed && frame.is_detailed() {
            let at = place + point(-0.72, -0.72) * frame.radius;
            sheet.circle(Style::Mark, at, 9.0 * frame.weight);
            sheet.stamp(Style::MarkLine, icons::HOURGLASS, at, 5.0 * frame.weight);
        }
        labels(sheet, frame, slots, scene, node, view);
    }
}

fn outline(sheet: &mut Sheet, frame: &Frame, scene: &Scene<'_>, node: NodeId) {
    let thing = Some(Thing::Node(node));
    if scene.options.hovered == thing {
        sheet.circle(Style::Hover, frame.node(node), frame.radius + 2.0);
    }
    if scene.options.selected == thing {
        sheet.circle(Style::Selection, frame.node(node), frame.ring() + 3.0);
    }
}

fn body(sheet: &mut Sheet, frame: &Frame, status: NodeStatus, place: Point) {
    let radius = frame.radius;
    match status {
        NodeStatus::Running => sheet.circle(Style::Node, place, radius),
        NodeStatus::Crashed => {
            sheet.circle(Style::Crashed, place, radius);
            let arm = radius * 0.38;
            for (x, y) in [(1.0, 1.0), (1.0, -1.0)] {
                sheet.line(Style::Cross, place - point(x, y) * arm, place + point(x, y) * arm);
            }
        }
        NodeStatus::Paused => {
            sheet.circle(Style::Node, place, radius);
            hatch(sheet, place, radius);
        }
        NodeStatus::Byzantine => {
            let corner = |index: usize| {
                let angle = TAU * index as f64 / (2 * JAGS) as f64;
                let reach = if index.is_multiple_of(2) { radius * 1.1 } else { radius * 0.92 };
                place + Point::at_angle(angle) * reach
            };
            sheet.polygon(Style::Byzantine, (0..2 * JAGS).map(corner), true);
        }
    }
}

/// Slanted lines across a disc.
fn hatch(sheet: &mut Sheet, centre: Point, radius: f64) {
    let (along, across) = (point(1.0, -1.0).unit(), point(1.0, 1.0).unit());
    for step in -3..=3 {
        let off = f64::from(step) * radius * 0.29;
        let half = (radius * radius * 0.94 - off * off).max(0.0).sqrt();
        let middle = centre + across * off;
        sheet.line(Style::Hatch, middle - along * half, middle + along * half);
    }
}

fn icon(sheet: &mut Sheet, frame: &Frame, scene: &Scene<'_>, node: NodeId, view: &NodeView) {
    // Bars below it push it up a little.
    let raised = [0.0, 0.13, 0.2][gauges::count(view).min(2)];
    let place = frame.node(node) - point(0.0, raised) * frame.radius;
    let size = frame.radius * (0.44 - raised * 0.3);
    let icon = scene.network.role(node).icon;
    match view.status {
        NodeStatus::Running => {
            sheet.stamp(Style::Icon, icons::lines(icon), place, size);
            sheet.stamp(Style::IconFill, icons::fills(icon), place, size);
        }
        NodeStatus::Paused => {
            sheet.circle(Style::Badge, place, size * 1.15);
            sheet.stamp(Style::Pause, icons::PAUSE, place, size * 0.9);
        }
        NodeStatus::Byzantine => sheet.stamp(Style::Mask, icons::MASK, place, frame.radius * 0.52),
        NodeStatus::Crashed => {}
    }
}

fn labels(sheet: &mut Sheet, frame: &Frame, slots: &Slots, scene: &Scene<'_>, node: NodeId, view: &NodeView) {
    let down = view.status == NodeStatus::Crashed;
    let name = &scene.network.nodes[node.index()].name;
    match slots.names.get(node.index()).copied().flatten() {
        Some(slot) => {
            let token = if down { Token::Ink3 } else { Token::Ink };
            sheet.text(name, slot.centre(), Align::Middle, Font::Name, token);
        }
        None => lone_name(sheet, frame, scene, node),
    }
    let slot = slots.badges.get(node.index()).copied().flatten();
    if let (Some(slot), Some(badge), false) = (slot, &view.badge, down) {
        let width = badge_width(badge, frame).min(slot.width());
        sheet.round_box(Style::Badge, slot.centre(), width, slot.height(), slot.height() / 2.0);
        sheet.text(badge, slot.centre(), Align::Middle, Font::Value, Token::Ink);
    }
}

/// In a crowd only the node that the watcher means has its name.
fn lone_name(sheet: &mut Sheet, frame: &Frame, scene: &Scene<'_>, node: NodeId) {
    let meant = [scene.options.selected, scene.options.hovered].contains(&Some(Thing::Node(node)));
    if meant {
        let name = &scene.network.nodes[node.index()].name;
        let at = frame.node(node) + point(0.0, frame.ring() + frame.text_px);
        let width = Font::Name.width(name, frame.text_px) + frame.text_px * 0.8;
        sheet.round_box(Style::Badge, at, width, frame.text_px * 1.5, frame.text_px * 0.4);
        sheet.text(name, at, Align::Middle, Font::Name, Token::Ink);
    }
}

/// Draws the timers and the number of things that wait.
pub(super) fn draw_moving(sheet: &mut Sheet, frame: &Frame, scene: &Scene<'_>) {
    if !frame.is_detailed() {
        return;
    }
    for (node, view) in scene.network.node_ids().zip(&scene.snapshot.nodes) {
        if view.status != NodeStatus::Crashed {
            timers(sheet, frame, frame.node(node), &view.timers, scene.snapshot.now);
        }
        if view.waiting > 0 {
            waiting(sheet, frame, frame.node(node), view.waiting);
        }
    }
}

/// Arcs that shrink as time runs out, one ring a timer, in the order of their names.
fn timers(sheet: &mut Sheet, frame: &Frame, centre: Point, timers: &[TimerView], now: Time) {
    let rank = |timer: &TimerView| (timer.name, timer.due_at, timer.set_at);
    let mut last = None;
    for ring in 0..TIMERS_AT_MOST.min(timers.len()) {
        let after = |timer: &&TimerView| last.is_none_or(|last| rank(timer) > last);
        let Some(timer) = timers.iter().filter(after).min_by_key(|timer| rank(timer)) else { break };
        last = Some(rank(timer));
        let whole = timer.due_at.since(timer.set_at).as_micros().max(1);
        let left = timer.due_at.since(now).as_micros().min(whole) as f64 / whole as f64;
        if left > 0.0 {
            let radius = frame.radius + (4.5 + 4.0 * ring as f64) * frame.weight;
            let style = if timer.is_sync { Style::Sync } else { Style::Timer };
            let (from, until) = (-PI / 2.0, -PI / 2.0 + TAU * left);
            let start = centre + Point::at_angle(from) * radius;
            sheet.pen(style).extend([Segment::Move(start), Segment::Arc(centre, radius, from, until)]);
        }
    }
}

fn waiting(sheet: &mut Sheet, frame: &Frame, centre: Point, count: u32) {
    let at = centre + point(-0.72, 0.72) * frame.radius;
    let half = frame.text_px * 0.55 * frame.weight.min(1.0);
    let width = half
        * if count > 99 {
            3.4
        } else if count > 9 {
            2.7
        } else {
            2.0
        };
    sheet.round_box(Style::Count, at, width, half * 2.0, half);
    sheet.number(count, "", at, Font::Count, Token::Paper);
}
