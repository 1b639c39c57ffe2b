//! The client (section 4.1): it asks the primary, and believes what f + 1 replicas answer alike.

use std::collections::VecDeque;

use crate::sim::network::NodeId;
use crate::sim::process::{Context, Look, Process, Timer, timer};
use crate::sim::time::{Duration, Time};
use crate::sorted::Map;
use crate::{phrase, word};

use super::Pbft;
use super::group::Group;
use super::message::{Reply, Request};
use super::sign::Signed;

const ASK: Timer = timer("ask");
const RETRANSMIT: Timer = timer("retransmit");

/// A client of the service. It has one request under way at a time.
#[derive(Clone, Debug, Default)]
pub struct Client {
    group: Group,
    pending: Option<Pending>,
    /// What its user wants written next.
    wanted: VecDeque<u32>,
    /// How many requests it made by itself.
    made: u32,
    /// The view that replicas last told it of.
    view: u64,
    timestamp: u64,
    answered: u64,
    latency_total: Duration,
    last: Option<Answered>,
}

#[derive(Clone, Debug)]
struct Pending {
    request: Request,
    asked_at: Time,
    replies: Map<u32, Reply>,
    by_user: bool,
}

/// A request that was answered.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Answered {
    /// What was written.
    pub value: u32,
    /// What was there before.
    pub result: u32,
    /// When it was asked for.
    pub asked_at: Time,
    /// In which view.
    pub view: u64,
}

impl Client {
    /// Its last request that was answered.
    pub fn last(&self) -> Option<&Answered> {
        self.last.as_ref()
    }

    /// How many requests were answered since it started.
    pub fn answered(&self) -> u64 {
        self.answered
    }

    /// How long all these took together.
    pub fn latency_total(&self) -> Duration {
        self.latency_total
    }

    /// Since when it waits for an answer, if it does.
    pub fn waits_since(&self) -> Option<Time> {
        self.pending.as_ref().map(|pending| pending.asked_at)
    }

    fn begin(&mut self, cx: &mut Context<'_, Pbft>, value: u32, by_user: bool) {
        // A clock that never shows the same twice; it goes on after a restart.
        self.timestamp = cx.now().as_micros().max(self.timestamp + 1);
        let request = Request::new(cx.me(), self.timestamp, value);
        self.pending = Some(Pending { request, asked_at: cx.now(), replies: Map::new(), by_user });
        cx.send(self.group.primary(self.view), &Pbft::Request(request));
        cx.set_timer(RETRANSMIT, cx.settings().duration("retransmit-after"));
    }

    fn begin_next(&mut self, cx: &mut Context<'_, Pbft>) {
        if self.pending.is_none()
            && let Some(value) = self.wanted.pop_front()
        {
            self.begin(cx, value, true);
        }
    }

    fn ask_by_itself(&mut self, cx: &mut Context<'_, Pbft>) {
        let interval = cx.settings().duration("interval");
        if interval == Duration::ZERO {
            return;
        }
        cx.set_timer(ASK, interval);
        if self.pending.is_none() {
            self.made += 1;
            // So that everyone sees whose number it is: c1 writes 101, 102 and so on.
            let place = cx.nodes_with_role(super::CLIENT).iter().position(|node| *node == cx.me());
            let value = 100 * (place.unwrap_or(0) as u32 + 1) + self.made % 100;
            self.begin(cx, value, false);
        }
    }

    fn on_reply(&mut self, cx: &mut Context<'_, Pbft>, reply: Reply) {
        let from_replica = self.group.replicas().contains(&NodeId(reply.from));
        let Some(pending) = &mut self.pending else { return };
        if reply.timestamp != pending.request.timestamp || !from_replica || !reply.is_signed() {
            return;
        }
        pending.replies.insert(reply.from, reply);
        let alike = || pending.replies.values().filter(|other| other.result == reply.result);
        if alike().count() >= self.group.some_honest() {
            let view = alike().map(|other| other.view).max().unwrap_or(0);
            self.end(cx, reply.result, view);
        }
    }

    fn end(&mut self, cx: &mut Context<'_, Pbft>, result: u32, view: u64) {
        let Some(Pending { request, asked_at, by_user, .. }) = self.pending.take() else { return };
        cx.cancel_timer(RETRANSMIT);
        self.view = view;
        self.answered += 1;
        self.latency_total += cx.now().since(asked_at);
        self.last = Some(Answered { value: request.value, result, asked_at, view });
        if by_user {
            cx.answer(phrase!("note.pbft-written", value = request.value, before = result));
        }
        self.begin_next(cx);
    }
}

impl Process for Client {
    type Message = Pbft;

    fn on_start(&mut self, cx: &mut Context<'_, Pbft>) {
        self.group = Group::new(cx.nodes_with_role(super::REPLICA), cx.settings().count("faults"));
        if self.group.replicas().is_empty() {
            return;
        }
        if cx.settings().duration("interval") > Duration::ZERO {
            cx.set_timer(ASK, Duration::millis(500));
        }
    }

    fn on_message(&mut self, cx: &mut Context<'_, Pbft>, _from: NodeId, message: Pbft) {
        if let Pbft::Reply(reply) = message {
            self.on_reply(cx, reply);
        }
    }

    fn on_timer(&mut self, cx: &mut Context<'_, Pbft>, timer: Timer) {
        if timer == ASK {
            return self.ask_by_itself(cx);
        }
        // Nobody answers: perhaps the primary is faulty, so all are asked.
        if let Some(pending) = &self.pending {
            let request = Pbft::Request(pending.request);
            self.group.replicas().iter().for_each(|to| cx.send(*to, &request));
            cx.set_timer(RETRANSMIT, cx.settings().duration("retransmit-after"));
        }
    }

    fn on_request(&mut self, cx: &mut Context<'_, Pbft>, request: &str) {
        let value = request.strip_prefix("write x=").and_then(|value| value.trim().parse().ok());
        let Some(value) = value.filter(|_| !self.group.replicas().is_empty()) else {
            return cx.note(phrase!("note.unknown-pbft-request", request = request));
        };
        self.wanted.push_back(value);
        self.begin_next(cx);
    }

    fn on_settings(&mut self, cx: &mut Context<'_, Pbft>) {
        if !self.group.replicas().is_empty() {
            cx.cancel_timer(ASK);
            let interval = cx.settings().duration("interval");
            if interval > Duration::ZERO {
                cx.set_timer(ASK, interval);
            }
        }
    }

    fn look(&self) -> Look {
        let mut look = Look::default();
        if let Some(last) = &self.last {
            look = look
                .badge(format!("x={}", last.value))
                .fact(word!("fact.pbft-before"), u64::from(last.result));
        }
        if let Some(pending) = &self.pending {
            let replies: Vec<NodeId> = pending.replies.keys().map(|node| NodeId(*node)).collect();
            look = look
                .fact(word!("fact.pending"), format!("x={}", pending.request.value))
                .fact(word!("fact.pbft-replies"), replies);
        }
        look.fact(word!("fact.answered"), self.answered)
            .fact(word!("fact.pbft-alike"), self.group.some_honest() as u64)
    }

    fn heap_bytes(&self) -> usize {
        4 * self.wanted.len() + 800
    }
}
