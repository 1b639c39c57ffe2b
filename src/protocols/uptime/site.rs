//! A site: a roof and a power line that components share.

use crate::sim::network::NodeId;
use crate::sim::process::{Context, Look, Process, Timer, timer};
use crate::sim::time::Duration;
use crate::word;

use super::{Condition, Uptime, report};

const OUTAGE: Timer = timer("outage");
const POWER: Timer = timer("power");

/// A roof and a power line that components share.
#[derive(Clone, Debug, Default)]
pub struct Site {
    outages: u64,
    is_out: bool,
}

impl Site {
    fn condition(&self) -> Condition {
        if self.is_out { Condition::Failed { failure: self.outages } } else { Condition::Working }
    }

    fn await_outage(&self, cx: &mut Context<'_, Uptime>) {
        let every = cx.settings().duration("outage-every");
        if every == Duration::ZERO || self.is_out {
            return cx.cancel_timer(OUTAGE);
        }
        let after = cx.rng().exponential(every).at_least_shortest();
        cx.set_timer(OUTAGE, after);
    }

    fn tell(&self, cx: &mut Context<'_, Uptime>) {
        report(cx, &Uptime::Status { condition: self.condition() });
    }
}

impl Process for Site {
    type Message = Uptime;

    fn on_start(&mut self, cx: &mut Context<'_, Uptime>) {
        self.await_outage(cx);
    }

    fn on_restart(&mut self, cx: &mut Context<'_, Uptime>) {
        self.await_outage(cx);
        self.tell(cx);
    }

    fn on_settings(&mut self, cx: &mut Context<'_, Uptime>) {
        self.await_outage(cx);
    }

    fn on_message(&mut self, cx: &mut Context<'_, Uptime>, from: NodeId, message: Uptime) {
        if message == Uptime::Check {
            cx.send_routed(from, &Uptime::Status { condition: self.condition() });
        }
    }

    fn on_timer(&mut self, cx: &mut Context<'_, Uptime>, timer: Timer) {
        self.is_out = timer == OUTAGE;
        if self.is_out {
            self.outages += 1;
            let lasts = cx.settings().duration("outage-lasts");
            let lasts = cx.rng().exponential(lasts).at_least_shortest();
            cx.set_timer(POWER, lasts);
        } else {
            self.await_outage(cx);
        }
        self.tell(cx);
    }

    fn look(&self) -> Look {
        Look::default()
            .badge(self.condition().word().text())
            .fact(word!("fact.condition"), self.condition().word())
            .fact(word!("fact.site-outages"), self.outages)
    }
}
