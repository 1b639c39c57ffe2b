//! A client: one request at a time, to the router of its side. It does not try again.

use std::collections::VecDeque;

use crate::protocols::key_value::{Answered, Wish};
use crate::sim::network::NodeId;
use crate::sim::process::{Context, Look, Message as _, Process, Timer, timer};
use crate::sim::settings::{Kind, Setting};
use crate::sim::time::{Duration, Time};
use crate::sorted::Map;
use crate::{phrase, word};

use super::{SHARD_ROUTER, Sharded, Version};

pub(super) const SETTINGS: &[Setting] = &[
    Setting {
        name: "timeout",
        kind: Kind::Duration(Duration::millis(1), Duration::secs(3_600)),
        default: "3s",
    },
    // How often the client asks by itself; 0s is never.
    Setting { name: "interval", kind: Kind::Duration(Duration::ZERO, Duration::secs(3_600)), default: "0s" },
    // Of how many keys, k1 and so on.
    Setting { name: "keys", kind: Kind::Count(0, 500), default: "24" },
];

/// The computer of someone who wants something of the store.
#[derive(Clone, Debug, Default)]
pub struct ShardClient {
    /// What it asked for and waits for.
    pending: Option<Pending>,
    /// What its user wants next.
    waiting: VecDeque<Wish>,
    /// What it last learned about a key, in the notation of the badge.
    learned: Option<String>,
    answered: u64,
    failed: u64,
    last_failed: Option<String>,
    last_answered: Option<Answered>,
    latency_total: Duration,
    /// The newest version of each key that it was told is stored.
    pub(super) acknowledged: Map<String, Version>,
    next_id: u64,
    interval: Duration,
    /// How often it asked by itself.
    loads: u64,
}

#[derive(Clone, Debug)]
struct Pending {
    id: u64,
    wish: Wish,
    asked_at: Time,
    /// Whether its user asked, and is to be told.
    by_user: bool,
}

const TIMEOUT: Timer = timer("timeout");
const LOAD: Timer = timer("load");

impl ShardClient {
    /// How many requests were answered since it started.
    pub fn answered(&self) -> u64 {
        self.answered
    }

    /// How many requests failed since it started.
    pub fn failed(&self) -> u64 {
        self.failed
    }

    /// The key of the last request that failed.
    pub fn last_failed(&self) -> Option<&str> {
        self.last_failed.as_deref()
    }

    /// The last request that was answered.
    pub fn last_answered(&self) -> Option<Answered> {
        self.last_answered
    }

    /// How long it waited for all answers together.
    pub fn latency_total(&self) -> Duration {
        self.latency_total
    }

    /// What it last learned about a key, such as `k1 = 3`; `k1 = ?` after a failure, `k1 = –` if nobody put it.
    pub fn learned(&self) -> Option<&str> {
        self.learned.as_deref()
    }

    /// Whether it asks for nothing and waits for nothing.
    pub fn is_idle(&self) -> bool {
        self.pending.is_none() && self.interval == Duration::ZERO
    }

    fn ask(&mut self, cx: &mut Context<'_, Sharded>, wish: Wish, by_user: bool) {
        let id = self.next_id;
        self.next_id += 1;
        let message = request(id, wish.clone());
        self.pending = Some(Pending { id, wish, asked_at: cx.now(), by_user });
        let patience = cx.settings().duration("timeout");
        cx.set_timer(TIMEOUT, patience);
        let routers = cx.nodes_with_role(SHARD_ROUTER);
        let nearest = routers.iter().find(|router| cx.neighbours().contains(router)).or(routers.first());
        if let Some(router) = nearest {
            cx.send_routed(*router, &message);
        }
    }

    fn next_wish(&mut self, cx: &mut Context<'_, Sharded>) {
        if let Some(wish) = self.waiting.pop_front() {
            self.ask(cx, wish, true);
        }
    }

    /// The router says that the request failed, or says nothing in time.
    fn fail(&mut self, cx: &mut Context<'_, Sharded>) {
        let Some(pending) = self.pending.take() else { return };
        cx.cancel_timer(TIMEOUT);
        self.failed += 1;
        self.learned = Some(format!("{} = ?", pending.key()));
        self.last_failed = Some(pending.key().to_owned());
        let outcome = phrase!("note.no-shard-answered", request = pending.label());
        if pending.by_user {
            cx.answer(outcome)
        } else {
            cx.note(outcome)
        }
        self.next_wish(cx);
    }

    /// What it asked for is there, or is done.
    fn learn(&mut self, cx: &mut Context<'_, Sharded>, value: Option<&str>) {
        let Some(pending) = self.pending.take() else { return };
        cx.cancel_timer(TIMEOUT);
        let answered = Answered { asked_at: pending.asked_at, answered_at: cx.now() };
        self.answered += 1;
        self.latency_total += answered.answered_at.since(answered.asked_at);
        self.last_answered = Some(answered);
        let learned = format!("{} = {}", pending.key(), value.unwrap_or("–"));
        if pending.by_user {
            cx.answer(phrase!("note.request-answered", request = pending.label(), answer = &learned));
        }
        self.learned = Some(learned);
        self.next_wish(cx);
    }

    fn stored(&mut self, cx: &mut Context<'_, Sharded>, version: Version) {
        let Some(Pending { wish: Wish::Put(key, value), .. }) = self.pending.clone() else { return };
        let newest = self.acknowledged.get_or_insert_with(key, Version::default);
        *newest = version.max(*newest);
        self.learn(cx, Some(&value));
    }

    /// Asks by itself if nothing is under way: in turns it puts and gets a key drawn at random.
    fn load(&mut self, cx: &mut Context<'_, Sharded>) {
        cx.set_timer(LOAD, self.interval);
        let keys = cx.settings().count("keys");
        if self.pending.is_some() || keys == 0 {
            return;
        }
        self.loads += 1;
        let key = format!("k{}", 1 + cx.rng().below(keys));
        let wish = match self.loads % 2 {
            1 => Wish::Get(key),
            _ => Wish::Put(key, cx.rng().below(100).to_string()),
        };
        self.ask(cx, wish, false);
    }
}

fn request(id: u64, wish: Wish) -> Sharded {
    match wish {
        Wish::Get(key) => Sharded::Get { id, key },
        Wish::Put(key, value) => Sharded::Put { id, key, value },
    }
}

impl Pending {
    fn key(&self) -> &str {
        let (Wish::Get(key) | Wish::Put(key, _)) = &self.wish;
        key
    }

    fn label(&self) -> String {
        request(self.id, self.wish.clone()).label()
    }
}

impl Process for ShardClient {
    type Message = Sharded;

    fn on_start(&mut self, cx: &mut Context<'_, Sharded>) {
        // Numbers begin at the microsecond of the start, so that a restarted client never uses one twice.
        self.next_id = cx.now().as_micros();
        self.on_settings(cx);
    }

    fn on_message(&mut self, cx: &mut Context<'_, Sharded>, _: NodeId, message: Sharded) {
        // An answer to an older request is too late.
        let (Sharded::Value { id, .. } | Sharded::Stored { id, .. } | Sharded::Failed { id, .. }) = &message
        else {
            return;
        };
        if self.pending.as_ref().is_none_or(|pending| pending.id != *id) {
            return;
        }
        match message {
            Sharded::Value { value, .. } => self.learn(cx, value.as_deref()),
            Sharded::Stored { version, .. } => self.stored(cx, version),
            _ => self.fail(cx),
        }
    }

    fn on_timer(&mut self, cx: &mut Context<'_, Sharded>, timer: Timer) {
        match timer {
            TIMEOUT => self.fail(cx),
            _ => self.load(cx),
        }
    }

    fn on_request(&mut self, cx: &mut Context<'_, Sharded>, request: &str) {
        match Wish::read(request) {
            Some(wish) if self.pending.is_none() => self.ask(cx, wish, true),
            Some(wish) => self.waiting.push_back(wish),
            None => cx.answer(phrase!("note.unknown-key-request", request = request)),
        }
    }

    /// A new pace of its own load takes effect at once, from a moment of its own, so that clients do not ask in step.
    fn on_settings(&mut self, cx: &mut Context<'_, Sharded>) {
        let interval = cx.settings().duration("interval");
        if interval == self.interval {
            return;
        }
        self.interval = interval;
        cx.cancel_timer(LOAD);
        if interval > Duration::ZERO {
            let first = cx.rng().between(Duration::ZERO, interval);
            cx.set_timer(LOAD, first);
        }
    }

    fn heap_bytes(&self) -> usize {
        // Names and values have up to a dozen characters.
        64 * (self.waiting.len() + self.acknowledged.len())
    }

    fn look(&self) -> Look {
        let waits_for = self.pending.as_ref().map_or_else(|| "–".to_owned(), Pending::label);
        let look = Look::default()
            .fact(word!("fact.answered"), self.answered)
            .fact(word!("fact.failed"), self.failed)
            .fact(word!("fact.waits-for"), waits_for);
        match &self.learned {
            Some(learned) => look.badge(learned.as_str()),
            None => look,
        }
    }
}
