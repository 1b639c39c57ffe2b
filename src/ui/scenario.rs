//! A scenario alone: what it is, and its controls.

use leptos::prelude::*;

use super::lesson::Fault;
use super::panels::Controls;
use super::route::scenario_title;
use super::runs::Shared;
use super::session::Session;
use crate::share::route::Route;
use crate::ui::markup::view;
use crate::{scenarios, word};

/// The text beside a scenario's network.
#[component]
pub fn ScenarioView(name: String) -> impl IntoView {
    let session = Session::here();
    let on_rebuild = Callback::new(move |(name, text): (String, String)| session.begin_with(&name, &text));
    scenarios::find(&name).map(|entry| {
        view! {
            <section class="lesson" id="lesson" tabindex="-1" aria-labelledby="step-title" data-scenario=entry.name>
                <header class="lesson-head">
                    <h1 id="step-title" tabindex="-1" data-heading>{entry.title.text()}</h1>
                </header>
                <div class="lesson-body">
                    <Fault/>
                    <p>{entry.summary.text()}</p>
                    <Controls on_rebuild/>
                </div>
                <nav class="ways" aria-label=word!("page.pages").text()>
                    <a class="button" href=Route::Contents.to_string() data-back>{word!("page.contents").text()}</a>
                    <button type="button" class="quiet" data-start-over on:click=move |_| session.start_over()>
                        {word!("page.start-again").text()}
                    </button>
                </nav>
            </section>
        }
    })
}

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
                    {word!("page.start-again").text()}
                </button>
            </nav>
        </section>
    }
}
