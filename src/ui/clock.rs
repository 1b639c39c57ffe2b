//! The animation frame: the only place that knows wall time. While the run plays it lets simulated time pass, never more in a
//! frame than there is time to compute, so that a slow machine slows down and does not freeze.

use std::cell::{Cell, RefCell};
use std::rc::Rc;
use std::time::Duration;

use leptos::prelude::*;
use wasm_bindgen::JsCast as _;
use wasm_bindgen::closure::Closure;

use super::crash::crashed;
use super::dynamic::effect;
use super::lab::{Action, Lab};
use crate::stage::geometry::between;

/// How much of a frame may be spent on simulating, in milliseconds.
const BUDGET_MS: f64 = 8.0;
/// The longest time that one frame stands for: after a pause of the browser the run does not leap.
const FRAME_AT_MOST_MS: f64 = 50.0;
/// How often the moment is told in digits, in milliseconds: nobody reads sixty numbers a second, and each is laid out and painted.
const TELL_TIME_EVERY_MS: f64 = 45.0;
/// How often panels hear that events happened, in milliseconds, as long as they are quick about it.
const TELL_EVERY_MS: f64 = 100.0;
/// How often they hear of it however slow they are, in milliseconds.
const TELL_AT_LEAST_EVERY_MS: f64 = 1000.0;
/// How long a frame is, in milliseconds, when nothing delays it.
const FRAME_MS: f64 = 1000.0 / 60.0;

type FrameCallback = Closure<dyn FnMut(f64)>;

/// Lets time pass for this store while it plays. Frames are asked for only while it does. Call it once.
pub fn run(lab: Lab) {
    let frame: Rc<RefCell<Option<FrameCallback>>> = Rc::default();
    let asked = Rc::new(Cell::new(false));
    let ticker = Ticker::new(lab, Rc::clone(&asked));
    let again = Rc::clone(&frame);
    *frame.borrow_mut() = Some(Closure::new(move |now_ms: f64| {
        ticker.asked.set(false);
        if ticker.tick(now_ms) {
            ask(&again, &ticker.asked);
        }
    }));
    effect(move || {
        if lab.playing.get() {
            ask(&frame, &asked);
        }
    });
    pause_when_hidden(lab);
}

fn ask(frame: &Rc<RefCell<Option<FrameCallback>>>, asked: &Rc<Cell<bool>>) {
    if let Some(callback) = &*frame.borrow()
        && !asked.replace(true)
        && window().request_animation_frame(callback.as_ref().unchecked_ref()).is_err()
    {
        asked.set(false);
    }
}

struct Ticker {
    lab: Lab,
    asked: Rc<Cell<bool>>,
    last_ms: Cell<Option<f64>>,
    told_ms: Cell<f64>,
    told_time_ms: Cell<f64>,
    /// How long to wait until they are told again.
    tell_every_ms: Cell<f64>,
    untold: Cell<bool>,
}

impl Ticker {
    fn new(lab: Lab, asked: Rc<Cell<bool>>) -> Ticker {
        Ticker {
            lab,
            asked,
            last_ms: Cell::new(None),
            told_ms: Cell::new(0.0),
            told_time_ms: Cell::new(0.0),
            tell_every_ms: Cell::new(TELL_EVERY_MS),
            untold: Cell::new(false),
        }
    }

    /// One frame. True if there shall be another.
    fn tick(&self, now_ms: f64) -> bool {
        if crashed() || self.lab.playing.try_get_untracked() != Some(true) {
            self.last_ms.set(None);
            return false;
        }
        let last_ms = self.last_ms.replace(Some(now_ms)).unwrap_or(now_ms - FRAME_MS);
        let since_ms = now_ms - last_ms;
        if last_ms == self.told_ms.get() {
            self.spare_panels(since_ms - FRAME_MS);
        }
        let watched = Duration::from_secs_f64(between(since_ms, 0.0, FRAME_AT_MOST_MS) / 1000.0);
        let began_ms = wall_ms();
        let happened = self.lab.watch(watched, || wall_ms() - began_ms < BUDGET_MS);
        self.untold.set(self.untold.get() || happened);
        if self.untold.get() && now_ms - self.told_ms.get() >= self.tell_every_ms.get() {
            self.told_ms.set(now_ms);
            self.untold.set(false);
            self.told_time_ms.set(now_ms);
            self.lab.tell_state();
        } else if now_ms - self.told_time_ms.get() >= TELL_TIME_EVERY_MS {
            self.told_time_ms.set(now_ms);
            self.lab.tell_time();
        }
        true
    }

    /// Panels that delayed a frame by this much hear of events less often, so that they take about a tenth of the time.
    fn spare_panels(&self, delay_ms: f64) {
        self.tell_every_ms.set(between(10.0 * delay_ms, TELL_EVERY_MS, TELL_AT_LEAST_EVERY_MS));
    }
}

/// Milliseconds since the page was opened.
pub fn wall_ms() -> f64 {
    window().performance().map_or(0.0, |performance| performance.now())
}

fn pause_when_hidden(lab: Lab) {
    let hidden = move |_| {
        if document().hidden() {
            lab.dispatch(Action::Pause);
        }
    };
    window_event_listener_untyped("visibilitychange", hidden);
}
