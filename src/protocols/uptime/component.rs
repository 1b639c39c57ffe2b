//! A component: works, fails, and is mended by a crew.

use crate::sim::network::NodeId;
use crate::sim::process::{Context, Look, Process, Timer, timer};
use crate::sim::time::Duration;
use crate::word;

use super::{Condition, Uptime, report};

const FAILS: Timer = timer("fails");
const FAILURE_WRITTEN: Timer = timer("failure-written");
const REPAIR_WRITTEN: Timer = timer("repair-written");

/// The record on its disk: the number of its last failure, and a word if that is mended.
const RECORD: &str = "failures";
const MENDED: &str = " mended";

/// A replica of the application or of the database.
#[derive(Clone, Debug, Default)]
pub struct Component {
    condition: Condition,
    lasts: Duration,
    failures: u64,
    mended: u64,
}

impl Component {
    /// How it is.
    pub fn condition(&self) -> Condition {
        self.condition
    }

    /// How many of its failures crews mended since it was started.
    pub fn mended(&self) -> u64 {
        self.mended
    }

    /// The order is carried out: into service, out of it, or with other parts. What failed stays failed until it is
    /// mended, or taken out and thrown away.
    fn obey(&mut self, cx: &mut Context<'_, Uptime>, lasts: Option<u64>) {
        let Some(lasts) = lasts.map(Duration::micros) else {
            if matches!(self.condition, Condition::Failed { .. }) {
                self.write(cx, MENDED, REPAIR_WRITTEN);
            }
            self.condition = Condition::Idle;
            return cx.cancel_timer(FAILS);
        };
        let other_parts = self.lasts != lasts;
        self.lasts = lasts;
        if self.condition == Condition::Idle || (self.condition == Condition::Working && other_parts) {
            self.work(cx);
        }
    }

    /// The time to the next failure is drawn; it has no memory, so a new draw is as good as the old one.
    fn work(&mut self, cx: &mut Context<'_, Uptime>) {
        self.condition = Condition::Working;
        let after = cx.rng().exponential(self.lasts).at_least_shortest();
        cx.set_timer(FAILS, after);
    }

    fn write(&self, cx: &mut Context<'_, Uptime>, word: &str, when_done: Timer) {
        // A full disk keeps nothing: then a restart mends, or breaks again, what nobody wrote down.
        let _ = cx.write(RECORD, format!("{}{word}", self.failures).as_bytes());
        cx.sync(when_done);
    }

    fn mend(&mut self, cx: &mut Context<'_, Uptime>, failure: u64) {
        if self.condition != (Condition::Failed { failure }) {
            return;
        }
        self.mended += 1;
        self.write(cx, MENDED, REPAIR_WRITTEN);
        self.work(cx);
        report(cx, &self.status());
    }

    fn status(&self) -> Uptime {
        Uptime::Status { condition: self.condition }
    }
}

impl Process for Component {
    type Message = Uptime;

    fn on_message(&mut self, cx: &mut Context<'_, Uptime>, from: NodeId, message: Uptime) {
        match message {
            Uptime::Order { lasts } => self.obey(cx, lasts),
            Uptime::Fixed { failure } => self.mend(cx, failure),
            Uptime::Visit => {}
            _ => return,
        }
        cx.send_routed(from, &self.status());
    }

    fn on_timer(&mut self, cx: &mut Context<'_, Uptime>, timer: Timer) {
        match timer {
            FAILS => {
                self.failures += 1;
                self.write(cx, "", FAILURE_WRITTEN);
            }
            // If it was taken out of service meanwhile, nobody minds.
            FAILURE_WRITTEN if self.condition == Condition::Working => {
                self.condition = Condition::Failed { failure: self.failures };
                report(cx, &self.status());
            }
            _ => {}
        }
    }

    /// What failed before the crash is failed still; what was in service asks for its order by saying that it is not.
    fn on_restart(&mut self, cx: &mut Context<'_, Uptime>) {
        let record = cx.disk().read(RECORD).map(|bytes| String::from_utf8_lossy(bytes).into_owned());
        if let Some(record) = record {
            let number = record.strip_suffix(MENDED).unwrap_or(&record);
            self.failures = number.parse().unwrap_or(0);
            if !record.ends_with(MENDED) {
                self.condition = Condition::Failed { failure: self.failures };
            }
        }
        report(cx, &self.status());
    }

    fn look(&self) -> Look {
        Look::default()
            .badge(self.condition.word().text())
            .fact(word!("fact.condition"), self.condition.word())
            .fact(word!("fact.lasts"), self.lasts)
            .fact(word!("fact.failures"), self.failures)
            .fact(word!("fact.mended"), self.mended)
    }
}
