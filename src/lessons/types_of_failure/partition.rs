//! Network partitions: goals, moments and recorded solutions of the steps that run them.

use crate::protocols::register::Member;
use crate::sim::network::NodeId;
use crate::sim::world::World;
use crate::sorted::{Map, Set};

use super::super::goals::{Goal, Solution};

/// Goals and moments, in the order of the steps.
pub const GOALS: &[Goal] = &[
    Goal { name: "routed-around", reached: routed_around },
    Goal { name: "two-islands", reached: two_islands },
    Goal { name: "wrong-suspicion", reached: wrong_suspicion },
    Goal { name: "right-and-wrong", reached: right_and_wrong },
    Goal { name: "islands-disagree", reached: islands_disagree },
    Goal { name: "one-write-lost", reached: one_write_lost },
    Goal { name: "refused", reached: refused },
    Goal { name: "minority-refuses", reached: minority_refuses },
    Goal { name: "one-sided-suspicion", reached: one_sided_suspicion },
    Goal { name: "no-majority", reached: no_majority },
];

/// A solution of each step that has a goal.
pub const SOLUTIONS: &[Solution] = &[
    Solution { step: "5/one-cut", commands: &["2s cut n2-n4"], until: "3s" },
    Solution { step: "5/two-islands", commands: &["2s cut n2-n4", "3s cut n3-n7"], until: "4s" },
    Solution { step: "5/suspicion", commands: &["5s crash n5"], until: "6s" },
    Solution {
        step: "5/both-answer",
        commands: &[
            r#"1s request n1 "write x=4""#,
            r#"2s request n6 "write x=7""#,
            r#"4s request n2 "read x""#,
            r#"4s request n5 "read x""#,
        ],
        until: "5s",
    },
    Solution { step: "5/heal", commands: &["5s heal n2-n4"], until: "8s" },
    Solution {
        step: "5/majority",
        commands: &[
            r#"1s request n1 "write x=4""#,
            r#"2s request n6 "write x=7""#,
            r#"4s request n2 "read x""#,
            r#"4s request n5 "read x""#,
        ],
        until: "8s",
    },
    Solution { step: "5/one-way", commands: &["3s cut n3>n7"], until: "8s" },
    // {n1, n2, n3}, {n4, n5, n6} and n7 by itself.
    Solution {
        step: "5/no-majority",
        commands: &[
            "1s cut n2-n4",
            "1s cut n3-n7",
            "1s cut n5-n7",
            "1s cut n6-n7",
            r#"2s request n1 "write x=4""#,
            r#"2s request n4 "write x=5""#,
            r#"2s request n7 "write x=7""#,
        ],
        until: "6s",
    },
];

/// A link is cut, and still every member can reach every other.
fn routed_around(world: &World) -> bool {
    let network = world.network();
    let is_up = |direction| world.direction(direction).settings.up;
    let some_link_is_cut = network.link_ids().any(|link| !link.directions().into_iter().any(is_up));
    some_link_is_cut && all_run(world) && world.island_count() == 1
}

/// All members run, on two islands of two or more.
fn two_islands(world: &World) -> bool {
    let islands = islands(world);
    all_run(world) && islands.len() == 2 && islands.values().all(|members| members.len() >= 2)
}

/// A member suspects another that runs.
fn wrong_suspicion(world: &World) -> bool {
    world
        .processes::<Member>()
        .any(|(_, member)| member.suspects().iter().any(|node| world.is_running(*node)))
}

/// A member suspects one that runs and one that does not.
fn right_and_wrong(world: &World) -> bool {
    world.processes::<Member>().any(|(_, member)| {
        let mut suspects = member.suspects().iter().map(|node| world.is_running(*node)).peekable();
        suspects.peek().copied().is_some_and(|first| suspects.any(|other| other != first))
    })
}

/// Members on different islands hold different values.
fn islands_disagree(world: &World) -> bool {
    let mut values_of: Map<u16, Set<&str>> = Map::new();
    for (node, member) in world.processes::<Member>() {
        if let (Some(island), Some(value)) = (world.islands()[node.index()], member.value()) {
            values_of.get_or_insert_with(island, Set::new).insert(value);
        }
    }
    let all: Set<&str> = values_of.values().flat_map(Set::iter).copied().collect();
    values_of.len() >= 2 && all.len() >= 2
}

/// All members can reach each other and hold the same write, and somebody saw a write discarded for it.
fn one_write_lost(world: &World) -> bool {
    let versions: Set<_> = world.processes::<Member>().map(|(_, member)| member.version()).collect();
    let discarded = world.processes::<Member>().any(|(_, member)| member.discarded() > 0);
    all_run(world) && world.island_count() == 1 && versions.len() == 1 && discarded
}

/// A member has refused a request.
fn refused(world: &World) -> bool {
    world.processes::<Member>().any(|(_, member)| member.refused() > 0)
}

/// All members ask the majority; one has refused a request, and one on another island has accepted a write.
fn minority_refuses(world: &World) -> bool {
    let island = |node: NodeId| world.islands()[node.index()];
    let with = |has: fn(&Member) -> bool| -> Set<Option<u16>> {
        world.processes::<Member>().filter(|(_, member)| has(member)).map(|(node, _)| island(node)).collect()
    };
    let refusing = with(|member| member.refused() > 0);
    let accepting = with(|member| member.accepted() > 0);
    let all_consistent = world.processes::<Member>().all(|(_, member)| member.is_consistent());
    all_consistent && accepting.iter().any(|island| refusing.iter().any(|other| other != island))
}

/// A member suspects one that hears it and does not suspect it: messages still reach that one, but none come back.
fn one_sided_suspicion(world: &World) -> bool {
    world.processes::<Member>().any(|(suspecting, member)| {
        member.suspects().iter().any(|suspected| {
            let trusting = world
                .process::<Member>(*suspected)
                .is_some_and(|other| !other.suspects().contains(&suspecting));
            trusting && reaches(world, suspecting, *suspected) && !reaches(world, *suspected, suspecting)
        })
    })
}

/// All members run and ask the majority, no island holds one, and somebody was refused.
fn no_majority(world: &World) -> bool {
    let members = world.network().nodes_with_role("member").len();
    let nobody_has_it = islands(world).values().all(|island| island.len() <= members / 2);
    let all_consistent = world.processes::<Member>().all(|(_, member)| member.is_consistent());
    all_run(world) && nobody_has_it && all_consistent && refused(world)
}

fn all_run(world: &World) -> bool {
    world.network().nodes_with_role("member").iter().all(|member| world.is_running(*member))
}

fn islands(world: &World) -> Map<u16, Vec<NodeId>> {
    let mut islands: Map<u16, Vec<NodeId>> = Map::new();
    for (node, _) in world.processes::<Member>() {
        if let Some(island) = world.islands()[node.index()] {
            islands.get_or_insert_with(island, Vec::new).push(node);
        }
    }
    islands
}

/// Whether messages find a way from one node to another over links that are whole in that direction and nodes that run.
fn reaches(world: &World, from: NodeId, to: NodeId) -> bool {
    let mut found = Set::from_iter([from]);
    let mut next = vec![from];
    while let Some(node) = next.pop() {
        for (neighbour, direction) in world.network().around(node) {
            let passable = world.direction(*direction).settings.up && world.is_running(*neighbour);
            if passable && found.insert(*neighbour) {
                next.push(*neighbour);
            }
        }
    }
    found.contains(&to)
}
