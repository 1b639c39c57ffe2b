//! Places for the nodes of a generated network: a first draft from distances to a few pivots, then forces until the picture is
//! calm.
//!
//! Only additions, multiplications and square roots take part, in a fixed order and for a fixed number of rounds, and the
//! result is rounded, so that every machine draws the same picture. Repulsion looks no farther than the neighbouring cells
//! of a grid; a round takes time in proportion to nodes and links.

use super::geometry::{Point, Rect, point};
use crate::sim::random::Rng;

/// How many nodes the draft measures distances from, at most.
const PIVOTS: usize = 24;
/// How often forces are applied.
const ROUNDS: usize = 70;
/// How often nodes that stand too close are pushed apart in the end.
const PUSHES: usize = 30;

/// Places nodes on a board so that linked ones are near each other. Nodes that are `fixed` stay where they are.
pub fn place(fixed: &[Option<Point>], links: &[(usize, usize)], board: Rect, rng: &mut Rng) -> Vec<Point> {
    let count = fixed.len();
    let mut around = vec![Vec::new(); count];
    for &(a, b) in links {
        around[a].push(b as u32);
        around[b].push(a as u32);
    }
    let mut places = draft(&around, board, rng);
    hold(&mut places, fixed);
    let ideal = (board.width() * board.height() / count.max(1) as f64).sqrt() * 0.9;
    let mut field = Field { cell: ideal * 2.0, board, cells: Vec::new(), order: Vec::new() };
    let mut forces = vec![Point::default(); count];
    for round in 0..ROUNDS {
        let left = 1.0 - round as f64 / ROUNDS as f64;
        push_apart(&mut field, &places, ideal, &mut forces);
        pull_together(links, &places, ideal, &mut forces);
        let most = ideal * 0.9 * left * left + ideal * 0.03;
        for (place, force) in places.iter_mut().zip(&mut forces) {
            let length = force.length();
            *place = *place + *force * (length.min(most) / length.max(1e-9));
            *force = Point::default();
        }
        hold(&mut places, fixed);
    }
    if fixed.iter().all(Option::is_none) {
        stretch(&mut places, board);
    }
    part(&mut field, &mut places, fixed, ideal * 0.7);
    places.iter_mut().for_each(|p| *p = point(p.x.round(), p.y.round()));
    places
}

fn hold(places: &mut [Point], fixed: &[Option<Point>]) {
    for (place, fixed) in places.iter_mut().zip(fixed) {
        if let Some(fixed) = fixed {
            *place = *fixed;
        }
    }
}

/// The two main directions of the table of distances from every node to the pivots.
fn draft(around: &[Vec<u32>], board: Rect, rng: &mut Rng) -> Vec<Point> {
    let count = around.len();
    let pivots = PIVOTS.min(count);
    let mut table = vec![0.0; count * pivots];
    let mut nearest = vec![u32::MAX; count];
    let mut pivot = 0;
    for column in 0..pivots {
        let steps = distances(around, pivot);
        for node in 0..count {
            let far = f64::from(steps[node]);
            table[node * pivots + column] = far * far;
            nearest[node] = nearest[node].min(steps[node]);
        }
        // The next pivot is the node farthest from those so far.
        pivot = (0..count).max_by_key(|node| (nearest[*node], count - node)).unwrap_or(0);
    }
    centre(&mut table, pivots);
    let first = main_direction(&table, pivots, None);
    let second = main_direction(&table, pivots, Some(&first));
    let along = |node: usize, way: &[f64]| -> f64 {
        table[node * pivots..][..pivots].iter().zip(way).map(|(cell, way)| cell * way).sum()
    };
    let mut places: Vec<Point> =
        (0..count).map(|node| point(along(node, &first), along(node, &second))).collect();
    stretch(&mut places, board);
    // Nodes at equal distances would lie on each other for ever.
    let jitter = (board.width() * board.height() / count.max(1) as f64).sqrt() * 0.3;
    for place in &mut places {
        *place = *place + point(even(rng) * jitter, even(rng) * jitter);
    }
    places
}

/// A number from -1 to 1.
fn even(rng: &mut Rng) -> f64 {
    rng.below(2_000_001) as f64 / 1e6 - 1.0
}

/// How many links lie between a node and every other; those out of reach count as farther than any in reach.
fn distances(around: &[Vec<u32>], from: usize) -> Vec<u32> {
    let mut steps = vec![u32::MAX; around.len()];
    let mut queue = std::collections::VecDeque::from([from]);
    steps[from] = 0;
    let mut farthest = 0;
    while let Some(node) = queue.pop_front() {
        farthest = steps[node];
        for &next in &around[node] {
            if steps[next as usize] == u32::MAX {
                steps[next as usize] = farthest + 1;
                queue.push_back(next as usize);
            }
        }
    }
    steps.iter_mut().filter(|step| **step == u32::MAX).for_each(|step| *step = farthest + 2);
    steps
}

/// Takes the mean of every row and column away.
fn centre(table: &mut [f64], pivots: usize) {
    let count = (table.len() / pivots.max(1)).max(1);
    for column in 0..pivots {
        let mean = table.iter().skip(column).step_by(pivots).sum::<f64>() / count as f64;
        table.iter_mut().skip(column).step_by(pivots).for_each(|cell| *cell -= mean);
    }
    for row in table.chunks_mut(pivots.max(1)) {
        let mean = row.iter().sum::<f64>() / row.len() as f64;
        row.iter_mut().for_each(|cell| *cell -= mean);
    }
}

/// The direction in which the rows differ most, by repeated multiplication; across another one if that is given.
fn main_direction(table: &[f64], pivots: usize, across: Option<&[f64]>) -> Vec<f64> {
    let mut way: Vec<f64> = (0..pivots).map(|column| 1.0 + column as f64 * 0.37 % 1.0).collect();
    for _ in 0..40 {
        if let Some(across) = across {
            let shared: f64 = way.iter().zip(across).map(|(a, b)| a * b).sum();
            way.iter_mut().zip(across).for_each(|(a, b)| *a -= shared * b);
        }
        let mut next = vec![0.0; pivots];
        for row in table.chunks(pivots.max(1)) {
            let share: f64 = row.iter().zip(&way).map(|(cell, way)| cell * way).sum();
            next.iter_mut().zip(row).for_each(|(sum, cell)| *sum += share * cell);
        }
        let length = next.iter().map(|x| x * x).sum::<f64>().sqrt().max(1e-12);
        next.iter_mut().for_each(|x| *x /= length);
        way = next;
    }
    way
}

/// Fills the board, keeping the order of the places.
fn stretch(places: &mut [Point], board: Rect) {
    let Some(bounds) = Rect::holding(places.iter().copied()) else { return };
    let scale = |length: f64, room: f64| if length > 1e-6 { room / length } else { 0.0 };
    let (sx, sy) = (scale(bounds.width(), board.width()), scale(bounds.height(), board.height()));
    let (from, to) = (bounds.centre(), board.centre());
    for p in places {
        *p = point(to.x + (p.x - from.x) * sx, to.y + (p.y - from.y) * sy);
    }
}

/// A grid over the board by which a node finds those near it.
struct Field {
    cell: f64,
    board: Rect,
    /// Where each cell's nodes begin in `order`.
    cells: Vec<u32>,
    order: Vec<u32>,
}

impl Field {
    fn columns(&self) -> usize {
        (self.board.width() / self.cell) as usize + 1
    }

    fn rows(&self) -> usize {
        (self.board.height() / self.cell) as usize + 1
    }

    /// The column and row of a point; points beyond the board belong to the cells at its edge.
    fn cell_of(&self, p: Point) -> (usize, usize) {
        let column = ((p.x - self.board.left) / self.cell).max(0.0) as usize;
        let row = ((p.y - self.board.top) / self.cell).max(0.0) as usize;
        (column.min(self.columns() - 1), row.min(self.rows() - 1))
    }

    fn fill(&mut self, places: &[Point]) {
        let columns = self.columns();
        self.cells.clear();
        self.cells.resize(columns * self.rows() + 1, 0);
        let index = |field: &Field, p: Point| {
            let (column, row) = field.cell_of(p);
            row * columns + column
        };
        for p in places {
            let at = index(self, *p);
            self.cells[at] += 1;
        }
        let mut end = 0;
        for start in &mut self.cells {
            end += *start;
            *start = end;
        }
        self.order.clear();
        self.order.resize(places.len(), 0);
        for (node, p) in places.iter().enumerate().rev() {
            let at = index(self, *p);
            self.cells[at] -= 1;
            self.order[self.cells[at] as usize] = node as u32;
        }
    }

    /// Calls for every pair of nodes in the same or neighbouring cells, each pair once.
    fn pairs(&self, mut each: impl FnMut(usize, usize)) {
        let (columns, rows) = (self.columns(), self.rows());
        let members = |column: usize, row: usize| {
            let cell = row * columns + column;
            &self.order[self.cells[cell] as usize..self.cells[cell + 1] as usize]
        };
        for row in 0..rows {
            for column in 0..columns {
                let mine = members(column, row);
                for (at, a) in mine.iter().enumerate() {
                    mine[at + 1..].iter().for_each(|b| each(*a as usize, *b as usize));
                    for (right, down) in [(1isize, 0), (-1, 1), (0, 1), (1, 1)] {
                        let (c, r) = (column as isize + right, row + down);
                        if c >= 0 && (c as usize) < columns && r < rows {
                            members(c as usize, r).iter().for_each(|b| each(*a as usize, *b as usize));
                        }
                    }
                }
            }
        }
    }
}

fn push_apart(field: &mut Field, places: &[Point], ideal: f64, forces: &mut [Point]) {
    field.fill(places);
    let reach = field.cell * field.cell;
    field.pairs(|a, b| {
        let way = places[a] - places[b];
        let square = way.dot(way);
        if square < reach {
            let push = way * (ideal * ideal / square.max(1e-3));
            forces[a] = forces[a] + push;
            forces[b] = forces[b] - push;
        }
    });
}

fn pull_together(links: &[(usize, usize)], places: &[Point], ideal: f64, forces: &mut [Point]) {
    for &(a, b) in links {
        let way = places[b] - places[a];
        let pull = way * (way.length() / ideal * 0.5);
        forces[a] = forces[a] + pull;
        forces[b] = forces[b] - pull;
    }
}

/// Pushes nodes apart that stand closer than this.
fn part(field: &mut Field, places: &mut [Point], fixed: &[Option<Point>], least: f64) {
    field.cell = least;
    for _ in 0..PUSHES {
        field.fill(places);
        let mut pushes = vec![Point::default(); places.len()];
        let mut close = false;
        field.pairs(|a, b| {
            let way = places[a] - places[b];
            let length = way.length();
            if length < least {
                // Two on the same spot part along a way of their own.
                let way = if length > 1e-6 { way } else { point(1.0 + a as f64, 1.0 + b as f64) };
                let push = way.unit() * ((least - length) * 0.5);
                pushes[a] = pushes[a] + push;
                pushes[b] = pushes[b] - push;
                close = true;
            }
        });
        if !close {
            return;
        }
        places.iter_mut().zip(&pushes).for_each(|(place, push)| *place = *place + *push);
        hold(places, fixed);
    }
}
