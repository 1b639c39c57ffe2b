//! Single points of failure of a web service: a button that has the worker look for them, and what it found at which moment.

use leptos::prelude::*;

use crate::share::single_points::Row;
use crate::stage::{Thing, units};
use crate::ui::announce::announce;
use crate::ui::dynamic::dynamic;
use crate::ui::lab::{Action, Lab};
use crate::ui::markup::view;
use crate::ui::share::errand::{Errand, run_at_hand};
use crate::ui::signals::Lasting;
use crate::words::Key;
use crate::{phrase, word};

/// The panel. It is in the rest of the module.
#[inline(never)]
pub(super) fn panel() -> AnyView {
    view! { <SinglePoints/> }
}

/// The search. A handle: copies are the same.
#[derive(Clone, Copy)]
struct Search {
    errand: Errand,
    /// The last run that was searched, by how many were opened before it.
    of: Lasting<u64>,
    outcome: Lasting<Option<Outcome>>,
}

/// What came of it: what was found and as of when, or what is wrong.
type Outcome = Result<(String, Vec<Row>), String>;

thread_local! {
    /// It outlives the panel, which makes room for the node that one looks at.
    static SEARCH: Search =
        Search { errand: Errand::new(), of: Lasting::new(0), outcome: Lasting::new(None) };
}

impl Search {
    fn begin(self, lab: Lab) {
        let moment = lab.with(|timeline| units::clock(timeline.now(), timeline.world().network().pace));
        let Some((payload, moment)) = run_at_hand(lab).zip(moment) else { return };
        self.of.set(lab.opened.get_untracked());
        self.outcome.set(None);
        self.errand.begin();
        self.errand.ask("single-points", &payload, move |answer| {
            announce(word!("points.done").text());
            self.outcome
                .set(Some(answer.map(|text| (moment, text.lines().filter_map(Row::from_text).collect()))));
            self.errand.end();
        });
    }
}

#[component]
fn SinglePoints() -> impl IntoView {
    let (lab, search) = (Lab::here(), SEARCH.with(|search| *search));
    let outcome = dynamic(move || {
        if search.of.get() != lab.opened.get() {
            return ().into_any();
        }
        match search.outcome.get() {
            _ if search.errand.is_under_way() => {
                view! { <p class="hint" role="status">{word!("points.under-way").text()}</p> }.into_any()
            }
            None => ().into_any(),
            Some(Err(what)) => view! { <p class="hint" role="status">{what}</p> }.into_any(),
            Some(Ok((moment, rows))) => table(lab, moment, rows),
        }
    });
    view! {
        <section data-single-points>
            <h3>{word!("points.title").text()}</h3>
            <p class="hint">{word!("points.hint").text()}</p>
            <button type="button" class="button action" data-testid="find-single-points" on:click=move |_| search.begin(lab)>
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
