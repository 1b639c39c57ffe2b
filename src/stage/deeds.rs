//! What the watcher can do to a thing on the stage, made from the catalogue of faults: what a click means, and what a menu offers.

use super::thing::Thing;
use crate::faults::{CRASH, CUT};
use crate::sim::command::{Command, Place};
use crate::sim::core::InForce;
use crate::sim::fault::{Condition, Effect, FaultKind};
use crate::sim::network::NodeId;
use crate::sim::settings::Value;
use crate::sim::world::World;

/// A kind of fault that a place can have.
#[derive(Clone, PartialEq, Debug)]
pub struct Offer {
    /// Which.
    pub kind: &'static FaultKind,
    /// Its amount there, if it is in force.
    pub in_force: Option<Value>,
}

/// What a click with the breaking tool does: a node crashes or restarts, a link is cut or mended.
pub fn click(world: &World, thing: Thing) -> Option<Command> {
    match thing {
        Thing::Node(node) => {
            let place = Place::Node(node);
            Some(match holding_down(world, node) {
                Some(kind) => Command::Heal { place, kind: Some(kind) },
                // What holds it down is elsewhere: it has no power.
                None if !world.is_running(node) => return None,
                None => Command::inject(place, &CRASH, None),
            })
        }
        Thing::Link(link) => {
            let place = Place::Link(link);
            let whole = link.directions().iter().all(|direction| world.direction(*direction).settings.up);
            Some(if whole {
                Command::inject(place, &CUT, None)
            } else {
                Command::Heal { place, kind: Some(&CUT) }
            })
        }
        Thing::Packet(_) => None,
    }
}

/// The places that a thing is: a link can be meant as a whole, or one of its directions.
pub fn places(thing: Thing) -> Vec<Place> {
    match thing {
        Thing::Node(node) => vec![Place::Node(node)],
        Thing::Link(link) => {
            let [forward, backward] = link.directions();
            vec![Place::Link(link), Place::Direction(forward), Place::Direction(backward)]
        }
        Thing::Packet(_) => Vec::new(),
    }
}

/// Every kind of fault that a place can have, and whether it has it.
pub fn offers(world: &World, place: Place) -> Vec<Offer> {
    let for_nodes = matches!(place, Place::Node(_));
    let kinds = world.network().catalogue.faults.iter().filter(|kind| kind.strikes_nodes() == for_nodes);
    kinds
        .map(|kind| {
            let mut all = in_force(world, place).into_iter().flatten();
            let found = all.find(|there| there.fault.kind == *kind);
            Offer { kind, in_force: found.map(|there| there.fault.amount.clone()) }
        })
        .collect()
}

/// The faults in force at a place: a list for a node or a direction, two for a link.
fn in_force(world: &World, place: Place) -> Vec<&[InForce]> {
    match place {
        Place::Node(node) => vec![&world.node(node).faults],
        Place::Direction(direction) => vec![&world.direction(direction).faults],
        Place::Link(link) => {
            link.directions().iter().map(|direction| &world.direction(*direction).faults[..]).collect()
        }
    }
}

/// The kind of fault that holds a node down, if one does.
fn holding_down(world: &World, node: NodeId) -> Option<&'static FaultKind> {
    let downs = |there: &&InForce| {
        let Effect::Node(effect) = there.fault.kind.effect else { return false };
        let mut condition = Condition::default();
        effect(&there.fault.amount, &mut condition);
        condition.down
    };
    world.node(node).faults.iter().rev().find(downs).map(|there| there.fault.kind)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scenarios;
    use crate::sim::network::LinkId;
    use crate::sim::timeline::Timeline;

    fn timeline() -> Timeline {
        let scenario = scenarios::find("partition").unwrap().build_with(&[]).unwrap();
        Timeline::new(scenario, scenarios::CATALOGUE).unwrap()
    }

    fn says(timeline: &Timeline, thing: Thing) -> String {
        let world = timeline.world();
        world.network().write_command(&click(world, thing).unwrap())
    }

    fn act(timeline: &mut Timeline, line: &str) {
        let command = timeline.world().network().read_line(&format!("0s {line}")).unwrap().command;
        timeline.act(command);
    }

    #[test]
    fn a_click_breaks_what_is_whole_and_mends_what_is_broken() {
        let mut timeline = timeline();
        let (node, link) = (Thing::Node(NodeId(2)), Thing::Link(LinkId(3)));
        assert_eq!(says(&timeline, node), "crash n3");
        assert_eq!(says(&timeline, link), "cut n2-n4");
        act(&mut timeline, "crash n3");
        act(&mut timeline, "cut n4>n2");
        assert_eq!(says(&timeline, node), "restart n3");
        assert_eq!(says(&timeline, link), "heal n2-n4 cut");
        let command = click(timeline.world(), link).unwrap();
        timeline.act(command);
        assert_eq!(says(&timeline, link), "cut n2-n4");
    }

    #[test]
    fn a_click_replaces_destroyed_hardware() {
        let mut timeline = timeline();
        act(&mut timeline, "destroy n3");
        let node = Thing::Node(NodeId(2));
        let command = click(timeline.world(), node).unwrap();
        timeline.act(command);
        assert_eq!(says(&timeline, node), "crash n3");
    }

    #[test]
    fn every_fault_is_offered_where_it_can_strike() {
        let mut timeline = timeline();
        act(&mut timeline, "loss n2>n4 25%");
        let at = |thing| {
            places(thing).into_iter().map(|place| offers(timeline.world(), place)).collect::<Vec<_>>()
        };
        let (node, link) = (at(Thing::Node(NodeId(0))), at(Thing::Link(LinkId(3))));
        assert_eq!(node[0].len() + link[0].len(), crate::faults::ALL.len());
        let lossy = |offers: &[Offer]| offers.iter().any(|offer| offer.in_force.is_some());
        assert_eq!(link.iter().map(|offers| lossy(offers)).collect::<Vec<_>>(), [true, true, false]);
        assert!(!lossy(&node[0]));
    }
}
