//! What can happen next as rows of a list: what it is, who has a part in it, when it is due, and where the stage shows it.

use crate::sim::command::message_name;
use crate::sim::network::Network;
use crate::sim::pending::{Pending, Way, What};
use crate::sim::process::Sort;
use crate::sim::timeline::Timeline;
use crate::sim::trace::cause_words;
use crate::{phrase, word};

use super::thing::Thing;
use super::units;
use super::words::word_for;

/// How many rows the list shows at most.
pub const ROWS_AT_MOST: usize = 60;

/// Which rows the list shows.
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug)]
pub enum Only {
    /// All.
    #[default]
    All,
    /// Messages.
    Messages,
    /// Messages, but for those that only keep house.
    Work,
    /// Timers.
    Timers,
}

/// Something that can happen next.
#[derive(Clone, PartialEq, Debug)]
pub struct Row {
    /// What tells it from the others, as commands name it.
    pub key: String,
    /// What it is: what a message says, what a timer is called.
    pub what: String,
    /// Who has a part in it.
    pub who: String,
    /// When it is due, and what will become of it if that is decided.
    pub when: String,
    /// Whether it will be lost.
    pub is_lost: bool,
    /// Where the stage shows it.
    pub thing: Thing,
    /// What can be done to it.
    pub pending: Pending,
}

/// The rows, what is due first to begin with, and how many there would be.
pub fn rows(timeline: &Timeline, only: Only) -> (Vec<Row>, usize) {
    let at_most = if only == Only::All { ROWS_AT_MOST } else { usize::MAX };
    let (pending, count) = timeline.world().pending(at_most);
    let shown: Vec<Pending> = pending.into_iter().filter(|pending| only.admits(&pending.what)).collect();
    let count = if only == Only::All { count } else { shown.len() };
    (shown.into_iter().take(ROWS_AT_MOST).map(|pending| Row::of(timeline, pending)).collect(), count)
}

impl Only {
    fn admits(self, what: &What) -> bool {
        match (self, what) {
            (Only::All, _) | (Only::Messages, What::Message { .. }) | (Only::Timers, What::Timer { .. }) => {
                true
            }
            (Only::Work, What::Message { sort, .. }) => *sort != Sort::Beat,
            _ => false,
        }
    }
}

impl Row {
    fn of(timeline: &Timeline, pending: Pending) -> Row {
        let network = timeline.world().network();
        let left = |due: crate::sim::time::Time| units::amount(due.since(timeline.now()));
        let due = pending.due.map(|due| phrase!("next.in", length = left(due)).to_string());
        let mut is_lost = false;
        let (key, what, who, when, thing) = match &pending.what {
            What::Message { packet, from, to, way, label, lost, .. } => {
                let label = label.clone().unwrap_or_else(|| word!("log.unreadable").text().to_owned());
                is_lost = lost.is_some();
                let when = match (lost, way) {
                    (Some(cause), _) => {
                        let cause = cause_words(network, *cause).text();
                        phrase!("next.lost", when = due.unwrap_or_default(), cause = cause).to_string()
                    }
                    (None, Way::HeldBack(node)) if node != to => {
                        let (when, node) = (due.unwrap_or_default(), network.name(*node));
                        phrase!("next.held-back", when = when, node = node).to_string()
                    }
                    (None, Way::Queued(_, before)) => phrase!("next.queued", n = before).to_string(),
                    (None, _) => due.unwrap_or_default(),
                };
                let ends = phrase!("inspect.from-to", from = network.name(*from), to = network.name(*to));
                let who = match hop(network, *way, *from, *to) {
                    Some(hop) => phrase!("next.hop", ends = ends, hop = hop).to_string(),
                    None => ends.to_string(),
                };
                (message_name(*packet), label, who, when, Thing::Packet(*packet))
            }
            What::Timer { node, timer, is_sync } => {
                let name = timer_words(timer.name, timer.key, *is_sync);
                let key = format!("{} {}#{}", network.name(*node), timer.name, timer.key);
                (key, name, network.name(*node).to_owned(), due.unwrap_or_default(), Thing::Node(*node))
            }
        };
        Row { key, what, who, when, is_lost, thing, pending }
    }

    /// Whether it is a message.
    pub fn is_message(&self) -> bool {
        matches!(self.pending.what, What::Message { .. })
    }
}

/// The hop that a message is on, if it is not its whole way.
fn hop(
    network: &Network,
    way: Way,
    from: crate::sim::network::NodeId,
    to: crate::sim::network::NodeId,
) -> Option<String> {
    let (Way::Flying(direction) | Way::Queued(direction, _)) = way else { return None };
    let (source, target) = (network.source(direction), network.target(direction));
    let is_part = (source, target) != (from, to);
    is_part.then(|| {
        phrase!("inspect.from-to", from = network.name(source), to = network.name(target)).to_string()
    })
}

/// A timer in words: with its number if there may be several of its name, and as what it reports if it is a disk's.
pub fn timer_words(name: &str, key: u64, is_sync: bool) -> String {
    let name = word_for("timer", name);
    let name = if key == 0 { name } else { format!("{name} {key}") };
    if is_sync { phrase!("inspect.timer.sync", timer = name).to_string() } else { name }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::stage::test_scene::partition_run as run;

    #[test]
    fn rows_say_what_who_and_when() {
        let timeline = run(&["1s request n3 \"write x=4\"", "4s cut n3-n7"], "1.003s");
        let (work, count) = rows(&timeline, Only::Work);
        assert_eq!(work.len(), count);
        assert!(work.iter().all(|row| row.what == "write x=4" && row.is_message()), "{work:#?}");
        assert!(work.iter().any(|row| row.who == "n3 → n7"), "{work:#?}");
        assert!(work.iter().all(|row| row.when.contains("ms")));
        let (timers, _) = rows(&timeline, Only::Timers);
        assert!(
            timers
                .iter()
                .any(|row| row.who == "n1" && row.thing == Thing::Node(crate::sim::network::NodeId(0)))
        );
        let (all, count) = rows(&timeline, Only::All);
        assert_eq!(all.len(), count.min(ROWS_AT_MOST));
        let keys: std::collections::BTreeSet<_> = all.iter().map(|row| &row.key).collect();
        assert_eq!(keys.len(), all.len(), "no two rows have the same key");
        let (messages, _) = rows(&timeline, Only::Messages);
        assert!(messages.len() >= work.len());
    }

    #[test]
    fn what_will_be_lost_says_why() {
        let timeline = run(&["1s request n3 \"write x=4\"", "1.01s cut n3-n7"], "1.02s");
        let (work, _) = rows(&timeline, Only::Work);
        let doomed: Vec<_> = work.iter().filter(|row| row.is_lost).collect();
        assert!(
            !doomed.is_empty() && doomed.iter().all(|row| row.when.contains("the link is cut")),
            "{work:#?}"
        );
    }
}
