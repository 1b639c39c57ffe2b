//! Runs that someone handed on, by a link or a file: what is said beside one, and what is said of a link that cannot be read.

use leptos::prelude::*;

use super::dynamic::dynamic;
use super::runs::Shared;
use super::session::{Place, Session};
use crate::share::route::Route;
use crate::ui::markup::view;
use crate::word;

/// Within a step: that its run is not the learner's own, and the way to theirs.
#[component]
pub fn SharedNote() -> impl IntoView {
    let session = Session::here();
    dynamic(move || match session.place.get() {
        Some(Place::Shared(Shared { step: Some(id), .. })) => view! {
            <div class="prose note" role="note" data-shared>
                <p>{word!("shared.note").text()}</p>
                <p><a href=Route::Step(id).to_string() data-own>{word!("shared.own").text()}</a></p>
            </div>
        }
        .into_any(),
        _ => ().into_any(),
    })
}

/// A link that cannot be read: what is wrong with it, that nothing is lost, and where one can go.
#[component]
pub fn Broken(
    /// What is wrong.
    what: String,
) -> impl IntoView {
    view! {
        <main class="page unknown" id="main" tabindex="-1" data-broken>
            <h1 tabindex="-1" data-heading>{word!("shared.broken").text()}</h1>
            <p class="lead" data-broken-why>{what}</p>
            <p>{word!("shared.broken-safe").text()}</p>
            <h2>{word!("page.unknown-go").text()}</h2>
            <ul class="plain">
                <li><a href=Route::Contents.to_string()>{word!("page.contents").text()}</a></li>
                <li><a href=Route::Glossary.to_string()>{word!("page.glossary").text()}</a></li>
            </ul>
        </main>
    }
}
