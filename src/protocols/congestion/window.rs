//! The congestion window: how many packets may be out without an acknowledgement, by the rules of RFC 5681 and RFC 6582.

/// The initial window of RFC 5681 for packets of 1,500 bytes.
const INITIAL: u64 = 3;
/// How many acknowledgements of the same tell that a packet is lost and not merely late.
const DUPLICATES: u64 = 3;
/// The threshold begins high, so that slow start finds out what the network can bear.
const HIGH: u64 = 1_000;

/// A congestion window in packets. Numbers of packets are those of the connection.
#[derive(Clone, Debug)]
pub struct Window {
    size: u64,
    threshold: u64,
    /// Packets acknowledged since the window last grew, in congestion avoidance.
    acked: u64,
    duplicates: u64,
    /// In fast recovery: it ends when all before this one are acknowledged.
    recover: Option<u64>,
    /// Duplicates of what was sent before this one tell nothing: all of it was sent again.
    sent_again: u64,
    halvings: u64,
    timeouts: u64,
}

impl Default for Window {
    fn default() -> Window {
        Window {
            size: INITIAL,
            threshold: HIGH,
            acked: 0,
            duplicates: 0,
            recover: None,
            sent_again: 0,
            halvings: 0,
            timeouts: 0,
        }
    }
}

impl Window {
    /// How many packets may be out.
    pub fn size(&self) -> u64 {
        self.size
    }

    /// Below this size the window grows quickly (*slow start*), from there on by one a round trip (*congestion avoidance*).
    pub fn threshold(&self) -> u64 {
        self.threshold
    }

    /// How often it was halved because of duplicate acknowledgements.
    pub fn halvings(&self) -> u64 {
        self.halvings
    }

    /// How often it fell to one because of a time-out.
    pub fn timeouts(&self) -> u64 {
        self.timeouts
    }

    /// So many packets were newly acknowledged, all before `base` are by now, and the window was full before that or was not. True
    /// if the packet `base` is to be sent again.
    pub(super) fn progress(&mut self, newly: u64, base: u64, was_full: bool) -> bool {
        self.duplicates = 0;
        match self.recover {
            // A partial acknowledgement: of the packets that were out at the loss another one is missing.
            Some(recover) if base < recover => {
                self.size = (self.size.saturating_sub(newly) + 1).max(1);
                return true;
            }
            Some(_) => {
                self.recover = None;
                self.size = self.threshold;
                self.acked = 0;
            }
            // A window that is not used says nothing of what the network can bear, so it does not grow (RFC 7661).
            None if !was_full => {}
            None if self.size < self.threshold => self.size += 1,
            None => {
                self.acked += newly;
                if self.acked >= self.size {
                    self.acked -= self.size;
                    self.size += 1;
                }
            }
        }
        false
    }

    /// An acknowledgement came again while packets from `base` up to `next` are out. True if the packet `base` is to be sent again.
    pub(super) fn duplicate(&mut self, base: u64, next: u64) -> bool {
        if self.recover.is_some() {
            // Each tells that a packet has left the network.
            self.size += 1;
            return false;
        }
        self.duplicates += 1;
        if self.duplicates != DUPLICATES || base < self.sent_again {
            return false;
        }
        self.threshold = half(next - base);
        self.size = self.threshold + DUPLICATES;
        self.recover = Some(next);
        self.halvings += 1;
        true
    }

    /// No acknowledgement came in time while packets from `base` up to `next` are out.
    pub(super) fn timeout(&mut self, base: u64, next: u64, highest: u64) {
        // What is lost again while it is sent again tells no more about the threshold.
        if base >= self.sent_again {
            self.threshold = half(next - base);
        }
        self.size = 1;
        self.acked = 0;
        self.duplicates = 0;
        self.recover = None;
        self.sent_again = highest;
        self.timeouts += 1;
    }
}

fn half(flight: u64) -> u64 {
    (flight / 2).max(2)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Acknowledges all that is out, one by one.
    fn round(window: &mut Window, base: &mut u64) {
        for _ in 0..window.size() {
            *base += 1;
            assert!(!window.progress(1, *base, true));
        }
    }

    fn grown_to(size: u64) -> (Window, u64) {
        let (mut window, mut base) = (Window { size: 1, threshold: size, ..Window::default() }, 0);
        while window.size() < size {
            base += 1;
            window.progress(1, base, true);
        }
        (window, base)
    }

    #[test]
    fn it_doubles_in_slow_start_and_then_grows_by_one_a_round() {
        let (mut window, mut base) = (Window { size: 1, threshold: 8, ..Window::default() }, 0);
        let mut sizes = Vec::new();
        for _ in 0..6 {
            round(&mut window, &mut base);
            sizes.push(window.size());
        }
        assert_eq!(sizes, [2, 4, 8, 9, 10, 11]);
    }

    #[test]
    fn a_window_that_is_not_used_does_not_grow() {
        let (mut window, base) = grown_to(16);
        (1..100).for_each(|acked| assert!(!window.progress(1, base + acked, false)));
        assert_eq!(window.size(), 16);
    }

    #[test]
    fn three_duplicates_halve_it() {
        let (mut window, base) = grown_to(16);
        let next = base + 16;
        let again: Vec<bool> = (0..5).map(|_| window.duplicate(base, next)).collect();
        assert_eq!(again, [false, false, true, false, false]);
        assert_eq!((window.threshold(), window.size()), (8, 13));
        assert!(!window.progress(16, next, true));
        assert_eq!((window.size(), window.halvings()), (8, 1));
    }

    #[test]
    fn a_partial_acknowledgement_sends_the_next_hole_again() {
        let (mut window, base) = grown_to(16);
        let next = base + 16;
        for _ in 0..3 {
            window.duplicate(base, next);
        }
        assert!(window.progress(4, base + 4, true));
        assert!(!window.progress(12, next, true));
        assert_eq!((window.size(), window.halvings()), (8, 1), "one halving for all that was lost at once");
    }

    #[test]
    fn a_time_out_begins_again_with_one() {
        let (mut window, base) = grown_to(16);
        window.timeout(base, base + 16, base + 16);
        assert_eq!((window.size(), window.threshold()), (1, 8));
        window.timeout(base, base + 1, base + 16);
        assert_eq!(window.threshold(), 8, "the same loss");
        (0..9).for_each(|_| assert!(!window.duplicate(base, base + 1)));
    }
}
