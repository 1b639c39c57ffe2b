//! The event log as plain data: the last things that happened, as sentences, by node and by kind.

use std::sync::Arc;

use crate::sim::network::{Network, NodeId};
use crate::sim::process::Sort;
use crate::sim::time::Time;
use crate::sim::timeline::Timeline;
use crate::sim::trace::{Event, LossPlace, Record, Trace};

use super::follow::Follower;
use super::thing::Thing;

/// How many rows the log shows.
pub const ROWS_AT_MOST: usize = 150;
/// How far back it looks for rows that a filter lets through.
const RECORDS_AT_MOST: usize = 20_000;

/// What sort of thing happened.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Topic {
    /// Something about a message.
    Message,
    /// Something done to the network, and what came of it at once.
    Fault,
    /// What processes and users say.
    Note,
    /// A property came to stand otherwise.
    Property,
    /// A timer.
    Timer,
}

/// What the log lets through.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Filter {
    /// Only what this node had a part in.
    pub node: Option<NodeId>,
    /// Which topics.
    pub show: Show,
}

/// Which topics the log shows.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum Show {
    /// All but timers and what happens to beats and to messages that are passed on, unless it goes wrong.
    #[default]
    Main,
    /// All.
    Everything,
    /// Messages.
    Messages,
    /// What was done, what came of it at once, and what became of properties.
    Faults,
    /// What processes and users say.
    Notes,
}

/// A row of the log.
#[derive(Clone, PartialEq, Debug)]
pub struct Row {
    /// A number that no other row of the page has; the same row keeps it.
    pub key: (u32, usize),
    /// When.
    pub time: Time,
    /// What sort of thing.
    pub topic: Topic,
    /// Whether it is something that went wrong.
    pub is_bad: bool,
    /// The sentence in pieces; true for those that name a node.
    pub pieces: Vec<(String, bool)>,
    /// What it is about, to be selected.
    pub thing: Option<Thing>,
}

/// The log, brought up to date at each look.
#[derive(Clone, Default, Debug)]
pub struct Log {
    follower: Follower,
    filter: Filter,
    rows: Vec<Arc<Row>>,
}

impl Log {
    /// The rows for what the run has come to, the oldest first. Sentences made before are not made again.
    pub fn look(&mut self, timeline: &Timeline, filter: Filter) -> &[Arc<Row>] {
        let same = self.follower.follow(timeline);
        if !same || filter != self.filter {
            self.rows.clear();
            self.filter = filter;
        }
        let past = timeline.past();
        self.rows.retain(|row| row.key.1 < past.len());
        let known = self.rows.last().map_or(0, |row| row.key.1 + 1);
        let oldest = known.max(past.len().saturating_sub(RECORDS_AT_MOST));
        let fresh = (oldest..past.len()).rev().filter(|index| self.admits(timeline, &past[*index]));
        let mut fresh: Vec<_> =
            fresh.take(ROWS_AT_MOST).map(|index| Arc::new(self.row(timeline, index))).collect();
        fresh.reverse();
        // A run that went back shows fewer rows than there is room for: then older ones are made anew.
        if known > 0 && fresh.is_empty() && self.rows.len() < ROWS_AT_MOST && self.rows[0].key.1 > 0 {
            return self.fill(timeline);
        }
        self.rows.extend(fresh);
        let surplus = self.rows.len().saturating_sub(ROWS_AT_MOST);
        self.rows.drain(..surplus);
        &self.rows
    }

    fn fill(&mut self, timeline: &Timeline) -> &[Arc<Row>] {
        let past = timeline.past();
        let first = self.rows[0].key.1.min(past.len());
        let room = ROWS_AT_MOST - self.rows.len();
        let older = (first.saturating_sub(RECORDS_AT_MOST)..first)
            .rev()
            .filter(|index| self.admits(timeline, &past[*index]));
        let mut rows: Vec<_> = older.take(room).map(|index| Arc::new(self.row(timeline, index))).collect();
        rows.reverse();
        rows.append(&mut self.rows);
        self.rows = rows;
        &self.rows
    }

    fn admits(&self, timeline: &Timeline, record: &Record) -> bool {
        let topic = topic(record.event);
        let topic_fits = match self.filter.show {
            Show::Main => is_bad(record.event) || is_main(timeline, record.event),
            Show::Everything => true,
            Show::Messages => topic == Topic::Message,
            Show::Faults => matches!(topic, Topic::Fault | Topic::Property),
            Show::Notes => topic == Topic::Note,
        };
        topic_fits && self.filter.node.is_none_or(|node| concerns(timeline.trace(), record.event, node))
    }

    fn row(&self, timeline: &Timeline, index: usize) -> Row {
        let record = &timeline.past()[index];
        let network = timeline.world().network();
        let sentence = timeline.trace().sentence(network, record).to_string();
        Row {
            key: (self.follower.forks(), index),
            time: record.time,
            topic: topic(record.event),
            is_bad: is_bad(record.event),
            pieces: split_at_names(network, &sentence),
            thing: thing(record.event),
        }
    }
}

fn topic(event: Event) -> Topic {
    match event {
        Event::Commanded { .. } | Event::Down { .. } | Event::Up { .. } => Topic::Fault,
        Event::Property { .. } => Topic::Property,
        Event::Noted { .. } | Event::Answered { .. } => Topic::Note,
        Event::Fired { .. } => Topic::Timer,
        Event::Sent { .. }
        | Event::Forwarded { .. }
        | Event::Delivered { .. }
        | Event::Lost { .. }
        | Event::Altered { .. }
        | Event::Duplicated { .. } => Topic::Message,
    }
}

/// Whether it is worth a row among the main events: not if it is one of many of its kind.
fn is_main(timeline: &Timeline, event: Event) -> bool {
    match event {
        Event::Fired { .. } | Event::Forwarded { .. } => false,
        _ => match thing(event) {
            Some(Thing::Packet(packet)) => timeline.trace().sort(packet) != Some(Sort::Beat),
            _ => true,
        },
    }
}

fn is_bad(event: Event) -> bool {
    matches!(event, Event::Lost { .. } | Event::Down { .. } | Event::Property { good: false, .. })
}

/// What an event is about, to be selected.
pub fn thing(event: Event) -> Option<Thing> {
    match event {
        Event::Sent { packet, .. }
        | Event::Forwarded { packet, .. }
        | Event::Delivered { packet, .. }
        | Event::Lost { packet, .. }
        | Event::Altered { packet, .. }
        | Event::Duplicated { packet, .. } => Some(Thing::Packet(packet)),
        Event::Fired { node, .. }
        | Event::Noted { node, .. }
        | Event::Answered { node, .. }
        | Event::Down { node }
        | Event::Up { node } => Some(Thing::Node(node)),
        Event::Commanded { .. } | Event::Property { .. } => None,
    }
}

/// Whether a node had a part in it. What was done and what is true concern all.
fn concerns(trace: &Trace, event: Event, node: NodeId) -> bool {
    match event {
        Event::Commanded { .. } | Event::Property { .. } => true,
        Event::Lost { place: LossPlace::Node(at), .. } if at == node => true,
        Event::Forwarded { node: by, .. } if by == node => true,
        _ => match thing(event) {
            Some(Thing::Node(by)) => by == node,
            Some(Thing::Packet(packet)) => {
                trace.ends(packet).is_some_and(|(from, to)| from == node || to == node)
            }
            _ => false,
        },
    }
}

/// A sentence in pieces, those that are a node's name apart.
fn split_at_names(network: &Network, sentence: &str) -> Vec<(String, bool)> {
    let in_name = |c: char| c.is_ascii_alphanumeric() || c == '_' || c == '.';
    let mut pieces: Vec<(String, bool)> = Vec::new();
    for word in sentence.split_inclusive(|c: char| !in_name(c)) {
        let bare = word.trim_end_matches(|c: char| !in_name(c));
        let bare = bare.trim_end_matches('.');
        let is_name = network.node_named(bare).is_some();
        let (name, rest) = word.split_at(if is_name { bare.len() } else { 0 });
        if is_name {
            pieces.push((name.to_owned(), true));
        }
        match pieces.last_mut() {
            Some((text, false)) => text.push_str(rest),
            _ if rest.is_empty() => {}
            _ => pieces.push((rest.to_owned(), false)),
        }
    }
    pieces
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scenarios::{self, CATALOGUE};

    fn run(script: &[&str], until_seconds: u64) -> Timeline {
        let mut scenario = scenarios::find("partition").unwrap().build_with(&[]).unwrap();
        scenario.script = script.iter().map(|line| (*line).to_owned()).collect();
        let mut timeline = Timeline::new(scenario, CATALOGUE).unwrap();
        timeline.seek(Time::from_micros(until_seconds * 1_000_000));
        timeline
    }

    fn text(row: &Row) -> String {
        row.pieces.iter().map(|(text, _)| text.as_str()).collect()
    }

    #[test]
    fn rows_are_the_last_events_in_order_and_say_what_the_trace_says() {
        let timeline = run(&[], 30);
        let mut log = Log::default();
        let rows = log.look(&timeline, Filter { node: None, show: Show::Everything });
        assert_eq!(rows.len(), ROWS_AT_MOST);
        assert_eq!(rows.last().unwrap().key.1, timeline.past().len() - 1);
        assert!(rows.is_sorted_by_key(|row| row.key.1));
        for row in rows {
            let record = &timeline.past()[row.key.1];
            let said = timeline.trace().sentence(timeline.world().network(), record).to_string();
            assert_eq!(text(row), said);
        }
    }

    #[test]
    fn looking_often_and_looking_once_show_the_same_rows() {
        let mut timeline = run(&["1s cut n2-n4"], 0);
        let mut often = Log::default();
        let all = Filter { node: None, show: Show::Everything };
        // Forwards, far back, and forwards again.
        for second in [1, 2, 9, 30, 3, 4, 1, 20] {
            timeline.seek(Time::from_micros(second * 1_000_000));
            let kept: Vec<_> = often.look(&timeline, all).iter().map(|row| text(row)).collect();
            let fresh: Vec<_> = Log::default().look(&timeline, all).iter().map(|row| text(row)).collect();
            assert_eq!(kept, fresh, "at {second} s");
        }
    }

    #[test]
    fn filters_let_through_what_they_say() {
        let timeline = run(&["1s cut n2-n4", "2s crash n1"], 5);
        let mut log = Log::default();
        let faults = Filter { node: None, show: Show::Faults };
        let rows: Vec<_> = log.look(&timeline, faults).iter().map(|row| text(row)).collect();
        assert!(rows.iter().any(|row| row == "n1 goes down"), "{rows:?}");
        assert!(rows.iter().all(|row| !row.contains("→")), "{rows:?}");
        let node = timeline.world().network().node_named("n6").unwrap();
        let of_n6 = Filter { node: Some(node), show: Show::Messages };
        let rows = log.look(&timeline, of_n6);
        assert!(!rows.is_empty());
        assert!(rows.iter().all(|row| row.pieces.iter().any(|(text, _)| text == "n6")));
    }

    #[test]
    fn main_events_leave_beats_out_until_one_is_lost() {
        let quiet = run(&[], 5);
        let rows: Vec<_> =
            Log::default().look(&quiet, Filter::default()).iter().map(|row| text(row)).collect();
        assert!(rows.iter().all(|row| !row.contains("beat")), "{rows:?}");
        let crashed = run(&["1s crash n6"], 5);
        let rows: Vec<_> =
            Log::default().look(&crashed, Filter::default()).iter().map(|row| text(row)).collect();
        assert!(rows.iter().any(|row| row.contains("beat") && row.contains("lost")), "{rows:?}");
    }

    #[test]
    fn names_of_nodes_are_pieces_of_their_own() {
        let timeline = run(&[], 0);
        let pieces = split_at_names(timeline.world().network(), "n1 → n2: a note on n3.");
        let names: Vec<_> = pieces.iter().filter(|(_, name)| *name).map(|(text, _)| text.as_str()).collect();
        assert_eq!(names, ["n1", "n2", "n3"]);
        let whole: String = pieces.iter().map(|(text, _)| text.as_str()).collect();
        assert_eq!(whole, "n1 → n2: a note on n3.");
    }
}
