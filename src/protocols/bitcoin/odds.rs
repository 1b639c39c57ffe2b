//! How likely a double spend is: the chance to catch up from behind, exactly and as the paper reckons it. Readings and figures only.
//!
//! The attacker has the share q of the hash power, the others have p = 1 − q. While they find the z blocks that the merchant
//! waits for, the attacker finds k. From then on each block is the attacker's with the chance q, and being z − k behind it ever
//! catches up with the chance (q/p)^(z−k): the gambler's ruin. It has caught up already if k ≥ z.
//!
//! What is left is how k is distributed. Exactly, it is the number of failures before the z-th success: a negative binomial
//! (M. Rosenfeld 2012). The paper assumes that the z blocks take the time that they take on average, which makes k Poisson with the
//! mean z·q/p. But z blocks that happen to take longer also give the attacker longer: k varies more than that. So with many
//! confirmations, where the attacker needs luck, the paper's figure is too low, and with few a little too high.

/// The chance that an attacker with this share of the hash power catches up, exactly.
pub fn exact(share: f64, confirmations: u64) -> f64 {
    let honest = 1.0 - share;
    let z = confirmations as f64;
    let none = power(honest, confirmations);
    caught_up(share, confirmations, none, |k| (z + k - 1.0) / k * share)
}

/// The same as the paper reckons it.
pub fn paper(share: f64, confirmations: u64) -> f64 {
    let mean = confirmations as f64 * share / (1.0 - share);
    caught_up(share, confirmations, libm::exp(-mean), |k| mean / k)
}

/// One less the chance that it does not: over all k up to z, the chance that the attacker found k blocks meanwhile, times the
/// chance of never making up for the rest. `none` is the chance of k = 0 and `next` what leads from that of k − 1 to that of k.
fn caught_up(share: f64, confirmations: u64, none: f64, next: impl Fn(f64) -> f64) -> f64 {
    let honest = 1.0 - share;
    if share >= honest {
        return 1.0;
    }
    let (mut found, mut fails) = (none, 0.0);
    for k in 0..=confirmations {
        if k > 0 {
            found *= next(k as f64);
        }
        fails += found * (1.0 - power(share / honest, confirmations - k));
    }
    1.0 - fails
}

fn power(base: f64, exponent: u64) -> f64 {
    (0..exponent).fold(1.0, |power, _| power * base)
}
