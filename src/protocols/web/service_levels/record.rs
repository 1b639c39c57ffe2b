//! The events of a period: how many in each minute, and each bad one.

use crate::sim::time::{Duration, Time};

use super::minute_of;

/// Events, as far back as the period goes.
#[derive(Clone, Debug, Default)]
pub struct Record {
    /// The minutes in which there were events, by their number, with how many of them were valid and how many bad; the newest last.
    minutes: Vec<(u64, u64, u64)>,
    /// The newest last.
    bad: Vec<Bad>,
    valid: u64,
}

/// A bad event.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Bad {
    /// When the request was begun.
    pub from: Time,
    /// When the meter heard how it ended.
    pub until: Time,
}

impl Record {
    /// How many valid events there were.
    pub fn valid(&self) -> u64 {
        self.valid
    }

    /// The bad ones of them.
    pub fn bad(&self) -> &[Bad] {
        &self.bad
    }

    /// The valid and the bad events from one minute up to another, the latter not included.
    pub fn in_minutes(&self, from: u64, until: u64) -> (u64, u64) {
        let window = self.minutes.iter().rev().skip_while(|(minute, ..)| *minute >= until);
        let window = window.take_while(|(minute, ..)| *minute >= from);
        window.fold((0, 0), |sum, (_, valid, bad)| (sum.0 + valid, sum.1 + bad))
    }

    pub(super) fn count(&mut self, now: Time, latency: Duration, is_good: bool) {
        let minute = minute_of(now);
        if self.minutes.last().is_none_or(|(known, ..)| *known != minute) {
            self.minutes.push((minute, 0, 0));
        }
        let last = self.minutes.len() - 1;
        self.minutes[last].1 += 1;
        self.valid += 1;
        if !is_good {
            self.minutes[last].2 += 1;
            let from = Time::from_micros(now.as_micros().saturating_sub(latency.as_micros()));
            self.bad.push(Bad { from, until: now });
        }
    }

    /// Forgets the minutes before this one.
    pub(super) fn forget_before(&mut self, first: u64) {
        let old = self.minutes.iter().take_while(|(minute, ..)| *minute < first).count();
        let gone =
            self.minutes.drain(..old).fold((0, 0), |sum, (_, valid, bad)| (sum.0 + valid, sum.1 + bad));
        self.valid -= gone.0;
        self.bad.drain(..gone.1 as usize);
    }

    pub(super) fn heap_bytes(&self) -> usize {
        self.minutes.len() * size_of::<(u64, u64, u64)>() + self.bad.len() * size_of::<Bad>()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn minutes_are_counted_and_forgotten() {
        let mut record = Record::default();
        let at = |secs| Time::ZERO + Duration::secs(secs);
        record.count(at(59), Duration::secs(2), false);
        record.count(at(60), Duration::secs(2), true);
        record.count(at(200), Duration::secs(300), false);
        assert_eq!((record.in_minutes(0, 1), record.in_minutes(1, 3)), ((1, 1), (1, 0)));
        assert_eq!((record.in_minutes(1, 4), record.valid()), ((2, 1), 3));
        assert_eq!(record.bad()[1], Bad { from: Time::ZERO, until: at(200) });
        record.forget_before(1);
        assert_eq!((record.valid(), record.in_minutes(0, 9), record.bad().len()), (2, (2, 1), 1));
    }
}
