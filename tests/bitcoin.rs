//! What must be true of the miners and their chain, and what lesson 2 says of them.

#[path = "support/runs.rs"]
mod runs;

use std::collections::BTreeSet;

use netsplit::protocols::bitcoin::{Hash, Miner, odds};
use netsplit::sim::figure::Drawing;
use netsplit::sim::scenario::Scenario;
use netsplit::sim::timeline::Timeline;
use netsplit::sim::trace::Event;
use netsplit::sim::world::World;
use runs::{Controls, always_hold_in, figure, is_good, process, reading, watch};

const CUTS: [&str; 2] = ["5s cut m1-m3", "5s cut m2-m4"];
const HEALS: [&str; 2] = ["60s heal m1-m3", "60s heal m2-m4"];
const QUIET: (&str, &str) = ("pays-every", "0s");

fn run(seed: u64, set: Controls, script: &[&str], until: &str) -> Timeline {
    watch(Scenario { seed, ..runs::scenario("bitcoin", set, script) }, until)
}

fn miner<'a>(world: &'a World, name: &str) -> &'a Miner {
    process(world, name)
}

fn miners(world: &World) -> Vec<&Miner> {
    world.processes::<Miner>().map(|(_, miner)| miner).collect()
}

/// The chain that a miner follows, the oldest block first.
fn chain(miner: &Miner) -> Vec<Hash> {
    let chain = miner.chain();
    let mut hashes: Vec<Hash> = chain.back_from(chain.tip()).map(|(hash, _)| hash).collect();
    hashes.reverse();
    hashes
}

/// What nodes said, with who said it.
fn said(timeline: &Timeline) -> Vec<String> {
    let (network, trace) = (timeline.world().network(), timeline.trace());
    let of = |record: &netsplit::sim::trace::Record| match record.event {
        Event::Noted { node, phrase } | Event::Answered { node, phrase } => {
            trace.phrase(phrase).map(|phrase| format!("{} {phrase}", network.name(node)))
        }
        _ => None,
    };
    timeline.past().iter().filter_map(of).collect()
}

// The chain.

#[test]
fn every_block_names_the_one_before_it_by_its_hash_and_proves_its_work() {
    let timeline = run(1, &[], &[], "60s");
    let tall = miner(timeline.world(), "m4").chain();
    assert!(tall.height() >= 5);
    let mut expected = tall.tip();
    for (hash, stored) in tall.back_from(tall.tip()) {
        assert_eq!((hash, stored.block.hash()), (expected, expected));
        assert!(hash.has_work() && stored.block.check().is_ok());
        expected = stored.block.parent;
    }
    assert_eq!(expected, tall.genesis());
}

#[test]
fn at_most_one_chain_wins_after_healing() {
    for seed in 0..8 {
        let apart = run(seed, &[("share", "40")], &CUTS, "59s");
        let (left, right) = (chain(miner(apart.world(), "m1")), chain(miner(apart.world(), "m5")));
        let common = left.iter().zip(&right).take_while(|(a, b)| a == b).count();
        let whole = run(seed, &[("share", "40")], &[CUTS, HEALS].concat(), "90s");
        let chains: Vec<Vec<Hash>> = miners(whole.world()).into_iter().map(chain).collect();
        // But for the last two blocks, which may be on their way, all have one chain, and of what was found apart it holds one
        // side's or neither's.
        let settled = chains.iter().map(Vec::len).max().unwrap() - 2;
        for other in &chains {
            assert_eq!(
                other[..settled.min(other.len())],
                chains[0][..settled.min(other.len())],
                "seed {seed}"
            );
        }
        let holds = |side: &[Hash]| side.get(common).is_some_and(|block| chains[0].contains(block));
        assert!(!(holds(&left) && holds(&right)), "seed {seed}");
        assert!(is_good(whole.world(), "one-chain-an-island"), "seed {seed}");
        always_hold_in(&whole);
    }
}

#[test]
fn what_the_shorter_side_confirmed_is_undone_and_waits_again() {
    let set = [("share", "10"), ("confirmations", "1"), QUIET];
    let script = ["0s cut m1-m3", "0s cut m2-m4", r#"500ms request m1 "pay m2""#, "60s heal m1-m3"];
    let apart = run(1, &set, &script, "59s");
    let merchant = miner(apart.world(), "m2").chain();
    let (payment, _, _) = merchant.payments_back_from(merchant.tip()).next().unwrap();
    assert!(miner(apart.world(), "m2").has_delivered(payment));
    let healed = run(1, &set, &script, "63s");
    for name in ["m1", "m2"] {
        let miner = miner(healed.world(), name);
        assert_eq!((miner.chain().confirmations(payment), miner.waiting()), (0, 1));
    }
    assert_eq!(reading(healed.world(), "payments_undone"), 1.0);
    let later = run(1, &set, &script, "90s");
    assert!(miners(later.world()).iter().all(|miner| miner.chain().confirmations(payment) > 1));
}

/// “Ask for six confirmations and start over: m2 then waits for more than two minutes.”
#[test]
fn six_confirmations_take_a_small_island_two_minutes() {
    let script = ["0s cut m1-m3", "0s cut m2-m4", r#"500ms request m1 "pay m2""#];
    let set = [("share", "10"), ("confirmations", "6"), QUIET];
    let delivers =
        |until| said(&run(1, &set, &script, until)).iter().any(|words| words.contains("hands over"));
    assert!(!delivers("120s") && delivers("150s"));
}

#[test]
fn blocks_are_found_in_proportion_to_hash_power() {
    let timeline = run(3, &[("share", "30"), ("latency", "1ms"), QUIET], &[], "2000s");
    let chain = miner(timeline.world(), "m2").chain();
    let found = chain.back_from(chain.tip()).filter(|(_, stored)| stored.block.miner == 0).count() as f64;
    let all = chain.height() as f64;
    // Four standard deviations of a Poisson number with the mean 400, and of a share of so many.
    assert!((all - 400.0).abs() < 80.0, "{all} blocks");
    assert!((found / all - 0.3).abs() < 0.092, "{found} of {all}");
}

#[test]
fn a_restarted_miner_has_what_was_synced_and_asks_for_the_rest() {
    let script = ["30s crash m6", "30s cut m4-m6", "30s cut m5-m6", "40s restart m6", "50s heal m4-m6"];
    let before = chain(miner(run(1, &[], &script, "29.9s").world(), "m6"));
    let restarted = run(1, &[], &script, "40s");
    assert!(before.len() >= 2);
    assert_eq!(chain(miner(restarted.world(), "m6")), before);
    let later = run(1, &[], &script, "60s");
    let (all, own) = (chain(miner(later.world(), "m4")), chain(miner(later.world(), "m6")));
    assert!(own.len() > before.len() && own.len() + 1 >= all.len());
    assert_eq!(own[..own.len() - 1], all[..own.len() - 1]);
}

#[test]
fn what_the_disk_had_not_confirmed_is_forgotten() {
    // m2 has the first block at 1,067 ms and a safe disk 2 ms later.
    let links = ["1068ms cut m1-m2", "1068ms cut m2-m4"];
    for (crash, kept) in [("1068ms crash m2", 0), ("1070ms crash m2", 1)] {
        let timeline = run(1, &[QUIET], &[links[0], links[1], crash, "2s restart m2"], "2s");
        assert_eq!(miner(timeline.world(), "m2").chain().height(), kept, "{crash}");
    }
}

#[test]
fn lies_are_found_out_and_change_no_chain() {
    for manner in ["lie", "equivocate", "collude"] {
        let byzantine = format!("2s byzantine m3 {manner}");
        let timeline = run(1, &[("pays-every", "3s")], &[&byzantine, "2s cut m2-m4"], "60s");
        let refused = said(&timeline).iter().filter(|words| words.contains("refuses")).count();
        assert!(refused > 0, "{manner}");
        assert!(!said(&timeline).iter().any(|words| words.starts_with("m3 refuses")), "{manner}");
        always_hold_in(&timeline);
        for miner in miners(timeline.world()) {
            assert!(miner.chain().blocks().all(|(_, stored)| stored.block.check().is_ok()));
        }
    }
}

// The double spend.

const ATTACK: &str = r#"1s request m1 "double spend m5""#;

#[test]
fn a_double_spend_leaves_the_merchant_with_neither_coin_nor_goods() {
    let timeline = run(1, &[("share", "30"), ("confirmations", "1"), QUIET], &[ATTACK], "40s");
    let world = timeline.world();
    assert_eq!((miner(world, "m5").cheated(), miner(world, "m1").attacks()), (1, (1, 0)));
    let undone: Vec<Hash> = miner(world, "m5").undone().iter().copied().collect();
    let [payment] = undone[..] else { panic!("{undone:?}") };
    for miner in miners(world) {
        let paid: BTreeSet<u32> =
            miner.chain().payments_back_from(miner.chain().tip()).map(|(_, payment, _)| payment.to).collect();
        assert_eq!(miner.chain().confirmations(payment), 0);
        assert_eq!(paid, BTreeSet::from([0]), "the one payment of the chain is that of m1 to itself");
        assert_eq!(miner.waiting(), 0, "the coin is spent, so the payment to m5 waits no more");
    }
    always_hold_in(&timeline);
}

#[test]
fn an_attacker_gives_up_when_it_is_too_far_behind_and_the_merchant_keeps_the_coin() {
    let timeline = run(1, &[("share", "30"), ("confirmations", "2"), QUIET], &[ATTACK], "120s");
    let world = timeline.world();
    assert_eq!((miner(world, "m5").cheated(), miner(world, "m1").attacks()), (0, (0, 1)));
    assert!(said(&timeline).contains(&"m1 gives up the double spend".to_owned()));
    assert_eq!(miner(world, "m5").chain().coins_of(4).len() as u64, 5 + blocks_of(world, 4));
}

fn blocks_of(world: &World, number: u32) -> u64 {
    let chain = miner(world, "m5").chain();
    chain.back_from(chain.tip()).filter(|(_, stored)| stored.block.miner == number).count() as u64
}

/// What the secret branch holds is known to nobody else before it is published.
#[test]
fn a_secret_branch_stays_secret() {
    let timeline = run(1, &[("share", "30"), ("confirmations", "2"), QUIET], &[ATTACK], "32s");
    let world = timeline.world();
    let (_, secret) = miner(world, "m1").secret().unwrap();
    assert_eq!(secret.len(), 2);
    assert!(secret.iter().all(|block| miners(world).iter().all(|miner| !miner.chain().has(block.hash()))));
}

/// With more than half of the power every attack succeeds in the end.
#[test]
fn the_majority_always_wins() {
    for seed in 0..5 {
        let set = [("share", "70"), ("confirmations", "3"), ("gives-up-behind", "100"), QUIET];
        let timeline = run(seed, &set, &[ATTACK], "300s");
        assert_eq!(miner(timeline.world(), "m1").attacks(), (1, 0), "seed {seed}");
    }
}

#[test]
fn requests_are_answered_in_words() {
    let script = [
        r#"1s request m1 "pay m9""#,
        r#"1s request m1 "pay m1""#,
        ATTACK,
        ATTACK,
        r#"2s request m2 "pay m5""#,
        r#"2s request m2 "pay m5""#,
        r#"2s request m2 "pay m5""#,
        r#"2s request m2 "pay m5""#,
        r#"2s request m2 "pay m5""#,
    ];
    let heard = said(&run(2, &[("share", "0"), QUIET], &script, "2.001s"));
    let count = |words: &str| heard.iter().filter(|said| said.contains(words)).count();
    assert_eq!((count("is not a request"), count("an attack is under way")), (2, 1));
    assert_eq!((count("hands a coin to m5"), count("no coin is free")), (4, 1));
}

// The figures, and the chances that the lesson tells.

#[test]
fn the_chances_are_those_of_the_lesson_and_of_the_paper() {
    let near =
        |chance: f64, told: f64, digits: f64| assert!((chance - told).abs() <= digits / 2.0, "{chance}");
    near(odds::exact(0.3, 1), 0.6, 1e-9);
    near(odds::exact(0.3, 2), 0.43, 0.01);
    near(odds::exact(0.3, 5), 0.20, 0.01);
    near(odds::exact(0.1, 1), 0.2, 1e-9);
    near(odds::exact(0.1, 6), 0.0006, 0.0001);
    near(odds::paper(0.1, 6), 0.0002, 0.0001);
    assert!(odds::exact(0.1, 3) < 0.02);
    assert!(odds::exact(0.1, 6) > 2.0 * odds::paper(0.1, 6));
    for share in [0.05, 0.1, 0.2, 0.3, 0.4, 0.45] {
        assert!(odds::paper(share, 1) > odds::exact(share, 1));
    }
    for confirmations in [1, 6, 60] {
        assert_eq!((odds::exact(0.5, confirmations), odds::paper(0.6, confirmations)), (1.0, 1.0));
    }
    // The table of section 11, from nought to ten confirmations.
    let table = [1.0, 0.2045873, 0.0509779, 0.0131722, 0.0034552, 0.0009137, 0.0002428, 0.0000647];
    for (confirmations, chance) in (0..).zip(table) {
        near(odds::paper(0.1, confirmations), chance, 2e-7);
    }
}

#[test]
fn the_tree_shows_every_block_once_and_who_stands_on_which() {
    let timeline = run(1, &[("share", "30"), ("confirmations", "2"), QUIET], &[ATTACK], "50s");
    let world = timeline.world();
    let Some(Drawing::Tree(tree)) = figure(world, "block-tree") else { panic!("not a tree") };
    assert_eq!(tree.blocks[0].parent, None);
    assert!(tree.blocks.iter().enumerate().skip(1).all(|(at, block)| block.parent.is_some_and(|up| up < at)));
    let stand = tree.blocks.iter().filter(|block| block.stands).count() as f64;
    assert_eq!(stand, reading(world, "chain_blocks") + 1.0);
    let known = reading(world, "chain_blocks") + reading(world, "stale_blocks");
    assert_eq!(tree.blocks.len() as f64, 1.0 + known + 2.0, "the first one and two in secret besides");
    let holders: Vec<&str> =
        tree.blocks.iter().flat_map(|block| &block.held_by).map(String::as_str).collect();
    assert_eq!(holders.len(), 7, "six tips and a secret one: {holders:?}");
}

#[test]
fn the_plot_shows_both_lines_and_what_came_of_attacks() {
    let set = [("share", "30"), ("confirmations", "1"), QUIET];
    let points = |until| {
        let Some(Drawing::Plot(plot)) = figure(run(1, &set, &[ATTACK], until).world(), "catch-up") else {
            panic!()
        };
        plot.series.into_iter().map(|series| series.points[0]).collect::<Vec<_>>()
    };
    let lines = [(1.0, odds::paper(0.3, 1)), (1.0, odds::exact(0.3, 1))];
    let near = |points: &[(f64, f64)]| {
        points.iter().zip(lines).all(|(a, b)| a.0 == b.0 && (a.1 - b.1).abs() < 1e-12)
    };
    assert!(points("20s").len() == 2 && near(&points("20s")));
    let after = points("40s");
    assert!(near(&after[..2]));
    assert_eq!(after[2..], [(1.0, 1.0)]);
    // What was won against one confirmation is no point of two.
    let later = run(1, &set, &[ATTACK, "45s set m1 confirmations 2", "45s set m5 confirmations 2"], "50s");
    let Some(Drawing::Plot(plot)) = figure(later.world(), "catch-up") else { panic!() };
    assert_eq!(plot.series[2].points, [(1.0, 1.0)]);
}

#[test]
fn every_scene_is_reachable() {
    let timeline = run(1, &[("share", "30"), ("confirmations", "1"), QUIET], &[ATTACK], "60s");
    for (property, standing) in timeline.world().network().properties.iter().zip(timeline.world().standings())
    {
        assert!(standing.is_good(), "{}: {standing:?}", property.name);
    }
}
