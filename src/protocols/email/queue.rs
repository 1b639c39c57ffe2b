//! The queue of a user's program or a relay: letters on its disk, and the side of the dialogue that hands them on.

use serde::{Deserialize, Serialize};

use crate::sim::disk::{Disk, DiskFull};
use crate::sim::network::NodeId;
use crate::sim::process::{Context, Timer};
use crate::sim::time::{Duration, Time};
use crate::sorted::Map;

use super::{Letter, Smtp, code};

/// Letters that were taken and not yet handed on, by the number that they were given here.
#[derive(Clone, Debug, Default)]
pub(super) struct Queue {
    entries: Map<u64, Entry>,
    last_number: u64,
    last_dialogue: u64,
}

/// A letter in the queue.
#[derive(Clone, Debug)]
pub(super) struct Entry {
    pub(super) kept: Kept,
    /// Whether it is in doubt: an attempt ended without an answer to the content, so somebody may have taken it.
    pub(super) in_doubt: bool,
    /// How many attempts failed.
    pub(super) failures: u32,
    stage: Stage,
}

/// What the disk holds of a letter in the queue.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub(super) struct Kept {
    pub(super) letter: Letter,
    /// When it was taken, in microseconds since the run began.
    pub(super) since: u64,
    /// Whether its content may have been sent to somebody who has not refused it.
    sent: bool,
}

#[derive(Clone, Debug)]
enum Stage {
    /// Its sync is under way. Nobody was told anything yet; the content of this ticket, if any, waits for its answer.
    Storing(Option<u64>),
    /// It waits for its next attempt.
    Waiting,
    /// It is being handed on.
    Trying(Attempt),
}

#[derive(Clone, Debug)]
struct Attempt {
    to: NodeId,
    /// Who is asked if this one does not take it, in this order.
    others: Vec<NodeId>,
    dialogue: u64,
    step: Step,
}

#[derive(Clone, Copy, PartialEq, Debug)]
enum Step {
    /// The envelope was sent.
    Asked,
    /// The content may go out under this ticket once the disk has noted that it did.
    Noting(u64),
    /// The content was sent under this ticket.
    Sent(u64),
}

/// What a sync was good for.
pub(super) enum Synced {
    /// A letter is safe: the content of this ticket, if any, is to be answered, and an attempt may begin.
    Stored(Option<u64>),
    /// Nothing that the owner need know of.
    Other,
}

/// How an attempt ended, with all that were to be asked.
#[derive(Clone, Copy, PartialEq, Debug)]
pub(super) enum Verdict {
    /// Somebody took the letter.
    Taken,
    /// Somebody refused it for good, with this code, and nobody can have taken it.
    Refused(u16),
    /// It is to be tried again.
    Deferred,
}

/// The longest wait between attempts, as a multiple of the first.
const LONGEST_WAIT: u64 = 16;

impl Queue {
    /// Takes up what the disk holds. Numbers begin at the microsecond of the start, so that none is ever used twice.
    pub(super) fn start(&mut self, cx: &mut Context<'_, Smtp>) {
        self.last_number = cx.now().as_micros();
        self.last_dialogue = self.last_number;
        self.entries = read_all(cx.disk()).collect();
        let numbers: Vec<u64> = self.entries.keys().copied().collect();
        numbers.into_iter().for_each(|number| cx.set_timer(retry_of(number), Duration::SHORTEST));
    }

    /// The number that the next letter will be given.
    pub(super) fn next_number(&self) -> u64 {
        self.last_number + 1
    }

    /// Takes a letter; once it is safe, [`Queue::synced`] says so.
    pub(super) fn store(
        &mut self,
        cx: &mut Context<'_, Smtp>,
        letter: Letter,
        ticket: Option<u64>,
    ) -> Result<(), DiskFull> {
        let number = self.next_number();
        let kept = Kept { letter, since: cx.now().as_micros(), sent: false };
        self.keep(cx, number, kept, ticket)?;
        self.last_number = number;
        Ok(())
    }

    /// Puts another letter in the place of one, so that at every moment the disk holds the one or the other.
    pub(super) fn replace(
        &mut self,
        cx: &mut Context<'_, Smtp>,
        number: u64,
        letter: Letter,
    ) -> Result<(), DiskFull> {
        let kept = Kept { letter, since: cx.now().as_micros(), sent: false };
        self.keep(cx, number, kept, None)
    }

    fn keep(
        &mut self,
        cx: &mut Context<'_, Smtp>,
        number: u64,
        kept: Kept,
        ticket: Option<u64>,
    ) -> Result<(), DiskFull> {
        write(cx, number, &kept)?;
        cx.sync(sync_of(number));
        let stage = Stage::Storing(ticket);
        self.entries.insert(number, Entry { kept, in_doubt: false, failures: 0, stage });
        Ok(())
    }

    /// The letter is somebody else's now, or was given up.
    pub(super) fn remove(&mut self, cx: &mut Context<'_, Smtp>, number: u64) -> Option<Letter> {
        cx.remove(&record(number));
        cx.sync(sync_of(number));
        self.entries.remove(&number).map(|entry| entry.kept.letter)
    }

    /// Begins an attempt to hand a waiting letter to the first of these that takes it.
    pub(super) fn attempt(
        &mut self,
        cx: &mut Context<'_, Smtp>,
        number: u64,
        hops: &[NodeId],
    ) -> Option<Verdict> {
        if !matches!(self.entries.get(&number)?.stage, Stage::Waiting) {
            return None;
        }
        match hops {
            [] => Some(Verdict::Deferred),
            [first, others @ ..] => {
                self.ask(cx, number, *first, others.to_vec());
                None
            }
        }
    }

    fn ask(&mut self, cx: &mut Context<'_, Smtp>, number: u64, to: NodeId, others: Vec<NodeId>) {
        self.last_dialogue += 1;
        let dialogue = self.last_dialogue;
        let Some(entry) = self.entries.get_mut(&number) else { return };
        let envelope = entry.kept.letter.envelope.clone();
        entry.stage = Stage::Trying(Attempt { to, others, dialogue, step: Step::Asked });
        cx.reach(to, &Smtp::Mail { dialogue, envelope });
        wait(cx, number);
    }

    /// A reply came: the letter it is about, and how its attempt ended if it did.
    pub(super) fn replied(
        &mut self,
        cx: &mut Context<'_, Smtp>,
        from: NodeId,
        (dialogue, ticket, code): (u64, u64, u16),
    ) -> Option<(u64, Verdict)> {
        let (number, step) = self.asked(from, dialogue)?;
        let verdict = match (step, code) {
            (Step::Asked, code::GO_ON) => self.go_on(cx, number, ticket),
            (Step::Asked, 400..) if ticket == 0 => self.refused(cx, number, code),
            (Step::Sent(mine), code::DONE) if mine == ticket => Some(Verdict::Taken),
            // An earlier life of the other side may have taken it.
            (Step::Sent(mine), code::CLOSING) if mine == ticket => self.unanswered(cx, number),
            (Step::Sent(mine), 400..) if mine == ticket => self.refused(cx, number, code),
            _ => None,
        };
        if verdict.is_some() {
            cx.cancel_timer(timeout_of(number));
        }
        Some((number, verdict?))
    }

    /// Which letter this dialogue is about, and how far it is.
    fn asked(&self, of: NodeId, dialogue: u64) -> Option<(u64, Step)> {
        self.entries.iter().find_map(|(number, entry)| match &entry.stage {
            Stage::Trying(attempt) if (attempt.to, attempt.dialogue) == (of, dialogue) => {
                Some((*number, attempt.step))
            }
            _ => None,
        })
    }

    /// No answer came in time.
    pub(super) fn timed_out(&mut self, cx: &mut Context<'_, Smtp>, number: u64) -> Option<Verdict> {
        self.unanswered(cx, number)
    }

    /// The content may go out, once the disk has noted it: a crash after it was sent must not make anybody sure that it was not.
    fn go_on(&mut self, cx: &mut Context<'_, Smtp>, number: u64, ticket: u64) -> Option<Verdict> {
        cx.cancel_timer(timeout_of(number));
        let entry = self.entries.get_mut(&number)?;
        if entry.in_doubt {
            // Then the disk has noted it long ago.
            self.send_content(cx, number, ticket);
            return None;
        }
        let kept = Kept { sent: true, ..entry.kept.clone() };
        if write(cx, number, &kept).is_err() {
            return self.refused(cx, number, code::NO_ROOM);
        }
        cx.sync(sync_of(number));
        entry.kept = kept;
        entry.set_step(Step::Noting(ticket));
        None
    }

    fn send_content(&mut self, cx: &mut Context<'_, Smtp>, number: u64, ticket: u64) {
        let Some(entry) = self.entries.get_mut(&number) else { return };
        entry.set_step(Step::Sent(ticket));
        if let Stage::Trying(Attempt { to, dialogue, .. }) = &entry.stage {
            let content = entry.kept.letter.content.clone();
            cx.reach(*to, &Smtp::Content { dialogue: *dialogue, ticket, content });
            wait(cx, number);
        }
    }

    /// A sync of this letter's record is complete.
    pub(super) fn synced(&mut self, cx: &mut Context<'_, Smtp>, number: u64) -> Synced {
        let Some(entry) = self.entries.get_mut(&number) else { return Synced::Other };
        match entry.stage {
            Stage::Storing(ticket) => {
                entry.stage = Stage::Waiting;
                return Synced::Stored(ticket);
            }
            Stage::Trying(Attempt { step: Step::Noting(ticket), .. }) => {
                self.send_content(cx, number, ticket)
            }
            _ => {}
        }
        Synced::Other
    }

    /// Somebody refused, and so does not have this letter by this attempt.
    fn refused(&mut self, cx: &mut Context<'_, Smtp>, number: u64, code: u16) -> Option<Verdict> {
        let entry = self.entries.get_mut(&number)?;
        if entry.kept.sent && !entry.in_doubt {
            let kept = Kept { sent: false, ..entry.kept.clone() };
            // If this is not kept, a restart takes the letter to be in doubt: that errs on the safe side.
            if write(cx, number, &kept).is_ok() {
                entry.kept = kept;
            }
        }
        // For good is for good: other exchanges of the domain would say the same.
        if code::is_permanent(code) && !entry.in_doubt {
            return Some(Verdict::Refused(code));
        }
        self.next_hop(cx, number)
    }

    /// Nothing came back. If the content was sent, the other side may have taken it.
    fn unanswered(&mut self, cx: &mut Context<'_, Smtp>, number: u64) -> Option<Verdict> {
        let entry = self.entries.get_mut(&number)?;
        entry.in_doubt |= matches!(&entry.stage, Stage::Trying(Attempt { step: Step::Sent(_), .. }));
        self.next_hop(cx, number)
    }

    fn next_hop(&mut self, cx: &mut Context<'_, Smtp>, number: u64) -> Option<Verdict> {
        let Stage::Trying(attempt) = &self.entries.get(&number)?.stage else { return None };
        let Some((next, others)) = attempt.others.split_first() else { return Some(Verdict::Deferred) };
        let (next, others) = (*next, others.to_vec());
        self.ask(cx, number, next, others);
        None
    }

    /// Waits for the next attempt: twice as long as for the last one, but no longer than to its expiry, if it can expire.
    pub(super) fn defer(&mut self, cx: &mut Context<'_, Smtp>, number: u64, expiry: Option<Duration>) {
        let Some(entry) = self.entries.get_mut(&number) else { return };
        let doubled = 1u64.checked_shl(entry.failures).map_or(LONGEST_WAIT, |times| times.min(LONGEST_WAIT));
        let mut pause = cx.settings().duration("retry-after") * doubled;
        if let Some(left) = expiry.map(|expiry| entry.expires(expiry).since(cx.now()))
            && left > Duration::ZERO
        {
            pause = pause.min(left);
        }
        entry.failures = entry.failures.saturating_add(1);
        entry.stage = Stage::Waiting;
        cx.set_timer(retry_of(number), pause.at_least_shortest());
    }

    /// A letter in the queue.
    pub(super) fn get(&self, number: u64) -> Option<&Entry> {
        self.entries.get(&number)
    }

    /// All letters in the queue.
    pub(super) fn entries(&self) -> impl Iterator<Item = &Entry> {
        self.entries.values()
    }

    /// How many there are.
    pub(super) fn len(&self) -> usize {
        self.entries.len()
    }

    /// Every letter and its addressee, with a `?` for one in doubt.
    pub(super) fn list(&self) -> String {
        let line = |entry: &Entry| {
            let doubt = if entry.in_doubt { "?" } else { "" };
            format!("{}{doubt} → {}", entry.kept.letter.content.id, entry.kept.letter.envelope.to)
        };
        let lines: Vec<String> = self.entries().map(line).collect();
        lines.join("  ")
    }

    pub(super) fn heap_bytes(&self) -> usize {
        256 * self.entries.len()
    }
}

impl Entry {
    /// When it is given up.
    pub(super) fn expires(&self, expiry: Duration) -> Time {
        Time::from_micros(self.kept.since) + expiry
    }

    fn set_step(&mut self, step: Step) {
        if let Stage::Trying(attempt) = &mut self.stage {
            attempt.step = step;
        }
    }
}

/// The letters of a queue that a crash would leave on this disk.
pub(super) fn synced_letters(disk: &Disk) -> impl Iterator<Item = Letter> {
    let queued = disk.synced_records().filter(|(name, _)| name.starts_with(RECORD));
    queued.filter_map(|(_, content)| Some(postcard::from_bytes::<Kept>(content).ok()?.letter))
}

pub(super) const RETRY: &str = "retry";
pub(super) const TIMEOUT: &str = "timeout";
const RECORD: &str = "queue ";

const fn retry_of(number: u64) -> Timer {
    Timer { name: RETRY, key: number }
}
const fn timeout_of(number: u64) -> Timer {
    Timer { name: TIMEOUT, key: number }
}
const fn sync_of(number: u64) -> Timer {
    Timer { name: "sync", key: number }
}

fn wait(cx: &mut Context<'_, Smtp>, number: u64) {
    let patience = cx.settings().duration("timeout");
    cx.set_timer(timeout_of(number), patience);
}

fn record(number: u64) -> String {
    format!("{RECORD}{number}")
}

fn write(cx: &mut Context<'_, Smtp>, number: u64, kept: &Kept) -> Result<(), DiskFull> {
    cx.write(&record(number), &postcard::to_allocvec(kept).expect("a letter that postcard can encode"))
}

fn read_all(disk: &Disk) -> impl Iterator<Item = (u64, Entry)> {
    disk.records().filter_map(|(name, content, _)| {
        let number = name.strip_prefix(RECORD)?.parse().ok()?;
        let kept: Kept = postcard::from_bytes(content).ok()?;
        Some((number, Entry { in_doubt: kept.sent, kept, failures: 0, stage: Stage::Waiting }))
    })
}
