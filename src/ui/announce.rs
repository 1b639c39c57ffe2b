//! The page's one voice for those who listen to it: a polite live region. It speaks of events, never of frames, and waits a
//! moment between two announcements, so that a screen reader is not cut short.

use std::cell::{Cell, RefCell};

use gloo_timers::callback::Timeout;
use leptos::prelude::*;

use crate::ui::markup::view;

/// How long an announcement stands before the next, in milliseconds.
const STANDS_MS: u32 = 1_200;
/// Before an announcement is made others may join it, in milliseconds.
const GATHERS_MS: u32 = 150;
/// How many wait at most: of a flood of events only the last matter.
const WAITING_AT_MOST: usize = 4;

thread_local! {
    static WAITING: RefCell<Vec<String>> = const { RefCell::new(Vec::new()) };
    static BUSY: Cell<bool> = const { Cell::new(false) };
    static SPOKEN: ArcRwSignal<String> = ArcRwSignal::new(String::new());
}

/// Says something, soon and politely.
pub fn announce(text: impl Into<String>) {
    let text = text.into();
    WAITING.with_borrow_mut(|waiting| {
        waiting.retain(|other| *other != text);
        if waiting.len() == WAITING_AT_MOST {
            waiting.remove(0);
        }
        waiting.push(text);
    });
    if !BUSY.replace(true) {
        Timeout::new(GATHERS_MS, speak).forget();
    }
}

/// The live region. It belongs in the page once.
#[component]
pub fn Voice() -> impl IntoView {
    let spoken = SPOKEN.with(Clone::clone);
    view! { <div class="for-ears" role="status" aria-live="polite" data-voice>{move || spoken.get()}</div> }
}

fn speak() {
    let texts = WAITING.take();
    if texts.is_empty() {
        BUSY.set(false);
        return;
    }
    SPOKEN.with(|spoken| spoken.set(texts.join(" ")));
    Timeout::new(STANDS_MS, speak).forget();
}
