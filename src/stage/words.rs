//! The stage for the ear: names and states of nodes and links, as the controls that lie over the picture say them.

use super::gauges;
use crate::sim::network::{LinkId, Network, NodeId};
use crate::sim::process::Gauge;
use crate::sim::snapshot::{LinkStatus, LinkView, NodeStatus, NodeView, Snapshot};
use crate::words::Key;
use crate::{phrase, word};

/// A node in words: `n3, member, running, x = 4, island A`.
pub fn node(network: &Network, snapshot: &Snapshot, node: NodeId) -> String {
    let mut words = format!("{}, {}", network.name(node), role(network, node));
    let Some(view) = snapshot.nodes.get(node.index()) else { return words };
    let mut add = |part: &str| {
        words.push_str(", ");
        words.push_str(part);
    };
    add(node_state(view).text());
    if view.slowed {
        add(word!("stage.slowed").text());
    }
    if let Some(badge) = view.badge.as_deref().filter(|_| view.status != NodeStatus::Crashed) {
        add(badge);
    }
    if let Some(number) = view.island.filter(|_| snapshot.islands > 1) {
        add(&island(number));
    }
    if view.waiting > 0 {
        add(&phrase!("stage.waiting", n = view.waiting).to_string());
    }
    for gauge in view.gauges.iter().filter(|gauge| gauge.toward.is_none()) {
        add(&taken(gauge));
    }
    words
}

/// How full something is: `3 of 5 in use`.
pub fn taken(gauge: &Gauge) -> String {
    phrase!("stage.gauge", n = gauge.used, of = gauge.of).to_string()
}

/// How full a link is, as its ends tell: once if they agree, else each with the name of who tells it.
pub fn taken_of_link(network: &Network, snapshot: &Snapshot, link: LinkId) -> Vec<String> {
    let told = gauges::told(network, snapshot, link);
    let info = network.links[link.index()];
    if let [Some(gauge), _] = &told
        && gauges::agree(&told)
    {
        return vec![taken(gauge)];
    }
    let by = |(gauge, node): (Option<Gauge>, NodeId)| {
        Some(phrase!("stage.gauge-at", what = taken(&gauge?), node = network.name(node)).to_string())
    };
    [(told[0], info.a), (told[1], info.b)].into_iter().filter_map(by).collect()
}

/// A link in words: `link n2–n4, cut both ways`.
pub fn link(network: &Network, snapshot: &Snapshot, link: LinkId) -> String {
    let info = network.links[link.index()];
    let (a, b) = (network.name(info.a), network.name(info.b));
    let Some(view) = snapshot.links.get(link.index()) else {
        return phrase!("stage.link", a = a, b = b).to_string();
    };
    let mut words = format!("{}, {}", phrase!("stage.link", a = a, b = b), link_state(view, a, b));
    if view.forward.troubled || view.backward.troubled {
        words.push_str(", ");
        words.push_str(word!("stage.troubled").text());
    }
    for taken in taken_of_link(network, snapshot, link) {
        words.push_str(", ");
        words.push_str(&taken);
    }
    words
}

/// An island's name: `island A`.
pub fn island(number: u16) -> String {
    phrase!("stage.island", letter = letter(number)).to_string()
}

/// An island's name as a label: `Island A`.
pub fn island_name(number: u16) -> String {
    phrase!("stage.island-name", letter = letter(number)).to_string()
}

/// An island's letter: `A` to `Z`, then `AA`.
pub fn letter(number: u16) -> String {
    let last = char::from(b'A' + (number % 26) as u8);
    match number / 26 {
        0 => last.to_string(),
        before => format!("{}{last}", letter(before - 1)),
    }
}

/// The word for how a node is.
pub fn node_state(view: &NodeView) -> Key {
    status(view.status)
}

/// The same, of what is known of a node.
pub fn status(status: NodeStatus) -> Key {
    match status {
        NodeStatus::Running => word!("stage.running"),
        NodeStatus::Crashed => word!("stage.crashed"),
        NodeStatus::Paused => word!("stage.paused"),
        NodeStatus::Byzantine => word!("stage.byzantine"),
    }
}

/// The word of the table for a name that a scenario or protocol gave, or the name itself if the table has none.
pub fn word_for(family: &str, name: &str) -> String {
    match Key::find(&format!("{family}.{name}")) {
        Some(key) => key.text().to_owned(),
        None => name.replace(['-', '_'], " "),
    }
}

/// A role's word, or its name in scenarios if the table has none.
pub fn role(network: &Network, node: NodeId) -> &str {
    let name = network.role(node).name;
    Key::find(&format!("role.{name}")).map_or(name, Key::text)
}

/// How a link is, without saying which way.
pub fn link_status(status: LinkStatus) -> Key {
    match status {
        LinkStatus::Up => word!("stage.up"),
        LinkStatus::Cut => word!("stage.cut"),
        LinkStatus::OneWay => word!("future.one-way"),
    }
}

fn link_state(view: &LinkView, a: &str, b: &str) -> String {
    match view.status() {
        LinkStatus::Up => word!("stage.up").text().to_owned(),
        LinkStatus::Cut => word!("stage.cut").text().to_owned(),
        LinkStatus::OneWay if view.forward.up => phrase!("stage.one-way", from = a, to = b).to_string(),
        LinkStatus::OneWay => phrase!("stage.one-way", from = b, to = a).to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn letters_go_on_after_z() {
        let letters: Vec<_> = [0, 1, 25, 26, 27, 52].map(letter).into();
        assert_eq!(letters, ["A", "B", "Z", "AA", "AB", "BA"]);
    }

    #[test]
    fn nodes_and_links_say_how_they_are() {
        use crate::stage::test_scene::Stage;
        let said = Stage::of("partition").run(
            &[
                "1s request n3 \"write x=4\"",
                "2s cut n2-n4",
                "2s cut n3>n7",
                "2s crash n6",
                "2s loss n1-n2 10%",
            ],
            "2s",
        );
        let node = |index| node(&said.network, &said.snapshot, NodeId(index));
        let link = |index| link(&said.network, &said.snapshot, LinkId(index));
        assert!(node(2).starts_with("n3, member, running, "), "{}", node(2));
        assert_eq!(node(5), "n6, member, crashed");
        assert_eq!(link(3), "link n2–n4, cut both ways");
        assert_eq!(link(4), "link n3–n7, cut one way: only n7 to n3 works");
        assert_eq!(link(0), "link n1–n2, whole, troubled");
    }

    #[test]
    fn gauges_are_said_once_if_both_ends_agree() {
        use crate::stage::test_scene::Stage;
        let mut stage = Stage::of("partition").run(&[], "1s");
        let gauge = |toward: Option<u32>, used| Gauge { toward: toward.map(NodeId), used, of: 5 };
        stage.snapshot.nodes[0].gauges = vec![gauge(None, 1), gauge(Some(1), 3)];
        let said = |stage: &Stage| link(&stage.network, &stage.snapshot, LinkId(0));
        assert!(node(&stage.network, &stage.snapshot, NodeId(0)).ends_with(", 1 of 5 in use"));
        assert_eq!(said(&stage), "link n1–n2, whole, 3 of 5 in use at n1");
        stage.snapshot.nodes[1].gauges = vec![gauge(Some(0), 3)];
        assert_eq!(said(&stage), "link n1–n2, whole, 3 of 5 in use");
        stage.snapshot.nodes[1].gauges = vec![gauge(Some(0), 2)];
        assert_eq!(said(&stage), "link n1–n2, whole, 3 of 5 in use at n1, 2 of 5 in use at n2");
    }
}
