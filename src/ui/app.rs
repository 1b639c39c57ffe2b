//! The whole page: header, the place that the address asks for, and what lies over it.

use leptos::mount::mount_to_body;
use leptos::prelude::*;

use super::announce::Voice;
use super::contents::{Closed, Contents, Unknown};
use super::dynamic::{self, dynamic};
use super::glossary::{Glossary, TermAside};
use super::header::{Header, SkipLinks};
use super::help::Help;
use super::lab::Lab;
use super::layout::{Layout, Sheet};
use super::lesson::StepView;
use super::literature::Literature;
use super::needs::{parts_of, parts_to_come, shown};
use super::notices::{NoticeList, Notices};
use super::panels::{Announcements, Badges, BottomPane, Figures, Inspector, TimeBar};
use super::parts::{Parts, coming};
use super::present::Caption;
use super::progress::Keeper;
use super::route::{View, focus_heading, follow, name_of, title_of, view_of};
use super::runs::step_text;
use super::scenario::{ScenarioView, SharedView};
use super::session::{Place, Session, step_shown};
use super::settings::Settings;
use super::share::{DropZone, Pictures, ShareDialog};
use super::shared::Broken;
use super::stage::Stage;
use super::texts::Texts;
use super::{clock, keys};
use crate::ui::markup::view;
use crate::ui::memo::Memo;
use crate::word;

/// When the page begins to fetch what nobody has asked for yet.
const AT_REST_AFTER: std::time::Duration = std::time::Duration::from_secs(1);

/// Puts the page into the document, in place of what stood there while it loaded.
pub fn mount() {
    if let Some(loading) = document().get_element_by_id("loading") {
        loading.remove();
    }
    mount_to_body(App);
}

/// The page.
#[component]
pub fn App() -> impl IntoView {
    let session = provide_stores();
    let route = follow();
    let parts = Parts::here();
    let view = Memo::new(move |_| shown(view_of(&route.get()), parts));
    provide_context(view);
    follow_view(view, session);
    want_all_at_rest(view);
    keys::listen();
    let (layout, texts) = (Layout::here(), Texts::here());
    let works = Memo::new(move |_| matches!(view.get(), View::Run(_)));
    view! {
        <div
            class="app"
            data-app
            data-needs-network=move || (!(texts.are_here() && parts.are_all_here())).to_string()
            data-works=move || works.get().to_string()
            data-sheet=move || layout.sheet.get().map(Sheet::name)
            data-reading=move || layout.reading.get().to_string()
            data-figures=move || layout.figures.get().to_string()
        >
            <SkipLinks works/>
            <Header/>
            <NoticeList/>
            {move || if works.get() { view! { <Workspace view/> }.into_any() } else { view! { <Page view/> }.into_any() }}
            <Help/>
            <ShareDialog/>
            <DropZone/>
            <Voice/>
            <Announcements/>
        </div>
    }
}

fn provide_stores() -> Session {
    let lab = Lab::new();
    provide_context(lab);
    clock::run(lab);
    let notices = Notices::new();
    provide_context(notices);
    provide_context(Settings::read());
    provide_context(Layout::new());
    provide_context(Pictures::new());
    let texts = Texts::new();
    provide_context(texts);
    provide_context(Parts::new());
    let keeper = Keeper::read(notices);
    provide_context(keeper);
    let session = Session::new(lab, keeper, notices, texts);
    provide_context(session);
    session
}

/// Fetches, once the page is at rest, what nobody has asked for yet; what was asked for at once, and what the lesson at hand needs
/// next, goes first.
fn want_all_at_rest(view: Memo<View>) {
    let (texts, parts) = (Texts::here(), Parts::here());
    let begin = move || {
        texts.want_rest();
        parts.want_all(view.with_untracked(parts_to_come));
    };
    set_timeout(begin, AT_REST_AFTER);
}

/// What follows from going somewhere: what is fetched, the run, the title, focus. The first view takes no focus: nobody went there;
/// neither does the run that it becomes once its parts are here.
fn follow_view(view: Memo<View>, session: Session) {
    let (layout, texts, parts) = (Layout::here(), Texts::here(), Parts::here());
    Effect::new(move |before: Option<bool>| {
        let view = view.get();
        layout.term.set(None);
        layout.sheet.set(None);
        layout.share.set(false);
        layout.popped.set(None);
        // Who turns the pages goes on presenting while the next one is on its way.
        if !matches!(view, View::Run(_) | View::Coming(_)) {
            layout.presenting.set(false);
        }
        session.enter(match &view {
            View::Run(place) => Some(place.clone()),
            _ => None,
        });
        let is_coming = if let View::Coming(place) = &view {
            parts.want(parts_of(place));
            if let Some(step) = step_shown(place).and_then(step_text) {
                texts.want(step.sheet);
            }
            true
        } else {
            false
        };
        document().set_title(&title_of(&view));
        if before == Some(true) {
            request_animation_frame(focus_heading);
        }
        before == Some(true) || !is_coming
    });
}

/// Everything that is not a run.
#[component]
fn Page(view: Memo<View>) -> impl IntoView {
    dynamic(move || match view.get() {
        View::Contents => view! { <Contents/> }.into_any(),
        View::Closed(number) => view! { <Closed number/> }.into_any(),
        View::Glossary(term) => view! { <Glossary term/> }.into_any(),
        View::Literature => view! { <Literature/> }.into_any(),
        View::Unknown(route) => view! { <Unknown route/> }.into_any(),
        View::Broken(what) => view! { <Broken what=what.to_string()/> }.into_any(),
        View::Coming(place) => view! { <Coming place/> }.into_any(),
        View::Run(_) => ().into_any(),
    })
}

/// A run of which parts are not here yet: what it is called, and how far they have come.
#[component]
fn Coming(place: Place) -> impl IntoView {
    let parts = coming(parts_of(&place));
    view! {
        <main class="page" id="main" tabindex="-1">
            <h1 tabindex="-1" data-heading>{name_of(&place)}</h1>
            {parts}
        </main>
    }
}

/// A step or a scenario with its network. The network's panes stay as they are while one goes from step to step.
#[component]
fn Workspace(view: Memo<View>) -> impl IntoView {
    let layout = Layout::here();
    let text = dynamic(move || match view.get() {
        View::Run(Place::Step(id)) => view! { <StepView id/> }.into_any(),
        View::Run(Place::Lab(name)) => view! { <ScenarioView name/> }.into_any(),
        View::Run(Place::Shared(shared)) => match shared.step {
            Some(id) => view! { <StepView id/> }.into_any(),
            None => view! { <SharedView shared/> }.into_any(),
        },
        _ => ().into_any(),
    });
    view! {
        <main class="work" id="main" tabindex="-1">
            <div class="text-pane" hidden=move || layout.presenting.get()>{text}<TermAside/></div>
            {dynamic::shown(move || layout.presenting.get(), move || view! { <Caption view/> }.into_any())}
            <section class="stage-pane" id="stage" tabindex="-1" aria-label=word!("page.stage").text()>
                <Stage/>
                <Badges/>
            </section>
        </main>
        <aside class="inspector-pane pane" id="inspector" tabindex="-1" aria-label=word!("page.inspector").text()>
            <SheetClose/>
            <Inspector/>
            <Figures/>
        </aside>
        <section class="time-pane pane" aria-label=word!("page.time").text()>
            <TimeBar/>
        </section>
        <section class="log-pane pane" id="log" tabindex="-1" aria-label=word!("page.log").text()>
            <SheetClose/>
            <BottomPane/>
        </section>
    }
}

/// On a narrow screen: what closes the panel that lies over it.
#[component]
fn SheetClose() -> impl IntoView {
    let layout = Layout::here();
    view! {
        <button
            type="button"
            class="icon-button sheet-close narrow-only"
            aria-label=word!("page.close").text()
            on:click=move |_| layout.sheet.set(None)
        >
            "×"
        </button>
    }
}
