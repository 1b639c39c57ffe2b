//! The world right before something that happened, for those who want to know what it changed.

use super::Timeline;
use crate::sim::trace::Trace;
use crate::sim::world::World;

impl Timeline {
    /// The world right before the last event that left a record; none at the start of the run.
    pub fn before_last_event(&self) -> Option<World> {
        self.before_record(self.world.position().records.checked_sub(1)?)
    }

    /// The world right before the event that left the record of this index; none before the start of the run, or beyond what the
    /// watcher sees. The run itself stays where it is.
    pub fn before_record(&self, record: usize) -> Option<World> {
        if record >= self.world.position().records {
            return None;
        }
        let before = self.trace.step_of(record).checked_sub(1)?;
        let mut world = self.checkpoints.last(|world| world.position().steps <= before).clone();
        let mut mute = Trace::mute();
        while world.position().steps < before && world.step(&self.commands, &mut mute) {}
        Some(world)
    }
}
