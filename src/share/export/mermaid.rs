//! The trace as a sequence diagram for Mermaid: a line a node, an arrow a message at the moment when it arrives or is lost.
//! Timers are left out, for they would be most of it.
//!
//! Mermaid refuses long texts, so the last things that happened are kept, and a note says how many came before.

use crate::share::run::Run;
use crate::sim::network::NodeId;
use crate::sim::trace::{Event, PacketId, Record, cause_words};

/// How long the diagram may be, in bytes: Mermaid refuses more than 50,000 characters.
pub const BYTES_AT_MOST: usize = 45_000;

/// Writes the diagram.
pub fn write(run: &Run, bytes_at_most: usize) -> String {
    let teller = Teller { run };
    let mut told = Vec::new();
    let (mut bytes, mut left_out) = (500, 0);
    let mut taking_part: Vec<NodeId> = Vec::new();
    for record in run.trace.records().iter().rev() {
        let Some(line) = teller.line(record) else { continue };
        let newcomers: Vec<_> =
            line.nodes.iter().filter(|node| !taking_part.contains(node)).copied().collect();
        let needs = line.text.len() + 80 + newcomers.len() * 80;
        if left_out > 0 || bytes + needs > bytes_at_most {
            left_out += 1;
            continue;
        }
        bytes += needs;
        taking_part.extend(newcomers);
        told.push(line);
    }
    taking_part.sort_unstable();
    let mut diagram =
        format!("%% {}, seed {}, until {}\nsequenceDiagram\n", run.scenario, run.seed, run.until);
    // A diagram without anyone in it is none.
    if taking_part.is_empty() {
        taking_part.push(NodeId(0));
    }
    for node in &taking_part {
        diagram += &format!("    participant {} as {}\n", id(*node), run.world.network().name(*node));
    }
    let everyone = match (&taking_part.first(), &taking_part.last()) {
        (Some(first), Some(last)) if first != last => format!("{},{}", id(**first), id(**last)),
        _ => taking_part.first().map(|node| id(*node)).unwrap_or_default(),
    };
    if left_out > 0 {
        diagram += &format!("    Note over {everyone}: {left_out} earlier events are left out\n");
    }
    for line in told.iter().rev() {
        diagram += &match line.nodes.as_slice() {
            [] => format!("    Note over {everyone}: {}\n", line.text),
            [node] => format!("    Note over {}: {}\n", id(*node), line.text),
            [from, to, ..] => format!("    {}{}{}: {}\n", id(*from), line.arrow, id(*to), line.text),
        };
    }
    diagram
}

/// A line of the diagram: a note over everyone or over one node, or an arrow from one node to another.
struct Line {
    nodes: Vec<NodeId>,
    arrow: &'static str,
    text: String,
}

struct Teller<'a> {
    run: &'a Run,
}

impl Teller<'_> {
    fn line(&self, record: &Record) -> Option<Line> {
        let (trace, network) = (&self.run.trace, self.run.world.network());
        let at = record.time;
        let note = |nodes: Vec<NodeId>, what: &str| {
            Some(Line { nodes, arrow: "", text: format!("{at} {}", plain(what)) })
        };
        let said = |phrase: u32| trace.phrase(phrase).map(ToString::to_string).unwrap_or_default();
        match record.event {
            Event::Delivered { packet, .. } => self.arrow(packet, "->>", String::new(), at),
            Event::Lost { packet, cause, .. } => {
                self.arrow(packet, "-x", format!(" ({})", plain(cause_words(network, cause).text())), at)
            }
            Event::Down { node } | Event::Up { node } => {
                note(vec![node], &trace.sentence(network, record).to_string())
            }
            Event::Noted { node, phrase } | Event::Answered { node, phrase } => {
                note(vec![node], &said(phrase))
            }
            Event::Commanded { .. } | Event::Property { .. } => {
                note(Vec::new(), &trace.sentence(network, record).to_string())
            }
            Event::Sent { .. }
            | Event::Forwarded { .. }
            | Event::Altered { .. }
            | Event::Duplicated { .. }
            | Event::Fired { .. } => None,
        }
    }

    fn arrow(
        &self,
        packet: PacketId,
        arrow: &'static str,
        after: String,
        at: crate::sim::time::Time,
    ) -> Option<Line> {
        let trace = &self.run.trace;
        let (from, to) = trace.ends(packet)?;
        let label = trace.describe(self.run.world.network(), packet).map(|description| description.label);
        let label = label.unwrap_or_else(|| "?".to_owned());
        Some(Line { nodes: vec![from, to], arrow, text: format!("{at} {}{after}", plain(&label)) })
    }
}

/// A name that is no word of Mermaid, whatever the node is called.
fn id(node: NodeId) -> String {
    format!("p{}", node.0)
}

/// A text in which nothing means anything to Mermaid: other signs are written by their number.
fn plain(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            ' ' | '.' | ',' | '(' | ')' | '=' | '_' | '→' | '\'' => plain.push(c),
            c if c.is_alphanumeric() => plain.push(c),
            c if c.is_control() => plain.push(' '),
            c => plain += &format!("#{};", u32::from(c)),
        }
    }
    plain
}

#[cfg(test)]
mod tests {
    use crate::share::files::built_in;
    use crate::share::run::Plan;

    #[test]
    fn the_end_is_kept_and_what_came_before_is_counted() {
        let run = Plan::new(built_in("partition", &[]).unwrap()).run().unwrap();
        let (short, long) = (super::write(&run, 4_000), super::write(&run, usize::MAX));
        assert!(short.len() < 4_000 && short.contains("earlier events are left out"), "{short}");
        assert_eq!(short.lines().last(), long.lines().last());
        assert!(!long.contains("left out"));
    }

    #[test]
    fn signs_that_mean_something_are_written_by_number() {
        assert_eq!(super::plain("a;b #1\n<x>"), "a#59;b #35;1 #60;x#62;");
    }
}
