//! A run to hand on: all that makes it, and the moment at which it is shown. A link ([`super::link`]) and a file
//! ([`super::files`]) hold the same.
//!
//! A built-in scenario goes by its name and what was changed of it, so that a link stays short; any other goes in full. What
//! was done goes in the grammar of [`crate::sim::command`], which names places and faults, so that a run made today can be
//! read when there are more of both.

use crate::scenarios::{self, CATALOGUE};
use crate::sim::command::TimedCommand;
use crate::sim::network::Network;
use crate::sim::scenario::{Control, ControlTarget, Scenario};
use crate::sim::time::Time;
use crate::sim::timeline::{Advance, BRANCHES_AT_MOST, Branch, Timeline};
use crate::sim::trace::Record;
use crate::sim::world::World;
use crate::sorted::{Map, sort_by_key};

/// A run to hand on.
#[derive(Clone, PartialEq, Debug)]
pub struct Parcel {
    /// Which scenario.
    pub source: Source,
    /// Lines of the script besides the scenario's own.
    pub script: Vec<Line>,
    /// What was done, in one branch or several. There is at least one.
    pub branches: Vec<BranchParcel>,
    /// Which branch is shown.
    pub current: usize,
    /// The moment.
    pub at: Time,
    /// How many things have happened, if the moment is not over: see [`Timeline::within`].
    pub within: Option<usize>,
    /// The step of a lesson that it belongs to, such as `5/two-islands`.
    pub step: Option<String>,
}

/// Which scenario a run is of.
#[derive(Clone, PartialEq, Debug)]
pub enum Source {
    /// A built-in one.
    BuiltIn {
        /// Its name.
        name: String,
        /// Parameters and controls that differ from what they usually are.
        values: Vec<(String, String)>,
        /// What its luck grows from, if not from its own seed.
        seed: Option<u64>,
    },
    /// Any other, in full.
    Whole(Box<Scenario>),
}

/// One of the futures that a run has.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct BranchParcel {
    /// What the watcher calls it.
    pub name: String,
    /// When it parted from the one it came from.
    pub parted_at: Time,
    /// Where the watcher stood when they left it.
    pub left_at: Time,
    /// How far it was simulated.
    pub reach: Time,
    /// What was done in it, by time.
    pub deeds: Vec<Line>,
}

/// A command and its moment, in text form.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Line {
    /// When.
    pub at: Time,
    /// What, in the grammar of [`crate::sim::command`].
    pub command: String,
}

/// A parcel that was opened.
#[derive(Clone)]
pub struct Opened {
    /// The run.
    pub timeline: Timeline,
    /// Whether its moment is farther than as many events as were allowed: then it stands where it got to.
    pub fell_short: bool,
}

impl Parcel {
    /// A run that has just begun and to which nothing was done.
    pub fn begun(source: Source) -> Parcel {
        Parcel {
            source,
            script: Vec::new(),
            branches: vec![BranchParcel::default()],
            current: 0,
            at: Time::ZERO,
            within: None,
            step: None,
        }
    }

    /// The run as it stands, of this step of a lesson if it is of one.
    pub fn of(timeline: &Timeline, step: Option<String>) -> Parcel {
        let network = timeline.world().network();
        let (source, script) = built_in(timeline).unwrap_or_else(|| (whole(timeline), Vec::new()));
        let current = timeline.current_branch();
        let branches = timeline.branches().iter().enumerate();
        let branches = branches.map(|(index, branch)| match index == current {
            true => BranchParcel::at_hand(network, branch, timeline.now()),
            false => BranchParcel::of(network, branch),
        });
        Parcel {
            source,
            script,
            branches: branches.collect(),
            current,
            at: timeline.now(),
            within: timeline.within(),
            step,
        }
    }

    /// The scenario, with all of the script.
    pub fn scenario(&self) -> Result<Scenario, String> {
        let mut scenario = match &self.source {
            Source::Whole(scenario) => Scenario::clone(scenario),
            Source::BuiltIn { name, values, seed } => {
                let entry = scenarios::find(name).ok_or_else(|| format!("there is no scenario `{name}`"))?;
                let mut scenario = entry.build_with(values).map_err(|error| error.to_string())?;
                scenario.seed = seed.unwrap_or(scenario.seed);
                scenario
            }
        };
        scenario.script.extend(self.script.iter().map(Line::to_text));
        Ok(scenario)
    }

    /// Opens it at its moment, as long as no more than so many events lie before that. What is wrong is said with its place.
    pub fn open(&self, events_at_most: usize) -> Result<Opened, String> {
        let mut timeline = Timeline::new(self.scenario()?, CATALOGUE).map_err(|error| error.to_string())?;
        let branches = self.branches_in(timeline.world().network())?;
        timeline.restore_branches(branches, self.current, Time::ZERO);
        let within = self.within;
        let stop = |world: &World, _: &[Record]| Some(world.position().steps) == within;
        let advance = timeline.advance(self.at, events_at_most, stop);
        Ok(Opened { timeline, fell_short: advance == Advance::Busy })
    }

    /// Whether it makes sense. What is wrong is said with its place.
    pub fn check(&self) -> Result<(), String> {
        let laid = self.scenario()?.lay(CATALOGUE).map_err(|error| error.to_string())?;
        self.branches_in(&laid.network).map(|_| ())
    }

    fn branches_in(&self, network: &Network) -> Result<Vec<Branch>, String> {
        let (count, current) = (self.branches.len(), self.current);
        if count > BRANCHES_AT_MOST {
            return Err(format!("branches: there are {count}, and {BRANCHES_AT_MOST} is the most"));
        }
        if current >= count {
            return Err(format!("current: there is no branch {current} of {count}"));
        }
        let branch = |(index, branch): (usize, &BranchParcel)| {
            branch.open(network).map_err(|what| format!("branches[{index}].{what}"))
        };
        self.branches.iter().enumerate().map(branch).collect()
    }

    /// What was done in the branch that is shown.
    pub fn deeds(&self) -> &[Line] {
        self.branches.get(self.current).map_or(&[], |branch| &branch.deeds)
    }
}

impl BranchParcel {
    fn of(network: &Network, branch: &Branch) -> BranchParcel {
        let Branch { name, deeds, parted_at, left_at, reach } = branch;
        let deeds = lines(network, deeds);
        BranchParcel { name: name.clone(), parted_at: *parted_at, left_at: *left_at, reach: *reach, deeds }
    }

    /// The branch that is shown: that it is watched up to its moment goes without saying.
    fn at_hand(network: &Network, branch: &Branch, now: Time) -> BranchParcel {
        let reach = if branch.reach > now { branch.reach } else { Time::ZERO };
        BranchParcel { left_at: Time::ZERO, reach, ..BranchParcel::of(network, branch) }
    }

    fn open(&self, network: &Network) -> Result<Branch, String> {
        let read = |(index, line): (usize, &Line)| {
            let command = network.read_command(&line.command);
            let command = command.map_err(|what| format!("deeds[{index}] (`{}`): {what}", line.command))?;
            Ok(TimedCommand { at: line.at, command })
        };
        let deeds = self.deeds.iter().enumerate().map(read).collect::<Result<_, String>>()?;
        let BranchParcel { name, parted_at, left_at, reach, .. } = self.clone();
        Ok(Branch { name, deeds, parted_at, left_at, reach })
    }
}

impl Line {
    /// As the command grammar writes a line.
    pub fn to_text(&self) -> String {
        format!("{} {}", self.at, self.command)
    }

    /// Reads the time of a line of the command grammar. Whether its command makes sense only the network can say.
    pub fn from_text(text: &str) -> Option<Line> {
        let (at, command) = text.trim_start().split_once(char::is_whitespace)?;
        Some(Line { at: Time::parse(at)?, command: command.to_owned() })
    }
}

fn lines(network: &Network, commands: &[TimedCommand]) -> Vec<Line> {
    let line = |timed: &TimedCommand| Line { at: timed.at, command: network.write_command(&timed.command) };
    commands.iter().map(line).collect()
}

/// The run's scenario by its name, if that is all it takes, and what its script has besides.
fn built_in(timeline: &Timeline) -> Option<(Source, Vec<Line>)> {
    let scenario = timeline.scenario();
    let entry = scenarios::find(&scenario.name)?;
    let usual = entry.build_with(&[]).ok()?;
    // A step may set a control to what it usually is.
    let is_usual = |control: &&Control| {
        usual.controls.iter().any(|known| known == *control)
            && is_set(scenario, control) == is_set(&usual, control)
    };
    let changed = scenario.controls.iter().filter(|control| !is_usual(control));
    let values: Map<_, _> = changed.map(|control| (control.name.clone(), control.value.clone())).collect();
    let values: Vec<_> = values.into_iter().collect();
    let rebuilt = entry.build_with(&values).ok()?;
    let seed = (rebuilt.seed != scenario.seed).then_some(scenario.seed);
    let script = added_script(timeline, &rebuilt)?;
    is_alike(&rebuilt, scenario).then_some((Source::BuiltIn { name: rebuilt.name, values, seed }, script))
}

/// Whether what a control sets is set anywhere, if only to its default.
fn is_set(scenario: &Scenario, control: &Control) -> bool {
    match &control.sets {
        None => false,
        Some(ControlTarget::Role { role, setting }) => {
            scenario.nodes.iter().any(|node| node.role == *role && node.settings.contains_key(setting))
        }
        Some(ControlTarget::Links { setting }) => {
            scenario.links.iter().any(|link| link.settings.contains_key(setting))
        }
    }
}

/// Whether two scenarios are the same but for luck and script.
fn is_alike(one: &Scenario, other: &Scenario) -> bool {
    one.pace == other.pace
        && one.nodes == other.nodes
        && one.links == other.links
        && one.properties == other.properties
        && one.readings == other.readings
        && one.controls == other.controls
}

/// What the run's script has besides that of its scenario; none if the scenario's is not all there, in its order.
fn added_script(timeline: &Timeline, scenario: &Scenario) -> Option<Vec<Line>> {
    let network = timeline.world().network();
    let read = |line: &String| network.read_line(line).ok();
    let mut own: Vec<TimedCommand> = scenario.script.iter().map(read).collect::<Option<_>>()?;
    sort_by_key(&mut own, |timed| timed.at);
    let mut rest = own.iter().peekable();
    let is_added = |timed: &&TimedCommand| rest.next_if(|own| own == timed).is_none();
    let added: Vec<_> = timeline.script().iter().filter(is_added).cloned().collect();
    let mut all = [own.as_slice(), added.as_slice()].concat();
    sort_by_key(&mut all, |timed| timed.at);
    (all == timeline.script()).then(|| lines(network, &added))
}

fn whole(timeline: &Timeline) -> Source {
    let network = timeline.world().network();
    let script = timeline.script().iter().map(|timed| network.write_line(timed)).collect();
    Source::Whole(Box::new(Scenario { script, ..timeline.scenario().clone() }))
}
