//! The space-time diagram as plain data: a lane a node, time along it, messages as lines from lane to lane.
//!
//! A [`history::History`] is what a trace says, in the order in which it is drawn: which lane an event stands on, and the
//! [`legs`] of every message. It grows with its trace. [`causality`] says what led to an event and what it may have led to,
//! [`walk`] what keys lead to. A [`view::View`] maps moments and lanes to pixels, a [`picture::Picture`] turns what it shows
//! into paths and texts for any painter, and [`hit`] finds the event at a point.
//! [`figure`] is the picture of a whole run.

pub mod causality;
pub mod figure;
mod ground;
pub mod history;
pub mod hit;
pub mod legs;
mod marks;
pub mod picture;
pub mod scene;
mod thin;
pub mod view;
pub mod walk;

#[cfg(test)]
mod test_runs;
