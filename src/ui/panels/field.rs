//! A control for one value of a [`Kind`]: what is typed is read by the kind itself, and nothing changes while it is wrong.

use leptos::prelude::*;

use crate::sim::settings::{Kind, Value};
use crate::ui::dynamic::dynamic;
use crate::ui::markup::view;
use crate::ui::signals::RwSignal;

use super::parts::{unique_id, word_for};

/// Up to how many words are shown side by side; more become a menu.
const SEGMENTS_AT_MOST: usize = 3;

/// A labelled control.
#[component]
pub(super) fn Field(
    /// What it is called.
    #[prop(into)]
    label: String,
    /// Which values it takes.
    kind: Kind,
    /// What it is at, in text form.
    #[prop(into)]
    value: Signal<String>,
    /// A remark about it, if any.
    #[prop(into, optional)]
    note: Signal<Option<String>>,
    /// Is called with a new value of the kind.
    on_set: Callback<Value>,
) -> impl IntoView {
    let id = unique_id("field");
    let control = match kind {
        Kind::Choice(words) if words.len() <= SEGMENTS_AT_MOST => {
            return view! { <Segments label=label words=words value=value on_set=on_set /> }.into_any();
        }
        Kind::Choice(words) => {
            view! { <Menu id=id.clone() words=words value=value on_set=on_set /> }.into_any()
        }
        _ => view! { <Entry id=id.clone() label=label.clone() kind=kind value=value on_set=on_set /> }
            .into_any(),
    };
    let says = |note: String| view! { <span class="remark">{note}</span> };
    let remark = dynamic(move || note.get().map(says).into_any());
    view! {
        <div class="field">
            <label for=id>{label}</label>
            {control}
            {remark}
        </div>
    }
    .into_any()
}

/// Sets a word unless it is set already.
fn choose(words: &'static [&'static str], value: Signal<String>, on_set: Callback<Value>, chosen: &str) {
    if let Some(word) = words.iter().find(|word| **word == chosen)
        && value.with_untracked(|value| value != word)
    {
        on_set.run(Value::Choice(word));
    }
}

#[component]
fn Segments(
    label: String,
    words: &'static [&'static str],
    value: Signal<String>,
    on_set: Callback<Value>,
) -> impl IntoView {
    let group = unique_id("choice");
    let segment = move |word: &'static str| {
        view! {
            <label class="segment">
                <input
                    type="radio"
                    name=group.clone()
                    value=word
                    prop:checked=move || value.with(|value| value == word)
                    on:change=move |_| choose(words, value, on_set, word)
                />
                <span>{word_for("choice", word)}</span>
            </label>
        }
    };
    view! {
        <fieldset class="field segments">
            <legend>{label}</legend>
            <div class="segment-row">{words.iter().map(|word| segment(word)).collect_view()}</div>
        </fieldset>
    }
}

#[component]
fn Menu(
    id: String,
    words: &'static [&'static str],
    value: Signal<String>,
    on_set: Callback<Value>,
) -> impl IntoView {
    let option = move |word: &'static str| {
        view! {
            <option value=word prop:selected=move || value.with(|value| value == word)>
                {word_for("choice", word)}
            </option>
        }
    };
    view! {
        <select
            id=id
            prop:value=move || value.get()
            on:change=move |event| choose(words, value, on_set, &event_target_value(&event))
        >
            {words.iter().map(|word| option(word)).collect_view()}
        </select>
    }
}

/// A line to type into, with a slider beside it for percentages.
#[component]
fn Entry(
    id: String,
    label: String,
    kind: Kind,
    value: Signal<String>,
    on_set: Callback<Value>,
) -> impl IntoView {
    let draft = RwSignal::new(None::<String>);
    let wrong = RwSignal::new(None::<String>);
    let shown = move || draft.get().unwrap_or_else(|| value.get());
    let apply = move || {
        let Some(text) = draft.get_untracked() else { return };
        match kind.parse(&text) {
            Ok(new) => {
                draft.set(None);
                wrong.set(None);
                if value.with_untracked(|value| *value != new.to_string()) {
                    on_set.run(new);
                }
            }
            Err(why) => wrong.set(Some(why)),
        }
    };
    let keys = move |event: leptos::ev::KeyboardEvent| match event.key().as_str() {
        "Enter" => apply(),
        "Escape" if draft.get_untracked().is_some() => {
            event.stop_propagation();
            draft.set(None);
            wrong.set(None);
        }
        _ => {}
    };
    let slider = matches!(kind, Kind::Probability)
        .then(|| view! { <PercentSlider label=label draft=draft value=value apply=Callback::new(move |()| apply()) /> });
    let wrong_id = format!("{id}-wrong");
    let described_by = wrong_id.clone();
    view! {
        <div class="typed" class:percent=matches!(kind, Kind::Probability)>
            {slider}
            <input
                id=id
                type="text"
                inputmode=matches!(kind, Kind::Count(..)).then_some("numeric")
                autocomplete="off"
                spellcheck="false"
                prop:value=shown
                aria-invalid=move || wrong.with(Option::is_some).then_some("true")
                aria-describedby=move || wrong.with(Option::is_some).then(|| described_by.clone())
                on:input=move |event| draft.set(Some(event_target_value(&event)))
                on:keydown=keys
                on:blur=move |_| apply()
            />
            <span id=wrong_id class="wrong" role="status">{move || wrong.get()}</span>
        </div>
    }
}

#[component]
fn PercentSlider(
    label: String,
    draft: RwSignal<Option<String>>,
    value: Signal<String>,
    apply: Callback<()>,
) -> impl IntoView {
    let percent = move || {
        let text = draft.get().unwrap_or_else(|| value.get());
        text.trim().trim_end_matches('%').to_owned()
    };
    view! {
        <input
            type="range"
            min="0"
            max="100"
            step="1"
            aria-label=label
            aria-valuetext=move || format!("{}%", percent())
            prop:value=percent
            on:input=move |event| draft.set(Some(format!("{}%", event_target_value(&event))))
            on:change=move |_| apply.run(())
        />
    }
}
