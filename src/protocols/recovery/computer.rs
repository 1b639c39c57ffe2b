//! The computer that saves its work and goes on from there after a failure.

use crate::sim::network::NodeId;
use crate::sim::process::{Context, Look, Process, Timer, timer};
use crate::sim::time::{Duration, Time};
use crate::word;
use crate::words::Key;

use super::{Recovery, Report, STORE, hours, report};

/// One computer that does the whole job.
#[derive(Clone, Debug, Default)]
pub struct Computer {
    phase: Phase,
    /// When the phase began.
    since: Time,
    /// How far the work was then, in microseconds.
    work: u64,
    /// How far it was as the last save began.
    last_save: u64,
    /// How far it is safe, as the store says.
    safe: u64,
    /// How far it ever was.
    farthest: u64,
    /// Whether it has fallen and is not as far again.
    is_behind: bool,
    /// The number of the first save since it last resumed; news of older ones is not about the work at hand.
    first_save: u64,
    /// What came of each interval, the one at hand last.
    tried: Vec<Tried>,
    /// When the interval at hand was set, and how far the work was.
    trying_since: (Time, u64),
}

/// What it does.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
enum Phase {
    #[default]
    Working,
    Saving,
    Down,
    Loading,
}

/// What came of one interval between saves.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Tried {
    /// Of work between two saves.
    pub interval: Duration,
    /// For how long it was tried.
    pub time: Duration,
    /// How much work was done in it, in microseconds; what a failure took back is taken off.
    pub work: i64,
}

impl Tried {
    /// How much longer than the work it took, as a share of the work.
    pub fn overhead(self) -> Option<f64> {
        (self.work > 0).then(|| self.time.as_micros() as f64 / self.work as f64 - 1.0)
    }
}

const SAVE: Timer = timer("save");
const SAVED: Timer = timer("save-done");
const BACK: Timer = timer("back");
const RETRY: Timer = timer("retry");
const CAUGHT_UP: Timer = timer("caught-up");
/// How long it waits for the store before it asks again.
const PATIENCE: Duration = Duration::secs(300);
/// How many intervals are remembered.
const REMEMBERED: usize = 16;

impl Computer {
    /// How far the work is at a moment, in microseconds.
    pub fn work(&self, now: Time) -> u64 {
        self.work + if self.phase == Phase::Working { now.since(self.since).as_micros() } else { 0 }
    }

    /// How far it is safe, as the store says, in microseconds.
    pub fn safe(&self) -> u64 {
        self.safe
    }

    /// Whether it does anything but lie still.
    pub fn is_up(&self) -> bool {
        matches!(self.phase, Phase::Working | Phase::Saving)
    }

    /// What came of each interval up to a moment, the one at hand last.
    pub fn tried(&self, now: Time) -> Vec<Tried> {
        let mut tried = self.tried.clone();
        if let Some(last) = tried.last_mut() {
            let (since, from) = self.trying_since;
            last.time += now.since(since);
            last.work += self.work(now) as i64 - from as i64;
        }
        tried
    }

    fn enter(&mut self, cx: &mut Context<'_, Recovery>, phase: Phase) {
        self.work = self.work(cx.now());
        self.since = cx.now();
        self.phase = phase;
        self.farthest = self.farthest.max(self.work);
    }

    /// Works until the next save, and says so when it is as far as it ever was.
    fn go_to_work(&mut self, cx: &mut Context<'_, Recovery>) {
        self.enter(cx, Phase::Working);
        self.await_save(cx);
        if self.is_behind {
            let behind = Duration::micros(self.farthest - self.work);
            cx.set_timer(CAUGHT_UP, behind.at_least_shortest());
        }
    }

    fn look_whether_caught_up(&mut self, cx: &mut Context<'_, Recovery>) {
        if self.is_behind && self.work == self.farthest {
            self.is_behind = false;
            report(cx, Report::CaughtUp);
        }
    }

    fn await_save(&self, cx: &mut Context<'_, Recovery>) {
        let interval = cx.settings().duration("saves-every").as_micros();
        let done = self.work(cx.now()) - self.last_save;
        cx.set_timer(SAVE, Duration::micros(interval.saturating_sub(done)).at_least_shortest());
    }

    /// Stands still for as long as a save takes.
    fn begin_to_save(&mut self, cx: &mut Context<'_, Recovery>) {
        self.enter(cx, Phase::Saving);
        self.look_whether_caught_up(cx);
        cx.cancel_timer(CAUGHT_UP);
        self.last_save = self.work;
        let takes = cx.settings().duration("save-takes");
        cx.set_timer(SAVED, takes);
    }

    fn save(&mut self, cx: &mut Context<'_, Recovery>) {
        let (number, work) = (cx.now().as_micros(), self.work);
        for store in cx.nodes_with_role(STORE) {
            cx.send(*store, &Recovery::Save { number, work });
        }
        self.go_to_work(cx);
    }

    /// All that is in memory is gone.
    fn fall(&mut self, cx: &mut Context<'_, Recovery>) {
        let was_up = self.is_up();
        self.enter(cx, Phase::Down);
        if was_up {
            self.is_behind = true;
            report(cx, Report::Fell { epoch: 0, work: self.work });
        }
        [SAVE, SAVED, RETRY, CAUGHT_UP].into_iter().for_each(|timer| cx.cancel_timer(timer));
        let takes = cx.settings().duration("restart-takes");
        cx.set_timer(BACK, takes);
    }

    fn load(&mut self, cx: &mut Context<'_, Recovery>) {
        if self.phase != Phase::Loading {
            self.enter(cx, Phase::Loading);
        }
        cx.nodes_with_role(STORE).iter().for_each(|store| cx.send(*store, &Recovery::Load));
        cx.set_timer(RETRY, PATIENCE);
    }

    fn resume(&mut self, cx: &mut Context<'_, Recovery>, work: u64) {
        cx.cancel_timer(RETRY);
        (self.work, self.last_save, self.safe) = (work, work, work);
        self.first_save = cx.now().as_micros();
        report(cx, Report::Resumed { work });
        self.go_to_work(cx);
    }

    /// Closes the account of the interval that was at hand, and opens one for the new one, or goes on with the old one of that interval.
    fn try_interval(&mut self, now: Time, interval: Duration) {
        self.tried = self.tried(now);
        self.trying_since = (now, self.work(now));
        let known = self.tried.iter().position(|tried| tried.interval == interval);
        let fresh = Tried { interval, time: Duration::ZERO, work: 0 };
        let tried = known.map_or(fresh, |at| self.tried.remove(at));
        if self.tried.len() == REMEMBERED {
            self.tried.remove(0);
        }
        self.tried.push(tried);
    }

    fn phase_word(&self) -> Key {
        match self.phase {
            Phase::Working if self.is_behind => word!("fact.works-again"),
            Phase::Working => word!("fact.works"),
            Phase::Saving => word!("fact.saves"),
            Phase::Down => word!("fact.is-down"),
            Phase::Loading => word!("fact.loads"),
        }
    }
}

impl Process for Computer {
    type Message = Recovery;

    fn on_start(&mut self, cx: &mut Context<'_, Recovery>) {
        self.trying_since = (cx.now(), 0);
        self.since = cx.now();
        self.on_settings(cx);
        self.go_to_work(cx);
    }

    /// Back from a crash that is none of the failure source's: the books of this computer begin anew.
    fn on_restart(&mut self, cx: &mut Context<'_, Recovery>) {
        self.trying_since = (cx.now(), 0);
        self.since = cx.now();
        self.phase = Phase::Down;
        self.on_settings(cx);
        self.load(cx);
    }

    fn on_message(&mut self, cx: &mut Context<'_, Recovery>, _from: NodeId, message: Recovery) {
        match message {
            Recovery::Strike => self.fall(cx),
            Recovery::Saved { number, work } if number > self.first_save => self.safe = self.safe.max(work),
            Recovery::Loaded { work } if self.phase == Phase::Loading => self.resume(cx, work),
            _ => {}
        }
    }

    fn on_timer(&mut self, cx: &mut Context<'_, Recovery>, timer: Timer) {
        match timer {
            SAVE => self.begin_to_save(cx),
            SAVED => self.save(cx),
            CAUGHT_UP => {
                self.enter(cx, Phase::Working);
                self.look_whether_caught_up(cx);
            }
            _ => self.load(cx),
        }
    }

    fn on_settings(&mut self, cx: &mut Context<'_, Recovery>) {
        let interval = cx.settings().duration("saves-every");
        if self.tried.last().is_none_or(|tried| tried.interval != interval) {
            self.try_interval(cx.now(), interval);
            if self.phase == Phase::Working {
                self.await_save(cx);
            }
        }
    }

    fn heap_bytes(&self) -> usize {
        self.tried.len() * size_of::<Tried>()
    }

    fn look(&self) -> Look {
        Look::default()
            .badge(self.phase_word().text())
            .fact(word!("fact.phase"), self.phase_word())
            .fact(word!("fact.phase-began-at"), hours(self.work))
            .fact(word!("fact.saved-work"), hours(self.safe))
            .fact(word!("fact.farthest"), hours(self.farthest))
    }
}
