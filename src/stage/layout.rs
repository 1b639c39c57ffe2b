//! Where the nodes stand, on a board of 1000 by 600 as scenarios have it.
//!
//! Those with a place of their own keep it. The rest is a ring or a star if it is one, or is placed by [`super::forces`]; what
//! the watcher moves stays where they put it. The same network always has the same layout.

use super::forces;
use super::geometry::{Point, Rect, point};
use crate::sim::angle::sin_cos;
use crate::sim::network::{Network, NodeId};
use crate::sim::random::Rng;
use crate::sim::scenario::Scenario;
use crate::sorted::sort_by;

/// The board that scenarios place nodes on.
pub const BOARD: Rect = Rect { left: 0.0, top: 0.0, right: 1000.0, bottom: 600.0 };

/// Up to how many nodes a ring or a star is drawn as one.
const FIGURE_AT_MOST: usize = 24;

/// Where the nodes stand.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Layout {
    places: Vec<Point>,
    version: u32,
    spacing: f64,
}

impl Layout {
    /// The layout of a scenario's network.
    pub fn of(scenario: &Scenario, network: &Network) -> Layout {
        let place = |at: Option<(i32, i32)>| at.map(|(x, y)| point(f64::from(x), f64::from(y)));
        let fixed: Vec<_> = scenario.nodes.iter().map(|node| place(node.at)).collect();
        let links: Vec<_> = network.links.iter().map(|link| (link.a.index(), link.b.index())).collect();
        Layout::new(&fixed, &links)
    }

    /// The layout of nodes, some of which may have a place already, joined by these links.
    pub fn new(fixed: &[Option<Point>], links: &[(usize, usize)]) -> Layout {
        let all: Option<Vec<Point>> = fixed.iter().copied().collect();
        let places = all.or_else(|| figure(fixed, links)).unwrap_or_else(|| {
            let mut rng = Rng::stream(fixed.len() as u64, "layout");
            forces::place(fixed, links, BOARD, &mut rng)
        });
        let spacing = typical_spacing(&places);
        Layout { places, version: 0, spacing }
    }

    /// Where a node stands.
    pub fn place(&self, node: NodeId) -> Point {
        self.places.get(node.index()).copied().unwrap_or_default()
    }

    /// Where all nodes stand, in their order.
    pub fn places(&self) -> &[Point] {
        &self.places
    }

    /// Puts a node elsewhere.
    pub fn put(&mut self, node: NodeId, at: Point) {
        if let Some(place) = self.places.get_mut(node.index()) {
            *place = at;
            self.version = self.version.wrapping_add(1);
        }
    }

    /// Changes whenever a node is put elsewhere.
    pub fn version(&self) -> u32 {
        self.version
    }

    /// The box that holds all nodes.
    pub fn bounds(&self) -> Rect {
        Rect::holding(self.places.iter().copied()).unwrap_or(BOARD)
    }

    /// How far a node typically is from the one nearest to it, as the network was laid out.
    pub fn spacing(&self) -> f64 {
        self.spacing
    }
}

/// A ring or a star, if that is what the network is; small networks of any other kind form a ring too when nearly everyone
/// is joined with everyone.
fn figure(fixed: &[Option<Point>], links: &[(usize, usize)]) -> Option<Vec<Point>> {
    let count = fixed.len();
    if count == 0 || count > FIGURE_AT_MOST || fixed.iter().any(Option::is_some) {
        return None;
    }
    let mut around = vec![Vec::new(); count];
    for &(a, b) in links {
        around[a].push(b);
        around[b].push(a);
    }
    if count <= 2 {
        return Some((0..count).map(|node| point(300.0 + 400.0 * node as f64, 300.0)).collect());
    }
    let hub = (0..count).find(|node| around[*node].len() == count - 1);
    if let Some(hub) = hub
        && links.len() == count - 1
    {
        let rim: Vec<usize> = (0..count).filter(|node| *node != hub).collect();
        return Some(on_ring(&rim, count, Some(hub)));
    }
    let nearly_all = links.len() * 10 >= count * (count - 1) * 4;
    let order = ring_order(&around).or_else(|| nearly_all.then(|| (0..count).collect()))?;
    Some(on_ring(&order, count, None))
}

/// The nodes in the order of the one ring that they form.
fn ring_order(around: &[Vec<usize>]) -> Option<Vec<usize>> {
    if around.iter().any(|next| next.len() != 2) {
        return None;
    }
    let mut order = vec![0];
    let (mut before, mut node) = (0, around[0][0].min(around[0][1]));
    while node != 0 {
        order.push(node);
        let next = if around[node][0] == before { around[node][1] } else { around[node][0] };
        (before, node) = (node, next);
    }
    (order.len() == around.len()).then_some(order)
}

/// Spreads nodes evenly over an ellipse that fills the board, the first at the top.
fn on_ring(order: &[usize], count: usize, hub: Option<usize>) -> Vec<Point> {
    let centre = BOARD.centre();
    let mut places = vec![centre; count];
    for (at, node) in order.iter().enumerate() {
        let turn = std::f64::consts::TAU * at as f64 / order.len() as f64;
        let (across, up) = sin_cos(turn);
        places[*node] = point((centre.x + across * 400.0).round(), (centre.y - up * 280.0).round());
    }
    if let Some(hub) = hub {
        places[hub] = centre;
    }
    places
}

/// The lower quartile of the distances from each node to the one nearest to it.
fn typical_spacing(places: &[Point]) -> f64 {
    let sample = places.len().div_ceil(200).max(1);
    let mut nearest: Vec<f64> = (0..places.len())
        .step_by(sample)
        .filter_map(|node| {
            let others = places.iter().enumerate().filter(|(other, _)| *other != node);
            others.map(|(_, place)| place.distance(places[node])).min_by(f64::total_cmp)
        })
        .collect();
    sort_by(&mut nearest, |a, b| a < b);
    nearest.get(nearest.len() / 4).copied().unwrap_or(400.0).max(1.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn grid_links(side: usize) -> Vec<(usize, usize)> {
        let index = |x, y| y * side + x;
        let across = (0..side).flat_map(|y| (1..side).map(move |x| (index(x - 1, y), index(x, y))));
        let down = (1..side).flat_map(|y| (0..side).map(move |x| (index(x, y - 1), index(x, y))));
        across.chain(down).collect()
    }

    #[test]
    fn nodes_with_places_keep_them() {
        let fixed = [Some(point(3.0, 4.0)), Some(point(900.0, 500.0))];
        assert_eq!(Layout::new(&fixed, &[(0, 1)]).places(), [point(3.0, 4.0), point(900.0, 500.0)]);
        let mut some = [None; 30];
        some[7] = Some(point(12.0, 34.0));
        assert_eq!(Layout::new(&some, &[(0, 1), (1, 7)]).places()[7], point(12.0, 34.0));
    }

    #[test]
    fn a_ring_is_drawn_in_its_order() {
        let layout = Layout::new(&[None; 5], &[(0, 2), (2, 4), (4, 1), (1, 3), (3, 0)]);
        let centre = BOARD.centre();
        let order = [0usize, 2, 4, 1, 3];
        for (at, node) in order.iter().enumerate() {
            let next = order[(at + 1) % 5];
            let (a, b) = (layout.places[*node] - centre, layout.places[next] - centre);
            assert!(a.cross(b) > 0.0, "{node} then {next}");
        }
    }

    #[test]
    fn a_star_has_its_hub_in_the_middle() {
        let layout = Layout::new(&[None; 6], &[(3, 0), (3, 1), (3, 2), (4, 3), (5, 3)]);
        assert_eq!(layout.places[3], BOARD.centre());
        assert!((0..6).all(|node| node == 3 || layout.places[node].distance(BOARD.centre()) > 200.0));
    }

    #[test]
    fn generated_layouts_repeat_and_keep_their_distance() {
        let links = grid_links(20);
        let layout = Layout::new(&[None; 400], &links);
        assert_eq!(layout, Layout::new(&[None; 400], &links));
        let least = (0..400)
            .flat_map(|a| (0..a).map(move |b| (a, b)))
            .map(|(a, b)| layout.places[a].distance(layout.places[b]))
            .fold(f64::MAX, f64::min);
        assert!(least > 14.0, "two nodes are only {least} apart");
        let longest =
            links.iter().map(|(a, b)| layout.places[*a].distance(layout.places[*b])).fold(0.0, f64::max);
        assert!(longest < 120.0, "a link of a grid is {longest} long");
    }

    #[test]
    fn nodes_without_links_and_parts_apart_are_placed_too() {
        let layout = Layout::new(&[None; 40], &[(0, 1), (1, 2), (20, 21)]);
        assert!(layout.places().iter().all(|p| BOARD.grown(200.0).contains(*p)));
        let distinct: std::collections::BTreeSet<_> =
            layout.places().iter().map(|p| (p.x as i64, p.y as i64)).collect();
        assert_eq!(distinct.len(), 40);
        assert_eq!(Layout::new(&[], &[]).bounds(), BOARD);
    }
}
