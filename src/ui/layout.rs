//! How the workspace is arranged: presenting or not, and on a narrow screen which panel lies over it.

use leptos::prelude::*;

use super::dynamic::effect;
use crate::ui::signals::RwSignal;

/// The arrangement. A handle: copies are the same.
#[derive(Clone, Copy)]
pub struct Layout {
    /// The network alone, in large type.
    pub presenting: RwSignal<bool>,
    /// The panel that lies over a narrow screen.
    pub sheet: RwSignal<Option<Sheet>>,
    /// On a narrow screen: whether the text has most of the room.
    pub reading: RwSignal<bool>,
    /// While presenting: whether readings and figures stand beside the network.
    pub figures: RwSignal<bool>,
    /// The glossary's term that is open beside the text.
    pub term: RwSignal<Option<&'static str>>,
    /// Which tab of the bottom pane is open.
    pub bottom: RwSignal<BottomTab>,
    /// The panel over the time bar that is open.
    pub popped: RwSignal<Option<Popped>>,
    /// Whether the list of what can happen next takes the focus as soon as it is there.
    pub next_wants_focus: RwSignal<bool>,
    /// Whether help is open.
    pub help: RwSignal<bool>,
    /// Whether the dialog for sharing is open.
    pub share: RwSignal<bool>,
}

/// A panel that a narrow screen shows on request.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Sheet {
    /// The inspector.
    Inspector,
    /// The bottom pane.
    Log,
}

/// A panel that opens over the time bar.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Popped {
    /// Jumps along the run.
    Jumps,
    /// The futures of the run.
    Futures,
}

impl Popped {
    /// The identifier of its button.
    pub fn button_id(self) -> &'static str {
        match self {
            Popped::Jumps => "jumps-button",
            Popped::Futures => "futures-button",
        }
    }

    /// The identifier of the panel.
    pub fn panel_id(self) -> &'static str {
        match self {
            Popped::Jumps => "jumps",
            Popped::Futures => "futures",
        }
    }
}

/// A tab of the bottom pane.
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug)]
pub enum BottomTab {
    /// What happened, as sentences.
    #[default]
    Log,
    /// What happened, as a diagram of space and time.
    Diagram,
    /// What may happen next.
    Next,
}

impl BottomTab {
    /// As style sheets and tests call it.
    pub fn name(self) -> &'static str {
        match self {
            BottomTab::Log => "log",
            BottomTab::Diagram => "diagram",
            BottomTab::Next => "next",
        }
    }
}

impl Sheet {
    /// As the style sheet calls it.
    pub fn name(self) -> &'static str {
        match self {
            Sheet::Inspector => "inspector",
            Sheet::Log => "log",
        }
    }
}

impl Layout {
    /// As the page begins.
    pub fn new() -> Layout {
        let layout = Layout {
            presenting: RwSignal::new(false),
            sheet: RwSignal::new(None),
            reading: RwSignal::new(false),
            figures: RwSignal::new(false),
            term: RwSignal::new(None),
            bottom: RwSignal::new(BottomTab::default()),
            popped: RwSignal::new(None),
            next_wants_focus: RwSignal::new(false),
            help: RwSignal::new(false),
            share: RwSignal::new(false),
        };
        // Type grows with the root element, so that every size given in rem follows.
        effect(move || {
            if let Some(root) = document().document_element() {
                let _ = root.toggle_attribute_with_force("data-present", layout.presenting.get());
            }
        });
        layout
    }

    /// That of the page that the calling component belongs to.
    pub fn here() -> Layout {
        expect_context()
    }

    /// Whether a dialog is open, which has all keys to itself.
    pub fn has_dialog(self) -> bool {
        self.help.get_untracked() || self.share.get_untracked()
    }

    /// Presents, or stops.
    pub fn toggle_presenting(self) {
        self.presenting.update(|presenting| *presenting = !*presenting);
        self.term.set(None);
        self.sheet.set(None);
    }

    /// Opens a panel over a narrow screen, or closes it.
    pub fn toggle_sheet(self, sheet: Sheet) {
        self.sheet.update(|open| *open = if *open == Some(sheet) { None } else { Some(sheet) });
    }

    /// Closes what lies on top. False if nothing does.
    pub fn close_top(self) -> bool {
        if self.popped.get_untracked().is_some() {
            self.popped.set(None);
        } else if self.term.get_untracked().is_some() {
            self.term.set(None);
        } else if self.sheet.get_untracked().is_some() {
            self.sheet.set(None);
        } else if self.presenting.get_untracked() {
            self.presenting.set(false);
        } else {
            return false;
        }
        true
    }
}

impl Default for Layout {
    fn default() -> Layout {
        Layout::new()
    }
}
