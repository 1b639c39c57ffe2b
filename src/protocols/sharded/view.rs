//! What a node knows of the others: the configuration of the ring, and who is silent.
//!
//! A configuration is used only once it is safe on the node's disk. So a node never goes back to an older one, whatever crashes,
//! and no router gives an epoch twice.

use std::sync::Arc;

use crate::sim::network::NodeId;
use crate::sim::process::{Context, Look, Timer, timer};
use crate::sim::settings::{Kind, Setting};
use crate::sim::time::{Duration, Time};
use crate::sorted::{Map, Set};
use crate::{phrase, word};

use super::ring::{Configuration, Epoch, Placement};
use super::{SHARD, SHARD_ROUTER, Sharded};

pub(super) const MEMBERS: Setting = Setting { name: "members", kind: Kind::Count(0, 64), default: "4" };
pub(super) const REPLICAS: Setting = Setting { name: "replicas", kind: Kind::Count(1, 3), default: "1" };
pub(super) const VIRTUAL_NODES: Setting =
    Setting { name: "virtual-nodes", kind: Kind::Count(1, 64), default: "8" };
pub(super) const HEARTBEAT: Setting = Setting {
    name: "heartbeat",
    kind: Kind::Duration(Duration::millis(1), Duration::secs(3_600)),
    default: "1s",
};
pub(super) const SUSPECT_AFTER: Setting =
    Setting { name: "suspect-after", kind: Kind::Count(1, 100), default: "3" };

/// The timer that goes off when a new configuration is safe.
pub(super) const CONFIGURED: Timer = timer("configured");
/// The timer of the node's own beat.
pub(super) const BEAT: Timer = timer("beat");

/// The record that holds the configuration. A key holds no space, so that it cannot be mistaken for one.
pub(super) const RECORD: &str = "the ring";

/// What a node knows of the others.
#[derive(Clone, Debug, Default)]
pub(super) struct View {
    placement: Arc<Placement>,
    /// A newer configuration that waits for the disk.
    incoming: Option<Configuration>,
    /// When this process began, in microseconds.
    started: u64,
    /// The other shards, as they were last heard of.
    heard: Map<NodeId, Heard>,
    suspects: Set<NodeId>,
}

#[derive(Clone, Copy, Debug)]
struct Heard {
    at: Time,
    /// When its process began, in microseconds.
    started: u64,
}

impl View {
    /// The ring as it is used.
    pub(super) fn placement(&self) -> &Arc<Placement> {
        &self.placement
    }

    /// The shards that were not heard of for too long.
    pub(super) fn suspects(&self) -> &Set<NodeId> {
        &self.suspects
    }

    /// What is on the disk before the run begins: the configuration that the settings describe.
    pub(super) fn preload(cx: &mut Context<'_, Sharded>) -> Placement {
        let settings = cx.settings();
        let members = settings.count("members") as usize;
        let configuration = Configuration {
            epoch: Epoch { number: 1, author: 0 },
            members: cx.nodes_with_role(SHARD).iter().copied().take(members).collect(),
            replicas: settings.count("replicas"),
            virtual_nodes: settings.count("virtual-nodes"),
        };
        cx.preload(RECORD, &encode(&configuration));
        lay(cx, configuration)
    }

    /// Begins with what the disk tells; a node whose disk was lost knows no ring until somebody tells it.
    pub(super) fn begin(cx: &mut Context<'_, Sharded>) -> View {
        let record = cx.disk().read(RECORD).and_then(|record| postcard::from_bytes(record).ok());
        let others = cx.nodes_with_role(SHARD).iter().filter(|shard| **shard != cx.me());
        let now = cx.now();
        let heard = others.map(|shard| (*shard, Heard { at: now, started: 0 })).collect();
        // Not all in step, for all begin at once.
        let first = cx.settings().duration("heartbeat");
        let first = cx.rng().between(Duration::SHORTEST, first);
        cx.set_timer(BEAT, first);
        let placement = Arc::new(lay(cx, record.unwrap_or_default()));
        View { placement, started: now.as_micros(), heard, ..View::default() }
    }

    // The configuration.

    /// The newest configuration that is known, safe or not.
    pub(super) fn newest(&self) -> &Configuration {
        self.incoming.as_ref().unwrap_or(self.placement.configuration())
    }

    /// Takes a newer configuration to the disk. A full disk leaves it for the next time that it is told.
    pub(super) fn learn(&mut self, cx: &mut Context<'_, Sharded>, configuration: Configuration) -> bool {
        let newer = configuration.epoch > self.newest().epoch;
        let written = newer && cx.write(RECORD, &encode(&configuration)).is_ok();
        if written {
            self.incoming = Some(configuration);
            cx.sync(CONFIGURED);
        }
        written
    }

    /// The newest configuration is safe, and is used from now on.
    pub(super) fn adopt(&mut self, cx: &mut Context<'_, Sharded>) {
        if let Some(configuration) = self.incoming.take() {
            self.placement = Arc::new(lay(cx, configuration));
        }
    }

    /// Tells everyone the ring that this node uses.
    pub(super) fn announce(&self, cx: &mut Context<'_, Sharded>) {
        let configuration = self.placement.configuration().clone();
        send_all(cx, &Sharded::Configure { configuration });
    }

    // Heartbeats.

    /// This node's own beat.
    pub(super) fn beat(&self) -> Sharded {
        Sharded::Beat { epoch: self.placement.epoch(), started: self.started }
    }

    /// Takes in a beat; true if the sender began anew since its last one. Who knows an older ring is told, who knows a newer one
    /// is asked for it by an answer.
    pub(super) fn hear(
        &mut self,
        cx: &mut Context<'_, Sharded>,
        from: NodeId,
        epoch: Epoch,
        started: u64,
    ) -> bool {
        let mine = self.placement.epoch();
        if epoch < mine {
            let configuration = self.placement.configuration().clone();
            cx.send_routed(from, &Sharded::Configure { configuration });
        } else if epoch > self.newest().epoch {
            cx.send_routed(from, &self.beat());
        }
        let Some(before) = self.heard.get(&from).copied() else { return false };
        self.heard.insert(from, Heard { at: cx.now(), started });
        if self.suspects.remove(&from) {
            cx.note(phrase!("note.hears-again", member = cx.name(from)));
        }
        started != before.started
    }

    /// Suspects whoever was silent for too long.
    pub(super) fn judge(&mut self, cx: &mut Context<'_, Sharded>) {
        let patience = cx.settings().duration("heartbeat") * cx.settings().count("suspect-after");
        for shard in self.silent_for(cx.now(), patience) {
            if self.suspects.insert(shard) {
                cx.note(phrase!("note.suspects", member = cx.name(shard)));
            }
        }
    }

    /// The shards that were not heard of for longer than this.
    pub(super) fn silent_for(&self, now: Time, length: Duration) -> Set<NodeId> {
        let silent = self.heard.iter().filter(|(_, heard)| now.since(heard.at) > length);
        silent.map(|(shard, _)| *shard).collect()
    }

    /// What an onlooker may know of it, besides the rest.
    pub(super) fn facts(&self, look: Look) -> Look {
        let configuration = self.placement.configuration();
        look.fact(word!("fact.ring"), configuration.members.clone())
            .fact(word!("fact.replicas"), configuration.replicas)
            .fact(word!("fact.epoch"), configuration.epoch.number)
            .fact(word!("fact.suspects"), self.suspects.iter().copied().collect::<Vec<_>>())
    }

    pub(super) fn heap_bytes(&self) -> usize {
        self.heard.len() * size_of::<(NodeId, Heard)>() + self.suspects.len() * size_of::<NodeId>()
    }
}

/// Sends to all other shards and routers.
pub(super) fn send_all(cx: &mut Context<'_, Sharded>, message: &Sharded) {
    let all = cx.nodes_with_role(SHARD).iter().chain(cx.nodes_with_role(SHARD_ROUTER));
    let me = cx.me();
    for node in all.filter(|node| **node != me) {
        cx.send_routed(*node, message);
    }
}

fn lay(cx: &Context<'_, Sharded>, configuration: Configuration) -> Placement {
    Placement::new(configuration, |node| cx.name(node))
}

fn encode(configuration: &Configuration) -> Vec<u8> {
    postcard::to_allocvec(configuration).expect("a configuration that postcard can encode")
}
