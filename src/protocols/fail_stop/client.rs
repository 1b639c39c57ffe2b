//! The client: it asks one server after the other, and all that it knows of each is what comes back in time.

use crate::sim::network::NodeId;
use crate::sim::process::{Context, Look, Process, Timer, timer};
use crate::sim::settings::{Kind, Setting};
use crate::sim::time::Duration;
use crate::sorted::Map;
use crate::{phrase, word};

use super::{FailStop, Refusal, SERVER};

pub(super) const SETTINGS: &[Setting] = &[
    // How long it waits for an answer.
    Setting {
        name: "timeout",
        kind: Kind::Duration(Duration::millis(1), Duration::secs(3_600)),
        default: "800ms",
    },
    // How often it asks the next server.
    Setting {
        name: "interval",
        kind: Kind::Duration(Duration::millis(100), Duration::secs(3_600)),
        default: "500ms",
    },
];

/// How many notes a client keeps on each server.
const NOTES_EACH: u64 = 2;

/// Somebody who keeps notes.
#[derive(Clone, Debug, Default)]
pub struct Client {
    /// What it knows of each server, in the order of the servers.
    servers: Vec<Known>,
    /// The newest version of each note that was acknowledged.
    acknowledged: Map<String, Acknowledged>,
    /// How often it asked the next server.
    turns: u64,
    next_number: u64,
    writes_acknowledged: u64,
    timed_out: u64,
    writes_refused: u64,
    /// How often it read an older version than was acknowledged, or none.
    missing: u64,
}

/// What a client was told about a note.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Acknowledged {
    /// The version.
    pub version: u64,
    /// On how many disks it was safe.
    pub disks: u8,
}

/// What a client knows of a server.
#[derive(Clone, Debug)]
struct Known {
    node: NodeId,
    sign: Sign,
    /// What it asked and waits for.
    pending: Option<Pending>,
    /// How far it has come back since it refused a write.
    since_full: SinceFull,
}

/// How a server looks from outside.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Sign {
    /// Nothing was asked yet.
    Unknown,
    /// The last question was answered.
    Answers,
    /// The last write was refused: no room.
    Full,
    /// The last question was refused: it gets its notes back first.
    Restoring,
    /// The last question was not answered in time.
    Silent,
}

/// What a server did that refused a write for want of room.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
enum SinceFull {
    NeverFull,
    Refused,
    AnsweredRead,
    StoredAgain,
}

#[derive(Clone, Debug)]
struct Pending {
    number: u64,
    note: String,
    is_write: bool,
}

impl Client {
    /// How each server looks from here.
    pub fn signs(&self) -> impl Iterator<Item = (NodeId, Sign)> {
        self.servers.iter().map(|known| (known.node, known.sign))
    }

    /// The newest version of each note that was acknowledged to it.
    pub fn acknowledged(&self) -> &Map<String, Acknowledged> {
        &self.acknowledged
    }

    /// How many writes were acknowledged.
    pub fn writes_acknowledged(&self) -> u64 {
        self.writes_acknowledged
    }

    /// How many questions were not answered in time.
    pub fn timed_out(&self) -> u64 {
        self.timed_out
    }

    /// How many writes were refused for want of room.
    pub fn writes_refused(&self) -> u64 {
        self.writes_refused
    }

    /// How often a note that had been acknowledged was not there when it was read.
    pub fn missing(&self) -> u64 {
        self.missing
    }

    /// Servers that refused a write for want of room, and have answered a read since.
    pub fn full_but_readable(&self) -> impl Iterator<Item = NodeId> {
        self.since_full(SinceFull::AnsweredRead)
    }

    /// Servers that did so, and have stored a note since.
    pub fn full_no_longer(&self) -> impl Iterator<Item = NodeId> {
        self.since_full(SinceFull::StoredAgain)
    }

    fn since_full(&self, least: SinceFull) -> impl Iterator<Item = NodeId> {
        self.servers.iter().filter(move |known| known.since_full >= least).map(|known| known.node)
    }

    /// Asks the server whose turn it is: in one round it writes a note, in the next it reads another.
    fn ask(&mut self, cx: &mut Context<'_, FailStop>) {
        let every = cx.settings().duration("interval");
        cx.set_timer(ASK, every);
        let count = self.servers.len() as u64;
        if count == 0 {
            return;
        }
        let (index, round) = (self.turns % count, self.turns / count);
        self.turns += 1;
        let known = &mut self.servers[index as usize];
        if known.pending.is_some() {
            return;
        }
        // It reads what it will write next, so that what was lost meanwhile is found missing.
        let slot = (round / 2 + round % 2) % NOTES_EACH;
        let note = format!("{}.{}", cx.name(cx.me()), index * NOTES_EACH + slot + 1);
        let (number, is_write) = (self.next_number, round.is_multiple_of(2));
        self.next_number += 1;
        known.pending = Some(Pending { number, note: note.clone(), is_write });
        let question =
            if is_write { FailStop::Write { note, number } } else { FailStop::Read { note, number } };
        cx.send(known.node, &question);
        let patience = cx.settings().duration("timeout");
        cx.set_timer(timeout_of(known.node), patience);
    }

    /// An answer to what is under way. One that comes too late still shows that the server runs.
    fn settle(
        &mut self,
        cx: &mut Context<'_, FailStop>,
        from: NodeId,
        number: u64,
        sign: Sign,
    ) -> Option<Pending> {
        let known = self.servers.iter_mut().find(|known| known.node == from)?;
        known.sign = sign;
        let settled = known.pending.take_if(|pending| pending.number == number)?;
        cx.cancel_timer(timeout_of(from));
        Some(settled)
    }

    /// A write is acknowledged: that counts even if it comes too late.
    fn stored(&mut self, note: String, version: u64, disks: u8) {
        self.writes_acknowledged += 1;
        let none = Acknowledged { version: 0, disks: 0 };
        let known = self.acknowledged.get_or_insert_with(note, || none);
        if known.version < version {
            *known = Acknowledged { version, disks };
        }
    }

    /// A note was read.
    fn read(&mut self, cx: &mut Context<'_, FailStop>, note: &str, version: u64) {
        if self.acknowledged.get(note).is_some_and(|known| known.version > version) {
            self.missing += 1;
            cx.note(phrase!("note.note-missing", note = note));
        }
    }

    fn advance(&mut self, server: NodeId, from: SinceFull, to: SinceFull) {
        let mut known = self.servers.iter_mut().filter(|known| known.node == server);
        if let Some(known) = known.next()
            && known.since_full >= from
        {
            known.since_full = to.max(known.since_full);
        }
    }

    fn with_sign(&self, sign: Sign) -> Vec<NodeId> {
        self.signs().filter(|(_, of)| *of == sign).map(|(node, _)| node).collect()
    }
}

impl Process for Client {
    type Message = FailStop;

    fn on_start(&mut self, cx: &mut Context<'_, FailStop>) {
        self.next_number = 1;
        let unknown = |node: &NodeId| Known {
            node: *node,
            sign: Sign::Unknown,
            pending: None,
            since_full: SinceFull::NeverFull,
        };
        self.servers = cx.nodes_with_role(SERVER).iter().map(unknown).collect();
        // Clients do not ask in step.
        let every = cx.settings().duration("interval");
        let first = cx.rng().between(Duration::ZERO, every);
        cx.set_timer(ASK, first);
    }

    /// Numbers go on at the microsecond of the restart, so that none is used twice.
    fn on_restart(&mut self, cx: &mut Context<'_, FailStop>) {
        self.on_start(cx);
        self.next_number = cx.now().as_micros();
    }

    fn on_message(&mut self, cx: &mut Context<'_, FailStop>, from: NodeId, message: FailStop) {
        match message {
            FailStop::Stored { note, number, disks } => {
                self.settle(cx, from, number, Sign::Answers);
                self.advance(from, SinceFull::Refused, SinceFull::StoredAgain);
                self.stored(note, number, disks);
            }
            FailStop::Note { note, number, version } => {
                let asked = self.settle(cx, from, number, Sign::Answers);
                if asked.is_some_and(|asked| asked.note == note) {
                    self.advance(from, SinceFull::Refused, SinceFull::AnsweredRead);
                    self.read(cx, &note, version);
                }
            }
            FailStop::Refused { number, why: Refusal::DiskFull } => {
                let asked = self.settle(cx, from, number, Sign::Full);
                if asked.is_some_and(|asked| asked.is_write) {
                    self.writes_refused += 1;
                    self.advance(from, SinceFull::NeverFull, SinceFull::Refused);
                }
            }
            FailStop::Refused { number, why: Refusal::Restoring } => {
                self.settle(cx, from, number, Sign::Restoring);
            }
            _ => {}
        }
    }

    fn on_timer(&mut self, cx: &mut Context<'_, FailStop>, timer: Timer) {
        if timer == ASK {
            return self.ask(cx);
        }
        let mut known = self.servers.iter_mut().filter(|known| timeout_of(known.node) == timer);
        if let Some(known) = known.next() {
            known.sign = Sign::Silent;
            known.pending = None;
            self.timed_out += 1;
        }
    }

    fn heap_bytes(&self) -> usize {
        48 * (self.servers.len() + self.acknowledged.len())
    }

    fn look(&self) -> Look {
        let (silent, full) = (self.with_sign(Sign::Silent), self.with_sign(Sign::Full));
        let badge = match (silent.len(), full.len()) {
            (0, 0) => word!("fact.nobody-silent").text().to_owned(),
            (0, n) => phrase!("fact.n-full", n = n).to_string(),
            (n, _) => phrase!("fact.n-silent", n = n).to_string(),
        };
        Look::default()
            .badge(badge)
            .fact(word!("fact.answering"), self.with_sign(Sign::Answers))
            .fact(word!("fact.silent-servers"), silent)
            .fact(word!("fact.full-servers"), full)
            .fact(word!("fact.notes-acknowledged"), self.writes_acknowledged)
            .fact(word!("fact.no-answer"), self.timed_out)
            .fact(word!("fact.writes-refused"), self.writes_refused)
            .fact(word!("fact.missing"), self.missing)
    }
}

const ASK: Timer = timer("ask");

const fn timeout_of(server: NodeId) -> Timer {
    Timer { name: "timeout", key: server.0 as u64 }
}
