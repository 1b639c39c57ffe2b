//! What a fault is: data of a kind, in a place, by an amount. Which kinds exist is the business of [`crate::faults`].
//!
//! A fault has no state of its own. Those in force at a place are folded, in the registry's order, into what the place is
//! at the moment; healing one folds the rest again. At most one of a kind is in force at a place: a second replaces it.

use crate::words::Key;

use super::link::{Crossing, LinkSettings};
use super::settings::{Kind, Value};
use super::time::Duration;

/// A kind of fault. Each is one file of [`crate::faults`].
pub struct FaultKind {
    /// Its name, which is also its verb in a command: `cut`, `loss`, `crash`.
    pub name: &'static str,
    /// A verb of its own for taking it back, such as `restart`; `heal` always works.
    pub heal_verb: Option<&'static str>,
    /// What it does, and to what.
    pub effect: Effect,
    /// Its amount, if it has one: the kind of value and one to begin with.
    pub amount: Option<(Kind, &'static str)>,
    /// What a button calls it.
    pub title: Key,
    /// What the button that takes it back is called.
    pub heal_title: Key,
    /// Why a message was lost, if this fault loses messages.
    pub lost: Option<Key>,
}

/// What a fault does while it is in force: always a pure function of the amount.
pub enum Effect {
    /// Judges each message that enters a direction of a link.
    Crossing(fn(&Value, &mut Crossing<'_>)),
    /// Changes what a direction of a link is.
    Link(fn(&Value, &mut LinkSettings)),
    /// Changes what a node is able to do.
    Node(fn(&Value, &mut Condition)),
}

/// A fault in force.
#[derive(Clone, Debug)]
pub struct Fault {
    /// Of which kind.
    pub kind: &'static FaultKind,
    /// By how much; an empty text for kinds without an amount.
    pub amount: Value,
}

/// What a node is able to do.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Condition {
    /// It does not run, and what it had in memory is gone.
    pub down: bool,
    /// It keeps its memory but does nothing; what comes in waits.
    pub paused: bool,
    /// How much longer it takes over each thing that it does.
    pub slowness: Duration,
    /// Its disk takes no more writes.
    pub disk_full: bool,
    /// Its disk is gone with all that was on it.
    pub disk_lost: bool,
    /// It does not follow its protocol but this.
    pub strategy: Option<Strategy>,
}

/// How a Byzantine node treats what its protocol would have it send. It may send anything that it could make itself; it
/// cannot forge another's signature, because a message type only forges what its sender can make.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Strategy {
    /// Its name in commands.
    pub name: &'static str,
    /// Which lies it tells.
    pub lie: Lie,
    /// It sends nothing.
    pub silent: bool,
    /// It damages the bytes.
    pub corrupt: bool,
    /// It sends older messages again beside the new ones.
    pub replay: bool,
    /// How much later than it should it sends.
    pub delay: Duration,
}

/// Who hears which lie.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Lie {
    /// The truth.
    None,
    /// Everyone the same lie.
    Consistent,
    /// Each receiver another one (equivocation).
    PerReceiver,
    /// The same lie as every other node that colludes.
    Colluding,
}

impl FaultKind {
    /// Whether it strikes nodes; otherwise it strikes links.
    pub fn strikes_nodes(&self) -> bool {
        matches!(self.effect, Effect::Node(_))
    }
}

impl PartialEq for Fault {
    fn eq(&self, other: &Fault) -> bool {
        self.kind.name == other.kind.name && self.amount == other.amount
    }
}

impl std::fmt::Debug for FaultKind {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.name)
    }
}

impl PartialEq for FaultKind {
    fn eq(&self, other: &FaultKind) -> bool {
        self.name == other.name
    }
}
