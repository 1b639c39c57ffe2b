//! What a liar can say in place of the truth.
//!
//! It signs for itself alone. So what it invents for a client is refused, and so is a view that does not follow from what others
//! signed. What is left to it is to tell two stories, both well signed: in the second every two neighbouring sequence numbers are
//! exchanged. Liars know each other. Who tells two stories tells its fellows the first, and deals the two out in turn to all
//! others; so each of them says the same to one listener, whether they equivocate or collude. Clients hear the truth of them, for it is all the same to a liar
//! with two stories what x is.

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
        Pbft::Reply(reply) => {
            let mut lie = *reply;
            lie.result ^= turn(rng);
            Secret::of(me).sign(&mut lie);
            Some(Pbft::Reply(lie))
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

#[cfg(test)]
mod tests {
    use super::super::group::Group;
    use super::super::sign::Signed;
    use super::*;

    const LIAR: NodeId = NodeId(0);
    const CLIENT: NodeId = NodeId(4);

    fn told(message: &Pbft, lie: Lie, rank: Option<usize>) -> Option<Pbft> {
        forge(message, &Audience { liar: LIAR, lie, rank }, &mut Rng::stream(1, "lies"))
    }

    fn proposal() -> PrePrepare {
        PrePrepare::new(LIAR, 0, 3, Some(Request::new(CLIENT, 7, 101)))
    }

    #[test]
    fn an_invented_request_is_refused_and_an_exchanged_number_is_not() {
        let group = Group::new(&[0, 1, 2, 3].map(NodeId), 1);
        let message = Pbft::PrePrepare(proposal());
        let Some(Pbft::PrePrepare(invented)) = told(&message, Lie::Consistent, Some(0)) else { panic!() };
        assert!(invented.statement.is_signed() && !group.is_proposal(&invented));
        let Some(Pbft::PrePrepare(second)) = told(&message, Lie::Colluding, Some(2)) else { panic!() };
        assert_eq!((second.statement.sequence, second.request), (4, proposal().request));
        assert!(group.is_proposal(&second));
        assert_eq!(told(&message, Lie::Colluding, Some(1)), None);
        assert_eq!(told(&message, Lie::PerReceiver, None), None, "its fellows hear the truth");
    }

    /// What somebody else signed can be handed on, or spoiled, but not signed again.
    #[test]
    fn nobody_signs_for_another() {
        let other = Statement::new(NodeId(1), Phase::Commit, 0, 3, Digest(5));
        for lie in [Lie::Consistent, Lie::PerReceiver, Lie::Colluding] {
            assert_eq!(told(&Pbft::Statement(other), lie, Some(0)), None);
        }
        let request = Request::new(CLIENT, 7, 101);
        let Some(Pbft::Request(altered)) = told(&Pbft::Request(request), Lie::Consistent, Some(0)) else {
            panic!()
        };
        assert!(altered != request && !altered.is_signed());
    }
}
