//! A button of the time bar with a panel that it opens over it. One is open at a time; Escape closes it, and then the button has
//! the focus.

use leptos::ev::KeyboardEvent;
use leptos::prelude::*;

use crate::ui::dynamic::{effect, shown};
use crate::ui::layout::{Layout, Popped};
use crate::ui::markup::view;
use crate::ui::route::focus_id;
use crate::ui::signals::StoredValue;
use crate::word;
use crate::words::Key;

use super::icons::{self, Icon};

/// A button and its panel.
#[component]
pub(super) fn Popping(
    /// Which panel.
    which: Popped,
    /// By what name tests know the button.
    test: &'static str,
    icon: &'static str,
    /// What the button is called.
    #[prop(into)]
    name: Signal<String>,
    /// What stands on the button beside its icon.
    #[prop(into, default = Signal::stored(String::new()))]
    count: Signal<String>,
    /// What the panel is called.
    title: Key,
    content: fn() -> AnyView,
) -> impl IntoView {
    let layout = Layout::here();
    let is_open = move || layout.popped.get() == Some(which);
    let toggle = move |_| {
        let open = layout.popped.get_untracked() == Some(which);
        layout.popped.set((!open).then_some(which));
    };
    // The panel takes the focus as it opens; as it closes the button does, unless it is somewhere else.
    let was_open = StoredValue::new(false);
    effect(move || {
        let open = is_open();
        if was_open.get_value() != open {
            was_open.set_value(open);
            let others = layout.popped.get_untracked().is_some_and(|other| other != which);
            if !others {
                request_animation_frame(move || match open {
                    true => focus_id(which.panel_id()),
                    false if nothing_has_focus() => focus_id(which.button_id()),
                    false => {}
                });
            }
        }
    });
    on_cleanup(move || {
        if layout.popped.try_get_untracked().flatten() == Some(which) {
            layout.popped.set(None);
        }
    });
    view! {
        <button
            type="button"
            class="icon-button popping"
            id=which.button_id()
            data-testid=test
            aria-label=move || name.get()
            title=move || name.get()
            aria-expanded=move || is_open().to_string()
            aria-controls=which.panel_id()
            on:click=toggle
        >
            <Icon path=icon />
            <span class="count" aria-hidden="true">{move || count.get()}</span>
        </button>
        {shown(is_open, move || panel(layout, which, title, content))}
    }
}

fn nothing_has_focus() -> bool {
    document().active_element().is_none_or(|focused| focused.tag_name() == "BODY")
}

fn panel(layout: Layout, which: Popped, title: Key, content: fn() -> AnyView) -> AnyView {
    let close = move || layout.popped.set(None);
    let escape = move |event: KeyboardEvent| {
        if event.key() == "Escape" && !event.default_prevented() {
            event.prevent_default();
            close();
        }
    };
    let shut = word!("page.close").text();
    view! {
        <section
            class="popped"
            id=which.panel_id()
            data-popped=which.panel_id()
            tabindex="-1"
            aria-label=title.text()
            on:keydown=escape
        >
            <header>
                <h2>{title.text()}</h2>
                <button
                    type="button"
                    class="icon-button"
                    data-testid="popped-close"
                    aria-label=shut
                    title=shut
                    on:click=move |_| close()
                >
                    <Icon path=icons::CLOSE />
                </button>
            </header>
            {content()}
        </section>
    }
    .into_any()
}
