//! How much a sender may have under way for the sake of the network: RFC 5681, with the recovery of RFC 6582.

/// The congestion window and what moves it, in bytes. `smss` is the sender's maximum segment size.
#[derive(Clone, Debug, Default)]
pub struct Congestion {
    /// The congestion window (cwnd).
    window: u32,
    /// Below it the window grows by slow start, from it on by congestion avoidance (ssthresh).
    threshold: u32,
    /// What was acknowledged since the window last grew by congestion avoidance.
    acknowledged: u32,
}

impl Congestion {
    /// As a connection begins.
    pub fn new(smss: u32) -> Congestion {
        let segments = match smss {
            0..=1095 => 4,
            1096..=2190 => 3,
            _ => 2,
        };
        Congestion { window: segments * smss, threshold: u32::MAX, acknowledged: 0 }
    }

    /// How many bytes may be under way.
    pub fn window(&self) -> u32 {
        self.window
    }

    /// Something new was acknowledged: one segment more for each in slow start, one more a window in congestion avoidance.
    pub fn grow(&mut self, bytes: u32, smss: u32) {
        if self.window < self.threshold {
            self.window += bytes.min(smss);
            return;
        }
        self.acknowledged += bytes;
        if self.acknowledged >= self.window {
            self.acknowledged -= self.window;
            self.window += smss;
        }
    }

    /// Three duplicate acknowledgments: half the window, and the three segments that have left the network on top.
    pub fn enter_recovery(&mut self, flight: u32, smss: u32) {
        self.halve(flight, smss);
        self.window = self.threshold + 3 * smss;
    }

    /// Another duplicate acknowledgment: another segment has left the network.
    pub fn inflate(&mut self, smss: u32) {
        self.window = self.window.saturating_add(smss);
    }

    /// In recovery something was acknowledged, but not all that was under way as it began.
    pub fn deflate(&mut self, bytes: u32, smss: u32) {
        let again = if bytes >= smss { smss } else { 0 };
        self.window = (self.window.saturating_sub(bytes) + again).max(smss);
    }

    /// All that was under way as recovery began is acknowledged.
    pub fn leave_recovery(&mut self) {
        self.window = self.threshold;
        self.acknowledged = 0;
    }

    /// A time-out: from one segment again. The threshold stays if this segment has timed out before.
    pub fn time_out(&mut self, flight: u32, smss: u32, again: bool) {
        if !again {
            self.halve(flight, smss);
        }
        self.window = smss;
        self.acknowledged = 0;
    }

    fn halve(&mut self, flight: u32, smss: u32) {
        self.threshold = (flight / 2).max(2 * smss);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SMSS: u32 = 100;

    /// A window's worth of acknowledgments, one for each segment.
    fn round(congestion: &mut Congestion) {
        for _ in 0..congestion.window() / SMSS {
            congestion.grow(SMSS, SMSS);
        }
    }

    #[test]
    fn slow_start_doubles_each_round_and_avoidance_adds_one_segment() {
        let mut congestion = Congestion::new(SMSS);
        for window in [400, 800, 1_600] {
            assert_eq!(congestion.window(), window);
            round(&mut congestion);
        }
        congestion.time_out(3_200, SMSS, false);
        for window in [100, 200, 400, 800, 1_600, 1_700, 1_800] {
            assert_eq!(congestion.window(), window);
            round(&mut congestion);
        }
    }

    #[test]
    fn recovery_halves_the_window() {
        let mut congestion = Congestion::new(SMSS);
        congestion.enter_recovery(1_000, SMSS);
        assert_eq!(congestion.window(), 500 + 300);
        congestion.inflate(SMSS);
        congestion.deflate(200, SMSS);
        assert_eq!(congestion.window(), 900 - 200 + 100);
        congestion.leave_recovery();
        assert_eq!(congestion.window(), 500);
        round(&mut congestion);
        assert_eq!(congestion.window(), 600);
    }

    #[test]
    fn a_second_time_out_of_the_same_segment_leaves_the_threshold() {
        let mut congestion = Congestion::new(SMSS);
        congestion.time_out(1_000, SMSS, false);
        congestion.time_out(100, SMSS, true);
        assert_eq!((congestion.window(), congestion.threshold), (100, 500));
    }
}
