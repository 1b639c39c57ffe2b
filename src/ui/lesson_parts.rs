//! Parts of a step: a goal, an explanation, the buttons that ask the network for something.

use leptos::prelude::*;

use super::announce::announce;
use super::dynamic::dynamic;
use super::session::Session;
use super::step::StepHere;
use super::texts::Texts;
use crate::lessons::prose::{GoalText, Html, Request};
use crate::ui::markup::view;
use crate::ui::memo::Memo;
use crate::ui::signals::RwSignal;
use crate::word;

/// A goal and whether it was reached.
#[component]
pub fn GoalItem(step: StepHere, goal: &'static GoalText) -> impl IntoView {
    let reached = Memo::new(move |_| step.is_reached(goal.name));
    let state = move || match reached.get() {
        true => word!("page.goal-reached").text(),
        false => word!("page.goal-open").text(),
    };
    view! {
        <div class="goal" class:reached=reached data-goal=goal.name data-reached=move || reached.get().to_string()>
            <span class="tick" aria-hidden="true">{move || reached.get().then_some("✓")}</span>
            <span>
                <span class="for-ears">{state}": "</span>
                <span inner_html=Texts::here().show(goal.html)></span>
            </span>
        </div>
    }
}

/// What happened and why; hidden until the step has come to its end, or the reader wants it now.
#[component]
pub fn Explain(step: StepHere, html: Html) -> impl IntoView {
    let texts = Texts::here();
    let asked = RwSignal::new(false);
    let complete = Memo::new(move |_| step.is_complete());
    Effect::new(move |before: Option<bool>| {
        let now = complete.get();
        if before == Some(false) && now {
            announce(word!("page.explained").text());
            request_animation_frame(show_explanation);
        }
        now
    });
    dynamic(move || {
        if complete.get() || asked.get() {
            view! {
                <section class="explain" data-explain>
                    <h2>{word!("page.explanation").text()}</h2>
                    <div class="prose" inner_html=texts.show(html)></div>
                </section>
            }
            .into_any()
        } else {
            view! {
                <p class="explain-waits" data-explain-waits>
                    {step.waits_for().text()}
                    " "
                    <button type="button" class="quiet" on:click=move |_| asked.set(true)>
                        {word!("page.explain-now").text()}
                    </button>
                </p>
            }
            .into_any()
        }
    })
}

/// Whoever looks at the network shall find the explanation in sight when they look back.
fn show_explanation() {
    if let Ok(Some(explanation)) = document().query_selector("[data-explain]") {
        explanation.scroll_into_view_with_bool(false);
    }
}

/// What the step lets one ask of the network, one button each.
#[component]
pub fn Requests(step: StepHere) -> impl IntoView {
    let session = Session::here();
    let requests = step.text.content().requests;
    let button = move |request: &'static Request| {
        view! {
            <button
                type="button"
                class="button"
                data-request=format!("{} {}", request.node, request.text)
                on:click=move |_| session.request(request.node, request.text)
            >
                {request.label}
            </button>
        }
    };
    (!requests.is_empty()).then(|| {
        view! {
            <div class="requests" role="group" aria-label=word!("page.requests").text()>
                {requests.iter().map(button).collect_view()}
            </div>
        }
    })
}
