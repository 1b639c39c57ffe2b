//! What must be true of payments, and what is read off them.
//!
//! Two of these are broken by the bug that the scenario begins with: that nobody pays twice, and that nobody pays for what is
//! refused. They hold whatever fails once the shop sends keys, and the service honours them and keeps a journal.
//!
//! All that must always hold assumes that no node was ever Byzantine and no disk was ever lost: a liar may ask for anything, and a lost
//! disk takes orders, keys or the ledger with it. What a bank that is down has on its disk is looked at when it is back.

use crate::sim::property::{Property, PropertyKind, Reading};
use crate::sim::world::World;
use crate::sorted::Map;
use crate::words::Phrase;
use crate::{phrase, word};

use super::{Bank, Order, Shop, Status};

pub(super) const PROPERTIES: &[Property] = &[
    Property {
        name: "nobody-pays-twice",
        kind: PropertyKind::Always,
        title: word!("property.nobody-pays-twice"),
        check: nobody_pays_twice,
    },
    Property {
        name: "nobody-pays-for-what-is-refused",
        kind: PropertyKind::Always,
        title: word!("property.nobody-pays-for-what-is-refused"),
        check: nobody_pays_for_what_is_refused,
    },
    Property {
        name: "only-what-is-paid-is-shipped",
        kind: PropertyKind::Always,
        title: word!("property.only-what-is-paid-is-shipped"),
        check: only_what_is_paid_is_shipped,
    },
    Property {
        name: "no-cent-is-lost",
        kind: PropertyKind::Always,
        title: word!("property.no-cent-is-lost"),
        check: no_cent_is_lost,
    },
    Property {
        name: "orders-are-settled",
        kind: PropertyKind::Eventually,
        title: word!("property.orders-are-settled"),
        check: orders_are_settled,
    },
    Property {
        name: "a-payment-is-asked-for-again",
        kind: PropertyKind::Sometimes,
        title: word!("property.a-payment-is-asked-for-again"),
        check: a_payment_is_asked_for_again,
    },
];

pub(super) const READINGS: &[Reading] = &[
    Reading {
        name: "orders_shipped",
        title: word!("reading.orders-shipped"),
        read: |world| count(world, Status::Shipped),
    },
    Reading {
        name: "orders_refused",
        title: word!("reading.orders-refused"),
        read: |world| count(world, Status::Refused),
    },
    Reading { name: "charges", title: word!("reading.charges"), read: charges },
    Reading { name: "charged_too_often", title: word!("reading.charged-too-often"), read: charged_too_often },
];

/// The bank, if it runs and knows what is on its disk, and all that the properties assume is true.
fn trusted_bank(world: &World) -> Option<&Bank> {
    let is_trusted = |node| {
        let state = world.node(node);
        !state.ever_byzantine && !state.ever_lost_disk
    };
    let (_, bank) = world.processes::<Bank>().find(|(_, bank)| bank.has_read_disk)?;
    world.network().node_ids().all(is_trusted).then_some(bank)
}

/// No order is charged more than once.
fn nobody_pays_twice(world: &World) -> Result<(), Phrase> {
    let Some(bank) = trusted_bank(world) else { return Ok(()) };
    let counts = charges_by_order(bank);
    match counts.iter().find(|(_, count)| **count > 1) {
        None => Ok(()),
        Some(((_, order), count)) => Err(phrase!("property.paid-too-often", order = *order, times = *count)),
    }
}

/// No order of a running shop is charged that the shop was told is refused.
fn nobody_pays_for_what_is_refused(world: &World) -> Result<(), Phrase> {
    let Some(bank) = trusted_bank(world) else { return Ok(()) };
    let wrong = order_with(world, Status::Refused, |shop, order| bank.times_charged(shop, order) > 0);
    wrong.map_or(Ok(()), |order| Err(phrase!("property.paid-and-refused", order = order)))
}

/// Every order that a running shop shipped is in the bank's ledger.
fn only_what_is_paid_is_shipped(world: &World) -> Result<(), Phrase> {
    let Some(bank) = trusted_bank(world) else { return Ok(()) };
    let wrong = order_with(world, Status::Shipped, |shop, order| bank.times_charged(shop, order) == 0);
    wrong.map_or(Ok(()), |order| Err(phrase!("property.shipped-unpaid", order = order)))
}

/// The accounts hold what customers brought, and the shops have what the ledger says.
fn no_cent_is_lost(world: &World) -> Result<(), Phrase> {
    match trusted_bank(world) {
        Some(bank) if !bank.money_is_conserved() => Err(phrase!("property.cents-lost")),
        _ => Ok(()),
    }
}

/// All shops run, and every order is shipped or refused, or its payment was just asked for, for the first time.
fn orders_are_settled(world: &World) -> Result<(), Phrase> {
    let shops = world.network().nodes_with_role("shop");
    if shops.iter().any(|shop| !world.is_running(*shop)) {
        return Err(phrase!("property.no-shop-runs"));
    }
    let mut orders = world.processes::<Shop>().flat_map(|(_, shop)| shop.orders());
    let waits = |order: &Order| order.asked > 1 || order.status == Status::Unknown;
    match orders.find(|(_, order)| !order.status.is_settled() && waits(order)) {
        None => Ok(()),
        Some((order, _)) => Err(phrase!("property.order-unsettled", order = order)),
    }
}

/// A running shop has asked for a payment more than once.
fn a_payment_is_asked_for_again(world: &World) -> Result<(), Phrase> {
    let mut orders = world.processes::<Shop>().flat_map(|(_, shop)| shop.orders());
    let again = orders.any(|(_, order)| order.asked > 1);
    if again { Ok(()) } else { Err(phrase!("property.nothing-asked-again")) }
}

/// How often each order was charged, by shop and number.
fn charges_by_order(bank: &Bank) -> Map<(&str, u64), u64> {
    let mut counts = Map::new();
    for what in bank.charged() {
        *counts.get_or_insert_with((what.shop.as_str(), what.order), || 0) += 1;
    }
    counts
}

/// The first order of a running shop that stands so and of which this is true.
fn order_with(world: &World, status: Status, is_wrong: impl Fn(&str, u64) -> bool) -> Option<u64> {
    world.processes::<Shop>().find_map(|(node, shop)| {
        let name = world.network().name(node);
        let mut orders = shop.orders().filter(|(_, order)| order.status == status);
        orders.find(|(number, _)| is_wrong(name, *number)).map(|(number, _)| number)
    })
}

fn count(world: &World, status: Status) -> Option<f64> {
    let orders = world.processes::<Shop>().flat_map(|(_, shop)| shop.orders());
    Some(orders.filter(|(_, order)| order.status == status).count() as f64)
}

/// How often a customer was charged; none while the bank is down.
fn charges(world: &World) -> Option<f64> {
    world.processes::<Bank>().next().map(|(_, bank)| bank.charged().count() as f64)
}

/// How many of those charges were for an order that was charged before.
fn charged_too_often(world: &World) -> Option<f64> {
    let (_, bank) = world.processes::<Bank>().next()?;
    Some(charges_by_order(bank).values().map(|count| count - 1).sum::<u64>() as f64)
}
