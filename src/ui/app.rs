//! The whole page: header, the place that the address asks for, and what lies over it.

use leptos::mount::mount_to_body;
use leptos::prelude::*;

use super::announce::Voice;
use super::contents::{Closed, Contents, Unknown};
use super::dynamic::{dynamic, shown};
use super::glossary::{Glossary, TermAside};
use super::header::{Header, SkipLinks};
use super::help::Help;
use super::lab::Lab;
use super::layout::{Layout, Sheet};
use super::lesson::StepView;
use super::notices::{NoticeList, Notices};
use super::panels::{Announcements, Badges, BottomPane, Figures, Inspector, TimeBar};
use super::present::Caption;
use super::progress::Keeper;
use super::rest::Rest;
use super::route::{View, focus_heading, follow, title_of, view_of};
use super::scenario::{ScenarioView, SharedView};
use super::session::{Place, Session};
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
    let view = Memo::new(move |_| view_of(&route.get()));
    provide_context(view);
    follow_view(view, session);
    keys::listen();
    let (layout, texts, rest) = (Layout::here(), Texts::here(), Rest::here());
    let works = Memo::new(move |_| matches!(view.get(), View::Run(_)));
    view! {
        <div
            class="app"
            data-app
            data-needs-network=move || (!(texts.are_here() && rest.is_here())).to_string()
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
    let rest = Rest::new();
    provide_context(rest);
    // What is asked for at once goes first.
    set_timeout(
        move || {
            texts.want_rest();
            rest.want();
        },
        AT_REST_AFTER,
    );
    let keeper = Keeper::read(notices);
    provide_context(keeper);
    let session = Session::new(lab, keeper, notices);
    provide_context(session);
    session
}

/// What follows from going somewhere: the run, the title, focus. The first view takes no focus: nobody went there.
fn follow_view(view: Memo<View>, session: Session) {
    let layout = Layout::here();
    Effect::new(move |before: Option<()>| {
        let view = view.get();
        layout.term.set(None);
        layout.sheet.set(None);
        layout.share.set(false);
        layout.popped.set(None);
        if !matches!(view, View::Run(_)) {
            layout.presenting.set(false);
        }
        session.enter(match &view {
            View::Run(place) => Some(place.clone()),
            _ => None,
        });
        document().set_title(&title_of(&view));
        if before.is_some() {
            request_animation_frame(focus_heading);
        }
    });
}

/// Everything that is not a run.
#[component]
fn Page(view: Memo<View>) -> impl IntoView {
    dynamic(move || match view.get() {
        View::Contents => view! { <Contents/> }.into_any(),
        View::Closed(number) => view! { <Closed number/> }.into_any(),
        View::Glossary(term) => view! { <Glossary term/> }.into_any(),
        View::Unknown(route) => view! { <Unknown route/> }.into_any(),
        View::Broken(what) => view! { <Broken what=what.to_string()/> }.into_any(),
        View::Run(_) => ().into_any(),
    })
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
            {shown(move || layout.presenting.get(), move || view! { <Caption view/> }.into_any())}
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
