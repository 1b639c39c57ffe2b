//! The button for the futures of the run. What is in its panel is in [`super::branches`].

use leptos::prelude::*;

use crate::ui::announce::announce;
use crate::ui::dynamic::effect;
use crate::ui::lab::Lab;
use crate::ui::layout::Popped;
use crate::ui::markup::view;
use crate::ui::notices::Notices;
use crate::ui::rest::late;
use crate::ui::signals::StoredValue;
use crate::{phrase, word};

use super::parts::watched;
use super::popped::Popping;
use super::{branches, icons};

/// The button of the time bar, and the panel that it opens.
#[component]
pub(super) fn Branches() -> impl IntoView {
    let lab = Lab::here();
    tell_of_changes(lab);
    let count = watched(lab, |timeline| timeline.branches().len());
    let count = move || count.get().unwrap_or(1);
    let name = Signal::derive(move || phrase!("future.button", n = count()).to_string());
    let shown = Signal::derive(move || if count() > 1 { count().to_string() } else { String::new() });
    view! {
        <Popping
            which=Popped::Futures
            test="futures"
            icon=icons::FUTURES
            name=name
            count=shown
            title=word!("future.title")
            content=|| late(branches::panel)
        />
    }
}

/// Says when what one saw is kept as a future of its own, and when a future had to make room for another.
fn tell_of_changes(lab: Lab) {
    let notices = expect_context::<Notices>();
    let counts = watched(lab, |timeline| (timeline.branches().len(), timeline.let_go()));
    let known = StoredValue::new((0, (0, 0)));
    effect(move || {
        let (opened, (kept, let_go)) = (lab.opened.get(), counts.get().unwrap_or_default());
        let (of, (kept_before, let_go_before)) = known.get_value();
        if of == opened && kept > kept_before {
            announce(phrase!("future.kept", n = kept).to_string());
        }
        if of == opened && let_go > let_go_before {
            notices.say(word!("future.let-go").text());
        }
        known.set_value((opened, (kept, let_go)));
    });
}
