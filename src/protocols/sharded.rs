//! A key–value store whose state is divided over shards by consistent hashing.
//!
//! Keys and shards have places on a circle, given by hashes of their names; a shard has several, its *virtual nodes*. A key
//! belongs to the first shard clockwise from its place, so a shard that comes or goes moves only the keys that it gains or
//! loses (D. Karger et al.: *Consistent hashing and random trees*, 1997). A key's copies are on the first r distinct shards, its
//! *preference list*; what is meant for one that seems down goes, with a hint, to the next shard, which hands it back (G. DeCandia
//! et al.: *Dynamo: Amazon's highly available key-value store*, 2007). Large web companies' stores have this shape.
//!
//! - **Writes.** A router gives a write a version, its clock's time, and sends it to the key's owners, or to stand-ins for those
//!   that it suspects. It answers once all have it on their disks, or, when its patience ends, if at least one has.
//! - **Reads.** A router asks the same shards and answers with the newest that it is told once all have answered or its patience
//!   ends. If none has the key, it asks all shards: the key may be on its way to its owner. Only if everyone says that there is no
//!   such key does it say so.
//! - **Changes of the ring** are asked of a router. It makes a configuration with a higher epoch and tells everyone; beats carry
//!   the epoch, and who is behind is told again. Of two changes made at once the one with the lower epoch is lost.
//! - **Keeping copies.** With each beat a shard offers other owners what it does not know them to hold, and they ask for what
//!   they lack. A shard that holds a key without being an owner lets it go once all owners have acknowledged, in the same
//!   epoch, that they keep it. An owner that is silent for `restore-after` is replaced, for the time being, by a stand-in.
//!
//! What is acknowledged is on a disk and stays on one. It may still be missed: a shard that comes back knows only what it had
//! until its stand-in has handed back the rest, and routers that know different rings may ask different shards. Dynamo
//! lets the reader see such conflicts (by vector clocks); here the later time wins.
//!
//! Requests of a client's user are those of [`super::key_value`]; of a router's user:
//!
//! ```text
//! request = "add" shard              add s5
//!         | "remove" shard           remove s2
//!         | "replicas" number        replicas 2
//! ```

mod client;
mod figures;
mod properties;
pub mod ring;
mod router;
mod shard;
pub mod survey;
mod view;

use serde::{Deserialize, Serialize};

use crate::sim::network::NodeId;
use crate::sim::process::{Icon, Message, Protocol, Role, Sort, describe};
use crate::sim::random::Rng;

pub use client::ShardClient;
use ring::{Configuration, Epoch};
pub use router::Router;
pub use shard::Shard;

/// A store divided over shards, its routers and their clients.
pub static SHARDED: Protocol = Protocol {
    name: Sharded::PROTOCOL,
    roles: &[
        Role::of::<Shard>(SHARD, Icon::Server, shard::SETTINGS),
        Role::of::<Router>(SHARD_ROUTER, Icon::Gateway, router::SETTINGS),
        Role::of::<ShardClient>("shard-client", Icon::Client, client::SETTINGS),
    ],
    properties: properties::PROPERTIES,
    readings: properties::READINGS,
    figures: figures::FIGURES,
    describe: describe::<Sharded>,
};

const SHARD: &str = "shard";
const SHARD_ROUTER: &str = "shard-router";

/// Orders the writes of a key.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Default, Serialize, Deserialize)]
pub struct Version {
    /// The router's clock in microseconds; a little later if it had given that time already.
    pub micros: u64,
    /// The number of the router.
    pub router: u32,
}

/// What a key holds, as one write left it.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Item {
    /// Which write.
    pub version: Version,
    /// What it wrote.
    pub value: String,
}

/// What clients, routers and shards say to each other. `id` numbers the requests of the node that asks.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub enum Sharded {
    /// Client to router: asks for the value of a key.
    Get {
        /// The request's number.
        id: u64,
        /// The key.
        key: String,
    },
    /// Client to router: asks to store a value.
    Put {
        /// The request's number.
        id: u64,
        /// The key.
        key: String,
        /// The value.
        value: String,
    },
    /// Router to client: answers a get; no value if nobody put the key.
    Value {
        /// The request's number.
        id: u64,
        /// The key.
        key: String,
        /// Its value.
        value: Option<String>,
    },
    /// Router to client: the value is on the disk of a shard.
    Stored {
        /// The request's number.
        id: u64,
        /// The key.
        key: String,
        /// The version that the value was given.
        version: Version,
    },
    /// Router to client: too few shards answered.
    Failed {
        /// The request's number.
        id: u64,
        /// The key.
        key: String,
    },
    /// Router to shard: what do you hold of this key?
    Read {
        /// The request's number.
        id: u64,
        /// The key.
        key: String,
    },
    /// Shard to router: answers a read.
    Holds {
        /// The request's number.
        id: u64,
        /// The key.
        key: String,
        /// What the shard holds, if it holds the key.
        item: Option<Item>,
    },
    /// Router to shard: keep this unless you have a newer one.
    Write {
        /// The request's number.
        id: u64,
        /// The key.
        key: String,
        /// Its value.
        item: Item,
        /// The owner that the shard stands in for.
        hint: Option<NodeId>,
    },
    /// Shard to router: this or a newer one is safe on my disk.
    Written {
        /// The request's number.
        id: u64,
        /// The key.
        key: String,
    },
    /// I am here, and this is the ring that I know.
    Beat {
        /// Which configuration the sender uses.
        epoch: Epoch,
        /// When the sender's process began, in microseconds.
        started: u64,
    },
    /// This is the ring from now on.
    Configure {
        /// The configuration.
        configuration: Configuration,
    },
    /// Shard to shard: you are to hold these, and I do.
    Offer {
        /// Keys and their versions.
        versions: Vec<(String, Version)>,
    },
    /// Shard to shard: of what you offered, these are safe on my disk, or newer ones.
    Kept {
        /// Which configuration the sender uses.
        epoch: Epoch,
        /// Keys and their versions.
        versions: Vec<(String, Version)>,
    },
    /// Shard to shard: of what you offered, send me these.
    Want {
        /// The keys.
        keys: Vec<String>,
    },
    /// Shard to shard: what was wanted.
    Copy {
        /// The key.
        key: String,
        /// Its value.
        item: Item,
        /// The owner that the shard stands in for.
        hint: Option<NodeId>,
    },
}

impl Message for Sharded {
    const PROTOCOL: &'static str = "sharded";

    fn label(&self) -> String {
        match self {
            Sharded::Get { key, .. } => format!("get {key}"),
            Sharded::Put { key, value, .. } => format!("put {key}={value}"),
            Sharded::Value { key, value: Some(value), .. } => format!("{key}={value}"),
            Sharded::Value { key, value: None, .. } | Sharded::Holds { key, item: None, .. } => {
                format!("{key}=–")
            }
            Sharded::Stored { key, .. } | Sharded::Written { key, .. } => format!("stored {key}"),
            Sharded::Failed { key, .. } => format!("failed {key}"),
            Sharded::Read { key, .. } => format!("read {key}"),
            Sharded::Holds { key, item: Some(item), .. } => format!("{key}={}", item.value),
            Sharded::Write { key, item, hint: None, .. } => format!("write {key}={}", item.value),
            Sharded::Write { key, item, .. } => format!("hint {key}={}", item.value),
            Sharded::Copy { key, item, .. } => format!("copy {key}={}", item.value),
            Sharded::Beat { .. } => "beat".to_owned(),
            Sharded::Configure { configuration } => format!("ring {}", configuration.epoch.number),
            Sharded::Offer { versions } => format!("offer {}", versions.len()),
            Sharded::Kept { versions, .. } => format!("kept {}", versions.len()),
            Sharded::Want { keys } => format!("want {}", keys.len()),
        }
    }

    fn sort(&self) -> Sort {
        match self {
            Sharded::Get { .. }
            | Sharded::Put { .. }
            | Sharded::Read { .. }
            | Sharded::Write { .. }
            | Sharded::Copy { .. } => Sort::Request,
            Sharded::Value { .. }
            | Sharded::Stored { .. }
            | Sharded::Holds { .. }
            | Sharded::Written { .. } => Sort::Reply,
            Sharded::Beat { .. }
            | Sharded::Configure { .. }
            | Sharded::Offer { .. }
            | Sharded::Kept { .. }
            | Sharded::Want { .. } => Sort::Beat,
            Sharded::Failed { .. } => Sort::Refusal,
        }
    }

    /// Nothing is signed. A liar invents values and newer versions of them, says that it keeps what it has never seen, and tells
    /// of rings on which a shard is missing.
    fn forge(&self, rng: &mut Rng) -> Option<Sharded> {
        let mut lie = self.clone();
        match &mut lie {
            Sharded::Put { value, .. } => *value = rng.below(100).to_string(),
            Sharded::Value { value, .. } => *value = Some(rng.below(100).to_string()),
            Sharded::Holds { item: Some(item), .. }
            | Sharded::Write { item, .. }
            | Sharded::Copy { item, .. } => {
                item.value = rng.below(100).to_string();
                item.version.micros = item.version.micros.saturating_add(1 + rng.below(3));
            }
            Sharded::Offer { versions } | Sharded::Kept { versions, .. } => {
                let later = 1 + rng.below(1_000_000);
                versions.iter_mut().for_each(|(_, version)| {
                    version.micros = version.micros.saturating_add(later);
                });
            }
            Sharded::Configure { configuration } if !configuration.members.is_empty() => {
                let missing = rng.below(configuration.members.len() as u64) as usize;
                configuration.members.remove(missing);
                configuration.epoch.number = configuration.epoch.number.saturating_add(1);
            }
            Sharded::Want { .. } => {
                // It asks for nothing, as if it had it all.
                lie = Sharded::Want { keys: Vec::new() };
            }
            _ => return None,
        }
        Some(lie)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lies_are_of_the_same_kind_and_can_be_read() {
        let mut rng = Rng::stream(1, "lies");
        let key = "k1".to_owned();
        let item = Item { version: Version::default(), value: "100".to_owned() };
        let members = vec![NodeId(0), NodeId(1)];
        let configuration = Configuration { epoch: Epoch::default(), members, replicas: 1, virtual_nodes: 8 };
        let truths = [
            Sharded::Value { id: 7, key: key.clone(), value: None },
            Sharded::Write { id: 7, key: key.clone(), item, hint: None },
            Sharded::Offer { versions: vec![(key.clone(), Version::default())] },
            Sharded::Configure { configuration },
            Sharded::Want { keys: vec![key] },
        ];
        for truth in truths {
            let lie = truth.forge(&mut rng).unwrap();
            assert_ne!(lie, truth);
            assert_eq!(std::mem::discriminant(&lie), std::mem::discriminant(&truth));
            assert_eq!(Sharded::decode(&lie.encode()), Some(lie));
        }
    }
}
