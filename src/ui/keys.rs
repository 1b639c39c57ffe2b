//! Keys that work all over the page. Where a control has use for a key itself, the key is the control's.

use leptos::ev::KeyboardEvent;
use leptos::prelude::*;
use wasm_bindgen::JsCast as _;

use super::lab::{Action, Lab};
use super::layout::{Layout, Popped};
use super::panels::toggle_apart;
use super::route::{View, go, view_asked};
use super::session::{Place, Session};
use super::settings::Settings;
use super::step::ways;
use crate::word;
use crate::words::Key;

/// What a key does.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Meaning {
    /// Something done to the run at hand.
    Run(Deed),
    /// Back in the lesson.
    Back,
    /// On in the lesson.
    Next,
    /// Opens the list of futures, or closes it.
    Futures,
    /// Presents, or stops.
    Present,
    /// Takes the run apart, or lets it be whole again.
    TakeApart,
    /// Opens the dialog for sharing.
    Share,
    /// Opens help, or closes it.
    Help,
    /// Closes what lies on top.
    Close,
}

/// What keys can do to a run.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Deed {
    /// Plays or pauses.
    Play,
    /// Goes on by one event.
    Step,
    /// Goes back by one event.
    StepBack,
    /// Takes the last deed back.
    Undo,
    /// Does it again.
    Redo,
    /// Jumps to the next event of the chosen kind.
    JumpOn,
    /// Jumps to the last one before.
    JumpBack,
}

/// A line of the help: keys as their caps show them, and what they do.
pub struct Shortcut {
    /// One or more keys, each of which does it.
    pub caps: &'static [Cap],
    /// What it does.
    pub does: Key,
    /// Whether it is a key without Ctrl that can be switched off.
    pub single: bool,
}

/// What is printed on a key.
pub enum Cap {
    /// A sign, the same in every language.
    Sign(&'static str),
    /// A word.
    Word(Key),
}

/// All shortcuts, in the order of the help.
pub static SHORTCUTS: &[Shortcut] = &[
    Shortcut { caps: &[Cap::Word(word!("key.space"))], does: word!("help.play"), single: false },
    Shortcut { caps: &[Cap::Sign(".")], does: word!("help.step"), single: true },
    Shortcut { caps: &[Cap::Sign(",")], does: word!("help.step-back"), single: true },
    Shortcut { caps: &[Cap::Sign(">")], does: word!("help.jump-next"), single: true },
    Shortcut { caps: &[Cap::Sign("<")], does: word!("help.jump-before"), single: true },
    Shortcut { caps: &[Cap::Sign("F")], does: word!("help.futures"), single: true },
    Shortcut { caps: &[Cap::Sign("[")], does: word!("help.back"), single: true },
    Shortcut { caps: &[Cap::Sign("]")], does: word!("help.next"), single: true },
    Shortcut { caps: &[Cap::Word(word!("key.undo"))], does: word!("help.undo"), single: false },
    Shortcut { caps: &[Cap::Word(word!("key.redo"))], does: word!("help.redo"), single: false },
    Shortcut { caps: &[Cap::Sign("T")], does: word!("help.apart"), single: true },
    Shortcut { caps: &[Cap::Sign("P")], does: word!("help.present"), single: true },
    Shortcut { caps: &[Cap::Sign("S")], does: word!("help.share"), single: true },
    Shortcut { caps: &[Cap::Sign("?")], does: word!("help.help"), single: true },
    Shortcut { caps: &[Cap::Word(word!("key.escape"))], does: word!("help.close"), single: false },
];

/// Listens from now on.
pub fn listen() {
    let (lab, layout, session, settings) = (Lab::here(), Layout::here(), Session::here(), Settings::here());
    window_event_listener_untyped("keydown", move |event| {
        let Ok(event) = event.dyn_into::<KeyboardEvent>() else { return };
        let Some(meaning) = meaning(&event, layout, settings) else { return };
        let done = match meaning {
            Meaning::Run(deed) => run(lab, session, deed),
            Meaning::Back => turn(false),
            Meaning::Next => turn(true),
            Meaning::Present => present(layout, session),
            Meaning::Futures => futures(layout, session),
            Meaning::TakeApart => take_apart(lab, layout, session),
            Meaning::Share => {
                layout.share.set(true);
                true
            }
            Meaning::Help => {
                layout.help.update(|open| *open = !*open);
                true
            }
            Meaning::Close => layout.close_top(),
        };
        if done {
            event.prevent_default();
        }
    });
}

fn meaning(event: &KeyboardEvent, layout: Layout, settings: Settings) -> Option<Meaning> {
    // An open dialog has its keys to itself; it closes with Escape by itself.
    if event.default_prevented() || event.alt_key() || event.is_composing() || layout.has_dialog() {
        return None;
    }
    let key = event.key();
    let target = event.target().and_then(|target| target.dyn_into::<web_sys::Element>().ok());
    let is_in = |selector: &str| {
        target.as_ref().is_some_and(|target| target.closest(selector).is_ok_and(|found| found.is_some()))
    };
    let writes = is_in(WRITES);
    if event.ctrl_key() || event.meta_key() {
        return if writes { None } else { with_ctrl(&key, event.shift_key()) };
    }
    match key.as_str() {
        "Escape" => return Some(Meaning::Close),
        " " if !writes && !is_in(USES_SPACE) => return Some(Meaning::Run(Deed::Play)),
        "PageUp" if layout.presenting.get_untracked() => return Some(Meaning::Back),
        "PageDown" if layout.presenting.get_untracked() => return Some(Meaning::Next),
        _ => {}
    }
    if writes || !settings.single_keys.get_untracked() {
        return None;
    }
    match key.as_str() {
        "." => Some(Meaning::Run(Deed::Step)),
        "," => Some(Meaning::Run(Deed::StepBack)),
        ">" => Some(Meaning::Run(Deed::JumpOn)),
        "<" => Some(Meaning::Run(Deed::JumpBack)),
        "f" | "F" => Some(Meaning::Futures),
        "[" => Some(Meaning::Back),
        "]" => Some(Meaning::Next),
        "t" | "T" => Some(Meaning::TakeApart),
        "p" | "P" => Some(Meaning::Present),
        "s" | "S" => Some(Meaning::Share),
        "?" => Some(Meaning::Help),
        _ => None,
    }
}

/// Where one writes, so that every key is text.
const WRITES: &str = "input:not([type=radio]):not([type=checkbox]):not([type=range]):not([type=button]), textarea, select, [contenteditable]";
/// What the space bar operates by itself.
const USES_SPACE: &str = "a[href], button, input, summary, [role=button], [role=menuitem], [role=slider], [role=option], [role=switch]";

fn with_ctrl(key: &str, shift: bool) -> Option<Meaning> {
    match (key, shift) {
        ("z" | "Z", false) => Some(Meaning::Run(Deed::Undo)),
        ("z" | "Z", true) | ("y", false) => Some(Meaning::Run(Deed::Redo)),
        _ => None,
    }
}

fn run(lab: Lab, session: Session, deed: Deed) -> bool {
    let here = session.place.with_untracked(Option::is_some);
    if here {
        lab.dispatch(match deed {
            Deed::Play => Action::TogglePlay,
            Deed::Step => Action::Step,
            Deed::StepBack => Action::StepBack,
            Deed::Undo => Action::Undo,
            Deed::Redo => Action::Redo,
            Deed::JumpOn => Action::Jump(true),
            Deed::JumpBack => Action::Jump(false),
        });
    }
    here
}

/// Turns a page from where the address is: it is ahead of what is shown when keys come fast.
fn turn(forward: bool) -> bool {
    let View::Run(Place::Step(id)) = view_asked() else { return false };
    let (back, next, _) = ways(id);
    go(if forward { &next } else { &back });
    true
}

fn take_apart(lab: Lab, layout: Layout, session: Session) -> bool {
    let here = session.place.with_untracked(Option::is_some) && !layout.presenting.get_untracked();
    if here {
        toggle_apart(lab, layout);
    }
    here
}

fn futures(layout: Layout, session: Session) -> bool {
    let here = session.place.with_untracked(Option::is_some);
    if here {
        let open = layout.popped.get_untracked() == Some(Popped::Futures);
        layout.popped.set((!open).then_some(Popped::Futures));
    }
    here
}

fn present(layout: Layout, session: Session) -> bool {
    let here = session.place.with_untracked(Option::is_some);
    if here {
        layout.toggle_presenting();
    }
    here
}
