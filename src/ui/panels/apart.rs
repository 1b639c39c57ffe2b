//! Taking a run apart: the button for it. What then can be picked is in the panel of [`super::choose`].

use leptos::prelude::*;
use wasm_bindgen::JsCast as _;
use web_sys::HtmlElement;

use crate::ui::lab::{Action, Lab};
use crate::ui::layout::{BottomTab, Layout, Sheet};
use crate::ui::markup::view;
use crate::word;

use super::icons::{self, Icon};

/// Takes the run apart and shows what can happen next, or lets it be whole again.
pub(crate) fn toggle_apart(lab: Lab, layout: Layout) {
    let apart = !lab.apart.get_untracked();
    lab.dispatch(Action::TakeApart(apart));
    if apart {
        layout.bottom.set(BottomTab::Next);
        let narrow = window().match_media("(max-width: 960px)").ok().flatten();
        if narrow.is_some_and(|narrow| narrow.matches()) {
            layout.sheet.set(Some(Sheet::Log));
        }
        layout.next_wants_focus.set(true);
        request_animation_frame(move || take_focus(layout));
    }
}

/// Gives the focus to the first of what can happen next, if it was asked for and the panel is there.
pub(super) fn take_focus(layout: Layout) {
    let is_there = || document().query_selector(".next-panel").is_ok_and(|panel| panel.is_some());
    if layout.next_wants_focus.try_get_untracked() == Some(true) && is_there() {
        layout.next_wants_focus.set(false);
        focus_row(0);
    }
}

/// The button of the time bar.
#[component]
pub(super) fn ApartButton() -> impl IntoView {
    let (lab, layout) = (Lab::here(), Layout::here());
    view! {
        <button
            type="button"
            class="icon-button apart-button"
            data-testid="apart"
            aria-label=word!("next.apart").text()
            title=word!("next.apart").text()
            aria-pressed=move || lab.apart.get().to_string()
            on:click=move |_| toggle_apart(lab, layout)
        >
            <Icon path=icons::APART />
        </button>
    }
}

/// Gives the focus to a row, or to the last if there are fewer; without any, to the panel's first control.
pub(super) fn focus_row(index: usize) {
    let Ok(rows) = document().query_selector_all(".next-main") else { return };
    let last = rows.length().saturating_sub(1);
    let row = rows.item((index as u32).min(last));
    let row = row.or_else(|| {
        document().query_selector(".next-panel select, .next-panel button").ok().flatten().map(Into::into)
    });
    if let Some(row) = row.and_then(|row| row.dyn_into::<HtmlElement>().ok()) {
        // What cannot take the focus leaves it where it is.
        let _ = row.focus();
    }
}
