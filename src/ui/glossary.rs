//! The terms of the course: all on a page, or one beside the text.

use leptos::prelude::*;

use super::dynamic::{dynamic, effect};
use super::layout::Layout;
use super::lesson::open_term;
use super::route::{course, focus, focus_id};
use super::texts::{SheetState, Texts};
use crate::lessons::prose::GLOSSARY_SHEET;
use crate::share::route::Route;
use crate::ui::markup::view;
use crate::ui::signals::StoredValue;
use crate::word;

/// All terms; the one that was asked for is shown first of all.
#[component]
pub fn Glossary(term: Option<String>) -> impl IntoView {
    let texts = Texts::here();
    let asked = term.clone();
    effect(move || {
        if let Some(entry) = asked.as_ref().and_then(|slug| document().get_element_by_id(&entry_id(slug))) {
            entry.scroll_into_view();
        }
    });
    let entry = move |entry: &'static crate::lessons::prose::Term| {
        let is_asked = term.as_deref() == Some(entry.slug);
        view! {
            <section id=entry_id(entry.slug) class="term-entry" class:asked=is_asked data-entry=entry.slug>
                <h2 tabindex="-1" data-heading=is_asked>
                    <a href=Route::Term(entry.slug.to_owned()).to_string()>{entry.name}</a>
                </h2>
                <div class="prose" inner_html=texts.show(entry.html)></div>
            </section>
        }
    };
    view! {
        <main class="page glossary" id="main" tabindex="-1">
            <h1 tabindex="-1">{word!("page.glossary").text()}</h1>
            <SheetState sheet=GLOSSARY_SHEET/>
            {course().glossary.iter().map(entry).collect_view()}
        </main>
    }
}

/// The term that is open beside the text.
#[component]
pub fn TermAside() -> impl IntoView {
    let (layout, texts) = (Layout::here(), Texts::here());
    let came_from = StoredValue::new(None::<web_sys::Element>);
    Effect::new(move |was_open: Option<bool>| {
        let open = layout.term.get().is_some();
        match (was_open.unwrap_or(false), open) {
            (false, true) => came_from.set_value(document().active_element()),
            (true, false) => focus(came_from.try_update_value(Option::take).flatten()),
            _ => {}
        }
        if open {
            // The term is in the page only after this effect.
            request_animation_frame(|| focus_id("term-title"));
        }
        open
    });
    let term = move || layout.term.get().and_then(|slug| course().term(slug));
    dynamic(move || {
        let aside = term().map(|term| {
            view! {
                <aside class="term" aria-labelledby="term-title" on:click=open_term data-term-aside=term.slug>
                    <h2 id="term-title" tabindex="-1">{term.name}</h2>
                    <button
                        type="button"
                        class="icon-button"
                        aria-label=word!("page.term-close").text()
                        on:click=move |_| layout.term.set(None)
                    >
                        "×"
                    </button>
                    <SheetState sheet=GLOSSARY_SHEET/>
                    <div class="prose" inner_html=texts.show(term.html)></div>
                    <a class="quiet" href=Route::Glossary.to_string()>{word!("page.glossary-all").text()}</a>
                </aside>
            }
        });
        aside.into_any()
    })
}

fn entry_id(slug: &str) -> String {
    format!("term-{slug}")
}
