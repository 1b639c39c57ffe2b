//! Chance, the same on every machine: one seeded generator, a stream of its own for each node and link direction.
//!
//! A stream is named, not numbered in order of use, so that a cut here does not reshuffle luck there. Probabilities are
//! whole parts per million; exponential delays use `libm`, whose results do not depend on the platform.

use std::fmt;

use rand::rngs::Xoshiro256PlusPlus;
use rand::{Rng as _, RngExt as _, SeedableRng as _};

use super::time::{Duration, decimal, parse_scaled};

/// A seeded generator (xoshiro256++).
#[derive(Clone, Debug)]
pub struct Rng(Xoshiro256PlusPlus);

impl Rng {
    /// The stream called `stream` of the run with this seed.
    pub fn stream(seed: u64, stream: &str) -> Rng {
        Rng(Xoshiro256PlusPlus::seed_from_u64(seed ^ name_hash(stream)))
    }

    /// 64 random bits.
    pub fn bits(&mut self) -> u64 {
        self.0.next_u64()
    }

    /// A whole number from 0 up to, not including, `bound`; 0 if the bound is 0.
    pub fn below(&mut self, bound: u64) -> u64 {
        if bound == 0 { 0 } else { self.0.random_range(0..bound) }
    }

    /// True with this probability. Certainty and impossibility draw nothing.
    pub fn chance(&mut self, probability: Probability) -> bool {
        match probability.0 {
            0 => false,
            Probability::WHOLE => true,
            parts => self.below(u64::from(Probability::WHOLE)) < u64::from(parts),
        }
    }

    /// A length drawn evenly from `shortest` to `longest`, both included.
    pub fn between(&mut self, shortest: Duration, longest: Duration) -> Duration {
        let width = longest.as_micros().saturating_sub(shortest.as_micros());
        shortest + Duration::micros(self.below(width.saturating_add(1)))
    }

    /// An exponentially distributed length with this mean, as the time to the next event of a Poisson process.
    pub fn exponential(&mut self, mean: Duration) -> Duration {
        // 53 random bits make a number in (0, 1]; its logarithm is never infinite.
        let uniform = ((self.bits() >> 11) + 1) as f64 / (1u64 << 53) as f64;
        Duration::micros((-libm::log(uniform) * mean.as_micros() as f64) as u64)
    }

    /// One of these, evenly; `None` of nothing.
    pub fn pick<'a, T>(&mut self, from: &'a [T]) -> Option<&'a T> {
        from.get(self.below(from.len() as u64) as usize)
    }
}

/// A 64-bit FNV-1a hash of a name: portable, and good enough to tell streams and protocols apart.
pub const fn name_hash(name: &str) -> u64 {
    let bytes = name.as_bytes();
    let mut hash = 0xcbf2_9ce4_8422_2325_u64;
    let mut i = 0;
    while i < bytes.len() {
        hash = (hash ^ bytes[i] as u64).wrapping_mul(0x0100_0000_01b3);
        i += 1;
    }
    hash
}

/// A probability in whole parts per million.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Default)]
pub struct Probability(u32);

impl Probability {
    const WHOLE: u32 = 1_000_000;
    /// Never.
    pub const NEVER: Probability = Probability(0);
    /// Always.
    pub const ALWAYS: Probability = Probability(Probability::WHOLE);

    /// `percent` in a hundred; more than a hundred counts as always.
    pub const fn percent(percent: u32) -> Probability {
        let parts = percent.saturating_mul(10_000);
        Probability(if parts > Probability::WHOLE { Probability::WHOLE } else { parts })
    }

    /// Parts per million.
    pub const fn parts_per_million(self) -> u32 {
        self.0
    }

    /// The rest to a hundred per cent.
    pub const fn complement(self) -> Probability {
        Probability(Probability::WHOLE - self.0)
    }

    /// This share of a length of time, in whole microseconds rounded down: what an objective's complement leaves for being down.
    pub const fn of(self, length: Duration) -> Duration {
        let micros = length.as_micros() as u128 * self.0 as u128 / Probability::WHOLE as u128;
        Duration::micros(micros as u64)
    }

    /// Reads a percentage such as `30%` or `0.5%`, from 0 to 100, to four digits after the point.
    pub fn parse(text: &str) -> Option<Probability> {
        let parts = parse_scaled(text.strip_suffix('%')?, 10_000)?;
        u32::try_from(parts).ok().filter(|parts| *parts <= Probability::WHOLE).map(Probability)
    }
}

impl fmt::Display for Probability {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match decimal(u64::from(self.0), 10_000) {
            Some(percent) => write!(f, "{percent}%"),
            // Only a multiple of a tenth of a part per thousand has three digits; the rest needs the fourth.
            None => write!(f, "{}.{:04}%", self.0 / 10_000, self.0 % 10_000),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_stream_is_fixed_by_seed_and_name() {
        let draw = |seed, name: &str| Rng::stream(seed, name).bits();
        assert_eq!(draw(7, "node n1"), draw(7, "node n1"));
        assert_ne!(draw(7, "node n1"), draw(7, "node n2"));
        assert_ne!(draw(7, "node n1"), draw(8, "node n1"));
    }

    #[test]
    fn probabilities_read_and_print() {
        for text in ["0%", "30%", "0.5%", "100%", "0.0001%", "12.3456%"] {
            assert_eq!(Probability::parse(text).unwrap().to_string(), text);
        }
        for text in ["101%", "-1%", "30", "%", "0.00001%"] {
            assert_eq!(Probability::parse(text), None, "{text}");
        }
    }

    #[test]
    fn exponential_delays_have_their_mean() {
        let mut rng = Rng::stream(1, "test");
        let total: u64 = (0..20_000).map(|_| rng.exponential(Duration::millis(10)).as_micros()).sum();
        let mean = total / 20_000;
        assert!((9_800..10_200).contains(&mean), "{mean}");
    }
}
