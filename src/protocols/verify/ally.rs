//! The ally: it joins, under one name or under many, and does the work that the master gives it.

use crate::sim::network::NodeId;
use crate::sim::process::{Context, Look, Process, Timer, timer};
use crate::sim::settings::{Kind, Setting};
use crate::sim::time::Duration;
use crate::{phrase, word};

use super::{MASTER, REGISTRAR, Seal, Unit, Verify};

pub(super) const SETTINGS: &[Setting] = &[
    // How long it works on a unit.
    Setting {
        name: "takes",
        kind: Kind::Duration(Duration::millis(1), Duration::secs(3_600)),
        default: "300ms",
    },
    // How often it says who it is, for what is said once may be lost.
    Setting {
        name: "joins-every",
        kind: Kind::Duration(Duration::millis(1), Duration::secs(3_600)),
        default: "2s",
    },
];

/// Who does the work.
#[derive(Clone, Debug, Default)]
pub struct Ally {
    /// Under which names it joins, its own first.
    names: Vec<Name>,
    /// What it works on.
    tasks: Vec<Task>,
    done: u64,
    next_task: u64,
}

/// A name that it goes by.
#[derive(Clone, Debug)]
struct Name {
    name: String,
    seal: Option<Seal>,
    is_refused: bool,
}

#[derive(Clone, Debug)]
struct Task {
    number: u64,
    master: NodeId,
    call: u64,
    name: String,
    unit: Unit,
}

const JOIN: Timer = timer("join");
const WORK: &str = "work";
/// Under how many names one ally may go: as many as anyone would watch.
const NAMES_AT_MOST: usize = 200;

impl Ally {
    /// Under how many names it goes.
    pub fn names(&self) -> usize {
        self.names.len()
    }

    /// Joins under all its names, and has those signed that may be.
    fn join(&self, cx: &mut Context<'_, Verify>) {
        let masters = cx.nodes_with_role(MASTER).first();
        let registrars = cx.nodes_with_role(REGISTRAR).first();
        for Name { name, seal, is_refused } in &self.names {
            if let Some(master) = masters {
                cx.send(*master, &Verify::Join { name: name.clone(), seal: *seal });
            }
            if let (Some(registrar), None, false) = (registrars, seal, is_refused) {
                cx.send_routed(*registrar, &Verify::Enrol { name: name.clone() });
            }
        }
    }

    /// Thinks up more names.
    fn forge(&mut self, cx: &mut Context<'_, Verify>, count: usize) {
        let count = count.min(NAMES_AT_MOST.saturating_sub(self.names.len()));
        let first = self.names.len();
        let own = cx.name(cx.me());
        self.names.extend((first..first + count).map(|number| Name::new(format!("{own}.{number}"))));
        cx.note(phrase!("note.forges-names", count = count as u64));
        self.join(cx);
    }

    fn work(&mut self, cx: &mut Context<'_, Verify>, number: u64) {
        let Some(at) = self.tasks.iter().position(|task| task.number == number) else { return };
        let Task { master, call, name, unit, .. } = self.tasks.remove(at);
        self.done += 1;
        cx.send(master, &Verify::Result { call, name, primes: unit.count_primes() });
    }
}

impl Name {
    fn new(name: String) -> Name {
        Name { name, seal: None, is_refused: false }
    }
}

impl Process for Ally {
    type Message = Verify;

    fn on_start(&mut self, cx: &mut Context<'_, Verify>) {
        self.names = vec![Name::new(cx.name(cx.me()).to_owned())];
        let first = cx.rng().between(Duration::ZERO, Duration::millis(100));
        cx.set_timer(JOIN, first);
    }

    fn on_message(&mut self, cx: &mut Context<'_, Verify>, from: NodeId, message: Verify) {
        match message {
            Verify::Task { call, name, unit } => {
                let number = self.next_task;
                self.next_task += 1;
                self.tasks.push(Task { number, master: from, call, name, unit });
                let takes = cx.settings().duration("takes");
                cx.set_timer(Timer { name: WORK, key: number }, takes);
            }
            Verify::Sealed { name, seal } => {
                if let Some(mine) = self.names.iter_mut().find(|mine| mine.name == name) {
                    mine.seal = Some(seal);
                    cx.nodes_with_role(MASTER).iter().for_each(|master| {
                        cx.send(*master, &Verify::Join { name: name.clone(), seal: Some(seal) })
                    });
                }
            }
            Verify::Refused { name } => {
                let refused = self.names.iter_mut().filter(|mine| mine.name == name);
                refused.for_each(|mine| mine.is_refused = true);
            }
            _ => {}
        }
    }

    fn on_timer(&mut self, cx: &mut Context<'_, Verify>, timer: Timer) {
        match timer {
            JOIN => {
                let again = cx.settings().duration("joins-every");
                cx.set_timer(JOIN, again);
                self.join(cx);
            }
            Timer { key, .. } => self.work(cx, key),
        }
    }

    fn on_request(&mut self, cx: &mut Context<'_, Verify>, request: &str) {
        match request.strip_prefix("forge ").and_then(|count| count.trim().parse().ok()) {
            Some(count) => self.forge(cx, count),
            None => cx.answer(phrase!("note.unknown-ally-request", request = request)),
        }
    }

    fn heap_bytes(&self) -> usize {
        self.names.len() * (size_of::<Name>() + 8) + self.tasks.len() * (size_of::<Task>() + 8)
    }

    fn look(&self) -> Look {
        let badge = match self.names.len() {
            1 => phrase!("fact.n-done", n = self.done).to_string(),
            names => phrase!("fact.n-names", n = names as u64).to_string(),
        };
        let sealed = self.names.iter().filter(|name| name.seal.is_some()).count();
        Look::default()
            .badge(badge)
            .fact(word!("fact.names"), self.names.len() as u64)
            .fact(word!("fact.names-signed"), sealed as u64)
            .fact(word!("fact.units-done"), self.done)
            .fact(word!("fact.units-at-work"), self.tasks.len() as u64)
    }
}
