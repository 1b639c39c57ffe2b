//! What must be true of flows that share links.

use netsplit::protocols::congestion::{Sender, phases};
use netsplit::scenarios::find;
use netsplit::share::run::{Plan, Run};
use netsplit::sim::time::Time;

type Controls<'a> = &'a [(&'a str, &'a str)];

fn plan(controls: Controls, lines: &[&str], until: &str) -> Plan {
    let values: Vec<_> = controls.iter().map(|(name, value)| (name.to_string(), value.to_string())).collect();
    let mut plan = Plan::new(find("congestion").unwrap().build_with(&values).unwrap());
    plan.until = Time::parse(until).unwrap();
    plan.lines = lines.iter().map(|line| (*line).to_owned()).collect();
    plan
}

fn run(controls: Controls, lines: &[&str], until: &str) -> Run {
    plan(controls, lines, until).run().unwrap()
}

#[test]
fn try_it() {
    for props in [true, false] {
        let start = std::time::Instant::now();
        let mut plan = plan(&[("offered-rate", "250")], &[], "30s");
        if !props { plan.scenario.properties.clear(); plan.scenario.readings.clear(); }
        let run = plan.run().unwrap();
        eprintln!("{props} {:?} {:.2?} {:?}", phases(&run.world).last(), start.elapsed(), run.world.counts());
    }
    for (p, b) in [("0.25%", "1000"), ("1%", "1000")] {
        let run = run(&[("topology", "dumbbell"), ("flows", "1"), ("offered-rate", "1000"), ("transmission-time", "10us"), ("buffer", b), ("congestion-control", "aimd")], &[&format!("0s loss r1>r2 {p}")], "100s");
        let s = run.world.processes::<Sender>().next().unwrap().1;
        eprintln!("{p}: {:?} rtt {:?} {:?}", phases(&run.world).last(), s.timeout().round_trip(), s.window());
    }
    for p in ["400", "100"] {
        let run = run(&[("topology", "dumbbell"), ("flows", "1"), ("offered-rate", "1000"), ("transmission-time", "10us"), ("buffer", "1000"), ("congestion-control", "aimd"), ("loses-every", p)], &[], "100s");
        let s = run.world.processes::<Sender>().next().unwrap().1;
        eprintln!("{p}: {:?} rtt {:?} {:?}", phases(&run.world).last(), s.timeout().round_trip(), s.window());
    }
}
