//! Which function of a module goes into which part.

use super::source::Source;
use crate::project::Outcome;
use std::collections::{BTreeMap, BTreeSet};

/// What no more parts than this call, and the first does not, is copied into each: whoever needs one of them waits for less, and all of
/// them together are hardly larger.
const COPIES: usize = 9;

/// What goes where.
pub struct Plan {
    /// For each function that is in one other part than the first, that part.
    pub home: BTreeMap<u32, usize>,
    /// For each function that is copied into several other parts, those.
    pub copies: BTreeMap<u32, BTreeSet<usize>>,
    /// Those of them that are called from outside their part, in the order of their new places in the table.
    pub called: Vec<u32>,
}

impl Plan {
    /// Divides by names: `part_of` says to which part a function of such a name belongs if it is not to be in the first, and
    /// `is_door` which of these are only called once their part is here.
    pub fn of(
        source: &Source<'_>,
        part_of: impl Fn(&str) -> Option<usize>,
        is_door: impl Fn(&str) -> bool,
    ) -> Outcome<Plan> {
        if source.tables.is_empty() || source.memories.len() != 1 || source.has_odd_elements {
            return Err(super::told("it has no table, not one memory, or elements that are not functions"));
        }
        if source.has_odd_segments {
            return Err(super::told("it puts things into memory later than as it begins"));
        }
        let own = source.names.iter().filter(|(function, _)| **function >= source.imported);
        let mut home: BTreeMap<u32, usize> =
            own.filter_map(|(function, name)| Some((*function, part_of(name)?))).collect();
        let doors: BTreeSet<u32> =
            home.keys().copied().filter(|function| is_door(source.names[function])).collect();
        keep_shared(source, &mut home);
        for function in source.exported() {
            home.remove(&function);
        }
        keep_called(source, &doors, &mut home);
        let copies = take_helpers(source, &mut home);
        let called = source.all().flat_map(|caller| {
            let of = home.get(&caller).copied();
            let home = &home;
            source
                .calls(caller)
                .filter(move |called| home.contains_key(called) && home.get(called).copied() != of)
        });
        let called: BTreeSet<u32> = called.collect();
        Ok(Plan { called: called.into_iter().collect(), home, copies })
    }

    /// Whether a function is in a part; in the first, if it is asked for none.
    pub fn is_in(&self, part: Option<usize>, function: u32) -> bool {
        match part {
            Some(part) => {
                self.home.get(&function) == Some(&part)
                    || self.copies.get(&function).is_some_and(|parts| parts.contains(&part))
            }
            None => !self.home.contains_key(&function) && !self.copies.contains_key(&function),
        }
    }

    /// The functions of a part, in order.
    pub fn functions(&self, part: usize) -> Vec<u32> {
        let of_others = self.home.keys().chain(self.copies.keys()).copied();
        let own: BTreeSet<u32> = of_others.filter(|function| self.is_in(Some(part), *function)).collect();
        own.into_iter().collect()
    }

    /// The functions of elsewhere that a part calls, in order.
    pub fn lent_to(&self, source: &Source<'_>, part: usize) -> Vec<u32> {
        let is_elsewhere = |function: &u32| !self.is_in(Some(part), *function);
        let lent = self.functions(part).into_iter().flat_map(|function| source.calls(function));
        let lent: BTreeSet<u32> = lent.filter(is_elsewhere).collect();
        lent.into_iter().collect()
    }
}

/// Keeps in the first part what stands for several functions. Optimisers keep one of those that do the same, under the name of any:
/// then it stands in the table in the places of all. Those that the compiler merges itself it has to leave apart, each calling the
/// one that is kept (`.cargo/config.toml`), so that nothing is merged without a trace.
fn keep_shared(source: &Source<'_>, home: &mut BTreeMap<u32, usize>) {
    let mut seen = BTreeSet::new();
    for function in source.in_table() {
        if !seen.insert(function) {
            home.remove(&function);
        }
    }
}

/// What is called by its name from the first part or from another is kept in the first part, but for doors.
fn keep_called(source: &Source<'_>, doors: &BTreeSet<u32>, home: &mut BTreeMap<u32, usize>) {
    loop {
        let before = home.len();
        for caller in source.all() {
            let of = home.get(&caller).copied();
            for called in source.calls(caller).filter(|called| !doors.contains(called)) {
                if home.get(&called).is_some_and(|home| Some(*home) != of) {
                    home.remove(&called);
                }
            }
        }
        if home.len() == before {
            return;
        }
    }
}

/// Moves to a part what nobody but that part calls, and tells what few parts call and the first does not.
fn take_helpers(source: &Source<'_>, home: &mut BTreeMap<u32, usize>) -> BTreeMap<u32, BTreeSet<usize>> {
    let rooted: BTreeSet<u32> = source.exported().chain(source.in_table()).collect();
    let mut copies: BTreeMap<u32, BTreeSet<usize>> = BTreeMap::new();
    loop {
        let before = home.len() + copies.len();
        for (function, parts) in callers(source, home, &copies) {
            let is_free = function >= source.imported
                && !rooted.contains(&function)
                && !home.contains_key(&function)
                && !copies.contains_key(&function);
            let Some(parts) = parts.filter(|parts| is_free && parts.len() <= COPIES) else { continue };
            match parts.first() {
                Some(only) if parts.len() == 1 => {
                    home.insert(function, *only);
                }
                _ => {
                    copies.insert(function, parts);
                }
            }
        }
        if home.len() + copies.len() == before {
            return copies;
        }
    }
}

/// For each function that is called the parts that do; nothing if the first is one of them.
fn callers(
    source: &Source<'_>,
    home: &BTreeMap<u32, usize>,
    copies: &BTreeMap<u32, BTreeSet<usize>>,
) -> BTreeMap<u32, Option<BTreeSet<usize>>> {
    let mut callers: BTreeMap<u32, Option<BTreeSet<usize>>> = BTreeMap::new();
    for caller in source.all() {
        let of: Option<BTreeSet<usize>> =
            home.get(&caller).map(|only| BTreeSet::from([*only])).or_else(|| copies.get(&caller).cloned());
        // What calls itself may go all the same.
        for called in source.calls(caller).filter(|called| *called != caller) {
            let known = callers.entry(called).or_insert_with(|| Some(BTreeSet::new()));
            match (known.as_mut(), &of) {
                (Some(known), Some(of)) => known.extend(of),
                _ => *known = None,
            }
        }
    }
    callers
}
