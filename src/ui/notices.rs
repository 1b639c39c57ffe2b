//! Messages of the page to its reader that stay until they are closed.

use leptos::prelude::*;

use super::dynamic::each;
use crate::ui::markup::view;
use crate::ui::signals::RwSignal;
use crate::word;

/// The messages. A handle: copies are the same.
#[derive(Clone, Copy)]
pub struct Notices(RwSignal<Vec<String>>);

impl Notices {
    /// None yet.
    pub fn new() -> Notices {
        Notices(RwSignal::new(Vec::new()))
    }

    /// Says something, unless it is being said.
    pub fn say(self, text: impl Into<String>) {
        let text = text.into();
        self.0.update(|texts| {
            if !texts.contains(&text) {
                texts.push(text);
            }
        });
    }
}

impl Default for Notices {
    fn default() -> Notices {
        Notices::new()
    }
}

/// Shows the messages.
#[component]
pub fn NoticeList() -> impl IntoView {
    let Notices(texts) = expect_context();
    let close = move |text: &str| texts.update(|texts| texts.retain(|other| other != text));
    let notice = move |text: String| {
        let shown = text.clone();
        view! {
            <p class="notice" data-notice>
                <span>{shown}</span>
                <button
                    type="button"
                    class="icon-button"
                    aria-label=word!("page.dismiss").text()
                    on:click=move |_| close(&text)
                >
                    "×"
                </button>
            </p>
        }
        .into_any()
    };
    view! {
        <div class="notices" role="status">
            {each(move || texts.get(), String::clone, notice)}
        </div>
    }
}
