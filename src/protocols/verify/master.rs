//! The master: it has work done by allies, and puts their results to the vote.

use crate::sim::network::NodeId;
use crate::sim::process::{Context, Look, Process, Timer, timer};
use crate::sim::settings::{Kind, Setting};
use crate::sim::time::Duration;
use crate::sorted::Map;
use crate::{phrase, word};

use super::{Seal, Unit, Verify, Vote, Voter};

pub(super) const SETTINGS: &[Setting] = &[
    // To how many names each unit is given.
    Setting { name: "replication", kind: Kind::Count(1, 15), default: "5" },
    Setting { name: "membership", kind: Kind::Choice(&["open", "signed"]), default: "open" },
    // For how long it waits for results.
    Setting {
        name: "results-within",
        kind: Kind::Duration(Duration::millis(1), Duration::secs(3_600)),
        default: "1500ms",
    },
];

/// Who has work done.
#[derive(Clone, Debug, Default)]
pub struct Master {
    members: Map<String, Member>,
    /// How many units were given out.
    given: u64,
    vote: Option<Vote>,
    /// The last votes that were decided, the oldest first.
    decided: Vec<Vote>,
    next_call: u64,
    book: Book,
}

/// Who joined under a name.
#[derive(Clone, Copy, Debug)]
struct Member {
    node: NodeId,
    is_sealed: bool,
}

/// What came of the votes since the master started. It is kept for onlookers, who know the truth; the master decides nothing by it.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Book {
    /// Results accepted that are true.
    pub right: u64,
    /// Results accepted that are not.
    pub wrong: u64,
    /// Votes without a result.
    pub undecided: u64,
    /// How often an ally was asked in them.
    pub asked: u64,
}

const DEADLINE: Timer = timer("deadline");
const NEXT: Timer = timer("next");
/// How long after one vote the next begins; at the start, time to join.
const PAUSE: Duration = Duration::millis(600);
/// How many decided votes are remembered.
const REMEMBERED: usize = 32;

impl Master {
    /// What came of the votes.
    pub fn book(&self) -> Book {
        self.book
    }

    /// The last votes that were decided, the oldest first.
    pub fn decided(&self) -> &[Vote] {
        &self.decided
    }

    /// How many names have joined.
    pub fn names(&self) -> usize {
        self.members.len()
    }

    /// How many of them are signed.
    pub fn signed_names(&self) -> usize {
        self.members.values().filter(|member| member.is_sealed).count()
    }

    /// A name is whose it was first, unless somebody shows a valid seal of it.
    fn join(&mut self, from: NodeId, name: String, seal: Option<Seal>) {
        let is_sealed = seal.is_some_and(|seal| seal.is_of(&name));
        let is_free = self.members.get(&name).is_none_or(|held| is_sealed && !held.is_sealed);
        if is_free {
            self.members.insert(name, Member { node: from, is_sealed });
        }
    }

    /// Gives the next unit out, if enough names have joined.
    fn begin(&mut self, cx: &mut Context<'_, Verify>) {
        let is_signed = cx.settings().choice("membership") == "signed";
        let replication = cx.settings().count("replication") as usize;
        let mut voters: Vec<Voter> = self
            .members
            .iter()
            .filter(|(_, member)| member.is_sealed || !is_signed)
            .map(|(name, member)| Voter { name: name.clone(), node: member.node, told: None })
            .collect();
        if voters.len() < replication {
            return cx.set_timer(NEXT, PAUSE);
        }
        draw(cx, &mut voters, replication);
        let vote = Vote {
            call: self.next_call,
            unit: Unit::of_place(self.given),
            is_signed,
            voters,
            decided_at: None,
        };
        for voter in &vote.voters {
            let task = Verify::Task { call: vote.call, name: voter.name.clone(), unit: vote.unit };
            cx.send(voter.node, &task);
        }
        self.next_call += 1;
        self.given += 1;
        self.vote = Some(vote);
        let deadline = cx.settings().duration("results-within");
        cx.set_timer(DEADLINE, deadline);
    }

    /// Each name votes once, and from where it joined.
    fn hear(&mut self, cx: &mut Context<'_, Verify>, from: NodeId, call: u64, name: &str, primes: u32) {
        let Some(vote) = self.vote.as_mut().filter(|vote| vote.call == call) else { return };
        let is_awaited =
            |voter: &&mut Voter| voter.name == name && voter.node == from && voter.told.is_none();
        if let Some(voter) = vote.voters.iter_mut().find(is_awaited) {
            voter.told = Some(primes);
        }
        if vote.is_complete() {
            self.decide(cx);
        }
    }

    fn decide(&mut self, cx: &mut Context<'_, Verify>) {
        let Some(mut vote) = self.vote.take() else { return };
        cx.cancel_timer(DEADLINE);
        cx.set_timer(NEXT, PAUSE);
        let (from, of) = (u64::from(vote.unit.from), vote.voters.len() as u64);
        match vote.majority() {
            Some(primes) => {
                let votes = vote.votes_for(primes) as u64;
                cx.note(phrase!(
                    "note.accepts",
                    from = from,
                    primes = u64::from(primes),
                    votes = votes,
                    of = of
                ));
            }
            None => cx.note(phrase!("note.no-majority-of-votes", from = from, of = of)),
        }
        self.book.asked += of;
        match vote.is_right() {
            Some(true) => self.book.right += 1,
            Some(false) => self.book.wrong += 1,
            None => self.book.undecided += 1,
        }
        vote.decided_at = Some(cx.now());
        if self.decided.len() == REMEMBERED {
            self.decided.remove(0);
        }
        self.decided.push(vote);
    }
}

/// Leaves so many, drawn at random.
fn draw(cx: &mut Context<'_, Verify>, voters: &mut Vec<Voter>, count: usize) {
    while voters.len() > count {
        let out = cx.rng().below(voters.len() as u64) as usize;
        voters.remove(out);
    }
}

impl Process for Master {
    type Message = Verify;

    fn on_start(&mut self, cx: &mut Context<'_, Verify>) {
        // Numbers begin at the microsecond of the start, so that an answer to what was asked before a crash is not mistaken.
        self.next_call = cx.now().as_micros();
        cx.set_timer(NEXT, PAUSE);
    }

    fn on_message(&mut self, cx: &mut Context<'_, Verify>, from: NodeId, message: Verify) {
        match message {
            Verify::Join { name, seal } => self.join(from, name, seal),
            Verify::Result { call, name, primes } => self.hear(cx, from, call, &name, primes),
            _ => {}
        }
    }

    fn on_timer(&mut self, cx: &mut Context<'_, Verify>, timer: Timer) {
        match timer {
            NEXT => self.begin(cx),
            _ => self.decide(cx),
        }
    }

    fn heap_bytes(&self) -> usize {
        let voters: usize = self.decided.iter().chain(&self.vote).map(|vote| vote.voters.len()).sum();
        let votes = self.decided.len() * size_of::<Vote>();
        votes + voters * (size_of::<Voter>() + 8) + self.members.len() * (size_of::<(String, Member)>() + 8)
    }

    fn look(&self) -> Look {
        let told = |vote: &Vote| match vote.majority() {
            Some(primes) => format!("{primes} ({}/{})", vote.votes_for(primes), vote.voters.len()),
            None => format!("? (0/{})", vote.voters.len()),
        };
        let last = self.decided.last().map_or_else(|| "–".to_owned(), told);
        Look::default()
            .badge(last)
            .fact(word!("fact.names"), self.names() as u64)
            .fact(word!("fact.names-signed"), self.signed_names() as u64)
            .fact(word!("fact.accepted"), self.book.right + self.book.wrong)
            .fact(word!("fact.undecided"), self.book.undecided)
    }
}
