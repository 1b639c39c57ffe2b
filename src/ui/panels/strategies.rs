//! Strategies of one traitor among generals: a button that has the worker try all of them, how far it is, and those that break agreement,
//! each to be done in the run at hand.

use leptos::prelude::*;

use crate::share::strategies::{Asked, Strategy, Tried};
use crate::ui::announce::announce;
use crate::ui::dynamic::{dynamic, shown};
use crate::ui::lab::{Action, Lab};
use crate::ui::markup::view;
use crate::ui::share::errand::{Errand, run_at_hand};
use crate::ui::signals::Lasting;
use crate::words::Key;
use crate::{phrase, word};

/// How many strategies the worker is asked for at once: so often it says how far it is, and so soon a search stops.
const AT_ONCE: usize = 64;
/// How many strategies are listed.
const LISTED: usize = 10;

/// The panel. It is in the rest of the module.
#[inline(never)]
pub(super) fn panel() -> AnyView {
    view! { <Strategies/> }
}

/// The search. A handle: copies are the same.
#[derive(Clone, Copy)]
struct Search {
    errand: Errand,
    /// The last run that was searched, by how many were opened before it.
    of: Lasting<u64>,
    found: Lasting<Found>,
}

/// What was found so far.
#[derive(Clone, Default)]
struct Found {
    tried: usize,
    all: usize,
    /// How many break agreement.
    breaking: usize,
    /// The first of them.
    first: Vec<Strategy>,
    /// Why it ended before its end.
    wrong: Option<String>,
}

thread_local! {
    /// It outlives the panel, which makes room for the node that one looks at.
    static SEARCH: Search =
        Search { errand: Errand::new(), of: Lasting::new(0), found: Lasting::new(Found::default()) };
}

impl Found {
    fn add(&mut self, tried: Tried) {
        self.all = tried.all;
        self.tried = (self.tried + AT_ONCE).min(tried.all);
        self.breaking += tried.breaking.len();
        let room = LISTED.saturating_sub(self.first.len());
        self.first.extend(tried.breaking.into_iter().take(room));
    }

    fn said(&self) -> String {
        let (n, breaking) = (self.all as u64, self.breaking as u64);
        if self.tried < self.all {
            phrase!("strategies.so-far", tried = self.tried, all = n, breaking = breaking).to_string()
        } else if breaking == 0 {
            phrase!("strategies.none", n = n).to_string()
        } else {
            phrase!("strategies.some", n = n, breaking = breaking).to_string()
        }
    }
}

impl Search {
    fn begin(self, lab: Lab) {
        let Some(link) = run_at_hand(lab) else { return };
        self.of.set(lab.opened.get_untracked());
        self.found.set(Found::default());
        self.errand.begin();
        self.go_on(Asked { first: 0, count: AT_ONCE, link });
    }

    /// Asks for some strategies, and then for the next.
    fn go_on(self, asked: Asked) {
        let text = asked.to_text();
        self.errand.ask("strategies", &text, move |answer| {
            let answer = answer.map(|text| Tried::from_text(&text));
            self.found.update(|found| match answer {
                Ok(tried) => tried.into_iter().for_each(|tried| found.add(tried)),
                Err(wrong) => found.wrong = Some(wrong),
            });
            let next = asked.first + AT_ONCE;
            if self.found.with_untracked(|found| found.wrong.is_some() || next >= found.all) {
                announce(word!("strategies.done").text());
                return self.errand.end();
            }
            self.go_on(Asked { first: next, ..asked });
        });
    }
}

#[component]
fn Strategies() -> impl IntoView {
    let (lab, search) = (Lab::here(), SEARCH.with(|search| *search));
    let is_under_way = move || search.errand.is_under_way();
    // One button for both: whoever has it in focus keeps it.
    let go = move |_: leptos::ev::MouseEvent| {
        if untrack(is_under_way) { search.errand.end() } else { search.begin(lab) }
    };
    let label = move || {
        if is_under_way() { word!("strategies.stop").text() } else { word!("strategies.find").text() }
    };
    let is_of_this = move || search.of.get() == lab.opened.get();
    view! {
        <section data-strategies data-under-way=move || is_under_way().to_string()>
            <h3>{word!("strategies.title").text()}</h3>
            <p class="hint">{word!("strategies.hint").text()}</p>
            <button type="button" class="button action" data-testid="find-strategies" on:click=go>
                {label}
            </button>
            {shown(is_of_this, move || results(lab, search))}
        </section>
    }
}

fn results(lab: Lab, search: Search) -> AnyView {
    let outcome = dynamic(move || {
        let found = search.found.get();
        match found.wrong {
            Some(wrong) => view! { <p class="hint" role="status">{wrong}</p> }.into_any(),
            None if found.all == 0 => ().into_any(),
            None => table(lab, found),
        }
    });
    view! { <div>{outcome}</div> }.into_any()
}

fn table(lab: Lab, found: Found) -> AnyView {
    let head = |key: Key| view! { <th scope="col">{key.text()}</th> };
    let heads = [
        word!("strategies.traitor"),
        word!("strategies.order"),
        word!("strategies.tells"),
        word!("strategies.apply"),
    ];
    let said = found.said();
    let (tried, all, breaking) = (found.tried.to_string(), found.all.to_string(), found.breaking.to_string());
    let rows = (!found.first.is_empty()).then(|| {
        view! {
            <div class="comparison">
                <p class="hint">{word!("strategies.apply-hint").text()}</p>
                <table>
                    <thead><tr>{heads.map(head).collect_view()}</tr></thead>
                    <tbody>{found.first.into_iter().map(|strategy| line(lab, strategy)).collect_view()}</tbody>
                </table>
            </div>
        }
        .into_any()
    });
    view! {
        <div>
            <progress aria-label=word!("strategies.progress").text() max=all value=tried></progress>
            <p class="hint" role="status" data-strategies-breaking=breaking>{said}</p>
            {rows}
        </div>
    }
    .into_any()
}

fn line(lab: Lab, strategy: Strategy) -> AnyView {
    let order = strategy.order.as_deref().map_or("–", plan);
    let tells: Vec<String> =
        strategy.tells.iter().map(|(whom, what)| [whom, ": ", plan(what)].concat()).collect();
    let (traitor, name) = (strategy.traitor.clone(), strategy.to_text());
    let apply = move |_: leptos::ev::MouseEvent| {
        if let Some(deeds) = lab.with(|timeline| strategy.deeds(timeline.world())) {
            lab.dispatch(Action::DoTogether(deeds));
        }
    };
    view! {
        <tr>
            <th scope="row">{traitor}</th>
            <td>{order}</td>
            <td>{tells.join(", ")}</td>
            <td>
                <button type="button" class="moment" data-strategy=name on:click=apply>
                    {word!("strategies.apply").text()}
                </button>
            </td>
        </tr>
    }
    .into_any()
}

/// What somebody is told to do.
fn plan(what: &str) -> &'static str {
    match what {
        "attack" => word!("strategies.attack").text(),
        "retreat" => word!("strategies.retreat").text(),
        _ => word!("strategies.nothing").text(),
    }
}
