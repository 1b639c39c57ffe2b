//! What the value of a part does to its element.

use wasm_bindgen::{JsCast as _, JsValue};
use web_sys::{Element, HtmlElement};

use super::Shown;

/// What applies a value to an element, under a name.
pub(super) type Apply = fn(&Element, &str, &Shown);

/// What applies the values of a kind, by the letter that it is listed under.
pub(super) fn of_kind(letter: &str) -> Apply {
    match letter {
        "p" => property,
        "c" => class,
        "s" => style,
        "h" => html,
        _ => attribute,
    }
}

/// Properties that are true or false.
const FLAGS: [&str; 2] = ["checked", "selected"];

fn attribute(element: &Element, name: &str, value: &Shown) {
    // Names are those of the source: the browser does not refuse them.
    let _ = match value {
        Some(text) => element.set_attribute(name, text),
        None => element.remove_attribute(name),
    };
}

fn property(element: &Element, name: &str, value: &Shown) {
    let value = if FLAGS.contains(&name) {
        JsValue::from_bool(value.is_some())
    } else {
        JsValue::from_str(value.as_deref().unwrap_or_default())
    };
    let _ = js_sys::Reflect::set(element, &JsValue::from_str(name), &value);
}

fn class(element: &Element, name: &str, value: &Shown) {
    let _ = element.class_list().toggle_with_force(name, value.is_some());
}

fn style(element: &Element, name: &str, value: &Shown) {
    let style = element.unchecked_ref::<HtmlElement>().style();
    let _ = style.set_property(name, value.as_deref().unwrap_or_default());
}

fn html(element: &Element, _name: &str, value: &Shown) {
    element.set_inner_html(value.as_deref().unwrap_or_default());
}
