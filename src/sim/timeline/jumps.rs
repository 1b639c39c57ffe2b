//! Going to the next or the last event of a kind.

use super::Timeline;
use crate::sim::network::NodeId;
use crate::sim::process::Sort;
use crate::sim::trace::{Event, LossPlace, Record};

/// What one looks for along a run.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Sought {
    /// Something that happens at this node.
    At(NodeId),
    /// Something done to the network.
    Deed,
    /// A message that is lost.
    Loss,
    /// Something that a process says: to its user, or for the log.
    Note,
    /// A property that is broken.
    Broken,
    /// A message of this sort that sets out.
    Sending(Sort),
}

impl Timeline {
    /// Goes on to right after the next such event, which may be yet to be computed. Without one among so many events to
    /// come the run stays where it is, and this is false.
    pub fn next(&mut self, sought: Sought, events_at_most: usize) -> bool {
        let from = self.world.position().records;
        let known = self.trace.records().len();
        if let Some(found) = (from..known).find(|index| self.is(sought, *index)) {
            return self.go_to_record(found);
        }
        let (here, end) = (self.world.clone(), self.trace.end());
        self.seek_near(false, |world| world.position().records <= known);
        for _ in 0..events_at_most {
            let before = self.world.position().records;
            if !self.step_world() {
                break;
            }
            if (before.max(known)..self.world.position().records).any(|index| self.is(sought, index)) {
                self.stand_at(self.world.now());
                return true;
            }
        }
        // What nobody has watched is forgotten.
        self.world = here;
        self.trace.truncate(end);
        self.checkpoints.retain(|world| world.position().records <= known);
        false
    }

    /// Goes back to right after the last such event before the one at hand. False, and the run stays where it is, without one.
    pub fn previous(&mut self, sought: Sought) -> bool {
        let found = (0..self.before_this_event()).rev().find(|index| self.is(sought, *index));
        found.is_some_and(|found| self.go_to_record(found))
    }

    /// How many records there were before the event that the run stands right after; all so far if time has passed since.
    fn before_this_event(&self) -> usize {
        let position = self.world.position();
        let stands_on = |record: &usize| {
            self.trace.step_of(*record) == position.steps && self.trace.records()[*record].time == self.now
        };
        let of_this_event = (0..position.records).rev().take_while(stands_on).count();
        position.records - of_this_event
    }

    /// Whether the record of this index is what one looks for.
    pub fn is(&self, sought: Sought, index: usize) -> bool {
        let Some(Record { event, .. }) = self.trace.records().get(index) else { return false };
        match sought {
            Sought::At(node) => place(event) == Some(node),
            Sought::Deed => matches!(event, Event::Commanded { .. }),
            Sought::Loss => matches!(event, Event::Lost { .. }),
            Sought::Note => matches!(event, Event::Noted { .. } | Event::Answered { .. }),
            Sought::Broken => matches!(event, Event::Property { good: false, .. }),
            Sought::Sending(sort) => match event {
                Event::Sent { packet, .. } => {
                    let read = self.trace.describe(self.world.network(), *packet);
                    read.is_some_and(|description| description.sort == sort)
                }
                _ => false,
            },
        }
    }
}

/// The node that something happens at, if it happens at one.
fn place(event: &Event) -> Option<NodeId> {
    match *event {
        Event::Sent { from, .. } => Some(from),
        Event::Delivered { node, .. }
        | Event::Forwarded { node, .. }
        | Event::Fired { node, .. }
        | Event::Noted { node, .. }
        | Event::Answered { node, .. }
        | Event::Down { node }
        | Event::Up { node }
        | Event::Lost { place: LossPlace::Node(node), .. } => Some(node),
        _ => None,
    }
}
