//! The laws of a run in a watcher's hands: wherever one goes and whatever one tries, every future is what its deeds make it, and
//! every turn can be taken back exactly.

mod support;
#[path = "support/wander.rs"]
mod wander;

use proptest::prelude::*;

use netsplit::sim::command::TimedCommand;
use netsplit::sim::compare::{NodePart, compare};
use netsplit::sim::network::NodeId;
use netsplit::sim::process::FactValue;
use netsplit::sim::random::Rng;
use netsplit::sim::snapshot::{LinkStatus, NodeStatus};
use netsplit::sim::time::{Duration, Time};
use netsplit::sim::timeline::{BRANCHES_AT_MOST, Branch, CHECKPOINT_BYTES_AT_MOST, Sought, Timeline};
use netsplit::sim::trace::Event;
use support::{CATALOGUE, chatter, text};
use wander::Move;

const SPAN: Duration = Duration::millis(2_500);

fn start() -> Timeline {
    Timeline::new(chatter(), CATALOGUE).unwrap()
}

fn at(millis: u64) -> Time {
    Time::from_micros(millis * 1_000)
}

fn act(timeline: &mut Timeline, command: &str) {
    let command = timeline.world().network().read_command(command).unwrap();
    timeline.act(command);
}

/// The run that these deeds make, by someone who does them in order and never looks back, at this moment.
fn straight(deeds: &[TimedCommand], moment: Time) -> Timeline {
    let mut scenario = chatter();
    let network = scenario.lay(CATALOGUE).unwrap().network;
    scenario.script.extend(deeds.iter().map(|timed| network.write_line(timed)));
    let mut timeline = Timeline::new(scenario, CATALOGUE).unwrap();
    timeline.seek(moment);
    timeline
}

/// All that a watcher can tell of a run: the branches, which one is at hand, the moment, and what happened up to it. Where the
/// branch at hand was left is not known before it is.
fn seen(timeline: &Timeline) -> (Vec<Branch>, usize, Time, u64, usize) {
    let mut branches = timeline.branches().to_vec();
    branches[timeline.current_branch()].left_at = Time::ZERO;
    (branches, timeline.current_branch(), timeline.now(), timeline.world().hash(), timeline.past().len())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, ..ProptestConfig::default() })]

    #[test]
    fn wherever_one_goes_every_future_is_what_its_deeds_make_it(seed in any::<u64>(), moves in 1usize..40) {
        let (mut timeline, mut rng) = (start(), Rng::stream(seed, "moves"));
        for _ in 0..moves {
            let made = wander::draw(&mut rng, &timeline, SPAN);
            wander::make(&mut timeline, &made);
            prop_assert!(timeline.now() <= timeline.reach());
            prop_assert!(timeline.branches().len() <= BRANCHES_AT_MOST);
            let deeds = timeline.deeds().to_vec();
            prop_assert!(deeds.is_sorted_by_key(|deed| deed.at));
            let moment = timeline.now();
            timeline.seek(moment);
            let straight = straight(&deeds, moment);
            prop_assert_eq!(timeline.world().hash(), straight.world().hash(), "after {:?}", made);
            prop_assert_eq!(text(&timeline), text(&straight));
        }
        // Each future is still there to its end, and comparing changes nothing.
        for index in 0..timeline.branches().len() {
            let before = seen(&timeline);
            compare(&timeline, index, 10_000);
            prop_assert_eq!(seen(&timeline), before);
            timeline.switch_branch(index);
            prop_assert_eq!(timeline.current_branch(), index);
            let Branch { deeds, reach, .. } = timeline.branches()[index].clone();
            timeline.seek(reach);
            prop_assert_eq!(timeline.world().hash(), straight(&deeds, reach).world().hash());
        }
    }

    #[test]
    fn every_turn_is_taken_back_exactly_and_done_again(seed in any::<u64>(), moves in 1usize..40) {
        let (mut timeline, mut rng) = (start(), Rng::stream(seed, "turns"));
        let mut before = Vec::new();
        for _ in 0..moves {
            let made = wander::draw(&mut rng, &timeline, SPAN);
            // A turn begins when the moment is over.
            timeline.seek(timeline.now());
            let was = seen(&timeline);
            match made {
                Move::Undo | Move::Redo => continue,
                made => {
                    let done = wander::make(&mut timeline, &made);
                    if made.is_turn() && done {
                        before.push(was);
                    }
                }
            }
        }
        let mut after = Vec::new();
        timeline.seek(timeline.now());
        while let Some(was) = before.pop() {
            after.push(seen(&timeline));
            prop_assert!(timeline.undo());
            prop_assert_eq!(seen(&timeline), was);
        }
        prop_assert!(!timeline.can_undo());
        while let Some(was) = after.pop() {
            prop_assert!(timeline.redo());
            prop_assert_eq!(seen(&timeline), was);
        }
        prop_assert!(!timeline.can_redo());
    }

    #[test]
    fn what_a_file_tells_of_branches_is_put_right(
        seed in any::<u64>(), moves in 1usize..30, current in 0usize..20, moment in 0u64..3_000, copies in 0usize..12,
    ) {
        let (mut timeline, mut rng) = (start(), Rng::stream(seed, "files"));
        for _ in 0..moves {
            let made = wander::draw(&mut rng, &timeline, SPAN);
            wander::make(&mut timeline, &made);
        }
        let kept = timeline.branches().to_vec();
        // As it was.
        let mut read = start();
        prop_assert!(read.restore_branches(kept.clone(), timeline.current_branch(), timeline.now()));
        prop_assert_eq!(read.now(), timeline.now());
        prop_assert_eq!(read.branches(), timeline.branches());
        timeline.seek(timeline.now());
        prop_assert_eq!(read.world().hash(), timeline.world().hash());
        prop_assert!(!read.can_undo() && !read.can_redo());
        // As nobody wrote it.
        let mut wild = kept;
        for _ in 0..copies {
            let mut branch = wild[0].clone();
            branch.name = "long ".repeat(40);
            branch.deeds = branch.deeds.iter().rev().cloned().collect();
            branch.reach = Time::ZERO;
            wild.push(branch);
        }
        wild.truncate(copies + 1);
        let many = wild.len() > BRANCHES_AT_MOST;
        prop_assert_eq!(read.restore_branches(wild, current, at(moment)), !many);
        prop_assert!((1..=BRANCHES_AT_MOST).contains(&read.branches().len()));
        prop_assert!(read.current_branch() < read.branches().len());
        prop_assert!(read.branches().iter().all(|branch| branch.name.chars().count() <= 40));
        prop_assert!(read.branches().iter().all(|branch| branch.deeds.is_sorted_by_key(|deed| deed.at)));
        prop_assert_eq!(read.now(), at(moment));
        prop_assert_eq!(read.world().hash(), straight(read.deeds(), at(moment)).world().hash());
    }

    #[test]
    fn jumps_land_right_after_what_they_look_for(seed in any::<u64>(), moment in 0u64..2_500) {
        let (mut timeline, mut rng) = (start(), Rng::stream(seed, "jumps"));
        for _ in 0..4 {
            let made = wander::draw(&mut rng, &timeline, SPAN);
            wander::make(&mut timeline, &made);
        }
        for sought in [Sought::At(NodeId(2)), Sought::Deed, Sought::Loss, Sought::Note, Sought::Broken] {
            timeline.seek(at(moment));
            let before = timeline.past().len();
            let mut ahead = timeline.clone();
            if !ahead.next(sought, 300) {
                prop_assert_eq!(seen(&ahead), seen(&timeline));
                continue;
            }
            prop_assert!(ahead.now() >= timeline.now());
            let new = ahead.past()[before..].to_vec();
            let found = new.iter().position(|record| is(sought, &record.event)).unwrap();
            // Only what the same event left may follow it.
            let step = ahead.trace().step_of(before + found);
            prop_assert!((before..ahead.past().len()).skip(found).all(|index| ahead.trace().step_of(index) == step));
            // From there, the last one before is what is found looking back.
            let last = ahead.clone();
            let known: Vec<usize> = (0..ahead.past().len())
                .filter(|index| is(sought, &ahead.past()[*index].event) && ahead.trace().step_of(*index) < step)
                .collect();
            let mut back = last.clone();
            prop_assert_eq!(back.previous(sought), !known.is_empty());
            if let Some(index) = known.last() {
                prop_assert_eq!(back.trace().step_of(back.past().len() - 1), back.trace().step_of(*index));
                prop_assert!(back.next(sought, 300), "and on again");
                prop_assert_eq!(back.world().hash(), last.world().hash());
            }
        }
    }
}

fn is(sought: Sought, event: &Event) -> bool {
    match sought {
        Sought::At(node) => match event {
            Event::Sent { from, .. } => *from == node,
            Event::Delivered { node: at, .. }
            | Event::Forwarded { node: at, .. }
            | Event::Fired { node: at, .. }
            | Event::Noted { node: at, .. }
            | Event::Answered { node: at, .. }
            | Event::Down { node: at }
            | Event::Up { node: at } => *at == node,
            Event::Lost { place, .. } => *place == netsplit::sim::trace::LossPlace::Node(node),
            _ => false,
        },
        Sought::Deed => matches!(event, Event::Commanded { .. }),
        Sought::Loss => matches!(event, Event::Lost { .. }),
        Sought::Note => matches!(event, Event::Noted { .. } | Event::Answered { .. }),
        Sought::Broken => matches!(event, Event::Property { good: false, .. }),
        Sought::Sending(_) => false,
    }
}

// Branches.

#[test]
fn acting_where_the_future_was_watched_keeps_that_future() {
    let mut timeline = start();
    timeline.seek(at(500));
    act(&mut timeline, "cut a-b");
    timeline.seek(at(2_000));
    assert_eq!(timeline.branches().len(), 1, "an act at the end of what was watched goes on");
    let watched = timeline.world().hash();
    timeline.seek(at(1_000));
    act(&mut timeline, "crash c");
    assert_eq!((timeline.branches().len(), timeline.current_branch()), (2, 1));
    assert_eq!(timeline.branches()[1].parted_at, at(1_000));
    assert_eq!((timeline.reach(), timeline.branches()[0].reach), (at(1_000), at(2_000)));
    assert_eq!(timeline.parting(0), Some(at(1_000)));
    timeline.seek(at(1_500));
    assert!(timeline.switch_branch(0));
    assert_eq!((timeline.now(), timeline.reach()), (at(1_000), at(2_000)), "where the watcher left it");
    assert!(timeline.trace().records().last().unwrap().time > at(1_900), "what was watched is there again");
    timeline.seek(at(2_000));
    assert_eq!(timeline.world().hash(), watched);
    assert!(timeline.switch_branch(1));
    assert_eq!(timeline.now(), at(1_500));
    assert!(!timeline.switch_branch(1) && !timeline.switch_branch(7));
    assert!(!timeline.drop_branch(1) && !timeline.drop_branch(7));
}

#[test]
fn what_was_taken_back_and_never_watched_leaves_nothing() {
    let mut timeline = start();
    timeline.seek(at(500));
    act(&mut timeline, "cut a-b");
    assert!(timeline.undo());
    act(&mut timeline, "cut a-c");
    assert_eq!((timeline.branches().len(), timeline.deeds().len()), (1, 1));
}

#[test]
fn what_was_taken_back_after_it_was_watched_stays_as_a_branch_once_something_else_is_done() {
    let mut timeline = start();
    timeline.seek(at(500));
    act(&mut timeline, "cut a-b");
    let cut = timeline.deeds().to_vec();
    timeline.seek(at(1_500));
    assert!(timeline.undo());
    assert_eq!((timeline.branches().len(), timeline.now()), (1, at(500)), "it can be done again");
    act(&mut timeline, "crash c");
    assert_eq!(timeline.branches().len(), 2);
    let kept = &timeline.branches()[1];
    assert_eq!((&*kept.deeds, kept.reach), (&cut[..], at(1_500)));
    assert!(!timeline.can_redo());
}

#[test]
fn when_there_are_too_many_the_oldest_without_a_name_goes_and_undo_brings_it_back() {
    let mut timeline = start();
    timeline.seek(at(2_000));
    timeline.name_branch(0, "  the   first ");
    for millis in (0..BRANCHES_AT_MOST as u64 - 1).map(|number| 100 * (number + 1)) {
        timeline.seek(at(millis));
        act(&mut timeline, "cut a-b");
        timeline.seek(at(2_000));
    }
    assert_eq!((timeline.branches().len(), timeline.let_go()), (BRANCHES_AT_MOST, 0));
    let all = timeline.branches().to_vec();
    timeline.seek(at(50));
    act(&mut timeline, "crash d");
    assert_eq!((timeline.branches().len(), timeline.let_go()), (BRANCHES_AT_MOST, 1));
    assert_eq!(timeline.branches()[0].name, "the first");
    assert!(!timeline.branches().contains(&all[1]), "the oldest without a name made room");
    assert_eq!(timeline.branches()[timeline.current_branch()].parted_at, at(50));
    assert!(timeline.undo());
    assert!(timeline.branches().contains(&all[1]));
}

// Comparison.

#[test]
fn two_branches_are_compared_at_the_same_moments() {
    let mut scenario = chatter();
    scenario.readings.push("delivered_messages".to_owned());
    let mut timeline = Timeline::new(scenario, CATALOGUE).unwrap();
    timeline.seek(at(2_000));
    timeline.seek(at(1_000));
    act(&mut timeline, "crash c");
    timeline.seek(at(1_800));
    let found = compare(&timeline, 0, 1_000_000).unwrap();
    assert_eq!((found.parted_at, found.until), (at(1_000), at(2_000)));
    let record = found.record.unwrap();
    let (here_at, here) = record.here.unwrap();
    assert_eq!((here_at, record.at), (at(1_000), at(1_000)));
    assert!(here.to_string().contains("crash c"), "{here}");
    assert!(record.there.unwrap().0 >= at(1_000));
    // c is down at once; a hears of it when its ping is not answered: it delivers fewer messages.
    let first = &found.nodes[0];
    assert_eq!((first.node, first.at), (NodeId(2), at(1_000)));
    assert_eq!(first.what, NodePart::Status(NodeStatus::Crashed, NodeStatus::Running));
    assert!(found.nodes.is_sorted_by_key(|difference| difference.at));
    assert_eq!(found.links, []);
    let reading = &found.readings[0];
    assert!(reading.here.unwrap() < reading.there.unwrap());
    assert!(reading.at > at(1_000));
    // At the moment before the first difference of the reading there is none.
    let value = |timeline: &mut Timeline, moment: Time| {
        timeline.seek(moment);
        (timeline.world().network().readings[0].read)(timeline.world())
    };
    let before = Time::from_micros(reading.at.as_micros() - 1);
    let mut other = timeline.clone();
    assert!(other.switch_branch(0));
    assert_eq!(value(&mut timeline, before), value(&mut other, before));
    assert_eq!(value(&mut timeline, reading.at), reading.here);
    assert_eq!(value(&mut other, reading.at), reading.there);
}

#[test]
fn a_fact_that_differs_is_shown_with_both_values() {
    let mut timeline = start();
    timeline.seek(at(2_000));
    timeline.seek(at(1_000));
    act(&mut timeline, "request a \"send b 3\"");
    let found = compare(&timeline, 0, 1_000_000).unwrap();
    let b = found.nodes.iter().find(|difference| difference.node == NodeId(1)).unwrap();
    let NodePart::Fact(_, here, there) = &b.what else { panic!("{b:?}") };
    assert_eq!((here, there), (&Some(FactValue::Count(1)), &Some(FactValue::Count(0))));
    assert!(found.nodes.iter().all(|difference| difference.node != NodeId(0)), "a's facts are the same");
}

#[test]
fn a_link_that_is_cut_on_one_branch_is_a_difference() {
    let mut timeline = start();
    timeline.seek(at(2_000));
    timeline.seek(at(1_000));
    act(&mut timeline, "cut a-b");
    timeline.seek(at(1_500));
    act(&mut timeline, "cut b>c");
    let found = compare(&timeline, 0, 1_000_000).unwrap();
    let links: Vec<_> = found.links.iter().map(|it| (it.link.0, it.at, it.here, it.there)).collect();
    assert_eq!(
        links,
        [(0, at(1_000), LinkStatus::Cut, LinkStatus::Up), (1, at(1_500), LinkStatus::OneWay, LinkStatus::Up)]
    );
}

#[test]
fn branches_that_differ_in_nothing_yet_are_the_same() {
    let mut timeline = start();
    timeline.seek(at(1_000));
    let same = vec![timeline.branches()[0].clone(); 2];
    assert!(timeline.restore_branches(same, 0, at(700)));
    let found = compare(&timeline, 1, 1_000_000).unwrap();
    assert_eq!((found.record, found.nodes, found.readings), (None, vec![], vec![]));
    assert_eq!(compare(&timeline, 0, 1_000_000), None);
    assert_eq!(compare(&timeline, 2, 1_000_000), None);
}

#[test]
fn a_comparison_of_much_stops_and_says_where() {
    let mut timeline = start();
    timeline.seek(at(2_000));
    timeline.seek(at(1_000));
    act(&mut timeline, "crash c");
    let found = compare(&timeline, 0, 20).unwrap();
    assert!(found.until < at(2_000), "{}", found.until);
}

// Checkpoints.

#[test]
fn checkpoints_are_bounded_in_bytes_and_no_moment_is_far_from_one() {
    let stress = netsplit::scenarios::find("stress").unwrap().build_with(&[]).unwrap();
    let mut timeline = Timeline::new(stress, netsplit::scenarios::CATALOGUE).unwrap();
    timeline.seek(at(20_000));
    assert!(timeline.world().counts().events > 250_000);
    assert!(timeline.checkpoint_count() > 8, "{}", timeline.checkpoint_count());
    assert!(timeline.checkpoint_bytes() > CHECKPOINT_BYTES_AT_MOST / 4, "{}", timeline.checkpoint_bytes());
    assert!(timeline.checkpoint_bytes() <= CHECKPOINT_BYTES_AT_MOST, "{}", timeline.checkpoint_bytes());
    let world = timeline.world().hash();
    timeline.seek(at(3_333));
    timeline.seek(at(20_000));
    assert_eq!(timeline.world().hash(), world);
}
