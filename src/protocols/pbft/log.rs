//! What a replica remembers of the sequence numbers between its water marks.

use crate::sorted::Map;

use super::group::Group;
use super::message::{Phase, PrePrepare, Prepared, Request, Statement};

/// What a replica remembers of the sequence numbers after its last stable checkpoint.
#[derive(Clone, Debug, Default)]
pub struct Log {
    slots: Map<u64, Slot>,
}

/// What a replica remembers of one sequence number.
#[derive(Clone, Debug, Default)]
pub struct Slot {
    /// The proposal that it accepted last.
    pub proposal: Option<PrePrepare>,
    /// Prepares and commits, its own among them: of each sender the latest view's.
    pub votes: Vec<Statement>,
    /// The last certificate that a request was prepared. It outlives the view.
    pub prepared: Option<Prepared>,
    /// The request that was committed. It stays.
    pub committed: Option<Option<Request>>,
}

impl Log {
    /// What is remembered of a number.
    pub fn get(&self, sequence: u64) -> Option<&Slot> {
        self.slots.get(&sequence)
    }

    /// What is remembered of a number, to change.
    pub fn slot(&mut self, sequence: u64) -> &mut Slot {
        self.slots.get_or_insert_with(sequence, Slot::default)
    }

    /// All that is remembered.
    pub fn slots(&self) -> impl Iterator<Item = (u64, &Slot)> {
        self.slots.iter().map(|(sequence, slot)| (*sequence, slot))
    }

    /// Forgets all numbers up to this one.
    pub fn forget(&mut self, up_to: u64) {
        self.slots.retain(|sequence, _| *sequence > up_to);
    }

    /// The certificates that a view change shows.
    pub fn certificates(&self) -> Vec<Prepared> {
        self.slots.values().filter_map(|slot| slot.prepared.clone()).collect()
    }

    /// Whether a request has a number in this view.
    pub fn proposes(&self, view: u64, request: &Request) -> bool {
        self.slots
            .values()
            .filter_map(|slot| slot.proposal_in(view))
            .any(|proposal| proposal.request == Some(*request))
    }

    /// About how many bytes it takes.
    pub fn heap_bytes(&self) -> usize {
        let slot = |slot: &Slot| size_of::<Slot>() + 2 * size_of::<Statement>() * slot.votes.len();
        self.slots.values().map(slot).sum()
    }
}

impl Slot {
    /// The proposal, if it is of this view.
    pub fn proposal_in(&self, view: u64) -> Option<&PrePrepare> {
        self.proposal.as_ref().filter(|proposal| proposal.statement.view == view)
    }

    /// Takes a vote in. Of one sender the first in a view counts, so to vote twice is of no use.
    pub fn add(&mut self, vote: Statement) {
        match self.votes.iter_mut().find(|known| (known.phase, known.from) == (vote.phase, vote.from)) {
            Some(known) if known.view < vote.view => *known = vote,
            Some(_) => {}
            None => self.votes.push(vote),
        }
    }

    /// The votes of this phase that match a proposal.
    pub fn matching<'a>(
        &'a self,
        phase: Phase,
        proposal: &'a PrePrepare,
    ) -> impl Iterator<Item = &'a Statement> {
        self.votes.iter().filter(move |vote| vote.phase == phase && vote.matches(&proposal.statement))
    }

    /// The certificate that the proposal of this view is prepared, if it is: 2f backups accept it.
    pub fn certificate(&self, view: u64, group: &Group) -> Option<Prepared> {
        let proposal = self.proposal_in(view)?;
        let leader = group.primary(view).0;
        let backups = self.matching(Phase::Prepare, proposal).filter(|vote| vote.from != leader);
        let prepares: Vec<Statement> = backups.copied().collect();
        let is_prepared = prepares.len() >= 2 * group.faults();
        is_prepared.then_some(Prepared { pre_prepare: *proposal, prepares })
    }
}
