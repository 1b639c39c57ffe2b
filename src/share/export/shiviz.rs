//! The trace as a log for ShiViz (I. Beschastnikh et al.: *Debugging distributed systems*, 2016), which draws a lane a node
//! and, from vector clocks, who could know of what.
//!
//! Two lines an event: what happened, then its node and the node's clock. ShiViz reads them with [`PARSER`], the expression that
//! its page begins with. What happens to messages on their way, commands and properties belong to no node and are left out.

use std::fmt::Write as _;

use super::clocks::Clocks;
use super::counted;
use crate::share::run::Run;

/// The regular expression that ShiViz is to read the log with.
pub const PARSER: &str = r"(?<event>.*)\n(?<host>\S*) (?<clock>{.*})";

/// How long the log may be, in bytes: ShiViz draws no more.
pub const BYTES_AT_MOST: usize = 2 << 20;

/// Writes the log, from the start of the run: a log without its beginning would have causes that are not there.
pub fn write(run: &Run, bytes_at_most: usize) -> String {
    let network = run.world.network();
    let mut clocks = Clocks::new(network.nodes.len());
    let mut log = format!(
        "# {}, seed {}, until {}: the events of its nodes\n# Read it with {PARSER}\n\n",
        run.scenario, run.seed, run.until
    );
    let records = run.trace.records();
    for (index, record) in records.iter().enumerate() {
        let Some((node, clock)) = clocks.take(&record.event) else { continue };
        if log.len() > bytes_at_most {
            let rest = counted(records.len() - index, "record");
            log += &format!("\n# The log would be too long: the last {rest} are left out.\n");
            break;
        }
        log += on_one_line(&run.trace.line(network, record)).trim();
        let entries = clock.iter().map(|(known, count)| format!("\"{}\":{count}", network.name(*known)));
        let entries: Vec<_> = entries.collect();
        // Writing to a string does not fail.
        let _ = writeln!(log, "\n{} {{{}}}", network.name(node), entries.join(", "));
    }
    log
}

/// What a text says without anything that ends a line for the reader's expression.
fn on_one_line(text: &str) -> String {
    let ends_line = |c: char| c.is_control() || matches!(c, '\u{2028}' | '\u{2029}');
    text.chars().map(|c| if ends_line(c) { ' ' } else { c }).collect()
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use crate::share::chaos::Chaos;
    use crate::share::files::built_in;
    use crate::share::run::Plan;
    use crate::sim::time::Time;

    #[test]
    fn clocks_keep_their_promises_whatever_happens() {
        for seed in 0..20 {
            let mut plan = Plan::new(built_in("partition", &[]).unwrap());
            plan.scenario.seed = seed;
            plan.until = Time::from_micros(8_000_000);
            plan.chaos = Some(Chaos { commands: 12, kinds: crate::faults::ALL.to_vec() });
            let log = super::write(&plan.run().unwrap(), usize::MAX);
            let (mut counts, mut events) = (BTreeMap::new(), 0);
            for (event, line) in log.lines().skip(3).step_by(2).zip(log.lines().skip(4).step_by(2)) {
                let (node, clock) = line.split_once(' ').unwrap();
                let clock: BTreeMap<String, u32> = serde_json::from_str(clock).unwrap();
                *counts.entry(node.to_owned()).or_insert(0u32) += 1;
                assert_eq!(clock[node], counts[node], "{event}");
                let is_known =
                    |(other, count): (&String, &u32)| counts.get(other).is_some_and(|has| count <= has);
                assert!(clock.iter().all(is_known), "{event}");
                events += 1;
            }
            assert!(events > 100, "seed {seed}");
        }
    }

    #[test]
    fn what_is_left_out_is_said() {
        let run = Plan::new(built_in("partition", &[]).unwrap()).run().unwrap();
        let (short, long) = (super::write(&run, 2_000), super::write(&run, usize::MAX));
        assert!(short.len() < 2_500 && short.trim_end().ends_with("are left out."), "{short}");
        assert!(long.as_bytes().starts_with(&short.as_bytes()[..2_000]) && !long.contains("left out"));
    }
}
