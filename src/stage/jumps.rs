//! What one can jump to along a run, in words.

use crate::sim::process::Sort;
use crate::sim::timeline::{Sought, Timeline};
use crate::sim::trace::Record;
use crate::word;
use crate::words::Key;

use super::Thing;

/// How many events to come are looked through.
pub const EVENTS_AHEAD_AT_MOST: usize = 20_000;

/// A kind of event to jump to.
#[derive(Debug)]
pub struct Kind {
    /// Its name in the page.
    pub name: &'static str,
    /// What it is called.
    pub title: Key,
    /// What is looked for; nothing for what happens at the node that is selected.
    pub sought: Option<Sought>,
}

/// All kinds, in the order of the list; the first is chosen at first.
pub static KINDS: &[Kind] = &[
    Kind { name: "deed", title: word!("jump.deed"), sought: Some(Sought::Deed) },
    Kind { name: "node", title: word!("jump.node"), sought: None },
    Kind { name: "loss", title: word!("jump.loss"), sought: Some(Sought::Loss) },
    Kind { name: "note", title: word!("jump.note"), sought: Some(Sought::Note) },
    Kind { name: "broken", title: word!("jump.broken"), sought: Some(Sought::Broken) },
    Kind { name: "request", title: word!("jump.request"), sought: Some(Sought::Sending(Sort::Request)) },
    Kind { name: "reply", title: word!("jump.reply"), sought: Some(Sought::Sending(Sort::Reply)) },
    Kind { name: "beat", title: word!("jump.beat"), sought: Some(Sought::Sending(Sort::Beat)) },
    Kind { name: "refusal", title: word!("jump.refusal"), sought: Some(Sought::Sending(Sort::Refusal)) },
];

/// Jumps to the next event of a kind or the last one before, and says what one finds there or why one is still here.
pub fn jump(timeline: &mut Timeline, kind: &Kind, selected: Option<Thing>, forward: bool) -> (bool, String) {
    let sought = match (kind.sought, selected) {
        (Some(sought), _) => sought,
        (None, Some(Thing::Node(node))) => Sought::At(node),
        (None, _) => return (false, word!("jump.no-node").text().to_owned()),
    };
    let moved = if forward { timeline.next(sought, EVENTS_AHEAD_AT_MOST) } else { timeline.previous(sought) };
    if !moved {
        let none = if forward { word!("jump.none-ahead") } else { word!("jump.none-before") };
        return (false, none.text().to_owned());
    }
    let past = timeline.past();
    let found = (0..past.len()).rev().find(|index| timeline.is(sought, *index));
    let sentence =
        |record: &Record| timeline.trace().sentence(timeline.world().network(), record).to_string();
    (true, found.map(|index| sentence(&past[index])).unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scenarios::{self, CATALOGUE};
    use crate::sim::network::NodeId;
    use crate::sim::time::Time;

    fn kind(name: &str) -> &'static Kind {
        KINDS.iter().find(|kind| kind.name == name).unwrap()
    }

    #[test]
    fn a_jump_says_what_it_found_or_why_it_did_not() {
        let mut scenario = scenarios::find("partition").unwrap().build_with(&[]).unwrap();
        scenario.script = vec!["1s crash n4".to_owned()];
        let mut timeline = Timeline::new(scenario, CATALOGUE).unwrap();
        let mut go = |name, selected, forward| jump(&mut timeline, kind(name), selected, forward);
        let (moved, said) = go("deed", None, true);
        assert!(moved && said.contains("crash n4"), "{said}");
        let (moved, said) = go("loss", None, true);
        assert!(moved && said.contains("lost"), "{said}");
        assert!(!go("broken", None, false).0);
        assert_eq!(go("node", None, true), (false, word!("jump.no-node").text().to_owned()));
        let (moved, said) = go("node", Some(Thing::Node(NodeId(5))), true);
        assert!(moved && said.contains("n6"), "{said}");
        let (moved, said) = go("refusal", None, true);
        assert_eq!((moved, said.as_str()), (false, word!("jump.none-ahead").text()));
        assert!(timeline.now() > Time::from_micros(1_000_000));
    }
}
