//! The futures that a watcher had, and how they move among them.
//!
//! All branches begin at the start of the run: a branch is the list of what was done on it. One that begins where another was
//! watched further shares that one's deeds up to there. Every move (a deed, a change of branch, a name) is a turn that can be
//! taken back, which brings back exactly the branches and the moment before it.

use std::sync::Arc;

use super::{Advance, EVENTS_AT_MOST, Timeline};
use crate::sim::command::TimedCommand;
use crate::sim::time::Time;
use crate::sorted::sort_by_key;

/// How many branches a run has at most. When one more begins, the oldest that has no name goes (or, if all have one, the
/// oldest), and [`Timeline::let_go`] counts it; undo brings it back.
pub const BRANCHES_AT_MOST: usize = 8;
/// How long the name of a branch is at most.
pub const NAME_CHARACTERS_AT_MOST: usize = 40;
/// How many turns can be taken back.
const TURNS_AT_MOST: usize = 500;

/// One future of a run.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Branch {
    /// What the watcher calls it; empty until they do.
    pub name: String,
    /// What they did on it, by time, from the start of the run.
    pub deeds: Arc<[TimedCommand]>,
    /// Where it left the branch that it came from; the start of the run for the first.
    pub parted_at: Time,
    /// Where the watcher stood when they left it.
    pub left_at: Time,
    /// How far it was watched.
    pub reach: Time,
}

/// All branches and which one is at hand. There is always one.
#[derive(Clone)]
pub(super) struct Tree {
    branches: Vec<Branch>,
    current: usize,
}

/// Where a turn led from, or, once it is taken back, where it led to.
#[derive(Clone)]
pub(super) struct Turn {
    tree: Tree,
    at: Time,
}

impl Timeline {
    /// The branches, the oldest first. There is always one.
    pub fn branches(&self) -> &[Branch] {
        &self.tree.branches
    }

    /// The index of the branch at hand.
    pub fn current_branch(&self) -> usize {
        self.tree.current
    }

    /// Where another branch parts from the one at hand; `None` if nothing was done on either that the other lacks.
    pub fn parting(&self, index: usize) -> Option<Time> {
        self.tree.branches.get(index).and_then(|other| other.parting(self.tree.here()))
    }

    /// How many branches had to make room for others so far.
    pub fn let_go(&self) -> u32 {
        self.let_go
    }

    /// Goes over to another branch, to where the watcher left it. False if there is no such other branch.
    pub fn switch_branch(&mut self, index: usize) -> bool {
        let Some(to) = self.tree.branches.get(index).map(|branch| branch.left_at) else { return false };
        if index == self.tree.current {
            return false;
        }
        self.finish_moment();
        self.begin_turn();
        let from = std::mem::replace(&mut self.tree.current, index);
        self.let_go += self.tree.make_room(from);
        self.go_on_branch(to);
        true
    }

    /// Gives a branch a name, without the space round it and cut to [`NAME_CHARACTERS_AT_MOST`]; an empty one takes its name
    /// away. False if nothing changes.
    pub fn name_branch(&mut self, index: usize, name: &str) -> bool {
        let name = fit_name(name);
        if self.tree.branches.get(index).is_none_or(|branch| branch.name == name) {
            return false;
        }
        self.begin_turn();
        self.tree.branches[index].name = name;
        self.let_go += self.tree.make_room(index);
        true
    }

    /// Forgets a branch. False for the one at hand, and if there is no such branch.
    pub fn drop_branch(&mut self, index: usize) -> bool {
        if index == self.tree.current || index >= self.tree.branches.len() {
            return false;
        }
        self.begin_turn();
        self.tree.remove(index);
        self.let_go += self.tree.make_room(self.tree.current);
        true
    }

    /// Makes these the branches and goes to a moment of one of them, as a file or a link tells. What does not make sense is
    /// put right: there is always a branch, deeds are in the order of their times, and no name is too long. Deeds must have
    /// been read with this run's network. False if the moment is so far that the run stands before it, or if there were more
    /// than [`BRANCHES_AT_MOST`] branches, of which the first and the one at hand are kept.
    pub fn restore_branches(&mut self, mut branches: Vec<Branch>, current: usize, now: Time) -> bool {
        let mut current = current.min(branches.len().saturating_sub(1));
        let fits = branches.len() <= BRANCHES_AT_MOST;
        if current >= BRANCHES_AT_MOST {
            branches.swap(BRANCHES_AT_MOST - 1, current);
            current = BRANCHES_AT_MOST - 1;
        }
        branches.truncate(BRANCHES_AT_MOST);
        branches.iter_mut().for_each(Branch::put_right);
        if branches.is_empty() {
            branches.push(Branch::default());
        }
        self.tree = Tree { branches, current };
        (self.done, self.undone) = (Vec::new(), Vec::new());
        self.go_on_branch(Time::ZERO);
        let came = self.advance(now, EVENTS_AT_MOST, |_, _| false);
        came == Advance::Reached && fits
    }

    /// Whether there is something to take back.
    pub fn can_undo(&self) -> bool {
        !self.done.is_empty()
    }

    /// Whether there is something to do again.
    pub fn can_redo(&self) -> bool {
        !self.undone.is_empty()
    }

    /// Takes the last turn back: branches and moment are what they were right before it.
    pub fn undo(&mut self) -> bool {
        let Some(turn) = self.done.pop() else { return false };
        let from = self.turn_to(turn);
        self.undone.push(from);
        true
    }

    /// Does again what was taken back, and goes to where the watcher stood then.
    pub fn redo(&mut self) -> bool {
        let Some(turn) = self.undone.pop() else { return false };
        let from = self.turn_to(turn);
        self.done.push(from);
        true
    }

    /// Goes where a turn leads, and gives back where it leads from.
    fn turn_to(&mut self, turn: Turn) -> Turn {
        self.tree.here_mut().left_at = self.now;
        let from = Turn { tree: std::mem::replace(&mut self.tree, turn.tree), at: self.now };
        self.go_on_branch(turn.at);
        from
    }

    /// Notes where the watcher stands, before they turn elsewhere.
    pub(super) fn begin_turn(&mut self) {
        self.tree.here_mut().left_at = self.now;
        if self.done.len() == TURNS_AT_MOST {
            self.done.remove(0);
        }
        self.done.push(Turn { tree: self.tree.clone(), at: self.now });
        // What was taken back can no longer be done again. What was watched of it stays: as branches, all of which the
        // first that was taken back has.
        if let Some(first) = self.undone.drain(..).next() {
            first.tree.branches.into_iter().for_each(|branch| self.tree.keep(branch));
        }
    }
}

impl Branch {
    /// Where this branch and another part; `None` if nothing was done on either that the other lacks.
    pub fn parting(&self, other: &Branch) -> Option<Time> {
        let common = self.deeds.iter().zip(other.deeds.iter()).take_while(|(a, b)| a == b).count();
        [self, other].iter().filter_map(|branch| branch.deeds.get(common)).map(|deed| deed.at).min()
    }

    /// Whether all that was watched of another branch was watched of this one too.
    fn holds(&self, other: &Branch) -> bool {
        let watched = |branch: &Branch| branch.deeds.partition_point(|deed| deed.at < other.reach);
        self.reach >= other.reach && self.deeds[..watched(self)] == other.deeds[..watched(other)]
    }

    fn put_right(&mut self) {
        self.name = fit_name(&self.name);
        if !self.deeds.is_sorted_by_key(|deed| deed.at) {
            let mut deeds = self.deeds.to_vec();
            sort_by_key(&mut deeds, |deed| deed.at);
            self.deeds = deeds.into();
        }
        self.reach = self.reach.max(self.left_at).max(self.parted_at);
    }
}

impl Tree {
    pub(super) fn here(&self) -> &Branch {
        &self.branches[self.current]
    }

    fn here_mut(&mut self) -> &mut Branch {
        &mut self.branches[self.current]
    }

    /// Notes that the watcher saw this moment.
    pub(super) fn watch(&mut self, moment: Time) {
        let here = self.here_mut();
        here.reach = here.reach.max(moment);
    }

    /// Does something at a moment: on this branch if there is nothing beyond it, else on a new one that parts from it here.
    /// Says how many branches had to make room.
    pub(super) fn act(&mut self, at: Time, new: impl Iterator<Item = TimedCommand>) -> u32 {
        let here = self.here();
        let past = here.deeds.iter().filter(|deed| deed.at <= at).cloned();
        let deeds: Arc<[TimedCommand]> = past.chain(new).collect();
        let is_last = here.reach <= at && here.deeds.iter().all(|deed| deed.at <= at);
        let from = self.current;
        if is_last {
            self.here_mut().deeds = deeds;
        } else {
            self.current = self.branches.len();
            self.branches.push(Branch { name: String::new(), deeds, parted_at: at, left_at: at, reach: at });
        }
        self.make_room(from)
    }

    /// Keeps a branch that was watched further than all that there are.
    fn keep(&mut self, mut branch: Branch) {
        if self.branches.iter().any(|kept| kept.holds(&branch)) {
            return;
        }
        if self.branches.iter().any(|kept| kept.name == branch.name) {
            branch.name.clear();
        }
        self.branches.push(branch);
    }

    /// Lets branches go while there are too many, but not the one at hand nor this one. Says how many went.
    fn make_room(&mut self, mut spared: usize) -> u32 {
        let mut let_go = 0;
        while self.branches.len() > BRANCHES_AT_MOST {
            let others = || (0..self.branches.len()).filter(|index| ![self.current, spared].contains(index));
            let unnamed = others().find(|index| self.branches[*index].name.is_empty());
            let Some(goes) = unnamed.or_else(|| others().next()) else { break };
            self.remove(goes);
            spared -= usize::from(goes < spared);
            let_go += 1;
        }
        let_go
    }

    fn remove(&mut self, index: usize) {
        self.branches.remove(index);
        if index < self.current {
            self.current -= 1;
        }
    }
}

impl Default for Tree {
    fn default() -> Tree {
        Tree { branches: vec![Branch::default()], current: 0 }
    }
}

fn fit_name(name: &str) -> String {
    let line = name.split_whitespace().collect::<Vec<_>>().join(" ");
    line.chars().take(NAME_CHARACTERS_AT_MOST).collect()
}
