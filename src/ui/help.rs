//! The dialog with all keys and the settings.

use leptos::html::Dialog;
use leptos::prelude::*;

use super::announce::announce;
use super::dynamic::{dynamic, effect, shown};
use super::keys::{Cap, SHORTCUTS, Shortcut};
use super::layout::Layout;
use super::progress::Keeper;
use super::rest::late;
use super::settings::Settings;
use crate::ui::markup::view;
use crate::ui::signals::RwSignal;
use crate::word;

/// The dialog. It belongs in the page once.
#[component]
pub fn Help() -> impl IntoView {
    let layout = Layout::here();
    let dialog = NodeRef::<Dialog>::new();
    effect(move || {
        let Some(dialog) = dialog.get() else { return };
        match (layout.help.get(), dialog.open()) {
            // It cannot fail: the dialog is in the page and not open.
            (true, false) => drop(dialog.show_modal()),
            (false, true) => dialog.close(),
            _ => {}
        }
    });
    view! {
        <dialog
            node_ref=dialog
            class="help"
            aria-labelledby="help-title"
            on:close=move |_| layout.help.set(false)
            data-help
        >
            <header>
                <h2 id="help-title">{word!("page.help").text()}</h2>
                <button
                    type="button"
                    class="icon-button"
                    aria-label=word!("page.close").text()
                    on:click=move |_| layout.help.set(false)
                >
                    "×"
                </button>
            </header>
            {shown(move || layout.help.get(), || late(panel))}
        </dialog>
    }
}

/// What is in the dialog while it is open. It is in the rest of the module.
#[inline(never)]
fn panel() -> AnyView {
    view! {
        <KeyTable/>
        <SettingsPart/>
    }
}

#[component]
fn KeyTable() -> impl IntoView {
    let settings = Settings::here();
    let row = move |shortcut: &'static Shortcut| {
        let off = move || shortcut.single && !settings.single_keys.get();
        let caps = shortcut.caps.iter().map(|cap| {
            let text = match cap {
                Cap::Sign(sign) => sign,
                Cap::Word(key) => key.text(),
            };
            view! { <kbd>{text}</kbd> " " }
        });
        view! {
            <div class:off=off>
                <dt>{caps.collect_view()}</dt>
                <dd>{shortcut.does.text()}</dd>
            </div>
        }
    };
    view! {
        <h3>{word!("help.keys").text()}</h3>
        <dl class="keys">{SHORTCUTS.iter().map(row).collect_view()}</dl>
        <p>{word!("help.stage-keys").text()}</p>
        <p>{word!("help.diagram-keys").text()}</p>
        <p>{word!("help.diagram-signs").text()}</p>
        <p>{word!("help.apart-keys").text()}</p>
        <p>{word!("help.remote").text()}</p>
    }
}

#[component]
fn SettingsPart() -> impl IntoView {
    let settings = Settings::here();
    view! {
        <h3>{word!("help.settings").text()}</h3>
        <label class="switch">
            <input
                type="checkbox"
                prop:checked=move || settings.single_keys.get()
                on:change=move |event| settings.use_single_keys(event_target_checked(&event))
                data-single-keys
            />
            <span>{word!("help.single-keys").text()}</span>
        </label>
        <p class="small">{word!("help.single-keys-why").text()}</p>
        <Forget/>
    }
}

/// Deletes progress, after asking.
#[component]
fn Forget() -> impl IntoView {
    let keeper = Keeper::here();
    let sure = RwSignal::new(false);
    let done = RwSignal::new(false);
    let forget = move |_| {
        keeper.forget();
        sure.set(false);
        done.set(true);
        announce(word!("help.forgotten").text());
    };
    let ask = move |_| {
        sure.set(true);
        done.set(false);
    };
    dynamic(move || {
        if sure.get() {
            view! {
                <div class="forget" role="group" aria-labelledby="forget-sure">
                    <p id="forget-sure">{word!("help.forget-sure").text()}</p>
                    <button type="button" class="button bad" on:click=forget data-forget-yes>{word!("help.forget-yes").text()}</button>
                    " "
                    <button type="button" class="button" autofocus on:click=move |_| sure.set(false)>{word!("help.forget-no").text()}</button>
                </div>
            }
            .into_any()
        } else {
            view! {
                <div class="forget">
                    <button
                        type="button"
                        class="button"
                        disabled=move || keeper.with(crate::share::progress::Progress::is_empty)
                        on:click=ask
                        data-forget
                    >
                        {word!("help.forget").text()}
                    </button>
                    {move || done.get().then(|| view! { <p>{word!("help.forgotten").text()}</p> })}
                </div>
            }
            .into_any()
        }
    })
}
