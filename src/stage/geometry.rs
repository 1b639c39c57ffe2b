//! Points, boxes and the few pieces of plane geometry that the picture needs.

use crate::sim::angle::sin_cos;
use crate::sorted::sort_by;
use std::ops::{Add, Mul, Sub};

/// A point, or the way from one to another. Down is positive, as on a screen.
#[derive(Clone, Copy, PartialEq, Debug, Default)]
pub struct Point {
    /// Across.
    pub x: f64,
    /// Down.
    pub y: f64,
}

/// A value held within bounds; where they cross, the upper one holds. Never a panic.
pub fn between(value: f64, least: f64, most: f64) -> f64 {
    libm::fmin(libm::fmax(value, least), most)
}

/// A point in short.
pub const fn point(x: f64, y: f64) -> Point {
    Point { x, y }
}

impl Add for Point {
    type Output = Point;
    fn add(self, other: Point) -> Point {
        point(self.x + other.x, self.y + other.y)
    }
}

impl Sub for Point {
    type Output = Point;
    fn sub(self, other: Point) -> Point {
        point(self.x - other.x, self.y - other.y)
    }
}

impl Mul<f64> for Point {
    type Output = Point;
    fn mul(self, factor: f64) -> Point {
        point(self.x * factor, self.y * factor)
    }
}

impl Point {
    /// The way of length one at this angle, which grows from the right downwards.
    pub fn at_angle(angle: f64) -> Point {
        let (down, across) = sin_cos(angle);
        point(across, down)
    }

    /// The angle of the way.
    pub fn angle(self) -> f64 {
        libm::atan2(self.y, self.x)
    }

    /// How long the way is.
    pub fn length(self) -> f64 {
        self.dot(self).sqrt()
    }

    /// How far it is to another point.
    pub fn distance(self, other: Point) -> f64 {
        (other - self).length()
    }

    /// The way of length one in the same direction; to the right if there is none.
    pub fn unit(self) -> Point {
        let length = self.length();
        if length > 1e-9 { self * (1.0 / length) } else { point(1.0, 0.0) }
    }

    /// The way turned by a right angle, so that it points to the right of someone who walks along it.
    pub fn right_hand(self) -> Point {
        point(-self.y, self.x)
    }

    /// The scalar product.
    pub fn dot(self, other: Point) -> f64 {
        self.x * other.x + self.y * other.y
    }

    /// The area that two ways span, with its sign.
    pub fn cross(self, other: Point) -> f64 {
        self.x * other.y - self.y * other.x
    }

    /// The point so far on the way to another, from 0 to 1.
    pub fn towards(self, other: Point, fraction: f64) -> Point {
        self + (other - self) * fraction
    }

    /// The distance to a segment.
    pub fn distance_to_segment(self, a: Point, b: Point) -> f64 {
        let way = b - a;
        let square = way.dot(way);
        let along = if square > 0.0 { between((self - a).dot(way) / square, 0.0, 1.0) } else { 0.0 };
        self.distance(a.towards(b, along))
    }
}

/// An upright box.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Rect {
    /// Its left edge.
    pub left: f64,
    /// Its upper edge.
    pub top: f64,
    /// Its right edge.
    pub right: f64,
    /// Its lower edge.
    pub bottom: f64,
}

impl Rect {
    /// The box of this size round a point.
    pub fn around(centre: Point, width: f64, height: f64) -> Rect {
        let (w, h) = (width / 2.0, height / 2.0);
        Rect { left: centre.x - w, top: centre.y - h, right: centre.x + w, bottom: centre.y + h }
    }

    /// The smallest box that holds all points; none without points.
    pub fn holding(points: impl IntoIterator<Item = Point>) -> Option<Rect> {
        points.into_iter().fold(None, |bounds, p| {
            let Rect { left, top, right, bottom } = bounds.unwrap_or(Rect::around(p, 0.0, 0.0));
            Some(Rect {
                left: left.min(p.x),
                top: top.min(p.y),
                right: right.max(p.x),
                bottom: bottom.max(p.y),
            })
        })
    }

    /// From left to right.
    pub fn width(&self) -> f64 {
        self.right - self.left
    }

    /// From top to bottom.
    pub fn height(&self) -> f64 {
        self.bottom - self.top
    }

    /// Its middle.
    pub fn centre(&self) -> Point {
        point((self.left + self.right) / 2.0, (self.top + self.bottom) / 2.0)
    }

    /// The box with this much more on every side.
    pub fn grown(&self, by: f64) -> Rect {
        Rect { left: self.left - by, top: self.top - by, right: self.right + by, bottom: self.bottom + by }
    }

    /// Whether a point is in it.
    pub fn contains(&self, p: Point) -> bool {
        (self.left..=self.right).contains(&p.x) && (self.top..=self.bottom).contains(&p.y)
    }

    /// Whether another box is in it.
    pub fn holds(&self, other: &Rect) -> bool {
        self.contains(point(other.left, other.top)) && self.contains(point(other.right, other.bottom))
    }

    /// Whether two boxes share area.
    pub fn overlaps(&self, other: &Rect) -> bool {
        self.left < other.right
            && other.left < self.right
            && self.top < other.bottom
            && other.top < self.bottom
    }

    /// The part of a segment that is in the box, if there is one.
    pub fn clip(&self, a: Point, b: Point) -> Option<(Point, Point)> {
        let way = b - a;
        let (mut enters, mut leaves) = (0.0f64, 1.0f64);
        for (start, step, low, high) in
            [(a.x, way.x, self.left, self.right), (a.y, way.y, self.top, self.bottom)]
        {
            if step.abs() < 1e-12 {
                if start < low || start > high {
                    return None;
                }
                continue;
            }
            let (one, other) = ((low - start) / step, (high - start) / step);
            enters = enters.max(one.min(other));
            leaves = leaves.min(one.max(other));
        }
        (enters <= leaves).then(|| (a.towards(b, enters), a.towards(b, leaves)))
    }

    /// Whether a disc reaches into the box.
    pub fn meets_disc(&self, centre: Point, radius: f64) -> bool {
        let nearest =
            point(between(centre.x, self.left, self.right), between(centre.y, self.top, self.bottom));
        nearest.distance(centre) < radius
    }

    /// Whether a segment runs through the box.
    pub fn meets_segment(&self, a: Point, b: Point) -> bool {
        self.clip(a, b).is_some()
    }
}

/// Leaves the corners of the convex hull of the points in `hull`, in the order in which an angle grows. Sorts the points.
pub fn convex_hull(points: &mut [Point], hull: &mut Vec<Point>) {
    hull.clear();
    sort_by(points, |a, b| (a.x, a.y) < (b.x, b.y));
    let turns_left = |hull: &[Point], p: Point| {
        let [.., a, b] = hull else { return true };
        (*b - *a).cross(p - *b) > 0.0
    };
    for pass in 0..2 {
        let floor = hull.len();
        let count = points.len();
        for index in 0..count {
            let p = points[if pass == 0 { index } else { count - 1 - index }];
            while hull.len() > floor + 1 && !turns_left(&hull[floor..], p) {
                hull.pop();
            }
            hull.push(p);
        }
        hull.pop();
    }
    if hull.is_empty() {
        hull.extend(points.first());
    }
}

/// Whether a point is in a convex hull as [`convex_hull`] leaves it, or no farther from it than `margin`.
pub fn near_hull(hull: &[Point], p: Point, margin: f64) -> bool {
    let edges = || hull.iter().zip(hull.iter().cycle().skip(1));
    let inside = hull.len() > 2 && edges().all(|(a, b)| (*b - *a).cross(p - *a) >= 0.0);
    inside || edges().any(|(a, b)| p.distance_to_segment(*a, *b) <= margin)
}

/// Whether two convex hulls share a point: whether no edge of either parts them.
pub fn hulls_meet(a: &[Point], b: &[Point]) -> bool {
    !parted(a, b) && !parted(b, a)
}

/// Whether an edge of the first hull, or the line across it if it is a segment, has all of the second on its far side.
fn parted(a: &[Point], b: &[Point]) -> bool {
    let edges = a.iter().zip(a.iter().cycle().skip(1));
    edges.clone().any(|(from, to)| b.iter().all(|p| (*to - *from).cross(*p - *from) < 0.0))
        || (a.len() < 3
            && edges.into_iter().any(|(from, to)| {
                let way = *to - *from;
                b.iter().all(|p| way.dot(*p - *to) > 0.0)
            }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_hull_of_a_square_with_points_inside_is_the_square() {
        let mut points = vec![
            point(0.0, 0.0),
            point(5.0, 5.0),
            point(10.0, 0.0),
            point(10.0, 10.0),
            point(0.0, 10.0),
            point(5.0, 0.0),
        ];
        let mut hull = Vec::new();
        convex_hull(&mut points, &mut hull);
        assert_eq!(hull, [point(0.0, 0.0), point(10.0, 0.0), point(10.0, 10.0), point(0.0, 10.0)]);
        assert!(points.iter().all(|p| near_hull(&hull, *p, 0.0)));
        assert!(!near_hull(&hull, point(12.0, 5.0), 1.0));
        assert!(near_hull(&hull, point(12.0, 5.0), 3.0));
    }

    #[test]
    fn hulls_of_one_and_two_points_are_those_points() {
        let mut hull = Vec::new();
        convex_hull(&mut [point(3.0, 4.0)], &mut hull);
        assert_eq!(hull, [point(3.0, 4.0)]);
        convex_hull(&mut [point(3.0, 4.0), point(1.0, 1.0)], &mut hull);
        assert_eq!(hull.len(), 2);
        assert!(near_hull(&hull, point(2.0, 2.5), 0.1));
        assert!(!near_hull(&hull, point(2.0, 4.5), 1.0));
    }

    #[test]
    fn crossing_hulls_meet_and_parted_ones_do_not() {
        let square = [point(0.0, 0.0), point(10.0, 0.0), point(10.0, 10.0), point(0.0, 10.0)];
        let beside = square.map(|p| p + point(11.0, 0.0));
        assert!(hulls_meet(&square, &square.map(|p| p + point(5.0, 5.0))));
        assert!(!hulls_meet(&square, &beside));
        assert!(hulls_meet(&square, &[point(-5.0, 5.0), point(15.0, 5.0)]));
        assert!(!hulls_meet(&square, &[point(12.0, 5.0), point(15.0, 5.0)]));
        assert!(!hulls_meet(&[point(0.0, 0.0), point(1.0, 0.0)], &[point(2.0, 0.0), point(3.0, 0.0)]));
    }

    #[test]
    fn boxes_know_discs_and_segments() {
        let rect = Rect::around(point(0.0, 0.0), 10.0, 4.0);
        assert!(rect.meets_segment(point(-20.0, 0.0), point(20.0, 1.0)));
        assert!(rect.meets_segment(point(0.0, 0.0), point(1.0, 0.0)));
        assert!(!rect.meets_segment(point(-20.0, 3.0), point(20.0, 3.0)));
        assert!(!rect.meets_segment(point(6.0, -9.0), point(6.0, 9.0)));
        let inside = rect.clip(point(-10.0, 0.0), point(0.0, 0.0));
        assert_eq!(inside, Some((point(-5.0, 0.0), point(0.0, 0.0))));
        assert!(rect.meets_disc(point(7.0, 0.0), 3.0) && !rect.meets_disc(point(7.0, 3.0), 2.0));
    }
}
