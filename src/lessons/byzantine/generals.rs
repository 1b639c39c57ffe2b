//! The Byzantine generals: goals and recorded solutions of the steps that run them.

use crate::protocols::generals::{Assembly, General, assembly, lies_heard, loyal_disagree};
use crate::sim::property::Standing;
use crate::sim::world::World;

use super::super::goals::{Goal, Solution};

/// Goals, in the order of the steps.
pub const GOALS: &[Goal] = &[
    Goal { name: "generals-disagree", reached: loyal_disagree },
    Goal { name: "lie-in-vain", reached: lie_in_vain },
    Goal { name: "forgery-in-vain", reached: forgery_in_vain },
    Goal { name: "two-in-vain", reached: two_in_vain },
];

/// A solution of each step that has a goal.
pub const SOLUTIONS: &[Solution] = &[
    Solution {
        step: "6/traitor",
        commands: &["0s byzantine g2", r#"0s request g2 "tell g3 retreat""#],
        until: "4s",
    },
    Solution {
        step: "6/four",
        commands: &["0s byzantine g2", r#"0s request g2 "tell g3 retreat""#],
        until: "4s",
    },
    Solution {
        step: "6/signed",
        commands: &["0s byzantine g2", r#"0s request g2 "tell g3 retreat""#],
        until: "4s",
    },
    // The commander halves the lieutenants, and g2 tips the scales for g4 alone.
    Solution {
        step: "6/seven",
        commands: &[
            "0s byzantine g1",
            "0s byzantine g2",
            r#"0s request g1 "tell all attack""#,
            r#"0s request g1 "tell g6 retreat""#,
            r#"0s request g1 "tell g7 retreat""#,
            r#"0s request g2 "tell all attack""#,
            r#"0s request g2 "tell g4 retreat""#,
            "4s set g1 ready-for 2",
            "4s set g2 ready-for 2",
            "4s set g3 ready-for 2",
            "4s set g4 ready-for 2",
            "4s set g5 ready-for 2",
            "4s set g6 ready-for 2",
            "4s set g7 ready-for 2",
        ],
        until: "12s",
    },
];

/// One traitor lied to a loyal general among four, and yet the loyal ones all decided alike.
fn lie_in_vain(world: &World) -> bool {
    let assembly = assembly(world);
    let lone = assembly.generals == 4 && assembly.loyal.len() == 3;
    lone && agreed(world, &assembly) && lies_heard(world) > 0
}

/// A loyal general refused an order that was not sealed by all whom it named, and yet the loyal ones all decided alike.
fn forgery_in_vain(world: &World) -> bool {
    let assembly = assembly(world);
    let refused =
        |(node, _): &(_, _)| world.process::<General>(*node).is_some_and(|general| general.refused() > 0);
    let sealed = assembly.loyal.iter().all(|(_, council)| council.signed);
    sealed && agreed(world, &assembly) && assembly.loyal.iter().any(refused)
}

/// Two traitors among seven lied to OM(2), and yet the loyal generals all decided alike, who had not done so before.
fn two_in_vain(world: &World) -> bool {
    let assembly = assembly(world);
    let two = assembly.generals == 7 && assembly.loyal.len() == 5;
    let ready = assembly.loyal.iter().all(|(_, council)| council.depth == 2 && !council.signed);
    two && ready && agreed(world, &assembly) && disagreed_before(world) && lies_heard(world) > 0
}

/// Whether the council is over, and all loyal generals decided alike.
fn agreed(world: &World, assembly: &Assembly) -> bool {
    assembly.is_over() && !loyal_disagree(world)
}

fn disagreed_before(world: &World) -> bool {
    let properties = world.network().properties.iter();
    let mut standings = properties.zip(world.standings());
    standings.any(|(property, standing)| {
        property.name == "loyal-generals-disagree" && matches!(standing, Standing::Reached { .. })
    })
}
