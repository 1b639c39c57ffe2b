//! Servers that stop: goals, moments and recorded solutions of the steps that run them.

use crate::protocols::fail_stop::{Client, POWER_UNIT, SERVER, Server, is_one_silence, lost, partner_of};
use crate::sim::network::NodeId;
use crate::sim::world::World;

use super::super::goals::{Goal, Solution};

/// Goals and moments, in the order of the steps.
pub const GOALS: &[Goal] = &[
    Goal { name: "outage-over", reached: outage_over },
    Goal { name: "one-silence", reached: is_one_silence },
    Goal { name: "disk-is-full", reached: disk_is_full },
    Goal { name: "room-again", reached: room_again },
    Goal { name: "leak-mended", reached: leak_mended },
    Goal { name: "copied-back", reached: copied_back },
    Goal { name: "lost-for-good", reached: lost_for_good },
];

/// A solution of each step that has a goal.
pub const SOLUTIONS: &[Solution] = &[
    Solution {
        step: "5/fail-stop",
        commands: &["5s crash p1", "8s restart p1", "11s crash s1", "11s pause s3"],
        until: "15s",
    },
    // The disks are full after some twelve seconds, the memory after nineteen.
    Solution {
        step: "5/disk-full",
        commands: &[
            r#"14s request s1 "compact""#,
            "24s set s1 leak 0",
            "24s set s2 leak 0",
            "24s set s3 leak 0",
            "24s set s4 leak 0",
            "25s restart s1",
        ],
        until: "27s",
    },
    Solution {
        step: "5/for-good",
        commands: &["6s destroy s1", "8s replace s1", "12s destroy s1", "12s destroy s3"],
        until: "13s",
    },
];

/// A power unit has failed, every server runs that there is, and none has lost a note.
fn outage_over(world: &World) -> bool {
    let failed = world.network().nodes_with_role(POWER_UNIT).iter().any(|unit| world.node(*unit).falls > 0);
    let mut servers = servers(world);
    failed && servers.all(|(_, server)| server.is_some_and(holds_notes)) && lost(world).next().is_none()
}

/// A client was refused a write for want of room.
fn disk_is_full(world: &World) -> bool {
    world.processes::<Client>().any(|(_, client)| client.writes_refused() > 0)
}

/// A server that refused a write for want of room has stored one since.
fn room_again(world: &World) -> bool {
    world.processes::<Client>().any(|(_, client)| client.full_no_longer().next().is_some())
}

/// A server runs with its notes that was ended for want of memory, and leaks no more.
fn leak_mended(world: &World) -> bool {
    servers(world).any(|(node, server)| {
        let state = world.node(node);
        state.kills > 0 && state.settings.count("leak") == 0 && server.is_some_and(holds_notes)
    })
}

/// A server runs with its notes whose disk was lost, while its partner's never was.
fn copied_back(world: &World) -> bool {
    servers(world).any(|(node, server)| {
        let partner = partner_of(world.network().nodes_with_role(SERVER), node);
        let is_partner_whole = partner.is_some_and(|partner| !world.node(partner).ever_lost_disk);
        let was_lost = world.node(node).ever_lost_disk;
        was_lost && is_partner_whole && server.is_some_and(holds_notes) && lost(world).next().is_none()
    })
}

/// A note is gone that was safe on two disks as it was acknowledged.
fn lost_for_good(world: &World) -> bool {
    lost(world).any(|(.., acknowledged)| acknowledged.disks > 1)
}

fn servers(world: &World) -> impl Iterator<Item = (NodeId, Option<&Server>)> {
    world.network().nodes_with_role(SERVER).iter().map(|node| (*node, world.process::<Server>(*node)))
}

fn holds_notes(server: &Server) -> bool {
    server.notes() > 0 && !server.is_restoring()
}
