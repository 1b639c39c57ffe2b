//! Curves and points over two axes.

use super::chart::{Chart, Legend, Table};
use super::paper::{Anchor, Paper, TEXT, tint_class, width};
use super::scale::Scale;
use crate::sim::figure::{Plot, SeriesShape, Tint};
use crate::stage::geometry::{Point, Rect, point};
use crate::stage::units;

/// The size of a drawing with axes.
pub const SIZE: Point = point(268.0, 176.0);
/// How many steps an axis has, at most.
const STEPS_AT_MOST: u32 = 4;
/// The radius of a point's sign.
const SIGN: f64 = 3.6;

/// A plot as a figure.
pub fn chart(plot: &Plot) -> Chart {
    let points = || plot.series.iter().flat_map(|series| &series.points);
    let across = Scale::holding(points().map(|(across, _)| *across), STEPS_AT_MOST);
    let layers = stacked(plot);
    let heights = layers.iter().flat_map(|layer| layer.points.iter().map(|(_, _, upper)| *upper));
    let up = Scale::holding(points().map(|(_, up)| *up).chain(heights), STEPS_AT_MOST);
    let mut paper = Paper::of(SIZE.x, SIZE.y);
    let field = field(&up);
    upward_axis(&mut paper, &field, &up, plot.up.text());
    for tick in across.ticks() {
        let x = field.left + across.fraction(tick) * field.width();
        paper.line("axis", point(x, field.bottom), point(x, field.bottom + 4.0));
        paper.text("tick", end_anchor(x, &field), point(x, field.bottom + 12.0), &across.label(tick));
    }
    across_title(&mut paper, &field, plot.across.text());
    let place = |(x, y): &(f64, f64)| {
        let at = point(
            field.left + across.fraction(*x) * field.width(),
            field.bottom - up.fraction(*y) * field.height(),
        );
        (x.is_finite() && y.is_finite()).then_some(at)
    };
    for Layer { tint, points } in &layers {
        let lower = points.iter().map(|(x, lower, _)| (*x, *lower));
        let upper = points.iter().rev().map(|(x, _, upper)| (*x, *upper));
        let edge = lower.chain(upper).map(|point| place(&point));
        paper.curve(&format!("area {}", tint_class(*tint)), edge);
    }
    for (index, series) in plot.series.iter().enumerate() {
        let tint = Tint(index as u8);
        let class = tint_class(tint);
        match series.shape {
            // Areas lie below whatever else there is.
            SeriesShape::Area => {}
            SeriesShape::Line => paper.curve(&format!("line {class}"), series.points.iter().map(place)),
            SeriesShape::Dots => {
                paper.signs(&format!("sign {class}"), tint, SIGN, series.points.iter().filter_map(place));
            }
        }
    }
    let legend = plot.series.iter().enumerate().map(|(index, series)| Legend {
        tint: Tint(index as u8),
        is_line: series.shape == SeriesShape::Line,
        title: series.title.text().to_owned(),
    });
    Chart { svg: paper.into_svg(), grows: false, legend: legend.collect(), table: table(plot) }
}

/// An area, and what it lies on.
struct Layer {
    tint: Tint,
    /// Across, and its lower and upper edges there.
    points: Vec<(f64, f64, f64)>,
}

/// The areas of a plot, each on top of those before it.
fn stacked(plot: &Plot) -> Vec<Layer> {
    let mut layers: Vec<Layer> = Vec::new();
    for (index, series) in plot.series.iter().enumerate() {
        if series.shape != SeriesShape::Area {
            continue;
        }
        let below = layers.last();
        let lower = |at: usize| below.and_then(|layer| layer.points.get(at)).map_or(0.0, |point| point.2);
        let points = series.points.iter().enumerate();
        let points = points.map(|(at, (x, up))| (*x, lower(at), lower(at) + up)).collect();
        layers.push(Layer { tint: Tint(index as u8), points });
    }
    layers
}

/// One row for each place across that any series has a point at.
fn table(plot: &Plot) -> Table {
    let mut head = vec![plot.across.text().to_owned()];
    head.extend(plot.series.iter().map(|series| format!("{} ({})", series.title.text(), plot.up.text())));
    let mut all: Vec<f64> =
        plot.series.iter().flat_map(|series| series.points.iter().map(|(x, _)| *x)).collect();
    all.sort_unstable_by(f64::total_cmp);
    all.dedup();
    let row = |x: &f64| {
        let cells = plot.series.iter().map(|series| {
            let ups = series.points.iter().filter(|(at, _)| at == x).map(|(_, up)| units::number(*up));
            let ups: Vec<_> = ups.collect();
            if ups.is_empty() { "–".to_owned() } else { ups.join(", ") }
        });
        std::iter::once(units::number(*x)).chain(cells).collect()
    };
    Table { head, rows: all.iter().map(row).collect() }
}

/// Where the curves are drawn, so that what is written at the axes has room.
pub fn field(up: &Scale) -> Rect {
    let widest = up.ticks().map(|tick| width(&up.label(tick))).fold(0.0, f64::max);
    Rect { left: widest + 9.0, top: TEXT * 1.9, right: SIZE.x - 6.0, bottom: SIZE.y - TEXT * 2.9 }
}

/// The axis on the left with lines across the field, and above it what is counted.
pub fn upward_axis(paper: &mut Paper, field: &Rect, up: &Scale, title: &str) {
    if !title.is_empty() {
        paper.text("title", Anchor::Start, point(0.0, TEXT * 0.7), title);
    }
    for tick in up.ticks() {
        let y = field.bottom - up.fraction(tick) * field.height();
        let class = if tick == 0.0 { "axis" } else { "grid" };
        paper.line(class, point(field.left, y), point(field.right, y));
        paper.text("tick", Anchor::End, point(field.left - 5.0, y), &up.label(tick));
    }
}

/// What is counted across, below the axis.
pub fn across_title(paper: &mut Paper, field: &Rect, title: &str) {
    paper.text("title", Anchor::End, point(field.right, field.bottom + TEXT * 2.2), title);
}

/// How what is written at an axis below the field is set, so that it stays within the drawing.
pub fn end_anchor(x: f64, field: &Rect) -> Anchor {
    if x > field.right - 12.0 { Anchor::End } else { Anchor::Middle }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sim::figure::Series;
    use crate::word;

    fn plot(points: &[&[(f64, f64)]]) -> Plot {
        let shapes = [SeriesShape::Line, SeriesShape::Dots];
        let series = points.iter().zip(shapes).map(|(points, shape)| Series {
            title: word!("inspect.lost"),
            shape,
            points: points.to_vec(),
        });
        Plot { across: word!("inspect.size"), up: word!("inspect.lost"), series: series.collect() }
    }

    #[test]
    fn every_point_is_drawn_and_told() {
        let chart = chart(&plot(&[&[(0.0, 0.0), (5.0, 50.0)], &[(2.0, 20.0), (5.0, 48.5), (5.0, 51.0)]]));
        assert_eq!(chart.svg.matches("<path class=\"line tint-1\"").count(), 1);
        assert_eq!(chart.legend.len(), 2);
        assert_eq!(
            chart.table.rows,
            [["0", "0", "–"], ["2", "–", "20"], ["5", "50", "48.5, 51"]]
                .map(|row| row.map(str::to_owned).to_vec())
        );
        assert!(chart.legend_html().contains("<ul"));
    }

    #[test]
    fn areas_lie_on_each_other_and_a_line_of_their_sum_on_top() {
        let mut stack = plot(&[&[(1.0, 2.0), (2.0, 4.0)], &[(1.0, 3.0), (2.0, 6.0)]]);
        stack.series.iter_mut().for_each(|series| series.shape = SeriesShape::Area);
        let sum = Series {
            shape: SeriesShape::Line,
            points: vec![(1.0, 5.0), (2.0, 10.0)],
            ..stack.series[0].clone()
        };
        stack.series.push(sum);
        let edges: Vec<_> = stacked(&stack).into_iter().map(|layer| layer.points).collect();
        assert_eq!(edges, [[(1.0, 0.0, 2.0), (2.0, 0.0, 4.0)], [(1.0, 2.0, 5.0), (2.0, 4.0, 10.0)]]);
        let chart = chart(&stack);
        let path = |class: &str| {
            let (_, path) = chart.svg.split_once(&format!("class=\"{class}\" d=\"")).unwrap();
            path.split('"').next().unwrap().to_owned()
        };
        // Two points below and two above; the line runs along the upper edge, drawn after it.
        assert_eq!(path("area tint-2").matches(['M', 'L']).count(), 4);
        let there: Vec<_> = path("line tint-3").split(['M', 'L']).map(str::to_owned).collect();
        assert!(there[1..].iter().all(|point| path("area tint-2").contains(point)), "{there:?}");
        assert!(chart.svg.find("area tint-2") < chart.svg.find("line tint-3"));
        assert_eq!(chart.table.rows[1], ["2", "4", "6", "10"], "numbers are those of each, not sums");
        assert_eq!(chart.legend.len(), 3);
    }

    #[test]
    fn a_plot_of_nothing_has_axes_and_no_numbers_that_are_none() {
        for empty in [chart(&plot(&[])), chart(&plot(&[&[], &[]])), chart(&plot(&[&[(f64::NAN, 1.0)]]))] {
            assert!(empty.svg.contains("class=\"axis\"") && !empty.svg.contains("NaN"), "{}", empty.svg);
        }
        assert_eq!(chart(&plot(&[])).legend_html(), "");
    }
}
