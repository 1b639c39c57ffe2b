//! The way from the board to the pane: fitted so that the picture uses the room it has, then zoomed and moved by the watcher.

use super::geometry::{Point, Rect, between, point};
use super::layout::Layout;

/// How much wider than high, or higher than wide, a fit may stretch the board to use the pane.
const STRETCH_AT_MOST: f64 = 1.9;
/// How large a fit may make the board, in pixels a unit.
const SCALE_AT_MOST: f64 = 2.0;
/// The bounds of the zoom.
const ZOOM: std::ops::RangeInclusive<f64> = 0.25..=24.0;

/// Room that the fit leaves free in the pane, in pixels.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Margins {
    /// On the left and on the right.
    pub sides: f64,
    /// Above.
    pub top: f64,
    /// Below.
    pub bottom: f64,
}

/// The way from the board to the pane.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct View {
    /// The pane's width and height in pixels.
    pub pane: Point,
    /// Whether the board lies on its side, because the pane stands.
    turned: bool,
    /// Pixels a unit of the board, across and down the pane, before zooming.
    scale: Point,
    /// Where the pane shows the board's origin, before zooming.
    offset: Point,
    zoom: f64,
    shift: Point,
}

impl View {
    /// The view that shows all of a layout in a pane.
    pub fn fit(layout: &Layout, pane: Point, margins: Margins) -> View {
        let bounds = layout.bounds();
        let upright = View::fitting(bounds, false, pane, margins);
        let turned = View::fitting(bounds, true, pane, margins);
        if turned.smaller_scale() > upright.smaller_scale() * 1.1 { turned } else { upright }
    }

    fn fitting(bounds: Rect, turned: bool, pane: Point, margins: Margins) -> View {
        let size = point(bounds.width(), bounds.height());
        let size = if turned { point(size.y, size.x) } else { size };
        let room = point(
            (pane.x - 2.0 * margins.sides).max(pane.x * 0.3),
            (pane.y - margins.top - margins.bottom).max(pane.y * 0.3),
        );
        let full = point(room.x / size.x.max(1.0), room.y / size.y.max(1.0));
        let most = full.x.min(full.y).min(SCALE_AT_MOST) * STRETCH_AT_MOST;
        let scale = point(full.x.min(most).min(SCALE_AT_MOST), full.y.min(most).min(SCALE_AT_MOST));
        let centre = bounds.centre();
        let centre = if turned { point(centre.y, centre.x) } else { centre };
        let middle = point(pane.x / 2.0, margins.top + (pane.y - margins.top - margins.bottom) / 2.0);
        let offset = point(middle.x - centre.x * scale.x, middle.y - centre.y * scale.y);
        View { pane, turned, scale, offset, zoom: 1.0, shift: Point::default() }
    }

    fn smaller_scale(&self) -> f64 {
        self.scale.x.min(self.scale.y)
    }

    /// Where the pane shows a point of the board.
    pub fn to_pane(&self, p: Point) -> Point {
        self.to_fit(p) * self.zoom + self.shift
    }

    /// Where the pane would show a point of the board without zoom and shift.
    pub fn to_fit(&self, p: Point) -> Point {
        let p = if self.turned { point(p.y, p.x) } else { p };
        point(p.x * self.scale.x + self.offset.x, p.y * self.scale.y + self.offset.y)
    }

    /// The point of the board that the pane shows here.
    pub fn to_board(&self, p: Point) -> Point {
        let p = (p - self.shift) * (1.0 / self.zoom) - self.offset;
        let p = point(p.x / self.scale.x, p.y / self.scale.y);
        if self.turned { point(p.y, p.x) } else { p }
    }

    /// Pixels a unit of the board, the mean of both directions.
    pub fn unit(&self) -> f64 {
        (self.scale.x * self.scale.y).sqrt() * self.zoom
    }

    /// How much larger than fitted.
    pub fn zoom(&self) -> f64 {
        self.zoom
    }

    /// How far moved, in pixels, after zooming.
    pub fn shift(&self) -> Point {
        self.shift
    }

    /// Whether the watcher zoomed or moved.
    pub fn is_fitted(&self) -> bool {
        self.zoom == 1.0 && self.shift == Point::default()
    }

    /// Larger or smaller by a factor, with one point of the pane held in place.
    pub fn zoom_at(&mut self, held: Point, factor: f64) {
        let zoom = between(self.zoom * factor, *ZOOM.start(), *ZOOM.end());
        self.shift = held - (held - self.shift) * (zoom / self.zoom);
        self.zoom = zoom;
    }

    /// Moves the picture by so many pixels.
    pub fn pan(&mut self, by: Point) {
        self.shift = self.shift + by;
    }

    /// Moves the picture as little as brings a point into the pane, at least so far from its edge.
    pub fn reveal(&mut self, p: Point, margin: f64) {
        let missing = |at: f64, size: f64| {
            let margin = margin.min(size / 2.0);
            (margin - at).max(0.0) - (at - (size - margin)).max(0.0)
        };
        self.pan(point(missing(p.x, self.pane.x), missing(p.y, self.pane.y)));
    }

    /// This view's zoom and shift for another fit.
    pub fn refitted(&self, fit: View) -> View {
        View { zoom: self.zoom, shift: self.shift, ..fit }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const MARGINS: Margins = Margins { sides: 60.0, top: 50.0, bottom: 70.0 };

    fn layout() -> Layout {
        let corners = [point(100.0, 100.0), point(900.0, 100.0), point(500.0, 500.0)];
        Layout::new(&corners.map(Some), &[])
    }

    #[test]
    fn the_way_back_is_the_way_there() {
        for pane in [point(760.0, 600.0), point(360.0, 500.0)] {
            let mut view = View::fit(&layout(), pane, MARGINS);
            view.zoom_at(point(50.0, 80.0), 2.5);
            view.pan(point(-7.0, 11.0));
            for p in [point(0.0, 0.0), point(123.0, 456.0)] {
                assert!(view.to_board(view.to_pane(p)).distance(p) < 1e-9);
            }
        }
    }

    #[test]
    fn a_fit_shows_every_node_inside_the_margins() {
        for pane in [point(760.0, 600.0), point(360.0, 500.0), point(1900.0, 1000.0), point(200.0, 90.0)] {
            let view = View::fit(&layout(), pane, MARGINS);
            let room = Rect::around(point(pane.x / 2.0, pane.y / 2.0), pane.x, pane.y);
            assert!(layout().places().iter().all(|p| room.contains(view.to_pane(*p))), "{pane:?}");
        }
    }

    #[test]
    fn a_wide_board_lies_on_its_side_in_a_pane_that_stands() {
        let wide = View::fit(&layout(), point(760.0, 600.0), MARGINS);
        let tall = View::fit(&layout(), point(360.0, 640.0), MARGINS);
        assert!(!wide.turned && tall.turned);
    }

    #[test]
    fn zooming_holds_the_point_under_the_pointer() {
        let mut view = View::fit(&layout(), point(760.0, 600.0), MARGINS);
        let held = point(200.0, 300.0);
        let before = view.to_board(held);
        view.zoom_at(held, 3.0);
        assert!(view.to_board(held).distance(before) < 1e-9);
        view.zoom_at(held, 1e9);
        assert_eq!(view.zoom(), *ZOOM.end());
    }

    #[test]
    fn revealing_moves_no_more_than_needed() {
        let mut view = View::fit(&layout(), point(760.0, 600.0), MARGINS);
        view.reveal(point(380.0, 300.0), 40.0);
        assert!(view.is_fitted());
        view.reveal(point(-20.0, 300.0), 40.0);
        assert_eq!(view.shift(), point(60.0, 0.0));
    }
}
