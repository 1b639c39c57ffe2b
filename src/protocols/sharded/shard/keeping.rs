//! How copies come to be where they belong, and go from where they do not.
//!
//! A shard lets a key go only when every owner has said, in the epoch that the shard itself uses, that it keeps the same version or
//! a newer one. An owner lets nothing go. So of all who keep a version, the one that said so in the highest epoch keeps it still.

use crate::sim::network::NodeId;
use crate::sim::process::Context;
use crate::sorted::Map;

use super::super::Sharded;
use super::super::Version;
use super::super::ring::Epoch;
use super::super::view::{self, send_all};
use super::{Held, Shard};

impl Shard {
    /// Once a beat: says that it is there, sees who is not, and compares what it holds with what it knows of others.
    pub(super) fn beat(&mut self, cx: &mut Context<'_, Sharded>) {
        let interval = cx.settings().duration("heartbeat");
        cx.set_timer(view::BEAT, interval);
        send_all(cx, &self.view.beat());
        self.view.judge(cx);
        let gone = self.view.silent_for(cx.now(), cx.settings().duration("restore-after"));
        if gone != self.gone {
            self.gone = gone;
            // Who stood in for one that is back lets go; when it is gone again, nothing is known of that any more.
            self.known.clear();
        }
        self.offer(cx);
        self.let_go(cx);
    }

    /// Offers to each shard that is to hold a key and may not.
    fn offer(&self, cx: &mut Context<'_, Sharded>) {
        let mut offers: Map<NodeId, Vec<(String, Version)>> = Map::new();
        for (key, held) in self.held.iter() {
            let version = held.item.version;
            for (shard, _) in self.placement().targets(key, &self.gone) {
                let lacks = shard != cx.me() && !self.knows_of(shard, key, version);
                if lacks && !self.view.suspects().contains(&shard) {
                    offers.get_or_insert_with(shard, Vec::new).push((key.clone(), version));
                }
            }
        }
        for (shard, versions) in offers {
            cx.send_routed(shard, &Sharded::Offer { versions });
        }
    }

    /// Whether another shard is known to keep this version or a newer one.
    fn knows_of(&self, shard: NodeId, key: &str, version: Version) -> bool {
        self.known.get(&shard).and_then(|known| known.get(key)).is_some_and(|known| *known >= version)
    }

    /// Another shard offers what it holds: says what of it is safe here, and asks for the rest unless another was just asked.
    pub(super) fn offered(
        &mut self,
        cx: &mut Context<'_, Sharded>,
        from: NodeId,
        versions: Vec<(String, Version)>,
    ) {
        let (now, again_after) = (cx.now(), cx.settings().duration("heartbeat"));
        let (mut kept, mut keys) = (Vec::new(), Vec::new());
        for (key, version) in versions {
            let mine = self.item(&key).map(|item| item.version).filter(|mine| *mine >= version);
            if let Some(mine) = mine {
                kept.push((key, mine));
            } else if self.asked.get(&key).is_none_or(|asked| now.since(*asked) >= again_after) {
                self.asked.insert(key.clone(), now);
                keys.push(key);
            }
        }
        if !kept.is_empty() {
            let epoch = self.placement().epoch();
            cx.send_routed(from, &Sharded::Kept { epoch, versions: kept });
        }
        if !keys.is_empty() {
            cx.send_routed(from, &Sharded::Want { keys });
        }
    }

    /// Sends what another shard asked for.
    pub(super) fn wanted(&self, cx: &mut Context<'_, Sharded>, from: NodeId, keys: Vec<String>) {
        for key in keys {
            let Some(Held { item, .. }) = self.held.get(&key).cloned() else { continue };
            let targets = self.placement().targets(&key, &self.gone);
            let hint = targets.iter().find(|(shard, _)| *shard == from).and_then(|(_, hint)| *hint);
            cx.send_routed(from, &Sharded::Copy { key, item, hint });
        }
    }

    /// Another shard says what it keeps. In another epoch than this shard's it may be about to let it go.
    pub(super) fn told_kept(&mut self, from: NodeId, epoch: Epoch, versions: Vec<(String, Version)>) {
        if epoch != self.placement().epoch() {
            return;
        }
        let known = self.known.get_or_insert_with(from, Map::new);
        for (key, version) in versions {
            let newest = known.get_or_insert_with(key, Version::default);
            *newest = version.max(*newest);
        }
    }

    /// Lets go what belongs to others and what all of them keep.
    fn let_go(&mut self, cx: &mut Context<'_, Sharded>) {
        let free = self.held.iter().filter(|(key, held)| self.may_let_go(cx.me(), key, held));
        let free: Vec<String> = free.map(|(key, _)| key.clone()).collect();
        for key in free {
            cx.remove(&key);
            if let Some(held) = self.held.remove(&key) {
                self.handed_back += u64::from(held.hint.is_some());
            }
        }
    }

    fn may_let_go(&self, me: NodeId, key: &str, held: &Held) -> bool {
        let owners = self.placement().owners(key);
        let kept = |owner: &NodeId| self.knows_of(*owner, key, held.item.version);
        let waits = self.syncing.values().any(|syncing| syncing.key == *key);
        !owners.is_empty() && !owners.contains(&me) && owners.iter().all(kept) && !waits
    }
}
