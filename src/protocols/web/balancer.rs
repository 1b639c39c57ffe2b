//! The load balancer: shares requests out among the servers that seem well, in turns.

use crate::sim::network::NodeId;
use crate::sim::process::{Context, Look, Process, Timer, timer};
use crate::sim::settings::{Kind, Setting};
use crate::sim::time::Duration;
use crate::sorted::Map;
use crate::{phrase, word};

use super::limiter::{LIMIT, Limiter};
use super::station::{self, Job, Station, WORK, reply};
use super::{APP, Outcome, Web};

const STATION: [Setting; 4] = station::settings("2ms", "4", "100");

pub(super) const SETTINGS: &[Setting] = &[
    STATION[0],
    STATION[1],
    STATION[2],
    STATION[3],
    // How long it waits for a server before it tries another, or tells the user that the request failed.
    Setting {
        name: "timeout",
        kind: Kind::Duration(Duration::millis(1), Duration::secs(3_600)),
        default: "5s",
    },
    // 0s is never: then all servers are held to be well.
    Setting {
        name: "check-every",
        kind: Kind::Duration(Duration::ZERO, Duration::secs(3_600)),
        default: "500ms",
    },
    Setting { name: "fall", kind: Kind::Count(1, 100), default: "2" },
    Setting { name: "rise", kind: Kind::Count(1, 100), default: "2" },
    // How many times it tries another server.
    Setting { name: "retries", kind: Kind::Count(0, 10), default: "0" },
    LIMIT[0],
    LIMIT[1],
];

/// A machine that every request goes through.
#[derive(Clone, Debug, Default)]
pub struct Balancer {
    station: Station,
    limiter: Limiter,
    /// Requests that servers have, by the numbers that this balancer gave them.
    passed_on: Map<u64, Passed>,
    next_call: u64,
    /// The servers, and how well they seem.
    servers: Vec<Server>,
    /// Whose turn it was last.
    turn: usize,
    /// The number of the last health check.
    round: u64,
    check_every: Duration,
}

/// A request that a server has.
#[derive(Clone, Debug)]
struct Passed {
    job: Job,
    /// How many servers were tried, this one included.
    tries: u64,
}

#[derive(Clone, Debug)]
struct Server {
    node: NodeId,
    is_up: bool,
    /// How many checks in a row speak against what it is held to be.
    contrary: u64,
    /// Whether it answered the last check.
    answered: bool,
}

impl Balancer {
    /// Where requests wait for it.
    pub fn station(&self) -> &Station {
        &self.station
    }

    /// Whom it lets in, and how often.
    pub fn limiter(&self) -> &Limiter {
        &self.limiter
    }

    /// The servers that it gives requests to.
    pub fn rotation(&self) -> impl Iterator<Item = NodeId> {
        self.servers.iter().filter(|server| server.is_up).map(|server| server.node)
    }

    fn pass_on(&mut self, cx: &mut Context<'_, Web>, job: Job, tries: u64) {
        let Some(server) = self.next_server() else { return refuse(cx, &job) };
        let call = self.next_call;
        self.next_call += 1;
        cx.send(server, &Web::Request { call, user: job.user.clone(), number: job.number });
        let patience = cx.settings().duration("timeout");
        cx.set_timer(Timer { name: UPSTREAM, key: call }, patience);
        self.passed_on.insert(call, Passed { job, tries });
    }

    /// A server has answered, or has not in time: if that was no success, the next one may be tried.
    fn answered(&mut self, cx: &mut Context<'_, Web>, call: u64, outcome: Outcome) {
        let Some(Passed { job, tries }) = self.passed_on.remove(&call) else { return };
        cx.cancel_timer(Timer { name: UPSTREAM, key: call });
        if outcome != Outcome::Saved && tries <= cx.settings().count("retries") {
            return self.pass_on(cx, job, tries + 1);
        }
        reply(cx, &job, outcome);
    }

    /// In turns among those that seem well.
    fn next_server(&mut self) -> Option<NodeId> {
        let count = self.servers.len();
        let next = (1..=count).map(|step| (self.turn + step) % count).find(|at| self.servers[*at].is_up)?;
        self.turn = next;
        Some(self.servers[next].node)
    }

    /// Judges the last check and begins the next.
    fn check(&mut self, cx: &mut Context<'_, Web>) {
        cx.set_timer(CHECK, self.check_every);
        if self.round > 0 {
            self.judge(cx);
        }
        self.round += 1;
        for server in &mut self.servers {
            server.answered = false;
            cx.send(server.node, &Web::Check { round: self.round });
        }
    }

    fn judge(&mut self, cx: &mut Context<'_, Web>) {
        let (fall, rise) = (cx.settings().count("fall"), cx.settings().count("rise"));
        for server in &mut self.servers {
            server.contrary = if server.answered == server.is_up { 0 } else { server.contrary + 1 };
            if server.contrary < if server.is_up { fall } else { rise } {
                continue;
            }
            (server.is_up, server.contrary) = (!server.is_up, 0);
            let name = cx.name(server.node);
            cx.note(match server.is_up {
                true => phrase!("note.server-in", server = name),
                false => phrase!("note.server-out", server = name),
            });
        }
    }
}

impl Process for Balancer {
    type Message = Web;

    fn on_start(&mut self, cx: &mut Context<'_, Web>) {
        self.next_call = cx.now().as_micros() + 1;
        let server = |node: &NodeId| Server { node: *node, is_up: true, contrary: 0, answered: true };
        self.servers = cx.nodes_with_role(APP).iter().map(server).collect();
        self.turn = self.servers.len().saturating_sub(1);
        self.on_settings(cx);
    }

    fn on_message(&mut self, cx: &mut Context<'_, Web>, from: NodeId, message: Web) {
        match message {
            Web::Request { call, user, number } => {
                let job = Job { from, call, user, number, at: cx.now() };
                if !self.limiter.admits(from, cx.now()) {
                    reply(cx, &job, Outcome::Dropped);
                } else if !self.station.take(cx, job.clone()) {
                    refuse(cx, &job);
                }
            }
            Web::Reply { call, outcome, .. } => self.answered(cx, call, outcome),
            Web::Healthy { round } if round == self.round => {
                let server = self.servers.iter_mut().find(|server| server.node == from);
                server.into_iter().for_each(|server| server.answered = true);
            }
            _ => {}
        }
    }

    fn on_timer(&mut self, cx: &mut Context<'_, Web>, timer: Timer) {
        match timer.name {
            WORK => {
                if let Some(job) = self.station.finish(cx, timer.key) {
                    self.pass_on(cx, job, 1);
                }
            }
            UPSTREAM => self.answered(cx, timer.key, Outcome::Failed),
            _ => self.check(cx),
        }
    }

    fn on_settings(&mut self, cx: &mut Context<'_, Web>) {
        self.station.configure(cx);
        let (rate, burst) = (cx.settings().count("rate-limit"), cx.settings().count("burst"));
        self.limiter.configure(rate, burst, cx.now());
        let check_every = cx.settings().duration("check-every");
        if check_every == self.check_every {
            return;
        }
        self.check_every = check_every;
        self.round = 0;
        cx.cancel_timer(CHECK);
        match check_every {
            Duration::ZERO => self.servers.iter_mut().for_each(|server| server.is_up = true),
            _ => self.check(cx),
        }
    }

    fn heap_bytes(&self) -> usize {
        self.station.heap_bytes()
            + self.limiter.heap_bytes()
            + self.passed_on.len() * (size_of::<(u64, Passed)>() + 16)
            + self.servers.len() * size_of::<Server>()
    }

    fn look(&self) -> Look {
        let up = self.rotation().count();
        self.station
            .look()
            .badge(format!("{up}/{}", self.servers.len()))
            .fact(word!("fact.rotation"), self.rotation().collect::<Vec<_>>())
            .fact(word!("fact.passed-on"), self.passed_on.len() as u64)
            .fact(word!("fact.dropped"), self.limiter.dropped())
    }
}

const UPSTREAM: &str = "upstream";
const CHECK: Timer = timer("check");

fn refuse(cx: &mut Context<'_, Web>, job: &Job) {
    reply(cx, job, Outcome::Refused);
}
