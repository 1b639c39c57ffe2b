//! The stub: it asks a resolver, and the next one if that does not answer.

use std::collections::VecDeque;

use crate::sim::network::NodeId;
use crate::sim::process::{Context, Look, Process, Timer, timer};
use crate::sim::settings::{Kind, Setting};
use crate::sim::time::{Duration, Time};
use crate::words::Phrase;
use crate::{phrase, word};

use super::record::{Question, parse_name};
use super::{Dns, Rcode, Reply};

pub(super) const SETTINGS: &[Setting] = &[
    // The addresses of its resolvers, with spaces between them.
    Setting { name: "resolvers", kind: Kind::Text, default: "r1" },
    Setting {
        name: "timeout",
        kind: Kind::Duration(Duration::millis(1), Duration::secs(3_600)),
        default: "5s",
    },
    Setting { name: "retries", kind: Kind::Count(0, 10), default: "1" },
    // How often it asks by itself; 0s is never.
    Setting { name: "interval", kind: Kind::Duration(Duration::ZERO, Duration::secs(3_600)), default: "0s" },
    // What it asks for by itself.
    Setting { name: "names", kind: Kind::Text, default: "www.example.com" },
];

/// The computer of somebody who wants the address of a name.
#[derive(Clone, Debug, Default)]
pub struct Stub {
    /// What it is looking up.
    pending: Option<Pending>,
    /// What its user wants to know next.
    waiting: VecDeque<String>,
    last: Option<Looked>,
    /// When it had asked for what it was last answered.
    pub(super) last_answered: Option<Time>,
    pub(super) answered: u64,
    pub(super) failed: u64,
    pub(super) interval: Duration,
}

#[derive(Clone, Debug)]
struct Pending {
    question: Question,
    asked_at: Time,
    tries_left: u64,
    /// Whose turn it is of the resolvers, counted round and round.
    turn: usize,
    /// Who was asked last, and by which number.
    outstanding: Option<(NodeId, u16)>,
    /// Whether its user asked, and is to be told.
    by_user: bool,
}

/// A lookup that came to an end.
#[derive(Clone, PartialEq, Debug)]
pub struct Looked {
    /// Of which name.
    pub name: String,
    /// How it went.
    pub outcome: Outcome,
    /// When it was begun.
    pub asked_at: Time,
    /// When it ended.
    pub ended_at: Time,
}

/// How a lookup went.
#[derive(Clone, PartialEq, Debug)]
pub enum Outcome {
    /// The name has this address.
    Found(String),
    /// There is no such name, or it has no address.
    Missing(Rcode),
    /// Nobody could tell: this answer, or none at all.
    Failed(Option<Rcode>),
}

impl Looked {
    /// The address, if one was found.
    pub fn address(&self) -> Option<&str> {
        match &self.outcome {
            Outcome::Found(address) => Some(address),
            _ => None,
        }
    }

    /// Whether nobody could tell.
    pub fn failed(&self) -> bool {
        matches!(self.outcome, Outcome::Failed(_))
    }

    /// How it went, in a word.
    fn told(&self) -> &str {
        match &self.outcome {
            Outcome::Found(address) => address,
            // That a name exists but has no address has no code of its own.
            Outcome::Missing(Rcode::NoError) => "–",
            Outcome::Missing(rcode) | Outcome::Failed(Some(rcode)) => rcode.name(),
            Outcome::Failed(None) => "?",
        }
    }
}

impl Stub {
    /// Its last lookup that came to an end.
    pub fn last(&self) -> Option<&Looked> {
        self.last.as_ref()
    }

    /// How many lookups were answered since it started; that there is no such name is an answer.
    pub fn answered(&self) -> u64 {
        self.answered
    }

    /// How many lookups failed since it started.
    pub fn failed(&self) -> u64 {
        self.failed
    }

    /// Whether it waits for an answer.
    pub fn is_waiting(&self) -> bool {
        self.pending.is_some()
    }

    /// Starts a lookup; only one is ever under way.
    fn look_up(&mut self, cx: &mut Context<'_, Dns>, name: &str, by_user: bool) {
        let question = Question::address_of(name);
        let tries_left = 1 + cx.settings().count("retries");
        let (asked_at, turn, outstanding) = (cx.now(), 0, None);
        self.pending = Some(Pending { question, asked_at, tries_left, turn, outstanding, by_user });
        self.ask(cx);
    }

    fn ask(&mut self, cx: &mut Context<'_, Dns>) {
        let Some(pending) = &mut self.pending else { return };
        let Some(tries_left) = pending.tries_left.checked_sub(1) else {
            return self.end(cx, Outcome::Failed(None));
        };
        pending.tries_left = tries_left;
        let addresses: Vec<_> = cx.settings().text("resolvers").split_whitespace().collect();
        let address = addresses.get(pending.turn % addresses.len().max(1));
        let resolver = address.and_then(|address| cx.at_address("resolver", address));
        pending.turn += 1;
        pending.outstanding =
            resolver.map(|resolver| (resolver, cx.query(resolver, &pending.question, true)));
        let patience = cx.settings().duration("timeout");
        cx.set_timer(TIMEOUT, patience);
    }

    /// Takes the answer to the query under way; any other is ignored.
    fn take_response(
        &mut self,
        cx: &mut Context<'_, Dns>,
        from: (NodeId, u16),
        question: &Question,
        reply: &Reply,
    ) {
        let is_asked =
            |pending: &&mut Pending| pending.outstanding == Some(from) && pending.question == *question;
        let Some(pending) = self.pending.as_mut().filter(is_asked) else { return };
        let address = reply.answers.iter().find(|record| question.is_answered_by(record));
        let outcome = match (reply.rcode, address.and_then(|record| record.data.address())) {
            (Rcode::NoError, Some(address)) => Outcome::Found(address.to_owned()),
            (Rcode::NoError | Rcode::NxDomain, _) => Outcome::Missing(reply.rcode),
            _ => Outcome::Failed(Some(reply.rcode)),
        };
        let has_others = cx.settings().text("resolvers").split_whitespace().count() > 1;
        match outcome {
            // Another resolver may know better; the same one would say the same.
            Outcome::Failed(_) if has_others && pending.tries_left > 0 => self.ask(cx),
            outcome => self.end(cx, outcome),
        }
    }

    fn end(&mut self, cx: &mut Context<'_, Dns>, outcome: Outcome) {
        let Some(pending) = self.pending.take() else { return };
        cx.cancel_timer(TIMEOUT);
        let Pending { question, asked_at, by_user, .. } = pending;
        let looked = Looked { name: question.name, outcome, asked_at, ended_at: cx.now() };
        if looked.failed() {
            self.failed += 1;
            say(
                cx,
                by_user,
                phrase!("note.lookup-failed", name = looked.name.as_str(), answer = looked.told()),
            );
        } else {
            self.answered += 1;
            self.last_answered = Some(asked_at);
            if by_user {
                cx.answer(phrase!("note.looked-up", name = looked.name.as_str(), answer = looked.told()));
            }
        }
        self.last = Some(looked);
        if let Some(name) = self.waiting.pop_front() {
            self.look_up(cx, &name, true);
        }
    }

    /// Asks by itself for one of its names, if nothing is under way.
    fn load(&mut self, cx: &mut Context<'_, Dns>) {
        cx.set_timer(LOAD, self.interval);
        if self.pending.is_some() {
            return;
        }
        let names: Vec<_> = cx.settings().text("names").split_whitespace().filter_map(parse_name).collect();
        if let Some(name) = cx.rng().pick(&names) {
            self.look_up(cx, name, false);
        }
    }
}

impl Process for Stub {
    type Message = Dns;

    fn on_start(&mut self, cx: &mut Context<'_, Dns>) {
        self.on_settings(cx);
    }

    fn on_message(&mut self, cx: &mut Context<'_, Dns>, from: NodeId, message: Dns) {
        if let Dns::Response { id, question, reply } = message {
            self.take_response(cx, (from, id), &question, &reply);
        }
    }

    fn on_timer(&mut self, cx: &mut Context<'_, Dns>, timer: Timer) {
        match timer {
            TIMEOUT => self.ask(cx),
            _ => self.load(cx),
        }
    }

    fn on_request(&mut self, cx: &mut Context<'_, Dns>, request: &str) {
        let name = request.trim().strip_prefix("ask ").and_then(|name| parse_name(name.trim()));
        match name {
            Some(name) if self.pending.is_none() => self.look_up(cx, &name, true),
            Some(name) => self.waiting.push_back(name),
            None => cx.answer(phrase!("note.unknown-name-request", request = request)),
        }
    }

    /// A new pace of its own load takes effect at once, from a moment of its own, so that stubs do not ask in step.
    fn on_settings(&mut self, cx: &mut Context<'_, Dns>) {
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
        // Names have some twenty characters.
        48 * (self.waiting.len() + 2)
    }

    fn look(&self) -> Look {
        let dash = || "–".to_owned();
        let waits = self.pending.as_ref().map_or_else(dash, |pending| pending.question.to_string());
        let learned = self.last.as_ref().map(|last| format!("{} = {}", last.name, last.told()));
        let look = Look::default()
            .fact(word!("fact.answered"), self.answered)
            .fact(word!("fact.failed"), self.failed)
            .fact(word!("fact.waits-for"), waits)
            .fact(word!("fact.last-answer"), learned.unwrap_or_else(dash));
        match &self.last {
            Some(last) => look.badge(last.told()),
            None => look,
        }
    }
}

const TIMEOUT: Timer = timer("timeout");
const LOAD: Timer = timer("load");

fn say(cx: &mut Context<'_, Dns>, by_user: bool, outcome: Phrase) {
    if by_user {
        cx.answer(outcome);
    } else {
        cx.note(outcome);
    }
}
