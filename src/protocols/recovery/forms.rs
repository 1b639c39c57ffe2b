//! What is published on how often to save. Lengths of time are in one unit, whichever it is.

/// What a system that saves its work is like.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Model {
    /// The cost of a save, δ.
    pub save: f64,
    /// The mean time between failures, M.
    pub fails: f64,
    /// How long a restart takes, R.
    pub restart: f64,
}

impl Model {
    /// Young's best interval of work between saves, √(2δM) (1974).
    pub fn young(self) -> f64 {
        libm::sqrt(2.0 * self.save * self.fails)
    }

    /// Daly's better estimate (2006, equation 37), for saves that take less than twice the mean time between failures.
    pub fn daly(self) -> f64 {
        let part = self.save / (2.0 * self.fails);
        self.young() * (1.0 + libm::sqrt(part) / 3.0 + part / 9.0) - self.save
    }

    /// Young's first-order overhead of an interval, as a share of the work: the saves, half an interval lost at each failure, and the restarts.
    pub fn first_order(self, interval: f64) -> f64 {
        self.save / interval + interval / (2.0 * self.fails) + self.restart / self.fails
    }

    /// Daly's overhead of an interval, as a share of the work: failures are exponentially distributed and strike saves and restarts too.
    pub fn overhead(self, interval: f64) -> f64 {
        let stretch = libm::exp((interval + self.save) / self.fails) - 1.0;
        self.fails * libm::exp(self.restart / self.fails) * stretch / interval - 1.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Five minutes, a day: as told everywhere.
    #[test]
    fn two_hours_are_best() {
        let model = Model { save: 5.0, fails: 1440.0, restart: 10.0 };
        assert!((model.young() - 120.0).abs() < 1e-9);
        assert!((model.daly() - 116.7).abs() < 0.05);
        let at = |interval| model.overhead(interval);
        assert!(at(116.7) < at(110.0) && at(116.7) < at(124.0));
        assert!((model.first_order(120.0) - model.overhead(120.0)).abs() < 0.01);
    }
}
