//! Where the menu of a thing opens. What is in it is in [`super::menu`].

use leptos::ev::KeyboardEvent;
use leptos::prelude::*;
use wasm_bindgen::JsCast as _;

use crate::stage::Thing;
use crate::stage::geometry::between;
use crate::stage::units::fixed;
use crate::ui::dynamic::{dynamic, effect};
use crate::ui::lab::Lab;
use crate::ui::markup::view;
use crate::ui::rest::late;
use crate::ui::signals::RwSignal;

use super::menu;
use super::open::Open;

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
    let escape = move |event: KeyboardEvent| {
        if event.key() == "Escape" && !event.default_prevented() {
            event.prevent_default();
            close.run(());
        }
    };
    let menu = move |open: Open| {
        view! {
            <div class="stage-menu" style=position(open) on:keydown=escape>
                {late(move || menu::panel(open, close))}
            </div>
        }
    };
    dynamic(move || open.get().map(menu).into_any())
}

/// Beside the thing, on the side where there is more room.
fn position(open: Open) -> String {
    let Open { at, pane, .. } = open;
    let across = if at.x < pane.x / 2.0 {
        format!("left:{}px", fixed((at.x + 20.0).min(pane.x * 0.4), 0))
    } else {
        format!("right:{}px", fixed((pane.x - at.x + 20.0).min(pane.x * 0.4), 0))
    };
    let (side, far) = if at.y < pane.y / 2.0 { ("top", at.y) } else { ("bottom", pane.y - at.y) };
    let far = between(far - 30.0, 8.0, (pane.y * 0.3).max(8.0));
    let down = format!("{side}:{}px;max-height:{}px", fixed(far, 0), fixed(pane.y - far - 8.0, 0));
    format!("{across};{down}")
}
