//! Where requests wait for workers: a finite accept queue before a finite pool, as balancers and servers have.

use std::collections::VecDeque;

use crate::sim::network::NodeId;
use crate::sim::process::{Context, Look, Timer};
use crate::sim::settings::{Kind, Setting};
use crate::sim::time::{Duration, Time};
use crate::sorted::Map;
use crate::word;

use super::service_levels::report;
use super::{BALANCER, Outcome, Web};

/// The settings of a station, with the values that they have unless told otherwise.
pub(super) const fn settings(service: &'static str, pool: &'static str, queue: &'static str) -> [Setting; 4] {
    [
        Setting {
            name: "service",
            kind: Kind::Duration(Duration::ZERO, Duration::secs(3_600)),
            default: service,
        },
        Setting { name: "pool", kind: Kind::Count(1, 10_000), default: pool },
        Setting { name: "queue", kind: Kind::Count(0, 100_000), default: queue },
        // How long a request may wait and still be worked at; 0s is for ever.
        Setting {
            name: "shed-after",
            kind: Kind::Duration(Duration::ZERO, Duration::secs(3_600)),
            default: "0s",
        },
    ]
}

/// Requests that wait, and those that workers are busy with.
#[derive(Clone, Debug, Default)]
pub struct Station {
    /// With the moments from which they wait.
    waiting: VecDeque<(Time, Job)>,
    working: Map<u64, Job>,
    /// How many requests workers ever took.
    taken: u64,
    refused: u64,
    /// How many requests were refused because they had waited too long.
    shed: u64,
    /// How many workers there are, and how many places in the queue.
    pool: usize,
    places: usize,
}

/// A request, and whom to answer.
#[derive(Clone, PartialEq, Debug)]
pub(super) struct Job {
    pub from: NodeId,
    pub call: u64,
    pub user: String,
    pub number: u64,
    /// When it came.
    pub at: Time,
}

impl Station {
    /// How many requests wait.
    pub fn waiting(&self) -> usize {
        self.waiting.len()
    }

    /// How many workers are busy.
    pub fn busy(&self) -> usize {
        self.working.len()
    }

    /// How many places the queue has.
    pub fn places(&self) -> usize {
        self.places
    }

    /// How many requests were refused because the queue was full, since the node started.
    pub fn refused(&self) -> u64 {
        self.refused
    }

    /// How many requests were refused because they had waited too long, since the node started.
    pub fn shed(&self) -> u64 {
        self.shed
    }

    /// Takes over the node's settings. Who waits already, waits on, however few places are left.
    pub(super) fn configure(&mut self, cx: &mut Context<'_, Web>) {
        self.pool = cx.settings().count("pool") as usize;
        self.places = cx.settings().count("queue") as usize;
        self.start_waiting(cx);
    }

    /// Gives a request to a worker, or has it wait; false if there is no room.
    pub(super) fn take(&mut self, cx: &mut Context<'_, Web>, job: Job) -> bool {
        if self.working.len() < self.pool {
            self.start(cx, job);
        } else if self.waiting.len() < self.places {
            self.waiting.push_back((cx.now(), job));
        } else {
            self.refused += 1;
            return false;
        }
        true
    }

    /// The request that a worker is busy with, by the number of the timer that reported it.
    pub(super) fn job(&self, number: u64) -> Option<&Job> {
        self.working.get(&number)
    }

    /// A worker is done with its request and takes the next.
    pub(super) fn finish(&mut self, cx: &mut Context<'_, Web>, number: u64) -> Option<Job> {
        let job = self.working.remove(&number);
        self.start_waiting(cx);
        job
    }

    fn start_waiting(&mut self, cx: &mut Context<'_, Web>) {
        while self.working.len() < self.pool
            && let Some((since, job)) = self.waiting.pop_front()
        {
            let shed_after = cx.settings().duration("shed-after");
            if shed_after > Duration::ZERO && cx.now().since(since) > shed_after {
                self.shed += 1;
                reply(cx, &job, Outcome::Refused);
            } else {
                self.start(cx, job);
            }
        }
    }

    /// Service times are exponentially distributed: most requests are short, a few are long.
    fn start(&mut self, cx: &mut Context<'_, Web>, job: Job) {
        self.taken += 1;
        self.working.insert(self.taken, job);
        let mean = cx.settings().duration("service");
        let takes = cx.rng().exponential(mean);
        cx.set_timer(Timer { name: WORK, key: self.taken }, takes);
    }

    pub(super) fn look(&self) -> Look {
        let look = Look::default()
            .fact(word!("fact.busy"), self.working.len() as u64)
            .fact(word!("fact.queue"), self.waiting.len() as u64)
            .fact(word!("fact.refused-full"), self.refused)
            .fact(word!("fact.shed"), self.shed);
        look.gauge(None, self.waiting.len() as u32, self.places as u32)
    }

    pub(super) fn heap_bytes(&self) -> usize {
        (self.waiting.len() + self.working.len()) * (size_of::<(Time, Job)>() + 16)
    }
}

/// The timer of a worker, whose key is the number of its request.
pub(super) const WORK: &str = "work";

/// Answers whoever asked. What a balancer answers is reported.
pub(super) fn reply(cx: &mut Context<'_, Web>, job: &Job, outcome: Outcome) {
    cx.send(job.from, &Web::Reply { call: job.call, number: job.number, outcome });
    if cx.nodes_with_role(BALANCER).contains(&cx.me()) {
        report(cx, job.at, Some(outcome));
    }
}
