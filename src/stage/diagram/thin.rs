//! Leaves out lines that could not be told from one that is drawn already, so that a crowd costs no more than its picture.

use crate::stage::geometry::between;

/// Up to how many legs in sight every one is drawn.
const LEGS_AT_MOST: usize = 2_000;
/// How many lines are remembered; one that is forgotten is drawn once more.
const REMEMBERED: usize = 1 << 13;

/// Remembers which lines were drawn, to so many pixels.
#[derive(Debug, Default)]
pub(super) struct Thinner {
    /// How many pixels apart lines must be, if they must.
    grain: Option<f64>,
    drawn: Vec<u64>,
}

impl Thinner {
    /// Begins a picture with so many legs.
    pub fn begin(&mut self, legs: usize) {
        self.grain = (legs > LEGS_AT_MOST).then(|| between(legs as f64 / 4_000.0, 1.0, 4.0));
        if self.grain.is_some() {
            self.drawn.clear();
            self.drawn.resize(REMEMBERED, u64::MAX);
        }
    }

    /// Whether a line from lane to lane is to be drawn, from one place across to another.
    pub fn is_new(&mut self, from: u32, to: u32, start: f64, end: f64) -> bool {
        let Some(grain) = self.grain else { return true };
        let place = |x: f64| ((x / grain) as i64 as u64) & 0xffff;
        let line =
            u64::from(from & 0xffff) << 48 | u64::from(to & 0xffff) << 32 | place(start) << 16 | place(end);
        let slot = (line.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 51) as usize;
        std::mem::replace(&mut self.drawn[slot], line) != line
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_few_lines_are_all_drawn_and_a_crowd_has_no_two_alike() {
        let mut thinner = Thinner::default();
        thinner.begin(100);
        assert!(thinner.is_new(0, 1, 10.0, 20.0) && thinner.is_new(0, 1, 10.0, 20.0));
        thinner.begin(10_000);
        assert!(thinner.is_new(0, 1, 10.0, 20.0));
        assert!(!thinner.is_new(0, 1, 10.2, 20.2), "it could not be told from the one before");
        assert!(thinner.is_new(1, 0, 10.0, 20.0) && thinner.is_new(0, 1, 50.0, 60.0));
        thinner.begin(10_000);
        assert!(thinner.is_new(0, 1, 10.0, 20.0), "each picture begins anew");
    }
}
