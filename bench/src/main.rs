//! `bench kernel`: the simulator's kernel beside its rivals and its floor, each doing the same work in the same run.
//! `cargo xtask bench` starts it and writes what it prints, one row of a table a line, into `BENCHMARKS.md`.
#![allow(clippy::disallowed_types, reason = "a measurement looks at the wall clock")]

mod floor;
mod ours;
mod rivals;
mod work;

use std::process::{Command, ExitCode};
use std::time::Instant;

use work::{ALL, Work};

/// How often each pair is measured, one right after the other.
const PAIRS: usize = 5;
/// The same for a quick look.
const PAIRS_QUICKLY: usize = 1;

/// Another way to do a work, measured beside ours.
struct Beside {
    name: &'static str,
    /// How many times as long as ours it should take, at least, if that was asked for.
    aim: Option<f64>,
    /// What it can do in reasonable time.
    fits: fn(&Work) -> bool,
    run: fn(&Work) -> u64,
}

const BESIDE: &[Beside] = &[
    Beside { name: "anysystem", aim: Some(10.0), fits: |_| true, run: rivals::anysystem::run },
    // It goes to every host at every tick: a hundred of them take it minutes.
    Beside { name: "turmoil", aim: None, fits: |work| work.nodes <= 2, run: rivals::turmoil::run },
    Beside { name: "floor: a bare heap", aim: Some(1.0 / 3.0), fits: |_| true, run: floor::run },
];

fn main() -> ExitCode {
    let words: Vec<String> = std::env::args().skip(1).collect();
    match words.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        ["kernel"] => kernel(PAIRS),
        ["kernel", "--quick"] => kernel(PAIRS_QUICKLY),
        ["growth"] => growth(PAIRS),
        ["growth", "--quick"] => growth(PAIRS_QUICKLY),
        ["one", work, by] => one(work, by),
        _ => {
            eprintln!("usage: bench kernel|growth [--quick]");
            return ExitCode::from(2);
        }
    }
    ExitCode::SUCCESS
}

/// Each work by us and by the others, in pairs.
fn kernel(pairs: usize) {
    println!("| work | beside | our messages a second | their time ÷ ours: median (all) | aim | reached |");
    println!("|---|---|--:|--:|--:|---|");
    for work in ALL {
        for beside in BESIDE.iter().filter(|beside| (beside.fits)(work)) {
            let (mut ratios, mut ours_seconds) = (Vec::new(), Vec::new());
            for _ in 0..pairs {
                let (ours, our_messages) = alone(work, "ours");
                let (theirs, messages) = alone(work, beside.name);
                assert_eq!(messages, our_messages, "{} by {} is other work", work.name, beside.name);
                ratios.push(theirs / ours);
                ours_seconds.push(ours);
            }
            let a_second = work.messages() as f64 / median(&mut ours_seconds);
            let ratio = median(&mut ratios);
            let (least, most) = (ratios[0], ratios[ratios.len() - 1]);
            let aim = beside
                .aim
                .map_or_else(|| "|".to_owned(), |aim| format!("≥ {aim:.2} | {}", yes(ratio >= aim)));
            println!(
                "| {} | {} | {a_second:.0} | {ratio:.2} ({least:.2}–{most:.2}) | {aim} |",
                work.name, beside.name
            );
        }
    }
}

/// Has a work done in a process of its own: what one of them leaves behind in memory would slow the other down.
fn alone(work: &Work, by: &str) -> (f64, u64) {
    let me = std::env::current_exe().expect("this program has a path");
    let output = Command::new(me).args(["one", work.name, by]).output().expect("this program can be started");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    serde_json::from_slice(&output.stdout).expect("seconds and messages")
}

/// Does one work, and prints how long it took and how many messages arrived.
fn one(work: &str, by: &str) {
    let work = ALL.iter().find(|known| known.name == work).expect("a work of the list");
    let ours = Beside { name: "ours", aim: None, fits: |_| true, run: ours::run };
    let doer = BESIDE.iter().chain([&ours]).find(|known| known.name == by).expect("one that does it");
    let told = serde_json::to_string(&timed(|| (doer.run)(work)));
    println!("{}", told.expect("seconds and messages can be written"));
}

/// How the cost of a message grows with the network.
fn growth(rounds: usize) {
    /// How many times as much a message may cost in a network of any size as in the smallest.
    const AIM: f64 = 2.0;
    println!(
        "| nodes | messages | ns a message | × the smallest | aim | reached | bytes a node | trace bytes a message |"
    );
    println!("|--:|--:|--:|--:|--:|---|--:|--:|");
    let mut smallest = None;
    for nodes in [100, 1_000, 10_000, 100_000] {
        let work = work::flood(nodes, 1_000_000);
        let mut seconds = Vec::new();
        let mut memory = ours::Memory::default();
        for _ in 0..rounds {
            let (world, trace) = ours::laid(&work);
            let (took, left) = timed(|| ours::play(world, trace, &work));
            seconds.push(took);
            memory = left;
        }
        let messages = work.messages();
        let cost = median(&mut seconds) * 1e9 / messages as f64;
        let ratio = cost / *smallest.get_or_insert(cost);
        println!(
            "| {nodes} | {messages} | {cost:.0} | {ratio:.2} | ≤ {AIM:.0} | {} | {} | {} |",
            yes(ratio <= AIM),
            memory.world_bytes / nodes,
            memory.trace_bytes as u64 / messages,
        );
    }
}

fn timed<T>(act: impl FnOnce() -> T) -> (f64, T) {
    let began = Instant::now();
    let done = act();
    (began.elapsed().as_secs_f64(), done)
}

fn yes(reached: bool) -> &'static str {
    if reached { "yes" } else { "no" }
}

/// The middle of some numbers, which are in order afterwards.
fn median(numbers: &mut [f64]) -> f64 {
    numbers.sort_by(f64::total_cmp);
    numbers[numbers.len() / 2]
}
