//! The inside of the worker: takes messages in and answers them. Nothing else of the page is in the worker.

use js_sys::{Array, Function};
use wasm_bindgen::prelude::Closure;
use wasm_bindgen::{JsCast as _, JsValue};
use web_sys::{DedicatedWorkerGlobalScope, MessageEvent};

use crate::share::jobs;

/// Answers messages from now on.
pub fn listen() {
    let Ok(scope) = js_sys::global().dyn_into::<DedicatedWorkerGlobalScope>() else { return };
    let port = scope.clone();
    let answer = Closure::<dyn FnMut(MessageEvent)>::new(move |event: MessageEvent| {
        let message = Array::from(&event.data());
        let text = |index: u32| message.get(index).as_string().unwrap_or_default();
        let (done, text) = match jobs::run(&text(1), &text(2)) {
            Ok(text) => (true, text),
            Err(what) => (false, what),
        };
        let reply = Array::of3(&message.get(0), &done.into(), &text.into());
        // The page that asked may be gone; then nobody waits.
        let _ = port.post_message(&reply);
    });
    scope.set_onmessage(Some(answer.as_ref().unchecked_ref::<Function>()));
    answer.forget();
    let _ = scope.post_message(&JsValue::from_str("ready"));
}
