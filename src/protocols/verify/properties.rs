//! What must be true of the votes, and what is read off them.
//!
//! What is claimed at every moment is claimed of masters that were never Byzantine. A decision is looked at in the moment in which it is made.

use crate::sim::network::NodeId;
use crate::sim::property::{Property, PropertyKind, Reading, seen};
use crate::sim::world::World;
use crate::words::Phrase;
use crate::{phrase, word};

use super::{Book, Master, Vote};

pub(super) const PROPERTIES: &[Property] = &[
    Property {
        name: "right-while-fewer-than-half-lie",
        kind: PropertyKind::Always,
        title: word!("property.right-while-fewer-than-half-lie"),
        check: right_while_fewer_than_half_lie,
    },
    Property {
        name: "forged-names-have-no-signed-vote",
        kind: PropertyKind::Always,
        title: word!("property.forged-names-have-no-signed-vote"),
        check: forged_names_have_no_signed_vote,
    },
    Property {
        name: "results-are-accepted",
        kind: PropertyKind::Eventually,
        title: word!("property.results-are-accepted"),
        check: results_are_accepted,
    },
    Property {
        name: "a-lie-is-outvoted",
        kind: PropertyKind::Sometimes,
        title: word!("property.a-lie-is-outvoted"),
        check: |world| some(world, |vote| vote.is_right() == Some(true) && told_lies(vote)),
    },
    Property {
        name: "a-wrong-result-is-accepted",
        kind: PropertyKind::Sometimes,
        title: word!("property.a-wrong-result-is-accepted"),
        check: |world| some(world, |vote| vote.is_right() == Some(false)),
    },
];

pub(super) const READINGS: &[Reading] = &[
    Reading {
        name: "results_right",
        title: word!("reading.results-right"),
        read: |world| book(world).map(|book| book.right as f64),
    },
    Reading {
        name: "results_wrong",
        title: word!("reading.results-wrong"),
        read: |world| book(world).map(|book| book.wrong as f64),
    },
    Reading {
        name: "votes_undecided",
        title: word!("reading.votes-undecided"),
        read: |world| book(world).map(|book| book.undecided as f64),
    },
    Reading {
        name: "units_computed_per_result",
        title: word!("reading.units-computed-per-result"),
        read: |world| {
            let book = book(world)?;
            let results = book.right + book.wrong;
            (results > 0).then(|| book.asked as f64 / results as f64)
        },
    },
    Reading {
        name: "names_joined",
        title: word!("reading.names-joined"),
        read: |world| master(world).map(|(_, master)| master.names() as f64),
    },
];

/// The first master, if it runs.
pub(super) fn master(world: &World) -> Option<(NodeId, &Master)> {
    world.processes::<Master>().next()
}

fn book(world: &World) -> Option<Book> {
    master(world).map(|(_, master)| master.book())
}

/// The vote that was decided in this very moment, of a master that was never Byzantine.
fn just_decided(world: &World) -> Option<&Vote> {
    let (node, master) = master(world)?;
    let decided = master.decided().last().filter(|vote| vote.decided_at == Some(world.now()));
    decided.filter(|_| !world.node(node).ever_byzantine)
}

/// How many of the voters belong to a node that is or ever was Byzantine.
fn liars(world: &World, vote: &Vote) -> usize {
    vote.voters.iter().filter(|voter| world.node(voter.node).ever_byzantine).count()
}

/// A wrong result is accepted only if at least half of its voters belong to Byzantine nodes.
fn right_while_fewer_than_half_lie(world: &World) -> Result<(), Phrase> {
    let Some(vote) = just_decided(world).filter(|vote| vote.is_right() == Some(false)) else { return Ok(()) };
    let (liars, of) = (liars(world, vote), vote.voters.len());
    if liars * 2 >= of {
        return Ok(());
    }
    Err(phrase!(
        "property.wrong-with-few-liars",
        from = u64::from(vote.unit.from),
        liars = liars as u64,
        of = of as u64
    ))
}

/// Where only signed names are asked, each is its node's own.
fn forged_names_have_no_signed_vote(world: &World) -> Result<(), Phrase> {
    let Some(vote) = just_decided(world).filter(|vote| vote.is_signed) else { return Ok(()) };
    let name = |node| world.network().name(node);
    match vote.voters.iter().find(|voter| voter.name != name(voter.node)) {
        None => Ok(()),
        Some(voter) => {
            Err(phrase!("property.forged-name-voted", name = &voter.name, ally = name(voter.node)))
        }
    }
}

/// The latest vote had a result.
fn results_are_accepted(world: &World) -> Result<(), Phrase> {
    let last = master(world).and_then(|(_, master)| master.decided().last());
    match last.map(Vote::majority) {
        None => Err(phrase!("property.no-vote-yet")),
        Some(None) => Err(phrase!("property.vote-undecided")),
        Some(Some(_)) => Ok(()),
    }
}

fn told_lies(vote: &Vote) -> bool {
    let truth = vote.unit.count_primes();
    vote.voters.iter().any(|voter| voter.told.is_some_and(|told| told != truth))
}

fn some(world: &World, is_so: impl Fn(&Vote) -> bool) -> Result<(), Phrase> {
    seen(just_decided(world).is_some_and(is_so))
}
