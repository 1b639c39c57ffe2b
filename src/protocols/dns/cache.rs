//! What a resolver keeps for a while, and with how many seconds left it passes it on (RFC 1034, section 5.3.3; RFC 2308).

use crate::sim::process::{Context, Timer};
use crate::sim::time::Time;
use crate::sorted::Map;

use super::record::{Question, Record, Type, seconds, upwards};
use super::{Dns, Rcode, Reply};

/// Answers, that there is none, and referrals, each by the question that it answers.
#[derive(Clone, Debug, Default)]
pub struct Cache {
    entries: Map<Question, Entry>,
    /// How many there ever were.
    kept: u64,
}

/// Something kept.
#[derive(Clone, Debug)]
pub struct Entry {
    number: u64,
    /// When it arrived.
    pub heard_at: Time,
    /// For how many seconds from then it may be told.
    pub ttl: u32,
    reply: Reply,
}

impl Entry {
    /// The whole seconds that are left; nothing once its time is over. A watcher may hold its timer back, so the clock decides.
    pub fn seconds_left(&self, now: Time) -> Option<u32> {
        let ends_at = self.ends_at();
        let left = ends_at.since(now).as_micros() / 1_000_000;
        (now < ends_at).then(|| u32::try_from(left).unwrap_or(u32::MAX))
    }

    /// When its time is over.
    pub fn ends_at(&self) -> Time {
        self.heard_at + seconds(self.ttl)
    }

    /// What was heard, with the seconds that are left. It is hearsay: not authoritative.
    pub fn told(&self, seconds_left: u32) -> Reply {
        let aged = |records: &[Record]| records.iter().map(|record| record.with_ttl(seconds_left)).collect();
        let Reply { rcode, answers, authority, .. } = &self.reply;
        Reply { answers: aged(answers), authority: aged(authority), ..Reply::of(*rcode) }
    }

    /// In a few words: its question and what it says.
    pub fn summary(&self, question: &Question) -> String {
        let told = match self.reply.answers.first() {
            Some(record) => record.with_ttl(self.ttl).to_string(),
            None => format!("{} {}", question.name, self.reply.rcode.name()),
        };
        format!("{told} – {}", self.ends_at())
    }
}

impl Cache {
    /// How much it keeps.
    pub fn len(&self) -> usize {
        self.entries.len()
    }

    /// All that it keeps.
    pub fn iter(&self) -> impl Iterator<Item = (&Question, &Entry)> {
        self.entries.iter()
    }

    /// What it has to say to a question.
    pub fn fresh(&self, now: Time, question: &Question) -> Option<(&Entry, u32)> {
        let entry = self.entries.get(question)?;
        Some((entry, entry.seconds_left(now)?))
    }

    /// The zone nearest to a name whose servers it knows, and their addresses.
    pub fn nearest(&self, now: Time, name: &str) -> Option<(String, Vec<String>)> {
        upwards(name).find_map(|zone| {
            let (entry, _) = self.fresh(now, &servers_of(zone))?;
            let addresses = entry.reply.glue();
            (!addresses.is_empty()).then(|| (zone.to_owned(), addresses))
        })
    }

    /// Keeps what was heard, in place of what it knew before. What may not be kept at all is not.
    pub fn keep(&mut self, cx: &mut Context<'_, Dns>, question: Question, ttl: u32, reply: Reply) {
        if let Some(old) = self.entries.remove(&question) {
            cx.cancel_timer(ttl_of(old.number));
        }
        if ttl > 0 {
            self.kept += 1;
            cx.set_timer(ttl_of(self.kept), seconds(ttl));
            self.entries.insert(question, Entry { number: self.kept, heard_at: cx.now(), ttl, reply });
        }
    }

    /// Forgets what the timer of this key was set for.
    pub fn forget(&mut self, number: u64) {
        let ended = self.entries.iter().find(|(_, entry)| entry.number == number);
        if let Some(question) = ended.map(|(question, _)| question.clone()) {
            self.entries.remove(&question);
        }
    }
}

/// The question whose answer says who serves a zone.
pub fn servers_of(zone: &str) -> Question {
    Question { name: zone.to_owned(), kind: Type::Ns }
}

/// The name of the timers that end entries.
pub const TTL: &str = "ttl";

const fn ttl_of(number: u64) -> Timer {
    Timer { name: TTL, key: number }
}

impl Reply {
    /// The addresses of those who know more.
    pub(super) fn glue(&self) -> Vec<String> {
        self.additional.iter().filter_map(|glue| glue.data.address()).map(str::to_owned).collect()
    }

    /// For how many seconds it may be kept: its records' shortest time to live; that there is no answer, as long as the zone says.
    pub(super) fn ttl(&self) -> u32 {
        let shortest = self.answers.iter().chain(&self.additional).map(|record| record.ttl).min();
        shortest.or_else(|| self.negative_ttl()).unwrap_or(0)
    }

    fn negative_ttl(&self) -> Option<u32> {
        let may_be_kept = matches!(self.rcode, Rcode::NoError | Rcode::NxDomain);
        let first = self.authority.first().filter(|_| may_be_kept)?;
        match &first.data {
            super::Data::Soa(soa) => Some(first.ttl.min(soa.minimum)),
            _ => None,
        }
    }
}
