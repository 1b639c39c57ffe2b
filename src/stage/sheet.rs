//! A layer of the picture: paths gathered by style, and texts, in memory that is used again for every frame.

use super::geometry::{Point, point};
use super::style::{Font, Style, Token};

/// A part of a path, in pixels of the pane.
#[derive(Clone, Copy, PartialEq, Debug)]
pub enum Segment {
    /// Begins anew here.
    Move(Point),
    /// A line to here.
    Line(Point),
    /// A curve by the first point to the second.
    Curve(Point, Point),
    /// An arc round a centre, with this radius, from one angle to another that is larger.
    Arc(Point, f64, f64, f64),
    /// A whole circle of its own.
    Circle(Point, f64),
    /// An upright box of its own, by its corner, width and height.
    Box(Point, f64, f64),
    /// An upright box of its own with round corners, by its corner, width, height and radius.
    RoundBox(Point, f64, f64, f64),
    /// Back to where the path began.
    Close,
}

impl Segment {
    /// Whether a shape begins with it.
    pub const fn begins_shape(&self) -> bool {
        matches!(self, Segment::Move(_) | Segment::Circle(..) | Segment::Box(..) | Segment::RoundBox(..))
    }
}

/// Where a text stands in relation to its point.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Align {
    /// It begins there.
    Start,
    /// Its middle is there.
    Middle,
}

/// A text on a sheet; its vertical middle is at its point.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Text {
    /// Where.
    pub at: Point,
    /// Which way from there.
    pub align: Align,
    /// In which type.
    pub font: Font,
    /// In which colour.
    pub token: Token,
    /// From 0, invisible, to 1.
    pub opacity: f64,
    start: u32,
    end: u32,
}

/// A layer of the picture.
#[derive(Clone, Debug)]
pub struct Sheet {
    paths: Vec<Vec<Segment>>,
    texts: Vec<Text>,
    letters: String,
    /// How thick lines are, as a part of their full thickness.
    pub weight: f64,
    /// Whether messages have rims; with very many they have none.
    pub rims: bool,
}

impl Default for Sheet {
    fn default() -> Sheet {
        Sheet {
            paths: vec![Vec::new(); Style::COUNT],
            texts: Vec::new(),
            letters: String::new(),
            weight: 1.0,
            rims: true,
        }
    }
}

impl Sheet {
    /// Takes everything off it and keeps the memory.
    pub fn clear(&mut self) {
        self.paths.iter_mut().for_each(Vec::clear);
        self.texts.clear();
        self.letters.clear();
    }

    /// The path of all shapes of a style.
    pub fn path(&self, style: Style) -> &[Segment] {
        &self.paths[style as usize]
    }

    /// The path of a style, to add to.
    pub fn pen(&mut self, style: Style) -> &mut Vec<Segment> {
        &mut self.paths[style as usize]
    }

    /// A line.
    pub fn line(&mut self, style: Style, from: Point, to: Point) {
        self.pen(style).extend([Segment::Move(from), Segment::Line(to)]);
    }

    /// A line through points, closed or open.
    pub fn polygon(&mut self, style: Style, points: impl IntoIterator<Item = Point>, closed: bool) {
        let pen = self.pen(style);
        let begins = pen.len();
        for p in points {
            pen.push(if pen.len() == begins { Segment::Move(p) } else { Segment::Line(p) });
        }
        if closed {
            pen.push(Segment::Close);
        }
    }

    /// A circle.
    pub fn circle(&mut self, style: Style, centre: Point, radius: f64) {
        self.pen(style).push(Segment::Circle(centre, radius));
    }

    /// A box with round corners round a point.
    pub fn round_box(&mut self, style: Style, centre: Point, width: f64, height: f64, radius: f64) {
        let corner = centre - point(width / 2.0, height / 2.0);
        self.pen(style).push(Segment::RoundBox(corner, width, height, radius));
    }

    /// A drawing of the unit square, moved and scaled.
    pub fn stamp(&mut self, style: Style, drawing: &[Segment], centre: Point, scale: f64) {
        let to = |p: Point| centre + p * scale;
        let placed = drawing.iter().map(|segment| match *segment {
            Segment::Move(p) => Segment::Move(to(p)),
            Segment::Line(p) => Segment::Line(to(p)),
            Segment::Curve(by, p) => Segment::Curve(to(by), to(p)),
            Segment::Arc(p, radius, from, until) => Segment::Arc(to(p), radius * scale, from, until),
            Segment::Circle(p, radius) => Segment::Circle(to(p), radius * scale),
            Segment::Box(p, width, height) => Segment::Box(to(p), width * scale, height * scale),
            Segment::RoundBox(p, width, height, radius) => {
                Segment::RoundBox(to(p), width * scale, height * scale, radius * scale)
            }
            Segment::Close => Segment::Close,
        });
        self.pen(style).extend(placed);
    }

    /// A text.
    pub fn text(&mut self, words: &str, at: Point, align: Align, font: Font, token: Token) {
        self.faded_text(words, at, align, font, token, 1.0);
    }

    /// A text that is partly seen through.
    pub fn faded_text(
        &mut self,
        words: &str,
        at: Point,
        align: Align,
        font: Font,
        token: Token,
        opacity: f64,
    ) {
        let start = self.letters.len() as u32;
        self.letters.push_str(words);
        let end = self.letters.len() as u32;
        self.texts.push(Text { at, align, font, token, opacity, start, end });
    }

    /// A number as text.
    pub fn number(&mut self, number: u32, before: &str, at: Point, font: Font, token: Token) {
        use std::fmt::Write as _;
        let start = self.letters.len() as u32;
        // Writing to a string cannot fail.
        let _ = write!(self.letters, "{before}{number}");
        let end = self.letters.len() as u32;
        self.texts.push(Text { at, align: Align::Middle, font, token, opacity: 1.0, start, end });
    }

    /// All texts with their words.
    pub fn texts(&self) -> impl Iterator<Item = (&Text, &str)> {
        self.texts.iter().map(|text| (text, &self.letters[text.start as usize..text.end as usize]))
    }
}
