//! The client: one request at a time, with time-outs and retries.

use std::collections::VecDeque;

use crate::sim::network::NodeId;
use crate::sim::process::{Context, Look, Message as _, Process, Timer, timer};
use crate::sim::settings::{Kind, Setting};
use crate::sim::time::{Duration, Time};
use crate::sorted::Map;
use crate::words::Phrase;
use crate::{phrase, word};

use super::KeyValue;

pub(super) const SETTINGS: &[Setting] = &[
    Setting {
        name: "timeout",
        kind: Kind::Duration(Duration::millis(1), Duration::secs(3_600)),
        default: "1s",
    },
    Setting { name: "retries", kind: Kind::Count(0, 10), default: "2" },
    // How often the client asks by itself; 0s is never.
    Setting { name: "interval", kind: Kind::Duration(Duration::ZERO, Duration::secs(3_600)), default: "0s" },
];

/// The computer of someone who wants something of the server.
#[derive(Clone, Debug, Default)]
pub struct Client {
    /// What it asked for and waits for.
    pending: Option<Pending>,
    /// What its user wants next.
    waiting: VecDeque<Wish>,
    /// What it last learned about a key, in the notation of the badge.
    learned: Option<String>,
    answered: u64,
    failed: u64,
    /// Whether the last request that was settled failed.
    last_failed: bool,
    pub(super) latency_total: Duration,
    /// The last request that was answered.
    last_answered: Option<Answered>,
    /// The newest version of each key that the server acknowledged to this client.
    pub(super) acknowledged: Map<String, u64>,
    next_id: u64,
    pub(super) interval: Duration,
    /// How often it asked by itself.
    loads: u64,
}

/// What somebody wants of a client of a store of keys.
#[derive(Clone, PartialEq, Debug)]
pub enum Wish {
    /// The value of this key.
    Get(String),
    /// That this key has this value.
    Put(String, String),
}

impl Wish {
    /// Reads `put x=1` or `get x`.
    pub fn read(request: &str) -> Option<Wish> {
        let (verb, rest) = request.trim().split_once(' ')?;
        match (verb, rest.split_once('=')) {
            ("put", Some((key, value))) if is_key(key) && is_value(value) => {
                Some(Wish::Put(key.to_owned(), value.to_owned()))
            }
            ("get", None) if is_key(rest) => Some(Wish::Get(rest.to_owned())),
            _ => None,
        }
    }
}

#[derive(Clone, Debug)]
struct Pending {
    message: KeyValue,
    asked_at: Time,
    tries_left: u64,
    /// Whether its user asked, and is to be told.
    by_user: bool,
}

/// When a request was asked and when it was answered.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Answered {
    /// When it was first sent.
    pub asked_at: Time,
    /// When its answer came.
    pub answered_at: Time,
}

impl Client {
    /// How many requests were answered since it started.
    pub fn answered(&self) -> u64 {
        self.answered
    }

    /// How many requests it gave up since it started.
    pub fn failed(&self) -> u64 {
        self.failed
    }

    /// Whether the last request that was settled failed: it was given up, or refused.
    pub fn last_failed(&self) -> bool {
        self.last_failed
    }

    /// The last request that was answered.
    pub fn last_answered(&self) -> Option<Answered> {
        self.last_answered
    }

    /// Whether it waits for an answer.
    pub fn is_waiting(&self) -> bool {
        self.pending.is_some()
    }

    /// What it last learned about a key, such as `x = 1`; `x = ?` after a failure, `x = –` if nobody put it.
    pub fn learned(&self) -> Option<&str> {
        self.learned.as_deref()
    }

    /// Starts a request; only one is ever under way.
    fn ask(&mut self, cx: &mut Context<'_, KeyValue>, wish: Wish, by_user: bool) {
        let id = self.next_id;
        self.next_id += 1;
        let message = match wish {
            Wish::Get(key) => KeyValue::Get { id, key },
            Wish::Put(key, value) => KeyValue::Put { id, key, value },
        };
        let tries_left = 1 + cx.settings().count("retries");
        self.pending = Some(Pending { message, asked_at: cx.now(), tries_left, by_user });
        self.try_once(cx);
    }

    fn try_once(&mut self, cx: &mut Context<'_, KeyValue>) {
        let Some(pending) = &mut self.pending else { return };
        let Some(tries_left) = pending.tries_left.checked_sub(1) else { return self.give_up(cx) };
        pending.tries_left = tries_left;
        if let Some(server) = cx.nodes_with_role("server").first() {
            cx.reach(*server, &pending.message);
        }
        let patience = cx.settings().duration("timeout");
        cx.set_timer(TIMEOUT, patience);
    }

    fn give_up(&mut self, cx: &mut Context<'_, KeyValue>) {
        let Some(pending) = self.pending.take() else { return };
        self.failed += 1;
        self.last_failed = true;
        let (key, label) = (pending.message.key(), pending.message.label());
        self.learned = Some(format!("{key} = ?"));
        say(cx, pending.by_user, phrase!("note.request-failed", request = label));
        self.next_wish(cx);
    }

    fn next_wish(&mut self, cx: &mut Context<'_, KeyValue>) {
        if let Some(wish) = self.waiting.pop_front() {
            self.ask(cx, wish, true);
        }
    }

    /// Takes an answer to the request under way; an answer to an older one is too late.
    fn take_answer(&mut self, cx: &mut Context<'_, KeyValue>, answer: KeyValue) {
        let Some(pending) = self.pending.take_if(|pending| pending.message.id() == answer.id()) else {
            return;
        };
        cx.cancel_timer(TIMEOUT);
        let learned = self.learn(&pending, &answer);
        self.learned = Some(learned.clone());
        self.last_failed = matches!(answer, KeyValue::Full { .. });
        if let KeyValue::Full { .. } = answer {
            self.failed += 1;
            say(cx, pending.by_user, phrase!("note.disk-full", request = pending.message.label()));
        } else {
            self.count_answer(cx.now(), &pending);
            if pending.by_user {
                let request = pending.message.label();
                cx.answer(phrase!("note.request-answered", request = request, answer = learned));
            }
        }
        self.next_wish(cx);
    }

    fn count_answer(&mut self, answered_at: Time, pending: &Pending) {
        let answered = Answered { asked_at: pending.asked_at, answered_at };
        self.answered += 1;
        self.latency_total += answered_at.since(answered.asked_at);
        self.last_answered = Some(answered);
    }

    fn learn(&mut self, pending: &Pending, answer: &KeyValue) -> String {
        match (answer, &pending.message) {
            (KeyValue::Value { key, value, .. }, _) => format!("{key} = {value}"),
            (KeyValue::Stored { key, version, .. }, KeyValue::Put { value, .. }) => {
                let newest = self.acknowledged.get_or_insert_with(key.clone(), u64::default);
                *newest = (*newest).max(*version);
                format!("{key} = {value}")
            }
            (KeyValue::NotFound { key, .. }, _) => format!("{key} = –"),
            _ => format!("{} = ?", answer.key()),
        }
    }

    /// Asks by itself if nothing is under way: in turns it puts its own key and gets it.
    fn load(&mut self, cx: &mut Context<'_, KeyValue>) {
        cx.set_timer(LOAD, self.interval);
        if self.pending.is_some() {
            return;
        }
        self.loads += 1;
        let key = cx.name(cx.me()).to_owned();
        let wish = if self.loads % 2 == 1 {
            Wish::Put(key, cx.rng().below(100).to_string())
        } else {
            Wish::Get(key)
        };
        self.ask(cx, wish, false);
    }
}

impl Process for Client {
    type Message = KeyValue;

    fn on_start(&mut self, cx: &mut Context<'_, KeyValue>) {
        // Numbers begin at the microsecond of the start, so that a restarted client never uses one twice.
        self.next_id = cx.now().as_micros();
        self.on_settings(cx);
    }

    fn on_message(&mut self, cx: &mut Context<'_, KeyValue>, _: NodeId, message: KeyValue) {
        self.take_answer(cx, message);
    }

    fn on_timer(&mut self, cx: &mut Context<'_, KeyValue>, timer: Timer) {
        match timer {
            TIMEOUT => self.try_once(cx),
            _ => self.load(cx),
        }
    }

    fn on_request(&mut self, cx: &mut Context<'_, KeyValue>, request: &str) {
        match Wish::read(request) {
            Some(wish) if self.pending.is_none() => self.ask(cx, wish, true),
            Some(wish) => self.waiting.push_back(wish),
            None => cx.answer(phrase!("note.unknown-key-request", request = request)),
        }
    }

    /// A new pace of its own load takes effect at once, from a moment of its own, so that clients do not ask in step.
    fn on_settings(&mut self, cx: &mut Context<'_, KeyValue>) {
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
        let look = Look::default()
            .fact(word!("fact.answered"), self.answered)
            .fact(word!("fact.failed"), self.failed)
            .fact(word!("fact.waits-for"), label_or_dash(self.pending.as_ref().map(|p| p.message.label())))
            .fact(word!("fact.last-answer"), label_or_dash(self.learned.clone()));
        match &self.learned {
            Some(learned) => look.badge(learned.as_str()),
            None => look,
        }
    }
}

const TIMEOUT: Timer = timer("timeout");
const LOAD: Timer = timer("load");

fn say(cx: &mut Context<'_, KeyValue>, by_user: bool, outcome: Phrase) {
    if by_user {
        cx.answer(outcome);
    } else {
        cx.note(outcome);
    }
}

fn label_or_dash(label: Option<String>) -> String {
    label.unwrap_or_else(|| "–".to_owned())
}

fn is_key(key: &str) -> bool {
    (1..=12).contains(&key.len()) && key.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
}

fn is_value(value: &str) -> bool {
    (1..=12).contains(&value.chars().count()) && !value.contains(char::is_whitespace)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn requests_are_read_as_documented() {
        assert_eq!(Wish::read("put x=1"), Some(Wish::Put("x".to_owned(), "1".to_owned())));
        assert_eq!(Wish::read(" get long_name_12 "), Some(Wish::Get("long_name_12".to_owned())));
        assert_eq!(Wish::read("put x=a=b"), Some(Wish::Put("x".to_owned(), "a=b".to_owned())));
        for wrong in
            ["", "put", "put x", "put =1", "put x=", "get", "get x=1", "get long_name_is_13", "del x"]
        {
            assert_eq!(Wish::read(wrong), None, "{wrong}");
        }
    }
}
