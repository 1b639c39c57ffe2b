//! Service levels: a meter hears how every request ended, and says how much of what was promised is left.
//!
//! Source: B. Beyer, N. R. Murphy, D. K. Rensin, K. Kawahara, S. Thorne (editors): *The site reliability workbook*, 2018, chapters 2
//! (*Implementing SLOs*) and 5 (*Alerting on SLOs*), whose terms these are.
//!
//! - **Events.** Whoever is measured, the users or the balancers, reports every request once it has ended: how, and after how long.
//! - **SLI**, the service level indicator: good events ÷ valid events. Which are *valid* is set: all; all but those over a rate limit; or those
//!   that succeeded, for an SLI of latency alone. A valid event is *good* if it succeeded, and soon enough if `good-within` says how soon.
//!   When one of these is changed, the meter begins anew: events of two definitions are not to be added.
//! - **SLO**, the service level objective: the `target` for the SLI over the last `period`.
//! - **Error budget**: what the target leaves to be bad, here as a time. A share of events that was bad, times the time that they were counted for,
//!   has spent as much as an outage of that length in which every event is bad. What the meter has not seen yet counts as good.
//! - **Burn rate**: how many times as fast as in a budget that just lasts is spent, over the last whole minutes of a window.
//! - **Alert** with several windows: it is on while over the long *and* over the short window the budget burns so fast that a long window uses up the share
//!   `alert-at` of it. With 2 % of 30 days in an hour that is a burn rate of 14.4. The short window ends the alert soon.
//! - **SLA**, the service level agreement: what is promised to customers, and what part of the `fee` they are credited if it is not kept.
//!
//! All of this is in the memory of the meter: one that crashes begins anew, and what is not reported to it has not happened.

mod figures;
mod histogram;
mod record;
mod terms;
mod views;

use crate::sim::network::NodeId;
use crate::sim::process::{Context, Look, Process, Timer, timer};
use crate::sim::time::{Duration, Time};
use crate::{phrase, word};

use super::{Outcome, Web};

pub use figures::spent_by_fault;
pub(super) use figures::{LATENCY_BY_PERCENTILE, SPENT_BY_FAULT};
pub use histogram::Histogram;
pub use record::{Bad, Record};
pub(super) use terms::SETTINGS;
pub use terms::{TARGETS, Terms};
pub use views::meter;
pub(super) use views::{ALERT_GOES_OFF, BUDGET_IS_SPENT, COUNTS_WHAT_HAPPENED, READINGS};

/// The role of who measures.
pub const METER: &str = "meter";

/// Hears of every request, and keeps the books of what was promised.
#[derive(Clone, Debug, Default)]
pub struct Meter {
    terms: Terms,
    /// Since when it counts.
    since: Time,
    /// The last moment at which it heard anything, be it its own clock.
    heard_at: Time,
    /// Up to which minute, not included, the windows were last judged.
    judged: u64,
    record: Record,
    /// How long the valid events took that succeeded.
    latencies: Histogram,
    alerts: bool,
    /// How often the alert went off.
    alarms: u64,
}

/// Over how long windows are measured: whole minutes.
pub(super) const MINUTE: Duration = Duration::secs(60);

impl Meter {
    /// What was agreed.
    pub fn terms(&self) -> &Terms {
        &self.terms
    }

    /// The events of the period.
    pub fn record(&self) -> &Record {
        &self.record
    }

    /// How long the valid events took that succeeded, since the meter began.
    pub fn latencies(&self) -> &Histogram {
        &self.latencies
    }

    /// Whether the alert is on.
    pub fn alerts(&self) -> bool {
        self.alerts
    }

    /// How often the alert went off.
    pub fn alarms(&self) -> u64 {
        self.alarms
    }

    /// How much of the period it has counted for.
    pub fn counted_for(&self) -> Duration {
        self.heard_at.since(self.since).min(self.terms.period)
    }

    /// How much of the period's budget is spent.
    pub fn spent(&self) -> Duration {
        let (valid, bad) = (self.record.valid(), self.record.bad().len() as u64);
        share(self.counted_for(), bad, valid)
    }

    /// How much of it is left; nothing if more is spent than there was.
    pub fn left(&self) -> Duration {
        let budget = self.terms.budget(self.terms.target);
        Duration::micros(budget.as_micros().saturating_sub(self.spent().as_micros()))
    }

    /// How much was spent in the last whole minutes of a window of this length.
    pub fn spent_in(&self, window: Duration) -> Duration {
        let minutes = window.as_micros() / MINUTE.as_micros();
        let (valid, bad) = self.record.in_minutes(self.judged.saturating_sub(minutes), self.judged);
        let counted = (Time::ZERO + MINUTE * self.judged).since(self.since);
        share(counted.min(MINUTE * minutes), bad, valid)
    }

    /// What customers are credited for what was spent so far, of the fee.
    pub fn credits(&self) -> u64 {
        self.terms.credits(self.spent())
    }

    fn begin(&mut self, now: Time) {
        *self = Meter {
            terms: self.terms,
            since: now,
            heard_at: now,
            judged: minute_of(now),
            ..Meter::default()
        };
    }

    /// Judges the minutes that are over.
    fn judge(&mut self, cx: &mut Context<'_, Web>) {
        let Terms { long, short, .. } = self.terms;
        let burns = |window| self.terms.burns_too_fast(window, self.spent_in(window));
        let alerts = burns(long) && burns(short);
        if alerts != self.alerts {
            self.alerts = alerts;
            self.alarms += u64::from(alerts);
            cx.note(if alerts { phrase!("note.burn-alert") } else { phrase!("note.burn-alert-over") });
        }
    }

    fn tick(&mut self, cx: &mut Context<'_, Web>) {
        let now = cx.now();
        (self.heard_at, self.judged) = (now, minute_of(now));
        let over = MINUTE * (self.judged + 1);
        cx.set_timer(TICK, (Time::ZERO + over).since(now));
        self.record
            .forget_before(self.judged.saturating_sub(self.terms.period.as_micros() / MINUTE.as_micros()));
        self.since =
            self.since.max(Time::from_micros(now.as_micros().saturating_sub(self.terms.period.as_micros())));
        self.judge(cx);
    }
}

impl Process for Meter {
    type Message = Web;

    fn on_start(&mut self, cx: &mut Context<'_, Web>) {
        self.terms = Terms::read(cx.settings());
        self.begin(cx.now());
        self.tick(cx);
    }

    fn on_message(&mut self, cx: &mut Context<'_, Web>, from: NodeId, message: Web) {
        let Web::Report { outcome, latency } = message else { return };
        let latency = Duration::micros(latency);
        if !cx.nodes_with_role(self.terms.measured_at()).contains(&from) || !self.terms.is_valid(outcome) {
            return;
        }
        self.heard_at = cx.now();
        self.record.count(cx.now(), latency, self.terms.is_good(outcome, latency));
        if outcome == Some(Outcome::Saved) {
            self.latencies.count(latency.as_micros());
        }
    }

    fn on_timer(&mut self, cx: &mut Context<'_, Web>, _: Timer) {
        self.tick(cx);
    }

    fn on_settings(&mut self, cx: &mut Context<'_, Web>) {
        let terms = Terms::read(cx.settings());
        let is_another_indicator = terms.indicator != self.terms.indicator;
        self.terms = terms;
        if is_another_indicator {
            self.begin(cx.now());
        }
        self.judge(cx);
    }

    fn heap_bytes(&self) -> usize {
        self.record.heap_bytes() + self.latencies.heap_bytes()
    }

    fn look(&self) -> Look {
        let alert = if self.alerts { word!("fact.alert-on") } else { word!("fact.alert-off") };
        let budget = self.terms.budget(self.terms.target);
        let left = whole_seconds(self.left());
        Look::default()
            .badge(left.to_string())
            .gauge(None, (left.as_micros() / 1_000_000) as u32, (budget.as_micros() / 1_000_000) as u32)
            .fact(word!("fact.alert"), alert)
            .fact(word!("fact.valid"), self.record.valid())
            .fact(word!("fact.bad"), self.record.bad().len() as u64)
            .fact(word!("fact.budget"), budget)
            .fact(word!("fact.spent"), whole_seconds(self.spent()))
            .fact(word!("fact.left"), left)
            .fact(word!("fact.alarms"), self.alarms)
            .fact(word!("fact.credits"), self.credits())
    }
}

const TICK: Timer = timer("tick");

/// Tells the meter how a request ended that came so long ago, if there is a meter.
pub(super) fn report(cx: &mut Context<'_, Web>, asked_at: Time, outcome: Option<Outcome>) {
    if let Some(meter) = cx.nodes_with_role(METER).first() {
        let latency = cx.now().since(asked_at).as_micros();
        cx.send(*meter, &Web::Report { outcome, latency });
    }
}

/// As much of a length as a part is of a whole, rounded down.
fn share(of: Duration, part: u64, whole: u64) -> Duration {
    let micros = u128::from(of.as_micros()) * u128::from(part) / u128::from(whole.max(1));
    Duration::micros(micros as u64)
}

/// For people to read.
fn whole_seconds(length: Duration) -> Duration {
    Duration::secs(length.as_micros() / 1_000_000)
}

/// The number of the minute that a moment is in.
fn minute_of(moment: Time) -> u64 {
    moment.as_micros() / MINUTE.as_micros()
}
