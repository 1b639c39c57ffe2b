//! Sharing: links to the moment at hand, files, and the run for other programs. The dialog is here; [`actions`] is what its
//! buttons do, [`drop`] takes files that are dropped on the page, [`hands`] speaks with the browser, [`worker`] with the worker.

mod actions;
mod drop;
mod hands;
mod pictures;
mod worker;

use leptos::html::{Dialog, Input};
use leptos::prelude::*;

use super::dynamic::effect;
use super::lab::{Action, Lab};
use super::layout::Layout;
use super::session::Session;
use crate::share::link;
use crate::ui::markup::view;
use crate::words::Key;
use crate::{phrase, word};

use actions::{Share, Status};

pub use drop::DropZone;
pub use pictures::{Pictures, Shown};

/// Something that can be saved, and as what.
struct Row {
    title: Key,
    about: Key,
    offers: &'static [Offer],
}

/// A button of a row.
#[derive(Clone, Copy)]
struct Offer {
    /// The same in every language.
    format: &'static str,
    ending: &'static str,
    what: What,
}

#[derive(Clone, Copy)]
enum What {
    Svg(Shown),
    Png(Shown),
    Job(&'static str),
}

static ROWS: &[Row] = &[
    Row {
        title: word!("share.picture"),
        about: word!("share.picture.about"),
        offers: &[
            Offer { format: "PNG", ending: "png", what: What::Png(Shown::Stage) },
            Offer { format: "SVG", ending: "svg", what: What::Svg(Shown::Stage) },
        ],
    },
    Row {
        title: word!("share.diagram"),
        about: word!("share.diagram.about"),
        offers: &[
            Offer { format: "PNG", ending: "diagram.png", what: What::Png(Shown::Diagram) },
            Offer { format: "SVG", ending: "diagram.svg", what: What::Svg(Shown::Diagram) },
        ],
    },
    Row {
        title: word!("share.trace"),
        about: word!("share.trace.about"),
        offers: &[
            Offer { format: "ShiViz", ending: "shiviz.txt", what: What::Job("shiviz") },
            Offer { format: "Mermaid", ending: "mmd", what: What::Job("mermaid") },
            Offer { format: "JSON lines", ending: "jsonl", what: What::Job("jsonl") },
        ],
    },
    Row {
        title: word!("share.network"),
        about: word!("share.network.about"),
        offers: &[Offer { format: "DOT", ending: "dot", what: What::Job("dot") }],
    },
];

/// The button that opens the dialog.
#[component]
pub fn ShareButton() -> impl IntoView {
    let layout = Layout::here();
    view! {
        <button type="button" class="quiet share-button" on:click=move |_| layout.share.set(true) data-share-button>
            <svg class="icon" viewBox="0 0 24 24" width="24" height="24" aria-hidden="true">
                <path d="M12 2.500 6.500 8l1.400 1.400L11 6.300V15h2V6.300l3.100 3.100L17.500 8zM4 13v8h16v-8h-2v6H6v-6z"></path>
            </svg>
            <span>{word!("share.open").text()}</span>
        </button>
    }
}

/// The dialog. It belongs in the page once.
#[component]
pub fn ShareDialog() -> impl IntoView {
    let (layout, lab, session) = (Layout::here(), Lab::here(), Session::here());
    let share = Share::new();
    let dialog = NodeRef::<Dialog>::new();
    effect(move || {
        let Some(dialog) = dialog.get() else { return };
        match (layout.share.get(), dialog.open()) {
            (true, false) => {
                // The moment that is handed on stands still.
                lab.dispatch(Action::Pause);
                share.refill();
                // It cannot fail: the dialog is in the page and not open.
                let _ = dialog.show_modal();
            }
            (false, true) => dialog.close(),
            _ => {}
        }
    });
    let no_run = move || session.place.with(Option::is_none);
    view! {
        <dialog
            node_ref=dialog
            class="help share"
            aria-labelledby="share-title"
            on:close=move |_| layout.share.set(false)
            data-share
        >
            <header>
                <h2 id="share-title">{word!("share.title").text()}</h2>
                <button
                    type="button"
                    class="icon-button"
                    aria-label=word!("page.close").text()
                    on:click=move |_| layout.share.set(false)
                >
                    "×"
                </button>
            </header>
            <div hidden=no_run><LinkPart share/></div>
            <FilePart share/>
            <div hidden=no_run><ExportPart share/></div>
            <StatusLine share/>
        </dialog>
    }
}

/// The link to the moment at hand, to be copied by a button or by hand.
#[component]
fn LinkPart(share: Share) -> impl IntoView {
    let field = NodeRef::<Input>::new();
    let select = move || {
        if let Some(field) = field.get_untracked() {
            field.select();
        }
    };
    let copy = move |_| {
        select();
        share.copy_link();
    };
    let note = move || match share.link.with(String::len) {
        long if long > link::LETTERS_ANYWHERE => phrase!("share.link.long", n = long).to_string(),
        _ => word!("share.link.about").text().to_owned(),
    };
    view! {
        <section>
            <h3 id="share-link-title">{move || share.moment.get()}</h3>
            <div class="share-link">
                <input
                    node_ref=field
                    type="text"
                    readonly
                    aria-labelledby="share-link-title"
                    prop:value=move || share.link.get()
                    on:focus=move |_| select()
                    data-share-link
                />
                <button type="button" class="button primary" autofocus on:click=copy data-share-copy>
                    {word!("share.link.copy").text()}
                </button>
            </div>
            <p class="small">{note}</p>
        </section>
    }
}

/// Saves the run, and opens what was saved.
#[component]
fn FilePart(share: Share) -> impl IntoView {
    let session = Session::here();
    let chooser = NodeRef::<Input>::new();
    let choose = move |_| {
        if let Some(chooser) = chooser.get_untracked() {
            chooser.click();
        }
    };
    let chosen = move |_| {
        let Some(chooser) = chooser.get_untracked() else { return };
        let file = chooser.files().and_then(|files| files.get(0));
        // The same file can be chosen again.
        chooser.set_value("");
        if let Some(file) = file {
            share.open(file);
        }
    };
    view! {
        <section>
            <h3>{word!("share.file").text()}</h3>
            <div class="share-buttons">
                <button
                    type="button"
                    class="button"
                    hidden=move || session.place.with(Option::is_none)
                    on:click=move |_| share.save_run()
                    data-share-save
                >
                    {word!("share.file.save").text()}
                </button>
                <button type="button" class="button" on:click=choose data-share-open>{word!("share.file.open").text()}</button>
                <input
                    node_ref=chooser
                    type="file"
                    accept=".json,application/json"
                    hidden
                    on:change=chosen
                    data-share-chooser
                />
            </div>
            <p class="small">{word!("share.file.about").text()}</p>
        </section>
    }
}

/// The run for slides and for other programs.
#[component]
fn ExportPart(share: Share) -> impl IntoView {
    let row = move |row: &'static Row| {
        let button = move |offer: &'static Offer| {
            let name = format!("{}: {}", row.title.text(), offer.format);
            view! {
                <button
                    type="button"
                    class="button"
                    aria-label=name
                    on:click=move |_| share.export(*offer)
                    data-export=offer.ending
                >
                    {offer.format}
                </button>
            }
        };
        view! {
            <li>
                <div>
                    <strong>{row.title.text()}</strong>
                    <p class="small">{row.about.text()}</p>
                </div>
                <div class="share-buttons">{row.offers.iter().map(button).collect_view()}</div>
            </li>
        }
    };
    view! {
        <section>
            <h3>{word!("share.exports").text()}</h3>
            <ul class="plain share-exports">{ROWS.iter().map(row).collect_view()}</ul>
        </section>
    }
}

/// How far what was asked for has come.
#[component]
fn StatusLine(share: Share) -> impl IntoView {
    let state = move || match share.status.get() {
        Status::Quiet => "quiet",
        Status::Busy(_) => "busy",
        Status::Done(_) => "done",
        Status::Failed(_) => "failed",
    };
    let what = move || match share.status.get() {
        Status::Quiet => String::new(),
        Status::Busy(what) | Status::Done(what) | Status::Failed(what) => what,
    };
    view! { <p class="share-status" role="status" data-share-state=state>{what}</p> }
}
