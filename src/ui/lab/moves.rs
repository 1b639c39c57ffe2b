//! Moves among the futures of the run at hand, and jumps along it.

use super::Lab;
use crate::stage::jumps::{self, KINDS};
use crate::stage::{Thing, futures};
use crate::ui::announce::announce;
use crate::{phrase, stage::units};

/// What can be done to the futures of a run.
#[derive(Clone, PartialEq, Debug)]
pub enum FutureDeed {
    /// Goes over to the future of this index.
    Go(usize),
    /// Names it.
    Name(usize, String),
    /// Lets it go.
    Drop(usize),
}

impl Lab {
    pub(super) fn turn(self, deed: FutureDeed) {
        let title = |index: usize| {
            let all = self.with(futures::futures).unwrap_or_default();
            all.into_iter().nth(index).map(|future| future.title).unwrap_or_default()
        };
        match deed {
            FutureDeed::Go(index) => {
                let name = title(index);
                if self.change_paused(|run| run.timeline.switch_branch(index)) {
                    let pace = |timeline: &crate::sim::timeline::Timeline| {
                        units::clock(timeline.now(), timeline.world().network().pace)
                    };
                    let moment = self.with(pace).unwrap_or_default();
                    announce(phrase!("future.went", name = name, moment = moment).to_string());
                }
            }
            FutureDeed::Name(index, name) => {
                self.change(|run| run.timeline.name_branch(index, &name));
            }
            FutureDeed::Drop(index) => {
                let name = title(index);
                if self.change(|run| run.timeline.drop_branch(index)) {
                    announce(phrase!("future.dropped", name = name).to_string());
                }
            }
        }
    }

    /// Jumps, and shows below the clock what is there.
    pub(super) fn jump(self, forward: bool) {
        let kind = &KINDS[self.jumps_to.get_untracked().min(KINDS.len() - 1)];
        let selected: Option<Thing> = self.selected.get_untracked();
        let mut said = String::new();
        self.change_paused(|run| {
            let (moved, what) = jumps::jump(&mut run.timeline, kind, selected, forward);
            said = what;
            moved
        });
        announce(said.clone());
        self.stopped_on.set(Some(said));
    }
}
