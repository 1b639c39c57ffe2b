//! Jumps: to the next event of a kind, or to the last one before.

use leptos::prelude::*;

use crate::stage::jumps::KINDS;
use crate::ui::lab::{Action, Lab};
use crate::ui::layout::Popped;
use crate::ui::markup::view;
use crate::ui::rest::late;
use crate::word;

use super::icons::{self, Icon};
use super::popped::Popping;

/// The button of the time bar, and the panel that it opens.
#[component]
pub(super) fn Jumps() -> impl IntoView {
    view! {
        <Popping
            which=Popped::Jumps
            test="jumps"
            icon=icons::JUMP
            name=Signal::stored(word!("jump.title").text().to_owned())
            title=word!("jump.title")
            content=|| late(panel)
        />
    }
}

/// What is in the panel. It is in the rest of the module.
#[inline(never)]
fn panel() -> AnyView {
    view! { <Content/> }
}

#[component]
fn Content() -> impl IntoView {
    let lab = Lab::here();
    let option = move |index: usize| {
        let selected = move || lab.jumps_to.get() == index;
        view! { <option value=KINDS[index].name prop:selected=selected>{KINDS[index].title.text()}</option> }
    };
    let choose = move |event: leptos::ev::Event| {
        let name = event_target_value(&event);
        if let Some(index) = KINDS.iter().position(|kind| kind.name == name) {
            lab.jumps_to.set(index);
        }
    };
    let go = move |forward: bool| move |_: leptos::ev::MouseEvent| lab.dispatch(Action::Jump(forward));
    view! {
        <div class="jumps">
            <label for="jump-kind">{word!("jump.kind").text()}</label>
            <select id="jump-kind" data-testid="jump-kind" on:change=choose>
                {(0..KINDS.len()).map(option).collect_view()}
            </select>
            <div class="jump-buttons">
                <button type="button" class="button action" data-testid="jump-before" on:click=go(false)>
                    <Icon path=icons::JUMP_BACK />{word!("jump.before").text()}
                </button>
                <button type="button" class="button action" data-testid="jump-next" on:click=go(true)>
                    {word!("jump.next").text()}<Icon path=icons::JUMP />
                </button>
            </div>
            <p class="jump-said" data-testid="jump-said">{move || lab.stopped_on.get().unwrap_or_default()}</p>
        </div>
    }
}
