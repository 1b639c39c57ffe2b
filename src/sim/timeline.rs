//! A run in a watcher's hands: it plays, steps, goes back, parts into branches, and takes deeds back.
//!
//! A timeline is a scenario, what the watcher did on each of its [branches](Branch), and checkpoints of the world along the
//! way. To go to a moment is to take the last checkpoint before it and replay. To act where the future was already watched
//! begins a branch; that future stays, as a branch of its own.

mod before;
mod branches;
mod checkpoints;
mod jumps;
mod strand;

use super::command::{Command, TimedCommand};
use super::network::Catalogue;
use super::samples::Samples;
use super::scenario::{Scenario, ScenarioError};
use super::time::{Duration, Time};
use super::trace::{Record, Trace};
use super::world::World;
use crate::sorted::sort_by_key;

pub use branches::{BRANCHES_AT_MOST, Branch, NAME_CHARACTERS_AT_MOST};
use branches::{Tree, Turn};
pub use checkpoints::CHECKPOINT_BYTES_AT_MOST;
use checkpoints::Checkpoints;
pub use jumps::Sought;
pub use strand::Strand;

/// How many events are computed at most to come to where a branch was left. Only files and links can name a moment beyond.
const EVENTS_AT_MOST: usize = 2_000_000;
/// How many events of a branch that one comes back to are computed at once, so that the slider shows them.
const RECALLED_EVENTS_AT_MOST: usize = 20_000;

/// A run in a watcher's hands.
#[derive(Clone)]
pub struct Timeline {
    scenario: Scenario,
    script: Vec<TimedCommand>,
    tree: Tree,
    /// Script and deeds of the current branch by time, the script's first at the same moment.
    commands: Vec<TimedCommand>,
    world: World,
    trace: Trace,
    now: Time,
    checkpoints: Checkpoints,
    samples: Samples,
    /// What was read off futures that were left, with the commands of each, the last one left last.
    left: Vec<(Vec<TimedCommand>, Samples)>,
    undone: Vec<Turn>,
    done: Vec<Turn>,
    let_go: u32,
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
            tree: Tree::default(),
            checkpoints: Checkpoints::new(&world),
            samples: Samples::new(world.network()),
            left: Vec::new(),
            world,
            trace,
            now: Time::ZERO,
            undone: Vec::new(),
            done: Vec::new(),
            let_go: 0,
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
    pub fn past(&self) -> &[Record] {
        &self.trace.records()[..self.world.position().records]
    }

    /// The moment that the watcher sees.
    pub fn now(&self) -> Time {
        self.now
    }

    /// How far this future was watched.
    pub fn reach(&self) -> Time {
        self.tree.here().reach
    }

    /// What the watcher did, by time.
    pub fn deeds(&self) -> &[TimedCommand] {
        &self.tree.here().deeds
    }

    /// How many checkpoints are kept.
    pub fn checkpoint_count(&self) -> usize {
        self.checkpoints.count()
    }

    /// How much memory the checkpoints take, as far as can be told: never much more than [`CHECKPOINT_BYTES_AT_MOST`].
    pub fn checkpoint_bytes(&self) -> usize {
        self.checkpoints.bytes()
    }

    /// What was read off this future, as far as it was computed.
    pub fn samples(&self) -> &Samples {
        &self.samples
    }

    /// What was read off another branch when it was at hand, if that is still known.
    pub fn samples_of(&self, index: usize) -> Option<&Samples> {
        let commands = self.with_script(&self.branches().get(index)?.deeds);
        self.left.iter().find(|(left, _)| *left == commands).map(|(_, samples)| samples)
    }

    /// The scenario's script by time, with the lines that were added since.
    pub fn script(&self) -> &[TimedCommand] {
        &self.script
    }

    /// How many things happened so far, events and commands together, if the run stands within a moment: between two things
    /// that happen at the same time.
    pub fn within(&self) -> Option<usize> {
        let more = self.world.next_time(&self.commands).is_some_and(|next| next <= self.now);
        more.then(|| self.world.position().steps)
    }

    /// Goes on to a moment, but for no more than this many events, and only until the condition is true after an event.
    /// It is shown the world and what the event left in the trace.
    pub fn advance(
        &mut self,
        to: Time,
        events_at_most: usize,
        mut until: impl FnMut(&World, &[Record]) -> bool,
    ) -> Advance {
        for _ in 0..events_at_most {
            if self.world.next_time(&self.commands).is_none_or(|next| next > to) {
                self.stand_at(self.now.max(to));
                return Advance::Reached;
            }
            let before = self.world.position().records;
            self.step_world();
            self.stand_at(self.world.now().max(self.now));
            if until(&self.world, &self.past()[before..]) {
                return Advance::Stopped;
            }
        }
        Advance::Busy
    }

    /// Goes to a moment, forwards or back.
    pub fn seek(&mut self, to: Time) {
        self.seek_near(to < self.world.now(), |world| world.now() <= to);
        self.run_to(to);
    }

    /// Goes on to the next event that leaves a record. False if nothing will ever happen.
    pub fn step(&mut self) -> bool {
        let records = self.world.position().records;
        while self.step_world() {
            self.stand_at(self.now.max(self.world.now()));
            if self.world.position().records > records {
                return true;
            }
        }
        false
    }

    /// Goes back to the event that left a record before the last one that did. False at the start of the run.
    pub fn step_back(&mut self) -> bool {
        let (records, first) = (self.world.position().records, self.checkpoints.first());
        if records <= first.position().records {
            let moved = self.now > first.now();
            self.seek(Time::ZERO);
            return moved;
        }
        let last_event = self.trace.step_of(records - 1);
        let before = (0..records).rev().map(|record| self.trace.step_of(record));
        let target = before.into_iter().find(|step| *step < last_event).unwrap_or_default();
        self.seek_step(target);
        true
    }

    /// Whether there is something to step back over: time, or what was done at the very start.
    pub fn can_step_back(&self) -> bool {
        let begun = self.script.iter().take_while(|timed| timed.at == Time::ZERO).count();
        self.now > Time::ZERO || self.world.commands_done() > begun
    }

    /// Goes to right after the event that left the record of this index. False if the trace has none.
    pub fn go_to_record(&mut self, index: usize) -> bool {
        let known = index < self.trace.records().len();
        if known {
            self.seek_step(self.trace.step_of(index));
        }
        known
    }

    /// Does something now. Where the future was watched already, this begins a branch, and that future stays.
    pub fn act(&mut self, command: Command) {
        self.act_together(vec![command]);
    }

    /// Does several things now, in this order, as one deed: they are taken back together.
    pub fn act_together(&mut self, commands: Vec<Command>) {
        self.finish_moment();
        let at = self.now;
        self.begin_turn();
        let deeds = commands.into_iter().map(|command| TimedCommand { at, command });
        self.let_go += self.tree.act(at, deeds);
        self.go_on_branch(at);
    }

    /// Adds commands to the scenario's script. What is due at a moment that is past happens right after it: the past stays
    /// as it was.
    pub fn extend_script(&mut self, lines: &[TimedCommand]) {
        self.finish_moment();
        let soonest = self.now + Duration::SHORTEST;
        let later = lines.iter().cloned().map(|line| TimedCommand { at: line.at.max(soonest), ..line });
        self.script.extend(later);
        sort_by_key(&mut self.script, |timed| timed.at);
        self.go_on_branch(self.now);
    }

    /// Lets everything happen that is due up to now.
    fn finish_moment(&mut self) {
        self.run_to(self.now);
    }

    fn run_to(&mut self, to: Time) {
        while self.world.next_time(&self.commands).is_some_and(|next| next <= to) && self.step_world() {}
        self.stand_at(to);
    }

    fn stand_at(&mut self, moment: Time) {
        self.now = moment;
        self.tree.watch(moment);
        let next = self.world.next_time(&self.commands).unwrap_or(Time::NEVER);
        self.samples.pass(&self.world, next.min(moment + Duration::SHORTEST));
    }

    /// Goes to the world right after its first so many events and commands, all of which the trace knows.
    fn seek_step(&mut self, step: usize) {
        self.seek_near(step < self.world.position().steps, |world| world.position().steps <= step);
        while self.world.position().steps < step && self.step_world() {}
        self.stand_at(self.world.now());
    }

    /// Takes the last checkpoint that is fit, if it is nearer than the world at hand.
    fn seek_near(&mut self, is_past: bool, fit: impl Fn(&World) -> bool) {
        let nearest = self.checkpoints.last(fit);
        if is_past || nearest.position().steps > self.world.position().steps {
            self.world = nearest.clone();
        }
    }

    fn step_world(&mut self) -> bool {
        if let Some(next) = self.world.next_time(&self.commands) {
            self.samples.pass(&self.world, next);
        }
        let stepped = self.world.step(&self.commands, &mut self.trace);
        self.checkpoints.pass(&self.world);
        stepped
    }

    /// Script and these deeds by time.
    fn with_script(&self, deeds: &[TimedCommand]) -> Vec<TimedCommand> {
        let mut commands = [self.script.as_slice(), deeds].concat();
        // The sort is stable: at the same moment the script comes first, then deeds in their order.
        sort_by_key(&mut commands, |timed| timed.at);
        commands
    }

    /// Goes to a moment of the current branch, keeping of the run at hand what both have in common.
    fn go_on_branch(&mut self, to: Time) {
        let commands = self.with_script(self.deeds());
        let common = commands.iter().zip(&self.commands).take_while(|(new, old)| new == old).count();
        let lists = [&commands, &self.commands];
        let parted_at = lists.iter().filter_map(|list| list.get(common)).map(|timed| timed.at).min();
        let shared =
            |world: &World| parted_at.is_none_or(|at| world.commands_done() <= common && world.now() <= at);
        let left = std::mem::replace(&mut self.commands, commands);
        self.part_samples(left, parted_at);
        self.checkpoints.retain(shared);
        if !shared(&self.world) || self.world.now() > to {
            self.world = self.checkpoints.last(|world| world.now() <= to).clone();
        }
        self.trace.truncate(self.world.position());
        self.stand_at(self.world.now());
        self.advance(to, EVENTS_AT_MOST, |_, _| false);
        self.recall();
    }

    /// Forgets what was read off the future that is left from where it parts, and keeps it aside if there is more than that moment.
    fn part_samples(&mut self, left: Vec<TimedCommand>, parted_at: Option<Time>) {
        let Some(parted_at) = parted_at else { return };
        let known = self.samples.clone();
        self.samples.part_at(parted_at);
        if known.count() > self.samples.count() + 1 {
            self.left.retain(|(commands, _)| *commands != left);
            if self.left.len() == BRANCHES_AT_MOST {
                self.left.remove(0);
            }
            self.left.push((left, known));
        }
    }

    /// Computes what is ahead as far as it was watched, unless it is much: it happens as it did.
    fn recall(&mut self) {
        let reach = self.reach();
        if self.world.next_time(&self.commands).is_none_or(|next| next > reach) {
            return;
        }
        let here = self.world.clone();
        for _ in 0..RECALLED_EVENTS_AT_MOST {
            if self.world.next_time(&self.commands).is_none_or(|next| next > reach) || !self.step_world() {
                break;
            }
        }
        self.world = here;
    }
}
