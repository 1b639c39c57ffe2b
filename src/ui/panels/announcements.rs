//! Says what happens in the run to those who listen to the page: condensed, and at most once a second.

use std::cell::Cell;
use std::rc::Rc;

use gloo_timers::callback::Timeout;
use leptos::prelude::*;

use crate::stage::announce::Announcer;
use crate::ui::announce::announce;
use crate::ui::dynamic::effect;
use crate::ui::lab::Lab;
use crate::ui::signals::StoredValue;

/// How long events are gathered before they are spoken of, in milliseconds.
const GATHERS_MS: u32 = 1_000;

/// Speaks of the run at hand through the page's voice. It shows nothing; it belongs in the page once.
#[component]
pub fn Announcements() -> impl IntoView {
    let lab = Lab::here();
    let announcer = StoredValue::new((0, Announcer::default()));
    let waits = Rc::new(Cell::new(false));
    let speak = move || {
        let said = lab.with(|timeline| announcer.try_update_value(|(_, heard)| heard.announcement(timeline)));
        if let Some(text) = said.flatten().flatten() {
            announce(text);
        }
    };
    effect(move || {
        lab.state.track();
        let opened = lab.opened.get();
        announcer.try_update_value(|(of, announcer)| {
            if *of != opened {
                (*of, *announcer) = (opened, Announcer::default());
                lab.with(|timeline| announcer.skip(timeline));
            }
        });
        if !waits.replace(true) {
            let waits = Rc::clone(&waits);
            Timeout::new(GATHERS_MS, move || {
                waits.set(false);
                speak();
            })
            .forget();
        }
    });
}
