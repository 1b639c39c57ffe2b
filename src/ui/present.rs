//! What stands over the network while presenting: one line that says where in the lesson one is and what to bring about.

use leptos::prelude::*;

use super::dynamic::dynamic;
use super::layout::Layout;
use super::progress::Keeper;
use super::route::{View, scenario_title};
use super::runs::{Shared, step_key, step_text};
use super::session::Place;
use super::step::{place, ways};
use super::texts::Texts;
use crate::lessons::prose::Block;
use crate::share::route::StepId;
use crate::ui::markup::view;
use crate::ui::memo::Memo;
use crate::word;

/// The line, with Back, Next and the way out.
#[component]
pub fn Caption(view: Memo<View>) -> impl IntoView {
    let layout = Layout::here();
    let line = dynamic(move || match view.get() {
        View::Run(Place::Step(id)) => view! { <StepCaption id/> }.into_any(),
        View::Run(Place::Shared(Shared { step: Some(id), .. })) => view! { <StepCaption id/> }.into_any(),
        View::Run(Place::Lab(name) | Place::Shared(Shared { name, .. })) => {
            let title = scenario_title(&name);
            view! { <h1 tabindex="-1" data-heading>{title}</h1> }.into_any()
        }
        _ => ().into_any(),
    });
    view! {
        <header class="caption" data-caption>
            {line}
            <button
                type="button"
                class="button"
                aria-pressed=move || layout.figures.get().to_string()
                on:click=move |_| layout.figures.update(|shown| *shown = !*shown)
                data-present-figures
            >
                {word!("figure.show").text()}
            </button>
            <button type="button" class="button" on:click=move |_| layout.toggle_presenting() data-present-leave>
                {word!("page.present-leave").text()}
            </button>
        </header>
    }
}

#[component]
fn StepCaption(id: StepId) -> impl IntoView {
    let title = step_text(id).map(|step| step.title);
    let (back, next, label) = ways(id);
    view! {
        <p class="step-count">{place(id)}</p>
        <h1 tabindex="-1" data-heading>{title}</h1>
        <p class="current-goal" data-current-goal>{move || current_goal(id)}</p>
        <a class="button" href=back.to_string() data-back>{word!("page.back").text()}</a>
        <a class="button primary" href=next.to_string() data-next>{label.text()}</a>
    }
}

/// The first goal that is still open.
fn current_goal(id: StepId) -> Option<String> {
    let keeper = Keeper::here();
    let (step, key) = step_text(id).zip(step_key(id))?;
    step.content().blocks.iter().find_map(|block| match block {
        Block::Goal(goal) => {
            let reached = keeper.with_step(&key, |kept| kept.goals.iter().any(|name| name == goal.name));
            (!reached).then(|| Texts::here().plain(goal.html))
        }
        _ => None,
    })
}
