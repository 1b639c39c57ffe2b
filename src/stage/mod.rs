//! The picture as plain data: layout, shapes, hit test, and words for the ear. It knows no browser, so native tests reach it.
//!
//! A [`picture::Picture`] is a function of a [`scene::Scene`]: the network, a snapshot, the [`layout::Layout`] of its nodes, the
//! [`view::View`] of the pane and what the watcher points at. What comes out are paths and texts by [`style::Style`] on
//! [`sheet::Sheet`]s, which any painter can put on any canvas.
//!
//! Read in this order: [`thing`], [`geometry`], [`layout`], [`forces`], [`view`], [`sheet`], [`style`], [`scene`], [`picture`], [`svg`], then
//! [`hit`], [`keys`], [`deeds`] and [`words`]. The rest is what
//! panels show as plain data: [`log`], [`announce`], [`ticks`], [`marks`], [`follow`], [`units`], [`next`],
//! [`breakpoints`], [`moments`], [`mod@figure`].

pub mod announce;
pub mod breakpoints;
pub mod deeds;
pub mod diagram;
pub mod figure;
pub mod follow;
pub mod forces;
pub mod futures;
mod gauges;
pub mod geometry;
pub mod hit;
pub mod icons;
mod islands;
pub mod jumps;
pub mod keys;
mod labels;
pub mod layout;
mod links;
pub mod log;
pub mod marks;
pub mod moments;
pub mod next;
mod nodes;
mod packets;
pub mod picture;
mod ring;
pub mod scene;
pub mod sheet;
#[cfg(not(target_arch = "wasm32"))]
pub mod still;
pub mod style;
pub mod svg;
pub mod thing;
pub mod ticks;
pub mod tints;
pub mod units;
pub mod view;
pub mod words;

#[cfg(test)]
mod test_scene;

pub use thing::Thing;
