//! What the gateway knows of its workers: who has which frame, and who has not been heard of for too long.

use crate::sim::network::NodeId;
use crate::sim::time::Time;
use crate::sorted::Map;

/// The workers as the gateway sees them.
#[derive(Clone, Debug, Default)]
pub(super) struct Crew {
    /// Every copy of a frame that a worker was asked to recognise and has not.
    copies: Vec<Copy>,
    /// Workers that were not heard of for too long, and how often in a row each was asked since whether it is there.
    silent: Map<NodeId, u32>,
}

/// A frame in a worker's hands.
#[derive(Clone, Copy, PartialEq, Debug)]
pub(super) struct Copy {
    pub frame: u16,
    pub worker: NodeId,
    pub sent_at: Time,
    /// Whether it was sent although another worker has the frame too.
    pub hedge: bool,
    /// Whether the gateway no longer counts on it. The worker may be at it all the same.
    pub given_up: bool,
}

impl Crew {
    /// The workers of these that are not silent; all of them if there is no other.
    pub fn heard_of(&self, in_use: &[NodeId]) -> Vec<NodeId> {
        let heard: Vec<_> = in_use.iter().copied().filter(|worker| !self.is_silent(*worker)).collect();
        if heard.is_empty() { in_use.to_vec() } else { heard }
    }

    pub fn is_silent(&self, worker: NodeId) -> bool {
        self.silent.contains_key(&worker)
    }

    pub fn silent(&self) -> impl Iterator<Item = NodeId> + '_ {
        self.silent.keys().copied()
    }

    /// How many frames of a worker the gateway counts on.
    pub fn load(&self, worker: NodeId) -> usize {
        self.counted_on().filter(|copy| copy.worker == worker).count()
    }

    /// The worker of these that has the fewest frames, but not this one. Silent ones do not come into question.
    pub fn least_loaded(&self, in_use: &[NodeId], frame: u16) -> Option<NodeId> {
        let has_it = |worker: NodeId| self.counted_on().any(|c| c.worker == worker && c.frame == frame);
        let fit = in_use.iter().copied().filter(|worker| !self.is_silent(*worker) && !has_it(*worker));
        fit.min_by_key(|worker| self.load(*worker))
    }

    /// Whether the gateway counts on some worker for a frame.
    pub fn has(&self, frame: u16) -> bool {
        self.counted_on().any(|copy| copy.frame == frame)
    }

    fn counted_on(&self) -> impl Iterator<Item = &Copy> {
        self.copies.iter().filter(|copy| !copy.given_up)
    }

    /// A worker was asked to recognise a frame. If it was before, that is forgotten.
    pub fn hand(&mut self, copy: Copy) {
        self.copies.retain(|known| (known.frame, known.worker) != (copy.frame, copy.worker));
        self.copies.push(copy);
    }

    /// A worker answered a frame: its copy, if it was asked, and those of others, who can leave it.
    pub fn answered(&mut self, frame: u16, worker: NodeId) -> (Option<Copy>, Vec<NodeId>) {
        let (of_frame, rest) = self.copies.iter().partition(|copy| copy.frame == frame);
        self.copies = rest;
        let of_frame: Vec<Copy> = of_frame;
        let own = of_frame.iter().copied().find(|copy| copy.worker == worker);
        (own, of_frame.iter().map(|copy| copy.worker).filter(|other| *other != worker).collect())
    }

    /// Takes all copies away.
    pub fn dismiss(&mut self) -> Vec<Copy> {
        std::mem::take(&mut self.copies)
    }

    /// A worker was not heard of for too long: the gateway no longer counts on it for what it has. How often in a row that
    /// came to pass.
    pub fn fall_silent(&mut self, worker: NodeId) -> u32 {
        self.copies.iter_mut().filter(|copy| copy.worker == worker).for_each(|copy| copy.given_up = true);
        let times = self.silent.get_or_insert_with(worker, u32::default);
        *times = times.saturating_add(1);
        *times
    }

    /// A worker was heard of again; true if it was silent. If it has something to do, that may well be what it was given up
    /// for, and is counted on again unless someone else has it meanwhile. If it is idle it has forgotten all.
    pub fn hear(&mut self, worker: NodeId, idle: bool) -> bool {
        if idle {
            self.copies.retain(|copy| copy.worker != worker);
        }
        let was_silent = self.silent.remove(&worker).is_some();
        if was_silent {
            let taken_over: Vec<u16> = self.counted_on().map(|copy| copy.frame).collect();
            let own = self.copies.iter_mut().filter(|copy| copy.worker == worker);
            own.for_each(|copy| copy.given_up = taken_over.contains(&copy.frame));
        }
        was_silent
    }

    /// How much memory it takes, about.
    pub fn heap_bytes(&self) -> usize {
        self.copies.len() * size_of::<Copy>() + self.silent.len() * size_of::<(NodeId, u32)>()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const IN_USE: [NodeId; 3] = [NodeId(1), NodeId(2), NodeId(3)];

    fn copy(frame: u16, worker: u32) -> Copy {
        let worker = NodeId(worker);
        Copy { frame, worker, sent_at: Time::ZERO, hedge: false, given_up: false }
    }

    fn crew() -> Crew {
        let mut crew = Crew::default();
        [copy(0, 1), copy(1, 2), copy(2, 3), copy(3, 1)].into_iter().for_each(|copy| crew.hand(copy));
        crew
    }

    #[test]
    fn a_silent_worker_is_not_counted_on_until_it_is_heard() {
        let mut crew = crew();
        assert_eq!((crew.fall_silent(NodeId(1)), crew.fall_silent(NodeId(1))), (1, 2));
        assert_eq!(crew.heard_of(&IN_USE), [NodeId(2), NodeId(3)]);
        assert!(!crew.has(0) && !crew.has(3) && crew.has(1));
        crew.hand(copy(0, 2));
        assert!(crew.hear(NodeId(1), false));
        assert!(crew.has(3));
        assert_eq!((crew.load(NodeId(1)), crew.load(NodeId(2))), (1, 2));
    }

    #[test]
    fn an_idle_worker_has_forgotten_what_it_had() {
        let mut crew = crew();
        assert!(!crew.hear(NodeId(1), true));
        assert!(!crew.has(0) && !crew.has(3));
    }

    #[test]
    fn the_others_leave_what_one_has_answered() {
        let mut crew = crew();
        crew.hand(Copy { hedge: true, ..copy(0, 3) });
        let (own, others) = crew.answered(0, NodeId(3));
        assert!(own.is_some_and(|copy| copy.hedge));
        assert_eq!(others, [NodeId(1)]);
        assert_eq!(crew.answered(0, NodeId(1)), (None, vec![]));
        assert_eq!(crew.dismiss().len(), 3);
    }

    #[test]
    fn a_second_copy_goes_to_who_has_least_and_not_the_frame() {
        let crew = crew();
        assert_eq!(crew.least_loaded(&IN_USE, 1), Some(NodeId(3)));
        assert_eq!(crew.least_loaded(&IN_USE, 2), Some(NodeId(2)));
        assert_eq!(crew.least_loaded(&IN_USE[..1], 0), None);
    }

    #[test]
    fn if_all_are_silent_all_are_used() {
        let mut crew = crew();
        assert_eq!(IN_USE.map(|worker| crew.fall_silent(worker)), [1, 1, 1]);
        assert_eq!(crew.heard_of(&IN_USE), IN_USE);
        assert_eq!(crew.least_loaded(&IN_USE, 9), None);
    }
}
