//! What keys lead to: from event to event along a lane, from lane to lane, along a message.

use super::history::History;
use crate::sim::trace::Record;

/// A way that a key goes.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Way {
    /// To the event before on the lane.
    Earlier,
    /// To the one after it.
    Later,
    /// To the nearest event of the lane above.
    Up,
    /// To the nearest event of the lane below.
    Down,
    /// To where the message goes that is sent here.
    Along,
    /// To where the message comes from that ends here.
    Back,
    /// To the first event of the lane.
    First,
    /// To the last one.
    Last,
}

/// A row of events: a lane, or above them what concerns all.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Row {
    Across,
    Lane(u32),
}

/// Where a way leads from an event; nowhere if there is nothing that way.
pub fn walk(history: &History, records: &[Record], from: u32, way: Way) -> Option<u32> {
    let row = row_of(history, from)?;
    let events = events_of(history, row);
    match way {
        Way::Earlier => events.get(events.partition_point(|event| *event < from).checked_sub(1)?).copied(),
        Way::Later => events.get(events.partition_point(|event| *event <= from)).copied(),
        Way::First => events.first().copied(),
        Way::Last => events.last().copied(),
        Way::Up | Way::Down => {
            let mut row = next_row(history, row, way)?;
            loop {
                if let Some(nearest) = nearest(events_of(history, row), records, from) {
                    return Some(nearest);
                }
                row = next_row(history, row, way)?;
            }
        }
        Way::Along => history.legs().get(history.place(from)?.begun()?)?.ends(),
        Way::Back => history.cause(from),
    }
}

fn row_of(history: &History, event: u32) -> Option<Row> {
    let place = history.place(event)?;
    let of_leg = || place.ended().and_then(|leg| history.legs().get(leg)).map(|leg| Row::Lane(leg.from));
    Some(place.lane().map(Row::Lane).or_else(of_leg).unwrap_or(Row::Across))
}

fn events_of(history: &History, row: Row) -> &[u32] {
    match row {
        Row::Across => history.across(),
        Row::Lane(lane) => history.lanes().get(lane as usize).map_or(&[], |lane| &lane.events),
    }
}

fn next_row(history: &History, row: Row, way: Way) -> Option<Row> {
    let lanes = history.lanes().len() as u32;
    match (row, way) {
        (Row::Across, Way::Down) => (lanes > 0).then_some(Row::Lane(0)),
        (Row::Lane(0), Way::Up) => Some(Row::Across),
        (Row::Lane(lane), Way::Up) => Some(Row::Lane(lane - 1)),
        (Row::Lane(lane), Way::Down) => (lane + 1 < lanes).then_some(Row::Lane(lane + 1)),
        _ => None,
    }
}

/// The event of a row that is nearest in time to another.
fn nearest(events: &[u32], records: &[Record], to: u32) -> Option<u32> {
    let after = events.partition_point(|event| *event < to);
    let time = |event: u32| records.get(event as usize).map(|record| record.time);
    let here = time(to)?;
    let apart = |event: u32| time(event).map(|time| time.since(here).max(here.since(time)));
    let before = after.checked_sub(1).and_then(|at| events.get(at)).copied();
    let after = events.get(after).copied();
    match (before, after) {
        (Some(before), Some(after)) if apart(after) < apart(before) => Some(after),
        (before, after) => before.or(after),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sim::network::NodeId;
    use crate::stage::diagram::test_runs::random_records;
    use proptest::prelude::*;

    const BACK: [(Way, Way); 2] = [(Way::Later, Way::Earlier), (Way::Along, Way::Back)];

    proptest! {
        #[test]
        fn keys_reach_every_event_of_a_lane_and_come_back_along_messages(records in random_records(4, 80)) {
            let mut history = History::of_nodes(4);
            history.extend(&records, &|direction| NodeId(direction.0 % 4));
            for lane in history.lanes() {
                let Some(first) = lane.events.first() else { continue };
                let later = |event: &u32| walk(&history, &records, *event, Way::Later);
                let walked: Vec<u32> = std::iter::successors(Some(*first), later).collect();
                prop_assert_eq!(&walked, &lane.events);
                prop_assert_eq!(walk(&history, &records, *first, Way::Last), lane.events.last().copied());
            }
            for event in 0..history.len() as u32 {
                let on_lane = history.place(event).and_then(|place| place.lane()).is_some();
                for (there, back) in BACK {
                    let Some(next) = walk(&history, &records, event, there).filter(|_| on_lane) else { continue };
                    prop_assert_eq!(walk(&history, &records, next, back), Some(event));
                }
                for way in [Way::Up, Way::Down] {
                    if let Some(next) = walk(&history, &records, event, way) {
                        prop_assert!(next != event);
                    }
                }
            }
        }
    }
}
