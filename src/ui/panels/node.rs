//! What the inspector shows of a node.

use leptos::prelude::*;

use crate::sim::command::Place;
use crate::sim::inspect::{DiskRecord, NodeDetail, TimerDetail, Waiting};
use crate::sim::network::NodeId;
use crate::sim::snapshot::NodeStatus;
use crate::sim::timeline::Timeline;
use crate::stage::breakpoints::Breakpoint;
use crate::stage::marks::Marks;
use crate::stage::units;
use crate::ui::dynamic::shown;
use crate::ui::lab::Lab;
use crate::ui::markup::view;
use crate::ui::memo::Memo;
use crate::words::Key;
use crate::{phrase, word};

use super::breaks::BreakButton;
use super::heading::Heading;
use super::parts::{Fold, Line, Lines, fact_text, watched, word_for};
use super::requests::{AskLine, Offers, offers};
use super::strike::{SettingNow, SettingsOf, Strikes};

/// The panel of a node.
#[component]
pub(super) fn NodePanel(
    /// Which.
    node: NodeId,
) -> impl IntoView {
    let lab = Lab::here();
    let Some(first) = lab.with(|timeline| NodeDetail::of(timeline, node)).flatten() else {
        return ().into_any();
    };
    let detail = watched(lab, move |timeline| NodeDetail::of(timeline, node));
    let part = move |read: fn(&NodeDetail) -> Vec<Line>| {
        Memo::new(move |_| detail.with(|detail| detail.as_ref()?.as_ref().map(read)).unwrap_or_default())
    };
    let offered = offers(lab, first.role);
    let has_offers = !offered.is_empty();
    let in_force = Memo::new(move |_| {
        detail.with(|detail| Some(detail.as_ref()?.as_ref()?.faults.clone())).unwrap_or_default()
    });
    let settings = Memo::new(move |_| {
        detail.with(|detail| Some(settings(detail.as_ref()?.as_ref()?))).unwrap_or_default()
    });
    let inbox = part(inbox_lines);
    let waiting = move || {
        view! { <Fold title=word!("inspect.inbox").text() open=true><Lines lines=inbox/></Fold> }.into_any()
    };
    let has_settings = !first.settings.is_empty();
    let place = Signal::stored(Place::Node(node));
    view! {
        <Heading title=first.name.clone() kind=word_for("role", first.role) />
        <Facts node=node />
        <BreakButton breakpoint=Signal::stored(Some(Breakpoint::Node(first.name.clone()))) />
        <h3>{word!("inspect.break").text()}</h3>
        <Strikes place=place at_node=true in_force=in_force />
        <h3>{phrase!("inspect.requests", node = first.name.clone()).to_string()}</h3>
        {has_offers.then(|| view! { <Offers offers=offered node=Signal::stored(node) /> })}
        <AskLine node=node name=first.name />
        <Fold title=word!("inspect.timers").text() open=true>
            <LinesOr lines=part(timer_lines) none=word!("inspect.timers.none") />
        </Fold>
        <Fold title=word!("inspect.disk").text() open=true>
            <LinesOr lines=part(disk_lines) none=word!("inspect.disk.none") />
        </Fold>
        {shown(move || inbox.with(|lines| !lines.is_empty()), waiting)}
        {has_settings
            .then(|| view! {
                <Fold title=word!("inspect.settings").text() open=false>
                    <SettingsOf place=place settings=settings />
                </Fold>
            })}
    }
    .into_any()
}

/// Lines, or a sentence while there are none.
#[component]
fn LinesOr(lines: Memo<Vec<Line>>, none: Key) -> impl IntoView {
    view! {
        {shown(move || lines.with(Vec::is_empty), move || view! { <p class="hint">{none.text()}</p> }.into_any())}
        <Lines lines=lines />
    }
}

/// State and facts, with what changed lately marked.
#[component]
fn Facts(node: NodeId) -> impl IntoView {
    let lab = Lab::here();
    let marks = StoredValue::new(Marks::default());
    let lines = watched(lab, move |timeline| {
        let mut lines = fact_lines(timeline, node);
        let values: Vec<_> = lines.iter().map(|line| (line.key.clone(), line.value.clone())).collect();
        let (now, pace) = (timeline.now(), timeline.world().network().pace);
        let marked = marks.try_update_value(|marks| marks.look(now, pace, &values)).unwrap_or_default();
        lines.iter_mut().zip(marked).for_each(|(line, marked)| line.marked = marked);
        lines
    });
    view! { <Lines lines=Signal::derive(move || lines.get().unwrap_or_default()) /> }
}

fn fact_lines(timeline: &Timeline, node: NodeId) -> Vec<Line> {
    let Some(detail) = NodeDetail::of(timeline, node) else { return Vec::new() };
    let network = timeline.world().network();
    let state = Line::of(word!("inspect.state"), status_word(detail.status).text());
    let facts = detail.facts.iter().map(|fact| Line::of(fact.name, fact_text(network, &fact.value)));
    std::iter::once(state).chain(facts).collect()
}

fn status_word(status: NodeStatus) -> Key {
    match status {
        NodeStatus::Running => word!("inspect.running"),
        NodeStatus::Crashed => word!("inspect.crashed"),
        NodeStatus::Paused => word!("inspect.paused"),
        NodeStatus::Byzantine => word!("inspect.byzantine"),
    }
}

fn timer_lines(detail: &NodeDetail) -> Vec<Line> {
    let line = |timer: &TimerDetail| {
        let name = word_for("timer", timer.name);
        let name = if timer.key == 0 { name } else { format!("{name} {}", timer.key) };
        let name = if timer.is_sync { phrase!("inspect.timer.sync", timer = name).to_string() } else { name };
        Line::new(name, phrase!("inspect.timer.in", length = units::amount(timer.remaining)).to_string())
    };
    detail.timers.iter().map(line).collect()
}

fn disk_lines(detail: &NodeDetail) -> Vec<Line> {
    let line = |record: &DiskRecord| {
        let note = if record.is_synced { word!("inspect.synced") } else { word!("inspect.unsynced") };
        let line = Line::new(record.name.clone(), readable(&record.content));
        Line { note: Some(note.text().to_owned()), marked: !record.is_synced, ..line }
    };
    detail.disk.iter().map(line).collect()
}

/// Bytes as text if that is what they are, else in hexadecimal.
fn readable(bytes: &[u8]) -> String {
    match std::str::from_utf8(bytes) {
        Ok(text) if !text.chars().any(char::is_control) => text.to_owned(),
        _ => bytes.iter().map(|byte| format!("{byte:02x}")).collect::<Vec<_>>().join(" "),
    }
}

fn inbox_lines(detail: &NodeDetail) -> Vec<Line> {
    let text = |waiting: &Waiting| match waiting {
        Waiting::Message(_, label) => {
            let label = label.as_deref().unwrap_or(word!("log.unreadable").text());
            phrase!("inspect.inbox.message", what = label).to_string()
        }
        Waiting::Timer(name) => phrase!("inspect.inbox.timer", timer = word_for("timer", name)).to_string(),
        Waiting::Request(text) => phrase!("inspect.inbox.request", what = text).to_string(),
        Waiting::Other => word!("inspect.inbox.other").text().to_owned(),
    };
    let numbered = |(index, waiting): (usize, &Waiting)| Line::new((index + 1).to_string(), text(waiting));
    detail.waiting.iter().enumerate().map(numbered).collect()
}

fn settings(detail: &NodeDetail) -> Vec<SettingNow> {
    let now = |(setting, value): &(&'static crate::sim::settings::Setting, crate::sim::settings::Value)| {
        SettingNow { setting, value: value.to_string(), note: None }
    };
    detail.settings.iter().map(now).collect()
}
