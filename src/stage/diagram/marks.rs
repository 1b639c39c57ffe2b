//! The small shapes of the diagram.

use crate::sim::trace::Event;
use crate::stage::geometry::{Point, point};
use crate::stage::sheet::Sheet;
use crate::stage::style::{Style, Token};

/// The mark of an event on its lane, if it has one of its own. Messages are marked where they arrive.
pub(super) fn of_event(sheet: &mut Sheet, event: Event, at: Point, size: f64) {
    match event {
        Event::Fired { .. } => sheet.line(Style::Tick, at - point(0.0, size), at + point(0.0, size)),
        Event::Noted { .. } => sheet.circle(Style::Note, at, size * 0.9),
        Event::Answered { .. } => {
            let corners = [(0.0, -1.3), (1.3, 0.0), (0.0, 1.3), (-1.3, 0.0)];
            sheet.polygon(Style::Answer, corners.map(|(x, y)| at + point(x, y) * size), true);
        }
        Event::Down { .. } => cross(sheet, Style::Power, at, size * 1.2),
        Event::Up { .. } => {
            let up = at - point(0.0, size * 1.3);
            sheet.line(Style::Power, at + point(0.0, size * 1.3), up);
            let barbs = [up + point(-size, size), up, up + point(size, size)];
            sheet.polygon(Style::Power, barbs, false);
        }
        _ => {}
    }
}

/// Two lines that cross.
pub(super) fn cross(sheet: &mut Sheet, style: Style, at: Point, size: f64) {
    for slope in [-1.0, 1.0] {
        let arm = point(size, size * slope);
        sheet.line(style, at - arm, at + arm);
    }
}

/// The jagged mark of a message whose bytes were changed.
pub(super) fn jag(sheet: &mut Sheet, at: Point, size: f64) {
    let corner = |index: usize| {
        let angle = std::f64::consts::TAU * index as f64 / 12.0;
        at + Point::at_angle(angle) * (size * if index.is_multiple_of(2) { 1.6 } else { 0.8 })
    };
    sheet.polygon(Style::Jag, (0..12).map(corner), true);
}

/// The flag and the line of a moment that concerns all lanes, and the colour of its words.
pub(super) fn moment(event: Event) -> (Style, Style, Token) {
    match event {
        Event::Property { good: true, .. } => (Style::FlagReached, Style::MomentReached, Token::Good),
        Event::Property { good: false, .. } => (Style::FlagBroken, Style::MomentBroken, Token::Bad),
        _ => (Style::FlagCommand, Style::MomentCommand, Token::Warn),
    }
}

/// A flag that flies to the right of its pole.
pub(super) fn flag(sheet: &mut Sheet, style: Style, foot: Point, height: f64) {
    let tip = foot - point(0.0, height);
    let corners = [tip, tip + point(height * 0.62, height * 0.3), tip + point(0.0, height * 0.6)];
    sheet.polygon(style, corners, true);
}
