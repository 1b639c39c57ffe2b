//! What a database keeps, and how it lies on the disk.

use serde::{Deserialize, Serialize};

use crate::sim::disk::Disk;
use crate::sorted::Map;

/// All that a database has saved. It is as small as there are users, so it is written and sent whole; a real one writes and
/// sends a log of changes.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
pub struct Table {
    /// The epoch in which it was last changed.
    pub epoch: u64,
    /// How many changes led to it.
    pub position: u64,
    /// The number of the newest state of each user.
    pub saved: Map<String, u64>,
}

impl Table {
    /// The number of a user's newest state; 0 if nothing was ever saved.
    pub fn number(&self, user: &str) -> u64 {
        self.saved.get(user).copied().unwrap_or(0)
    }

    /// What a crash would leave of the table on this disk.
    pub fn synced(disk: &Disk) -> Option<Table> {
        read(disk.read_synced(RECORD)?).map(|(table, _)| table)
    }

    /// Whether it takes the place of another: it is of a later epoch, or longer in the same.
    pub(super) fn replaces(&self, other: &Table) -> bool {
        (self.epoch, self.position) > (other.epoch, other.position)
    }

    /// As text, with whether its owner leads: `epoch position leads`, then a line `user number` each.
    pub(super) fn to_text(&self, leads: bool) -> String {
        let word = if leads { LEADS } else { "follows" };
        let mut text = format!("{} {} {word}", self.epoch, self.position);
        self.saved.iter().for_each(|(user, number)| text += &format!("\n{user} {number}"));
        text
    }
}

/// The name of the table on the disk.
pub(super) const RECORD: &str = "table";
const LEADS: &str = "leads";

/// Reads the table of a disk, synced or not, and whether its owner leads.
pub(super) fn stored(disk: &Disk) -> Option<(Table, bool)> {
    read(disk.read(RECORD)?)
}

fn read(content: &[u8]) -> Option<(Table, bool)> {
    let mut lines = std::str::from_utf8(content).ok()?.lines();
    let mut head = lines.next()?.split(' ');
    let mut number = || head.next()?.parse().ok();
    let (epoch, position) = (number()?, number()?);
    let leads = head.next()? == LEADS;
    let pair = |line: &str| {
        let (user, number) = line.rsplit_once(' ')?;
        Some((user.to_owned(), number.parse().ok()?))
    };
    Some((Table { epoch, position, saved: lines.filter_map(pair).collect() }, leads))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_table_is_read_as_it_was_written() {
        let saved = [("u1", 7), ("u2", 12)].map(|(user, number)| (user.to_owned(), number));
        let table = Table { epoch: 2, position: 9, saved: saved.into_iter().collect() };
        for leads in [true, false] {
            assert_eq!(read(table.to_text(leads).as_bytes()), Some((table.clone(), leads)));
        }
        assert_eq!(read(b"2 x leads"), None);
    }
}
