//! Where the menu of a thing opens. What is in it is in [`super::menu`].

use leptos::prelude::*;
use wasm_bindgen::JsCast as _;

use crate::stage::Thing;
use crate::ui::dynamic::{dynamic, effect};
use crate::ui::lab::Lab;
use crate::ui::rest::late;
use crate::ui::signals::RwSignal;

use super::menu::{self, Open};

/// The menu, while one is open. `on_close` gives the focus back.
#[component]
pub fn Menu(open: RwSignal<Option<Open>>, on_close: Callback<Thing>) -> impl IntoView {
    let lab = Lab::here();
    let close = Callback::new(move |_: ()| {
        if let Some(Open { thing, .. }) = open.get_untracked() {
            open.set(None);
            on_close.run(thing);
        }
    });
    // A menu of another run would speak of things that are not there.
    effect(move || {
        lab.opened.track();
        open.set(None);
    });
    let outside = window_event_listener(leptos::ev::pointerdown, move |event| {
        let target = event.target().and_then(|target| target.dyn_into::<web_sys::Element>().ok());
        let inside = target.and_then(|target| target.closest(".stage-menu").ok().flatten()).is_some();
        if !inside && open.try_get_untracked().flatten().is_some() {
            open.set(None);
        }
    });
    on_cleanup(move || outside.remove());
    dynamic(move || open.get().map(|open| late(move || menu::panel(open, close))).into_any())
}
