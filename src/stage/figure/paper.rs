//! The paper that figures are drawn on: SVG whose colours are those of the page, by the names of classes in `style/figures.css`.

use std::fmt::Write as _;

use crate::sim::figure::Tint;
use crate::stage::geometry::{Point, point};
use crate::stage::sheet::Segment;
use crate::stage::svg::{escaped, trace};
use crate::stage::tints;
use crate::stage::units::fixed;

/// The size of text on it, in units of the drawing: as pixels, where a rem is sixteen of them.
pub const TEXT: f64 = 12.0;
/// How wide a letter is, about.
const LETTER: f64 = 6.4;

/// Where a text stands in relation to its point.
#[derive(Clone, Copy)]
pub enum Anchor {
    /// It begins there.
    Start,
    /// Its middle is there.
    Middle,
    /// It ends there.
    End,
}

/// A drawing on its way.
pub struct Paper {
    svg: String,
}

impl Paper {
    /// An empty one of this size. Who cannot see it has a name and a table beside it.
    pub fn of(width: f64, height: f64) -> Paper {
        let mut paper = Paper { svg: String::from("<svg aria-hidden=\"true\"") };
        paper.put("viewBox", &format!("0 0 {} {}", short(width), short(height)));
        // In rem, so that it grows with the type of the page.
        paper.put(
            "style",
            &format!("width:{}rem;height:{}rem", fixed(width / 16.0, 3), fixed(height / 16.0, 3)),
        );
        paper.svg.push('>');
        paper
    }

    /// The drawing as it stands in a page.
    pub fn into_svg(mut self) -> String {
        self.svg.push_str("</svg>");
        self.svg
    }

    /// A straight line.
    pub fn line(&mut self, class: &str, from: Point, to: Point) {
        self.segments(class, [Segment::Move(from), Segment::Line(to)]);
    }

    /// A line through points; where one is missing it begins anew.
    pub fn curve(&mut self, class: &str, points: impl Iterator<Item = Option<Point>>) {
        let mut lifted = true;
        let segments = points.filter_map(|place| {
            let Some(place) = place else {
                lifted = true;
                return None;
            };
            let begins = std::mem::replace(&mut lifted, false);
            Some(if begins { Segment::Move(place) } else { Segment::Line(place) })
        });
        self.segments(class, segments);
    }

    /// A path of any segments.
    pub fn segments(&mut self, class: &str, segments: impl IntoIterator<Item = Segment>) {
        self.svg.push_str("<path");
        self.put("class", class);
        self.svg.push_str(" d=\"");
        segments.into_iter().for_each(|segment| trace(&mut self.svg, &segment));
        self.svg.push_str("\"/>");
    }

    /// An upright box.
    pub fn rect(&mut self, class: &str, corner: Point, width: f64, height: f64, radius: f64) {
        self.segments(class, [Segment::RoundBox(corner, width, height, radius)]);
    }

    /// The shape of a colour, at each of these places.
    pub fn signs(&mut self, class: &str, tint: Tint, size: f64, places: impl Iterator<Item = Point>) {
        let drawing = places.flat_map(|place| {
            let to = move |p: Point| place + p * size;
            tints::shape(tint).iter().map(move |segment| match *segment {
                Segment::Move(p) => Segment::Move(to(p)),
                Segment::Line(p) => Segment::Line(to(p)),
                Segment::Box(p, width, height) => Segment::Box(to(p), width * size, height * size),
                Segment::Circle(p, radius) => Segment::Circle(to(p), radius * size),
                other => other,
            })
        });
        self.segments(class, drawing);
    }

    /// A text whose vertical middle is at a point.
    pub fn text(&mut self, class: &str, anchor: Anchor, at: Point, words: &str) {
        self.svg.push_str("<text");
        self.put("class", class);
        self.put("x", &short(at.x));
        self.put("y", &short(at.y));
        match anchor {
            Anchor::Start => {}
            Anchor::Middle => self.put("text-anchor", "middle"),
            Anchor::End => self.put("text-anchor", "end"),
        }
        self.svg.push('>');
        self.svg.push_str(&escaped(words));
        self.svg.push_str("</text>");
    }

    fn put(&mut self, name: &str, value: &str) {
        // Writing to a string does not fail.
        let _ = write!(self.svg, " {name}=\"{value}\"");
    }
}

/// About how wide a text is.
pub fn width(words: &str) -> f64 {
    words.chars().count() as f64 * LETTER
}

/// The class of a colour.
pub fn tint_class(tint: Tint) -> String {
    format!("tint-{}", tints::colour(tint) + 1)
}

/// A small drawing for a legend: a line, or the shape of a colour.
pub fn sample(tint: Tint, is_line: bool) -> String {
    let mut paper = Paper::of(18.0, 12.0);
    let class = tint_class(tint);
    if is_line {
        paper.line(&format!("line {class}"), point(1.0, 6.0), point(17.0, 6.0));
    } else {
        paper.signs(&format!("sign {class}"), tint, 4.5, std::iter::once(point(9.0, 6.0)));
    }
    paper.into_svg()
}

fn short(number: f64) -> String {
    let text = fixed(number, 2);
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}
