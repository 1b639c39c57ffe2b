//! What a node counts: running totals, kept as of the end of each of the last seconds, so that any stretch of whole seconds can be
//! read off them.

use std::collections::VecDeque;

use crate::sim::time::Time;

use super::Control;

/// How many seconds are kept.
const SECONDS_KEPT: usize = 900;
/// How many changes of settings are kept.
const CHANGES_KEPT: usize = 100;

/// Totals since the node started.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Second {
    /// Packets that the application of a sender had to send.
    pub offered: u64,
    /// Packets that a sender sent, those that it sent again among them.
    pub sent: u64,
    /// Packets that reached a receiver for the first time.
    pub delivered: u64,
    /// How long these waited in routers, in microseconds.
    pub waited: u64,
    /// Packets that came to a router.
    pub arrived: u64,
    /// Packets that a router dropped.
    pub dropped: u64,
}

/// The totals of one node, second by second.
#[derive(Clone, Debug, Default)]
pub struct Books {
    /// The number of the first second kept.
    first: u64,
    totals: VecDeque<Second>,
    changes: VecDeque<(u64, Control)>,
}

impl Books {
    /// The totals so far, to count on.
    pub fn at(&mut self, now: Time) -> &mut Second {
        let number = second_of(now);
        if self.totals.is_empty() {
            self.first = number;
            self.totals.push_back(Second::default());
        }
        let latest = self.latest();
        while self.first + (self.totals.len() as u64) <= number {
            if self.totals.len() == SECONDS_KEPT {
                self.totals.pop_front();
                self.first += 1;
            }
            self.totals.push_back(latest);
        }
        let last = self.totals.len() - 1;
        &mut self.totals[last]
    }

    /// The totals so far.
    pub fn latest(&self) -> Second {
        self.totals.back().copied().unwrap_or_default()
    }

    /// What was counted from the beginning of a second up to, not including, that of another.
    pub fn between(&self, from: u64, until: u64) -> Second {
        let (before, after) = (self.before(from), self.before(until));
        Second {
            offered: after.offered.saturating_sub(before.offered),
            sent: after.sent.saturating_sub(before.sent),
            delivered: after.delivered.saturating_sub(before.delivered),
            waited: after.waited.saturating_sub(before.waited),
            arrived: after.arrived.saturating_sub(before.arrived),
            dropped: after.dropped.saturating_sub(before.dropped),
        }
    }

    /// Writes down that the node's settings were changed, and how it sends from now on.
    pub fn change(&mut self, now: Time, control: Control) {
        let number = second_of(now);
        self.changes.retain(|(second, _)| *second != number);
        if self.changes.len() == CHANGES_KEPT {
            self.changes.pop_front();
        }
        self.changes.push_back((number, control));
    }

    /// In which seconds the settings were changed, and how the node sent from then on.
    pub fn changes(&self) -> &VecDeque<(u64, Control)> {
        &self.changes
    }

    /// The number of the first second of which there are totals.
    pub fn first(&self) -> u64 {
        self.first
    }

    /// How much memory it takes, about.
    pub fn heap_bytes(&self) -> usize {
        self.totals.len() * size_of::<Second>() + self.changes.len() * size_of::<(u64, Control)>()
    }

    /// The totals at the beginning of a second.
    fn before(&self, second: u64) -> Second {
        let Some(index) = second.checked_sub(self.first + 1) else { return Second::default() };
        self.totals.get(index as usize).copied().unwrap_or_else(|| self.latest())
    }
}

/// The number of the second that a moment is in.
pub(super) fn second_of(moment: Time) -> u64 {
    moment.as_micros() / 1_000_000
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(second: u64) -> Time {
        Time::from_micros(second * 1_000_000 + 1)
    }

    #[test]
    fn any_stretch_of_seconds_can_be_read() {
        let mut books = Books::default();
        for (second, sent) in [(3, 5), (4, 1), (8, 7)] {
            books.at(at(second)).sent += sent;
        }
        let sent = |from, until| books.between(from, until).sent;
        assert_eq!((sent(0, 3), sent(3, 4), sent(4, 8), sent(5, 8), sent(0, 99)), (0, 5, 1, 0, 13));
    }

    #[test]
    fn old_seconds_are_forgotten_and_new_ones_are_right() {
        let mut books = Books::default();
        for second in 0..3 * SECONDS_KEPT as u64 {
            books.at(at(second)).sent += second;
        }
        assert_eq!(books.totals.len(), SECONDS_KEPT);
        let last = 3 * SECONDS_KEPT as u64 - 1;
        assert_eq!(books.between(last - 1, last + 1).sent, 2 * last - 1);
        assert_eq!(books.first(), 2 * SECONDS_KEPT as u64);
    }

    #[test]
    fn of_several_changes_in_a_second_the_last_stands() {
        let mut books = Books::default();
        books.change(at(0), Control::None);
        books.change(at(2), Control::Window);
        books.change(at(2), Control::Aimd);
        assert_eq!(books.changes(), &[(0, Control::None), (2, Control::Aimd)]);
    }
}
