//! What must be true of votes among allies.

#[path = "support/runs.rs"]
mod runs;

use netsplit::faults;
use netsplit::protocols::verify::{Book, MASTER, Master, Registrar, Vote};
use netsplit::share::chaos::Chaos;
use netsplit::share::run::{Plan, Run};
use netsplit::sim::figure::Drawing;
use runs::{Controls, checked, figure, is_good};

fn plan(controls: Controls, lines: &[&str], until: &str) -> Plan {
    runs::plan("verify", controls, lines, until)
}

fn run(controls: Controls, lines: &[&str], until: &str) -> Run {
    checked(plan(controls, lines, until))
}

fn master(run: &Run) -> &Master {
    run.world.processes::<Master>().next().unwrap().1
}

fn book(run: &Run) -> Book {
    master(run).book()
}

/// Commands that turn the first so many allies Byzantine once they have joined.
fn hacked(count: usize, how: &str) -> Vec<String> {
    (1..=count).map(|number| format!("500ms byzantine a{number} {how}")).collect()
}

fn lines(owned: &[String]) -> Vec<&str> {
    owned.iter().map(String::as_str).collect()
}

/// The heart of it: all allies vote, and liars collude. Up to half and beyond.
#[test]
fn the_vote_is_right_while_fewer_than_half_lie_and_wrong_beyond() {
    for (allies, liars) in
        [3, 4, 5, 8].into_iter().flat_map(|allies| (0..=allies).map(move |liars| (allies, liars)))
    {
        let count = allies.to_string();
        let commands = hacked(liars, "collude");
        let run = run(&[("allies", &count), ("replication", &count)], &lines(&commands), "10s");
        let Book { right, wrong, undecided, asked } = book(&run);
        let told = format!("{liars} of {allies}: {right} right, {wrong} wrong, {undecided} undecided");
        let expected = match (liars * 2).cmp(&allies) {
            std::cmp::Ordering::Less => right,
            std::cmp::Ordering::Equal => undecided,
            std::cmp::Ordering::Greater => wrong,
        };
        assert!(expected >= 7 && expected == right + wrong + undecided, "{told}");
        assert_eq!(asked, expected * allies as u64, "{told}");
        assert_eq!(is_good(&run.world, "a-wrong-result-is-accepted"), liars * 2 > allies, "{told}");
        assert_eq!(is_good(&run.world, "a-lie-is-outvoted"), liars > 0 && liars * 2 < allies, "{told}");
    }
}

/// Liars who have not agreed on a lie rarely win, even as a majority. Two of the silent are waited for and do no harm; three stop all.
#[test]
fn other_strategies_hold_up_the_vote_but_do_not_win_it() {
    for how in ["lie", "equivocate", "corrupt", "silent"] {
        let all = [("allies", "5"), ("replication", "5")];
        let two = book(&run(&all, &lines(&hacked(2, how)), "30s"));
        assert!(two.right > 8 && two.wrong == 0 && two.undecided == 0, "{how}: {two:?}");
        let three = book(&run(&all, &lines(&hacked(3, how)), "30s"));
        assert!(three.right == 0 && three.wrong == 0, "{how}: {three:?}");
    }
}

#[test]
fn a_crashed_ally_is_waited_for_and_outvoted_none() {
    let all = [("allies", "5"), ("replication", "5")];
    let run = run(&all, &["2s crash a1", "2s crash a2", "20s restart a1", "20s restart a2"], "40s");
    let Book { right, wrong, undecided, .. } = book(&run);
    assert!(right > 20 && wrong == 0 && undecided <= 1, "{:?}", book(&run));
}

/// One hacked ally of seven, and names that cost nothing.
#[test]
fn forged_names_outvote_the_rest_until_names_are_signed() {
    let attack = ["0s byzantine a1 collude", r#"2s request a1 "forge 20""#];
    let open = run(&[], &attack, "30s");
    assert!(book(&open).wrong > 3 * book(&open).right, "{:?}", book(&open));
    assert_eq!(master(&open).names(), 27);
    assert!(is_good(&open.world, "a-wrong-result-is-accepted"));

    let signed = run(&[("membership", "signed")], &attack, "30s");
    assert!(book(&signed).right > 20 && book(&signed).wrong == 0, "{:?}", book(&signed));
    assert_eq!((master(&signed).names(), master(&signed).signed_names()), (27, 7));
    assert!(signed.world.processes::<Registrar>().next().unwrap().1.refused() >= 20);
    let is_own =
        |vote: &Vote| vote.voters.iter().all(|voter| voter.name == signed.world.network().name(voter.node));
    assert!(master(&signed).decided().iter().all(is_own));
}

/// A signature says who an ally is, not that it is honest.
#[test]
fn signed_membership_does_not_help_against_a_hacked_majority() {
    let commands = hacked(4, "collude");
    let run = run(&[("membership", "signed"), ("replication", "7")], &lines(&commands), "20s");
    assert!(book(&run).wrong > 10 && book(&run).right == 0, "{:?}", book(&run));
}

/// Names wait for the registrar; who has joined and is not signed is not asked.
#[test]
fn without_the_registrar_nobody_is_asked() {
    let run = run(&[("membership", "signed")], &["0s crash r1", "10s restart r1"], "10s");
    assert_eq!((master(&run).names(), master(&run).signed_names(), book(&run).asked), (7, 0, 0));
}

/// “In 7 of 84 draws two of these lie”, and with five drawn never.
#[test]
fn a_draw_of_three_is_lost_now_and_then_and_a_draw_of_five_never() {
    let two = ["0s byzantine a2 collude", "0s byzantine a7 collude"];
    let three = book(&run(&[("allies", "9"), ("replication", "3")], &two, "1200s"));
    let results = (three.right + three.wrong) as f64;
    let share = three.wrong as f64 / results;
    // Four standard deviations.
    let (expected, margin) = (7.0 / 84.0, 4.0 * (7.0 / 84.0 * 77.0 / 84.0 / results).sqrt());
    assert!((share - expected).abs() < margin, "{share} of {results} is not {expected} ± {margin}");
    let five = book(&run(&[("allies", "9"), ("replication", "5")], &two, "300s"));
    assert!(five.wrong == 0 && five.undecided == 0 && five.right > 200, "{five:?}");
    assert_eq!(five.asked, 5 * five.right);
}

/// Every kind of fault at random places, and a hacked ally with forged names among them: what is claimed at every moment holds.
#[test]
fn claims_hold_in_chaos() {
    let mut wrong = 0;
    for seed in 1..=12 {
        let chaos = Some(Chaos { commands: 30, kinds: faults::ALL.to_vec() });
        let membership = if seed % 2 == 0 { "open" } else { "signed" };
        let plan = plan(
            &[("membership", membership)],
            &["0s byzantine a2 collude", r#"1s request a2 "forge 5""#],
            "60s",
        );
        let run = checked(Plan { chaos, ..plan.with_seed(seed) });
        wrong += u64::from(is_good(&run.world, "a-wrong-result-is-accepted"));
    }
    assert!(wrong > 0, "chaos never turned enough voters");
}

#[test]
fn a_restarted_master_goes_on_and_takes_no_old_answer() {
    let run = run(&[], &["5s crash m1", "5200ms restart m1"], "20s");
    assert!(book(&run).right > 8 && book(&run).wrong == 0, "{:?}", book(&run));
    assert_eq!(run.world.network().nodes_with_role(MASTER).len(), 1);
}

#[test]
fn figures_show_the_last_vote_and_where_the_run_stands() {
    let run = run(&[("allies", "5")], &["500ms byzantine a1 lie", "500ms byzantine a2 silent"], "10s");
    let Some(Drawing::Bars(votes)) = figure(&run.world, "last-vote") else { panic!() };
    let mut amounts: Vec<f64> = votes.bars.iter().map(|bar| bar.amount).collect();
    amounts.sort_by(f64::total_cmp);
    assert_eq!(amounts, [1.0, 1.0, 3.0]);
    let Some(Drawing::Plot(risk)) = figure(&run.world, "liars-drawn") else { panic!() };
    let [line, dots] = &risk.series[..] else { panic!() };
    let expected = [0.0, 0.0, 0.0, 100.0, 100.0, 100.0];
    assert_eq!(line.points.iter().map(|(_, up)| *up).collect::<Vec<_>>(), expected);
    assert_eq!(dots.points, [(2.0, 0.0)]);
}
