//! What was agreed: which events count, and how many of them may be bad.

use crate::sim::random::Probability;
use crate::sim::settings::{Kind, Setting, Settings};
use crate::sim::time::Duration;

use super::super::{BALANCER, Outcome, USER};
use super::MINUTE;

/// The targets that can be chosen.
pub const TARGETS: &[&str] = &["90%", "95%", "99%", "99.5%", "99.9%", "99.95%", "99.99%", "99.999%"];

const HOUR: Duration = Duration::secs(3_600);
const YEAR: Duration = Duration::secs(365 * 86_400);

pub(in super::super) const SETTINGS: &[Setting] = &[
    Setting { name: "target", kind: Kind::Choice(TARGETS), default: "99.9%" },
    Setting { name: "period", kind: Kind::Duration(HOUR, YEAR), default: "30d" },
    Setting { name: "measured-at", kind: Kind::Choice(&["users", "balancer"]), default: "users" },
    Setting { name: "valid", kind: Kind::Choice(&["all", "not-dropped", "answered"]), default: "all" },
    // 0s is however late.
    Setting { name: "good-within", kind: Kind::Duration(Duration::ZERO, HOUR), default: "1s" },
    Setting { name: "long-window", kind: Kind::Duration(MINUTE, YEAR), default: "1h" },
    Setting { name: "short-window", kind: Kind::Duration(MINUTE, YEAR), default: "5min" },
    // Which share of the budget a long window may use up.
    Setting { name: "alert-at", kind: Kind::Probability, default: "2%" },
    Setting { name: "promise", kind: Kind::Choice(TARGETS), default: "99.5%" },
    // For a period.
    Setting { name: "fee", kind: Kind::Count(0, 1_000_000), default: "10000" },
];

/// How many times as much as the agreement allows must have failed, and how many hundredths of the fee are credited for it.
const CREDITS: [(u64, u64); 3] = [(50, 100), (10, 25), (1, 10)];

/// What was agreed.
#[derive(Clone, Copy, PartialEq, Debug, Default)]
pub struct Terms {
    /// What is measured.
    pub indicator: Indicator,
    /// Which share of the valid events shall be good.
    pub target: Probability,
    /// Over how long.
    pub period: Duration,
    /// The long window of the alert.
    pub long: Duration,
    /// Its short window.
    pub short: Duration,
    /// Which share of the budget a long window may use up without an alert.
    pub alert_at: Probability,
    /// Which share of the valid events customers were promised to be good.
    pub promise: Probability,
    /// What they pay for a period.
    pub fee: u64,
}

/// What is measured, as it is set.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Indicator {
    measured_at: &'static str,
    valid: &'static str,
    within: Duration,
}

impl Terms {
    pub(super) fn read(settings: &Settings) -> Terms {
        let target = |name| Probability::parse(settings.choice(name)).unwrap_or_default();
        Terms {
            indicator: Indicator {
                measured_at: settings.choice("measured-at"),
                valid: settings.choice("valid"),
                within: settings.duration("good-within"),
            },
            target: target("target"),
            period: settings.duration("period"),
            long: settings.duration("long-window"),
            short: settings.duration("short-window"),
            alert_at: settings.probability("alert-at"),
            promise: target("promise"),
            fee: settings.count("fee"),
        }
    }

    /// How soon an event must have succeeded to be good, if it matters.
    pub fn within(&self) -> Option<Duration> {
        Some(self.indicator.within).filter(|within| *within > Duration::ZERO)
    }

    /// The role whose reports count.
    pub fn measured_at(&self) -> &'static str {
        if self.indicator.measured_at == "users" { USER } else { BALANCER }
    }

    /// Whether an event that ended so counts.
    pub fn is_valid(&self, outcome: Option<Outcome>) -> bool {
        match self.indicator.valid {
            "all" => true,
            "answered" => outcome == Some(Outcome::Saved),
            _ => outcome != Some(Outcome::Dropped),
        }
    }

    /// Whether an event that counts is good.
    pub fn is_good(&self, outcome: Option<Outcome>, latency: Duration) -> bool {
        outcome == Some(Outcome::Saved) && self.within().is_none_or(|within| latency <= within)
    }

    /// For how much of a period everything may fail.
    pub fn budget(&self, target: Probability) -> Duration {
        target.complement().of(self.period)
    }

    /// Whether so much is too much to be spent in a window.
    pub(super) fn burns_too_fast(&self, window: Duration, spent: Duration) -> bool {
        // spent ÷ window ≥ share × budget ÷ long, without a division.
        let product = |a: Duration, b: Duration| u128::from(a.as_micros()) * u128::from(b.as_micros());
        let most = self.alert_at.of(self.budget(self.target));
        spent > Duration::ZERO && product(spent, self.long) >= product(most, window)
    }

    /// What customers are credited if so much was spent.
    pub(super) fn credits(&self, spent: Duration) -> u64 {
        let allowed = self.budget(self.promise);
        let step = CREDITS.iter().find(|(times, _)| spent > allowed * *times);
        step.map_or(0, |(_, percent)| self.fee * percent / 100)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn credits_grow_in_steps() {
        let promise = Probability::parse("99.9%").unwrap();
        let terms = Terms { promise, fee: 2_000, period: Duration::secs(30 * 86_400), ..Terms::default() };
        let credits = |minutes: u64| terms.credits(Duration::secs(60 * minutes));
        assert_eq!([43, 44, 432, 433, 2_160, 2_161].map(credits), [0, 200, 200, 500, 500, 2_000]);
    }
}
