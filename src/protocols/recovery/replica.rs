//! A replica: it does the same work as the others, leads, or takes over from who leads.

use crate::sim::network::NodeId;
use crate::sim::process::{Context, Look, Process, Timer, timer};
use crate::sim::time::{Duration, Time};
use crate::words::Key;
use crate::{phrase, word};

use super::{REPLICA, Recovery, Reign, Report, hours, report};

/// One of several that do the same work.
#[derive(Clone, Debug, Default)]
pub struct Replica {
    state: State,
    /// The greatest epoch that it knows.
    epoch: u64,
    /// Who leads in it.
    leader: Option<NodeId>,
    /// How far the work is that it knows of, in microseconds; nothing if its memory is lost. While it leads: how far it was at `since`.
    work: Option<u64>,
    since: Time,
    /// While it leads: how it came to.
    reign: Reign,
    /// While it leads: what the others have acknowledged.
    peers: Vec<Peer>,
    /// While it leads: how far the work counts as finished.
    finished: u64,
}

/// What it does.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
enum State {
    #[default]
    Backs,
    Leads,
    Down,
}

/// Another replica, as the leader knows it.
#[derive(Clone, Copy, Debug)]
struct Peer {
    node: NodeId,
    acknowledged: u64,
    heard: Time,
}

const UPDATE: Timer = timer("update");
const SUSPECT: Timer = timer("suspect");
const BACK: Timer = timer("back");
/// Room for the place of a replica in the number of an epoch.
const PLACES: u64 = 8;

impl Replica {
    /// Whether it leads, rightly or not.
    pub fn leads(&self) -> bool {
        self.state == State::Leads
    }

    /// The epoch that it knows of.
    pub fn epoch(&self) -> u64 {
        self.epoch
    }

    /// How far the work is that it knows of, in microseconds.
    pub fn work(&self, now: Time) -> Option<u64> {
        let more = if self.leads() { now.since(self.since).as_micros() } else { 0 };
        self.work.map(|work| work + more)
    }

    /// How long any backup waits before it takes over, at most.
    fn longest_wait(cx: &Context<'_, Recovery>) -> Duration {
        cx.settings().duration("detects-after") * cx.nodes_with_role(REPLICA).len() as u64
    }

    fn send_others(cx: &mut Context<'_, Recovery>, message: &Recovery) {
        let me = cx.me();
        cx.nodes_with_role(REPLICA)
            .iter()
            .filter(|node| **node != me)
            .for_each(|node| cx.send(*node, message));
    }

    /// The next one after the leader waits for as long as `detects-after` says, the one after that twice as long; one that has nothing
    /// waits until all others would have taken over.
    fn await_silence(&self, cx: &mut Context<'_, Recovery>) {
        let replicas = cx.nodes_with_role(REPLICA);
        let place = |node: NodeId| replicas.iter().position(|known| *known == node).unwrap_or(0);
        let count = replicas.len();
        let after = match (self.work, self.leader) {
            (Some(_), Some(leader)) => (count + place(cx.me()) - place(leader)) % count,
            _ => 2 * count + place(cx.me()),
        };
        let wait = cx.settings().duration("detects-after") * after.max(1) as u64;
        cx.set_timer(SUSPECT, wait);
    }

    /// Begins an epoch of its own.
    fn lead(&mut self, cx: &mut Context<'_, Recovery>) {
        let me = cx.me();
        let place = cx.nodes_with_role(REPLICA).iter().position(|node| *node == me).unwrap_or(0) as u64;
        let anew = self.work.is_none();
        let work = self.work.unwrap_or(0);
        self.state = State::Leads;
        self.epoch = (cx.now().as_micros() + 1) * PLACES + place;
        self.leader = Some(me);
        (self.work, self.since, self.finished) = (Some(work), cx.now(), 0);
        let others = cx.nodes_with_role(REPLICA).iter().filter(|node| **node != me);
        self.peers = others.map(|node| Peer { node: *node, acknowledged: 0, heard: cx.now() }).collect();
        cx.cancel_timer(SUSPECT);
        self.reign = Reign { epoch: self.epoch, work, anew };
        report(cx, Report::Leads(self.reign));
        self.update(cx);
    }

    /// Tells the others how far it is.
    fn update(&mut self, cx: &mut Context<'_, Recovery>) {
        let Some(work) = self.work(cx.now()) else { return };
        Replica::send_others(cx, &Recovery::Update { epoch: self.epoch, work });
        if cx.settings().choice("synchronous") == "no" {
            self.finish(cx, work, false);
        } else {
            self.finish_acknowledged(cx, work);
        }
        let every = cx.settings().duration("updates-every");
        cx.set_timer(UPDATE, every);
    }

    /// What all have acknowledged is finished; who has been silent for too long is left out.
    fn finish_acknowledged(&mut self, cx: &mut Context<'_, Recovery>, at_most: u64) {
        let patience = Replica::longest_wait(cx);
        let now = cx.now();
        let awaited = || self.peers.iter().filter(|peer| now.since(peer.heard) <= patience);
        let by_all = awaited().count() == self.peers.len();
        let work = awaited().map(|peer| peer.acknowledged).min().unwrap_or(at_most);
        self.finish(cx, work, by_all);
    }

    fn finish(&mut self, cx: &mut Context<'_, Recovery>, work: u64, by_all: bool) {
        if work > self.finished {
            self.finished = work;
            report(cx, Report::Finished { reign: self.reign, work, by_all });
        }
    }

    /// Takes the state of a greater epoch over, or news of the same one. An older leader is told of this epoch by whoever leads it.
    fn follow(&mut self, cx: &mut Context<'_, Recovery>, from: NodeId, epoch: u64, work: u64) {
        if epoch < self.epoch {
            if let (true, Some(work)) = (self.leads(), self.work(cx.now())) {
                cx.send(from, &Recovery::Update { epoch: self.epoch, work });
            }
            return;
        }
        if epoch > self.epoch && self.leads() {
            cx.note(phrase!("note.steps-down-for", leader = cx.name(from)));
            cx.cancel_timer(UPDATE);
        }
        let known = if epoch == self.epoch { self.work.unwrap_or(0) } else { 0 };
        self.state = State::Backs;
        (self.epoch, self.leader, self.work) = (epoch, Some(from), Some(work.max(known)));
        cx.send(from, &Recovery::Ack { epoch, work });
        self.await_silence(cx);
    }

    fn acknowledged(&mut self, cx: &mut Context<'_, Recovery>, from: NodeId, work: u64) {
        let now = cx.now();
        if let Some(peer) = self.peers.iter_mut().find(|peer| peer.node == from) {
            (peer.acknowledged, peer.heard) = (peer.acknowledged.max(work), now);
        }
        if cx.settings().choice("synchronous") == "yes" {
            let at_most = self.finished;
            self.finish_acknowledged(cx, at_most);
        }
    }

    /// One that is back has forgotten what it acknowledged.
    fn greet(&mut self, cx: &mut Context<'_, Recovery>, from: NodeId) {
        if let Some(peer) = self.peers.iter_mut().find(|peer| peer.node == from) {
            peer.acknowledged = 0;
        }
        if let Some(work) = self.work(cx.now()) {
            cx.send(from, &Recovery::Update { epoch: self.epoch, work });
        }
    }

    /// All that is in memory is gone.
    fn fall(&mut self, cx: &mut Context<'_, Recovery>) {
        let work = self.work(cx.now()).unwrap_or(0);
        report(cx, Report::Fell { epoch: self.epoch, work });
        *self = Replica { state: State::Down, ..Replica::default() };
        [UPDATE, SUSPECT].into_iter().for_each(|timer| cx.cancel_timer(timer));
        let takes = cx.settings().duration("restart-takes");
        cx.set_timer(BACK, takes);
    }

    fn come_back(&mut self, cx: &mut Context<'_, Recovery>) {
        self.state = State::Backs;
        Replica::send_others(cx, &Recovery::Hello);
        self.await_silence(cx);
    }

    fn state_word(&self) -> Key {
        match (self.state, self.work) {
            (State::Down, _) => word!("fact.is-down"),
            (State::Leads, _) => word!("fact.is-primary"),
            (State::Backs, Some(_)) => word!("fact.is-backup"),
            (State::Backs, None) => word!("fact.has-nothing"),
        }
    }
}

impl Process for Replica {
    type Message = Recovery;

    /// The first one leads.
    fn on_start(&mut self, cx: &mut Context<'_, Recovery>) {
        self.work = Some(0);
        self.leader = cx.nodes_with_role(REPLICA).first().copied();
        if self.leader == Some(cx.me()) {
            self.lead(cx);
        } else {
            self.await_silence(cx);
        }
    }

    fn on_restart(&mut self, cx: &mut Context<'_, Recovery>) {
        self.come_back(cx);
    }

    fn on_message(&mut self, cx: &mut Context<'_, Recovery>, from: NodeId, message: Recovery) {
        match message {
            _ if self.state == State::Down => {}
            Recovery::Strike if self.leads() => self.fall(cx),
            Recovery::Update { epoch, work } => self.follow(cx, from, epoch, work),
            Recovery::Ack { epoch, work } if self.leads() && epoch == self.epoch => {
                self.acknowledged(cx, from, work);
            }
            Recovery::Hello if self.leads() => self.greet(cx, from),
            _ => {}
        }
    }

    fn on_timer(&mut self, cx: &mut Context<'_, Recovery>, timer: Timer) {
        match timer {
            UPDATE => self.update(cx),
            SUSPECT => {
                if let Some(leader) = self.leader {
                    cx.note(phrase!("note.takes-over-from", leader = cx.name(leader)));
                }
                self.lead(cx);
            }
            _ => self.come_back(cx),
        }
    }

    fn heap_bytes(&self) -> usize {
        self.peers.len() * size_of::<Peer>()
    }

    fn look(&self) -> Look {
        let work = self.work.map_or_else(|| "–".to_owned(), hours);
        Look::default()
            .badge(self.state_word().text())
            .fact(word!("fact.phase"), self.state_word())
            .fact(word!("fact.work-known"), work)
            .fact(word!("fact.finished-work"), hours(self.finished))
            .fact(word!("fact.follows-leader"), self.leader.into_iter().collect::<Vec<NodeId>>())
    }
}
