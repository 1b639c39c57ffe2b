//! The picture of a run at its end, without a page: what a pane as on a laptop would show.

use super::diagram::figure;
use super::geometry::{Point, point};
use super::layout::Layout;
use super::picture::Picture;
use super::scene::{Options, Scene};
use super::svg::{self, Palette};
use super::view::View;
use crate::share::run::{Plan, Run};
use crate::sim::snapshot::Snapshot;
use crate::sim::time::Time;
use crate::sim::timeline::{Branch, Timeline};

/// The pane's width and height in pixels.
const PANE: Point = point(960.0, 640.0);

/// The picture of a run at its end, as an SVG file in light colours.
pub fn of_run(plan: &Plan, run: &Run) -> Result<String, String> {
    Ok(of_timeline(&replayed(plan, run)?, &title(run)))
}

/// The space-time diagram of a run from its start to its end, as an SVG file in light colours.
pub fn diagram_of_run(plan: &Plan, run: &Run) -> Result<String, String> {
    Ok(figure::svg(&replayed(plan, run)?, &title(run), &Palette::light()))
}

fn replayed(plan: &Plan, run: &Run) -> Result<Timeline, String> {
    let timeline = Timeline::new(plan.scenario.clone(), plan.catalogue);
    let mut timeline = timeline.map_err(|error| error.to_string())?;
    let branch = Branch { deeds: run.commands.clone().into(), ..Branch::default() };
    timeline.restore_branches(vec![branch], 0, Time::ZERO);
    timeline.advance(run.until, usize::MAX, |world, _| Some(world.position().steps) == plan.within);
    Ok(timeline)
}

fn title(run: &Run) -> String {
    format!("{}, seed {}, at {}", run.scenario, run.seed, run.until)
}

fn of_timeline(timeline: &Timeline, title: &str) -> String {
    let network = timeline.world().network();
    let (layout, options) = (Layout::of(timeline.scenario(), network), Options::default());
    let view = View::fit(&layout, PANE, options.margins(PANE, network.nodes.len()));
    let snapshot = Snapshot::of(timeline);
    let mut picture = Picture::default();
    picture.draw(&Scene { network, snapshot: &snapshot, layout: &layout, view: &view, options });
    svg::write(&[&picture.still, &picture.moving], PANE, title, &Palette::light())
}
