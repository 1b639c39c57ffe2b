//! What the inspector shows of a link: each direction, and what can be done to one or both.

use leptos::prelude::*;

use crate::sim::command::Place;
use crate::sim::fault::Fault;
use crate::sim::inspect::{DirectionDetail, LinkDetail};
use crate::sim::network::LinkId;
use crate::sim::timeline::Timeline;
use crate::ui::lab::Lab;
use crate::ui::markup::view;
use crate::ui::memo::Memo;
use crate::ui::signals::RwSignal;
use crate::{phrase, word};

use super::heading::Heading;
use super::parts::{Fold, Line, Lines, unique_id, watched};
use super::strike::{SettingNow, SettingsOf, Strikes};

/// Which directions of a link what is done strikes.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Way {
    Both,
    Forward,
    Backward,
}

impl Way {
    fn place(self, link: LinkId) -> Place {
        match self {
            Way::Both => Place::Link(link),
            Way::Forward => Place::Direction(link.forward()),
            Way::Backward => Place::Direction(link.backward()),
        }
    }

    fn of(self, detail: &LinkDetail) -> &[DirectionDetail] {
        match self {
            Way::Both => &detail.directions,
            Way::Forward => &detail.directions[..1],
            Way::Backward => &detail.directions[1..],
        }
    }
}

/// The panel of a link.
pub(super) fn panel(link: LinkId) -> AnyView {
    view! { <LinkPanel link/> }.into_any()
}

#[component]
fn LinkPanel(
    /// Which.
    link: LinkId,
) -> impl IntoView {
    let lab = Lab::here();
    let Some(first) = lab.with(|timeline| LinkDetail::of(timeline, link)).flatten() else {
        return ().into_any();
    };
    let [forward, backward] = &first.directions;
    let title = format!("{}–{}", forward.from, forward.to);
    let names =
        [forward, backward].map(|way| phrase!("inspect.one-way", from = &way.from, to = &way.to).to_string());
    let detail = watched(lab, move |timeline| LinkDetail::of(timeline, link));
    let way = RwSignal::new(Way::Both);
    let before = Memo::new(move |_| {
        lab.state.track();
        if lab.playing.get() {
            return None;
        }
        let before = lab.with(Timeline::before_last_event).flatten()?;
        LinkDetail::in_world(&before, link)
    });
    let lines = move |index: usize| {
        let lines = move |detail: &Option<Option<LinkDetail>>| {
            let now = direction_lines(&detail.as_ref()?.as_ref()?.directions[index]);
            let before = before.with(|before| Some(direction_lines(&before.as_ref()?.directions[index])));
            Some(mark_changed(now, before.as_deref()))
        };
        Memo::new(move |_| detail.with(lines).unwrap_or_default())
    };
    let in_force = Memo::new(move |_| {
        let way = way.get();
        detail.with(|detail| Some(faults(way.of(detail.as_ref()?.as_ref()?)))).unwrap_or_default()
    });
    let settings = Memo::new(move |_| {
        let way = way.get();
        detail.with(|detail| Some(settings(way.of(detail.as_ref()?.as_ref()?)))).unwrap_or_default()
    });
    let place = Signal::derive(move || way.get().place(link));
    let [there, back] = names.clone();
    view! {
        <Heading title=title kind=word!("thing.link").text() />
        <h3>{there}</h3>
        <Lines lines=lines(0) />
        <h3>{back}</h3>
        <Lines lines=lines(1) />
        <h3>{word!("inspect.link.break").text()}</h3>
        <WayChoice way=way names=names />
        <Strikes place=place at_node=false in_force=in_force />
        <Fold title=word!("inspect.settings").text() open=false>
            <SettingsOf place=place settings=settings />
        </Fold>
    }
    .into_any()
}

/// Chooses the direction that buttons and settings below are about.
#[component]
fn WayChoice(way: RwSignal<Way>, names: [String; 2]) -> impl IntoView {
    let group = unique_id("way");
    let [there, back] = names;
    let both = word!("inspect.both").text().to_owned();
    let segment = move |(value, name): (Way, String)| {
        view! {
            <label class="segment">
                <input
                    type="radio"
                    name=group.clone()
                    prop:checked=move || way.get() == value
                    on:change=move |_| way.set(value)
                />
                <span>{name}</span>
            </label>
        }
    };
    let segments = [(Way::Both, both), (Way::Forward, there), (Way::Backward, back)].map(segment);
    view! {
        <fieldset class="field segments">
            <legend class="for-ears">{word!("inspect.direction").text()}</legend>
            <div class="segment-row">{segments.into_iter().collect_view()}</div>
        </fieldset>
    }
}

fn direction_lines(way: &DirectionDetail) -> Vec<Line> {
    let state = if way.is_up { word!("inspect.whole") } else { word!("inspect.cut") };
    let shown = |name: &str| {
        let overruled = way.overruled.iter().find(|(setting, _)| setting.name == name);
        let set = way.settings.iter().find(|(setting, _)| setting.name == name);
        overruled.or(set).map(|(_, value)| value.to_string()).unwrap_or_default()
    };
    let mut lines = vec![
        Line { marked: !way.is_up, ..Line::of(word!("inspect.state"), state.text()) },
        Line::of(word!("setting.latency"), shown("latency")),
        Line::of(word!("setting.bandwidth"), shown("bandwidth")),
        Line::of(word!("inspect.flying"), way.flying.to_string()),
        Line::of(word!("inspect.queue"), way.queued.to_string()),
    ];
    if let Some(gauge) = way.gauge {
        let taken = phrase!("inspect.of", n = gauge.used, all = gauge.of).to_string();
        lines.push(Line::of(word!("inspect.gauge"), taken));
    }
    let others = way.faults.iter().filter(|fault| fault.kind.name != crate::faults::CUT.name);
    let others: Vec<_> = others.map(|fault| format!("{} {}", fault.kind.name, fault.amount)).collect();
    if !others.is_empty() {
        lines.push(Line { marked: true, ..Line::of(word!("inspect.faults"), others.join(", ")) });
    }
    lines
}

/// Says of what the last event changed what it was before.
fn mark_changed(mut lines: Vec<Line>, before: Option<&[Line]>) -> Vec<Line> {
    let Some(before) = before else { return lines };
    for line in &mut lines {
        let then = before.iter().find(|then| then.key == line.key);
        if then.is_none_or(|then| then.value != line.value) {
            line.marked = true;
            line.was = Some(match then {
                Some(then) => phrase!("inspect.was", value = &then.value).to_string(),
                None => word!("inspect.new").text().to_owned(),
            });
        }
    }
    lines
}

/// The faults that are in force in any of these directions.
fn faults(ways: &[DirectionDetail]) -> Vec<Fault> {
    let mut faults: Vec<Fault> = Vec::new();
    for fault in ways.iter().flat_map(|way| &way.faults) {
        if !faults.iter().any(|known| known.kind == fault.kind) {
            faults.push(fault.clone());
        }
    }
    faults
}

/// The settings of these directions; where they differ, that of the first, and a remark.
fn settings(ways: &[DirectionDetail]) -> Vec<SettingNow> {
    let Some((first, rest)) = ways.split_first() else { return Vec::new() };
    let now = |(setting, value): &(&'static crate::sim::settings::Setting, crate::sim::settings::Value)| {
        let differs =
            rest.iter().any(|way| !way.settings.iter().any(|(other, its)| other == setting && its == value));
        let overruled = first.overruled.iter().find(|(other, _)| other == setting);
        let note = match overruled {
            _ if differs => Some(word!("inspect.differs").text().to_owned()),
            Some((_, value)) => Some(phrase!("inspect.now", value = value).to_string()),
            None => None,
        };
        SettingNow { setting, value: value.to_string(), note }
    };
    first.settings.iter().map(now).collect()
}
