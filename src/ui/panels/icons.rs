//! Icons of the buttons, drawn on a board of 24 by 24.

use leptos::prelude::*;

use crate::ui::markup::view;

/// An icon that a path makes. It says nothing to a screen reader: its button has a name.
#[component]
pub(super) fn Icon(
    /// The path's data.
    #[prop(into)]
    path: Signal<&'static str>,
) -> impl IntoView {
    view! {
        <svg class="icon" viewBox="0 0 24 24" width="24" height="24" aria-hidden="true">
            <path d=move || path.get()></path>
        </svg>
    }
}

pub(super) const PLAY: &str = "M7 4.5v15l12-7.5z";
pub(super) const PAUSE: &str = "M6 5h4v14H6zM14 5h4v14h-4z";
pub(super) const STEP: &str = "M5 6v12l9-6zM16 6h2.5v12H16z";
pub(super) const STEP_BACK: &str = "M19 6v12l-9-6zM5.500 6H8v12H5.500z";
pub(super) const RESET: &str =
    "M12 5V1.500L6.500 6.500 12 11.500V7.500a5.500 5.500 0 1 1-5.500 5.500H4a8 8 0 1 0 8-8z";
pub(super) const UNDO: &str =
    "M9 5 3.500 10 9 15v-3.500h5a3.250 3.250 0 0 1 0 6.500H9V20.500h5a5.750 5.750 0 0 0 0-11.500H9z";
pub(super) const REDO: &str =
    "M15 5l5.500 5L15 15v-3.500h-5a3.250 3.250 0 0 0 0 6.500h5v2.500h-5a5.750 5.750 0 0 1 0-11.500h5z";
pub(super) const JUMP: &str = "M4 6v12l7-6zM11.500 6v12l7-6zM18.500 6H21v12h-2.500z";
pub(super) const JUMP_BACK: &str = "M20 6v12l-7-6zM12.500 6v12l-7-6zM3 6h2.500v12H3z";
pub(super) const FUTURES: &str = "M3 10.750h5.500C12 10.750 12 4.750 15.500 4.750H17V2l5 4-5 4V7.250h-1.500c-2 0-2.250 3.750-4.250 4.750 2 1 2.250 4.750 4.250 4.750H17V14l5 4-5 4v-2.750h-1.500c-3.500 0-3.500-6-7-6H3z";
pub(super) const PENCIL: &str =
    "M4 16.500V20h3.500L17.750 9.750l-3.500-3.500zM15.500 5l3.500 3.500L20.750 6.750l-3.500-3.500z";
pub(super) const APART: &str =
    "M4 4.500h9V7H4zM4 10.750h5.500v2.500H4zM4 17h9v2.500H4zM13 8l7 4-7 4v-2.750h-1.500v-2.500H13z";
pub(super) const CLOSE: &str = "M6.400 5 12 10.600 17.600 5 19 6.400 13.400 12l5.600 5.600-1.400 1.400-5.600-5.600L6.400 19 5 17.600l5.600-5.600L5 6.400z";
