//! Runs that someone handed on, by a link or a file: the text beside one, and what is said of a link that cannot be read.

use leptos::prelude::*;

use super::dynamic::dynamic;
use super::lesson::Fault;
use super::panels::Controls;
use super::route::scenario_title;
use super::session::{Place, Session, Shared};
use crate::share::route::Route;
use crate::ui::markup::view;
use crate::{scenarios, word};

/// The text beside a run that belongs to no step.
#[component]
pub fn SharedView(shared: Shared) -> impl IntoView {
    let session = Session::here();
    let on_rebuild = Callback::new(move |(name, text): (String, String)| session.begin_with(&name, &text));
    let summary = scenarios::find(&shared.name).map(|entry| view! { <p>{entry.summary.text()}</p> });
    view! {
        <section class="lesson" id="lesson" tabindex="-1" aria-labelledby="step-title" data-shared>
            <header class="lesson-head">
                <p class="step-count">{word!("shared.eyebrow").text()}</p>
                <h1 id="step-title" tabindex="-1" data-heading>{scenario_title(&shared.name)}</h1>
            </header>
            <div class="lesson-body">
                <Fault/>
                <p>{word!("shared.note").text()}</p>
                {summary}
                <Controls on_rebuild/>
            </div>
            <nav class="ways" aria-label=word!("page.pages").text()>
                <a class="button" href=Route::Contents.to_string() data-back>{word!("page.contents").text()}</a>
                <button type="button" class="quiet" data-start-over on:click=move |_| session.start_over()>
                    {word!("shared.again").text()}
                </button>
            </nav>
        </section>
    }
}

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
