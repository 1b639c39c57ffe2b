//! Small pieces that panels share.

use std::sync::atomic::{AtomicU32, Ordering};

use leptos::prelude::*;

use crate::sim::timeline::Timeline;
use crate::ui::dynamic::{dynamic, each, shown};
use crate::ui::lab::Lab;
use crate::ui::markup::view;
use crate::ui::memo::Memo;
use crate::ui::rest::late;
use crate::ui::signals::RwSignal;
use crate::words::Key;

pub(super) use crate::stage::words::word_for;

/// Something read off the run whenever events happened; nothing without a run.
pub(super) fn watched<T: PartialEq + Send + Sync + 'static>(
    lab: Lab,
    read: impl Fn(&Timeline) -> T + Send + Sync + 'static,
) -> Memo<Option<T>> {
    Memo::new(move |_| {
        lab.state.track();
        lab.with(&read)
    })
}

/// An identifier that nothing else on the page has.
pub(super) fn unique_id(what: &str) -> String {
    static NEXT: AtomicU32 = AtomicU32::new(0);
    format!("{what}-{}", NEXT.fetch_add(1, Ordering::Relaxed))
}

/// A line of a list of names and values.
#[derive(Clone, PartialEq, Default, Debug)]
pub(super) struct Line {
    /// What tells it from the other lines; lines with the same one are the same line with another value.
    pub key: String,
    pub name: String,
    pub value: String,
    /// Whether the value changed lately.
    pub marked: bool,
    /// What it was before, if that is to be said.
    pub was: Option<String>,
    /// A remark about it.
    pub note: Option<String>,
}

impl Line {
    pub(super) fn new(name: impl Into<String>, value: impl Into<String>) -> Line {
        let name = name.into();
        Line { key: name.clone(), name, value: value.into(), ..Line::default() }
    }

    pub(super) fn of(name: Key, value: impl Into<String>) -> Line {
        Line::new(name.text(), value)
    }
}

/// A list of names and values; a value that changes is changed in place.
#[component]
pub(super) fn Lines(
    /// The lines in order, no two with the same key.
    #[prop(into)]
    lines: Signal<Vec<Line>>,
) -> impl IntoView {
    let keys = move || lines.with(|lines| lines.iter().map(|line| line.key.clone()).collect::<Vec<_>>());
    let keys = Memo::new(move |_| keys());
    view! {
        <dl class="lines">
            {each(move || keys.get(), String::clone, move |key| view! { <OneLine lines key/> }.into_any())}
        </dl>
    }
}

#[component]
fn OneLine(lines: Signal<Vec<Line>>, key: String) -> impl IntoView {
    let line = Memo::new(move |before: Option<&Line>| {
        let now = lines.with(|lines| lines.iter().find(|line| line.key == key).cloned());
        now.or_else(|| before.cloned()).unwrap_or_default()
    });
    let remark = |note: String| view! { <span class="remark">{note}</span> };
    let note = dynamic(move || line.with(|line| line.note.clone()).map(remark).into_any());
    let before = |was: String| view! { <span class="was" data-was>{was}</span> };
    let was = dynamic(move || line.with(|line| line.was.clone()).map(before).into_any());
    view! {
        <div class="line">
            <dt>{move || line.with(|line| line.name.clone())}</dt>
            <dd>
                <span class="value" class:marked=move || line.with(|line| line.marked)>
                    {move || line.with(|line| line.value.clone())}
                </span>
                {was}
                {note}
            </dd>
        </div>
    }
}

/// A part of a panel that can be folded away.
#[component]
pub(super) fn Fold(
    /// Its heading.
    #[prop(into)]
    title: String,
    /// Whether it begins unfolded.
    open: bool,
    children: Children,
) -> impl IntoView {
    view! {
        <details class="fold" open=open>
            <summary>{title}</summary>
            <div class="fold-content">{children()}</div>
        </details>
    }
}

/// A part that can be folded up, and whose content is in the rest of the module.
#[component]
pub(super) fn LateFold(
    /// Its heading.
    title: &'static str,
    /// Whether it begins unfolded.
    open: bool,
    /// What is in it.
    content: impl Fn() -> AnyView + Copy + Send + Sync + 'static,
) -> impl IntoView {
    // It is asked for as it is unfolded for the first time.
    let was_open = RwSignal::new(open);
    view! {
        <details class="fold" open=open on:toggle=move |_| was_open.set(true)>
            <summary>{title}</summary>
            <div class="fold-content">{shown(move || was_open.get(), move || late(content))}</div>
        </details>
    }
}
