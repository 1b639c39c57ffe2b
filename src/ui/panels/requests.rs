//! Asking a node for something, as its user: what the scenario offers, and any other words.

use leptos::prelude::*;

use crate::scenarios::{self, RequestOffer};
use crate::sim::command::Command;
use crate::sim::inspect::next_request_number;
use crate::sim::network::NodeId;
use crate::ui::lab::{Action, Lab};
use crate::ui::markup::view;
use crate::ui::signals::RwSignal;
use crate::words::Phrase;
use crate::{phrase, word};

use super::parts::{unique_id, watched};

/// What the scenario at hand offers to ask of nodes that play a role.
pub(super) fn offers(lab: Lab, role: &str) -> Vec<&'static RequestOffer> {
    let entry = lab.with(|timeline| scenarios::find(&timeline.scenario().name)).flatten();
    let offers = entry.map_or(&[] as &[RequestOffer], |entry| (entry.requests)());
    offers.iter().filter(|offer| offer.role == role).collect()
}

/// Asks, with the next number for `{n}`.
pub(super) fn ask(lab: Lab, node: NodeId, text: &str) {
    let number = lab.with(next_request_number).unwrap_or(1);
    let text = text.replace("{n}", &number.to_string());
    lab.dispatch(Action::Do(Command::Request { node, text }));
}

/// Buttons for what is offered.
#[component]
pub(super) fn Offers(
    /// What is offered.
    offers: Vec<&'static RequestOffer>,
    /// Who is asked.
    #[prop(into)]
    node: Signal<NodeId>,
) -> impl IntoView {
    let lab = Lab::here();
    let number = watched(lab, next_request_number);
    let button = move |offer: &'static RequestOffer| {
        let title = move || Phrase::new(offer.title).with("n", number.get().unwrap_or(1)).to_string();
        view! {
            <button
                type="button"
                class="button action"
                data-request=offer.text
                on:click=move |_| ask(lab, node.get_untracked(), offer.text)
            >
                {title}
            </button>
        }
    };
    view! { <div class="actions">{offers.into_iter().map(button).collect_view()}</div> }
}

/// A line to ask a node for anything.
#[component]
pub(super) fn AskLine(
    /// Who is asked.
    node: NodeId,
    /// The node's name.
    name: String,
) -> impl IntoView {
    let lab = Lab::here();
    let text = RwSignal::new(String::new());
    let id = unique_id("ask");
    let submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        let asked = text.get_untracked();
        if !asked.trim().is_empty() {
            ask(lab, node, asked.trim());
            text.set(String::new());
        }
    };
    view! {
        <form class="field ask" on:submit=submit>
            <label for=id.clone()>{phrase!("inspect.ask.label", node = name).to_string()}</label>
            <div class="typed">
                <input
                    id=id
                    type="text"
                    autocomplete="off"
                    spellcheck="false"
                    prop:value=move || text.get()
                    on:input=move |event| text.set(event_target_value(&event))
                />
                <button type="submit" class="button action">{word!("inspect.ask").text()}</button>
            </div>
        </form>
    }
}
