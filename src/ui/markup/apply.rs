//! What the value of a part does to its element.

use wasm_bindgen::{JsCast as _, JsValue};
use web_sys::{Element, HtmlElement};

use super::Shown;

/// Properties that are true or false.
const FLAGS: [&str; 2] = ["checked", "selected"];

pub(super) fn attribute(element: &Element, name: &str, value: &Shown) {
    // Names are those of the source: the browser does not refuse them.
    let _ = match value {
        Some(text) => element.set_attribute(name, text),
        None => element.remove_attribute(name),
    };
}

pub(super) fn property(element: &Element, name: &str, value: &Shown) {
    let value = if FLAGS.contains(&name) {
        JsValue::from_bool(value.is_some())
    } else {
        JsValue::from_str(value.as_deref().unwrap_or_default())
    };
    let _ = js_sys::Reflect::set(element, &JsValue::from_str(name), &value);
}

pub(super) fn class(element: &Element, name: &str, value: &Shown) {
    let _ = element.class_list().toggle_with_force(name, value.is_some());
}

pub(super) fn style(element: &Element, name: &str, value: &Shown) {
    let style = element.unchecked_ref::<HtmlElement>().style();
    let _ = style.set_property(name, value.as_deref().unwrap_or_default());
}

pub(super) fn html(element: &Element, _name: &str, value: &Shown) {
    element.set_inner_html(value.as_deref().unwrap_or_default());
}
