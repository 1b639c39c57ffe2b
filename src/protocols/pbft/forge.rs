//! What a liar can say in place of the truth.
//!
//! It signs for itself alone. So what it invents for a client is refused, and so is a view that does not follow from what others
//! signed. What is left to it is to tell two stories, both well signed: in the second every two neighbouring sequence numbers are
//! exchanged. Liars who tell two stories know each other. They tell each other the first, and deal the two out in turn to all
//! others; so each of them says the same to one listener.

use crate::sim::fault::Lie;
use crate::sim::network::NodeId;
use crate::sim::process::Audience;
use crate::sim::random::Rng;

use super::Pbft;
use super::message::{Phase, PrePrepare, Request, Statement};
use super::sign::{Digest, Secret};

/// A lie in place of a message; none if there is none to tell, or this listener hears the truth.
pub fn forge(message: &Pbft, audience: &Audience, rng: &mut Rng) -> Option<Pbft> {
    let me = audience.liar;
    match message {
        Pbft::Request(request) => Some(Pbft::Request(altered(me, *request, rng))),
        Pbft::Reply(reply) => {
            let mut lie = *reply;
            lie.result ^= turn(rng);
            Secret::of(me).sign(&mut lie);
            Some(Pbft::Reply(lie))
        }
        _ if audience.lie == Lie::Consistent => invent(message, me, rng),
        _ if audience.rank.is_some_and(|rank| rank % 2 == 0) => second_story(message, me),
        _ => None,
    }
}

/// What everybody hears of a liar that has one story: something that others can find out, for it lacks their signatures.
fn invent(message: &Pbft, me: NodeId, rng: &mut Rng) -> Option<Pbft> {
    match message {
        Pbft::PrePrepare(proposal) => {
            let Statement { view, sequence, .. } = mine(&proposal.statement, me)?;
            let request = altered(me, proposal.request?, rng);
            Some(Pbft::PrePrepare(PrePrepare::new(me, view, sequence, Some(request))))
        }
        Pbft::Statement(statement) => {
            let Statement { phase, view, sequence, digest, .. } = mine(statement, me)?;
            let digest = Digest(digest.0 ^ u64::from(turn(rng)));
            Some(Pbft::Statement(Statement::new(me, phase, view, sequence, digest)))
        }
        Pbft::ViewChange(change) => {
            let mut lie = change.clone();
            lie.prepared.clear();
            Secret::of(me).sign(&mut lie);
            Some(Pbft::ViewChange(lie))
        }
        Pbft::NewView(new) if new.from == me.0 => {
            let mut lie = new.clone();
            let last = lie.pre_prepares.last().map_or(0, |last| last.statement.sequence);
            lie.pre_prepares.push(PrePrepare::new(me, new.view, last + 1, None));
            Secret::of(me).sign(&mut lie);
            Some(Pbft::NewView(lie))
        }
        Pbft::Snapshot(snapshot) => {
            let mut lie = snapshot.clone();
            lie.state.x ^= turn(rng);
            Some(Pbft::Snapshot(lie))
        }
        _ => None,
    }
}

/// The same with sequence numbers exchanged: 1 with 2, 3 with 4, and so on.
fn second_story(message: &Pbft, me: NodeId) -> Option<Pbft> {
    let other = |sequence: u64| (sequence.saturating_sub(1) ^ 1) + 1;
    match message {
        Pbft::PrePrepare(proposal) => {
            let Statement { view, sequence, .. } = mine(&proposal.statement, me)?;
            Some(Pbft::PrePrepare(PrePrepare::new(me, view, other(sequence), proposal.request)))
        }
        Pbft::Statement(statement) if statement.phase != Phase::Checkpoint => {
            let Statement { phase, view, sequence, digest, .. } = mine(statement, me)?;
            Some(Pbft::Statement(Statement::new(me, phase, view, other(sequence), digest)))
        }
        _ => None,
    }
}

/// A statement, if the liar itself made it: those of others it can only hand on.
fn mine(statement: &Statement, me: NodeId) -> Option<Statement> {
    (statement.from == me.0).then_some(*statement)
}

/// A request for something else. If it is another's, nobody has signed that.
fn altered(me: NodeId, request: Request, rng: &mut Rng) -> Request {
    let value = request.value ^ turn(rng);
    if request.client == me.0 {
        return Request::new(me, request.timestamp, value);
    }
    Request { value, ..request }
}

/// A few bits to turn, never none.
fn turn(rng: &mut Rng) -> u32 {
    1 + rng.below(7) as u32
}
