//! The futures of the run: a list to go among them, to name them, to compare them and to let them go.

use leptos::ev::KeyboardEvent;
use leptos::prelude::*;

use crate::sim::timeline::NAME_CHARACTERS_AT_MOST;
use crate::stage::futures::{self, Difference, Differences, Future};
use crate::ui::announce::announce;
use crate::ui::dynamic::{dynamic, each, effect, either, shown};
use crate::ui::lab::{Action, FutureDeed, Lab};
use crate::ui::layout::Popped;
use crate::ui::markup::view;
use crate::ui::memo::Memo;
use crate::ui::notices::Notices;
use crate::ui::route::focus_id;
use crate::ui::signals::{RwSignal, StoredValue};
use crate::words::{Key, Phrase};
use crate::{phrase, word};

use super::icons::{self, Icon};
use super::parts::watched;
use super::popped::Popping;

/// The button of the time bar, and the panel that it opens.
#[component]
pub(super) fn Branches() -> impl IntoView {
    let lab = Lab::here();
    tell_of_changes(lab);
    let count = watched(lab, |timeline| timeline.branches().len());
    let count = move || count.get().unwrap_or(1);
    let name = Signal::derive(move || phrase!("future.button", n = count()).to_string());
    let shown = Signal::derive(move || if count() > 1 { count().to_string() } else { String::new() });
    view! {
        <Popping
            which=Popped::Futures
            test="futures"
            icon=icons::FUTURES
            name=name
            count=shown
            title=word!("future.title")
            content=|| view! { <Content/> }.into_any()
        />
    }
}

/// Says when what one saw is kept as a future of its own, and when a future had to make room for another.
fn tell_of_changes(lab: Lab) {
    let notices = expect_context::<Notices>();
    let counts = watched(lab, |timeline| (timeline.branches().len(), timeline.let_go()));
    let known = StoredValue::new((0, (0, 0)));
    effect(move || {
        let (opened, (kept, let_go)) = (lab.opened.get(), counts.get().unwrap_or_default());
        let (of, (kept_before, let_go_before)) = known.get_value();
        if of == opened && kept > kept_before {
            announce(phrase!("future.kept", n = kept).to_string());
        }
        if of == opened && let_go > let_go_before {
            notices.say(word!("future.let-go").text());
        }
        known.set_value((opened, (kept, let_go)));
    });
}

/// What the panel does besides changing the run.
#[derive(Clone, Copy)]
struct Panel {
    lab: Lab,
    futures: Memo<Vec<Future>>,
    /// The one that is being named.
    naming: RwSignal<Option<usize>>,
    /// The branch at hand beside another.
    compared: RwSignal<Option<Differences>>,
}

impl Panel {
    fn read(self, index: usize, read: fn(&Future) -> String) -> String {
        self.futures.with(|futures| futures.get(index).map(read)).unwrap_or_default()
    }

    fn title(self, index: usize) -> String {
        self.read(index, |future| future.title.clone())
    }

    fn is_here(self, index: usize) -> bool {
        self.futures.with(|futures| futures.get(index).is_some_and(|future| future.is_here))
    }

    fn turn(self, deed: FutureDeed) {
        self.lab.dispatch(Action::Turn(deed));
    }
}

#[component]
fn Content() -> impl IntoView {
    let lab = Lab::here();
    let futures = watched(lab, futures::futures);
    let panel = Panel {
        lab,
        futures: Memo::new(move |_| futures.get().unwrap_or_default()),
        naming: RwSignal::new(None),
        compared: RwSignal::new(None),
    };
    // What was compared holds for these branches alone.
    let shape = watched(lab, |timeline| {
        (timeline.current_branch(), timeline.branches().len(), timeline.deeds().len())
    });
    effect(move || {
        // It is worked out for those who read it alone.
        let _ = shape.get();
        lab.opened.track();
        panel.compared.set(None);
        panel.naming.set(None);
    });
    let indexes = Memo::new(move |_| panel.futures.with(Vec::len));
    let rows = each(
        move || (0..indexes.get()).collect(),
        |index| *index,
        move |index| view! { <Row panel index/> }.into_any(),
    );
    let is_alone = move || indexes.get() < 2;
    let hint = || view! { <p class="hint">{word!("future.hint").text()}</p> }.into_any();
    view! {
        <ol class="futures">{rows}</ol>
        {shown(is_alone, hint)}
        {dynamic(move || panel.compared.get().map(|found| comparison(panel, found)).into_any())}
    }
}

#[component]
fn Row(panel: Panel, index: usize) -> impl IntoView {
    let is_here = move || panel.is_here(index);
    let is_named = move || panel.naming.get() == Some(index);
    view! {
        <li class="future" class:here=is_here data-future=index.to_string() data-here=move || is_here().to_string()>
            {either(
                is_named,
                move || view! { <Naming panel index/> }.into_any(),
                move || view! { <Line panel index/> }.into_any(),
            )}
        </li>
    }
}

/// A future and what can be done with it.
#[component]
fn Line(panel: Panel, index: usize) -> impl IntoView {
    let go = move |_| {
        if !panel.is_here(index) {
            panel.turn(FutureDeed::Go(index));
        }
    };
    let called = move |phrase: fn(String) -> Phrase| move || phrase(panel.title(index)).to_string();
    let state = move || if panel.is_here(index) { word!("future.here").text() } else { "" };
    let rename = move |_| panel.naming.set(Some(index));
    let compare = move |_| {
        panel.compared.set(panel.lab.with(|timeline| futures::differences(timeline, index)).flatten());
        request_animation_frame(|| focus_id("comparison"));
    };
    let let_go = move |_| {
        panel.turn(FutureDeed::Drop(index));
        request_animation_frame(|| focus_id(Popped::Futures.panel_id()));
    };
    let others = move || {
        view! {
            <button type="button" class="button action" data-compare aria-label=called(|name| phrase!("future.compare-with", name = name)) on:click=compare>
                {word!("future.compare").text()}
            </button>
            <SmallButton test="drop" icon=icons::CLOSE name=Signal::derive(called(|name| phrase!("future.drop", name = name))) on_click=Callback::new(let_go) />
        }
        .into_any()
    };
    view! {
        <button
            type="button"
            class="future-go"
            aria-current=move || panel.is_here(index).then_some("true")
            on:click=go
        >
            <span class="future-title">{move || panel.title(index)}</span>
            <span class="future-state">{state}</span>
            <span class="future-detail">{move || panel.read(index, |future| future.detail.clone())}</span>
        </button>
        {shown(move || !panel.is_here(index), others)}
        <SmallButton test="rename" icon=icons::PENCIL name=Signal::derive(called(|name| phrase!("future.rename", name = name))) on_click=Callback::new(rename) />
    }
}

#[component]
fn SmallButton(
    test: &'static str,
    icon: &'static str,
    name: Signal<String>,
    on_click: Callback<()>,
) -> impl IntoView {
    view! {
        <button
            type="button"
            class="icon-button"
            data-testid=test
            aria-label=move || name.get()
            title=move || name.get()
            on:click=move |_| on_click.run(())
        >
            <Icon path=icon />
        </button>
    }
}

/// A future that is being named.
#[component]
fn Naming(panel: Panel, index: usize) -> impl IntoView {
    let text = RwSignal::new(panel.read(index, |future| future.name.clone()));
    request_animation_frame(|| focus_id("future-name"));
    let done = move || {
        panel.naming.set(None);
        request_animation_frame(|| focus_id(Popped::Futures.panel_id()));
    };
    let save = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        panel.turn(FutureDeed::Name(index, text.get_untracked()));
        done();
    };
    let escape = move |event: KeyboardEvent| {
        if event.key() == "Escape" {
            event.prevent_default();
            done();
        }
    };
    view! {
        <form class="future-naming" on:submit=save on:keydown=escape>
            <input
                type="text"
                id="future-name"
                maxlength=NAME_CHARACTERS_AT_MOST.to_string()
                autocomplete="off"
                aria-label=word!("future.name").text()
                prop:value=text.get_untracked()
                on:input=move |event| text.set(event_target_value(&event))
            />
            <button type="submit" class="button action">{word!("future.name-save").text()}</button>
            <button type="button" class="button action" on:click=move |_| done()>{word!("future.name-cancel").text()}</button>
        </form>
    }
}

fn comparison(panel: Panel, found: Differences) -> AnyView {
    let title = phrase!("future.differences", name = found.other).to_string();
    if found.rows.is_empty() {
        announce(word!("future.same").text());
    }
    let same = found.rows.is_empty().then(|| view! { <p>{word!("future.same").text()}</p> });
    let head = |key: Key| view! { <th scope="col">{key.text()}</th> };
    let heads = [word!("future.column.what"), word!("future.column.here"), word!("future.column.there")];
    let table = (!found.rows.is_empty()).then(|| {
        let rows = found.rows.into_iter().map(|row| difference(panel.lab, row)).collect_view();
        view! {
            <table>
                <thead><tr>{heads.map(head).collect_view()}</tr></thead>
                <tbody>{rows}</tbody>
            </table>
        }
    });
    view! {
        <section class="comparison" id="comparison" tabindex="-1" aria-label=title.clone() data-comparison>
            <h3>{title}</h3>
            <p class="hint">{found.extent}</p>
            {same.into_any()}
            {table.into_any()}
            <button type="button" class="button action" on:click=move |_| panel.compared.set(None)>
                {word!("future.compare-close").text()}
            </button>
        </section>
    }
    .into_any()
}

fn difference(lab: Lab, row: Difference) -> AnyView {
    let Difference { what, at, moment, here, there } = row;
    let name = phrase!("future.go-to-moment", moment = moment.clone()).to_string();
    view! {
        <tr data-difference=what.clone()>
            <th scope="row">
                {what}
                <button type="button" class="moment" aria-label=name on:click=move |_| lab.dispatch(Action::Seek(at))>{moment}</button>
            </th>
            <td>{here}</td>
            <td>{there}</td>
        </tr>
    }
    .into_any()
}
