//! Replicated computation with voting: a master gives the same piece of work to several allies whom it does not trust, and takes the
//! result that most of them send (L. Sarmenta: *Sabotage-tolerance mechanisms for volunteer computing systems*, 2002).
//!
//! - **Work.** The master wants to know how many primes there are among the numbers from 0 on, a hundred numbers at a time. Each
//!   hundred is a *unit*. Allies really count them.
//! - **The vote.** A unit goes to `replication` names, drawn at random from those that have joined. When all have answered, or at the
//!   deadline, the master accepts the result that *more than half of the names asked* have sent. If there is none, the unit is
//!   undecided. While fewer than half of the voters lie, a wrong result cannot have that many votes. Each result costs as many pieces of work
//!   as there are voters.
//! - **Names.** An ally joins under a name. Nothing about a name says who is behind it, so one ally may join under many, which is the
//!   *Sybil attack* (J. Douceur: *The Sybil attack*, 2002), and a majority of names is no majority of allies.
//! - **Signed membership.** Douceur's remedy is an authority that vouches for identities. The registrar knows every ally in person. It signs the
//!   one name of each, and no other, by a tag that only it and the master can make ([`Seal`]). With `membership` signed, only names with
//!   a valid seal are asked to vote.
//!
//! Signing says *who* an ally is, not that it is honest: a hacked ally has a good seal, and one vote. The master does not look at what
//! address a name comes from. Addresses can be had in large numbers, too, and honest people share them.
//!
//! Nothing is written to disks: an ally that restarts joins again under its own name, and a master that restarts waits for names.
//!
//! Requests of an ally's user:
//!
//! ```text
//! request = "forge" number        joins under so many more names, such as a1.1, a1.2 …
//! ```

mod ally;
mod figures;
mod master;
mod properties;
mod registrar;
mod seal;
mod vote;

use serde::{Deserialize, Serialize};

use crate::sim::process::{Icon, Message, Protocol, Role, Sort, describe};
use crate::sim::random::Rng;

pub use ally::Ally;
pub use master::{Book, Master};
pub use registrar::Registrar;
pub use seal::Seal;
pub use vote::{Vote, Voter};

/// A master, its allies, and who vouches for their names.
pub static VERIFY: Protocol = Protocol {
    name: Verify::PROTOCOL,
    roles: &[
        Role::of::<Master>(MASTER, Icon::Client, master::SETTINGS),
        Role::of::<Ally>(ALLY, Icon::Worker, ally::SETTINGS),
        Role::of::<Registrar>(REGISTRAR, Icon::Authority, &[]),
    ],
    properties: properties::PROPERTIES,
    readings: properties::READINGS,
    figures: figures::FIGURES,
    describe: describe::<Verify>,
};

/// The role of those who have work done.
pub const MASTER: &str = "master";
/// The role of those who do it.
pub const ALLY: &str = "ally";
/// The role of those who vouch for names.
pub const REGISTRAR: &str = "registrar";

/// A piece of work: how many primes are there among these numbers?
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
pub struct Unit {
    /// The first number.
    pub from: u32,
}

/// How many numbers a unit has.
const NUMBERS: u32 = 100;

impl Unit {
    /// The unit of this place in the row of all. After ten thousand the row begins anew.
    pub fn of_place(place: u64) -> Unit {
        Unit { from: (place % 10_000) as u32 * NUMBERS }
    }

    /// How many primes there are: the work itself.
    pub fn count_primes(self) -> u32 {
        let numbers = u64::from(self.from)..u64::from(self.from) + u64::from(NUMBERS);
        numbers.filter(|number| is_prime(*number)).count() as u32
    }
}

/// By trial division. A number that is not prime has a divisor whose square is at most the number.
fn is_prime(number: u64) -> bool {
    let divides = |divisor: u64| number.is_multiple_of(divisor);
    number >= 2 && !(2..).take_while(|divisor| divisor * divisor <= number).any(divides)
}

/// What they say to each other. `call` is the number that the master gave to this vote, and comes back with the answer.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub enum Verify {
    /// An ally wants to be asked under a name.
    Join {
        /// The name.
        name: String,
        /// What the registrar gave for it, if it did.
        seal: Option<Seal>,
    },
    /// The master asks the holder of a name to do a unit.
    Task {
        /// The vote.
        call: u64,
        /// Who is asked.
        name: String,
        /// What is to be done.
        unit: Unit,
    },
    /// The answer.
    Result {
        /// The vote.
        call: u64,
        /// In whose name.
        name: String,
        /// How many primes there are.
        primes: u32,
    },
    /// An ally asks the registrar to sign a name.
    Enrol {
        /// The name.
        name: String,
    },
    /// The registrar signs it.
    Sealed {
        /// The name.
        name: String,
        /// By this tag.
        seal: Seal,
    },
    /// The registrar does not.
    Refused {
        /// The name.
        name: String,
    },
}

impl Message for Verify {
    const PROTOCOL: &'static str = "verify";

    fn label(&self) -> String {
        match self {
            Verify::Join { name, seal: None } => format!("I am {name}"),
            Verify::Join { name, seal: Some(_) } => format!("I am {name}, signed"),
            Verify::Task { name, unit, .. } => format!("{name}: {}?", unit.from),
            Verify::Result { name, primes, .. } => format!("{name}: {primes}"),
            Verify::Enrol { name } => format!("sign {name}"),
            Verify::Sealed { name, .. } => format!("{name} signed"),
            Verify::Refused { name } => format!("not {name}"),
        }
    }

    fn sort(&self) -> Sort {
        match self {
            Verify::Join { .. } => Sort::Beat,
            Verify::Task { .. } | Verify::Enrol { .. } => Sort::Request,
            Verify::Result { .. } | Verify::Sealed { .. } => Sort::Reply,
            Verify::Refused { .. } => Sort::Refusal,
        }
    }

    /// A lying ally tells another number of primes. A lying master asks for another unit, and a lying registrar, turned against its
    /// own members, gives seals that are not valid. Nobody can make a valid seal of another's name.
    fn forge(&self, rng: &mut Rng) -> Option<Verify> {
        let mut lie = self.clone();
        let by = 1 + rng.below(LIES) as u32;
        match &mut lie {
            Verify::Result { primes, .. } => *primes = primes.wrapping_add(by),
            Verify::Task { unit, .. } => unit.from = unit.from.wrapping_add(by * NUMBERS),
            Verify::Sealed { seal, .. } => *seal = seal.altered(),
            Verify::Join { .. } | Verify::Enrol { .. } | Verify::Refused { .. } => return None,
        }
        Some(lie)
    }
}

/// How many different lies there are about a number of primes. Two who have not agreed on one seldom tell the same.
const LIES: u64 = 50;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn primes_are_counted() {
        let counts = [0, 1, 2, 9_999].map(|place| Unit::of_place(place).count_primes());
        // There are 25 primes below 100, 46 below 200, 62 below 300, 78,490 below 999,900, and 78,498 below a million.
        assert_eq!(counts, [25, 21, 16, 8]);
        assert_eq!(Unit::of_place(10_000), Unit::of_place(0));
    }

    #[test]
    fn lies_are_others_and_no_forged_seal_is_valid() {
        let mut rng = Rng::stream(1, "lies");
        let (call, name) = (7, "a1".to_owned());
        let seal = Seal::of("a1");
        let truths = [
            Verify::Task { call, name: name.clone(), unit: Unit::of_place(3) },
            Verify::Result { call, name: name.clone(), primes: 25 },
            Verify::Sealed { name: name.clone(), seal },
        ];
        for truth in truths {
            let lie = truth.forge(&mut rng).unwrap();
            assert_ne!(lie, truth);
            assert_eq!(Verify::decode(&lie.encode()), Some(lie.clone()));
            assert!(!matches!(lie, Verify::Sealed { seal, .. } if seal.is_of("a1")));
        }
        assert_eq!(Verify::Join { name, seal: Some(seal) }.forge(&mut rng), None);
    }
}
