//! Messages: on their way, in queues, altered, and those that were lost lately.

use std::f64::consts::TAU;

use super::geometry::{Point, Rect, point};
use super::labels::Room;
use super::scene::{Frame, Scene};
use super::sheet::{Align, Segment, Sheet};
use super::style::{Font, Style, Token};
use super::thing::Thing;
use crate::sim::network::DirectionId;
use crate::sim::process::Sort;
use crate::sim::snapshot::{LossView, PacketPlace, PacketView, Snapshot};
use crate::sim::time::Time;
use crate::sim::trace::{LossPlace, cause_words};

/// Half the width of a message, in pixels at full size, and the least.
const SIZE: f64 = 7.0;
const SIZE_LEAST: f64 = 1.5;
/// How far to the right of the middle of the link messages travel, in pixels at full size.
const LANE: f64 = 6.5;
/// How far to the right they queue, and how far apart.
const QUEUE_LANE: f64 = 17.0;
const QUEUE_STEP: f64 = 12.0;
/// How much of a link a queue may take.
const QUEUE_PART: f64 = 0.4;
/// How far a lost message falls, in pixels at full size.
const FALL: f64 = 34.0;
/// How many losses are explained at once, at most.
const REASONS_AT_MOST: usize = 5;
/// How many messages may be labelled at once, at most.
const LABELS_AT_MOST: usize = 40;
/// How many losses are drawn, at most: the latest.
const LOSSES_AT_MOST: usize = 400;

/// Draws all messages, their labels and the reasons of losses.
pub(super) fn draw(sheet: &mut Sheet, frame: &Frame, room: &mut Room, scene: &Scene<'_>) {
    for packet in &scene.snapshot.packets {
        if let Some(at) = place(frame, scene, packet) {
            if scene.options.hovered == Some(Thing::Packet(packet.id)) {
                sheet.circle(Style::Hover, at, size(frame) + 4.0);
            }
            mark(sheet, packet, at, size(frame));
            if scene.options.selected == Some(Thing::Packet(packet.id)) {
                sheet.circle(Style::PacketSelection, at, size(frame) + 6.0);
            }
        }
    }
    if frame.is_detailed() {
        queues(sheet, frame, scene);
    }
    let drawn = scene.snapshot.losses.len().min(LOSSES_AT_MOST);
    for loss in scene.snapshot.losses.iter().rev().take(drawn) {
        fallen(sheet, frame, scene, loss);
    }
    if frame.has_labels(scene) {
        reasons(sheet, frame, room, scene);
        labels(sheet, frame, room, scene);
    }
}

/// Where the stage shows a message; nowhere if it waits in a part of a queue that is only counted, or at a node.
pub fn place(frame: &Frame, scene: &Scene<'_>, packet: &PacketView) -> Option<Point> {
    match packet.place {
        PacketPlace::Flying { direction, departs, arrives } => {
            let lane = frame.way(direction);
            let part = progress(scene, departs, arrives);
            Some(lane.from + lane.way * part + lane.right * (LANE * frame.weight))
        }
        PacketPlace::Queued { direction, index } => (index < queue_shown(frame, scene, direction))
            .then(|| queue_place(frame, scene, direction, index)),
        PacketPlace::Waiting { .. } => None,
    }
}

/// How far a message has come: it starts and ends gently. With reduced motion it stands at two stations.
fn progress(scene: &Scene<'_>, departs: Time, arrives: Time) -> f64 {
    let part = PacketPlace::fraction(departs, arrives, scene.snapshot.now);
    if scene.options.reduced_motion {
        return if part < 0.5 { 0.28 } else { 0.72 };
    }
    let eased = part * part * (3.0 - 2.0 * part);
    part + (eased - part) * 0.45
}

fn size(frame: &Frame) -> f64 {
    (SIZE * frame.weight).max(SIZE_LEAST)
}

/// The shape of a message by its sort.
fn mark(sheet: &mut Sheet, packet: &PacketView, at: Point, size: f64) {
    let style = Style::of_sort(packet.sort);
    if packet.altered {
        let corner = |index: usize| {
            let angle = TAU * index as f64 / 16.0;
            at + Point::at_angle(angle) * (size * if index.is_multiple_of(2) { 1.75 } else { 1.05 })
        };
        sheet.polygon(Style::Altered, (0..16).map(corner), true);
        return shape(sheet, style, packet.sort, at, size * 0.6, 0.0);
    }
    shape(sheet, style, packet.sort, at, size, 0.0);
}

fn shape(sheet: &mut Sheet, style: Style, sort: Sort, at: Point, size: f64, turn: f64) {
    let along = if turn == 0.0 { point(1.0, 0.0) } else { Point::at_angle(turn) };
    let down = along.right_hand();
    let corner = |x: f64, y: f64| at + along * (x * size) + down * (y * size);
    match sort {
        Sort::Request if turn == 0.0 && size <= 4.0 => {
            let corner = at - point(1.1, 0.85) * size;
            sheet.pen(style).push(Segment::Box(corner, size * 2.2, size * 1.7));
        }
        Sort::Request if turn == 0.0 => {
            sheet.round_box(style, at, size * 2.2, size * 1.75, size * 0.35);
        }
        Sort::Request => {
            let corners = [(-1.1, -0.85), (1.1, -0.85), (1.1, 0.85), (-1.1, 0.85)];
            sheet.polygon(style, corners.map(|(x, y)| corner(x, y)), true);
        }
        Sort::Reply => sheet.circle(style, at, size * 0.95),
        Sort::Beat => {
            let corners = [(0.0, -0.95), (0.95, 0.0), (0.0, 0.95), (-0.95, 0.0)];
            // Only a rim needs its end joined to its start.
            sheet.polygon(style, corners.map(|(x, y)| corner(x, y)), sheet.rims);
        }
        Sort::Refusal => {
            let corners = [(0.0, -1.1), (1.1, 0.85), (-1.1, 0.85)];
            sheet.polygon(style, corners.map(|(x, y)| corner(x, y)), true);
        }
    }
}

/// How many places a queue has at its sender's end of the link.
fn queue_shown(frame: &Frame, scene: &Scene<'_>, direction: DirectionId) -> u32 {
    let (from, to) = frame.lane(scene.network, direction);
    ((from.distance(to) * QUEUE_PART / (QUEUE_STEP * frame.weight)) as u32).max(1)
}

fn queue_place(frame: &Frame, scene: &Scene<'_>, direction: DirectionId, index: u32) -> Point {
    let (from, to) = frame.lane(scene.network, direction);
    let along = (to - from).unit();
    // The first to go stands farthest out; the rest wait behind it, towards the sender.
    let shown = queue_shown(frame, scene, direction);
    let queued = queued(scene, direction).min(shown);
    let step = QUEUE_STEP * frame.weight * (f64::from(queued - queued.min(index)) - 0.3);
    from + along * step + along.right_hand() * (QUEUE_LANE * frame.weight)
}

fn queued(scene: &Scene<'_>, direction: DirectionId) -> u32 {
    let link = scene.snapshot.links.get(direction.link().index());
    link.map_or(0, |link| if direction.is_forward() { link.forward.queued } else { link.backward.queued })
}

/// The tray that each queue stands on, and how many more wait than it shows.
fn queues(sheet: &mut Sheet, frame: &Frame, scene: &Scene<'_>) {
    for direction in scene.network.link_ids().flat_map(|link| link.directions()) {
        let queued = queued(scene, direction);
        if queued == 0 {
            continue;
        }
        let shown = queue_shown(frame, scene, direction);
        let (from, to) = frame.lane(scene.network, direction);
        let along = (to - from).unit();
        let side = along.right_hand() * (11.0 * frame.weight);
        let first = queue_place(frame, scene, direction, 0) + along * (8.0 * frame.weight);
        let last = queue_place(frame, scene, direction, queued.min(shown) - 1) - along * (8.0 * frame.weight);
        sheet.line(Style::Tray, last + side, first + side);
        sheet.line(Style::Tray, first + side, first - side * 0.6);
        if queued > shown {
            let half = frame.text_px * 0.55;
            let at = last - along * (half * 0.6) + side;
            sheet.round_box(Style::Count, at, half * 3.6, half * 2.0, half);
            sheet.number(queued - shown, "+", at, Font::Count, Token::Paper);
        }
    }
}

/// How long ago a loss is, as a part of the time that losses are shown.
fn age(scene: &Scene<'_>, loss: &LossView) -> f64 {
    let shown = scene.network.pace.as_micros().max(1) as f64;
    (scene.snapshot.now.since(loss.at).as_micros() as f64 / shown).min(1.0)
}

fn loss_place(frame: &Frame, scene: &Scene<'_>, loss: &LossView) -> Point {
    let from = match loss.place {
        LossPlace::Direction(direction) => {
            let (from, to) = frame.lane(scene.network, direction);
            let right = (to - from).unit().right_hand() * (LANE * frame.weight);
            from.towards(to, f64::from(loss.thousandths) / 1000.0) + right
        }
        LossPlace::Node(node) => frame.node(node) + point(0.75, 0.75) * frame.radius,
    };
    let age = if scene.options.reduced_motion { 0.5 } else { age(scene, loss) };
    from + point(0.0, FALL * frame.weight * age * (0.6 + 0.4 * age))
}

fn fallen(sheet: &mut Sheet, frame: &Frame, scene: &Scene<'_>, loss: &LossView) {
    let age = age(scene, loss);
    let style = match age {
        age if age < 0.5 => Style::Lost,
        age if age < 0.8 => Style::LostFading,
        _ => Style::LostFaint,
    };
    let turn = if scene.options.reduced_motion { 0.5 } else { 0.15 + age };
    shape(sheet, style, loss.sort, loss_place(frame, scene, loss), size(frame), turn);
}

/// Why the latest losses happened, beside them.
fn reasons(sheet: &mut Sheet, frame: &Frame, room: &mut Room, scene: &Scene<'_>) {
    let mut told = 0;
    for loss in scene.snapshot.losses.iter().rev().take(REASONS_AT_MOST * 4) {
        if told == REASONS_AT_MOST {
            break;
        }
        let reason = cause_words(scene.network, loss.cause).text();
        let at = loss_place(frame, scene, loss);
        let opacity = 1.0 - (age(scene, loss) - 0.7).max(0.0) * 2.5;
        if label(sheet, frame, room, reason, at, point(1.0, 0.0), Token::MessageLost, opacity) {
            told += 1;
        }
    }
}

/// What messages say, where there is room.
fn labels(sheet: &mut Sheet, frame: &Frame, room: &mut Room, scene: &Scene<'_>) {
    let snapshot: &Snapshot = scene.snapshot;
    let mut shown = 0;
    for packet in &snapshot.packets {
        let thing = Some(Thing::Packet(packet.id));
        let selected = scene.options.selected == thing || scene.options.hovered == thing;
        if packet.sort == Sort::Beat && !selected || shown == LABELS_AT_MOST {
            continue;
        }
        let PacketPlace::Flying { direction, .. } = packet.place else { continue };
        let (Some(words), Some(at)) = (snapshot.label(packet.id), place(frame, scene, packet)) else {
            continue;
        };
        let (from, to) = frame.lane(scene.network, direction);
        let right = (to - from).unit().right_hand();
        if label(sheet, frame, room, words, at, right, Token::Ink2, 1.0) {
            shown += 1;
        }
    }
}

/// A text beside a message, on this side of it or the other, if it meets nothing there.
#[allow(clippy::too_many_arguments, reason = "a label is all of these")]
fn label(
    sheet: &mut Sheet,
    frame: &Frame,
    room: &mut Room,
    words: &str,
    at: Point,
    side: Point,
    token: Token,
    opacity: f64,
) -> bool {
    let (width, height) = (Font::Label.width(words, frame.text_px), frame.text_px * 1.1);
    let reach = width / 2.0 * side.x.abs() + height / 2.0 * side.y.abs();
    let near = at + side * (reach + size(frame) * 1.3 + 3.0);
    let far = at - side * (reach + size(frame) * 1.3 + 3.0 + 2.0 * LANE * frame.weight);
    for centre in [near, far] {
        let rect = Rect::around(centre, width, height);
        if room.is_free(&rect) {
            room.take(rect);
            sheet.faded_text(words, centre, Align::Middle, Font::Label, token, opacity);
            return true;
        }
    }
    false
}
