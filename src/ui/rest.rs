//! The rest of the module: what is shown only on request, fetched when it is asked for or when the page is at rest. What is in it is
//! listed in `xtask/src/dist.rs`. Nothing of it may be called before it is here, so all ways to it lead through [`late`].

use js_sys::futures::JsFuture;
use js_sys::{Function, Promise, Reflect};
use leptos::prelude::*;
use leptos::task::spawn_local;
use wasm_bindgen::{JsCast as _, JsValue};

use super::dynamic::dynamic;
use crate::ui::markup::view;
use crate::ui::signals::RwSignal;
use crate::word;

/// The rest of the module. A handle: copies are the same.
#[derive(Clone, Copy)]
pub struct Rest {
    state: RwSignal<State>,
}

/// How far it has come.
#[derive(Clone, Copy, PartialEq, Eq)]
enum State {
    /// Nobody has asked for it.
    Absent,
    /// It was asked for.
    Coming,
    /// It can be called.
    Here,
    /// It did not come.
    Failed,
}

impl Rest {
    /// Not here yet. Provide it as context once.
    pub fn new() -> Rest {
        Rest { state: RwSignal::new(State::Absent) }
    }

    /// That of the page that the calling component belongs to.
    pub fn here() -> Rest {
        expect_context()
    }

    /// Fetches it unless it is here or on its way.
    pub fn want(self) {
        if matches!(self.state.get_untracked(), State::Here | State::Coming) {
            return;
        }
        self.state.set(State::Coming);
        spawn_local(async move {
            let state = if load().await.is_ok() { State::Here } else { State::Failed };
            self.state.set(state);
        });
    }

    /// Whether it did not come.
    pub fn has_failed(self) -> bool {
        self.state.get() == State::Failed
    }

    /// Whether it can be called.
    pub fn is_here(self) -> bool {
        self.state.get() == State::Here
    }
}

impl Default for Rest {
    fn default() -> Rest {
        Rest::new()
    }
}

/// A view that is in the rest: asks for it, and says so while it is on its way or if it did not come. What makes the view is never
/// compiled into its callers.
pub fn late(view: impl Fn() -> AnyView + Send + 'static) -> AnyView {
    lately(Box::new(view))
}

fn lately(view: Box<dyn Fn() -> AnyView + Send>) -> AnyView {
    let rest = Rest::here();
    rest.want();
    dynamic(move || match rest.state.get() {
        State::Here => view(),
        State::Absent | State::Coming => {
            view! { <p class="sheet-state" role="status" data-rest-coming>{word!("page.rest-coming").text()}</p> }
        }
        State::Failed => view! {
            <div class="fault" role="alert" data-rest-failed>
                <p>{word!("page.rest-failed").text()}</p>
                <button type="button" class="button" on:click=move |_| rest.want()>
                    {word!("page.sheet-again").text()}
                </button>
            </div>
        },
    })
}

/// Has the page's own script fetch it; see `index.html`.
async fn load() -> Result<JsValue, JsValue> {
    let load: Function = Reflect::get(&window(), &"netsplitRest".into())?.dyn_into()?;
    let promise: Promise = load.call0(&JsValue::NULL)?.dyn_into()?;
    JsFuture::from(promise).await
}
