//! What `view!` makes: a text of HTML with holes, and the parts that fill them. The browser makes the elements from the text;
//! whatever changes does so through here, whichever view it belongs to, so that the code for it is compiled once and not once
//! a view. How holes are written is told in the `markup` crate, which holds the macro.

mod apply;
mod convert;
mod template;

use std::borrow::Cow;
use std::marker::PhantomData;

use leptos::ev::EventDescriptor;
use leptos::html::ElementType;
use leptos::prelude::*;
use leptos::tachys::html::node_ref::NodeRefContainer;
use send_wrapper::SendWrapper;
use wasm_bindgen::JsCast;
use web_sys::{Element, Event};

pub use self::convert::{IntoChild, IntoValue};
pub use ::markup::view;

/// A text that may be absent. A flag is set when it is there.
pub type Shown = Option<Cow<'static, str>>;

/// A text of HTML and, in the order of its holes, what is bound to them.
pub struct Parts {
    html: &'static str,
    parts: Vec<Part>,
}

/// Something bound to a hole.
pub enum Part {
    /// A text that stays.
    Fixed(Shown),
    /// A text that is read again whenever something changes that it depends on.
    Live(Box<dyn Read>),
    /// A view.
    View(AnyView),
    /// What happens on an event.
    Act(Box<dyn Act>),
    /// What is handed the element.
    Reference(Box<dyn FnOnce(&Element)>),
}

/// What a text is read from. A trait of its own, as the table of a boxed closure holds code that nobody calls.
pub trait Read {
    /// Reads it.
    fn read(&mut self) -> Shown;
}

/// What happens on an event.
pub trait Act {
    /// Lets it happen.
    fn act(&mut self, event: Event);
}

struct Listener<E, F> {
    act: F,
    event: PhantomData<fn(E)>,
}

impl<E: JsCast, F: FnMut(E)> Act for Listener<E, F> {
    fn act(&mut self, event: Event) {
        (self.act)(event.unchecked_into());
    }
}

impl Parts {
    /// A text whose holes are yet to be filled.
    pub fn of(html: &'static str) -> Parts {
        Parts { html, parts: Vec::new() }
    }

    /// The value of an attribute, a property, a class, a style, or the whole content.
    pub fn value(&mut self, value: impl IntoValue) {
        self.add(value.into_value());
    }

    /// What stands in the hole.
    pub fn child(&mut self, child: impl IntoChild) {
        self.add(child.into_child());
    }

    /// What happens on an event.
    pub fn listener<E>(&mut self, _event: E, act: impl FnMut(E::EventType) + 'static)
    where
        E: EventDescriptor,
        E::EventType: JsCast + 'static,
    {
        self.add(Part::Act(Box::new(Listener { act, event: PhantomData })));
    }

    /// Hands the element to a reference.
    pub fn reference<E>(&mut self, reference: NodeRef<E>)
    where
        E: ElementType,
        E::Output: JsCast + Clone + 'static,
        NodeRef<E>: NodeRefContainer<E>,
    {
        self.add(Part::Reference(Box::new(move |element| reference.load(element))));
    }

    /// The view of one element with what is in it.
    pub fn into_view(self) -> AnyView {
        template::Markup::new(self).into_any()
    }

    #[inline(never)]
    fn add(&mut self, part: Part) {
        self.parts.push(part);
    }
}

/// Several views, one after the other.
pub fn together(views: Vec<AnyView>) -> AnyView {
    views.into_any()
}

/// A view without an element of its own.
pub fn alone(child: impl IntoChild) -> AnyView {
    match child.into_child() {
        Part::View(view) => view,
        Part::Fixed(text) => text.map(Cow::into_owned).unwrap_or_default().into_any(),
        Part::Live(read) => {
            // There is one thread: the wrapper only says so to the compiler.
            let mut read = SendWrapper::new(read);
            super::dynamic::dynamic(move || read.read().map(Cow::into_owned).unwrap_or_default().into_any())
        }
        Part::Act(_) | Part::Reference(_) => ().into_any(),
    }
}
