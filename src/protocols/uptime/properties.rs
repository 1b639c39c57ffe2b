//! What must be true of the books and the repairs, and what is read off them.

use crate::sim::network::NodeId;
use crate::sim::property::{Property, PropertyKind, Reading, seen};
use crate::sim::world::World;
use crate::words::Phrase;
use crate::{phrase, word};

use super::books::Book;
use super::component::Component;
use super::crew::Crew;
use super::forms::{Rates, independent};
use super::monitor::Monitor;
use super::{MINUTE, YEAR};

pub(super) const PROPERTIES: &[Property] = &[
    Property {
        name: "books-account-for-all-time",
        kind: PropertyKind::Always,
        title: word!("property.books-account-for-all-time"),
        check: books_account_for_all_time,
    },
    Property {
        name: "no-repair-without-work",
        kind: PropertyKind::Always,
        title: word!("property.no-repair-without-work"),
        check: no_repair_without_work,
    },
    Property {
        name: "monitor-knows-its-components",
        kind: PropertyKind::Eventually,
        title: word!("property.monitor-knows-its-components"),
        check: monitor_knows_its_components,
    },
    Property {
        name: "the-service-went-down",
        kind: PropertyKind::Sometimes,
        title: word!("property.the-service-went-down"),
        check: |world| seen(monitor(world).is_some_and(|monitor| monitor.is_open() && !monitor.is_up())),
    },
    Property {
        name: "a-failure-waits-for-a-crew",
        kind: PropertyKind::Sometimes,
        title: word!("property.a-failure-waits-for-a-crew"),
        check: |world| seen(monitor(world).is_some_and(|monitor| !monitor.waiting().is_empty())),
    },
];

pub(super) const READINGS: &[Reading] = &[
    Reading {
        name: "uptime_measured_percent",
        title: word!("reading.uptime-measured-percent"),
        read: |world| measured(world).map(|share| share * 100.0),
    },
    Reading {
        name: "uptime_product_percent",
        title: word!("reading.uptime-product-percent"),
        read: |world| product(world).map(|share| share * 100.0),
    },
    Reading {
        name: "uptime_difference_ppm",
        title: word!("reading.uptime-difference-ppm"),
        read: |world| Some((measured(world)? - product(world)?) * 1e6),
    },
    Reading {
        name: "uptime_downtime_minutes_per_year",
        title: word!("reading.uptime-downtime-minutes-per-year"),
        read: |world| Some((1.0 - measured(world)?) * YEAR.as_secs_f64() / MINUTE.as_secs_f64()),
    },
    Reading {
        name: "uptime_cost_per_year",
        title: word!("reading.uptime-cost-per-year"),
        read: |world| Some(monitor(world)?.design()?.cost() as f64),
    },
    Reading {
        name: "uptime_years_measured",
        title: word!("reading.uptime-years-measured"),
        read: |world| book(world).map(|book| book.kept().as_secs_f64() / YEAR.as_secs_f64()),
    },
];

/// The books of a running monitor hold every moment since they were opened, once. Nobody else writes in them, so this holds whatever
/// is done.
fn books_account_for_all_time(world: &World) -> Result<(), Phrase> {
    let Some(monitor) = monitor(world) else { return Ok(()) };
    if monitor.accounted(world.now()) == monitor.kept(world.now()) {
        Ok(())
    } else {
        Err(phrase!("property.time-is-missing"))
    }
}

/// No more failures were mended than crews did repairs. It says nothing once a crew or a component has lied, lost its disk or, as it
/// counts in its memory, went down.
fn no_repair_without_work(world: &World) -> Result<(), Phrase> {
    let network = world.network();
    let is_whole = |node: NodeId| {
        let state = world.node(node);
        !state.ever_byzantine && !state.ever_lost_disk && state.falls == 0
    };
    if !network.nodes_with_role("crew").iter().all(|node| is_whole(*node)) {
        return Ok(());
    }
    let components = world.processes::<Component>();
    let mended: u64 =
        components.filter(|(node, _)| is_whole(*node)).map(|(_, component)| component.mended()).sum();
    let repairs: u64 = world.processes::<Crew>().map(|(_, crew)| crew.repairs()).sum();
    if mended <= repairs { Ok(()) } else { Err(phrase!("property.mended-by-nobody")) }
}

/// What the monitor takes each component in service to be is what it is.
fn monitor_knows_its_components(world: &World) -> Result<(), Phrase> {
    let Some(monitor) = monitor(world) else { return Err(phrase!("property.no-monitor")) };
    let is_known = |node: &NodeId| {
        monitor.believes(*node) == world.process::<Component>(*node).map(Component::condition)
    };
    match monitor.in_service().find(|node| !is_known(node)) {
        None => Ok(()),
        Some(node) => Err(phrase!("property.component-is-otherwise", node = world.network().name(node))),
    }
}

pub(super) fn monitor(world: &World) -> Option<&Monitor> {
    world.processes::<Monitor>().next().map(|(_, monitor)| monitor)
}

/// How fast things fail and recover: as the monitor, the first crew and the first site are set.
pub fn rates(world: &World) -> Option<Rates> {
    let of = |role: &str, setting: &str| {
        let node = world.network().nodes_with_role(role).first()?;
        Some(world.node(*node).settings.duration(setting).as_secs_f64())
    };
    let (every, lasts) = (of("site", "outage-every")?, of("site", "outage-lasts")?);
    let site_out = if every > 0.0 { lasts / (every + lasts) } else { 0.0 };
    Some(Rates { mtbf: of("monitor", "mtbf")?, mttr: of("crew", "mttr")?, site_out })
}

/// The book of the design in force.
fn book(world: &World) -> Option<Book> {
    monitor(world)?.book(world.now())
}

fn measured(world: &World) -> Option<f64> {
    book(world)?.share()
}

fn product(world: &World) -> Option<f64> {
    Some(independent(monitor(world)?.design()?, rates(world)?))
}
