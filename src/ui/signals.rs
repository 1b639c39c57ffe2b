//! Values that can be changed, with and without those who hear of it: as those of Leptos, of which there would be one for every
//! type of value, but compiled once for the whole page.

use std::any::Any;
use std::marker::PhantomData;

use leptos::prelude::{
    ArcRwSignal, RwSignal as SharedSignal, Signal, StoredValue as SharedValue, Track as _, UpdateValue as _,
    WithValue as _,
};
use leptos::prelude::{Update as _, With as _, WithUntracked as _};
use send_wrapper::SendWrapper;

/// A value of some type. There is one thread: the wrapper only says so to the compiler.
type Shared = SendWrapper<Box<dyn Any>>;

/// A value that can be changed; who has read it hears of that. A handle: copies are the same.
pub struct RwSignal<T> {
    shared: SharedSignal<Shared>,
    of: PhantomData<fn(T) -> T>,
}

/// A value that can be changed, and nobody hears of it. A handle: copies are the same.
pub struct StoredValue<T> {
    shared: SharedValue<Shared>,
    of: PhantomData<fn(T) -> T>,
}

impl<T: 'static> RwSignal<T> {
    /// A signal with this value.
    pub fn new(value: T) -> RwSignal<T> {
        RwSignal { shared: signal(Box::new(value)), of: PhantomData }
    }

    /// Changes it, and tells.
    pub fn set(self, value: T) {
        self.update(|now| *now = value);
    }

    /// Changes it, and tells; nothing once its owner is gone.
    pub fn update(self, change: impl FnOnce(&mut T)) {
        let _ = self.try_update(change);
    }

    /// Changes it, and tells, unless its owner is gone.
    pub fn try_update<R>(self, change: impl FnOnce(&mut T) -> R) -> Option<R> {
        self.shared.try_update(|shared| change(write(shared)))
    }

    /// Reads it, and hears of changes.
    pub fn with<R>(self, look: impl FnOnce(&T) -> R) -> R {
        self.shared.with(|shared| look(read(shared)))
    }

    /// Reads it.
    pub fn with_untracked<R>(self, look: impl FnOnce(&T) -> R) -> R {
        self.shared.with_untracked(|shared| look(read(shared)))
    }

    /// Reads it, unless its owner is gone.
    pub fn try_with_untracked<R>(self, look: impl FnOnce(&T) -> R) -> Option<R> {
        self.shared.try_with_untracked(|shared| look(read(shared)))
    }

    /// Hears of changes.
    pub fn track(self) {
        self.shared.track();
    }
}

impl<T: Clone + 'static> RwSignal<T> {
    /// A copy, and hears of changes.
    pub fn get(self) -> T {
        self.with(T::clone)
    }

    /// A copy.
    pub fn get_untracked(self) -> T {
        self.with_untracked(T::clone)
    }

    /// A copy, unless its owner is gone.
    pub fn try_get_untracked(self) -> Option<T> {
        self.try_with_untracked(T::clone)
    }
}

/// A value that can be changed for as long as the page is there, whoever made it; who has read it hears of changes. A handle: copies
/// are the same.
pub struct Lasting<T: 'static> {
    shared: &'static ArcRwSignal<Shared>,
    of: PhantomData<fn(T) -> T>,
}

impl<T: 'static> Lasting<T> {
    /// A signal with this value. It is never given back: for the few of a page's own.
    pub fn new(value: T) -> Lasting<T> {
        Lasting { shared: lasting(Box::new(value)), of: PhantomData }
    }

    /// Changes it, and tells.
    pub fn set(self, value: T) {
        self.update(|now| *now = value);
    }

    /// Changes it, and tells.
    pub fn update(self, change: impl FnOnce(&mut T)) {
        self.shared.update(|shared| change(write(shared)));
    }

    /// Reads it, and hears of changes.
    pub fn with<R>(self, look: impl FnOnce(&T) -> R) -> R {
        self.shared.with(|shared| look(read(shared)))
    }

    /// Reads it.
    pub fn with_untracked<R>(self, look: impl FnOnce(&T) -> R) -> R {
        self.shared.with_untracked(|shared| look(read(shared)))
    }
}

impl<T: Clone + 'static> Lasting<T> {
    /// A copy, and hears of changes.
    pub fn get(self) -> T {
        self.with(T::clone)
    }

    /// A copy.
    pub fn get_untracked(self) -> T {
        self.with_untracked(T::clone)
    }
}

impl<T: 'static> StoredValue<T> {
    /// A place that holds this value.
    pub fn new(value: T) -> StoredValue<T> {
        StoredValue { shared: stored(Box::new(value)), of: PhantomData }
    }

    /// Reads it.
    pub fn with_value<R>(self, look: impl FnOnce(&T) -> R) -> R {
        self.shared.with_value(|shared| look(read(shared)))
    }

    /// Reads it, unless its owner is gone.
    pub fn try_with_value<R>(self, look: impl FnOnce(&T) -> R) -> Option<R> {
        self.shared.try_with_value(|shared| look(read(shared)))
    }

    /// Changes it, unless its owner is gone.
    pub fn try_update_value<R>(self, change: impl FnOnce(&mut T) -> R) -> Option<R> {
        self.shared.try_update_value(|shared| change(write(shared)))
    }

    /// Changes it; nothing once its owner is gone.
    pub fn update_value(self, change: impl FnOnce(&mut T)) {
        let _ = self.try_update_value(change);
    }

    /// Puts another value in its place.
    pub fn set_value(self, value: T) {
        self.update_value(|now| *now = value);
    }
}

impl<T: Clone + 'static> StoredValue<T> {
    /// A copy.
    pub fn get_value(self) -> T {
        self.with_value(T::clone)
    }

    /// A copy, unless its owner is gone.
    pub fn try_get_value(self) -> Option<T> {
        self.try_with_value(T::clone)
    }
}

#[inline(never)]
fn signal(value: Box<dyn Any>) -> SharedSignal<Shared> {
    SharedSignal::new(SendWrapper::new(value))
}

#[inline(never)]
fn lasting(value: Box<dyn Any>) -> &'static ArcRwSignal<Shared> {
    Box::leak(Box::new(ArcRwSignal::new(SendWrapper::new(value))))
}

#[inline(never)]
fn stored(value: Box<dyn Any>) -> SharedValue<Shared> {
    SharedValue::new(SendWrapper::new(value))
}

/// The value. A handle is made with it, and never changes its type.
fn read<T: 'static>(shared: &Shared) -> &T {
    shared.downcast_ref().expect("a handle reads what it holds")
}

fn write<T: 'static>(shared: &mut Shared) -> &mut T {
    shared.downcast_mut().expect("a handle changes what it holds")
}

impl<T: Default + 'static> Default for StoredValue<T> {
    fn default() -> StoredValue<T> {
        StoredValue::new(T::default())
    }
}

impl<T: Clone + Send + Sync + 'static> From<RwSignal<T>> for Signal<T> {
    fn from(signal: RwSignal<T>) -> Signal<T> {
        Signal::derive(move || signal.get())
    }
}

/// Handles can be copied whatever they hold.
macro_rules! handles {
    ($($handle:ident),*) => {$(
        impl<T> Clone for $handle<T> {
            fn clone(&self) -> $handle<T> {
                *self
            }
        }

        impl<T> Copy for $handle<T> {}
    )*};
}

handles!(RwSignal, Lasting, StoredValue);
