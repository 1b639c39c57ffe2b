//! The diagram of a whole run as a figure of its own, for slides and print.

use crate::sim::snapshot::Snapshot;
use crate::sim::timeline::Timeline;
use crate::stage::geometry::{Point, between, point};
use crate::stage::svg::{self, Palette};

use super::history::History;
use super::picture::Picture;
use super::scene::Scene;
use super::view::View;

/// How wide a second of watching is, in pixels, and how wide the figure is at least and at most.
const SECOND: f64 = 140.0;
const WIDTH: (f64, f64) = (760.0, 4_800.0);
/// How high a lane is, in parts of the text size.
const LANE: f64 = 2.2;

/// The diagram of a run from its start to where it was watched to, as an SVG file.
pub fn svg(timeline: &Timeline, title: &str, palette: &Palette) -> String {
    let (picture, pane) = draw(timeline, palette.text_px);
    svg::write(&[&picture.still, &picture.moving], pane, title, palette)
}

/// The same as shapes, with the figure's width and height.
pub fn draw(timeline: &Timeline, text_px: f64) -> (Picture, Point) {
    let network = timeline.world().network();
    let mut history = History::default();
    history.look(timeline);
    let watched = timeline.reach().as_micros() as f64 / network.pace.as_micros().max(1) as f64;
    let (least, most) = WIDTH;
    let height = (network.nodes.len().max(1) as f64 * LANE + 4.0) * text_px;
    let pane = point(between(watched * SECOND, least, most).round(), height.round());
    let names = network.nodes.iter().map(|node| node.name.as_str());
    let mut view = View::new(pane, text_px, names, network.pace);
    view.fit(timeline.reach());
    let snapshot = Snapshot::of(timeline);
    let mut picture = Picture::default();
    picture.draw(&Scene {
        history: &history,
        timeline,
        snapshot: &snapshot,
        view: &view,
        selected: None,
        pointed: None,
    });
    (picture, pane)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::stage::diagram::test_runs::partition;

    #[test]
    fn the_figure_of_a_run_names_every_node_and_draws_its_losses() {
        let timeline = partition(&["1s cut n2-n4", "2s crash n6"], 6);
        let svg = svg(&timeline, "a partition", &Palette::light());
        for name in ["n1", "n2", "n3", "n4", "n5", "n6", "n7", "crash n6"] {
            assert!(svg.contains(&format!(">{name}<")), "{name} is written");
        }
        let (picture, pane) = draw(&timeline, 14.0);
        assert!(pane.x > 2_000.0, "24 seconds of watching need room: {}", pane.x);
        assert!(!picture.still.path(crate::stage::style::Style::LostCross).is_empty());
    }
}
