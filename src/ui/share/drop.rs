//! Files that are dropped on the page, wherever on it.

use leptos::prelude::*;
use wasm_bindgen::JsCast as _;
use web_sys::{DragEvent, Event};

use super::actions::Share;
use super::{Dropped, file_of, has_files};
use crate::ui::dynamic::shown;
use crate::ui::markup::view;
use crate::ui::signals::RwSignal;
use crate::word;

/// Takes files that are dropped on the page, and shows that it would while one is over it.
#[inline(never)]
pub fn panel() -> AnyView {
    let share = Share::new();
    let Dropped(dropped) = expect_context();
    if let Some(file) = dropped.try_update_value(Option::take).flatten() {
        share.open(file);
    }
    let over = RwSignal::new(false);
    let listen = move |name: &'static str, hear: fn(Share, RwSignal<bool>, &DragEvent)| {
        window_event_listener_untyped(name, move |event: Event| {
            if let Some(event) = event.dyn_ref::<DragEvent>().filter(|event| has_files(event)) {
                hear(share, over, event);
            }
        });
    };
    listen("dragover", |_, over, _| {
        if !over.get_untracked() {
            over.set(true);
        }
    });
    // What leaves the window has nothing that it goes to.
    listen("dragleave", |_, over, event| {
        if event.related_target().is_none() {
            over.set(false);
        }
    });
    listen("drop", |share, over, event| {
        over.set(false);
        if let Some(file) = file_of(event) {
            share.open(file);
        }
    });
    shown(
        move || over.get(),
        || view! { <div class="drop-zone" aria-hidden="true" data-drop-zone><p>{word!("share.drop").text()}</p></div> },
    )
}
