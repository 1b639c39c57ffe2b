//! The server: notes in memory, a log on the disk, a partner in the other rack.

use crate::sim::disk::DiskFull;
use crate::sim::figure::Tint;
use crate::sim::network::NodeId;
use crate::sim::process::{Context, Look, Process, Timer, timer};
use crate::sim::settings::{Kind, POWER_FROM, Setting};
use crate::sim::time::Duration;
use crate::sorted::Map;
use crate::{phrase, word};

use super::log::{self, Log};
use super::{FailStop, Refusal, SERVER};

const HOUR: Duration = Duration::secs(3_600);

pub(super) const SETTINGS: &[Setting] = &[
    // When a write is acknowledged: after a sync has made it safe, or before.
    Setting {
        name: "acknowledge",
        kind: Kind::Choice(&["after-sync", "before-sync"]),
        default: "after-sync",
    },
    // How often a sync is asked for when writes are acknowledged before.
    Setting { name: "flush-every", kind: Kind::Duration(Duration::millis(10), HOUR), default: "5s" },
    // On how many servers each note is kept.
    Setting { name: "copies", kind: Kind::Count(1, 2), default: "1" },
    // How long the partner may take over a copy.
    Setting { name: "copy-timeout", kind: Kind::Duration(Duration::millis(1), HOUR), default: "400ms" },
    // How many notes there is memory for.
    Setting { name: "memory", kind: Kind::Count(1, 10_000), default: "60" },
    // How much memory each request takes and never gives back, in notes.
    Setting { name: "leak", kind: Kind::Count(0, 100), default: "0" },
    // How many records of the log the disk has room for.
    Setting { name: "disk", kind: Kind::Count(1, 10_000), default: "500" },
    Setting { name: POWER_FROM, kind: Kind::Text, default: "" },
];

/// A machine that keeps notes.
#[derive(Clone, Debug, Default)]
pub struct Server {
    /// Notes by name, in the newest version: what reads are answered from.
    memory: Map<String, u64>,
    log: Log,
    /// Writes that are not acknowledged yet, one a note at most.
    waiting: Vec<Waiting>,
    /// Memory that was taken for nothing.
    leaked: u64,
    /// What there is memory for.
    memory_limit: u64,
    /// What there is room for on the disk.
    disk_limit: u64,
    /// Whether it waits for its partner's notes.
    is_restoring: bool,
    /// Where all notes are that came from the partner, in the log: once these are safe, it serves.
    restored_up_to: Option<u64>,
    /// Whether a sync is due for writes that are acknowledged already.
    flush_is_due: bool,
    tint: Tint,
}

#[derive(Clone, Debug)]
struct Waiting {
    /// Its record in the log.
    number: u64,
    note: String,
    version: u64,
    /// Who is to hear of it.
    from: NodeId,
    /// Whether a partner asked.
    is_copy: bool,
    is_synced: bool,
    /// Whether it is not acknowledged before the partner has it, or has been silent for too long.
    awaits_copy: bool,
    /// On how many other disks it is safe.
    copies: u8,
}

impl Server {
    /// The version of a note that it would answer with.
    pub fn version(&self, note: &str) -> Option<u64> {
        self.memory.get(note).copied()
    }

    /// How many notes it has in its memory.
    pub fn notes(&self) -> usize {
        self.memory.len()
    }

    /// How much of its memory is taken, in notes.
    pub fn memory_used(&self) -> u64 {
        self.memory.len() as u64 + self.leaked
    }

    /// How much memory it has, in notes.
    pub fn memory_limit(&self) -> u64 {
        self.memory_limit
    }

    /// How many records its log has.
    pub fn log_records(&self) -> usize {
        self.log.records().len()
    }

    /// How many records of its log a crash would take.
    pub fn unsynced(&self) -> usize {
        self.log.unsynced()
    }

    /// Whether its disk is new and it waits for its partner's notes.
    pub fn is_restoring(&self) -> bool {
        self.is_restoring
    }

    /// Takes memory for a request, and falls if there is none.
    fn take_memory(&mut self, cx: &mut Context<'_, FailStop>) -> bool {
        self.leaked += cx.settings().count("leak");
        self.fits(cx)
    }

    /// Whether all that it holds fits into its memory: if not, the operating system ends it.
    fn fits(&self, cx: &mut Context<'_, FailStop>) -> bool {
        let fits = self.memory_used() <= self.memory_limit;
        if !fits {
            cx.note(phrase!("note.out-of-memory"));
            cx.be_killed();
        }
        fits
    }

    /// Appends a write to the log; it is remembered now or once it is safe, as the server is set.
    fn write(
        &mut self,
        cx: &mut Context<'_, FailStop>,
        from: NodeId,
        note: String,
        version: u64,
        is_copy: bool,
    ) {
        let is_safe_first = acknowledges_after_sync(cx);
        if self.version(&note).is_some_and(|known| known >= version) {
            // It came twice, or a newer one has come before.
            return answer(cx, from, note, version, is_copy, u8::from(is_safe_first));
        }
        if self.waiting.iter().any(|waiting| waiting.note == note && waiting.version >= version) {
            return;
        }
        let Ok(number) = self.log.append(cx, &note, version) else {
            return cx.send(from, &FailStop::Refused { number: version, why: Refusal::DiskFull });
        };
        let copy_to = if is_copy { None } else { partner_to_copy_to(cx) };
        if let Some(partner) = copy_to {
            cx.send(partner, &FailStop::Copy { note: note.clone(), number: version });
        }
        if !is_safe_first {
            self.remember(&note, version);
            return self.acknowledge_before_sync(cx, from, note, version, is_copy);
        }
        if copy_to.is_some() {
            let patience = cx.settings().duration("copy-timeout");
            cx.set_timer(copy_of(number), patience);
        }
        self.waiting.retain(|waiting| waiting.note != note);
        let awaits_copy = copy_to.is_some();
        self.waiting.push(Waiting {
            number,
            note,
            version,
            from,
            is_copy,
            is_synced: false,
            awaits_copy,
            copies: 0,
        });
        cx.sync(sync_of(number));
    }

    fn acknowledge_before_sync(
        &mut self,
        cx: &mut Context<'_, FailStop>,
        from: NodeId,
        note: String,
        version: u64,
        is_copy: bool,
    ) {
        if !self.fits(cx) {
            return;
        }
        if !std::mem::replace(&mut self.flush_is_due, true) {
            let pause = cx.settings().duration("flush-every");
            cx.set_timer(FLUSH, pause);
        }
        answer(cx, from, note, version, is_copy, 0);
    }

    /// Asks for everything in the log to be made safe.
    fn flush(&mut self, cx: &mut Context<'_, FailStop>) {
        self.flush_is_due = false;
        cx.cancel_timer(FLUSH);
        cx.sync(sync_of(self.log.last_number()));
    }

    fn remember(&mut self, note: &str, version: u64) {
        let known = self.memory.get_or_insert_with(note.to_owned(), u64::default);
        *known = (*known).max(version);
    }

    /// The log is safe up to a record.
    fn synced(&mut self, cx: &mut Context<'_, FailStop>, number: u64) {
        for record in self.log.synced_up_to(number) {
            self.remember(&record.note, record.version);
        }
        if self.restored_up_to.take_if(|last| *last <= number).is_some() {
            self.is_restoring = false;
            cx.note(phrase!("note.restored"));
        }
        if self.fits(cx) {
            self.settle(cx, |waiting| waiting.is_synced |= waiting.number <= number);
        }
    }

    /// Changes what is known of the writes that wait, and acknowledges those that need not wait any longer.
    fn settle(&mut self, cx: &mut Context<'_, FailStop>, change: impl FnMut(&mut Waiting)) {
        self.waiting.iter_mut().for_each(change);
        let waiting = std::mem::take(&mut self.waiting);
        let (done, others) =
            waiting.into_iter().partition(|waiting: &Waiting| waiting.is_synced && !waiting.awaits_copy);
        self.waiting = others;
        for Waiting { number, note, version, from, is_copy, copies, .. } in done {
            cx.cancel_timer(copy_of(number));
            answer(cx, from, note, version, is_copy, 1 + copies);
        }
    }

    /// Takes in what the partner has, where it is newer.
    fn restore(&mut self, cx: &mut Context<'_, FailStop>, notes: Vec<(String, u64)>) -> Result<(), DiskFull> {
        let is_newer =
            |(note, version): &(String, u64)| self.version(note).is_none_or(|known| known < *version);
        let newer: Vec<_> = notes.into_iter().filter(is_newer).collect();
        for (note, version) in newer {
            self.log.append(cx, &note, version)?;
        }
        log::format(cx)?;
        let last = self.log.last_number();
        if self.is_restoring {
            self.restored_up_to = Some(last);
        }
        cx.cancel_timer(FETCH);
        cx.sync(sync_of(last));
        Ok(())
    }

    /// Asks the partner for what it has, and again until it answers.
    fn fetch(&mut self, cx: &mut Context<'_, FailStop>) {
        match partner_to_copy_to(cx) {
            Some(partner) => {
                cx.send(partner, &FailStop::Fetch);
                cx.set_timer(FETCH, FETCH_EVERY);
            }
            None => self.do_without_partner(cx),
        }
    }

    /// Takes the disk as it is.
    fn do_without_partner(&mut self, cx: &mut Context<'_, FailStop>) {
        self.is_restoring = false;
        if log::format(cx).is_ok() {
            self.flush(cx);
        }
    }

    /// Replays the log.
    fn replay(&mut self, cx: &mut Context<'_, FailStop>) {
        let servers = cx.nodes_with_role(SERVER);
        let index = servers.iter().position(|server| *server == cx.me()).unwrap_or_default();
        self.tint = Tint(index as u8);
        self.take_limits(cx);
        self.log = Log::replay(cx.disk());
        for record in self.log.records().to_vec() {
            self.remember(&record.note, record.version);
        }
        self.fits(cx);
    }

    fn take_limits(&mut self, cx: &mut Context<'_, FailStop>) {
        self.memory_limit = cx.settings().count("memory");
        self.disk_limit = cx.settings().count("disk");
        cx.limit_disk(log::room_for(self.disk_limit));
    }

    /// A client asks.
    fn serve(&mut self, cx: &mut Context<'_, FailStop>, client: NodeId, asked: FailStop) {
        if !self.take_memory(cx) {
            return;
        }
        match asked {
            FailStop::Read { number, .. } | FailStop::Write { number, .. } if self.is_restoring => {
                cx.send(client, &FailStop::Refused { number, why: Refusal::Restoring });
            }
            FailStop::Write { note, number } => self.write(cx, client, note, number, false),
            FailStop::Read { note, number } => {
                let version = self.version(&note).unwrap_or(0);
                cx.send(client, &FailStop::Note { note, number, version });
            }
            _ => {}
        }
    }
}

impl Process for Server {
    type Message = FailStop;

    fn on_start(&mut self, cx: &mut Context<'_, FailStop>) {
        log::format_at_first(cx);
        self.replay(cx);
    }

    fn on_restart(&mut self, cx: &mut Context<'_, FailStop>) {
        self.replay(cx);
        self.is_restoring = !log::is_formatted(cx.disk());
        self.fetch(cx);
    }

    fn on_message(&mut self, cx: &mut Context<'_, FailStop>, from: NodeId, message: FailStop) {
        match message {
            FailStop::Copy { note, number } => self.write(cx, from, note, number, true),
            FailStop::Copied { note, number } => self.settle(cx, |waiting| {
                if waiting.note == note && waiting.version == number && waiting.awaits_copy {
                    waiting.awaits_copy = false;
                    waiting.copies = 1;
                }
            }),
            FailStop::Fetch => {
                let notes = self.memory.iter().map(|(note, version)| (note.clone(), *version)).collect();
                cx.send(from, &FailStop::Notes { notes });
            }
            // A disk without room for them stays new; the partner is asked again.
            FailStop::Notes { notes } => drop(self.restore(cx, notes)),
            // The partner has no room for a copy.
            FailStop::Refused { number, .. } => self.settle(cx, |waiting| {
                waiting.awaits_copy &= waiting.version != number;
            }),
            asked => self.serve(cx, from, asked),
        }
    }

    fn on_timer(&mut self, cx: &mut Context<'_, FailStop>, timer: Timer) {
        match timer {
            FLUSH => self.flush(cx),
            FETCH => self.fetch(cx),
            Timer { name: SYNC, key } => self.synced(cx, key),
            Timer { key, .. } => self.settle(cx, |waiting| waiting.awaits_copy &= waiting.number != key),
        }
    }

    fn on_request(&mut self, cx: &mut Context<'_, FailStop>, request: &str) {
        if request.trim() == "compact" {
            let removed = self.log.compact(cx);
            self.flush(cx);
            cx.answer(phrase!("note.compacted", n = removed));
        } else {
            cx.note(phrase!("note.unknown-request", request = request));
        }
    }

    /// What was acknowledged before a sync is made safe when that is to be so no longer.
    fn on_settings(&mut self, cx: &mut Context<'_, FailStop>) {
        self.take_limits(cx);
        if self.fits(cx) && self.flush_is_due && acknowledges_after_sync(cx) {
            self.flush(cx);
        }
    }

    fn heap_bytes(&self) -> usize {
        // Names of notes have up to eight characters.
        48 * (self.memory.len() + self.log.records().len() + self.waiting.len())
    }

    fn look(&self) -> Look {
        let badge = match self.is_restoring {
            true => word!("fact.restoring").text().to_owned(),
            false => phrase!("fact.n-notes", n = self.memory.len()).to_string(),
        };
        let (in_log, unsynced) = (self.log.records().len(), self.log.unsynced());
        Look::default()
            .badge(badge)
            .tint(self.tint)
            .fact(word!("fact.notes-in-memory"), self.memory.len() as u64)
            .fact(word!("fact.leaked"), self.leaked)
            .fact(word!("fact.memory-limit"), self.memory_limit)
            .fact(word!("fact.log-records"), in_log as u64)
            .fact(word!("fact.log-synced"), (in_log - unsynced) as u64)
            .fact(word!("fact.disk-limit"), self.disk_limit)
            .fact(word!("fact.writes-waiting"), self.waiting.len() as u64)
            .gauge(None, self.memory_used() as u32, self.memory_limit as u32)
            .gauge(None, in_log as u32, self.disk_limit as u32)
    }
}

const FLUSH: Timer = timer("flush");
const FETCH: Timer = timer("fetch");
const FETCH_EVERY: Duration = Duration::secs(1);
const SYNC: &str = "sync";

/// The timer that goes off when the log is safe up to this record.
const fn sync_of(number: u64) -> Timer {
    Timer { name: SYNC, key: number }
}

/// The timer that goes off when the partner has been silent for too long about the write of this record.
const fn copy_of(number: u64) -> Timer {
    Timer { name: "copy", key: number }
}

fn acknowledges_after_sync(cx: &Context<'_, FailStop>) -> bool {
    cx.settings().choice("acknowledge") == "after-sync"
}

/// Who keeps the second copies, if notes are kept twice.
fn partner_to_copy_to(cx: &Context<'_, FailStop>) -> Option<NodeId> {
    partner_of(cx.nodes_with_role(SERVER), cx.me()).filter(|_| cx.settings().count("copies") > 1)
}

/// The partner of a server: the one that is as far from it as can be in the list of all, if there is another.
pub fn partner_of(servers: &[NodeId], server: NodeId) -> Option<NodeId> {
    let index = servers.iter().position(|other| *other == server)?;
    let partner = servers[(index + servers.len() / 2) % servers.len()];
    (partner != server).then_some(partner)
}

/// Acknowledges a write to a client, or a copy to a partner.
fn answer(cx: &mut Context<'_, FailStop>, to: NodeId, note: String, number: u64, is_copy: bool, disks: u8) {
    let answer =
        if is_copy { FailStop::Copied { note, number } } else { FailStop::Stored { note, number, disks } };
    cx.send(to, &answer);
}
