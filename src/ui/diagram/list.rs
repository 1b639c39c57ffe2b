//! The events of the diagram as a list for screen readers: those round the one that keys are at, else the latest, in the words
//! of the log.

use leptos::prelude::*;
use wasm_bindgen::JsCast as _;

use crate::phrase;
use crate::sim::timeline::Timeline;
use crate::stage::units;
use crate::ui::dynamic::each;
use crate::ui::lab::Lab;
use crate::ui::markup::view;
use crate::ui::memo::Memo;
use crate::ui::signals::RwSignal;

/// How many events are listed before the one that keys are at, and after it.
const AROUND: u32 = 25;

/// The list. It must stand in an element with the role of a list box.
#[component]
pub fn Events(current: RwSignal<Option<u32>>, future: RwSignal<u32>) -> impl IntoView {
    let lab = Lab::here();
    let listed = Memo::new(move |_| {
        lab.state.track();
        let (run, current) = ((lab.opened.get(), future.get()), current.get());
        let range = lab.with(|timeline| {
            let known = timeline.trace().records().len() as u32;
            let middle = current.unwrap_or_else(|| (timeline.past().len() as u32).saturating_sub(1));
            (middle.saturating_sub(AROUND), (middle + AROUND + 1).min(known))
        });
        let (from, to) = range.unwrap_or_default();
        (run, from, to)
    });
    let items = move || {
        let (run, from, to) = listed.get();
        let text = |record: u32| lab.with(|timeline| sentence(timeline, record)).flatten();
        (from..to).map(|record| (run, record, text(record).unwrap_or_default())).collect::<Vec<_>>()
    };
    let option = move |(_, record, text): ((u64, u32), u32, String)| {
        view! {
            <div
                role="option"
                id=option_id(record)
                data-record=record.to_string()
                aria-posinset=(record + 1).to_string()
                aria-setsize="-1"
                aria-selected=move || (current.get() == Some(record)).to_string()
            >
                {text}
            </div>
        }
        .into_any()
    };
    view! { <div class="diagram-events" role="none">{each(items, Clone::clone, option)}</div> }
}

/// The identifier of an event's entry in the list.
pub fn option_id(record: u32) -> String {
    format!("event-{record}")
}

/// The record whose entry an event of the page is about.
pub fn record_of(target: Option<web_sys::EventTarget>) -> Option<u32> {
    let element = target?.dyn_into::<web_sys::Element>().ok()?;
    element.get_attribute("data-record")?.parse().ok()
}

/// What a record says, and when.
pub fn sentence(timeline: &Timeline, record: u32) -> Option<String> {
    let record = timeline.trace().records().get(record as usize)?;
    let network = timeline.world().network();
    let what = timeline.trace().sentence(network, record).to_string();
    let moment = units::clock(record.time, network.pace);
    Some(phrase!("diagram.event", moment = moment, what = what).to_string())
}
