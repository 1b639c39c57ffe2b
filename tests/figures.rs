//! Readings over time and figures: what is kept of a run is a function of the run, wherever its watcher went, and it is what somebody
//! reads who does the run step by step.

mod support;
#[path = "support/wander.rs"]
mod wander;

use proptest::prelude::*;

use netsplit::sim::command::TimedCommand;
use netsplit::sim::figure::{Drawing, Tint};
use netsplit::sim::random::Rng;
use netsplit::sim::samples::{SHOWN_AT_MOST, Samples};
use netsplit::sim::scenario::Scenario;
use netsplit::sim::snapshot::Snapshot;
use netsplit::sim::time::{Duration, Time};
use netsplit::sim::timeline::Timeline;
use netsplit::sim::trace::Trace;
use netsplit::sim::world::World;
use netsplit::stage::figure;
use support::{CATALOGUE, chatter};

const SPAN: Duration = Duration::millis(2_500);

fn scenario() -> Scenario {
    Scenario { readings: vec!["delivered_messages".to_owned()], ..chatter() }
}

fn at(millis: u64) -> Time {
    Time::from_micros(millis * 1_000)
}

/// The readings at the first so many moments, by someone who does everything in order and reads at each.
fn read_step_by_step(deeds: &[TimedCommand], samples: &Samples, count: usize) -> Vec<Vec<Option<f64>>> {
    let mut trace = Trace::default();
    let (mut world, mut commands) = World::new(&scenario(), CATALOGUE, &mut trace).unwrap();
    commands.extend(deeds.iter().cloned());
    commands.sort_by_key(|timed| timed.at);
    let mut rows = Vec::new();
    for index in 0..count {
        let moment = samples.moment(index);
        while world.next_time(&commands).is_some_and(|next| next <= moment) {
            world.step(&commands, &mut trace);
        }
        rows.push(world.network().readings.iter().map(|reading| (reading.read)(&world)).collect());
    }
    rows
}

fn rows(samples: &Samples) -> Vec<Vec<Option<f64>>> {
    (0..samples.count()).map(|index| samples.row(index).to_vec()).collect()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 32, ..ProptestConfig::default() })]

    #[test]
    fn wherever_one_goes_the_samples_are_those_of_the_run(seed in any::<u64>(), moves in 1usize..30) {
        let mut timeline = Timeline::new(scenario(), CATALOGUE).unwrap();
        let mut rng = Rng::stream(seed, "moves");
        for _ in 0..moves {
            let made = wander::draw(&mut rng, &timeline, SPAN);
            wander::make(&mut timeline, &made);
            timeline.seek(timeline.now());
            let samples = timeline.samples();
            let due = (0..).take_while(|index| samples.moment(*index) <= timeline.now()).count();
            prop_assert!(samples.count() >= due, "{} of {due} after {made:?}", samples.count());
            let dumb = read_step_by_step(timeline.deeds(), samples, samples.count());
            prop_assert_eq!(rows(samples), dumb, "after {:?}", made);
        }
    }
}

#[test]
fn samples_lie_evenly_and_few_are_kept_of_a_long_run() {
    let mut timeline = Timeline::new(scenario(), CATALOGUE).unwrap();
    for seconds in [1, 10, 25, 60, 300] {
        timeline.seek(at(seconds * 1_000));
        let samples = timeline.samples();
        let moments: Vec<_> = samples.evenly(timeline.now()).map(|index| samples.moment(index)).collect();
        assert!(moments.len() <= SHOWN_AT_MOST, "{seconds} s");
        assert!(seconds < 10 || moments.len() >= SHOWN_AT_MOST / 2 - 1, "{seconds} s: {}", moments.len());
        let step = moments[1].since(moments[0]);
        assert!(moments.windows(2).all(|pair| pair[1].since(pair[0]) == step), "{seconds} s");
        assert!(timeline.now().since(*moments.last().unwrap()) < step * 2, "{seconds} s");
    }
    // 512 to begin with, and half as many for each doubling from ten seconds to three hundred.
    assert!(timeline.samples().count() <= SHOWN_AT_MOST + 5 * SHOWN_AT_MOST / 2);
    assert_eq!(timeline.samples().moment(usize::MAX), Time::NEVER);
}

#[test]
fn a_future_that_was_left_is_remembered_and_one_that_is_cut_short_forgets_the_rest() {
    let mut timeline = Timeline::new(scenario(), CATALOGUE).unwrap();
    timeline.seek(at(2_000));
    let whole = rows(timeline.samples());
    timeline.seek(at(1_000));
    assert_eq!(rows(timeline.samples()), whole, "going back forgets nothing");
    let crash = timeline.world().network().read_command("crash c").unwrap();
    timeline.act(crash);
    assert!(timeline.samples().count() < whole.len());
    assert_eq!(timeline.samples_of(0).map(rows), Some(whole.clone()));
    assert!(timeline.undo());
    timeline.seek(at(2_000));
    assert_eq!(rows(timeline.samples()), whole);
}

#[test]
fn the_ring_of_a_network_is_in_its_snapshot_and_follows_it() {
    let mut timeline = Timeline::new(scenario(), CATALOGUE).unwrap();
    timeline.seek(at(500));
    let mut snapshot = Snapshot::of(&timeline);
    let owner = |snapshot: &Snapshot| snapshot.ring.as_ref().unwrap().dots[1].tint;
    assert_eq!(owner(&snapshot), Some(Tint(1)));
    let crash = timeline.world().network().read_command("crash b").unwrap();
    timeline.act(crash);
    snapshot.refill(&timeline);
    assert_eq!(owner(&snapshot), None);
    timeline.undo();
    snapshot.refill(&timeline);
    assert_eq!(owner(&snapshot), Some(Tint(1)));
}

#[test]
fn every_figure_of_a_network_is_drawn_and_told() {
    let mut timeline = Timeline::new(scenario(), CATALOGUE).unwrap();
    timeline.seek(at(500));
    let world = timeline.world();
    for listed in world.network().figures() {
        let (drawing, chart) = ((listed.draw)(world), figure::chart(world, listed));
        assert_eq!(drawing.is_some(), chart.is_some(), "{}", listed.name);
        if let Some(chart) = chart {
            assert_eq!(
                chart.svg.is_empty(),
                matches!(drawing, Some(Drawing::Ring(_))),
                "the ring is on the stage"
            );
            assert!(!chart.table.rows.is_empty(), "{}", listed.name);
            let columns = chart.table.head.len();
            assert!(chart.table.rows.iter().all(|row| row.len() == columns), "{}", listed.name);
        }
    }
    let text = figure::text(world);
    assert!(text.contains("figure circle\n") && !text.contains("figure nothing"), "{text}");
}
