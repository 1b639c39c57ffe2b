//! The rest of the module: what is shown only on request, fetched when it is asked for or when the page is at rest. What is in it is
//! listed in `xtask/src/parts.rs`. Nothing of it may be called before it is here, so all ways to it lead through [`late`].

use leptos::prelude::*;

use super::dynamic::dynamic;
use super::parts::{Part, Parts, State};
use crate::ui::markup::view;
use crate::word;

/// The rest of the page that the calling component belongs to.
pub fn rest() -> Part {
    Parts::here().rest
}

/// A view that is in the rest: asks for it, and says so while it is on its way or if it did not come. What makes the view is never
/// compiled into its callers.
pub fn late(view: impl Fn() -> AnyView + Send + 'static) -> AnyView {
    lately(Box::new(view))
}

fn lately(view: Box<dyn Fn() -> AnyView + Send>) -> AnyView {
    let rest = rest();
    rest.want();
    dynamic(move || match rest.state() {
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
