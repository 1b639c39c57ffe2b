//! What must be true of the Byzantine generals.

#[path = "support/runs.rs"]
mod runs;

use netsplit::faults;
use netsplit::protocols::generals::{General, Plan as Decision, assembly, lies_heard, loyal_disagree};
use netsplit::share::chaos::Chaos;
use netsplit::share::run::Plan;
use netsplit::share::strategies::{self, Search, Strategy};
use netsplit::sim::figure::{Drawing, Tree};
use netsplit::sim::world::World;
use runs::{Controls, NO_LINES, checked, figure, is_good, process};

fn plan(controls: Controls, lines: &[&str], until: &str) -> Plan {
    runs::plan("generals", controls, lines, until)
}

/// The world at the end of a run in which nothing broke that is promised.
fn run(controls: Controls, lines: &[&str], until: &str) -> World {
    checked(plan(controls, lines, until)).world
}

fn general<'a>(world: &'a World, name: &str) -> &'a General {
    process(world, name)
}

/// What each general decided on, as letters in their order.
fn decided(world: &World) -> String {
    let letter = |general: &General| match general.decided() {
        Some(Decision::Attack) => 'a',
        Some(Decision::Retreat) => 'r',
        None => '–',
    };
    world.processes::<General>().map(|(_, general)| letter(general)).collect()
}

fn all_strategies(controls: Controls) -> (usize, Vec<Strategy>) {
    let tried = strategies::find(&plan(controls, &[], "0s"), 0, usize::MAX).unwrap();
    (tried.all, tried.breaking)
}

// Every strategy of one traitor.

#[test]
fn of_the_eight_strategies_of_one_traitor_among_three_one_breaks_agreement_and_among_four_none_of_sixteen() {
    let (all, breaking) = all_strategies(&[("generals", "3")]);
    let only = breaking.iter().map(Strategy::to_text).collect::<Vec<_>>();
    assert_eq!((all, only), (8, vec!["g2 g1 attack g3 retreat".to_owned()]));
    assert_eq!(all_strategies(&[("generals", "4")]), (16, vec![]));
    assert_eq!(all_strategies(&[("generals", "5")]), (32, vec![]));
}

#[test]
fn signed_messages_hold_for_three() {
    assert_eq!(all_strategies(&[("generals", "3"), ("messages", "signed")]), (15, vec![]));
}

#[test]
fn without_passing_on_a_commander_parts_the_lieutenants_as_it_likes() {
    let (all, breaking) = all_strategies(&[("generals", "3"), ("ready-for", "0")]);
    assert_eq!((all, breaking.len()), (4, 2));
    assert!(breaking.iter().all(|strategy| strategy.traitor == "g1"));
}

#[test]
fn a_strategy_that_was_found_does_in_the_run_what_it_did_in_the_search() {
    let plan = plan(&[("generals", "3")], &[], "0s");
    let search = Search::of(&plan).unwrap();
    for number in 0..search.count() {
        let strategy = search.strategy(number);
        let lines = strategy.commands().into_iter().map(|command| format!("0s {command}"));
        let lines: Vec<String> = lines.collect();
        let lines: Vec<&str> = lines.iter().map(String::as_str).collect();
        let world = run(&[("generals", "3")], &lines, "4s");
        assert_eq!(loyal_disagree(&world), search.breaks(&strategy).unwrap(), "{}", strategy.to_text());
    }
}

#[test]
fn the_search_knows_the_algorithm_of_the_moment_and_says_what_it_cannot_search() {
    let lines = ["1s set g1 messages signed", "1s set g2 messages signed", "1s set g3 messages signed"];
    let tried = strategies::find(&plan(&[("generals", "3")], &lines, "2s"), 0, 100).unwrap();
    assert_eq!((tried.all, tried.breaking.len()), (15, 0));
    assert!(Search::of(&plan(&[("ready-for", "2")], &[], "0s")).is_err());
    let others = Plan::new(runs::scenario("partition", &[], &NO_LINES));
    assert!(Search::of(&others).is_err());
    let part = strategies::find(&plan(&[("generals", "3")], &[], "0s"), 7, 100).unwrap();
    assert_eq!((part.all, part.breaking.len()), (8, 0));
}

// How many messages.

#[test]
fn as_many_messages_as_the_paper_counts() {
    for (generals, ready_for, messages) in
        [("4", "1", 9), ("7", "1", 36), ("7", "2", 156), ("10", "3", 3_609)]
    {
        let world = run(&[("generals", generals), ("ready-for", ready_for)], &[], "6s");
        assert_eq!(world.counts().sent, messages);
        assert_eq!(u64::from(assembly(&world).messages()), messages);
        assert_eq!(decided(&world), "a".repeat(generals.parse().unwrap()));
    }
}

#[test]
fn all_obey_a_loyal_commander_and_silence_is_a_retreat() {
    for messages in ["oral", "signed"] {
        assert_eq!(decided(&run(&[("messages", messages), ("order", "retreat")], &[], "4s")), "rrrr");
        let silent = run(&[("messages", messages)], &["0s byzantine g1 silent"], "4s");
        assert_eq!(&decided(&silent)[1..], "rrr");
    }
}

// One lie by hand.

const LIE: [&str; 2] = ["0s byzantine g2", r#"0s request g2 "tell g3 retreat""#];

#[test]
fn the_lie_that_breaks_three_is_in_vain_among_four_and_under_seal() {
    assert_eq!(decided(&run(&[("generals", "3")], &LIE, "4s")), "aar");
    let four = run(&[("generals", "4")], &[&LIE[..], &[r#"0s request g2 "tell g4 attack""#]].concat(), "4s");
    assert_eq!((decided(&four).as_str(), lies_heard(&four)), ("aaaa", 1));
    let sealed = run(&[("generals", "3"), ("messages", "signed")], &LIE, "4s");
    assert_eq!((decided(&sealed).as_str(), general(&sealed, "g3").refused()), ("aaa", 1));
    assert!(is_good(&sealed, "a-forgery-is-refused"));
}

#[test]
fn what_it_was_chosen_to_tell_a_loyal_general_does_not_tell() {
    let lines = [LIE[1], "8s byzantine g2", "14s honest g2"];
    assert_eq!(decided(&run(&[("generals", "3")], &lines[..1], "4s")), "aaa");
    // From the next council on it lies, and once it is honest again, it does not.
    let lied = run(&[("generals", "3")], &lines, "11s");
    assert!(is_good(&lied, "loyal-generals-disagree") || !loyal_disagree(&lied));
    assert_eq!(
        decided(&run(&[("generals", "3")], &["0s byzantine g2", LIE[1], "6s honest g2"], "11s")),
        "aaa"
    );
}

#[test]
fn a_commander_who_seals_two_orders_is_found_out() {
    let lines =
        ["0s byzantine g1", r#"0s request g1 "tell g2 attack""#, r#"0s request g1 "tell g3 retreat""#];
    assert_eq!(&decided(&run(&[("generals", "3"), ("messages", "signed")], &lines, "4s"))[1..], "rr");
}

// Two traitors.

#[test]
fn a_key_that_is_given_away_seals_for_both_and_they_count_as_two() {
    let lines = [
        "0s byzantine g1",
        "0s byzantine g2",
        r#"0s request g1 "tell all attack""#,
        r#"0s request g1 "give-key g2""#,
        r#"0s request g2 "tell all truth""#,
        r#"0s request g2 "tell g3 retreat""#,
    ];
    let four: Controls = &[("generals", "4"), ("messages", "signed")];
    let world = run(four, &lines, "4s");
    assert_eq!((&decided(&world)[2..], general(&world, "g3").refused()), ("ra", 0));
    let ready = [four, &[("ready-for", "2")]].concat();
    assert_eq!(&decided(&run(&ready, &lines, "5s"))[2..], "rr");
    // Without the key there is no forgery.
    let without = [&lines[..3], &lines[4..]].concat();
    let world = run(four, &without, "4s");
    assert_eq!((&decided(&world)[2..], general(&world, "g3").refused()), ("aa", 1));
    // A loyal general keeps its key.
    let loyal = run(four, &lines[1..], "4s");
    assert_eq!((&decided(&loyal)[2..], general(&loyal, "g3").refused()), ("aa", 1));
}

#[test]
fn two_traitors_break_om_1_among_seven_and_om_2_among_six_and_not_om_2_among_seven() {
    let lines = [
        "0s byzantine g1",
        "0s byzantine g2",
        r#"0s request g1 "tell all attack""#,
        r#"0s request g1 "tell g6 retreat""#,
        r#"0s request g1 "tell g7 retreat""#,
        r#"0s request g2 "tell all attack""#,
        r#"0s request g2 "tell g4 retreat""#,
    ];
    assert!(loyal_disagree(&run(&[("generals", "7")], &lines, "4s")));
    assert!(!loyal_disagree(&run(&[("generals", "7"), ("ready-for", "2")], &lines, "5s")));
    let lieutenants = [
        "0s byzantine g2",
        "0s byzantine g3",
        r#"0s request g2 "tell all retreat""#,
        r#"0s request g3 "tell all retreat""#,
    ];
    assert_eq!(&decided(&run(&[("generals", "6"), ("ready-for", "2")], &lieutenants, "5s"))[3..], "rrr");
    assert_eq!(&decided(&run(&[("generals", "7"), ("ready-for", "2")], &lieutenants, "5s"))[3..], "aaaa");
    // To be ready for more than there can be is no help: four with m = 2 do not stand one.
    let one = [lieutenants[0], lieutenants[2]];
    assert_eq!(&decided(&run(&[("generals", "4"), ("ready-for", "2")], &one, "5s"))[2..], "rr");
}

/// Whoever the two are, and whatever they draw.
#[test]
fn om_2_among_seven_and_sm_2_among_four_stand_two_traitors_of_any_kind() {
    let mut lies = 0;
    for (seed, manners) in (0..).zip([
        ("equivocate", "equivocate"),
        ("collude", "collude"),
        ("lie", "silent"),
        ("replay", "delay"),
    ]) {
        for (generals, messages, traitors) in
            [("7", "oral", ["g1", "g4"]), ("7", "oral", ["g3", "g6"]), ("4", "signed", ["g1", "g2"])]
        {
            let turns = [
                format!("0s byzantine {} {}", traitors[0], manners.0),
                format!("0s byzantine {} {}", traitors[1], manners.1),
            ];
            let turns = turns.each_ref().map(String::as_str);
            let plan =
                plan(&[("generals", generals), ("messages", messages), ("ready-for", "2")], &turns, "5s");
            let world = checked(plan.with_seed(seed)).world;
            assert!(!loyal_disagree(&world), "{turns:?}");
            lies += lies_heard(&world);
        }
    }
    assert!(lies > 50, "{lies} lies");
}

// What is promised, and what is not.

/// So that the promises above are not kept by never being made.
#[test]
fn as_much_is_promised_as_the_theorems_prove() {
    let promised = |generals: &str, messages: &str, ready_for: &str, traitors: &[&str]| {
        let controls = [("generals", generals), ("messages", messages), ("ready-for", ready_for)];
        let world = run(&controls, traitors, "5s");
        assert!(assembly(&world).is_over());
        assembly(&world).is_promised()
    };
    let two = ["0s byzantine g1", "0s byzantine g3 silent"];
    assert!(promised("4", "oral", "1", &two[..1]) && promised("4", "oral", "1", &two[1..]));
    assert!(
        promised("7", "oral", "2", &two)
            && promised("4", "signed", "2", &two)
            && promised("3", "signed", "1", &two[..1])
    );
    assert!(
        !promised("3", "oral", "1", &two[..1])
            && !promised("6", "oral", "2", &two)
            && !promised("7", "oral", "1", &two)
    );
    assert!(!promised("4", "signed", "1", &two) && promised("4", "oral", "1", &["0s crash g2"]));
}

#[test]
fn nothing_is_promised_of_messages_that_do_not_arrive() {
    // g4 hears nothing of the commander and of g3: all are loyal, and disagree.
    let world = run(&[], &["0s cut g1-g4", "0s cut g3-g4"], "4s");
    assert_eq!((decided(&world).as_str(), assembly(&world).is_promised()), ("aaar", false));
    // Late is as good as lost.
    let world = run(&[], &["0s delay g1-g4 600ms", "0s delay g3-g4 600ms"], "4s");
    assert_eq!(decided(&world), "aaar");
}

#[test]
fn who_was_down_or_overslept_sits_the_council_out_and_takes_part_in_the_next() {
    let world = run(&[], &["1.8s crash g3", "2.2s restart g3"], "4s");
    assert_eq!((decided(&world).as_str(), assembly(&world).loyal.len()), ("aa–a", 3));
    let world = run(&[], &["1.8s pause g3", "4.2s resume g3"], "5s");
    assert_eq!((decided(&world).as_str(), assembly(&world).loyal.len()), ("aa–a", 3));
    assert_eq!(decided(&run(&[], &["1.8s crash g3", "2.2s restart g3"], "10s")), "aaaa");
}

/// With all faults that chaos draws, traitors too, nothing that is promised breaks; and what is not, is seen.
#[test]
fn chaos_breaks_no_promise() {
    let mut seen = [false; 2];
    for (generals, messages, ready_for) in
        [("3", "oral", "1"), ("4", "oral", "1"), ("7", "oral", "2"), ("4", "signed", "2")]
    {
        for seed in 0..12 {
            let controls = [("generals", generals), ("messages", messages), ("ready-for", ready_for)];
            let mut plan = plan(&controls, &[], "18s").with_seed(seed);
            plan.chaos = Some(Chaos { commands: 6, kinds: faults::ALL.to_vec() });
            let world = checked(plan).world;
            let names = ["loyal-generals-disagree", "a-lie-is-heard"];
            for (seen, name) in seen.iter_mut().zip(names) {
                *seen |= is_good(&world, name);
            }
        }
    }
    assert_eq!(seen, [true; 2]);
}

// What is drawn.

fn tree(world: &World) -> Tree {
    match figure(world, "orders-heard") {
        Some(Drawing::Tree(tree)) => tree,
        other => panic!("{other:?} is no tree"),
    }
}

#[test]
fn the_tree_shows_who_told_a_lieutenant_what_and_stays_small() {
    let drawn = tree(&run(&[], &LIE, "4s"));
    let labels: Vec<_> =
        drawn.blocks.iter().map(|block| (block.parent, block.label.as_str(), block.stands)).collect();
    let heard = [(None, "g1 attack", true), (Some(0), "g2 retreat", false), (Some(0), "g4 attack", true)];
    assert_eq!(labels, heard);
    assert_eq!(drawn.blocks[0].held_by, ["→ g3"]);
    let large = tree(&run(&[("generals", "10"), ("ready-for", "3")], &[], "6s"));
    assert_eq!(large.blocks.len(), 1 + 8 + 8 * 7);
    assert_eq!(tree(&run(&[], &[], "0s")).blocks.len(), 0);
}
