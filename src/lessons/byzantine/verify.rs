//! Verifying with allies: goals and recorded solutions of the steps that run it.

use crate::protocols::verify::{ALLY, Ally, Master, Vote};
use crate::sim::world::World;

use super::super::goals::{Goal, Solution};

/// Goals, in the order of the steps.
pub const GOALS: &[Goal] = &[
    Goal { name: "hacked-outvoted", reached: hacked_outvoted },
    Goal { name: "hacked-outvote", reached: hacked_outvote },
    Goal { name: "names-outvote", reached: names_outvote },
    Goal { name: "names-signed", reached: names_signed },
    Goal { name: "cheapest-vote", reached: cheapest_vote },
];

/// A solution of each step that has a goal.
pub const SOLUTIONS: &[Solution] = &[
    Solution {
        step: "6/allies",
        commands: &["1s byzantine a1 collude", "5s byzantine a2 collude", "5s byzantine a3 collude"],
        until: "10s",
    },
    Solution {
        step: "6/sybil",
        commands: &[r#"2s request a1 "forge 20""#, "12s set m1 membership signed"],
        until: "25s",
    },
    Solution { step: "6/how-many", commands: &["3s set m1 replication 5"], until: "30s" },
];

/// How many results in a row show that something holds.
const IN_A_ROW: usize = 5;
/// The same where only luck could have helped.
const MANY_IN_A_ROW: usize = 10;

fn master(world: &World) -> Option<&Master> {
    world.processes::<Master>().next().map(|(_, master)| master)
}

fn hacked(world: &World) -> usize {
    world.network().nodes_with_role(ALLY).iter().filter(|node| !world.is_honest(**node)).count()
}

/// In a vote that came out right somebody lied.
fn hacked_outvoted(world: &World) -> bool {
    last(world).is_some_and(|vote| {
        let told_a_lie =
            vote.voters.iter().any(|voter| voter.told.is_some_and(|told| Some(told) != vote.majority()));
        hacked(world) > 0 && vote.is_right() == Some(true) && told_a_lie
    })
}

/// A wrong result was accepted, and every name is an ally of its own.
fn hacked_outvote(world: &World) -> bool {
    let nobody_forges = world.processes::<Ally>().all(|(_, ally)| ally.names() == 1);
    nobody_forges && last(world).and_then(Vote::is_right) == Some(false)
}

/// A wrong result was accepted, and fewer than half of the allies are hacked.
fn names_outvote(world: &World) -> bool {
    let allies = world.network().nodes_with_role(ALLY).len();
    hacked(world) * 2 < allies && last(world).and_then(Vote::is_right) == Some(false)
}

/// Wrong results were accepted; now only signed names are asked, others are still there, and what is accepted is right again.
fn names_signed(world: &World) -> bool {
    let is_good = |vote: &Vote| vote.is_signed && vote.is_right() == Some(true);
    master(world).is_some_and(|master| {
        let (wrong, forged) = (master.book().wrong, master.names() - master.signed_names());
        wrong > 0 && forged > 0 && hacked(world) > 0 && in_a_row(master, IN_A_ROW, is_good)
    })
}

/// As many as two hacked allies cannot outvote are asked, and no more, and what is accepted is right.
fn cheapest_vote(world: &World) -> bool {
    let needed = 2 * hacked(world) + 1;
    let is_good = |vote: &Vote| vote.voters.len() == needed && vote.is_right() == Some(true);
    hacked(world) >= 2 && master(world).is_some_and(|master| in_a_row(master, MANY_IN_A_ROW, is_good))
}

fn last(world: &World) -> Option<&Vote> {
    master(world)?.decided().last()
}

/// Whether the last so many votes were all so.
fn in_a_row(master: &Master, count: usize, is_so: impl Fn(&Vote) -> bool) -> bool {
    let decided = master.decided();
    decided.len() >= count && decided[decided.len() - count..].iter().all(is_so)
}
