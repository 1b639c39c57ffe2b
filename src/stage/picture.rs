//! The picture: a function of a scene, drawn on two sheets. The still one holds what rarely changes (islands, links, nodes, names),
//! the moving one what changes with every frame (messages, timers).

use super::geometry::{Rect, point};
use super::labels::Room;
use super::nodes::{self, Slots};
use super::ring::Glide;
use super::scene::{Frame, Options, Scene};
use super::sheet::Sheet;
use super::thing::Thing;
use super::view::View;
use super::{gauges, islands, links, packets, ring};
use crate::sim::process::Gauge;
use crate::sim::snapshot::{LinkView, NodeView};

/// How many messages are drawn with rims, at most.
const RIMS_AT_MOST: usize = 800;

/// The picture.
#[derive(Clone, Debug, Default)]
pub struct Picture {
    /// What rarely changes.
    pub still: Sheet,
    /// What changes with every frame.
    pub moving: Sheet,
    frame: Frame,
    slots: Slots,
    room: Room,
    glide: Glide,
    /// How many boxes of the room are places of names and values, and how many names of islands too.
    slot_boxes: usize,
    fixed_boxes: usize,
    still_key: Option<u64>,
    placed_key: Option<u64>,
    troubles_key: u64,
}

impl Picture {
    /// Draws the scene. True if the still sheet is another than before; the moving one always is.
    pub fn draw(&mut self, scene: &Scene<'_>) -> bool {
        let key = still_key(scene);
        let changed = self.still_key != Some(key);
        if changed {
            self.still_key = Some(key);
            self.draw_still(scene);
        }
        self.moving.clear();
        self.moving.weight = self.frame.weight;
        self.moving.rims = scene.snapshot.packets.len() <= RIMS_AT_MOST;
        nodes::draw_moving(&mut self.moving, &self.frame, scene);
        self.room.truncate(self.fixed_boxes);
        self.glide.follow(scene.snapshot.ring.as_ref(), scene.options.reduced_motion);
        ring::draw_moving(&mut self.moving, &self.frame, &mut self.room, scene, &self.glide);
        packets::draw(&mut self.moving, &self.frame, &mut self.room, scene);
        changed
    }

    /// Lets so many milliseconds of watching pass for what moves by itself, whether the run plays or not.
    pub fn pass(&mut self, millis: f64) {
        self.glide.pass(millis);
    }

    /// Whether something moves by itself, so that the picture is to be drawn again soon.
    pub fn is_moving(&self) -> bool {
        self.glide.is_moving()
    }

    /// Where things are.
    pub fn frame(&self) -> &Frame {
        &self.frame
    }

    fn draw_still(&mut self, scene: &Scene<'_>) {
        let key = place_key(scene);
        let moved = self.placed_key != Some(key);
        if moved {
            self.placed_key = Some(key);
            self.frame.refill(scene);
        }
        self.still.clear();
        self.still.weight = self.frame.weight;
        let troubles = troubles_key(scene);
        let moved = moved || self.troubles_key != troubles;
        self.troubles_key = troubles;
        if moved || self.slots.are_outgrown(scene, &self.frame) {
            self.refill_room(scene);
            self.slots.refill(scene, &self.frame, &mut self.room);
            self.slot_boxes = self.room.boxes();
        }
        self.room.truncate(self.slot_boxes);
        ring::draw_still(&mut self.still, &self.frame, scene);
        links::draw(&mut self.still, &self.frame, scene);
        gauges::draw_on_links(&mut self.still, &self.frame, scene);
        nodes::draw_still(&mut self.still, &self.frame, &self.slots, scene);
        islands::draw(&mut self.still, &self.frame, &mut self.room, scene);
        // Names of islands stay taken for the messages of the frames to come, until the next time here.
        self.fixed_boxes = self.room.boxes();
    }

    fn refill_room(&mut self, scene: &Scene<'_>) {
        let pane = scene.view.pane;
        self.room.clear(Rect { left: 2.0, top: 2.0, right: pane.x - 2.0, bottom: pane.y - 2.0 });
        if self.frame.has_labels(scene) {
            let ring = self.frame.ring();
            self.frame.nodes().iter().for_each(|place| self.room.take_disc(*place, ring));
            for link in &scene.network.links {
                self.room.take_segment(self.frame.node(link.a), self.frame.node(link.b));
            }
            links::take_queues(&mut self.room, &self.frame, scene);
            gauges::take(&mut self.room, &self.frame, scene);
            ring::take(&mut self.room, scene);
            self.room.take(scene.options.corner(pane));
        }
    }
}

/// A number that changes whenever the still sheet would.
fn still_key(scene: &Scene<'_>) -> u64 {
    let mut key = Key(place_key(scene));
    let Options { selected, hovered, .. } = scene.options;
    [selected, hovered].iter().for_each(|thing| key.thing(*thing));
    scene.snapshot.nodes.iter().for_each(|node| key.node(node));
    scene.snapshot.links.iter().for_each(|link| key.link(link));
    key.add(scene.snapshot.islands as u64);
    if let Some(ring) = &scene.snapshot.ring {
        ring.stretches
            .iter()
            .for_each(|stretch| key.add(u64::from(stretch.from) << 8 | u64::from(stretch.tint.0)));
    }
    key.0
}

/// A number that changes whenever anything is elsewhere in the pane, or another size.
fn place_key(scene: &Scene<'_>) -> u64 {
    let mut key = Key(0xcbf2_9ce4_8422_2325);
    let View { pane, .. } = *scene.view;
    let (origin, far) = (scene.view.to_pane(point(0.0, 0.0)), scene.view.to_pane(point(1000.0, 600.0)));
    for number in [pane.x, pane.y, origin.x, origin.y, far.x, far.y, scene.options.text_px] {
        key.add(number.to_bits());
    }
    key.add(u64::from(scene.layout.version()));
    key.add(scene.network.nodes.len() as u64);
    key.0
}

/// A number that changes when other links than before are troubled or have gauges, or a ring comes or goes: all these take room from labels.
fn troubles_key(scene: &Scene<'_>) -> u64 {
    let mut key = Key(1);
    let troubled = |view: &&LinkView| view.forward.troubled || view.backward.troubled;
    let links = scene.snapshot.links.iter().enumerate();
    links.filter(|(_, view)| troubled(view)).for_each(|(index, _)| key.add(index as u64));
    for (node, view) in scene.network.node_ids().zip(&scene.snapshot.nodes) {
        let toward = view.gauges.iter().filter_map(|gauge| gauge.toward);
        toward.for_each(|neighbour| key.add(u64::from(node.0) << 32 | u64::from(neighbour.0)));
    }
    key.add(u64::from(scene.snapshot.ring.is_some()));
    key.0
}

/// A running hash of what the still sheet shows.
struct Key(u64);

impl Key {
    fn add(&mut self, number: u64) {
        self.0 = (self.0 ^ number).wrapping_mul(0x0000_0100_0000_01b3).rotate_left(23);
    }

    fn thing(&mut self, thing: Option<Thing>) {
        match thing {
            None => self.add(0),
            Some(Thing::Node(node)) => self.add(1 << 40 | u64::from(node.0)),
            Some(Thing::Link(link)) => self.add(2 << 40 | u64::from(link.0)),
            // A message is on the moving sheet.
            Some(Thing::Packet(_)) => self.add(3),
        }
    }

    fn node(&mut self, node: &NodeView) {
        let island = node.island.map_or(0, |island| u64::from(island) + 1);
        self.add(node.status as u64 | u64::from(node.slowed) << 4 | island << 8);
        node.badge.as_deref().unwrap_or("\0").bytes().for_each(|byte| self.add(u64::from(byte)));
        for Gauge { toward, used, of } in &node.gauges {
            self.add(toward.map_or(0, |neighbour| u64::from(neighbour.0) + 1));
            self.add(u64::from(*used) << 32 | u64::from(*of));
        }
        self.add(node.tint.map_or(0, |tint| u64::from(tint.0) + 1));
    }

    fn link(&mut self, link: &LinkView) {
        let bits = [link.forward.up, link.forward.troubled, link.backward.up, link.backward.troubled];
        self.add(bits.iter().fold(1, |sum, bit| sum << 1 | u64::from(*bit)));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sim::network::{DirectionId, NodeId};
    use crate::sim::snapshot::PacketPlace;
    use crate::stage::sheet::{Align, Text};
    use crate::stage::style::Style;
    use crate::stage::test_scene::Stage;

    const PARTITIONED: [&str; 2] = ["1s cut n2-n4", "1s cut n3-n7"];

    fn text_box(text: &Text, words: &str, text_px: f64) -> Rect {
        let (width, height) = (text.font.width(words, text_px), text.font.size() * text_px);
        assert_eq!(text.align, Align::Middle);
        Rect::around(text.at, width, height)
    }

    fn boxes(picture: &Picture) -> Vec<(String, Rect)> {
        let texts = picture.still.texts().chain(picture.moving.texts());
        texts.map(|(text, words)| (words.to_owned(), text_box(text, words, 16.0))).collect()
    }

    #[test]
    fn labels_lie_over_no_link_no_node_and_no_other_label() {
        for until in ["1200ms", "1500ms", "2100ms", "3s"] {
            let stage = Stage::of("partition").run(&PARTITIONED, until);
            let (scene, picture) = (stage.scene(), stage.picture());
            let (boxes, frame) = (boxes(&picture), picture.frame());
            assert!(boxes.len() >= 9, "names of nodes and islands: {boxes:?}");
            for (index, (words, rect)) in boxes.iter().enumerate() {
                let others = boxes[..index].iter().filter(|(_, other)| other.overlaps(rect));
                assert_eq!(others.count(), 0, "{words} at {until}");
                for link in stage.network.link_ids() {
                    let (from, to) = frame.span(&stage.network, link);
                    assert!(!rect.meets_segment(from, to), "{words} lies over a link at {until}");
                }
                let ring = frame.radius + 9.0;
                assert!(frame.nodes().iter().all(|node| !rect.meets_disc(*node, ring)), "{words} at {until}");
                let pane = Rect { left: 0.0, top: 0.0, right: scene.view.pane.x, bottom: scene.view.pane.y };
                assert!(pane.holds(rect), "{words} is outside at {until}");
            }
        }
    }

    #[test]
    fn islands_show_only_when_there_are_several() {
        let whole = Stage::of("partition").run(&[], "2s").picture();
        assert!(whole.still.path(Style::HullA).is_empty());
        let parted = Stage::of("partition").run(&PARTITIONED, "2s").picture();
        assert!(!parted.still.path(Style::HullA).is_empty() && !parted.still.path(Style::HullB).is_empty());
        let names: Vec<_> = parted.still.texts().map(|(_, words)| words.to_owned()).collect();
        assert!(
            names.contains(&"Island A".to_owned()) && names.contains(&"Island B".to_owned()),
            "{names:?}"
        );
    }

    #[test]
    fn every_state_has_a_shape_of_its_own() {
        let commands = [
            "1s crash n1",
            "1s pause n2",
            "1s byzantine n6 equivocate",
            "1s slow n5 1s",
            "1s cut n2-n3",
            "1s cut n4>n5",
            "1s loss n5-n6 50%",
        ];
        let picture = Stage::of("partition").run(&commands, "1100ms").picture();
        let styles = [
            Style::Crashed,
            Style::Cross,
            Style::Hatch,
            Style::Pause,
            Style::Byzantine,
            Style::Mask,
            Style::Mark,
            Style::Stub,
            Style::CutEnd,
            Style::Arrow,
            Style::Troubled,
        ];
        for style in styles {
            assert!(!picture.still.path(style).is_empty(), "{style:?}");
        }
    }

    #[test]
    fn the_still_sheet_stays_while_only_messages_move() {
        let mut stage = Stage::of("partition").run(&[], "1020ms");
        let mut picture = stage.picture();
        assert!(!picture.draw(&stage.scene()));
        stage = stage.run(&[], "1040ms");
        assert!(!picture.draw(&stage.scene()), "only messages moved");
        stage = stage.run(&["1040ms crash n1"], "1040ms");
        assert!(picture.draw(&stage.scene()));
        stage.options.hovered = Some(Thing::Node(NodeId(2)));
        assert!(picture.draw(&stage.scene()));
    }

    #[test]
    fn messages_of_both_directions_do_not_lie_on_each_other() {
        let mut met = 0;
        for millis in (1000..3000).step_by(10) {
            let stage = Stage::of("partition").run(&[], &format!("{millis}ms"));
            let (scene, frame) = (stage.scene(), stage.frame());
            let place = |direction: DirectionId| {
                let packets = scene.snapshot.packets.iter();
                let mut flying = packets.filter(|packet| {
                    matches!(packet.place, PacketPlace::Flying { direction: on, .. } if on == direction)
                });
                flying.next().and_then(|packet| packets::place(&frame, &scene, packet))
            };
            for link in stage.network.link_ids() {
                if let [Some(one), Some(other)] = link.directions().map(place) {
                    met += 1;
                    assert!(one.distance(other) > 9.0, "{} at {millis} ms", one.distance(other));
                }
            }
        }
        assert!(met > 5, "messages met only {met} times");
    }

    #[test]
    fn reduced_motion_has_two_stations_on_a_link() {
        let (mut stage, mut moments) = (Stage::of("partition"), 0);
        stage.options.reduced_motion = true;
        let mut followed = None;
        let mut seen = std::collections::BTreeSet::new();
        for millis in (1100..1400).step_by(5) {
            stage = stage.run(&[], &format!("{millis}ms"));
            let (scene, frame) = (stage.scene(), stage.frame());
            let flying = stage.snapshot.packets.iter().filter_map(|packet| match packet.place {
                PacketPlace::Flying { direction, departs, .. } => {
                    Some(((packet.id, direction, departs), packet))
                }
                _ => None,
            });
            let flying: Vec<_> = flying.collect();
            let id = *followed.get_or_insert_with(|| flying.last().map(|(leg, _)| *leg).unwrap());
            let packet = flying.iter().find(|(leg, _)| *leg == id);
            let at = packet.and_then(|(_, packet)| packets::place(&frame, &scene, packet));
            moments += usize::from(at.is_some());
            seen.extend(at.map(|at| (at.x as i64, at.y as i64)));
        }
        assert!(moments > 5 && (1..=2).contains(&seen.len()), "{moments} {seen:?}");
    }

    #[test]
    fn a_thousand_nodes_are_drawn_without_labels() {
        let picture = Stage::of("stress").run(&[], "1s").picture();
        assert_eq!(picture.still.texts().count(), 0);
        assert_eq!(picture.still.path(Style::Node).len(), 1000);
        assert_eq!(picture.still.path(Style::Link).len(), 2 * 2000);
    }
}
