//! What happened, as sentences, the newest at the bottom.

use std::sync::Arc;

use leptos::prelude::*;
use wasm_bindgen::JsCast as _;

use crate::sim::network::NodeId;
use crate::sim::time::Duration;
use crate::stage::log::{Filter, Log, Row, Show as Shown, Topic};
use crate::stage::units;
use crate::ui::dynamic::{dynamic, each, either};
use crate::ui::lab::{Action, Lab};
use crate::ui::markup::view;
use crate::ui::memo::Memo;
use crate::ui::signals::{RwSignal, StoredValue};
use crate::word;
use crate::words::Key;

use super::parts::watched;

/// The event log, and what of it is let through.
pub fn panel(filter: RwSignal<Filter>) -> AnyView {
    view! { <EventLog filter/> }.into_any()
}

#[component]
fn EventLog(filter: RwSignal<Filter>) -> impl IntoView {
    let lab = Lab::here();
    let log = StoredValue::new((0, Log::default()));
    let rows = Memo::new(move |_| {
        let (opened, filter) = (lab.opened.get(), filter.get());
        lab.state.track();
        let look = |timeline: &crate::sim::timeline::Timeline| {
            log.try_update_value(|(of, log)| {
                if *of != opened {
                    (*of, *log) = (opened, Log::default());
                }
                log.look(timeline, filter).to_vec()
            })
        };
        lab.with(look).flatten().unwrap_or_default()
    });
    view! {
        <div class="panel event-log" data-testid="log">
            <Filters filter=filter />
            {either(
                move || rows.with(Vec::is_empty),
                || view! { <p class="hint">{word!("log.empty").text()}</p> }.into_any(),
                move || view! { <Rows rows/> }.into_any(),
            )}
        </div>
    }
}

#[component]
fn Filters(filter: RwSignal<Filter>) -> impl IntoView {
    let lab = Lab::here();
    let nodes = watched(lab, |timeline| {
        let network = timeline.world().network();
        network.node_ids().map(|node| (node, network.name(node).to_owned())).collect::<Vec<_>>()
    });
    let option = move |(node, name): (NodeId, String)| {
        let selected = move || filter.with(|filter| filter.node == Some(node));
        view! { <option value=node.0.to_string() prop:selected=selected>{name}</option> }
    };
    let choose_node = move |event| {
        filter.update(|filter| filter.node = event_target_value(&event).parse().ok().map(NodeId));
    };
    let choose_topic = move |event| {
        let chosen = event_target_value(&event);
        if let Some((_, show, _)) = SHOWN.iter().find(|(name, ..)| *name == chosen) {
            filter.update(|filter| filter.show = *show);
        }
    };
    let topic_option = move |(name, show, title): &(&'static str, Shown, Key)| {
        let show = *show;
        let selected = move || filter.with(|filter| filter.show == show);
        view! { <option value=*name prop:selected=selected>{title.text()}</option> }
    };
    view! {
        <div class="bottom-tools log-filters">
            <select aria-label=word!("log.filter.node").text() data-testid="log-node" on:change=choose_node>
                <option value="" prop:selected=move || filter.with(|filter| filter.node.is_none())>
                    {word!("log.filter.all-nodes").text()}
                </option>
                {dynamic(move || nodes.get().unwrap_or_default().into_iter().map(option).collect_view().into_any())}
            </select>
            <select aria-label=word!("log.filter.topic").text() data-testid="log-topic" on:change=choose_topic>
                {SHOWN.iter().map(topic_option).collect_view()}
            </select>
        </div>
    }
}

const SHOWN: [(&str, Shown, Key); 5] = [
    ("main", Shown::Main, word!("log.filter.main")),
    ("everything", Shown::Everything, word!("log.filter.everything")),
    ("messages", Shown::Messages, word!("log.filter.messages")),
    ("faults", Shown::Faults, word!("log.filter.faults")),
    ("notes", Shown::Notes, word!("log.filter.notes")),
];

/// The rows; arrow keys walk them. The style sheet builds them up from the bottom, so that the list follows what happens unless one
/// has scrolled back: to tell that from here would have the browser lay the page out twice.
#[component]
fn Rows(rows: Memo<Vec<Arc<Row>>>) -> impl IntoView {
    let lab = Lab::here();
    let pace = lab.with(|timeline| timeline.world().network().pace).unwrap_or_default();
    view! {
        <div
            class="log-rows"
            role="log"
            aria-live="off"
            aria-label=word!("log.title").text()
            tabindex="0"
            on:keydown=walk
        >
            <ol>
                {each(move || rows.get(), |row| row.key, move |row| view! { <OneRow row pace/> }.into_any())}
            </ol>
        </div>
    }
}

#[component]
fn OneRow(row: Arc<Row>, pace: Duration) -> impl IntoView {
    let lab = Lab::here();
    let piece = |(text, is_name): &(String, bool)| match is_name {
        true => view! { <b>{text.clone()}</b> }.into_any(),
        false => text.clone().into_any(),
    };
    let sentence = row.pieces.iter().map(piece).collect_view();
    let class = match row.topic {
        _ if row.is_bad => "log-row bad",
        Topic::Fault => "log-row done",
        Topic::Property => "log-row good",
        Topic::Note => "log-row said",
        Topic::Timer => "log-row faint",
        Topic::Message => "log-row",
    };
    let thing = row.thing;
    let content = view! {
        <span class="log-time">{units::clock(row.time, pace)}</span>
        <span class="log-sentence">{sentence}</span>
    };
    match thing {
        Some(_) => {
            let select = move |_| lab.dispatch(Action::Select(thing));
            view! { <li><button type="button" tabindex="-1" class=class on:click=select>{content}</button></li> }
                .into_any()
        }
        None => view! { <li><div class=class>{content}</div></li> }.into_any(),
    }
}

/// Arrow keys move the focus from row to row.
fn walk(event: leptos::ev::KeyboardEvent) {
    let down = match event.key().as_str() {
        "ArrowDown" => true,
        "ArrowUp" => false,
        _ => return,
    };
    let Some(list) = event.current_target().and_then(|target| target.dyn_into::<web_sys::Element>().ok())
    else {
        return;
    };
    let Ok(rows) = list.query_selector_all("button") else { return };
    let focused = document().active_element();
    let is_focused = |index: &u32| rows.item(*index).as_ref() == focused.as_deref();
    let at = (0..rows.length()).find(is_focused);
    let next = match (at, down) {
        (Some(at), true) => at + 1,
        (Some(at), false) => at.wrapping_sub(1),
        (None, _) => rows.length().wrapping_sub(1),
    };
    if let Some(row) = rows.item(next).and_then(|row| row.dyn_into::<web_sys::HtmlElement>().ok()) {
        event.prevent_default();
        // A row that cannot take the focus leaves it where it is.
        let _ = row.focus();
    }
}
