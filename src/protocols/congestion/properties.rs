//! What must be true of routers and flows, and what is read off them.

use crate::sim::property::{Property, PropertyKind, Reading, seen};
use crate::sim::world::World;
use crate::words::Phrase;
use crate::{phrase, word};

use super::phases::{jain, recent_seconds};
use super::{
    Control, Phase, Receiver, Second, Sender, a_second_begins, flows, phases, recent, routers, senders,
};

pub(super) const PROPERTIES: &[Property] = &[
    Property {
        name: "queues-keep-their-limits",
        kind: PropertyKind::Always,
        title: word!("property.queues-keep-their-limits"),
        check: queues_keep_their_limits,
    },
    Property {
        name: "packets-are-conserved",
        kind: PropertyKind::Always,
        title: word!("property.packets-are-conserved"),
        check: packets_are_conserved,
    },
    Property {
        name: "delivered-was-sent",
        kind: PropertyKind::Always,
        title: word!("property.delivered-was-sent"),
        check: delivered_was_sent,
    },
    Property {
        name: "work-is-in-vain",
        kind: PropertyKind::Sometimes,
        title: word!("property.work-is-in-vain"),
        check: |world| seen(routers(world).any(|(_, router)| router.dropped_late() > 0)),
    },
    Property {
        name: "goodput-falls-under-load",
        kind: PropertyKind::Sometimes,
        title: word!("property.goodput-falls-under-load"),
        check: |world| seen(goodput_falls_under_load(world)),
    },
];

pub(super) const READINGS: &[Reading] = &[
    Reading {
        name: "flow_offered_per_second",
        title: word!("reading.flow-offered-per-second"),
        read: |world| each_flow(world, |sender, _| sender.offered),
    },
    Reading {
        name: "flow_sent_per_second",
        title: word!("reading.flow-sent-per-second"),
        read: |world| each_flow(world, |sender, _| sender.sent),
    },
    Reading {
        name: "flow_goodput_per_second",
        title: word!("reading.flow-goodput-per-second"),
        read: |world| each_flow(world, |_, receiver| receiver.delivered),
    },
    Reading { name: "flow_fairness", title: word!("reading.flow-fairness"), read: fairness },
    Reading {
        name: "flow_queueing_ms",
        title: word!("reading.flow-queueing-ms"),
        read: |world| {
            let (_, receivers) = total(world);
            (receivers.delivered > 0).then(|| receivers.waited as f64 / receivers.delivered as f64 / 1_000.0)
        },
    },
];

/// Jain's index of the goodput of flows in the last seconds.
pub fn fairness(world: &World) -> Option<f64> {
    let goodput = flows(world).map(|flow| recent(world, flow).1.delivered as f64);
    jain(&goodput.collect::<Vec<_>>())
}

/// In the mean over flows, in the last seconds.
fn each_flow(world: &World, of: fn(&Second, &Second) -> u64) -> Option<f64> {
    let seconds = recent_seconds(world);
    let (sender, receiver) = total(world);
    let share = seconds * flows(world).count() as u64;
    (share > 0).then(|| of(&sender, &receiver) as f64 / share as f64)
}

/// The sums of all flows in the last seconds: the senders' books and the receivers'.
fn total(world: &World) -> (Second, Second) {
    let mut sum = (Second::default(), Second::default());
    for (sender, receiver) in flows(world).map(|flow| recent(world, flow)) {
        sum.0.offered += sender.offered;
        sum.0.sent += sender.sent;
        sum.1.delivered += receiver.delivered;
        sum.1.waited += receiver.waited;
    }
    sum
}

fn queues_keep_their_limits(world: &World) -> Result<(), Phrase> {
    match routers(world).find(|(_, router)| router.waiting() > router.limit()) {
        Some((node, router)) => Err(phrase!(
            "property.queue-over-limit",
            router = world.network().name(node),
            waiting = router.waiting(),
            limit = router.limit()
        )),
        None => Ok(()),
    }
}

/// What came to a router has gone on, was dropped, or is there.
fn packets_are_conserved(world: &World) -> Result<(), Phrase> {
    for (node, router) in routers(world) {
        let (totals, found) = (router.books().latest(), router.passed() + router.held());
        if totals.arrived != found + totals.dropped {
            let router = world.network().name(node);
            let found = found + totals.dropped;
            return Err(phrase!(
                "property.packets-not-conserved",
                router = router,
                arrived = totals.arrived,
                found = found
            ));
        }
    }
    Ok(())
}

/// No receiver has a packet of its sender's connection that the sender has not sent.
fn delivered_was_sent(world: &World) -> Result<(), Phrase> {
    for (from, to) in flows(world) {
        let (Some(sender), Some(receiver)) = (world.process::<Sender>(from), world.process::<Receiver>(to))
        else {
            continue;
        };
        if receiver.connection() == sender.connection() && receiver.end() > sender.highest() {
            let (from, to) = (world.network().name(from), world.network().name(to));
            return Err(phrase!("property.delivered-unsent", receiver = to, sender = from));
        }
    }
    Ok(())
}

/// In a later phase of the run more was offered, nobody controlled anything, and clearly less was delivered.
fn goodput_falls_under_load(world: &World) -> bool {
    // Of one phase alone there is nothing to say.
    let is_one = senders(world).all(|sender| sender.books().changes().len() < 2);
    if is_one || !a_second_begins(world) {
        return false;
    }
    let free = |phase: &Phase| phase.control == Some(Control::None);
    let phases: Vec<_> = phases(world).into_iter().filter(free).collect();
    phases.iter().enumerate().any(|(index, less)| {
        phases[index..]
            .iter()
            .any(|more| more.offered > less.offered * 1.2 && more.goodput < less.goodput * 0.9)
    })
}
