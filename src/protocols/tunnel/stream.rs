//! A stream that resends what is lost: numbered segments, cumulative acknowledgements, the time-out of RFC 6298 and the window of RFC 5681,
//! as far as two streams within each other need them.

use std::collections::VecDeque;

use crate::sim::retransmission::RetransmissionTimeout;
use crate::sim::time::{Duration, Time};
use crate::sorted::Map;

use super::Segment;

/// The shortest time-out is that of most TCP implementations rather than the second of RFC 6298.
const TIMEOUT: RetransmissionTimeout =
    RetransmissionTimeout::bounded(Duration::secs(1), Duration::millis(200), Duration::secs(8));
/// So many acknowledgements that say nothing new show a loss.
const DUPLICATES: u32 = 3;
/// The widest window, in segments.
const WIDEST: u32 = 32;
/// The window of a new stream, in segments.
const FIRST_WINDOW: u32 = 4;

/// Both ways of one end of a stream.
#[derive(Clone, Debug)]
pub struct Stream<T> {
    waiting: VecDeque<T>,
    /// What is sent and not acknowledged, in order; the first has the number `acknowledged`.
    flying: VecDeque<Flight<T>>,
    acknowledged: u32,
    duplicates: u32,
    /// Until this number is acknowledged the loss that halved the window is being made good.
    recovers_until: u32,
    window: u32,
    threshold: u32,
    /// Segments acknowledged since the window last grew.
    grown: u32,
    timeout: RetransmissionTimeout,
    /// How many segments came in without a gap.
    received: u32,
    /// What came before what is missing.
    early: Map<u32, T>,
    /// How many segments were sent again.
    pub resent: u64,
}

#[derive(Clone, Debug)]
struct Flight<T> {
    carries: T,
    sent_at: Time,
    is_resent: bool,
}

/// What came of a segment.
pub struct Arrival<T> {
    /// What can be handed on, in order.
    pub delivered: Vec<T>,
    /// Segments to send at once.
    pub send: Vec<Segment<T>>,
}

impl<T> Default for Stream<T> {
    fn default() -> Stream<T> {
        Stream {
            waiting: VecDeque::new(),
            flying: VecDeque::new(),
            acknowledged: 0,
            duplicates: 0,
            recovers_until: 0,
            window: FIRST_WINDOW,
            threshold: WIDEST,
            grown: 0,
            timeout: TIMEOUT,
            received: 0,
            early: Map::new(),
            resent: 0,
        }
    }
}

impl<T: Clone> Stream<T> {
    /// Takes something to send, and returns the segments that may go now.
    pub fn push(&mut self, carries: T, now: Time) -> Vec<Segment<T>> {
        self.waiting.push_back(carries);
        self.fill(now)
    }

    /// Whether everything that was to be sent is acknowledged.
    pub fn is_quiet(&self) -> bool {
        self.waiting.is_empty() && self.flying.is_empty()
    }

    /// How many segments came in without a gap.
    pub fn received(&self) -> u32 {
        self.received
    }

    /// How long to wait for an acknowledgement; nothing if none is due.
    pub fn timeout(&self) -> Option<Duration> {
        (!self.flying.is_empty()).then(|| self.timeout.length())
    }

    /// A segment came in.
    pub fn take(&mut self, segment: Segment<T>, now: Time) -> Arrival<T> {
        let mut send = self.hear(segment.acknowledged, segment.carries.is_none(), now);
        let mut delivered = Vec::new();
        if let Some((number, carries)) = segment.carries {
            if number >= self.received && number - self.received < 4 * WIDEST {
                self.early.insert(number, carries);
            }
            while let Some(next) = self.early.remove(&self.received) {
                delivered.push(next);
                self.received += 1;
            }
            send.push(Segment { acknowledged: self.received, carries: None });
        }
        Arrival { delivered, send }
    }

    /// No acknowledgement came in time: the first that is missing goes again, and the window opens anew (RFC 5681, section 3.1).
    pub fn time_out(&mut self, now: Time) -> Option<Segment<T>> {
        self.threshold = (self.flying.len() as u32 / 2).max(2);
        self.window = 1;
        self.grown = 0;
        self.duplicates = 0;
        self.timeout.back_off();
        self.recovers_until = self.acknowledged + self.flying.len() as u32;
        self.resend(now)
    }

    /// An acknowledgement: what it covers is done with, or it is one more sign of a loss.
    fn hear(&mut self, acknowledged: u32, is_bare: bool, now: Time) -> Vec<Segment<T>> {
        let news = acknowledged.wrapping_sub(self.acknowledged);
        if news == 0 || news as usize > self.flying.len() {
            if news == 0 && is_bare && !self.flying.is_empty() {
                self.duplicates += 1;
                if self.duplicates == DUPLICATES && self.acknowledged >= self.recovers_until {
                    self.threshold = (self.window / 2).max(2);
                    self.window = self.threshold;
                    self.recovers_until = self.acknowledged + self.flying.len() as u32;
                    return self.resend(now).into_iter().collect();
                }
            }
            return Vec::new();
        }
        let last = self.flying.drain(..news as usize).next_back();
        // Karn: a segment that went twice does not tell which of them was acknowledged.
        if let Some(flight) = last.filter(|flight| !flight.is_resent) {
            self.timeout.measured(now.since(flight.sent_at));
        }
        self.acknowledged = acknowledged;
        self.duplicates = 0;
        self.timeout.relax();
        self.widen(news);
        // While a loss is made good, an acknowledgement that covers a part shows the next that is missing (RFC 6582).
        let again = if acknowledged < self.recovers_until { self.resend(now) } else { None };
        again.into_iter().chain(self.fill(now)).collect()
    }

    fn widen(&mut self, news: u32) {
        if self.window < self.threshold {
            self.window += news;
        } else {
            self.grown += news;
            if self.grown >= self.window {
                self.grown = 0;
                self.window += 1;
            }
        }
        self.window = self.window.min(WIDEST);
    }

    fn resend(&mut self, now: Time) -> Option<Segment<T>> {
        let (number, received) = (self.acknowledged, self.received);
        let first = self.flying.front_mut()?;
        first.is_resent = true;
        first.sent_at = now;
        self.resent += 1;
        Some(Segment { acknowledged: received, carries: Some((number, first.carries.clone())) })
    }

    /// Sends what the window has room for.
    fn fill(&mut self, now: Time) -> Vec<Segment<T>> {
        let mut segments = Vec::new();
        while self.flying.len() < self.window as usize {
            let Some(carries) = self.waiting.pop_front() else { break };
            let number = self.acknowledged + self.flying.len() as u32;
            segments.push(Segment { acknowledged: self.received, carries: Some((number, carries.clone())) });
            self.flying.push_back(Flight { carries, sent_at: now, is_resent: false });
        }
        segments
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sim::random::Rng;

    /// Two ends and the segments between them, each a step behind the other; so many of a hundred are lost.
    fn carried(count: u32, lost_in_hundred: u64) -> (Vec<u32>, u64) {
        let mut rng = Rng::stream(1, "wire");
        let (mut sender, mut receiver) = (Stream::default(), Stream::default());
        let mut delivered = Vec::new();
        let mut wire: Vec<Segment<u32>> =
            (0..count).flat_map(|number| sender.push(number, Time::ZERO)).collect();
        let mut now = Time::ZERO;
        for _ in 0..10_000 {
            now += Duration::millis(50);
            if wire.is_empty() {
                now += sender.timeout().unwrap_or(Duration::ZERO);
                wire.extend(sender.time_out(now));
            }
            let mut back = Vec::new();
            for segment in wire.drain(..).filter(|_| rng.below(100) >= lost_in_hundred) {
                let Arrival { delivered: more, send } = receiver.take(segment, now);
                delivered.extend(more);
                back.extend(send);
            }
            for segment in back.into_iter().filter(|_| rng.below(100) >= lost_in_hundred) {
                wire.extend(sender.take(segment, now).send);
            }
            if sender.is_quiet() {
                break;
            }
        }
        assert!(sender.is_quiet());
        (delivered, sender.resent)
    }

    #[test]
    fn everything_arrives_once_and_in_order_whatever_is_lost() {
        let all: Vec<u32> = (0..300).collect();
        assert_eq!(carried(300, 0), (all.clone(), 0));
        let (delivered, resent) = carried(300, 20);
        assert_eq!(delivered, all);
        assert!(resent >= 60, "{resent}");
    }

    #[test]
    fn the_timeout_follows_the_round_trip_and_doubles() {
        let mut stream = Stream::default();
        assert_eq!(stream.timeout(), None);
        stream.push(1, Time::ZERO);
        assert_eq!(stream.timeout(), Some(Duration::secs(1)));
        let later = Time::ZERO + Duration::millis(400);
        stream.take(Segment { acknowledged: 1, carries: None }, later);
        stream.push(2, later);
        assert_eq!(stream.timeout(), Some(Duration::millis(400 + 4 * 200)));
        stream.time_out(later);
        assert_eq!(stream.timeout(), Some(Duration::millis(2 * (400 + 4 * 200))));
    }
}
