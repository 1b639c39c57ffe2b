//! The way from moments and lanes to pixels: time across, lanes down, names on the left, moments below.

use crate::sim::time::{Duration, Time};
use crate::stage::geometry::{Point, Rect, between, point};
use crate::stage::style::Font;

/// How many seconds of watching are in sight to begin with.
const SECONDS_IN_SIGHT: f64 = 8.0;
/// How much of the width is left before the start of a run.
const LEAD: f64 = 0.015;
/// How far across the plot the present moment comes before the view follows it, and where it stands after a leap.
const FOLLOW_AT: f64 = 0.86;
const LEAP_TO: f64 = 0.3;
/// How wide a microsecond can become, in pixels.
const PIXELS_A_MICRO: f64 = 24.0;
/// The bounds of a lane's height, in parts of the text size.
const LANE: (f64, f64) = (1.1, 5.0);
/// The height of the band above the lanes and of the axis below, in parts of the text size.
const BAND: f64 = 1.5;
const AXIS: f64 = 1.6;
/// How far the plot keeps from the right edge, in pixels.
const RIGHT: f64 = 12.0;
/// How far apart moments on the axis are at least, in parts of the text size.
const TICK: f64 = 6.5;

/// What is in sight, and how large.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct View {
    /// The pane's width and height, in pixels.
    pub pane: Point,
    /// The size of text, in pixels.
    pub text_px: f64,
    lanes: usize,
    gutter: f64,
    /// The moment at the left edge of the plot, in microseconds; a little less than nothing at the start.
    from: f64,
    micros_per_px: f64,
    /// How far the lanes are moved up, in pixels.
    scroll: f64,
}

impl View {
    /// The start of a run of nodes with these names, at this pace.
    pub fn new<'a>(pane: Point, text_px: f64, names: impl Iterator<Item = &'a str>, pace: Duration) -> View {
        let (mut lanes, mut widest) = (0, 0.0f64);
        for name in names {
            lanes += 1;
            widest = widest.max(Font::Label.width(name, text_px));
        }
        let widest = (widest + text_px * 1.6).max(text_px * 2.5).min((text_px * 10.0).min(pane.x * 0.3));
        let mut view =
            View { pane, text_px, lanes, gutter: widest, from: 0.0, micros_per_px: 1.0, scroll: 0.0 };
        view.micros_per_px = (pace.as_micros().max(1) as f64 * SECONDS_IN_SIGHT / view.plot().width())
            .max(1.0 / PIXELS_A_MICRO);
        view.from = -view.lead();
        view
    }

    /// This view's span of time in another pane.
    pub fn refitted(&self, mut fit: View) -> View {
        (fit.from, fit.micros_per_px) = (self.from, self.micros_per_px);
        fit.scroll = self.scroll;
        fit.bound_scroll();
        fit
    }

    /// Where lanes and messages are drawn.
    pub fn plot(&self) -> Rect {
        let (top, bottom) = (self.text_px * BAND, self.pane.y - self.text_px * AXIS);
        let right = (self.pane.x - RIGHT).max(self.gutter + 1.0);
        Rect { left: self.gutter, right, top, bottom: bottom.max(top + 1.0) }
    }

    /// How many lanes there are.
    pub fn lanes(&self) -> usize {
        self.lanes
    }

    /// How wide the names are.
    pub fn gutter(&self) -> f64 {
        self.gutter
    }

    /// The moments at the edges of the plot.
    pub fn window(&self) -> (Time, Time) {
        let time = |micros: f64| Time::from_micros(micros.max(0.0) as u64);
        (time(self.from), time(self.from + self.span()))
    }

    /// How many microseconds a pixel is.
    pub fn micros_per_px(&self) -> f64 {
        self.micros_per_px
    }

    /// Where a moment is, across.
    pub fn x_of(&self, moment: Time) -> f64 {
        self.gutter + (moment.as_micros() as f64 - self.from) / self.micros_per_px
    }

    /// The moment at a place across.
    pub fn time_at(&self, x: f64) -> Time {
        Time::from_micros(((x - self.gutter) * self.micros_per_px + self.from).max(0.0) as u64)
    }

    /// Where a lane is, down.
    pub fn y_of(&self, lane: u32) -> f64 {
        self.plot().top + self.lane_height() * (f64::from(lane) + 0.5) - self.scroll
    }

    /// The lane nearest to a place down.
    pub fn lane_at(&self, y: f64) -> Option<u32> {
        let lane = ((y - self.plot().top + self.scroll) / self.lane_height()).floor();
        (self.lanes > 0).then(|| between(lane, 0.0, (self.lanes - 1) as f64) as u32)
    }

    /// The lanes in sight.
    pub fn lanes_in_sight(&self) -> std::ops::Range<u32> {
        let plot = self.plot();
        match (self.lane_at(plot.top), self.lane_at(plot.bottom)) {
            (Some(first), Some(last)) => first..last + 1,
            _ => 0..0,
        }
    }

    /// How high a lane is.
    pub fn lane_height(&self) -> f64 {
        let (least, most) = LANE;
        let room = self.plot().height() / self.lanes.max(1) as f64;
        between(room, least * self.text_px, most * self.text_px)
    }

    /// Larger or smaller by a factor in time, with a place across held; then kept to a run that reaches so far.
    pub fn zoom(&mut self, held: f64, factor: f64, reach: Time) {
        let moment = (held - self.gutter) * self.micros_per_px + self.from;
        let widest = (reach.as_micros().max(1) as f64 * 1.6 / self.plot().width()).max(self.micros_per_px);
        self.micros_per_px = between(self.micros_per_px / factor, 1.0 / PIXELS_A_MICRO, widest);
        self.from = moment - (held - self.gutter) * self.micros_per_px;
        self.bound(reach);
    }

    /// Moves what is in sight by so many pixels; kept to a run that reaches so far.
    pub fn pan(&mut self, by: Point, reach: Time) {
        self.from -= by.x * self.micros_per_px;
        self.scroll -= by.y;
        self.bound(reach);
        self.bound_scroll();
    }

    /// Shows a run from its start to its end.
    pub fn fit(&mut self, reach: Time) {
        let span = reach.as_micros().max(100) as f64;
        self.micros_per_px = (span * 1.06 / self.plot().width()).max(1.0 / PIXELS_A_MICRO);
        self.from = -self.lead();
        self.scroll = 0.0;
    }

    /// Moves as little as keeps the present in sight, and some room ahead of it; by leaps if nothing is to glide.
    pub fn follow(&mut self, now: Time, leaps: bool) {
        let now = now.as_micros() as f64;
        let part = (now - self.from) / self.span();
        if !(0.0..=FOLLOW_AT).contains(&part) {
            let stands_at = if part < 0.0 || leaps || part > 2.0 { LEAP_TO } else { FOLLOW_AT };
            self.from = (now - stands_at * self.span()).max(-self.lead());
        }
    }

    /// Moves as little as brings a moment, and a lane if one is given, into sight.
    pub fn reveal(&mut self, moment: Time, lane: Option<u32>, reach: Time) {
        let (plot, margin) = (self.plot(), self.text_px * 2.0);
        let missing = |at: f64, least: f64, most: f64| (least - at).max(0.0) - (at - most).max(0.0);
        let side = margin.min(plot.width() / 4.0);
        let across = missing(self.x_of(moment), plot.left + side, plot.right - side);
        let half = self.lane_height() / 2.0;
        let down = lane.map_or(0.0, |lane| missing(self.y_of(lane), plot.top + half, plot.bottom - half));
        // What is far away comes to the middle.
        let across =
            if across.abs() > plot.width() / 2.0 { plot.centre().x - self.x_of(moment) } else { across };
        self.pan(point(across, down), reach);
    }

    /// The moments that the axis names: the first, and how far apart they are.
    pub fn ticks(&self) -> (Time, Duration) {
        let step = fitting_step(self.micros_per_px * self.text_px * TICK);
        let (first, _) = self.window();
        (Time::from_micros(first.as_micros().div_ceil(step) * step), Duration::micros(step))
    }

    fn span(&self) -> f64 {
        self.micros_per_px * self.plot().width()
    }

    fn lead(&self) -> f64 {
        self.span() * LEAD
    }

    fn bound(&mut self, reach: Time) {
        let last = (reach.as_micros() as f64 - 0.15 * self.span()).max(-self.lead());
        self.from = between(self.from, -self.lead(), last);
    }

    fn bound_scroll(&mut self) {
        let surplus = self.lane_height() * self.lanes as f64 - self.plot().height();
        self.scroll = between(self.scroll, 0.0, surplus.max(0.0));
    }
}

/// The shortest length of time that people count in and that is no shorter than this.
fn fitting_step(least: f64) -> u64 {
    const SECOND: u64 = 1_000_000;
    const DAY: u64 = 86_400 * SECOND;
    /// From a second to a day, in seconds.
    const CLOCK: [u64; 17] =
        [1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1_800, 3_600, 7_200, 10_800, 21_600, 43_200];
    let fits = |step: &u64| *step as f64 >= least;
    let clock = CLOCK.iter().map(|seconds| seconds * SECOND);
    let short = (0..6).flat_map(|power| decade(10u64.pow(power)));
    let long = (0..7).flat_map(|power| decade(DAY * 10u64.pow(power)));
    short.chain(clock).chain(long).find(fits).unwrap_or(DAY * 10_000_000)
}

fn decade(unit: u64) -> [u64; 3] {
    [unit, 2 * unit, 5 * unit]
}

#[cfg(test)]
mod tests {
    use super::*;

    fn view() -> View {
        View::new(point(900.0, 240.0), 14.0, ["n1", "n2", "n3"].into_iter(), Duration::millis(250))
    }

    fn seconds(seconds: u64) -> Time {
        Time::from_micros(seconds * 1_000_000)
    }

    #[test]
    fn the_way_back_is_the_way_there() {
        let mut view = view();
        view.zoom(300.0, 3.7, seconds(60));
        view.pan(point(-444.0, 0.0), seconds(60));
        for micros in [0, 700_000, 1_234_567] {
            let moment = Time::from_micros(micros);
            let back = view.time_at(view.x_of(moment)).as_micros();
            assert!(back.abs_diff(micros) <= 1, "{micros} came back as {back}");
        }
        for lane in 0..3 {
            assert_eq!(view.lane_at(view.y_of(lane)), Some(lane));
        }
    }

    #[test]
    fn zooming_holds_what_is_under_the_pointer() {
        let mut view = view();
        view.pan(point(-2_000.0, 0.0), seconds(60));
        let held = view.time_at(400.0);
        view.zoom(400.0, 2.0, seconds(60));
        assert!((view.x_of(held) - 400.0).abs() < 1.0);
    }

    #[test]
    fn the_run_does_not_get_out_of_sight() {
        let mut view = view();
        view.pan(point(1e9, 0.0), seconds(60));
        assert!(view.x_of(Time::ZERO) < view.plot().left + 40.0);
        view.pan(point(-1e12, 0.0), seconds(60));
        assert!(view.x_of(seconds(60)) > view.plot().left);
        for _ in 0..100 {
            view.zoom(500.0, 0.5, seconds(60));
        }
        let (from, to) = view.window();
        assert!(from < seconds(12) && to >= seconds(60) && to < seconds(120), "{from} to {to}");
        for _ in 0..100 {
            view.zoom(500.0, 2.0, seconds(60));
        }
        let (from, to) = view.window();
        assert!(to > from, "something is in sight however near one looks");
        view.fit(seconds(60));
        assert!(view.x_of(Time::ZERO) >= view.plot().left && view.x_of(seconds(60)) <= view.plot().right);
    }

    #[test]
    fn a_pane_without_room_does_no_harm() {
        for pane in [Point::default(), point(1.0, 1.0), point(3_000.0, 2.0)] {
            let mut view = View::new(pane, 14.0, ["n1", "n2"].into_iter(), Duration::secs(1));
            view.follow(seconds(3), false);
            view.zoom(0.0, 2.0, seconds(3));
            view.pan(point(5.0, 5.0), seconds(3));
            view.reveal(seconds(1), Some(1), seconds(3));
            view.fit(Time::ZERO);
            assert!(view.plot().width() >= 1.0 && view.window().0 <= view.window().1);
        }
    }

    #[test]
    fn following_keeps_the_present_in_sight() {
        for leaps in [false, true] {
            let mut view = view();
            for moment in (0..200).chain([3, 150, 0]) {
                let now = Time::from_micros(moment * 100_000);
                view.follow(now, leaps);
                let plot = view.plot();
                assert!((plot.left..=plot.right).contains(&view.x_of(now)), "at {now}, leaps: {leaps}");
            }
        }
        let mut still = view();
        still.follow(Time::from_micros(1_000), false);
        assert_eq!(still, view(), "what is in sight is left where it is");
    }

    #[test]
    fn many_lanes_scroll_and_a_lane_can_be_revealed() {
        let names: Vec<String> = (0..100).map(|n| format!("n{n}")).collect();
        let names = || names.iter().map(String::as_str);
        let mut view = View::new(point(400.0, 200.0), 14.0, names(), Duration::secs(1));
        assert!(view.lanes_in_sight().len() < 20);
        view.reveal(seconds(50), Some(90), seconds(60));
        let (x, y) = (view.x_of(seconds(50)), view.y_of(90));
        assert!(view.plot().contains(point(x, y)), "{x}, {y}");
        assert!(view.lanes_in_sight().contains(&90));
        view.reveal(Time::ZERO, Some(0), seconds(60));
        assert!(view.plot().contains(point(view.x_of(Time::ZERO), view.y_of(0))));
    }

    #[test]
    fn the_axis_counts_in_units_that_people_use() {
        let step = |micros: f64| Duration::micros(fitting_step(micros)).to_string();
        let steps = [0.4, 3.0, 120.0, 700_000.0, 6e6, 11e6, 100e6, 4e9, 5e10, 9e10, 1e13].map(step);
        let named = ["1us", "5us", "200us", "1s", "10s", "15s", "2min", "2h", "1d", "2d", "200d"];
        assert_eq!(steps, named);
    }
}
