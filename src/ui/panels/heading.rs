//! The heading of what is selected.

use leptos::prelude::*;

use crate::ui::lab::{Action, Lab};
use crate::ui::markup::view;
use crate::word;

use super::icons::{self, Icon};

/// What is selected, and the button that lets it go.
#[component]
pub(super) fn Heading(
    /// Its name.
    #[prop(into)]
    title: String,
    /// What it is.
    #[prop(into)]
    kind: String,
) -> impl IntoView {
    let lab = Lab::here();
    let close = word!("inspect.close").text();
    view! {
        <div class="heading">
            <div>
                <p class="eyebrow">{word!("inspect.selected").text()}</p>
                <h2>{title}" "<span class="kind">{kind}</span></h2>
            </div>
            <button
                type="button"
                class="icon-button"
                aria-label=close
                title=close
                on:click=move |_| lab.dispatch(Action::Select(None))
            >
                <Icon path=icons::CLOSE />
            </button>
        </div>
    }
}
