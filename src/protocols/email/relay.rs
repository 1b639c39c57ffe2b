//! A relay: takes mail, keeps it in its queue, and passes it on. With a domain of its own it is a mail exchange of it.

use crate::sim::disk::DiskFull;
use crate::sim::network::NodeId;
use crate::sim::process::{Context, Look, Process, Timer};
use crate::sim::settings::{Kind, Setting};
use crate::sim::time::Duration;
use crate::sorted::sort_by_key;
use crate::{phrase, word};

use super::queue::{Queue, RETRY, Synced, TIMEOUT, Verdict};
use super::reception::Reception;
use super::{Content, Envelope, Letter, Smtp, code, domain};

pub(super) const SETTINGS: &[Setting] = &[
    Setting { name: "retry-after", kind: PERIOD, default: "2s" },
    Setting { name: "expiry", kind: PERIOD, default: "1min" },
    Setting { name: "timeout", kind: PERIOD, default: "1s" },
    Setting { name: "queue", kind: Kind::Count(1, 10_000), default: "20" },
    // The domain that it takes mail for; without one it takes mail for all, from users of its site.
    Setting { name: "domain", kind: Kind::Text, default: "" },
    // What DNS would say of mail exchanges: `domain preference node`, with commas between.
    Setting { name: "mx", kind: Kind::Text, default: "" },
];

const PERIOD: Kind = Kind::Duration(Duration::millis(1), Duration::secs(86_400));

/// A relay or a mail exchange.
#[derive(Clone, Debug, Default)]
pub struct Relay {
    queue: Queue,
    reception: Reception,
    passed_on: u64,
    bounced: u64,
    /// How many letters fit in the queue.
    places: u64,
}

/// Why a letter is given up, as RFC 3463 writes it.
mod status {
    pub const NO_MAILBOX: &str = "5.1.1";
    pub const NO_DOMAIN: &str = "5.1.2";
    pub const EXPIRED: &str = "4.4.7";
}

impl Relay {
    /// How many letters wait in its queue.
    pub fn waiting(&self) -> usize {
        self.queue.len()
    }

    /// How many letters wait in its queue after an attempt that failed.
    pub fn stuck(&self) -> usize {
        self.queue.entries().filter(|entry| entry.failures > 0).count()
    }

    /// How many letters wait of which it cannot tell whether somebody took them.
    pub fn in_doubt(&self) -> usize {
        self.queue.entries().filter(|entry| entry.in_doubt).count()
    }

    /// How many letters it gave up since it started.
    pub fn bounced(&self) -> u64 {
        self.bounced
    }

    /// Why an envelope cannot be taken, if it cannot.
    fn refusal(&self, cx: &Context<'_, Smtp>, envelope: &Envelope) -> Option<u16> {
        let mine = cx.settings().text("domain");
        if !mine.is_empty() && mine != domain(&envelope.to) {
            return Some(code::NO_MAILBOX);
        }
        (self.queue.len() as u64 >= self.places).then_some(code::NO_ROOM)
    }

    fn take(&mut self, cx: &mut Context<'_, Smtp>, ticket: u64, envelope: Envelope, mut content: Content) {
        content.received.push(format!("{}/{}", cx.name(cx.me()), self.queue.next_number()));
        match self.queue.store(cx, Letter { envelope, content }, Some(ticket)) {
            Ok(()) => self.reception.storing(ticket),
            Err(DiskFull) => self.reception.answer(cx, ticket, code::NO_ROOM),
        }
    }

    /// Hands a letter on: to the mailbox behind this exchange if it is for its domain, else to the exchanges of the domain.
    fn attempt(&mut self, cx: &mut Context<'_, Smtp>, number: u64) {
        let Some(entry) = self.queue.get(number) else { return };
        let domain = domain(&entry.kept.letter.envelope.to).to_owned();
        let is_mine = domain == cx.settings().text("domain");
        let hops = if is_mine { mailboxes(cx) } else { exchanges(cx, &domain) };
        if hops.is_empty() && !is_mine && !entry.in_doubt {
            return self.give_up(cx, number, status::NO_DOMAIN);
        }
        let verdict = self.queue.attempt(cx, number, &hops);
        self.judge(cx, number, verdict);
    }

    fn judge(&mut self, cx: &mut Context<'_, Smtp>, number: u64, verdict: Option<Verdict>) {
        match verdict {
            Some(Verdict::Taken) => {
                self.passed_on += 1;
                self.queue.remove(cx, number);
            }
            Some(Verdict::Refused(_)) => self.give_up(cx, number, status::NO_MAILBOX),
            Some(Verdict::Deferred) => self.defer(cx, number),
            None => {}
        }
    }

    fn defer(&mut self, cx: &mut Context<'_, Smtp>, number: u64) {
        let expiry = cx.settings().duration("expiry");
        let Some(entry) = self.queue.get(number) else { return };
        let can_expire = !entry.in_doubt;
        if can_expire && cx.now() >= entry.expires(expiry) {
            return self.give_up(cx, number, status::EXPIRED);
        }
        self.queue.defer(cx, number, can_expire.then_some(expiry));
    }

    /// Nobody has this copy and nobody will: its place is taken by a letter that tells the sender. A bounce is left to the
    /// postmaster.
    fn give_up(&mut self, cx: &mut Context<'_, Smtp>, number: u64, status: &str) {
        let Some(entry) = self.queue.get(number) else { return };
        let letter = &entry.kept.letter;
        let done = match letter.bounce(status, cx.now().as_micros()) {
            Some(bounce) => {
                cx.note(phrase!("note.bounces", letter = letter.content.id.as_str(), why = status));
                self.queue.replace(cx, number, bounce)
            }
            None => {
                let record = format!("{POSTMASTER}{number}");
                let written = cx.write(&record, letter.content.id.as_bytes());
                written.map(|()| drop(self.queue.remove(cx, number)))
            }
        };
        match done {
            Ok(()) => self.bounced += 1,
            Err(DiskFull) => self.queue.defer(cx, number, None),
        }
    }
}

impl Process for Relay {
    type Message = Smtp;

    fn on_start(&mut self, cx: &mut Context<'_, Smtp>) {
        self.reception.start(cx);
        self.queue.start(cx);
        self.on_settings(cx);
    }

    fn on_settings(&mut self, cx: &mut Context<'_, Smtp>) {
        self.places = cx.settings().count("queue");
    }

    fn on_message(&mut self, cx: &mut Context<'_, Smtp>, from: NodeId, message: Smtp) {
        match message {
            Smtp::Mail { dialogue, envelope } => {
                let refusal = self.refusal(cx, &envelope);
                self.reception.welcome(cx, (from, dialogue), envelope, refusal);
            }
            Smtp::Content { dialogue, ticket, content } => {
                if let Some(envelope) = self.reception.admit(cx, (from, dialogue), ticket) {
                    self.take(cx, ticket, envelope, content);
                }
            }
            Smtp::Reply { dialogue, ticket, code } => {
                if let Some((number, verdict)) = self.queue.replied(cx, from, (dialogue, ticket, code)) {
                    self.judge(cx, number, Some(verdict));
                }
            }
        }
    }

    fn on_timer(&mut self, cx: &mut Context<'_, Smtp>, timer: Timer) {
        match timer.name {
            RETRY => self.attempt(cx, timer.key),
            TIMEOUT => {
                let verdict = self.queue.timed_out(cx, timer.key);
                self.judge(cx, timer.key, verdict);
            }
            _ => {
                if let Synced::Stored(ticket) = self.queue.synced(cx, timer.key) {
                    ticket.into_iter().for_each(|ticket| self.reception.answer(cx, ticket, code::DONE));
                    self.attempt(cx, timer.key);
                }
            }
        }
    }

    fn heap_bytes(&self) -> usize {
        self.queue.heap_bytes() + self.reception.heap_bytes()
    }

    fn look(&self) -> Look {
        let waiting = self.queue.len();
        let look = Look::default()
            .fact(word!("fact.queue"), self.queue.list())
            .fact(word!("fact.in-doubt"), self.in_doubt() as u64)
            .fact(word!("fact.passed-on"), self.passed_on)
            .fact(word!("fact.bounced"), self.bounced)
            .gauge(None, waiting as u32, self.places as u32);
        if waiting == 0 { look } else { look.badge(phrase!("fact.n-letters", n = waiting).to_string()) }
    }
}

/// What a relay keeps for its postmaster: bounces that could not be delivered, by their `Message-ID`.
pub(super) const POSTMASTER: &str = "postmaster ";

fn mailboxes(cx: &Context<'_, Smtp>) -> Vec<NodeId> {
    let all = cx.nodes_with_role("mailbox");
    cx.neighbours().iter().copied().filter(|node| all.contains(node)).collect()
}

/// The mail exchanges of a domain: those of a lower preference number first, those of the same in any order (5.1).
fn exchanges(cx: &mut Context<'_, Smtp>, domain: &str) -> Vec<NodeId> {
    let relays = cx.nodes_with_role("mail-relay");
    let records: Vec<(u64, NodeId)> = {
        let named = |name: &str| relays.iter().copied().find(|node| cx.name(*node) == name);
        let read = |(of, preference, name): (&str, u64, &str)| {
            Some((preference, named(name).filter(|_| of == domain)?))
        };
        read_records(cx.settings().text("mx")).filter_map(read).collect()
    };
    let shared = |preference: u64| records.iter().filter(|record| record.0 == preference).count() > 1;
    // Chance is asked only where it has something to decide.
    let mut ordered: Vec<(u64, u64, NodeId)> = records
        .iter()
        .map(|(preference, node)| (*preference, if shared(*preference) { cx.rng().bits() } else { 0 }, *node))
        .collect();
    sort_by_key(&mut ordered, |record| *record);
    ordered.into_iter().map(|(_, _, node)| node).collect()
}

/// Reads `b.example 10 b1, b.example 20 b2`; what is not of this form says nothing.
fn read_records(text: &str) -> impl Iterator<Item = (&str, u64, &str)> {
    text.split(',').filter_map(|record| {
        let mut words = record.split_whitespace();
        let (domain, preference, name) = (words.next()?, words.next()?.parse().ok()?, words.next()?);
        words.next().is_none().then_some((domain, preference, name))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn records_are_read_and_faulty_ones_left_out() {
        let records: Vec<_> = read_records("b.example 10 b1, b.example 20 b2,,x,a.example ten a1").collect();
        assert_eq!(records, [("b.example", 10, "b1"), ("b.example", 20, "b2")]);
    }
}
