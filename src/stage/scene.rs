//! What the picture is a function of, and its measures: where things are in the pane and how large.

use super::geometry::{Point, Rect, between};
use super::layout::Layout;
use super::thing::Thing;
use super::view::{Margins, View};
use crate::sim::network::{DirectionId, LinkId, Network, NodeId};
use crate::sim::snapshot::Snapshot;

/// The radius of a node where there is room, as a part of the text size.
const RADIUS: f64 = 1.7;
/// The radius of a node as a part of the distance to the next.
const CROWDED: f64 = 0.27;
/// From which radius on a node has timers, marks and an icon.
const DETAILED: f64 = 11.0;
/// How many nodes may have names as soon as there is a little room; twice as many with much.
const NAMED_AT_MOST: usize = 200;

/// All that the picture depends on.
#[derive(Clone, Copy, Debug)]
pub struct Scene<'a> {
    /// Who is there.
    pub network: &'a Network,
    /// How they are.
    pub snapshot: &'a Snapshot,
    /// Where they stand.
    pub layout: &'a Layout,
    /// How the pane shows that.
    pub view: &'a View,
    /// What the watcher wants.
    pub options: Options,
}

/// What the watcher wants.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Options {
    /// Messages stand at stations on their way in place of gliding.
    pub reduced_motion: bool,
    /// What is selected.
    pub selected: Option<Thing>,
    /// What the pointer is over.
    pub hovered: Option<Thing>,
    /// The size of text, in pixels; nodes grow with it.
    pub text_px: f64,
}

impl Default for Options {
    fn default() -> Options {
        Options { reduced_motion: false, selected: None, hovered: None, text_px: 16.0 }
    }
}

/// The way of messages over one direction of a link, measured once so that thousands of them need no root each.
#[derive(Clone, Copy, Debug, Default)]
pub struct Lane {
    /// The sender's rim.
    pub from: Point,
    /// From there to the receiver's rim.
    pub way: Point,
    /// The way of length one to the right of someone who goes there.
    pub right: Point,
}

/// Where things are in the pane, and how large.
#[derive(Clone, Debug, Default)]
pub struct Frame {
    places: Vec<Point>,
    lanes: Vec<Lane>,
    /// The radius of nodes, in pixels.
    pub radius: f64,
    /// How thick lines are, as a part of their full thickness.
    pub weight: f64,
    /// The text size, in pixels.
    pub text_px: f64,
}

impl Options {
    /// The room that a fit leaves round the outermost nodes, for their names and values if so many nodes have them.
    pub fn margins(&self, pane: Point, nodes: usize) -> Margins {
        let unit = self.text_px;
        if nodes > NAMED_AT_MOST {
            return Margins { sides: unit * 1.2, top: unit * 1.2, bottom: unit * 2.8 };
        }
        Margins {
            sides: (unit * 5.2).min(pane.x * 0.16),
            top: unit * 3.6,
            bottom: (unit * 5.4).min(pane.y * 0.2),
        }
    }

    /// The corner of the pane where the controls of the view lie, which labels leave free.
    pub fn corner(&self, pane: Point) -> Rect {
        let (width, height) = (self.text_px * 7.2, self.text_px * 2.7);
        Rect { left: pane.x - width, top: pane.y - height, right: pane.x, bottom: pane.y }
    }
}

impl Frame {
    /// Measures a scene.
    pub fn refill(&mut self, scene: &Scene<'_>) {
        self.places.clear();
        self.places.extend(scene.layout.places().iter().map(|place| scene.view.to_pane(*place)));
        self.text_px = scene.options.text_px;
        let crowded = scene.layout.spacing() * scene.view.unit() * CROWDED;
        self.radius = between(crowded, 2.5, RADIUS * self.text_px);
        self.weight = between(self.radius / 26.0, 0.3, 1.6);
        self.lanes.clear();
        for direction in scene.network.link_ids().flat_map(|link| link.directions()) {
            let (from, to) = self.lane(scene.network, direction);
            let way = to - from;
            self.lanes.push(Lane { from, way, right: way.unit().right_hand() });
        }
    }

    /// Where a node is.
    pub fn node(&self, node: NodeId) -> Point {
        self.places.get(node.index()).copied().unwrap_or_default()
    }

    /// Where all nodes are, in their order.
    pub fn nodes(&self) -> &[Point] {
        &self.places
    }

    /// The radius within which a node and its timers are.
    pub fn ring(&self) -> f64 {
        if self.is_detailed() { self.radius + 13.0 * self.weight } else { self.radius + 2.0 }
    }

    /// Whether nodes are large enough for icons, marks and timers.
    pub fn is_detailed(&self) -> bool {
        self.radius >= DETAILED
    }

    /// Whether there is room for names and values.
    pub fn has_labels(&self, scene: &Scene<'_>) -> bool {
        let count = scene.network.nodes.len();
        self.is_detailed() && count <= NAMED_AT_MOST || self.radius >= 20.0 && count <= 2 * NAMED_AT_MOST
    }

    /// A link from rim to rim.
    pub fn span(&self, network: &Network, link: LinkId) -> (Point, Point) {
        let info = network.links[link.index()];
        self.between(self.node(info.a), self.node(info.b))
    }

    /// A direction from rim to rim.
    pub fn lane(&self, network: &Network, direction: DirectionId) -> (Point, Point) {
        self.between(self.node(network.source(direction)), self.node(network.target(direction)))
    }

    /// The way of messages over a direction.
    pub fn way(&self, direction: DirectionId) -> Lane {
        self.lanes.get(direction.index()).copied().unwrap_or_default()
    }

    fn between(&self, from: Point, to: Point) -> (Point, Point) {
        let way = to - from;
        let trim = self.radius.min(way.length() * 0.45);
        let step = way.unit() * trim;
        (from + step, to - step)
    }
}
