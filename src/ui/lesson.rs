//! The lesson's frame: where in the lesson one is, the step's text with its questions and goals, and the ways back and on.

use leptos::ev::MouseEvent;
use leptos::prelude::*;
use wasm_bindgen::JsCast as _;

use super::dynamic::{dynamic, effect};
use super::layout::Layout;
use super::lesson_parts::{Explain, GoalItem, Requests};
use super::panels::Controls;
use super::progress::Keeper;
use super::question::PredictQuestion;
use super::route::{course, lesson_of};
use super::runs::{step_key, step_text};
use super::session::Session;
use super::shared::SharedNote;
use super::step::{StepHere, after_lesson, link_label, place, ways};
use super::texts::{SheetState, Texts};
use crate::lessons::prose::{Block, LessonText, StepText};
use crate::share::route::{Route, StepId};
use crate::ui::markup::view;
use crate::ui::memo::Memo;
use crate::ui::signals::StoredValue;
use crate::words::Phrase;
use crate::{phrase, word};

/// A step of a lesson.
#[component]
pub fn StepView(id: StepId) -> impl IntoView {
    let Some(((lesson, text), key)) = lesson_of(id).zip(step_text(id)).zip(step_key(id)) else {
        return ().into_any();
    };
    let step = StepHere { id, text, key: StoredValue::new(key) };
    provide_context(step);
    note_completion(step);
    view! {
        <section class="lesson" id="lesson" tabindex="-1" aria-labelledby="step-title" data-step=text.slug>
            <header class="lesson-head">
                <p class="step-count" data-step-count>{place(id)}</p>
                <ProgressBar lesson here=id/>
                <h1 id="step-title" tabindex="-1" data-heading>{text.title}</h1>
            </header>
            <div class="lesson-body" on:click=open_term data-lesson-body>
                <Fault/>
                <SharedNote/>
                <SheetState sheet=text.sheet/>
                <Blocks step/>
                <LessonFoot lesson here=id/>
            </div>
            <Ways step/>
        </section>
    }
    .into_any()
}

/// A link to a term opens it beside the text, so that the reader's place is not lost. With Ctrl and the like it is a link.
pub fn open_term(event: MouseEvent) {
    if event.ctrl_key() || event.meta_key() || event.shift_key() || event.button() != 0 {
        return;
    }
    let target = event.target().and_then(|target| target.dyn_into::<web_sys::Element>().ok());
    let link = target.and_then(|target| target.closest("a[data-term]").ok().flatten());
    let term = link.and_then(|link| link.get_attribute("data-term")).and_then(|slug| course().term(&slug));
    if let Some((term, layout)) = term.zip(use_context::<Layout>()) {
        event.prevent_default();
        layout.term.set(Some(term.slug));
    }
}

/// Why there is no run, where the reader looks.
#[component]
pub fn Fault() -> impl IntoView {
    let session = Session::here();
    dynamic(move || {
        let says = |fault: Phrase| view! { <p class="fault" role="alert" data-fault>{fault.to_string()}</p> };
        session.fault.get().map(says).into_any()
    })
}

fn note_completion(step: StepHere) {
    let keeper = Keeper::here();
    effect(move || {
        if step.is_complete() {
            step.key
                .with_value(|key| keeper.change_step(key, |kept| !std::mem::replace(&mut kept.done, true)));
        }
    });
}

#[component]
fn ProgressBar(lesson: &'static LessonText, here: StepId) -> impl IntoView {
    let keeper = Keeper::here();
    let part = move |(index, text): (usize, &'static StepText)| {
        let id = StepId { step: index + 1, ..here };
        let key = step_key(id).unwrap_or_default();
        let done = Memo::new(move |_| keeper.with_step(&key, |step| step.done));
        let label = move || link_label(lesson, id.step, done.get());
        view! {
            <li class:challenge=text.challenge>
                <a
                    href=Route::Step(id).to_string()
                    aria-label=label
                    title=text.title
                    aria-current=(id == here).then_some("step")
                    class:done=done
                    class:passed=id.step < here.step
                ></a>
            </li>
        }
    };
    view! {
        <nav class="progress" aria-label=word!("page.steps").text()>
            <ol>{lesson.steps.iter().enumerate().map(part).collect_view()}</ol>
        </nav>
    }
}

/// The blocks in their order; what one can do stands before what is explained afterwards.
#[component]
fn Blocks(step: StepHere) -> impl IntoView {
    let texts = Texts::here();
    let blocks = step.text.content().blocks;
    let first_explain =
        blocks.iter().position(|block| matches!(block, Block::Explain(_))).unwrap_or(blocks.len());
    let mut questions = 0;
    let mut show = |block: &'static Block| match block {
        Block::Text(html) => view! { <div class="prose" inner_html=texts.show(*html)></div> }.into_any(),
        Block::Note(html) => {
            view! { <div class="prose note" role="note" inner_html=texts.show(*html)></div> }.into_any()
        }
        Block::Predict(question) => {
            questions += 1;
            view! { <PredictQuestion step question number=questions - 1/> }.into_any()
        }
        Block::Goal(goal) => view! { <GoalItem step goal/> }.into_any(),
        Block::Explain(html) => view! { <Explain step html=*html/> }.into_any(),
    };
    let before = blocks[..first_explain].iter().map(&mut show).collect_view();
    let after = blocks[first_explain..].iter().map(&mut show).collect_view();
    let session = Session::here();
    let names: Vec<&str> = step.text.content().controls.iter().map(|line| line.text).collect();
    let on_rebuild = Callback::new(move |(name, text): (String, String)| session.begin_with(&name, &text));
    let controls = (!names.is_empty()).then(|| view! { <Controls on_rebuild only=names/> });
    view! {
        {before}
        <Requests step/>
        {controls}
        {after}
    }
}

#[component]
fn LessonFoot(lesson: &'static LessonText, here: StepId) -> impl IntoView {
    let (session, texts) = (Session::here(), Texts::here());
    let finished = here.step >= lesson.needed();
    // On the last step Next leads here already.
    let on = (finished && here.step < lesson.steps.len()).then(|| {
        let (route, label) = after_lesson(here);
        view! { <a href=route.to_string() data-skip-challenges>{label.text()}</a> }
    });
    let video = lesson.video.map(|address| view! { <VideoLink address/> });
    view! {
        <footer class="lesson-foot">
            <button type="button" class="quiet" data-start-over on:click=move |_| session.start_over()>
                {word!("page.start-over").text()}
            </button>
            {video}
            {on}
            <details open=finished data-leaves-out>
                <summary on:click=move |_| texts.want(lesson.number)>{word!("page.leaves-out").text()}</summary>
                <div class="prose" inner_html=texts.show(lesson.leaves_out)></div>
            </details>
        </footer>
    }
}

/// A link to a recording elsewhere. Nothing is asked of that place until it is clicked.
#[component]
pub fn VideoLink(address: &'static str) -> impl IntoView {
    view! {
        <a class="external" href=address target="_blank" rel="noopener noreferrer" data-video>
            {word!("page.video").text()}
            <span aria-hidden="true">" ↗"</span>
            <span class="for-ears">{format!(" ({})", word!("page.external").text())}</span>
        </a>
    }
}

/// Back and Next, always in the same place.
#[component]
fn Ways(step: StepHere) -> impl IntoView {
    let layout = Layout::here();
    let (back, next, label) = ways(step.id);
    let open = Memo::new(move |_| step.goals_open());
    let softly = move || match open.get() {
        0 => String::new(),
        n => phrase!("page.goals-open", n = n).to_string(),
    };
    let more = move || match layout.reading.get() {
        true => word!("page.less-text").text(),
        false => word!("page.more-text").text(),
    };
    view! {
        <nav class="ways" aria-label=word!("page.pages").text()>
            <a class="button" href=back.to_string() data-back>{word!("page.back").text()}</a>
            <p class="softly" data-goals-open>{softly}</p>
            <button type="button" class="quiet phone-only" on:click=move |_| layout.reading.update(|reading| *reading = !*reading)>
                {more}
            </button>
            <a class="button" class:primary=move || step.is_complete() href=next.to_string() data-next>
                {label.text()}
            </a>
        </nav>
    }
}
