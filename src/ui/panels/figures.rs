//! Readings over time, and the figures that the protocols of a network draw. All of it but the place it stands in is in the rest of
//! the module.

use leptos::html::Div;
use leptos::prelude::*;

use crate::sim::figure::Figure;
use crate::sim::timeline::Timeline;
use crate::stage::figure;
use crate::stage::figure::chart::Chart;
use crate::stage::figure::readings::{self, Line};
use crate::ui::dynamic::{each, effect, either, shown};
use crate::ui::lab::Lab;
use crate::ui::markup::view;
use crate::ui::memo::Memo;
use crate::ui::signals::{RwSignal, StoredValue};
use crate::{phrase, word};

use super::parts::{LateFold, watched};

/// How near its end a drawing that grows is taken to be at it, in pixels.
const AT_END: i32 = 24;

/// The place for readings and figures: there if the network has any.
#[component]
pub fn Figures() -> impl IntoView {
    let lab = Lab::here();
    let has_any = move || {
        lab.opened.track();
        let any = |timeline: &Timeline| {
            let network = timeline.world().network();
            !network.readings.is_empty() || network.figures().next().is_some()
        };
        lab.with(any).unwrap_or(false)
    };
    // A closure of this function, which is in the first part: what is made of it for the fold goes with its name.
    let content = || panel();
    let fold = move || {
        view! {
            <div class="panel figures-pane" id="figures" data-testid="figures" tabindex="-1">
                <LateFold title=word!("figure.panel").text() open=true content=content/>
            </div>
        }
        .into_any()
    };
    shown(has_any, fold)
}

/// What is in the place. It is in the rest of the module.
#[inline(never)]
pub(super) fn panel() -> AnyView {
    view! { <All/> }
}

#[component]
fn All() -> impl IntoView {
    let lab = Lab::here();
    // Another network has other readings, whose titles are read once.
    let lines = Memo::new(move |_| {
        lab.opened.track();
        lab.state.track();
        lab.with(readings::lines)
    });
    // Another network has other readings under the same places.
    let keys = Memo::new(move |_| {
        let opened = lab.opened.get();
        lines.with(|lines| lines.iter().flatten().map(|line| (opened, line.index)).collect::<Vec<_>>())
    });
    let figures = Memo::new(move |_| (lab.opened.get(), lab.with(here).unwrap_or_default()));
    let listed = move || {
        let (opened, count) = figures.get();
        (0..count).map(|place| (opened, place)).collect()
    };
    view! {
        <div class="readings">
            {each(move || keys.get(), |key| *key, move |(_, index)| view! { <Reading index lines/> }.into_any())}
        </div>
        {each(listed, |key| *key, |(_, place)| view! { <Drawn place/> }.into_any())}
    }
}

/// How many figures the network has.
fn here(timeline: &Timeline) -> usize {
    timeline.world().network().figures().count()
}

fn figure_at(timeline: &Timeline, place: usize) -> Option<&'static Figure> {
    timeline.world().network().figures().nth(place)
}

/// A reading: one line that opens to a plot.
#[component]
fn Reading(index: usize, lines: Memo<Option<Vec<Line>>>) -> impl IntoView {
    let lab = Lab::here();
    let line = Memo::new(move |before: Option<&Option<Line>>| {
        let now = lines.with(|lines| lines.as_ref().and_then(|lines| lines.get(index).cloned()));
        now.or_else(|| before.cloned().flatten())
    });
    let read = move |read: fn(&Line) -> String| line.with(|line| line.as_ref().map(read).unwrap_or_default());
    let name = line.with_untracked(|line| line.as_ref().map(|line| line.name));
    let title = line.with_untracked(|line| line.as_ref().map(|line| line.title)).unwrap_or_default();
    let open = RwSignal::new(false);
    let over_time = phrase!("figure.over-time", title = title).to_string();
    let said = over_time.clone();
    let full = move || {
        let chart = watched(lab, move |timeline| readings::chart(timeline, index));
        let chart = Memo::new(move |_| chart.get().flatten().unwrap_or_default());
        view! { <Body chart said=said.clone()/> }.into_any()
    };
    view! {
        <details class="reading-line" data-reading=name on:toggle=move |_| open.update(|open| *open = !*open)>
            <summary>
                <span class="name">{title}</span>
                <span class="curve" inner_html=move || read(|line| line.curve.clone())></span>
                <span class="value">{move || read(|line| line.value.clone())}</span>
            </summary>
            {shown(move || open.get(), full)}
        </details>
    }
}

/// A figure of a protocol; nothing while its scenario has no use for it.
#[component]
fn Drawn(place: usize) -> impl IntoView {
    let lab = Lab::here();
    let Some(figure) = lab.with(|timeline| figure_at(timeline, place)).flatten() else {
        return ().into_any();
    };
    let chart = watched(lab, move |timeline| figure::chart(timeline.world(), figure));
    let chart = Memo::new(move |_| chart.get().flatten());
    let title = figure.title.text();
    let content = move || {
        let chart = Memo::new(move |_| chart.get().unwrap_or_default());
        view! {
            <figure data-figure=figure.name>
                <figcaption>{title}</figcaption>
                <Body chart said=title.to_owned()/>
            </figure>
        }
        .into_any()
    };
    shown(move || chart.with(Option::is_some), content)
}

/// A drawing, its legend, and its table.
#[component]
fn Body(
    chart: Memo<Chart>,
    /// What it is called for those who do not see it.
    said: String,
) -> impl IntoView {
    let svg = move || chart.with(|chart| chart.svg.clone());
    let legend = Memo::new(move |_| chart.with(Chart::legend_html));
    let is_drawn = move || chart.with(|chart| !chart.svg.is_empty());
    let grows = chart.with_untracked(|chart| chart.grows);
    let holder = NodeRef::<Div>::new();
    let at_end = StoredValue::new(true);
    if grows {
        keep_at_end(holder, chart, at_end);
    }
    let scrolled =
        move |_| at_end.set_value(holder.get_untracked().is_none_or(|element| is_at_end(&element)));
    let caption = said.clone();
    let drawing = move || {
        let drawn = view! { <div class="drawn" role="img" aria-label=said.clone() inner_html=svg></div> };
        match grows {
            // What scrolls can be scrolled by keys.
            true => view! {
                <div class="growing" tabindex="0" role="group" aria-label=said.clone() node_ref=holder on:scroll=scrolled>{drawn}</div>
            },
            false => drawn,
        }
    };
    let on_stage = move || view! { <p class="hint">{word!("figure.on-stage").text()}</p> };
    let open = RwSignal::new(false);
    let table = move || {
        let caption = caption.clone();
        let html = move || chart.with(|chart| chart.table.html(&caption));
        view! { <div class="numbers" tabindex="0" role="group" aria-label=word!("figure.table").text() inner_html=html></div> }
    };
    view! {
        {either(is_drawn, drawing, on_stage)}
        <div inner_html=move || legend.get()></div>
        <details class="as-table" on:toggle=move |_| open.update(|open| *open = !*open)>
            <summary>{word!("figure.table").text()}</summary>
            {shown(move || open.get(), table)}
        </details>
    }
}

/// Keeps the newest end in sight, unless the watcher has scrolled elsewhere.
fn keep_at_end(holder: NodeRef<Div>, chart: Memo<Chart>, at_end: StoredValue<bool>) {
    effect(move || {
        chart.track();
        let Some(element) = holder.get() else { return };
        request_animation_frame(move || {
            if at_end.try_get_value() == Some(true) {
                element.set_scroll_left(element.scroll_width());
            }
        });
    });
}

/// Whether the newest end is in sight.
fn is_at_end(element: &web_sys::HtmlDivElement) -> bool {
    element.scroll_left() + element.client_width() + AT_END >= element.scroll_width()
}
