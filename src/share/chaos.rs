//! Chaos: commands drawn at random, to see what a protocol stands. The same seed draws the same commands.

use crate::sim::command::{Command, Place, TimedCommand};
use crate::sim::fault::FaultKind;
use crate::sim::network::{LinkId, Network, NodeId};
use crate::sim::random::{Probability, Rng};
use crate::sim::settings::{Kind, Value};
use crate::sim::time::{Duration, Time};

/// Which chaos to draw.
#[derive(Clone, Debug)]
pub struct Chaos {
    /// How many commands.
    pub commands: usize,
    /// Which faults; those that find no place in a network are left out.
    pub kinds: Vec<&'static FaultKind>,
}

/// How far from its usual amount a fault strays: from a tenth of it to ten times it.
const STRAYS_BY: u64 = 10;

impl Chaos {
    /// Draws the commands for one run, in the order of their times. They are spread over the first two thirds of the run,
    /// one in each of as many equal parts, so that there is time to recover. Every second command takes a fault back, as
    /// long as one is in force.
    pub fn draw(&self, network: &Network, seed: u64, until: Time) -> Vec<TimedCommand> {
        let kinds: Vec<_> = self.kinds.iter().copied().filter(|kind| has_place(network, kind)).collect();
        let mut rng = Rng::stream(seed, "chaos");
        let mut in_force: Vec<(Place, &'static FaultKind)> = Vec::new();
        let mut commands = Vec::with_capacity(self.commands);
        for number in 0..self.commands {
            let at = moment(&mut rng, until, number, self.commands);
            let heals = !in_force.is_empty() && rng.below(2) == 0;
            let command = if heals {
                let (place, kind) = in_force.swap_remove(rng.below(in_force.len() as u64) as usize);
                Command::Heal { place, kind: Some(kind) }
            } else {
                let Some(kind) = rng.pick(&kinds).copied() else { break };
                let place = draw_place(network, kind, &mut rng);
                in_force.retain(|known| *known != (place, kind));
                in_force.push((place, kind));
                Command::inject(place, kind, Some(draw_amount(kind, &mut rng)))
            };
            commands.push(TimedCommand { at, command });
        }
        commands
    }
}

/// A moment in the part of this number of the run's first two thirds.
fn moment(rng: &mut Rng, until: Time, number: usize, of: usize) -> Time {
    let span = u128::from(until.as_micros()) * 2 / 3;
    let edge = |number: usize| (span * number as u128 / of as u128) as u64;
    let (from, to) = (edge(number), edge(number + 1));
    Time::from_micros(from + rng.below(to - from))
}

fn has_place(network: &Network, kind: &FaultKind) -> bool {
    kind.strikes_nodes() || !network.links.is_empty()
}

fn draw_place(network: &Network, kind: &FaultKind, rng: &mut Rng) -> Place {
    if kind.strikes_nodes() {
        return Place::Node(NodeId(rng.below(network.nodes.len() as u64) as u32));
    }
    let link = LinkId(rng.below(network.links.len() as u64) as u32);
    match rng.below(4) {
        0 => Place::Direction(link.forward()),
        1 => Place::Direction(link.backward()),
        _ => Place::Link(link),
    }
}

fn draw_amount(kind: &FaultKind, rng: &mut Rng) -> Value {
    let usual = kind.usual_amount();
    match (kind.amount, &usual) {
        (Some((Kind::Probability, _)), _) => {
            Value::Probability(Probability::percent(1 + rng.below(100) as u32))
        }
        (Some((Kind::Count(least, most), _)), _) => {
            Value::Count(least + rng.below((most - least).saturating_add(1)))
        }
        (Some((Kind::Duration(least, most), _)), Value::Duration(length)) => {
            let drawn = Duration::micros(near(length.as_micros(), rng));
            // Whole milliseconds read better, and nothing hangs on less.
            let drawn = Duration::millis((drawn.as_micros() / 1_000).max(1));
            Value::Duration(drawn.clamp(least, most))
        }
        (Some((Kind::Bandwidth, _)), Value::Bandwidth(Some(rate))) => {
            Value::Bandwidth(Some(near(*rate, rng).max(1)))
        }
        (Some((Kind::Choice(words), _)), _) => rng.pick(words).map_or(usual, |word| Value::Choice(word)),
        _ => usual,
    }
}

/// A number from a tenth of the usual to ten times it, smaller and larger ones alike.
fn near(usual: u64, rng: &mut Rng) -> u64 {
    let scale = 1 + rng.below(STRAYS_BY);
    let scaled = if rng.below(2) == 0 { usual / scale } else { usual.saturating_mul(scale) };
    scaled.max(1)
}
