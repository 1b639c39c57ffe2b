//! Uptime and its price: parts that fail and are repaired, in series, in parallel and *k* of *n*, with shared causes.
//!
//! Sources: the steady states of repairable systems as R. Barlow and F. Proschan: *Mathematical Theory of Reliability*, 1965, derive
//! them, and the machine-repair model, a birth–death process (W. Feller: *An Introduction to Probability Theory and Its
//! Applications*, vol. 1, chapter XVII).
//!
//! - **Components** (replicas of the application and of the database) work for an exponentially distributed time whose mean is the
//!   MTBF (mean time between failures) of the parts that they are made of; then they fail and stay failed until a crew hands them over mended. A
//!   component writes its failure down before it reports it, so that switching it off and on again mends nothing. One that is
//!   out of service does not wear; taken in again it is a new one.
//! - **Sites** hold components. A site has outages of its own, from which it recovers by itself; while it is out, nothing in
//!   it serves, whether it works or not.
//! - **Crews** are sent to one failed component at a time. A crew travels there (a message over the network), is let in, repairs for
//!   an exponentially distributed time whose mean is the MTTR (mean time to repair), hands over, and reports that it is free. One that is
//!   not let in gives up after a while, and one that is cut off or down repairs nothing.
//! - **The monitor** owns the design: how many replicas, sites and crews there are and how good the parts are. It orders components into
//!   service and out of it, hears of failures, sends crews to who has waited longest, and asks everybody now and then how they are; who does
//!   not answer until it asks again counts as down. The service is up while enough replicas of both tiers are known to serve.
//! - **The books**, kept by the monitor for each design that was tried: for how long the service was up and down, and how often it
//!   went down. They are in its memory: a monitor that crashes begins new ones.
//!
//! Replicas are dealt to the sites in turn. Prices are whole thousands a year.

mod books;
mod component;
mod crew;
mod figures;
pub mod forms;
mod monitor;
mod properties;
mod site;

use serde::{Deserialize, Serialize};

use crate::sim::network::NodeId;
use crate::sim::process::{Context, Icon, Message, Protocol, Role, Sort, describe};
use crate::sim::random::Rng;
use crate::sim::settings::{Kind, Setting};
use crate::sim::time::Duration;

pub use books::{Book, Design, Parts};
pub use component::Component;
pub use crew::Crew;
pub use monitor::Monitor;
pub use properties::rates;
pub use site::Site;

/// Components, sites, crews and the monitor that owns the design.
pub static UPTIME: Protocol = Protocol {
    name: Uptime::PROTOCOL,
    roles: &[
        Role::of::<Monitor>("monitor", Icon::Gateway, MONITOR),
        Role::of::<Component>(APP, Icon::Worker, &[]),
        Role::of::<Component>(DATABASE, Icon::Server, &[]),
        Role::of::<Site>("site", Icon::Exchange, SITE),
        Role::of::<Crew>("crew", Icon::Client, CREW),
    ],
    properties: properties::PROPERTIES,
    readings: properties::READINGS,
    figures: figures::FIGURES,
    describe: describe::<Uptime>,
};

/// For which share of the time the service is to be up, in parts per million.
pub const OBJECTIVE: u64 = 999_500;

/// The role of replicas of the application.
const APP: &str = "app-replica";
/// The role of replicas of the database.
const DATABASE: &str = "database-replica";

const YEAR: Duration = Duration::secs(365 * 86_400);
/// What lasts longer than a century does not end in a run.
const CENTURY: Duration = Duration::secs(100 * 365 * 86_400);
const MINUTE: Duration = Duration::secs(60);

const MONITOR: &[Setting] = &[
    Setting { name: "app-replicas", kind: Kind::Count(1, 3), default: "1" },
    Setting { name: "app-replicas-needed", kind: Kind::Count(1, 3), default: "1" },
    Setting { name: "database-replicas", kind: Kind::Count(1, 3), default: "1" },
    Setting { name: "database-replicas-needed", kind: Kind::Count(1, 3), default: "1" },
    Setting { name: "sites", kind: Kind::Count(1, 2), default: "1" },
    Setting { name: "crews", kind: Kind::Count(1, 3), default: "1" },
    Setting { name: "parts", kind: Kind::Choice(&["standard", "durable"]), default: "standard" },
    // Of standard parts; durable ones last three times as long.
    Setting { name: "mtbf", kind: Kind::Duration(MINUTE, CENTURY), default: "30d" },
    // 0s is never.
    Setting { name: "checks-every", kind: Kind::Duration(Duration::ZERO, CENTURY), default: "7d" },
];

const SITE: &[Setting] = &[
    // The mean time from the end of one outage to the next; 0s is never.
    Setting { name: "outage-every", kind: Kind::Duration(Duration::ZERO, CENTURY), default: "0s" },
    Setting { name: "outage-lasts", kind: Kind::Duration(MINUTE, YEAR), default: "12h" },
];

const CREW: &[Setting] = &[
    Setting { name: "mttr", kind: Kind::Duration(MINUTE, YEAR), default: "1d" },
    // How long it waits to be let in.
    Setting { name: "timeout", kind: Kind::Duration(MINUTE, YEAR), default: "1d" },
];

/// What is said about failures and repairs.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub enum Uptime {
    /// From the monitor to a component: be in service with parts that last so long on average (in microseconds), or out of service.
    Order {
        /// The MTBF of the parts; none is out of service.
        lasts: Option<u64>,
    },
    /// From the monitor to a site or a crew: how are you?
    Check,
    /// From a component or a site: how it is.
    Status {
        /// How it is.
        condition: Condition,
    },
    /// From the monitor to a crew: repair this.
    Job {
        /// The number of the component's node.
        component: u32,
        /// Which of its failures, as it counts them.
        failure: u64,
    },
    /// From a crew to the monitor: what it is at.
    Busy {
        /// The number of the component's node; none if it is free.
        with: Option<u32>,
    },
    /// From a crew to a component: here I am.
    Visit,
    /// From a crew to a component: this failure is mended.
    Fixed {
        /// Which of its failures.
        failure: u64,
    },
}

/// How a component or a site is.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
pub enum Condition {
    /// Out of service.
    #[default]
    Idle,
    /// In service.
    Working,
    /// It failed.
    Failed {
        /// Which of its failures, counted from 1.
        failure: u64,
    },
}

impl Condition {
    /// As a fact and as a badge.
    fn word(self) -> crate::words::Key {
        match self {
            Condition::Idle => crate::word!("fact.out-of-service"),
            Condition::Working => crate::word!("fact.working"),
            Condition::Failed { .. } => crate::word!("fact.broken"),
        }
    }
}

impl Message for Uptime {
    const PROTOCOL: &'static str = "uptime";

    fn label(&self) -> String {
        match self {
            Uptime::Order { lasts: None } => "out of service".to_owned(),
            Uptime::Order { lasts: Some(lasts) } => format!("serve {}", Duration::micros(*lasts)),
            Uptime::Check => "check".to_owned(),
            Uptime::Status { condition: Condition::Idle } => "idle".to_owned(),
            Uptime::Status { condition: Condition::Working } => "works".to_owned(),
            Uptime::Status { condition: Condition::Failed { failure } } => format!("failed #{failure}"),
            Uptime::Job { failure, .. } => format!("repair #{failure}"),
            Uptime::Busy { with: None } => "free".to_owned(),
            Uptime::Busy { with: Some(_) } => "busy".to_owned(),
            Uptime::Visit => "visit".to_owned(),
            Uptime::Fixed { failure } => format!("fixed #{failure}"),
        }
    }

    fn sort(&self) -> Sort {
        match self {
            Uptime::Order { .. } | Uptime::Job { .. } | Uptime::Visit => Sort::Request,
            Uptime::Check => Sort::Beat,
            Uptime::Status { condition: Condition::Failed { .. } } => Sort::Refusal,
            Uptime::Status { .. } | Uptime::Busy { .. } | Uptime::Fixed { .. } => Sort::Reply,
        }
    }

    /// A liar says that it works when it failed and the other way round, that it is free when it is busy, orders what is needed out
    /// of service, or sends a crew to repair what is not broken. Nobody can mend without the work, so a visit and a mended failure are what they are.
    fn forge(&self, _rng: &mut Rng) -> Option<Uptime> {
        match self {
            Uptime::Order { lasts: Some(_) } => Some(Uptime::Order { lasts: None }),
            Uptime::Status { condition: Condition::Failed { .. } } => {
                Some(Uptime::Status { condition: Condition::Working })
            }
            Uptime::Status { condition: Condition::Working } => {
                Some(Uptime::Status { condition: Condition::Failed { failure: 0 } })
            }
            Uptime::Job { component, failure } => {
                Some(Uptime::Job { component: component ^ 1, failure: *failure })
            }
            Uptime::Busy { with: Some(_) } => Some(Uptime::Busy { with: None }),
            _ => None,
        }
    }
}

/// Whom everybody reports to.
fn monitor_of(cx: &Context<'_, Uptime>) -> Option<NodeId> {
    cx.nodes_with_role("monitor").first().copied()
}

/// Sends to the monitor, if there is one.
fn report(cx: &mut Context<'_, Uptime>, message: &Uptime) {
    if let Some(monitor) = monitor_of(cx) {
        cx.send_routed(monitor, message);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lies_are_other_messages_and_no_lie_mends() {
        let mut rng = Rng::stream(1, "lies");
        let failed = Uptime::Status { condition: Condition::Failed { failure: 3 } };
        let works = Uptime::Status { condition: Condition::Working };
        assert_eq!(failed.forge(&mut rng), Some(works.clone()));
        assert!(matches!(works.forge(&mut rng), Some(lie) if lie.sort() == Sort::Refusal));
        assert_eq!(Uptime::Fixed { failure: 3 }.forge(&mut rng), None);
        let job = Uptime::Job { component: 4, failure: 1 };
        assert_eq!(job.forge(&mut rng), Some(Uptime::Job { component: 5, failure: 1 }));
    }
}
