//! Fail-stop: servers that stop, each for a reason of its own, and what each reason leaves behind.
//!
//! A fail-stop processor halts when it fails, and what it kept in stable storage can still be read, while what it had in volatile storage is
//! lost (R. Schlichting, F. Schneider: *Fail-stop processors: an approach to designing fault-tolerant computing systems*, 1983). Theirs
//! also lets the others know that it has halted. Here nobody is told: whoever asks has only a time-out.
//!
//! - **Clients** keep notes on all servers. They ask one server after the other, and in turns write a note there and read another one. A note
//!   is a name and a version, the number that its client gave the write.
//! - **Servers** hold their notes in memory, which is limited: a server that takes more is killed. Each write goes to a log on the disk
//!   first (a write-ahead log: J. Gray: *Notes on data base operating systems*, 1978), and a server that starts replays its
//!   log. A write is acknowledged after a sync has made its record safe, or, faster and unsafe, before. The disk has room for so many
//!   records; then it takes no more, until *compact* removes those that a newer one of the same note has replaced.
//! - **Copies.** With two copies, a server hands each write to a partner in the other rack, and acknowledges once both have it
//!   safe, or alone if the partner is silent. A server whose disk is new asks its partner for all notes before it serves anybody.
//! - **Power units** feed the servers of a rack, over the link that is their cable: without power they are down.
//!
//! Requests of a server's operator:
//!
//! ```text
//! request = "compact"
//! ```

mod client;
mod figures;
mod log;
mod power_unit;
mod properties;
mod server;

use serde::{Deserialize, Serialize};

use crate::sim::process::{Icon, Message, Protocol, Role, Sort, describe};
use crate::sim::random::Rng;

pub use client::{Acknowledged, Client, Sign};
pub use power_unit::PowerUnit;
pub use properties::{is_one_silence, lost};
pub use server::{Server, partner_of};

/// The role of those who write and read notes.
pub const CLIENT: &str = "note-client";
/// The role of those who keep notes.
pub const SERVER: &str = "note-server";
/// The role of those who feed a rack.
pub const POWER_UNIT: &str = "power-unit";

/// Servers that stop, their racks, and clients.
pub static FAIL_STOP: Protocol = Protocol {
    name: FailStop::PROTOCOL,
    roles: &[
        Role::of::<Client>(CLIENT, Icon::Client, client::SETTINGS),
        Role::of::<Server>(SERVER, Icon::Server, server::SETTINGS),
        Role::of::<PowerUnit>(POWER_UNIT, Icon::Power, &[]),
    ],
    properties: properties::PROPERTIES,
    readings: properties::READINGS,
    figures: figures::FIGURES,
    describe: describe::<FailStop>,
};

/// What clients and servers say to each other. `number` is the client's number of what it asks; that of a write is the note's version.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub enum FailStop {
    /// Asks to keep a version of a note.
    Write {
        /// The note's name.
        note: String,
        /// Its version.
        number: u64,
    },
    /// Acknowledges a write.
    Stored {
        /// The note's name.
        note: String,
        /// The version.
        number: u64,
        /// On how many disks it is safe.
        disks: u8,
    },
    /// Asks for a note.
    Read {
        /// The note's name.
        note: String,
        /// The number of the question.
        number: u64,
    },
    /// Answers a read.
    Note {
        /// The note's name.
        note: String,
        /// The number of the question.
        number: u64,
        /// The version that is there; 0 if there is no such note.
        version: u64,
    },
    /// Refuses what was asked.
    Refused {
        /// The number of the question.
        number: u64,
        /// Why.
        why: Refusal,
    },
    /// Hands a note to the partner.
    Copy {
        /// The note's name.
        note: String,
        /// Its version.
        number: u64,
    },
    /// The partner has the note safe on its disk.
    Copied {
        /// The note's name.
        note: String,
        /// Its version.
        number: u64,
    },
    /// Asks the partner for all notes that it has.
    Fetch,
    /// All notes that a server has, with their versions.
    Notes {
        /// Names and versions.
        notes: Vec<(String, u64)>,
    },
}

/// Why a server refuses.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub enum Refusal {
    /// The disk takes no more.
    DiskFull,
    /// The disk is new, and the notes are not copied back yet.
    Restoring,
}

impl Message for FailStop {
    const PROTOCOL: &'static str = "fail-stop";

    fn label(&self) -> String {
        match self {
            FailStop::Write { note, number } => format!("write {note}={number}"),
            FailStop::Stored { note, number, .. } => format!("stored {note}={number}"),
            FailStop::Read { note, .. } => format!("read {note}"),
            FailStop::Note { note, version: 0, .. } => format!("{note}=–"),
            FailStop::Note { note, version, .. } => format!("{note}={version}"),
            FailStop::Refused { why: Refusal::DiskFull, .. } => "full".to_owned(),
            FailStop::Refused { why: Refusal::Restoring, .. } => "restoring".to_owned(),
            FailStop::Copy { note, number } => format!("copy {note}={number}"),
            FailStop::Copied { note, number } => format!("copied {note}={number}"),
            FailStop::Fetch => "fetch".to_owned(),
            FailStop::Notes { .. } => "notes".to_owned(),
        }
    }

    fn sort(&self) -> Sort {
        match self {
            FailStop::Write { .. } | FailStop::Read { .. } | FailStop::Copy { .. } | FailStop::Fetch => {
                Sort::Request
            }
            FailStop::Refused { .. } => Sort::Refusal,
            _ => Sort::Reply,
        }
    }

    /// A liar gives another version of what it was asked for.
    fn forge(&self, rng: &mut Rng) -> Option<FailStop> {
        match self {
            FailStop::Note { note, number, version } => {
                let version = version.wrapping_add(1 + rng.below(9));
                Some(FailStop::Note { note: note.clone(), number: *number, version })
            }
            _ => None,
        }
    }
}
