//! What must be true of both ways to recover, and what is read off them.

use crate::sim::network::NodeId;
use crate::sim::property::{Property, PropertyKind, Reading, seen};
use crate::sim::settings::Settings;
use crate::sim::world::World;
use crate::words::Phrase;
use crate::{phrase, word};

use super::forms::Model;
use super::{COMPUTER, Computer, HOUR, REPLICA, Replica, SOURCE, Source, Store, store};

pub(super) const PROPERTIES: &[Property] = &[
    Property {
        name: "finished-work-is-kept",
        kind: PropertyKind::Always,
        title: word!("property.finished-work-is-kept"),
        check: finished_work_is_kept,
    },
    Property {
        name: "saved-work-is-on-the-disk",
        kind: PropertyKind::Always,
        title: word!("property.saved-work-is-on-the-disk"),
        check: saved_work_is_on_the_disk,
    },
    Property {
        name: "both-sides-work",
        kind: PropertyKind::Eventually,
        title: word!("property.both-sides-work"),
        check: both_sides_work,
    },
    Property {
        name: "split-brain",
        kind: PropertyKind::Sometimes,
        title: word!("property.split-brain"),
        check: |world| seen(leaders(world) > 1),
    },
    Property {
        name: "finished-work-is-lost",
        kind: PropertyKind::Sometimes,
        title: word!("property.finished-work-is-lost"),
        check: |world| seen(source(world).is_some_and(|source| source.finished().lost > 0)),
    },
];

pub(super) const READINGS: &[Reading] = &[
    Reading {
        name: "checkpoint_recovery_minutes",
        title: word!("reading.checkpoint-recovery-minutes"),
        read: |world| source(world)?.checkpoint().recovery_minutes(),
    },
    Reading {
        name: "failover_recovery_minutes",
        title: word!("reading.failover-recovery-minutes"),
        read: |world| source(world)?.fail_over().recovery_minutes(),
    },
    Reading {
        name: "checkpoint_repeated_minutes",
        title: word!("reading.checkpoint-repeated-minutes"),
        read: |world| source(world)?.checkpoint().lost_minutes(),
    },
    Reading {
        name: "failover_repeated_minutes",
        title: word!("reading.failover-repeated-minutes"),
        read: |world| source(world)?.fail_over().lost_minutes(),
    },
    Reading {
        name: "checkpoint_overhead_percent",
        title: word!("reading.checkpoint-overhead-percent"),
        read: |world| Some(100.0 * overhead(world, checkpoint_work(world)?)?),
    },
    Reading {
        name: "failover_overhead_percent",
        title: word!("reading.failover-overhead-percent"),
        read: |world| Some(100.0 * overhead(world, replicated_work(world)?)?),
    },
    Reading {
        name: "checkpoint_node_hours_per_hour",
        title: word!("reading.checkpoint-node-hours"),
        read: |world| per_hour(world, checkpoint_work(world)?, 1.0),
    },
    Reading {
        name: "failover_node_hours_per_hour",
        title: word!("reading.failover-node-hours"),
        read: |world| per_hour(world, replicated_work(world)?, replicas(world)),
    },
    Reading {
        name: "checkpoint_cost_per_hour",
        title: word!("reading.checkpoint-cost"),
        read: |world| per_hour(world, checkpoint_work(world)?, COMPUTER_PRICE + STORE_PRICE),
    },
    Reading {
        name: "failover_cost_per_hour",
        title: word!("reading.failover-cost"),
        read: |world| per_hour(world, replicated_work(world)?, replicas(world) * COMPUTER_PRICE),
    },
    Reading {
        name: "failover_finished_lost_hours",
        title: word!("reading.finished-lost"),
        read: |world| Some(source(world)?.finished().lost as f64 / HOUR as f64),
    },
];

/// What an hour of a computer costs; and of the store.
const COMPUTER_PRICE: f64 = 1.0;
const STORE_PRICE: f64 = 0.2;

/// The failure source, if it runs.
pub fn source(world: &World) -> Option<&Source> {
    world.processes::<Source>().next().map(|(_, source)| source)
}

/// The computer that saves its work, if it runs.
pub fn computer(world: &World) -> Option<&Computer> {
    world.processes::<Computer>().next().map(|(_, computer)| computer)
}

/// What the scenario's settings say of saves, failures and restarts, in minutes; nothing if there are no failures.
pub fn model(world: &World) -> Option<Model> {
    let settings =
        |role| world.network().nodes_with_role(role).first().map(|node| &world.node(*node).settings);
    let minutes = |settings: &Settings, name| settings.duration(name).as_secs_f64() / 60.0;
    let (source, computer) = (settings(SOURCE)?, settings(COMPUTER)?);
    let fails = minutes(source, "fails-every");
    let (save, restart) = (minutes(computer, "save-takes"), minutes(computer, "restart-takes"));
    (fails > 0.0).then_some(Model { save, fails, restart })
}

/// How much longer than so much work the run has taken, as a share of the work.
pub fn overhead(world: &World, work: u64) -> Option<f64> {
    (work > 0).then(|| world.now().as_micros() as f64 / work as f64 - 1.0)
}

/// What so much of something, all the time, comes to for an hour of work done.
fn per_hour(world: &World, work: u64, amount: f64) -> Option<f64> {
    Some(amount * (1.0 + overhead(world, work)?))
}

fn checkpoint_work(world: &World) -> Option<u64> {
    computer(world).map(|computer| computer.work(world.now()))
}

/// How far the replica of the greatest epoch is.
fn replicated_work(world: &World) -> Option<u64> {
    let newest = world.processes::<Replica>().max_by_key(|(_, replica)| replica.epoch());
    newest.and_then(|(_, replica)| replica.work(world.now()))
}

fn replicas(world: &World) -> f64 {
    world.network().nodes_with_role(REPLICA).len() as f64
}

fn leaders(world: &World) -> usize {
    world.processes::<Replica>().filter(|(_, replica)| replica.leads()).count()
}

fn was_ever_byzantine(world: &World) -> bool {
    world.network().node_ids().any(|node| world.node(node).ever_byzantine)
}

/// What all replicas had acknowledged is not lost, as long as nobody was suspected wrongly and somebody kept its memory.
fn finished_work_is_kept(world: &World) -> Result<(), Phrase> {
    let lost = source(world).map_or(0, |source| source.finished().lost_against_the_rule);
    if lost == 0 || was_ever_byzantine(world) {
        return Ok(());
    }
    Err(phrase!("property.finished-work-gone", hours = super::hours(lost)))
}

/// What the computer was told is saved, the store has on its disk, or something newer.
fn saved_work_is_on_the_disk(world: &World) -> Result<(), Phrase> {
    let (Some(computer), Some((node, _))) = (computer(world), world.processes::<Store>().next()) else {
        return Ok(());
    };
    let disk = &world.node(node).disk;
    let on_disk = disk.read_synced(store::RECORD).and_then(store::work_in).unwrap_or(0);
    if on_disk >= computer.safe() || world.node(node).ever_lost_disk || was_ever_byzantine(world) {
        return Ok(());
    }
    Err(phrase!("property.saved-work-missing", store = world.network().name(node)))
}

fn both_sides_work(world: &World) -> Result<(), Phrase> {
    let idle = |node: Option<&NodeId>| {
        let name = node.map_or("–", |node| world.network().name(*node));
        Err(phrase!("property.does-not-work", name = name))
    };
    if !computer(world).is_some_and(Computer::is_up) {
        return idle(world.network().nodes_with_role(COMPUTER).first());
    }
    if leaders(world) != 1 {
        return idle(world.network().nodes_with_role(REPLICA).first());
    }
    Ok(())
}
