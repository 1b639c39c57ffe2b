//! What is at a point of the pane.

use super::geometry::Point;
use super::packets;
use super::scene::{Frame, Scene};
use super::thing::Thing;
use crate::sim::network::{LinkId, NodeId};
use crate::sim::trace::PacketId;

/// How near a pointer must be to a link or a message, in pixels.
pub const TOLERANCE: f64 = 12.0;

/// What is at a point: a node before a message before a link.
pub fn at(frame: &Frame, scene: &Scene<'_>, p: Point) -> Option<Thing> {
    node_at(frame, p)
        .map(Thing::Node)
        .or_else(|| packet_at(frame, scene, p).map(Thing::Packet))
        .or_else(|| link_at(frame, scene, p).map(Thing::Link))
}

/// The node at a point.
pub fn node_at(frame: &Frame, p: Point) -> Option<NodeId> {
    let reach = (frame.radius + 4.0).max(TOLERANCE.min(frame.radius * 2.0));
    let near = |(_, place): &(usize, &Point)| place.distance(p) <= reach;
    let nodes = frame.nodes().iter().enumerate().filter(near);
    nearest(nodes.map(|(index, place)| (NodeId(index as u32), place.distance(p))))
}

/// The message nearest to a point, if one is near.
pub fn packet_at(frame: &Frame, scene: &Scene<'_>, p: Point) -> Option<PacketId> {
    let packets = scene.snapshot.packets.iter();
    let far = packets.filter_map(|packet| {
        let place = packets::place(frame, scene, packet)?;
        Some((packet.id, place.distance(p)))
    });
    nearest(far.filter(|(_, distance)| *distance <= TOLERANCE))
}

/// The link nearest to a point, if one is near.
pub fn link_at(frame: &Frame, scene: &Scene<'_>, p: Point) -> Option<LinkId> {
    let far = scene.network.link_ids().map(|link| {
        let (from, to) = frame.span(scene.network, link);
        (link, p.distance_to_segment(from, to))
    });
    nearest(far.filter(|(_, distance)| *distance <= TOLERANCE))
}

fn nearest<T>(things: impl Iterator<Item = (T, f64)>) -> Option<T> {
    things.min_by(|(_, a), (_, b)| a.total_cmp(b)).map(|(thing, _)| thing)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::stage::geometry::point;
    use crate::stage::test_scene::Stage;

    #[test]
    fn a_point_is_the_node_the_message_or_the_link_it_is_on() {
        let stage = Stage::of("partition").run(&[], "1050ms");
        let (scene, frame) = (stage.scene(), stage.frame());
        for node in stage.network.node_ids() {
            let rim = frame.node(node) + point(frame.radius, 0.0);
            assert_eq!(at(&frame, &scene, rim), Some(Thing::Node(node)));
        }
        for packet in &scene.snapshot.packets {
            let Some(p) = packets::place(&frame, &scene, packet) else { continue };
            if node_at(&frame, p).is_none() {
                assert_eq!(at(&frame, &scene, p), Some(Thing::Packet(packet.id)));
            }
        }
        assert_eq!(at(&frame, &scene, point(3.0, 3.0)), None);
    }

    #[test]
    fn a_link_is_hit_from_a_little_beside_it() {
        let stage = Stage::of("partition");
        let (scene, frame) = (stage.scene(), stage.frame());
        for link in stage.network.link_ids() {
            let (from, to) = frame.span(&stage.network, link);
            let beside = from.towards(to, 0.5) + (to - from).unit().right_hand() * 11.0;
            assert_eq!(at(&frame, &scene, beside), Some(Thing::Link(link)));
        }
    }
}
