//! What is drawn of the servers: what each has safe on its disk, whether it runs or not.

use crate::sim::figure::{Bar, Bars, Drawing, Figure, Tint};
use crate::sim::world::World;
use crate::word;

use super::{SERVER, log};

pub(super) const FIGURES: &[Figure] =
    &[Figure { name: "safe-on-disk", title: word!("figure.safe-on-disk"), draw: safe_on_disk }];

fn safe_on_disk(world: &World) -> Option<Drawing> {
    let network = world.network();
    let servers = network.nodes_with_role(SERVER);
    let bars = servers.iter().zip(0..).map(|(server, index)| {
        let records = world.node(*server).disk.synced_records();
        let safe = records.filter(|(name, content)| log::read(name, content).is_some()).count();
        Bar { label: network.name(*server).to_owned(), amount: safe as f64, tint: Tint(index) }
    });
    Some(Drawing::Bars(Bars { unit: word!("figure.log-records"), bars: bars.collect() }))
}
