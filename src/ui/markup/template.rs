//! A view of one element: made from its text and parts, changed in place by a later view of the same text.

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

use super::apply::{self, Apply};
use super::{Act, Part, Parts, Shown};

/// Finds the holes of a text.
const HOLES: &str = "[_]";

thread_local! {
    /// The texts that were made into elements already, by their addresses: each is read by the browser once.
    static TEMPLATES: RefCell<Vec<(*const u8, DocumentFragment)>> = const { RefCell::new(Vec::new()) };
}

/// A view of one element. There is one thread: the wrapper only says so to the compiler.
pub(super) struct Markup(SendWrapper<Parts>);

/// What became of it.
pub(super) struct Mounted {
    html: &'static str,
    root: Element,
    bound: Vec<Bound>,
}

/// A part in its place. What it holds ends with it.
enum Bound {
    Value { element: Element, apply: Apply, name: &'static str, live: Option<RenderEffect<()>> },
    Listener { element: Element, name: &'static str, closure: Closure<dyn FnMut(Event)> },
    Reference(Element),
    Text { node: Text, live: Option<RenderEffect<()>> },
    View(AnyViewState),
}

impl Markup {
    pub(super) fn new(parts: Parts) -> Markup {
        Markup(SendWrapper::new(parts))
    }
}

impl Render for Markup {
    type State = Mounted;

    fn build(self) -> Mounted {
        let Parts { html, parts } = self.0.take();
        let fragment = instance(html);
        let root = fragment.first_element_child().expect("the macro writes one element");
        let holes = fragment.query_selector_all(HOLES).expect("the selector is well formed");
        let mut parts = parts.into_iter();
        let mut bound = Vec::with_capacity(parts.len());
        for (index, list) in lists(html).enumerate() {
            let hole = holes.get(index as u32).expect("every list belongs to a hole");
            let hole: Element = hole.unchecked_into();
            let _ = hole.remove_attribute("_");
            if list.is_empty() {
                bound.extend(parts.next().map(|part| stand(part, &hole)));
            }
            for listed in list.split(' ').filter(|listed| !listed.is_empty()) {
                bound.extend(parts.next().map(|part| bind(listed, part, hole.clone())));
            }
        }
        Mounted { html, bound, root }
    }

    fn rebuild(self, state: &mut Mounted) {
        // The same text at the same address comes from the same place in the source, and has the same parts.
        if self.0.html.as_ptr() != state.html.as_ptr() || self.0.parts.len() != state.bound.len() {
            let mut new = self.build();
            state.insert_before_this(&mut new);
            state.unmount();
            *state = new;
            return;
        }
        let parts = self.0.take().parts;
        let bound = std::mem::take(&mut state.bound);
        state.bound = bound.into_iter().zip(parts).map(|(bound, part)| rebind(bound, part)).collect();
    }
}

/// For each hole of a text, what its parts are to it.
fn lists(html: &'static str) -> impl Iterator<Item = &'static str> {
    let list = |rest: &'static str| {
        rest.strip_prefix("=\"").and_then(|rest| rest.split('"').next()).unwrap_or_default()
    };
    html.split(" _").skip(1).map(list)
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

/// Binds a part to its element.
fn bind(listed: &'static str, part: Part, element: Element) -> Bound {
    let (kind, name) = listed.split_at(1);
    match part {
        Part::Act(act) => listen(element, name, act),
        Part::Reference(load) => {
            load(&element);
            Bound::Reference(element)
        }
        value => show(element, apply::of_kind(kind), name, value),
    }
}

/// Puts a child in the place of its hole.
fn stand(part: Part, hole: &Element) -> Bound {
    if let Part::View(view) = part {
        let mut state = view.build();
        if let Some(parent) = hole.parent_node() {
            state.mount(parent.unchecked_ref(), Some(hole));
        }
        hole.remove();
        return Bound::View(state);
    }
    let node = document().create_text_node("");
    let _ = hole.replace_with_with_node_1(&node);
    show_text(node, part)
}

/// Puts a part in the place of the one before, which comes from the same place in the source.
fn rebind(before: Bound, part: Part) -> Bound {
    match (before, part) {
        (Bound::View(mut state), Part::View(view)) => {
            view.rebuild(&mut state);
            Bound::View(state)
        }
        (Bound::Listener { element, name, closure }, Part::Act(act)) => {
            let _ = element.remove_event_listener_with_callback(name, closure.as_ref().unchecked_ref());
            listen(element, name, act)
        }
        (Bound::Reference(element), Part::Reference(load)) => {
            load(&element);
            Bound::Reference(element)
        }
        (Bound::Text { node, live }, text) => {
            drop(live);
            show_text(node, text)
        }
        (Bound::Value { element, apply, name, live }, value) => {
            drop(live);
            show(element, apply, name, value)
        }
        // One expression always gives the same kind of part.
        (before, _) => before,
    }
}

/// What acts finds the contexts of the component that it was written in.
fn listen(element: Element, name: &'static str, mut act: Box<dyn Act>) -> Bound {
    let owner = Owner::current();
    let act: Box<dyn FnMut(Event)> = Box::new(move |event| match &owner {
        Some(owner) => owner.with(|| act.act(event)),
        None => act.act(event),
    });
    let closure = Closure::wrap(act);
    let _ = element.add_event_listener_with_callback(name, closure.as_ref().unchecked_ref());
    Bound::Listener { element, name, closure }
}

/// Applies a value, and again whenever it changes.
fn show(element: Element, apply: Apply, name: &'static str, value: Part) -> Bound {
    let target = element.clone();
    let live = follow(value, Box::new(move |shown| apply(&target, name, shown)));
    Bound::Value { element, apply, name, live }
}

fn show_text(node: Text, value: Part) -> Bound {
    let target = node.clone();
    let live = follow(value, Box::new(move |shown| target.set_data(shown.as_deref().unwrap_or_default())));
    Bound::Text { node, live }
}

fn follow(value: Part, apply: Box<dyn Fn(&Shown)>) -> Option<RenderEffect<()>> {
    let mut source = match value {
        Part::Live(source) => source,
        Part::Fixed(shown) => {
            apply(&shown);
            return None;
        }
        _ => return None,
    };
    let mut last: Option<Shown> = None;
    Some(RenderEffect::new(move |_| {
        let shown = source.read();
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
        html.push_str(self.0.html);
    }

    fn hydrate<const FROM_SERVER: bool>(self, _cursor: &Cursor, _position: &PositionState) -> Mounted {
        self.build()
    }

    fn into_owned(self) -> Markup {
        self
    }
}
