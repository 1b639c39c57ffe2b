//! The resolver: it finds out for its stubs, from the root downwards, and remembers (RFC 1034, section 5.3.3).

use crate::sim::network::NodeId;
use crate::sim::process::{Context, Look, Process, Timer};
use crate::sim::settings::{Kind, Setting};
use crate::sim::time::{Duration, Time};
use crate::{phrase, word};

use super::cache::{Cache, TTL, servers_of};
use super::record::{Data, Question, Record, Type, is_within};
use super::{Dns, Rcode, Reply};

pub(super) const SETTINGS: &[Setting] = &[
    // For how long it waits for one server.
    Setting {
        name: "timeout",
        kind: Kind::Duration(Duration::millis(1), Duration::secs(3_600)),
        default: "1s",
    },
    // How often it tries again, with each server of a zone in its turn.
    Setting { name: "retries", kind: Kind::Count(0, 10), default: "2" },
    // The addresses of the root's servers, with spaces between them.
    Setting { name: "hints", kind: Kind::Text, default: "root" },
];

/// A machine that looks names up for others.
#[derive(Clone, Debug, Default)]
pub struct Resolver {
    cache: Cache,
    lookups: Vec<Lookup>,
    /// How many lookups there ever were.
    begun: u64,
    pub(super) questions: u64,
    pub(super) hits: u64,
    pub(super) queries: u64,
    ignored: u64,
    /// What it last told from its cache.
    pub(super) last_told: Option<Told>,
}

/// Something told from the cache.
#[derive(Clone, Debug)]
pub struct Told {
    pub(super) name: String,
    /// When it had arrived.
    pub(super) heard_at: Time,
    /// The seconds for which it might be told from then.
    pub(super) ttl: u32,
    pub(super) told_at: Time,
    /// The seconds that it was passed on with.
    pub(super) seconds_left: u32,
}

/// A question that it is finding out about.
#[derive(Clone, Debug)]
struct Lookup {
    number: u64,
    question: Question,
    askers: Vec<Asker>,
    /// The zone whose servers it asks.
    zone: String,
    /// Their addresses.
    servers: Vec<String>,
    /// Whose turn it is, counted round and round.
    turn: usize,
    tries_left: u64,
    outstanding: Option<Outstanding>,
}

/// Who waits for an answer, and by which number.
#[derive(Clone, Copy, PartialEq, Debug)]
struct Asker {
    node: NodeId,
    id: u16,
}

/// A query under way.
#[derive(Clone, Copy, PartialEq, Debug)]
struct Outstanding {
    server: NodeId,
    id: u16,
}

/// What a response comes to.
enum Verdict {
    /// An answer, or that there is none.
    Final(Reply),
    /// The servers of a zone further down.
    Referral(String, Reply),
    /// Neither.
    Useless,
}

impl Resolver {
    /// How many things are in its cache.
    pub fn cached(&self) -> usize {
        self.cache.len()
    }

    /// How many queries it has sent to authorities since it started.
    pub fn queries(&self) -> u64 {
        self.queries
    }

    /// The name that it last told about from its cache.
    pub fn told_from_cache(&self) -> Option<&str> {
        self.last_told.as_ref().map(|told| told.name.as_str())
    }

    /// How many responses it has ignored since it started, because it had not asked for them.
    pub fn ignored(&self) -> u64 {
        self.ignored
    }

    /// Answers at once what it knows; finds out the rest if it is asked to.
    fn take_question(&mut self, cx: &mut Context<'_, Dns>, asker: Asker, question: Question, recurse: bool) {
        self.questions += 1;
        if let Some((entry, seconds_left)) = self.cache.fresh(cx.now(), &question) {
            self.hits += 1;
            self.last_told = Some(Told {
                name: question.name.clone(),
                heard_at: entry.heard_at,
                ttl: entry.ttl,
                told_at: cx.now(),
                seconds_left,
            });
            return respond(cx, asker, question, entry.told(seconds_left));
        }
        if !recurse {
            return respond(cx, asker, question, Reply::of(Rcode::Refused));
        }
        match self.lookups.iter_mut().find(|lookup| lookup.question == question) {
            Some(lookup) if lookup.askers.contains(&asker) => {}
            Some(lookup) => lookup.askers.push(asker),
            None => self.begin(cx, asker, question),
        }
    }

    /// Begins with the servers that it knows nearest to the name; it always knows those of the root.
    fn begin(&mut self, cx: &mut Context<'_, Dns>, asker: Asker, question: Question) {
        self.begun += 1;
        let hints = || cx.settings().text("hints").split_whitespace().map(str::to_owned).collect();
        let nearest = self.cache.nearest(cx.now(), &question.name);
        let (zone, servers) = nearest.unwrap_or_else(|| (".".to_owned(), hints()));
        let lookup = Lookup {
            number: self.begun,
            question,
            askers: vec![asker],
            zone,
            servers,
            turn: 0,
            tries_left: tries(cx),
            outstanding: None,
        };
        self.ask(cx, lookup);
    }

    /// Asks the server whose turn it is, or gives up.
    fn ask(&mut self, cx: &mut Context<'_, Dns>, mut lookup: Lookup) {
        if lookup.tries_left == 0 || lookup.servers.is_empty() {
            return finish(cx, lookup, Reply::of(Rcode::ServFail));
        }
        lookup.tries_left -= 1;
        let address = &lookup.servers[lookup.turn % lookup.servers.len()];
        lookup.outstanding = cx.at_address("authority", address).map(|server| {
            self.queries += 1;
            Outstanding { server, id: cx.query(server, &lookup.question, false) }
        });
        let patience = cx.settings().duration("timeout");
        cx.set_timer(timeout_of(lookup.number), patience);
        self.lookups.push(lookup);
    }

    /// Takes a response to a query under way; any other is ignored, whoever it is from.
    fn take_response(
        &mut self,
        cx: &mut Context<'_, Dns>,
        from: Outstanding,
        question: &Question,
        reply: &Reply,
    ) {
        let is_asked = |lookup: &Lookup| lookup.outstanding == Some(from) && lookup.question == *question;
        let Some(at) = self.lookups.iter().position(is_asked) else {
            self.ignored += 1;
            return;
        };
        let mut lookup = self.lookups.remove(at);
        cx.cancel_timer(timeout_of(lookup.number));
        match lookup.judge(reply) {
            Verdict::Final(reply) => {
                self.cache.keep(cx, question.clone(), reply.ttl(), reply.clone());
                finish(cx, lookup, reply);
            }
            Verdict::Referral(zone, reply) => {
                lookup.servers = reply.glue();
                self.cache.keep(cx, servers_of(&zone), reply.ttl(), reply);
                lookup.zone = zone;
                (lookup.turn, lookup.tries_left) = (0, tries(cx));
                self.ask(cx, lookup);
            }
            Verdict::Useless => {
                lookup.servers.remove(lookup.turn % lookup.servers.len());
                self.ask(cx, lookup);
            }
        }
    }

    fn take_timeout(&mut self, cx: &mut Context<'_, Dns>, number: u64) {
        if let Some(at) = self.lookups.iter().position(|lookup| lookup.number == number) {
            let mut lookup = self.lookups.remove(at);
            lookup.turn += 1;
            self.ask(cx, lookup);
        }
    }
}

impl Lookup {
    /// What a response comes to, and of its records those that it may speak of.
    fn judge(&self, reply: &Reply) -> Verdict {
        if !matches!(reply.rcode, Rcode::NoError | Rcode::NxDomain) {
            return Verdict::Useless;
        }
        let of = |records: &[Record], is_meant: &dyn Fn(&Record) -> bool| {
            records.iter().filter(|record| is_meant(record)).cloned().collect::<Vec<_>>()
        };
        let answers = of(&reply.answers, &|record| self.question.is_answered_by(record));
        let firsts = of(&reply.authority, &|record| self.is_on_the_way(record, Type::Soa));
        if reply.authoritative && (!answers.is_empty() || !firsts.is_empty()) {
            return Verdict::Final(Reply { answers, authority: firsts, ..Reply::of(reply.rcode) });
        }
        let is_below = |record: &Record| self.is_on_the_way(record, Type::Ns) && record.name != self.zone;
        let Some(zone) = reply.authority.iter().find(|record| is_below(record)).map(|record| &record.name)
        else {
            return Verdict::Useless;
        };
        let servers = of(&reply.authority, &|record| is_below(record) && record.name == *zone);
        let is_glue = |record: &Record| {
            let serves = |server: &Record| matches!(&server.data, Data::Ns(name) if *name == record.name);
            record.data.kind() == Type::A && is_within(&record.name, &self.zone) && servers.iter().any(serves)
        };
        let additional = of(&reply.additional, &is_glue);
        let referral = Reply { answers: servers, additional, ..Reply::of(Rcode::NoError) };
        Verdict::Referral(zone.clone(), referral)
    }

    /// Whether a record of this kind is of a zone between the one that is asked and the name.
    fn is_on_the_way(&self, record: &Record, kind: Type) -> bool {
        record.data.kind() == kind
            && is_within(&record.name, &self.zone)
            && is_within(&self.question.name, &record.name)
    }
}

impl Process for Resolver {
    type Message = Dns;

    fn on_message(&mut self, cx: &mut Context<'_, Dns>, from: NodeId, message: Dns) {
        match message {
            Dns::Query { id, question, recursion_desired } => {
                self.take_question(cx, Asker { node: from, id }, question, recursion_desired);
            }
            Dns::Response { id, question, reply } => {
                self.take_response(cx, Outstanding { server: from, id }, &question, &reply);
            }
        }
    }

    fn on_timer(&mut self, cx: &mut Context<'_, Dns>, timer: Timer) {
        match timer.name {
            TTL => self.cache.forget(timer.key),
            _ => self.take_timeout(cx, timer.key),
        }
    }

    fn heap_bytes(&self) -> usize {
        // A question, and a handful of records with names of some twenty characters.
        600 * (self.cache.len() + self.lookups.len())
    }

    fn look(&self) -> Look {
        let lines = self.cache.iter().map(|(question, entry)| entry.summary(question));
        let waits: Vec<_> = self.lookups.iter().map(|lookup| lookup.question.to_string()).collect();
        Look::default()
            .badge(phrase!("fact.n-cached", n = self.cache.len()).to_string())
            .fact(word!("fact.cached"), lines.collect::<Vec<_>>().join("; "))
            .fact(word!("fact.waits-for"), waits.join(" "))
            .fact(word!("fact.questions"), self.questions)
            .fact(word!("fact.ignored"), self.ignored)
    }
}

/// The timer of the query of a lookup.
const fn timeout_of(number: u64) -> Timer {
    Timer { name: "timeout", key: number }
}

fn tries(cx: &Context<'_, Dns>) -> u64 {
    1 + cx.settings().count("retries")
}

/// Tells all who wait how it went.
fn finish(cx: &mut Context<'_, Dns>, lookup: Lookup, reply: Reply) {
    for asker in lookup.askers {
        respond(cx, asker, lookup.question.clone(), reply.clone());
    }
}

fn respond(cx: &mut Context<'_, Dns>, asker: Asker, question: Question, reply: Reply) {
    cx.reach(asker.node, &Dns::Response { id: asker.id, question, reply });
}
