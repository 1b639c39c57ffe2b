//! Pictures for roles and states, as paths in a square from -1 to 1.

use super::geometry::point;
use super::sheet::Segment::{self, Box, Circle, Close, Curve, Line, Move, RoundBox};
use crate::sim::process::Icon;

/// The lines of a role's icon.
pub const fn lines(icon: Icon) -> &'static [Segment] {
    match icon {
        Icon::Server => SERVER,
        Icon::Client => CLIENT,
        Icon::Member => MEMBER,
        _ => SERVER,
    }
}

/// The filled parts of a role's icon.
pub const fn fills(icon: Icon) -> &'static [Segment] {
    match icon {
        Icon::Server => SERVER_LIGHTS,
        Icon::Client => &[],
        Icon::Member => MEMBER_LIGHT,
        _ => SERVER_LIGHTS,
    }
}

/// Two machines in a rack.
const SERVER: &[Segment] = &[
    RoundBox(point(-0.9, -0.85), 1.8, 0.75, 0.2),
    RoundBox(point(-0.9, 0.1), 1.8, 0.75, 0.2),
    Move(point(0.1, -0.475)),
    Line(point(0.5, -0.475)),
    Move(point(0.1, 0.475)),
    Line(point(0.5, 0.475)),
];

const SERVER_LIGHTS: &[Segment] = &[Circle(point(-0.5, -0.475), 0.14), Circle(point(-0.5, 0.475), 0.14)];

/// A screen on its foot.
const CLIENT: &[Segment] = &[
    RoundBox(point(-1.0, -0.85), 2.0, 1.3, 0.2),
    Move(point(0.0, 0.45)),
    Line(point(0.0, 0.85)),
    Move(point(-0.5, 0.85)),
    Line(point(0.5, 0.85)),
];

/// A store: a drum with two bands.
const MEMBER: &[Segment] = &[
    Move(point(-0.8, -0.55)),
    Curve(point(-0.8, -0.9), point(0.0, -0.9)),
    Curve(point(0.8, -0.9), point(0.8, -0.55)),
    Curve(point(0.8, -0.2), point(0.0, -0.2)),
    Curve(point(-0.8, -0.2), point(-0.8, -0.55)),
    Line(point(-0.8, 0.55)),
    Curve(point(-0.8, 0.9), point(0.0, 0.9)),
    Curve(point(0.8, 0.9), point(0.8, 0.55)),
    Line(point(0.8, -0.55)),
    Move(point(-0.8, 0.0)),
    Curve(point(-0.8, 0.35), point(0.0, 0.35)),
    Curve(point(0.8, 0.35), point(0.8, 0.0)),
];

const MEMBER_LIGHT: &[Segment] = &[Circle(point(0.42, 0.55), 0.13)];

/// A mask with two holes for the eyes; painted with the rule that what is covered twice is empty.
pub const MASK: &[Segment] = &[
    Move(point(0.0, -0.28)),
    Curve(point(0.5, -0.62), point(1.0, -0.42)),
    Curve(point(1.08, 0.15), point(0.72, 0.42)),
    Curve(point(0.4, 0.6), point(0.14, 0.24)),
    Curve(point(0.0, 0.1), point(-0.14, 0.24)),
    Curve(point(-0.4, 0.6), point(-0.72, 0.42)),
    Curve(point(-1.08, 0.15), point(-1.0, -0.42)),
    Curve(point(-0.5, -0.62), point(0.0, -0.28)),
    Close,
    Circle(point(-0.46, -0.02), 0.17),
    Circle(point(0.46, -0.02), 0.17),
];

/// An hourglass, for what is slow.
pub const HOURGLASS: &[Segment] =
    &[Move(point(-0.6, -0.8)), Line(point(0.6, -0.8)), Line(point(-0.6, 0.8)), Line(point(0.6, 0.8)), Close];

/// Two bars, for what is paused.
pub const PAUSE: &[Segment] = &[Box(point(-0.55, -0.65), 0.35, 1.3), Box(point(0.2, -0.65), 0.35, 1.3)];
