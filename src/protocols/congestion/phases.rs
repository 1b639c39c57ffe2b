//! What was carried under which load: a run is divided into phases at whose bounds somebody changed a setting, and each phase is a measurement.

use crate::sim::network::NodeId;
use crate::sim::world::World;
use crate::sorted::sort_by_key;

use super::books::second_of;
use super::{Books, Control, RECEIVER, ROUTER, Receiver, Router, SENDER, Second, Sender};

/// How many whole seconds of a phase pass before it is measured: queues and windows need a while.
const SETTLING: u64 = 2;
/// How many seconds are measured at least.
const LEAST: u64 = 3;
/// How many seconds are *lately*.
const LATELY: u64 = 5;

/// A sender and its receiver.
pub type Flow = (NodeId, NodeId);

/// A time in which nobody changed a setting.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Phase {
    /// How all senders sent; none if not all alike.
    pub control: Option<Control>,
    /// For how many seconds it was measured.
    pub seconds: u64,
    /// Packets a second that the application of a sender had to send, in the mean over flows.
    pub offered: f64,
    /// Packets a second that reached the receiver of a flow for the first time, in the mean over flows.
    pub goodput: f64,
    /// Jain's index of the goodput of flows.
    pub fairness: f64,
}

/// The flows: the first sender sends to the first receiver, and so on.
pub fn flows(world: &World) -> impl Iterator<Item = Flow> + '_ {
    let [senders, receivers] = [SENDER, RECEIVER].map(|role| world.network().nodes_with_role(role));
    senders.iter().copied().zip(receivers.iter().copied())
}

/// The routers that run, in order.
pub fn routers(world: &World) -> impl Iterator<Item = (NodeId, &Router)> {
    let routers = world.network().nodes_with_role(ROUTER).iter();
    routers.filter_map(|node| Some((*node, world.process::<Router>(*node)?)))
}

/// The senders that run, in order.
pub fn senders(world: &World) -> impl Iterator<Item = &Sender> {
    let senders = world.network().nodes_with_role(SENDER).iter();
    senders.filter_map(|node| world.process::<Sender>(*node))
}

/// Whether a second has just begun. Phases are measured in whole seconds: to look at them then is often enough.
pub fn a_second_begins(world: &World) -> bool {
    world.now().as_micros() % 1_000_000 < 50_000
}

/// How many packets a second a link between routers carries, as the first router is set.
pub fn capacity(world: &World) -> Option<f64> {
    let first = world.network().nodes_with_role(ROUTER).first()?;
    Some(1.0 / world.node(*first).settings.duration("transmission-time").as_secs_f64())
}

/// All phases that were long enough to be measured, the oldest first; the one at hand is the last.
pub fn phases(world: &World) -> Vec<Phase> {
    let bounds = bounds(world);
    let measured = |pair: &[u64]| measure(world, pair[0], pair[1]);
    bounds.windows(2).filter_map(measured).collect()
}

/// What was counted of a flow in the last whole seconds: the sender's books and the receiver's.
pub fn recent(world: &World, flow: Flow) -> (Second, Second) {
    let now = second_of(world.now());
    between(world, flow, now.saturating_sub(LATELY), now)
}

/// How many seconds [`recent`] counts.
pub(super) fn recent_seconds(world: &World) -> u64 {
    second_of(world.now()).min(LATELY)
}

/// The goodput of each flow on a ring of links of this capacity that each carry two hops of different flows, if each flow is offered so
/// much, nothing is controlled, and packets of both hops are equally likely to be dropped.
///
/// Of what is offered a link carries all up to half its capacity. Beyond that the second hops, which bring *x* to each link, get *x*
/// parts of what it carries to the λ parts of first hops; *x* itself is what first hops get.
pub fn two_hop_goodput(offered: f64, capacity: f64) -> f64 {
    if offered <= capacity / 2.0 {
        return offered;
    }
    let after_first = (libm::sqrt(offered * offered + 4.0 * offered * capacity) - offered) / 2.0;
    after_first * capacity / (offered + after_first)
}

/// The goodput of each flow that a formula promises without control: in a ring that of two hops, in a line, where all flows share one
/// link, each its part of it.
pub fn promised(world: &World, offered: f64) -> Option<f64> {
    let routers = world.network().nodes_with_role(ROUTER);
    let capacity = capacity(world)?;
    let is_ring = routers.len() > 2;
    let flows = flows(world).count() as f64;
    Some(if is_ring { two_hop_goodput(offered, capacity) } else { offered.min(capacity / flows) })
}

/// Jain's index of these amounts: 1 if all are equal, 1/n if one of n has all.
pub(super) fn jain(amounts: &[f64]) -> Option<f64> {
    let sum: f64 = amounts.iter().sum();
    let squares: f64 = amounts.iter().map(|amount| amount * amount).sum();
    (squares > 0.0).then(|| sum * sum / (amounts.len() as f64 * squares))
}

/// The seconds in which anybody changed a setting, in order, and the one at hand.
fn bounds(world: &World) -> Vec<u64> {
    let mut bounds: Vec<u64> = Vec::new();
    let mut add = |books: &Books| {
        for (second, _) in books.changes() {
            if !bounds.contains(second) {
                bounds.push(*second);
            }
        }
    };
    senders(world).for_each(|sender| add(sender.books()));
    routers(world).for_each(|(_, router)| add(router.books()));
    bounds.push(second_of(world.now()));
    sort_by_key(&mut bounds, |second| *second);
    bounds
}

fn measure(world: &World, from: u64, until: u64) -> Option<Phase> {
    let start = from + SETTLING;
    let seconds = until.checked_sub(start).filter(|seconds| *seconds >= LEAST)?;
    let books: Vec<_> = flows(world).map(|flow| between(world, flow, start, until)).collect();
    let a_second = |count: u64| count as f64 / seconds as f64;
    let goodput: Vec<f64> = books.iter().map(|(_, receiver)| a_second(receiver.delivered)).collect();
    let offered: u64 = books.iter().map(|(sender, _)| sender.offered).sum();
    let flows = books.len() as f64;
    let is_kept = senders(world).all(|sender| sender.books().first() <= start);
    is_kept.then_some(Phase {
        control: control(world, from),
        seconds,
        offered: a_second(offered) / flows,
        goodput: goodput.iter().sum::<f64>() / flows,
        fairness: jain(&goodput).unwrap_or(0.0),
    })
}

/// How all senders sent after the changes of this second.
fn control(world: &World, second: u64) -> Option<Control> {
    let mut alike = senders(world).map(|sender| {
        let mut earlier = sender.books().changes().iter().rev().skip_while(|(at, _)| *at > second);
        earlier.next().map(|(_, control)| *control)
    });
    let first = alike.next()??;
    alike.all(|control| control == Some(first)).then_some(first)
}

fn between(world: &World, (sender, receiver): Flow, from: u64, until: u64) -> (Second, Second) {
    let sender = world.process::<Sender>(sender).map(|sender| sender.books().between(from, until));
    let receiver = world.process::<Receiver>(receiver).map(|receiver| receiver.books().between(from, until));
    (sender.unwrap_or_default(), receiver.unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_closed_form_has_the_published_values() {
        for (offered, goodput) in [(0.3, 0.3), (0.5, 0.5), (1.0, 0.382), (2.0, 0.268), (5.0, 0.146)] {
            assert!((two_hop_goodput(offered, 1.0) - goodput).abs() < 0.0005, "{offered}");
        }
    }

    #[test]
    fn fairness_is_one_for_equals_and_a_share_for_one_alone() {
        assert_eq!(jain(&[3.0, 3.0, 3.0, 3.0]), Some(1.0));
        assert_eq!(jain(&[8.0, 0.0, 0.0, 0.0]), Some(0.25));
        assert_eq!(jain(&[0.0, 0.0]), None);
    }
}
