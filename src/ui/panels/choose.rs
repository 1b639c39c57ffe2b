//! The run taken apart: time stands still, and the watcher picks which message or timer happens next.

use leptos::ev::KeyboardEvent;
use leptos::html::Ol;
use leptos::prelude::*;
use wasm_bindgen::JsCast as _;
use web_sys::HtmlElement;

use crate::sim::command::{Command, MessageDeed};
use crate::sim::time::Duration;
use crate::stage::Thing;
use crate::stage::next::{self, Only, Row};
use crate::stage::units;
use crate::ui::dynamic::{each, either, shown};
use crate::ui::lab::{Action, Lab};
use crate::ui::layout::Layout;
use crate::ui::markup::view;
use crate::ui::memo::Memo;
use crate::ui::signals::RwSignal;
use crate::words::{Key, Phrase};
use crate::{phrase, word};

use super::apart::{focus_row, take_focus, toggle_apart};
use super::breaks::BreakList;
use super::parts::watched;

/// How long a delay by hand can be, as parts of what a second of watching shows: 5, 20, 100 and 500 %.
const DELAYS_PERCENT: [u64; 4] = [5, 20, 100, 500];

/// The panel. It is in the rest of the module.
#[inline(never)]
pub(super) fn panel() -> AnyView {
    view! { <NextPanel/> }
}

/// The panel itself.
#[component]
fn NextPanel() -> impl IntoView {
    let (lab, layout) = (Lab::here(), Layout::here());
    request_animation_frame(move || take_focus(layout));
    let pick = Pick {
        lab,
        only: RwSignal::new(Only::default()),
        percent: RwSignal::new(DELAYS_PERCENT[1]),
        current: RwSignal::new(String::new()),
    };
    on_cleanup(move || lab.pointed.set(None));
    let whole = move || {
        view! {
            <div class="next-whole">
                <p>{word!("next.whole").text()}</p>
                <button
                    type="button"
                    class="button action"
                    data-take-apart
                    on:click=move |_| toggle_apart(lab, layout)
                >
                    {word!("next.apart").text()}
                </button>
            </div>
        }
        .into_any()
    };
    view! {
        <div class="panel next-panel" data-next-panel data-apart=move || lab.apart.get().to_string()>
            {shown(move || lab.apart.get(), move || view! { <Tools pick/> }.into_any())}
            {either(move || lab.apart.get(), move || view! { <List pick/> }.into_any(), whole)}
            <BreakList/>
        </div>
    }
}

/// What the panel holds: which rows, how long a delay is, and which row is at hand.
#[derive(Clone, Copy)]
struct Pick {
    lab: Lab,
    only: RwSignal<Only>,
    percent: RwSignal<u64>,
    /// The key of the row that Tab leads to.
    current: RwSignal<String>,
}

/// What can be done to a row.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Deed {
    Now,
    Later,
    Drop,
    Copy,
}

impl Pick {
    fn delay(self) -> Duration {
        let pace = self.lab.with(|timeline| timeline.world().network().pace).unwrap_or_default();
        percent_of(pace, self.percent.get_untracked())
    }

    /// Does something to a row; the focus stays with it, or at its place of the list once it is gone.
    fn act(self, row: &Row, deed: Deed, index: usize) {
        let command: Option<Command> = match deed {
            Deed::Now => Some(row.pending.now()),
            Deed::Later => Some(row.pending.later(self.delay())),
            Deed::Drop => row.pending.as_message(MessageDeed::Drop),
            Deed::Copy => row.pending.as_message(MessageDeed::Copy),
        };
        let Some(command) = command else { return };
        self.lab.dispatch(Action::Do(command));
        let key = row.key.clone();
        // A timer that went off is often set anew, for later: what comes next is what takes its place.
        let is_over = deed == Deed::Now && !row.is_message();
        request_animation_frame(move || {
            if is_over {
                return focus_row(index);
            }
            let lost = document().active_element().is_none_or(|active| active.tag_name() == "BODY");
            if lost && !focus_row_of(&key) {
                focus_row(index);
            }
        });
    }
}

fn percent_of(pace: Duration, percent: u64) -> Duration {
    Duration::micros(pace.as_micros().saturating_mul(percent) / 100).at_least_shortest()
}

/// Which rows are shown, and by how much a delay delays.
#[component]
fn Tools(pick: Pick) -> impl IntoView {
    let lab = pick.lab;
    let choose = move |event| {
        let chosen = event_target_value(&event);
        if let Some((_, only, _)) = ONLY.iter().find(|(name, ..)| *name == chosen) {
            pick.only.set(*only);
        }
    };
    let option = move |(name, only, title): &(&'static str, Only, Key)| {
        let only = *only;
        view! { <option value=*name prop:selected=move || pick.only.get() == only>{title.text()}</option> }
    };
    let pace = watched(lab, |timeline| timeline.world().network().pace);
    let delay = move |percent: u64| {
        let length = move || {
            let length = percent_of(pace.get().unwrap_or_default(), percent);
            phrase!("next.by", length = units::amount(length)).to_string()
        };
        view! { <option value=percent.to_string() prop:selected=move || pick.percent.get() == percent>{length}</option> }
    };
    let set_delay = move |event| {
        if let Ok(percent) = event_target_value(&event).parse() {
            pick.percent.set(percent);
        }
    };
    view! {
        <div class="bottom-tools next-tools">
            <select aria-label=word!("next.only").text() data-testid="next-only" on:change=choose>
                {ONLY.iter().map(option).collect_view()}
            </select>
            <select aria-label=word!("next.delay-by").text() data-testid="next-delay" on:change=set_delay>
                {DELAYS_PERCENT.map(delay).into_iter().collect_view()}
            </select>
            <button type="button" class="button action" data-whole on:click=move |_| lab.dispatch(Action::TakeApart(false))>
                {word!("next.leave").text()}
            </button>
        </div>
    }
}

const ONLY: [(&str, Only, Key); 4] = [
    ("all", Only::All, word!("next.only.all")),
    ("work", Only::Work, word!("next.only.work")),
    ("messages", Only::Messages, word!("next.only.messages")),
    ("timers", Only::Timers, word!("next.only.timers")),
];

/// All that can happen next, what is due first to begin with.
#[component]
fn List(pick: Pick) -> impl IntoView {
    let lab = pick.lab;
    let read = move || lab.with(|timeline| next::rows(timeline, pick.only.get())).unwrap_or_default();
    let all = Memo::new(move |_| {
        lab.state.track();
        read()
    });
    let rows = Memo::new(move |_| all.with(|(rows, _)| rows.clone()));
    let keys =
        Memo::new(move |_| rows.with(|rows| rows.iter().map(|row| row.key.clone()).collect::<Vec<_>>()));
    let hidden = move || all.with(|(rows, count)| count.saturating_sub(rows.len()));
    let more = move || {
        let more = phrase!("next.more", n = hidden()).to_string();
        view! { <p class="hint">{more}</p> }.into_any()
    };
    let list = NodeRef::<Ol>::new();
    let none = || view! { <p class="hint" data-next-none>{word!("next.none").text()}</p> }.into_any();
    view! {
        <div class="next-list">
            <p id="next-help" class="hint">{word!("next.help").text()}</p>
            {shown(move || keys.with(Vec::is_empty), none)}
            <ol
                node_ref=list
                aria-label=word!("next.title").text()
                aria-describedby="next-help"
                on:keydown=move |event| on_key(&event, pick, rows)
                on:pointerleave=move |_| lab.pointed.set(None)
                on:focusout=move |_| lab.pointed.set(None)
            >
                {each(move || keys.get(), String::clone, move |key| view! { <OneRow pick rows key/> }.into_any())}
            </ol>
            {shown(move || hidden() > 0, more)}
        </div>
    }
}

/// A row of the list as it is now.
#[derive(Clone, Copy)]
struct Held {
    pick: Pick,
    rows: Memo<Vec<Row>>,
    row: Memo<Option<Row>>,
    /// Tab leads to one row only: the one that was at hand last, or the first.
    has_tab: Memo<bool>,
}

impl Held {
    fn of(pick: Pick, rows: Memo<Vec<Row>>, key: String) -> Held {
        let mine = key.clone();
        let row = Memo::new(move |before: Option<&Option<Row>>| {
            let now = rows.with(|rows| rows.iter().find(|row| row.key == key).cloned());
            now.or_else(|| before.cloned().flatten())
        });
        let has_tab = Memo::new(move |_| {
            let current = pick.current.get();
            let is_first = |rows: &Vec<Row>| rows.first().is_some_and(|row| row.key == mine);
            current == mine || rows.with(|rows| is_first(rows) && !rows.iter().any(|row| row.key == current))
        });
        Held { pick, rows, row, has_tab }
    }

    fn text(self, read: fn(&Row) -> &String) -> String {
        self.row.with(|row| row.as_ref().map(read).cloned()).unwrap_or_default()
    }

    fn thing(self) -> Option<Thing> {
        self.row.with(|row| row.as_ref().map(|row| row.thing))
    }

    fn is(self, is: fn(&Row) -> bool) -> bool {
        self.row.with(|row| row.as_ref().is_some_and(is))
    }

    fn is_selected(self) -> bool {
        let selected = self.pick.lab.selected.get();
        selected.is_some() && selected == self.thing()
    }

    fn tabindex(self) -> &'static str {
        if self.has_tab.get() { "0" } else { "-1" }
    }

    /// Shows on the stage where it is.
    fn point(self) {
        let (pointed, thing) = (self.pick.lab.pointed, self.thing());
        if pointed.get_untracked() != thing {
            pointed.set(thing);
        }
    }

    fn act(self, deed: Deed) {
        let Some(row) = self.row.get_untracked() else { return };
        let index = self.rows.with_untracked(|rows| rows.iter().position(|known| known.key == row.key));
        self.pick.act(&row, deed, index.unwrap_or_default());
    }
}

#[component]
fn OneRow(pick: Pick, rows: Memo<Vec<Row>>, key: String) -> impl IntoView {
    let held = Held::of(pick, rows, key.clone());
    let lab = pick.lab;
    let deeds = if untrack(move || held.is(Row::is_message)) { MESSAGE_DEEDS } else { TIMER_DEEDS };
    let mine = key.clone();
    let take = move |_| {
        held.point();
        pick.current.set(mine.clone());
    };
    view! {
        <li
            class="next-row"
            class:lost=move || held.is(|row| row.is_lost)
            class:selected=move || held.is_selected()
            data-row=key
            on:pointerenter=move |_| held.point()
            on:focusin=take
        >
            <button
                type="button"
                class="next-main"
                aria-current=move || held.is_selected().then_some("true")
                aria-keyshortcuts="Enter D C Delete"
                tabindex=move || held.tabindex()
                on:click=move |_| lab.dispatch(Action::Select(untrack(move || held.thing())))
            >
                <span class="next-what">{move || held.text(|row| &row.what)}</span>
                " "
                <span class="next-who">{move || held.text(|row| &row.who)}</span>
                " "
                <span class="next-when">{move || held.text(|row| &row.when)}</span>
            </button>
            <span class="next-deeds">{deeds.iter().map(|deed| deed_button(held, *deed)).collect_view()}</span>
        </li>
    }
}

fn deed_button(held: Held, (deed, test, title): (Deed, &'static str, Key)) -> AnyView {
    let label = move || {
        let said = Phrase::new(word!("next.deed")).with("deed", title.text());
        said.with("what", held.text(|row| &row.what)).with("who", held.text(|row| &row.who)).to_string()
    };
    view! {
        <button
            type="button"
            class="next-deed"
            data-deed=test
            aria-label=label
            tabindex=move || held.tabindex()
            on:click=move |_| held.act(deed)
        >
            {title.text()}
        </button>
    }
    .into_any()
}

const MESSAGE_DEEDS: &[(Deed, &str, Key)] = &[
    (Deed::Now, "deliver", word!("next.deliver")),
    (Deed::Later, "delay", word!("next.delay")),
    (Deed::Drop, "drop", word!("next.drop")),
    (Deed::Copy, "copy", word!("next.copy")),
];
const TIMER_DEEDS: &[(Deed, &str, Key)] =
    &[(Deed::Now, "fire", word!("next.fire")), (Deed::Later, "delay", word!("next.delay"))];

/// Arrow keys walk; Enter lets happen; letters do the rest.
fn on_key(event: &KeyboardEvent, pick: Pick, rows: Memo<Vec<Row>>) {
    if event.ctrl_key() || event.meta_key() || event.alt_key() {
        return;
    }
    let target = event.target().and_then(|target| target.dyn_into::<web_sys::Element>().ok());
    let Some(target) = target else { return };
    let held = target.closest("[data-row]").ok().flatten().and_then(|row| row.get_attribute("data-row"));
    let found = rows.with_untracked(|rows| {
        let index = rows.iter().position(|row| Some(&row.key) == held.as_ref())?;
        Some((index, rows[index].clone(), rows.len()))
    });
    let Some((index, row, count)) = found else { return };
    let deed = match event.key().as_str() {
        "ArrowDown" => return walk(event, (index + 1).min(count - 1)),
        "ArrowUp" => return walk(event, index.saturating_sub(1)),
        "Home" => return walk(event, 0),
        "End" => return walk(event, count - 1),
        // Enter on a button is the button's.
        "Enter" if target.class_list().contains("next-main") => Deed::Now,
        "d" | "D" => Deed::Later,
        "c" | "C" => Deed::Copy,
        "x" | "X" | "Delete" => Deed::Drop,
        _ => return,
    };
    event.prevent_default();
    event.stop_propagation();
    pick.act(&row, deed, index);
}

fn walk(event: &KeyboardEvent, index: usize) {
    event.prevent_default();
    focus_row(index);
}

/// Gives the focus to the row of this key. False if there is none.
fn focus_row_of(key: &str) -> bool {
    let Ok(rows) = document().query_selector_all("[data-row]") else { return false };
    let mut rows = (0..rows.length()).filter_map(|at| rows.item(at)?.dyn_into::<web_sys::Element>().ok());
    let row = rows.find(|row| row.get_attribute("data-row").as_deref() == Some(key));
    let main = row.and_then(|row| row.query_selector(".next-main").ok().flatten());
    main.and_then(|main| main.dyn_into::<HtmlElement>().ok()).is_some_and(|main| main.focus().is_ok())
}
