//! How long it takes to go to a random moment of a run of a million events, natively and in a browser's WebAssembly, beside the
//! rival that keeps no checkpoints and replays from the start, and the floor: one copy of the world. `cargo xtask bench seek`
//! runs it; it passes if the promise is kept (99 of 100 seeks within 50 ms natively, within 100 ms in the browser).

#[path = "support/clock.rs"]
mod clock;

use clock::{TARGET, say, wall_ms};
use netsplit::scenarios::{self, CATALOGUE};
use netsplit::sim::random::Rng;
use netsplit::sim::time::{Duration, Time};
use netsplit::sim::timeline::Timeline;

#[cfg(target_arch = "wasm32")]
wasm_bindgen_test::wasm_bindgen_test_configure!(run_in_browser);

const EVENTS: u64 = 1_000_000;
const SEEKS: usize = 400;
const STEPS_BACK: usize = 100;
const REPLAYS: usize = 5;
const PROMISE_MS: f64 = if cfg!(target_arch = "wasm32") { 100.0 } else { 50.0 };

#[cfg(not(target_arch = "wasm32"))]
#[test]
#[ignore = "a measurement: cargo xtask bench seek"]
fn seeks_keep_their_promise() {
    let mut context = std::task::Context::from_waker(std::task::Waker::noop());
    // Nothing is waited for here.
    assert!(std::pin::pin!(measure_all()).poll(&mut context).is_ready());
}

#[cfg(target_arch = "wasm32")]
#[wasm_bindgen_test::wasm_bindgen_test]
#[ignore = "a measurement: cargo xtask bench seek"]
async fn seeks_keep_their_promise() {
    measure_all().await;
}

async fn measure_all() {
    measure("stress", &[]).await;
    measure("partition", &["2s cut n2-n4", "2s cut n3-n7", "1000s heal n2-n4"]).await;
}

async fn measure(scenario: &str, script: &[&str]) {
    let mut scenario = scenarios::find(scenario).unwrap().build_with(&[]).unwrap();
    scenario.script.extend(script.iter().map(|line| (*line).to_owned()));
    let mut run = Timeline::new(scenario, CATALOGUE).unwrap();
    let start = run.clone();
    let (mut moment, mut watching) = (Time::ZERO, 0.0);
    while run.world().counts().events < EVENTS {
        let began = wall_ms();
        while run.world().counts().events < EVENTS && wall_ms() < began + 200.0 {
            moment += Duration::millis(500);
            run.seek(moment);
        }
        watching += wall_ms() - began;
        breathe().await;
    }
    let end = run.now();
    say(&format!(
        "{} on {TARGET}: {} events, watched in {watching:.0} ms; {} checkpoints of {:.1} KiB, together {:.1} MiB",
        run.scenario().name,
        run.world().counts().events,
        run.checkpoint_count(),
        run.checkpoint_bytes() as f64 / run.checkpoint_count() as f64 / 1024.0,
        run.checkpoint_bytes() as f64 / f64::from(1 << 20),
    ));
    let mut rng = Rng::stream(1, "moments to seek");
    let mut anywhere = || Time::from_micros(rng.below(end.as_micros()));
    let moments: Vec<Time> = (0..SEEKS).map(|_| anywhere()).collect();
    let seeks = times(moments.iter(), |moment| run.seek(*moment)).await;
    let p99 = report("seek to a random moment", &seeks);
    let (mut back, mut moved) = (Vec::new(), 0);
    for moment in moments.iter().take(10) {
        run.seek(*moment);
        back.extend(times(0..STEPS_BACK / 10, |_| moved += usize::from(run.step_back())).await);
    }
    report("step back", &back);
    assert_eq!(moved, back.len());
    let replays = times(moments.iter().take(REPLAYS), |moment| {
        let mut replayed = start.clone();
        replayed.seek(*moment);
    })
    .await;
    report("rival: replay from the start", &replays);
    let mut clones = Vec::new();
    for moment in moments.iter().take(20) {
        run.seek(*moment);
        clones.extend(times(0..1, |_| drop(run.world().clone())).await);
    }
    report("floor: one copy of the world", &clones);
    assert!(p99 <= PROMISE_MS, "99 of 100 seeks within {p99:.1} ms, not within {PROMISE_MS} ms");
}

async fn times<T>(each: impl Iterator<Item = T>, mut act: impl FnMut(T)) -> Vec<f64> {
    let mut times = Vec::new();
    for item in each {
        let began = wall_ms();
        act(item);
        times.push(wall_ms() - began);
        breathe().await;
    }
    times
}

/// Prints what half, 99 of 100 and all were done within; gives the second.
fn report(what: &str, times: &[f64]) -> f64 {
    let mut sorted = times.to_vec();
    sorted.sort_by(f64::total_cmp);
    let within =
        |part: f64| sorted[((sorted.len() as f64 * part).ceil() as usize).clamp(1, sorted.len()) - 1];
    let (p50, p99, max) = (within(0.5), within(0.99), within(1.0));
    say(&format!(
        "  {what:32} p50 {p50:8.2} ms   p99 {p99:8.2} ms   max {max:8.2} ms   ({} times)",
        times.len()
    ));
    p99
}

/// Lets the browser answer those who ask how the test is doing.
#[cfg(target_arch = "wasm32")]
async fn breathe() {
    let soon = js_sys::Promise::new(&mut |resolve, _| {
        let asked = web_sys::window().map(|window| window.set_timeout_with_callback(&resolve));
        assert!(matches!(asked, Some(Ok(_))), "a browser has timers");
    });
    assert!(wasm_bindgen_futures::JsFuture::from(soon).await.is_ok());
}

#[cfg(not(target_arch = "wasm32"))]
async fn breathe() {}
