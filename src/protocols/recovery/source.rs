//! The failure source: it strikes both sides at once, and keeps the books.

use crate::sim::network::NodeId;
use crate::sim::process::{Context, Look, Process, Timer, timer};
use crate::sim::time::Duration;
use crate::word;

use super::{Book, COMPUTER, Finished, REPLICA, Recovery, Report};

/// What strikes.
#[derive(Clone, Debug, Default)]
pub struct Source {
    strikes: u64,
    checkpoint: Book,
    fail_over: Book,
    finished: Finished,
}

const STRIKE: Timer = timer("strike");
const CAUGHT_UP: Timer = timer("caught-up");

impl Source {
    /// How often it has struck.
    pub fn strikes(&self) -> u64 {
        self.strikes
    }

    /// How the computer recovered.
    pub fn checkpoint(&self) -> Book {
        self.checkpoint
    }

    /// How the replicas recovered.
    pub fn fail_over(&self) -> Book {
        self.fail_over
    }

    /// What counts as finished among the replicas.
    pub fn finished(&self) -> Finished {
        self.finished
    }

    /// The time to the next failure is drawn; it has no memory, so a new draw is as good as the old one.
    fn await_failure(cx: &mut Context<'_, Recovery>) {
        let every = cx.settings().duration("fails-every");
        if every == Duration::ZERO {
            return cx.cancel_timer(STRIKE);
        }
        let after = cx.rng().exponential(every).at_least_shortest();
        cx.set_timer(STRIKE, after);
    }

    fn strike(&mut self, cx: &mut Context<'_, Recovery>) {
        self.strikes += 1;
        for role in [COMPUTER, REPLICA] {
            cx.nodes_with_role(role).iter().for_each(|node| cx.send(*node, &Recovery::Strike));
        }
    }

    fn note(&mut self, cx: &mut Context<'_, Recovery>, report: Report) {
        let now = cx.now();
        match report {
            Report::Fell { epoch: 0, work } => self.checkpoint.fell(now, work),
            Report::Fell { epoch, work } => {
                self.fail_over.fell(now, work);
                self.finished.fell(epoch);
                cx.cancel_timer(CAUGHT_UP);
            }
            Report::Resumed { work } => {
                self.checkpoint.resumed(work);
            }
            Report::CaughtUp => self.checkpoint.caught_up(now),
            Report::Leads(reign) => {
                self.finished.leads(reign);
                // A leader works without a pause, so it is clear when it will be as far as the one before.
                if let Some(again) = self.fail_over.resumed(reign.work) {
                    cx.set_timer(CAUGHT_UP, Duration::micros(again).at_least_shortest());
                }
            }
            Report::Finished { reign, work, by_all } => self.finished.finished(reign, work, by_all),
        }
    }
}

impl Process for Source {
    type Message = Recovery;

    fn on_start(&mut self, cx: &mut Context<'_, Recovery>) {
        Source::await_failure(cx);
    }

    fn on_settings(&mut self, cx: &mut Context<'_, Recovery>) {
        Source::await_failure(cx);
    }

    fn on_message(&mut self, cx: &mut Context<'_, Recovery>, _from: NodeId, message: Recovery) {
        if let Recovery::Report(report) = message {
            self.note(cx, report);
        }
    }

    fn on_timer(&mut self, cx: &mut Context<'_, Recovery>, timer: Timer) {
        if timer == CAUGHT_UP {
            return self.fail_over.caught_up(cx.now());
        }
        self.strike(cx);
        Source::await_failure(cx);
    }

    fn on_request(&mut self, cx: &mut Context<'_, Recovery>, request: &str) {
        if request == "strike" {
            self.strike(cx);
        }
    }

    fn look(&self) -> Look {
        Look::default()
            .badge(self.strikes.to_string())
            .fact(word!("fact.strikes"), self.strikes)
            .fact(word!("fact.checkpoint-recoveries"), self.checkpoint.recovered)
            .fact(word!("fact.failover-recoveries"), self.fail_over.recovered)
    }
}
