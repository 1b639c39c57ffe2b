//! What the run shall pause on: the list, and the buttons that set it.

use leptos::prelude::*;

use crate::stage::breakpoints::{Breakpoint, offers};
use crate::ui::announce::announce;
use crate::ui::dynamic::{dynamic, each, shown};
use crate::ui::lab::Lab;
use crate::ui::markup::view;
use crate::ui::memo::Memo;
use crate::words::Phrase;
use crate::{phrase, word};

use super::icons::{self, Icon};
use super::parts::watched;

/// A button that sets something to pause on, or removes it.
#[component]
pub(super) fn BreakButton(
    /// What; nothing while it is not known.
    breakpoint: Memo<Option<Breakpoint>>,
) -> impl IntoView {
    let lab = Lab::here();
    let is_set = Memo::new(move |_| {
        breakpoint
            .with(|wanted| wanted.as_ref().is_some_and(|wanted| lab.breakpoints.with(|set| set.has(wanted))))
    });
    let toggle = move |_| {
        let Some(wanted) = breakpoint.get_untracked() else { return };
        lab.breakpoints
            .update(|set| if set.has(&wanted) { set.remove(&wanted) } else { set.set(wanted.clone()) });
        if is_set.get_untracked() {
            announce(words(lab, &wanted));
        }
    };
    let label = move || breakpoint.get().map(|wanted| words(lab, &wanted));
    view! {
        <button
            type="button"
            class="button action break-button"
            data-break
            aria-pressed=move || is_set.get().to_string()
            hidden=move || breakpoint.with(Option::is_none)
            on:click=toggle
        >
            {label}
        </button>
    }
}

/// What is set, as a sentence: `Pause when anything happens at n1`.
fn words(lab: Lab, breakpoint: &Breakpoint) -> String {
    let what = lab.with(|timeline| breakpoint.words(timeline.world().network()).to_string());
    phrase!("break.pause", what = what.unwrap_or_default()).to_string()
}

/// All that the run shall pause on: switched on and off, removed, and chosen from what there is.
#[component]
pub(super) fn BreakList() -> impl IntoView {
    let lab = Lab::here();
    let set = Memo::new(move |_| {
        lab.opened.track();
        let set = lab.breakpoints.get();
        lab.with(|timeline| set.of(timeline.world().network())).unwrap_or_default()
    });
    let keys =
        Memo::new(move |_| set.with(|set| set.iter().map(|(known, _)| known.clone()).collect::<Vec<_>>()));
    let none = || view! { <p class="hint" data-break-none>{word!("break.none").text()}</p> }.into_any();
    view! {
        <section class="breaks" aria-labelledby="breaks-title">
            <h3 id="breaks-title">{word!("break.title").text()}</h3>
            <AddBreak/>
            {shown(move || keys.with(Vec::is_empty), none)}
            <ul>{each(move || keys.get(), Breakpoint::clone, move |known| view! { <OneBreak known/> }.into_any())}</ul>
        </section>
    }
}

#[component]
fn OneBreak(known: Breakpoint) -> impl IntoView {
    let lab = Lab::here();
    let said = lab.with(|timeline| known.words(timeline.world().network()).to_string()).unwrap_or_default();
    let (switched, gone, shown) = (known.clone(), known.clone(), known);
    let is_on = move || lab.breakpoints.with(|set| set.is_on(&shown));
    let switch = move |event| {
        let on = event_target_checked(&event);
        lab.breakpoints.update(|set| set.switch(&switched, on));
    };
    let remove = Phrase::new(word!("break.remove")).with("what", &said).to_string();
    view! {
        <li class="break-row" data-break-row>
            <label class="switch">
                <input type="checkbox" prop:checked=is_on on:change=switch />
                <span>{said}</span>
            </label>
            <button
                type="button"
                class="icon-button"
                aria-label=remove.clone()
                title=remove
                on:click=move |_| lab.breakpoints.update(|set| set.remove(&gone))
            >
                <Icon path=icons::CLOSE />
            </button>
        </li>
    }
}

/// Chooses among the properties, nodes and messages of the run at hand.
#[component]
fn AddBreak() -> impl IntoView {
    let lab = Lab::here();
    let offered = watched(lab, |timeline| {
        let network = timeline.world().network();
        offers(timeline)
            .into_iter()
            .map(|offer| (offer.words(network).to_string(), offer))
            .collect::<Vec<_>>()
    });
    let free = Memo::new(move |_| {
        let offered = offered.get().unwrap_or_default();
        lab.breakpoints
            .with(|set| offered.into_iter().filter(|(_, offer)| !set.has(offer)).collect::<Vec<_>>())
    });
    let add = move |event: leptos::ev::Event| {
        let chosen: Option<usize> = event_target_value(&event).parse().ok();
        let offer =
            chosen.and_then(|at| free.with_untracked(|free| free.get(at).map(|(_, offer)| offer.clone())));
        if let Some(offer) = offer {
            lab.breakpoints.update(|set| set.set(offer));
        }
        event_target::<web_sys::HtmlSelectElement>(&event).set_selected_index(0);
    };
    let option = |(at, (words, _)): (usize, (String, Breakpoint))| {
        view! { <option value=at.to_string()>{words}</option> }
    };
    view! {
        <select class="break-add" aria-label=word!("break.add").text() data-testid="break-add" on:change=add>
            <option value="">{word!("break.add").text()}</option>
            {dynamic(move || free.get().into_iter().enumerate().map(option).collect_view().into_any())}
        </select>
    }
}
