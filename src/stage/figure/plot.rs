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
    let up = Scale::holding(points().map(|(_, up)| *up), STEPS_AT_MOST);
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
    for (index, series) in plot.series.iter().enumerate() {
        let tint = Tint(index as u8);
        let class = tint_class(tint);
        match series.shape {
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
    fn a_plot_of_nothing_has_axes_and_no_numbers_that_are_none() {
        for empty in [chart(&plot(&[])), chart(&plot(&[&[], &[]])), chart(&plot(&[&[(f64::NAN, 1.0)]]))] {
            assert!(empty.svg.contains("class=\"axis\"") && !empty.svg.contains("NaN"), "{}", empty.svg);
        }
        assert_eq!(chart(&plot(&[])).legend_html(), "");
    }
}
