//! What the inspector says of nodes, links and messages, on a small network of greeters.

use super::*;
use crate::faults;
use crate::sim::network::Catalogue;
use crate::sim::process::{
    AnyProcess, Context, Icon, Look, Message, Process, Protocol, Role, Sort, Timer, describe, timer,
};
use crate::sim::scenario::Scenario;
use crate::word;

/// Greets its neighbours every second, counts greetings, and keeps the count on its disk without a sync.
#[derive(Clone, Default)]
struct Greeter {
    heard: u64,
}

#[derive(Clone, Debug, serde::Serialize, serde::Deserialize)]
struct Greeting(u8);

impl Message for Greeting {
    const PROTOCOL: &'static str = "greeting";
    fn label(&self) -> String {
        format!("hello {}", self.0)
    }
    fn sort(&self) -> Sort {
        Sort::Request
    }
}

impl Process for Greeter {
    type Message = Greeting;
    fn on_start(&mut self, cx: &mut Context<'_, Greeting>) {
        cx.set_timer(timer("greet"), Duration::secs(1));
    }
    fn on_message(&mut self, cx: &mut Context<'_, Greeting>, _from: NodeId, _message: Greeting) {
        self.heard += 1;
        let count = [self.heard as u8];
        assert!(cx.write("heard", &count).is_ok(), "the disk of a test has room");
    }
    fn on_timer(&mut self, cx: &mut Context<'_, Greeting>, _timer: Timer) {
        cx.neighbours().iter().for_each(|node| cx.send(*node, &Greeting(7)));
        cx.set_timer(timer("greet"), Duration::secs(1));
    }
    fn look(&self) -> Look {
        Look::default().fact(word!("fact.version"), self.heard)
    }
}

static PROTOCOLS: &[fn() -> &'static Protocol] = &[|| &GREETING];

static GREETING: Protocol = Protocol {
    name: Greeting::PROTOCOL,
    roles: &[Role {
        name: "greeter",
        icon: Icon::Member,
        settings: &[],
        spawn: || Box::new(Greeter::default()) as Box<dyn AnyProcess>,
    }],
    properties: &[],
    readings: &[],
    figures: &[],
    describe: describe::<Greeting>,
};

/// Three greeters in a row, at a moment, after these commands.
fn run(script: &[&str], until: &str) -> Timeline {
    let nodes = ["a", "b", "c"].map(|name| serde_json::json!({"name": name, "role": "greeter"}));
    let scenario = serde_json::json!({
        "name": "greeters",
        "nodes": nodes,
        "links": [{"a": "a", "b": "b"}, {"a": "b", "b": "c"}],
        "script": script,
    });
    let scenario: Scenario = serde_json::from_value(scenario).unwrap();
    let catalogue = Catalogue { protocols: PROTOCOLS, here: || 1, faults: faults::ALL };
    let mut timeline = Timeline::new(scenario, catalogue).unwrap();
    timeline.seek(Time::parse(until).unwrap());
    timeline
}

fn packet_sent(timeline: &Timeline, from: u32, to: u32) -> PacketId {
    let sent = timeline.past().iter().find_map(|record| match record.event {
        Event::Sent { packet, from: f, to: t } if (f.0, t.0) == (from, to) => Some(packet),
        _ => None,
    });
    sent.expect("the message was sent")
}

#[test]
fn a_node_shows_facts_disk_timers_and_faults() {
    let timeline = run(&["1500ms slow b 10ms"], "1600ms");
    let detail = NodeDetail::of(&timeline, NodeId(1)).unwrap();
    assert_eq!((detail.name.as_str(), detail.role, detail.status), ("b", "greeter", NodeStatus::Running));
    assert_eq!(detail.facts[0].value, 2u64.into());
    assert_eq!(detail.disk, [DiskRecord { name: "heard".to_owned(), content: vec![2], is_synced: false }]);
    let [greet] = detail.timers.as_slice() else { panic!("{:?}", detail.timers) };
    assert_eq!((greet.name, greet.remaining, greet.is_sync), ("greet", Duration::millis(400), false));
    assert_eq!(detail.faults[0].kind.name, "slow");
    assert_eq!(NodeDetail::of(&timeline, NodeId(9)), None);
}

#[test]
fn a_crashed_node_has_no_facts_and_only_what_was_synced() {
    let timeline = run(&["1500ms crash b"], "1600ms");
    let detail = NodeDetail::of(&timeline, NodeId(1)).unwrap();
    assert_eq!((detail.status, detail.facts.len(), detail.timers.len()), (NodeStatus::Crashed, 0, 0));
    assert_eq!(detail.disk, []);
}

#[test]
fn a_paused_node_lets_messages_wait() {
    let timeline = run(&["500ms pause b"], "1100ms");
    let detail = NodeDetail::of(&timeline, NodeId(1)).unwrap();
    let greetings = detail
        .waiting
        .iter()
        .filter(|waiting| matches!(waiting, Waiting::Message(_, Some(label)) if label == "hello 7"));
    assert_eq!(greetings.count(), 2, "{:?}", detail.waiting);
}

#[test]
fn a_link_shows_each_direction_and_what_faults_make_of_it() {
    let timeline = run(&["500ms cut a>b", "500ms delay b>a 100ms"], "600ms");
    let detail = LinkDetail::of(&timeline, LinkId(0)).unwrap();
    let [forward, backward] = &detail.directions;
    assert_eq!((forward.from.as_str(), forward.to.as_str()), ("a", "b"));
    assert!(!forward.is_up && backward.is_up);
    assert_eq!(forward.faults[0].kind.name, "cut");
    let (setting, latency) = &backward.overruled[0];
    assert_eq!((setting.name, latency.to_string().as_str()), ("latency", "120ms"));
    assert_eq!(backward.settings[0].1.to_string(), "20ms");
    assert_eq!(LinkDetail::of(&timeline, LinkId(9)), None);
}

#[test]
fn a_message_tells_where_it_is_and_how_it_ended() {
    let flying = run(&[], "1010ms");
    let id = packet_sent(&flying, 0, 1);
    let detail = PacketDetail::of(&flying, id).unwrap();
    assert_eq!(
        (detail.from, detail.to, detail.sent_at),
        (NodeId(0), NodeId(1), Time::from_micros(1_000_000))
    );
    assert_eq!(
        detail.whereabouts,
        Whereabouts::Flying { direction: LinkId(0).forward(), remaining: Duration::millis(10) }
    );
    assert_eq!(detail.description.unwrap().label, "hello 7");
    assert_eq!(flying.world().direction(LinkId(0).forward()).queued(), 0);

    let arrived = run(&[], "1500ms");
    let detail = PacketDetail::of(&arrived, id).unwrap();
    assert_eq!(detail.whereabouts, Whereabouts::Delivered(Time::from_micros(1_020_000)));

    let lost = run(&["500ms cut a-b"], "1500ms");
    let detail = PacketDetail::of(&lost, id).unwrap();
    let Whereabouts::Lost { place, .. } = detail.whereabouts else { panic!("{:?}", detail.whereabouts) };
    assert_eq!(place, LossPlace::Direction(LinkId(0).forward()));
}

#[test]
fn a_message_is_not_known_before_it_is_sent() {
    let mut timeline = run(&[], "1500ms");
    let id = packet_sent(&timeline, 0, 1);
    timeline.seek(Time::from_micros(900_000));
    assert_eq!(PacketDetail::of(&timeline, id), None);
}

#[test]
fn damage_on_the_way_is_shown_byte_by_byte() {
    let timeline = run(&["500ms corrupt a-b 100%"], "1010ms");
    let detail = PacketDetail::of(&timeline, packet_sent(&timeline, 0, 1)).unwrap();
    let altered = |stop: &Stop| stop.what == StopKind::Altered(LinkId(0).forward());
    assert!(detail.way.iter().any(altered));
    assert_eq!(detail.changed_bytes.len(), 1, "one bit was flipped");
    assert_eq!(detail.description, None, "the checksum is wrong");
}

#[test]
fn what_became_of_a_message_is_known_after_it_is_gone() {
    let timeline = run(&["500ms corrupt a-b 100%"], "5s");
    let id = packet_sent(&timeline, 0, 1);
    let detail = PacketDetail::of(&timeline, id).unwrap();
    assert_eq!(
        (detail.changed_bytes.len(), detail.description),
        (1, None),
        "its bytes are those that arrived"
    );
    let kinds: Vec<_> = detail.way.iter().map(|stop| stop.what).collect();
    let [StopKind::Sent(from), StopKind::Altered(_), StopKind::Lost(place, cause)] = kinds[..] else {
        panic!("{kinds:?}")
    };
    assert_eq!((from, place, cause), (NodeId(0), LossPlace::Node(NodeId(1)), Cause::Unreadable));
    assert!(detail.way.is_sorted_by_key(|stop| stop.record));
    for stop in &detail.way {
        assert_eq!(timeline.past()[stop.record].time, stop.at);
    }
    // Gone back to where it sets out, what became of it is still known.
    let mut timeline = timeline;
    assert!(timeline.go_to_record(detail.way[0].record));
    assert!(PacketDetail::of(&timeline, id).unwrap().way.len() < 3);
    assert_eq!(whole_way(&timeline, id), detail.way);
}

#[test]
fn a_message_taken_away_by_hand_says_so() {
    let timeline = run(&["1010ms copy m0", "1012ms drop m0"], "2s");
    let detail = PacketDetail::of(&timeline, PacketId(0)).unwrap();
    let kinds: Vec<_> = detail.way.iter().map(|stop| stop.what).collect();
    assert!(
        matches!(kinds[..], [StopKind::Sent(_), StopKind::Copied(_), StopKind::Lost(_, Cause::ByHand)]),
        "{kinds:?}"
    );
}

#[test]
fn a_copy_knows_what_it_is_a_copy_of() {
    let timeline = run(&["500ms duplicate a-b 100%"], "1500ms");
    let original = packet_sent(&timeline, 0, 1);
    let copy = timeline.past().iter().find_map(|record| match record.event {
        Event::Duplicated { packet, copy } if packet == original => Some(copy),
        _ => None,
    });
    let detail = PacketDetail::of(&timeline, copy.unwrap()).unwrap();
    assert_eq!(detail.copy_of, Some(original));
    assert!(matches!(detail.whereabouts, Whereabouts::Delivered(_)));
}

#[test]
fn requests_are_numbered_from_one_and_undo_takes_the_number_back() {
    let mut timeline = run(&[], "1s");
    assert_eq!(next_request_number(&timeline), 1);
    timeline.act(Command::Request { node: NodeId(0), text: "x".to_owned() });
    assert_eq!(next_request_number(&timeline), 2);
    assert!(timeline.undo());
    assert_eq!(next_request_number(&timeline), 1);
}

#[test]
fn what_is_done_together_is_taken_back_together() {
    let mut timeline = run(&[], "1s");
    let crash = |name| timeline.world().network().read_command(&format!("crash {name}")).unwrap();
    let together = vec![crash("a"), crash("b")];
    let before = timeline.world().hash();
    timeline.act_together(together);
    assert_eq!((timeline.deeds().len(), timeline.world().is_running(NodeId(1))), (2, false));
    assert!(timeline.undo() && !timeline.can_undo());
    assert_eq!((timeline.deeds().len(), timeline.world().hash()), (0, before));
}
