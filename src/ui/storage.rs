//! The browser's local storage. It may be absent, full or forbidden: then this says so and nothing else happens.

use leptos::prelude::window;
use web_sys::Storage;

/// What the storage holds under a key, if it can be asked.
pub fn read(key: &str) -> Option<String> {
    storage()?.get_item(key).ok()?
}

/// Keeps a text under a key.
pub fn write(key: &str, text: &str) -> Result<(), Refusal> {
    storage().ok_or(Refusal::Forbidden)?.set_item(key, text).map_err(|_| Refusal::Full)
}

/// Forgets a key.
pub fn remove(key: &str) {
    if let Some(storage) = storage() {
        // To forget what cannot be reached is no loss.
        let _ = storage.remove_item(key);
    }
}

/// Why something could not be kept.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Refusal {
    /// There is no storage for this page.
    Forbidden,
    /// There is no room.
    Full,
}

/// Whether there is a storage at all.
pub fn is_there() -> bool {
    storage().is_some()
}

fn storage() -> Option<Storage> {
    window().local_storage().ok().flatten()
}
