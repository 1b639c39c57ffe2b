//! The wall clock and a way to print, on this machine and in a browser, for measurements.
#![allow(
    clippy::disallowed_types,
    dead_code,
    reason = "a measurement looks at the wall clock, and not each uses all of this"
)]

/// Where it runs.
#[cfg(not(target_arch = "wasm32"))]
pub const TARGET: &str = "this machine";
/// Where it runs.
#[cfg(target_arch = "wasm32")]
pub const TARGET: &str = "WebAssembly in the browser";

/// Milliseconds since some moment.
#[cfg(not(target_arch = "wasm32"))]
pub fn wall_ms() -> f64 {
    use std::sync::LazyLock;
    use std::time::Instant;
    static START: LazyLock<Instant> = LazyLock::new(Instant::now);
    START.elapsed().as_secs_f64() * 1000.0
}

/// Milliseconds since some moment.
#[cfg(target_arch = "wasm32")]
pub fn wall_ms() -> f64 {
    web_sys::window().and_then(|window| window.performance()).map_or(0.0, |performance| performance.now())
}

/// Prints a line.
#[cfg(not(target_arch = "wasm32"))]
pub fn say(line: &str) {
    println!("{line}");
}

/// Prints a line.
#[cfg(target_arch = "wasm32")]
pub fn say(line: &str) {
    wasm_bindgen_test::console_log!("{line}");
}
