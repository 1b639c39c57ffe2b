//! What is in the dialog. It is in the rest of the module, with all that its buttons do.

use leptos::html::Input;
use leptos::prelude::*;

use super::actions::{Share, Status};
use super::offers::{Offer, ROWS, Row};
use crate::share::link;
use crate::ui::lab::{Action, Lab};
use crate::ui::markup::view;
use crate::ui::route::focus;
use crate::ui::session::Session;
use crate::{phrase, word};

/// What is in the dialog while it is open.
#[inline(never)]
pub fn panel() -> AnyView {
    view! { <Content/> }
}

#[component]
fn Content() -> impl IntoView {
    let (lab, session) = (Lab::here(), Session::here());
    let share = Share::new();
    // The moment that is handed on stands still.
    lab.dispatch(Action::Pause);
    share.refill();
    let no_run = move || session.place.with(Option::is_none);
    request_animation_frame(|| focus(document().query_selector("[data-share-copy]").ok().flatten()));
    view! {
        <div hidden=no_run><LinkPart share/></div>
        <FilePart share/>
        <div hidden=no_run><ExportPart share/></div>
        <StatusLine share/>
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
                <button type="button" class="button primary" on:click=copy data-share-copy>
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
