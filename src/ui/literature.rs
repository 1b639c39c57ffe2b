//! Published results beside what our own runs make of them: a page of prose and tables, made while the project builds.

use leptos::prelude::*;

use super::route::course;
use super::texts::{SheetState, Texts};
use crate::ui::markup::view;
use crate::word;

/// The page of literature.
#[component]
pub fn Literature() -> impl IntoView {
    let html = course().literature;
    view! {
        <main class="page literature" id="main" tabindex="-1">
            <h1 tabindex="-1" data-heading>{word!("page.literature").text()}</h1>
            <SheetState sheet=html.sheet/>
            <div inner_html=Texts::here().show(html) data-literature></div>
        </main>
    }
}
