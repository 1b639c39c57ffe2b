//! Where the keys are: what an onlooker sees who can look into every shard and onto every disk.

use crate::sim::network::NodeId;
use crate::sim::world::World;
use crate::sorted::Map;

use super::ring::Placement;
use super::shard::{Shard, decode, held_on};
use super::{Router, SHARD, Version};

/// The running shards that hold each key, for every key that is on any disk: none for a key that is out of reach.
pub fn holders(world: &World) -> Map<String, Vec<NodeId>> {
    let mut holders: Map<String, Vec<NodeId>> = Map::new();
    for shard in world.network().nodes_with_role(SHARD) {
        let running = world.process::<Shard>(*shard);
        for (key, _) in held_on(&world.node(*shard).disk) {
            let holders = holders.get_or_insert_with(key.to_owned(), Vec::new);
            if running.is_some_and(|shard| shard.item(key).is_some()) {
                holders.push(*shard);
            }
        }
    }
    holders
}

/// The newest ring that any running router knows, or else any running shard.
pub fn placement(world: &World) -> Option<&Placement> {
    let routers = world.processes::<Router>().map(|(_, router)| router.placement());
    let shards = world.processes::<Shard>().map(|(_, shard)| shard.placement());
    let newest = routers.max_by_key(|placement| placement.epoch());
    newest.or_else(|| shards.max_by_key(|placement| placement.epoch()))
}

/// Whether this version of a key or a newer one is safe on some shard's disk, be the shard running or not.
pub(super) fn is_on_a_disk(world: &World, key: &str, version: Version) -> bool {
    world.network().nodes_with_role(SHARD).iter().any(|shard| {
        let record = world.node(*shard).disk.read_synced(key);
        record.and_then(decode).is_some_and(|held| held.item.version >= version)
    })
}
