//! A run in a watcher's hands: it plays, steps, goes back, and takes deeds back.
//!
//! A timeline is a scenario, the deeds of the watcher, and checkpoints of the world along the way. To go to a moment is to
//! take the last checkpoint before it and replay. To act in the past drops the deeds that came later; undoing brings the
//! world back to exactly what it was before the act, those deeds included.

use super::command::{Command, TimedCommand};
use super::network::Catalogue;
use super::scenario::{Scenario, ScenarioError};
use super::time::{Duration, Time};
use super::trace::Trace;
use super::world::World;
use crate::sorted::sort_by_key;

/// How many events lie between two checkpoints, to begin with.
const CHECKPOINT_EVENTS: u64 = 10_000;
/// How many checkpoints are kept; past that every second one goes and the distance doubles.
const CHECKPOINTS_AT_MOST: usize = 64;

/// A run in a watcher's hands.
#[derive(Clone)]
pub struct Timeline {
    scenario: Scenario,
    script: Vec<TimedCommand>,
    deeds: Vec<TimedCommand>,
    /// Script and deeds by time, the script's first at the same moment.
    commands: Vec<TimedCommand>,
    world: World,
    trace: Trace,
    now: Time,
    checkpoints: Vec<World>,
    checkpoint_events: u64,
    undone: Vec<Turn>,
    done: Vec<Turn>,
}

/// A deed that can be taken back, with what the watcher had before and after it.
#[derive(Clone)]
struct Turn {
    at: Time,
    deeds_before: Vec<TimedCommand>,
    deeds_after: Vec<TimedCommand>,
    /// Where the watcher stood when it was taken back.
    left_at: Time,
}

/// How an advance ended.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Advance {
    /// The moment asked for is reached.
    Reached,
    /// The condition asked for came true; the run stands right after the event that made it true.
    Stopped,
    /// As many events as were allowed happened; the run stands where it got to.
    Busy,
}

impl Timeline {
    /// The run of a scenario, at its start.
    pub fn new(scenario: Scenario, catalogue: Catalogue) -> Result<Timeline, ScenarioError> {
        let mut trace = Trace::default();
        let (world, script) = World::new(&scenario, catalogue, &mut trace)?;
        let mut timeline = Timeline {
            scenario,
            commands: script.clone(),
            script,
            deeds: Vec::new(),
            checkpoints: vec![world.clone()],
            checkpoint_events: CHECKPOINT_EVENTS,
            world,
            trace,
            now: Time::ZERO,
            undone: Vec::new(),
            done: Vec::new(),
        };
        timeline.finish_moment();
        Ok(timeline)
    }

    /// The scenario.
    pub fn scenario(&self) -> &Scenario {
        &self.scenario
    }

    /// The world at [`Timeline::now`].
    pub fn world(&self) -> &World {
        &self.world
    }

    /// What happened up to [`Timeline::now`], and beyond if the watcher went back.
    pub fn trace(&self) -> &Trace {
        &self.trace
    }

    /// The records up to [`Timeline::now`].
    pub fn past(&self) -> &[super::trace::Record] {
        &self.trace.records()[..self.world.position().records]
    }

    /// The moment that the watcher sees.
    pub fn now(&self) -> Time {
        self.now
    }

    /// What the watcher did, by time.
    pub fn deeds(&self) -> &[TimedCommand] {
        &self.deeds
    }

    /// The scenario's script by time, with the lines that were added since.
    pub fn script(&self) -> &[TimedCommand] {
        &self.script
    }

    /// How many things happened so far, events and commands together, if the run stands within a moment: between two things
    /// that happen at the same time.
    pub fn within(&self) -> Option<u64> {
        let more = self.world.next_time(&self.commands).is_some_and(|next| next <= self.now);
        more.then(|| self.world.steps_done())
    }

    /// Takes these deeds over from elsewhere in place of those there are, and goes to the start.
    pub fn take_over(&mut self, deeds: Vec<TimedCommand>) {
        (self.done, self.undone) = (Vec::new(), Vec::new());
        self.take_deeds(deeds, Time::ZERO);
    }

    /// Goes on to a moment, but for no more than this many events, and only until the condition is true after an event.
    pub fn advance(
        &mut self,
        to: Time,
        events_at_most: usize,
        mut until: impl FnMut(&World) -> bool,
    ) -> Advance {
        for _ in 0..events_at_most {
            if self.world.next_time(&self.commands).is_none_or(|next| next > to) {
                self.now = self.now.max(to);
                return Advance::Reached;
            }
            self.step_world();
            self.now = self.world.now().max(self.now);
            if until(&self.world) {
                return Advance::Stopped;
            }
        }
        Advance::Busy
    }

    /// Goes to a moment, forwards or back.
    pub fn seek(&mut self, to: Time) {
        if to < self.world.now() {
            self.restore(|checkpoint| checkpoint.now() <= to);
        }
        self.run_to(to);
    }

    /// Goes on to the next event that leaves a record. False if nothing will ever happen.
    pub fn step(&mut self) -> bool {
        let records = self.world.position().records;
        while self.step_world() {
            self.now = self.now.max(self.world.now());
            if self.world.position().records > records {
                return true;
            }
        }
        false
    }

    /// Goes back to before the last event that left a record. False at the start of the run.
    pub fn step_back(&mut self) -> bool {
        let records = self.world.position().records;
        if records <= self.checkpoints[0].position().records {
            let moved = self.now > self.checkpoints[0].now();
            self.seek(Time::ZERO);
            return moved;
        }
        // Replayed twice: to count the events up to that record, then to stop short of the last of them.
        let steps = {
            self.restore(|checkpoint| checkpoint.position().records < records);
            let mut steps = 0;
            while self.world.position().records < records && self.world.step(&self.commands, &mut self.trace)
            {
                steps += 1;
            }
            steps
        };
        self.restore(|checkpoint| checkpoint.position().records < records);
        for _ in 1..steps {
            self.world.step(&self.commands, &mut self.trace);
        }
        self.now = self.world.now();
        true
    }

    /// Does something now. What the watcher did later than now, having gone back, is dropped.
    pub fn act(&mut self, command: Command) {
        self.act_together(vec![command]);
    }

    /// Does several things now, in this order, as one deed: they are taken back together.
    pub fn act_together(&mut self, commands: Vec<Command>) {
        self.finish_moment();
        let at = self.now;
        let deeds_before = self.deeds.clone();
        let mut deeds = deeds_before.clone();
        deeds.retain(|deed| deed.at <= at);
        deeds.extend(commands.into_iter().map(|command| TimedCommand { at, command }));
        self.undone.clear();
        self.done.push(Turn { at, deeds_before, deeds_after: deeds.clone(), left_at: at });
        self.take_deeds(deeds, at);
    }

    /// Adds commands to the scenario's script. What is due at a moment that is past happens right after it: the past stays
    /// as it was.
    pub fn extend_script(&mut self, lines: &[TimedCommand]) {
        self.finish_moment();
        let soonest = self.now + Duration::SHORTEST;
        let later = lines.iter().cloned().map(|line| TimedCommand { at: line.at.max(soonest), ..line });
        self.script.extend(later);
        sort_by_key(&mut self.script, |timed| timed.at);
        self.take_deeds(self.deeds.clone(), self.now);
    }

    /// Whether there is something to take back.
    pub fn can_undo(&self) -> bool {
        !self.done.is_empty()
    }

    /// Whether there is something to do again.
    pub fn can_redo(&self) -> bool {
        !self.undone.is_empty()
    }

    /// Takes the last deed back: the world is what it was right before it.
    pub fn undo(&mut self) -> bool {
        let Some(mut turn) = self.done.pop() else { return false };
        turn.left_at = self.now;
        self.take_deeds(turn.deeds_before.clone(), turn.at);
        self.undone.push(turn);
        true
    }

    /// Does again what was taken back, and goes to where the watcher stood then.
    pub fn redo(&mut self) -> bool {
        let Some(turn) = self.undone.pop() else { return false };
        self.take_deeds(turn.deeds_after.clone(), turn.left_at);
        self.done.push(turn);
        true
    }

    /// Lets everything happen that is due up to now.
    fn finish_moment(&mut self) {
        self.run_to(self.now);
    }

    fn run_to(&mut self, to: Time) {
        while self.world.next_time(&self.commands).is_some_and(|next| next <= to) && self.step_world() {}
        self.now = to;
    }

    fn step_world(&mut self) -> bool {
        let stepped = self.world.step(&self.commands, &mut self.trace);
        let last = self.checkpoints.last().map_or(0, |checkpoint| checkpoint.counts().events);
        if self.world.counts().events >= last + self.checkpoint_events {
            self.checkpoints.push(self.world.clone());
            self.thin_checkpoints();
        }
        stepped
    }

    fn thin_checkpoints(&mut self) {
        if self.checkpoints.len() > CHECKPOINTS_AT_MOST {
            let mut index = 0;
            self.checkpoints.retain(|_| {
                index += 1;
                index % 2 == 1
            });
            self.checkpoint_events *= 2;
        }
    }

    /// Makes the world that of the last checkpoint that is fit. The first always is.
    fn restore(&mut self, fit: impl Fn(&World) -> bool) {
        let checkpoint = self.checkpoints.iter().rev().find(|checkpoint| fit(checkpoint));
        self.world = checkpoint.unwrap_or(&self.checkpoints[0]).clone();
    }

    /// Goes to a moment of the run that these deeds make, keeping of the old run what both have in common.
    fn take_deeds(&mut self, deeds: Vec<TimedCommand>, to: Time) {
        let mut commands = [self.script.as_slice(), deeds.as_slice()].concat();
        // The sort is stable: at the same moment the script comes first, then deeds in their order.
        sort_by_key(&mut commands, |timed| timed.at);
        let common = commands.iter().zip(&self.commands).take_while(|(new, old)| new == old).count();
        let parted_at = [&commands, &self.commands]
            .iter()
            .filter_map(|list| list.get(common))
            .map(|timed| timed.at)
            .min();
        let shared =
            |world: &World| parted_at.is_none_or(|at| world.commands_done() <= common && world.now() <= at);
        self.deeds = deeds;
        self.commands = commands;
        self.checkpoints.retain(shared);
        if !shared(&self.world) || self.world.now() > to {
            self.restore(|checkpoint| checkpoint.now() <= to);
        }
        self.trace.truncate(self.world.position());
        self.run_to(to);
    }
}
