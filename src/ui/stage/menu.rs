//! The menu of all that can be done to a thing: made from the catalogue of faults. A fault with an amount asks for it first.

use leptos::ev::{KeyboardEvent, SubmitEvent};
use leptos::html::{Div, Form};
use leptos::prelude::*;
use wasm_bindgen::JsCast as _;
use web_sys::HtmlElement;

use crate::sim::command::{Command, Place};
use crate::sim::fault::FaultKind;
use crate::sim::settings::{Kind, Value};
use crate::stage::deeds::{self, Offer};
use crate::stage::{Thing, words};
use crate::ui::dynamic::{dynamic, effect};
use crate::ui::lab::{Action, Lab};
use crate::ui::markup::view;
use crate::ui::signals::RwSignal;
use crate::{phrase, word};

use super::open::Open;

/// The menu that is open. It is in the rest of the module.
#[inline(never)]
pub fn panel(open: Open, close: Callback<()>) -> AnyView {
    view! { <OpenMenu open close/> }
}

#[component]
fn OpenMenu(open: Open, close: Callback<()>) -> impl IntoView {
    let lab = Lab::here();
    let places = deeds::places(open.thing);
    let place = RwSignal::new(places.first().copied());
    let asking = RwSignal::new(None::<(&'static FaultKind, Value)>);
    let act = Callback::new(move |command: Command| {
        lab.dispatch(Action::Do(command));
        close.run(());
    });
    let name = lab.with(|timeline| spoken(timeline.world().network(), open.thing)).unwrap_or_default();
    let label = phrase!("stage.menu", thing = name).to_string();
    view! {
        <p class="stage-menu-title" aria-hidden="true">{label.clone()}</p>
        {move || match asking.get() {
            None => view! { <Items thing=open.thing label=label.clone() place asking act close/> }.into_any(),
            Some((kind, amount)) => {
                view! { <AskAmount kind amount place=place.get_untracked() asking act close/> }.into_any()
            }
        }}
    }
}

/// The entries: where (for links), each fault, and mending everything.
#[component]
fn Items(
    thing: Thing,
    label: String,
    place: RwSignal<Option<Place>>,
    asking: RwSignal<Option<(&'static FaultKind, Value)>>,
    act: Callback<Command>,
    close: Callback<()>,
) -> impl IntoView {
    let lab = Lab::here();
    let holder = NodeRef::<Div>::new();
    focus_first(holder);
    let offers = move || {
        let place = place.get()?;
        lab.with(|timeline| (place, deeds::offers(timeline.world(), place)))
    };
    let places = deeds::places(thing);
    let look = move |_| {
        lab.dispatch(Action::Select(Some(thing)));
        close.run(());
    };
    view! {
        <div role="menu" aria-label=label node_ref=holder on:keydown=move |event| on_menu_key(&event, holder, close)>
            {(places.len() > 1).then(|| view! {
                <div role="group" class="stage-menu-ways">
                    {places.iter().map(|each| view! { <Way each=*each place/> }).collect_view()}
                </div>
            })}
            {dynamic(move || offers().map(|(place, offers)| {
                let healable = offers.iter().any(|offer| offer.in_force.is_some());
                let items = offers.into_iter().map(|offer| view! { <Item offer place asking act/> }).collect_view();
                let heal_all = move |_| act.run(Command::Heal { place, kind: None });
                view! {
                    {items}
                    {healable.then(|| view! {
                        <button type="button" role="menuitem" tabindex="-1" on:click=heal_all>
                            {word!("stage.heal-all").text()}
                        </button>
                    })}
                }
            }).into_any())}
            <button type="button" role="menuitem" tabindex="-1" on:click=look>{word!("stage.look").text()}</button>
        </div>
    }
}

/// Whether what is chosen strikes both directions of a link or one.
#[component]
fn Way(each: Place, place: RwSignal<Option<Place>>) -> impl IntoView {
    let lab = Lab::here();
    let text = match each {
        Place::Direction(direction) => lab
            .with(|timeline| {
                let network = timeline.world().network();
                let (from, to) = (network.source(direction), network.target(direction));
                phrase!("stage.way", from = network.name(from), to = network.name(to)).to_string()
            })
            .unwrap_or_default(),
        Place::Link(_) | Place::Node(_) => word!("stage.both-ways").text().to_owned(),
    };
    let checked = move || (place.get() == Some(each)).to_string();
    view! {
        <button type="button" role="menuitemradio" tabindex="-1" aria-checked=checked on:click=move |_| place.set(Some(each))>
            {text}
        </button>
    }
}

/// A fault: puts it in force, or takes it back.
#[component]
fn Item(
    offer: Offer,
    place: Place,
    asking: RwSignal<Option<(&'static FaultKind, Value)>>,
    act: Callback<Command>,
) -> impl IntoView {
    let Offer { kind, in_force } = offer;
    let (on, asks) = (in_force.is_some(), kind.amount.is_some());
    let title = if on { kind.heal_title } else { kind.title };
    let chosen = move |_| match on {
        true => act.run(Command::Heal { place, kind: Some(kind) }),
        false if asks => asking.set(Some((kind, kind.usual_amount()))),
        false => act.run(Command::inject(place, kind, None)),
    };
    let more = if asks && !on { "…" } else { "" };
    let amount = in_force.filter(|_| asks).map(|amount| amount.to_string());
    view! {
        <button type="button" role="menuitem" tabindex="-1" data-fault=kind.name data-in-force=on.then_some("") on:click=chosen>
            {title.text()}{more}
            {amount.map(|amount| view! { <span class="stage-menu-amount">{amount}</span> })}
        </button>
    }
}

/// Asks how much of a fault it shall be.
#[component]
fn AskAmount(
    kind: &'static FaultKind,
    amount: Value,
    place: Option<Place>,
    asking: RwSignal<Option<(&'static FaultKind, Value)>>,
    act: Callback<Command>,
    close: Callback<()>,
) -> impl IntoView {
    let text = RwSignal::new(amount.to_string());
    let wrong = RwSignal::new(None::<String>);
    let form = NodeRef::<Form>::new();
    focus_first(form);
    let submit = move |event: SubmitEvent| {
        event.prevent_default();
        let (Some((amount_kind, _)), Some(place)) = (kind.amount, place) else { return };
        match amount_kind.parse(&text.get_untracked()) {
            Ok(amount) => act.run(Command::inject(place, kind, Some(amount))),
            Err(why) => wrong.set(Some(why)),
        }
    };
    let on_key = move |event: KeyboardEvent| {
        event.stop_propagation();
        if event.key() == "Escape" {
            event.prevent_default();
            close.run(());
        }
    };
    let input = match kind.amount {
        Some((Kind::Choice(choices), _)) => view! { <Choose choices text/> }.into_any(),
        Some((Kind::Probability, _)) => view! { <Slide text/> }.into_any(),
        _ => view! {
            <input type="text" autocomplete="off" spellcheck="false" prop:value=text
                aria-invalid=move || wrong.get().is_some().to_string()
                on:input=move |event| text.set(event_target_value(&event))/>
        }
        .into_any(),
    };
    view! {
        <form class="stage-amount" aria-label=kind.title.text() node_ref=form on:submit=submit on:keydown=on_key>
            <label><span class="stage-amount-name">{kind.title.text()}</span>{input}</label>
            <p class="stage-amount-wrong" role="alert">{move || wrong.get()}</p>
            <div class="stage-amount-ways">
                <button type="button" on:click=move |_| asking.set(None)>{word!("stage.back").text()}</button>
                <button type="submit" class="stage-amount-apply">{word!("stage.apply").text()}</button>
            </div>
        </form>
    }
}

#[component]
fn Choose(choices: &'static [&'static str], text: RwSignal<String>) -> impl IntoView {
    let options = choices.iter().map(|choice| {
        let selected = text.get_untracked() == *choice;
        view! { <option value=*choice selected=selected>{*choice}</option> }
    });
    view! { <select on:change=move |event| text.set(event_target_value(&event))>{options.collect_view()}</select> }
}

/// A percentage on a slider.
#[component]
fn Slide(text: RwSignal<String>) -> impl IntoView {
    let number = text.get_untracked().trim_end_matches('%').to_owned();
    view! {
        <span class="stage-slide">
            <input type="range" min="0" max="100" step="1" value=number aria-valuetext=text
                on:input=move |event| text.set(format!("{}%", event_target_value(&event)))/>
            <output>{text}</output>
        </span>
    }
}

/// Arrow keys walk through the entries; Escape and Tab close the menu.
fn on_menu_key(event: &KeyboardEvent, holder: NodeRef<Div>, close: Callback<()>) {
    event.stop_propagation();
    let step: i32 = match event.key().as_str() {
        "ArrowDown" | "ArrowRight" => 1,
        "ArrowUp" | "ArrowLeft" => -1,
        "Home" => i32::MIN,
        "End" => i32::MAX,
        "Escape" | "Tab" => {
            event.prevent_default();
            return close.run(());
        }
        _ => return,
    };
    event.prevent_default();
    let Some(holder) = holder.get_untracked() else { return };
    let items = entries(&holder);
    let here = document().active_element();
    let at = items.iter().position(|item| here.as_ref() == Some(item.as_ref())).unwrap_or(0) as i32;
    let last = items.len() as i32 - 1;
    let next = match step {
        i32::MIN => 0,
        i32::MAX => last,
        step => (at + step).rem_euclid(last + 1),
    };
    if let Some(item) = items.get(next as usize) {
        let _ = item.focus();
    }
}

fn entries(holder: &HtmlElement) -> Vec<HtmlElement> {
    let Ok(list) = holder.query_selector_all("[role^=menuitem]") else { return Vec::new() };
    (0..list.length()).filter_map(|index| list.get(index)?.dyn_into().ok()).collect()
}

/// Gives the focus to the first entry or field once it is there.
fn focus_first<E>(holder: NodeRef<E>)
where
    E: leptos::html::ElementType,
    E::Output: wasm_bindgen::JsCast + Clone + AsRef<web_sys::Element> + 'static,
{
    effect(move || {
        let Some(holder) = holder.get() else { return };
        request_animation_frame(move || {
            let holder: &web_sys::Element = holder.as_ref();
            let first = holder.query_selector("[role=menuitem], select, input").ok().flatten();
            if let Some(first) = first.and_then(|first| first.dyn_into::<HtmlElement>().ok()) {
                let _ = first.focus();
            }
        });
    });
}

/// The thing in a few words, as the heading of its menu has it.
fn spoken(network: &crate::sim::network::Network, thing: Thing) -> String {
    match thing {
        Thing::Node(node) => format!("{}, {}", network.name(node), words::role(network, node)),
        Thing::Link(link) => {
            let info = network.links[link.index()];
            phrase!("stage.link", a = network.name(info.a), b = network.name(info.b)).to_string()
        }
        Thing::Packet(_) => String::new(),
    }
}
