//! Routing: goals and recorded solutions of the steps that run it.

use crate::protocols::routing::{HOST, Host, ROUTER, Router, believed, wrong_routes};
use crate::sim::network::{LinkId, NodeId};
use crate::sim::world::World;

use super::super::goals::{Goal, Solution};

/// Goals, in the order of the steps.
pub const GOALS: &[Goal] = &[
    Goal { name: "rerouted", reached: rerouted },
    Goal { name: "counted-to-infinity", reached: counted_to_infinity },
    Goal { name: "forgotten-at-once", reached: forgotten_at_once },
    Goal { name: "liar-cut-off", reached: liar_cut_off },
];

/// A solution of each step that has a goal.
pub const SOLUTIONS: &[Solution] = &[];

fn rerouted(_: &World) -> bool {
    false
}
fn counted_to_infinity(_: &World) -> bool {
    false
}
fn forgotten_at_once(_: &World) -> bool {
    false
}
fn liar_cut_off(_: &World) -> bool {
    false
}
