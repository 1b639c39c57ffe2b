//! A node at two moments side by side: one that the watcher remembered, and now.

use std::sync::Arc;

use leptos::prelude::*;

use crate::sim::network::NodeId;
use crate::sim::time::Time;
use crate::sim::timeline::Timeline;
use crate::stage::moments::{Moment, Pair, Part, side_by_side};
use crate::stage::units;
use crate::ui::dynamic::{dynamic, shown};
use crate::ui::lab::{Action, Lab};
use crate::ui::markup::view;
use crate::words::Key;
use crate::{phrase, word};

use super::parts::watched;

/// Remembers a moment of a node, and shows it beside the one at hand. It is in the rest of the module.
#[inline(never)]
pub(super) fn panel(node: NodeId) -> AnyView {
    view! { <TwoMoments node/> }
}

#[component]
fn TwoMoments(
    /// The node that is shown as it is now.
    node: NodeId,
) -> impl IntoView {
    let lab = Lab::here();
    let now = watched(lab, move |timeline| Moment::of(timeline, node));
    let remember = move |_| {
        let moment = lab.with(|timeline| Moment::of(timeline, node)).flatten();
        lab.remembered.set(moment.map(Arc::new));
    };
    let table = move || {
        let (then, now) = (lab.remembered.get()?, now.get()??);
        let pairs = side_by_side(&then, &now);
        Some(view! { <Table then=then now=now pairs=pairs/> })
    };
    let is_remembered = move || lab.remembered.with(Option::is_some);
    let forget = move || {
        let go = move |_| {
            if let Some(at) = lab.remembered.with_untracked(|then| then.as_ref().map(|then| then.at)) {
                lab.dispatch(Action::Seek(at));
            }
        };
        view! {
            <button type="button" class="button action" data-remembered-go on:click=go>{word!("moments.go").text()}</button>
            <button type="button" class="button action" data-forget-moment on:click=move |_| lab.remembered.set(None)>
                {word!("moments.forget").text()}
            </button>
        }
        .into_any()
    };
    view! {
        <p class="hint">{word!("moments.hint").text()}</p>
        <div class="actions">
            <button type="button" class="button action" data-remember on:click=remember>
                {word!("moments.remember").text()}
            </button>
            {shown(is_remembered, forget)}
        </div>
        {dynamic(move || table().into_any())}
    }
}

/// Names down, moments across. What differs has a sign, and stands out.
#[component]
fn Table(then: Arc<Moment>, now: Moment, pairs: Vec<Pair>) -> impl IntoView {
    let lab = Lab::here();
    let pace = lab.with(|timeline: &Timeline| timeline.world().network().pace).unwrap_or_default();
    let head = move |name: &str, at: Time| {
        phrase!("moments.head", node = name, moment = units::clock(at, pace)).to_string()
    };
    let differing = pairs.iter().filter(|pair| pair.differs()).count();
    let mut part = None;
    let rows = pairs.into_iter().map(|pair| {
        let title = (part != Some(pair.part)).then(|| part_word(pair.part).text());
        part = Some(pair.part);
        view! {
            {title.map(|title| view! { <tr class="part"><th colspan="3" scope="colgroup">{title}</th></tr> })}
            {row(pair)}
        }
    });
    let rows = rows.collect_view();
    view! {
        <p class="hint" role="status" data-differing=differing.to_string()>{phrase!("moments.differing", n = differing).to_string()}</p>
        <table class="moments" data-moments>
            <thead>
                <tr>
                    <td></td>
                    <th scope="col">{head(&then.name, then.at)}</th>
                    <th scope="col">{head(&now.name, now.at)}</th>
                </tr>
            </thead>
            <tbody>{rows}</tbody>
        </table>
    }
}

fn row(pair: Pair) -> AnyView {
    let differs = pair.differs();
    let cell = |value: Option<String>| value.unwrap_or_else(|| "–".to_owned());
    let sign = differs.then(|| {
        view! {
            <span class="sign" aria-hidden="true">"≠ "</span>
            <span class="for-ears">{word!("moments.differs").text()}" "</span>
        }
    });
    view! {
        <tr class:differs=differs>
            <th scope="row">{sign}{pair.name}</th>
            <td>{cell(pair.then)}</td>
            <td>{cell(pair.now)}</td>
        </tr>
    }
    .into_any()
}

fn part_word(part: Part) -> Key {
    match part {
        Part::Facts => word!("inspect.state"),
        Part::Timers => word!("inspect.timers"),
        Part::Disk => word!("inspect.disk"),
        Part::Inbox => word!("inspect.inbox"),
        Part::Settings => word!("inspect.settings"),
    }
}
