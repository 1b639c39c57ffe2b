//! How many took how long, in buckets whose width grows with what they hold.
//!
//! As HdrHistogram (G. Tene) does: every power of two is divided into as many buckets of equal width, so that what is read off is wrong by a
//! thirty-second at most, however long it is.

/// How many buckets a power of two has.
const PARTS: u64 = 32;

/// Counts by length.
#[derive(Clone, Debug, Default)]
pub struct Histogram {
    counts: Vec<u32>,
    total: u64,
}

impl Histogram {
    /// How many were counted.
    pub fn total(&self) -> u64 {
        self.total
    }

    /// Counts one.
    pub fn count(&mut self, value: u64) {
        let bucket = bucket(value);
        if self.counts.len() <= bucket {
            self.counts.resize(bucket + 1, 0);
        }
        self.counts[bucket] += 1;
        self.total += 1;
    }

    /// The least length, up to the width of a bucket, that so many of a thousand do not exceed; nothing of nothing.
    pub fn permille(&self, permille: u64) -> Option<u64> {
        let wanted = (self.total * permille).div_ceil(1_000).max(1);
        let mut sum = 0;
        let reaches = |count: &u32| {
            sum += u64::from(*count);
            sum >= wanted
        };
        self.counts.iter().position(reaches).map(|bucket| last_of(bucket as u64))
    }

    pub(super) fn heap_bytes(&self) -> usize {
        self.counts.len() * size_of::<u32>()
    }
}

/// Lengths below [`PARTS`] have a bucket each.
fn bucket(value: u64) -> usize {
    let doublings = u64::from((value / PARTS + 1).ilog2());
    let doublings = if doublings > 0 { u64::from(value.ilog2() - PARTS.ilog2()) + 1 } else { 0 };
    match doublings {
        0 => value as usize,
        _ => (doublings * PARTS + (value >> (doublings - 1)) - PARTS) as usize,
    }
}

/// The greatest length that is in a bucket.
fn last_of(bucket: u64) -> u64 {
    match bucket / PARTS {
        0 => bucket,
        doublings => ((PARTS + bucket % PARTS + 1) << (doublings - 1)) - 1,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sim::random::Rng;
    use crate::sim::time::Duration;

    #[test]
    fn every_length_is_in_the_bucket_that_ends_next() {
        for value in (0..5_000).chain([1 << 20, (1 << 40) - 1, 1 << 40, (1 << 62) + 12_345]) {
            let (own, last) = (bucket(value), last_of(bucket(value) as u64));
            assert!(value <= last && last - value <= value / PARTS, "{value} in {own} up to {last}");
            assert!(own == 0 || last_of(own as u64 - 1) < value, "{value} is not in the bucket before {own}");
        }
    }

    #[test]
    fn percentiles_are_those_of_the_sorted_list_up_to_a_bucket() {
        let mut rng = Rng::stream(1, "latencies");
        let mut all: Vec<u64> =
            (0..2_000).map(|_| rng.exponential(Duration::millis(80)).as_micros()).collect();
        let mut histogram = Histogram::default();
        assert_eq!(histogram.permille(500), None);
        all.iter().for_each(|value| histogram.count(*value));
        all.sort_unstable();
        for permille in [1, 10, 500, 900, 950, 990, 999, 1_000] {
            let exact = all[(all.len() * permille).div_ceil(1_000).max(1) - 1];
            let read = histogram.permille(permille as u64).unwrap();
            assert!((exact..=exact + exact / PARTS).contains(&read), "{permille}: {read} for {exact}");
        }
    }
}
