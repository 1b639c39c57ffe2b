//! The pane at the bottom: what happened, as a list and in other shapes, one tab each.

use leptos::ev::{KeyboardEvent, PointerEvent};
use leptos::prelude::*;
use wasm_bindgen::JsCast as _;

use crate::stage::log::Filter;
use crate::ui::diagram;
use crate::ui::dynamic::{dynamic, effect};
use crate::ui::lab::Lab;
use crate::ui::layout::{BottomTab, Layout};
use crate::ui::markup::view;
use crate::ui::rest::late;
use crate::ui::route::focus_id;
use crate::ui::settings::{BOTTOM, Settings};
use crate::ui::signals::RwSignal;
use crate::word;
use crate::words::Key;

use super::choose;
use super::event_log;

/// How much a key makes the pane higher, in rem.
const KEY_STEP: u32 = 2;

/// A tab of the strip.
struct Tab {
    tab: BottomTab,
    /// The identifier of its button.
    id: &'static str,
    title: Key,
}

/// The strip, from the left. A tab is listed here and given its panel in [`panel`].
static TABS: &[Tab] = &[
    Tab { tab: BottomTab::Log, id: "tab-log", title: word!("bottom.log") },
    Tab { tab: BottomTab::Diagram, id: "tab-diagram", title: word!("bottom.diagram") },
    Tab { tab: BottomTab::Next, id: "tab-next", title: word!("bottom.next") },
];

/// The tabs, and the panel of the one that is open.
#[component]
pub fn BottomPane() -> impl IntoView {
    let (lab, layout) = (Lab::here(), Layout::here());
    // What the log lets through is kept while another tab is open.
    let filter = RwSignal::new(Filter::default());
    effect(move || {
        lab.opened.track();
        filter.set(Filter::default());
    });
    let labelled_by = move || tab_of(layout.bottom.get()).id;
    view! {
        <Handle/>
        <div class="bottom-pane" data-bottom=move || layout.bottom.get().name()>
            <div class="tabs" role="tablist" aria-label=word!("bottom.tabs").text() on:keydown=move |event| walk(&event, layout)>
                {TABS.iter().map(|tab| tab_button(tab, layout)).collect_view()}
            </div>
            <div class="bottom-panel" id="bottom-panel" role="tabpanel" aria-labelledby=labelled_by>
                {dynamic(move || panel(layout.bottom.get(), filter))}
            </div>
        </div>
    }
}

/// What makes the pane higher and lower.
#[component]
fn Handle() -> impl IntoView {
    let (settings, layout) = (Settings::here(), Layout::here());
    let height = move || settings.bottom.get().unwrap_or_else(|| own_height(layout.bottom.get()));
    let dragged = move |event: PointerEvent| {
        if event.buttons() & 1 == 1
            && let Some(rem) = height_up_to(event.client_y())
        {
            settings.set_bottom(Some(rem));
        }
    };
    let hold = move |event: PointerEvent| {
        if let Some(handle) =
            event.current_target().and_then(|handle| handle.dyn_into::<web_sys::Element>().ok())
        {
            // Without it the drag ends where the pointer leaves the handle.
            let _ = handle.set_pointer_capture(event.pointer_id());
        }
    };
    let key = move |event: KeyboardEvent| {
        let now = untrack(height);
        let height = match event.key().as_str() {
            "ArrowUp" => Some(now + KEY_STEP),
            "ArrowDown" => Some(now.saturating_sub(KEY_STEP)),
            "Home" => Some(*BOTTOM.start()),
            "End" => Some(*BOTTOM.end()),
            "Enter" => None,
            _ => return,
        };
        event.prevent_default();
        settings.set_bottom(height);
    };
    view! {
        <div
            class="bottom-handle"
            role="separator"
            tabindex="0"
            aria-orientation="horizontal"
            aria-label=word!("bottom.height").text()
            title=word!("bottom.height-help").text()
            aria-valuemin=BOTTOM.start().to_string()
            aria-valuemax=BOTTOM.end().to_string()
            aria-valuenow=move || height().to_string()
            data-testid="bottom-handle"
            on:pointerdown=hold
            on:pointermove=dragged
            on:dblclick=move |_| settings.set_bottom(None)
            on:keydown=key
        ></div>
    }
}

/// How high the pane is while nobody chose, in rem: as style/layout.css has it.
fn own_height(tab: BottomTab) -> u32 {
    match tab {
        BottomTab::Log => 10,
        BottomTab::Next => 13,
        BottomTab::Diagram => 17,
    }
}

/// How high the pane is that begins at this height of the window, in rem.
fn height_up_to(client_y: i32) -> Option<u32> {
    let window_px = window().inner_height().ok()?.as_f64()?;
    let root = document().document_element()?;
    let style = window().get_computed_style(&root).ok()??;
    let rem_px = js_sys::parse_float(&style.get_property_value("font-size").ok()?);
    let rem = (window_px - f64::from(client_y)) / rem_px.max(1.0);
    Some(rem.round().max(0.0) as u32)
}

fn panel(tab: BottomTab, filter: RwSignal<Filter>) -> AnyView {
    match tab {
        BottomTab::Log => late(move || event_log::panel(filter)),
        BottomTab::Diagram => late(diagram::panel),
        BottomTab::Next => late(choose::panel),
    }
}

fn tab_of(open: BottomTab) -> &'static Tab {
    TABS.iter().find(|tab| tab.tab == open).unwrap_or(&TABS[0])
}

fn tab_button(tab: &'static Tab, layout: Layout) -> AnyView {
    let is_open = move || layout.bottom.get() == tab.tab;
    view! {
        <button
            type="button"
            class="tab"
            role="tab"
            id=tab.id
            data-tab=tab.tab.name()
            aria-controls="bottom-panel"
            aria-selected=move || is_open().to_string()
            tabindex=move || if is_open() { "0" } else { "-1" }
            on:click=move |_| layout.bottom.set(tab.tab)
        >
            {tab.title.text()}
        </button>
    }
    .into_any()
}

/// Arrow keys go from tab to tab and open it, Home and End to the first and the last.
fn walk(event: &KeyboardEvent, layout: Layout) {
    let count = TABS.len();
    let at = TABS.iter().position(|tab| tab.tab == layout.bottom.get_untracked()).unwrap_or(0);
    let to = match event.key().as_str() {
        "ArrowRight" => (at + 1) % count,
        "ArrowLeft" => (at + count - 1) % count,
        "Home" => 0,
        "End" => count - 1,
        _ => return,
    };
    event.prevent_default();
    layout.bottom.set(TABS[to].tab);
    focus_id(TABS[to].id);
}
