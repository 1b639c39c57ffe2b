//! The nearest rival, the crate `anysystem`: deterministic, discrete events, the same shape of process. Its messages are strings.

use ::anysystem::{Context, Message, Process, System};

use crate::work::{INTERVAL_MS, Kind, LATENCY_MS, Work};

/// Does a work, and returns how many messages arrived.
pub fn run(work: &Work) -> u64 {
    let mut system = System::new(1);
    system.network().set_delay(LATENCY_MS as f64 / 1000.0);
    for node in 0..work.nodes {
        let name = name(node);
        system.add_node(&name);
        let begins = match work.kind {
            Kind::PingPong => Vec::new(),
            Kind::Flood => (0..work.rounds).filter(|round| work.beginner(*round) == node).collect(),
            Kind::Heartbeats => vec![0],
        };
        let process = Node {
            kind: work.kind,
            rounds: work.rounds,
            neighbours: work.neighbours(node).into_iter().map(self::name).collect(),
            begins,
            heard: u64::MAX,
            first_beat_ms: node as u64 % INTERVAL_MS,
        };
        system.add_process(&name, Box::new(process), &name);
    }
    // Everybody must be there before anybody begins.
    (0..work.nodes).for_each(|node| system.send_local_message(&name(node), Message::new("begin", "")));
    while system.step() {}
    system.network().network_message_count()
}

fn name(node: usize) -> String {
    format!("n{node}")
}

#[derive(Clone)]
struct Node {
    kind: Kind,
    rounds: u64,
    neighbours: Vec<String>,
    /// The rounds that it begins.
    begins: Vec<u64>,
    heard: u64,
    first_beat_ms: u64,
}

impl Node {
    fn tell(&self, number: u64, but: Option<&str>, cx: &mut Context) {
        for other in self.neighbours.iter().filter(|other| Some(other.as_str()) != but) {
            cx.send(Message::new("number", &number.to_string()), other.clone());
        }
    }
}

impl Process for Node {
    fn on_local_message(&mut self, _: Message, cx: &mut Context) -> Result<(), String> {
        match self.kind {
            Kind::PingPong if cx.time() == 0.0 && self.first_beat_ms == 0 => self.tell(0, None, cx),
            Kind::PingPong => {}
            Kind::Flood => {
                for round in &self.begins {
                    cx.set_timer(&round.to_string(), (round * INTERVAL_MS) as f64 / 1000.0);
                }
            }
            Kind::Heartbeats => cx.set_timer("0", self.first_beat_ms as f64 / 1000.0),
        }
        Ok(())
    }

    fn on_message(&mut self, message: Message, from: String, cx: &mut Context) -> Result<(), String> {
        let number: u64 = message.data.parse().map_err(|_| "not a number".to_owned())?;
        match self.kind {
            Kind::PingPong if number + 1 < self.rounds => self.tell(number + 1, None, cx),
            Kind::Flood if self.heard != number => {
                self.heard = number;
                self.tell(number, Some(&from), cx);
            }
            _ => {}
        }
        Ok(())
    }

    fn on_timer(&mut self, timer: String, cx: &mut Context) -> Result<(), String> {
        let round: u64 = timer.parse().map_err(|_| "not a number".to_owned())?;
        self.heard = round;
        self.tell(round, None, cx);
        if self.kind == Kind::Heartbeats && round + 1 < self.rounds {
            cx.set_timer(&(round + 1).to_string(), INTERVAL_MS as f64 / 1000.0);
        }
        Ok(())
    }
}
