//! A ring on the stage: places on a circle behind the nodes, whose they are, and what stands on them.
//!
//! The circle lies round the middle of the board, so that nodes on a circle round it of some 205 lie just outside. As all of the board it
//! is stretched to the pane, and turned with it on a narrow screen.

use super::geometry::{Point, Rect, point};
use super::labels::Room;
use super::scene::{Frame, Scene};
use super::sheet::{Align, Sheet};
use super::style::{Font, Style, Token};
use super::tints;
use crate::sim::figure::{Ring, Tint};

/// Its middle and its radius on the board.
const MIDDLE: Point = point(500.0, 300.0);
const RADIUS: f64 = 160.0;
/// Half the width of the band, on the board.
const HALF_WIDTH: f64 = 7.0;
/// Places in a full turn.
const TURN: f64 = 65_536.0;
/// How many places one line of the circle spans: so few that it looks round.
const PLACES_A_LINE: f64 = TURN / 120.0;
/// How many lines stand for the circle where labels are kept off it.
const LINES_FOR_LABELS: u32 = 40;
/// How long a dot takes to come near a new place, and how long one stays large that has changed hands, in milliseconds.
const MOVES_WITHIN_MS: f64 = 160.0;
const SWOLLEN_MS: f64 = 700.0;
/// Nearer than this a dot is there, in places.
const ARRIVED: f64 = 12.0;

/// Dots on their way to where they stand.
#[derive(Clone, Debug, Default)]
pub(super) struct Glide {
    dots: Vec<Gliding>,
}

#[derive(Clone, Debug)]
struct Gliding {
    label: String,
    tint: Option<Tint>,
    /// Where it is shown, and where it is.
    shown: f64,
    target: f64,
    /// From 1, just changed hands, to 0.
    swollen: f64,
}

impl Glide {
    /// Follows the ring as it is now. Without motion everything is there at once.
    pub fn follow(&mut self, ring: Option<&Ring>, without_motion: bool) {
        let Some(ring) = ring else { return self.dots.clear() };
        for (index, dot) in ring.dots.iter().enumerate() {
            let known = |gliding: &Gliding| gliding.label == dot.label;
            match self.dots.iter().skip(index).position(known) {
                Some(0) => {}
                Some(later) => self.dots.swap(index, index + later),
                None => self.dots.insert(index, Gliding::new(dot.label.clone(), dot.tint, f64::from(dot.at))),
            }
            let gliding = &mut self.dots[index];
            gliding.target = f64::from(dot.at);
            if gliding.tint != dot.tint {
                (gliding.tint, gliding.swollen) = (dot.tint, 1.0);
            }
            if without_motion {
                (gliding.shown, gliding.swollen) = (gliding.target, 0.0);
            }
        }
        self.dots.truncate(ring.dots.len());
    }

    /// Lets so many milliseconds of watching pass.
    pub fn pass(&mut self, millis: f64) {
        for dot in &mut self.dots {
            let way = dot.way();
            let step = way * (millis / MOVES_WITHIN_MS).min(1.0);
            dot.shown = if way.abs() <= ARRIVED { dot.target } else { (dot.shown + step + TURN) % TURN };
            dot.swollen = (dot.swollen - millis / SWOLLEN_MS).max(0.0);
        }
    }

    /// Whether something is still on its way.
    pub fn is_moving(&self) -> bool {
        self.dots.iter().any(|dot| dot.shown != dot.target || dot.swollen > 0.0)
    }
}

impl Gliding {
    fn new(label: String, tint: Option<Tint>, at: f64) -> Gliding {
        Gliding { label, tint, shown: at, target: at, swollen: 0.0 }
    }

    /// How far it still has to go, the short way round.
    fn way(&self) -> f64 {
        let way = (self.target - self.shown + TURN) % TURN;
        if way > TURN / 2.0 { way - TURN } else { way }
    }
}

/// Where in the pane a place is, so far from the middle of the board.
fn place(scene: &Scene<'_>, at: f64, radius: f64) -> Point {
    let way = Point::at_angle(at / TURN * std::f64::consts::TAU - std::f64::consts::FRAC_PI_2);
    scene.view.to_pane(MIDDLE + way * radius)
}

/// Places from one to another, both included.
fn places(from: f64, until: f64) -> impl DoubleEndedIterator<Item = f64> + Clone {
    let lines = ((until - from) / PLACES_A_LINE).ceil().max(1.0) as u32;
    (0..=lines).map(move |line| from + (until - from) * f64::from(line) / f64::from(lines))
}

/// Draws the circle and its stretches.
pub(super) fn draw_still(sheet: &mut Sheet, frame: &Frame, scene: &Scene<'_>) {
    let Some(ring) = &scene.snapshot.ring else { return };
    sheet.polygon(Style::RingGround, places(0.0, TURN).map(|at| place(scene, at, RADIUS)), true);
    for (from, until, tint) in stretches(ring) {
        let outer = places(from, until).map(|at| place(scene, at, RADIUS + HALF_WIDTH));
        let inner = places(from, until).rev().map(|at| place(scene, at, RADIUS - HALF_WIDTH));
        sheet.polygon(tints::band(tint), outer.chain(inner), true);
        if ring.stretches.len() > 1 {
            let edge = [-1.6, 1.6].map(|far| place(scene, from, RADIUS + HALF_WIDTH * far));
            sheet.line(Style::BandEdge, edge[0], edge[1]);
        }
        signs(sheet, frame, scene, (from, until), tint);
    }
}

/// The shapes of a stretch's colour: in its middle, and where it is long once more every twelfth of the circle.
fn signs(sheet: &mut Sheet, frame: &Frame, scene: &Scene<'_>, (from, until): (f64, f64), tint: Tint) {
    let ends = [from, until].map(|at| place(scene, at, RADIUS));
    let size = HALF_WIDTH * scene.view.unit() * 0.78;
    if until - from < TURN / 4.0 && ends[0].distance(ends[1]) < 3.4 * size || !frame.is_detailed() {
        return;
    }
    let count = ((until - from) / (TURN / 12.0)).round().max(1.0) as u32;
    for index in 0..count {
        let at = from + (until - from) * (f64::from(index) + 0.5) / f64::from(count);
        sheet.stamp(Style::BandSign, tints::shape(tint), place(scene, at, RADIUS), size);
    }
}

/// Stretches with where they begin and end, in the order of the circle. The last one goes on over the top to the first.
fn stretches(ring: &Ring) -> impl Iterator<Item = (f64, f64, Tint)> + '_ {
    let all = &ring.stretches;
    all.iter().enumerate().map(|(index, stretch)| {
        let from = f64::from(stretch.from);
        let next = f64::from(all[(index + 1) % all.len()].from);
        (from, if next > from { next } else { next + TURN }, stretch.tint)
    })
}

/// Keeps names of nodes off the circle.
pub(super) fn take(room: &mut Room, scene: &Scene<'_>) {
    if scene.snapshot.ring.is_none() {
        return;
    }
    let at = |line: u32| place(scene, TURN * f64::from(line) / f64::from(LINES_FOR_LABELS), RADIUS);
    (0..LINES_FOR_LABELS).for_each(|line| room.take_segment(at(line), at(line + 1)));
}

/// Draws what stands on the circle, with names where there is room.
pub(super) fn draw_moving(
    sheet: &mut Sheet,
    frame: &Frame,
    room: &mut Room,
    scene: &Scene<'_>,
    glide: &Glide,
) {
    let size = HALF_WIDTH * scene.view.unit() * 1.15;
    for dot in &glide.dots {
        let (style, shape) = match dot.tint {
            Some(tint) => (tints::sign(tint), tints::shape(tint)),
            None => (Style::TintNone, tints::shape(Tint(0))),
        };
        sheet.stamp(style, shape, place(scene, dot.shown, RADIUS), size * (1.0 + 0.9 * dot.swollen));
    }
    if !frame.has_labels(scene) {
        return;
    }
    let height = Font::Label.size() * frame.text_px * 1.15;
    for dot in &glide.dots {
        let (on, inwards) = (place(scene, dot.shown, RADIUS), place(scene, dot.shown, RADIUS * 0.5));
        let way = (inwards - on).unit();
        let width = Font::Label.width(&dot.label, frame.text_px);
        let reach = size + 3.0 + (way.x.abs() * width + way.y.abs() * height) / 2.0;
        let rect = Rect::around(on + way * reach, width, height);
        if room.is_free(&rect) {
            room.take(rect);
            sheet.text(&dot.label, rect.centre(), Align::Middle, Font::Label, Token::Ink2);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sim::figure::{Dot, Stretch};
    use crate::stage::picture::Picture;
    use crate::stage::sheet::Segment;
    use crate::stage::test_scene::Stage;

    fn dot(label: &str, at: u16, tint: Option<u8>) -> Dot {
        Dot { at, label: label.to_owned(), tint: tint.map(Tint) }
    }

    fn ring(dots: &[Dot]) -> Ring {
        let stretch = |(from, tint)| Stretch { from, tint: Tint(tint) };
        Ring { stretches: [(8_000, 0), (30_000, 1), (50_000, 2)].map(stretch).into(), dots: dots.to_vec() }
    }

    fn stage(dots: &[Dot]) -> Stage {
        let mut stage = Stage::of("centralized").run(&[], "1s");
        stage.snapshot.ring = Some(ring(dots));
        stage
    }

    fn points(picture: &Picture, style: Style) -> Vec<Point> {
        let point = |segment: &Segment| match segment {
            Segment::Move(p) | Segment::Line(p) => Some(*p),
            _ => None,
        };
        picture.still.path(style).iter().filter_map(point).collect()
    }

    #[test]
    fn stretches_go_round_the_whole_circle_clockwise_from_the_top() {
        let ring = ring(&[]);
        let all: Vec<_> = stretches(&ring).collect();
        assert_eq!(all[2], (50_000.0, 8_000.0 + TURN, Tint(2)), "the last goes on over the top");
        assert_eq!(all.iter().map(|(from, until, _)| until - from).sum::<f64>(), TURN);
        let stage = stage(&[]);
        let scene = stage.scene();
        let [top, right] = [0.0, TURN / 4.0].map(|at| place(&scene, at, RADIUS));
        let middle = scene.view.to_pane(MIDDLE);
        assert!(
            (top.x - middle.x).abs() < 1e-6 && top.y < middle.y && right.x > middle.x,
            "{top:?} {right:?}"
        );
    }

    #[test]
    fn the_band_lies_between_its_two_radiuses() {
        let stage = stage(&[]);
        let (scene, picture) = (stage.scene(), stage.picture());
        for style in [Style::Band1, Style::Band2, Style::Band3] {
            let points = points(&picture, style);
            assert!(points.len() > 40, "it is round: {}", points.len());
            for p in points {
                let far = scene.view.to_board(p).distance(MIDDLE);
                assert!((RADIUS - HALF_WIDTH - 0.01..=RADIUS + HALF_WIDTH + 0.01).contains(&far), "{far}");
            }
        }
        assert!(!picture.still.path(Style::BandSign).is_empty(), "colour is not the only sign");
    }

    #[test]
    fn dots_glide_the_short_way_and_swell_as_they_change_hands() {
        let mut glide = Glide::default();
        glide.follow(Some(&ring(&[dot("k", 65_000, Some(0))])), false);
        assert!(!glide.is_moving(), "what is new stands where it is");
        glide.follow(Some(&ring(&[dot("k", 1_000, Some(1))])), false);
        assert!(glide.is_moving());
        glide.pass(40.0);
        let shown = glide.dots[0].shown;
        assert!(!(1_000.0..65_000.0).contains(&shown), "over the top: {shown}");
        assert!(glide.dots[0].swollen > 0.5);
        (0..60).for_each(|_| glide.pass(40.0));
        assert!(!glide.is_moving() && glide.dots[0].shown == 1_000.0);
    }

    #[test]
    fn with_less_motion_dots_are_where_they_belong_at_once() {
        let mut glide = Glide::default();
        glide.follow(Some(&ring(&[dot("k", 65_000, Some(0)), dot("l", 5, None)])), true);
        glide.follow(Some(&ring(&[dot("l", 9, None), dot("k", 1_000, Some(1))])), true);
        assert!(!glide.is_moving());
        assert_eq!(glide.dots.iter().map(|dot| dot.shown).collect::<Vec<_>>(), [9.0, 1_000.0]);
        glide.follow(None, true);
        assert!(glide.dots.is_empty());
    }

    #[test]
    fn names_of_dots_lie_over_no_other() {
        let dots: Vec<_> =
            (0..40).map(|key| dot(&format!("key {key}"), key * 1_638, Some(key as u8))).collect();
        let stage = stage(&dots);
        let picture = stage.picture();
        let named: Vec<_> = picture.moving.texts().filter(|(_, words)| words.starts_with("key")).collect();
        assert!((8..=40).contains(&named.len()), "{}", named.len());
        let rect = |(text, words): &(&crate::stage::sheet::Text, &str)| {
            Rect::around(text.at, text.font.width(words, 16.0), text.font.size() * 16.0)
        };
        for (index, one) in named.iter().enumerate() {
            assert!(named[..index].iter().all(|other| !rect(one).overlaps(&rect(other))), "{}", one.1);
        }
    }
}
