//! What is drawn of the votes: how the last one went, and how likely liars are a majority of those who are drawn.

use crate::sim::figure::{Bar, Bars, Drawing, Figure, Plot, Series, SeriesShape, Tint};
use crate::sim::world::World;
use crate::word;

use super::Vote;
use super::properties::master;

pub(super) const FIGURES: &[Figure] = &[
    Figure { name: "last-vote", title: word!("figure.last-vote"), draw: last_vote },
    Figure { name: "liars-drawn", title: word!("figure.liars-drawn"), draw: liars_drawn },
];

/// How many told each result in the last vote, and how many told none.
fn last_vote(world: &World) -> Option<Drawing> {
    let vote = master(world)?.1.decided().last()?;
    let mut bars: Vec<Bar> = Vec::new();
    for voter in &vote.voters {
        let label = match voter.told {
            Some(primes) => primes.to_string(),
            None => word!("figure.no-answer").text().to_owned(),
        };
        match bars.iter_mut().find(|bar| bar.label == label) {
            Some(bar) => bar.amount += 1.0,
            None => bars.push(Bar { label, amount: 1.0, tint: Tint(bars.len() as u8) }),
        }
    }
    Some(Drawing::Bars(Bars { unit: word!("figure.votes"), bars }))
}

/// For each number of lying names among those that may be drawn, how likely they are more than half of the voters; and where this
/// run stands, if it has votes of that many voters.
fn liars_drawn(world: &World) -> Option<Drawing> {
    let (_, master) = master(world)?;
    let last = master.decided().last()?;
    let voters = last.voters.len() as u64;
    let names = if last.is_signed { master.signed_names() } else { master.names() } as u64;
    let risk = (0..=names).map(|liars| (liars as f64, 100.0 * majority_lies(names, liars, voters)));
    let title = word!("figure.chance-to-be-outvoted");
    let mut series = vec![Series { title, shape: SeriesShape::Line, points: risk.collect() }];
    let alike: Vec<&Vote> = master
        .decided()
        .iter()
        .filter(|vote| vote.voters.len() as u64 == voters && vote.is_signed == last.is_signed)
        .collect();
    let wrong = alike.iter().filter(|vote| vote.is_right() == Some(false)).count();
    let hacked = lying_names(world, last.is_signed) as f64;
    let measured = vec![(hacked, 100.0 * wrong as f64 / alike.len() as f64)];
    series.push(Series { title: word!("figure.wrong-lately"), shape: SeriesShape::Dots, points: measured });
    Some(Drawing::Plot(Plot {
        across: word!("figure.lying-names"),
        up: word!("figure.results-wrong"),
        series,
    }))
}

/// How many names Byzantine allies go by; of signed ones each has one.
fn lying_names(world: &World, is_signed: bool) -> usize {
    let hacked = world.processes::<super::Ally>().filter(|(node, _)| !world.is_honest(*node));
    hacked.map(|(_, ally)| if is_signed { 1 } else { ally.names() }).sum()
}

/// The chance that more than half of the voters lie, if they are drawn from so many names of which so many lie: the upper tail of the
/// hypergeometric distribution.
fn majority_lies(names: u64, liars: u64, voters: u64) -> f64 {
    let ways = |lying: u64| choose(liars, lying) * choose(names - liars, voters - lying);
    let tail: f64 = (voters / 2 + 1..=voters).map(ways).sum();
    tail / choose(names, voters)
}

/// In how many ways so many can be drawn from so many.
fn choose(from: u64, count: u64) -> f64 {
    if count > from {
        return 0.0;
    }
    (0..count).fold(1.0, |ways, drawn| ways * (from - drawn) as f64 / (drawn + 1) as f64)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_chance_is_that_of_drawing_without_putting_back() {
        let is_near = |a: f64, b: f64| (a - b).abs() < 1e-12;
        // Two of nine lie: of three drawn, both must be among them, in 7 of 84 ways.
        assert!(is_near(majority_lies(9, 2, 3), 7.0 / 84.0));
        assert!(is_near(majority_lies(9, 2, 5), 0.0));
        assert!(is_near(majority_lies(5, 3, 5), 1.0));
    }
}
