//! The works, the same for everyone who does them: a network, and who says what to whom.

/// A work.
pub struct Work {
    /// What the table calls it.
    pub name: &'static str,
    /// What is done.
    pub kind: Kind,
    /// How many nodes there are. They stand in a ring.
    pub nodes: usize,
    /// How many neighbours each has on either side.
    pub reach: usize,
    /// How often it is done: exchanges, floods, beats of every node.
    pub rounds: u64,
}

/// What is done.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Node 0 sends a number, node 1 sends it back, and so on, `rounds` messages in all.
    PingPong,
    /// Once a round a node tells its neighbours; who hears of it for the first time tells all others of its own.
    Flood,
    /// Every node tells its neighbours that it is there, `rounds` times, by a timer.
    Heartbeats,
}

/// How long every message travels, in milliseconds.
pub const LATENCY_MS: u64 = 1;
/// How long between two rounds, in milliseconds: longer than a flood of a hundred nodes takes.
pub const INTERVAL_MS: u64 = 100;

/// The works of `bench kernel`, some million messages each.
pub const ALL: &[Work] = &[
    Work { name: "ping-pong, 2 nodes", kind: Kind::PingPong, nodes: 2, reach: 1, rounds: 1_000_000 },
    Work { name: "floods, 100 nodes", kind: Kind::Flood, nodes: 100, reach: 5, rounds: 1_100 },
    Work { name: "heartbeats, 1,000 nodes", kind: Kind::Heartbeats, nodes: 1_000, reach: 2, rounds: 250 },
];

/// A flood over so many nodes, about so many messages.
pub fn flood(nodes: usize, messages: u64) -> Work {
    let mut work = Work { name: "flood", kind: Kind::Flood, nodes, reach: 5, rounds: 1 };
    work.rounds = (messages / work.messages()).max(1);
    work
}

impl Work {
    /// How many messages it takes.
    pub fn messages(&self) -> u64 {
        let ends = 2 * self.links().len() as u64;
        match self.kind {
            Kind::PingPong => self.rounds,
            // Every node tells all its neighbours but the one that it heard it from; the first has heard it from nobody.
            Kind::Flood => self.rounds * (ends - (self.nodes as u64 - 1)),
            Kind::Heartbeats => self.rounds * ends,
        }
    }

    /// The neighbours of a node.
    pub fn neighbours(&self, node: usize) -> Vec<usize> {
        if self.nodes == 2 {
            return vec![1 - node];
        }
        let steps = 1..=self.reach;
        let after = steps.clone().map(|step| (node + step) % self.nodes);
        let before = steps.map(|step| (node + self.nodes - step) % self.nodes);
        after.chain(before).collect()
    }

    /// All links.
    pub fn links(&self) -> Vec<(usize, usize)> {
        if self.nodes == 2 {
            return vec![(0, 1)];
        }
        let of = |node: usize| (1..=self.reach).map(move |step| (node, (node + step) % self.nodes));
        (0..self.nodes).flat_map(of).collect()
    }

    /// The node that begins a flood.
    pub fn beginner(&self, round: u64) -> usize {
        (round as usize * 37) % self.nodes
    }
}
