//! A web service in three tiers: users, load balancers that share their requests out, application servers that do the work, and a
//! database, perhaps with a standby.
//!
//! A user asks, at random moments and however many answers are still out, to save the newest state of a session, and gives each
//! request a number. The database keeps the highest number of each user, so that a request may come twice or late and change nothing
//! (it is *idempotent*), and answers once its disk is synced. On the way the request waits in finite accept queues for a worker of a finite pool: a
//! balancer's worker is busy for a moment, an application server's for as long as it computes and then waits for the database.
//! A full queue refuses at once (`503` in HTTP), and so does a balancer that knows no healthy server. What is not saved in time, or
//! cannot be, fails (`500`).
//!
//! *Time-outs and retries*: a user waits for `timeout`, then tries again, at the next balancer that it knows, up to `retries` times;
//! a refusal or a failure is tried again too. Before the n-th retry it waits 2^(n-1) times `backoff`, or with *full jitter* an even draw up to that
//! (M. Brooker: *Exponential backoff and jitter*, 2015). The work of an attempt that nobody waits for any more is done all the same.
//!
//! *Retries in layers*: a balancer tries another server, and a server asks the databases again, up to `retries` times of their own. The
//! tries of the layers multiply (B. Beyer, C. Jones, J. Petoff, N. R. Murphy: *Site reliability engineering*, 2016, chapter 22).
//!
//! *Floods*: a bot is a client like any other, as far as the service can tell. It asks often, and most tell nothing of what they give up.
//! Against floods a balancer can *limit the rate* of every source, by a token bucket each: what comes without a token is dropped with a short
//! answer (`429` in HTTP) before it takes a place in the queue. A source is the node at the other end of the link, which cannot be pretended. Balancers and
//! servers can *shed load*: a request that has waited longer than `shed-after` is refused when its turn comes, for its user is about to give up.
//!
//! *Health checks*: a balancer asks every server `are you well?` once every `check-every`. `fall` checks in a row without an answer take a server
//! out of the rotation, `rise` answers in a row take it back (as HAProxy's `fall` and `rise`). The answer says only that the server runs:
//! it comes at once, full queue or not, and says nothing of the database.
//!
//! *Fail-over*: one database leads, and sends its table to the others whenever it has saved something, and as a beat. Replication is
//! *asynchronous*: it answers once its own disk has the save, so what the standby has not received yet can be lost. The standby decides: it
//! leads once it has heard nothing for `failover-after`, rightly or not, or when an operator asks. Each leadership has a number, its *epoch*,
//! of which each database has its own; a database that hears of a greater one steps down and takes over the other's table. Servers pass the
//! epoch on. Two databases may still lead for as long as neither they nor a server that speaks to both tell them of each other (J. Gray, P. Helland, P. O'Neil, D. Shasha: *The dangers of replication and a
//! solution*, 1996, on what asynchronous copies cost).
//!
//! *Service levels*: where there is a meter, it is told how every request ended, and keeps the books of what was promised: see [`service_levels`].
//!
//! Messages cross direct links only.
//!
//! Requests of their users:
//!
//! ```text
//! request of a user     = "save"        saves now
//! request of a database = "promote"     leads from now on
//! ```

mod app;
mod balancer;
mod bot;
mod database;
mod figures;
mod limiter;
mod properties;
pub mod service_levels;
mod station;
mod table;
mod tally;
mod user;

use serde::{Deserialize, Serialize};

use crate::sim::process::{Icon, Message, Protocol, Role, Sort, describe};
use crate::sim::random::Rng;

pub use app::App;
pub use balancer::Balancer;
pub use bot::Bot;
pub use database::Database;
pub use properties::{accounted_for, bots, database_tries_per_request, lost_saves, recent, users};
pub use station::Station;
pub use table::Table;
pub use tally::{Fates, Second, Tally};
pub use user::User;

/// Users and bots, load balancers, application servers, databases and a meter.
pub static WEB: Protocol = Protocol {
    name: Web::PROTOCOL,
    roles: &[
        Role::of::<User>(USER, Icon::Client, user::SETTINGS),
        Role::of::<Bot>(BOT, Icon::Worker, bot::SETTINGS),
        Role::of::<Balancer>(BALANCER, Icon::Gateway, balancer::SETTINGS),
        Role::of::<App>(APP, Icon::Server, app::SETTINGS),
        Role::of::<Database>(DATABASE, Icon::Member, database::SETTINGS),
        Role::of::<service_levels::Meter>(service_levels::METER, Icon::Authority, service_levels::SETTINGS),
    ],
    properties: properties::PROPERTIES,
    readings: properties::READINGS,
    figures: figures::FIGURES,
    describe: describe::<Web>,
};

/// The role of those who ask.
pub const USER: &str = "user";
/// The role of those who ask to do harm.
pub const BOT: &str = "bot";
/// The role of those who share requests out.
pub const BALANCER: &str = "balancer";
/// The role of those who do the work.
pub const APP: &str = "app";
/// The role of those who keep what is saved.
pub const DATABASE: &str = "database";

/// How a request ends at whoever answers it.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub enum Outcome {
    /// Saved: `200` in HTTP.
    Saved,
    /// Nobody has tried: `503` in HTTP.
    Refused,
    /// Somebody has tried, and does not know of a success: `500` in HTTP.
    Failed,
    /// Its source asks too often: `429` in HTTP.
    Dropped,
}

/// What they say to each other. `call` is the number that whoever asks gave to this very try, and comes back with the answer.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub enum Web {
    /// Asks to save the state of a session.
    Request {
        /// The try.
        call: u64,
        /// Whose session.
        user: String,
        /// The number of the state; a later one is greater.
        number: u64,
    },
    /// Answers a request.
    Reply {
        /// The try.
        call: u64,
        /// The number of the state.
        number: u64,
        /// How it ended.
        outcome: Outcome,
    },
    /// A server asks a database to save.
    Save {
        /// The try.
        call: u64,
        /// Whose session.
        user: String,
        /// The number of the state.
        number: u64,
        /// The greatest epoch that the server knows.
        epoch: u64,
    },
    /// A database has saved: its disk has this or a newer state.
    Stored {
        /// The try.
        call: u64,
        /// In which epoch.
        epoch: u64,
    },
    /// A database saves nothing: it does not lead, or its disk is full.
    Declined {
        /// The try.
        call: u64,
        /// The greatest epoch that it knows.
        epoch: u64,
    },
    /// A balancer asks whether a server is well.
    Check {
        /// Which check.
        round: u64,
    },
    /// A server is.
    Healthy {
        /// Which check it answers.
        round: u64,
    },
    /// A database that leads shows the others all that it has saved.
    Copy {
        /// All of it.
        table: Table,
    },
    /// A user or a balancer tells a meter how a request ended.
    Report {
        /// How; nothing if nobody answered in time.
        outcome: Option<Outcome>,
        /// After how long, in microseconds.
        latency: u64,
    },
}

impl Message for Web {
    const PROTOCOL: &'static str = "web";

    fn label(&self) -> String {
        match self {
            Web::Request { number, .. } => format!("save {number}"),
            Web::Reply { outcome, .. } => outcome.label().to_owned(),
            Web::Save { user, number, .. } => format!("{user}={number}"),
            Web::Stored { .. } => "stored".to_owned(),
            Web::Declined { .. } => "not here".to_owned(),
            Web::Check { .. } => "well?".to_owned(),
            Web::Healthy { .. } => "well".to_owned(),
            Web::Copy { table } => format!("copy {}.{}", table.epoch, table.position),
            Web::Report { outcome, .. } => {
                format!("report {}", outcome.map_or("none", Outcome::label))
            }
        }
    }

    fn sort(&self) -> Sort {
        match self {
            Web::Request { .. } | Web::Save { .. } => Sort::Request,
            Web::Reply { outcome: Outcome::Saved, .. } | Web::Stored { .. } => Sort::Reply,
            Web::Reply { .. } | Web::Declined { .. } => Sort::Refusal,
            Web::Check { .. } | Web::Healthy { .. } | Web::Copy { .. } | Web::Report { .. } => Sort::Beat,
        }
    }

    /// Nothing is signed. A liar asks for a state that nobody has, says that a save succeeded that did not and the other way round, and
    /// shows a table with invented numbers and perhaps of an epoch that is not its own. It reports failures as successes, and the other way round.
    fn forge(&self, rng: &mut Rng) -> Option<Web> {
        let mut lie = self.clone();
        match &mut lie {
            Web::Request { number, .. } | Web::Save { number, .. } => {
                *number = number.saturating_add(1 + rng.below(9));
            }
            Web::Reply { outcome, .. } => *outcome = outcome.opposite(),
            Web::Stored { call, epoch } => return Some(Web::Declined { call: *call, epoch: *epoch }),
            Web::Declined { call, epoch } => return Some(Web::Stored { call: *call, epoch: *epoch }),
            Web::Copy { table } => {
                table.epoch = table.epoch.saturating_add(rng.below(2));
                table.position = table.position.saturating_add(1);
                table.saved = table
                    .saved
                    .iter()
                    .map(|(user, number)| (user.clone(), number.saturating_sub(1 + rng.below(9))))
                    .collect();
            }
            Web::Report { outcome, .. } => {
                *outcome = Some(outcome.map_or(Outcome::Saved, Outcome::opposite));
            }
            Web::Check { .. } | Web::Healthy { .. } => return None,
        }
        Some(lie)
    }
}

impl Outcome {
    fn label(self) -> &'static str {
        match self {
            Outcome::Saved => "200",
            Outcome::Dropped => "429",
            Outcome::Refused => "503",
            Outcome::Failed => "500",
        }
    }

    fn opposite(self) -> Outcome {
        match self {
            Outcome::Saved => Outcome::Failed,
            Outcome::Dropped | Outcome::Refused | Outcome::Failed => Outcome::Saved,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lies_say_something_else_and_can_be_read() {
        let mut rng = Rng::stream(1, "lies");
        let user = "u1".to_owned();
        let table = Table { epoch: 1, position: 3, saved: [("u1".to_owned(), 20)].into_iter().collect() };
        let truths = [
            Web::Request { call: 1, user: user.clone(), number: 4 },
            Web::Reply { call: 1, number: 4, outcome: Outcome::Refused },
            Web::Save { call: 1, user, number: 4, epoch: 1 },
            Web::Stored { call: 1, epoch: 1 },
            Web::Declined { call: 1, epoch: 1 },
            Web::Copy { table },
            Web::Report { outcome: None, latency: 7 },
        ];
        for truth in truths {
            let lie = truth.forge(&mut rng).unwrap();
            assert_ne!(lie, truth);
            assert_eq!(Web::decode(&lie.encode()), Some(lie));
        }
    }
}
