//! What must be true of the register, and what is read off it.
//!
//! What is claimed of majorities is claimed of members that keep their disks and follow the protocol: once any member was
//! Byzantine or lost its disk, these properties say nothing more. They judge what running members remember of the operations
//! that they completed in consistent mode, which is the last few; a crash forgets them.

use crate::sim::network::NodeId;
use crate::sim::property::{Property, PropertyKind, Reading};
use crate::sim::time::Time;
use crate::sim::world::World;
use crate::sorted::{Set, sort_by_key};
use crate::words::Phrase;
use crate::{phrase, word};

use super::{Copy, Done, DoneKind, Member, RECORD, Tag};

pub(super) const PROPERTIES: &[Property] = &[
    Property {
        name: "two-sides-never-both-accept",
        kind: PropertyKind::Always,
        title: word!("property.two-sides-never-both-accept"),
        check: two_sides_never_both_accept,
    },
    Property {
        name: "accepted-writes-are-on-a-majority",
        kind: PropertyKind::Always,
        title: word!("property.accepted-writes-are-on-a-majority"),
        check: accepted_writes_are_on_a_majority,
    },
    Property {
        name: "operations-never-go-back",
        kind: PropertyKind::Always,
        title: word!("property.operations-never-go-back"),
        check: operations_never_go_back,
    },
    Property {
        name: "members-agree",
        kind: PropertyKind::Eventually,
        title: word!("property.members-agree"),
        check: members_agree,
    },
    Property {
        name: "islands-disagree",
        kind: PropertyKind::Sometimes,
        title: word!("property.islands-disagree"),
        check: islands_disagree,
    },
    Property {
        name: "a-write-was-discarded",
        kind: PropertyKind::Sometimes,
        title: word!("property.a-write-was-discarded"),
        check: a_write_was_discarded,
    },
];

pub(super) const READINGS: &[Reading] = &[
    Reading {
        name: "writes_accepted",
        title: word!("reading.writes-accepted"),
        read: |world| Some(sum(world, Member::accepted)),
    },
    Reading {
        name: "writes_refused",
        title: word!("reading.writes-refused"),
        read: |world| Some(sum(world, Member::refused)),
    },
    Reading {
        name: "writes_discarded",
        title: word!("reading.writes-discarded"),
        read: |world| Some(sum(world, Member::discarded)),
    },
    Reading {
        name: "islands",
        title: word!("reading.islands"),
        read: |world| Some(world.island_count() as f64),
    },
    Reading { name: "members_suspected", title: word!("reading.members-suspected"), read: members_suspected },
];

/// No two members on different islands have both completed a write by majority that was asked for since the islands are
/// what they are; and no two writes have the same tag.
fn two_sides_never_both_accept(world: &World) -> Result<(), Phrase> {
    if !assumptions_hold(world) {
        return Ok(());
    }
    let writes: Vec<_> = operations(world).filter(|(_, done)| done.kind == DoneKind::Write).collect();
    let islands = world.islands();
    let since = world.islands_since();
    for (index, (member, write)) in writes.iter().enumerate() {
        for (other, later) in &writes[index + 1..] {
            let apart = islands[member.index()] != islands[other.index()];
            let both = apart && write.started > since && later.started > since;
            if both || write.tag == later.tag {
                let (a, b) = (world.network().name(*member), world.network().name(*other));
                return Err(phrase!("property.both-sides-accepted", a = a, b = b));
            }
        }
    }
    Ok(())
}

/// The tag of every operation that was completed by majority, or a higher one, is safe on the disks of a majority of all
/// members, down ones included.
fn accepted_writes_are_on_a_majority(world: &World) -> Result<(), Phrase> {
    if !assumptions_hold(world) {
        return Ok(());
    }
    let Some(newest) = operations(world).map(|(_, done)| done.tag).max() else { return Ok(()) };
    let members = world.network().nodes_with_role("member");
    let holders = members.iter().filter(|node| tag_on_disk(world, **node) >= newest).count();
    if holders > members.len() / 2 {
        return Ok(());
    }
    Err(phrase!("property.write-not-on-majority", holders = holders, members = members.len()))
}

/// An operation that began after another was completed has a tag at least as high, and a higher one if it is a write.
fn operations_never_go_back(world: &World) -> Result<(), Phrase> {
    if !assumptions_hold(world) {
        return Ok(());
    }
    let mut by_end: Vec<_> = operations(world).collect();
    if by_end.len() < 2 {
        return Ok(());
    }
    sort_by_key(&mut by_end, |(_, done)| done.ended);
    let highest: Vec<(Time, Tag)> = by_end
        .iter()
        .scan(Tag::default(), |highest, (_, done)| {
            *highest = done.tag.max(*highest);
            Some((done.ended, *highest))
        })
        .collect();
    for (member, done) in &by_end {
        let before = highest.partition_point(|(ended, _)| *ended < done.started);
        let Some((_, tag)) = before.checked_sub(1).map(|last| highest[last]) else { continue };
        if done.tag < tag || (done.kind == DoneKind::Write && done.tag == tag) {
            return Err(phrase!("property.operation-went-back", member = world.network().name(*member)));
        }
    }
    Ok(())
}

/// All running members hold the same copy, and at least one runs.
fn members_agree(world: &World) -> Result<(), Phrase> {
    let mut members = world.processes::<Member>();
    let Some((first, one)) = members.next() else { return Err(phrase!("property.no-member-runs")) };
    match members.find(|(_, other)| other.version() != one.version()) {
        None => Ok(()),
        Some((second, other)) => Err(disagreement(world, (first, one), (second, other))),
    }
}

/// Two running members on different islands hold different values.
fn islands_disagree(world: &World) -> Result<(), Phrase> {
    if world.island_count() < 2 {
        return Err(phrase!("property.one-island"));
    }
    let islands = world.islands();
    let mut members = world.processes::<Member>();
    let Some((first, one)) = members.next() else { return Err(phrase!("property.no-member-runs")) };
    // Only a pair with different values can disagree, and of those one differs from the first member.
    let all: Vec<_> = world.processes::<Member>().collect();
    let differing = members.filter(|(_, other)| other.value() != one.value());
    for (node, member) in differing {
        let apart = |(other, process): &&(NodeId, &Member)| {
            islands[other.index()] != islands[node.index()] && process.value() != member.value()
        };
        if all.iter().any(|pair| apart(&pair)) {
            return Ok(());
        }
    }
    Err(phrase!("property.islands-agree", member = world.network().name(first)))
}

/// A running member has seen a write discarded that it had accepted in available mode. In consistent mode this never happens.
fn a_write_was_discarded(world: &World) -> Result<(), Phrase> {
    let discarded = world.processes::<Member>().any(|(_, member)| member.discarded() > 0);
    if discarded { Ok(()) } else { Err(phrase!("property.no-write-discarded")) }
}

fn assumptions_hold(world: &World) -> bool {
    let members = world.network().nodes_with_role("member");
    members.iter().map(|node| world.node(*node)).all(|state| !state.ever_byzantine && !state.ever_lost_disk)
}

fn operations(world: &World) -> impl Iterator<Item = (NodeId, &Done)> {
    world.processes::<Member>().flat_map(|(node, member)| member.done().map(move |done| (node, done)))
}

fn tag_on_disk(world: &World, node: NodeId) -> Tag {
    let record = world.node(node).disk.read_synced(RECORD);
    let copy: Option<Copy> = record.and_then(|record| postcard::from_bytes(record).ok());
    copy.map_or(Tag::default(), |copy| copy.tag)
}

fn disagreement(world: &World, one: (NodeId, &Member), other: (NodeId, &Member)) -> Phrase {
    let name = |node| world.network().name(node);
    let value = |member: &Member| member.value().unwrap_or("–").to_owned();
    phrase!("property.two-disagree", a = name(one.0), x = value(one.1), b = name(other.0), y = value(other.1))
}

fn sum(world: &World, of: impl Fn(&Member) -> u64) -> f64 {
    world.processes::<Member>().map(|(_, member)| of(member)).sum::<u64>() as f64
}

/// Members that at least one running member suspects, rightly or not.
fn members_suspected(world: &World) -> Option<f64> {
    let suspected: Set<_> =
        world.processes::<Member>().flat_map(|(_, member)| member.suspects().iter().copied()).collect();
    Some(suspected.len() as f64)
}
