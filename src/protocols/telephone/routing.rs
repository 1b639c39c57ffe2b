//! Routing tables: toward each phone the next exchanges in the order in which they are tried.

use crate::sim::network::NodeId;
use crate::sim::process::Context;
use crate::sorted::{Map, sort_by_key};

use super::{EXCHANGE, Signalling};

/// The neighbours to try for a call to a phone, the one with the fewest hops left first; of equals the first of the network's list.
/// It is computed from the map of the network, which does not tell what has failed.
pub(super) fn choices(cx: &Context<'_, Signalling>, called: NodeId) -> Vec<NodeId> {
    let hops = hops_to(cx, called);
    let mut choices: Vec<NodeId> =
        cx.neighbours().iter().copied().filter(|neighbour| hops.contains_key(neighbour)).collect();
    sort_by_key(&mut choices, |neighbour| hops.get(neighbour).copied());
    choices
}

/// From each other exchange that a call can go through, how many hops a phone is away. No call comes back to this exchange.
fn hops_to(cx: &Context<'_, Signalling>, phone: NodeId) -> Map<NodeId, u32> {
    let exchanges = cx.nodes_with_role(EXCHANGE);
    let mut hops = Map::new();
    let mut frontier = vec![phone];
    for hop in 1.. {
        let mut next = Vec::new();
        for node in frontier.iter().flat_map(|node| cx.neighbours_of(*node)).copied() {
            if node != cx.me() && exchanges.contains(&node) && !hops.contains_key(&node) {
                hops.insert(node, hop);
                next.push(node);
            }
        }
        if next.is_empty() {
            break;
        }
        frontier = next;
    }
    hops
}
