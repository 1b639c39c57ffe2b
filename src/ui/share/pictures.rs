//! The pictures of the page that can be saved. Whoever shows one offers it here.

use std::rc::Rc;

use leptos::prelude::*;

use super::hands;
use crate::ui::signals::StoredValue;

/// A picture of the page.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Shown {
    /// The network.
    Stage,
    /// The space-time diagram.
    Diagram,
}

/// Writes a picture with this title as SVG, if there is something to be seen.
type Write = Rc<dyn Fn(&str) -> Option<String>>;

/// A picture that is on the page.
#[derive(Clone)]
struct Offered {
    shown: Shown,
    write: Write,
    /// Which canvases it is on, one upon the other.
    canvases: &'static str,
}

/// All pictures that are on the page. A handle: copies are the same.
#[derive(Clone, Copy)]
pub struct Pictures(StoredValue<Vec<Offered>>);

impl Pictures {
    /// None yet. Provide it as context once.
    pub fn new() -> Pictures {
        Pictures(StoredValue::new(Vec::new()))
    }

    /// Those of the page that the calling component belongs to.
    pub fn here() -> Pictures {
        expect_context()
    }

    /// Offers a picture in place of the one of its kind that was there: how it is written as SVG, and which canvases it is on.
    pub fn offer(
        self,
        shown: Shown,
        canvases: &'static str,
        write: impl Fn(&str) -> Option<String> + 'static,
    ) {
        self.0.update_value(|all| {
            all.retain(|offered| offered.shown != shown);
            all.push(Offered { shown, write: Rc::new(write), canvases });
        });
    }

    /// Takes a picture back, because it is no longer shown.
    pub fn take_back(self, shown: Shown) {
        self.0.try_update_value(|all| all.retain(|offered| offered.shown != shown));
    }

    /// Whether a picture is on the page.
    pub fn has(self, shown: Shown) -> bool {
        self.0.with_value(|all| all.iter().any(|offered| offered.shown == shown))
    }

    /// A picture as SVG.
    pub fn svg(self, shown: Shown, title: &str) -> Option<String> {
        self.find(shown).and_then(|offered| (offered.write)(title))
    }

    /// Saves a picture as PNG. Says whether there was something to save.
    pub fn save_png(self, shown: Shown, name: String) -> bool {
        self.find(shown).is_some_and(|offered| hands::save_png(name, offered.canvases))
    }

    fn find(self, shown: Shown) -> Option<Offered> {
        self.0.with_value(|all| all.iter().find(|offered| offered.shown == shown).cloned())
    }
}

impl Default for Pictures {
    fn default() -> Pictures {
        Pictures::new()
    }
}
