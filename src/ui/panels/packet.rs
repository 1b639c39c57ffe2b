//! What the inspector shows of a message: where it is or how it ended, its bytes, and what they say.

use leptos::prelude::*;

use crate::sim::command::message_name;
use crate::sim::inspect::{PacketDetail, Stop, StopKind, Whereabouts, whole_way};
use crate::sim::network::Network;
use crate::sim::process::Sort;
use crate::sim::timeline::Timeline;
use crate::sim::trace::{LossPlace, PacketId, cause_words};
use crate::stage::breakpoints::{Breakpoint, kind_of};
use crate::stage::units;
use crate::ui::dynamic::{dynamic, each, either};
use crate::ui::lab::{Action, Lab};
use crate::ui::markup::view;
use crate::ui::memo::Memo;
use crate::words::Phrase;
use crate::{phrase, word};

use super::breaks::BreakButton;
use super::heading::Heading;
use super::parts::{Fold, Line, Lines, watched};

/// How many bytes stand in a row.
const BYTES_A_ROW: usize = 8;

/// The panel of a message.
#[component]
pub(super) fn PacketPanel(
    /// Which.
    packet: PacketId,
) -> impl IntoView {
    let lab = Lab::here();
    let title = lab.with(|timeline| label(timeline, packet)).unwrap_or_default();
    let detail = watched(lab, move |timeline| PacketDetail::of(timeline, packet));
    let lines = watched(lab, move |timeline| {
        PacketDetail::of(timeline, packet).map(|detail| detail_lines(timeline, &detail)).unwrap_or_default()
    });
    let bytes = Memo::new(move |_| {
        detail.with(|detail| {
            let detail = detail.as_ref()?.as_ref()?;
            Some((detail.bytes.clone(), detail.changed_bytes.clone()))
        })
    });
    let content = Memo::new(move |_| {
        detail.with(|detail| Some(detail.as_ref()?.as_ref()?.description.as_ref()?.content.clone()))
    });
    let way = watched(lab, move |timeline| way_lines(timeline, packet));
    let kind = watched(lab, move |timeline| kind_of(timeline, packet).map(Breakpoint::Kind));
    let kind = Memo::new(move |_| kind.get().flatten());
    // With the name by which commands know it.
    let kind_words = format!("{} {}", word!("inspect.message").text(), message_name(packet));
    let is_sent = Memo::new(move |_| bytes.with(Option::is_some));
    let hex =
        move || bytes.get().map(|(bytes, changed)| view! { <Hex bytes=bytes changed=changed /> }).into_any();
    let unsent = || view! { <p class="hint">{word!("inspect.unsent").text()}</p> }.into_any();
    let sent = move || {
        view! {
            <Lines lines=Signal::derive(move || lines.get().unwrap_or_default()) />
            <h3>{word!("inspect.way-taken").text()}</h3>
            <ol class="way" data-way>{each(move || way.get().unwrap_or_default(), StopLine::clone, stop_view)}</ol>
            <BreakButton breakpoint=kind />
            <Fold title=word!("inspect.decoded").text() open=true>
                {move || match content.get() {
                    Some(content) => view! { <pre class="decoded" tabindex="0">{content}</pre> }.into_any(),
                    None => view! { <p class="hint">{word!("inspect.unreadable").text()}</p> }.into_any(),
                }}
            </Fold>
            <Fold title=word!("inspect.hex").text() open=true>{dynamic(hex)}</Fold>
        }
        .into_any()
    };
    view! {
        <Heading title=title kind=kind_words />
        {either(move || is_sent.get(), sent, unsent)}
    }
}

fn label(timeline: &Timeline, packet: PacketId) -> String {
    let description = timeline.trace().describe(timeline.world().network(), packet);
    description.map_or_else(|| word!("log.unreadable").text().to_owned(), |description| description.label)
}

fn detail_lines(timeline: &Timeline, detail: &PacketDetail) -> Vec<Line> {
    let network = timeline.world().network();
    let moment = |time| units::clock(time, network.pace);
    let way = phrase!("inspect.from-to", from = network.name(detail.from), to = network.name(detail.to));
    let mut lines = vec![
        Line::of(word!("inspect.way"), way.to_string()),
        Line::of(word!("inspect.sent"), moment(detail.sent_at)),
        Line {
            marked: matches!(detail.whereabouts, Whereabouts::Lost { .. }),
            ..Line::of(word!("inspect.where"), whereabouts(timeline, detail))
        },
    ];
    if let Some(description) = &detail.description {
        lines.insert(1, Line::of(word!("inspect.sort"), sort_word(description.sort)));
    }
    let note = detail.copy_of.map(|_| word!("inspect.copy").text().to_owned());
    let size = phrase!("inspect.bytes", n = detail.bytes.len()).to_string();
    lines.push(Line { note, ..Line::of(word!("inspect.size"), size) });
    lines
}

/// Something that happened to the message, as a line that leads there.
#[derive(Clone, PartialEq, Eq, Hash)]
struct StopLine {
    /// The record that tells it.
    record: usize,
    moment: String,
    what: String,
    is_bad: bool,
    /// Whether it is what happened last in the run.
    is_last: bool,
    /// Whether the watcher has gone back to before it.
    is_to_come: bool,
}

fn way_lines(timeline: &Timeline, packet: PacketId) -> Vec<StopLine> {
    let network = timeline.world().network();
    let past = timeline.past().len();
    let line = |stop: &Stop| StopLine {
        record: stop.record,
        moment: units::clock(stop.at, network.pace),
        what: stop_words(network, stop.what).to_string(),
        is_bad: matches!(stop.what, StopKind::Lost(..) | StopKind::Altered(_)),
        is_last: stop.record + 1 == past,
        is_to_come: stop.record >= past,
    };
    whole_way(timeline, packet).iter().map(line).collect()
}

fn stop_words(network: &Network, what: StopKind) -> Phrase {
    let ends = |direction| (network.name(network.source(direction)), network.name(network.target(direction)));
    match what {
        StopKind::Sent(node) => phrase!("way.sent", node = network.name(node)),
        StopKind::CopyOf(original) => phrase!("way.copy-of", message = message_name(original)),
        StopKind::Copied(copy) => phrase!("way.copied", message = message_name(copy)),
        StopKind::PassedOn(node) => phrase!("way.passed-on", node = network.name(node)),
        StopKind::Arrived(node) => phrase!("way.arrived", node = network.name(node)),
        StopKind::Altered(direction) => {
            let (from, to) = ends(direction);
            phrase!("way.altered", from = from, to = to)
        }
        StopKind::Lost(LossPlace::Direction(direction), cause) => {
            let ((from, to), cause) = (ends(direction), cause_words(network, cause).text());
            phrase!("way.lost-on", from = from, to = to, cause = cause)
        }
        StopKind::Lost(LossPlace::Node(node), cause) => {
            phrase!("way.lost-at", node = network.name(node), cause = cause_words(network, cause).text())
        }
    }
}

fn stop_view(stop: StopLine) -> AnyView {
    let lab = Lab::here();
    let when = match (stop.is_last, stop.is_to_come) {
        (true, _) => Some(word!("way.now").text()),
        (_, true) => Some(word!("way.to-come").text()),
        _ => None,
    };
    let now = when.map(|when| view! { <span class="was">{when}</span> });
    view! {
        <li>
            <button
                type="button"
                class="log-row"
                class:bad=stop.is_bad
                class:to-come=stop.is_to_come
                on:click=move |_| lab.dispatch(Action::GoToRecord(stop.record))
            >
                <span class="log-time">{stop.moment}</span>
                <span>{stop.what}" "{now}</span>
            </button>
        </li>
    }
    .into_any()
}

fn sort_word(sort: Sort) -> &'static str {
    match sort {
        Sort::Request => word!("inspect.sort.request"),
        Sort::Reply => word!("inspect.sort.reply"),
        Sort::Beat => word!("inspect.sort.beat"),
        Sort::Refusal => word!("inspect.sort.refusal"),
    }
    .text()
}

fn whereabouts(timeline: &Timeline, detail: &PacketDetail) -> String {
    let network = timeline.world().network();
    let moment = |time| units::clock(time, network.pace);
    match detail.whereabouts {
        Whereabouts::Flying { direction, remaining } => phrase!(
            "inspect.where.flying",
            link = network.link_name(direction.link()),
            length = units::amount(remaining)
        ),
        Whereabouts::Queued { direction, before } => {
            phrase!("inspect.where.queued", link = network.link_name(direction.link()), n = before)
        }
        Whereabouts::Waiting(node) => phrase!("inspect.where.waiting", node = network.name(node)),
        Whereabouts::Delivered(at) => phrase!("inspect.where.delivered", moment = moment(at)),
        Whereabouts::Lost { at, place, cause } => {
            let place = match place {
                LossPlace::Direction(direction) => network.link_name(direction.link()),
                LossPlace::Node(node) => network.name(node).to_owned(),
            };
            let cause = cause_words(network, cause).text();
            phrase!("inspect.where.lost", place = place, moment = moment(at), cause = cause)
        }
    }
    .to_string()
}

/// Bytes in hexadecimal, with the letters that they stand for beside them.
#[component]
fn Hex(bytes: Vec<u8>, changed: Vec<usize>) -> impl IntoView {
    let is_changed = |at: usize| changed.contains(&at);
    let letter = |byte: &u8| if byte.is_ascii_graphic() || *byte == b' ' { char::from(*byte) } else { '·' };
    let row = |(number, row): (usize, &[u8])| {
        let cell = |(index, byte): (usize, &u8)| {
            let text = format!("{byte:02x}");
            match is_changed(number * BYTES_A_ROW + index) {
                true => view! { <mark>{text}</mark> }.into_any(),
                false => view! { <span>{text}</span> }.into_any(),
            }
        };
        let cells = row.iter().enumerate().map(cell).collect_view();
        let letters: String = row.iter().map(letter).collect();
        view! { <div class="hex-row"><span class="hex-bytes">{cells}</span><span class="hex-letters">{letters}</span></div> }
    };
    let rows = bytes.chunks(BYTES_A_ROW).enumerate().map(row).collect_view();
    let note =
        (!changed.is_empty()).then(|| view! { <p class="hint">{word!("inspect.hex.changed").text()}</p> });
    view! {
        <div class="hex">{rows}</div>
        {note}
    }
}
