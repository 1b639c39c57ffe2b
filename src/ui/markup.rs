//! What `view!` makes: a text of HTML with holes, and the parts that fill them. The browser makes the elements from the text;
//! whatever changes does so through here, whichever view it belongs to, so that the code for it is compiled once and not once
//! a view. How holes are written is told in the `markup` crate, which holds the macro.

mod apply;
mod convert;
mod template;

use std::borrow::Cow;

use leptos::ev::EventDescriptor;
use leptos::html::ElementType;
use leptos::prelude::*;
use leptos::tachys::html::node_ref::NodeRefContainer;
use send_wrapper::SendWrapper;
use wasm_bindgen::JsCast;
use wasm_bindgen::prelude::Closure;
use web_sys::{Element, Event};

pub use self::convert::{IntoChild, IntoValue};
pub use ::markup::view;

/// A text that may be absent. A flag is set when it is there.
pub type Shown = Option<Cow<'static, str>>;

type Read = Box<dyn FnMut() -> Shown>;

/// Something bound to a hole.
pub struct Part {
    hole: u16,
    what: What,
}

/// A value that stays, or one that is read again whenever something changes that it depends on.
pub enum Value {
    /// It stays.
    Fixed(Shown),
    /// It is read again.
    Live(Read),
}

/// What can stand between tags.
pub enum Child {
    /// A text.
    Text(Value),
    /// Anything else.
    View(AnyView),
}

enum What {
    /// How a value is applied to the element, under which name, and the value.
    Value(fn(&Element, &str, &Shown), &'static str, Value),
    Listener(Cow<'static, str>, Closure<dyn FnMut(Event)>),
    Reference(Box<dyn FnOnce(&Element)>),
    Child(Child),
}

/// A view of one element with what is in it.
pub fn markup(html: &'static str, parts: Vec<Part>) -> AnyView {
    template::Markup::new(html, parts).into_any()
}

/// Several views, one after the other.
pub fn together(views: Vec<AnyView>) -> AnyView {
    views.into_any()
}

/// A view without an element of its own.
pub fn alone(child: impl IntoChild) -> AnyView {
    match child.into_child() {
        Child::View(view) => view,
        Child::Text(Value::Fixed(text)) => text.map(Cow::into_owned).unwrap_or_default().into_any(),
        Child::Text(Value::Live(read)) => {
            // There is one thread: the wrapper only says so to the compiler.
            let mut read = SendWrapper::new(read);
            super::dynamic::dynamic(move || read().map(Cow::into_owned).unwrap_or_default().into_any())
        }
    }
}

/// An attribute: absent, or with a text.
pub fn attribute(hole: u16, name: &'static str, value: impl IntoValue) -> Part {
    Part { hole, what: What::Value(apply::attribute, name, value.into_value()) }
}

/// A property of the element: true or false if it is a flag, else a text.
pub fn property(hole: u16, name: &'static str, value: impl IntoValue) -> Part {
    Part { hole, what: What::Value(apply::property, name, value.into_value()) }
}

/// A class that the element has while the value is there.
pub fn class(hole: u16, name: &'static str, value: impl IntoValue) -> Part {
    Part { hole, what: What::Value(apply::class, name, value.into_value()) }
}

/// A property of the element's own style.
pub fn style(hole: u16, name: &'static str, value: impl IntoValue) -> Part {
    Part { hole, what: What::Value(apply::style, name, value.into_value()) }
}

/// All that is in the element, as HTML that the project itself has written.
pub fn html(hole: u16, value: impl IntoValue) -> Part {
    Part { hole, what: What::Value(apply::html, "", value.into_value()) }
}

/// What happens on an event.
pub fn listener<E>(hole: u16, event: E, mut act: impl FnMut(E::EventType) + 'static) -> Part
where
    E: EventDescriptor,
    E::EventType: wasm_bindgen::JsCast,
{
    Part { hole, what: listen(event.name(), Box::new(move |event| act(event.unchecked_into()))) }
}

/// What acts finds the contexts of the component that it was written in.
fn listen(name: Cow<'static, str>, mut act: Box<dyn FnMut(Event)>) -> What {
    let owner = Owner::current();
    let act: Box<dyn FnMut(Event)> = Box::new(move |event| match &owner {
        Some(owner) => owner.with(|| act(event)),
        None => act(event),
    });
    What::Listener(name, Closure::wrap(act))
}

/// Hands the element to a reference.
pub fn reference<E>(hole: u16, reference: NodeRef<E>) -> Part
where
    E: ElementType,
    E::Output: wasm_bindgen::JsCast + Clone + 'static,
    NodeRef<E>: NodeRefContainer<E>,
{
    Part { hole, what: What::Reference(Box::new(move |element| reference.load(element))) }
}

/// What stands in the hole.
pub fn child(hole: u16, child: impl IntoChild) -> Part {
    Part { hole, what: What::Child(child.into_child()) }
}
