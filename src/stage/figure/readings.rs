//! Readings over time: as small curves, and in full with axes. Beside the future at hand, those of other futures are faint.

use super::chart::{Chart, Table};
use super::paper::{Paper, TEXT};
use super::plot::{SIZE, end_anchor, field, upward_axis};
use super::scale::{Scale, TimeScale};
use crate::sim::samples::Samples;
use crate::sim::time::Time;
use crate::sim::timeline::Timeline;
use crate::stage::geometry::{Point, Rect, point};
use crate::stage::sheet::Segment;
use crate::stage::units;
use crate::word;

/// The size of a small curve, and how many points it has at most.
const SMALL: Point = point(84.0, 22.0);
const SMALL_POINTS: usize = 84;
/// How many steps the axes have, at most.
const STEPS_AT_MOST: u32 = 4;
/// How many rows the table has at most: a sample of the samples.
const TABLE_ROWS: usize = 64;

/// A reading as one line: what it is called, what it is now, and how it went.
#[derive(Clone, PartialEq, Debug)]
pub struct Line {
    /// Which, by its place among those of the network.
    pub index: usize,
    /// Its name in output.
    pub name: &'static str,
    /// What the page calls it.
    pub title: &'static str,
    /// The number now.
    pub value: String,
    /// How it went, as SVG.
    pub curve: String,
}

/// All readings of a run, as lines.
pub fn lines(timeline: &Timeline) -> Vec<Line> {
    let world = timeline.world();
    let readings = world.network().readings.iter().enumerate();
    let line = |(index, reading): (usize, &&'static crate::sim::property::Reading)| Line {
        index,
        name: reading.name,
        title: reading.title.text(),
        value: (reading.read)(world)
            .map_or_else(|| word!("inspect.no-reading").text().to_owned(), units::number),
        curve: small(timeline, index),
    };
    readings.map(line).collect()
}

/// One reading at the samples of a run, up to a moment.
fn curve(samples: &Samples, index: usize, until: Time) -> impl Iterator<Item = (Time, Option<f64>)> + Clone {
    samples.evenly(until).map(move |row| (samples.moment(row), samples.row(row)[index]))
}

/// The curves of other futures, and that of the one at hand, last. Each with how far it was watched.
fn curves(timeline: &Timeline) -> Vec<(&Samples, Time)> {
    let others = (0..timeline.branches().len()).filter(|index| *index != timeline.current_branch());
    let known =
        others.filter_map(|index| Some((timeline.samples_of(index)?, timeline.branches()[index].reach)));
    known.chain(std::iter::once((timeline.samples(), timeline.reach()))).collect()
}

fn small(timeline: &Timeline, index: usize) -> String {
    let (samples, reach) = (timeline.samples(), timeline.reach());
    let points: Vec<_> = curve(samples, index, reach).collect();
    let scale = Scale::holding(points.iter().filter_map(|(_, value)| *value), STEPS_AT_MOST);
    let mut paper = Paper::of(SMALL.x, SMALL.y);
    let field = Rect { left: 1.0, top: 2.0, right: SMALL.x - 3.0, bottom: SMALL.y - 2.0 };
    paper.line("axis", point(field.left, field.bottom), point(field.right, field.bottom));
    let span = TimeScale::until(reach, 1);
    let thin = points.len().div_ceil(SMALL_POINTS).max(1);
    let shown = points.iter().step_by(thin).copied();
    draw(&mut paper, &field, (&span, &scale), shown, timeline.now(), "");
    paper.into_svg()
}

/// A reading in full.
pub fn chart(timeline: &Timeline, index: usize) -> Option<Chart> {
    let network = timeline.world().network();
    network.readings.get(index)?;
    let all = curves(timeline);
    let numbers =
        all.iter().flat_map(|(samples, reach)| curve(samples, index, *reach)).filter_map(|(_, value)| value);
    let up = Scale::holding(numbers, STEPS_AT_MOST);
    let furthest = all.iter().map(|(_, reach)| *reach).max()?;
    let across = TimeScale::until(furthest, STEPS_AT_MOST.into());
    let mut paper = Paper::of(SIZE.x, SIZE.y);
    // What it is stands above it, in the line that was opened.
    let field = Rect { top: TEXT, bottom: SIZE.y - TEXT * 1.8, ..field(&up) };
    upward_axis(&mut paper, &field, &up, "");
    for (moment, label) in &across.ticks {
        let x = field.left + across.fraction(*moment) * field.width();
        paper.line("axis", point(x, field.bottom), point(x, field.bottom + 4.0));
        paper.text("tick", end_anchor(x, &field), point(x, field.bottom + TEXT), label);
    }
    deeds(&mut paper, &field, &across, timeline);
    for (place, (samples, reach)) in all.iter().enumerate() {
        let is_here = place + 1 == all.len();
        let class = if is_here { "" } else { " other" };
        let now = if is_here { timeline.now() } else { Time::NEVER };
        draw(&mut paper, &field, (&across, &up), curve(samples, index, *reach), now, class);
    }
    Some(Chart { svg: paper.into_svg(), table: table(timeline, index), ..Chart::default() })
}

/// A curve: up to now in full, what was watched beyond it faint. A value holds until the next sample.
fn draw(
    paper: &mut Paper,
    field: &Rect,
    (across, up): (&TimeScale, &Scale),
    points: impl Iterator<Item = (Time, Option<f64>)> + Clone,
    now: Time,
    class: &str,
) {
    let place = |(moment, value): (Time, Option<f64>)| {
        let value = value.filter(|value| value.is_finite())?;
        let x = field.left + across.fraction(moment) * field.width();
        Some(point(x, field.bottom - up.fraction(value) * field.height()))
    };
    let past = points.clone().filter(|(moment, _)| *moment <= now);
    let ahead = points.clone().skip_while(|(moment, _)| *moment <= now);
    if ahead.clone().next().is_some() {
        // It goes on where the past ends.
        let joint = past.clone().last();
        paper.curve(&format!("reading ahead{class}"), joint.into_iter().chain(ahead).map(place));
    }
    let last = past.clone().last().and_then(place);
    paper.curve(&format!("reading{class}"), past.map(place));
    if let Some(last) = last.filter(|_| class.is_empty()) {
        paper.segments("reading-now", [Segment::Circle(last, 2.6)]);
    }
}

/// Marks on the time axis where something was done to the network.
fn deeds(paper: &mut Paper, field: &Rect, across: &TimeScale, timeline: &Timeline) {
    let script = timeline.script().iter().filter(|timed| timed.at > Time::ZERO);
    let all = script.chain(timeline.deeds()).filter(|timed| timed.at <= timeline.reach());
    let mut last = f64::NEG_INFINITY;
    let marks = all.map(|timed| field.left + across.fraction(timed.at) * field.width());
    let mut places: Vec<f64> = marks.collect();
    places.sort_unstable_by(f64::total_cmp);
    for x in places {
        // Those that lie on each other are one.
        if x - last >= 1.0 {
            last = x;
            paper.line("deed-line", point(x, field.top), point(x, field.bottom));
            let [tip, left, right] = [(0.0, 5.0), (-4.0, -1.0), (4.0, -1.0)].map(|(x, y)| point(x, y - 4.0));
            let at = point(x, field.top);
            let corners = [
                Segment::Move(at + left),
                Segment::Line(at + right),
                Segment::Line(at + tip),
                Segment::Close,
            ];
            paper.segments("deed", corners);
        }
    }
}

fn table(timeline: &Timeline, index: usize) -> Table {
    let network = timeline.world().network();
    let all: Vec<_> = curve(timeline.samples(), index, timeline.now()).collect();
    let thin = all.len().div_ceil(TABLE_ROWS).max(1);
    let row = |(moment, value): &(Time, Option<f64>)| {
        let value = value.map_or_else(|| "–".to_owned(), units::number);
        vec![units::clock(*moment, network.pace), value]
    };
    let title = network.readings[index].title.text().to_owned();
    Table {
        head: vec![word!("figure.moment").text().to_owned(), title],
        rows: all.iter().step_by(thin).map(row).collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sim::time::Duration;
    use crate::stage::test_scene::partition_run;

    fn at(millis: u64) -> Time {
        Time::from_micros(millis * 1_000)
    }

    #[test]
    fn every_reading_has_a_line_and_a_chart() {
        let timeline = partition_run(&["1s cut n2-n4", "1s cut n3-n7"], "4s");
        let lines = lines(&timeline);
        assert_eq!(lines.len(), timeline.world().network().readings.len());
        for line in &lines {
            let chart = chart(&timeline, line.index).unwrap();
            assert!(chart.svg.contains("class=\"reading\""), "{}", line.name);
            assert_eq!(chart.svg.matches("class=\"deed\"").count(), 1, "both cuts are at one moment");
            assert!(!chart.svg.contains("NaN") && chart.table.rows.len() <= TABLE_ROWS);
        }
        assert!(chart(&timeline, 99).is_none());
    }

    #[test]
    fn what_lies_ahead_is_faint_and_the_other_future_is_drawn_beside() {
        let mut timeline = partition_run(&[], "4s");
        let svg = |timeline: &Timeline| chart(timeline, 0).unwrap().svg;
        assert!(!svg(&timeline).contains("ahead"));
        timeline.seek(at(2_000));
        assert!(svg(&timeline).contains("class=\"reading ahead\"") && !svg(&timeline).contains("other"));
        let cut = timeline.world().network().read_command("cut n2-n4").unwrap();
        timeline.act(cut);
        assert_eq!(svg(&timeline).matches("class=\"reading other\"").count(), 1);
        assert_eq!(
            timeline.samples_of(0).map(|samples| samples.moment(samples.count() - 1)),
            Some(at(4_000))
        );
        timeline.seek(at(3_000));
        assert!(timeline.switch_branch(0));
        assert_eq!(
            svg(&timeline).matches("class=\"reading other\"").count(),
            1,
            "now the new one is the other"
        );
    }

    #[test]
    fn a_long_run_is_drawn_with_few_points() {
        let timeline = partition_run(&[], "30s");
        let pace = timeline.world().network().pace;
        assert!(timeline.samples().count() < 2_000 && pace < Duration::secs(1));
        let points = curve(timeline.samples(), 0, timeline.now()).count();
        assert!((256..=512).contains(&points), "{points}");
    }
}
