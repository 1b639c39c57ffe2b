//! How long to wait before sending again: RFC 6298, section 2 and 5.

use crate::sim::time::Duration;

/// The time-out before anything was measured.
const INITIAL: Duration = Duration::secs(1);
/// No time-out is longer.
const LONGEST: Duration = Duration::secs(60);
/// The finest step of the clock.
const GRANULARITY: Duration = Duration::SHORTEST;

/// What a sender knows of the time to the other end and back, all in whole microseconds.
#[derive(Clone, Debug)]
pub struct Estimator {
    /// The smoothed round-trip time and its variation (SRTT, RTTVAR), once one was measured.
    smoothed: Option<(Duration, Duration)>,
    /// The retransmission time-out (RTO).
    timeout: Duration,
    is_backed_off: bool,
}

impl Default for Estimator {
    fn default() -> Estimator {
        Estimator { smoothed: None, timeout: INITIAL, is_backed_off: false }
    }
}

impl Estimator {
    /// The retransmission time-out.
    pub fn timeout(&self) -> Duration {
        self.timeout
    }

    /// The smoothed round-trip time, once one was measured.
    pub fn smoothed(&self) -> Option<Duration> {
        Some(self.smoothed?.0)
    }

    /// Whether the time-out was doubled and nothing was measured since.
    pub fn is_backed_off(&self) -> bool {
        self.is_backed_off
    }

    /// A round-trip time was measured, of something that was sent once only (Karn's rule). No time-out is shorter than `least`.
    pub fn measured(&mut self, round_trip: Duration, least: Duration) {
        let rtt = round_trip.as_micros();
        let (smoothed, variation) = match self.smoothed {
            None => (rtt, rtt / 2),
            Some((smoothed, variation)) => {
                let (smoothed, variation) = (smoothed.as_micros(), variation.as_micros());
                // The variation first, for it is one from the old average.
                ((7 * smoothed + rtt) / 8, (3 * variation + smoothed.abs_diff(rtt)) / 4)
            }
        };
        self.smoothed = Some((Duration::micros(smoothed), Duration::micros(variation)));
        let timeout = Duration::micros(smoothed + (4 * variation).max(GRANULARITY.as_micros()));
        self.timeout = timeout.max(least).min(LONGEST);
        self.is_backed_off = false;
    }

    /// A time-out went off: the next is twice as long.
    pub fn back_off(&mut self) {
        self.timeout = (self.timeout * 2).min(LONGEST);
        self.is_backed_off = true;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const LEAST: Duration = Duration::millis(1);

    #[test]
    fn the_first_measurement_and_the_next_are_reckoned_as_the_standard_says() {
        let mut estimator = Estimator::default();
        assert_eq!(estimator.timeout(), Duration::secs(1));
        estimator.measured(Duration::millis(400), LEAST);
        assert_eq!(estimator.timeout(), Duration::millis(400 + 4 * 200));
        estimator.measured(Duration::millis(480), LEAST);
        // 7/8 · 400 + 1/8 · 480, and 3/4 · 200 + 1/4 · |400 − 480|.
        assert_eq!(estimator.smoothed(), Some(Duration::millis(410)));
        assert_eq!(estimator.timeout(), Duration::millis(410 + 4 * 170));
    }

    #[test]
    fn the_time_out_doubles_up_to_a_minute_and_shrinks_when_measured() {
        let mut estimator = Estimator::default();
        for doubled in [2, 4, 8, 16, 32, 60, 60] {
            estimator.back_off();
            assert_eq!(estimator.timeout(), Duration::secs(doubled));
        }
        estimator.measured(Duration::millis(100), Duration::secs(1));
        assert_eq!((estimator.timeout(), estimator.is_backed_off()), (Duration::secs(1), false));
    }
}
