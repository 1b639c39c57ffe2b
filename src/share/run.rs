//! One run from start to end, without a watcher: a scenario, commands besides its script, and a moment to stop at.

use crate::scenarios::CATALOGUE;
use crate::sim::command::TimedCommand;
use crate::sim::network::Catalogue;
use crate::sim::property::PropertyKind;
use crate::sim::samples::Samples;
use crate::sim::scenario::Scenario;
use crate::sim::time::{Duration, Time};
use crate::sim::trace::Trace;
use crate::sim::world::World;

use super::chaos::Chaos;
use super::parcel::{Line, Parcel};

/// What is to be run.
#[derive(Clone, Debug)]
pub struct Plan {
    /// The scenario, seed included.
    pub scenario: Scenario,
    /// Until when.
    pub until: Time,
    /// After how many things that happen the run ends even before that.
    pub within: Option<usize>,
    /// What is done besides the scenario's script, as lines of the command grammar.
    pub lines: Vec<String>,
    /// What is drawn at random besides.
    pub chaos: Option<Chaos>,
    /// What the scenario may be made of.
    pub catalogue: Catalogue,
}

/// A run that is over.
pub struct Run {
    /// What the scenario is called.
    pub scenario: String,
    /// What its luck grew from.
    pub seed: u64,
    /// Until when it went.
    pub until: Time,
    /// What was done besides the script, by time.
    pub commands: Vec<TimedCommand>,
    /// The world at the end.
    pub world: World,
    /// What happened.
    pub trace: Trace,
    /// What was read off it on the way.
    pub samples: Samples,
}

/// How long a run is watched unless told otherwise.
const WATCHED_SECONDS: u64 = 30;

impl Plan {
    /// A plan to run this scenario of the built-in catalogue for as long as half a minute of watching shows.
    pub fn new(scenario: Scenario) -> Plan {
        let pace = Duration::parse(&scenario.pace).unwrap_or(Duration::secs(1));
        let until = Time::ZERO + pace * WATCHED_SECONDS;
        Plan { scenario, until, within: None, lines: Vec::new(), chaos: None, catalogue: CATALOGUE }
    }

    /// A plan to do the very run that was handed on, up to its moment.
    pub fn of(parcel: &Parcel) -> Result<Plan, String> {
        let mut plan = Plan::new(parcel.scenario()?);
        (plan.until, plan.within) = (parcel.at, parcel.within);
        plan.lines = parcel.deeds().iter().map(Line::to_text).collect();
        Ok(plan)
    }

    /// The same plan with another seed.
    pub fn with_seed(&self, seed: u64) -> Plan {
        let mut plan = self.clone();
        plan.scenario.seed = seed;
        plan
    }

    /// Runs it. What is wrong with the scenario or a line is said with its place.
    pub fn run(&self) -> Result<Run, String> {
        self.run_with_commands().map(|(run, _)| run)
    }

    /// The world at the end of the plan, and all commands of the run, script and chaos included, with which it can go on.
    pub fn reach(&self) -> Result<(World, Vec<TimedCommand>), String> {
        self.run_with_commands().map(|(run, all)| (run.world, all))
    }

    fn run_with_commands(&self) -> Result<(Run, Vec<TimedCommand>), String> {
        let mut trace = Trace::default();
        let (mut world, mut all) =
            World::new(&self.scenario, self.catalogue, &mut trace).map_err(|error| error.to_string())?;
        let commands = self.commands(&world)?;
        all.extend(commands.iter().cloned());
        // The sort is stable: at the same moment the script comes first, as in a timeline.
        all.sort_by_key(|timed| timed.at);
        let mut samples = Samples::new(world.network());
        while let Some(next) = world.next_time(&all).filter(|next| *next <= self.until)
            && self.within.is_none_or(|within| world.position().steps < within)
        {
            samples.pass(&world, next);
            world.step(&all, &mut trace);
        }
        let next = world.next_time(&all).unwrap_or(Time::NEVER);
        samples.pass(&world, next.min(self.until + Duration::SHORTEST));
        let scenario = self.scenario.name.clone();
        let run =
            Run { scenario, seed: self.scenario.seed, until: self.until, commands, world, trace, samples };
        Ok((run, all))
    }

    /// The same plan, if its scenario makes sense.
    pub fn checked(self) -> Result<Plan, String> {
        self.scenario.lay(self.catalogue).map(|_| self).map_err(|error| error.to_string())
    }

    fn commands(&self, world: &World) -> Result<Vec<TimedCommand>, String> {
        let network = world.network();
        let read =
            |line: &String| network.read_line(line).map_err(|error| format!("command `{line}`: {error}"));
        let mut commands: Vec<_> = self.lines.iter().map(read).collect::<Result<_, _>>()?;
        if let Some(chaos) = &self.chaos {
            commands.extend(chaos.draw(network, self.scenario.seed, self.until));
        }
        commands.sort_by_key(|timed| timed.at);
        Ok(commands)
    }
}

impl Run {
    /// Whether no *always* property was broken and every *eventually* property was met at the end. A single run says
    /// nothing against a *sometimes* property.
    pub fn is_good(&self) -> bool {
        let properties = &self.world.network().properties;
        properties
            .iter()
            .zip(self.world.standings())
            .all(|(property, standing)| property.kind == PropertyKind::Sometimes || standing.is_good())
    }

    /// What was done besides the script, as lines that a plan takes.
    pub fn command_lines(&self) -> Vec<String> {
        let network = self.world.network();
        self.commands.iter().map(|timed| network.write_line(timed)).collect()
    }

    /// What happened, one line a record.
    pub fn trace_lines(&self) -> impl Iterator<Item = String> + '_ {
        let network = self.world.network();
        self.trace.records().iter().map(|record| self.trace.line(network, record))
    }
}
