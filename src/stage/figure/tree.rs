//! What grows from what, from left to right: what stands in one row, forks in rows below.

use super::chart::{Chart, Table};
use super::paper::{Anchor, Paper, TEXT, tint_class, width};
use crate::sim::figure::{Block, Tree};
use crate::stage::geometry::{Point, point};
use crate::stage::sheet::Segment;
use crate::word;

/// The height of a block and how wide it is at least.
const HEIGHT: f64 = 26.0;
/// From one column to the next beside the width of a block, and from one row to the next.
const GAP: f64 = 18.0;
const ROW: f64 = 54.0;
const MARGIN: f64 = 6.0;
/// The size of the small shape that stands beside a block's colour.
const SIGN: f64 = 2.6;

/// Where a block stands.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Spot {
    /// How many blocks it has before it.
    pub column: usize,
    /// Its row, from the top.
    pub row: usize,
}

/// Where each block stands. What stands goes on in the row of what it grows from, and what does not makes a row of its own, as near as
/// there is room.
pub fn places(tree: &Tree) -> Vec<Spot> {
    let blocks = &tree.blocks;
    let parent = |index: usize| blocks[index].parent.filter(|parent| *parent < index);
    let mut spots: Vec<Spot> = Vec::with_capacity(blocks.len());
    // How far the longest of what grows from a block reaches.
    let mut reach = vec![0; blocks.len()];
    for index in (0..blocks.len()).rev() {
        if let Some(parent) = parent(index) {
            reach[parent] = reach[parent].max(reach[index] + 1);
        }
    }
    let rank = |index: usize| (blocks[index].stands, reach[index], usize::MAX - index);
    let mut heirs: Vec<Option<usize>> = vec![None; blocks.len()];
    for index in 0..blocks.len() {
        if let Some(parent) = parent(index)
            && heirs[parent].is_none_or(|heir| rank(index) > rank(heir))
        {
            heirs[parent] = Some(index);
        }
    }
    // The columns that are taken, by row: from where to where.
    let mut taken: Vec<Vec<(usize, usize)>> = Vec::new();
    for index in 0..blocks.len() {
        let from = parent(index).map(|parent| (parent, spots[parent]));
        let column = from.map_or(0, |(_, spot)| spot.column + 1);
        let row = match from {
            Some((parent, spot)) if heirs[parent] == Some(index) => spot.row,
            _ => {
                let least = from.map_or(0, |(_, spot)| spot.row + 1);
                // Its line begins at what it grows from.
                let stretch = (column.saturating_sub(1), column + line_length(&heirs, index));
                let free = |row: &usize| {
                    taken.get(*row).is_none_or(|stretches| {
                        stretches.iter().all(|(begin, end)| stretch.1 < *begin || stretch.0 > *end)
                    })
                };
                let row = (least..).find(free).unwrap_or(least);
                taken.resize(taken.len().max(row + 1), Vec::new());
                taken[row].push(stretch);
                row
            }
        };
        spots.push(Spot { column, row });
    }
    spots
}

/// How many blocks go on in the same row after this one.
fn line_length(heirs: &[Option<usize>], mut index: usize) -> usize {
    let mut length = 0;
    while let Some(heir) = heirs[index] {
        (index, length) = (heir, length + 1);
    }
    length
}

/// A tree as a figure.
pub fn chart(tree: &Tree) -> Chart {
    let spots = places(tree);
    let block_width = tree.blocks.iter().map(|block| width(&block.label) + 12.0).fold(HEIGHT, f64::max);
    let pitch = block_width + GAP;
    let columns = spots.iter().map(|spot| spot.column + 1).max().unwrap_or(0);
    let rows = spots.iter().map(|spot| spot.row + 1).max().unwrap_or(0) as f64;
    let mut paper = Paper::of(columns as f64 * pitch + GAP + 2.0 * MARGIN, rows * ROW + MARGIN);
    let corner =
        |spot: &Spot| point(MARGIN + GAP + spot.column as f64 * pitch, MARGIN + spot.row as f64 * ROW);
    for (block, spot) in tree.blocks.iter().zip(&spots) {
        if let Some(parent) = block.parent.and_then(|parent| spots.get(parent)) {
            let from = corner(parent) + point(block_width, HEIGHT / 2.0);
            let class = if block.stands { "stem" } else { "stem faint" };
            paper.segments(class, stem(from, corner(spot) + point(0.0, HEIGHT / 2.0)));
        }
    }
    for (block, spot) in tree.blocks.iter().zip(&spots) {
        draw_block(&mut paper, block, corner(spot), block_width);
        if !block.held_by.is_empty() {
            let room = pitch * if neighbours_hold(tree, &spots, *spot) { 1.0 } else { 2.0 };
            let names = names_in(&block.held_by, room);
            let below = corner(spot) + point(0.0, HEIGHT + TEXT * 0.95);
            // At the newest end they reach back, where there is room, so that what is seen there is whole.
            let (anchor, part) = match spot.column + 1 == columns {
                true if width(&names) > block_width => (Anchor::End, 1.0),
                _ => (Anchor::Middle, 0.5),
            };
            paper.text("held", anchor, below + point(block_width * part, 0.0), &names);
        }
    }
    Chart { svg: paper.into_svg(), grows: true, table: table(tree), ..Chart::default() }
}

/// A line from block to block that leaves level and comes in level.
fn stem(from: Point, to: Point) -> [Segment; 3] {
    let middle = from.towards(to, 0.5);
    [
        Segment::Move(from),
        Segment::Curve(point(middle.x, from.y), middle),
        Segment::Curve(point(middle.x, to.y), to),
    ]
}

fn draw_block(paper: &mut Paper, block: &Block, corner: Point, block_width: f64) {
    let class = tint_class(block.tint);
    let faint = if block.stands { "" } else { " faint" };
    paper.rect(&format!("block {class}{faint}"), corner, block_width, HEIGHT, 4.0);
    let sign = corner + point(SIGN + 2.5, SIGN + 2.5);
    paper.signs(&format!("on-block{faint}"), block.tint, SIGN, std::iter::once(sign));
    let middle = corner + point(block_width / 2.0, HEIGHT / 2.0 + 1.5);
    paper.text(&format!("label{faint}"), Anchor::Middle, middle, &block.label);
}

/// Whether a block right beside this one has names under it too.
fn neighbours_hold(tree: &Tree, spots: &[Spot], of: Spot) -> bool {
    let beside = |spot: &Spot| spot.row == of.row && spot.column.abs_diff(of.column) == 1;
    tree.blocks.iter().zip(spots).any(|(block, spot)| beside(spot) && !block.held_by.is_empty())
}

/// As many names as have room, and how many there are besides.
fn names_in(names: &[String], room: f64) -> String {
    let all = names.join(" ");
    if width(&all) <= room {
        return all;
    }
    let mut shown = names.len() - 1;
    let text = |shown: usize| format!("{} +{}", names[..shown].join(" "), names.len() - shown);
    while shown > 1 && width(&text(shown)) > room {
        shown -= 1;
    }
    if shown == 0 { all } else { text(shown) }
}

fn table(tree: &Tree) -> Table {
    let head =
        [word!("figure.block"), word!("figure.grows-from"), word!("figure.made-by"), word!("figure.held-by")];
    let row = |block: &Block| {
        let parent = block.parent.and_then(|parent| tree.blocks.get(parent));
        let stands = if block.stands { "" } else { word!("figure.fallen").text() };
        vec![
            format!("{} {stands}", block.label).trim_end().to_owned(),
            parent.map_or("–".to_owned(), |parent| parent.label.clone()),
            crate::stage::tints::shape_word(block.tint).text().to_owned(),
            block.held_by.join(", "),
        ]
    };
    Table { head: head.map(|key| key.text().to_owned()).into(), rows: tree.blocks.iter().map(row).collect() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sim::figure::Tint;

    fn block(parent: Option<usize>, stands: bool) -> Block {
        Block { parent, label: "b".to_owned(), tint: Tint(0), held_by: Vec::new(), stands }
    }

    fn tree(parents: &[(Option<usize>, bool)]) -> Tree {
        Tree { blocks: parents.iter().map(|(parent, stands)| block(*parent, *stands)).collect() }
    }

    fn rows(tree: &Tree) -> Vec<usize> {
        places(tree).iter().map(|spot| spot.row).collect()
    }

    #[test]
    fn what_stands_is_one_row_and_a_fork_is_another() {
        // 0 ← 1 ← 3 stands; 2 grows from 0 and does not.
        let forked = tree(&[(None, true), (Some(0), true), (Some(0), false), (Some(1), true)]);
        assert_eq!(rows(&forked), [0, 0, 1, 0]);
        // The longest of what does not stand yet goes on in the row.
        assert_eq!(
            rows(&tree(&[(None, true), (Some(0), false), (Some(0), false), (Some(2), false)])),
            [0, 1, 0, 0]
        );
    }

    #[test]
    fn rows_are_used_again_and_no_two_blocks_stand_in_one_place() {
        let mut parents = vec![(None, true)];
        // A chain of 60 with a fork of two at every third block.
        let mut tip = 0;
        for height in 0..60 {
            parents.push((Some(tip), true));
            let next = parents.len() - 1;
            if height % 3 == 0 {
                parents.push((Some(tip), false));
                parents.push((Some(parents.len() - 1), false));
            }
            tip = next;
        }
        let spots = places(&tree(&parents));
        for (index, spot) in spots.iter().enumerate() {
            assert!(!spots[..index].contains(spot), "{index} {spot:?}");
        }
        assert!(spots.iter().all(|spot| spot.row <= 2), "rows are used again");
    }

    #[test]
    fn two_hundred_blocks_keep_their_size() {
        let parents: Vec<_> = (0..200).map(|index: usize| (index.checked_sub(1), true)).collect();
        let mut tree = tree(&parents);
        tree.blocks[199].held_by = vec!["m1".to_owned(), "m2".to_owned()];
        tree.blocks[198].held_by = ["m3", "m4", "m5", "m6"].map(str::to_owned).into();
        let chart = chart(&tree);
        assert!(chart.grows && chart.svg.matches("<path class=\"block").count() == 200);
        assert!(chart.svg.contains("viewBox=\"0 0 8830 60\""), "{}", &chart.svg[..80]);
        assert!(
            chart.svg.contains(">m1 m2<") && chart.svg.contains(">m3 +3<"),
            "names that have no room are counted"
        );
        assert_eq!(chart.table.rows.len(), 200);
    }

    #[test]
    fn a_block_that_names_one_after_it_is_a_beginning() {
        let odd = tree(&[(Some(5), true), (Some(1), true)]);
        assert_eq!(places(&odd), [Spot { column: 0, row: 0 }, Spot { column: 0, row: 1 }]);
        assert_eq!(chart(&Tree { blocks: Vec::new() }).table.rows.len(), 0);
    }
}
