//! The parts of the module that the page fetches besides the first: the rest, which [`super::rest`] knows, and one for each protocol,
//! with all that its runs call. No run may be made before its parts are here: `App` sees to that.

use js_sys::futures::JsFuture;
use js_sys::{Function, Promise, Reflect};
use leptos::prelude::*;
use leptos::task::spawn_local;
use wasm_bindgen::{JsCast as _, JsValue};

use super::dynamic::dynamic;
use super::texts;
use crate::scenarios::parts::PARTS;
use crate::ui::markup::view;
use crate::ui::signals::{RwSignal, StoredValue};
use crate::{word, words};

/// All protocols' parts; there is a bit for each.
const ALL: u64 = u64::MAX;
const _: () = assert!(PARTS.len() <= u64::BITS as usize);

/// A part of the module. A handle: copies are the same.
#[derive(Clone, Copy)]
pub struct Part {
    /// By what name its files are fetched.
    name: &'static str,
    state: RwSignal<State>,
}

/// How far a part has come.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum State {
    /// Nobody has asked for it.
    Absent,
    /// It was asked for.
    Coming,
    /// It can be called, and its words can be shown.
    Here,
    /// It did not come.
    Failed,
}

impl Part {
    fn new(name: &'static str) -> Part {
        Part { name, state: RwSignal::new(State::Absent) }
    }

    /// Fetches it unless it is here or on its way.
    pub fn want(self) {
        if !matches!(self.state.get_untracked(), State::Here | State::Coming) {
            spawn_local(self.come());
        }
    }

    /// How far it has come. Tracks.
    pub fn state(self) -> State {
        self.state.get()
    }

    /// Whether it did not come. Tracks.
    pub fn has_failed(self) -> bool {
        self.state() == State::Failed
    }

    /// Whether it can be called. Tracks.
    pub fn is_here(self) -> bool {
        self.state() == State::Here
    }

    async fn come(self) {
        self.state.set(State::Coming);
        let state = if load(self.name).await.is_ok() { State::Here } else { State::Failed };
        self.state.set(state);
    }
}

/// All parts besides the first. A handle: copies are the same.
#[derive(Clone, Copy)]
pub struct Parts {
    /// What is shown only on request.
    pub rest: Part,
    /// One for each protocol, in the order of [`PARTS`].
    protocols: StoredValue<Vec<Part>>,
}

impl Parts {
    /// None is here yet. Provide it as context once.
    pub fn new() -> Parts {
        let protocols = PARTS.iter().map(|(name, _)| Part::new(name)).collect();
        Parts { rest: Part::new("rest"), protocols: StoredValue::new(protocols) }
    }

    /// Those of the page that the calling component belongs to.
    pub fn here() -> Parts {
        expect_context()
    }

    /// Whether all of these protocols' parts can be called; bit 0 stands for the first. Tracks.
    pub fn are_here(self, needed: u64) -> bool {
        self.each(needed, Part::is_here)
    }

    /// Whether every part is here, so that the page needs no network for any. Tracks.
    pub fn are_all_here(self) -> bool {
        self.rest.is_here() && self.are_here(ALL)
    }

    /// Fetches those of these protocols' parts that are not here or on their way.
    pub fn want(self, needed: u64) {
        self.each(needed, |part| {
            part.want();
            true
        });
    }

    /// Fetches what nobody has asked for yet, one after the other: first these protocols' parts, then the rest, then all others.
    pub fn want_all(self, soon: u64) {
        spawn_local(async move {
            while let Some(part) = self.absent(soon) {
                part.come().await;
            }
        });
    }

    /// The next part that nobody has asked for.
    fn absent(self, soon: u64) -> Option<Part> {
        let is_asked = |part: Part| part.state.try_get_untracked() != Some(State::Absent);
        let mut found = None;
        let mut look = |part: Part| {
            found = Some(part).filter(|part| !is_asked(*part));
            found.is_none()
        };
        let _ = self.each(soon, &mut look) && look(self.rest) && self.each(ALL, look);
        found
    }

    /// Whether this is so for all of these protocols' parts.
    fn each(self, needed: u64, mut is: impl FnMut(Part) -> bool) -> bool {
        let is: &mut dyn FnMut(Part) -> bool = &mut is;
        let is_so = |parts: &Vec<Part>| {
            let mut needed = parts.iter().enumerate().filter(|(index, _)| needed >> index & 1 == 1);
            needed.all(|(_, part)| is(*part))
        };
        self.protocols.try_with_value(is_so).unwrap_or(true)
    }
}

impl Default for Parts {
    fn default() -> Parts {
        Parts::new()
    }
}

/// Says that parts are on their way, or that one did not come.
pub fn coming(needed: u64) -> AnyView {
    let parts = Parts::here();
    dynamic(move || match parts.each(needed, |part| !part.has_failed()) {
        true => view! {
            <p class="sheet-state" role="status" data-part-coming>{word!("page.part-coming").text()}</p>
        },
        false => view! {
            <div class="fault" role="alert" data-part-failed>
                <p>{word!("page.part-failed").text()}</p>
                <button type="button" class="button" on:click=move |_| parts.want(needed)>
                    {word!("page.sheet-again").text()}
                </button>
            </div>
        },
    })
}

/// Has the page's own script fetch a part (see `index.html`), and fetches its words meanwhile.
async fn load(name: &'static str) -> Result<(), JsValue> {
    let load: Function = Reflect::get(&window(), &"netsplitPart".into())?.dyn_into()?;
    // Who waits for it is said at once: a promise that fails before that is an error of the page.
    let code = JsFuture::from(load.call1(&JsValue::NULL, &name.into())?.dyn_into::<Promise>()?);
    if let Some(sheet) = words::sheet(name) {
        let text = texts::get(&format!("words/{sheet}")).await?;
        if !words::take(name, &text) {
            return Err(JsValue::UNDEFINED);
        }
    }
    code.await.map(|_| ())
}
