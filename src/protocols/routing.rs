//! Routers that find the ways through a network by telling each other of it, and pass on the packets of hosts.
//!
//! Every link costs 1. Each router keeps a *table*: for every host how far away it is, and over which neighbours. There are two
//! protocols to fill it, and all routers of a network run the same one:
//!
//! *Distance vector* (G. Malkin: *RIP Version 2*, RFC 2453, 1998): a router tells its neighbours its distances (an *update*), once a period and,
//! if updates are `triggered`, a short random moment after any of them changed. Of what it hears it believes the nearest, plus 1. What a next hop says
//! counts even if it is worse; one that is not heard for a time-out is given up. The distance `infinity` (16) means that there is no route; it is told for a
//! while before the route is forgotten. Without *split horizon* a router tells its next hops of the very route that it has from them, and so two
//! can each believe the other, and count to infinity together. With it such routes are left out, or told as infinite (*poisoned reverse*).
//!
//! *Link state* (J. Moy: *OSPF Version 2*, RFC 2328, 1998): routers greet their neighbours (*hello*), and list whom they have heard, so that
//! each knows which links work both ways. Each describes its own links in an *advertisement* with a sequence number and an age, which is *flooded*: whoever
//! receives a newer one keeps it, acknowledges it and passes it on to all other neighbours, again and again until they acknowledge it. So all
//! come to have the same map, and each computes the shortest paths in it (E. Dijkstra, 1959). A link between two routers is used only if both advertise it;
//! a host is joined to whoever says so. Left out are areas, elected (designated) routers, and the description of databases before they are exchanged.
//!
//! *Packets* (RFC 791) are passed on hop by hop. Each router takes 1 off a packet's *time to live* and throws it away at 0, so that one that is in a loop does
//! not stay for ever; it says so to the sender, and likewise if it has no route (RFC 792). Packets record the route that they
//! took, as an option of RFC 791 has them do. With `multipath` a router keeps all next hops that are equally near, and chooses among them
//! by a hash of source and destination: the packets of one flow take one way (RFC 2992).
//!
//! Nothing is signed. A router that `claims` to be next to every host is believed by those who are not nearer to it themselves, and, as it
//! thinks that it has arrived, nothing leaves it again: a *black hole*. So did a router of the ARPANET at Harvard in 1973, whose memory had failed (J. McQuillan, G. Falk, I. Richer: *A
//! review of the development and performance of the ARPANET routing algorithm*, 1978).
//!
//! ```text
//! request of a host = "ping" host        ping h2
//! ```

mod figures;
mod host;
mod link_state;
mod paths;
mod properties;
mod router;
mod vector;

use serde::{Deserialize, Serialize};

use crate::sim::process::{Icon, Message, Protocol, Role, Sort, describe};
use crate::sim::random::Rng;

pub use host::Host;
pub use properties::{believed, circling, farthest, wrong_routes};
pub use router::Router;

/// Hosts and the routers between them.
pub static ROUTING: Protocol = Protocol {
    name: Routing::PROTOCOL,
    roles: &[
        Role::of::<Host>(HOST, Icon::Client, host::SETTINGS),
        Role::of::<Router>(ROUTER, Icon::Gateway, router::SETTINGS),
    ],
    properties: properties::PROPERTIES,
    readings: properties::READINGS,
    figures: figures::FIGURES,
    describe: describe::<Routing>,
};

/// The role of those who have something to say to each other.
pub const HOST: &str = "packet-host";
/// The role of those who pass it on.
pub const ROUTER: &str = "packet-router";

/// Whom a packet or a route is meant for: here a node's name stands for its address.
pub type Address = String;

/// What hosts and routers say to each other, always over one link.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub enum Routing {
    /// A packet on its way from host to host.
    Datagram(Datagram),
    /// The sender is there.
    Hello {
        /// Which of its neighbours a router has heard lately.
        heard: Vec<Address>,
    },
    /// Distance vector: how far the sender is from hosts; the infinite is out of reach.
    Update {
        /// Hosts and distances.
        distances: Vec<(Address, u64)>,
    },
    /// Link state: the links of one router.
    Advertisement(Advertisement),
    /// Link state: an advertisement has arrived.
    Acknowledgement {
        /// Whose links.
        origin: Address,
        /// The advertisement's number.
        sequence: u64,
    },
}

/// A packet.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct Datagram {
    /// Who sent it.
    pub source: Address,
    /// For whom.
    pub destination: Address,
    /// The number that its sender, or the one to whom this answers, gave it.
    pub identification: u64,
    /// How many more routers it may reach.
    pub time_to_live: u64,
    /// What it carries.
    pub payload: Payload,
    /// The routers that passed it on.
    pub route: Vec<Address>,
    /// How many places its sender left for them: as many as it gave it hops to live.
    pub places: u64,
}

/// What a packet carries (RFC 792).
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub enum Payload {
    /// Asks for an answer.
    Echo,
    /// Answers.
    EchoReply,
    /// A router threw a packet away: it had no hop left.
    TimeExceeded,
    /// A router threw a packet away: it has no route.
    Unreachable,
}

/// What a router says of its own links.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct Advertisement {
    /// Whose links.
    pub origin: Address,
    /// The greater of two is the newer.
    pub sequence: u64,
    /// For how many seconds it has been known.
    pub age: u64,
    /// The routers that they lead to, in order.
    pub links: Vec<Address>,
    /// The hosts that it is joined to (*stub links*), in order.
    pub hosts: Vec<Address>,
}

impl Datagram {
    /// A packet that sets out.
    pub(super) fn new(
        from: &str,
        to: &str,
        identification: u64,
        payload: Payload,
        time_to_live: u64,
    ) -> Datagram {
        let (source, destination) = (from.to_owned(), to.to_owned());
        let (route, places) = (Vec::new(), time_to_live);
        Datagram { source, destination, identification, time_to_live, payload, route, places }
    }

    /// Whether it has passed as many routers as were taken off its time to live, and not all of that.
    pub(super) fn is_within_its_time(&self) -> bool {
        self.time_to_live > 0 && self.time_to_live + self.route.len() as u64 == self.places
    }
}

impl Message for Routing {
    const PROTOCOL: &'static str = "routing";

    fn label(&self) -> String {
        match self {
            Routing::Datagram(datagram) => {
                let what = match datagram.payload {
                    Payload::Echo => "echo",
                    Payload::EchoReply => "reply",
                    Payload::TimeExceeded => "TTL over",
                    Payload::Unreachable => "no route",
                };
                format!("{what} {}>{} ttl {}", datagram.source, datagram.destination, datagram.time_to_live)
            }
            Routing::Hello { .. } => "hello".to_owned(),
            Routing::Update { distances } if distances.is_empty() => "nothing".to_owned(),
            Routing::Update { distances } => {
                let texts = distances.iter().map(|(host, distance)| format!("{host}:{distance}"));
                texts.collect::<Vec<_>>().join(" ")
            }
            Routing::Advertisement(advertisement) => {
                format!("{} #{}", advertisement.origin, advertisement.sequence)
            }
            Routing::Acknowledgement { origin, sequence } => format!("ack {origin} #{sequence}"),
        }
    }

    fn sort(&self) -> Sort {
        match self {
            Routing::Datagram(datagram) => match datagram.payload {
                Payload::Echo => Sort::Request,
                Payload::EchoReply => Sort::Reply,
                Payload::TimeExceeded | Payload::Unreachable => Sort::Refusal,
            },
            _ => Sort::Beat,
        }
    }

    /// Nothing is signed. A liar says that it is at no distance from any host that it speaks of, and leaves a link between
    /// routers out of the advertisements that it passes on, its own among them.
    fn forge(&self, rng: &mut Rng) -> Option<Routing> {
        let mut lie = self.clone();
        match &mut lie {
            Routing::Update { distances } => distances.iter_mut().for_each(|(_, distance)| *distance = 0),
            Routing::Advertisement(Advertisement { links, .. }) if !links.is_empty() => {
                let which = rng.below(links.len() as u64);
                links.remove(which as usize);
            }
            _ => return None,
        }
        Some(lie)
    }
}
