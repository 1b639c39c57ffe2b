//! Breaking and healing: a button for every kind of fault that can strike a place, and the amounts of those in force.

use leptos::prelude::*;

use crate::phrase;
use crate::scenarios::CATALOGUE;
use crate::sim::command::{Command, Place};
use crate::sim::fault::{Fault, FaultKind};
use crate::sim::settings::{Kind, Setting, Value};
use crate::ui::dynamic::shown;
use crate::ui::lab::{Action, Lab};
use crate::ui::markup::view;
use crate::ui::memo::Memo;

use super::field::Field;
use super::parts::word_for;

/// The faults of a place.
#[component]
pub(super) fn Strikes(
    /// Where they strike.
    #[prop(into)]
    place: Signal<Place>,
    /// Whether the place is a node.
    at_node: bool,
    /// Those in force there.
    #[prop(into)]
    in_force: Signal<Vec<Fault>>,
) -> impl IntoView {
    let kinds = || CATALOGUE.faults.iter().copied().filter(move |kind| kind.strikes_nodes() == at_node);
    let buttons = kinds().map(|kind| view! { <StrikeButton kind=kind place=place in_force=in_force /> });
    let amounts = kinds().map(|kind| view! { <Amount kind=kind place=place in_force=in_force /> });
    view! {
        <div class="actions">{buttons.collect_view()}</div>
        {amounts.collect_view()}
    }
}

fn is_in_force(faults: Signal<Vec<Fault>>, kind: &'static FaultKind) -> Memo<bool> {
    Memo::new(move |_| faults.with(|faults| faults.iter().any(|fault| fault.kind == kind)))
}

/// Strikes, or takes the fault back while it is in force.
#[component]
fn StrikeButton(
    kind: &'static FaultKind,
    place: Signal<Place>,
    in_force: Signal<Vec<Fault>>,
) -> impl IntoView {
    let lab = Lab::here();
    let on = is_in_force(in_force, kind);
    let act = move |_| {
        let place = place.get_untracked();
        lab.dispatch(Action::Do(match on.get_untracked() {
            true => Command::Heal { place, kind: Some(kind) },
            false => Command::inject(place, kind, None),
        }));
    };
    view! {
        <button type="button" class="button action" class:in-force=move || on.get() data-fault=kind.name on:click=act>
            {move || if on.get() { kind.heal_title.text() } else { kind.title.text() }}
        </button>
    }
}

/// How much of a fault is in force.
#[component]
fn Amount(kind: &'static FaultKind, place: Signal<Place>, in_force: Signal<Vec<Fault>>) -> impl IntoView {
    let lab = Lab::here();
    let on = is_in_force(in_force, kind);
    let amount = Signal::derive(move || {
        let of_kind = |faults: &Vec<Fault>| {
            faults.iter().find(|fault| fault.kind == kind).map(|fault| fault.amount.to_string())
        };
        in_force.with(of_kind).unwrap_or_default()
    });
    let set = Callback::new(move |amount: Value| {
        lab.dispatch(Action::Do(Command::inject(place.get_untracked(), kind, Some(amount))));
    });
    kind.amount.map(|(values, _)| {
        let field = move || {
            view! { <Field label=amount_label(kind) kind=values value=amount on_set=set/> }.into_any()
        };
        shown(move || on.get(), field)
    })
}

fn amount_label(kind: &FaultKind) -> String {
    let fault = kind.title.text();
    match kind.amount {
        Some((Kind::Choice(_), _)) => phrase!("inspect.manner", fault = fault).to_string(),
        _ => phrase!("inspect.amount", fault = fault).to_string(),
    }
}

/// A setting at a place, with what it is now.
#[derive(Clone, PartialEq)]
pub(super) struct SettingNow {
    pub setting: &'static Setting,
    pub value: String,
    /// A remark, such as what a fault makes of it.
    pub note: Option<String>,
}

/// The settings of a place.
#[component]
pub(super) fn SettingsOf(
    /// Whose they are.
    #[prop(into)]
    place: Signal<Place>,
    /// What they are; which ones there are never changes while the panel stands.
    #[prop(into)]
    settings: Signal<Vec<SettingNow>>,
) -> impl IntoView {
    let lab = Lab::here();
    let field = move |setting: &'static Setting| {
        let now = Memo::new(move |_| {
            settings.with(|all| all.iter().find(|now| now.setting.name == setting.name).cloned())
        });
        let value = Signal::derive(move || now.get().map(|now| now.value).unwrap_or_default());
        let note = Signal::derive(move || now.get().and_then(|now| now.note));
        let set = Callback::new(move |value: Value| {
            let place = place.get_untracked();
            lab.dispatch(Action::Do(Command::Set { place, setting: setting.name, value }));
        });
        view! { <Field label=word_for("setting", setting.name) kind=setting.kind value=value note=note on_set=set /> }
    };
    let all = settings.with_untracked(|all| all.iter().map(|now| now.setting).collect::<Vec<_>>());
    view! { <div class="fields">{all.into_iter().map(field).collect_view()}</div> }
}
