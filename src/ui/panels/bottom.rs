//! The pane at the bottom: what happened, as a list and in other shapes, one tab each.

use leptos::ev::KeyboardEvent;
use leptos::prelude::*;

use crate::stage::log::Filter;
use crate::ui::dynamic::{dynamic, effect};
use crate::ui::lab::Lab;
use crate::ui::layout::{BottomTab, Layout};
use crate::ui::markup::view;
use crate::ui::route::focus_id;
use crate::word;
use crate::words::Key;

use super::EventLog;
use super::choose::NextPanel;

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
    Tab { tab: BottomTab::Next, id: "tab-next", title: word!("bottom.next") },
];

/// What the log lets through: kept while another tab is open.
#[derive(Clone, Copy)]
pub(super) struct LogFilter(pub RwSignal<Filter>);

/// The tabs, and the panel of the one that is open.
#[component]
pub fn BottomPane() -> impl IntoView {
    let (lab, layout) = (Lab::here(), Layout::here());
    let filter = RwSignal::new(Filter::default());
    provide_context(LogFilter(filter));
    effect(move || {
        lab.opened.track();
        filter.set(Filter::default());
    });
    let labelled_by = move || tab_of(layout.bottom.get()).id;
    view! {
        <div class="bottom-pane" data-bottom=move || layout.bottom.get().name()>
            <div class="tabs" role="tablist" aria-label=word!("bottom.tabs").text() on:keydown=move |event| walk(&event, layout)>
                {TABS.iter().map(|tab| tab_button(tab, layout)).collect_view()}
            </div>
            <div class="bottom-panel" id="bottom-panel" role="tabpanel" aria-labelledby=labelled_by>
                {dynamic(move || panel(layout.bottom.get()))}
            </div>
        </div>
    }
}

fn panel(tab: BottomTab) -> AnyView {
    match tab {
        BottomTab::Log | BottomTab::Diagram => view! { <EventLog/> }.into_any(),
        BottomTab::Next => view! { <NextPanel/> }.into_any(),
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
