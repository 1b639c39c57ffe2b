//! Figures: what is drawn of a run beside its network, or behind it, as plain data.
//!
//! A figure is a pure function of the world, listed by the protocol that it tells of: every network that has one of the protocol's
//! roles shows its figures. It says what there is to see; where and how it is drawn is the business of [`crate::stage`]. Like
//! readings, figures decide nothing, so they may hold floating-point numbers.

use crate::words::Key;

use super::world::World;

/// Something drawn of a run.
#[derive(Debug)]
pub struct Figure {
    /// Its name in output, such as `blocking`.
    pub name: &'static str,
    /// As a heading.
    pub title: Key,
    /// What there is to see now, always of the same sort; nothing if the scenario at hand has no use for it.
    pub draw: fn(&World) -> Option<Drawing>,
}

/// What there is to see.
#[derive(Clone, PartialEq, Debug)]
pub enum Drawing {
    /// Curves and points over two axes.
    Plot(Plot),
    /// Amounts side by side.
    Bars(Bars),
    /// Places on a circle, drawn on the stage behind the nodes.
    Ring(Ring),
    /// What grows from what, such as a chain of blocks.
    Tree(Tree),
}

/// A colour by number, for things of a kind that are told apart: the same number has the same colour, and the same shape beside it, in
/// every drawing. A node that things belong to says its own in [`super::process::Look::tint`].
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Tint(pub u8);

/// Curves and points over two axes. It is scaled to what it shows, from nought.
#[derive(Clone, PartialEq, Debug)]
pub struct Plot {
    /// What is counted across, with its unit.
    pub across: Key,
    /// What is counted upwards, with its unit.
    pub up: Key,
    /// What is drawn, the most important last.
    pub series: Vec<Series>,
}

/// One curve, or points of one kind.
#[derive(Clone, PartialEq, Debug)]
pub struct Series {
    /// What the legend calls it.
    pub title: Key,
    /// How it is drawn.
    pub shape: SeriesShape,
    /// Across and up, by what is across.
    pub points: Vec<(f64, f64)>,
}

/// How a series is drawn.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum SeriesShape {
    /// A line from point to point: what theory says.
    Line,
    /// A mark for each: what was measured.
    Dots,
    /// An area that lies on the areas before it, so that its upper edge is the sum of all: how a whole is divided. All areas of a
    /// plot have points at the same places across.
    Area,
}

/// Amounts side by side.
#[derive(Clone, PartialEq, Debug)]
pub struct Bars {
    /// What is counted, with its unit.
    pub unit: Key,
    /// One each, in order.
    pub bars: Vec<Bar>,
}

/// One amount.
#[derive(Clone, PartialEq, Debug)]
pub struct Bar {
    /// Whose, such as a node's name.
    pub label: String,
    /// How much.
    pub amount: f64,
    /// Its colour.
    pub tint: Tint,
}

/// Places on a circle round the middle of the board. Places are counted clockwise from the top, 65,536 in a full turn.
#[derive(Clone, PartialEq, Debug)]
pub struct Ring {
    /// Stretches of the circle and whose they are, each up to the next one's beginning.
    pub stretches: Vec<Stretch>,
    /// What stands on it.
    pub dots: Vec<Dot>,
}

/// A stretch of a [`Ring`].
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Stretch {
    /// Where it begins.
    pub from: u16,
    /// Whose it is.
    pub tint: Tint,
}

/// Something on a [`Ring`].
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Dot {
    /// Where it stands.
    pub at: u16,
    /// What it is called.
    pub label: String,
    /// Whose it is; nobody's if nobody has it.
    pub tint: Option<Tint>,
}

/// What grows from what. Each thing but the first names one that came before it.
#[derive(Clone, PartialEq, Debug)]
pub struct Tree {
    /// Each after what it grows from.
    pub blocks: Vec<Block>,
}

/// A thing in a [`Tree`].
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Block {
    /// Which earlier one it grows from, by its index.
    pub parent: Option<usize>,
    /// What it is called, in a few characters.
    pub label: String,
    /// Who made it.
    pub tint: Tint,
    /// Who stands on it as the last, such as the names of nodes.
    pub held_by: Vec<String>,
    /// Whether it counts at last: the others are faint.
    pub stands: bool,
}
