//! The legs of messages: from a node to the next one, or to where the message was lost. Those that a span of time meets are
//! found without looking at the others, however long some of them are.

use std::ops::Range;

/// How many legs, or blocks of them, are one block of the index.
const BLOCK: usize = 64;
/// No record, leg or lane.
pub(super) const NONE: u32 = u32::MAX;

/// A part of a message's way: between two lanes, or on one of them. Records are named by their place in the trace.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Leg {
    /// The message's number.
    pub packet: u32,
    /// The lane that it leaves.
    pub from: u32,
    /// The lane that it reaches or was to reach.
    pub to: u32,
    /// The record that it begins with.
    pub begins: u32,
    /// The event on the lane it leaves that it follows from: where it begins, except for a copy that the network made.
    pub source: u32,
    /// How it ended, if it did.
    pub end: End,
    /// Whether its bytes were changed on it.
    pub altered: bool,
    /// The record it ended with; its place among the open legs until then.
    ends: u32,
    /// The leg before it of the same message.
    before: u32,
}

/// How a leg ended.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum End {
    /// It has not.
    Open,
    /// The message arrived.
    Arrived,
    /// It was lost between the lanes.
    LostBetween,
    /// It was lost before it left.
    LostAtStart,
    /// It was lost at the lane that it reached.
    LostAtEnd,
}

impl Leg {
    /// The record it ended with, if it did.
    pub fn ends(&self) -> Option<u32> {
        (self.end != End::Open).then_some(self.ends)
    }

    /// Whether the message was lost on it.
    pub fn is_lost(&self) -> bool {
        matches!(self.end, End::LostBetween | End::LostAtStart | End::LostAtEnd)
    }
}

/// All legs in the order in which they began.
#[derive(Clone, Debug, Default)]
pub struct Legs {
    all: Vec<Leg>,
    /// Those that have not ended, in no order.
    open: Vec<u32>,
    /// By block, the latest end in it; then by block of blocks, and so on.
    latest: Vec<Vec<u32>>,
}

impl Legs {
    /// All of them.
    pub fn all(&self) -> &[Leg] {
        &self.all
    }

    /// Whether a message is on its way.
    pub fn is_any_open(&self) -> bool {
        !self.open.is_empty()
    }

    /// A leg by its number.
    pub fn get(&self, index: u32) -> Option<&Leg> {
        self.all.get(index as usize)
    }

    /// The leg before this one of the same message.
    pub fn before(&self, leg: &Leg) -> Option<u32> {
        (leg.before != NONE).then_some(leg.before)
    }

    /// A leg begins. Legs begin in the order of their records.
    pub(super) fn begin(&mut self, packet: u32, (from, to): (u32, u32), begins: u32, before: u32) -> u32 {
        let index = self.all.len() as u32;
        let ends = self.open.len() as u32;
        self.open.push(index);
        let leg =
            Leg { packet, from, to, begins, source: begins, end: End::Open, altered: false, ends, before };
        self.all.push(leg);
        let mut blocks = self.all.len().div_ceil(BLOCK);
        for level in 0.. {
            if self.latest.len() == level {
                self.latest.push(Vec::new());
            }
            // A new level begins with what the one below it holds so far.
            while self.latest[level].len() < blocks {
                let first = self.latest[level].len() * BLOCK;
                let below = level.checked_sub(1).and_then(|below| self.latest[below].get(first..));
                let latest = below.and_then(|below| below.iter().take(BLOCK).copied().max()).unwrap_or(0);
                self.latest[level].push(latest);
            }
            if blocks <= 1 {
                break;
            }
            blocks = blocks.div_ceil(BLOCK);
        }
        index
    }

    /// A leg comes to its end.
    pub(super) fn end(&mut self, index: u32, record: u32, to: u32, end: End) {
        let Some(leg) = self.all.get_mut(index as usize).filter(|leg| leg.end == End::Open) else { return };
        let place = leg.ends as usize;
        (leg.ends, leg.to, leg.end) = (record, to, end);
        self.open.swap_remove(place);
        if let Some(moved) = self.open.get(place) {
            self.all[*moved as usize].ends = place as u32;
        }
        let mut at = index as usize;
        for level in &mut self.latest {
            at /= BLOCK;
            level[at] = level[at].max(record);
        }
    }

    pub(super) fn get_mut(&mut self, index: u32) -> Option<&mut Leg> {
        self.all.get_mut(index as usize)
    }

    /// The legs that begin in a range of records.
    pub fn beginning_in(&self, records: &Range<u32>) -> Range<u32> {
        let from = self.all.partition_point(|leg| leg.begins < records.start);
        let to = self.all.partition_point(|leg| leg.begins < records.end);
        from as u32..to as u32
    }

    /// Calls with every leg that begins before a record and has not ended before it, in no order.
    pub fn across(&self, record: u32, mut call: impl FnMut(u32)) {
        let before = self.all.partition_point(|leg| leg.begins < record);
        self.open.iter().filter(|index| (**index as usize) < before).for_each(|index| call(*index));
        if let Some(top) = self.latest.len().checked_sub(1) {
            for block in 0..self.latest[top].len() {
                self.descend(top, block, record, before, &mut call);
            }
        }
    }

    fn descend(&self, level: usize, block: usize, record: u32, before: usize, call: &mut impl FnMut(u32)) {
        if self.latest[level][block] < record {
            return;
        }
        let first = block * BLOCK;
        if level > 0 {
            let last = (first + BLOCK).min(self.latest[level - 1].len());
            (first..last).for_each(|below| self.descend(level - 1, below, record, before, call));
            return;
        }
        for index in first..(first + BLOCK).min(before) {
            if self.all[index].ends().is_some_and(|ends| ends >= record) {
                call(index as u32);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn legs_across_a_record_are_found_among_all(
            lengths in proptest::collection::vec(proptest::option::weighted(0.9, 0u32..400), 1..600),
            record in 0u32..700,
        ) {
            let mut legs = Legs::default();
            // Each leg begins at the record of its number, and ends so many records later if it does.
            let mut ends: Vec<(u32, u32)> = Vec::new();
            for (index, length) in lengths.iter().enumerate() {
                let index = index as u32;
                prop_assert_eq!(legs.begin(index, (0, 1), index, NONE), index);
                ends.extend(length.map(|length| (index + length, index)));
            }
            ends.sort_unstable();
            for (record, index) in ends {
                legs.end(index, record, 1, End::Arrived);
            }
            let mut found = Vec::new();
            legs.across(record, |index| found.push(index));
            found.sort_unstable();
            let expected: Vec<u32> = lengths
                .iter()
                .enumerate()
                .map(|(index, length)| (index as u32, *length))
                .filter(|(index, length)| *index < record && length.is_none_or(|length| index + length >= record))
                .map(|(index, _)| index)
                .collect();
            prop_assert_eq!(found, expected);
        }
    }
}
