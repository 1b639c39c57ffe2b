//! The router: passes bytes on, looks at no checksum, and may lose on purpose.

use crate::sim::network::NodeId;
use crate::sim::process::{Context, Look, Process};
use crate::sim::settings::{Kind, Setting};
use crate::word;

use super::Segment;

pub(super) const SETTINGS: &[Setting] = &[
    // It loses each so many-th segment that carries data; 0 is none.
    Setting { name: "drop-every", kind: Kind::Count(0, 1_000_000_000), default: "0" },
];

/// A router between two links: what comes in by one goes out by the other.
#[derive(Clone, Debug, Default)]
pub struct Router {
    passed: u64,
    dropped: u64,
    /// How many with data came since one was dropped.
    since: u64,
}

impl Router {
    /// How many segments it has dropped.
    pub fn dropped(&self) -> u64 {
        self.dropped
    }
}

impl Process for Router {
    type Message = Segment;

    fn on_message(&mut self, cx: &mut Context<'_, Segment>, from: NodeId, segment: Segment) {
        let every = cx.settings().count("drop-every");
        self.since += u64::from(segment.has_data());
        if every > 0 && segment.has_data() && self.since >= every {
            self.since = 0;
            self.dropped += 1;
        } else if let Some(next) = cx.neighbours().iter().find(|node| **node != from) {
            self.passed += 1;
            cx.send(*next, &segment);
        }
    }

    fn look(&self) -> Look {
        Look::default()
            .fact(word!("fact.segments-passed"), self.passed)
            .fact(word!("fact.segments-dropped"), self.dropped)
    }
}
