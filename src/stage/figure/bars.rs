//! Amounts side by side, as bars that lie.

use super::chart::{Chart, Table};
use super::paper::{Anchor, Paper, TEXT, tint_class, width};
use super::plot::SIZE;
use crate::sim::figure::Bars;
use crate::stage::geometry::point;
use crate::stage::units;
use crate::word;

/// From one bar to the next, and how thick they are.
const PITCH: f64 = 21.0;
const THICKNESS: f64 = 13.0;
/// How much of the width labels and amounts take at most.
const LABELS_AT_MOST: f64 = 0.42;

/// Bars as a figure.
pub fn chart(bars: &Bars) -> Chart {
    let widest =
        |texts: &mut dyn Iterator<Item = f64>| texts.fold(0.0, f64::max).min(SIZE.x * LABELS_AT_MOST);
    let amounts: Vec<String> = bars.bars.iter().map(|bar| units::number(bar.amount)).collect();
    let left = widest(&mut bars.bars.iter().map(|bar| width(&bar.label))) + 8.0;
    let room = SIZE.x - left - widest(&mut amounts.iter().map(|amount| width(amount))) - 10.0;
    let most = bars.bars.iter().map(|bar| bar.amount).filter(|amount| amount.is_finite()).fold(0.0, f64::max);
    let top = TEXT * 1.6;
    let mut paper = Paper::of(SIZE.x, top + PITCH * bars.bars.len() as f64 + 2.0);
    paper.text("title", Anchor::Start, point(0.0, TEXT * 0.7), bars.unit.text());
    for (index, (bar, amount)) in bars.bars.iter().zip(&amounts).enumerate() {
        let y = top + PITCH * (index as f64 + 0.5);
        paper.text("tick", Anchor::End, point(left - 6.0, y), &bar.label);
        let part = if most > 0.0 && bar.amount.is_finite() { (bar.amount / most).max(0.0) } else { 0.0 };
        // What is nought is seen to be there.
        let length = (part * room).max(1.5);
        let class = format!("sign {}", tint_class(bar.tint));
        paper.rect(&class, point(left, y - THICKNESS / 2.0), length, THICKNESS, 2.5);
        paper.text("amount", Anchor::Start, point(left + length + 5.0, y), amount);
    }
    let rows = bars.bars.iter().zip(&amounts).map(|(bar, amount)| vec![bar.label.clone(), amount.clone()]);
    let table = Table {
        head: vec![word!("figure.thing").text().to_owned(), bars.unit.text().to_owned()],
        rows: rows.collect(),
    };
    Chart { svg: paper.into_svg(), table, ..Chart::default() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sim::figure::{Bar, Tint};

    #[test]
    fn bars_are_as_long_as_their_amounts_and_stay_within_the_drawing() {
        let bar = |(label, amount): (&str, f64)| Bar { label: label.to_owned(), amount, tint: Tint(1) };
        let bars = [("n1", 4.0), ("a name that is longer than others", 2.0), ("n3", 0.0), ("<", f64::NAN)];
        let chart = chart(&Bars { unit: word!("inspect.size"), bars: bars.map(bar).into() });
        assert_eq!(chart.svg.matches("class=\"sign tint-2\"").count(), 4);
        assert_eq!(chart.table.rows[1][1], "2");
        let lengths: Vec<f64> = chart.svg.split("class=\"sign").skip(1).map(length).collect();
        assert!((lengths[0] - 2.0 * lengths[1]).abs() < 1e-6 && lengths[2] < 2.0, "{lengths:?}");
        assert!(!chart.svg.contains("NaN") && chart.svg.contains("&lt;"));
    }

    /// The length of a bar by its path: the first line across, and the corners at both its ends.
    fn length(path: &str) -> f64 {
        let (_, line) = path.split_once('h').unwrap();
        let end = line.find(|c: char| c.is_alphabetic()).unwrap();
        line[..end].parse::<f64>().unwrap() + 2.0 * 2.5f64.min(if line.starts_with('0') { 0.75 } else { 2.5 })
    }
}
