//! The Domain Name System: names and addresses divided over many servers, and kept in caches for a while.
//!
//! A *stub* asks a *resolver* for the address of a name. The resolver asks *authorities*, from the root downwards: each either
//! answers for its own zone or refers to the servers of a zone below (P. Mockapetris: *Domain names*, RFC 1034 and RFC 1035,
//! 1987). What a resolver learns it keeps for as many seconds as the record's time to live says, counted from its arrival, and
//! passes on with the seconds that are left. That a name does not exist it keeps too (RFC 2308). A zone has a *primary*
//! authority, and may have *secondaries*, which ask for its serial number again and again and copy the zone when that grew.
//!
//! An answer counts only if it comes from the server that was asked and bears the number and the question of a query that is under
//! way (RFC 5452), and if it speaks of nothing outside the zone that was asked about.
//!
//! Simplified: the address of a name server is the name of its node; every referral carries those addresses as glue; there
//! are no aliases, no wildcards and no limit on the size of an answer; a secondary finds out about a change by asking, not by being
//! notified; a query has one question. Nobody signs anything: DNSSEC is left out.
//!
//! Requests of users:
//!
//! ```text
//! of a stub:    "ask" name              ask www.example.com
//! of a primary: "set" name address      set www.example.com 192.0.2.7
//! ```

mod authority;
mod cache;
mod properties;
mod record;
mod resolver;
mod stub;
mod zone;

use serde::{Deserialize, Serialize};

use crate::sim::network::NodeId;
use crate::sim::process::{Context, Icon, Message, Protocol, Role, Sort, describe};
use crate::sim::random::Rng;

pub use authority::{Authority, replaced_at};
pub use record::{Data, Question, Record, Type};
pub use resolver::Resolver;
pub use stub::{Looked, Outcome, Stub};

/// Stubs that ask, resolvers that find out, authorities that know.
pub static DNS: Protocol = Protocol {
    name: Dns::PROTOCOL,
    roles: &[
        Role::of::<Stub>("stub", Icon::Client, stub::SETTINGS),
        Role::of::<Resolver>("resolver", Icon::Resolver, resolver::SETTINGS),
        Role::of::<Authority>("authority", Icon::Authority, authority::SETTINGS),
    ],
    properties: properties::PROPERTIES,
    readings: properties::READINGS,
    figures: properties::FIGURES,
    describe: describe::<Dns>,
};

/// What they say to each other.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub enum Dns {
    /// Asks.
    Query {
        /// By which the answer is known, together with the question and who answers.
        id: u16,
        /// What is asked.
        question: Question,
        /// Whether the receiver is to find out what it does not know.
        recursion_desired: bool,
    },
    /// Answers.
    Response {
        /// The query's.
        id: u16,
        /// The query's.
        question: Question,
        /// What there is to say.
        reply: Reply,
    },
}

/// What an answer says.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct Reply {
    /// How it went.
    pub rcode: Rcode,
    /// Whether who answers is responsible for the name.
    pub authoritative: bool,
    /// What was asked for.
    pub answers: Vec<Record>,
    /// Who knows more; or, if there is no answer, the zone's first record.
    pub authority: Vec<Record>,
    /// The addresses of those who know more.
    pub additional: Vec<Record>,
}

/// How it went.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub enum Rcode {
    /// Well, though there may be no answer.
    NoError,
    /// There is no such name.
    NxDomain,
    /// It could not be found out.
    ServFail,
    /// It is not told here.
    Refused,
}

impl Rcode {
    /// As the standard writes it.
    pub fn name(self) -> &'static str {
        match self {
            Rcode::NoError => "NOERROR",
            Rcode::NxDomain => "NXDOMAIN",
            Rcode::ServFail => "SERVFAIL",
            Rcode::Refused => "REFUSED",
        }
    }
}

impl Reply {
    /// One that says only how it went.
    pub fn of(rcode: Rcode) -> Reply {
        let (answers, authority, additional) = Default::default();
        Reply { rcode, authoritative: false, answers, authority, additional }
    }
}

impl Message for Dns {
    const PROTOCOL: &'static str = "dns";

    fn label(&self) -> String {
        match self {
            Dns::Query { question, .. } => question.to_string(),
            Dns::Response { question, reply, .. } => match (question.kind, reply.answers.as_slice()) {
                (Type::Axfr, [_, ..]) => format!("AXFR {}", question.name),
                (_, [first, ..]) => first.to_string(),
                // A referral; what is no answer is told with the zone's first record, which says little.
                _ => match reply.authority.first() {
                    Some(first) if first.data.kind() == Type::Ns => first.to_string(),
                    _ => format!("{} {}", question.name, reply.rcode.name()),
                },
            },
        }
    }

    fn sort(&self) -> Sort {
        match self {
            Dns::Query { question, .. } if question.kind == Type::A => Sort::Request,
            Dns::Query { .. } => Sort::Beat,
            Dns::Response { reply, .. } => match reply.rcode {
                Rcode::NoError => Sort::Reply,
                _ => Sort::Refusal,
            },
        }
    }

    /// A liar gives a name another address, one that does not exist an address, and refers to servers that are nowhere.
    fn forge(&self, rng: &mut Rng) -> Option<Dns> {
        let Dns::Response { id, question, reply } = self else { return None };
        let elsewhere = Data::A(format!("203.0.113.{}", 1 + rng.below(254)));
        let mut lie = reply.clone();
        let told = lie.answers.iter_mut().chain(&mut lie.additional);
        let addresses: Vec<_> = told.filter(|record| record.data.kind() == Type::A).collect();
        if addresses.is_empty() {
            if question.kind != Type::A {
                return None;
            }
            let ttl = reply.authority.first().map_or(INVENTED_TTL, |record| record.ttl);
            let invented = Record { name: question.name.clone(), ttl, data: elsewhere };
            lie = Reply { authoritative: true, answers: vec![invented], ..Reply::of(Rcode::NoError) };
        } else {
            addresses.into_iter().for_each(|record| record.data = elsewhere.clone());
        }
        Some(Dns::Response { id: *id, question: question.clone(), reply: lie })
    }
}

/// For how many seconds a liar wants to be believed who has nothing to go by.
const INVENTED_TTL: u32 = 60;

impl Context<'_, Dns> {
    /// Asks somebody, and gives the number by which the answer is known: a random one, so that it is hard to guess.
    fn query(&mut self, to: NodeId, question: &Question, recursion_desired: bool) -> u16 {
        let id = self.rng().below(1 << 16) as u16;
        self.reach(to, &Dns::Query { id, question: question.clone(), recursion_desired });
        id
    }

    /// The node of this role at an address, if somebody is there.
    fn at_address(&self, role: &str, address: &str) -> Option<NodeId> {
        self.nodes_with_role(role).iter().copied().find(|node| self.name(*node) == address)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn response(reply: Reply) -> Dns {
        Dns::Response { id: 7, question: Question::address_of("www.example.com"), reply }
    }

    fn record(text: &str) -> Record {
        Record::parse(text, 0).unwrap()
    }

    #[test]
    fn a_lie_answers_the_same_question() {
        let answer =
            Reply { answers: vec![record("www.example.com 20 A 192.0.2.1")], ..Reply::of(Rcode::NoError) };
        let referral = Reply {
            authority: vec![record("com 20 NS ns.com")],
            additional: vec![record("ns.com 20 A com")],
            ..Reply::of(Rcode::NoError)
        };
        let mut rng = Rng::stream(1, "lies");
        for truth in [answer, referral, Reply::of(Rcode::NxDomain)].map(response) {
            let lie = truth.forge(&mut rng).unwrap();
            assert_ne!(lie, truth);
            assert!(
                matches!(&lie, Dns::Response { id: 7, question, .. } if question.name == "www.example.com")
            );
            assert_eq!(Dns::decode(&lie.encode()), Some(lie));
        }
        let query = Dns::Query { id: 1, question: Question::address_of("com"), recursion_desired: true };
        assert_eq!(query.forge(&mut rng), None);
    }
}
