//! How many messages a second the kernel takes through the works of `bench/`, natively and in a browser's WebAssembly. Prints rows of a
//! table; `cargo xtask bench wasm` runs it in both and sets one beside the other.
#![allow(dead_code, reason = "the works have more uses elsewhere")]

#[path = "support/clock.rs"]
mod clock;
#[path = "../bench/src/ours.rs"]
mod ours;
#[path = "../bench/src/work.rs"]
mod work;

use clock::{say, wall_ms};

#[cfg(target_arch = "wasm32")]
wasm_bindgen_test::wasm_bindgen_test_configure!(run_in_browser);

/// How often each work is done; the first time only warms up.
const ROUNDS: usize = 6;

#[cfg_attr(not(target_arch = "wasm32"), test)]
#[cfg_attr(target_arch = "wasm32", wasm_bindgen_test::wasm_bindgen_test)]
#[ignore = "a measurement: cargo xtask bench wasm"]
fn messages_a_second() {
    for work in work::ALL {
        let mut seconds: Vec<f64> = (0..ROUNDS).map(|_| measured(work)).skip(1).collect();
        seconds.sort_by(f64::total_cmp);
        let rate = work.messages() as f64 / seconds[seconds.len() / 2];
        say(&format!("{}: {rate:.0} messages a second", work.name));
    }
}

/// How long it takes, in seconds.
fn measured(work: &work::Work) -> f64 {
    let (world, trace) = ours::laid(work);
    let began = wall_ms();
    let memory = ours::play(world, trace, work);
    assert!(memory.trace_bytes > 0);
    (wall_ms() - began) / 1000.0
}
