//! The database: one leads, the others follow it and take its place when it falls silent.

use crate::sim::network::NodeId;
use crate::sim::process::{Context, Look, Process, Timer, timer};
use crate::sim::settings::{Kind, Setting};
use crate::sim::time::Duration;
use crate::{phrase, word};

use super::table::{RECORD, Table, stored};
use super::{DATABASE, Web};

pub(super) const SETTINGS: &[Setting] = &[
    // After how much silence a standby leads; 0s is never, so that only an operator can have it lead.
    Setting {
        name: "failover-after",
        kind: Kind::Duration(Duration::ZERO, Duration::secs(3_600)),
        default: "1s",
    },
];

/// How often a database that leads says so.
const BEAT_EVERY: Duration = Duration::millis(200);

/// A machine that keeps what is saved.
#[derive(Clone, Debug, Default)]
pub struct Database {
    table: Table,
    part: Part,
    /// The greatest epoch that it heard of.
    epoch: u64,
    /// Saves whose sync is under way, by the number of the sync.
    syncing: Vec<Syncing>,
    syncs: u64,
    /// How often it began to lead.
    promotions: u64,
}

/// What a database does at the moment.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
enum Part {
    #[default]
    Follows,
    /// It will lead once its disk knows.
    IsPromoted,
    Leads,
}

#[derive(Clone, Debug)]
struct Syncing {
    sync: u64,
    server: NodeId,
    call: u64,
}

impl Database {
    /// What it has saved, whether or not its disk has confirmed.
    pub fn table(&self) -> &Table {
        &self.table
    }

    /// The epoch in which it leads; none if it does not.
    pub fn leads(&self) -> Option<u64> {
        (self.part == Part::Leads).then_some(self.epoch)
    }

    /// How often it began to lead since it started, having followed before.
    pub fn promotions(&self) -> u64 {
        self.promotions
    }

    fn save(&mut self, cx: &mut Context<'_, Web>, server: NodeId, call: u64, user: String, number: u64) {
        if number > self.table.number(&user) {
            let before = self.table.clone();
            self.table.saved.insert(user, number);
            self.table.position += 1;
            if !self.write(cx, true) {
                self.table = before;
                return cx.send(server, &Web::Declined { call, epoch: self.epoch });
            }
        }
        // Whatever was saved before is safe once this sync is done, so it is answered no earlier.
        self.syncs += 1;
        self.syncing.push(Syncing { sync: self.syncs, server, call });
        cx.sync(Timer { name: SYNC, key: self.syncs });
    }

    /// A sync is done: whoever waits for it is answered, and the others are shown what is new.
    fn synced(&mut self, cx: &mut Context<'_, Web>, sync: u64) {
        if self.part != Part::Leads {
            return;
        }
        let Some(at) = self.syncing.iter().position(|save| save.sync == sync) else { return };
        let Syncing { server, call, .. } = self.syncing.remove(at);
        cx.send(server, &Web::Stored { call, epoch: self.epoch });
        self.show(cx);
    }

    /// Takes the table of one that leads, unless an epoch is known in which that one does not.
    fn follow(&mut self, cx: &mut Context<'_, Web>, table: Table, from: NodeId) {
        if table.epoch < self.epoch {
            if self.part == Part::Leads {
                cx.send(from, &Web::Copy { table: self.table.clone() });
            }
            return;
        }
        self.step_down(cx, table.epoch);
        if table.replaces(&self.table) {
            let before = std::mem::replace(&mut self.table, table);
            match self.write(cx, false) {
                true => cx.sync(COPIED),
                false => self.table = before,
            }
        }
    }

    /// Somebody leads in this epoch, and it is somebody else.
    fn step_down(&mut self, cx: &mut Context<'_, Web>, epoch: u64) {
        if self.part == Part::Leads {
            cx.note(phrase!("note.steps-down", epoch = epoch));
        }
        self.epoch = epoch;
        self.part = Part::Follows;
        self.syncing.clear();
        cx.cancel_timer(BEAT);
        self.await_silence(cx);
    }

    /// Makes itself the next to lead: first on the disk, so that a crash does not undo what others have heard of.
    fn promote(&mut self, cx: &mut Context<'_, Web>) {
        let before = self.table.epoch;
        self.table.epoch = self.next_epoch(cx);
        if !self.write(cx, true) {
            self.table.epoch = before;
            return self.await_silence(cx);
        }
        self.part = Part::IsPromoted;
        self.epoch = self.table.epoch;
        cx.cancel_timer(SILENCE);
        cx.sync(PROMOTED);
    }

    fn lead(&mut self, cx: &mut Context<'_, Web>) {
        if self.part != Part::IsPromoted {
            return;
        }
        self.part = Part::Leads;
        self.promotions += 1;
        cx.note(phrase!("note.leads", epoch = self.epoch));
        self.beat(cx);
    }

    /// Databases take turns in the numbers of epochs, so that no two ever lead in the same.
    fn next_epoch(&self, cx: &Context<'_, Web>) -> u64 {
        let databases = cx.nodes_with_role(DATABASE);
        let me = databases.iter().position(|database| *database == cx.me()).unwrap_or(0) as u64;
        let count = databases.len().max(1) as u64;
        (self.epoch..self.epoch.saturating_add(count))
            .find(|before| before % count == me)
            .unwrap_or(self.epoch)
            .saturating_add(1)
    }

    fn beat(&mut self, cx: &mut Context<'_, Web>) {
        if others(cx).next().is_some() {
            cx.set_timer(BEAT, BEAT_EVERY);
            self.show(cx);
        }
    }

    fn show(&self, cx: &mut Context<'_, Web>) {
        for other in others(cx).collect::<Vec<_>>() {
            cx.send(other, &Web::Copy { table: self.table.clone() });
        }
    }

    fn await_silence(&self, cx: &mut Context<'_, Web>) {
        let silence = cx.settings().duration("failover-after");
        match silence {
            Duration::ZERO => cx.cancel_timer(SILENCE),
            _ => cx.set_timer(SILENCE, silence),
        }
    }

    /// Whether the disk took it.
    fn write(&self, cx: &mut Context<'_, Web>, leads: bool) -> bool {
        cx.write(RECORD, self.table.to_text(leads).as_bytes()).is_ok()
    }

    fn begin(&mut self, cx: &mut Context<'_, Web>, table: Table, leads: bool) {
        self.epoch = table.epoch;
        self.table = table;
        match leads {
            true => {
                self.part = Part::Leads;
                self.beat(cx);
            }
            false => self.await_silence(cx),
        }
    }
}

impl Process for Database {
    type Message = Web;

    /// The first one leads in epoch 1.
    fn on_start(&mut self, cx: &mut Context<'_, Web>) {
        let leads = cx.nodes_with_role(DATABASE).first() == Some(&cx.me());
        let table = Table { epoch: 1, ..Table::default() };
        self.begin(cx, table, leads);
        if self.write(cx, leads) {
            cx.sync(COPIED);
        }
    }

    /// It is what its disk says. With an empty disk it does not lead, for others may know more, unless there are no others.
    fn on_restart(&mut self, cx: &mut Context<'_, Web>) {
        let is_alone = others(cx).next().is_none();
        let empty = Table { epoch: u64::from(is_alone), ..Table::default() };
        let (table, leads) = stored(cx.disk()).unwrap_or((empty, is_alone));
        self.begin(cx, table, leads);
    }

    fn on_message(&mut self, cx: &mut Context<'_, Web>, from: NodeId, message: Web) {
        match message {
            Web::Save { call, user, number, epoch } => {
                if epoch > self.epoch {
                    self.step_down(cx, epoch);
                }
                match self.part {
                    Part::Leads => self.save(cx, from, call, user, number),
                    _ => cx.send(from, &Web::Declined { call, epoch: self.epoch }),
                }
            }
            Web::Copy { table } => self.follow(cx, table, from),
            _ => {}
        }
    }

    fn on_timer(&mut self, cx: &mut Context<'_, Web>, timer: Timer) {
        match timer {
            BEAT => self.beat(cx),
            SILENCE => self.promote(cx),
            PROMOTED => self.lead(cx),
            Timer { name: SYNC, key } => self.synced(cx, key),
            _ => {}
        }
    }

    fn on_request(&mut self, cx: &mut Context<'_, Web>, request: &str) {
        match (request.trim(), self.part) {
            ("promote", Part::Follows) => self.promote(cx),
            ("promote", _) => cx.answer(phrase!("note.leads-already")),
            _ => cx.answer(phrase!("note.unknown-request", request = request)),
        }
    }

    fn on_settings(&mut self, cx: &mut Context<'_, Web>) {
        if self.part == Part::Follows {
            self.await_silence(cx);
        }
    }

    fn heap_bytes(&self) -> usize {
        self.table.saved.len() * (size_of::<(String, u64)>() + 8) + self.syncing.len() * size_of::<Syncing>()
    }

    fn look(&self) -> Look {
        let part = match self.part {
            Part::Leads => word!("fact.leads"),
            Part::IsPromoted => word!("fact.is-promoted"),
            Part::Follows => word!("fact.follows"),
        };
        let saved: Vec<_> =
            self.table.saved.iter().map(|(user, number)| format!("{user} = {number}")).collect();
        Look::default()
            .badge(part.text())
            .fact(word!("fact.part"), part)
            .fact(word!("fact.leader-epoch"), self.epoch)
            .fact(word!("fact.changes"), self.table.position)
            .fact(word!("fact.saved"), saved.join("  "))
            .fact(word!("fact.syncing-saves"), self.syncing.len() as u64)
    }
}

const BEAT: Timer = timer("beat");
const SILENCE: Timer = timer("silence");
const PROMOTED: Timer = timer("promoted");
const COPIED: Timer = timer("copied");
const SYNC: &str = "sync";

/// All databases but this one.
fn others<'a>(cx: &Context<'a, Web>) -> impl Iterator<Item = NodeId> + use<'a> {
    let me = cx.me();
    cx.nodes_with_role(DATABASE).iter().copied().filter(move |database| *database != me)
}
