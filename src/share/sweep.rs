//! Many runs of one plan, each with a seed of its own, on all cores; their reports come in the order of the seeds.

use std::collections::BTreeMap;
use std::num::NonZero;
use std::ops::Range;
use std::sync::atomic::{AtomicBool, Ordering::Relaxed};
use std::sync::{Mutex, mpsc};

use crate::sim::property::PropertyKind;

use super::report::Report;
use super::run::{Plan, Run};

/// What a sweep found.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Findings {
    /// Seeds of the runs that broke a property, in order.
    pub bad_seeds: Vec<u64>,
    /// Properties of the kind *sometimes* that no run reached.
    pub never_reached: Vec<&'static str>,
}

impl Findings {
    /// Whether no run broke a property and every scene was reached.
    pub fn is_good(&self) -> bool {
        self.bad_seeds.is_empty() && self.never_reached.is_empty()
    }
}

struct Outcome {
    line: String,
    good: bool,
    unreached: Vec<&'static str>,
}

/// Runs the plan once for each seed and hands each report, as JSON on one line, to `each`, until that says to stop.
pub fn sweep(plan: &Plan, seeds: Range<u64>, mut each: impl FnMut(&str) -> bool) -> Result<Findings, String> {
    let (first, stopped) = (seeds.start, AtomicBool::new(false));
    let seeds = Mutex::new(seeds);
    let next_seed = || seeds.lock().ok().and_then(|mut seeds| seeds.next());
    let (sender, receiver) = mpsc::channel();
    let work = |sender: mpsc::Sender<(u64, Result<Outcome, String>)>| {
        while let Some(seed) = next_seed().filter(|_| !stopped.load(Relaxed)) {
            if sender.send((seed, outcome(&plan.with_seed(seed)))).is_err() {
                return;
            }
        }
    };
    let workers = std::thread::available_parallelism().map_or(1, NonZero::get);
    std::thread::scope(|scope| {
        for _ in 0..workers {
            let sender = sender.clone();
            let work = &work;
            scope.spawn(move || work(sender));
        }
        drop(sender);
        let collected = collect(receiver, first, &mut each);
        stopped.store(true, Relaxed);
        collected
    })
}

fn outcome(plan: &Plan) -> Result<Outcome, String> {
    let run = plan.run()?;
    Ok(Outcome { line: Report::of(&run).to_json(), good: run.is_good(), unreached: unreached(&run) })
}

fn unreached(run: &Run) -> Vec<&'static str> {
    let properties = run.world.network().properties.iter().zip(run.world.standings());
    properties
        .filter(|(property, standing)| property.kind == PropertyKind::Sometimes && !standing.is_good())
        .map(|(property, _)| property.name)
        .collect()
}

/// Puts outcomes in the order of their seeds and passes each on as soon as it is its turn.
fn collect(
    receiver: mpsc::Receiver<(u64, Result<Outcome, String>)>,
    first: u64,
    each: &mut impl FnMut(&str) -> bool,
) -> Result<Findings, String> {
    let mut early = BTreeMap::new();
    let (mut turn, mut findings, mut unreached) = (first, Findings::default(), None);
    for (seed, outcome) in receiver {
        early.insert(seed, outcome);
        while let Some(outcome) = early.remove(&turn) {
            let outcome = outcome?;
            if !outcome.good {
                findings.bad_seeds.push(turn);
            }
            let still: &mut Vec<_> = unreached.get_or_insert_with(|| outcome.unreached.clone());
            still.retain(|name| outcome.unreached.contains(name));
            if !each(&outcome.line) {
                return Ok(findings);
            }
            turn += 1;
        }
    }
    findings.never_reached = unreached.unwrap_or_default();
    Ok(findings)
}
