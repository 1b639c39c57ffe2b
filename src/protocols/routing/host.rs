//! The host: it pings other hosts, and answers those who ping it.

use crate::sim::network::NodeId;
use crate::sim::process::{Context, Look, Process, Timer, timer};
use crate::sim::settings::{Kind, Setting};
use crate::sim::time::Duration;
use crate::sorted::Map;
use crate::{phrase, word};

use super::router::advertises_every;
use super::{Address, Datagram, HOST, Payload, Routing};

const LONG: Duration = Duration::secs(3_600);

pub(super) const SETTINGS: &[Setting] = &[
    // The time between two pings, each to the next of the other hosts; 0s is never.
    Setting { name: "pings-every", kind: Kind::Duration(Duration::ZERO, LONG), default: "1s" },
    Setting { name: "answer-within", kind: Kind::Duration(Duration::millis(1), LONG), default: "3s" },
    Setting { name: "time-to-live", kind: Kind::Count(1, 255), default: "32" },
    super::router::ADVERTISES_EVERY,
];

/// A host.
#[derive(Clone, Debug, Default)]
pub struct Host {
    /// Pings that are not settled, by their numbers: to whom, and whether a user is to be told.
    pending: Map<u64, (Address, bool)>,
    next_number: u64,
    tally: Pings,
    /// By which routers the last answer came.
    last_route: Vec<Address>,
    outlived: u64,
}

/// What became of a host's pings.
#[derive(Clone, Copy, Debug, Default)]
pub struct Pings {
    /// All that were sent.
    pub sent: u64,
    /// Answered in time.
    pub answered: u64,
    /// Thrown away as their time to live was over.
    pub expired: u64,
    /// Thrown away for want of a route.
    pub unreachable: u64,
    /// Nothing was heard of them in time.
    pub lost: u64,
}

impl Host {
    /// What became of its pings.
    pub fn pings(&self) -> Pings {
        self.tally
    }

    /// How many are not settled.
    pub fn in_flight(&self) -> u64 {
        self.pending.len() as u64
    }

    /// How many packets it received that had passed more routers than they were allowed.
    pub(super) fn outlived(&self) -> u64 {
        self.outlived
    }

    fn ping(&mut self, cx: &mut Context<'_, Routing>, destination: &str, by_user: bool) {
        let number = self.next_number;
        self.next_number += 1;
        self.tally.sent += 1;
        self.pending.insert(number, (destination.to_owned(), by_user));
        let patience = cx.settings().duration("answer-within");
        cx.set_timer(Timer { name: ANSWER, key: number }, patience);
        send(cx, destination, number, Payload::Echo);
    }

    fn settle(&mut self, cx: &mut Context<'_, Routing>, number: u64, outcome: Option<Payload>) {
        let Some((host, by_user)) = self.pending.remove(&number) else { return };
        cx.cancel_timer(Timer { name: ANSWER, key: number });
        let (count, says) = match outcome {
            Some(Payload::TimeExceeded) => {
                (&mut self.tally.expired, phrase!("note.ping-expired", host = host))
            }
            Some(Payload::Unreachable) => {
                (&mut self.tally.unreachable, phrase!("note.ping-unreachable", host = host))
            }
            Some(_) => (&mut self.tally.answered, phrase!("note.ping-answered", host = host)),
            None => (&mut self.tally.lost, phrase!("note.ping-lost", host = host)),
        };
        *count += 1;
        if by_user {
            cx.answer(says);
        }
    }

    /// Pings the next of the other hosts.
    fn ping_next(&mut self, cx: &mut Context<'_, Routing>) {
        let all = cx.nodes_with_role(HOST);
        let others: Vec<NodeId> = all.iter().copied().filter(|node| *node != cx.me()).collect();
        if !others.is_empty() {
            let to = others[self.next_number as usize % others.len()];
            self.ping(cx, cx.name(to), false);
        }
    }
}

impl Process for Host {
    type Message = Routing;

    fn on_start(&mut self, cx: &mut Context<'_, Routing>) {
        // Numbers begin at the microsecond of the start, so that answers to what was asked before a crash are told apart.
        self.next_number = cx.now().as_micros();
        greet(cx);
        self.on_settings(cx);
    }

    fn on_message(&mut self, cx: &mut Context<'_, Routing>, _: NodeId, message: Routing) {
        let Routing::Datagram(datagram) = message else { return };
        if datagram.destination != cx.name(cx.me()) {
            return;
        }
        self.outlived += u64::from(!datagram.is_within_its_time());
        match datagram.payload {
            Payload::Echo => send(cx, &datagram.source, datagram.identification, Payload::EchoReply),
            outcome => {
                self.last_route = datagram.route;
                self.settle(cx, datagram.identification, Some(outcome));
            }
        }
    }

    fn on_timer(&mut self, cx: &mut Context<'_, Routing>, timer: Timer) {
        match timer.name {
            ANSWER => self.settle(cx, timer.key, None),
            HELLO => greet(cx),
            _ => {
                self.on_settings(cx);
                self.ping_next(cx);
            }
        }
    }

    fn on_request(&mut self, cx: &mut Context<'_, Routing>, request: &str) {
        match request.trim().split_once(' ') {
            Some(("ping", host)) => self.ping(cx, host.trim(), true),
            _ => cx.answer(phrase!("note.unknown-request", request = request)),
        }
    }

    fn on_settings(&mut self, cx: &mut Context<'_, Routing>) {
        let pings_every = cx.settings().duration("pings-every");
        cx.cancel_timer(PING);
        if pings_every > Duration::ZERO {
            cx.set_timer(PING, pings_every);
        }
    }

    fn heap_bytes(&self) -> usize {
        self.pending.len() * size_of::<(u64, (Address, bool))>()
    }

    fn look(&self) -> Look {
        let Pings { sent, answered, expired, unreachable, lost } = self.tally;
        Look::default()
            .badge(format!("{answered}/{}", sent - self.in_flight()))
            .fact(word!("fact.pings-sent"), sent)
            .fact(word!("fact.pings-answered"), answered)
            .fact(word!("fact.pings-expired"), expired)
            .fact(word!("fact.pings-unreachable"), unreachable)
            .fact(word!("fact.pings-lost"), lost)
            .fact(word!("fact.pings-in-flight"), self.in_flight())
            .fact(word!("fact.last-route"), self.last_route.join(" "))
    }
}

const ANSWER: &str = "answer";
const HELLO: &str = "hello";
const PING: Timer = timer("ping");

/// Hands a packet to the router that the host is joined to.
fn send(cx: &mut Context<'_, Routing>, to: &str, identification: u64, payload: Payload) {
    let Some(router) = cx.neighbours().first().copied() else { return };
    let time_to_live = cx.settings().count("time-to-live");
    let datagram = Datagram::new(cx.name(cx.me()), to, identification, payload, time_to_live);
    cx.send(router, &Routing::Datagram(datagram));
}

/// Tells its routers that it is there, and will again.
fn greet(cx: &mut Context<'_, Routing>) {
    for router in cx.neighbours() {
        cx.send(*router, &Routing::Hello { heard: Vec::new() });
    }
    let after = advertises_every(cx);
    cx.set_timer(timer(HELLO), after);
}
