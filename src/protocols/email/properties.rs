//! What must be true of mail, and what is read off it.
//!
//! What is claimed is claimed of nodes that keep their disks and follow the protocol: once any of them was Byzantine or lost its disk,
//! the *always* properties say nothing more. They judge the newest letters that running users know to be taken; a user
//! who was down knows them again from the disk.

use crate::sim::disk::Disk;
use crate::sim::property::{Property, PropertyKind, Reading};
use crate::sim::time::Duration;
use crate::sim::world::World;
use crate::words::Phrase;
use crate::{phrase, word};

use super::mailbox::{Shelved, synced};
use super::queue::synced_letters;
use super::relay::POSTMASTER;
use super::{Letter, Mailbox, Relay, User, bounce_id};

pub(super) const PROPERTIES: &[Property] = &[
    Property {
        name: "taken-letters-are-kept",
        kind: PropertyKind::Always,
        title: word!("property.taken-letters-are-kept"),
        check: taken_letters_are_kept,
    },
    Property {
        name: "no-copy-delivered-and-bounced",
        kind: PropertyKind::Always,
        title: word!("property.no-copy-delivered-and-bounced"),
        check: no_copy_delivered_and_bounced,
    },
    Property {
        name: "letters-come-to-an-end",
        kind: PropertyKind::Eventually,
        title: word!("property.letters-come-to-an-end"),
        check: letters_come_to_an_end,
    },
    Property {
        name: "a-letter-comes-twice",
        kind: PropertyKind::Sometimes,
        title: word!("property.a-letter-comes-twice"),
        check: a_letter_comes_twice,
    },
    Property {
        name: "a-letter-bounces",
        kind: PropertyKind::Sometimes,
        title: word!("property.a-letter-bounces"),
        check: a_letter_bounces,
    },
];

pub(super) const READINGS: &[Reading] = &[
    Reading {
        name: "letters_taken",
        title: word!("reading.letters-taken"),
        read: |world| Some(world.processes::<User>().map(|(_, user)| user.sent()).sum::<u64>() as f64),
    },
    Reading {
        name: "letters_delivered",
        title: word!("reading.letters-delivered"),
        read: |world| Some(sum(world, Mailbox::letters)),
    },
    Reading {
        name: "letters_bounced",
        title: word!("reading.letters-bounced"),
        read: |world| Some(sum(world, Mailbox::bounces)),
    },
    Reading { name: "letters_waiting", title: word!("reading.letters-waiting"), read: waiting },
    Reading {
        name: "letters_twice",
        title: word!("reading.letters-twice"),
        read: |world| Some(sum(world, Mailbox::duplicates)),
    },
    Reading { name: "delivery_mean_s", title: word!("reading.delivery-mean-s"), read: mean_delay },
];

/// Never neither: of every letter that a relay has taken, some disk holds for sure a copy or a bounce, in a queue, in a mailbox or with
/// a postmaster.
fn taken_letters_are_kept(world: &World) -> Result<(), Phrase> {
    if !assumptions_hold(world) {
        return Ok(());
    }
    let mut letters = taken(world).filter(|id| !is_at_rest(world, id)).peekable();
    if letters.peek().is_none() {
        return Ok(());
    }
    let queued: Vec<String> = queued(world).map(|letter| letter.content.id).collect();
    match letters.find(|id| !queued.iter().any(|known| known == id || *known == bounce_id(id))) {
        None => Ok(()),
        Some(id) => Err(phrase!("property.letter-lost", letter = id)),
    }
}

/// Never both: no bounce returns a copy that a mailbox has. Of two copies of one letter one may be delivered and the other bounce.
fn no_copy_delivered_and_bounced(world: &World) -> Result<(), Phrase> {
    if !assumptions_hold(world) {
        return Ok(());
    }
    let queued: Vec<Letter> = queued(world).filter(Letter::is_bounce).collect();
    for id in taken(world) {
        let bounce = bounce_id(id);
        let of_this = queued.iter().map(|letter| &letter.content).filter(|content| content.id == bounce);
        let arrived = shelved(world, &bounce);
        let mut returned = of_this.chain(arrived.iter().map(|shelved| &shelved.content)).peekable();
        if returned.peek().is_none() {
            continue;
        }
        let copies: Vec<_> = shelved(world, id).into_iter().flat_map(|shelved| shelved.copies).collect();
        if returned.any(|bounce| copies.iter().any(|copy| copy.starts_with(&bounce.returns))) {
            return Err(phrase!("property.letter-both", letter = id));
        }
    }
    Ok(())
}

/// Of every letter that a relay has taken, a copy or a bounce has come to rest.
fn letters_come_to_an_end(world: &World) -> Result<(), Phrase> {
    let mut letters = taken(world).peekable();
    if letters.peek().is_none() {
        return Err(phrase!("property.no-letter-taken"));
    }
    match letters.find(|id| !is_at_rest(world, id)) {
        None => Ok(()),
        Some(id) => Err(phrase!("property.letter-under-way", letter = id)),
    }
}

/// A mailbox has two copies of a letter.
fn a_letter_comes_twice(world: &World) -> Result<(), Phrase> {
    reached(sum(world, Mailbox::duplicates) > 0.0, phrase!("property.no-letter-twice"))
}

/// A relay has given a letter up.
fn a_letter_bounces(world: &World) -> Result<(), Phrase> {
    let bounced = world.processes::<Relay>().any(|(_, relay)| relay.bounced() > 0);
    reached(bounced, phrase!("property.no-letter-bounced"))
}

fn reached(is_so: bool, else_why: Phrase) -> Result<(), Phrase> {
    if is_so { Ok(()) } else { Err(else_why) }
}

fn assumptions_hold(world: &World) -> bool {
    let mut states = world.network().node_ids().map(|node| world.node(node));
    states.all(|state| !state.ever_byzantine && !state.ever_lost_disk)
}

fn taken(world: &World) -> impl Iterator<Item = &str> {
    world.processes::<User>().flat_map(|(_, user)| user.newest_sent())
}

fn disks<'a>(world: &'a World, role: &str) -> impl Iterator<Item = &'a Disk> {
    world.network().nodes_with_role(role).iter().map(|node| &world.node(*node).disk)
}

/// What mailboxes hold of a letter.
fn shelved(world: &World, id: &str) -> Vec<Shelved> {
    disks(world, "mailbox").filter_map(|disk| synced(disk, id)).collect()
}

fn queued(world: &World) -> impl Iterator<Item = Letter> {
    disks(world, "mail-relay").flat_map(synced_letters)
}

/// Whether a mailbox has a copy or a bounce of this letter, or a postmaster has a bounce.
fn is_at_rest(world: &World, id: &str) -> bool {
    let bounce = bounce_id(id);
    let mut mailboxes = disks(world, "mailbox");
    mailboxes.any(|disk| disk.read_synced(id).or_else(|| disk.read_synced(&bounce)).is_some())
        || disks(world, "mail-relay").any(|disk| {
            let mut records = disk.synced_records();
            records.any(|(name, content)| name.starts_with(POSTMASTER) && content == bounce.as_bytes())
        })
}

fn sum(world: &World, of: fn(&Mailbox) -> u64) -> f64 {
    world.processes::<Mailbox>().map(|(_, mailbox)| of(mailbox)).sum::<u64>() as f64
}

/// In the queues of relays and the outboxes of users that run.
fn waiting(world: &World) -> Option<f64> {
    let relays: usize = world.processes::<Relay>().map(|(_, relay)| relay.waiting()).sum();
    let users: usize = world.processes::<User>().map(|(_, user)| user.waiting()).sum();
    Some((relays + users) as f64)
}

/// From writing to first arrival, over delivered letters.
fn mean_delay(world: &World) -> Option<f64> {
    let letters = sum(world, Mailbox::letters);
    let total = world
        .processes::<Mailbox>()
        .fold(Duration::ZERO, |total, (_, mailbox)| total + mailbox.delay_total());
    (letters > 0.0).then(|| total.as_secs_f64() / letters)
}
