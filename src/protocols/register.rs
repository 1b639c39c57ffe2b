//! A register that all members hold a copy of, and heartbeats by which they tell who is there.
//!
//! Every member sends a beat to every other; one that is unheard of for `suspect-after` beats is suspected, rightly or not.
//! There is one register, `x`, and two ways of keeping its copies alike:
//!
//! - **available**: any member accepts a write at once, gives it a tag (a Lamport counter and its own name), and tells the
//!   others. The newest tag wins everywhere; of two writes that knew nothing of each other the older is discarded, although
//!   it was accepted.
//! - **consistent**: a write asks a majority for their tags and stores its value with a higher one at a majority; a read asks
//!   a majority, stores the newest of it at a majority and then answers (H. Attiya, A. Bar-Noy, D. Dolev: *Sharing memory
//!   robustly in message-passing systems*, 1995; with several writers: N. Lynch, A. Shvartsman, 1997). The majority is of all
//!   members there are, not of those one sees. Without one the request is refused when its time is up. A write refused so may
//!   still take effect later: some members may have stored it.
//!
//! In both modes beats carry the sender's copy, and who holds an older one adopts it (anti-entropy). Nothing is ever sent
//! that is not safe on the sender's disk, so that no tag is given twice, whoever crashes.
//!
//! Requests of a member's user, where a value has up to 12 characters and no space:
//!
//! ```text
//! request = "write x=" value         write x=4
//!         | "read x"
//! ```

mod figures;
mod operation;
mod properties;

use std::collections::VecDeque;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::sim::disk::DiskFull;
use crate::sim::network::NodeId;
use crate::sim::process::{
    Context, FactValue, Icon, Look, Message, Process, Protocol, Role, Sort, Timer, describe, timer,
};
use crate::sim::random::Rng;
use crate::sim::settings::{Kind, Setting};
use crate::sim::time::{Duration, Time};
use crate::sorted::{Map, Set};
use crate::{phrase, word};

pub use operation::{Done, DoneKind};
use operation::{Operation, Wish};

/// Members with heartbeats and a replicated register.
pub static REGISTER: Protocol = Protocol {
    name: Register::PROTOCOL,
    roles: &[Role::of::<Member>("member", Icon::Member, MEMBER_SETTINGS)],
    properties: properties::PROPERTIES,
    readings: properties::READINGS,
    figures: figures::FIGURES,
    describe: describe::<Register>,
};

const MEMBER_SETTINGS: &[Setting] = &[
    Setting { name: "mode", kind: Kind::Choice(&["available", "consistent"]), default: "available" },
    Setting {
        name: "heartbeat",
        kind: Kind::Duration(Duration::millis(1), Duration::secs(3_600)),
        default: "500ms",
    },
    Setting { name: "suspect-after", kind: Kind::Count(1, 100), default: "3" },
    Setting {
        name: "timeout",
        kind: Kind::Duration(Duration::millis(1), Duration::secs(3_600)),
        default: "2s",
    },
];

/// Orders all writes: by counter, and by member where counters are equal.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Default, Serialize, Deserialize)]
pub struct Tag {
    /// One more than any that the writer knew.
    pub counter: u64,
    /// The number of the member that wrote.
    pub writer: u32,
}

/// A value of the register as one write left it.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Copy {
    /// Which write.
    pub tag: Tag,
    /// What it wrote.
    pub value: String,
    /// The newest write of each member that this one knew of and replaced. A write that is not among them was not replaced
    /// knowingly.
    replaced: Vec<Tag>,
}

/// What members say to each other. `operation` numbers the operations of the member that asks.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub enum Register {
    /// I am here, and this is my copy.
    Beat {
        /// The sender's copy, if there was a write.
        copy: Option<Copy>,
    },
    /// In available mode: this was written.
    Written {
        /// The new copy.
        copy: Copy,
    },
    /// What is your copy?
    Ask {
        /// Of which operation.
        operation: u64,
    },
    /// This is my copy.
    Tell {
        /// Of which operation.
        operation: u64,
        /// The sender's copy, if there was a write.
        copy: Option<Copy>,
    },
    /// Store this unless you have a newer one, and acknowledge.
    Store {
        /// Of which operation.
        operation: u64,
        /// The copy.
        copy: Copy,
    },
    /// This copy or a newer one is safe on my disk.
    Stored {
        /// Of which operation.
        operation: u64,
    },
}

impl Message for Register {
    const PROTOCOL: &'static str = "register";

    fn label(&self) -> String {
        match self {
            Register::Beat { .. } => "beat".to_owned(),
            Register::Written { copy } | Register::Store { copy, .. } => format!("write x={}", copy.value),
            Register::Ask { .. } => "read?".to_owned(),
            Register::Tell { copy: Some(copy), .. } => format!("x={}", copy.value),
            Register::Tell { copy: None, .. } => "x=–".to_owned(),
            Register::Stored { .. } => "ack".to_owned(),
        }
    }

    fn sort(&self) -> Sort {
        match self {
            Register::Beat { .. } => Sort::Beat,
            Register::Written { .. } | Register::Ask { .. } | Register::Store { .. } => Sort::Request,
            Register::Tell { .. } | Register::Stored { .. } => Sort::Reply,
        }
    }

    /// Members sign nothing, so a liar can invent a newer write and say that it is anyone's.
    fn forge(&self, rng: &mut Rng) -> Option<Register> {
        let mut lie = self.clone();
        match &mut lie {
            Register::Beat { copy: Some(copy) }
            | Register::Written { copy }
            | Register::Tell { copy: Some(copy), .. }
            | Register::Store { copy, .. } => {
                copy.value = rng.below(100).to_string();
                copy.tag.counter = copy.tag.counter.saturating_add(1 + rng.below(3));
                Some(lie)
            }
            _ => None,
        }
    }
}

/// One that holds a copy.
#[derive(Clone, Debug, Default)]
pub struct Member {
    me: u32,
    /// All members with their names, as a configuration file would list them.
    members: Arc<[(NodeId, String)]>,
    consistent: bool,
    heartbeat: Duration,
    /// When each other member was last heard of.
    heard: Map<NodeId, Time>,
    suspects: Set<NodeId>,
    /// The newest copy that is safe on the disk: nothing else is ever told to anyone.
    copy: Option<Copy>,
    /// The tag of the newest copy that was given to the disk, safe or not.
    written: Tag,
    /// What waits for a sync, by the number of the sync.
    syncing: Map<u64, Synced>,
    syncs: u64,
    operation: Option<Operation>,
    /// What users want next: one thing at a time.
    waiting: VecDeque<Wish>,
    next_operation: u64,
    /// The last operations that were completed by majority.
    done: VecDeque<Done>,
    accepted: u64,
    refused: u64,
    discarded: u64,
}

/// What is to be done once a sync is complete.
#[derive(Clone, Debug)]
struct Synced {
    copy: Option<Copy>,
    then: Then,
}

#[derive(Clone, Copy, Debug)]
enum Then {
    Nothing,
    /// Acknowledges to another member.
    Acknowledge(NodeId, u64),
    /// Goes on with an operation of this member.
    GoOn(u64),
}

const BEAT: Timer = timer("beat");
const TIMEOUT: Timer = timer("timeout");
const SYNC: &str = "sync";
const RECORD: &str = "x";

impl Member {
    /// The value of its copy.
    pub fn value(&self) -> Option<&str> {
        self.copy.as_ref().map(|copy| copy.value.as_str())
    }

    /// The tag of its copy.
    pub fn version(&self) -> Option<Tag> {
        self.copy.as_ref().map(|copy| copy.tag)
    }

    /// Whether it answers by majority only.
    pub fn is_consistent(&self) -> bool {
        self.consistent
    }

    /// The members that it has not heard of for too long.
    pub fn suspects(&self) -> &Set<NodeId> {
        &self.suspects
    }

    /// How many writes it accepted since it started.
    pub fn accepted(&self) -> u64 {
        self.accepted
    }

    /// How many writes it refused since it started.
    pub fn refused(&self) -> u64 {
        self.refused
    }

    /// How many writes that were accepted here it has seen discarded since it started.
    pub fn discarded(&self) -> u64 {
        self.discarded
    }

    /// Whether a request is under way.
    pub fn is_busy(&self) -> bool {
        self.operation.is_some()
    }

    /// The last operations that a majority completed at its request, the oldest first.
    pub fn done(&self) -> impl Iterator<Item = &Done> {
        self.done.iter()
    }

    fn others(&self) -> impl Iterator<Item = NodeId> + use<> {
        let (members, me) = (Arc::clone(&self.members), NodeId(self.me));
        (0..members.len()).map(move |index| members[index].0).filter(move |node| *node != me)
    }

    fn tell_others(&self, cx: &mut Context<'_, Register>, message: &Register) {
        self.others().for_each(|node| cx.send_routed(node, message));
    }

    fn name_of(&self, node: u32) -> &str {
        self.members.iter().find(|(id, _)| id.0 == node).map_or("?", |(_, name)| name)
    }

    // Heartbeats.

    fn beat(&mut self, cx: &mut Context<'_, Register>) {
        cx.set_timer(BEAT, self.heartbeat);
        self.tell_others(cx, &Register::Beat { copy: self.copy.clone() });
        self.suspect(cx);
        self.ask_again(cx);
    }

    fn suspect(&mut self, cx: &mut Context<'_, Register>) {
        let patience = self.heartbeat * cx.settings().count("suspect-after");
        let now = cx.now();
        for (node, last) in self.heard.iter() {
            if now.since(*last) > patience && self.suspects.insert(*node) {
                cx.note(phrase!("note.suspects", member = cx.name(*node)));
            }
        }
    }

    fn hear(&mut self, cx: &mut Context<'_, Register>, from: NodeId) {
        self.heard.insert(from, cx.now());
        if self.suspects.remove(&from) {
            cx.note(phrase!("note.hears-again", member = cx.name(from)));
        }
    }

    // The copy.

    /// Takes a copy over if it is newer than any before, and once the disk is safe goes on. Even if it is not newer a sync is
    /// waited for, because the newer one may itself not be safe yet.
    fn adopt(&mut self, cx: &mut Context<'_, Register>, copy: &Copy, then: Then) -> Result<(), DiskFull> {
        let newer = copy.tag > self.written;
        if newer {
            let record = postcard::to_allocvec(copy).expect("a copy that postcard can encode");
            cx.write(RECORD, &record)?;
            self.written = copy.tag;
        }
        self.syncs += 1;
        self.syncing.insert(self.syncs, Synced { copy: newer.then(|| copy.clone()), then });
        cx.sync(Timer { name: SYNC, key: self.syncs });
        Ok(())
    }

    /// Adopts what another member has, if it is newer. A full disk leaves it for the next beat.
    fn catch_up(&mut self, cx: &mut Context<'_, Register>, copy: &Copy) {
        if copy.tag > self.written {
            let _full = self.adopt(cx, copy, Then::Nothing);
        }
    }

    fn synced(&mut self, cx: &mut Context<'_, Register>, number: u64) {
        let Some(Synced { copy, then }) = self.syncing.remove(&number) else { return };
        if let Some(copy) = copy {
            self.lament(cx, &copy);
            self.copy = Some(copy);
        }
        match then {
            Then::Nothing => {}
            Then::Acknowledge(node, operation) => cx.send_routed(node, &Register::Stored { operation }),
            Then::GoOn(operation) => self.copy_is_safe(cx, operation),
        }
    }

    /// Says so if a write that was accepted here gives way to one that did not know of it.
    fn lament(&mut self, cx: &mut Context<'_, Register>, newer: &Copy) {
        let Some(mine) = &self.copy else { return };
        let accepted_here = mine.tag.writer == self.me && !self.consistent;
        if accepted_here && newer.tag > mine.tag && !newer.knew(mine.tag) {
            self.discarded += 1;
            cx.note(phrase!("note.discards", old = &mine.value, new = &newer.value));
        }
    }
}

impl Copy {
    /// A copy that replaces this one knowingly.
    fn replace(old: Option<&Copy>, tag: Tag, value: String) -> Copy {
        let mut replaced = old.map_or_else(Vec::new, |old| old.replaced.clone());
        if let Some(old) = old {
            replaced.retain(|known| known.writer != old.tag.writer);
            replaced.push(old.tag);
        }
        Copy { tag, value, replaced }
    }

    /// Whether its writer knew of the write with this tag, or of a later one of the same member.
    fn knew(&self, tag: Tag) -> bool {
        self.tag == tag
            || self.replaced.iter().any(|known| known.writer == tag.writer && known.counter >= tag.counter)
    }
}

impl Process for Member {
    type Message = Register;

    fn on_start(&mut self, cx: &mut Context<'_, Register>) {
        self.me = cx.me().0;
        let members = cx.nodes_with_role("member");
        self.members = members.iter().map(|node| (*node, cx.name(*node).to_owned())).collect();
        self.heard = self.others().map(|node| (node, cx.now())).collect();
        self.copy = cx.disk().read(RECORD).and_then(|record| postcard::from_bytes(record).ok());
        self.written = self.version().unwrap_or_default();
        // Numbers begin at the microsecond of the start, so that an answer to what was asked before a crash is not mistaken.
        self.next_operation = cx.now().as_micros();
        self.on_settings(cx);
    }

    fn on_message(&mut self, cx: &mut Context<'_, Register>, from: NodeId, message: Register) {
        self.hear(cx, from);
        match message {
            Register::Beat { copy: Some(copy) } | Register::Written { copy } => self.catch_up(cx, &copy),
            Register::Beat { copy: None } => {}
            Register::Ask { operation } => {
                cx.send_routed(from, &Register::Tell { operation, copy: self.copy.clone() });
            }
            Register::Store { operation, copy } => {
                // A full disk keeps silent: it can promise nothing.
                let _full = self.adopt(cx, &copy, Then::Acknowledge(from, operation));
            }
            Register::Tell { operation, copy } => self.told(cx, from, operation, copy),
            Register::Stored { operation } => self.acknowledged(cx, from, operation),
        }
    }

    fn on_timer(&mut self, cx: &mut Context<'_, Register>, timer: Timer) {
        match timer {
            BEAT => self.beat(cx),
            TIMEOUT => self.time_is_up(cx),
            Timer { key, .. } => self.synced(cx, key),
        }
    }

    fn on_request(&mut self, cx: &mut Context<'_, Register>, request: &str) {
        match Wish::read(request) {
            Ok(wish) => {
                self.waiting.push_back(wish);
                self.next_wish(cx);
            }
            Err(why) => cx.answer(why),
        }
    }

    /// A new heartbeat takes effect at once, from a moment of its own, so that members do not beat in step.
    fn on_settings(&mut self, cx: &mut Context<'_, Register>) {
        self.consistent = cx.settings().choice("mode") == "consistent";
        let heartbeat = cx.settings().duration("heartbeat");
        if heartbeat != self.heartbeat {
            self.heartbeat = heartbeat;
            let first = cx.rng().between(Duration::ZERO, heartbeat);
            cx.set_timer(BEAT, first);
        }
    }

    fn heap_bytes(&self) -> usize {
        let peers =
            self.heard.len() * size_of::<(NodeId, Time)>() + self.suspects.len() * size_of::<NodeId>();
        // A copy is a few dozen bytes, and so is an operation's memory of who told what.
        let written =
            self.syncing.len() + self.done.len() + self.waiting.len() + usize::from(self.copy.is_some());
        peers + 128 * written + self.operation.as_ref().map_or(0, |_| 64 * self.members.len())
    }

    fn look(&self) -> Look {
        let mode = if self.consistent { word!("fact.consistent") } else { word!("fact.available") };
        let version =
            self.version().map_or(dash(), |tag| format!("{} @ {}", tag.counter, self.name_of(tag.writer)));
        let (suspects, sees): (Vec<_>, Vec<_>) = self.others().partition(|node| self.suspects.contains(node));
        Look::default()
            .badge(format!("x = {}", self.value().unwrap_or("–")))
            .fact(word!("fact.x"), self.value().map_or(dash(), str::to_owned))
            .fact(word!("fact.version"), version)
            .fact(word!("fact.mode"), FactValue::Word(mode))
            .fact(word!("fact.sees"), sees)
            .fact(word!("fact.suspects"), suspects)
            .fact(word!("fact.discarded"), self.discarded)
            .fact(word!("fact.pending"), self.operation.as_ref().map_or(dash(), Operation::label))
    }
}

fn dash() -> String {
    "–".to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tag(counter: u64, writer: u32) -> Tag {
        Tag { counter, writer }
    }

    fn copy(old: Option<&Copy>, tag: Tag) -> Copy {
        Copy::replace(old, tag, tag.counter.to_string())
    }

    #[test]
    fn a_copy_knows_what_it_replaced_and_nothing_else() {
        let first = copy(None, tag(1, 0));
        let second = copy(Some(&first), tag(2, 1));
        let third = copy(Some(&second), tag(3, 0));
        let apart = copy(Some(&first), tag(4, 2));
        assert!(third.knew(first.tag) && third.knew(second.tag) && apart.knew(first.tag));
        assert!(!apart.knew(second.tag) && !apart.knew(third.tag));
    }

    #[test]
    fn tags_are_ordered_by_counter_and_then_by_writer() {
        assert!(tag(2, 0) > tag(1, 6));
        assert!(tag(2, 1) > tag(2, 0));
    }

    #[test]
    fn a_lie_is_newer_than_the_truth() {
        let truth = Register::Tell { operation: 1, copy: Some(copy(None, tag(1, 0))) };
        let Some(Register::Tell { operation: 1, copy: Some(lie) }) = truth.forge(&mut Rng::stream(1, "lies"))
        else {
            panic!("a lie of the same kind");
        };
        assert!(lie.tag > tag(1, 0));
        assert_eq!(Register::Stored { operation: 1 }.forge(&mut Rng::stream(1, "lies")), None);
    }
}
