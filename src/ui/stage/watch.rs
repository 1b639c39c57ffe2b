//! Watches what the picture depends on and no signal tells: the pane's size, the page's theme and type, the watcher's wish for
//! less motion. It stops when it is dropped.

use wasm_bindgen::closure::Closure;
use wasm_bindgen::{JsCast as _, JsValue};
use web_sys::{
    EventTarget, HtmlElement, MediaQueryList, MutationObserver, MutationObserverInit, ResizeObserver,
};

use leptos::prelude::{document, window};

use super::painter::page_root;

/// A watch that is kept.
pub struct Watch {
    size: ResizeObserver,
    theme: MutationObserver,
    targets: Vec<(EventTarget, &'static str)>,
    called: Closure<dyn FnMut(JsValue)>,
}

impl Watch {
    /// Calls whenever something changed. None if the browser lacks the means.
    pub fn new(root: &HtmlElement, changed: impl Fn() + 'static) -> Option<Watch> {
        let called: Closure<dyn FnMut(JsValue)> = Closure::new(move |_| changed());
        let call = called.as_ref().unchecked_ref();
        let size = ResizeObserver::new(call).ok()?;
        size.observe(root);
        let theme = MutationObserver::new(call).ok()?;
        let attributes = MutationObserverInit::new();
        attributes.set_attributes(true);
        let filter: js_sys::Array = ["data-theme", "data-present", "style", "class"]
            .iter()
            .map(|name| JsValue::from_str(name))
            .collect();
        attributes.set_attribute_filter(&filter);
        let page: web_sys::Element = page_root()?;
        theme.observe_with_options(page.as_ref(), &attributes).ok()?;
        let mut targets: Vec<(EventTarget, &'static str)> = Vec::new();
        for query in ["(prefers-reduced-motion: reduce)", "(prefers-color-scheme: dark)"] {
            let list: Option<MediaQueryList> = window().match_media(query).ok().flatten();
            targets.extend(list.map(|list| (list.into(), "change")));
        }
        // A font that comes late is drawn when it is there.
        targets.push((document().fonts().into(), "loadingdone"));
        targets.push((window().into(), "resize"));
        for (target, event) in &targets {
            let _ = target.add_event_listener_with_callback(event, call);
        }
        Some(Watch { size, theme, targets, called })
    }
}

impl Drop for Watch {
    fn drop(&mut self) {
        self.size.disconnect();
        self.theme.disconnect();
        for (target, event) in &self.targets {
            let _ = target.remove_event_listener_with_callback(event, self.called.as_ref().unchecked_ref());
        }
    }
}
