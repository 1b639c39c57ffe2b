//! What may be written as a value or between tags.

use std::borrow::Cow;

use leptos::prelude::*;

use super::{Part, Read, Shown};
use crate::ui::dynamic::dynamic;
use crate::ui::memo::Memo;
use crate::ui::signals::RwSignal;

/// What can be shown as a text, or not at all.
pub trait IntoShown {
    /// The text. A flag is an empty one, or none.
    fn into_shown(self) -> Shown;
}

/// What can be the value of an attribute: a text, a flag, or a function or signal that gives one.
pub trait IntoValue {
    /// The value.
    fn into_value(self) -> Part;
}

/// What can stand between tags: texts, views, lists of views, or a function that gives one.
pub trait IntoChild: Sized {
    /// The child.
    fn into_child(self) -> Part;

    /// The child that such a function gives, made anew whenever something changes that it reads.
    fn live(read: impl FnMut() -> Self + Send + 'static) -> Part;
}

/// Texts: they can be shown, be a value, and stand between tags.
macro_rules! texts {
    ($($text:ty),*) => {$(
        impl IntoValue for $text {
            fn into_value(self) -> Part {
                Part::Fixed(self.into_shown())
            }
        }

        impl IntoChild for $text {
            fn into_child(self) -> Part {
                Part::Fixed(self.into_shown())
            }

            fn live(read: impl FnMut() -> Self + Send + 'static) -> Part {
                Part::Live(Box::new(read))
            }
        }
    )*};
}

texts!(&'static str, String, usize, Option<&'static str>, Option<String>);

impl IntoShown for &'static str {
    fn into_shown(self) -> Shown {
        Some(Cow::Borrowed(self))
    }
}

impl IntoShown for String {
    fn into_shown(self) -> Shown {
        Some(Cow::Owned(self))
    }
}

impl IntoShown for usize {
    fn into_shown(self) -> Shown {
        self.to_string().into_shown()
    }
}

impl IntoShown for bool {
    fn into_shown(self) -> Shown {
        self.then_some(Cow::Borrowed(""))
    }
}

impl<T: IntoShown> IntoShown for Option<T> {
    fn into_shown(self) -> Shown {
        self.and_then(IntoShown::into_shown)
    }
}

impl IntoValue for bool {
    fn into_value(self) -> Part {
        Part::Fixed(self.into_shown())
    }
}

impl<T: IntoShown, F: FnMut() -> T + 'static> IntoValue for F {
    fn into_value(self) -> Part {
        Part::Live(Box::new(self))
    }
}

impl<T: IntoShown, F: FnMut() -> T> Read for F {
    fn read(&mut self) -> Shown {
        self().into_shown()
    }
}

/// Signals are read again whenever they change.
macro_rules! signals {
    ($($signal:ident),*) => {$(
        impl<T: IntoShown + Clone + PartialEq + Send + Sync + 'static> IntoValue for $signal<T> {
            fn into_value(self) -> Part {
                (move || self.get()).into_value()
            }
        }

        impl<T: IntoChild + Clone + PartialEq + Send + Sync + 'static> IntoChild for $signal<T> {
            fn into_child(self) -> Part {
                T::live(move || self.get())
            }

            fn live(mut read: impl FnMut() -> Self + Send + 'static) -> Part {
                T::live(move || read().get())
            }
        }
    )*};
}

signals!(Memo, Signal, RwSignal);

impl IntoChild for AnyView {
    fn into_child(self) -> Part {
        Part::View(self)
    }

    fn live(read: impl FnMut() -> Self + Send + 'static) -> Part {
        Part::View(dynamic(read))
    }
}

impl IntoChild for Option<AnyView> {
    fn into_child(self) -> Part {
        Part::View(self.into_any())
    }

    fn live(mut read: impl FnMut() -> Self + Send + 'static) -> Part {
        Part::View(dynamic(move || read().into_any()))
    }
}

impl IntoChild for Vec<AnyView> {
    fn into_child(self) -> Part {
        Part::View(self.into_any())
    }

    fn live(mut read: impl FnMut() -> Self + Send + 'static) -> Part {
        Part::View(dynamic(move || read().into_any()))
    }
}

impl<T: IntoChild, F: FnMut() -> T + Send + 'static> IntoChild for F {
    fn into_child(self) -> Part {
        T::live(self)
    }

    fn live(mut read: impl FnMut() -> Self + Send + 'static) -> Part {
        T::live(move || read()())
    }
}
