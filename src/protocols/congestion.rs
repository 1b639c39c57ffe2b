//! Congestion: many senders share routers whose queues are finite, and what each sends is in the way of all others.
//!
//! Sources: the collapse of the Internet in 1986 and its cure as V. Jacobson tells it (*Congestion avoidance and control*, 1988), the
//! rules of the cure as RFC 5681 (slow start, congestion avoidance, fast retransmit, fast recovery), RFC 6582 (partial
//! acknowledgements) and RFC 6298 (time-outs) write them down. The ring of two-hop flows is scenario 3 of J. Kurose, K. Ross:
//! *Computer networking*, chapter 3.
//!
//! - **Senders**: the first sends to the first receiver, the second to the second. The application of each produces packets at random
//!   moments (a Poisson process), `offered-rate` a second: the *offered load*. What then happens depends on `congestion-control`.
//!   With `none` each packet is sent at once and never again. With `window` at most `fixed-window` packets are out without an
//!   acknowledgement, and after a time-out all of them are sent again, as before 1988. With `aimd` the window grows by one a round trip and is
//!   halved at a loss: *additive increase, multiplicative decrease*. Where a window is closed, produced packets wait with the
//!   application, and when 64 wait it stands still until there is room, as at a full socket.
//! - **Routers** stand in a line or in a ring, in their order. A packet whose receiver is a neighbour goes there; any other waits for
//!   its turn on the way to the next router, which takes `transmission-time` a packet. If `buffer` packets wait already, one is
//!   dropped: the newcomer (*drop-tail*), any of them (*random-drop*: A. Mankin, 1990), or the last one of the flow of which most wait
//!   (*fair-queueing*: flows take turns, J. Nagle: *On packet switches with infinite storage*, RFC 970, 1985).
//! - **Receivers** keep what comes, each packet once, and acknowledge it cumulatively: *I have all before this one*. They send the time stamp of
//!   the packet back (RFC 7323), from which its sender learns the round-trip time.
//!
//! Packets are all of one size, and are what TCP would call segments. A *connection* is numbered by the sender's clock, and there is a
//! new one after a crash and when the control is changed. Acknowledgements are small: they go back without waiting. For measurements a
//! router can lose every n-th packet that comes (`loses-every`): the periodic loss of M. Mathis, J. Semke, J. Mahdavi, T. Ott: *The macroscopic behavior of the
//! TCP congestion avoidance algorithm*, 1997.

mod books;
mod figures;
mod phases;
mod properties;
mod receiver;
mod router;
mod sender;
mod window;

use serde::{Deserialize, Serialize};

use crate::sim::network::NodeId;
use crate::sim::process::{Icon, Message, Protocol, Role, Sort, describe};
use crate::sim::settings::{Kind, Setting};
use crate::sim::time::Duration;

pub use books::{Books, Second};
pub use phases::{
    Flow, Phase, a_second_begins, capacity, flows, phases, promised, recent, routers, senders,
    two_hop_goodput,
};
pub use properties::fairness;
pub use receiver::Receiver;
pub use router::Router;
pub use sender::Sender;
pub use window::Window;

/// Senders, routers and receivers.
pub static CONGESTION: Protocol = Protocol {
    name: Congestion::PROTOCOL,
    roles: &[
        Role::of::<Sender>(SENDER, Icon::Client, SENDER_SETTINGS),
        Role::of::<Router>(ROUTER, Icon::Gateway, ROUTER_SETTINGS),
        Role::of::<Receiver>(RECEIVER, Icon::Server, &[]),
    ],
    properties: properties::PROPERTIES,
    readings: properties::READINGS,
    figures: figures::FIGURES,
    describe: describe::<Congestion>,
};

/// The role of those who send.
pub const SENDER: &str = "flow-sender";
/// The role of those who pass packets on.
pub const ROUTER: &str = "queueing-router";
/// The role of those who receive.
pub const RECEIVER: &str = "flow-receiver";

const SENDER_SETTINGS: &[Setting] = &[
    // Packets a second in the mean; 0 is none.
    Setting { name: "offered-rate", kind: Kind::Count(0, 10_000), default: "20" },
    Setting { name: "congestion-control", kind: Kind::Choice(&["none", "window", "aimd"]), default: "none" },
    // Packets without an acknowledgement, with `window`.
    Setting { name: "fixed-window", kind: Kind::Count(1, 1_000), default: "16" },
];

const ROUTER_SETTINGS: &[Setting] = &[
    Setting {
        name: "transmission-time",
        kind: Kind::Duration(Duration::SHORTEST, Duration::secs(60)),
        default: "20ms",
    },
    // Packets that may wait; the one on its way out is not among them.
    Setting { name: "buffer", kind: Kind::Count(1, 10_000), default: "10" },
    Setting {
        name: "queueing",
        kind: Kind::Choice(&["drop-tail", "random-drop", "fair-queueing"]),
        default: "random-drop",
    },
    // 0 is never.
    Setting { name: "loses-every", kind: Kind::Count(0, 1_000_000), default: "0" },
];

/// How a sender decides when to send.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum Control {
    /// At once, and nothing twice.
    #[default]
    None,
    /// So many packets at a time, whatever is lost.
    Window,
    /// Additive increase, multiplicative decrease.
    Aimd,
}

/// What they say to each other.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub enum Congestion {
    /// A packet with data.
    Data(Packet),
    /// From a receiver to a sender: I have all before this one.
    Ack {
        /// The sender.
        to: NodeId,
        /// Of which of its connections.
        connection: u64,
        /// The lowest number that is missing.
        expected: u64,
        /// When the packet was sent that is acknowledged hereby, in microseconds.
        echo: u64,
    },
}

/// A packet with data.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Packet {
    /// Who sent it.
    pub from: NodeId,
    /// Who is to have it.
    pub to: NodeId,
    /// In which of the sender's connections.
    pub connection: u64,
    /// Its number in the connection, from 0.
    pub number: u64,
    /// All before this one are acknowledged; none if the sender wants no acknowledgements.
    pub base: Option<u64>,
    /// When it was sent, in microseconds.
    pub sent_at: u64,
    /// How long it has waited in routers so far, in microseconds.
    pub waited: u64,
    /// How many routers have sent it on to another router.
    pub hops: u8,
}

impl Message for Congestion {
    const PROTOCOL: &'static str = "congestion";

    fn label(&self) -> String {
        match self {
            Congestion::Data(packet) => format!("#{}", packet.number),
            Congestion::Ack { expected, .. } => format!("ack {expected}"),
        }
    }

    fn sort(&self) -> Sort {
        match self {
            Congestion::Data(_) => Sort::Request,
            Congestion::Ack { .. } => Sort::Reply,
        }
    }
}
