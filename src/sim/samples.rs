//! Readings over time: what was read off a run at regular moments, in memory that hardly grows.
//!
//! The first samples lie evenly; from then on the distance doubles whenever the time that they span has. So which moments are sampled
//! depends on nothing but the pace of the network, and what is kept up to a moment is a function of the run up to there: nothing is
//! ever thinned out, and a run that is cut short has the samples of one that never went further.
//!
//! A sample tells what is read after everything that happened up to and including its moment.

use super::network::Network;
use super::time::{Duration, Time};
use super::world::World;

/// How many samples are shown of a run at most, evenly spaced; about as many are kept for each time that its length has doubled.
pub const SHOWN_AT_MOST: usize = 512;
/// How many samples a second of watching has, to begin with.
const SAMPLES_A_SECOND: u64 = 50;

/// What was read off a run, by moment.
#[derive(Clone, PartialEq, Debug)]
pub struct Samples {
    every: Duration,
    /// How many readings there are.
    width: usize,
    /// One row a moment, one value a reading.
    rows: Vec<Option<f64>>,
    /// How many rows there are.
    count: usize,
}

impl Samples {
    /// None yet.
    pub fn new(network: &Network) -> Samples {
        let every = Duration::micros(network.pace.as_micros() / SAMPLES_A_SECOND).at_least_shortest();
        Samples { every, width: network.readings.len(), rows: Vec::new(), count: 0 }
    }

    /// How many there are.
    pub fn count(&self) -> usize {
        self.count
    }

    /// The moment of the sample of this index, kept or yet to come.
    pub fn moment(&self, index: usize) -> Time {
        let half = SHOWN_AT_MOST / 2;
        let (place, doublings) = match index.checked_sub(SHOWN_AT_MOST) {
            None => (index, 0),
            Some(beyond) => (half + beyond % half, beyond / half + 1),
        };
        let step =
            1u64.checked_shl(doublings as u32).and_then(|factor| self.every.as_micros().checked_mul(factor));
        let micros = step.and_then(|step| step.checked_mul(place as u64));
        micros.map_or(Time::NEVER, Time::from_micros)
    }

    /// The row of this index, one value a reading.
    pub fn row(&self, index: usize) -> &[Option<f64>] {
        &self.rows[index * self.width..(index + 1) * self.width]
    }

    /// Samples a world that stands as it is until right before this moment.
    pub fn pass(&mut self, world: &World, until: Time) {
        if self.width == 0 || self.moment(self.count) >= until {
            return;
        }
        let begins = self.rows.len();
        self.rows.extend(world.network().readings.iter().map(|reading| (reading.read)(world)));
        self.count += 1;
        while self.moment(self.count) < until {
            self.rows.extend_from_within(begins..begins + self.width);
            self.count += 1;
        }
    }

    /// Forgets what was read from this moment on.
    pub fn part_at(&mut self, moment: Time) {
        while self.count > 0 && self.moment(self.count - 1) >= moment {
            self.count -= 1;
        }
        self.rows.truncate(self.count * self.width);
    }

    /// The indices of the samples up to a moment that lie evenly, at most [`SHOWN_AT_MOST`].
    pub fn evenly(&self, until: Time) -> impl Iterator<Item = usize> + Clone + use<'_> {
        let known = (0..self.count).take_while(move |index| self.moment(*index) <= until).count();
        let last = known.checked_sub(1).map_or(Time::ZERO, |last| self.moment(last));
        let mut step = self.every;
        while last.as_micros() / step.as_micros() >= SHOWN_AT_MOST as u64 {
            step = step * 2;
        }
        (0..known).filter(move |index| self.moment(*index).as_micros().is_multiple_of(step.as_micros()))
    }
}
