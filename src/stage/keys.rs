//! Walking over the stage with the arrow keys: from a node to its links, along a link to its other end, and where no link
//! leads, to what lies nearest in that direction.

use super::geometry::{Point, point};
use super::scene::{Frame, Scene};
use super::thing::Thing;

/// A direction of an arrow key.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Arrow {
    /// To the left.
    Left,
    /// To the right.
    Right,
    /// Up.
    Up,
    /// Down.
    Down,
}

impl Arrow {
    /// The arrow of a key, by the name that browsers give it.
    pub fn of_key(key: &str) -> Option<Arrow> {
        match key {
            "ArrowLeft" => Some(Arrow::Left),
            "ArrowRight" => Some(Arrow::Right),
            "ArrowUp" => Some(Arrow::Up),
            "ArrowDown" => Some(Arrow::Down),
            _ => None,
        }
    }

    /// The way it points, of length one.
    pub fn way(self) -> Point {
        match self {
            Arrow::Left => point(-1.0, 0.0),
            Arrow::Right => point(1.0, 0.0),
            Arrow::Up => point(0.0, -1.0),
            Arrow::Down => point(0.0, 1.0),
        }
    }
}

/// The cosine of the widest angle between the arrow and the way to a link, and to a node.
const LINK_ANGLE: f64 = 0.5;
const NODE_ANGLE: f64 = 0.25;

/// What an arrow key leads to from here; nothing if nothing lies there.
pub fn walk(frame: &Frame, scene: &Scene<'_>, from: Thing, arrow: Arrow) -> Option<Thing> {
    match from {
        Thing::Node(node) => {
            let here = frame.node(node);
            let links = scene.network.around(node).iter().map(|(other, direction)| {
                (Thing::Link(direction.link()), (frame.node(*other) - here).unit().dot(arrow.way()))
            });
            let link = best(links.filter(|(_, straight)| *straight >= LINK_ANGLE));
            link.or_else(|| node_towards(frame, here, arrow))
        }
        Thing::Link(link) => {
            let info = scene.network.links.get(link.index())?;
            let (a, b) = (frame.node(info.a), frame.node(info.b));
            let here = a.towards(b, 0.5);
            let ends = [(info.a, a), (info.b, b)]
                .map(|(end, at)| (Thing::Node(end), (at - here).unit().dot(arrow.way())));
            let end = best(ends.into_iter().filter(|(_, straight)| *straight > 0.1));
            // The two arrows that lie along the link lead to its ends, the other two to what lies beside it.
            if runs_along(b - a, arrow) { end } else { link_towards(frame, scene, here, arrow).or(end) }
        }
        Thing::Packet(_) => None,
    }
}

/// Where a thing is, for the focus to be brought into view.
pub fn place(frame: &Frame, scene: &Scene<'_>, thing: Thing) -> Option<Point> {
    match thing {
        Thing::Node(node) => frame.nodes().get(node.index()).copied(),
        Thing::Link(link) => {
            let info = scene.network.links.get(link.index())?;
            Some(frame.node(info.a).towards(frame.node(info.b), 0.5))
        }
        Thing::Packet(_) => None,
    }
}

fn node_towards(frame: &Frame, here: Point, arrow: Arrow) -> Option<Thing> {
    let nodes = frame.nodes().iter().enumerate().filter_map(|(index, place)| {
        Some((Thing::Node(crate::sim::network::NodeId(index as u32)), nearness(here, *place, arrow)?))
    });
    best(nodes)
}

fn link_towards(frame: &Frame, scene: &Scene<'_>, here: Point, arrow: Arrow) -> Option<Thing> {
    best(scene.network.link_ids().filter_map(|link| {
        let middle = place(frame, scene, Thing::Link(link))?;
        Some((Thing::Link(link), nearness(here, middle, arrow)?))
    }))
}

/// Whether the arrow is one of the two that lie nearest to a way.
fn runs_along(way: Point, arrow: Arrow) -> bool {
    let flat = way.x.abs() >= way.y.abs();
    flat == matches!(arrow, Arrow::Left | Arrow::Right)
}

/// The larger, the nearer and the straighter in the arrow's direction; nothing if it lies elsewhere.
fn nearness(here: Point, there: Point, arrow: Arrow) -> Option<f64> {
    let way = there - here;
    let straight = way.unit().dot(arrow.way());
    (way.length() > 1.0 && straight >= NODE_ANGLE).then(|| straight * straight / way.length())
}

fn best(things: impl Iterator<Item = (Thing, f64)>) -> Option<Thing> {
    things.max_by(|(_, a), (_, b)| a.total_cmp(b)).map(|(thing, _)| thing)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sim::network::NodeId;
    use crate::stage::test_scene::Stage;
    use std::collections::BTreeSet;

    const ARROWS: [Arrow; 4] = [Arrow::Left, Arrow::Right, Arrow::Up, Arrow::Down];

    #[test]
    fn arrows_lead_along_a_link_to_its_other_end() {
        let stage = Stage::of("partition");
        let (scene, frame) = (stage.scene(), stage.frame());
        let node = |name| stage.network.node_named(name).map(Thing::Node).unwrap();
        let link = walk(&frame, &scene, node("n2"), Arrow::Right).unwrap();
        let direction = stage.network.direction(NodeId(1), NodeId(3)).unwrap();
        assert_eq!(link, Thing::Link(direction.link()));
        assert_eq!(walk(&frame, &scene, link, Arrow::Right), Some(node("n4")));
        assert_eq!(walk(&frame, &scene, link, Arrow::Left), Some(node("n2")));
    }

    #[test]
    fn every_node_and_link_is_reached_by_arrows_alone() {
        for name in ["partition", "centralized"] {
            let stage = Stage::of(name);
            let (scene, frame) = (stage.scene(), stage.frame());
            let mut todo = vec![Thing::Node(NodeId(0))];
            let mut seen = BTreeSet::new();
            while let Some(thing) = todo.pop() {
                if seen.insert(format!("{thing:?}")) {
                    todo.extend(ARROWS.iter().filter_map(|arrow| walk(&frame, &scene, thing, *arrow)));
                }
            }
            let nodes = stage.network.node_ids().map(Thing::Node);
            let all = nodes.chain(stage.network.link_ids().map(Thing::Link));
            let missed: Vec<_> = all.filter(|thing| !seen.contains(&format!("{thing:?}"))).collect();
            assert_eq!(missed, [], "{name}");
        }
    }
}
