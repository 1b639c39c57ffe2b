//! Trials: the run at hand once more with other luck, a few at a time, for a page that sweeps in its worker. The page asks for the
//! next few when it has heard of the last, so that it can say how far it is, and stop.
//!
//! Both sides of the worker speak text: [`Trials`] goes in, a [`Trial`] a line comes out.

use crate::faults;
use crate::sim::property::{PropertyKind, Standing};
use crate::sim::time::Time;

use super::chaos::Chaos;
use super::link;
use super::parcel::{BranchParcel, Line, Parcel, Source};
use super::run::{Plan, Run};

/// Which trials to make.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Trials {
    /// The first seed.
    pub first: u64,
    /// How many seeds.
    pub count: u64,
    /// How many faults are drawn at random for each.
    pub faults: usize,
    /// The run at hand, as a link has it.
    pub link: String,
}

/// What became of one.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Trial {
    /// What its luck grew from.
    pub seed: u64,
    /// Whether each property was as it should be at the end, in the order of the network's.
    pub good: Vec<bool>,
    /// What went wrong first, if anything did.
    pub failure: Option<Failure>,
}

/// What went wrong first: an *always* property broke, or else, at the end, an *eventually* property was not met.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Failure {
    /// Whether something broke, not only was not met.
    pub is_broken: bool,
    /// When.
    pub at: Time,
    /// The run at that moment, as a link has it.
    pub link: String,
    /// Why, for the reader.
    pub why: String,
}

impl Trials {
    /// As text.
    pub fn to_text(&self) -> String {
        format!("{} {} {} {}", self.first, self.count, self.faults, self.link)
    }

    /// What [`Trials::to_text`] wrote.
    pub fn from_text(text: &str) -> Option<Trials> {
        let mut words = text.split(' ');
        let (first, count) = (words.next()?.parse().ok()?, words.next()?.parse().ok()?);
        let (faults, link) = (words.next()?.parse().ok()?, words.next()?.to_owned());
        Some(Trials { first, count, faults, link })
    }
}

impl Trial {
    /// As a line of text.
    pub fn to_text(&self) -> String {
        let marks: String = self.good.iter().map(|good| if *good { '+' } else { '-' }).collect();
        let mut line = format!("{}\t{marks}", self.seed);
        if let Some(Failure { is_broken, at, link, why }) = &self.failure {
            let what = if *is_broken { "broken" } else { "unmet" };
            line += &format!("\t{what}\t{}\t{link}\t{}", at.as_micros(), why.replace(['\t', '\n'], " "));
        }
        line
    }

    /// What [`Trial::to_text`] wrote.
    pub fn from_text(line: &str) -> Option<Trial> {
        let mut words = line.split('\t');
        let seed = words.next()?.parse().ok()?;
        let good = words.next()?.chars().map(|mark| mark == '+').collect();
        let failure = match words.next() {
            None => None,
            Some(what) => Some(Failure {
                is_broken: what == "broken",
                at: Time::from_micros(words.next()?.parse().ok()?),
                link: words.next()?.to_owned(),
                why: words.next()?.to_owned(),
            }),
        };
        Some(Trial { seed, good, failure })
    }
}

/// Makes trials: text in, text out. Each goes on for as long as half a minute of watching shows, or up to the moment at hand if that is
/// later, and what was done to the run at hand is done in each.
pub fn make(text: &str) -> Result<String, String> {
    let trials = Trials::from_text(text).ok_or("these are no trials")?;
    let parcel = link::read(&trials.link).map_err(|what| what.to_string())?;
    let mut plan = Plan::of(&parcel)?;
    (plan.until, plan.within) = (plan.until.max(Plan::new(plan.scenario.clone()).until), None);
    plan.chaos = (trials.faults > 0).then(|| Chaos { commands: trials.faults, kinds: faults::ALL.to_vec() });
    let seeds = trials.first..trials.first.saturating_add(trials.count);
    let trial = |seed| plan.with_seed(seed).run().map(|run| Trial::of(&parcel, &run).to_text());
    Ok(seeds.map(trial).collect::<Result<Vec<_>, _>>()?.join("\n"))
}

impl Trial {
    fn of(parcel: &Parcel, run: &Run) -> Trial {
        let good = run.world.standings().iter().map(Standing::is_good).collect();
        let failure = first_broken(run).map(|(at, why)| (true, at, why)).or_else(|| {
            let why = first_unmet(run)?;
            Some((false, run.until, why))
        });
        let failure = failure.map(|(is_broken, at, why)| Failure {
            is_broken,
            at,
            link: link::write(&shown_at(parcel, run, at)),
            why,
        });
        Trial { seed: run.seed, good, failure }
    }
}

/// When the first property broke, and why.
fn first_broken(run: &Run) -> Option<(Time, String)> {
    let broken = run.world.standings().iter().filter_map(|standing| match standing {
        Standing::Broken { at, why } => Some((*at, why.to_string())),
        _ => None,
    });
    broken.min_by_key(|(at, _)| *at)
}

/// Why the first property that should have been met was not; what it is called if it gives no reason.
fn first_unmet(run: &Run) -> Option<String> {
    let mut properties = run.world.network().properties.iter().zip(run.world.standings());
    properties.find_map(|(property, standing)| match standing {
        _ if property.kind != PropertyKind::Eventually || standing.is_good() => None,
        Standing::Waiting { why: Some(why) } => Some(why.to_string()),
        _ => Some(property.title.text().to_owned()),
    })
}

/// The run of a trial at a moment, with all that was done to it.
fn shown_at(parcel: &Parcel, run: &Run, at: Time) -> Parcel {
    let mut source = parcel.source.clone();
    match &mut source {
        Source::BuiltIn { seed, .. } => *seed = Some(run.seed),
        Source::Whole(scenario) => scenario.seed = run.seed,
    }
    let deeds = run.command_lines().iter().filter_map(|line| Line::from_text(line)).collect();
    let branch = BranchParcel { deeds, ..BranchParcel::default() };
    let script = parcel.script.clone();
    Parcel { script, branches: vec![branch], at, ..Parcel::begun(source) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn trials(values: &[(&str, &str)], count: u64) -> Vec<Trial> {
        let values = values.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
        let parcel = Parcel::begun(Source::BuiltIn { name: "take-apart".to_owned(), values, seed: None });
        let trials = Trials { first: 5, count, faults: 12, link: link::write(&parcel) };
        let lines = make(&trials.to_text()).unwrap();
        lines.lines().map(|line| Trial::from_text(line).unwrap()).collect()
    }

    #[test]
    fn a_failure_links_to_the_very_moment() {
        let found = trials(&[("order-interval", "1s")], 60);
        assert!(found.iter().map(|trial| trial.seed).eq(5..65));
        let is_broken = |trial: &&Trial| !trial.good[0];
        let broken = found.iter().find(is_broken).expect("somebody pays twice");
        let failure = broken.failure.as_ref().expect("and that is said");
        assert!(failure.is_broken);
        let parcel = link::read(&failure.link).unwrap();
        let standing = |parcel: &Parcel| {
            let opened = parcel.open(1_000_000).unwrap();
            let standings = opened.timeline.world().standings().to_vec();
            standings.into_iter().find(|standing| matches!(standing, Standing::Broken { .. }))
        };
        let Some(Standing::Broken { at, why }) = standing(&parcel) else { panic!("nothing is broken there") };
        assert_eq!((at, why.to_string()), (failure.at, failure.why.clone()));
        let before = Parcel { at: Time::from_micros(at.as_micros() - 1), ..parcel };
        assert_eq!(standing(&before), None);
    }

    #[test]
    fn trials_are_read_as_they_were_written() {
        let failure = |is_broken| Failure {
            is_broken,
            at: Time::from_micros(7),
            link: "1/AB".to_owned(),
            why: "so it is".to_owned(),
        };
        for failure in [None, Some(failure(true)), Some(failure(false))] {
            let trial = Trial { seed: 3, good: vec![true, false], failure };
            assert_eq!(Trial::from_text(&trial.to_text()), Some(trial));
        }
        assert!(make("a few").is_err());
        assert!(make("0 1 0 1/AAAA").is_err());
    }
}
