//! Generals round a city agree by messenger on one plan, attack or retreat, although some of them may be traitors who tell each
//! other general a different story (L. Lamport, R. Shostak, M. Pease: *The Byzantine Generals Problem*, 1982).
//!
//! The first general is the commander and gives an order; the others are lieutenants. Two things are wanted, the *interactive consistency*
//! conditions: **IC1**, all loyal lieutenants obey the same order, and **IC2**, if the commander is loyal, every loyal lieutenant obeys
//! the order that the commander gives. There are two algorithms:
//!
//! - **oral**, OM(m): the commander tells every lieutenant; then each lieutenant acts as the commander of OM(m−1) among the others,
//!   to tell them what it was told, and takes the majority of what it was told itself and what it finds the others were told. In OM(0)
//!   one takes what one is told. The paper proves IC1 and IC2 for at most m traitors among *more than* 3m generals.
//! - **signed**, SM(m): everyone seals what they pass on, and nobody can make another's seal. Who learns of a new order with
//!   fewer than m+1 seals adds its own and passes it on; at last, who knows of exactly one order obeys it. IC1 and IC2 hold for at most m
//!   traitors among any number of generals.
//!
//! What is missing counts as *retreat*, and so does a tie. All clocks agree: a message with k names on its path is sent as the k-th round
//! begins and believed only if it arrives before the round is over, so that silence is noticed (the paper's assumption A3). The paper
//! assumes, too, that every message that is sent arrives (A1) and that the receiver knows who sent it (A2).
//!
//! A council begins every six rounds. A general that overslept a round, or was down, sits out until the next.
//!
//! Requests of a general's user. What it is to tell takes effect only while it is a traitor, that is, Byzantine, and goes before what its
//! strategy would say; in SM a lie without the right seals is refused by the loyal. A traitor may give its key away, so that another can
//! seal in its name:
//!
//! ```text
//! request = "tell" whom what        tell g3 retreat · tell all nothing
//!         | "give-key" name         give-key g3
//! whom    = name | "all"
//! what    = "attack" | "retreat" | "nothing" | "truth"
//! ```

mod council;
mod figures;
mod general;
mod properties;
mod seal;

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::sim::process::{Icon, Message, Protocol, Role, Sort, describe};
use crate::sim::random::Rng;
use crate::sim::settings::{Kind, Setting};
use crate::sim::time::Duration;

pub use council::Council;
pub use general::General;
pub use properties::{Assembly, assembly, lies_heard, loyal_disagree};
pub use seal::Secret;

/// The Byzantine generals.
pub static GENERALS: Protocol = Protocol {
    name: Order::PROTOCOL,
    roles: &[Role::of::<General>(GENERAL, Icon::General, SETTINGS)],
    properties: properties::PROPERTIES,
    readings: properties::READINGS,
    figures: figures::FIGURES,
    describe: describe::<Order>,
};

/// The name of the role.
pub const GENERAL: &str = "general";
/// How many there can be: a name on a path takes four bits.
pub const GENERALS_AT_MOST: u64 = 10;
/// The most traitors that an algorithm can be told to be ready for.
pub const READY_AT_MOST: u64 = 3;
/// How many rounds lie between the beginnings of two councils.
pub const ROUNDS_A_COUNCIL: u64 = 6;

const SETTINGS: &[Setting] = &[
    // Which order the general gives, if it is the commander.
    Setting { name: "order", kind: Kind::Choice(&["attack", "retreat"]), default: "attack" },
    Setting { name: "messages", kind: Kind::Choice(&["oral", "signed"]), default: "oral" },
    // The paper's m.
    Setting { name: "ready-for", kind: Kind::Count(0, READY_AT_MOST), default: "1" },
    Setting {
        name: "round",
        kind: Kind::Duration(Duration::millis(1), Duration::secs(3_600)),
        default: "1s",
    },
];

/// What is to be done.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Serialize, Deserialize)]
pub enum Plan {
    /// Attack the city.
    Attack,
    /// Retreat; also what is done if nothing else is agreed on.
    Retreat,
}

impl Plan {
    /// Its name in settings and requests.
    pub fn name(self) -> &'static str {
        match self {
            Plan::Attack => "attack",
            Plan::Retreat => "retreat",
        }
    }

    /// The plan of this name.
    pub fn named(name: &str) -> Option<Plan> {
        [Plan::Attack, Plan::Retreat].into_iter().find(|plan| plan.name() == name)
    }
}

/// The commanders through whom an order came, from the first to the one that sends it. Generals are numbered from 1; each number takes
/// four bits, the last the lowest.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default, Serialize, Deserialize)]
pub struct Path(u32);

impl Path {
    /// The number of the commander whose order it is.
    pub const COMMANDER: u8 = 1;
    /// That of the commander's own order.
    pub const ORDER: Path = Path(Path::COMMANDER as u32);

    /// With one more who passes the order on.
    pub fn then(self, general: u8) -> Path {
        Path(self.0 << 4 | u32::from(general & 15))
    }

    /// Without the last.
    pub fn parent(self) -> Path {
        Path(self.0 >> 4)
    }

    /// Who sends the order.
    pub fn last(self) -> u8 {
        (self.0 & 15) as u8
    }

    /// How many names are on it.
    pub fn len(self) -> usize {
        (u32::BITS - self.0.leading_zeros()).div_ceil(4) as usize
    }

    /// Whether no name is on it.
    pub fn is_empty(self) -> bool {
        self.0 == 0
    }

    /// The first `length` names.
    pub fn prefix(self, length: usize) -> Path {
        Path(self.0 >> (4 * self.len().saturating_sub(length)))
    }

    /// The names, from the first to the last.
    pub fn names(self) -> impl Iterator<Item = u8> {
        (1..=self.len()).map(move |length| self.prefix(length).last())
    }

    /// Whether a general is on it.
    pub fn has(self, general: u8) -> bool {
        self.names().any(|name| name == general)
    }

    /// Whether it can be: from the commander, over different generals of so many.
    fn is_possible(self, generals: u8) -> bool {
        let sound = |at: usize| {
            let name = self.prefix(at).last();
            (1..=generals).contains(&name) && !self.prefix(at - 1).has(name)
        };
        self.prefix(1) == Path::ORDER && (1..=self.len()).all(sound)
    }
}

impl fmt::Debug for Path {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.to_string())
    }
}

impl fmt::Display for Path {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, name) in self.names().enumerate() {
            write!(f, "{}{name}", if index == 0 { "" } else { ":" })?;
        }
        Ok(())
    }
}

/// What generals send to each other.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub enum Order {
    /// Oral: “I am the last on this path, and this is what the one before me told me.” Nothing proves it.
    Oral {
        /// In which council.
        council: u64,
        /// Through whom the order came.
        path: Path,
        /// The order.
        plan: Plan,
    },
    /// Signed: the same, with a seal of everyone on the path.
    Signed {
        /// In which council.
        council: u64,
        /// Through whom the order came.
        path: Path,
        /// The order.
        plan: Plan,
        /// One for each name, in their order.
        seals: Vec<u64>,
    },
    /// From traitor to traitor: seal in my name.
    Key {
        /// What makes the sender's seal.
        secret: Secret,
    },
}

impl Message for Order {
    const PROTOCOL: &'static str = "generals";

    fn label(&self) -> String {
        match self {
            Order::Oral { path, plan, .. } => format!("{} {path}", plan.name()),
            Order::Signed { path, plan, .. } => format!("{} {path} ✓", plan.name()),
            Order::Key { .. } => "key".to_owned(),
        }
    }

    /// The two orders look different, so that two stories of one general are told apart as they fly.
    fn sort(&self) -> Sort {
        match self {
            Order::Oral { plan: Plan::Attack, .. } | Order::Signed { plan: Plan::Attack, .. } => {
                Sort::Request
            }
            Order::Oral { .. } | Order::Signed { .. } => Sort::Refusal,
            Order::Key { .. } => Sort::Beat,
        }
    }

    /// A traitor may claim that it was told anything, but makes no seal but its own. What it says depends on what it speaks of,
    /// so that it does not say one thing of everybody.
    fn forge(&self, rng: &mut Rng) -> Option<Order> {
        let mut lie = self.clone();
        match &mut lie {
            Order::Oral { path, plan, .. } => *plan = invented(rng, *path),
            Order::Signed { council, path, plan, seals } => {
                *plan = invented(rng, *path);
                *seals.last_mut()? = seal::Secret::of(path.last()).seal(*council, *plan, *path);
            }
            Order::Key { .. } => return None,
        }
        Some(lie)
    }
}

fn invented(rng: &mut Rng, path: Path) -> Plan {
    let drawn = rng.bits() ^ u64::from(path.parent().0).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    if drawn >> 63 == 0 { Plan::Attack } else { Plan::Retreat }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn path(names: &[u8]) -> Path {
        names.iter().fold(Path::default(), |path, name| path.then(*name))
    }

    #[test]
    fn a_path_tells_its_names_in_their_order() {
        let long = path(&[1, 10, 3, 7]);
        assert_eq!((long.len(), long.last(), long.to_string().as_str()), (4, 7, "1:10:3:7"));
        assert_eq!(long.names().collect::<Vec<_>>(), [1, 10, 3, 7]);
        assert_eq!((long.parent(), long.prefix(2)), (path(&[1, 10, 3]), path(&[1, 10])));
        assert!(long.has(10) && !long.has(2) && Path::default().is_empty());
    }

    #[test]
    fn only_paths_from_the_commander_over_different_generals_are_possible() {
        assert!(path(&[1]).is_possible(3) && path(&[1, 3, 2]).is_possible(3));
        for wrong in [&[][..], &[2], &[1, 1], &[1, 4], &[1, 2, 0], &[1, 2, 3, 2], &[1, 0, 2]] {
            assert!(!path(wrong).is_possible(3), "{wrong:?}");
        }
    }

    #[test]
    fn a_liar_seals_its_lie_and_nothing_else() {
        let (council, order) = (4, Path::ORDER);
        let commander = Secret::of(1).seal(council, Plan::Attack, order);
        let relayed = order.then(2);
        let seals = vec![commander, Secret::of(2).seal(council, Plan::Attack, relayed)];
        let truth = Order::Signed { council, path: relayed, plan: Plan::Attack, seals };
        let lies = (0..20).filter_map(|seed| truth.forge(&mut Rng::stream(seed, "lies")));
        let mut retreats = 0;
        for lie in lies {
            let Order::Signed { plan, seals, .. } = lie else { panic!("a lie of the same kind") };
            assert_eq!(seals[0], commander);
            assert!(seal::is_of(2, seals[1], council, plan, relayed));
            let believed = seal::is_of(1, seals[0], council, plan, order);
            assert_eq!(believed, plan == Plan::Attack);
            retreats += usize::from(!believed);
        }
        assert!((1..20).contains(&retreats), "a liar does not always lie: {retreats}");
    }
}
