//! Runs of the built-in scenarios, and what every test of a protocol asks of one: how its properties stand, what is read
//! off it, what its users were told.

// Each file of tests has its own copy of this module, and uses only part of it.
#![allow(dead_code)]

use netsplit::lessons::goals;
use netsplit::scenarios::{CATALOGUE, find};
use netsplit::share::run::{Plan, Run};
use netsplit::sim::figure::Drawing;
use netsplit::sim::network::NodeId;
use netsplit::sim::process::Process;
use netsplit::sim::property::{PropertyKind, Standing};
use netsplit::sim::scenario::Scenario;
use netsplit::sim::time::Time;
use netsplit::sim::timeline::Timeline;
use netsplit::sim::trace::{Event, Trace};
use netsplit::sim::world::World;

/// Names and values of controls and parameters.
pub type Controls<'a> = &'a [(&'a str, &'a str)];

/// For where lines are asked for and there are none.
pub const NO_LINES: [&str; 0] = [];

// What is run.

/// A built-in scenario with these controls, and with these lines after those of its own script.
pub fn scenario(name: &str, controls: Controls, script: &[impl AsRef<str>]) -> Scenario {
    let values: Vec<_> = controls.iter().map(|(name, value)| (name.to_string(), value.to_string())).collect();
    let mut scenario = find(name).unwrap().build_with(&values).unwrap();
    scenario.script.extend(script.iter().map(|line| line.as_ref().to_owned()));
    scenario
}

/// A plan to run a built-in scenario with these commands, up to a moment.
pub fn plan(name: &str, controls: Controls, lines: &[impl AsRef<str>], until: &str) -> Plan {
    let lines = lines.iter().map(|line| line.as_ref().to_owned()).collect();
    Plan { until: at(until), lines, ..Plan::new(scenario(name, controls, &NO_LINES)) }
}

/// A timeline of a built-in scenario with these controls and these lines, at a moment.
pub fn timeline(name: &str, controls: Controls, script: &[impl AsRef<str>], until: &str) -> Timeline {
    watch(scenario(name, controls, script), until)
}

/// A timeline of this scenario, at a moment.
pub fn watch(scenario: Scenario, until: &str) -> Timeline {
    let mut timeline = Timeline::new(scenario, CATALOGUE).unwrap();
    timeline.seek(at(until));
    timeline
}

/// Runs it, and fails if what must always hold did not.
pub fn checked(plan: Plan) -> Run {
    let run = plan.run().unwrap();
    always_hold(&run.world, &run.command_lines().join("\n"));
    run
}

/// Runs it and looks at the world after each thing that happens; gives the world and what happened. Nothing is checked.
pub fn step_by_step(plan: &Plan, mut look: impl FnMut(&World, &Trace)) -> (World, Trace) {
    let mut trace = Trace::default();
    let (mut world, mut commands) = World::new(&plan.scenario, plan.catalogue, &mut trace).unwrap();
    commands.extend(plan.lines.iter().map(|line| world.network().read_line(line).unwrap()));
    commands.sort_by_key(|timed| timed.at);
    while world.next_time(&commands).is_some_and(|next| next <= plan.until)
        && world.step(&commands, &mut trace)
    {
        look(&world, &trace);
    }
    (world, trace)
}

/// A moment as it is written.
pub fn at(moment: &str) -> Time {
    Time::parse(moment).unwrap()
}

// How properties stand.

/// Fails if what must always hold did not, and then says what was done.
pub fn always_hold(world: &World, what: &str) {
    if let Some((name, standing)) = failures(world).next() {
        panic!("{name}: {standing:?}\n{what}");
    }
}

/// The same of a timeline, up to the moment that it is at.
pub fn always_hold_in(timeline: &Timeline) {
    always_hold(timeline.world(), &timeline.scenario().script.join("\n"));
}

/// The *always* properties that are broken, by their names.
pub fn broken(world: &World) -> Vec<&'static str> {
    failures(world).map(|(name, _)| name).collect()
}

/// The *always* properties that are broken, and how.
pub fn failures(world: &World) -> impl Iterator<Item = (&'static str, &Standing)> {
    let all = world.network().properties.iter().zip(world.standings());
    let broken =
        all.filter(|(property, standing)| property.kind == PropertyKind::Always && !standing.is_good());
    broken.map(|(property, standing)| (property.name, standing))
}

/// How the property of this name stands.
pub fn standing<'a>(world: &'a World, name: &str) -> &'a Standing {
    let index = world.network().properties.iter().position(|property| property.name == name).unwrap();
    &world.standings()[index]
}

/// Whether it stands well: an *always* property was never broken, any other is reached.
pub fn is_good(world: &World, property: &str) -> bool {
    standing(world, property).is_good()
}

/// Whether the world is where a goal of the scenario's lessons wants it.
pub fn goal_reached(scenario: &str, goal: &str, world: &World) -> bool {
    (goals::find(scenario, goal).unwrap().reached)(world)
}

// What is in a world.

/// The node of this name.
pub fn node(world: &World, name: &str) -> NodeId {
    world.network().node_named(name).unwrap()
}

/// What runs on the node of this name.
pub fn process<'a, P: Process>(world: &'a World, name: &str) -> &'a P {
    world.process(node(world, name)).unwrap()
}

/// The number that the reading of this name gives now.
pub fn reading(world: &World, name: &str) -> f64 {
    let reading = world.network().readings.iter().find(|reading| reading.name == name).unwrap();
    (reading.read)(world).unwrap()
}

/// The figure of this name as it is drawn now, if there is anything to draw.
pub fn figure(world: &World, name: &str) -> Option<Drawing> {
    let figure = world.network().figures().find(|figure| figure.name == name).unwrap();
    (figure.draw)(world)
}

/// What the users of a run were told, up to the moment that it is at.
pub fn told(timeline: &Timeline) -> Vec<String> {
    let answers = timeline.past().iter().filter_map(|record| match record.event {
        Event::Answered { phrase, .. } => timeline.trace().phrase(phrase).map(ToString::to_string),
        _ => None,
    });
    answers.collect()
}
