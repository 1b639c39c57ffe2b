//! A tunnel past strangers: goals, moments and recorded solutions of the steps that run it.

use crate::protocols::tunnel::{Router, Server, Terminal};
use crate::sim::world::World;

use super::super::goals::{Goal, Solution};

/// Goals and moments, in the order of the steps.
pub const GOALS: &[Goal] = &[
    Goal { name: "said-past-eve", reached: said_past_eve },
    Goal { name: "change-refused", reached: change_refused },
    Goal { name: "fooled", reached: fooled },
    Goal { name: "stream-in-stream", reached: stream_in_stream },
];

/// A solution of each step that has a goal.
pub const SOLUTIONS: &[Solution] = &[
    Solution {
        step: "5/tunnel",
        commands: &[
            r#"500ms request alice "say tell nobody: noon, north gate""#,
            "1s set alice tunnel forward",
            r#"1100ms request alice "say tell nobody: noon, north gate""#,
            "2s set eve tampering alter",
            r#"2100ms request alice "say tell nobody: noon, north gate""#,
        ],
        until: "3s",
    },
    Solution {
        step: "5/first-use",
        commands: &[
            "100ms set alice host-key-check first-use",
            r#"200ms request alice "say tell nobody: noon, north gate""#,
        ],
        until: "2s",
    },
    Solution {
        step: "5/stream-in-stream",
        commands: &[
            r#"100ms request alice "send 100""#,
            "30s set alice tunnel tun",
            r#"31s request alice "send 100""#,
        ],
        until: "200s",
    },
];

fn terminal(world: &World) -> Option<&Terminal> {
    world.processes::<Terminal>().next().map(|(_, terminal)| terminal)
}

fn server(world: &World) -> Option<&Server> {
    world.processes::<Server>().next().map(|(_, server)| server)
}

fn most_read(world: &World) -> usize {
    world.processes::<Router>().map(|(_, router)| router.read().len()).max().unwrap_or(0)
}

/// Something was heard that came in a record, and no router read more than was said in the clear.
fn said_past_eve(world: &World) -> bool {
    let (Some(terminal), Some(server)) = (terminal(world), server(world)) else { return false };
    let in_the_clear = terminal.said().iter().filter(|said| !said.is_safe).count();
    server.heard().iter().any(|heard| heard.is_sealed) && most_read(world) <= in_the_clear
}

/// A router changed or repeated something, and the server refused it.
fn change_refused(world: &World) -> bool {
    let tampered = world.processes::<Router>().any(|(_, router)| router.tampered() > 0);
    tampered && server(world).is_some_and(|server| server.refused() > 0)
}

/// The server heard in a record what a router has read, although Alice said it into a tunnel.
fn fooled(world: &World) -> bool {
    let sealed = server(world).is_some_and(|server| server.heard().iter().any(|heard| heard.is_sealed));
    let into_a_tunnel = terminal(world).is_some_and(|terminal| !terminal.said().is_empty());
    sealed && into_a_tunnel && most_read(world) > 0
}

/// Everything was sent twice, and the second time as a stream within the tunnel's.
fn stream_in_stream(world: &World) -> bool {
    let within =
        world.processes::<Terminal>().any(|(node, _)| world.node(node).settings.choice("tunnel") == "tun");
    within && server(world).is_some_and(|server| server.pieces() >= 200)
}
