//! What is said: requests, statements, and the certificates that are made of them.

use serde::{Deserialize, Serialize};

use crate::sim::network::NodeId;
use crate::sorted::Map;

use super::sign::{Digest, Secret, Signed};

/// A client asks the service to write a number in x.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Request {
    /// Who asks, by its node's number.
    pub client: u32,
    /// The client's clock, in microseconds: greater with each of its requests, so that none is executed twice.
    pub timestamp: u64,
    /// The number.
    pub value: u32,
    /// The client's signature.
    pub signature: u64,
}

/// A replica answers a client.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Reply {
    /// The view in which it was sent, from which the client learns who leads.
    pub view: u64,
    /// The timestamp of the request.
    pub timestamp: u64,
    /// What x was before the write.
    pub result: u32,
    /// Who answers.
    pub from: u32,
    /// Its signature.
    pub signature: u64,
}

/// What a replica can state about a sequence number.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub enum Phase {
    /// As the primary: this request is to have it.
    PrePrepare,
    /// As a backup: I accept that, and no other in this view.
    Prepare,
    /// I have a certificate that enough replicas accept it.
    Commit,
    /// This is my state after it.
    Checkpoint,
}

/// What a replica states and signs, so that others can show it around.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Statement {
    /// What about it.
    pub phase: Phase,
    /// In which view; nought for a checkpoint.
    pub view: u64,
    /// The sequence number.
    pub sequence: u64,
    /// Of the request, or of the state.
    pub digest: Digest,
    /// Who states it.
    pub from: u32,
    /// Its signature.
    pub signature: u64,
}

/// The primary's proposal, with the request itself; none is the null request, which changes nothing.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct PrePrepare {
    /// What the primary states.
    pub statement: Statement,
    /// The request.
    pub request: Option<Request>,
}

/// The certificate that a request was prepared: a proposal, and 2f backups that accept it.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Prepared {
    /// The proposal.
    pub pre_prepare: PrePrepare,
    /// Those who accept it.
    pub prepares: Vec<Statement>,
}

/// A replica asks for another primary, and shows what it knows that the next one must not forget.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct ViewChange {
    /// The view that it asks for.
    pub view: u64,
    /// The sequence number of its last stable checkpoint.
    pub stable: u64,
    /// The statements that make this stable (the paper's C).
    pub proof: Vec<Statement>,
    /// For each later sequence number the last certificate that it has (the paper's P).
    pub prepared: Vec<Prepared>,
    /// Who asks.
    pub from: u32,
    /// Its signature.
    pub signature: u64,
}

/// The new primary begins its view.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct NewView {
    /// The view.
    pub view: u64,
    /// Those who asked for it (the paper's V).
    pub view_changes: Vec<ViewChange>,
    /// What follows from their certificates (the paper's O).
    pub pre_prepares: Vec<PrePrepare>,
    /// The new primary.
    pub from: u32,
    /// Its signature.
    pub signature: u64,
}

/// A replica that waits for something says how far it is, so that others send again what it lacks.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Status {
    /// Its view.
    pub view: u64,
    /// Whether it takes part in that view, and not just asks for it.
    pub active: bool,
    /// The sequence number of its last stable checkpoint.
    pub stable: u64,
    /// The last sequence number that it executed.
    pub executed: u64,
}

/// The service's state, and what makes it exactly-once.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
pub struct State {
    /// The number.
    pub x: u32,
    /// For each client the timestamp and the result of its last request (the paper's reply cache).
    pub replies: Map<u32, (u64, u32)>,
}

/// A state for a replica that fell behind, with the proof that it is the right one.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Snapshot {
    /// The statements that make the checkpoint stable.
    pub proof: Vec<Statement>,
    /// The state.
    pub state: State,
}

impl Request {
    /// A request, signed by its client.
    pub fn new(me: NodeId, timestamp: u64, value: u32) -> Request {
        let mut request = Request { client: me.0, timestamp, value, signature: 0 };
        Secret::of(me).sign(&mut request);
        request
    }
}

impl Statement {
    /// A statement, signed by who makes it.
    pub fn new(me: NodeId, phase: Phase, view: u64, sequence: u64, digest: Digest) -> Statement {
        let mut statement = Statement { phase, view, sequence, digest, from: me.0, signature: 0 };
        Secret::of(me).sign(&mut statement);
        statement
    }

    /// Whether it is about the same as another, by whomever.
    pub fn matches(&self, other: &Statement) -> bool {
        (self.view, self.sequence, self.digest) == (other.view, other.sequence, other.digest)
    }
}

impl PrePrepare {
    /// A proposal of the primary of a view.
    pub fn new(me: NodeId, view: u64, sequence: u64, request: Option<Request>) -> PrePrepare {
        let statement = Statement::new(me, Phase::PrePrepare, view, sequence, digest_of(&request));
        PrePrepare { statement, request }
    }

    /// Whether the request is the one that the primary states, and one that its client signed.
    pub fn is_whole(&self) -> bool {
        self.statement.digest == digest_of(&self.request)
            && self.request.is_none_or(|request| request.is_signed())
    }
}

/// The digest of a request, or of the null request.
pub fn digest_of(request: &Option<Request>) -> Digest {
    request.as_ref().map_or(Digest::default(), Digest::of)
}

macro_rules! signed {
    ($($type:ty: $signer:ident),*) => {
        $(impl Signed for $type {
            fn signer(&self) -> u32 {
                self.$signer
            }

            fn signature(&mut self) -> &mut u64 {
                &mut self.signature
            }
        })*
    };
}

signed!(Request: client, Reply: from, Statement: from, ViewChange: from, NewView: from);
