//! What led to an event and what it may have led to (Lamport 1978): an event comes before another if both are on one lane in
//! this order, or if one sends a message and the other receives it, or if there is a chain of such steps.
//!
//! What came before an event is a beginning of every lane, what comes after it an end of every lane. So one number a lane says
//! all, and one pass over the trace finds it.

use super::history::{History, Place};

/// What comes before an event and after it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Cone {
    event: u32,
    /// By lane, the first record that is not before the event.
    past: Vec<u32>,
    /// By lane, the first record that is after the event.
    future: Vec<u32>,
    /// How far the future is known.
    read: usize,
}

/// How an event stands to another.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Relation {
    /// It is the same.
    Same,
    /// It happened before, and may have led to it.
    Before,
    /// It happened after, and may have come of it.
    After,
    /// Neither could know of the other.
    Concurrent,
}

impl Cone {
    /// What comes before the event of a record and after it. None of what concerns all lanes: a command, a property.
    pub fn of(history: &History, event: u32) -> Option<Cone> {
        let place = history.place(event)?;
        let lanes = history.lanes().len();
        let mut cone = Cone { event, past: vec![0; lanes], future: vec![u32::MAX; lanes], read: 0 };
        match (place.lane(), history.cause(event)) {
            (Some(lane), _) => {
                *cone.past.get_mut(lane as usize)? = event + 1;
                *cone.future.get_mut(lane as usize)? = event;
            }
            // What befalls a message comes of its sending, and nothing is known to come of it.
            (None, Some(source)) => {
                let lane = history.place(source)?.lane()?;
                *cone.past.get_mut(lane as usize)? = source + 1;
            }
            (None, None) => return None,
        }
        cone.look_back(history);
        cone.read = event as usize;
        cone.look_on(history);
        Some(cone)
    }

    /// Whose cone it is.
    pub fn event(&self) -> u32 {
        self.event
    }

    /// Reads on in a history that has grown. True if there was something new.
    pub fn look_on(&mut self, history: &History) -> bool {
        let read = std::mem::replace(&mut self.read, history.len());
        for (record, place) in (read as u32..).zip(history.places().get(read..).unwrap_or_default()) {
            let Some((lane, source)) = receipt(history, record, *place) else { continue };
            let Some(source_lane) = history.place(source).and_then(|place| place.lane()) else { continue };
            if source >= self.future[source_lane as usize] {
                let first = &mut self.future[lane as usize];
                *first = record.min(*first);
            }
        }
        read < self.read
    }

    fn look_back(&mut self, history: &History) {
        let known = self.past.iter().copied().max().unwrap_or(0);
        for record in (0..known).rev() {
            let Some(place) = history.place(record) else { continue };
            let Some((lane, source)) = receipt(history, record, place) else { continue };
            if record < self.past[lane as usize]
                && let Some(source_lane) = history.place(source).and_then(|place| place.lane())
            {
                let until = &mut self.past[source_lane as usize];
                *until = (source + 1).max(*until);
            }
        }
    }

    /// How the event of a record stands to this one.
    pub fn relation(&self, history: &History, record: u32) -> Relation {
        if record == self.event {
            return Relation::Same;
        }
        let Some(lane) = history.place(record).and_then(|place| place.lane()) else {
            return Relation::Concurrent;
        };
        if record < self.past[lane as usize] {
            Relation::Before
        } else if record >= self.future[lane as usize] {
            Relation::After
        } else {
            Relation::Concurrent
        }
    }

    /// By lane, the first record that is not before the event.
    pub fn past(&self) -> &[u32] {
        &self.past
    }

    /// By lane, the first record that is after the event, or that is it.
    pub fn future(&self) -> &[u32] {
        &self.future
    }

    /// How many events are before and after it.
    pub fn counts(&self, history: &History) -> (usize, usize) {
        let (mut before, mut after) = (0, 0);
        for (lane, (past, future)) in history.lanes().iter().zip(self.past.iter().zip(&self.future)) {
            before += lane.events.partition_point(|record| record < past);
            after += lane.events.len() - lane.events.partition_point(|record| record < future);
        }
        let itself = usize::from(history.place(self.event).is_some_and(|place| place.lane().is_some()));
        // The event is the last of its lane's past and the first of its future.
        (before.saturating_sub(itself), after.saturating_sub(itself))
    }
}

/// The lane that receives a message with this record, and the record that sent it.
fn receipt(history: &History, record: u32, place: Place) -> Option<(u32, u32)> {
    Some((place.lane()?, history.cause(record)?))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sim::network::{DirectionId, NodeId};
    use crate::stage::diagram::test_runs::random_records;
    use proptest::prelude::*;

    /// Which event is before which, by the definition and by brute force.
    fn closure(history: &History) -> Vec<Vec<bool>> {
        let count = history.len();
        let mut before = vec![vec![false; count]; count];
        for lane in history.lanes() {
            lane.events.windows(2).for_each(|pair| before[pair[0] as usize][pair[1] as usize] = true);
        }
        for leg in history.legs().all() {
            if let Some(ends) = leg.ends().filter(|_| !leg.is_lost()) {
                before[leg.source as usize][ends as usize] = true;
            }
        }
        for middle in 0..count {
            for from in 0..count {
                if before[from][middle] {
                    let beyond = before[middle].clone();
                    before[from].iter_mut().zip(beyond).for_each(|(before, beyond)| *before |= beyond);
                }
            }
        }
        before
    }

    proptest! {
        #[test]
        fn what_is_before_and_after_is_what_the_definition_says(records in random_records(5, 90)) {
            let mut history = History::of_nodes(5);
            let target = |direction: DirectionId| NodeId(direction.0 % 5);
            history.extend(&records, &target);
            let before = closure(&history);
            for event in 0..history.len() as u32 {
                let Some(cone) = Cone::of(&history, event) else { continue };
                let Some(_) = history.place(event).and_then(|place| place.lane()) else { continue };
                let (mut past, mut future) = (0, 0);
                for other in 0..history.len() as u32 {
                    let expected = match (before[other as usize][event as usize], before[event as usize][other as usize]) {
                        _ if other == event => Relation::Same,
                        (true, _) => Relation::Before,
                        (_, true) => Relation::After,
                        _ => Relation::Concurrent,
                    };
                    past += usize::from(expected == Relation::Before);
                    future += usize::from(expected == Relation::After);
                    prop_assert_eq!(cone.relation(&history, other), expected, "{} and {}", event, other);
                }
                prop_assert_eq!(cone.counts(&history), (past, future));
            }
        }

        #[test]
        fn a_cone_that_grows_with_its_history_is_the_cone_of_the_whole(
            records in random_records(4, 80),
            cut in 1usize..80,
        ) {
            let target = |direction: DirectionId| NodeId(direction.0 % 4);
            let cut = cut.min(records.len());
            let mut history = History::of_nodes(4);
            history.extend(&records[..cut], &target);
            let cones: Vec<_> = (0..cut as u32).filter_map(|event| Cone::of(&history, event)).collect();
            history.extend(&records, &target);
            for mut cone in cones {
                cone.look_on(&history);
                prop_assert_eq!(Cone::of(&history, cone.event()), Some(cone));
            }
        }

        #[test]
        fn what_befalls_a_message_comes_of_all_that_led_to_its_sending(records in random_records(4, 80)) {
            let mut history = History::of_nodes(4);
            history.extend(&records, &|direction| NodeId(direction.0 % 4));
            for loss in history.losses() {
                let cone = Cone::of(&history, *loss).unwrap();
                let source = history.cause(*loss).unwrap();
                let sending = Cone::of(&history, source).unwrap();
                prop_assert_eq!(cone.past(), sending.past());
                prop_assert_eq!(cone.counts(&history).1, 0);
            }
        }
    }
}
