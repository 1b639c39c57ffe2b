//! Scenes for tests: real scenarios, run for a while with commands, shown in a pane.

use super::geometry::point;
use super::layout::Layout;
use super::picture::Picture;
use super::scene::{Frame, Options, Scene};
use super::view::View;
use crate::scenarios;
use crate::sim::network::Network;
use crate::sim::snapshot::Snapshot;
use crate::sim::time::Time;
use crate::sim::timeline::Timeline;
use std::sync::Arc;

/// All that a scene is made of.
pub struct Stage {
    pub network: Arc<Network>,
    pub snapshot: Snapshot,
    pub layout: Layout,
    pub view: View,
    pub options: Options,
    timeline: Timeline,
}

impl Stage {
    /// A built-in scenario at its start, in a pane as wide and high as on a laptop.
    pub fn of(scenario: &str) -> Stage {
        let entry = scenarios::find(scenario).expect("a built-in scenario");
        let scenario = entry.build_with(&[]).expect("a sound scenario");
        let timeline = Timeline::new(scenario, scenarios::CATALOGUE).expect("a sound scenario");
        let network = Arc::clone(timeline.world().network());
        let layout = Layout::of(timeline.scenario(), &network);
        let options = Options::default();
        let pane = point(760.0, 600.0);
        let view = View::fit(&layout, pane, options.margins(pane, network.nodes.len()));
        Stage { snapshot: Snapshot::of(&timeline), network, layout, view, options, timeline }
    }

    /// After these commands, at this moment.
    pub fn run(mut self, commands: &[&str], until: &str) -> Stage {
        for line in commands {
            let timed = self.network.read_line(line).expect("a command");
            self.timeline.seek(timed.at);
            self.timeline.act(timed.command);
        }
        self.timeline.seek(Time::parse(until).expect("a time"));
        self.snapshot.refill(&self.timeline);
        self
    }

    pub fn scene(&self) -> Scene<'_> {
        let Stage { network, snapshot, layout, view, options, .. } = self;
        Scene { network, snapshot, layout, view, options: *options }
    }

    pub fn frame(&self) -> Frame {
        let mut frame = Frame::default();
        frame.refill(&self.scene());
        frame
    }

    pub fn picture(&self) -> Picture {
        let mut picture = Picture::default();
        picture.draw(&self.scene());
        picture
    }
}

/// The run of `partition` with these commands, at a moment.
pub fn partition_run(lines: &[&str], until: &str) -> Timeline {
    let mut scenario =
        scenarios::find("partition").expect("a built-in scenario").build_with(&[]).expect("a sound scenario");
    scenario.script = lines.iter().map(|line| (*line).to_owned()).collect();
    let mut timeline = Timeline::new(scenario, scenarios::CATALOGUE).expect("a sound scenario");
    timeline.seek(Time::parse(until).expect("a moment"));
    timeline
}
