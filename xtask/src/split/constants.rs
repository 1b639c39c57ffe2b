//! Which constants of a module go into which part.
//!
//! A part brings those that only it refers to, to the places where they would have been; all others stay in the first. What refers
//! to what is not written in a module, where an address is a number as any other: so every number that could be an address counts as
//! one, in code and in constants, and what nobody seems to refer to stays.

use super::plan::Plan;
use super::source::Source;
use wasm_encoder::{ConstExpr, DataSection};

/// An address within a constant may have been made of that of another by adding what the compiler knew: those so near it count, too.
const DOUBT: u32 = 128;

/// Between the end of a constant and the beginning of the next there are fewer bytes.
const ALIGNMENT: u32 = 16;

/// A gap that is filled with zeros is smaller than what it would take to leave it.
const FILLED: u32 = 48;

/// The constants of a module.
pub struct Constants<'a> {
    segments: &'a [(u32, &'a [u8])],
    /// For each of them the part that it goes into.
    owners: Vec<Owner>,
}

/// Who refers to a constant.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Owner {
    Nobody,
    /// Only this part.
    Part(usize),
    /// The first part, or several.
    First,
}

impl Owner {
    fn of(part: Option<usize>) -> Owner {
        part.map_or(Owner::First, Owner::Part)
    }

    fn and(self, other: Owner) -> Owner {
        match (self, other) {
            (Owner::Nobody, owner) | (owner, Owner::Nobody) => owner,
            (one, other) if one == other => one,
            _ => Owner::First,
        }
    }
}

impl<'a> Constants<'a> {
    /// Divides the constants as the plan divides functions.
    pub fn of(source: &'a Source<'a>, plan: &Plan) -> Constants<'a> {
        let owners = vec![Owner::Nobody; source.segments.len()];
        let mut constants = Constants { segments: &source.segments, owners };
        let references: Vec<Vec<usize>> =
            source.segments.iter().map(|(start, bytes)| constants.touched_by_words(*start, bytes)).collect();
        for function in source.all() {
            // What is copied into several parts refers to what all of them share.
            let owner = Owner::of(plan.home.get(&function).copied());
            for (address, is_handed_on) in source.addresses(function) {
                for segment in constants.touched(address, is_handed_on) {
                    constants.hand_on(segment, owner, &references);
                }
            }
        }
        for segment in 0..constants.owners.len() {
            if constants.owners[segment] == Owner::Nobody {
                constants.hand_on(segment, Owner::First, &references);
            }
        }
        constants
    }

    /// Notes who refers to a constant, and so to all that it refers to.
    fn hand_on(&mut self, segment: usize, owner: Owner, references: &[Vec<usize>]) {
        let mut waiting = vec![segment];
        while let Some(segment) = waiting.pop() {
            let together = self.owners[segment].and(owner);
            if together != self.owners[segment] {
                self.owners[segment] = together;
                waiting.extend(&references[segment]);
            }
        }
    }

    /// The constants that a constant may refer to: addresses stand at multiples of four. The compiler adds nothing to them that would
    /// lead out of what they are of, and through one of an end alone nothing can be read.
    fn touched_by_words(&self, start: u32, bytes: &[u8]) -> Vec<usize> {
        let aligned = bytes.get((start.wrapping_neg() % 4) as usize..).unwrap_or_default();
        let words =
            aligned.chunks_exact(4).map(|word| u32::from_le_bytes([word[0], word[1], word[2], word[3]]));
        words.filter_map(|word| self.holding(word)).collect()
    }

    /// The constant that an address is in.
    fn holding(&self, address: u32) -> Option<usize> {
        let before = self.segments.partition_point(|(start, _)| *start <= address).checked_sub(1)?;
        (address < end(&self.segments[before])).then_some(before)
    }

    /// The constants that an address in code may stand for: the one that begins there, and the one that ends there, for a loop may count
    /// from its end; or, within a constant, all that are near. Who hands an end on as it is hands on the beginning, too.
    fn touched(&self, address: u32, is_handed_on: bool) -> std::ops::Range<usize> {
        let beginning = self.segments.binary_search_by_key(&address, |(start, _)| *start);
        let (from, to) = match beginning {
            Ok(segment) if is_handed_on => return segment..segment + 1,
            Ok(_) => (address, address),
            Err(_) if self.is_within(address) => (address - DOUBT, address + DOUBT),
            Err(_) => return 0..0,
        };
        let ended = self.segments.partition_point(|segment| end(segment) < from);
        let begun = self.segments.partition_point(|(start, _)| *start <= to);
        ended..begun
    }

    /// Whether an address is among the constants, or at the end of one.
    fn is_within(&self, address: u32) -> bool {
        let (first, last) = (self.segments.first(), self.segments.last());
        first.is_some_and(|(start, _)| *start <= address) && last.is_some_and(|last| address <= end(last))
    }

    /// The constants of a part.
    pub fn section(&self, part: Option<usize>) -> DataSection {
        let owner = Owner::of(part);
        let own = (0..self.segments.len()).filter(|segment| self.owners[*segment] == owner);
        let mut section = DataSection::new();
        let mut run: Option<(u32, Vec<u8>)> = None;
        let mut last = 0;
        for segment in own {
            let (start, bytes) = self.segments[segment];
            match &mut run {
                Some((from, run)) if self.goes_on(owner, last, segment) => {
                    run.resize((start - *from) as usize, 0);
                    run.extend(bytes);
                }
                _ => {
                    if let Some(run) = run.replace((start, bytes.to_vec())) {
                        put(&mut section, run);
                    }
                }
            }
            last = segment;
        }
        if let Some(run) = run {
            put(&mut section, run);
        }
        section
    }

    /// Whether one constant may be written together with the one before it. The first part may fill the gap, for what belongs there
    /// comes later; another must not.
    fn goes_on(&self, owner: Owner, before: usize, segment: usize) -> bool {
        let gap = self.segments[segment].0 - end(&self.segments[before]);
        match owner {
            Owner::First => gap < FILLED,
            _ => before + 1 == segment && gap < ALIGNMENT,
        }
    }
}

fn end((start, bytes): &(u32, &[u8])) -> u32 {
    start + bytes.len() as u32
}

fn put(section: &mut DataSection, (start, bytes): (u32, Vec<u8>)) {
    section.active(0, &ConstExpr::i32_const(start as i32), bytes);
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeMap;

    /// The owners of constants where function 0 is in the first part, 1 in part 0 and 2 in part 1, by the numbers in their code.
    fn owners(segments: &[(u32, &[u8])], numbers: [&[u32]; 3]) -> Vec<Option<usize>> {
        let source = Source {
            types: vec![0; 3],
            numbers: numbers
                .iter()
                .map(|numbers| numbers.iter().map(|number| (*number, false)).collect())
                .collect(),
            segments: segments.to_vec(),
            ..Source::default()
        };
        let plan =
            Plan { home: BTreeMap::from([(1, 0), (2, 1)]), copies: BTreeMap::new(), called: Vec::new() };
        let owners = Constants::of(&source, &plan).owners;
        let part = |owner: &Owner| match owner {
            Owner::Part(part) => Some(*part),
            Owner::First | Owner::Nobody => None,
        };
        owners.iter().map(part).collect()
    }

    const FAR: [(u32, &[u8]); 3] = [(4000, b"abc"), (5000, b"def"), (6000, b"ghi")];

    #[test]
    fn what_one_part_refers_to_goes_with_it() {
        assert_eq!(owners(&FAR, [&[4000], &[5000], &[6000]]), [None, Some(0), Some(1)]);
    }

    #[test]
    fn what_two_refer_to_stays_and_so_does_what_nobody_does() {
        assert_eq!(owners(&FAR, [&[], &[4000, 5000], &[5000]]), [Some(0), None, None]);
    }

    #[test]
    fn constants_hand_on_who_refers_to_them() {
        let table = 6000_u32.to_le_bytes();
        let segments: [(u32, &[u8]); 3] = [(4000, &table), (5000, b"def"), (6000, b"ghi")];
        assert_eq!(owners(&segments, [&[], &[4000], &[]]), [Some(0), None, Some(0)]);
        assert_eq!(owners(&segments, [&[6000], &[4000], &[]]), [Some(0), None, None]);
        // Nobody knows who reads the table.
        assert_eq!(owners(&segments, [&[], &[6000], &[]]), [None; 3]);
    }

    #[test]
    fn constants_refer_to_nothing_near_what_they_name() {
        let table = [4004_u32, 4009].map(u32::to_le_bytes).concat();
        let segments: [(u32, &[u8]); 4] = [(4000, b"abcd"), (4004, b"efgh"), (4008, b"ij"), (6000, &table)];
        assert_eq!(owners(&segments, [&[], &[6000], &[4000]]), [Some(1), Some(0), Some(0), Some(0)]);
    }

    #[test]
    fn an_address_that_is_handed_on_is_that_of_what_begins_there() {
        let segments: &[(u32, &[u8])] = &[(4000, b"abcdefgh"), (4008, b"ijkl"), (6000, b"ghi")];
        let constants = Constants { segments, owners: vec![Owner::Nobody; 3] };
        assert_eq!(constants.touched(4008, true), 1..2);
        assert_eq!(constants.touched(4008, false), 0..2);
        assert_eq!(constants.touched(4003, true), 0..2);
    }

    #[test]
    fn an_address_within_a_constant_or_at_its_end_counts_for_what_is_near() {
        let near: [(u32, &[u8]); 3] = [(4000, b"abcdefgh"), (4008, b"ijkl"), (6000, b"ghi")];
        let all: &[u32] = &[4000, 4008, 6000];
        assert_eq!(owners(&near, [&[], all, &[]]), [Some(0); 3]);
        assert_eq!(owners(&near, [&[4008], all, &[]]), [None, None, Some(0)]);
        assert_eq!(owners(&near, [&[4003], all, &[]]), [None, None, Some(0)]);
        assert_eq!(owners(&near, [&[6003], all, &[]]), [Some(0), Some(0), None]);
    }
}
