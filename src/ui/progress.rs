//! Keeps a learner's progress in the browser. Without storage all works, and the page says so once; what cannot be read is
//! put aside, not overwritten.

use leptos::prelude::*;

use super::notices::Notices;
use super::storage::{self, Refusal};
use crate::share::progress::{Progress, StepProgress};
use crate::ui::signals::{RwSignal, StoredValue};
use crate::{phrase, word};

const KEY: &str = "netsplit.progress";
/// How many unreadable texts are put aside before the oldest is given up.
const ASIDE_AT_MOST: usize = 5;

/// The progress and its place in the browser. A handle: copies are the same.
#[derive(Clone, Copy)]
pub struct Keeper {
    progress: RwSignal<Progress>,
    notices: Notices,
    refused: StoredValue<bool>,
}

impl Keeper {
    /// With what was kept.
    pub fn read(notices: Notices) -> Keeper {
        let keeper = Keeper {
            progress: RwSignal::new(Progress::default()),
            notices,
            refused: StoredValue::new(false),
        };
        if !storage::is_there() {
            keeper.say_refused(Refusal::Forbidden);
        } else if let Some(text) = storage::read(KEY) {
            match Progress::from_text(&text) {
                Ok(progress) => keeper.progress.set(progress),
                Err(why) => keeper.put_aside(&text, &why),
            }
        }
        keeper
    }

    /// That of the page that the calling component belongs to.
    pub fn here() -> Keeper {
        expect_context()
    }

    /// Reads it, and hears of changes.
    pub fn with<T>(self, read: impl FnOnce(&Progress) -> T) -> T {
        self.progress.with(read)
    }

    /// Reads what is kept of a step, and hears of changes.
    pub fn with_step<T>(self, key: &str, read: impl FnOnce(&StepProgress) -> T) -> T {
        self.progress.with(|progress| match progress.step(key) {
            Some(step) => read(step),
            None => read(&StepProgress::default()),
        })
    }

    /// Changes what is kept of a step; false from `change` means that nothing changed.
    pub fn change_step(self, key: &str, change: impl FnOnce(&mut StepProgress) -> bool) {
        let mut next = self.progress.get_untracked();
        if change(next.step_mut(key)) {
            self.keep(next);
        }
    }

    /// Notes where the learner is.
    pub fn note_place(self, address: String) {
        let mut next = self.progress.get_untracked();
        if next.last.as_ref() != Some(&address) {
            next.last = Some(address);
            self.keep(next);
        }
    }

    /// Forgets all of it.
    pub fn forget(self) {
        storage::remove(KEY);
        self.progress.set(Progress::default());
    }

    fn keep(self, progress: Progress) {
        if let Err(refusal) = storage::write(KEY, &progress.to_text()) {
            self.say_refused(refusal);
        }
        self.progress.set(progress);
    }

    fn say_refused(self, refusal: Refusal) {
        if !self.refused.get_value() {
            self.refused.set_value(true);
            self.notices.say(match refusal {
                Refusal::Forbidden => word!("page.storage-refused").text(),
                Refusal::Full => word!("page.storage-full").text(),
            });
        }
    }

    fn put_aside(self, text: &str, why: &str) {
        let name = |number: usize| format!("{KEY}.unreadable-{number}");
        let key = (1..ASIDE_AT_MOST)
            .map(name)
            .find(|key| storage::read(key).is_none_or(|aside| aside == text))
            .unwrap_or_else(|| name(ASIDE_AT_MOST));
        match storage::write(&key, text) {
            Ok(()) => {
                storage::remove(KEY);
                self.notices.say(phrase!("page.storage-unreadable", why = why, key = key).to_string());
            }
            Err(refusal) => self.say_refused(refusal),
        }
    }
}
