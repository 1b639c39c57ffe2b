//! What a member does for its user, step by step. One operation is under way at a time.
//!
//! In consistent mode: *query* a majority for their copies, *secure* the copy on its own disk, *store* it at a majority. The
//! own disk comes first so that no tag leaves a member that could forget having given it.

use crate::sim::network::NodeId;
use crate::sim::process::Context;
use crate::sim::time::Time;
use crate::sorted::Set;
use crate::words::Phrase;
use crate::{phrase, word};

use super::{Copy, Member, Register, TIMEOUT, Tag, Then};

/// How many completed operations a member remembers.
const DONE_AT_MOST: usize = 8;

/// What a user wants.
#[derive(Clone, PartialEq, Debug)]
pub(super) enum Wish {
    Read,
    Write(String),
}

impl Wish {
    /// Reads `write x=4` or `read x`, or says why it is neither.
    pub(super) fn read(request: &str) -> Result<Wish, Phrase> {
        let unknown = || phrase!("note.unknown-register-request", request = request);
        let (verb, rest) = request.trim().split_once(' ').ok_or_else(unknown)?;
        let (name, value) = match rest.split_once('=') {
            Some((name, value)) => (name, Some(value)),
            None => (rest, None),
        };
        let wish = match (verb, value) {
            ("read", None) => Wish::Read,
            ("write", Some(value)) if is_value(value) => Wish::Write(value.to_owned()),
            _ => return Err(unknown()),
        };
        if name == "x" { Ok(wish) } else { Err(phrase!("note.only-x", name = name)) }
    }
}

fn is_value(value: &str) -> bool {
    (1..=12).contains(&value.chars().count()) && !value.contains(char::is_whitespace)
}

/// An operation under way.
#[derive(Clone, Debug)]
pub(super) struct Operation {
    id: u64,
    wish: Wish,
    /// Whether it was begun in consistent mode; a change of mode leaves it what it is.
    by_majority: bool,
    started: Time,
    phase: Phase,
    /// Who answered in this phase, this member among them.
    answered: Set<NodeId>,
}

#[derive(Clone, Debug)]
enum Phase {
    /// Asks a majority for their copies; the newest so far.
    Query(Option<Copy>),
    /// Waits for its own disk.
    Secure(Copy),
    /// Has a majority store it.
    Store(Copy),
}

impl Operation {
    /// As its user asked for it.
    pub(super) fn label(&self) -> String {
        match &self.wish {
            Wish::Read => "read x".to_owned(),
            Wish::Write(value) => format!("write x={value}"),
        }
    }
}

/// An operation that was completed by majority.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Done {
    /// Which kind.
    pub kind: DoneKind,
    /// When its user asked.
    pub started: Time,
    /// When its user was answered.
    pub ended: Time,
    /// The write that it made, or that it read.
    pub tag: Tag,
}

/// Kinds of operation.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum DoneKind {
    /// It read.
    Read,
    /// It wrote.
    Write,
}

impl Member {
    /// Begins what its user wants next, if nothing is under way.
    pub(super) fn next_wish(&mut self, cx: &mut Context<'_, Register>) {
        if self.operation.is_some() {
            return;
        }
        let Some(wish) = self.waiting.pop_front() else { return };
        match (wish, self.consistent) {
            (Wish::Read, false) => {
                cx.answer(phrase!("note.reads", value = self.value().unwrap_or("–")));
                self.next_wish(cx);
            }
            (Wish::Write(value), false) => self.write_at_once(cx, value),
            (wish, true) => self.query(cx, wish),
        }
    }

    fn begin(&mut self, cx: &mut Context<'_, Register>, wish: Wish, phase: Phase) -> u64 {
        let id = self.next_operation;
        self.next_operation += 1;
        let answered = Set::from_iter([cx.me()]);
        self.operation =
            Some(Operation { id, wish, by_majority: self.consistent, started: cx.now(), phase, answered });
        id
    }

    fn next_tag(&self, newest: Option<&Copy>) -> Tag {
        let newest = newest.map_or(self.written, |copy| copy.tag.max(self.written));
        Tag { counter: newest.counter.saturating_add(1), writer: self.me }
    }

    // Available mode.

    fn write_at_once(&mut self, cx: &mut Context<'_, Register>, value: String) {
        let copy = Copy::replace(self.copy.as_ref(), self.next_tag(None), value.clone());
        let id = self.begin(cx, Wish::Write(value), Phase::Secure(copy.clone()));
        self.secure(cx, id, &copy);
    }

    // Consistent mode.

    fn query(&mut self, cx: &mut Context<'_, Register>, wish: Wish) {
        let id = self.begin(cx, wish, Phase::Query(self.copy.clone()));
        let patience = cx.settings().duration("timeout");
        cx.set_timer(TIMEOUT, patience);
        self.tell_others(cx, &Register::Ask { operation: id });
        self.after_query(cx);
    }

    /// A member told its copy.
    pub(super) fn told(&mut self, cx: &mut Context<'_, Register>, from: NodeId, id: u64, copy: Option<Copy>) {
        let Some(operation) = self.operation.as_mut().filter(|operation| operation.id == id) else { return };
        let Phase::Query(newest) = &mut operation.phase else { return };
        operation.answered.insert(from);
        if let Some(copy) = copy
            && newest.as_ref().is_none_or(|newest| copy.tag > newest.tag)
        {
            *newest = Some(copy);
        }
        self.after_query(cx);
    }

    fn after_query(&mut self, cx: &mut Context<'_, Register>) {
        if !self.has_majority() {
            return;
        }
        let Some(Operation { id, wish, phase: Phase::Query(newest), .. }) = self.operation.clone() else {
            return;
        };
        let copy = match (wish, newest) {
            (Wish::Write(value), newest) => {
                Copy::replace(newest.as_ref(), self.next_tag(newest.as_ref()), value)
            }
            (Wish::Read, Some(newest)) => newest,
            (Wish::Read, None) => return self.complete(cx, None),
        };
        self.enter(Phase::Secure(copy.clone()));
        self.secure(cx, id, &copy);
    }

    // Both modes.

    fn secure(&mut self, cx: &mut Context<'_, Register>, id: u64, copy: &Copy) {
        if self.adopt(cx, copy, Then::GoOn(id)).is_err() {
            self.refuse(cx, Phrase::new(word!("note.refused-disk-full")));
        }
    }

    /// The copy of the operation under way is safe on the own disk.
    pub(super) fn copy_is_safe(&mut self, cx: &mut Context<'_, Register>, id: u64) {
        let Some(operation) = self.operation.as_mut().filter(|operation| operation.id == id) else { return };
        let Phase::Secure(copy) = operation.phase.clone() else { return };
        if operation.by_majority {
            self.enter(Phase::Store(copy.clone()));
            self.tell_others(cx, &Register::Store { operation: id, copy });
            self.after_store(cx);
        } else {
            self.tell_others(cx, &Register::Written { copy: copy.clone() });
            self.complete(cx, Some(copy));
        }
    }

    /// A member acknowledged that it stored the copy.
    pub(super) fn acknowledged(&mut self, cx: &mut Context<'_, Register>, from: NodeId, id: u64) {
        let Some(operation) = self.operation.as_mut().filter(|operation| operation.id == id) else { return };
        if let Phase::Store(_) = operation.phase {
            operation.answered.insert(from);
            self.after_store(cx);
        }
    }

    fn after_store(&mut self, cx: &mut Context<'_, Register>) {
        if self.has_majority()
            && let Some(Operation { phase: Phase::Store(copy), .. }) = self.operation.clone()
        {
            self.complete(cx, Some(copy));
        }
    }

    fn enter(&mut self, phase: Phase) {
        if let Some(operation) = &mut self.operation {
            operation.phase = phase;
            operation.answered = Set::from_iter([NodeId(self.me)]);
        }
    }

    fn has_majority(&self) -> bool {
        let answered = self.operation.as_ref().map_or(0, |operation| operation.answered.len());
        answered > self.members.len() / 2
    }

    /// Sends once more to those that did not answer yet, with each beat: messages get lost.
    pub(super) fn ask_again(&self, cx: &mut Context<'_, Register>) {
        let Some(Operation { id, phase, answered, .. }) = &self.operation else { return };
        let message = match phase {
            Phase::Query(_) => Register::Ask { operation: *id },
            Phase::Store(copy) => Register::Store { operation: *id, copy: copy.clone() },
            Phase::Secure(_) => return,
        };
        for node in self.others().filter(|node| !answered.contains(node)) {
            cx.send_routed(node, &message);
        }
    }

    /// No majority answered in time. What some members stored already stays stored, so a write may still take effect.
    pub(super) fn time_is_up(&mut self, cx: &mut Context<'_, Register>) {
        let limit = cx.settings().duration("timeout");
        self.refuse(cx, Phrase::new(word!("note.refused-no-majority")).with("limit", limit));
    }

    fn refuse(&mut self, cx: &mut Context<'_, Register>, why: Phrase) {
        let Some(operation) = self.operation.take() else { return };
        cx.cancel_timer(TIMEOUT);
        if let Wish::Write(_) = operation.wish {
            self.refused += 1;
        }
        cx.answer(why.with("request", operation.label()));
        self.next_wish(cx);
    }

    /// Answers the user: the copy was written or read; none if nobody wrote yet.
    fn complete(&mut self, cx: &mut Context<'_, Register>, copy: Option<Copy>) {
        let Some(operation) = self.operation.take() else { return };
        cx.cancel_timer(TIMEOUT);
        let value = copy.as_ref().map_or("–", |copy| &copy.value);
        let kind = match operation.wish {
            Wish::Read => {
                cx.answer(phrase!("note.reads", value = value));
                DoneKind::Read
            }
            Wish::Write(_) => {
                self.accepted += 1;
                cx.answer(phrase!("note.accepted", value = value));
                DoneKind::Write
            }
        };
        if let Some(copy) = copy.filter(|_| operation.by_majority) {
            let done = Done { kind, started: operation.started, ended: cx.now(), tag: copy.tag };
            self.remember(done);
        }
        self.next_wish(cx);
    }

    fn remember(&mut self, done: Done) {
        if self.done.len() == DONE_AT_MOST {
            self.done.pop_front();
        }
        self.done.push_back(done);
    }
}
