//! The floor: the least that any simulator must do. A heap of the same events with the same bytes copied, and nothing else: no
//! trace, no faults, no types, no names.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use crate::work::{INTERVAL_MS, Kind, LATENCY_MS, Work};

/// As long as our messages are on the wire.
type Bytes = [u8; 12];

#[derive(PartialEq, Eq, PartialOrd, Ord)]
enum Due {
    Message { from: u32, to: u32, bytes: Bytes },
    Beat { node: u32, round: u32 },
}

/// Does a work, and returns how many messages arrived.
pub fn run(work: &Work) -> u64 {
    let neighbours: Vec<Vec<usize>> = (0..work.nodes).map(|node| work.neighbours(node)).collect();
    let mut world = World { heap: BinaryHeap::new(), scheduled: 0, now: 0 };
    match work.kind {
        Kind::PingPong => world.send(0, 1, 0),
        Kind::Flood => {
            for round in 0..work.rounds {
                let node = work.beginner(round) as u32;
                world.at(round * INTERVAL_MS, Due::Beat { node, round: round as u32 });
            }
        }
        Kind::Heartbeats => (0..work.nodes as u32).for_each(|node| {
            world.at(u64::from(node) % INTERVAL_MS, Due::Beat { node, round: 0 });
        }),
    }
    let mut heard: Vec<u64> = vec![u64::MAX; work.nodes];
    let mut arrived = 0;
    while let Some(Reverse((now, _, due))) = world.heap.pop() {
        world.now = now;
        match (due, work.kind) {
            (Due::Message { from, to, bytes }, kind) => {
                arrived += 1;
                let number =
                    u64::from_le_bytes(std::hint::black_box(bytes)[..8].try_into().expect("eight bytes"));
                match kind {
                    Kind::PingPong if number + 1 < work.rounds => world.send(to, from, number + 1),
                    Kind::Flood if heard[to as usize] != number => {
                        heard[to as usize] = number;
                        for other in &neighbours[to as usize] {
                            if *other != from as usize {
                                world.send(to, *other as u32, number);
                            }
                        }
                    }
                    _ => {}
                }
            }
            (Due::Beat { node, round }, kind) => {
                heard[node as usize] = u64::from(round);
                for other in &neighbours[node as usize] {
                    world.send(node, *other as u32, u64::from(round));
                }
                if kind == Kind::Heartbeats && u64::from(round) + 1 < work.rounds {
                    world.at(now + INTERVAL_MS, Due::Beat { node, round: round + 1 });
                }
            }
        }
    }
    arrived
}

struct World {
    heap: BinaryHeap<Reverse<(u64, u64, Due)>>,
    scheduled: u64,
    now: u64,
}

impl World {
    fn send(&mut self, from: u32, to: u32, number: u64) {
        let mut bytes = Bytes::default();
        bytes[..8].copy_from_slice(&number.to_le_bytes());
        self.at(self.now + LATENCY_MS, Due::Message { from, to, bytes });
    }

    fn at(&mut self, time: u64, due: Due) {
        self.scheduled += 1;
        self.heap.push(Reverse((time, self.scheduled, due)));
    }
}
