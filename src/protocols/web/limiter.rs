//! The rate limit of a balancer: a token bucket for every source.
//!
//! A bucket holds up to `burst` tokens, gains `rate-limit` of them a second, and every request takes one. So from no source more come
//! through in any stretch of time than the tokens of that time and a full bucket.

use crate::sim::network::NodeId;
use crate::sim::settings::{Kind, Setting};
use crate::sim::time::{Duration, Time};
use crate::sorted::Map;

/// The settings of a limiter.
pub(super) const LIMIT: [Setting; 2] = [
    // Requests a second and source; 0 is no limit.
    Setting { name: "rate-limit", kind: Kind::Count(0, 100_000), default: "0" },
    Setting { name: "burst", kind: Kind::Count(1, 100_000), default: "10" },
];

/// Tokens are counted in millionths, as time is in microseconds: then a rate of one gains one millionth a microsecond.
const TOKEN: u64 = 1_000_000;

/// Buckets, and how many requests found none of their tokens.
#[derive(Clone, Debug, Default)]
pub struct Limiter {
    rate: u64,
    burst: u64,
    since: Time,
    buckets: Map<NodeId, Bucket>,
    dropped: u64,
}

/// The bucket of one source.
#[derive(Clone, Copy, Debug)]
struct Bucket {
    /// In millionths of a token, as of this moment.
    level: u64,
    at: Time,
    /// How many requests came through since the limit is what it is.
    admitted: u64,
}

impl Limiter {
    /// How many requests were dropped since the node started.
    pub fn dropped(&self) -> u64 {
        self.dropped
    }

    /// The sources, each with the number of requests that came through since the limit is what it is, and the most that may have by now.
    pub fn admitted(&self, now: Time) -> impl Iterator<Item = (NodeId, u64, u64)> {
        let most = self.burst.saturating_add(self.gained(now.since(self.since)) / TOKEN);
        self.buckets.iter().map(move |(source, bucket)| (*source, bucket.admitted, most))
    }

    /// Sets the limit; if it is another one, all buckets are full again.
    pub(super) fn configure(&mut self, rate: u64, burst: u64, now: Time) {
        if (rate, burst) != (self.rate, self.burst) {
            *self = Limiter { rate, burst, since: now, buckets: Map::default(), dropped: self.dropped };
        }
    }

    /// Whether a request that comes now from this source has a token.
    pub(super) fn admits(&mut self, source: NodeId, now: Time) -> bool {
        if self.rate == 0 {
            return true;
        }
        let full = self.burst * TOKEN;
        let bucket =
            *self.buckets.get_or_insert_with(source, || Bucket { level: full, at: now, admitted: 0 });
        let level = bucket.level.saturating_add(self.gained(now.since(bucket.at))).min(full);
        let has_token = level >= TOKEN;
        let taken = u64::from(has_token);
        let bucket = Bucket { level: level - taken * TOKEN, at: now, admitted: bucket.admitted + taken };
        self.buckets.insert(source, bucket);
        self.dropped += 1 - taken;
        has_token
    }

    pub(super) fn heap_bytes(&self) -> usize {
        self.buckets.len() * size_of::<(NodeId, Bucket)>()
    }

    /// Millionths of a token.
    fn gained(&self, over: Duration) -> u64 {
        over.as_micros().saturating_mul(self.rate)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(millis: u64) -> Time {
        Time::ZERO + Duration::millis(millis)
    }

    #[test]
    fn a_burst_comes_through_then_as_many_as_there_are_tokens() {
        let mut limiter = Limiter::default();
        limiter.configure(5, 3, at(0));
        let mut admitted = |from, millis: &mut dyn Iterator<Item = u64>| {
            millis.filter(|millis| limiter.admits(NodeId(from), at(*millis))).collect::<Vec<_>>()
        };
        assert_eq!(admitted(1, &mut (0..10)), [0, 1, 2]);
        // A token every 200 ms from the first one that was taken.
        assert_eq!(admitted(1, &mut (10..650)), [200, 400, 600]);
        assert_eq!(admitted(2, &mut (650..660)).len(), 3, "each source has a bucket of its own");
        assert_eq!(admitted(1, &mut (100_000..100_050)).len(), 3, "a bucket holds no more than a burst");
    }

    #[test]
    fn no_limit_drops_nothing_and_the_greatest_does_not_overflow() {
        let mut limiter = Limiter::default();
        limiter.configure(0, 1, at(0));
        assert!((0..100).all(|_| limiter.admits(NodeId(0), at(1))) && limiter.dropped() == 0);
        limiter.configure(100_000, 100_000, at(1));
        assert!(limiter.admits(NodeId(0), at(1)) && limiter.admits(NodeId(0), Time::from_micros(u64::MAX)));
    }
}
