//! Chatter: every node sends a number to a random neighbour, again and again. It teaches nothing and keeps a network busy,
//! for measuring the simulator and the stage.

use serde::{Deserialize, Serialize};

use crate::sim::network::NodeId;
use crate::sim::process::{
    Context, Icon, Look, Message, Process, Protocol, Role, Sort, Timer, describe, timer,
};
use crate::sim::settings::{Kind, Setting};
use crate::sim::time::Duration;
use crate::word;

/// Nodes that talk for the sake of talking.
pub static CHATTER: Protocol = Protocol {
    name: Chat::PROTOCOL,
    roles: &[Role {
        name: "chatterer",
        icon: Icon::Member,
        settings: &[Setting {
            name: "interval",
            kind: Kind::Duration(Duration::millis(1), Duration::secs(3_600)),
            default: "100ms",
        }],
        spawn: || Box::new(Chatterer::default()),
    }],
    properties: &[],
    readings: &[],
    figures: &[],
    describe: describe::<Chat>,
};

/// A number that means nothing.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct Chat {
    number: u64,
}

impl Message for Chat {
    const PROTOCOL: &'static str = "chatter";

    fn label(&self) -> String {
        self.number.to_string()
    }

    fn sort(&self) -> Sort {
        [Sort::Request, Sort::Reply, Sort::Beat][(self.number % 3) as usize]
    }
}

/// One that talks.
#[derive(Clone, Debug, Default)]
pub struct Chatterer {
    said: u64,
    heard: u64,
}

impl Chatterer {
    /// How many messages it has heard.
    pub fn heard(&self) -> u64 {
        self.heard
    }
}

const TALK: Timer = timer("talk");

impl Process for Chatterer {
    type Message = Chat;

    fn on_start(&mut self, cx: &mut Context<'_, Chat>) {
        let interval = cx.settings().duration("interval");
        let first = cx.rng().between(Duration::ZERO, interval);
        cx.set_timer(TALK, first);
    }

    fn on_message(&mut self, _: &mut Context<'_, Chat>, _: NodeId, _: Chat) {
        self.heard += 1;
    }

    fn on_timer(&mut self, cx: &mut Context<'_, Chat>, _: Timer) {
        let neighbours = cx.neighbours();
        if let Some(to) = cx.rng().pick(neighbours) {
            self.said += 1;
            cx.send(*to, &Chat { number: self.said });
        }
        let interval = cx.settings().duration("interval");
        cx.set_timer(TALK, interval);
    }

    fn look(&self) -> Look {
        Look::default().fact(word!("fact.said"), self.said).fact(word!("fact.heard"), self.heard)
    }
}
