//! A router: sends what clients ask for to the shards that are to hold it, and changes the ring when it is told to.

use crate::sim::network::NodeId;
use crate::sim::process::{Context, Look, Process, Timer};
use crate::sim::settings::{Kind, Setting};
use crate::sim::time::Duration;
use crate::sorted::{Map, Set};
use crate::{phrase, word};

use super::ring::{Configuration, Epoch, Placement};
use super::view::{self, View};
use super::{Item, SHARD, Sharded, Version};

pub(super) const SETTINGS: &[Setting] = &[
    view::MEMBERS,
    view::REPLICAS,
    view::VIRTUAL_NODES,
    view::HEARTBEAT,
    view::SUSPECT_AFTER,
    Setting {
        name: "patience",
        kind: Kind::Duration(Duration::millis(1), Duration::secs(3_600)),
        default: "800ms",
    },
];

/// One that stands between clients and shards.
#[derive(Clone, Debug, Default)]
pub struct Router {
    view: View,
    /// What it asked shards for, by the number under which it did.
    pending: Map<u64, Pending>,
    next_id: u64,
    /// The time that it last gave to a write.
    last_micros: u64,
    /// The epoch of a change that its user asked for and that is not safe yet.
    changing: Option<Epoch>,
}

#[derive(Clone, Debug)]
struct Pending {
    client: NodeId,
    /// The client's number of the request.
    id: u64,
    key: String,
    work: Work,
    asked: Set<NodeId>,
    /// Who of them has not answered yet.
    waits_for: Set<NodeId>,
    /// Whether somebody was not waited for any longer.
    gave_up: bool,
}

#[derive(Clone, Debug)]
enum Work {
    /// The newest that it was told.
    Read(Option<Item>),
    /// What is to be stored, and on how many disks it is.
    Write(Item, usize),
}

const PATIENCE: &str = "patience";

impl Router {
    /// The ring as this router knows it.
    pub fn placement(&self) -> &Placement {
        self.view.placement()
    }

    /// The shards that it has not heard of for too long.
    pub fn suspects(&self) -> &Set<NodeId> {
        self.view.suspects()
    }

    // What clients ask for.

    fn serve(&mut self, cx: &mut Context<'_, Sharded>, client: NodeId, id: u64, key: String, work: Work) {
        let suspects = self.suspects();
        let mut targets = self.placement().targets(&key, suspects);
        targets.retain(|(shard, _)| !suspects.contains(shard));
        let number = self.next_id;
        self.next_id += 1;
        let (asked, waits_for) = (Set::new(), Set::new());
        let pending = Pending { client, id, key, work, asked, waits_for, gave_up: false };
        self.pending.insert(number, pending);
        self.ask(cx, number, targets);
    }

    /// Asks these shards, and waits for them as long as its patience lasts.
    fn ask(&mut self, cx: &mut Context<'_, Sharded>, number: u64, shards: Vec<(NodeId, Option<NodeId>)>) {
        let Some(mut pending) = self.pending.remove(&number) else { return };
        for (shard, hint) in &shards {
            let key = pending.key.clone();
            let message = match &pending.work {
                Work::Read(_) => Sharded::Read { id: number, key },
                Work::Write(item, _) => Sharded::Write { id: number, key, item: item.clone(), hint: *hint },
            };
            cx.send_routed(*shard, &message);
            pending.asked.insert(*shard);
            pending.waits_for.insert(*shard);
        }
        self.pending.insert(number, pending);
        if shards.is_empty() {
            self.settle(cx, number);
        } else {
            let patience = cx.settings().duration(PATIENCE);
            cx.set_timer(Timer { name: PATIENCE, key: number }, patience);
        }
    }

    /// A shard answered a read, or acknowledged a write.
    fn answered(&mut self, cx: &mut Context<'_, Sharded>, from: NodeId, number: u64, told: Option<Item>) {
        let Some(mut pending) = self.pending.remove(&number) else { return };
        let was_waited_for = pending.waits_for.remove(&from);
        match &mut pending.work {
            Work::Read(newest) => {
                let newer = |item: &Item| newest.as_ref().is_none_or(|newest| item.version > newest.version);
                if let Some(item) = told.filter(newer) {
                    *newest = Some(item);
                }
            }
            Work::Write(_, stored) => *stored += usize::from(was_waited_for),
        }
        let all = pending.waits_for.is_empty();
        self.pending.insert(number, pending);
        if all {
            self.settle(cx, number);
        }
    }

    /// All that were asked have answered, or are not waited for any longer: answers the client, or asks further.
    fn settle(&mut self, cx: &mut Context<'_, Sharded>, number: u64) {
        cx.cancel_timer(Timer { name: PATIENCE, key: number });
        let Some(mut pending) = self.pending.remove(&number) else { return };
        pending.gave_up |= !pending.waits_for.is_empty();
        pending.waits_for = Set::new();
        if let Work::Read(None) = pending.work {
            let not_asked = |shard: &&NodeId| !pending.asked.contains(shard);
            let others = cx.nodes_with_role(SHARD).iter().filter(not_asked);
            let others: Vec<_> = others.map(|shard| (*shard, None)).collect();
            if !others.is_empty() {
                self.pending.insert(number, pending);
                return self.ask(cx, number, others);
            }
        }
        cx.send_routed(pending.client, &pending.outcome());
    }

    fn new_version(&mut self, cx: &Context<'_, Sharded>) -> Version {
        self.last_micros = cx.now().as_micros().max(self.last_micros + 1);
        Version { micros: self.last_micros, router: cx.me().0 }
    }

    // Changes of the ring.

    /// The configuration that a user asks for; none if it is no change, or would leave no shard.
    fn changed(&self, cx: &Context<'_, Sharded>, request: &Change) -> Option<Configuration> {
        let old = self.view.newest();
        let mut new = old.clone();
        match request {
            Change::Add(shard) => new.members.push(*shard),
            Change::Remove(shard) => new.members.retain(|member| member != shard),
            Change::Replicas(replicas) => new.replicas = *replicas,
        }
        new.members = Set::from_iter(new.members).into_iter().collect();
        if new == *old || new.members.is_empty() || old.epoch == Epoch::default() {
            return None;
        }
        new.epoch = Epoch { number: old.epoch.number.saturating_add(1), author: cx.me().0 };
        Some(new)
    }

    fn change(&mut self, cx: &mut Context<'_, Sharded>, change: &Change, request: &str) {
        let new = self.changed(cx, change);
        let epoch = new.as_ref().map(|new| new.epoch);
        if new.is_some_and(|new| self.view.learn(cx, new)) {
            self.changing = epoch;
        } else {
            cx.answer(phrase!("note.ring-unchanged", request = request));
        }
    }

    /// A configuration is safe: only now others may hear of it.
    fn configured(&mut self, cx: &mut Context<'_, Sharded>) {
        self.view.adopt(cx);
        if self.changing == Some(self.placement().epoch()) {
            self.changing = None;
            self.view.announce(cx);
            let configuration = self.placement().configuration();
            let members: Vec<_> = configuration.members.iter().map(|member| cx.name(*member)).collect();
            let (members, replicas) = (members.join(" "), configuration.replicas);
            cx.answer(phrase!("note.ring-changed", members = members, replicas = replicas));
        }
    }
}

impl Pending {
    /// What the client is told.
    fn outcome(self) -> Sharded {
        let Pending { id, key, .. } = self;
        match self.work {
            Work::Write(item, stored) if stored > 0 => Sharded::Stored { id, key, version: item.version },
            Work::Read(Some(item)) => Sharded::Value { id, key, value: Some(item.value) },
            // Everyone says that there is no such key.
            Work::Read(None) if !self.gave_up => Sharded::Value { id, key, value: None },
            _ => Sharded::Failed { id, key },
        }
    }
}

/// What a router's user can ask for.
enum Change {
    Add(NodeId),
    Remove(NodeId),
    Replicas(u64),
}

impl Change {
    fn read(cx: &Context<'_, Sharded>, request: &str) -> Option<Change> {
        let (verb, rest) = request.trim().split_once(' ')?;
        let shard = || cx.nodes_with_role(SHARD).iter().copied().find(|shard| cx.name(*shard) == rest);
        match verb {
            "add" => shard().map(Change::Add),
            "remove" => shard().map(Change::Remove),
            "replicas" => rest.parse().ok().filter(|count| (1..=3).contains(count)).map(Change::Replicas),
            _ => None,
        }
    }
}

impl Process for Router {
    type Message = Sharded;

    fn on_start(&mut self, cx: &mut Context<'_, Sharded>) {
        View::preload(cx);
        self.on_restart(cx);
    }

    fn on_restart(&mut self, cx: &mut Context<'_, Sharded>) {
        self.view = View::begin(cx);
        // Numbers begin at the microsecond of the start, so that an answer to what was asked before a crash is not mistaken.
        self.next_id = cx.now().as_micros();
    }

    fn on_message(&mut self, cx: &mut Context<'_, Sharded>, from: NodeId, message: Sharded) {
        match message {
            Sharded::Get { id, key } => self.serve(cx, from, id, key, Work::Read(None)),
            Sharded::Put { id, key, value } => {
                let item = Item { version: self.new_version(cx), value };
                self.serve(cx, from, id, key, Work::Write(item, 0));
            }
            Sharded::Holds { id, item, .. } => self.answered(cx, from, id, item),
            Sharded::Written { id, .. } => self.answered(cx, from, id, None),
            Sharded::Beat { epoch, started } => drop(self.view.hear(cx, from, epoch, started)),
            Sharded::Configure { configuration } => drop(self.view.learn(cx, configuration)),
            _ => {}
        }
    }

    fn on_timer(&mut self, cx: &mut Context<'_, Sharded>, timer: Timer) {
        match timer {
            view::BEAT => {
                let interval = cx.settings().duration("heartbeat");
                cx.set_timer(view::BEAT, interval);
                self.view.judge(cx);
            }
            view::CONFIGURED => self.configured(cx),
            Timer { key, .. } => self.settle(cx, key),
        }
    }

    fn on_request(&mut self, cx: &mut Context<'_, Sharded>, request: &str) {
        match Change::read(cx, request) {
            Some(change) => self.change(cx, &change, request),
            None => cx.answer(phrase!("note.unknown-ring-request", request = request)),
        }
    }

    fn heap_bytes(&self) -> usize {
        self.view.heap_bytes() + self.pending.len() * size_of::<(u64, Pending)>() * 2
    }

    fn look(&self) -> Look {
        self.view.facts(Look::default()).fact(word!("fact.pending"), self.pending.len() as u64)
    }
}
