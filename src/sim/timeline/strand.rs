//! A branch that is followed without being watched, so that it can be laid beside another.

use super::Timeline;
use crate::sim::command::TimedCommand;
use crate::sim::time::Time;
use crate::sim::trace::Trace;
use crate::sim::world::World;

/// A branch on its way, apart from the run that it belongs to.
pub struct Strand {
    world: World,
    trace: Trace,
    commands: Vec<TimedCommand>,
}

impl Timeline {
    /// The branch of this index, from a moment before it parts from the one at hand.
    pub fn strand(&self, index: usize) -> Option<Strand> {
        let branch = self.branches().get(index)?;
        let commands = self.with_script(&branch.deeds);
        let common = commands.iter().zip(&self.commands).take_while(|(new, old)| new == old).count();
        let parting = self.parting(index).unwrap_or(Time::NEVER);
        let shared = |world: &World| world.commands_done() <= common && world.now() <= parting;
        let world = self.checkpoints.last(shared).clone();
        let trace = self.trace.head(world.position());
        Some(Strand { world, trace, commands })
    }

    /// The branch at hand, from the same moment as the strand of the other one.
    pub fn strand_here(&self, beside: &Strand) -> Strand {
        Strand { world: beside.world.clone(), trace: beside.trace.clone(), commands: self.commands.clone() }
    }
}

impl Strand {
    /// Its world at the moment that it has come to.
    pub fn world(&self) -> &World {
        &self.world
    }

    /// What happened on it.
    pub fn trace(&self) -> &Trace {
        &self.trace
    }

    /// When the next thing happens on it.
    pub fn next_time(&self) -> Option<Time> {
        self.world.next_time(&self.commands)
    }

    /// Lets everything happen that is due up to a moment.
    pub fn run_to(&mut self, moment: Time) {
        while self.next_time().is_some_and(|next| next <= moment) {
            self.world.step(&self.commands, &mut self.trace);
        }
    }
}
