//! What is drawn of the chain: all blocks as a tree, and how likely a double spend is.

use crate::sim::figure::{Block as Leaf, Drawing, Figure, Plot, Series, SeriesShape, Tint, Tree};
use crate::sim::network::NodeId;
use crate::sim::world::World;
use crate::sorted::{Map, Set};
use crate::{phrase, word};

use super::block::Block;
use super::hash::Hash;
use super::miner::{Miner, tint_of};
use super::{odds, properties};

pub(super) const FIGURES: &[Figure] = &[
    Figure { name: "block-tree", title: word!("figure.block-tree"), draw: tree },
    Figure { name: "catch-up", title: word!("figure.catch-up"), draw: catch_up },
];

/// All blocks that running miners have, secret ones too, and who stands on which. The first block is nobody's.
fn tree(world: &World) -> Option<Drawing> {
    let chain = properties::standing(world)?;
    let stands: Set<Hash> = chain.back_from(chain.tip()).map(|(hash, _)| hash).collect();
    let mut index_of: Map<Hash, usize> = Map::new();
    index_of.insert(chain.genesis(), 0);
    let mut drawn = vec![Leaf {
        parent: None,
        label: chain.genesis().to_string(),
        tint: Tint(0),
        held_by: Vec::new(),
        stands: true,
    }];
    for (hash, block) in known(world) {
        index_of.insert(hash, drawn.len());
        drawn.push(Leaf {
            parent: index_of.get(&block.parent).copied(),
            label: hash.to_string(),
            tint: tint(world, block.miner),
            held_by: Vec::new(),
            stands: stands.contains(&hash),
        });
    }
    for (node, miner) in world.processes::<Miner>() {
        let name = world.network().name(node);
        let mut hold = |block: Hash, who: String| {
            if let Some(index) = index_of.get(&block) {
                drawn[*index].held_by.push(who);
            }
        };
        hold(miner.chain().tip(), name.to_owned());
        if let Some((_, [.., last])) = miner.secret() {
            hold(last.hash(), phrase!("figure.in-secret", miner = name).to_string());
        }
    }
    Some(Drawing::Tree(Tree { blocks: drawn }))
}

/// Each block once, after those that it builds on: by height.
fn known(world: &World) -> impl Iterator<Item = (Hash, &Block)> {
    let mut seen = Set::new();
    let mut levels: Vec<Vec<(Hash, &Block)>> = Vec::new();
    let mut see = |hash, height: u64, block| {
        if seen.insert(hash) {
            let level = height as usize;
            levels.resize_with(levels.len().max(level + 1), Vec::new);
            levels[level].push((hash, block));
        }
    };
    for (_, miner) in world.processes::<Miner>() {
        miner.chain().blocks().for_each(|(hash, stored)| see(hash, stored.height, &stored.block));
        if let Some((base, secret)) = miner.secret() {
            let above = miner.chain().height_of(base) + 1;
            secret.iter().zip(above..).for_each(|(block, height)| see(block.hash(), height, block));
        }
    }
    levels.into_iter().flatten()
}

/// The colour of a miner's blocks.
fn tint(world: &World, miner: u32) -> Tint {
    let miners: Vec<u32> = world.network().nodes_with_role("miner").iter().map(|node| node.0).collect();
    tint_of(&miners, miner)
}

/// Up to how many confirmations the chance is drawn.
const CONFIRMATIONS: u64 = 10;

/// The chance of a double spend for the share of who attacks, or of the strongest miner if nobody did, and what came of the attacks of
/// this run, whatever the share was then.
fn catch_up(world: &World) -> Option<Drawing> {
    let attacks = |node: NodeId| world.process::<Miner>(node).map_or((0, 0), Miner::attacks);
    let is_at_it = |node: NodeId| world.process::<Miner>(node).is_some_and(|miner| miner.secret().is_some());
    let power = |node: NodeId| u64::from(world.node(node).settings.probability("power").parts_per_million());
    let miners = world.network().nodes_with_role("miner");
    let attacker = miners
        .iter()
        .rev()
        .copied()
        .max_by_key(|node| (is_at_it(*node), attacks(*node) != (0, 0), power(*node)))?;
    let whole: u64 = miners.iter().map(|node| power(*node)).sum();
    if whole == 0 {
        return None;
    }
    let share = power(attacker) as f64 / whole as f64;
    let line =
        |chance: fn(f64, u64) -> f64| (1..=CONFIRMATIONS).map(|z| (z as f64, chance(share, z))).collect();
    let mut series = vec![
        Series { title: word!("figure.paper"), shape: SeriesShape::Line, points: line(odds::paper) },
        Series { title: word!("figure.exact"), shape: SeriesShape::Line, points: line(odds::exact) },
    ];
    let dots: Vec<_> = world.process::<Miner>(attacker).map_or_else(Vec::new, measured);
    if !dots.is_empty() {
        series.push(Series { title: word!("figure.measured"), shape: SeriesShape::Dots, points: dots });
    }
    let (across, up) = (word!("figure.confirmations"), word!("figure.chance"));
    Some(Drawing::Plot(Plot { across, up, series }))
}

/// The share of its attacks that a miner won, by the confirmations that were awaited.
fn measured(miner: &Miner) -> Vec<(f64, f64)> {
    let outcomes = miner.outcomes().iter();
    outcomes.map(|(awaited, (won, lost))| (*awaited as f64, *won as f64 / (won + lost) as f64)).collect()
}
