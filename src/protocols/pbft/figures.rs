//! What is drawn of the replicas: what each executed, sequence number by sequence number.

use crate::sim::figure::{Block, Drawing, Figure, Tint, Tree};
use crate::sim::network::NodeId;
use crate::sim::world::World;
use crate::word;

use super::CLIENT;
use super::replica::{Executed, Replica};

pub(super) const FIGURES: &[Figure] =
    &[Figure { name: "executed", title: word!("figure.pbft-executed"), draw: executed }];

/// How many sequence numbers back it reaches.
const DRAWN: u64 = 12;

/// What running replicas executed last, the liars' too: a row as long as they agree, and a fork where two have different requests at
/// one sequence number. A replica stands where it has come to.
fn executed(world: &World) -> Option<Drawing> {
    let replicas: Vec<(NodeId, &Replica)> = world.processes::<Replica>().collect();
    let last = replicas.iter().map(|(_, replica)| replica.executed()).max()?;
    let first = last.saturating_sub(DRAWN) + 1;
    let mut blocks = vec![Block {
        parent: None,
        label: (first - 1).to_string(),
        tint: Tint(0),
        held_by: Vec::new(),
        stands: true,
    }];
    // Where each replica stands so far, and what is drawn at the number at hand.
    let mut stands_on = vec![0; replicas.len()];
    for sequence in first..=last {
        let mut drawn: Vec<(usize, Executed, usize)> = Vec::new();
        for (at, (_, replica)) in replicas.iter().enumerate() {
            let Some(mine) = replica.at(sequence) else { continue };
            let parent = stands_on[at];
            let known = drawn.iter().find(|(_, other, _)| other.digest == mine.digest);
            stands_on[at] = known.map_or(blocks.len(), |(_, _, index)| *index);
            if known.is_none() {
                drawn.push((parent, *mine, blocks.len()));
                blocks.push(block(world, parent, mine));
            }
        }
    }
    for (at, (node, _)) in replicas.iter().enumerate() {
        blocks[stands_on[at]].held_by.push(world.network().name(*node).to_owned());
    }
    mark_what_stands(&mut blocks, &stands_on);
    Some(Drawing::Tree(Tree { blocks }))
}

fn block(world: &World, parent: usize, executed: &Executed) -> Block {
    let clients = world.network().nodes_with_role(CLIENT);
    let place = |client| clients.iter().position(|node| *node == NodeId(client)).unwrap_or(0);
    Block {
        parent: Some(parent),
        label: executed.request.map_or_else(|| "–".to_owned(), |request| request.value.to_string()),
        tint: Tint(executed.request.map_or(0, |request| 1 + place(request.client) as u8)),
        held_by: Vec::new(),
        stands: false,
    }
}

/// What most replicas have come by stands; of equals what was drawn first.
fn mark_what_stands(blocks: &mut [Block], stands_on: &[usize]) {
    let mut passed = vec![0; blocks.len()];
    for at in stands_on {
        let mut next = Some(*at);
        while let Some(index) = next {
            passed[index] += 1;
            next = blocks[index].parent;
        }
    }
    let mut here = 0;
    loop {
        blocks[here].stands = true;
        let children = (0..blocks.len()).filter(|index| blocks[*index].parent == Some(here));
        let Some(best) = children.rev().max_by_key(|index| passed[*index]) else { return };
        here = best;
    }
}
