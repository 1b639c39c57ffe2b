//! Single points of failure of a web service: a button that has the worker look for them, and what it found at which moment.

use std::cell::RefCell;

use leptos::prelude::*;

use crate::protocols::web::USER;
use crate::share::link;
use crate::share::parcel::Parcel;
use crate::sim::timeline::Timeline;
use crate::stage::{Thing, units};
use crate::ui::announce::announce;
use crate::ui::dynamic::dynamic;
use crate::ui::lab::{Action, Lab};
use crate::ui::markup::view;
use crate::ui::share::worker;
use crate::ui::signals::RwSignal;
use crate::words::Key;
use crate::{phrase, word};

/// Whether the run at hand is of a service that can be looked into.
pub(super) fn is_of_use(timeline: &Timeline) -> bool {
    !timeline.world().network().nodes_with_role(USER).is_empty()
}

/// The panel. It is in the rest of the module.
#[inline(never)]
pub(super) fn panel() -> AnyView {
    view! { <SinglePoints/> }
}

/// How far the search has come.
#[derive(Clone, PartialEq)]
enum Search {
    None,
    Under,
    Failed(String),
    Found { moment: String, rows: Vec<Row> },
}

/// What was found of a node.
#[derive(Clone, PartialEq)]
struct Row {
    name: String,
    in_graph: bool,
    by_trial: bool,
}

thread_local! {
    /// The last search and of which run it was. It outlives the panel, which makes room for the node that one looks at.
    static LAST: RefCell<(u64, Search)> = const { RefCell::new((0, Search::None)) };
}

#[component]
fn SinglePoints() -> impl IntoView {
    let lab = Lab::here();
    let of = lab.opened.get_untracked();
    let last = LAST.with_borrow(|(known, search)| if *known == of { search.clone() } else { Search::None });
    // A search that a panel of the past began tells that panel alone.
    let search = RwSignal::new(if last == Search::Under { Search::None } else { last });
    let tell = move |found: Search| {
        LAST.set((of, found.clone()));
        search.set(found);
    };
    let find = move |_| {
        let asked = lab.with(|timeline| {
            let at = units::clock(timeline.now(), timeline.world().network().pace);
            (link::write(&Parcel::of(timeline, None)), at)
        });
        let Some((payload, moment)) = asked else { return };
        tell(Search::Under);
        worker::ask("single-points", &payload, move |answer| {
            announce(word!("points.done").text().to_owned());
            tell(match answer {
                Ok(text) => Search::Found { moment, rows: text.lines().filter_map(read_row).collect() },
                Err(what) => Search::Failed(what),
            });
        });
    };
    let outcome = dynamic(move || match search.get() {
        Search::None => ().into_any(),
        Search::Under => {
            view! { <p class="hint" role="status">{word!("points.under-way").text()}</p> }.into_any()
        }
        Search::Failed(what) => view! { <p class="hint" role="status">{what}</p> }.into_any(),
        Search::Found { moment, rows } => table(lab, moment, rows),
    });
    view! {
        <section data-single-points>
            <h3>{word!("points.title").text()}</h3>
            <p class="hint">{word!("points.hint").text()}</p>
            <button type="button" class="button action" data-testid="find-single-points" on:click=find>
                {word!("points.find").text()}
            </button>
            {outcome}
        </section>
    }
}

fn table(lab: Lab, moment: String, rows: Vec<Row>) -> AnyView {
    let title = phrase!("points.at", moment = moment).to_string();
    let head = |key: Key| view! { <th scope="col">{key.text()}</th> };
    let heads = [word!("points.node"), word!("points.in-graph"), word!("points.by-trial")];
    let explained = rows.iter().any(|row| row.by_trial && !row.in_graph);
    let explained =
        explained.then(|| view! { <p class="hint">{word!("points.unused-spare").text()}</p> }.into_any());
    view! {
        <div class="comparison">
            <p class="hint">{title}</p>
            <table>
                <thead><tr>{heads.map(head).collect_view()}</tr></thead>
                <tbody>{rows.into_iter().map(|row| line(lab, row)).collect_view()}</tbody>
            </table>
            {explained}
        </div>
    }
    .into_any()
}

fn line(lab: Lab, row: Row) -> AnyView {
    let Row { name, in_graph, by_trial } = row;
    let mark = |it: bool, yes: Key, no: Key| if it { yes.text() } else { no.text() };
    let shown = name.clone();
    let look = move |_: leptos::ev::MouseEvent| {
        let node = lab.with(|timeline| timeline.world().network().node_named(&name)).flatten();
        lab.dispatch(Action::Select(node.map(Thing::Node)));
    };
    view! {
        <tr data-single-point=by_trial.to_string()>
            <th scope="row">
                <button type="button" class="moment" on:click=look>{shown}</button>
            </th>
            <td>{mark(in_graph, word!("points.no-way"), word!("points.another-way"))}</td>
            <td>{mark(by_trial, word!("points.stops"), word!("points.goes-on"))}</td>
        </tr>
    }
    .into_any()
}

fn read_row(line: &str) -> Option<Row> {
    let mut words = line.split(' ');
    let name = words.next()?.to_owned();
    let mut is = || words.next().map(|word| word == "yes");
    Some(Row { name, in_graph: is()?, by_trial: is()? })
}
