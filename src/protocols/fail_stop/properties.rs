//! What must be true of notes and their servers, and what is read off them.

use crate::sim::network::NodeId;
use crate::sim::property::{Property, PropertyKind, Reading, seen};
use crate::sim::world::World;
use crate::sorted::Map;
use crate::words::Phrase;
use crate::{phrase, word};

use super::client::{Acknowledged, Client, Sign};
use super::{SERVER, Server, log};

pub(super) const PROPERTIES: &[Property] = &[
    Property {
        name: "synced-notes-are-kept",
        kind: PropertyKind::Always,
        title: word!("property.synced-notes-are-kept"),
        check: synced_notes_are_kept,
    },
    Property {
        name: "memory-is-within-its-limit",
        kind: PropertyKind::Always,
        title: word!("property.memory-is-within-its-limit"),
        check: memory_is_within_its_limit,
    },
    Property {
        name: "servers-answer",
        kind: PropertyKind::Eventually,
        title: word!("property.servers-answer"),
        check: servers_answer,
    },
    Property {
        name: "an-acknowledged-note-was-lost",
        kind: PropertyKind::Sometimes,
        title: word!("property.an-acknowledged-note-was-lost"),
        check: |world| seen(lost(world).next().is_some()),
    },
    Property {
        name: "stopped-and-running-look-alike",
        kind: PropertyKind::Sometimes,
        title: word!("property.stopped-and-running-look-alike"),
        check: |world| seen(is_one_silence(world)),
    },
];

pub(super) const READINGS: &[Reading] = &[
    Reading {
        name: "notes_acknowledged",
        title: word!("reading.notes-acknowledged"),
        read: |world| Some(sum(world, Client::writes_acknowledged)),
    },
    Reading {
        name: "notes_lost",
        title: word!("reading.notes-lost"),
        read: |world| Some(lost(world).count() as f64),
    },
    Reading {
        name: "questions_timed_out",
        title: word!("reading.questions-timed-out"),
        read: |world| Some(sum(world, Client::timed_out)),
    },
    Reading {
        name: "writes_refused_full",
        title: word!("reading.writes-refused-full"),
        read: |world| Some(sum(world, Client::writes_refused)),
    },
    Reading {
        name: "servers_running",
        title: word!("reading.servers-running"),
        read: |world| Some(world.processes::<Server>().count() as f64),
    },
];

/// The notes that were acknowledged to a running client and are gone: no running server has that version or a newer one in its memory,
/// and none has it safe on its disk. A client that crashed has forgotten what was acknowledged to it.
pub fn lost(world: &World) -> impl Iterator<Item = (NodeId, &str, Acknowledged)> {
    let mut on_disks = None;
    let acknowledged = world.processes::<Client>().flat_map(|(node, client)| {
        client.acknowledged().iter().map(move |(note, acknowledged)| (node, note.as_str(), *acknowledged))
    });
    acknowledged.filter(move |(_, note, acknowledged)| {
        let in_memory = world.processes::<Server>().filter_map(|(_, server)| server.version(note));
        let is_here = |version: u64| version >= acknowledged.version;
        // Few notes are only on a disk, so disks are seldom read.
        !in_memory.into_iter().any(is_here)
            && !on_disks.get_or_insert_with(|| safe_versions(world)).get(*note).copied().is_some_and(is_here)
    })
}

/// The newest version of each note that is safe on any disk.
fn safe_versions(world: &World) -> Map<String, u64> {
    let mut newest = Map::new();
    for server in world.network().nodes_with_role(SERVER) {
        let records = world.node(*server).disk.synced_records();
        for record in records.filter_map(|(name, content)| log::read(name, content)) {
            let known = newest.get_or_insert_with(record.note, u64::default);
            *known = record.version.max(*known);
        }
    }
    newest
}

/// A note that was safe on more disks as it was acknowledged than were ever lost in this run is not lost. Once a server was Byzantine this
/// says nothing more: it may acknowledge what it has not done.
fn synced_notes_are_kept(world: &World) -> Result<(), Phrase> {
    let servers = world.network().nodes_with_role(SERVER);
    if servers.iter().any(|server| world.node(*server).ever_byzantine) {
        return Ok(());
    }
    let disks_lost = servers.iter().filter(|server| world.node(**server).ever_lost_disk).count();
    match lost(world).find(|(.., acknowledged)| usize::from(acknowledged.disks) > disks_lost) {
        None => Ok(()),
        Some((client, note, _)) => {
            let client = world.network().name(client);
            Err(phrase!("property.note-lost", note = note, client = client))
        }
    }
}

fn memory_is_within_its_limit(world: &World) -> Result<(), Phrase> {
    let too_much = |(_, server): &(NodeId, &Server)| server.memory_used() > server.memory_limit();
    match world.processes::<Server>().find(too_much) {
        None => Ok(()),
        Some((node, _)) => Err(phrase!("property.too-much-memory", server = world.network().name(node))),
    }
}

/// Every running client had an answer to the last question that it asked of each server.
fn servers_answer(world: &World) -> Result<(), Phrase> {
    let signs = world.processes::<Client>().flat_map(|(_, client)| client.signs());
    match signs.into_iter().find(|(_, sign)| *sign != Sign::Answers) {
        None => Ok(()),
        Some((server, _)) => {
            Err(phrase!("property.server-does-not-answer", server = world.network().name(server)))
        }
    }
}

/// Of the servers that are silent to a client, one runs and one does not.
pub fn is_one_silence(world: &World) -> bool {
    world.processes::<Client>().any(|(_, client)| {
        let silent = || client.signs().filter(|(_, sign)| *sign == Sign::Silent);
        silent().any(|(server, _)| world.is_running(server))
            && silent().any(|(server, _)| !world.is_running(server))
    })
}

/// Over the running clients; one that crashed counts from its restart.
fn sum(world: &World, of: impl Fn(&Client) -> u64) -> f64 {
    world.processes::<Client>().map(|(_, client)| of(client)).sum::<u64>() as f64
}
