//! Sines and cosines for places and pictures, the same on every machine: nothing but sums, products and whole turns. A library's
//! are right to the last digit for any angle, and weigh two kibibytes on the way to the page; these are right to a
//! ten-millionth for the few turns that a picture has.

use std::f64::consts::FRAC_PI_2;

/// The sine and the cosine of an angle in radians.
pub fn sin_cos(angle: f64) -> (f64, f64) {
    let quarters = (angle / FRAC_PI_2 + 0.5).floor();
    let rest = angle - quarters * FRAC_PI_2;
    let square = rest * rest;
    // Taylor's series: within an eighth of a turn the next terms are below a ten-millionth.
    let sine =
        rest * (1.0 - square / 6.0 * (1.0 - square / 20.0 * (1.0 - square / 42.0 * (1.0 - square / 72.0))));
    let cosine = 1.0
        - square / 2.0
            * (1.0 - square / 12.0 * (1.0 - square / 30.0 * (1.0 - square / 56.0 * (1.0 - square / 90.0))));
    match quarters as i64 & 3 {
        0 => (sine, cosine),
        1 => (cosine, -sine),
        2 => (-sine, -cosine),
        _ => (-cosine, sine),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn they_are_those_of_the_library_to_a_ten_millionth() {
        for step in -4_000..4_000 {
            let angle = f64::from(step) * 0.01;
            let (sine, cosine) = sin_cos(angle);
            assert!((sine - libm::sin(angle)).abs() < 1e-7, "sine of {angle}: {sine}");
            assert!((cosine - libm::cos(angle)).abs() < 1e-7, "cosine of {angle}: {cosine}");
        }
    }
}
