//! The picture as plain data: layout, shapes, hit test, and words for the ear. It knows no browser, so native tests reach it.
//!
//! A [`picture::Picture`] is a function of a [`scene::Scene`]: the network, a snapshot, the [`layout::Layout`] of its nodes, the
//! [`view::View`] of the pane and what the watcher points at. What comes out are paths and texts by [`style::Style`] on
//! [`sheet::Sheet`]s, which any painter can put on any canvas.
//!
//! Read in this order: [`thing`], [`geometry`], [`layout`], [`forces`], [`view`], [`sheet`], [`style`], [`scene`], [`picture`], then
//! [`hit`], [`keys`], [`deeds`] and [`words`]. The rest is what
//! panels show as plain data: [`log`], [`announce`], [`ticks`], [`marks`], [`follow`], [`units`].

pub mod announce;
pub mod deeds;
pub mod diagram;
pub mod follow;
pub mod forces;
pub mod geometry;
pub mod hit;
pub mod icons;
mod islands;
pub mod keys;
mod labels;
pub mod layout;
mod links;
pub mod log;
pub mod marks;
mod nodes;
mod packets;
pub mod picture;
pub mod scene;
pub mod sheet;
pub mod style;
pub mod thing;
pub mod ticks;
pub mod units;
pub mod view;
pub mod words;

#[cfg(test)]
mod test_scene;

pub use thing::Thing;
