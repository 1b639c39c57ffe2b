//! Room for labels: what is taken in the pane, and which of several places for a label meets least of it.

use super::geometry::{Point, Rect};

/// What is taken.
#[derive(Clone, Debug, Default)]
pub(super) struct Room {
    pane: Option<Rect>,
    discs: Vec<(Point, f64)>,
    segments: Vec<(Point, Point)>,
    boxes: Vec<Rect>,
}

/// How bad it is for a label to lie partly outside the pane, on a node, on another label, on a link.
const OUTSIDE: u32 = 1000;
const ON_NODE: u32 = 100;
pub(super) const ON_LABEL: u32 = 60;
const ON_LINK: u32 = 8;
/// How far a label that stays keeps from links, in pixels.
const LINK_MARGIN: f64 = 4.0;

impl Room {
    /// Nothing is taken.
    pub fn clear(&mut self, pane: Rect) {
        self.pane = Some(pane);
        self.discs.clear();
        self.segments.clear();
        self.boxes.clear();
    }

    /// Takes a disc.
    pub fn take_disc(&mut self, centre: Point, radius: f64) {
        self.discs.push((centre, radius));
    }

    /// Takes a line.
    pub fn take_segment(&mut self, from: Point, to: Point) {
        self.segments.push((from, to));
    }

    /// Takes a box.
    pub fn take(&mut self, rect: Rect) {
        self.boxes.push(rect);
    }

    /// How many boxes are taken.
    pub fn boxes(&self) -> usize {
        self.boxes.len()
    }

    /// Gives the boxes back that were taken after the first so many.
    pub fn truncate(&mut self, boxes: usize) {
        self.boxes.truncate(boxes);
    }

    /// How much of what is taken a label here would meet; nothing if it has its place to itself.
    pub fn cost(&self, rect: &Rect) -> u32 {
        let near = rect.grown(LINK_MARGIN);
        let outside = self.pane.is_some_and(|pane| !pane.holds(rect));
        let discs = self.discs.iter().filter(|(centre, radius)| rect.meets_disc(*centre, *radius)).count();
        let boxes = self.boxes.iter().filter(|taken| taken.overlaps(rect)).count();
        let segments = self.segments.iter().filter(|(a, b)| near.meets_segment(*a, *b)).count();
        let weighed = [(discs, ON_NODE), (boxes, ON_LABEL), (segments, ON_LINK)];
        weighed.iter().map(|(count, cost)| *count as u32 * cost).sum::<u32>() + u32::from(outside) * OUTSIDE
    }

    /// Whether a label here would have its place to itself.
    pub fn is_free(&self, rect: &Rect) -> bool {
        self.pane.is_none_or(|pane| pane.holds(rect))
            && !self.boxes.iter().any(|taken| taken.overlaps(rect))
            && !self.discs.iter().any(|(centre, radius)| rect.meets_disc(*centre, *radius))
            && !self.segments.iter().any(|(a, b)| rect.meets_segment(*a, *b))
    }

    /// The first of the places that meets least; it is taken then.
    pub fn best(&mut self, places: impl IntoIterator<Item = Rect>) -> Option<Rect> {
        let rect = self.least(places)?;
        self.take(rect);
        Some(rect)
    }

    /// The first of the places that meets least.
    pub fn least(&self, places: impl IntoIterator<Item = Rect>) -> Option<Rect> {
        let mut best: Option<(u32, Rect)> = None;
        for rect in places {
            let cost = self.cost(&rect);
            if best.is_none_or(|(least, _)| cost < least) {
                best = Some((cost, rect));
            }
            if cost == 0 {
                break;
            }
        }
        best.map(|(_, rect)| rect)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::stage::geometry::point;

    #[test]
    fn a_label_takes_the_first_place_that_is_free() {
        let mut room = Room::default();
        room.clear(Rect::around(point(0.0, 0.0), 200.0, 200.0));
        room.take_disc(point(0.0, 0.0), 20.0);
        room.take_segment(point(0.0, 0.0), point(0.0, 90.0));
        let at = |x, y| Rect::around(point(x, y), 30.0, 10.0);
        assert!(
            !room.is_free(&at(0.0, 0.0)) && !room.is_free(&at(0.0, 60.0)) && !room.is_free(&at(95.0, 0.0))
        );
        assert_eq!(room.best([at(0.0, 30.0), at(0.0, -40.0), at(60.0, 0.0)]), Some(at(0.0, -40.0)));
        assert_eq!(room.best([at(10.0, -40.0), at(60.0, 0.0)]), Some(at(60.0, 0.0)));
        assert_eq!(room.best([at(0.0, 5.0), at(0.0, 60.0)]), Some(at(0.0, 60.0)));
    }
}
