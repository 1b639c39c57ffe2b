//! Two ways to recover, side by side on the same failures: one computer that saves its work now and then, and replicas of which one
//! leads and another takes over.
//!
//! - **Failures.** The failure source draws them, exponentially distributed with the mean `fails-every`, and strikes both sides at once: the computer,
//!   and whichever replica leads. What is struck forgets all that it has in memory and is down for `restart-takes`.
//! - **Work** is counted as time: in an hour of undisturbed work an hour of work is done.
//! - **Checkpoint and restart.** After every `saves-every` of work the computer stands still for `save-takes` and sends what it has to the
//!   store, which keeps it on its disk. After a failure it loads what the store has and does the rest again. How often should it save? The first-order
//!   answer is √(2δM), with δ the cost of a save and M the mean time between failures (J. Young: *A first order approximation to the optimum checkpoint
//!   interval*, 1974); a better one is J. Daly's (*A higher order estimate of the optimum checkpoint interval for restart dumps*, 2006). See [`forms`].
//! - **Primary and backups** (P. Alsberg, J. Day: *A principle for resilient sharing of distributed resources*, 1976). All replicas do the same work, and the
//!   leader tells the others every `updates-every` how far it is. A backup that hears nothing for `detects-after` takes over with what it knows; the
//!   next one in the row waits twice as long, and so on. *Synchronous*: work counts as finished once the others have acknowledged it. A backup that has
//!   been silent for longer than any would wait to take over is not waited for any more. *Asynchronous*: it counts at once.
//! - **Epochs.** Who takes over begins an epoch that is named after the moment and the replica: later ones are greater, for clocks agree here.
//!   Who hears of a greater epoch steps down and takes over its state. Until then two lead: *split brain*.
//! - A replica that comes back has nothing and asks the others. If nobody answers for long, it begins anew from nothing.
//!
//! The failure source keeps the books of both sides: everyone reports to it, as to a flight recorder. It decides nothing by them.
//!
//! Requests of the failure source:
//!
//! ```text
//! request = "strike"        strikes both sides now
//! ```

mod books;
mod computer;
mod figures;
pub mod forms;
mod properties;
mod replica;
mod source;
mod store;

use serde::{Deserialize, Serialize};

use crate::sim::process::{Context, Icon, Message, Protocol, Role, Sort, describe};
use crate::sim::random::Rng;
use crate::sim::settings::{Kind, Setting};
use crate::sim::time::Duration;

pub use books::{Book, Finished};
pub use computer::{Computer, Tried};
pub use properties::{computer, model, overhead, source};
pub use replica::Replica;
pub use source::Source;
pub use store::Store;

/// A computer with a store, replicas, and what strikes them.
pub static RECOVERY: Protocol = Protocol {
    name: Recovery::PROTOCOL,
    roles: &[
        Role::of::<Source>(SOURCE, Icon::Gateway, SOURCE_SETTINGS),
        Role::of::<Computer>(COMPUTER, Icon::Server, COMPUTER_SETTINGS),
        Role::of::<Store>(STORE, Icon::Mailbox, &[]),
        Role::of::<Replica>(REPLICA, Icon::Member, REPLICA_SETTINGS),
    ],
    properties: properties::PROPERTIES,
    readings: properties::READINGS,
    figures: figures::FIGURES,
    describe: describe::<Recovery>,
};

/// The role of what strikes.
pub const SOURCE: &str = "failure-source";
/// The role of the computer that saves its work.
pub const COMPUTER: &str = "job-computer";
/// The role of what keeps what is saved.
pub const STORE: &str = "job-store";
/// The role of computers that do the same work.
pub const REPLICA: &str = "job-replica";

const YEAR: Duration = Duration::secs(365 * 86_400);
const SECOND: Duration = Duration::secs(1);

const SOURCE_SETTINGS: &[Setting] = &[
    // The mean time between failures; 0s is never.
    Setting { name: "fails-every", kind: Kind::Duration(Duration::ZERO, YEAR), default: "1d" },
];

const COMPUTER_SETTINGS: &[Setting] = &[
    Setting { name: "saves-every", kind: Kind::Duration(SECOND, YEAR), default: "2h" },
    Setting { name: "save-takes", kind: Kind::Duration(SECOND, YEAR), default: "5min" },
    RESTART_TAKES,
];

const REPLICA_SETTINGS: &[Setting] = &[
    Setting { name: "updates-every", kind: Kind::Duration(SECOND, YEAR), default: "10min" },
    Setting { name: "detects-after", kind: Kind::Duration(SECOND, YEAR), default: "25min" },
    Setting { name: "synchronous", kind: Kind::Choice(&["yes", "no"]), default: "yes" },
    RESTART_TAKES,
];

const RESTART_TAKES: Setting =
    Setting { name: "restart-takes", kind: Kind::Duration(SECOND, YEAR), default: "10min" };

/// What is said. Work is in microseconds.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub enum Recovery {
    /// A failure.
    Strike,
    /// From the computer to the store: keep this.
    Save {
        /// Which save; a later one is greater.
        number: u64,
        /// How far the work is.
        work: u64,
    },
    /// The store has it on its disk.
    Saved {
        /// Which save.
        number: u64,
        /// How far the work was.
        work: u64,
    },
    /// From the computer to the store: what do you have?
    Load,
    /// The newest that the store has on its disk.
    Loaded {
        /// How far the work was.
        work: u64,
    },
    /// From the leader to the others: so far I am, and I am here.
    Update {
        /// Its epoch.
        epoch: u64,
        /// How far the work is.
        work: u64,
    },
    /// A replica has taken an update over.
    Ack {
        /// The epoch of the update.
        epoch: u64,
        /// How far the work is that it knows of.
        work: u64,
    },
    /// From a replica that is back and has nothing.
    Hello,
    /// To the failure source, for its books.
    Report(Report),
}

/// What the failure source is told.
#[derive(Clone, Copy, PartialEq, Debug, Serialize, Deserialize)]
pub enum Report {
    /// Something was struck as it worked.
    Fell {
        /// The epoch that a replica led; 0 for the computer.
        epoch: u64,
        /// How far the work was.
        work: u64,
    },
    /// The computer goes on from what it loaded.
    Resumed {
        /// How far the work is.
        work: u64,
    },
    /// The computer is as far again as it was before it fell.
    CaughtUp,
    /// A replica leads from now on.
    Leads(Reign),
    /// Work counts as finished.
    Finished {
        /// How its leader came to lead, for the news of that may be lost.
        reign: Reign,
        /// How far.
        work: u64,
        /// Whether all replicas have it.
        by_all: bool,
    },
}

/// How a replica came to lead.
#[derive(Clone, Copy, PartialEq, Debug, Default, Serialize, Deserialize)]
pub struct Reign {
    /// Its epoch.
    pub epoch: u64,
    /// How far the work was that it knew of.
    pub work: u64,
    /// Whether it began anew, since nobody had anything.
    pub anew: bool,
}

impl Message for Recovery {
    const PROTOCOL: &'static str = "recovery";

    fn label(&self) -> String {
        match self {
            Recovery::Strike => "failure".to_owned(),
            Recovery::Save { work, .. } => format!("save {}", hours(*work)),
            Recovery::Saved { .. } => "saved".to_owned(),
            Recovery::Load => "load".to_owned(),
            Recovery::Loaded { work } => hours(*work),
            Recovery::Update { work, .. } => format!("at {}", hours(*work)),
            Recovery::Ack { .. } => "ack".to_owned(),
            Recovery::Hello => "I am back".to_owned(),
            Recovery::Report(report) => report.label().to_owned(),
        }
    }

    fn sort(&self) -> Sort {
        match self {
            Recovery::Strike => Sort::Refusal,
            Recovery::Save { .. } | Recovery::Load | Recovery::Hello => Sort::Request,
            Recovery::Saved { .. } | Recovery::Loaded { .. } | Recovery::Ack { .. } => Sort::Reply,
            Recovery::Update { .. } | Recovery::Report(_) => Sort::Beat,
        }
    }

    /// Nothing is signed. A liar tells another amount of work than it has done.
    fn forge(&self, rng: &mut Rng) -> Option<Recovery> {
        let mut lie = self.clone();
        match &mut lie {
            Recovery::Save { work, .. }
            | Recovery::Loaded { work }
            | Recovery::Update { work, .. }
            | Recovery::Ack { work, .. } => *work = work.saturating_add((1 + rng.below(9)) * HOUR),
            _ => return None,
        }
        Some(lie)
    }
}

impl Report {
    fn label(self) -> &'static str {
        match self {
            Report::Fell { .. } => "fell",
            Report::Resumed { .. } => "resumed",
            Report::CaughtUp => "caught up",
            Report::Leads(_) => "leads",
            Report::Finished { .. } => "finished",
        }
    }
}

const HOUR: u64 = 3_600_000_000;

/// Work as hours with one digit after the point.
fn hours(work: u64) -> String {
    let tenths = work / (HOUR / 10);
    format!("{}.{} h", tenths / 10, tenths % 10)
}

/// Tells the failure source.
fn report(cx: &mut Context<'_, Recovery>, report: Report) {
    for source in cx.nodes_with_role(SOURCE) {
        cx.send(*source, &Recovery::Report(report));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn work_is_told_in_hours() {
        assert_eq!([0, HOUR / 2, 25 * HOUR].map(hours), ["0.0 h", "0.5 h", "25.0 h"]);
    }

    #[test]
    fn lies_are_about_work() {
        let mut rng = Rng::stream(1, "lies");
        let truth = Recovery::Update { epoch: 3, work: HOUR };
        let lie = truth.forge(&mut rng).unwrap();
        assert!(matches!(lie, Recovery::Update { epoch: 3, work } if work > HOUR));
        assert_eq!(Recovery::decode(&lie.encode()), Some(lie));
        assert_eq!(Recovery::Strike.forge(&mut rng), None);
    }
}
