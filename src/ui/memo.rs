//! A value that is worked out from others, and told on only when it changes: as that of Leptos, of which there would be one for
//! every type of value, but compiled once for the whole page.

use std::any::Any;
use std::marker::PhantomData;
use std::sync::Arc;

use leptos::prelude::{
    Get as _, GetUntracked as _, Memo as SharedMemo, Signal, Track as _, With as _, WithUntracked as _,
};

/// A value that is worked out from others. A handle: copies are the same.
pub struct Memo<T> {
    shared: SharedMemo<Shared>,
    of: PhantomData<fn() -> T>,
}

/// Some value that can be compared with others of its type.
#[derive(Clone)]
struct Shared(Arc<dyn Same>);

trait Same: Any + Send + Sync {
    fn same(&self, other: &dyn Any) -> bool;
    fn as_any(&self) -> &dyn Any;
}

/// How a value is worked out. A trait of its own, as the table of a boxed closure holds code that nobody calls.
trait Work: Send + Sync {
    fn work(&self, before: Option<&Shared>) -> Shared;
}

struct Worker<T, F> {
    work: F,
    of: PhantomData<fn() -> T>,
}

impl<T, F> Work for Worker<T, F>
where
    T: PartialEq + Send + Sync + 'static,
    F: Fn(Option<&T>) -> T + Send + Sync,
{
    fn work(&self, before: Option<&Shared>) -> Shared {
        Shared(Arc::new((self.work)(before.map(Shared::read))))
    }
}

impl<T: PartialEq + Send + Sync + 'static> Memo<T> {
    /// A value that is worked out again whenever something changes that `work` reads. It is handed the value before.
    pub fn new(work: impl Fn(Option<&T>) -> T + Send + Sync + 'static) -> Memo<T> {
        Memo { shared: memo(Box::new(Worker { work, of: PhantomData })), of: PhantomData }
    }

    /// Reads it, and hears of changes.
    pub fn with<R>(&self, read: impl FnOnce(&T) -> R) -> R {
        self.shared.with(|shared| read(shared.read()))
    }

    /// Reads it.
    pub fn with_untracked<R>(&self, read: impl FnOnce(&T) -> R) -> R {
        self.shared.with_untracked(|shared| read(shared.read()))
    }

    /// Hears of changes.
    pub fn track(&self) {
        self.shared.track();
    }
}

impl<T: Clone + PartialEq + Send + Sync + 'static> Memo<T> {
    /// A copy, and hears of changes.
    pub fn get(&self) -> T {
        self.shared.get().read::<T>().clone()
    }

    /// A copy.
    pub fn get_untracked(&self) -> T {
        self.shared.get_untracked().read::<T>().clone()
    }
}

fn memo(work: Box<dyn Work>) -> SharedMemo<Shared> {
    SharedMemo::new(move |before| work.work(before))
}

impl Shared {
    /// The value. Only [`Memo`] makes them, of the one type that it reads.
    fn read<T: 'static>(&self) -> &T {
        self.0.as_any().downcast_ref().expect("a memo reads what it wrote")
    }
}

impl PartialEq for Shared {
    fn eq(&self, other: &Shared) -> bool {
        self.0.same(other.0.as_any())
    }
}

impl<T: PartialEq + Send + Sync + 'static> Same for T {
    fn same(&self, other: &dyn Any) -> bool {
        other.downcast_ref() == Some(self)
    }

    fn as_any(&self) -> &dyn Any {
        self
    }
}

impl<T> Clone for Memo<T> {
    fn clone(&self) -> Memo<T> {
        *self
    }
}

impl<T> Copy for Memo<T> {}

impl<T: Clone + PartialEq + Send + Sync + 'static> From<Memo<T>> for Signal<T> {
    fn from(memo: Memo<T>) -> Signal<T> {
        Signal::derive(move || memo.get())
    }
}
