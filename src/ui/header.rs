//! The top of the page: where one is, and the ways to everything else.

use leptos::ev::MouseEvent;
use leptos::prelude::*;

use super::dynamic::{either, shown};
use super::layout::{Layout, Sheet};
use super::route::{View, course, focus_id};
use super::session::Place;
use super::settings::{Settings, Theme};
use super::share::ShareButton;
use crate::share::route::Route;
use crate::ui::markup::view;
use crate::ui::memo::Memo;
use crate::{phrase, word};

/// The header.
#[component]
pub fn Header() -> impl IntoView {
    let layout = Layout::here();
    let view: Memo<View> = expect_context();
    let works = move || matches!(view.get(), View::Run(_));
    view! {
        <header class="bar" hidden=move || layout.presenting.get()>
            <a class="brand" href=Route::Contents.to_string()>
                <Logo/>
                <span>{word!("page.name").text()}</span>
            </a>
            <p class="where">{move || lesson_line(&view.get())}</p>
            {shown(works, || view! { <SheetButtons/> }.into_any())}
            <nav aria-label=word!("page.header").text()>
                <a class="quiet" href=Route::Contents.to_string() aria-current=move || (view.get() == View::Contents).then_some("page")>
                    {word!("page.contents").text()}
                </a>
                <a
                    class="quiet"
                    href=Route::Glossary.to_string()
                    aria-current=move || matches!(view.get(), View::Glossary(_)).then_some("page")
                >
                    {word!("page.glossary").text()}
                </a>
            </nav>
            {shown(works, move || {
                view! {
                    <button type="button" class="quiet wide-only" on:click=move |_| layout.toggle_presenting() data-present>
                        {word!("page.present").text()}
                    </button>
                }
                .into_any()
            })}
            <ShareButton/>
            <ThemeButton/>
            <button
                type="button"
                class="icon-button"
                aria-label=word!("page.help").text()
                title=word!("page.help").text()
                on:click=move |_| layout.help.set(true)
                data-help-button
            >
                "?"
            </button>
        </header>
    }
}

fn lesson_line(view: &View) -> Option<AnyView> {
    let View::Run(Place::Step(id)) = view else { return None };
    let title = course().lesson(id.lesson)?.title;
    let lesson = phrase!("page.lesson", n = id.lesson).to_string();
    Some(view! { {lesson} <span aria-hidden="true">" / "</span> <strong>{title}</strong> }.into_any())
}

/// On a narrow screen: what opens panels over it.
#[component]
fn SheetButtons() -> impl IntoView {
    let layout = Layout::here();
    let button = move |sheet: Sheet, label: &'static str| {
        let toggle = move |_| {
            layout.toggle_sheet(sheet);
            if layout.sheet.get_untracked() == Some(sheet) {
                request_animation_frame(move || focus_id(sheet.name()));
            }
        };
        view! {
            <button
                type="button"
                class="quiet"
                aria-expanded=move || (layout.sheet.get() == Some(sheet)).to_string()
                aria-controls=sheet.name()
                on:click=toggle
            >
                {label}
            </button>
        }
    };
    view! {
        <div class="sheet-buttons narrow-only" role="group" aria-label=word!("page.sheets").text()>
            {button(Sheet::Inspector, word!("page.inspector").text())}
            {button(Sheet::Log, word!("page.log").text())}
        </div>
    }
}

#[component]
fn ThemeButton() -> impl IntoView {
    let settings = Settings::here();
    let label = move || match settings.theme.get() {
        Theme::System => word!("page.theme-system").text(),
        Theme::Light => word!("page.theme-light").text(),
        Theme::Dark => word!("page.theme-dark").text(),
    };
    let sign = move || match settings.theme.get() {
        Theme::System => "◐",
        Theme::Light => "☀",
        Theme::Dark => "☾",
    };
    view! {
        <button
            type="button"
            class="icon-button"
            aria-label=label
            title=label
            on:click=move |_| settings.next_theme()
            data-theme-button
        >
            <span aria-hidden="true">{sign}</span>
        </button>
    }
}

#[component]
fn Logo() -> impl IntoView {
    view! {
        <svg class="logo" viewBox="0 0 32 32" fill="none" aria-hidden="true">
            <path d="M8 8l8 8M24 8l-8 8" stroke="var(--ink)" stroke-width="3" stroke-linecap="round"></path>
            <path d="M16 17v2.5M16 23v2" stroke="var(--bad)" stroke-width="3" stroke-linecap="round"></path>
            <circle cx="7.5" cy="7.5" r="4.5" fill="var(--accent)"></circle>
            <circle cx="24.5" cy="7.5" r="4.5" fill="var(--accent)"></circle>
            <circle cx="16" cy="15" r="3.5" fill="var(--accent)"></circle>
            <circle cx="16" cy="26.5" r="4.5" fill="var(--bad)"></circle>
        </svg>
    }
}

/// The first links of the page. They move focus and leave the address alone, for that says where in the course one is.
#[component]
pub fn SkipLinks(works: Memo<bool>) -> impl IntoView {
    let to = |id: &'static str| {
        move |event: MouseEvent| {
            event.prevent_default();
            focus_id(id);
        }
    };
    let in_run = move || {
        view! {
            <a class="skip" href="#lesson" on:click=to("lesson")>{word!("page.skip-lesson").text()}</a>
            <a class="skip" href="#stage" on:click=to("stage")>{word!("page.skip-stage").text()}</a>
        }
        .into_any()
    };
    let in_page = move || {
        view! { <a class="skip" href="#main" on:click=to("main")>{word!("page.skip-main").text()}</a> }
            .into_any()
    };
    either(move || works.get(), in_run, in_page)
}
