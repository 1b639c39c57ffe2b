//! The retransmission time-out of RFC 6298, from round-trip times that the time stamps of RFC 7323 show.

use crate::sim::time::Duration;

/// The RFC's bounds, and what it begins with before any round trip was seen.
const LEAST: Duration = Duration::secs(1);
const MOST: Duration = Duration::secs(60);
/// How often it doubles at most: more would go beyond the greatest.
const DOUBLINGS: u32 = 6;

/// How long a sender waits for an acknowledgement.
#[derive(Clone, Debug, Default)]
pub struct RetransmissionTimeout {
    /// The smoothed round-trip time and its mean deviation, in microseconds.
    smoothed: Option<(u64, u64)>,
    /// How often the timer went off since the last acknowledgement of something new.
    backoff: u32,
}

impl RetransmissionTimeout {
    /// The smoothed round-trip time.
    pub fn round_trip(&self) -> Option<Duration> {
        self.smoothed.map(|(mean, _)| Duration::micros(mean))
    }

    /// How long to wait now.
    pub fn length(&self) -> Duration {
        let micros = self.smoothed.map_or(0, |(mean, deviation)| mean + 4 * deviation);
        (Duration::micros(micros).clamp(LEAST, MOST) * (1 << self.backoff)).min(MOST)
    }

    /// A round trip took so long: a quarter of the difference goes into the deviation and an eighth into the mean.
    pub(super) fn measured(&mut self, took: Duration) {
        let took = took.as_micros();
        self.smoothed = Some(match self.smoothed {
            None => (took, took / 2),
            Some((mean, deviation)) => ((7 * mean + took) / 8, (3 * deviation + mean.abs_diff(took)) / 4),
        });
    }

    /// The timer went off: the next one is twice as long.
    pub(super) fn back_off(&mut self) {
        self.backoff = (self.backoff + 1).min(DOUBLINGS);
    }

    /// Something new was acknowledged.
    pub(super) fn progress(&mut self) {
        self.backoff = 0;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_the_mean_and_four_deviations_within_bounds() {
        let mut timeout = RetransmissionTimeout::default();
        assert_eq!(timeout.length(), LEAST);
        timeout.measured(Duration::secs(2));
        assert_eq!(timeout.length(), Duration::secs(6));
        timeout.measured(Duration::secs(2));
        assert_eq!(timeout.length(), Duration::secs(5));
        timeout.measured(Duration::secs(10));
        assert_eq!(timeout.round_trip(), Some(Duration::secs(3)));
    }

    #[test]
    fn it_doubles_until_something_new_is_acknowledged() {
        let mut timeout = RetransmissionTimeout::default();
        let mut lengths = Vec::new();
        for _ in 0..8 {
            timeout.back_off();
            lengths.push(timeout.length().as_micros() / 1_000_000);
        }
        assert_eq!(lengths, [2, 4, 8, 16, 32, 60, 60, 60]);
        timeout.progress();
        assert_eq!(timeout.length(), LEAST);
    }
}
