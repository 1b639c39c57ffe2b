//! A crew: travels, repairs, hands over, one component at a time.

use crate::sim::network::NodeId;
use crate::sim::process::{Context, Look, Process, Timer, timer};
use crate::word;
use crate::words::Key;

use super::{APP, Condition, DATABASE, Uptime, report};

const REPAIRED: Timer = timer("repaired");
const TIMEOUT: Timer = timer("timeout");

/// Repairs one component at a time.
#[derive(Clone, Debug, Default)]
pub struct Crew {
    errand: Option<Errand>,
    repairs: u64,
}

/// What a crew was sent to do.
#[derive(Clone, Copy, Debug)]
struct Errand {
    component: NodeId,
    failure: u64,
    stage: Stage,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Stage {
    Travelling,
    Repairing,
    HandingOver,
}

impl Crew {
    /// How many repairs it did the work of since it was started.
    pub fn repairs(&self) -> u64 {
        self.repairs
    }

    fn set_out(&mut self, cx: &mut Context<'_, Uptime>, component: NodeId, failure: u64) {
        let is_component = [APP, DATABASE].iter().any(|role| cx.nodes_with_role(role).contains(&component));
        if self.errand.is_some() || !is_component {
            return report(cx, &self.busy());
        }
        self.errand = Some(Errand { component, failure, stage: Stage::Travelling });
        cx.send_routed(component, &Uptime::Visit);
        self.wait(cx);
    }

    fn wait(&self, cx: &mut Context<'_, Uptime>) {
        let patience = cx.settings().duration("timeout");
        cx.set_timer(TIMEOUT, patience);
    }

    /// It is let in: either there is work, or it goes home. At the end any answer will do.
    fn hear(&mut self, cx: &mut Context<'_, Uptime>, from: NodeId, condition: Condition) {
        let Some(errand) = self.errand.as_mut().filter(|errand| errand.component == from) else { return };
        match (errand.stage, condition) {
            (Stage::Travelling, Condition::Failed { failure }) => {
                (errand.stage, errand.failure) = (Stage::Repairing, failure);
                let mean = cx.settings().duration("mttr");
                let takes = cx.rng().exponential(mean).at_least_shortest();
                cx.cancel_timer(TIMEOUT);
                cx.set_timer(REPAIRED, takes);
            }
            (Stage::Repairing, _) => {}
            _ => self.go_home(cx),
        }
    }

    fn hand_over(&mut self, cx: &mut Context<'_, Uptime>) {
        let Some(errand) = &mut self.errand else { return };
        errand.stage = Stage::HandingOver;
        self.repairs += 1;
        cx.send_routed(errand.component, &Uptime::Fixed { failure: errand.failure });
        self.wait(cx);
    }

    fn go_home(&mut self, cx: &mut Context<'_, Uptime>) {
        self.errand = None;
        cx.cancel_timer(TIMEOUT);
        report(cx, &self.busy());
    }

    fn busy(&self) -> Uptime {
        Uptime::Busy { with: self.errand.map(|errand| errand.component.0) }
    }

    fn stage(&self) -> Key {
        match self.errand.map(|errand| errand.stage) {
            None => word!("fact.free"),
            Some(Stage::Travelling) => word!("fact.travelling"),
            Some(Stage::Repairing) => word!("fact.repairing"),
            Some(Stage::HandingOver) => word!("fact.handing-over"),
        }
    }
}

impl Process for Crew {
    type Message = Uptime;

    fn on_message(&mut self, cx: &mut Context<'_, Uptime>, from: NodeId, message: Uptime) {
        match message {
            Uptime::Job { component, failure } => self.set_out(cx, NodeId(component), failure),
            Uptime::Status { condition } => self.hear(cx, from, condition),
            Uptime::Check => cx.send_routed(from, &self.busy()),
            _ => {}
        }
    }

    fn on_timer(&mut self, cx: &mut Context<'_, Uptime>, timer: Timer) {
        match timer {
            REPAIRED => self.hand_over(cx),
            _ => self.go_home(cx),
        }
    }

    fn on_restart(&mut self, cx: &mut Context<'_, Uptime>) {
        report(cx, &self.busy());
    }

    fn look(&self) -> Look {
        let look = Look::default().badge(self.stage().text());
        let look = look.fact(word!("fact.crew-is"), self.stage()).fact(word!("fact.repairs"), self.repairs);
        match self.errand {
            Some(errand) => look.fact(word!("fact.at-component"), vec![errand.component]),
            None => look,
        }
    }
}
