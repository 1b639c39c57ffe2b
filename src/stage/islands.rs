//! Islands: a soft ground under the nodes that can reach each other, with a letter, once there is more than one.

use std::f64::consts::TAU;

use super::geometry::{Point, Rect, convex_hull, hulls_meet, near_hull};
use super::labels::{ON_LABEL, Room};
use super::scene::{Frame, Scene};
use super::sheet::{Align, Segment, Sheet};
use super::style::{Font, Style, Token};
use super::words;
use crate::sim::network::NodeId;
use crate::sorted::sort_by;

/// How far the ground reaches beyond the rims of its nodes, in pixels at full size.
const PADDING: f64 = 20.0;
/// How many islands have a name on the stage, at most.
const NAMES_AT_MOST: u16 = 12;
/// In how many directions a place for the name is looked for.
const DIRECTIONS: [u8; 16] = [10, 14, 11, 13, 12, 9, 15, 8, 0, 6, 2, 7, 1, 5, 3, 4];

const HULLS: [Style; 4] = [Style::HullA, Style::HullB, Style::HullC, Style::HullD];
const EDGES: [Style; 4] = [Style::HullEdgeA, Style::HullEdgeB, Style::HullEdgeC, Style::HullEdgeD];
const INKS: [Token; 4] = [Token::IslandAInk, Token::IslandBInk, Token::IslandCInk, Token::IslandDInk];

/// An island's ground.
struct Ground {
    number: u16,
    /// The corners of the convex hull of its nodes.
    hull: Vec<Point>,
    /// Whether the hull holds only its own nodes, so that it may be drawn whole.
    whole: bool,
}

/// Draws the ground of all islands if there are several.
pub(super) fn draw(sheet: &mut Sheet, frame: &Frame, room: &mut Room, scene: &Scene<'_>) {
    if scene.snapshot.islands < 2 {
        return;
    }
    let padding = PADDING * frame.weight;
    let grounds = grounds(frame, scene);
    for ground in &grounds {
        let tint = usize::from(ground.number) % HULLS.len();
        let edged = usize::from(ground.number) >= HULLS.len();
        let styles = [Some(HULLS[tint]), edged.then_some(EDGES[tint])];
        for style in styles.into_iter().flatten() {
            if ground.whole {
                rounded(sheet.pen(style), &ground.hull, frame.radius + padding);
            } else {
                along_links(sheet, style, frame, scene, ground.number);
            }
        }
    }
    if frame.has_labels(scene) {
        names(sheet, frame, room, &grounds);
    }
}

fn grounds(frame: &Frame, scene: &Scene<'_>) -> Vec<Ground> {
    let mut members: Vec<Vec<Point>> = vec![Vec::new(); scene.snapshot.islands];
    for (place, view) in frame.nodes().iter().zip(&scene.snapshot.nodes) {
        if let Some(of) = view.island.and_then(|island| members.get_mut(usize::from(island))) {
            of.push(*place);
        }
    }
    let mut grounds: Vec<Ground> = (0..)
        .zip(&mut members)
        .filter(|(_, members)| !members.is_empty())
        .map(|(number, members)| {
            let mut hull = Vec::new();
            convex_hull(members, &mut hull);
            let whole = !holds_others(frame, scene, number, &hull);
            Ground { number, hull, whole }
        })
        .collect();
    for index in 0..grounds.len() {
        let meets = |other: &Ground| {
            other.number != grounds[index].number && hulls_meet(&other.hull, &grounds[index].hull)
        };
        if grounds.len() <= 40 && grounds.iter().any(meets) {
            grounds[index].whole = false;
        }
    }
    grounds
}

/// Whether a node of another island would stand on this ground.
fn holds_others(frame: &Frame, scene: &Scene<'_>, number: u16, hull: &[Point]) -> bool {
    let near = frame.radius * 1.6 + PADDING * frame.weight;
    frame.nodes().iter().zip(&scene.snapshot.nodes).any(|(place, view)| {
        view.island.is_some_and(|island| island != number) && near_hull(hull, *place, near)
    })
}

/// The outline of all points no farther than `reach` from a convex hull.
fn rounded(pen: &mut Vec<Segment>, hull: &[Point], reach: f64) {
    if let [centre] = hull {
        return pen.push(Segment::Circle(*centre, reach));
    }
    let count = hull.len();
    for (index, corner) in hull.iter().enumerate() {
        let (before, after) = (hull[(index + count - 1) % count], hull[(index + 1) % count]);
        let from = outward(before, *corner);
        let until = outward(*corner, after);
        let from = from.angle();
        let until = until.angle();
        let until = if until < from { until + TAU } else { until };
        if index == 0 {
            pen.push(Segment::Move(*corner + Point::at_angle(from) * reach));
        }
        pen.push(Segment::Arc(*corner, reach, from, until));
    }
    pen.push(Segment::Close);
}

/// The way out of a hull across one of its edges.
fn outward(from: Point, to: Point) -> Point {
    (to - from).unit().right_hand() * -1.0
}

/// A band along each whole link of an island, for islands that lie across one another.
fn along_links(sheet: &mut Sheet, style: Style, frame: &Frame, scene: &Scene<'_>, number: u16) {
    let reach = frame.radius + PADDING * 0.6 * frame.weight;
    let pen = sheet.pen(style);
    let mine = |node: NodeId| scene.snapshot.nodes[node.index()].island == Some(number);
    for (link, view) in scene.network.links.iter().zip(&scene.snapshot.links) {
        if mine(link.a) && mine(link.b) && view.forward.up && view.backward.up {
            rounded(pen, &[frame.node(link.a), frame.node(link.b)], reach);
        }
    }
    for node in scene.network.node_ids().filter(|node| mine(*node)) {
        pen.push(Segment::Circle(frame.node(node), reach));
    }
}

fn names(sheet: &mut Sheet, frame: &Frame, room: &mut Room, grounds: &[Ground]) {
    for ground in grounds.iter().filter(|ground| ground.number < NAMES_AT_MOST) {
        // Where there is no room for the name, as on a phone, its letter may have some.
        let texts = [words::island_name(ground.number), words::letter(ground.number)];
        let places = texts.iter().filter_map(|text| {
            let rect = room.least(name_places(frame, grounds, ground, text))?;
            Some((room.cost(&rect) >= ON_LABEL, text, rect))
        });
        let places: Vec<_> = places.collect();
        let Some((_, text, rect)) = places.iter().find(|(meets, ..)| !meets).or(places.first()) else {
            continue;
        };
        room.take(*rect);
        let ink = INKS[usize::from(ground.number) % INKS.len()];
        sheet.text(text, rect.centre(), Align::Middle, Font::Island, ink);
    }
}

/// Where the name of an island may stand: first where it is not on another island.
fn name_places(frame: &Frame, grounds: &[Ground], ground: &Ground, text: &str) -> impl Iterator<Item = Rect> {
    let reach = frame.radius + PADDING * frame.weight;
    let (width, height) = (Font::Island.width(text, frame.text_px), frame.text_px * 1.3);
    let others = || grounds.iter().filter(|other| other.number != ground.number);
    let on_other =
        |rect: &Rect| others().any(|other| near_hull(&other.hull, rect.centre(), reach + width * 0.5));
    let clear: Vec<Rect> =
        beside(&ground.hull, reach + 4.0, width, height).filter(|rect| !on_other(rect)).collect();
    clear.into_iter().chain(beside(&ground.hull, reach + 4.0, width, height))
}

/// Boxes just outside a ground: beside its edges first, the highest first, then all round its corners.
fn beside(hull: &[Point], reach: f64, width: f64, height: f64) -> impl Iterator<Item = Rect> {
    let mut edges: Vec<(Point, Point)> = hull
        .iter()
        .zip(hull.iter().cycle().skip(1))
        .filter(|_| hull.len() > 1)
        .map(|(from, to)| (from.towards(*to, 0.5), outward(*from, *to)))
        .collect();
    sort_by(&mut edges, |(_, a), (_, b)| a.y < b.y);
    let corners = DIRECTIONS.into_iter().filter_map(move |sixteenth| {
        let angle = f64::from(sixteenth) * TAU / 16.0;
        let way = Point::at_angle(angle);
        let corner = hull.iter().max_by(|a, b| a.dot(way).total_cmp(&b.dot(way)))?;
        Some((*corner, way))
    });
    let starts: Vec<(Point, Point)> = edges.into_iter().chain(corners).collect();
    [0.0, 16.0].into_iter().flat_map(move |more| {
        let place = move |(start, way): (Point, Point)| {
            let half = width / 2.0 * way.x.abs() + height / 2.0 * way.y.abs();
            Rect::around(start + way * (reach + more + half), width, height)
        };
        starts.clone().into_iter().map(place)
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::stage::geometry::point;

    #[test]
    fn the_ground_reaches_round_every_corner() {
        let mut hull = Vec::new();
        let mut corners = [point(0.0, 0.0), point(100.0, 0.0), point(100.0, 80.0), point(0.0, 80.0)];
        convex_hull(&mut corners, &mut hull);
        let mut pen = Vec::new();
        rounded(&mut pen, &hull, 10.0);
        let swept: f64 = pen
            .iter()
            .map(|segment| match segment {
                Segment::Arc(_, reach, from, until) => {
                    assert_eq!(*reach, 10.0);
                    until - from
                }
                _ => 0.0,
            })
            .sum();
        assert!((swept - TAU).abs() < 1e-9, "the corners together make one turn, not {swept}");
        let Segment::Move(start) = pen[0] else { panic!("{pen:?}") };
        assert!(!near_hull(&hull, start, 9.9) && near_hull(&hull, start, 10.1));
    }

    #[test]
    fn the_ground_of_two_nodes_is_a_band() {
        let mut pen = Vec::new();
        rounded(&mut pen, &[point(0.0, 0.0), point(50.0, 0.0)], 10.0);
        let arcs = pen.iter().filter(|segment| matches!(segment, Segment::Arc(..))).count();
        assert_eq!((arcs, pen.len()), (2, 4));
    }
}
