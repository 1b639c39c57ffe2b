//! Checkpoints, which let a replica forget (section 4.3), and what one that fell behind is sent again.
//!
//! A replica that waits for something says now and then how far it is, and who can help sends again what it said itself, or hands on
//! what others signed (Castro and Liskov 2002, section 4.6). So a lost message costs time and nothing else.

use crate::phrase;
use crate::sim::network::NodeId;
use crate::sim::process::Context;

use super::super::Pbft;
use super::super::group::CHECKPOINT_EVERY;
use super::super::message::{Phase, Snapshot, Statement, Status};
use super::super::sign::Digest;
use super::Replica;

/// How many checkpoints beyond the stable one are remembered of each replica.
const REMEMBERED: usize = 4;

impl Replica {
    /// At every so many sequence numbers, keeps the state and tells all its digest.
    pub(super) fn take_checkpoint(&mut self, cx: &mut Context<'_, Pbft>) {
        let sequence = self.executed;
        if !sequence.is_multiple_of(CHECKPOINT_EVERY) {
            return;
        }
        let statement = Statement::new(self.me(), Phase::Checkpoint, 0, sequence, Digest::of(&self.state));
        self.snapshots.insert(sequence, self.state.clone());
        self.multicast(cx, &Pbft::Statement(statement));
        self.add_checkpoint(statement);
    }

    /// Remembers what a replica states of its state; with 2f + 1 who state the same of it, the checkpoint is stable.
    pub(super) fn add_checkpoint(&mut self, statement: Statement) {
        let (sequence, from) = (statement.sequence, statement.from);
        let is_known = |known: &Statement| (known.sequence, known.from) == (sequence, from);
        if sequence <= self.stable || self.checkpoints.iter().any(is_known) {
            return;
        }
        let mut of_sender = self.checkpoints.iter().enumerate().filter(|(_, known)| known.from == from);
        if of_sender.clone().count() >= REMEMBERED {
            let oldest = of_sender.next().map_or(0, |(index, _)| index);
            self.checkpoints.remove(oldest);
        }
        self.checkpoints.push(statement);
        let alike = self.checkpoints.iter().filter(|known| known.matches(&statement));
        let proof: Vec<Statement> = alike.copied().collect();
        if proof.len() >= self.group.quorum() {
            self.make_stable(proof);
        }
    }

    /// Makes a checkpoint stable, if the replica itself has that state. All before it is forgotten.
    fn make_stable(&mut self, proof: Vec<Statement>) {
        let Some(first) = proof.first().copied() else { return };
        let is_mine = |digest| self.snapshots.get(&first.sequence).map(Digest::of) == Some(digest);
        if first.sequence <= self.stable || !is_mine(first.digest) {
            return;
        }
        self.stable = first.sequence;
        self.proof = proof;
        self.log.forget(first.sequence);
        self.snapshots.retain(|sequence, _| *sequence >= first.sequence);
        self.checkpoints.retain(|known| known.sequence > first.sequence);
    }

    /// Whether an honest replica at least has a checkpoint that this one has not come to.
    pub(super) fn is_behind(&self) -> bool {
        let ahead = |known: &&Statement| known.sequence > self.executed;
        let same = |known: &Statement| self.checkpoints.iter().filter(|other| other.matches(known)).count();
        self.checkpoints.iter().filter(ahead).any(|known| same(known) >= self.group.some_honest())
    }

    /// Says how far it is.
    pub(super) fn ask(&mut self, cx: &mut Context<'_, Pbft>) {
        let Replica { view, active, stable, executed, .. } = *self;
        self.multicast(cx, &Pbft::Status(Status { view, active, stable, executed }));
    }

    /// Sends again what the other lacks.
    pub(super) fn on_status(&mut self, cx: &mut Context<'_, Pbft>, from: NodeId, status: Status) {
        if !self.active {
            if let Some(mine) = self.view_changes.get(&self.me).filter(|mine| mine.view >= status.view) {
                cx.send(from, &Pbft::ViewChange(mine.clone()));
            }
        } else if (status.view < self.view || (status.view == self.view && !status.active))
            && let Some(new) = &self.new_view
        {
            cx.send(from, &Pbft::NewView(new.clone()));
        }
        if status.stable < self.stable
            && let Some(state) = self.snapshots.get(&self.stable)
        {
            let snapshot = Snapshot { proof: self.proof.clone(), state: state.clone() };
            cx.send(from, &Pbft::Snapshot(snapshot));
        }
        self.send_statements(cx, from, status);
    }

    /// Sends its own statements again, and the proposals of the primary.
    fn send_statements(&self, cx: &mut Context<'_, Pbft>, from: NodeId, status: Status) {
        let mine = |statement: &&Statement| statement.from == self.me;
        let later = |statement: &&Statement| statement.sequence > status.stable;
        for checkpoint in self.checkpoints.iter().filter(mine).filter(later) {
            cx.send(from, &Pbft::Statement(*checkpoint));
        }
        if !self.active || status.view != self.view || !status.active {
            return;
        }
        for (_, slot) in self.log.slots().filter(|(sequence, _)| *sequence > status.executed) {
            if let Some(proposal) = slot.proposal_in(self.view) {
                cx.send(from, &Pbft::PrePrepare(*proposal));
            }
            for vote in slot.votes.iter().filter(mine).filter(|vote| vote.view == self.view) {
                cx.send(from, &Pbft::Statement(*vote));
            }
        }
    }

    /// Takes a state over that is proved, and is further than its own.
    pub(super) fn on_snapshot(&mut self, cx: &mut Context<'_, Pbft>, snapshot: Snapshot) {
        let Some(first) = snapshot.proof.first().copied() else { return };
        let sequence = first.sequence;
        let is_proved =
            self.group.is_stable(sequence, &snapshot.proof) && Digest::of(&snapshot.state) == first.digest;
        if !is_proved || sequence <= self.stable {
            return;
        }
        if sequence > self.executed {
            self.executed = sequence;
            self.next = self.next.max(sequence);
            self.state = snapshot.state.clone();
            self.snapshots.insert(sequence, snapshot.state);
            self.settle_request(cx);
            cx.note(phrase!("note.pbft-state", sequence = sequence));
        }
        self.make_stable(snapshot.proof);
        self.adopt_proposals(cx);
    }
}
