//! What became of a user's requests, in all and second by second.

use std::collections::VecDeque;

use crate::sim::time::{Duration, Time};

use super::Outcome;

/// What became of a user's requests since the user started. A request counts once, whatever it took.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Tally {
    /// Requests begun.
    pub offered: u64,
    /// How those ended that are settled; the good ones are the goodput.
    pub fates: Fates,
    /// Tries sent, the first ones included.
    pub tries: u64,
    /// How long the good ones took, together.
    pub latency: Duration,
}

impl Tally {
    /// Both together.
    pub fn and(&self, other: &Tally) -> Tally {
        Tally {
            offered: self.offered + other.offered,
            fates: self.fates.and(&other.fates),
            tries: self.tries + other.tries,
            latency: self.latency + other.latency,
        }
    }
}

/// What happened in one second.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Second {
    /// Requests begun.
    pub offered: u64,
    /// Requests answered with success.
    pub good: u64,
    /// Requests given up.
    pub bad: u64,
    /// Tries sent.
    pub tries: u64,
    /// What has become of the requests begun in it, whenever that was; the rest of them is in flight.
    pub fates: Fates,
}

/// How many requests ended in which way.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Fates {
    /// Answered with success.
    pub good: u64,
    /// Given up when a rate limit dropped the last try.
    pub dropped: u64,
    /// Given up when the last try was refused.
    pub refused: u64,
    /// Given up when the last try failed.
    pub failed: u64,
    /// Given up when the last try was not answered in time.
    pub timed_out: u64,
}

impl Fates {
    /// How many were given up, for whichever reason.
    pub fn bad(&self) -> u64 {
        self.dropped + self.refused + self.failed + self.timed_out
    }

    /// How many ended at all.
    pub fn settled(&self) -> u64 {
        self.good + self.bad()
    }

    fn count(&mut self, fate: Fate) {
        let count = match fate {
            Fate::Good(_) => &mut self.good,
            Fate::Dropped => &mut self.dropped,
            Fate::Refused => &mut self.refused,
            Fate::Failed => &mut self.failed,
            Fate::TimedOut => &mut self.timed_out,
        };
        *count += 1;
    }

    fn and(&self, other: &Fates) -> Fates {
        Fates {
            good: self.good + other.good,
            dropped: self.dropped + other.dropped,
            refused: self.refused + other.refused,
            failed: self.failed + other.failed,
            timed_out: self.timed_out + other.timed_out,
        }
    }
}

impl Second {
    /// Both together.
    pub fn and(&self, other: &Second) -> Second {
        Second {
            offered: self.offered + other.offered,
            good: self.good + other.good,
            bad: self.bad + other.bad,
            tries: self.tries + other.tries,
            fates: self.fates.and(&other.fates),
        }
    }
}

/// How a request ended.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Fate {
    Good(Duration),
    Dropped,
    Refused,
    Failed,
    TimedOut,
}

impl Fate {
    /// What its user was told at last; nothing if there was no answer in time.
    pub fn outcome(self) -> Option<Outcome> {
        match self {
            Fate::Good(_) => Some(Outcome::Saved),
            Fate::Dropped => Some(Outcome::Dropped),
            Fate::Refused => Some(Outcome::Refused),
            Fate::Failed => Some(Outcome::Failed),
            Fate::TimedOut => None,
        }
    }
}

/// A tally, and the last seconds of it.
#[derive(Clone, Debug, Default)]
pub(super) struct Books {
    pub tally: Tally,
    /// The seconds in which something happened, by their number, the newest last.
    seconds: VecDeque<(u64, Second)>,
}

/// How many seconds are kept.
pub(super) const SECONDS_KEPT: u64 = 30;

impl Books {
    pub fn begin(&mut self, now: Time) {
        self.tally.offered += 1;
        self.second(now).offered += 1;
    }

    pub fn try_once(&mut self, now: Time) {
        self.tally.tries += 1;
        self.second(now).tries += 1;
    }

    pub fn end(&mut self, now: Time, asked_at: Time, fate: Fate) {
        let asked_in = second_of(asked_at);
        if let Some((_, begun)) = self.seconds.iter_mut().rev().find(|(number, _)| *number == asked_in) {
            begun.fates.count(fate);
        }
        self.tally.fates.count(fate);
        match fate {
            Fate::Good(latency) => {
                self.tally.latency += latency;
                self.second(now).good += 1;
            }
            _ => self.second(now).bad += 1,
        }
    }

    /// What happened in the second of this number.
    pub fn of_second(&self, number: u64) -> Second {
        let found = self.seconds.iter().rev().find(|(known, _)| *known == number);
        found.map(|(_, second)| *second).unwrap_or_default()
    }

    /// The last seconds in which something happened, by their number.
    pub fn seconds(&self) -> impl Iterator<Item = &(u64, Second)> {
        self.seconds.iter()
    }

    pub fn heap_bytes(&self) -> usize {
        self.seconds.capacity() * size_of::<(u64, Second)>()
    }

    fn second(&mut self, now: Time) -> &mut Second {
        let number = second_of(now);
        if self.seconds.back().is_none_or(|(known, _)| *known != number) {
            while self.seconds.front().is_some_and(|(known, _)| known + SECONDS_KEPT < number) {
                self.seconds.pop_front();
            }
            self.seconds.push_back((number, Second::default()));
        }
        let last = self.seconds.len() - 1;
        &mut self.seconds[last].1
    }
}

/// The number of the second that a moment is in.
pub(super) fn second_of(moment: Time) -> u64 {
    moment.as_micros() / 1_000_000
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn seconds_count_what_happened_in_them_and_old_ones_go() {
        let mut books = Books::default();
        let at = |millis| Time::ZERO + Duration::millis(millis);
        books.begin(at(500));
        books.end(at(999), at(500), Fate::Good(Duration::millis(499)));
        books.begin(at(999));
        books.end(at(1_000), at(999), Fate::Refused);
        let fates = Fates { good: 1, refused: 1, ..Fates::default() };
        assert_eq!(books.of_second(0), Second { offered: 2, good: 1, fates, ..Second::default() });
        assert_eq!(books.of_second(1), Second { bad: 1, ..Second::default() });
        books.begin(at(31_500));
        assert_eq!(books.of_second(0), Second::default());
        assert_eq!(books.of_second(1).bad, 1);
        assert_eq!((books.tally.offered, books.tally.fates.good, books.tally.fates.refused), (3, 1, 1));
    }
}
