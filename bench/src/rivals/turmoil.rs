//! The crate `turmoil`: hosts are asynchronous programs that speak over simulated sockets, and time goes on in ticks. Datagrams of the
//! same bytes, each host a loop that waits for a datagram or for its timer.

use std::cell::Cell;
use std::net::{IpAddr, Ipv4Addr};
use std::rc::Rc;
use std::time::Duration;

use ::turmoil::net::UdpSocket;
use ::turmoil::{Builder, Result, lookup};
use tokio::time::{Instant, sleep_until};

use crate::work::{INTERVAL_MS, Kind, LATENCY_MS, Work};

const PORT: u16 = 1000;
const LATENCY: Duration = Duration::from_millis(LATENCY_MS);
/// As many datagrams as may wait for a host.
const ROOM: usize = 1 << 16;
/// Long after the end of every work.
const LONG: Duration = Duration::from_secs(1 << 24);

/// Does a work, and returns how many messages arrived.
pub fn run(work: &Work) -> u64 {
    let mut builder = Builder::new();
    builder.rng_seed(1).simulation_duration(LONG).tick_duration(LATENCY).udp_capacity(ROOM);
    builder.min_message_latency(LATENCY).max_message_latency(LATENCY);
    let mut simulation = builder.build();
    let arrived = Rc::new(Cell::new(0));
    for number in 0..work.nodes {
        let node = Node::new(work, number, Rc::clone(&arrived));
        simulation.client(name(number), node.live());
    }
    while arrived.get() < work.messages() {
        simulation.step().expect("no host fails");
    }
    arrived.get()
}

fn name(node: usize) -> String {
    format!("n{node}")
}

struct Node {
    kind: Kind,
    rounds: u64,
    neighbours: Vec<usize>,
    /// What it begins by itself: when, in milliseconds, and with what number; the last first.
    begins: Vec<(u64, u64)>,
    heard: u64,
    arrived: Rc<Cell<u64>>,
}

impl Node {
    fn new(work: &Work, number: usize, arrived: Rc<Cell<u64>>) -> Node {
        let begins: Vec<(u64, u64)> = match work.kind {
            Kind::PingPong => (number == 0).then_some((0, 0)).into_iter().collect(),
            Kind::Flood => {
                let mine = (0..work.rounds).rev().filter(|round| work.beginner(*round) == number);
                mine.map(|round| (round * INTERVAL_MS, round)).collect()
            }
            Kind::Heartbeats => {
                let first = number as u64 % INTERVAL_MS;
                (0..work.rounds).rev().map(|round| (first + round * INTERVAL_MS, round)).collect()
            }
        };
        let neighbours = work.neighbours(number);
        Node { kind: work.kind, rounds: work.rounds, neighbours, begins, heard: u64::MAX, arrived }
    }

    async fn live(mut self) -> Result {
        let socket = UdpSocket::bind((Ipv4Addr::UNSPECIFIED, PORT)).await?;
        let addresses: Vec<IpAddr> = self.neighbours.iter().map(|node| lookup(name(*node))).collect();
        let (start, mut bytes) = (Instant::now(), [0; 8]);
        loop {
            let next = self.begins.last().map(|(at, _)| start + Duration::from_millis(*at));
            tokio::select! {
                received = socket.recv_from(&mut bytes) => {
                    let (_, from) = received?;
                    self.arrived.set(self.arrived.get() + 1);
                    self.take(&socket, &addresses, from.ip(), u64::from_le_bytes(bytes)).await?;
                }
                () = sleep_until(next.unwrap_or(start)), if next.is_some() => {
                    if let Some((_, number)) = self.begins.pop() {
                        self.heard = number;
                        tell(&socket, &addresses, number, None).await?;
                    }
                }
            }
        }
    }

    async fn take(&mut self, socket: &UdpSocket, all: &[IpAddr], from: IpAddr, number: u64) -> Result {
        match self.kind {
            Kind::PingPong if number + 1 < self.rounds => tell(socket, all, number + 1, None).await,
            Kind::Flood if self.heard != number => {
                self.heard = number;
                tell(socket, all, number, Some(from)).await
            }
            _ => Ok(()),
        }
    }
}

async fn tell(socket: &UdpSocket, all: &[IpAddr], number: u64, but: Option<IpAddr>) -> Result {
    for other in all.iter().filter(|other| Some(**other) != but) {
        socket.send_to(&number.to_le_bytes(), (*other, PORT)).await?;
    }
    Ok(())
}
