//! Worlds kept along the way, so that no moment is far from one. They are bounded in bytes: when they would take more, every
//! second one goes and the distance doubles.

use std::sync::Arc;

use crate::sim::world::World;

/// How much memory the checkpoints of a run take at most. Its start is always kept, however large it is.
pub const CHECKPOINT_BYTES_AT_MOST: usize = 80 << 20;
/// How many events lie between two checkpoints, to begin with.
const EVENTS_BETWEEN: usize = 1_000;

/// Worlds of one run in the order of their times; the first is its start.
#[derive(Clone)]
pub(super) struct Checkpoints {
    kept: Vec<Kept>,
    bytes: usize,
    events_between: usize,
}

/// Shared by copies of a run: what is kept never changes.
#[derive(Clone)]
struct Kept {
    world: Arc<World>,
    bytes: usize,
}

impl Checkpoints {
    pub(super) fn new(start: &World) -> Checkpoints {
        let mut checkpoints = Checkpoints { kept: Vec::new(), bytes: 0, events_between: EVENTS_BETWEEN };
        checkpoints.keep(start);
        checkpoints
    }

    pub(super) fn count(&self) -> usize {
        self.kept.len()
    }

    pub(super) fn bytes(&self) -> usize {
        self.bytes
    }

    pub(super) fn first(&self) -> &World {
        &self.kept[0].world
    }

    /// The last that is fit. All that are come before all that are not; the first always is.
    pub(super) fn last(&self, fit: impl Fn(&World) -> bool) -> &World {
        let fits = self.kept.partition_point(|kept| fit(&kept.world));
        &self.kept[fits.saturating_sub(1)].world
    }

    /// Keeps a world that the run has come to, if it is time for a checkpoint.
    pub(super) fn pass(&mut self, world: &World) {
        let last = self.kept.last().map_or(0, |kept| kept.world.position().steps);
        if world.position().steps >= last + self.events_between {
            self.keep(world);
            while self.bytes > CHECKPOINT_BYTES_AT_MOST && self.kept.len() > 1 {
                self.thin();
            }
        }
    }

    /// Forgets those that are not fit. All that are come before all that are not; the first always is.
    pub(super) fn retain(&mut self, fit: impl Fn(&World) -> bool) {
        let fits = self.kept.partition_point(|kept| fit(&kept.world));
        self.kept.truncate(fits.max(1));
        self.count_bytes();
    }

    fn keep(&mut self, world: &World) {
        let world = Arc::new(world.clone());
        let bytes = world.bytes();
        self.kept.push(Kept { world, bytes });
        self.bytes += bytes;
    }

    fn thin(&mut self) {
        let mut index = 0;
        self.kept.retain(|_| {
            index += 1;
            index % 2 == 1
        });
        self.events_between = self.events_between.saturating_mul(2);
        self.count_bytes();
    }

    fn count_bytes(&mut self) {
        self.bytes = self.kept.iter().map(|kept| kept.bytes).sum();
    }
}
