//! A mailbox: where letters come to rest.

use serde::{Deserialize, Serialize};

use crate::sim::disk::Disk;
use crate::sim::network::NodeId;
use crate::sim::process::{Context, Look, Process, Timer};
use crate::sim::settings::{Kind, Setting};
use crate::sim::time::Duration;
use crate::sorted::Map;
use crate::{phrase, word};

use super::reception::Reception;
use super::{Content, Smtp, code};

pub(super) const SETTINGS: &[Setting] = &[
    // Whose mail it takes: addresses with spaces between.
    Setting { name: "addresses", kind: Kind::Text, default: "" },
    Setting { name: "deduplicate", kind: Kind::Choice(&["no", "yes"]), default: "no" },
];

/// The mailbox of a domain's users.
#[derive(Clone, Debug, Default)]
pub struct Mailbox {
    reception: Reception,
    /// Letters on their way to the disk, by ticket.
    storing: Map<u64, Content>,
    letters: u64,
    bounces: u64,
    duplicates: u64,
    /// From writing to first arrival, over all letters but bounces.
    delay_total: Duration,
    longest_delay: Duration,
    last: Option<String>,
}

/// What the disk holds of a letter, under its `Message-ID`.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub(super) struct Shelved {
    pub(super) content: Content,
    /// When the first copy came, in microseconds since the run began.
    first_came: u64,
    /// The `Received` lines of each copy, the first one first.
    pub(super) copies: Vec<Vec<String>>,
}

impl Mailbox {
    /// How many letters it has, bounces and second copies left out.
    pub fn letters(&self) -> u64 {
        self.letters
    }

    /// How many bounces it has, second copies left out.
    pub fn bounces(&self) -> u64 {
        self.bounces
    }

    /// How many second and later copies it has.
    pub fn duplicates(&self) -> u64 {
        self.duplicates
    }

    /// The time from writing to first arrival, over all letters but bounces.
    pub fn delay_total(&self) -> Duration {
        self.delay_total
    }

    /// The longest of these times.
    pub fn longest_delay(&self) -> Duration {
        self.longest_delay
    }

    /// Writes a copy to the disk. One who drops repeats cannot tell a repeat from a new letter but by its `Message-ID`.
    fn take(&mut self, cx: &mut Context<'_, Smtp>, ticket: u64, content: Content) {
        let drops_repeats = cx.settings().choice("deduplicate") == "yes";
        let shelved = match read(cx.disk(), &content.id) {
            Some(known) if drops_repeats => known,
            Some(mut known) => {
                known.copies.push(content.received.clone());
                known
            }
            None => Shelved {
                copies: vec![content.received.clone()],
                first_came: cx.now().as_micros(),
                content: content.clone(),
            },
        };
        let record = postcard::to_allocvec(&shelved).expect("a letter that postcard can encode");
        if cx.write(&content.id, &record).is_err() {
            return self.reception.answer(cx, ticket, code::NO_ROOM);
        }
        self.reception.storing(ticket);
        self.storing.insert(ticket, content);
        cx.sync(Timer { name: "sync", key: ticket });
    }

    /// Counts what the disk holds for sure.
    fn count(&mut self, disk: &Disk) {
        (self.letters, self.bounces, self.duplicates) = (0, 0, 0);
        (self.delay_total, self.longest_delay) = (Duration::ZERO, Duration::ZERO);
        for (_, record) in disk.synced_records() {
            let Ok(shelved) = postcard::from_bytes::<Shelved>(record) else { continue };
            self.duplicates += shelved.copies.len() as u64 - 1;
            if !shelved.content.returns.is_empty() {
                self.bounces += 1;
                continue;
            }
            let delay = Duration::micros(shelved.first_came.saturating_sub(shelved.content.written));
            self.letters += 1;
            self.delay_total += delay;
            self.longest_delay = self.longest_delay.max(delay);
        }
    }
}

impl Process for Mailbox {
    type Message = Smtp;

    fn on_start(&mut self, cx: &mut Context<'_, Smtp>) {
        self.reception.start(cx);
        self.count(cx.disk());
    }

    fn on_message(&mut self, cx: &mut Context<'_, Smtp>, from: NodeId, message: Smtp) {
        match message {
            Smtp::Mail { dialogue, envelope } => {
                let mut addresses = cx.settings().text("addresses").split_whitespace();
                let is_here = addresses.any(|address| address == envelope.to);
                let refusal = (!is_here).then_some(code::NO_MAILBOX);
                self.reception.welcome(cx, (from, dialogue), envelope, refusal);
            }
            Smtp::Content { dialogue, ticket, content } => {
                if self.reception.admit(cx, (from, dialogue), ticket).is_some() {
                    self.take(cx, ticket, content);
                }
            }
            Smtp::Reply { .. } => {}
        }
    }

    /// A sync is complete: the letter is delivered.
    fn on_timer(&mut self, cx: &mut Context<'_, Smtp>, timer: Timer) {
        let Some(content) = self.storing.remove(&timer.key) else { return };
        self.count(cx.disk());
        self.last = Some(format!("{} {}", content.id, content.text));
        self.reception.answer(cx, timer.key, code::DONE);
    }

    fn heap_bytes(&self) -> usize {
        256 * self.storing.len() + self.reception.heap_bytes()
    }

    fn look(&self) -> Look {
        let all = self.letters + self.bounces + self.duplicates;
        Look::default()
            .badge(phrase!("fact.n-letters", n = all).to_string())
            .fact(word!("fact.last-letter"), self.last.clone().unwrap_or_else(|| "–".to_owned()))
            .fact(word!("fact.bounces"), self.bounces)
            .fact(word!("fact.duplicates"), self.duplicates)
    }
}

/// What is safe on a mailbox's disk under this `Message-ID`.
pub(super) fn synced(disk: &Disk, id: &str) -> Option<Shelved> {
    postcard::from_bytes(disk.read_synced(id)?).ok()
}

fn read(disk: &Disk, id: &str) -> Option<Shelved> {
    postcard::from_bytes(disk.read(id)?).ok()
}
