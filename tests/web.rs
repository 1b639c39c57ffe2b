//! What must be the same in the browser's WebAssembly as natively. Both targets run these tests, against the same
//! values: `cargo test --test web` here, and `cargo xtask test wasm` in headless Chromium.

#[path = "support/hashes.rs"]
mod hashes;
#[path = "support/wander.rs"]
mod wander;

#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

use netsplit::sim::random::{Probability, Rng};
use netsplit::sim::time::Duration;
use netsplit::words;

#[cfg(target_arch = "wasm32")]
wasm_bindgen_test::wasm_bindgen_test_configure!(run_in_browser);

/// Ten thousand draws, folded into one number, so that a test can name them all (FNV-1a over their bytes).
fn digest_of_draws(draw: impl Fn(&mut Rng, u64) -> u64) -> u64 {
    let mut generator = Rng::stream(42, "portability");
    let draws = (1..=10_000).map(|index| draw(&mut generator, index));
    draws
        .flat_map(u64::to_le_bytes)
        .fold(0xcbf2_9ce4_8422_2325, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3))
}

#[test]
fn the_generator_draws_the_same_bits() {
    assert_eq!(digest_of_draws(|generator, _| generator.bits()), 0xbb6f_d03e_3f2d_e38a);
}

#[test]
fn draws_below_a_bound_are_the_same() {
    assert_eq!(digest_of_draws(|generator, index| generator.below(index)), 0x790f_d6b0_f5f9_76ab);
}

#[test]
fn chances_are_the_same() {
    let third = Probability::percent(33);
    assert_eq!(digest_of_draws(|generator, _| u64::from(generator.chance(third))), 0xdf97_b74f_472c_1325);
}

/// The one place where a run computes with floating point.
#[test]
fn exponential_delays_are_the_same_to_the_microsecond() {
    let delay = |generator: &mut Rng, index| generator.exponential(Duration::millis(index)).as_micros();
    assert_eq!(digest_of_draws(delay), 0x77f8_3f9b_56fe_df81);
}

/// The law that all else stands on: a scenario, a seed and what is done make one run, whoever computes it.
#[test]
fn every_run_is_the_same_to_the_last_event() {
    words::take_all();
    agree(include_str!("golden/hashes.txt"), &hashes::lines());
}

/// Two hundred watchers who do what occurs to them: forking, going to and fro, taking back.
#[test]
fn two_hundred_random_runs_are_the_same() {
    assert_eq!(wander::RUNS, 200);
    words::take_all();
    agree(include_str!("golden/random-runs.txt"), &wander::lines());
}

fn agree(known: &str, now: &str) {
    let known = known.replace("\r\n", "\n");
    let (known, now): (Vec<_>, Vec<_>) = (known.lines().collect(), now.lines().collect());
    let differing = known.iter().zip(&now).find(|(known, now)| known != now);
    assert_eq!(differing, None, "a run is not what it was (first as kept, then as computed here)");
    assert_eq!(known.len(), now.len());
}
