//! How full things are, as small bars: of nodes below their icon, of links on the link, near the node that tells of it.

use super::geometry::{Point, Rect, point};
use super::labels::Room;
use super::scene::{Frame, Scene};
use super::sheet::Sheet;
use super::style::Style;
use crate::sim::network::{LinkId, Network, NodeId};
use crate::sim::process::Gauge;
use crate::sim::snapshot::{LinkStatus, NodeView, Snapshot};

/// How long and how thick the bar of a link is, in pixels at full size.
const LENGTH: f64 = 36.0;
const THICKNESS: f64 = 10.0;
/// Up to how many things a bar has a cell for each.
const CELLS_AT_MOST: u32 = 8;
/// How many bars a node has room for.
const AT_NODE_AT_MOST: usize = 2;

/// A bar on a link.
struct Bar {
    gauge: Gauge,
    middle: Point,
    /// The way that it lies, from empty to full.
    along: Point,
}

/// How many bars a node shows of itself.
pub(super) fn count(view: &NodeView) -> usize {
    view.gauges.iter().filter(|gauge| gauge.toward.is_none()).take(AT_NODE_AT_MOST).count()
}

/// Draws the bars of a node, below its icon.
pub(super) fn draw_at(sheet: &mut Sheet, frame: &Frame, node: NodeId, view: &NodeView) {
    let own = view.gauges.iter().filter(|gauge| gauge.toward.is_none());
    let begin = if count(view) > 1 { 0.53 } else { 0.64 };
    for (index, gauge) in own.take(AT_NODE_AT_MOST).enumerate() {
        let middle = frame.node(node) + point(0.0, begin + 0.22 * index as f64) * frame.radius;
        let length = frame.radius * (1.12 - 0.16 * index as f64);
        bar(sheet, gauge, middle, point(1.0, 0.0), length, frame.radius * 0.17);
    }
}

/// Draws the bars of all links.
pub(super) fn draw_on_links(sheet: &mut Sheet, frame: &Frame, scene: &Scene<'_>) {
    for link in scene.network.link_ids() {
        for Bar { gauge, middle, along } in on_link(frame, scene, link).into_iter().flatten() {
            bar(sheet, &gauge, middle, along, LENGTH * frame.weight, THICKNESS * frame.weight);
        }
    }
}

/// Takes the room where the bars of links lie.
pub(super) fn take(room: &mut Room, frame: &Frame, scene: &Scene<'_>) {
    for link in scene.network.link_ids() {
        for Bar { middle, along, .. } in on_link(frame, scene, link).into_iter().flatten() {
            let across = along.right_hand() * (THICKNESS * frame.weight / 2.0);
            let half = along * (LENGTH * frame.weight / 2.0);
            let corners = [
                middle - half - across,
                middle - half + across,
                middle + half - across,
                middle + half + across,
            ];
            if let Some(taken) = Rect::holding(corners) {
                room.take(taken);
            }
        }
    }
}

/// What both ends of a link tell of it, its first end first.
pub(super) fn told(network: &Network, snapshot: &Snapshot, link: LinkId) -> [Option<Gauge>; 2] {
    let info = network.links[link.index()];
    let of = |node: NodeId, neighbour: NodeId| {
        let gauges = snapshot.nodes.get(node.index()).map_or(&[][..], |view| &view.gauges);
        gauges.iter().find(|gauge| gauge.toward == Some(neighbour)).copied()
    };
    [of(info.a, info.b), of(info.b, info.a)]
}

/// Whether both ends tell the same.
pub(super) fn agree(told: &[Option<Gauge>; 2]) -> bool {
    matches!(told, [Some(one), Some(other)] if (one.used, one.of) == (other.used, other.of))
}

/// One bar in the middle if both ends of a whole link tell the same, else one near each end that tells something.
fn on_link(frame: &Frame, scene: &Scene<'_>, link: LinkId) -> [Option<Bar>; 2] {
    let told = told(scene.network, scene.snapshot, link);
    let info = scene.network.links[link.index()];
    let (a, b) = (frame.node(info.a), frame.node(info.b));
    let whole = scene.snapshot.links.get(link.index()).is_some_and(|view| view.status() == LinkStatus::Up);
    let room = a.distance(b) - 2.0 * frame.ring();
    let length = LENGTH * frame.weight;
    if !frame.is_detailed() || room < length {
        return [None, None];
    }
    let bar = |gauge: Gauge, from: Point, to: Point, far: f64| {
        let along = (to - from).unit();
        Bar { gauge, middle: from + along * far, along }
    };
    let near = frame.ring() + length * 0.5 + 3.0 * frame.weight;
    match told {
        [Some(one), _] if whole && agree(&told) => [Some(bar(one, a, b, a.distance(b) / 2.0)), None],
        // There is no room for two.
        [Some(one), Some(_)] if room < length * 2.4 => [Some(bar(one, a, b, near)), None],
        [one, other] => [one.map(|gauge| bar(gauge, a, b, near)), other.map(|gauge| bar(gauge, b, a, near))],
    }
}

/// A bar that lies along this way.
fn bar(sheet: &mut Sheet, gauge: &Gauge, middle: Point, along: Point, length: f64, thickness: f64) {
    let across = along.right_hand() * (thickness / 2.0);
    let begin = middle - along * (length / 2.0);
    let to = |part: f64| begin + along * (length * part);
    let stretch = |until: f64| [begin - across, to(until) - across, to(until) + across, begin + across];
    sheet.polygon(Style::GaugeGround, stretch(1.0), true);
    let full = gauge.used >= gauge.of;
    let part = if full { 1.0 } else { f64::from(gauge.used) / f64::from(gauge.of) };
    if gauge.used > 0 {
        let style = if full { Style::GaugeFull } else { Style::GaugeFill };
        sheet.polygon(style, stretch(part), true);
    }
    if gauge.of <= CELLS_AT_MOST {
        for cell in 1..gauge.of {
            let at = to(f64::from(cell) / f64::from(gauge.of));
            sheet.line(Style::GaugeCell, at - across, at + across);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::stage::picture::Picture;
    use crate::stage::test_scene::Stage;

    fn stage(gauges: &[(u32, Option<u32>, u32, u32)]) -> Stage {
        let mut stage = Stage::of("partition").run(&[], "1s");
        for (node, toward, used, of) in gauges {
            let gauge = Gauge { toward: toward.map(NodeId), used: *used, of: *of };
            stage.snapshot.nodes[*node as usize].gauges.push(gauge);
        }
        stage
    }

    fn shapes(picture: &Picture, style: Style) -> usize {
        picture.still.path(style).iter().filter(|segment| segment.begins_shape()).count()
    }

    #[test]
    fn a_link_has_one_bar_if_both_ends_agree_and_two_if_they_do_not() {
        // The first link joins n1 and n2.
        let agreed = stage(&[(0, Some(1), 3, 5), (1, Some(0), 3, 5)]).picture();
        assert_eq!((shapes(&agreed, Style::GaugeGround), shapes(&agreed, Style::GaugeCell)), (1, 4));
        let apart = stage(&[(0, Some(1), 3, 5), (1, Some(0), 2, 5)]).picture();
        assert_eq!((shapes(&apart, Style::GaugeGround), shapes(&apart, Style::GaugeFill)), (2, 2));
        let one = stage(&[(0, Some(1), 5, 5)]).picture();
        assert_eq!((shapes(&one, Style::GaugeFill), shapes(&one, Style::GaugeFull)), (0, 1));
    }

    #[test]
    fn a_bar_of_a_node_lies_within_it_and_labels_lie_over_no_bar() {
        let stage = stage(&[
            (0, None, 1, 3),
            (0, None, 0, 0),
            (0, Some(1), 3, 5),
            (3, Some(1), 9, 2),
            (2, Some(6), 1, 900),
        ]);
        let (scene, picture) = (stage.scene(), stage.picture());
        let frame = picture.frame();
        let path = picture.still.path(Style::GaugeGround);
        let points = path.iter().filter_map(|segment| match segment {
            crate::stage::sheet::Segment::Move(p) | crate::stage::sheet::Segment::Line(p) => Some(*p),
            _ => None,
        });
        let points: Vec<_> = points.collect();
        let inside = points.iter().filter(|p| p.distance(frame.nodes()[0]) <= frame.radius);
        assert_eq!(inside.count(), 8, "two bars of four corners");
        for (text, words) in picture.still.texts() {
            let rect = Rect::around(text.at, text.font.width(words, 16.0), text.font.size() * 16.0);
            for corners in
                points.chunks(4).filter(|corners| corners[0].distance(frame.nodes()[0]) > frame.ring())
            {
                assert!(!rect.meets_segment(corners[0], corners[2]), "{words} lies over a bar");
            }
        }
        assert!(!on_link(frame, &scene, LinkId(0)).iter().all(Option::is_none));
    }

    #[test]
    fn what_gauges_show_is_drawn_anew_when_it_changes() {
        let mut stage = stage(&[(0, None, 1, 3)]);
        let mut picture = stage.picture();
        assert!(!picture.draw(&stage.scene()));
        stage.snapshot.nodes[0].gauges[0].used = 2;
        assert!(picture.draw(&stage.scene()));
    }
}
