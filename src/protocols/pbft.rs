//! Practical Byzantine fault tolerance: 3f + 1 replicas that go on as one service while f of them are faulty in any way at all
//! (M. Castro, B. Liskov: *Practical Byzantine fault tolerance*, OSDI 1999; *Practical Byzantine fault tolerance and proactive
//! recovery*, ACM Transactions on Computer Systems, 2002). Sections are those of the first.
//!
//! - **The service** is a number x, and a request writes another one. Its answer is the number that was there before, so the order of
//!   requests can be told from the answers.
//! - **The client** (4.1) signs its request, sends it to the primary, and believes an answer that f + 1 replicas give alike. If none
//!   comes in time it sends the request to all.
//! - **The normal case** (4.2). In view v the replica number v mod n is the primary. It gives the request a sequence number
//!   (*pre-prepare*). Backups that accept that say so to all (*prepare*). A proposal and 2f prepares of backups are a certificate that the
//!   request is prepared: no other can be, in this view and at this number. Who has one says so to all (*commit*), and with 2f + 1
//!   commits the request is committed: enough replicas have the certificate that no later view can miss it. Requests are executed in
//!   the order of their numbers, and one with a timestamp that was seen before is answered from the reply cache.
//! - **Checkpoints** (4.3). Every [`group::CHECKPOINT_EVERY`] numbers replicas state the digest of their state. 2f + 1 alike make
//!   it stable, and all before it is forgotten. Numbers are accepted between two water marks: the stable checkpoint, and
//!   [`group::WINDOW`] numbers beyond it.
//! - **View changes** (4.4). A backup for which a request waits too long stops and asks for the next view (*view-change*); it
//!   shows its stable checkpoint and its certificates. With 2f + 1 of these the new primary begins (*new-view*): it has to propose
//!   again whatever one of them shows as prepared, and everyone computes for themselves what that is. Each view that comes to nothing doubles
//!   the time-out. Who sees f + 1 others ask joins them.
//! - **Lost messages** are asked for by *status* messages (section 4.6 of the second paper), and a replica that fell behind gets the state of a
//!   stable checkpoint with its proof.
//!
//! Everything but status messages is signed, as in the first paper's description; the published system signs view changes only and
//! uses authenticators otherwise. A proposal carries its request wherever it is shown. A restarted replica remembers
//! nothing: it counts as faulty.
//!
//! Requests of a client's user:
//!
//! ```text
//! request = "write x=" number          write x=7
//! ```

mod client;
mod figures;
mod forge;
mod group;
mod log;
mod message;
mod properties;
mod replica;
mod sign;

use serde::{Deserialize, Serialize};

use crate::sim::process::{Audience, Icon, Message, Protocol, Role, Sort, describe};
use crate::sim::random::Rng;
use crate::sim::settings::{Kind, Setting};
use crate::sim::time::Duration;

pub use client::{Answered, Client};
pub use group::{CHECKPOINT_EVERY, WINDOW};
pub use properties::{difference, faulty, honest, is_honest};
pub use replica::{Executed, Replica};

use message::{NewView, Phase, PrePrepare, Reply, Request, Snapshot, Statement, Status, ViewChange};

/// The role of replicas.
pub const REPLICA: &str = "pbft-replica";
/// The role of clients.
pub const CLIENT: &str = "pbft-client";

/// Replicas of a service, and its clients.
pub static PBFT: Protocol = Protocol {
    name: Pbft::PROTOCOL,
    roles: &[
        Role::of::<Replica>(REPLICA, Icon::Server, REPLICA_SETTINGS),
        Role::of::<Client>(CLIENT, Icon::Client, CLIENT_SETTINGS),
    ],
    properties: properties::PROPERTIES,
    readings: properties::READINGS,
    figures: figures::FIGURES,
    describe: describe::<Pbft>,
};

const HOUR: Duration = Duration::secs(3_600);

/// The paper's f. A configuration, so it is read when a node starts.
const FAULTS: Setting = Setting { name: "faults", kind: Kind::Count(0, 10), default: "1" };

const REPLICA_SETTINGS: &[Setting] = &[
    FAULTS,
    // How long a request may wait before a backup asks for another primary.
    Setting { name: "timeout", kind: Kind::Duration(Duration::millis(1), HOUR), default: "2s" },
];

const CLIENT_SETTINGS: &[Setting] = &[
    FAULTS,
    // How often it asks by itself; 0s is never.
    Setting { name: "interval", kind: Kind::Duration(Duration::ZERO, HOUR), default: "0s" },
    // When it sends a request to all replicas.
    Setting { name: "retransmit-after", kind: Kind::Duration(Duration::millis(1), HOUR), default: "1500ms" },
];

/// What clients and replicas say.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub enum Pbft {
    /// From a client, or handed on to the primary.
    Request(Request),
    /// To a client.
    Reply(Reply),
    /// From the primary.
    PrePrepare(PrePrepare),
    /// A prepare, a commit or a checkpoint.
    Statement(Statement),
    /// To all who are to follow another primary.
    ViewChange(ViewChange),
    /// From the primary of a new view.
    NewView(NewView),
    /// From a replica that waits for something.
    Status(Status),
    /// To a replica that fell behind.
    Snapshot(Snapshot),
}

impl Message for Pbft {
    const PROTOCOL: &'static str = "pbft";

    fn label(&self) -> String {
        match self {
            Pbft::Request(request) => format!("request x={}", request.value),
            Pbft::Reply(reply) => format!("reply {}", reply.result),
            Pbft::PrePrepare(proposal) => {
                let value =
                    proposal.request.map_or_else(|| "–".to_owned(), |request| request.value.to_string());
                format!("pre-prepare {}: x={value}", proposal.statement.sequence)
            }
            Pbft::Statement(statement) => {
                let phase = match statement.phase {
                    Phase::PrePrepare => "pre-prepare",
                    Phase::Prepare => "prepare",
                    Phase::Commit => "commit",
                    Phase::Checkpoint => "checkpoint",
                };
                format!("{phase} {}: {}", statement.sequence, statement.digest)
            }
            Pbft::ViewChange(change) => format!("view-change {}", change.view),
            Pbft::NewView(new) => format!("new-view {}", new.view),
            Pbft::Status(status) => format!("status {}", status.executed),
            Pbft::Snapshot(snapshot) => {
                format!("state {}", snapshot.proof.first().map_or(0, |statement| statement.sequence))
            }
        }
    }

    fn sort(&self) -> Sort {
        match self {
            Pbft::Request(_) | Pbft::PrePrepare(_) => Sort::Request,
            Pbft::Reply(_) | Pbft::Snapshot(_) => Sort::Reply,
            Pbft::Statement(_) | Pbft::Status(_) => Sort::Beat,
            Pbft::ViewChange(_) | Pbft::NewView(_) => Sort::Refusal,
        }
    }

    fn forge_to(&self, audience: &Audience, rng: &mut Rng) -> Option<Pbft> {
        forge::forge(self, audience, rng)
    }
}
