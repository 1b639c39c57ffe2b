//! The circle on which keys and shards have their places, and which shards are to hold a key.

use serde::{Deserialize, Serialize};

use crate::sim::network::NodeId;
use crate::sim::random::name_hash;
use crate::sorted::{Set, sort_by_key};

/// Orders the configurations of a store. Two with the same epoch are the same.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Default, Serialize, Deserialize)]
pub struct Epoch {
    /// One more than that of the configuration which it replaces; 0 is that of a node which knows none.
    pub number: u64,
    /// The number of the router that made it.
    pub author: u32,
}

/// Who is on the ring, and how it is used.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
pub struct Configuration {
    /// Which configuration.
    pub epoch: Epoch,
    /// The shards on the ring, in order.
    pub members: Vec<NodeId>,
    /// How many copies of each key there are to be.
    pub replicas: u64,
    /// At how many places of the ring each shard stands.
    pub virtual_nodes: u64,
}

/// A configuration laid out on the circle.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Placement {
    configuration: Configuration,
    /// Where the shards stand, clockwise from the top.
    points: Vec<(u32, NodeId)>,
}

impl Placement {
    /// Gives each member its places, which depend on its name alone: whoever comes or goes, the others stay where they are.
    pub fn new<'a>(configuration: Configuration, name: impl Fn(NodeId) -> &'a str) -> Placement {
        let mut points = Vec::new();
        for member in &configuration.members {
            let places = (1..=configuration.virtual_nodes).map(|number| place(name(*member), number));
            points.extend(places.map(|place| (place, *member)));
        }
        sort_by_key(&mut points, |point| *point);
        Placement { configuration, points }
    }

    /// What is laid out.
    pub fn configuration(&self) -> &Configuration {
        &self.configuration
    }

    /// Which configuration it is.
    pub fn epoch(&self) -> Epoch {
        self.configuration.epoch
    }

    /// The places of the shards, clockwise from the top. A shard owns what lies between the place before its own and its own.
    pub fn points(&self) -> &[(u32, NodeId)] {
        &self.points
    }

    /// How many copies of each key there can be: never two on one shard.
    pub fn copies(&self) -> usize {
        self.configuration.members.len().min(self.configuration.replicas as usize)
    }

    /// The shards that are to hold a key: the first distinct ones clockwise from its place.
    pub fn owners(&self, key: &str) -> Vec<NodeId> {
        self.clockwise(key, self.copies())
    }

    /// Whether a shard is to hold a key.
    pub fn is_owner(&self, shard: NodeId, key: &str) -> bool {
        self.owners(key).contains(&shard)
    }

    /// The owners of a key, and for each that is missing the next shard clockwise that is not, with the one it stands in for.
    pub fn targets(&self, key: &str, missing: &Set<NodeId>) -> Vec<(NodeId, Option<NodeId>)> {
        let all = self.clockwise(key, self.configuration.members.len());
        let (owners, others) = all.split_at(self.copies());
        let mut free = others.iter().filter(|shard| !missing.contains(shard));
        let stand_in = |owner: &NodeId| free.next().map(|shard| (*shard, Some(*owner)));
        let stand_ins: Vec<_> =
            owners.iter().filter(|owner| missing.contains(owner)).filter_map(stand_in).collect();
        owners.iter().map(|owner| (*owner, None)).chain(stand_ins).collect()
    }

    /// The first distinct shards clockwise from a key's place, at most so many.
    fn clockwise(&self, key: &str, at_most: usize) -> Vec<NodeId> {
        let place = place_of_key(key);
        let first = self.points.partition_point(|(point, _)| *point < place);
        self.distinct_from(first, at_most)
    }

    /// The first distinct shards clockwise from a point on, at most so many.
    pub fn distinct_from(&self, first: usize, at_most: usize) -> Vec<NodeId> {
        let mut found = Vec::with_capacity(at_most);
        for (_, shard) in self.points[first..].iter().chain(&self.points[..first]) {
            if found.len() == at_most {
                break;
            }
            if !found.contains(shard) {
                found.push(*shard);
            }
        }
        found
    }
}

/// Where a key stands on the circle, which is 2³² round.
pub fn place_of_key(key: &str) -> u32 {
    place(key, 0)
}

/// The place of this number of something with this name. Numbers 0 and up give places that have nothing to do with each other.
fn place(name: &str, number: u64) -> u32 {
    // The step and the finaliser of SplitMix64: names that are nearly alike must not come to stand close together.
    let mut bits = name_hash(name).wrapping_add(number.wrapping_mul(0x9e37_79b9_7f4a_7c15));
    bits = (bits ^ (bits >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    bits = (bits ^ (bits >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    ((bits ^ (bits >> 31)) >> 32) as u32
}

#[cfg(test)]
mod tests {
    use super::*;

    const NAMES: [&str; 9] = ["s1", "s2", "s3", "s4", "s5", "s6", "s7", "s8", "s9"];

    fn placement(members: &[u32], replicas: u64, virtual_nodes: u64) -> Placement {
        let members = members.iter().copied().map(NodeId).collect();
        let configuration = Configuration { epoch: Epoch::default(), members, replicas, virtual_nodes };
        Placement::new(configuration, |node| NAMES[node.index()])
    }

    #[test]
    fn there_are_never_more_copies_than_shards_and_none_without() {
        for (members, replicas, expected) in [(4, 1, 1), (4, 3, 3), (2, 3, 2), (1, 3, 1), (0, 2, 0)] {
            let all: Vec<u32> = (0..members).collect();
            let owners = placement(&all, replicas, 8).owners("k1");
            assert_eq!(owners.len(), expected);
            assert_eq!(Set::from_iter(owners).len(), expected);
        }
    }

    #[test]
    fn a_stand_in_is_the_next_that_is_not_missing_and_no_owner() {
        let ring = placement(&[0, 1, 2, 3], 2, 8);
        let order = ring.clockwise("k1", 4);
        let missing = Set::from_iter([order[1], order[2]]);
        let expected = [(order[0], None), (order[1], None), (order[3], Some(order[1]))];
        assert_eq!(ring.targets("k1", &missing), expected);
        assert_eq!(ring.targets("k1", &Set::from_iter(order.clone())).len(), 2);
    }

    #[test]
    fn the_first_copy_is_on_the_first_shard_at_or_after_the_key() {
        let ring = placement(&[0, 1, 2], 1, 4);
        for key in ["a", "b", "c", "d", "e", "f"] {
            let place = place_of_key(key);
            let distance = |(point, _): &&(u32, NodeId)| point.wrapping_sub(place);
            let nearest = ring.points().iter().min_by_key(distance).unwrap();
            assert_eq!(ring.owners(key), [nearest.1]);
        }
    }
}
