//! An errand: what a panel has the worker do with the run at hand. It goes on while the panel gives way to another, and what the worker
//! still answers once it was called off is not heard.

use crate::share::link;
use crate::share::parcel::Parcel;
use crate::ui::lab::Lab;
use crate::ui::signals::Lasting;

use super::worker::{self, Answer};

/// An errand. A handle: copies are the same.
#[derive(Clone, Copy)]
pub struct Errand {
    /// How many were begun or ended; what belongs to another number is out of date.
    number: Lasting<u64>,
    under_way: Lasting<bool>,
}

impl Errand {
    /// One that is not begun, for as long as the page is there.
    pub fn new() -> Errand {
        Errand { number: Lasting::new(0), under_way: Lasting::new(false) }
    }

    /// Whether it is under way; who asks hears of changes.
    pub fn is_under_way(self) -> bool {
        self.under_way.get()
    }

    /// Begins it, or begins it anew.
    pub fn begin(self) {
        self.number.update(|number| *number += 1);
        self.under_way.set(true);
    }

    /// Ends it, or calls it off.
    pub fn end(self) {
        self.number.update(|number| *number += 1);
        self.under_way.set(false);
    }

    /// Has the worker do a job of it.
    pub fn ask(self, job: &str, argument: &str, then: impl FnOnce(Answer) + 'static) {
        let number = self.number.get_untracked();
        worker::ask(job, argument, move |answer| {
            if self.number.get_untracked() == number {
                then(answer);
            }
        });
    }
}

/// The run at hand as the worker reads it; none if there is no run.
pub fn run_at_hand(lab: Lab) -> Option<String> {
    lab.with(|timeline| link::write(&Parcel::of(timeline, None)))
}
