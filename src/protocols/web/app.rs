//! The application server: its workers compute, then wait for the database.

use crate::sim::network::NodeId;
use crate::sim::process::{Context, Look, Process, Timer};
use crate::sim::settings::{Kind, Setting};
use crate::sim::time::Duration;
use crate::sorted::Map;
use crate::word;

use super::station::{self, Job, Station, WORK, reply};
use super::{DATABASE, Outcome, Web};

const STATION: [Setting; 4] = station::settings("80ms", "4", "20");

pub(super) const SETTINGS: &[Setting] = &[
    STATION[0],
    STATION[1],
    STATION[2],
    STATION[3],
    // How long a worker waits for one database before it asks the next.
    Setting {
        name: "timeout",
        kind: Kind::Duration(Duration::millis(1), Duration::secs(3_600)),
        default: "300ms",
    },
    // How many times it asks all databases again.
    Setting { name: "retries", kind: Kind::Count(0, 10), default: "0" },
];

/// A machine that does the service's work and keeps nothing.
#[derive(Clone, Debug, Default)]
pub struct App {
    station: Station,
    /// Workers that wait for a database, by the number of their request.
    saving: Map<u64, Saving>,
    /// The databases, and which of them answered last.
    databases: Vec<NodeId>,
    current: usize,
    /// The greatest epoch that it heard of.
    epoch: u64,
    /// How many times it asked a database.
    asked: u64,
}

/// A save that is not answered.
#[derive(Clone, Copy, Debug)]
struct Saving {
    /// Which database was asked, by its place in the list.
    asked: usize,
    /// How many were asked, this one included.
    tries: usize,
}

impl App {
    /// Where requests wait for it.
    pub fn station(&self) -> &Station {
        &self.station
    }

    /// The database that it asks first.
    pub fn database(&self) -> Option<NodeId> {
        self.databases.get(self.current).copied()
    }

    /// How many workers wait for a database.
    pub fn saving(&self) -> usize {
        self.saving.len()
    }

    /// How many times it asked a database, since it started.
    pub fn asked(&self) -> u64 {
        self.asked
    }

    /// Asks the database that answered last.
    fn save(&mut self, cx: &mut Context<'_, Web>, number: u64, tries: usize) {
        let (Some(job), Some(database)) = (self.station.job(number), self.database()) else {
            return self.finish(cx, number, Outcome::Failed);
        };
        let Job { user, number: state, .. } = job.clone();
        cx.send(database, &Web::Save { call: number, user, number: state, epoch: self.epoch });
        self.asked += 1;
        self.saving.insert(number, Saving { asked: self.current, tries });
        let patience = cx.settings().duration("timeout");
        cx.set_timer(Timer { name: TIMEOUT, key: number }, patience);
    }

    /// A database did not save: the next one, until each was asked as often as it may be.
    fn save_elsewhere(&mut self, cx: &mut Context<'_, Web>, number: u64) {
        let Some(Saving { asked, tries }) = self.saving.remove(&number) else { return };
        // Another request may have gone on to the next one already.
        if asked == self.current {
            self.current = (self.current + 1) % self.databases.len();
        }
        let rounds = 1 + cx.settings().count("retries") as usize;
        match tries < self.databases.len() * rounds {
            true => self.save(cx, number, tries + 1),
            false => self.finish(cx, number, Outcome::Failed),
        }
    }

    /// Answers, and lets the worker take the next request.
    fn finish(&mut self, cx: &mut Context<'_, Web>, number: u64, outcome: Outcome) {
        self.saving.remove(&number);
        cx.cancel_timer(Timer { name: TIMEOUT, key: number });
        if let Some(job) = self.station.finish(cx, number) {
            reply(cx, &job, outcome);
        }
    }

    /// Whether this answers what a worker waits for.
    fn is_awaited(&self, call: u64, from: NodeId) -> bool {
        self.saving.get(&call).is_some_and(|saving| self.databases.get(saving.asked) == Some(&from))
    }
}

impl Process for App {
    type Message = Web;

    fn on_start(&mut self, cx: &mut Context<'_, Web>) {
        self.databases = cx.nodes_with_role(DATABASE).to_vec();
        self.station.configure(cx);
    }

    fn on_message(&mut self, cx: &mut Context<'_, Web>, from: NodeId, message: Web) {
        match message {
            Web::Request { call, user, number } => {
                let job = Job { from, call, user, number, at: cx.now() };
                if !self.station.take(cx, job.clone()) {
                    reply(cx, &job, Outcome::Refused);
                }
            }
            Web::Stored { call, epoch } if self.is_awaited(call, from) => {
                self.epoch = self.epoch.max(epoch);
                self.finish(cx, call, Outcome::Saved);
            }
            Web::Declined { call, epoch } if self.is_awaited(call, from) => {
                self.epoch = self.epoch.max(epoch);
                self.save_elsewhere(cx, call);
            }
            Web::Check { round } => cx.send(from, &Web::Healthy { round }),
            _ => {}
        }
    }

    fn on_timer(&mut self, cx: &mut Context<'_, Web>, timer: Timer) {
        match timer.name {
            WORK => self.save(cx, timer.key, 1),
            _ => self.save_elsewhere(cx, timer.key),
        }
    }

    fn on_settings(&mut self, cx: &mut Context<'_, Web>) {
        self.station.configure(cx);
    }

    fn heap_bytes(&self) -> usize {
        self.station.heap_bytes()
            + self.saving.len() * size_of::<(u64, Saving)>()
            + self.databases.len() * size_of::<NodeId>()
    }

    fn look(&self) -> Look {
        let database: Vec<NodeId> = self.database().into_iter().collect();
        self.station
            .look()
            .badge((self.station.waiting() + self.station.busy()).to_string())
            .fact(word!("fact.saving"), self.saving.len() as u64)
            .fact(word!("fact.database"), database)
    }
}

const TIMEOUT: &str = "timeout";
