//! The store: it keeps the newest save on its disk.

use crate::sim::network::NodeId;
use crate::sim::process::{Context, Look, Process, Timer};
use crate::word;

use super::{Recovery, hours};

/// What keeps what is saved.
#[derive(Clone, Debug, Default)]
pub struct Store {
    /// The newest save that is safe.
    newest: Saved,
    /// Saves that wait for their sync, and who sent them.
    syncing: Vec<(NodeId, Saved)>,
}

/// A save.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
struct Saved {
    number: u64,
    work: u64,
}

/// The record on its disk: the number of the save, and the work.
pub(super) const RECORD: &str = "save";
const SYNC: &str = "sync";

impl Store {
    /// A full disk takes nothing, and nothing is said.
    fn keep(&mut self, cx: &mut Context<'_, Recovery>, from: NodeId, saved: Saved) {
        let record = format!("{} {}", saved.number, saved.work);
        if cx.write(RECORD, record.as_bytes()).is_ok() {
            self.syncing.push((from, saved));
            cx.sync(Timer { name: SYNC, key: saved.number });
        }
    }

    fn tell(&self, cx: &mut Context<'_, Recovery>, to: NodeId, Saved { number, work }: Saved) {
        cx.send(to, &Recovery::Saved { number, work });
    }
}

/// The work in a record.
pub(super) fn work_in(record: &[u8]) -> Option<u64> {
    read(record).map(|saved| saved.work)
}

fn read(record: &[u8]) -> Option<Saved> {
    let (number, work) = std::str::from_utf8(record).ok()?.split_once(' ')?;
    Some(Saved { number: number.parse().ok()?, work: work.parse().ok()? })
}

impl Process for Store {
    type Message = Recovery;

    fn on_start(&mut self, cx: &mut Context<'_, Recovery>) {
        self.newest = cx.disk().read(RECORD).and_then(read).unwrap_or_default();
    }

    fn on_message(&mut self, cx: &mut Context<'_, Recovery>, from: NodeId, message: Recovery) {
        match message {
            // One that comes late, or again, is older than what is here.
            Recovery::Save { number, work } if number > self.newest.number => {
                self.keep(cx, from, Saved { number, work });
            }
            Recovery::Load => cx.send(from, &Recovery::Loaded { work: self.newest.work }),
            _ => {}
        }
    }

    fn on_timer(&mut self, cx: &mut Context<'_, Recovery>, timer: Timer) {
        let Some(at) = self.syncing.iter().position(|(_, saved)| saved.number == timer.key) else { return };
        let (from, saved) = self.syncing.remove(at);
        if saved.number > self.newest.number {
            self.newest = saved;
        }
        self.tell(cx, from, saved);
    }

    fn heap_bytes(&self) -> usize {
        self.syncing.len() * size_of::<(NodeId, Saved)>()
    }

    fn look(&self) -> Look {
        Look::default().badge(hours(self.newest.work)).fact(word!("fact.saved-work"), hours(self.newest.work))
    }
}
