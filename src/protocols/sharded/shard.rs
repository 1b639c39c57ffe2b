//! A shard: what it holds, and what it tells only once that is safe.

mod keeping;

use crate::sim::disk::Disk;
use crate::sim::figure::Tint;
use crate::sim::network::NodeId;
use crate::sim::process::{Context, Look, Process, Timer};
use crate::sim::settings::{Kind, Setting};
use crate::sim::time::{Duration, Time};
use crate::sorted::{Map, Set};
use crate::{phrase, word};

use super::ring::Placement;
use super::view::{self, View};
use super::{Item, Sharded, Version};

use serde::{Deserialize, Serialize};

pub(super) const SETTINGS: &[Setting] = &[
    view::MEMBERS,
    view::REPLICAS,
    view::VIRTUAL_NODES,
    view::HEARTBEAT,
    view::SUSPECT_AFTER,
    Setting {
        name: "restore-after",
        kind: Kind::Duration(Duration::ZERO, Duration::secs(3_600)),
        default: "6s",
    },
    // How many keys, k1 and so on, the store begins with.
    Setting { name: "keys", kind: Kind::Count(0, 500), default: "24" },
];

/// One that holds a share of the keys.
#[derive(Clone, Debug, Default)]
pub struct Shard {
    /// By which colour its keys are known in figures.
    tint: Tint,
    view: View,
    /// What is safe on the disk: nothing else is ever told to anyone.
    held: Map<String, Held>,
    /// What waits for a sync, by the number of the sync.
    syncing: Map<u64, Syncing>,
    syncs: u64,
    /// The owners that were silent for so long that others stand in for them.
    gone: Set<NodeId>,
    /// What other shards said that they keep, since the ring is what it is and since they began.
    known: Map<NodeId, Map<String, Version>>,
    /// The keys that it asked another shard for, and when.
    asked: Map<String, Time>,
    taken: u64,
    handed_back: u64,
}

/// What a shard holds of a key.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub(super) struct Held {
    pub(super) item: Item,
    /// The owner that this shard stood in for as it took it.
    pub(super) hint: Option<NodeId>,
}

#[derive(Clone, Debug)]
struct Syncing {
    key: String,
    /// What is to be held then; nothing if a newer one was on the disk already.
    held: Option<Held>,
    then: Then,
}

/// Whom to tell once a sync is complete.
#[derive(Clone, Copy, Debug)]
enum Then {
    Written(NodeId, u64),
    Kept(NodeId),
}

const SYNC: &str = "sync";

impl Shard {
    /// The ring as this shard knows it.
    pub fn placement(&self) -> &Placement {
        self.view.placement()
    }

    /// The keys that it holds and can tell of, in order.
    pub fn keys(&self) -> impl Iterator<Item = &str> {
        self.held.keys().map(String::as_str)
    }

    /// What it holds of a key.
    pub fn item(&self, key: &str) -> Option<&Item> {
        self.held.get(key).map(|held| &held.item)
    }

    /// How many keys it took over from other shards since it started.
    pub fn taken(&self) -> u64 {
        self.taken
    }

    /// How many keys it let go since it started that it had kept for another shard.
    pub fn handed_back(&self) -> u64 {
        self.handed_back
    }

    /// Gives this to the disk, and tells who asked once it is safe. Even if the disk has a newer one a sync is waited for,
    /// because that may itself not be safe yet. A full disk keeps silent: it can promise nothing.
    fn keep(&mut self, cx: &mut Context<'_, Sharded>, key: String, held: Held, then: Then) {
        let newest = read(cx.disk(), &key);
        let newer = newest.is_none_or(|newest| held.item.version > newest.item.version);
        if newer && cx.write(&key, &encode(&held)).is_err() {
            return;
        }
        self.syncs += 1;
        self.syncing.insert(self.syncs, Syncing { key, held: newer.then_some(held), then });
        cx.sync(Timer { name: SYNC, key: self.syncs });
    }

    fn synced(&mut self, cx: &mut Context<'_, Sharded>, number: u64) {
        let Some(Syncing { key, held, then }) = self.syncing.remove(&number) else { return };
        if let Some(held) = held {
            self.asked.remove(&key);
            self.held.insert(key.clone(), held);
        }
        match then {
            Then::Written(router, id) => cx.send_routed(router, &Sharded::Written { id, key }),
            Then::Kept(shard) => {
                let version = self.item(&key).map(|item| item.version).unwrap_or_default();
                let epoch = self.placement().epoch();
                cx.send_routed(shard, &Sharded::Kept { epoch, versions: vec![(key, version)] });
            }
        }
    }

    fn begin(&mut self, cx: &mut Context<'_, Sharded>) {
        self.tint = tint_of(cx.nodes_with_role(super::SHARD), cx.me());
        self.view = View::begin(cx);
        self.held = held_on(cx.disk()).map(|(key, held)| (key.to_owned(), held)).collect();
    }
}

impl Process for Shard {
    type Message = Sharded;

    fn on_start(&mut self, cx: &mut Context<'_, Sharded>) {
        let placement = View::preload(cx);
        let (me, keys) = (cx.me(), cx.settings().count("keys"));
        let keys = (1..=keys).map(|number| format!("k{number}"));
        for key in keys.filter(|key| placement.is_owner(me, key)) {
            let item = Item { version: Version::default(), value: "0".to_owned() };
            cx.preload(&key, &encode(&Held { item, hint: None }));
        }
        self.begin(cx);
    }

    fn on_restart(&mut self, cx: &mut Context<'_, Sharded>) {
        self.begin(cx);
    }

    fn on_message(&mut self, cx: &mut Context<'_, Sharded>, from: NodeId, message: Sharded) {
        match message {
            Sharded::Read { id, key } => {
                let item = self.item(&key).cloned();
                cx.send_routed(from, &Sharded::Holds { id, key, item });
            }
            Sharded::Write { id, key, item, hint } => {
                self.keep(cx, key, Held { item, hint }, Then::Written(from, id));
            }
            Sharded::Beat { epoch, started } => {
                let began_anew = self.view.hear(cx, from, epoch, started);
                if began_anew {
                    // It may have come back with less than it had.
                    self.known.remove(&from);
                }
            }
            Sharded::Configure { configuration } => drop(self.view.learn(cx, configuration)),
            Sharded::Offer { versions } => self.offered(cx, from, versions),
            Sharded::Kept { epoch, versions } => self.told_kept(from, epoch, versions),
            Sharded::Want { keys } => self.wanted(cx, from, keys),
            Sharded::Copy { key, item, hint } => {
                self.taken += u64::from(!self.held.contains_key(&key));
                self.keep(cx, key, Held { item, hint }, Then::Kept(from));
            }
            _ => {}
        }
    }

    fn on_timer(&mut self, cx: &mut Context<'_, Sharded>, timer: Timer) {
        match timer {
            view::BEAT => self.beat(cx),
            view::CONFIGURED => {
                self.view.adopt(cx);
                // An acknowledgement counts only in the epoch in which it was given.
                self.known.clear();
            }
            Timer { key, .. } => self.synced(cx, key),
        }
    }

    fn heap_bytes(&self) -> usize {
        let known: usize = self.known.values().map(Map::len).sum();
        // Names and values have up to a dozen characters.
        self.view.heap_bytes() + 96 * (self.held.len() + self.syncing.len()) + 48 * (known + self.asked.len())
    }

    fn look(&self) -> Look {
        let pairs: Vec<_> =
            self.held.iter().map(|(key, held)| format!("{key} = {}", held.item.value)).collect();
        let hints = self.held.values().filter(|held| held.hint.is_some()).count();
        self.view
            .facts(Look::default().badge(phrase!("fact.n-keys", n = pairs.len()).to_string()).tint(self.tint))
            .fact(word!("fact.keys"), pairs.join("  "))
            .fact(word!("fact.hints"), hints as u64)
            .fact(word!("fact.taken-over"), self.taken)
    }
}

/// Shards have their colours in order, whether they are on the ring or not.
pub(super) fn tint_of(shards: &[NodeId], shard: NodeId) -> Tint {
    Tint(shards.iter().position(|other| *other == shard).unwrap_or_default() as u8)
}

/// All keys that a disk holds, safe or not, with what it holds of them.
pub(super) fn held_on(disk: &Disk) -> impl Iterator<Item = (&str, Held)> {
    let keys = disk.records().filter(|(name, _, _)| *name != view::RECORD);
    keys.filter_map(|(key, record, _)| decode(record).map(|held| (key, held)))
}

/// What the disk holds of a key, safe or not.
fn read(disk: &Disk, key: &str) -> Option<Held> {
    disk.read(key).and_then(decode)
}

/// What a record of a key says.
pub(super) fn decode(record: &[u8]) -> Option<Held> {
    postcard::from_bytes(record).ok()
}

fn encode(held: &Held) -> Vec<u8> {
    postcard::to_allocvec(held).expect("a value that postcard can encode")
}
