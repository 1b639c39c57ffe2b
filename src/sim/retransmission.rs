//! How long to wait for an acknowledgement before sending again: RFC 6298, sections 2 and 5, for every protocol that resends.

use crate::sim::time::Duration;

/// The finest step of the clock, in microseconds.
const GRANULARITY_MICROS: u64 = Duration::SHORTEST.as_micros();
/// Beyond so many doublings even the shortest time-out is past the longest.
const DOUBLINGS: u32 = 30;

/// The retransmission time-out (RTO) and what it is reckoned from. Its default has the bounds of the RFC.
#[derive(Clone, Debug)]
pub struct RetransmissionTimeout {
    first: Duration,
    least: Duration,
    most: Duration,
    /// The smoothed round-trip time and its variation (SRTT, RTTVAR) in microseconds, once one was measured.
    smoothed: Option<(u64, u64)>,
    /// How often the timer went off since the time-out was last relaxed.
    doublings: u32,
}

impl Default for RetransmissionTimeout {
    fn default() -> RetransmissionTimeout {
        RetransmissionTimeout::bounded(Duration::secs(1), Duration::secs(1), Duration::secs(60))
    }
}

impl RetransmissionTimeout {
    /// One that is `first` before anything was measured, and then between `least` and `most`.
    pub const fn bounded(first: Duration, least: Duration, most: Duration) -> RetransmissionTimeout {
        RetransmissionTimeout { first, least, most, smoothed: None, doublings: 0 }
    }

    /// From now on it is no shorter than this, once something was measured.
    pub fn set_least(&mut self, least: Duration) {
        self.least = least;
    }

    /// How long to wait now.
    pub fn length(&self) -> Duration {
        let measured = self.smoothed.map_or(self.first, |(mean, variation)| {
            Duration::micros(mean + (4 * variation).max(GRANULARITY_MICROS)).max(self.least)
        });
        Duration::micros(measured.min(self.most).as_micros() << self.doublings).min(self.most)
    }

    /// The smoothed round-trip time, once one was measured.
    pub fn round_trip(&self) -> Option<Duration> {
        self.smoothed.map(|(mean, _)| Duration::micros(mean))
    }

    /// Whether it was doubled and not relaxed since.
    pub fn is_backed_off(&self) -> bool {
        self.doublings > 0
    }

    /// A round trip took so long: that of something sent once only (Karn's rule), or known by a time stamp (RFC 7323).
    pub fn measured(&mut self, took: Duration) {
        let took = took.as_micros();
        self.smoothed = Some(match self.smoothed {
            None => (took, took / 2),
            // The variation is one from the old average.
            Some((mean, variation)) => ((7 * mean + took) / 8, (3 * variation + mean.abs_diff(took)) / 4),
        });
    }

    /// The timer went off: the next time-out is twice as long.
    pub fn back_off(&mut self) {
        self.doublings = (self.doublings + 1).min(DOUBLINGS);
    }

    /// The network carries again: the time-out is what was measured.
    pub fn relax(&mut self) {
        self.doublings = 0;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn measurements_are_reckoned_as_the_standard_says() {
        let mut timeout = RetransmissionTimeout::default();
        timeout.set_least(Duration::millis(1));
        assert_eq!((timeout.length(), timeout.round_trip()), (Duration::secs(1), None));
        timeout.measured(Duration::millis(400));
        assert_eq!(timeout.length(), Duration::millis(400 + 4 * 200));
        timeout.measured(Duration::millis(480));
        // 7/8 · 400 + 1/8 · 480, and 3/4 · 200 + 1/4 · |400 − 480|.
        assert_eq!(timeout.round_trip(), Some(Duration::millis(410)));
        assert_eq!(timeout.length(), Duration::millis(410 + 4 * 170));
    }

    #[test]
    fn it_is_the_mean_and_four_deviations() {
        let mut timeout = RetransmissionTimeout::default();
        assert_eq!(timeout.length(), Duration::secs(1));
        timeout.measured(Duration::secs(2));
        assert_eq!(timeout.length(), Duration::secs(6));
        timeout.measured(Duration::secs(2));
        assert_eq!(timeout.length(), Duration::secs(5));
        timeout.measured(Duration::secs(10));
        assert_eq!(timeout.round_trip(), Some(Duration::secs(3)));
    }

    #[test]
    fn it_stays_within_its_bounds() {
        let (first, least, most) = (Duration::secs(3), Duration::millis(200), Duration::secs(8));
        let mut timeout = RetransmissionTimeout::bounded(first, least, most);
        assert_eq!(timeout.length(), first);
        timeout.measured(Duration::millis(1));
        assert_eq!(timeout.length(), least);
        timeout.measured(Duration::secs(100));
        assert_eq!(timeout.length(), most);
    }

    #[test]
    fn it_doubles_until_it_is_relaxed() {
        let mut timeout = RetransmissionTimeout::default();
        for doubled in [2, 4, 8, 16, 32, 60, 60] {
            timeout.back_off();
            assert_eq!((timeout.length(), timeout.is_backed_off()), (Duration::secs(doubled), true));
        }
        (0..100).for_each(|_| timeout.back_off());
        assert_eq!(timeout.length(), Duration::secs(60));
        timeout.measured(Duration::millis(100));
        assert!(timeout.is_backed_off());
        timeout.relax();
        assert_eq!((timeout.length(), timeout.is_backed_off()), (Duration::secs(1), false));
    }
}
