//! What happens when the program itself fails: a banner over the page, the error in the console, and no more frames.

use std::sync::atomic::{AtomicBool, Ordering::Relaxed};

use leptos::prelude::document;

use crate::words::Key;

static CRASHED: AtomicBool = AtomicBool::new(false);

/// Whether the program has failed. Whoever asks for animation frames asks this first.
pub fn crashed() -> bool {
    CRASHED.load(Relaxed)
}

/// From now on a panic shows the banner. Call it first of all.
pub fn watch() {
    std::panic::set_hook(Box::new(|info| {
        console_error_panic_hook::hook(info);
        if !CRASHED.swap(true, Relaxed) {
            show_banner();
        }
    }));
}

/// Plain HTML that needs nothing of the program any more. Nothing in here may panic.
fn show_banner() {
    let Ok(banner) = document().create_element("div") else { return };
    let text = |key: Key| key.text();
    banner.set_inner_html(&format!(
        "<h2>{}</h2><p>{}</p><button onclick=\"location.reload()\">{}</button>",
        text(crate::word!("crash.title")),
        text(crate::word!("crash.text")),
        text(crate::word!("crash.reload")),
    ));
    let _ = banner.set_attribute("class", "crash");
    let _ = banner.set_attribute("role", "alertdialog");
    if let Some(body) = document().body() {
        let _ = body.append_child(&banner);
    }
}
