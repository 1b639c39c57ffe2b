//! The router: one finite queue before the way to the next router.

use std::collections::VecDeque;

use crate::sim::network::NodeId;
use crate::sim::process::{Context, Look, Process, Timer, timer};
use crate::sim::random::Rng;
use crate::sim::time::Time;
use crate::word;

use super::{Books, Congestion, Control, Packet, ROUTER};

/// A router.
#[derive(Clone, Debug)]
pub struct Router {
    /// Packets that wait, in the order of their arrival, with the moments from which they do.
    waiting: VecDeque<(Time, Packet)>,
    /// The one that is being sent.
    sending: Option<Packet>,
    limit: usize,
    discipline: Discipline,
    /// The flow that was served last, by its sender.
    turn: NodeId,
    /// Lose every n-th packet that comes; 0 is none.
    loses_every: u64,
    /// Packets that went to the next router or to their receiver.
    passed: u64,
    /// Packets dropped that another router had sent here: its work was in vain.
    dropped_late: u64,
    books: Books,
}

impl Default for Router {
    fn default() -> Router {
        Router {
            waiting: VecDeque::new(),
            sending: None,
            limit: 0,
            discipline: Discipline::DropTail,
            turn: NodeId(0),
            loses_every: 0,
            passed: 0,
            dropped_late: 0,
            books: Books::default(),
        }
    }
}

/// Which packet is dropped when one too many waits, and which is sent next.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Discipline {
    DropTail,
    RandomDrop,
    FairQueueing,
}

const SENT: Timer = timer("sent");

impl Router {
    /// How many packets wait.
    pub fn waiting(&self) -> usize {
        self.waiting.len()
    }

    /// How many packets may wait.
    pub fn limit(&self) -> usize {
        self.limit
    }

    /// How many packets are here, waiting or being sent.
    pub fn held(&self) -> u64 {
        self.waiting.len() as u64 + u64::from(self.sending.is_some())
    }

    /// How many packets went on from here since it started.
    pub fn passed(&self) -> u64 {
        self.passed
    }

    /// How many packets were dropped here since it started after another router had sent them on.
    pub fn dropped_late(&self) -> u64 {
        self.dropped_late
    }

    /// What it has counted.
    pub fn books(&self) -> &Books {
        &self.books
    }

    fn configure(&mut self, cx: &mut Context<'_, Congestion>) {
        let settings = cx.settings();
        self.limit = settings.count("buffer") as usize;
        self.loses_every = settings.count("loses-every");
        self.discipline = match settings.choice("queueing") {
            "random-drop" => Discipline::RandomDrop,
            "fair-queueing" => Discipline::FairQueueing,
            _ => Discipline::DropTail,
        };
        self.books.change(cx.now(), Control::None);
        self.keep_limit(cx);
    }

    /// A packet is to wait for its turn.
    fn enqueue(&mut self, cx: &mut Context<'_, Congestion>, packet: Packet) {
        let arrived = self.books.at(cx.now()).arrived;
        if self.loses_every > 0 && arrived.is_multiple_of(self.loses_every) {
            return self.count_drop(cx.now(), &packet);
        }
        self.waiting.push_back((cx.now(), packet));
        // A packet that finds nobody sending need not wait.
        self.send_next(cx);
        self.keep_limit(cx);
    }

    fn keep_limit(&mut self, cx: &mut Context<'_, Congestion>) {
        while self.waiting.len() > self.limit {
            let victim = self.victim(cx.rng());
            if let Some((_, packet)) = self.waiting.remove(victim) {
                self.count_drop(cx.now(), &packet);
            }
        }
    }

    fn count_drop(&mut self, now: Time, packet: &Packet) {
        self.books.at(now).dropped += 1;
        self.dropped_late += u64::from(packet.hops > 0);
    }

    /// Where the packet waits that is dropped.
    fn victim(&self, rng: &mut Rng) -> usize {
        let last = self.waiting.len() - 1;
        match self.discipline {
            Discipline::DropTail => last,
            Discipline::RandomDrop => rng.below(self.waiting.len() as u64) as usize,
            Discipline::FairQueueing => {
                let of_same_flow = |packet: &Packet| {
                    self.waiting.iter().filter(|(_, other)| other.from == packet.from).count()
                };
                // The last of the longest: later packets win where lengths are equal.
                let longest =
                    self.waiting.iter().enumerate().max_by_key(|(_, (_, packet))| of_same_flow(packet));
                longest.map_or(last, |(index, _)| index)
            }
        }
    }

    /// Sends the next packet if none is being sent.
    fn send_next(&mut self, cx: &mut Context<'_, Congestion>) {
        if self.sending.is_some() {
            return;
        }
        if let Some((since, mut packet)) = self.waiting.remove(self.next()) {
            packet.waited += cx.now().since(since).as_micros();
            self.turn = packet.from;
            self.sending = Some(packet);
            cx.set_timer(SENT, cx.settings().duration("transmission-time"));
        }
    }

    /// Where the packet waits whose turn it is.
    fn next(&self) -> usize {
        if self.discipline != Discipline::FairQueueing {
            return 0;
        }
        // The oldest of the flow that comes after the one that was served last, round and round.
        let after = |packet: &Packet| (packet.from <= self.turn, packet.from);
        let waiting = self.waiting.iter().enumerate();
        waiting.min_by_key(|(_, (_, packet))| after(packet)).map_or(0, |(index, _)| index)
    }
}

/// The router that stands so many places after this one, round and round.
fn router_after(cx: &Context<'_, Congestion>, places: usize) -> Option<NodeId> {
    let routers = cx.nodes_with_role(ROUTER);
    let place = routers.iter().position(|router| *router == cx.me())?;
    Some(routers[(place + places) % routers.len()])
}

impl Process for Router {
    type Message = Congestion;

    fn on_start(&mut self, cx: &mut Context<'_, Congestion>) {
        self.configure(cx);
    }

    fn on_settings(&mut self, cx: &mut Context<'_, Congestion>) {
        self.configure(cx);
    }

    fn on_message(&mut self, cx: &mut Context<'_, Congestion>, _from: NodeId, message: Congestion) {
        match message {
            Congestion::Data(packet) => {
                self.books.at(cx.now()).arrived += 1;
                if cx.neighbours().contains(&packet.to) {
                    self.passed += 1;
                    cx.send(packet.to, &Congestion::Data(packet));
                } else {
                    self.enqueue(cx, packet);
                }
            }
            Congestion::Ack { to, .. } => {
                let previous = router_after(cx, cx.nodes_with_role(ROUTER).len() - 1);
                let next = if cx.neighbours().contains(&to) { Some(to) } else { previous };
                next.into_iter().for_each(|next| cx.send(next, &message));
            }
        }
    }

    fn on_timer(&mut self, cx: &mut Context<'_, Congestion>, _timer: Timer) {
        if let (Some(mut packet), Some(next)) = (self.sending.take(), router_after(cx, 1)) {
            packet.hops = packet.hops.saturating_add(1);
            self.passed += 1;
            cx.send(next, &Congestion::Data(packet));
        }
        self.send_next(cx);
    }

    fn heap_bytes(&self) -> usize {
        self.waiting.len() * size_of::<(Time, Packet)>() + self.books.heap_bytes()
    }

    fn look(&self) -> Look {
        let look = Look::default()
            .badge(self.waiting.len().to_string())
            .fact(word!("fact.flow-waiting"), self.waiting.len() as u64)
            .fact(word!("fact.flow-passed"), self.passed)
            .fact(word!("fact.flow-dropped"), self.books.latest().dropped)
            .fact(word!("fact.flow-dropped-late"), self.dropped_late);
        look.gauge(None, self.waiting.len() as u32, self.limit as u32)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A router where packets of these flows wait.
    fn with(discipline: Discipline, flows: &[u32]) -> Router {
        let packet = |flow: &u32| Packet {
            from: NodeId(*flow),
            to: NodeId(9),
            connection: 1,
            number: 0,
            base: None,
            sent_at: 0,
            waited: 0,
            hops: 0,
        };
        let waiting = flows.iter().map(|flow| (Time::ZERO, packet(flow))).collect();
        Router { waiting, discipline, ..Router::default() }
    }

    #[test]
    fn each_discipline_has_its_victim() {
        let mut rng = Rng::stream(1, "victims");
        let flows = [1, 2, 1, 3, 1, 2];
        assert_eq!(with(Discipline::DropTail, &flows).victim(&mut rng), 5);
        assert_eq!(with(Discipline::FairQueueing, &flows).victim(&mut rng), 4);
        let router = with(Discipline::RandomDrop, &flows);
        let mut hit = [0; 6];
        (0..600).for_each(|_| hit[router.victim(&mut rng)] += 1);
        assert!(hit.iter().all(|count| (60..140).contains(count)), "{hit:?}");
    }

    #[test]
    fn flows_take_turns_with_fair_queueing() {
        let mut router = with(Discipline::FairQueueing, &[1, 1, 1, 3, 2, 1, 2]);
        let mut order = Vec::new();
        while let Some((_, packet)) = router.waiting.remove(router.next()) {
            router.turn = packet.from;
            order.push(packet.from.0);
        }
        assert_eq!(order, [1, 2, 3, 1, 2, 1, 1]);
        assert_eq!(with(Discipline::DropTail, &[2, 1]).next(), 0);
    }
}
