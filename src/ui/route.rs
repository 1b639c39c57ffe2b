//! Follows the address: which place it asks for, what that place shows, its title, and where focus goes on arriving.

use leptos::prelude::*;

use super::runs::{Shared, step_of_key, step_text};
use super::session::{Place, step_shown};
use crate::lessons::prose::{self, LessonText};
use crate::share::link;
use crate::share::parcel::{Parcel, Source};
use crate::share::route::{Route, StepId};
use crate::ui::signals::RwSignal;
use crate::words::{Language, Phrase};
use crate::{phrase, scenarios, word};

/// What is shown, once it is known what the course has.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum View {
    /// A step or a scenario with its run.
    Run(Place),
    /// A run that parts of the program are still missing for.
    Coming(Place),
    /// All lessons.
    Contents,
    /// A lesson that is not open yet.
    Closed(usize),
    /// Published results beside ours.
    Literature,
    /// All terms, perhaps at one of them.
    Glossary(Option<String>),
    /// Nothing is there.
    Unknown(Route),
    /// A link to a run that cannot be read, and why.
    Broken(Phrase),
}

/// Follows the address from now on.
pub fn follow() -> RwSignal<Route> {
    let route = RwSignal::new(asked());
    window_event_listener_untyped("hashchange", move |_| route.set(asked()));
    route
}

/// Goes to a place, as a link there would.
pub fn go(route: &Route) {
    // An address that the browser refuses is left alone: the page stays where it is.
    let _ = location().set_hash(&route.to_string());
}

/// What the course has at the address as it is now.
pub fn view_asked() -> View {
    view_of(&asked())
}

fn asked() -> Route {
    let fragment = location().hash().unwrap_or_default();
    let plain = js_sys::decode_uri_component(&fragment).map_or(fragment, String::from);
    Route::parse(&plain)
}

/// What the course has at an address.
pub fn view_of(route: &Route) -> View {
    let unknown = || View::Unknown(route.clone());
    match route {
        Route::Contents => View::Contents,
        Route::Lesson(lesson) => step_view(StepId { lesson: *lesson, step: 1 }).unwrap_or_else(unknown),
        Route::Step(id) => step_view(*id).unwrap_or_else(unknown),
        Route::Lab(name) if scenarios::find(name).is_some() => View::Run(Place::Lab(name.clone())),
        Route::Run(link) => match link::read(link) {
            Err(what) => View::Broken(what),
            Ok(parcel) => View::Run(Place::Shared(shared(link, &parcel))),
        },
        Route::Literature => View::Literature,
        Route::Glossary => View::Glossary(None),
        Route::Term(slug) if course().term(slug).is_some() => View::Glossary(Some(slug.clone())),
        Route::Lab(_) | Route::Term(_) | Route::Unknown(_) => unknown(),
    }
}

/// The course in the reader's language.
pub fn course() -> &'static prose::Course {
    prose::texts(Language::current())
}

fn shared(link: &str, parcel: &Parcel) -> Shared {
    let name = match &parcel.source {
        Source::BuiltIn { name, .. } => name.clone(),
        Source::Whole(scenario) => scenario.name.clone(),
    };
    Shared { link: link.to_owned(), name, step: parcel.step.as_deref().and_then(step_of_key) }
}

fn step_view(id: StepId) -> Option<View> {
    let lesson = course().lesson(id.lesson)?;
    if !lesson.open {
        return Some(View::Closed(lesson.number));
    }
    step_text(id).map(|_| View::Run(Place::Step(id)))
}

/// The lesson of a step that is known to be there.
pub fn lesson_of(id: StepId) -> Option<&'static LessonText> {
    course().lesson(id.lesson)
}

/// The document's title.
pub fn title_of(view: &View) -> String {
    let name = match view {
        View::Run(place) | View::Coming(place) => name_of(place),
        View::Contents => return format!("{}: {}", word!("page.name").text(), word!("page.tagline").text()),
        View::Closed(lesson) => {
            course().lesson(*lesson).map(|lesson| lesson.title.to_owned()).unwrap_or_default()
        }
        View::Glossary(term) => term
            .as_ref()
            .and_then(|slug| course().term(slug))
            .map_or(word!("page.glossary").text(), |term| term.name)
            .to_owned(),
        View::Literature => word!("page.literature").text().to_owned(),
        View::Broken(_) => word!("shared.broken").text().to_owned(),
        View::Unknown(_) => word!("page.unknown").text().to_owned(),
    };
    phrase!("page.title", view = name).to_string()
}

/// What a run's place is called.
pub fn name_of(place: &Place) -> String {
    match (place, step_shown(place)) {
        (_, Some(id)) => step_title(id),
        (Place::Lab(name) | Place::Shared(Shared { name, .. }), None) => scenario_title(name),
        (Place::Step(_), None) => String::new(),
    }
}

/// What a scenario is called on the page; its own name if it is not built in.
pub fn scenario_title(name: &str) -> String {
    scenarios::find(name).map_or_else(|| name.to_owned(), |entry| entry.title.text().to_owned())
}

fn step_title(id: StepId) -> String {
    let title = step_text(id).map(|step| step.title).unwrap_or_default();
    format!("{title} · {}", phrase!("page.lesson-and-step", lesson = id.lesson, step = id.step))
}

/// Moves focus to the heading of what is shown now, so that those who listen hear where they are.
pub fn focus_heading() {
    let heading = document().query_selector("[data-heading]").ok().flatten();
    focus(heading);
}

/// Moves focus to an element, if there is one.
pub fn focus(element: Option<web_sys::Element>) {
    use wasm_bindgen::JsCast as _;
    if let Some(element) = element.and_then(|element| element.dyn_into::<web_sys::HtmlElement>().ok()) {
        // What cannot take focus is no error.
        let _ = element.focus();
    }
}

/// Moves focus to the element of this id.
pub fn focus_id(id: &str) {
    focus(document().get_element_by_id(id));
}
