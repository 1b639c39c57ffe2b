//! Who the replicas are, how many of them are enough, and which certificates they accept (sections 4.2 to 4.4).

use crate::sim::network::NodeId;

use super::message::{NewView, Phase, PrePrepare, Prepared, Request, Statement, ViewChange};
use super::sign::Signed;

/// Checkpoints are taken at multiples of this number (the paper's K, which it sets to 128).
pub const CHECKPOINT_EVERY: u64 = 4;
/// How far beyond the last stable checkpoint sequence numbers are given out: the distance of the water marks.
pub const WINDOW: u64 = 2 * CHECKPOINT_EVERY;

/// The replicas, as their configuration lists them, and how many of them it allows to be faulty.
#[derive(Clone, Debug, Default)]
pub struct Group {
    replicas: Vec<NodeId>,
    faults: usize,
}

impl Group {
    /// Replicas that allow for so many faulty ones.
    pub fn new(replicas: &[NodeId], faults: u64) -> Group {
        Group { replicas: replicas.to_vec(), faults: faults as usize }
    }

    /// All replicas.
    pub fn replicas(&self) -> &[NodeId] {
        &self.replicas
    }

    /// How many of them may be faulty, as they believe: the paper's f.
    pub fn faults(&self) -> usize {
        self.faults
    }

    /// 2f + 1. Two sets of so many among 3f + 1 share f + 1, so at least one honest replica. Among more they need not.
    pub fn quorum(&self) -> usize {
        2 * self.faults + 1
    }

    /// f + 1, so many that one of them at least is honest.
    pub fn some_honest(&self) -> usize {
        self.faults + 1
    }

    /// Who leads a view.
    pub fn primary(&self, view: u64) -> NodeId {
        self.replicas[(view % self.replicas.len() as u64) as usize]
    }

    /// Whether a replica made this statement.
    pub fn is_sound(&self, statement: &Statement) -> bool {
        self.has(statement.from) && statement.is_signed()
    }

    fn has(&self, node: u32) -> bool {
        self.replicas.contains(&NodeId(node))
    }

    /// Whether these make the checkpoint of this sequence number stable. Before anything was executed nothing has to be proved.
    pub fn is_stable(&self, sequence: u64, proof: &[Statement]) -> bool {
        let Some(first) = proof.first() else { return sequence == 0 };
        let fits = |statement: &Statement| {
            statement.phase == Phase::Checkpoint && statement.sequence == sequence && statement.matches(first)
        };
        self.are_enough(proof, self.quorum(), fits)
    }

    /// Whether this is a certificate that its request was prepared.
    pub fn is_prepared(&self, prepared: &Prepared) -> bool {
        let proposal = &prepared.pre_prepare.statement;
        let leader = self.primary(proposal.view).0;
        let fits = |prepare: &Statement| {
            prepare.phase == Phase::Prepare && prepare.from != leader && prepare.matches(proposal)
        };
        self.is_proposal(&prepared.pre_prepare) && self.are_enough(&prepared.prepares, 2 * self.faults, fits)
    }

    /// Whether the primary of its view made this proposal.
    pub fn is_proposal(&self, proposal: &PrePrepare) -> bool {
        let statement = &proposal.statement;
        statement.phase == Phase::PrePrepare
            && statement.from == self.primary(statement.view).0
            && statement.is_signed()
            && proposal.is_whole()
    }

    /// Whether these are sound statements of enough different replicas, and all of them fit.
    fn are_enough(&self, statements: &[Statement], needed: usize, fits: impl Fn(&Statement) -> bool) -> bool {
        let is_new = |at: usize| statements[..at].iter().all(|other| other.from != statements[at].from);
        statements.len() >= needed
            && (0..statements.len())
                .all(|at| is_new(at) && fits(&statements[at]) && self.is_sound(&statements[at]))
    }

    /// Whether a replica may ask for a view like this: everything that it claims is proved.
    pub fn is_view_change(&self, change: &ViewChange) -> bool {
        let fits = |prepared: &Prepared| {
            let statement = &prepared.pre_prepare.statement;
            let in_window =
                statement.sequence > change.stable && statement.sequence <= change.stable + WINDOW;
            in_window && statement.view < change.view && self.is_prepared(prepared)
        };
        self.has(change.from)
            && change.is_signed()
            && self.is_stable(change.stable, &change.proof)
            && change.prepared.iter().all(fits)
    }

    /// Whether the primary may begin its view like this: enough replicas asked for it, and it proposes just what follows.
    pub fn is_new_view(&self, new: &NewView) -> bool {
        let leader = self.primary(new.view).0;
        let all = &new.view_changes;
        let is_new = |at: usize| all[..at].iter().all(|other| other.from != all[at].from);
        let asked = |at: usize| is_new(at) && all[at].view == new.view && self.is_view_change(&all[at]);
        if new.from != leader || !new.is_signed() || all.len() < self.quorum() || !(0..all.len()).all(asked) {
            return false;
        }
        let follows = what_follows(all);
        let agrees = |(proposal, (sequence, request)): (&PrePrepare, &(u64, Option<Request>))| {
            let statement = &proposal.statement;
            (statement.view, statement.sequence, proposal.request) == (new.view, *sequence, *request)
                && self.is_proposal(proposal)
        };
        new.pre_prepares.len() == follows.len() && new.pre_prepares.iter().zip(&follows).all(agrees)
    }
}

/// What the primary of a new view has to propose, given who asked for it and what they showed: for every number between the last
/// stable checkpoint and the highest prepared one the request that was prepared last, or the null request.
pub fn what_follows(changes: &[ViewChange]) -> Vec<(u64, Option<Request>)> {
    let certificates = || changes.iter().flat_map(|change| change.prepared.iter().map(|it| &it.pre_prepare));
    let lowest = changes.iter().map(|change| change.stable).max().unwrap_or(0);
    let highest = certificates().map(|it| it.statement.sequence).max().unwrap_or(0);
    let last_prepared = |sequence| {
        let mut last: Option<&PrePrepare> = None;
        for it in certificates().filter(|it| it.statement.sequence == sequence) {
            if last.is_none_or(|last| last.statement.view < it.statement.view) {
                last = Some(it);
            }
        }
        last.and_then(|last| last.request)
    };
    (lowest + 1..=highest).map(|sequence| (sequence, last_prepared(sequence))).collect()
}
