//! Letters stored and forwarded: goals and recorded solutions of the steps that run them.

use crate::protocols::email::{Mailbox, Relay};
use crate::sim::time::Duration;
use crate::sim::world::World;

use super::super::goals::{Goal, Solution};

/// Goals, in the order of the steps.
pub const GOALS: &[Goal] = &[
    Goal { name: "letter-waits", reached: letter_waits },
    Goal { name: "letter-comes-late", reached: letter_comes_late },
    Goal { name: "honest-duplicate", reached: honest_duplicate },
];

/// A solution of each step that has a goal.
pub const SOLUTIONS: &[Solution] = &[
    Solution {
        step: "1/email",
        commands: &[
            "1s crash b1",
            "1s crash b2",
            r#"2s request ann "send bob@b.example hello""#,
            "8s restart b2",
        ],
        until: "20s",
    },
    // The content reaches b1 at 1.108 s; its 250 is lost in the cut, and ra turns to b2.
    Solution {
        step: "1/letter-twice",
        commands: &[r#"500ms request ann "send bob@b.example hello""#, "1100ms cut b1>ra"],
        until: "8s",
    },
];

/// An attempt to pass a letter on has failed, and the letter waits in a queue for the next.
fn letter_waits(world: &World) -> bool {
    world.processes::<Relay>().any(|(_, relay)| relay.stuck() > 0)
}

/// A letter has come that was under way for longer than the hops take by themselves, and no letter waits any more.
fn letter_comes_late(world: &World) -> bool {
    let waits = world.processes::<Relay>().any(|(_, relay)| relay.waiting() > 0);
    let late = |mailbox: &Mailbox| mailbox.longest_delay() > Duration::secs(3);
    !waits && world.processes::<Mailbox>().any(|(_, mailbox)| late(mailbox))
}

/// A mailbox has two copies of a letter, and no node was ever Byzantine.
fn honest_duplicate(world: &World) -> bool {
    let honest = world.network().node_ids().all(|node| !world.node(node).ever_byzantine);
    honest && world.processes::<Mailbox>().any(|(_, mailbox)| mailbox.duplicates() > 0)
}
