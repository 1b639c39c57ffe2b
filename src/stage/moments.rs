//! A node at one moment as names and values, and two such moments side by side: what changed, and what differs.

use crate::sim::inspect::{DiskRecord, NodeDetail, TimerDetail, Waiting};
use crate::sim::network::{Network, NodeId};
use crate::sim::process::FactValue;
use crate::sim::snapshot::NodeStatus;
use crate::sim::time::Time;
use crate::sim::timeline::Timeline;
use crate::sim::world::World;
use crate::words::Key;
use crate::{phrase, word};

use super::next::timer_words;
use super::units;
use super::words::word_for;

/// What a value of a node belongs to.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Part {
    /// How it is, and what its process shows.
    Facts,
    /// Timers that are set.
    Timers,
    /// Its disk.
    Disk,
    /// What waits for it.
    Inbox,
    /// Its settings.
    Settings,
}

/// A name and a value.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Entry {
    /// What it belongs to.
    pub part: Part,
    /// What it is called; no two of a part are called the same.
    pub name: String,
    /// What it is.
    pub value: String,
    /// A remark, which is no part of what it is.
    pub note: Option<String>,
}

/// A node at one moment.
#[derive(Clone, PartialEq, Debug)]
pub struct Moment {
    /// When.
    pub at: Time,
    /// Which node.
    pub node: NodeId,
    /// Its name.
    pub name: String,
    /// All that is known of it.
    pub entries: Vec<Entry>,
}

/// A value at two moments.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Pair {
    /// What it belongs to.
    pub part: Part,
    /// What it is called.
    pub name: String,
    /// What it was at the first; nothing if it was not there.
    pub then: Option<String>,
    /// What it was at the second.
    pub now: Option<String>,
}

impl Pair {
    /// Whether the moments differ in it.
    pub fn differs(&self) -> bool {
        self.then != self.now
    }
}

impl Moment {
    /// A node as the watcher sees it; none if the run has no such node.
    pub fn of(timeline: &Timeline, node: NodeId) -> Option<Moment> {
        Moment::in_world(timeline.world(), timeline.now(), node)
    }

    /// A node of a world, seen at this moment.
    pub fn in_world(world: &World, at: Time, node: NodeId) -> Option<Moment> {
        let detail = NodeDetail::in_world(world, at, node)?;
        let network = world.network();
        let mut entries = facts(network, &detail);
        entries.extend(detail.timers.iter().map(|timer| timer_entry(network, timer)));
        entries.extend(detail.disk.iter().map(disk_entry));
        entries.extend(detail.waiting.iter().enumerate().map(inbox_entry));
        let setting =
            |(setting, value): &(&'static crate::sim::settings::Setting, crate::sim::settings::Value)| {
                entry(Part::Settings, word_for("setting", setting.name), value.to_string())
            };
        entries.extend(detail.settings.iter().map(setting));
        Some(Moment { at, node, name: detail.name, entries })
    }

    /// The entries of a part.
    pub fn part(&self, part: Part) -> impl Iterator<Item = &Entry> {
        self.entries.iter().filter(move |entry| entry.part == part)
    }

    /// What the entry of this part and name says.
    pub fn value(&self, part: Part, name: &str) -> Option<&str> {
        self.part(part).find(|entry| entry.name == name).map(|entry| entry.value.as_str())
    }
}

/// Two moments side by side, in the order of the second; what only the first has stands after its part.
pub fn side_by_side(then: &Moment, now: &Moment) -> Vec<Pair> {
    let parts = [Part::Facts, Part::Timers, Part::Disk, Part::Inbox, Part::Settings];
    let pairs = parts.into_iter().flat_map(|part| {
        let both = now.part(part).map(move |entry| Pair {
            part,
            name: entry.name.clone(),
            then: then.value(part, &entry.name).map(str::to_owned),
            now: Some(entry.value.clone()),
        });
        let gone = then.part(part).filter(move |entry| now.value(part, &entry.name).is_none());
        both.chain(gone.map(move |entry| Pair {
            part,
            name: entry.name.clone(),
            then: Some(entry.value.clone()),
            now: None,
        }))
    });
    pairs.collect()
}

/// The value of a fact, nodes by their names.
pub fn fact_text(network: &Network, value: &FactValue) -> String {
    match value {
        FactValue::Text(text) => text.clone(),
        FactValue::Word(word) => word.text().to_owned(),
        FactValue::Count(count) => count.to_string(),
        FactValue::Nodes(nodes) if nodes.is_empty() => "–".to_owned(),
        FactValue::Nodes(nodes) => {
            let names: Vec<_> = nodes.iter().map(|node| network.name(*node)).collect();
            names.join(" ")
        }
        FactValue::Duration(length) => units::amount(*length),
    }
}

fn entry(part: Part, name: String, value: String) -> Entry {
    Entry { part, name, value, note: None }
}

fn facts(network: &Network, detail: &NodeDetail) -> Vec<Entry> {
    let of = |name: Key, value: String| entry(Part::Facts, name.text().to_owned(), value);
    let state = of(word!("inspect.state"), status_word(detail.status).text().to_owned());
    let facts = detail.facts.iter().map(|fact| of(fact.name, fact_text(network, &fact.value)));
    let gauges = detail.gauges.iter().map(|gauge| {
        let name = match gauge.toward {
            None => word!("inspect.gauge").text().to_owned(),
            Some(neighbour) => phrase!("inspect.gauge-toward", node = network.name(neighbour)).to_string(),
        };
        entry(Part::Facts, name, phrase!("inspect.of", n = gauge.used, all = gauge.of).to_string())
    });
    std::iter::once(state).chain(facts).chain(gauges).collect()
}

fn status_word(status: NodeStatus) -> Key {
    match status {
        NodeStatus::Running => word!("inspect.running"),
        NodeStatus::Crashed => word!("inspect.crashed"),
        NodeStatus::Paused => word!("inspect.paused"),
        NodeStatus::Byzantine => word!("inspect.byzantine"),
    }
}

/// A timer by the moment at which it goes off, which stays what it is until it is set anew.
fn timer_entry(network: &Network, timer: &TimerDetail) -> Entry {
    let name = timer_words(timer.name, timer.key, timer.is_sync);
    let moment = units::clock(timer.due_at, network.pace);
    let left = phrase!("inspect.timer.in", length = units::amount(timer.remaining)).to_string();
    let entry = entry(Part::Timers, name, phrase!("inspect.timer.at", moment = moment).to_string());
    Entry { note: Some(left), ..entry }
}

fn disk_entry(record: &DiskRecord) -> Entry {
    let note = if record.is_synced { word!("inspect.synced") } else { word!("inspect.unsynced") };
    let entry = entry(Part::Disk, record.name.clone(), readable(&record.content));
    Entry { note: Some(note.text().to_owned()), ..entry }
}

/// Bytes as text if that is what they are, else in hexadecimal.
fn readable(bytes: &[u8]) -> String {
    match std::str::from_utf8(bytes) {
        Ok(text) if !text.chars().any(char::is_control) => text.to_owned(),
        _ => bytes.iter().map(|byte| format!("{byte:02x}")).collect::<Vec<_>>().join(" "),
    }
}

fn inbox_entry((index, waiting): (usize, &Waiting)) -> Entry {
    let text = match waiting {
        Waiting::Message(_, label) => {
            let label = label.as_deref().unwrap_or(word!("log.unreadable").text());
            phrase!("inspect.inbox.message", what = label).to_string()
        }
        Waiting::Timer(name) => phrase!("inspect.inbox.timer", timer = word_for("timer", name)).to_string(),
        Waiting::Request(text) => phrase!("inspect.inbox.request", what = text).to_string(),
        Waiting::Other => word!("inspect.inbox.other").text().to_owned(),
    };
    entry(Part::Inbox, (index + 1).to_string(), text)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::stage::test_scene::partition_run as run;

    fn differing(then: &Moment, now: &Moment) -> Vec<Pair> {
        side_by_side(then, now).into_iter().filter(Pair::differs).collect()
    }

    #[test]
    fn names_of_a_part_are_those_of_one_value_each() {
        let timeline = run(&["1s request n3 \"write x=4\""], "1.5s");
        for node in timeline.world().network().node_ids() {
            let moment = Moment::of(&timeline, node).unwrap();
            let names: std::collections::BTreeSet<_> =
                moment.entries.iter().map(|entry| (entry.part, entry.name.clone())).collect();
            assert_eq!(names.len(), moment.entries.len(), "{moment:?}");
        }
    }

    #[test]
    fn two_moments_differ_in_what_changed_between_them() {
        let node = NodeId(2);
        let mut timeline = run(&["1s request n3 \"write x=4\""], "900ms");
        let then = Moment::of(&timeline, node).unwrap();
        assert!(differing(&then, &then).is_empty());
        timeline.seek(Time::parse("1.9s").unwrap());
        let now = Moment::of(&timeline, node).unwrap();
        let pairs = differing(&then, &now);
        let disk: Vec<_> = pairs.iter().filter(|pair| pair.part == Part::Disk).collect();
        assert!(
            !disk.is_empty() && disk.iter().all(|pair| pair.then.is_none() && pair.now.is_some()),
            "{pairs:?}"
        );
        assert!(pairs.iter().any(|pair| pair.part == Part::Timers), "a beat set its timer anew: {pairs:?}");
        assert!(!pairs.iter().any(|pair| pair.part == Part::Settings));
        // The other way round, what is there now is what was there then.
        let back = differing(&now, &then);
        assert_eq!(back.len(), pairs.len());
        assert!(back.iter().any(|pair| pair.part == Part::Disk && pair.now.is_none()));
    }

    #[test]
    fn the_last_event_changed_what_differs_from_the_world_before_it() {
        let node = NodeId(2);
        let mut timeline = run(&["1s crash n3"], "1s");
        let before = timeline.before_last_event().unwrap();
        let then = Moment::in_world(&before, before.now(), node).unwrap();
        let pairs = differing(&then, &Moment::of(&timeline, node).unwrap());
        let state = pairs.iter().find(|pair| pair.part == Part::Facts).unwrap();
        assert_eq!(state.now.as_deref(), Some("crashed"), "{pairs:?}");
        // What happens elsewhere changes nothing here.
        let hash = timeline.world().hash();
        timeline.step();
        let before = timeline.before_last_event().unwrap();
        assert_eq!(before.hash(), hash);
        let then = Moment::in_world(&before, before.now(), node).unwrap();
        assert!(differing(&then, &Moment::of(&timeline, node).unwrap()).is_empty());
    }

    #[test]
    fn before_its_first_event_there_is_no_world() {
        let mut timeline = run(&[], "0s");
        assert!(timeline.before_record(usize::MAX).is_none());
        while timeline.step_back() {}
        assert!(timeline.before_last_event().is_none());
    }
}
