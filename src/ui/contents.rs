//! The first page: what one can learn here, where one was, and every network to play with. Also the pages of lessons that
//! are not open yet, and of addresses that lead nowhere.

use leptos::prelude::*;

use super::dynamic::dynamic;
use super::lesson::VideoLink;
use super::progress::Keeper;
use super::route::{View, course, view_of};
use super::runs::step_key;
use super::session::Place;
use crate::lessons::prose::LessonText;
use crate::share::route::{Route, StepId};
use crate::ui::markup::view;
use crate::ui::memo::Memo;
use crate::{phrase, scenarios, word};

/// All lessons.
#[component]
pub fn Contents() -> impl IntoView {
    view! {
        <main class="page contents" id="main" tabindex="-1">
            <div class="hero">
                <h1 tabindex="-1" data-heading>{word!("page.tagline").text()}</h1>
                <p class="lead">{word!("page.promise").text()}</p>
                <ContinueLink/>
            </div>
            <h2 class="for-ears">{word!("page.lessons").text()}</h2>
            <ol class="lessons">
                {course().lessons.iter().map(|lesson| view! { <LessonCard lesson/> }).collect_view()}
            </ol>
            <Labs/>
            <section class="labs">
                <h2>{word!("page.literature").text()}</h2>
                <p>{word!("page.literature-why").text()}</p>
                <p><a href=Route::Literature.to_string() data-to-literature>{word!("page.literature-go").text()}</a></p>
            </section>
        </main>
    }
}

/// Where the learner was, or where to begin.
#[component]
fn ContinueLink() -> impl IntoView {
    let keeper = Keeper::here();
    dynamic(move || {
        let last = keeper.with(|progress| progress.last.clone()).map(|address| Route::parse(&address));
        let place = last.and_then(|route| match view_of(&route) {
            View::Run(place) => Some((route, place)),
            _ => None,
        });
        match place {
            Some((route, Place::Step(id))) => view! {
                <a class="button primary" href=route.to_string() data-continue>
                    {word!("page.continue").text()}
                    <span class="where">{phrase!("page.lesson-and-step", lesson = id.lesson, step = id.step).to_string()}</span>
                </a>
            }
            .into_any(),
            Some((route, Place::Lab(name))) => view! {
                <a class="button primary" href=route.to_string() data-continue>
                    {word!("page.continue").text()}
                    <span class="where">{scenarios::find(&name).map(|entry| entry.title.text())}</span>
                </a>
            }
            .into_any(),
            // A run that was handed on is never kept as the last place.
            Some((_, Place::Shared(_))) | None => view! {
                <a class="button primary" href=Route::Lesson(1).to_string() data-start>{word!("page.start").text()}</a>
            }
            .into_any(),
        }
    })
}

#[component]
fn LessonCard(lesson: &'static LessonText) -> impl IntoView {
    let number = lesson.number;
    let body = if lesson.open {
        view! { <StepList lesson/> }.into_any()
    } else {
        view! {
            <details>
                <summary>{word!("page.will-hold").text()}</summary>
                <div class="prose" inner_html=lesson.will_hold></div>
            </details>
        }
        .into_any()
    };
    view! {
        <li class="lesson-card" class:closed=!lesson.open data-lesson=number.to_string()>
            <span class="number" aria-hidden="true">{number}</span>
            <div>
                <h3>
                    <a href=Route::Lesson(number).to_string()>
                        <span class="for-ears">{phrase!("page.lesson", n = number).to_string()}": "</span>
                        {lesson.title}
                    </a>
                    {(!lesson.open).then(|| view! { " " <span class="tag">{word!("page.not-open").text()}</span> })}
                </h3>
                <p class="summary">{lesson.summary}</p>
                {body}
                {lesson.video.map(|address| view! { <VideoLink address/> })}
            </div>
        </li>
    }
}

#[component]
fn StepList(lesson: &'static LessonText) -> impl IntoView {
    let keeper = Keeper::here();
    let total = lesson.needed();
    let id = move |step: usize| StepId { lesson: lesson.number, step };
    let is_done =
        move |step: usize| step_key(id(step)).is_some_and(|key| keeper.with_step(&key, |step| step.done));
    let count = move || match (1..=total).filter(|step| is_done(*step)).count() {
        0 => phrase!("page.count-steps", n = total).to_string(),
        done if done == total => word!("page.lesson-done").text().to_owned(),
        done => phrase!("page.steps-done", done = done, n = total).to_string(),
    };
    let item = move |step: usize| {
        let done = Memo::new(move |_| is_done(step));
        let text = &lesson.steps[step - 1];
        let number = match step.checked_sub(total) {
            None | Some(0) => phrase!("page.step", n = step).to_string(),
            Some(challenge) => phrase!("page.challenge", n = challenge).to_string(),
        };
        let mark = move || match done.get() {
            true => "✓".to_owned(),
            false if text.challenge => "★".to_owned(),
            false => step.to_string(),
        };
        view! {
            <li>
                <a href=Route::Step(id(step)).to_string() class:done=done>
                    <span class="tick" aria-hidden="true">{mark}</span>
                    <span>
                        <span class="for-ears">{number}": "</span>
                        {text.title}
                        <span class="for-ears">{move || done.get().then(|| format!(", {}", word!("page.done").text()))}</span>
                    </span>
                </a>
            </li>
        }
    };
    let challenges = (total < lesson.steps.len()).then(|| {
        view! {
            <h4>{word!("page.challenges").text()}</h4>
            <ol class="steps" data-challenges>{(total + 1..=lesson.steps.len()).map(item).collect_view()}</ol>
        }
    });
    view! {
        <p class="count">{count}</p>
        <ol class="steps">{(1..=total).map(item).collect_view()}</ol>
        {challenges}
    }
}

#[component]
fn Labs() -> impl IntoView {
    let lab = |entry: &'static scenarios::Entry| {
        view! {
            <li>
                <a href=Route::Lab(entry.name.to_owned()).to_string() data-lab=entry.name>{entry.title.text()}</a>
                <p>{entry.summary.text()}</p>
            </li>
        }
    };
    (!scenarios::ALL.is_empty()).then(|| {
        view! {
            <section class="labs">
                <h2>{word!("page.labs").text()}</h2>
                <p>{word!("page.labs-why").text()}</p>
                <ul>{scenarios::ALL.iter().map(|entry| lab(entry)).collect_view()}</ul>
            </section>
        }
    })
}

/// A lesson that cannot be taken yet, and what it will hold.
#[component]
pub fn Closed(number: usize) -> impl IntoView {
    course().lesson(number).map(|lesson| {
        view! {
            <main class="page closed-lesson" id="main" tabindex="-1">
                <p class="step-count">{phrase!("page.lesson", n = number).to_string()}</p>
                <h1 tabindex="-1" data-heading>{lesson.title}</h1>
                <p class="lead">{lesson.summary}</p>
                <p><span class="tag">{word!("page.not-open").text()}</span>" "{word!("page.not-open-why").text()}</p>
                <h2>{word!("page.will-hold").text()}</h2>
                <div class="prose" inner_html=lesson.will_hold></div>
                {lesson.video.map(|address| view! { <p><VideoLink address/></p> })}
                <p><a class="button" href=Route::Contents.to_string()>{word!("page.contents").text()}</a></p>
            </main>
        }
    })
}

/// An address that leads nowhere: what was asked for, and where one can go.
#[component]
pub fn Unknown(route: Route) -> impl IntoView {
    let asked = route.to_string();
    view! {
        <main class="page unknown" id="main" tabindex="-1" data-unknown>
            <h1 tabindex="-1" data-heading>{word!("page.unknown").text()}</h1>
            <p class="lead">{phrase!("page.unknown-asked", asked = asked).to_string()}</p>
            {hint(&route).map(|hint| view! { <p>{hint}</p> })}
            <h2>{word!("page.unknown-go").text()}</h2>
            <ul class="plain">
                <li><a href=Route::Contents.to_string()>{word!("page.contents").text()}</a></li>
                <li><a href=Route::Glossary.to_string()>{word!("page.glossary").text()}</a></li>
                {nearest(&route).map(|(route, title)| view! { <li><a href=route.to_string()>{title}</a></li> })}
            </ul>
        </main>
    }
}

fn hint(route: &Route) -> Option<String> {
    match route {
        Route::Lesson(lesson) | Route::Step(StepId { lesson, .. }) => Some(match course().lesson(*lesson) {
            Some(found) => phrase!("page.unknown-step", lesson = lesson, n = found.steps.len()).to_string(),
            None => phrase!("page.unknown-lesson", n = course().lessons.len()).to_string(),
        }),
        Route::Lab(_) if !scenarios::ALL.is_empty() => {
            let names: Vec<&str> = scenarios::ALL.iter().map(|entry| entry.name).collect();
            Some(phrase!("page.unknown-lab", names = names.join(", ")).to_string())
        }
        _ => None,
    }
}

fn nearest(route: &Route) -> Option<(Route, String)> {
    let (Route::Lesson(lesson) | Route::Step(StepId { lesson, .. })) = route else { return None };
    let found = course().lesson(*lesson)?;
    let title = format!("{}: {}", phrase!("page.lesson", n = lesson), found.title);
    Some((Route::Lesson(*lesson), title))
}
