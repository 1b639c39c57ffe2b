//! A question to answer before the run does. Any answer brings the explanations of all; one may change one's mind.

use leptos::ev::KeyboardEvent;
use leptos::prelude::*;
use wasm_bindgen::JsCast as _;

use super::announce::announce;
use super::dynamic::effect;
use super::lab::Lab;
use super::progress::Keeper;
use super::step::StepHere;
use super::texts::Texts;
use crate::lessons::prose::{Answer, Question};
use crate::ui::markup::view;
use crate::ui::memo::Memo;
use crate::ui::signals::RwSignal;
use crate::word;

/// A question of the step.
#[component]
pub fn PredictQuestion(step: StepHere, question: &'static Question, number: usize) -> impl IntoView {
    let keeper = Keeper::here();
    let texts = Texts::here();
    let chosen = Memo::new(move |_| step.answer(number).filter(|answer| *answer < question.answers.len()));
    let nudged = nudge(chosen);
    let choose = move |answer: usize| {
        step.key.with_value(|key| {
            keeper.change_step(key, |kept| {
                kept.choose(number, answer);
                true
            });
        });
        let verdict = if question.answers[answer].right { word!("page.right") } else { word!("page.wrong") };
        announce(format!("{}. {}", verdict.text(), texts.plain(question.answers[answer].explanation)));
    };
    let group = format!("question-{number}");
    let answer = {
        let group = group.clone();
        move |(index, answer): (usize, &'static Answer)| {
            view! { <AnswerItem answer index chosen choose group=group.clone()/> }
        }
    };
    view! {
        <fieldset
            class="predict"
            data-question=number.to_string()
            data-answered=move || chosen.get().is_some().to_string()
            class:waiting=move || nudged.get()
            on:keydown=move |event| walk(&event, chosen.get_untracked().is_some())
        >
            <legend>
                <span class="eyebrow">{word!("page.predict").text()}</span>
                <span class="prose" inner_html=texts.show(question.html)></span>
            </legend>
            <p class="nudge" hidden=move || !nudged.get() data-nudge>{word!("page.predict-nudge").text()}</p>
            {question.answers.iter().enumerate().map(answer).collect_view()}
        </fieldset>
    }
}

#[component]
fn AnswerItem(
    answer: &'static Answer,
    index: usize,
    chosen: Memo<Option<usize>>,
    choose: impl Fn(usize) + Copy + 'static,
    group: String,
) -> impl IntoView {
    let texts = Texts::here();
    let id = format!("{group}-{index}");
    let why = format!("{id}-why");
    let is_mine = move || chosen.get() == Some(index);
    let (mark, verdict) = match answer.right {
        true => ("✓", word!("page.right")),
        false => ("✕", word!("page.wrong")),
    };
    let explanation = {
        let why = why.clone();
        move || {
            chosen.get().is_some().then(|| {
                view! {
                    <div class="why" id=why.clone() data-why>
                        <span class="verdict">
                            <span aria-hidden="true">{mark}" "</span>
                            {verdict.text()}
                        </span>
                        <div class="prose" inner_html=texts.show(answer.explanation)></div>
                    </div>
                }
            })
        }
    };
    view! {
        <div class="answer" class:right=answer.right class:mine=is_mine class:answered=move || chosen.get().is_some()>
            <label>
                <input
                    type="radio"
                    name=group
                    id=id
                    prop:checked=is_mine
                    aria-describedby=move || chosen.get().is_some().then(|| why.clone())
                    on:change=move |_| choose(index)
                />
                <span inner_html=texts.show(answer.html)></span>
            </label>
            {explanation}
        </div>
    }
}

/// Whether play was pressed while the question waits. It never holds the run back.
fn nudge(chosen: Memo<Option<usize>>) -> Memo<bool> {
    let lab = Lab::here();
    let pressed = RwSignal::new(false);
    effect(move || {
        if lab.playing.get() && chosen.get_untracked().is_none() && !pressed.get_untracked() {
            pressed.set(true);
            announce(word!("page.predict-nudge").text());
        }
    });
    Memo::new(move |_| pressed.get() && chosen.get().is_none())
}

/// Until there is an answer, arrow keys only move among the answers: a browser would choose each one on the way, and the
/// first that is chosen brings the explanations.
fn walk(event: &KeyboardEvent, answered: bool) {
    let forward = match event.key().as_str() {
        "ArrowDown" | "ArrowRight" => true,
        "ArrowUp" | "ArrowLeft" => false,
        _ => return,
    };
    if answered {
        return;
    }
    let Some(here) = event.target().and_then(|target| target.dyn_into::<web_sys::Element>().ok()) else {
        return;
    };
    let Some(group) = here.closest("fieldset").ok().flatten() else { return };
    let Ok(inputs) = group.query_selector_all("input[type=radio]") else { return };
    let count = inputs.length();
    let position =
        (0..count).find(|index| inputs.get(*index).is_some_and(|node| node.is_same_node(Some(&here))));
    if let Some(position) = position {
        event.prevent_default();
        let next = (position + if forward { 1 } else { count - 1 }) % count;
        super::route::focus(inputs.get(next).and_then(|node| node.dyn_into().ok()));
    }
}
