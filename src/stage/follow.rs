//! Follows a run from look to look: whether it is still the one that was seen last, only longer.

use crate::sim::command::TimedCommand;
use crate::sim::timeline::Timeline;

/// Remembers what a run was at the last look.
#[derive(Clone, Default, Debug)]
pub struct Follower {
    deeds: Vec<TimedCommand>,
    records: usize,
    forks: u32,
}

impl Follower {
    /// Looks at the run. False if what was remembered of it is no longer true, because another future has begun.
    pub fn follow(&mut self, timeline: &Timeline) -> bool {
        let records = timeline.trace().records().len();
        let same = self.deeds == timeline.deeds() && self.records <= records;
        if !same {
            self.deeds = timeline.deeds().to_vec();
            self.forks += 1;
        }
        self.records = records;
        same
    }

    /// How often another future has begun.
    pub fn forks(&self) -> u32 {
        self.forks
    }
}
