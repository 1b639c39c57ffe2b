//! Sharing: links to the moment at hand, files, and the run for other programs. What opens the dialog is here; [`dialog`] is what is in
//! it, [`actions`] what its buttons do, [`drop`] takes files that are dropped on the page, [`hands`] speaks with the browser,
//! [`worker`] with the worker.

mod actions;
mod dialog;
mod drop;
mod hands;
mod offers;
mod pictures;
pub(super) mod worker;

use leptos::html::Dialog;
use leptos::prelude::*;
use wasm_bindgen::JsCast as _;
use web_sys::{DragEvent, Event, File};

use super::dynamic::{effect, shown};
use super::layout::Layout;
use super::notices::Notices;
use super::rest::{late, rest};
use crate::ui::markup::view;
use crate::ui::signals::StoredValue;
use crate::word;

pub use pictures::{Pictures, Shown};

/// The button that opens the dialog.
#[component]
pub fn ShareButton() -> impl IntoView {
    let layout = Layout::here();
    view! {
        <button type="button" class="quiet share-button" on:click=move |_| layout.share.set(true) data-share-button>
            <svg class="icon" viewBox="0 0 24 24" width="24" height="24" aria-hidden="true">
                <path d="M12 2.500 6.500 8l1.400 1.400L11 6.300V15h2V6.300l3.100 3.100L17.500 8zM4 13v8h16v-8h-2v6H6v-6z"></path>
            </svg>
            <span>{word!("share.open").text()}</span>
        </button>
    }
}

/// The dialog. It belongs in the page once.
#[component]
pub fn ShareDialog() -> impl IntoView {
    let layout = Layout::here();
    let dialog = NodeRef::<Dialog>::new();
    effect(move || {
        let Some(dialog) = dialog.get() else { return };
        match (layout.share.get(), dialog.open()) {
            // It cannot fail: the dialog is in the page and not open.
            (true, false) => std::mem::drop(dialog.show_modal()),
            (false, true) => dialog.close(),
            _ => {}
        }
    });
    view! {
        <dialog
            node_ref=dialog
            class="help share"
            aria-labelledby="share-title"
            on:close=move |_| layout.share.set(false)
            data-share
        >
            <header>
                <h2 id="share-title">{word!("share.title").text()}</h2>
                <button
                    type="button"
                    class="icon-button"
                    aria-label=word!("page.close").text()
                    on:click=move |_| layout.share.set(false)
                >
                    "×"
                </button>
            </header>
            {shown(move || layout.share.get(), || late(dialog::panel))}
        </dialog>
    }
}

/// A file that was dropped before the rest of the module was here, which then opens it.
#[derive(Clone, Copy)]
struct Dropped(StoredValue<Option<File>>);

/// Takes files that are dropped on the page. It belongs in the page once.
#[component]
pub fn DropZone() -> impl IntoView {
    let rest = rest();
    let dropped = StoredValue::new(None);
    provide_context(Dropped(dropped));
    // Without this the browser would leave the page for the file.
    for name in ["dragover", "drop"] {
        window_event_listener_untyped(name, move |event: Event| {
            let Some(event) = event.dyn_ref::<DragEvent>().filter(|event| has_files(event)) else { return };
            event.prevent_default();
            if event.type_() == "drop" && !untrack(move || rest.is_here()) {
                dropped.set_value(file_of(event));
                rest.want();
            }
        });
    }
    let notices = expect_context::<Notices>();
    effect(move || {
        if rest.has_failed() && dropped.try_update_value(Option::take).flatten().is_some() {
            notices.say(word!("page.rest-failed").text());
        }
    });
    shown(move || rest.is_here(), || late(drop::panel))
}

fn has_files(event: &DragEvent) -> bool {
    let types = event.data_transfer().map(|data| data.types());
    types.is_some_and(|types| types.includes(&"Files".into(), 0))
}

fn file_of(event: &DragEvent) -> Option<File> {
    event.data_transfer().and_then(|data| data.files()).and_then(|files| files.get(0))
}
