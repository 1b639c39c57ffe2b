//! The trace as JSON lines: first an object about the run, then one a record, in order.
//!
//! ```json
//! {"netsplit_trace":1,"scenario":"partition","seed":1,"until_us":30000000,"hash":"…","nodes":["n1","n2"]}
//! {"time_us":355554,"event":"sent","packet":0,"from":"n2","to":"n1","says":"beat","text":"n2 → n1: beat"}
//! {"left_out":1234}
//! ```
//!
//! `event` is one of commanded, sent, forwarded, delivered, lost, altered, duplicated, fired, noted, answered, down, up, property;
//! `text` is what the page's log says. The last line is there if the trace is too long, with how many records are missing.

use serde_json::{Map, Value, json};

use crate::share::run::Run;
use crate::sim::trace::{Event, LossPlace, PacketId, Record, cause_words};

/// How long the lines may be together, in bytes.
pub const BYTES_AT_MOST: usize = 32 << 20;

/// Writes the lines, from the start of the run.
pub fn write(run: &Run, bytes_at_most: usize) -> String {
    let network = run.world.network();
    let nodes: Vec<_> = network.nodes.iter().map(|node| node.name.as_str()).collect();
    let head = json!({
        "netsplit_trace": 1,
        "scenario": run.scenario,
        "seed": run.seed,
        "until_us": run.until.as_micros(),
        "hash": format!("{:016x}", run.world.hash()),
        "nodes": nodes,
    });
    let mut lines = format!("{head}\n");
    let records = run.trace.records();
    for (index, record) in records.iter().enumerate() {
        if lines.len() > bytes_at_most {
            lines += &format!("{}\n", json!({ "left_out": records.len() - index }));
            break;
        }
        lines += &format!("{}\n", Value::Object(object(run, record)));
    }
    lines
}

fn object(run: &Run, record: &Record) -> Map<String, Value> {
    let (trace, network) = (&run.trace, run.world.network());
    let mut object = Map::new();
    let mut put = |name: &str, value: Value| drop(object.insert(name.to_owned(), value));
    put("time_us", record.time.as_micros().into());
    put("event", name(&record.event).into());
    put("text", trace.sentence(network, record).to_string().into());
    if let Some(packet) = packet_of(&record.event) {
        put("packet", packet.0.into());
        if let Some((from, to)) = trace.ends(packet) {
            put("from", network.name(from).into());
            put("to", network.name(to).into());
        }
        if let Some(description) = trace.describe(network, packet) {
            put("says", description.label.into());
        }
    }
    match record.event {
        Event::Forwarded { node, .. }
        | Event::Noted { node, .. }
        | Event::Answered { node, .. }
        | Event::Down { node }
        | Event::Up { node } => put("node", network.name(node).into()),
        Event::Fired { node, timer } => {
            put("node", network.name(node).into());
            put("timer", timer.name.into());
            put("key", timer.key.into());
        }
        Event::Lost { place, cause, .. } => {
            put("cause", cause_words(network, cause).name().trim_start_matches("lost.").into());
            put(
                "place",
                match place {
                    LossPlace::Direction(direction) => {
                        format!(
                            "{}>{}",
                            network.name(network.source(direction)),
                            network.name(network.target(direction))
                        )
                    }
                    LossPlace::Node(node) => network.name(node).to_owned(),
                }
                .into(),
            );
        }
        Event::Duplicated { copy, .. } => put("copy", copy.0.into()),
        Event::Property { index, good } => {
            put(
                "property",
                network.properties.get(index as usize).map_or("", |property| property.name).into(),
            );
            put("good", good.into());
        }
        Event::Commanded { .. } | Event::Sent { .. } | Event::Delivered { .. } | Event::Altered { .. } => {}
    }
    object
}

fn packet_of(event: &Event) -> Option<PacketId> {
    match *event {
        Event::Sent { packet, .. }
        | Event::Forwarded { packet, .. }
        | Event::Delivered { packet, .. }
        | Event::Lost { packet, .. }
        | Event::Altered { packet, .. }
        | Event::Duplicated { packet, .. } => Some(packet),
        _ => None,
    }
}

fn name(event: &Event) -> &'static str {
    match event {
        Event::Commanded { .. } => "commanded",
        Event::Sent { .. } => "sent",
        Event::Forwarded { .. } => "forwarded",
        Event::Delivered { .. } => "delivered",
        Event::Lost { .. } => "lost",
        Event::Altered { .. } => "altered",
        Event::Duplicated { .. } => "duplicated",
        Event::Fired { .. } => "fired",
        Event::Noted { .. } => "noted",
        Event::Answered { .. } => "answered",
        Event::Down { .. } => "down",
        Event::Up { .. } => "up",
        Event::Property { .. } => "property",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::share::files::built_in;
    use crate::share::run::Plan;

    #[test]
    fn every_record_is_a_line_and_those_left_out_are_counted() {
        let run = Plan::new(built_in("partition", &[]).unwrap()).run().unwrap();
        let read = |lines: &str| lines.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
        let all: Vec<Value> = read(&write(&run, usize::MAX));
        assert_eq!(all.len(), run.trace.records().len() + 1);
        assert_eq!(all[0]["hash"], format!("{:016x}", run.world.hash()));
        assert!(all[1..].iter().all(|record| record["time_us"].is_u64() && record["text"].is_string()));
        let some: Vec<Value> = read(&write(&run, 5_000));
        let left_out = some.last().unwrap()["left_out"].as_u64().unwrap() as usize;
        assert_eq!(some.len() - 2 + left_out, run.trace.records().len());
    }
}
