//! Parts of the page that change, behind one type each. The view library writes its code anew for every type that it is
//! given, and every closure is a type of its own: what goes through these functions is written once for the whole page.

use std::hash::{DefaultHasher, Hash, Hasher as _};

use leptos::prelude::*;

use super::memo::Memo;

/// What makes a view. A trait of its own, as the table of a boxed closure holds code that nobody calls.
trait Make: Send {
    fn make(&mut self) -> AnyView;
}

impl<F: FnMut() -> AnyView + Send> Make for F {
    fn make(&mut self) -> AnyView {
        self()
    }
}

/// A part that is made anew whenever something changes that `view` reads.
pub fn dynamic(view: impl FnMut() -> AnyView + Send + 'static) -> AnyView {
    made(Box::new(view))
}

fn made(mut view: Box<dyn Make>) -> AnyView {
    (move || view.make()).into_any()
}

/// A part that is there while `when` is true.
pub fn shown(
    when: impl Fn() -> bool + Send + Sync + 'static,
    view: impl Fn() -> AnyView + Send + Sync + 'static,
) -> AnyView {
    either(when, view, || ().into_any())
}

/// One part while `when` is true, else the other.
pub fn either(
    when: impl Fn() -> bool + Send + Sync + 'static,
    view: impl Fn() -> AnyView + Send + Sync + 'static,
    other: impl Fn() -> AnyView + Send + Sync + 'static,
) -> AnyView {
    let when = condition(Box::new(when));
    dynamic(move || if when.get() { view() } else { other() })
}

/// Whether something is so; who reads it hears only when that changes.
fn condition(when: Box<dyn Fn() -> bool + Send + Sync>) -> Memo<bool> {
    Memo::new(move |_| when())
}

/// A part for every item of a list. One whose key stays is not made anew.
pub fn each<T: Send + 'static, K: Hash>(
    items: impl Fn() -> Vec<T> + Send + 'static,
    key: impl Fn(&T) -> K + Send + 'static,
    view: impl Fn(T) -> AnyView + Send + Sync + Clone + 'static,
) -> AnyView {
    each_item(Box::new(move || {
        let item = |item: T| {
            let view = view.clone();
            Item { key: number(&key(&item)), view: Box::new(move || view(item)) }
        };
        items().into_iter().map(item).collect()
    }))
}

/// An item of a list, and how its part is made if its key is new.
struct Item {
    key: u64,
    view: Box<dyn FnOnce() -> AnyView + Send>,
}

fn each_item(items: Box<dyn Fn() -> Vec<Item> + Send>) -> AnyView {
    view! { <For each=items key=|item| item.key children=|item: Item| (item.view)()/> }.into_any()
}

/// A key as a number: of 64 bits, so that two keys of a list do not have the same.
fn number(key: &impl Hash) -> u64 {
    let mut hasher = DefaultHasher::new();
    key.hash(&mut hasher);
    hasher.finish()
}

/// Does something, and again whenever something changes that it reads.
pub fn effect(run: impl FnMut() + 'static) {
    let run: Box<dyn FnMut()> = Box::new(run);
    Effect::new(run);
}
