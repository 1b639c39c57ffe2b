//! What must be true of the chain, and what is read off it.
//!
//! What is claimed at every moment is claimed of all miners, whatever was done to them: each checks for itself, so lies of others and
//! lost disks change nothing about it.

use crate::sim::network::NodeId;
use crate::sim::property::{Property, PropertyKind, Reading, seen};
use crate::sim::world::World;
use crate::sorted::Set;
use crate::words::Phrase;
use crate::{phrase, word};

use super::chain::{Chain, Stored};
use super::hash::Hash;
use super::miner::Miner;

pub(super) const PROPERTIES: &[Property] = &[
    Property {
        name: "no-chain-spends-a-coin-twice",
        kind: PropertyKind::Always,
        title: word!("property.no-chain-spends-a-coin-twice"),
        check: no_chain_spends_a_coin_twice,
    },
    Property {
        name: "tips-have-the-most-work",
        kind: PropertyKind::Always,
        title: word!("property.tips-have-the-most-work"),
        check: tips_have_the_most_work,
    },
    Property {
        name: "one-chain-an-island",
        kind: PropertyKind::Eventually,
        title: word!("property.one-chain-an-island"),
        check: one_chain_an_island,
    },
    Property {
        name: "a-fork",
        kind: PropertyKind::Sometimes,
        title: word!("property.a-fork"),
        check: a_fork,
    },
    Property {
        name: "a-reorganisation",
        kind: PropertyKind::Sometimes,
        title: word!("property.a-reorganisation"),
        check: |world| some(world, |miner| miner.reorganisations() > 0),
    },
    Property {
        name: "a-payment-undone",
        kind: PropertyKind::Sometimes,
        title: word!("property.a-payment-undone"),
        check: |world| some(world, |miner| !miner.undone().is_empty()),
    },
    Property {
        name: "a-double-spend",
        kind: PropertyKind::Sometimes,
        title: word!("property.a-double-spend"),
        check: |world| some(world, |miner| miner.cheated() > 0),
    },
];

pub(super) const READINGS: &[Reading] = &[
    Reading { name: "chain_blocks", title: word!("reading.chain-blocks"), read: chain_blocks },
    Reading { name: "stale_blocks", title: word!("reading.stale-blocks"), read: stale_blocks },
    Reading { name: "payments_confirmed", title: word!("reading.payments-confirmed"), read: confirmed },
    Reading { name: "payments_undone", title: word!("reading.payments-undone"), read: undone },
    Reading {
        name: "attacks_won",
        title: word!("reading.attacks-won"),
        read: |world| Some(sum(world, |miner| miner.attacks().0)),
    },
    Reading {
        name: "attacks_lost",
        title: word!("reading.attacks-lost"),
        read: |world| Some(sum(world, |miner| miner.attacks().1)),
    },
];

/// The last two blocks of a chain may be different for a while with nothing wrong: one may be on its way, and two may have been found
/// at once.
const UNSETTLED: u64 = 2;

/// On no branch that a running miner has let in is a coin spent twice. Each block is looked at in the moment in which it is let
/// in, beside all that it builds on.
fn no_chain_spends_a_coin_twice(world: &World) -> Result<(), Phrase> {
    let with_new = world.processes::<Miner>().filter(|(_, miner)| miner.chain().newest() == world.now());
    for (node, miner) in with_new {
        let chain = miner.chain();
        let mut new = chain.blocks().filter(|(_, stored)| stored.since == world.now());
        if new.any(|(hash, stored)| spends_again(chain, hash, stored)) {
            return Err(phrase!("property.coin-spent-twice", miner = world.network().name(node)));
        }
    }
    Ok(())
}

fn spends_again(chain: &Chain, hash: Hash, stored: &Stored) -> bool {
    let mine = &stored.block.transactions;
    let spends = |coin| chain.payments_back_from(hash).filter(|(_, payment, _)| payment.coin == coin).count();
    mine.iter().any(|payment| spends(payment.coin) > 1)
}

/// No running miner has let in a block that lies higher than its tip.
fn tips_have_the_most_work(world: &World) -> Result<(), Phrase> {
    let shorter = world.processes::<Miner>().find(|(_, miner)| {
        let (chain, height) = (miner.chain(), miner.chain().height());
        chain.blocks().any(|(_, stored)| stored.height > height)
    });
    match shorter {
        None => Ok(()),
        Some((node, _)) => Err(phrase!("property.tip-is-shorter", miner = world.network().name(node))),
    }
}

/// On each island the running miners have one chain, but for its last two blocks, and there is a block beyond those.
fn one_chain_an_island(world: &World) -> Result<(), Phrase> {
    let miners: Vec<_> = world.processes::<Miner>().collect();
    let highest = miners.iter().map(|(_, miner)| miner.chain().height()).max().unwrap_or(0);
    if highest <= UNSETTLED {
        return Err(phrase!("property.no-settled-block"));
    }
    let island = |node: NodeId| world.islands()[node.index()];
    for (index, (node, miner)) in miners.iter().enumerate() {
        // With the first of its island each has what all have.
        let Some((first, other)) = miners[..index].iter().find(|(other, _)| island(*other) == island(*node))
        else {
            continue;
        };
        let (a, b) = (miner.chain(), other.chain());
        if a.height().max(b.height()) > forks_at(a, b) + UNSETTLED {
            let name = |node| world.network().name(node);
            return Err(phrase!("property.chains-differ", a = name(*first), b = name(*node)));
        }
    }
    Ok(())
}

/// The height up to which two chains are the same.
fn forks_at(a: &Chain, b: &Chain) -> u64 {
    let (mut left, mut right) = (a.tip(), b.tip());
    loop {
        let (one, other) = (a.get(left), b.get(right));
        let (Some(one), Some(other)) = (one, other) else { return 0 };
        if left == right {
            return one.height;
        }
        if one.height >= other.height {
            left = one.block.parent;
        }
        if other.height >= one.height {
            right = other.block.parent;
        }
    }
}

/// Two running miners stand on different branches: neither has the other's tip below its own.
fn a_fork(world: &World) -> Result<(), Phrase> {
    let chains: Vec<&Chain> = world.processes::<Miner>().map(|(_, miner)| miner.chain()).collect();
    let parted = |(index, a): (usize, &&Chain)| {
        chains[..index].iter().any(|b| a.tip() != b.tip() && forks_at(a, b) < a.height().min(b.height()))
    };
    seen(chains.iter().enumerate().any(parted))
}

fn some(world: &World, of: impl Fn(&Miner) -> bool) -> Result<(), Phrase> {
    seen(world.processes::<Miner>().any(|(_, miner)| of(miner)))
}

fn sum(world: &World, of: impl Fn(&Miner) -> u64) -> f64 {
    world.processes::<Miner>().map(|(_, miner)| of(miner)).sum::<u64>() as f64
}

/// Whose chain counts for an onlooker: that of the longest; of equals, of the one that most running miners stand on, and then of
/// the first of these.
pub(super) fn standing(world: &World) -> Option<&Chain> {
    let chains: Vec<&Chain> = world.processes::<Miner>().map(|(_, miner)| miner.chain()).collect();
    let holders = |chain: &Chain| chains.iter().filter(|other| other.tip() == chain.tip()).count();
    // The last of equals is the greatest, so the first one stands last.
    chains.iter().rev().copied().max_by_key(|chain| (chain.height(), holders(chain)))
}

fn chain_blocks(world: &World) -> Option<f64> {
    standing(world).map(|chain| chain.height() as f64)
}

/// Blocks that some running miner has let in and that are not on the chain that stands.
fn stale_blocks(world: &World) -> Option<f64> {
    let chain = standing(world)?;
    let hashes =
        world.processes::<Miner>().flat_map(|(_, miner)| miner.chain().blocks().map(|(hash, _)| hash));
    let all: Set<Hash> = hashes.collect();
    Some(all.len() as f64 - chain.height() as f64)
}

fn confirmed(world: &World) -> Option<f64> {
    let chain = standing(world)?;
    Some(chain.payments_back_from(chain.tip()).count() as f64)
}

/// Payments that a running miner saw undone, each counted once; they may have been confirmed again.
fn undone(world: &World) -> Option<f64> {
    let undone: Set<Hash> =
        world.processes::<Miner>().flat_map(|(_, miner)| miner.undone().iter().copied()).collect();
    Some(undone.len() as f64)
}
