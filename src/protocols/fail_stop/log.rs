//! The write-ahead log: one record on the disk for each write, in the order of the writes.

use crate::sim::disk::{Disk, DiskFull};
use crate::sim::process::Context;

use super::FailStop;

/// The log as its server knows it.
#[derive(Clone, Debug, Default)]
pub(super) struct Log {
    /// The oldest first.
    records: Vec<Record>,
    next_number: u64,
    /// The records up to this number are safe.
    synced: u64,
}

/// A write.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Record {
    /// Its place in the log.
    pub number: u64,
    pub note: String,
    pub version: u64,
}

/// What tells a disk that has been in use from a new one.
const FORMAT: &str = "format";

/// Records of the disk that are not of the log.
const OTHER_RECORDS: usize = 1;

impl Log {
    /// What a server finds on its disk as it starts.
    pub fn replay(disk: &Disk) -> Log {
        let records: Vec<Record> =
            disk.records().filter_map(|(name, content, _)| read(name, content)).collect();
        let last = records.last().map_or(0, |record| record.number);
        Log { records, next_number: last + 1, synced: last }
    }

    /// Appends a write, and gives its number.
    pub fn append(
        &mut self,
        cx: &mut Context<'_, FailStop>,
        note: &str,
        version: u64,
    ) -> Result<u64, DiskFull> {
        let number = self.next_number;
        cx.write(&name(number), format!("{note} {version}").as_bytes())?;
        self.next_number += 1;
        self.records.push(Record { number, note: note.to_owned(), version });
        Ok(number)
    }

    /// The last record.
    pub fn last_number(&self) -> u64 {
        self.next_number.saturating_sub(1)
    }

    /// The records up to this one are safe now. Gives those that were not before.
    pub fn synced_up_to(&mut self, number: u64) -> Vec<Record> {
        let before = self.synced;
        self.synced = before.max(number);
        let is_new = |record: &&Record| (before + 1..=self.synced).contains(&record.number);
        self.records.iter().filter(is_new).cloned().collect()
    }

    /// Removes each record that a newer safe one of the same note has replaced, and gives how many there were.
    pub fn compact(&mut self, cx: &mut Context<'_, FailStop>) -> usize {
        let newest = |record: &Record| {
            let mut others = self.records.iter();
            !others.any(|other| {
                other.note == record.note && other.version > record.version && other.number <= self.synced
            })
        };
        let (kept, replaced): (Vec<Record>, Vec<Record>) = self.records.iter().cloned().partition(newest);
        replaced.iter().for_each(|record| cx.remove(&name(record.number)));
        self.records = kept;
        replaced.len()
    }

    pub fn records(&self) -> &[Record] {
        &self.records
    }

    /// How many records a crash would take.
    pub fn unsynced(&self) -> usize {
        self.records.iter().filter(|record| record.number > self.synced).count()
    }
}

/// How many records the disk of a server has room for whose log may have so many.
pub(super) fn room_for(records: u64) -> usize {
    records as usize + OTHER_RECORDS
}

/// Says that the disk is in use.
pub(super) fn format(cx: &mut Context<'_, FailStop>) -> Result<(), DiskFull> {
    cx.write(FORMAT, b"1")
}

/// The disk that a server has from the beginning is in use, with nothing on it.
pub(super) fn format_at_first(cx: &mut Context<'_, FailStop>) {
    cx.preload(FORMAT, b"1");
}

pub(super) fn is_formatted(disk: &Disk) -> bool {
    disk.read(FORMAT).is_some()
}

/// The name of a record, by which they are in order.
fn name(number: u64) -> String {
    format!("log {number:06}")
}

/// A record of the log, if it is one.
pub(super) fn read(name: &str, content: &[u8]) -> Option<Record> {
    let number = name.strip_prefix("log ")?.parse().ok()?;
    let (note, version) = std::str::from_utf8(content).ok()?.split_once(' ')?;
    Some(Record { number, note: note.to_owned(), version: version.parse().ok()? })
}
