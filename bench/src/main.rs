//! `bench kernel`: the simulator's kernel beside its rivals and its floor, each doing the same work in the same run.
//! `cargo xtask bench` starts it and writes what it prints, one JSON object a line, into `BENCHMARKS.md`.
#![allow(clippy::disallowed_types, reason = "a measurement looks at the wall clock")]

mod floor;
mod ours;
mod rival;
mod work;

use std::process::{Command, ExitCode};
use std::time::Instant;

use serde::Serialize;
use work::{ALL, Work};

/// How often each pair is measured, one right after the other.
const PAIRS: usize = 5;

/// Another way to do a work, measured beside ours.
struct Beside {
    name: &'static str,
    run: fn(&Work) -> u64,
}

const BESIDE: &[Beside] =
    &[Beside { name: "anysystem", run: rival::run }, Beside { name: "floor", run: floor::run }];

/// What was measured, for the table.
#[derive(Serialize)]
struct Line {
    work: String,
    messages: u64,
    ours_per_second: f64,
    beside: &'static str,
    /// Time of the other divided by ours, in each pair, the smallest first.
    ratios: Vec<f64>,
}

fn main() -> ExitCode {
    let words: Vec<String> = std::env::args().skip(1).collect();
    match words.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        ["kernel"] => kernel(),
        ["growth"] => growth(),
        ["one", work, by] => one(work, by),
        _ => {
            eprintln!("usage: bench kernel|growth");
            return ExitCode::from(2);
        }
    }
    ExitCode::SUCCESS
}

/// Each work by us and by the others, in pairs.
fn kernel() {
    for work in ALL {
        for beside in BESIDE {
            let mut ratios = Vec::new();
            let mut ours_seconds = Vec::new();
            for _ in 0..PAIRS {
                let (ours, our_messages) = alone(work, "ours");
                let (theirs, messages) = alone(work, beside.name);
                assert_eq!(messages, our_messages, "{} by {} is other work", work.name, beside.name);
                ratios.push(theirs / ours);
                ours_seconds.push(ours);
            }
            let messages = work.messages();
            say(&Line {
                work: work.name.to_owned(),
                messages,
                ours_per_second: messages as f64 / median(&mut ours_seconds),
                beside: beside.name,
                ratios: sorted(ratios),
            });
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
    let ours = Beside { name: "ours", run: ours::run };
    let doer = BESIDE.iter().chain([&ours]).find(|known| known.name == by).expect("one that does it");
    say(&timed(|| (doer.run)(work)));
}

/// How the cost of an event grows with the network.
fn growth() {
    #[derive(Serialize)]
    struct Growth {
        nodes: usize,
        messages: u64,
        nanoseconds_per_message: f64,
        bytes_per_node: f64,
        trace_bytes_per_message: f64,
    }
    for nodes in [100, 1_000, 10_000, 100_000] {
        let work = work::flood(nodes, 1_000_000);
        let mut seconds = Vec::new();
        let mut memory = ours::Memory::default();
        for _ in 0..PAIRS {
            let (world, run) = ours::laid(&work);
            let began = Instant::now();
            memory = ours::play(world, run, &work);
            seconds.push(began.elapsed().as_secs_f64());
        }
        let messages = work.messages();
        say(&Growth {
            nodes,
            messages,
            nanoseconds_per_message: median(&mut seconds) * 1e9 / messages as f64,
            bytes_per_node: memory.world_bytes as f64 / nodes as f64,
            trace_bytes_per_message: memory.trace_bytes as f64 / messages as f64,
        });
    }
}

fn timed<T>(act: impl FnOnce() -> T) -> (f64, T) {
    let began = Instant::now();
    let done = act();
    (began.elapsed().as_secs_f64(), done)
}

fn sorted(mut numbers: Vec<f64>) -> Vec<f64> {
    numbers.sort_by(f64::total_cmp);
    numbers
}

fn median(numbers: &mut [f64]) -> f64 {
    numbers.sort_by(f64::total_cmp);
    numbers[numbers.len() / 2]
}

fn say(line: &impl Serialize) {
    println!("{}", serde_json::to_string(line).expect("a line can be written"));
}
