//! The run at hand many times over with other luck, in the worker: how far it is, what broke, and links to where.

use leptos::prelude::*;

use crate::share::route::Route;
use crate::share::trials::{Failure, Trial, Trials};
use crate::sim::property::PropertyKind;
use crate::sim::settings::{Kind, Value};
use crate::sim::time::Duration;
use crate::stage::units;
use crate::ui::announce::announce;
use crate::ui::clock::wall_ms;
use crate::ui::dynamic::{dynamic, each, shown};
use crate::ui::lab::Lab;
use crate::ui::markup::view;
use crate::ui::route::scenario_title;
use crate::ui::share::errand::{Errand, run_at_hand};
use crate::ui::signals::Lasting;
use crate::words::{Key, Phrase};
use crate::{phrase, word};

use super::field::Field;

/// How long the worker may be at what it is asked for at once: so soon a sweep stops, and so often it says how far it is.
const AT_ONCE_MS: f64 = 150.0;
/// How many runs it is asked for at once at most.
const AT_ONCE_MOST: u64 = 64;
/// How many runs are listed that failed in the same way.
const LISTED: usize = 10;
/// How many runs there may be.
const RUNS: Kind = Kind::Count(1, 100_000);
/// How many faults may be drawn for each.
const FAULTS: Kind = Kind::Count(0, 100);

/// The panel. It is in the rest of the module.
#[inline(never)]
pub(super) fn panel() -> AnyView {
    view! { <SweepPanel/> }
}

/// A sweep. A handle: copies are the same.
#[derive(Clone, Copy)]
struct Sweep {
    errand: Errand,
    runs: Lasting<u64>,
    faults: Lasting<u64>,
    swept: Lasting<Option<Swept>>,
    found: Lasting<Found>,
}

/// What is swept.
#[derive(Clone)]
struct Swept {
    /// What the scenario is called.
    title: String,
    pace: Duration,
    runs: u64,
    faults: u64,
    /// Each property's kind and title.
    properties: Vec<(PropertyKind, Key)>,
    /// The run at hand, as the worker reads it.
    link: String,
}

/// What was found so far.
#[derive(Default)]
struct Found {
    done: u64,
    /// In how many something broke.
    broken: u64,
    /// In how many runs each property was not as it should be.
    bad: Vec<u64>,
    /// The first in which something broke, or else was not met, by their seeds.
    first: [Vec<(u64, Failure)>; 2],
    /// Why it ended before its end.
    wrong: Option<String>,
}

thread_local! {
    /// It outlives the panel and the run that it is of, so that one can look at a run that failed, and come back for the next.
    static SWEEP: Sweep = Sweep {
        errand: Errand::new(),
        runs: Lasting::new(200),
        faults: Lasting::new(0),
        swept: Lasting::new(None),
        found: Lasting::new(Found::default()),
    };
}

impl Found {
    fn add(&mut self, trial: Trial) {
        self.done += 1;
        for (count, good) in self.bad.iter_mut().zip(&trial.good) {
            *count += u64::from(!good);
        }
        if let Some(failure) = trial.failure {
            self.broken += u64::from(failure.is_broken);
            let first = &mut self.first[usize::from(!failure.is_broken)];
            if first.len() < LISTED {
                first.push((trial.seed, failure));
            }
        }
    }

    /// How many quarters of it are done.
    fn quarters(&self, runs: u64) -> u64 {
        self.done * 4 / runs.max(1)
    }

    fn said(&self, runs: u64, is_under_way: bool) -> String {
        let (n, broken) = (self.done, self.broken);
        if is_under_way || n == runs {
            phrase!("sweep.done", n = n, all = runs, broken = broken).to_string()
        } else {
            phrase!("sweep.stopped", n = n, all = runs, broken = broken).to_string()
        }
    }
}

impl Sweep {
    fn begin(self, lab: Lab) {
        let Some(link) = run_at_hand(lab) else { return };
        let (runs, faults) = (self.runs.get_untracked(), self.faults.get_untracked());
        let swept = lab.with(|timeline| {
            let network = timeline.world().network();
            let properties = network.properties.iter().map(|property| (property.kind, property.title));
            let title = scenario_title(&timeline.scenario().name);
            Swept { title, pace: network.pace, runs, faults, properties: properties.collect(), link }
        });
        let Some(swept) = swept else { return };
        self.found.set(Found { bad: vec![0; swept.properties.len()], ..Found::default() });
        self.swept.set(Some(swept.clone()));
        self.errand.begin();
        self.go_on(swept, 0, 1);
    }

    fn stop(self) {
        self.errand.end();
        self.tell();
    }

    /// Tells who listens how far it is.
    fn tell(self) {
        let is_under_way = untrack(|| self.errand.is_under_way());
        let runs = self.swept.with_untracked(|swept| swept.as_ref().map_or(0, |swept| swept.runs));
        announce(self.found.with_untracked(|found| found.said(runs, is_under_way)));
    }

    /// Asks for so many runs, and then for the next.
    fn go_on(self, swept: Swept, first: u64, count: u64) {
        let asked_ms = wall_ms();
        let count = count.min(swept.runs - first);
        let trials = Trials { first, count, faults: swept.faults as usize, link: swept.link.clone() };
        self.errand.ask("trials", &trials.to_text(), move |answer| {
            let lines = match answer {
                Ok(lines) => lines,
                Err(wrong) => {
                    self.found.update(|found| found.wrong = Some(wrong));
                    return self.errand.end();
                }
            };
            let before = self.found.with_untracked(|found| found.quarters(swept.runs));
            self.found.update(|found| {
                lines.lines().filter_map(Trial::from_text).for_each(|trial| found.add(trial))
            });
            let next = first + count;
            if next == swept.runs {
                return self.stop();
            }
            if self.found.with_untracked(|found| found.quarters(swept.runs)) > before {
                self.tell();
            }
            self.go_on(swept, next, at_once(count, wall_ms() - asked_ms));
        });
    }
}

/// How many runs to ask for after so many took so long.
fn at_once(count: u64, took_ms: f64) -> u64 {
    if took_ms < AT_ONCE_MS / 2.0 {
        (count * 2).min(AT_ONCE_MOST)
    } else if took_ms > AT_ONCE_MS {
        (count / 2).max(1)
    } else {
        count
    }
}

#[component]
fn SweepPanel() -> impl IntoView {
    let (lab, sweep) = (Lab::here(), SWEEP.with(|sweep| *sweep));
    let is_under_way = move || sweep.errand.is_under_way();
    // One button for both: whoever has it in focus keeps it.
    let go = move |_: leptos::ev::MouseEvent| {
        if untrack(is_under_way) { sweep.stop() } else { sweep.begin(lab) }
    };
    let label = move || if is_under_way() { word!("sweep.stop").text() } else { word!("sweep.start").text() };
    view! {
        <div class="panel sweep-panel" data-sweep-panel data-under-way=move || is_under_way().to_string()>
            <section class="sweep-plan" aria-label=word!("bottom.sweep").text()>
                <p class="hint">{word!("sweep.help").text()}</p>
                <div class="sweep-fields">
                    {number(word!("sweep.runs"), "runs", RUNS, sweep.runs)}
                    {number(word!("sweep.faults"), "faults", FAULTS, sweep.faults)}
                    <button
                        type="button"
                        class="button action"
                        class:primary=move || !is_under_way()
                        data-sweep-go
                        on:click=go
                    >
                        {label}
                    </button>
                </div>
            </section>
            {dynamic(move || sweep.swept.get().map(|swept| results(sweep, swept)).into_any())}
        </div>
    }
}

fn number(title: Key, name: &'static str, kind: Kind, at: Lasting<u64>) -> AnyView {
    let value = Signal::derive(move || at.get().to_string());
    let set = Callback::new(move |value| {
        if let Value::Count(count) = value {
            at.set(count);
        }
    });
    view! { <div data-sweep-field=name><Field label=title.text() kind=kind value=value on_set=set/></div> }
        .into_any()
}

fn results(sweep: Sweep, swept: Swept) -> AnyView {
    let Swept { title, pace, runs, faults, properties, .. } = swept;
    let found = sweep.found;
    let title = if faults == 0 { title } else { phrase!("sweep.of", title = title, n = faults).to_string() };
    let said = move || found.with(|found| found.said(runs, sweep.errand.is_under_way()));
    let wrong = move || found.with(|found| found.wrong.clone()).map(fault).into_any();
    let property = move |(index, (kind, title)): (usize, (PropertyKind, Key))| {
        let bad = move || found.with(|found| found.bad.get(index).copied().unwrap_or(0));
        let outcome =
            move || found.with(|found| outcome(kind, found.done, found.bad.get(index).copied().unwrap_or(0)));
        let is_failing = move || kind != PropertyKind::Sometimes && bad() > 0;
        view! {
            <tr data-sweep-bad=move || bad().to_string() class:failing=is_failing>
                <th scope="row">{title.text()}</th>
                <td>{outcome}</td>
            </tr>
        }
    };
    let properties = properties.into_iter().enumerate().map(property).collect_view();
    view! {
        <section class="sweep-results" aria-label=title.clone()>
            <h2>{title.clone()}</h2>
            <progress
                aria-label=word!("sweep.progress").text()
                max=runs.to_string()
                value=move || found.with(|found| found.done.to_string())
            ></progress>
            <p class="hint" data-sweep-done=move || found.with(|found| found.done.to_string())>{said}</p>
            {dynamic(wrong)}
            <div class="sweep-tables">
                <table>
                    <caption>{word!("sweep.properties").text()}</caption>
                    <tbody>{properties}</tbody>
                </table>
                <div>
                    {failures(found, 0, word!("sweep.first-broken"), pace)}
                    {failures(found, 1, word!("sweep.first-unmet"), pace)}
                </div>
            </div>
        </section>
    }
    .into_any()
}

fn fault(wrong: String) -> AnyView {
    view! { <p class="fault" role="alert" data-sweep-wrong>{wrong}</p> }.into_any()
}

/// What became of a property that was not as it should be in so many of the runs.
fn outcome(kind: PropertyKind, done: u64, bad: u64) -> String {
    let said: Phrase = match kind {
        _ if done == 0 => return String::new(),
        PropertyKind::Sometimes => phrase!("sweep.reached", n = done - bad),
        _ if bad == 0 => Phrase::new(word!("sweep.held")),
        PropertyKind::Always => phrase!("sweep.broken", n = bad),
        PropertyKind::Eventually => phrase!("sweep.unmet", n = bad),
    };
    said.to_string()
}

/// The first runs that failed in one of the two ways, each with a link to the moment; nothing as long as there is none.
fn failures(found: Lasting<Found>, way: usize, title: Key, pace: Duration) -> AnyView {
    let row = move |(seed, failure): (u64, Failure)| {
        let moment = phrase!("sweep.seed", seed = seed, moment = units::clock(failure.at, pace));
        let address = Route::Run(failure.link).to_string();
        view! {
            <tr>
                <th scope="row"><a href=address data-sweep-failure=seed.to_string()>{moment.to_string()}</a></th>
                <td>{failure.why}</td>
            </tr>
        }
        .into_any()
    };
    let table = move || {
        let rows = each(move || found.with(|found| found.first[way].clone()), |(seed, _)| *seed, row);
        view! {
            <table data-sweep-failures=way.to_string()>
                <caption>{title.text()}</caption>
                <tbody>{rows}</tbody>
            </table>
        }
        .into_any()
    };
    shown(move || found.with(|found| !found.first[way].is_empty()), table)
}
