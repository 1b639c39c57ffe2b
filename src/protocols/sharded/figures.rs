//! What is drawn of the store: its ring with the keys, and how many keys each shard holds.

use crate::sim::figure::{Bar, Bars, Dot, Drawing, Figure, Ring, Stretch, Tint};
use crate::sim::network::NodeId;
use crate::sim::world::World;
use crate::word;

use super::ring::{Placement, place_of_key};
use super::shard::tint_of;
use super::survey::{holders, placement};
use super::{SHARD, Shard};

pub(super) const FIGURES: &[Figure] = &[
    Figure { name: "hash-ring", title: word!("figure.hash-ring"), draw: hash_ring },
    Figure { name: "keys-of-shards", title: word!("figure.keys-of-shards"), draw: keys_of_shards },
];

/// Whose which part of the circle is, as the routers know it, and who has each key: its first owner that does, else any shard.
fn hash_ring(world: &World) -> Option<Drawing> {
    let placement = placement(world)?;
    let dots = holders(world).into_iter().map(|(key, holders)| {
        let owner = placement.owners(&key).into_iter().find(|owner| holders.contains(owner));
        let holder = owner.or(holders.first().copied());
        Dot { at: drawn(place_of_key(&key)), tint: holder.map(|shard| tint(world, shard)), label: key }
    });
    Some(Drawing::Ring(Ring { stretches: stretches(world, placement), dots: dots.collect() }))
}

/// A shard owns what lies before each of its places, so its stretch begins where the one before it stands.
fn stretches(world: &World, placement: &Placement) -> Vec<Stretch> {
    let points = placement.points();
    let owners = points.iter().cycle().skip(1);
    let pairs = points.iter().zip(owners);
    pairs.map(|((from, _), (_, shard))| Stretch { from: drawn(*from), tint: tint(world, *shard) }).collect()
}

/// A place of the circle as it is drawn, which is less finely.
fn drawn(place: u32) -> u16 {
    (place >> 16) as u16
}

/// The colour of what a shard holds.
fn tint(world: &World, shard: NodeId) -> Tint {
    tint_of(world.network().nodes_with_role(SHARD), shard)
}

/// How many keys each running shard holds; one that is down shows none.
fn keys_of_shards(world: &World) -> Option<Drawing> {
    let bar = |shard: &NodeId| Bar {
        label: world.network().name(*shard).to_owned(),
        amount: world.process::<Shard>(*shard).map_or(0, |shard| shard.keys().count()) as f64,
        tint: tint(world, *shard),
    };
    let bars = world.network().nodes_with_role(SHARD).iter().map(bar).collect();
    Some(Drawing::Bars(Bars { unit: word!("fact.keys"), bars }))
}
