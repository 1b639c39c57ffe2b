//! A view of one element: made from its text and parts, changed in place by a later view of the same text.

use std::borrow::Cow;
use std::cell::RefCell;

use leptos::prelude::*;
use leptos::reactive::effect::RenderEffect;
use leptos::tachys::html::attribute::Attribute;
use leptos::tachys::html::attribute::any_attribute::AnyAttribute;
use leptos::tachys::hydration::Cursor;
use leptos::tachys::view::add_attr::AddAnyAttr;
use leptos::tachys::view::any_view::AnyViewState;
use leptos::tachys::view::{Mountable, Position, PositionState, Render, RenderHtml};
use send_wrapper::SendWrapper;
use wasm_bindgen::JsCast as _;
use wasm_bindgen::prelude::Closure;
use web_sys::{DocumentFragment, Element, Event, HtmlTemplateElement, Node, Text};

use super::{Child, Part, Shown, Value, What};

/// Finds the holes of a text.
const HOLES: &str = "[_]";

thread_local! {
    /// The texts that were made into elements already, by their addresses: each is read by the browser once.
    static TEMPLATES: RefCell<Vec<(*const u8, DocumentFragment)>> = const { RefCell::new(Vec::new()) };
}

/// A view of one element. There is one thread: the wrapper only says so to the compiler.
pub(super) struct Markup(SendWrapper<(&'static str, Vec<Part>)>);

/// What became of it.
pub(super) struct Mounted {
    html: &'static str,
    root: Element,
    bound: Vec<Bound>,
}

/// A part in its place. What it holds ends with it.
enum Bound {
    Value { element: Element, live: Option<RenderEffect<()>> },
    Listener { element: Element, name: Cow<'static, str>, closure: Closure<dyn FnMut(Event)> },
    Reference(Element),
    Text { node: Text, live: Option<RenderEffect<()>> },
    View(AnyViewState),
}

impl Markup {
    pub(super) fn new(html: &'static str, parts: Vec<Part>) -> Markup {
        Markup(SendWrapper::new((html, parts)))
    }
}

impl Render for Markup {
    type State = Mounted;

    fn build(self) -> Mounted {
        let (html, parts) = self.0.take();
        let fragment = instance(html);
        let root = fragment.first_element_child().expect("the macro writes one element");
        let holes = fragment.query_selector_all(HOLES).expect("the selector is well formed");
        let bind = |part: Part| {
            let hole = holes.get(u32::from(part.hole)).expect("the macro counts the holes");
            hole.unchecked_ref::<Element>().remove_attribute("_").expect("an attribute can be removed");
            bind(part.what, hole.unchecked_into())
        };
        Mounted { html, bound: parts.into_iter().map(bind).collect(), root }
    }

    fn rebuild(self, state: &mut Mounted) {
        let (html, parts) = &*self.0;
        // The same text at the same address comes from the same place in the source, and has the same parts.
        if html.as_ptr() != state.html.as_ptr() || parts.len() != state.bound.len() {
            let mut new = self.build();
            state.insert_before_this(&mut new);
            state.unmount();
            *state = new;
            return;
        }
        let (_, parts) = self.0.take();
        let bound = std::mem::take(&mut state.bound);
        state.bound = bound.into_iter().zip(parts).map(|(bound, part)| rebind(bound, part.what)).collect();
    }
}

/// New elements of a text.
fn instance(html: &'static str) -> DocumentFragment {
    TEMPLATES.with_borrow_mut(|templates| {
        let known = templates.iter().position(|(address, _)| *address == html.as_ptr());
        let index = known.unwrap_or_else(|| {
            templates.push((html.as_ptr(), template(html)));
            templates.len() - 1
        });
        let copy = templates[index].1.clone_node_with_deep(true).expect("elements can be copied");
        copy.unchecked_into()
    })
}

fn template(html: &str) -> DocumentFragment {
    let template = document().create_element("template").expect("every browser has templates");
    template.set_inner_html(html);
    template.unchecked_into::<HtmlTemplateElement>().content()
}

fn bind(what: What, element: Element) -> Bound {
    match what {
        What::Value(apply, name, value) => Bound::Value { live: show(apply, name, value, &element), element },
        What::Listener(name, closure) => listen(element, name, closure),
        What::Reference(load) => {
            load(&element);
            Bound::Reference(element)
        }
        What::Child(Child::Text(value)) => {
            let node = document().create_text_node("");
            let _ = element.replace_with_with_node_1(&node);
            let live = show_text(&node, value);
            Bound::Text { node, live }
        }
        What::Child(Child::View(view)) => {
            let mut state = view.build();
            if let Some(parent) = element.parent_node() {
                state.mount(parent.unchecked_ref(), Some(&element));
            }
            element.remove();
            Bound::View(state)
        }
    }
}

/// Puts a part in the place of the one before, which comes from the same place in the source.
fn rebind(before: Bound, what: What) -> Bound {
    match (before, what) {
        (Bound::View(mut state), What::Child(Child::View(view))) => {
            view.rebuild(&mut state);
            Bound::View(state)
        }
        (Bound::Text { node, live }, What::Child(Child::Text(value))) => {
            drop(live);
            let live = show_text(&node, value);
            Bound::Text { node, live }
        }
        (Bound::Value { element, live }, what) => {
            drop(live);
            bind(what, element)
        }
        (Bound::Listener { element, name, closure }, what) => {
            let _ = element.remove_event_listener_with_callback(&name, closure.as_ref().unchecked_ref());
            bind(what, element)
        }
        (Bound::Reference(element), what) => bind(what, element),
        // One expression gives either texts or views.
        (before, _) => before,
    }
}

fn listen(element: Element, name: Cow<'static, str>, closure: Closure<dyn FnMut(Event)>) -> Bound {
    let _ = element.add_event_listener_with_callback(&name, closure.as_ref().unchecked_ref());
    Bound::Listener { element, name, closure }
}

/// Applies a value, and again whenever it changes.
fn show(
    apply: fn(&Element, &str, &Shown),
    name: &'static str,
    value: Value,
    element: &Element,
) -> Option<RenderEffect<()>> {
    let element = element.clone();
    follow(value, Box::new(move |shown| apply(&element, name, shown)))
}

fn show_text(node: &Text, value: Value) -> Option<RenderEffect<()>> {
    let node = node.clone();
    follow(value, Box::new(move |shown| node.set_data(shown.as_deref().unwrap_or_default())))
}

fn follow(value: Value, apply: Box<dyn Fn(&Shown)>) -> Option<RenderEffect<()>> {
    let mut read = match value {
        Value::Fixed(shown) => {
            apply(&shown);
            return None;
        }
        Value::Live(read) => read,
    };
    let mut last: Option<Shown> = None;
    Some(RenderEffect::new(move |_| {
        let shown = read();
        if last.as_ref() != Some(&shown) {
            apply(&shown);
            last = Some(shown);
        }
    }))
}

impl Mountable for Mounted {
    fn unmount(&mut self) {
        self.root.remove();
    }

    fn mount(&mut self, parent: &Element, marker: Option<&Node>) {
        let _ = parent.insert_before(&self.root, marker);
    }

    fn insert_before_this(&self, child: &mut dyn Mountable) -> bool {
        let parent = self.root.parent_node();
        if let Some(parent) = &parent {
            child.mount(parent.unchecked_ref(), Some(&self.root));
        }
        parent.is_some()
    }

    fn elements(&self) -> Vec<Element> {
        vec![self.root.clone()]
    }
}

impl AddAnyAttr for Markup {
    type Output<NewAttribute: Attribute> = Markup;

    /// Attributes belong to elements, which have all of theirs already.
    fn add_any_attr<NewAttribute: Attribute>(self, _attribute: NewAttribute) -> Markup {
        self
    }
}

/// The page is made in the browser: there is no server that would write it, and so nothing to take over from one.
impl RenderHtml for Markup {
    type AsyncOutput = Markup;
    type Owned = Markup;
    const MIN_LENGTH: usize = 0;

    fn dry_resolve(&mut self) {}

    async fn resolve(self) -> Markup {
        self
    }

    fn to_html_with_buf(
        self,
        html: &mut String,
        _position: &mut Position,
        _escape: bool,
        _mark_branches: bool,
        _attributes: Vec<AnyAttribute>,
    ) {
        html.push_str(self.0.0);
    }

    fn hydrate<const FROM_SERVER: bool>(self, _cursor: &Cursor, _position: &PositionState) -> Mounted {
        self.build()
    }

    fn into_owned(self) -> Markup {
        self
    }
}
