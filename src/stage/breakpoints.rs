//! What a watcher wants the run to pause on: a kind of message, a node, a property. Things go by their names, so that what was
//! set in one network means the same in the next that has such a thing.

use crate::sim::network::{Network, NodeId};
use crate::sim::process::Description;
use crate::sim::property::Property;
use crate::sim::timeline::Timeline;
use crate::sim::trace::{Event, LossPlace, PacketId, Record};
use crate::words::Phrase;
use crate::{phrase, word};

/// How many messages on their way are looked at for their kinds.
const KINDS_LOOKED_AT: usize = 60;
/// How many nodes are offered; of more, one is found on the stage.
const NODES_OFFERED: usize = 60;

/// Something to pause on.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub enum Breakpoint {
    /// A message of this kind sets out, arrives or is lost.
    Kind(String),
    /// Anything happens at the node of this name.
    Node(String),
    /// The property of this name comes to stand otherwise.
    Property(String),
}

/// All that the run is to pause on.
#[derive(Clone, PartialEq, Eq, Default, Debug)]
pub struct Breakpoints {
    /// In the order in which they were set, with whether they are on.
    list: Vec<(Breakpoint, bool)>,
}

impl Breakpoints {
    /// All of them that can come to pass in a network, with whether they are on.
    pub fn of(&self, network: &Network) -> Vec<(Breakpoint, bool)> {
        self.list.iter().filter(|(breakpoint, _)| breakpoint.is_of(network)).cloned().collect()
    }

    /// Whether there is this one, on or off.
    pub fn has(&self, breakpoint: &Breakpoint) -> bool {
        self.list.iter().any(|(known, _)| known == breakpoint)
    }

    /// Whether there is this one, and on.
    pub fn is_on(&self, breakpoint: &Breakpoint) -> bool {
        self.list.iter().any(|(known, on)| known == breakpoint && *on)
    }

    /// Sets one; it is on.
    pub fn set(&mut self, breakpoint: Breakpoint) {
        self.remove(&breakpoint);
        self.list.push((breakpoint, true));
    }

    /// Switches one on or off.
    pub fn switch(&mut self, breakpoint: &Breakpoint, on: bool) {
        self.list.iter_mut().filter(|(known, _)| known == breakpoint).for_each(|(_, is_on)| *is_on = on);
    }

    /// Removes one.
    pub fn remove(&mut self, breakpoint: &Breakpoint) {
        self.list.retain(|(known, _)| known != breakpoint);
    }

    /// Whether there is nothing to pause on.
    pub fn is_idle(&self) -> bool {
        !self.list.iter().any(|(_, on)| *on)
    }

    /// The first record from this one on that is to be paused on.
    pub fn hit<'a>(&self, timeline: &'a Timeline, from: usize) -> Option<&'a Record> {
        let past = timeline.past();
        past[from.min(past.len())..].iter().find(|record| self.meets(timeline, record))
    }

    fn meets(&self, timeline: &Timeline, record: &Record) -> bool {
        let on = || self.list.iter().filter(|(_, on)| *on).map(|(breakpoint, _)| breakpoint);
        let network = timeline.world().network();
        let named = |node: NodeId| {
            on().any(|known| matches!(known, Breakpoint::Node(name) if name == network.name(node)))
        };
        let of_kind = |packet: PacketId| {
            on().any(|known| matches!(known, Breakpoint::Kind(_)))
                && kind_of(timeline, packet).is_some_and(|kind| {
                    on().any(|known| matches!(known, Breakpoint::Kind(name) if *name == kind))
                })
        };
        match record.event {
            Event::Sent { packet, from, .. } => named(from) || of_kind(packet),
            Event::Delivered { packet, node } => named(node) || of_kind(packet),
            Event::Lost { packet, place, .. } => {
                matches!(place, LossPlace::Node(node) if named(node)) || of_kind(packet)
            }
            Event::Forwarded { node, .. }
            | Event::Fired { node, .. }
            | Event::Noted { node, .. }
            | Event::Answered { node, .. }
            | Event::Down { node }
            | Event::Up { node } => named(node),
            Event::Property { index, .. } => network.properties.get(index as usize).is_some_and(|property| {
                on().any(|known| matches!(known, Breakpoint::Property(name) if name == property.name))
            }),
            Event::Commanded { .. } | Event::Altered { .. } | Event::Duplicated { .. } => false,
        }
    }
}

impl Breakpoint {
    /// What it waits for, in words.
    pub fn words(&self, network: &Network) -> Phrase {
        match self {
            Breakpoint::Kind(kind) => phrase!("break.kind", kind = kind),
            Breakpoint::Node(node) => phrase!("break.node", node = node),
            Breakpoint::Property(name) => {
                let property = network.properties.iter().find(|property| property.name == name);
                let title = property.map_or(name.as_str(), |property| property.title.text());
                Phrase::new(word!("break.property")).with("what", title)
            }
        }
    }

    /// Whether it can come to pass in a network. Which kinds of messages there are is not known beforehand.
    fn is_of(&self, network: &Network) -> bool {
        match self {
            Breakpoint::Kind(_) => true,
            Breakpoint::Node(name) => network.node_named(name).is_some(),
            Breakpoint::Property(name) => network.properties.iter().any(|property| property.name == name),
        }
    }
}

/// What there is to pause on now: the network's properties, kinds of messages that are on their way, and the nodes.
pub fn offers(timeline: &Timeline) -> Vec<Breakpoint> {
    let network = timeline.world().network();
    let property = |property: &&'static Property| Breakpoint::Property(property.name.to_owned());
    let mut kinds: Vec<String> = Vec::new();
    for packet in timeline.world().packets().take(KINDS_LOOKED_AT) {
        let kind = kind_of(timeline, packet.id);
        kinds.extend(kind.filter(|kind| !kinds.contains(kind)));
    }
    kinds.sort_unstable();
    let nodes = network.nodes.iter().take(NODES_OFFERED).map(|node| Breakpoint::Node(node.name.clone()));
    let properties = network.properties.iter().map(property);
    properties.chain(kinds.into_iter().map(Breakpoint::Kind)).chain(nodes).collect()
}

/// The kind of a message, as its protocol calls it: `Store` of `Store { copy: … }`.
pub fn kind(description: &Description) -> &str {
    let content = description.content.trim_start();
    let end = content.find(|c: char| !c.is_alphanumeric() && c != '_').unwrap_or(content.len());
    &content[..end]
}

/// The kind of a message of a run, if it can be read.
pub fn kind_of(timeline: &Timeline, packet: PacketId) -> Option<String> {
    let description = timeline.trace().describe(timeline.world().network(), packet)?;
    Some(kind(&description).to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::stage::test_scene::partition_run as run;

    /// What the run is paused on, as sentences.
    fn hits(timeline: &Timeline, breakpoints: &Breakpoints) -> Vec<String> {
        let (mut from, mut said) = (0, Vec::new());
        while let Some(record) = breakpoints.hit(timeline, from) {
            said.push(timeline.trace().sentence(timeline.world().network(), record).to_string());
            from = timeline.past().iter().position(|known| std::ptr::eq(known, record)).unwrap() + 1;
        }
        said
    }

    fn only(breakpoint: Breakpoint) -> Breakpoints {
        let mut breakpoints = Breakpoints::default();
        breakpoints.set(breakpoint);
        breakpoints
    }

    #[test]
    fn a_kind_of_message_is_met_where_it_sets_out_and_where_it_ends() {
        let timeline = run(&["1s request n3 \"write x=4\"", "1s cut n3-n7"], "3s");
        let said = hits(&timeline, &only(Breakpoint::Kind("Written".to_owned())));
        assert!(said.len() > 6 && said.iter().all(|sentence| sentence.contains("write x=4")), "{said:?}");
        assert!(said.iter().any(|sentence| sentence.contains("receives")), "{said:?}");
        assert!(hits(&timeline, &only(Breakpoint::Kind("Writ".to_owned()))).is_empty());
    }

    #[test]
    fn a_node_is_met_by_what_happens_there_and_not_by_what_is_on_its_way_to_it() {
        let timeline = run(&["1s crash n6"], "3s");
        let said = hits(&timeline, &only(Breakpoint::Node("n6".to_owned())));
        assert!(said.contains(&"n6 goes down".to_owned()), "{said:?}");
        let sent_to = said.iter().filter(|sentence| sentence.contains("→ n6") && !sentence.contains("lost"));
        assert_eq!(sent_to.count(), 0, "{said:?}");
    }

    #[test]
    fn a_property_is_met_when_it_comes_to_stand_otherwise() {
        let timeline = run(
            &[
                "500ms cut n2-n4",
                "500ms cut n3-n7",
                "1s request n3 \"write x=4\"",
                "1.2s request n6 \"write x=5\"",
            ],
            "3s",
        );
        let said = hits(&timeline, &only(Breakpoint::Property("islands-disagree".to_owned())));
        assert_eq!(said.len(), 1, "{said:?}");
    }

    #[test]
    fn what_is_switched_off_or_removed_is_not_met() {
        let timeline = run(&[], "3s");
        let node = Breakpoint::Node("n1".to_owned());
        let mut breakpoints = only(node.clone());
        assert!(breakpoints.hit(&timeline, 0).is_some() && !breakpoints.is_idle());
        breakpoints.switch(&node, false);
        assert!(breakpoints.has(&node) && !breakpoints.is_on(&node) && breakpoints.is_idle());
        assert!(breakpoints.hit(&timeline, 0).is_none());
        breakpoints.set(node.clone());
        assert_eq!(breakpoints.of(timeline.world().network()), [(node.clone(), true)]);
        breakpoints.set(Breakpoint::Node("s1".to_owned()));
        assert_eq!(breakpoints.of(timeline.world().network()).len(), 1, "this network has no s1");
        breakpoints.remove(&node);
        assert!(!breakpoints.has(&node));
    }
}
