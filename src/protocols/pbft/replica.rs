//! A replica: the normal case (section 4.2). What it keeps beside that is in [`checkpoint`], how it changes primaries in
//! [`view_change`].

mod checkpoint;
mod view_change;

use crate::sim::network::NodeId;
use crate::sim::process::{Context, Look, Process, Timer, timer};
use crate::sim::time::{Duration, Time};
use crate::sorted::Map;
use crate::{phrase, word};

use super::Pbft;
use super::group::{Group, WINDOW};
use super::log::Log;
use super::message::{NewView, Phase, PrePrepare, Reply, Request, State, Statement, ViewChange, digest_of};
use super::sign::{Digest, Secret, Signed};

/// Goes off when a request waits for too long.
const VIEW_CHANGE: Timer = timer("view-change");
/// Goes off when the replica asks again for what it waits for.
const STATUS: Timer = timer("status");
/// How long it waits before it asks again.
const STATUS_AFTER: Duration = Duration::secs(1);
/// How often a restarted replica asks how far the others are.
const ASKS_AFTER_RESTART: u8 = 3;
/// The most doublings of the time-out.
const DOUBLINGS_AT_MOST: u32 = 6;

/// A replica of the service.
#[derive(Clone, Debug, Default)]
pub struct Replica {
    group: Group,
    me: u32,
    view: u64,
    /// Whether it takes part in its view, and not just asks for it.
    active: bool,
    log: Log,
    /// The last sequence number that it gave out as the primary.
    next: u64,
    executed: u64,
    state: State,
    history: Vec<Executed>,
    executed_at: Time,
    /// The sequence number of the last stable checkpoint: the low water mark.
    stable: u64,
    proof: Vec<Statement>,
    /// Its states at the last stable checkpoint and at later ones.
    snapshots: Map<u64, State>,
    checkpoints: Vec<Statement>,
    /// Requests that it knows of and has not executed, one of each client.
    waiting: Map<u32, Request>,
    view_changes: Map<u32, ViewChange>,
    new_view: Option<NewView>,
    /// How many view changes it asked for since a request was last executed.
    attempts: u32,
    times_out: bool,
    asks_again: bool,
    /// It heard of a view beyond its own.
    heard_newer: bool,
    asks_left: u8,
}

/// A sequence number that a replica executed.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Executed {
    /// The number.
    pub sequence: u64,
    /// What was executed.
    pub digest: Digest,
    /// The request; none is the null request.
    pub request: Option<Request>,
}

impl Replica {
    /// All that it executed itself, by sequence number. What it got as a state is not among it.
    pub fn history(&self) -> &[Executed] {
        &self.history
    }

    /// What it executed at a sequence number.
    pub fn at(&self, sequence: u64) -> Option<&Executed> {
        let index = self.history.binary_search_by_key(&sequence, |executed| executed.sequence);
        index.ok().map(|index| &self.history[index])
    }

    /// When it last executed something.
    pub fn executed_at(&self) -> Time {
        self.executed_at
    }

    /// The last sequence number that its state covers.
    pub fn executed(&self) -> u64 {
        self.executed
    }

    /// The number that the service holds.
    pub fn x(&self) -> u32 {
        self.state.x
    }

    /// Its view.
    pub fn view(&self) -> u64 {
        self.view
    }

    /// Whether it takes part in its view.
    pub fn is_active(&self) -> bool {
        self.active
    }

    /// The sequence number of its last stable checkpoint.
    pub fn stable(&self) -> u64 {
        self.stable
    }

    /// How many sequence numbers it remembers messages of.
    pub fn log_length(&self) -> usize {
        self.log.slots().count()
    }

    /// Who the replicas are to it.
    pub fn group(&self) -> &Group {
        &self.group
    }

    fn me(&self) -> NodeId {
        NodeId(self.me)
    }

    fn leads(&self) -> bool {
        self.active && self.group.primary(self.view) == self.me()
    }

    fn multicast(&self, cx: &mut Context<'_, Pbft>, message: &Pbft) {
        self.group.replicas().iter().filter(|to| **to != self.me()).for_each(|to| cx.send(*to, message));
    }

    /// Makes a statement in its view, remembers it and tells all.
    fn state_to_all(&mut self, cx: &mut Context<'_, Pbft>, phase: Phase, sequence: u64, digest: Digest) {
        let statement = Statement::new(self.me(), phase, self.view, sequence, digest);
        self.log.slot(sequence).add(statement);
        self.multicast(cx, &Pbft::Statement(statement));
    }

    /// Whether a number lies between the water marks.
    fn in_window(&self, sequence: u64) -> bool {
        sequence > self.stable && sequence <= self.stable + WINDOW
    }

    fn on_request_of(&mut self, cx: &mut Context<'_, Pbft>, from: NodeId, request: Request) {
        if !request.is_signed() {
            return;
        }
        if self.is_done(&request) {
            return self.reply(cx, &request);
        }
        self.await_request(request);
        let is_from_client = from.0 == request.client;
        if self.active && !self.leads() && is_from_client {
            cx.send(self.group.primary(self.view), &Pbft::Request(request));
        }
    }

    /// Whether its state covers a request of this client with this timestamp.
    fn is_done(&self, request: &Request) -> bool {
        self.state.replies.get(&request.client).is_some_and(|(newest, _)| *newest >= request.timestamp)
    }

    fn await_request(&mut self, request: Request) {
        let known = self.waiting.get(&request.client);
        if !self.is_done(&request) && known.is_none_or(|known| known.timestamp < request.timestamp) {
            self.waiting.insert(request.client, request);
        }
    }

    /// As the primary, gives the requests that wait their numbers, as far as there are any below the high water mark.
    fn propose(&mut self, cx: &mut Context<'_, Pbft>) {
        if !self.leads() {
            return;
        }
        let waiting: Vec<Request> = self.waiting.values().copied().collect();
        for request in waiting {
            let is_taken =
                |log: &Log, next| log.get(next).is_some_and(|slot| slot.proposal_in(self.view).is_some());
            while is_taken(&self.log, self.next + 1) {
                self.next += 1;
            }
            if self.log.proposes(self.view, &request) || !self.in_window(self.next + 1) {
                continue;
            }
            self.next += 1;
            let proposal = PrePrepare::new(self.me(), self.view, self.next, Some(request));
            self.log.slot(self.next).proposal = Some(proposal);
            self.multicast(cx, &Pbft::PrePrepare(proposal));
        }
    }

    fn on_pre_prepare(&mut self, cx: &mut Context<'_, Pbft>, proposal: PrePrepare) {
        let Statement { view, sequence, from, .. } = proposal.statement;
        if !self.group.is_proposal(&proposal) {
            if proposal.statement.is_signed() && from == self.group.primary(view).0 {
                cx.note(phrase!("note.pbft-unsigned", sequence = sequence));
            }
            return;
        }
        self.heard_newer |= view > self.view;
        // The null request belongs into the first messages of a view only.
        if view != self.view
            || !self.active
            || self.leads()
            || !self.in_window(sequence)
            || proposal.request.is_none()
        {
            return;
        }
        if let Some(known) = self.log.slot(sequence).proposal_in(view) {
            if known.statement.digest != proposal.statement.digest {
                cx.note(phrase!("note.pbft-second", sequence = sequence));
            }
            return;
        }
        self.accept(cx, proposal);
    }

    fn accept(&mut self, cx: &mut Context<'_, Pbft>, proposal: PrePrepare) {
        let Statement { sequence, digest, .. } = proposal.statement;
        self.log.slot(sequence).proposal = Some(proposal);
        // The primary has accepted what it proposes by proposing it.
        if !self.leads() {
            self.state_to_all(cx, Phase::Prepare, sequence, digest);
        }
        if let Some(request) = proposal.request {
            self.await_request(request);
        }
    }

    fn on_statement(&mut self, statement: Statement) {
        if !self.group.is_sound(&statement) {
            return;
        }
        match statement.phase {
            // A proposal comes with its request.
            Phase::PrePrepare => {}
            Phase::Checkpoint => self.add_checkpoint(statement),
            Phase::Prepare | Phase::Commit => {
                self.heard_newer |= statement.view > self.view;
                if self.in_window(statement.sequence) && statement.view >= self.view {
                    self.log.slot(statement.sequence).add(statement);
                }
            }
        }
    }

    /// Commits what is prepared, and executes in order what is committed.
    fn advance(&mut self, cx: &mut Context<'_, Pbft>) {
        if self.active {
            let numbers: Vec<u64> = self.log.slots().map(|(sequence, _)| sequence).collect();
            numbers.into_iter().for_each(|sequence| self.advance_one(cx, sequence));
        }
        while let Some(request) = self.log.get(self.executed + 1).and_then(|slot| slot.committed) {
            self.execute(cx, request);
        }
    }

    fn advance_one(&mut self, cx: &mut Context<'_, Pbft>, sequence: u64) {
        let (view, me) = (self.view, self.me);
        let slot = self.log.slot(sequence);
        let Some(certificate) = slot.certificate(view, &self.group) else { return };
        let proposal = certificate.pre_prepare;
        let has_committed =
            slot.votes.iter().any(|vote| (vote.phase, vote.view, vote.from) == (Phase::Commit, view, me));
        if !has_committed {
            slot.prepared = Some(certificate);
            self.state_to_all(cx, Phase::Commit, sequence, proposal.statement.digest);
        }
        let (quorum, slot) = (self.group.quorum(), self.log.slot(sequence));
        if slot.committed.is_none() && slot.matching(Phase::Commit, &proposal).count() >= quorum {
            slot.committed = Some(proposal.request);
        }
    }

    fn execute(&mut self, cx: &mut Context<'_, Pbft>, request: Option<Request>) {
        self.executed += 1;
        self.executed_at = cx.now();
        self.history.push(Executed { sequence: self.executed, digest: digest_of(&request), request });
        if let Some(request) = request {
            // A request that came to have two numbers is executed once.
            if !self.is_done(&request) {
                let before = std::mem::replace(&mut self.state.x, request.value);
                self.state.replies.insert(request.client, (request.timestamp, before));
            }
            self.reply(cx, &request);
            self.settle_request(cx);
        }
        self.take_checkpoint(cx);
    }

    /// Sends the reply to a request again, if it is the client's last.
    fn reply(&self, cx: &mut Context<'_, Pbft>, request: &Request) {
        let Some((timestamp, result)) = self.state.replies.get(&request.client) else { return };
        if *timestamp == request.timestamp {
            let (view, timestamp, result) = (self.view, *timestamp, *result);
            let mut reply = Reply { view, timestamp, result, from: self.me, signature: 0 };
            Secret::of(self.me()).sign(&mut reply);
            cx.send(NodeId(request.client), &Pbft::Reply(reply));
        }
    }

    /// Forgets requests that are done. Those that are left wait for as long again.
    fn settle_request(&mut self, cx: &mut Context<'_, Pbft>) {
        let replies = &self.state.replies;
        self.waiting.retain(|client, request| {
            replies.get(client).is_none_or(|(newest, _)| *newest < request.timestamp)
        });
        self.attempts = 0;
        self.stop_timers(cx);
    }

    fn stop_timers(&mut self, cx: &mut Context<'_, Pbft>) {
        cx.cancel_timer(VIEW_CHANGE);
        cx.cancel_timer(STATUS);
        (self.times_out, self.asks_again) = (false, false);
    }

    /// Does what can be done now, and sets the timers that what is left to wait for needs.
    fn go_on(&mut self, cx: &mut Context<'_, Pbft>) {
        self.advance(cx);
        self.propose(cx);
        let is_late = if self.active {
            !self.waiting.is_empty() && !self.leads()
        } else {
            self.askers_of_my_view().count() >= self.group.quorum()
        };
        if is_late && !self.times_out {
            // Twice as long with each view that comes to nothing, so that one comes to something at last.
            let doublings = self.attempts.saturating_sub(1).min(DOUBLINGS_AT_MOST);
            let patience = cx.settings().duration("timeout") * (1 << doublings);
            cx.set_timer(VIEW_CHANGE, patience);
        } else if !is_late && self.times_out {
            cx.cancel_timer(VIEW_CHANGE);
        }
        self.times_out = is_late;
        let lacks = self.lacks_something();
        if lacks && !self.asks_again {
            cx.set_timer(STATUS, STATUS_AFTER);
        } else if !lacks && self.asks_again {
            cx.cancel_timer(STATUS);
        }
        self.asks_again = lacks;
    }

    /// Whether it waits for something that others may have sent, or have to send again.
    fn lacks_something(&self) -> bool {
        !self.active
            || !self.waiting.is_empty()
            || self.heard_newer
            || self.asks_left > 0
            || self.is_behind()
            || self.log.slots().any(|(sequence, _)| sequence > self.executed)
    }
}

impl Process for Replica {
    type Message = Pbft;

    fn on_start(&mut self, cx: &mut Context<'_, Pbft>) {
        let faults = cx.settings().count("faults");
        self.group = Group::new(cx.nodes_with_role(super::REPLICA), faults);
        self.me = cx.me().0;
        self.active = true;
        self.snapshots.insert(0, State::default());
    }

    /// It comes back with nothing, and asks the others for all that it needs.
    fn on_restart(&mut self, cx: &mut Context<'_, Pbft>) {
        self.on_start(cx);
        self.asks_left = ASKS_AFTER_RESTART;
        self.ask(cx);
        self.go_on(cx);
    }

    fn on_message(&mut self, cx: &mut Context<'_, Pbft>, from: NodeId, message: Pbft) {
        match message {
            Pbft::Request(request) => self.on_request_of(cx, from, request),
            Pbft::PrePrepare(proposal) => self.on_pre_prepare(cx, proposal),
            Pbft::Statement(statement) => self.on_statement(statement),
            Pbft::ViewChange(change) => self.on_view_change(cx, change),
            Pbft::NewView(new) => self.on_new_view(cx, new),
            Pbft::Status(status) => self.on_status(cx, from, status),
            Pbft::Snapshot(snapshot) => self.on_snapshot(cx, snapshot),
            Pbft::Reply(_) => {}
        }
        self.go_on(cx);
    }

    fn on_timer(&mut self, cx: &mut Context<'_, Pbft>, timer: Timer) {
        if timer == VIEW_CHANGE {
            self.times_out = false;
            self.ask_for_view(cx, self.view + 1);
        } else {
            self.asks_again = false;
            self.asks_left = self.asks_left.saturating_sub(1);
            self.ask(cx);
        }
        self.go_on(cx);
    }

    fn look(&self) -> Look {
        let Some(last) = self.group.replicas().len().checked_sub(1) else { return Look::default() };
        let primary = self.group.primary(self.view);
        Look::default()
            .badge(format!("v{} x={}", self.view, self.state.x))
            .fact(word!("fact.pbft-view"), self.view)
            .fact(word!("fact.pbft-primary"), vec![primary])
            .fact(
                word!("fact.pbft-part"),
                if self.active { word!("fact.pbft-active") } else { word!("fact.pbft-changing") },
            )
            .fact(word!("fact.pbft-executed"), self.executed)
            .fact(word!("fact.pbft-stable"), self.stable)
            .fact(word!("fact.pbft-log"), self.log_length() as u64)
            .fact(word!("fact.pbft-waiting"), self.waiting.len() as u64)
            .fact(word!("fact.pbft-needs"), self.group.quorum() as u64)
            .fact(word!("fact.pbft-of"), last as u64 + 1)
    }

    fn heap_bytes(&self) -> usize {
        let votes = self.checkpoints.len() + self.proof.len();
        let changes =
            self.view_changes.values().map(|change| 400 * (1 + change.prepared.len())).sum::<usize>();
        self.log.heap_bytes()
            + self.history.len() * size_of::<Executed>()
            + votes * size_of::<Statement>()
            + changes * 2
            + self.snapshots.len() * 200
    }
}
