//! A node's disk: named records, of which only the synced ones survive a crash.
//!
//! What is written can be read back at once, as from an operating system's cache, and is safe only when a sync that was
//! asked for after the write has completed.

use crate::sorted::{Map, Set};

/// Records by name. Sizes are counted in bytes of names and contents.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Disk {
    synced: Map<String, Vec<u8>>,
    /// Writes that no sync has covered yet, the oldest first.
    unsynced: Vec<Write>,
    /// How many writes there ever were.
    writes: u64,
    /// The last write that a sync was asked for.
    sync_covers: u64,
    full: bool,
    /// How many records it has room for, if that is bounded.
    room: Option<usize>,
}

#[derive(Clone, PartialEq, Eq, Debug)]
struct Write {
    number: u64,
    name: String,
    /// Nothing where the record is removed.
    content: Option<Vec<u8>>,
}

/// The disk takes no more.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct DiskFull;

impl Disk {
    /// The newest content of a record, synced or not.
    pub fn read(&self, name: &str) -> Option<&[u8]> {
        let unsynced = self.unsynced.iter().rev().find(|write| write.name == name);
        unsynced.map_or_else(|| self.synced.get(name), |write| write.content.as_ref()).map(Vec::as_slice)
    }

    /// The content of a record that is safe from a crash.
    pub fn read_synced(&self, name: &str) -> Option<&[u8]> {
        self.synced.get(name).map(Vec::as_slice)
    }

    /// Writes a whole record. It is not safe before a sync.
    pub fn write(&mut self, name: &str, content: &[u8]) -> Result<(), DiskFull> {
        let has_room = |room| self.read(name).is_some() || self.records().count() < room;
        if self.full || !self.room.is_none_or(has_room) {
            return Err(DiskFull);
        }
        self.change(name, Some(content.to_vec()));
        Ok(())
    }

    /// Removes a record, which a full disk does as well. Before a sync a crash brings it back.
    pub fn remove(&mut self, name: &str) {
        self.change(name, None);
    }

    fn change(&mut self, name: &str, content: Option<Vec<u8>>) {
        self.writes += 1;
        let number = self.writes;
        // A write that no sync is under way for gives its place to a newer one of the same record.
        let free = self.sync_covers;
        self.unsynced.retain(|write| write.number <= free || write.name != name);
        self.unsynced.push(Write { number, name: name.to_owned(), content });
    }

    /// The records with their newest content and whether that content is synced.
    pub fn records(&self) -> impl Iterator<Item = (&str, &[u8], bool)> {
        let unsynced = self.unsynced.iter().map(|write| write.name.as_str());
        let names: Set<&str> = self.synced.keys().map(String::as_str).chain(unsynced).collect();
        names.into_iter().filter_map(|name| {
            let safe = !self.unsynced.iter().any(|write| write.name == name);
            Some((name, self.read(name)?, safe))
        })
    }

    /// The records that a crash would leave, with their content.
    pub fn synced_records(&self) -> impl Iterator<Item = (&str, &[u8])> {
        self.synced.iter().map(|(name, content)| (name.as_str(), content.as_slice()))
    }

    /// Asks for a sync: gives the number of the last write, up to which it covers.
    pub(super) fn ask_sync(&mut self) -> u64 {
        self.sync_covers = self.writes;
        self.writes
    }

    /// Makes the writes up to this number safe.
    pub(super) fn complete_sync(&mut self, last_write: u64) {
        let covered = self.unsynced.iter().take_while(|write| write.number <= last_write).count();
        for write in self.unsynced.drain(..covered) {
            match write.content {
                Some(content) => self.synced.insert(write.name, content),
                None => drop(self.synced.remove(&write.name)),
            }
        }
    }

    /// Forgets what was not synced, as a crash does.
    pub(super) fn forget_unsynced(&mut self) {
        self.unsynced.clear();
    }

    /// Puts a record there that was safe before the run began.
    pub(super) fn preload(&mut self, name: &str, content: &[u8]) {
        self.synced.insert(name.to_owned(), content.to_vec());
    }

    /// Loses everything, as a broken disk does.
    pub(super) fn wipe(&mut self) {
        self.synced.clear();
        self.unsynced.clear();
    }

    pub(super) fn set_full(&mut self, full: bool) {
        self.full = full;
    }

    /// Bounds how many records there may be; what is there already stays.
    pub(super) fn set_room(&mut self, records: usize) {
        self.room = Some(records);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_crash_loses_exactly_what_no_sync_covered() {
        let mut disk = Disk::default();
        disk.write("x", b"1").unwrap();
        let covered = disk.ask_sync();
        disk.write("x", b"2").unwrap();
        assert_eq!(disk.read("x"), Some(b"2".as_slice()));
        disk.complete_sync(covered);
        assert_eq!(disk.read_synced("x"), Some(b"1".as_slice()));
        disk.forget_unsynced();
        assert_eq!(disk.read("x"), Some(b"1".as_slice()));
    }

    #[test]
    fn a_removed_record_comes_back_in_a_crash_unless_a_sync_covered_its_removal() {
        let mut disk = Disk::default();
        disk.write("x", b"1").unwrap();
        let covered = disk.ask_sync();
        disk.complete_sync(covered);
        disk.set_full(true);
        disk.remove("x");
        assert_eq!((disk.read("x"), disk.records().count()), (None, 0));
        assert_eq!(disk.synced_records().collect::<Vec<_>>(), [("x", b"1".as_slice())]);
        disk.forget_unsynced();
        assert_eq!(disk.read("x"), Some(b"1".as_slice()));
        disk.remove("x");
        let covered = disk.ask_sync();
        disk.complete_sync(covered);
        disk.forget_unsynced();
        assert_eq!((disk.read_synced("x"), disk.records().count()), (None, 0));
    }

    #[test]
    fn writes_that_no_sync_covers_do_not_pile_up() {
        let mut disk = Disk::default();
        (0..100u8).for_each(|value| disk.write("x", &[value]).unwrap());
        assert_eq!(disk.unsynced.len(), 1);
        let covered = disk.ask_sync();
        disk.write("x", b"later").unwrap();
        disk.complete_sync(covered);
        disk.forget_unsynced();
        assert_eq!(disk.read("x"), Some([99].as_slice()));
    }

    #[test]
    fn a_full_disk_refuses_writes_and_keeps_reads() {
        let mut disk = Disk::default();
        disk.write("x", b"1").unwrap();
        disk.set_full(true);
        assert_eq!(disk.write("x", b"2"), Err(DiskFull));
        assert_eq!(disk.read("x"), Some(b"1".as_slice()));
    }

    #[test]
    fn a_disk_without_room_takes_no_new_record_until_one_is_removed() {
        let mut disk = Disk::default();
        disk.set_room(2);
        disk.write("x", b"1").unwrap();
        disk.write("y", b"1").unwrap();
        assert_eq!(disk.write("z", b"1"), Err(DiskFull));
        assert_eq!((disk.write("x", b"2"), disk.read("z")), (Ok(()), None));
        disk.remove("y");
        assert_eq!(disk.write("z", b"1"), Ok(()));
        disk.set_room(1);
        assert_eq!((disk.records().count(), disk.write("y", b"1")), (2, Err(DiskFull)));
    }
}
