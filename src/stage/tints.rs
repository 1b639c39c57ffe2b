//! Colours of things that are told apart, each with a shape, since colour is never the only sign.

use super::geometry::{Point, point};
use super::sheet::Segment::{self, Box, Circle, Close, Line, Move};
use super::style::Style;
use crate::sim::figure::Tint;
use crate::word;
use crate::words::Key;

/// How many colours there are, and how many shapes.
pub const COUNT: usize = 8;

const SIGNS: [Style; COUNT] = [
    Style::Tint1,
    Style::Tint2,
    Style::Tint3,
    Style::Tint4,
    Style::Tint5,
    Style::Tint6,
    Style::Tint7,
    Style::Tint8,
];
const BANDS: [Style; COUNT] = [
    Style::Band1,
    Style::Band2,
    Style::Band3,
    Style::Band4,
    Style::Band5,
    Style::Band6,
    Style::Band7,
    Style::Band8,
];

/// Which of the colours it is, counted from 0.
pub fn colour(tint: Tint) -> usize {
    usize::from(tint.0) % COUNT
}

/// Which of the shapes it has, counted from 0. Those that share a colour have different ones.
fn shape_number(tint: Tint) -> usize {
    (usize::from(tint.0) + usize::from(tint.0) / COUNT) % COUNT
}

/// The shape that stands beside its colour, in a square from -1 to 1.
pub fn shape(tint: Tint) -> &'static [Segment] {
    SHAPES[shape_number(tint)]
}

/// What its shape is called.
pub fn shape_word(tint: Tint) -> Key {
    [
        word!("tint.disc"),
        word!("tint.square"),
        word!("tint.triangle"),
        word!("tint.diamond"),
        word!("tint.cone"),
        word!("tint.plus"),
        word!("tint.hexagon"),
        word!("tint.cross"),
    ][shape_number(tint)]
}

/// How its sign is painted.
pub(super) fn sign(tint: Tint) -> Style {
    SIGNS[colour(tint)]
}

/// How its ground is painted.
pub(super) fn band(tint: Tint) -> Style {
    BANDS[colour(tint)]
}

const fn at(x: f64, y: f64) -> Segment {
    Line(point(x, y))
}

const fn from(x: f64, y: f64) -> Segment {
    Move(point(x, y))
}

const SHAPES: [&[Segment]; COUNT] = [
    &[Circle(MIDDLE, 0.9)],
    &[Box(point(-0.8, -0.8), 1.6, 1.6)],
    &[from(0.0, -1.0), at(1.0, 0.8), at(-1.0, 0.8), Close],
    &[from(0.0, -1.1), at(1.1, 0.0), at(0.0, 1.1), at(-1.1, 0.0), Close],
    &[from(0.0, 1.0), at(-1.0, -0.8), at(1.0, -0.8), Close],
    &[
        from(-0.35, -1.0),
        at(0.35, -1.0),
        at(0.35, -0.35),
        at(1.0, -0.35),
        at(1.0, 0.35),
        at(0.35, 0.35),
        at(0.35, 1.0),
        at(-0.35, 1.0),
        at(-0.35, 0.35),
        at(-1.0, 0.35),
        at(-1.0, -0.35),
        at(-0.35, -0.35),
        Close,
    ],
    &[from(-1.0, 0.0), at(-0.5, -0.87), at(0.5, -0.87), at(1.0, 0.0), at(0.5, 0.87), at(-0.5, 0.87), Close],
    &[
        from(0.0, -0.45),
        at(0.55, -1.0),
        at(1.0, -0.55),
        at(0.45, 0.0),
        at(1.0, 0.55),
        at(0.55, 1.0),
        at(0.0, 0.45),
        at(-0.55, 1.0),
        at(-1.0, 0.55),
        at(-0.45, 0.0),
        at(-1.0, -0.55),
        at(-0.55, -1.0),
        Close,
    ],
];

const MIDDLE: Point = point(0.0, 0.0);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_two_of_the_first_sixty_four_look_alike() {
        let looks = |number: u8| (colour(Tint(number)), shape_number(Tint(number)));
        for number in 0..64 {
            assert!((0..number).all(|other| looks(other) != looks(number)), "{number}");
        }
    }
}
